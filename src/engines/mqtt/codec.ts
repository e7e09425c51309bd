/**
 * Splits a byte stream into MQTT packets by the fixed header, within bounds, and gives each whole packet to mqtt-packet. One
 * packet at a time, so that a connection can stop reading between two of them.
 */
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from 'mqtt-packet'
import { byteQueue } from '../wire/byte-queue.ts'
import type { MqttLimits } from './limits.ts'

export type Version = 3 | 4 | 5

/** Why a stream can no longer be read. */
export type Broken = 'malformed' | 'too-large'

export interface MqttDecoder {
  readonly push: (bytes: Uint8Array) => void
  /**
   * The next whole packet; null while there is none or once the stream is broken. The payload of a publication may lie in the
   * bytes that wait: it is good until more are pushed.
   */
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

/**
 * Reads publications of MQTT 3.1.1, which are nearly all that devices send: topic, number, payload. A device publishes on few
 * topics, so the text of the last one is kept.
 */
const publications = (): ((bytes: Uint8Array, from: number, to: number) => IPublishPacket | null) => {
  let topic = ''
  let topicBytes = new Uint8Array(0)
  const topicAt = (bytes: Uint8Array, from: number, to: number): string => {
    let same = topicBytes.length === to - from
    for (let at = 0; same && at < topicBytes.length; at += 1) same = topicBytes[at] === bytes[from + at]
    if (!same) {
      topicBytes = bytes.slice(from, to)
      topic = Buffer.from(topicBytes.buffer).toString('utf8')
    }
    return topic
  }
  return (bytes, from, to) => {
    const first = bytes[0] as number
    const qos = (first >> 1) & 3
    const topicFrom = from + 2
    const topicTo = topicFrom + ((bytes[from] as number) << 8) + (bytes[from + 1] as number)
    const payloadFrom = topicTo + (qos > 0 ? 2 : 0)
    if (qos === 3 || to < topicFrom || payloadFrom > to) return null
    const packet: IPublishPacket = {
      cmd: 'publish',
      retain: (first & 1) !== 0,
      qos: qos as 0 | 1 | 2,
      dup: (first & 8) !== 0,
      length: to - from,
      topic: topicAt(bytes, topicFrom, topicTo),
      payload: Buffer.from(bytes.buffer, bytes.byteOffset + payloadFrom, to - payloadFrom),
    }
    if (qos > 0) packet.messageId = ((bytes[topicTo] as number) << 8) + (bytes[topicTo + 1] as number)
    return packet
  }
}
const PUBLISH = 0x30

export const mqttDecoder = (limits: MqttLimits): MqttDecoder => {
  const queue = byteQueue()
  const reader = parser()
  let broken: Broken | null = null
  let connected = false
  let version = 0
  const publicationAt = publications()
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
      const plain = ((bytes[0] as number) & 0xf0) === PUBLISH && connected && version < 5
      const packet = (plain ? publicationAt(bytes, length.head, size) : null) ?? parse(bytes.slice(0, size))
      if (packet === null) return fail('malformed')
      if (packet.cmd === 'connect') version = versionOf(packet)
      connected = true
      queue.consume(size)
      return packet
    },
    broken: () => broken,
    waitingBytes: () => queue.length(),
  }
}

/** Writes a packet for a device of a protocol version. */
export const encodeMqtt = (packet: Packet, version: Version): Uint8Array => {
  if (packet.cmd !== 'puback' || version === 5) return generate(packet, { protocolVersion: version })
  const number = packet.messageId ?? 0
  return Uint8Array.of(0x40, 2, number >> 8, number & 0xff)
}

export const versionOf = (connect: IConnectPacket): Version => connect.protocolVersion ?? 4
