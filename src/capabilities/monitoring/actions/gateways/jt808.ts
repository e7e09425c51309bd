/**
 * JT/T 808 over TCP: register → code → authenticate → positions. The terminal gets its code when it registers and is the one
 * that was claimed (maker and number of the terminal): the first after the claim binds the name. Answers 8001 to positions
 * follow the commit.
 */
import {
  type Body,
  framesOf as framesToSend,
  mediaReply,
  platformReply,
  type Result,
  registerReply,
} from '../../../../engines/jt808/build.ts'
import { createSplitter } from '../../../../engines/jt808/frames.ts'
import { createReassembly, parseHeader, type RawMessage } from '../../../../engines/jt808/header.ts'
import { decodeMessage, type TerminalMessage } from '../../../../engines/jt808/message.ts'
import { ALARMS, bitsOf, type Position } from '../../../../engines/jt808/position.ts'
import type { Instant } from '../../../../kernel/time.ts'
import type { ConnectionHandler, GatewayConnection } from '../../../../platform/gateways/connection.ts'
import { timingOf } from '../../model/devices/clock.ts'
import { isNumber } from '../../model/devices/numbers.ts'
import type { DeviceId, Report } from '../../model/report.ts'
import type { Delivered } from './deliver.ts'
import type { Stranger } from './presence.ts'
import type { GateDevice } from './registry.ts'
import { linkOf, type Tools } from './tools.ts'

const STRANGER_FAULTS = 5
const MOST_FAULTS = 200
const LOOK_MS = 5_000
/** Bits by which a terminal says that it is itself broken (JT/T 808-2019 table 24). */
const faultBits: ReadonlySet<number> = new Set([4, 5, 6, 7, 8, 9, 10, 11, 12, 24])
const severities: Readonly<Record<number, 1 | 2>> = { 0: 1, 1: 2, 2: 2, 3: 2, 26: 2, 29: 2, 30: 1 }

export interface Jt808Tools extends Tools {
  /** Binds a device to the terminal that registered; false: another one was first. */
  readonly bind: (id: DeviceId, fingerprint: string) => Promise<boolean>
  /** Stores a picture of a device; rejects when it is not durable. */
  readonly keepPicture: (
    device: GateDevice,
    picture: {
      readonly at: Instant
      readonly receivedAt: Instant
      readonly event: number
      readonly channel: number
      readonly jpeg: Uint8Array
    },
  ) => Promise<void>
}

export const jt808Connection = (tools: Jt808Tools, connection: GatewayConnection): ConnectionHandler => {
  const { gate, presence, clock, deliver } = tools
  const link = linkOf(connection)
  const splitter = createSplitter()
  const parts = createReassembly()
  /** Terminals that proved themselves on this connection, and the events of the alarm bits that are set. */
  const proven = new Map<string, { readonly open: Map<number, string> }>()
  let serial = 0
  let faults = 0

  const answer = (to: RawMessage, body: Body): void => {
    const { layout, phone, version } = to
    for (const frame of framesToSend({ layout, phone, version, serial }, body)) connection.send(frame)
    serial = (serial + 1) % 0x10000
  }
  const reply = (to: RawMessage, result: Result): void => answer(to, platformReply(to.serial, to.id, result))
  const fault = (device: GateDevice | null = null): void => {
    faults += 1
    gate.strike('jt808', link.address, device)
    if (faults > (proven.size === 0 ? STRANGER_FAULTS : MOST_FAULTS)) connection.end()
  }
  const strangerOf = (raw: RawMessage, said: TerminalMessage): Stranger => ({
    protocol: 'jt808',
    externalId: raw.terminal,
    address: link.address,
    sample: `${raw.id.toString(16).padStart(4, '0')} ${said.kind} ${raw.layout}`,
    ...(said.kind === 'register'
      ? {
          fingerprint: `${said.maker}/${said.terminalId}`,
          modelHint: said.model,
          nameHint: said.plate,
          kindHint: said.plateColour === 0 ? ('tracker' as const) : ('vehicle' as const),
        }
      : {}),
  })

  const registering = async (raw: RawMessage, said: Extract<TerminalMessage, { kind: 'register' }>): Promise<void> => {
    const stranger = strangerOf(raw, said)
    const own = stranger.fingerprint ?? ''
    const admission = gate.admit(stranger, link, (device) =>
      device.fingerprint === null || device.fingerprint === own ? null : 'other-terminal',
    )
    // 4: no such terminal. It registers again by itself, and gets its code once somebody has claimed it.
    if (admission.kind === 'unknown') return answer(raw, registerReply(raw.serial, 4, ''))
    if (admission.kind === 'refused') {
      answer(raw, registerReply(raw.serial, 3, ''))
      return connection.end()
    }
    const { device } = admission
    const code = device.secret()
    if (code === null || gate.clashes(device, link.address)) {
      if (code !== null) gate.refuse(device, 'second-connection', link.address)
      answer(raw, registerReply(raw.serial, 3, ''))
      return connection.end()
    }
    if (device.fingerprint === null && !(await tools.bind(device.known.deviceId, own))) {
      gate.refuse(device, 'other-terminal', link.address)
      answer(raw, registerReply(raw.serial, 3, ''))
      return connection.end()
    }
    return answer(raw, registerReply(raw.serial, 0, code))
  }
  const authenticating = (raw: RawMessage, said: Extract<TerminalMessage, { kind: 'authenticate' }>): void => {
    const admission = gate.admit(strangerOf(raw, said), link, (device) =>
      device.isSecret(said.code) ? null : 'wrong-secret',
    )
    if (admission.kind === 'known' && gate.enter(admission.device, link)) {
      proven.set(raw.terminal, { open: new Map() })
      gate.heard(admission.device, link)
      return reply(raw, 0)
    }
    reply(raw, 1)
    if (admission.kind !== 'unknown') connection.end()
  }

  const positionReport = (device: GateDevice, position: Position): Report => {
    const receivedAt = clock()
    const timing = timingOf(position.at, receivedAt, position.buffered)
    if (timing.skewMs !== null) presence.clock(device, timing.skewMs, receivedAt)
    const base = { device: device.known, at: timing.at, receivedAt, buffered: timing.buffered }
    return position.latitude === null || position.longitude === null
      ? { kind: 'heartbeat', ...base }
      : {
          kind: 'position',
          ...base,
          lon: position.longitude,
          lat: position.latitude,
          floor: null,
          speedMps: position.speed / 3.6,
          accuracyM: null,
        }
  }
  /** Alarm bits that came or went since the last live position. */
  const alarmReports = (device: GateDevice, raw: RawMessage, position: Position): readonly Report[] => {
    const state = proven.get(raw.terminal)
    if (position.buffered || state === undefined) return []
    const now = new Set(bitsOf(position.alarmBits))
    const receivedAt = clock()
    const timing = timingOf(position.at, receivedAt)
    for (const bit of faultBits)
      presence.fault(device, `808.${bit}`, now.has(bit) ? (ALARMS[bit] ?? '故障') : null, receivedAt)
    const { open } = state
    const begun = [...now].filter((bit) => !faultBits.has(bit) && !open.has(bit))
    const ended = [...open.keys()].filter((bit) => !now.has(bit))
    const report = (bit: number, active: boolean): Report => ({
      kind: 'device-alarm',
      device: device.known,
      at: timing.at,
      receivedAt,
      buffered: timing.buffered,
      code: `808.${bit}`,
      severity: severities[bit] ?? 3,
      text: ALARMS[bit] ?? `报警位 ${bit}`,
      active,
      eventId: open.get(bit) ?? '',
      evidence: { lon: position.longitude, lat: position.latitude, speed: position.speed },
    })
    for (const bit of begun) open.set(bit, `808.${bit}:${timing.at}`)
    const reports = [...begun.map((bit) => report(bit, true)), ...ended.map((bit) => report(bit, false))]
    for (const bit of ended) open.delete(bit)
    return reports
  }
  const resultOf = (delivered: readonly Delivered[]): Result | null =>
    delivered.includes('failed') ? null : delivered.includes('refused') ? 2 : 0
  const storing = async (raw: RawMessage, reports: readonly Report[]): Promise<void> => {
    const result = resultOf(await Promise.all(reports.map((report) => deliver.deliver(report, connection.isOpen))))
    if (result !== null) reply(raw, result)
  }
  const heartbeat = (device: GateDevice): Report => {
    const at = clock()
    return { kind: 'heartbeat', device: device.known, at, receivedAt: at, buffered: false }
  }

  /** The answer to a picture follows its storing; a terminal that gets none sends it again. */
  const picturing = async (
    raw: RawMessage,
    said: Extract<TerminalMessage, { kind: 'media' }>,
    device: GateDevice,
  ): Promise<void> => {
    if (said.type !== 'image') return reply(raw, 3)
    if (said.data[0] !== 0xff || said.data[1] !== 0xd8) {
      fault(device)
      return reply(raw, 2)
    }
    const receivedAt = clock()
    const { at } = timingOf(said.position?.at ?? null, receivedAt, true)
    const { event, channel, data } = said
    await tools.keepPicture(device, { at, receivedAt, event, channel, jpeg: data })
    gate.heard(device, link, 1)
    answer(raw, mediaReply(said.id))
  }
  const proved = (raw: RawMessage, said: TerminalMessage, device: GateDevice): void | Promise<void> => {
    switch (said.kind) {
      case 'heartbeat':
        return storing(raw, [heartbeat(device)])
      case 'position':
        gate.heard(device, link, 1)
        return storing(raw, [positionReport(device, said.position), ...alarmReports(device, raw, said.position)])
      case 'batch':
        gate.heard(device, link, said.positions.length)
        return storing(
          raw,
          said.positions.map((position) => positionReport(device, { ...position, buffered: true })),
        )
      case 'media':
        return picturing(raw, said, device).catch(tools.failed)
      case 'logout':
        reply(raw, 0)
        return connection.end()
      case 'reply':
        return undefined
      case 'malformed':
        fault(device)
        return reply(raw, 2)
      default:
        return reply(raw, 3)
    }
  }
  const heard = (raw: RawMessage): void | Promise<void> => {
    if (!isNumber('jt808', raw.terminal)) return fault()
    const said = decodeMessage(raw)
    if (said.kind === 'register') return registering(raw, said)
    if (said.kind === 'authenticate') return authenticating(raw, said)
    const device = tools.registry.find('jt808', raw.terminal)
    if (device === null || device.state === 'disabled' || !proven.has(raw.terminal)) {
      if (device === null) gate.admit(strangerOf(raw, said), link)
      // Not proved: whatever it says is not stored, and it is told so.
      if (said.kind !== 'reply') reply(raw, 1)
      return undefined
    }
    if (!gate.enter(device, link)) return connection.end()
    gate.heard(device, link)
    return proved(raw, said, device)
  }
  const take = (octets: Uint8Array): void | Promise<void> => {
    const raw = parseHeader(octets)
    if (raw === null) return fault()
    const assembled = parts.add(raw, clock())
    if (assembled.kind === 'refused') return fault()
    if (assembled.kind === 'whole') return heard(assembled.message)
    // Each part but the last is answered by itself, so that the next one comes; none of them is stored yet.
    if (proven.has(raw.terminal)) reply(raw, 0)
    return undefined
  }
  const timer = setInterval(() => parts.expire(clock()), LOOK_MS)
  timer.unref()
  return {
    receive: (bytes) => {
      const work: Promise<void>[] = []
      for (const event of splitter.feed(bytes)) {
        if (!connection.isOpen()) break
        const done = event.kind === 'frame' ? take(event.octets) : fault()
        if (done !== undefined) work.push(done)
      }
      return work.length === 0 ? undefined : Promise.all(work).then(() => undefined)
    },
    closed: (reason) => {
      clearInterval(timer)
      gate.left(link, reason)
    },
  }
}
