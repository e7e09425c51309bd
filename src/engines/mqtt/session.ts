/**
 * One connection of a device to our MQTT endpoint (3.1.1, and 5 tolerated) as a machine without I/O: packets, the host's
 * decisions and time go in, effects come out. Its rules:
 * - clientId is the id of the device; whether user and password prove it, the host decides (`authenticate`, `authenticated`).
 * - A publication with QoS 1 is acknowledged only after the host says `committed`: PUBACK means stored.
 * - QoS 2: a subscription is granted QoS 1; a publication is refused by closing (3.1.1 has no other no) or with 0x9B (5).
 * - Retained messages are not kept: 5 is told so and refused with 0x9A; for 3.1.1 the flag is ignored.
 * - No session outlives its connection: sessionPresent is always false, commands wait in the host and are delivered after
 *   SUBSCRIBE. What a device sends again with DUP is told by (device, ts, seq), which the host stores once.
 * - The will is a hint that the device is gone, never published and never the truth.
 */
import type { IConnectPacket, IPublishPacket, ISubscribePacket, Packet } from 'mqtt-packet'
import { type Version, versionOf } from './codec.ts'
import type { MqttLimits } from './limits.ts'
import { commandTopic, coversCommand, isTopicId, judgeFilter, type Publication, publicationOf } from './topics.ts'

export type CloseReason =
  | 'disconnected'
  | 'connection-lost'
  | 'keepalive'
  | 'no-connect'
  | 'protocol'
  | 'bad-client-id'
  | 'not-authorised'
  | 'unavailable'
  | 'forbidden-topic'
  | 'too-large'
  | 'qos2'
  | 'retained'
  | 'too-many-in-flight'
  | 'taken-over'
  | 'shutting-down'

export type MqttEffect =
  | { readonly kind: 'send'; readonly packet: Packet; readonly version: Version }
  /** Check that user and password belong to the device, then call `authenticated`. */
  | {
      readonly kind: 'authenticate'
      readonly deviceId: string
      readonly username: string | null
      readonly password: Uint8Array | null
    }
  | { readonly kind: 'connected'; readonly deviceId: string }
  /** Store it; if `packetId` is a number, then call `committed` or `failed` with it. */
  | {
      readonly kind: 'publication'
      readonly deviceId: string
      readonly publication: Publication
      readonly payload: Uint8Array
      readonly packetId: number | null
      readonly dup: boolean
    }
  /** The device subscribed to its commands: deliver those that wait. */
  | { readonly kind: 'ready-for-commands'; readonly deviceId: string }
  | { readonly kind: 'command-received'; readonly deviceId: string; readonly commandId: string }
  /** The command was not sent: keep it and deliver it later. */
  | {
      readonly kind: 'command-kept'
      readonly commandId: string
      readonly because: 'not-subscribed' | 'too-many' | 'too-large'
    }
  /** Stop or go on reading from the connection. */
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Close the connection. `gone` names the device when it had been connected; `will` when it left without a word. */
  | {
      readonly kind: 'close'
      readonly because: CloseReason
      readonly gone: string | null
      readonly will: Uint8Array | null
      /** Commands sent and never received. */
      readonly unacknowledged: readonly string[]
    }

export type MqttEvent =
  | { readonly kind: 'packet'; readonly packet: Packet }
  | { readonly kind: 'authenticated'; readonly verdict: 'yes' | 'no' | 'unavailable' }
  | { readonly kind: 'committed'; readonly packetId: number }
  /** It could not be stored: the connection is closed without PUBACK, so that the device connects and sends again. */
  | { readonly kind: 'failed'; readonly packetId: number }
  | { readonly kind: 'command'; readonly commandId: string; readonly payload: Uint8Array }
  | { readonly kind: 'taken-over' }
  | { readonly kind: 'shutdown' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'broken'; readonly why: 'malformed' | 'too-large' }
  | { readonly kind: 'tick' }

export interface MqttSession {
  readonly step: (event: MqttEvent, nowMs: number) => readonly MqttEffect[]
  readonly state: () => 'waiting' | 'authenticating' | 'open' | 'closed'
  /** When a `tick` is due next, ms since 1970. */
  readonly deadlineMs: () => number
  readonly paused: () => boolean
  readonly deviceId: () => string | null
}

/** Reason codes of MQTT 5 by our reason (section 2.4). */
const REASON_5: Partial<Readonly<Record<CloseReason, number>>> = {
  protocol: 0x82,
  'not-authorised': 0x87,
  unavailable: 0x89,
  'forbidden-topic': 0x87,
  'too-large': 0x95,
  qos2: 0x9b,
  retained: 0x9a,
  'too-many-in-flight': 0x93,
  'taken-over': 0x8e,
  keepalive: 0x8d,
  'shutting-down': 0x8b,
}
/** Answers to CONNECT that say no: [3.1.1, 5]. */
const REFUSALS = {
  'bad-client-id': [2, 0x85],
  'not-authorised': [5, 0x87],
  unavailable: [3, 0x88],
} as const

export const mqttSession = (limits: MqttLimits, openedMs: number): MqttSession => {
  let state: 'waiting' | 'authenticating' | 'open' | 'closed' = 'waiting'
  let version: Version = 4
  let deviceId = ''
  let will: Uint8Array | null = null
  let keepaliveMs = 0
  let deadline = openedMs + limits.connectMs
  let asked = 0
  let paused = false
  let clientMaxPacket = Number.POSITIVE_INFINITY
  let maxCommands = limits.maxCommands
  const inFlight = new Set<number>()
  let lastTopic = ''
  let lastPublication: Publication | null = null
  const filters = new Map<string, 0 | 1>()
  const commands = new Map<number, string>()
  let nextPacketId = 0

  const send = (packet: Packet): MqttEffect => ({ kind: 'send', packet, version })
  const close = (because: CloseReason, say = true): readonly MqttEffect[] => {
    const wasOpen = state === 'open'
    const graceful = because === 'disconnected'
    state = 'closed'
    deadline = Number.POSITIVE_INFINITY
    const code = REASON_5[because]
    const farewell =
      say && wasOpen && version === 5 && code !== undefined ? [send({ cmd: 'disconnect', reasonCode: code })] : []
    const gone = wasOpen ? deviceId : null
    const last = wasOpen && !graceful ? will : null
    return [...farewell, { kind: 'close', because, gone, will: last, unacknowledged: [...commands.values()] }]
  }
  const refuse = (because: keyof typeof REFUSALS): readonly MqttEffect[] => {
    const [returnCode, reasonCode] = REFUSALS[because]
    const code = version === 5 ? { reasonCode } : { returnCode }
    return [send({ cmd: 'connack', sessionPresent: false, ...code }), ...close(because)]
  }
  const heard = (nowMs: number): void => {
    deadline = nowMs + keepaliveMs
  }

  const connecting = (packet: IConnectPacket, nowMs: number): readonly MqttEffect[] => {
    version = versionOf(packet)
    asked = packet.keepalive ?? 0
    if (!isTopicId(packet.clientId)) return refuse('bad-client-id')
    if (packet.properties?.authenticationMethod !== undefined) return refuse('not-authorised')
    if (packet.will !== undefined && version === 5 && (packet.will.qos === 2 || packet.will.retain === true)) {
      const reasonCode = packet.will.qos === 2 ? 0x9b : 0x9a
      return [send({ cmd: 'connack', sessionPresent: false, reasonCode }), ...close('protocol')]
    }
    deviceId = packet.clientId
    will = packet.will === undefined ? null : bytesOf(packet.will.payload)
    clientMaxPacket = packet.properties?.maximumPacketSize ?? clientMaxPacket
    maxCommands = Math.min(limits.maxCommands, packet.properties?.receiveMaximum ?? limits.maxCommands)
    state = 'authenticating'
    // The host has as long to decide as the device had to speak.
    deadline = nowMs + limits.connectMs
    const password = packet.password === undefined ? null : bytesOf(packet.password)
    return [{ kind: 'authenticate', deviceId, username: packet.username ?? null, password }]
  }
  const decided = (verdict: 'yes' | 'no' | 'unavailable', nowMs: number): readonly MqttEffect[] => {
    if (state !== 'authenticating') return []
    if (verdict !== 'yes') return refuse(verdict === 'no' ? 'not-authorised' : 'unavailable')
    const granted = asked === 0 ? limits.maxKeepaliveSeconds : Math.min(asked, limits.maxKeepaliveSeconds)
    keepaliveMs = granted * 1500
    state = 'open'
    heard(nowMs)
    const properties = {
      sessionExpiryInterval: 0,
      receiveMaximum: limits.maxInFlight,
      maximumQoS: 1,
      retainAvailable: false,
      maximumPacketSize: limits.maxPacketBytes,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: false,
      ...(granted === asked ? {} : { serverKeepAlive: granted }),
    }
    const answer = version === 5 ? { reasonCode: 0, properties } : { returnCode: 0 }
    return [send({ cmd: 'connack', sessionPresent: false, ...answer }), { kind: 'connected', deviceId }]
  }

  const published = (packet: IPublishPacket): readonly MqttEffect[] => {
    if (packet.qos === 2) return close('qos2')
    if (packet.retain && version === 5) return close('retained')
    if (packet.properties?.topicAlias !== undefined) return close('protocol')
    const payload = bytesOf(packet.payload)
    if (payload.length > limits.maxPayloadBytes) return close('too-large')
    if (packet.topic !== lastTopic) {
      lastTopic = packet.topic
      lastPublication = publicationOf(deviceId, packet.topic)
    }
    const publication = lastPublication
    if (publication === null) return close('forbidden-topic')
    const packetId = packet.qos === 1 ? (packet.messageId ?? 0) : null
    const told: MqttEffect = { kind: 'publication', deviceId, publication, payload, packetId, dup: packet.dup }
    if (packetId === null) return [told]
    if (packetId === 0) return close('protocol')
    // Already on its way to the commit: its one PUBACK will come.
    if (inFlight.has(packetId)) return []
    if (inFlight.size >= limits.maxInFlight) return close('too-many-in-flight')
    inFlight.add(packetId)
    if (inFlight.size < limits.maxInFlight || paused) return [told]
    paused = true
    return [told, { kind: 'pause' }]
  }
  const settled = (packetId: number, stored: boolean): readonly MqttEffect[] => {
    if (state !== 'open' || !inFlight.delete(packetId)) return []
    if (!stored) return close('unavailable')
    const ack = [send({ cmd: 'puback', messageId: packetId, ...(version === 5 ? { reasonCode: 0 } : {}) })]
    if (!paused || inFlight.size > limits.maxInFlight / 2) return ack
    paused = false
    return [...ack, { kind: 'resume' }]
  }

  const subscribing = (packet: ISubscribePacket): readonly MqttEffect[] => {
    if (packet.subscriptions.length === 0 || packet.messageId === undefined) return close('protocol')
    if (packet.properties?.subscriptionIdentifier !== undefined) return close('protocol')
    let ready = false
    const granted = packet.subscriptions.map(({ topic, qos }) => {
      const verdict = judgeFilter(deviceId, topic)
      const room = filters.has(topic) || filters.size < limits.maxSubscriptions
      if (verdict === 'own-commands' && room) {
        const given = qos === 0 ? 0 : 1
        filters.set(topic, given)
        ready = true
        return given
      }
      if (version !== 5) return 0x80
      return { 'own-commands': 0x97, forbidden: 0x87, shared: 0x9e, malformed: 0x8f }[verdict]
    })
    const suback = send({ cmd: 'suback', messageId: packet.messageId, granted })
    return ready ? [suback, { kind: 'ready-for-commands', deviceId }] : [suback]
  }

  const commanded = (commandId: string, payload: Uint8Array): readonly MqttEffect[] => {
    if (state !== 'open') return [{ kind: 'command-kept', commandId, because: 'not-subscribed' }]
    const qos = [...filters].reduce<0 | 1 | null>(
      (best, [filter, each]) => (coversCommand(filter, commandId) && (best === null || each > best) ? each : best),
      null,
    )
    const topic = commandTopic(deviceId, commandId)
    if (qos === null) return [{ kind: 'command-kept', commandId, because: 'not-subscribed' }]
    if ([...commands.values()].includes(commandId)) return []
    const size = payload.length + Buffer.byteLength(topic) + 12
    if (size > Math.min(clientMaxPacket, limits.maxPacketBytes))
      return [{ kind: 'command-kept', commandId, because: 'too-large' }]
    const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), dup: false, retain: false } as const
    if (qos === 0) return [send({ ...packet, qos }), { kind: 'command-received', deviceId, commandId }]
    if (commands.size >= maxCommands) return [{ kind: 'command-kept', commandId, because: 'too-many' }]
    do nextPacketId = (nextPacketId % 65_535) + 1
    while (commands.has(nextPacketId))
    commands.set(nextPacketId, commandId)
    return [send({ ...packet, qos, messageId: nextPacketId })]
  }

  const opened = (packet: Packet): readonly MqttEffect[] => {
    switch (packet.cmd) {
      case 'publish':
        return published(packet)
      case 'puback': {
        const commandId = commands.get(packet.messageId ?? 0)
        if (commandId === undefined) return []
        commands.delete(packet.messageId ?? 0)
        return [{ kind: 'command-received', deviceId, commandId }]
      }
      case 'subscribe':
        return subscribing(packet)
      case 'unsubscribe': {
        if (packet.messageId === undefined) return close('protocol')
        const granted = packet.unsubscriptions.map((filter) => (filters.delete(filter) ? 0 : 0x11))
        return [send({ cmd: 'unsuback', messageId: packet.messageId, granted })]
      }
      case 'pingreq':
        return [send({ cmd: 'pingresp' })]
      case 'disconnect':
        // 0x04 of MQTT 5: the device leaves and wants its will told.
        return packet.reasonCode === 0x04 ? close('connection-lost', false) : close('disconnected', false)
      default:
        return close('protocol')
    }
  }
  const received = (packet: Packet, nowMs: number): readonly MqttEffect[] => {
    if (state === 'closed') return []
    if (state === 'waiting') return packet.cmd === 'connect' ? connecting(packet, nowMs) : close('protocol')
    // Until the host has decided, nothing may follow that we would have to keep; a second CONNECT never may.
    if (state === 'authenticating' || packet.cmd === 'connect') return close('protocol')
    heard(nowMs)
    return opened(packet)
  }

  return {
    step: (event, nowMs) => {
      switch (event.kind) {
        case 'packet':
          return received(event.packet, nowMs)
        case 'authenticated':
          return decided(event.verdict, nowMs)
        case 'committed':
          return settled(event.packetId, true)
        case 'failed':
          return settled(event.packetId, false)
        case 'command':
          return commanded(event.commandId, event.payload)
        case 'taken-over':
          return state === 'closed' ? [] : close('taken-over')
        case 'shutdown':
          return state === 'closed' ? [] : close('shutting-down')
        case 'lost':
          return state === 'closed' ? [] : close('connection-lost', false)
        case 'broken':
          return state === 'closed' ? [] : close(event.why === 'too-large' ? 'too-large' : 'protocol')
        case 'tick':
          return state === 'closed' || nowMs < deadline ? [] : close(state === 'open' ? 'keepalive' : 'no-connect')
      }
    },
    state: () => state,
    deadlineMs: () => deadline,
    paused: () => paused,
    deviceId: () => (deviceId === '' ? null : deviceId),
  }
}

const bytesOf = (value: string | Uint8Array): Uint8Array =>
  typeof value === 'string' ? new TextEncoder().encode(value) : value
