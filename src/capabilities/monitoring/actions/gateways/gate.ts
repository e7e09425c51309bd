/**
 * Who is let in: the number must be known, the device enabled, the address within its networks, the secret right, and nobody
 * else connected under the name from another address. What is refused is counted and shown on the device.
 */
import { type Instant, msOf } from '../../../../kernel/time.ts'
import type { RefusalKindOfDevice } from '../../model/devices/words.ts'
import type { DeviceId, Protocol } from '../../model/report.ts'
import type { Context } from '../context.ts'
import type { Presence, Stranger } from './presence.ts'
import { type GateDevice, hasSameSecret, type Registry } from './registry.ts'

/** What carries a device's words: a socket, or nothing (datagrams, requests). */
export interface Link {
  readonly address: string
  readonly isOpen: () => boolean
  readonly close: (reason: string) => void
}
export type Admission =
  | { readonly kind: 'known'; readonly device: GateDevice }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly device: GateDevice; readonly because: RefusalKindOfDevice | 'disabled' }

export interface Counters {
  reports: number
  unknown: number
  refused: number
  malformed: number
  dropped: number
}
export interface Gate {
  /** `proof` says whether what the device showed is right; absent: it is proved otherwise, later. */
  readonly admit: (
    who: Stranger,
    link: Pick<Link, 'address'>,
    proof?: (device: GateDevice) => RefusalKindOfDevice | null,
  ) => Admission
  /** Binds a device to a connection. False: somebody else speaks under its name from another address. */
  readonly enter: (device: GateDevice, link: Link) => boolean
  /** Somebody speaks under the name from another address, and was heard of a moment ago. */
  readonly clashes: (device: GateDevice, address: string) => boolean
  /** Counts what a device said on its connection. */
  readonly heard: (device: GateDevice, link: Pick<Link, 'address'>, reports?: number) => void
  /** A connection ended: the devices on it are gone. */
  readonly left: (link: Link, reason: string) => void
  /** Refuses what a device did, and counts it. */
  readonly refuse: (device: GateDevice, because: RefusalKindOfDevice, address: string) => Admission
  /** Refuses a device that is disabled or whose site has ended. */
  readonly turnAway: (device: GateDevice, address: string) => Admission
  /** Garbage, or words of nobody: an address that goes on with it finds the door closed for a while. */
  readonly strike: (protocol: Protocol, address: string, device?: GateDevice | null) => void
  /** False: the door is closed for this address. */
  readonly mayKnock: (address: string) => boolean
  readonly counters: Readonly<Record<Protocol, Counters>>
  readonly sessions: () => number
  readonly stop: () => void
}

/** A connection that was silent for so long gives way to one from another address, in ms. */
const SILENT_MS = 120_000
/** A device that was found connected to another process is not let in here from another address for so long, in ms. */
const ELSEWHERE_MS = 30_000
/** Faults from one address within a minute, after which it is not let in for a minute. */
const MOST_STRIKES = 300
const MINUTE_MS = 60_000
const MOST_ADDRESSES = 20_000

interface Session {
  device: GateDevice
  readonly link: Link
  readonly openedAt: Instant
  heardMs: number
  reports: number
}
const fresh = (): Counters => ({ reports: 0, unknown: 0, refused: 0, malformed: 0, dropped: 0 })

export const createGate = ({ platform }: Context, registry: Registry, presence: Presence): Gate => {
  const sessions = new Map<DeviceId, Session>()
  const byLink = new Map<Link, Set<DeviceId>>()
  const counters = { hj212: fresh(), jt808: fresh(), gb28181: fresh(), mqtt: fresh(), http: fresh() }
  const strikes = new Map<string, { minute: number; count: number; closedUntil: number }>()
  const nowMs = (): number => msOf(platform.clock())

  const end = (session: Session, reason: string): void => {
    const { device, link, openedAt } = session
    if (sessions.get(device.known.deviceId) === session) sessions.delete(device.known.deviceId)
    byLink.get(link)?.delete(device.known.deviceId)
    const at = platform.clock()
    presence.closed(device, {
      openedAt,
      closedAt: at,
      address: link.address,
      reason: reason.slice(0, 100),
      reports: session.reports,
    })
  }
  const refuse: Gate['refuse'] = (device, because, address) => {
    counters[device.protocol].refused += 1
    presence.refused(device, because, address, platform.clock())
    return { kind: 'refused', device, because }
  }
  /** A device that is disabled is not counted as an attack; one whose site has ended is, so that somebody takes it down. */
  const turnAway: Gate['turnAway'] = (device, address) => {
    if (device.siteEnded) refuse(device, 'site-ended', address)
    return { kind: 'refused', device, because: 'disabled' }
  }
  const isElsewhere = (session: Session | undefined, address: string): boolean =>
    session !== undefined &&
    session.link.address !== address &&
    session.link.isOpen() &&
    nowMs() - session.heardMs < SILENT_MS
  /** Where devices are connected to another process, by their numbers. */
  const elsewhere = new Map<DeviceId, { readonly address: string; readonly untilMs: number }>()
  const isAtOther = (deviceId: DeviceId, address: string): boolean => {
    const other = elsewhere.get(deviceId)
    if (other === undefined) return false
    if (other.untilMs > nowMs()) return other.address !== address
    elsewhere.delete(deviceId)
    return false
  }
  /** Ends a session; its connection too when nobody else speaks on it. */
  const cutOff = (session: Session, reason: string): void => {
    end(session, reason)
    if ((byLink.get(session.link)?.size ?? 0) === 0) session.link.close(reason)
  }
  // The same device at two processes at once: the second one is refused, as it is within one process.
  presence.onElsewhere((deviceId, address) => {
    const session = sessions.get(deviceId)
    if (session === undefined || session.link.address === address) return
    elsewhere.set(deviceId, { address, untilMs: nowMs() + ELSEWHERE_MS })
    refuse(session.device, 'second-connection', session.link.address)
    cutOff(session, 'connected elsewhere')
  })
  // Whoever was disabled or got another secret must come anew.
  registry.onChange((now, before) => {
    const session = sessions.get(now.known.deviceId)
    if (session === undefined) return
    session.device = now
    if (now.state === 'disabled') session.link.close(now.siteEnded ? 'site ended' : 'disabled')
    else if (!hasSameSecret(now, before)) session.link.close('secret changed')
  })
  return {
    admit: (who, { address }, proof) => {
      const device = registry.find(who.protocol, who.externalId)
      if (device === null) {
        counters[who.protocol].unknown += 1
        presence.knocked(who, platform.clock())
        return { kind: 'unknown' }
      }
      if (!device.mayComeFrom(address)) return refuse(device, 'wrong-address', address)
      const wrong = proof?.(device) ?? null
      if (wrong !== null) return refuse(device, wrong, address)
      if (device.state === 'disabled') return turnAway(device, address)
      return { kind: 'known', device }
    },
    enter: (device, link) => {
      const { deviceId } = device.known
      const now = nowMs()
      const session = sessions.get(deviceId)
      if (session?.link === link) {
        session.heardMs = now
        return true
      }
      if (isElsewhere(session, link.address) || isAtOther(deviceId, link.address)) {
        refuse(device, 'second-connection', link.address)
        return false
      }
      if (session !== undefined) cutOff(session, 'taken over')
      sessions.set(deviceId, { device, link, openedAt: platform.clock(), heardMs: now, reports: 0 })
      const on = byLink.get(link) ?? new Set()
      byLink.set(link, on.add(deviceId))
      presence.opened(device, link.address, platform.clock())
      return true
    },
    clashes: ({ known: { deviceId } }, address) =>
      isElsewhere(sessions.get(deviceId), address) || isAtOther(deviceId, address),
    heard: (device, { address }, reports = 0) => {
      const session = sessions.get(device.known.deviceId)
      if (session !== undefined) {
        session.heardMs = nowMs()
        session.reports += reports
      }
      counters[device.protocol].reports += reports
      presence.seen(device, platform.clock(), address, reports, session?.openedAt)
    },
    left: (link, reason) => {
      for (const deviceId of byLink.get(link) ?? []) {
        const session = sessions.get(deviceId)
        if (session?.link === link) end(session, reason)
      }
      byLink.delete(link)
    },
    refuse,
    turnAway,
    strike: (protocol, address, device = null) => {
      counters[protocol].malformed += 1
      if (device !== null) {
        presence.malformed(device)
        return
      }
      const now = nowMs()
      const minute = Math.floor(now / MINUTE_MS)
      const record = strikes.get(address)
      if (record === undefined) {
        if (strikes.size >= MOST_ADDRESSES) strikes.clear()
        strikes.set(address, { minute, count: 1, closedUntil: 0 })
        return
      }
      if (record.minute !== minute) Object.assign(record, { minute, count: 0 })
      record.count += 1
      if (record.count > MOST_STRIKES) record.closedUntil = now + MINUTE_MS
    },
    mayKnock: (address) => (strikes.get(address)?.closedUntil ?? 0) <= nowMs(),
    counters,
    sessions: () => sessions.size,
    stop: () => {
      for (const session of sessions.values()) end(session, 'server stopped')
      byLink.clear()
    },
  }
}
