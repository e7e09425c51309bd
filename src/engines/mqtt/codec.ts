/**
 * Splits a byte stream into MQTT packets by the fixed header, within bounds, and gives each whole packet to mqtt-packet. One
 * packet at a time, so that a connection can stop reading between two of them.
 */
import { generate, type IConnectPacket, type Packet, parser } from 'mqtt-packet'
import { byteQueue } from '../wire/byte-queue.ts'
import type { MqttLimits } from './limits.ts'

export type Version = 3 | 4 | 5

/** Why a stream can no longer be read. */
export type Broken = 'malformed' | 'too-large'

export interface MqttDecoder {
  readonly push: (bytes: Uint8Array) => void
  /** The next whole packet; null while there is none or once the stream is broken. */
  readonly next: () => Packet | null
  readonly broken: () => Broken | null
  readonly waitingBytes: () => number
}

/** Remaining length of the fixed header (MQTT 3.1.1 section 2.2.3). */
const lengthAt = (bytes: Uint8Array): { readonly body: number; readonly head: number } | 'more' | 'malformed' => {
  let value = 0
  for (let at = 1; at <= 4; at += 1) {
    const byte = bytes[at]
    if (byte === undefined) return 'more'
    value += (byte & 0x7f) * 128 ** (at - 1)
    if (byte < 0x80) return { body: value, head: at + 1 }
  }
  return 'malformed'
}

export const mqttDecoder = (limits: MqttLimits): MqttDecoder => {
  const queue = byteQueue()
  const reader = parser()
  let broken: Broken | null = null
  let connected = false
  let read: Packet | null = null
  let failed = false
  reader.on('packet', (packet: Packet) => {
    read = packet
  })
  reader.on('error', () => {
    failed = true
  })

  const parse = (frame: Uint8Array): Packet | null => {
    read = null
    try {
      reader.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength))
    } catch {
      failed = true
    }
    return failed ? null : read
  }
  const fail = (why: Broken): null => {
    broken = why
    queue.consume(queue.length())
    return null
  }
  return {
    push: (bytes) => {
      if (broken === null) queue.append(bytes)
    },
    next: () => {
      if (broken !== null || queue.length() < 2) return null
      const bytes = queue.view()
      // The first packet must be a CONNECT: anything else is refused before a byte more is kept.
      if (!connected && bytes[0] !== 0x10) return fail('malformed')
      const length = lengthAt(bytes)
      if (length === 'more') return null
      if (length === 'malformed') return fail('malformed')
      const size = length.head + length.body
      if (size > (connected ? limits.maxPacketBytes : limits.maxConnectBytes)) return fail('too-large')
      if (bytes.length < size) return null
      const packet = parse(bytes.slice(0, size))
      if (packet === null) return fail('malformed')
      connected = true
      queue.consume(size)
      return packet
    },
    broken: () => broken,
    waitingBytes: () => queue.length(),
  }
}

/** Writes a packet for a device of a protocol version. */
export const encodeMqtt = (packet: Packet, version: Version): Uint8Array =>
  generate(packet, { protocolVersion: version })

export const versionOf = (connect: IConnectPacket): Version => connect.protocolVersion ?? 4
