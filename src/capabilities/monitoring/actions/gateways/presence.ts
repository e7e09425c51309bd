/**
 * What becomes known of devices besides their reports: connections, last words, clocks, faults, refused attempts, knocks of
 * strangers. Gathered in memory and written every few seconds; none of it is worth a transaction of its own.
 */
import { system } from '../../../../kernel/actor.ts'
import { addMs, DAY_MS, type Instant, localDateOf, msOf } from '../../../../kernel/time.ts'
import { deviceImpersonated } from '../../contract/devices.ts'
import { isBehind, type Lag, nextLag } from '../../model/devices/clock.ts'
import { type RefusalKindOfDevice, refusalKindWords } from '../../model/devices/words.ts'
import type { DeviceId, DeviceKind, Protocol } from '../../model/report.ts'
import { siteById } from '../../store/devices/devices.ts'
import {
  countRefusal,
  type EndedConnection,
  endStaleConnections,
  faultsOfAll,
  forgetOldTraces,
  type HealthChange,
  type HeldElsewhere,
  writeConnections,
  writeHealth,
} from '../../store/devices/health.ts'
import { recordKnock } from '../../store/devices/quarantine.ts'
import type { Fault } from '../../store/devices/tables.ts'
import type { Context } from '../context.ts'
import { aboutDevice, placeOfEvent } from '../devices/common.ts'
import type { GateDevice } from './registry.ts'

const FLUSH_MS = 2_000
const BATCH = 1_000
/** Knocks of different strangers between two writes at most, and connections that ended. */
const MOST_KNOCKS = 2_000
const MOST_ENDED = 20_000
/** A process that was killed leaves connections; after this silence nobody believes in them (ms). */
const STALE_MS = 600_000
const NONCE_MS = 1_200_000
const CONNECTIONS_DAYS = 90
const CLEAN_EVERY = 900

export interface Stranger {
  readonly protocol: Protocol
  readonly externalId: string
  readonly address: string
  readonly kindHint?: DeviceKind | null
  readonly modelHint?: string
  readonly nameHint?: string
  readonly fingerprint?: string | null
  readonly parentId?: DeviceId | null
  /** One message without secrets and values. */
  readonly sample?: string
}
export interface Presence {
  readonly opened: (device: GateDevice, address: string, at: Instant) => void
  readonly closed: (device: GateDevice, ended: Omit<EndedConnection, 'siteId' | 'deviceId'>) => void
  /** Heard of, with or without a report; `since`: when its connection was opened, where it has one. */
  readonly seen: (
    device: GateDevice,
    at: Instant,
    address: string | null,
    reports?: number,
    since?: Instant | null,
  ) => void
  readonly clock: (device: GateDevice, skewMs: number, at: Instant) => void
  /** A report that is so far behind: from a buffer, or by a clock that is wrong; that shows with time. */
  readonly behind: (device: GateDevice, lagMs: number, at: Instant) => void
  readonly malformed: (device: GateDevice) => void
  readonly refused: (device: GateDevice, kind: RefusalKindOfDevice, address: string, at: Instant) => void
  /** A fault that the device reports of itself; null text: it is over. */
  readonly fault: (device: GateDevice, code: string, text: string | null, at: Instant) => void
  /** Whether the device reports a fault of itself now. */
  readonly hasFaults: (device: GateDevice) => boolean
  readonly knocked: (stranger: Stranger, at: Instant) => void
  /** Told of a device that speaks here and, on a connection that is older, at another process from the given address. */
  readonly onElsewhere: (listener: (deviceId: DeviceId, address: string) => void) => void
  /** Writes what was gathered. Rejects when the database is away; what was gathered stays. */
  readonly flush: () => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

type Gathered = { -readonly [K in keyof HealthChange]: HealthChange[K] }
interface Attempt {
  readonly device: GateDevice
  readonly kind: RefusalKindOfDevice
  readonly address: string
  readonly at: Instant
  count: number
}
interface Waiting {
  readonly stranger: Stranger
  readonly at: Instant
  attempts: number
}
const cut = (text: string, length: number): string => text.replaceAll('\u0000', '').slice(0, length)

export const createPresence = (context: Context, node: string): Presence => {
  const { platform } = context
  let changes = new Map<DeviceId, Gathered>()
  let attempts = new Map<string, Attempt>()
  let knocks = new Map<string, Waiting>()
  let ended: EndedConnection[] = []
  const faults = new Map<DeviceId, Record<string, Fault>>()
  /** Connections here that came second, and when their device was heard at the other process before. */
  const doubts = new Map<DeviceId, { readonly here: Gathered; readonly there: Instant | null }>()
  const lags = new Map<DeviceId, Lag>()
  let tellElsewhere: (deviceId: DeviceId, address: string) => void = () => undefined
  let timer: NodeJS.Timeout | undefined
  let running = false
  let writing: Promise<void> | null = null
  let rounds = 0

  const of = ({ known: { siteId, deviceId } }: GateDevice): Gathered => {
    let change = changes.get(deviceId)
    if (change === undefined) {
      change = {
        siteId,
        deviceId,
        connected: null,
        address: null,
        connectedAt: null,
        disconnectedAt: null,
        lastSeenAt: null,
        clockSkewMs: null,
        clockSkewAt: null,
        reports: 0,
        malformed: 0,
        refused: 0,
        faults: null,
      }
      changes.set(deviceId, change)
    }
    return change
  }
  /** A device that goes on speaking at both processes is two devices: nobody looks at clocks of processes for that. */
  const noteHeld = (written: readonly Gathered[], held: readonly HeldElsewhere[]): void => {
    const elsewhere = new Map(held.map((each) => [each.deviceId, each]))
    for (const here of written) {
      const other = elsewhere.get(here.deviceId)
      const before = doubts.get(here.deviceId)
      doubts.delete(here.deviceId)
      if (other?.address === undefined || other.address === null || here.connected !== true) continue
      if (before !== undefined && (other.heardAt ?? '') > (before.there ?? ''))
        tellElsewhere(here.deviceId, other.address)
      else doubts.set(here.deviceId, { here, there: before?.there ?? other.heardAt })
    }
  }
  /** Whoever is doubted is written again, so that what the other process wrote meanwhile is seen. */
  const askAgain = (): void => {
    for (const [deviceId, { here }] of doubts)
      if (!changes.has(deviceId))
        changes.set(deviceId, { ...here, clockSkewMs: null, reports: 0, malformed: 0, refused: 0, faults: null })
  }
  /** Puts back what could not be written; what came meanwhile is newer. */
  const giveBack = (before: Map<DeviceId, Gathered>): void => {
    for (const [id, old] of before) {
      const now = changes.get(id)
      if (now === undefined) changes.set(id, old)
      else {
        for (const key of [
          'connected',
          'address',
          'connectedAt',
          'disconnectedAt',
          'lastSeenAt',
          'clockSkewMs',
          'clockSkewAt',
          'faults',
        ] as const)
          if (now[key] === null) Object.assign(now, { [key]: old[key] })
        now.reports += old.reports
        now.malformed += old.malformed
        now.refused += old.refused
      }
    }
  }
  const writeChanges = async (): Promise<void> => {
    const taken = changes
    changes = new Map()
    const list = [...taken.values()]
    try {
      for (let from = 0; from < list.length; from += BATCH) {
        const part = list.slice(from, from + BATCH)
        noteHeld(part, await writeHealth(platform.db, node, part))
        for (const each of part) taken.delete(each.deviceId)
      }
    } catch (error) {
      giveBack(taken)
      throw error
    }
  }
  const writeEnded = async (): Promise<void> => {
    while (ended.length > 0) {
      const part = ended.slice(0, BATCH)
      await writeConnections(platform.db, node, part)
      ended = ended.slice(part.length)
    }
  }
  const writeAttempts = async (): Promise<void> => {
    for (const [key, { device, kind, address, at, count }] of attempts) {
      attempts.delete(key)
      const { siteId, deviceId } = device.known
      await platform.transact(system('monitoring-gateways'), async (unit) => {
        const attempt = { siteId, deviceId, day: localDateOf(at), kind, address, at, count }
        const first = await countRefusal(unit.db, attempt)
        // A device that goes on after its site has ended uses its own name: nobody is warned of a thief.
        if (!first || kind === 'site-ended') return
        const site = await siteById(unit.db, siteId)
        if (site === null) return
        const named = { id: deviceId, name: device.name, protocol: device.protocol, external_id: device.externalId }
        await unit.record(deviceImpersonated, {
          ...placeOfEvent(named, site),
          occurredAt: at,
          payload: {
            ...aboutDevice(named, site),
            refusal: kind,
            refusalName: refusalKindWords[kind].zh,
            address,
          },
        })
      })
    }
  }
  const writeKnocks = async (): Promise<void> => {
    for (const [key, { stranger, at, attempts: count }] of knocks) {
      knocks.delete(key)
      await recordKnock(platform.db, {
        id: platform.newId<'quarantine'>(),
        protocol: stranger.protocol,
        externalId: stranger.externalId,
        address: stranger.address,
        at,
        attempts: count,
        kindHint: stranger.kindHint ?? null,
        modelHint: cut(stranger.modelHint ?? '', 80),
        nameHint: cut(stranger.nameHint ?? '', 80),
        fingerprint: stranger.fingerprint ?? null,
        parentId: stranger.parentId ?? null,
        sample: cut(stranger.sample ?? '', 400),
      })
    }
  }
  const write = async (): Promise<void> => {
    askAgain()
    await writeChanges()
    await writeEnded()
    await writeAttempts()
    await writeKnocks()
    rounds += 1
    if (rounds % CLEAN_EVERY === 0) {
      const now = platform.clock()
      await forgetOldTraces(platform.db, {
        nonces: addMs(now, -NONCE_MS),
        connections: addMs(now, -CONNECTIONS_DAYS * DAY_MS),
      })
    }
  }
  const flush = async (): Promise<void> => {
    while (writing !== null) await writing.catch(() => undefined)
    writing = write()
    try {
      await writing
    } finally {
      writing = null
    }
  }
  const again = (): void => {
    if (!running) return
    timer = setTimeout(() => {
      flush()
        .catch((error: unknown) => platform.log.warn({ error: String(error) }, 'the health of devices is not written'))
        .finally(again)
    }, FLUSH_MS)
  }
  return {
    opened: (device, address, at) => {
      Object.assign(of(device), { connected: true, address, connectedAt: at, lastSeenAt: at })
    },
    closed: (device, connection) => {
      doubts.delete(device.known.deviceId)
      Object.assign(of(device), { connected: false, disconnectedAt: connection.closedAt })
      if (ended.length < MOST_ENDED)
        ended.push({ siteId: device.known.siteId, deviceId: device.known.deviceId, ...connection })
    },
    seen: (device, at, address, reports = 0, since = null) => {
      const change = of(device)
      change.lastSeenAt = at
      if (since !== null) {
        change.connected = true
        change.connectedAt = since
      }
      if (address !== null) change.address = address
      change.reports += reports
    },
    clock: (device, skewMs, at) => {
      if (lags.size > 0) lags.delete(device.known.deviceId)
      const change = of(device)
      change.clockSkewMs = Math.round(skewMs)
      change.clockSkewAt = at
    },
    behind: (device, lagMs, at) => {
      const { deviceId } = device.known
      const lag = nextLag(lags.get(deviceId), lagMs, msOf(at))
      lags.set(deviceId, lag)
      if (isBehind(lag, msOf(at))) Object.assign(of(device), { clockSkewMs: -Math.round(lag.lagMs), clockSkewAt: at })
    },
    malformed: (device) => {
      of(device).malformed += 1
    },
    refused: (device, kind, address, at) => {
      of(device).refused += 1
      const key = `${device.known.deviceId} ${kind} ${address}`
      const attempt = attempts.get(key)
      if (attempt !== undefined) attempt.count += 1
      else if (attempts.size < MOST_KNOCKS) attempts.set(key, { device, kind, address, at, count: 1 })
    },
    fault: (device, code, text, at) => {
      const { deviceId } = device.known
      const now = faults.get(deviceId) ?? {}
      if (text === null ? now[code] === undefined : now[code]?.text === text) return
      const { [code]: before, ...others } = now
      const next = text === null ? others : { ...others, [code]: { text: cut(text, 200), since: before?.since ?? at } }
      faults.set(deviceId, next)
      of(device).faults = next
    },
    hasFaults: ({ known: { deviceId } }) => {
      if (faults.size === 0) return false
      const now = faults.get(deviceId)
      return now !== undefined && Object.keys(now).length > 0
    },
    knocked: (stranger, at) => {
      const key = `${stranger.protocol} ${stranger.externalId}`
      const waiting = knocks.get(key)
      if (waiting !== undefined) waiting.attempts += 1
      else if (knocks.size < MOST_KNOCKS) knocks.set(key, { stranger: { ...stranger }, at, attempts: 1 })
    },
    onElsewhere: (listener) => {
      tellElsewhere = listener
    },
    flush,
    start: async () => {
      running = true
      const now = platform.clock()
      await endStaleConnections(platform.db, addMs(now, -STALE_MS), now)
      for (const row of await faultsOfAll(platform.db)) faults.set(row.device_id, { ...row.faults })
      again()
    },
    stop: async () => {
      running = false
      clearTimeout(timer)
      await flush()
    },
  }
}
