/** Reports of the past of one site as the engine takes them, and the surroundings of that time. */
import { type Instant, localDateOf, msOf } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { DeviceId, KnownDevice, Report, SiteId } from '../../model/report.ts'
import type { CompiledRule } from '../../model/rules/compile.ts'
import { metresBetween } from '../../model/rules/distance.ts'
import type { Surroundings, Zone } from '../../model/rules/engine/types.ts'
import { usualOfDevices } from '../../store/rules/around.ts'
import {
  type PastDevice,
  type PastStation,
  pastEvents,
  pastPasses,
  pastPositions,
  pastStations,
  pastTelemetry,
} from '../../store/rules/backtests.ts'
import { type AlarmsContext, personKey } from '../alarms/context.ts'

export interface PastDay {
  readonly siteId: SiteId
  readonly devices: readonly PastDevice[]
  readonly from: Instant
  readonly to: Instant
}
const asKnown = (device: PastDevice): KnownDevice => ({
  siteId: device.site_id,
  deviceId: device.device_id,
  kind: device.kind,
  profileId: device.profile_id,
  metrics: device.metrics,
})
/** What a site reported in a period, in the order in which it came. */
export const reportsOf = async (
  db: Database,
  rule: CompiledRule,
  { siteId, devices, from, to }: PastDay,
  profiles: ReadonlyMap<number, readonly string[]>,
): Promise<readonly Report[]> => {
  const known = new Map<DeviceId, KnownDevice>(devices.map((device) => [device.device_id, asKnown(device)]))
  const variants = new Map<string, KnownDevice>()
  const deviceOf = (id: DeviceId, profileId?: number): KnownDevice => {
    const device = known.get(id)
    if (device === undefined) throw new Error(`device ${id} was not asked for`)
    if (profileId === undefined || profileId === device.profileId) return device
    const key = `${id} ${profileId}`
    const variant = variants.get(key) ?? { ...device, profileId, metrics: profiles.get(profileId) ?? [] }
    variants.set(key, variant)
    return variant
  }
  const scope = { siteId, deviceIds: [...known.keys()], from, to }
  const { kind } = rule.condition
  const telemetry = async (): Promise<readonly Report[]> =>
    (await pastTelemetry(db, scope)).map((row) => ({
      kind: 'telemetry' as const,
      device: deviceOf(row.device_id, row.profile_id),
      at: row.at,
      receivedAt: row.received_at,
      buffered: row.buffered,
      quality: row.quality,
      spanSeconds: row.span_s,
      values: Float32Array.from(row.values),
    }))
  const positions = async (): Promise<readonly Report[]> =>
    (await pastPositions(db, scope)).map((row) => ({
      kind: 'position' as const,
      device: deviceOf(row.device_id),
      at: row.at,
      receivedAt: row.received_at,
      buffered: row.buffered,
      lon: row.lon,
      lat: row.lat,
      floor: row.floor,
      speedMps: row.speed_mps,
      accuracyM: row.accuracy_m,
    }))
  switch (kind) {
    case 'zone':
      return positions()
    case 'stale': {
      const all = [...(await telemetry()), ...(await positions())]
      return all.sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : a.receivedAt > b.receivedAt ? 1 : 0))
    }
    case 'unregistered':
      return (await pastPasses(db, scope)).map((row) => ({
        kind: 'attendance' as const,
        device: deviceOf(row.device_id),
        at: row.at,
        receivedAt: row.received_at,
        buffered: row.buffered,
        workerRef: row.worker_ref,
        direction: row.direction,
        method: row.method,
        photoRef: null,
        eventId: row.event_id,
      }))
    case 'device-alarm':
      return (await pastEvents(db, scope)).map((row) => ({
        kind: 'device-alarm' as const,
        device: deviceOf(row.device_id),
        at: row.at,
        receivedAt: row.received_at,
        buffered: row.buffered,
        code: row.code,
        severity: row.severity,
        text: row.text,
        active: row.active,
        eventId: row.event_id,
        evidence: row.evidence,
      }))
    default:
      return telemetry()
  }
}

/** The newest value at or before a moment and not before another; null: none. */
const newest = (station: PastStation, fromMs: number, atMs: number): number | null => {
  let low = 0
  let high = station.ats.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (msOf(station.ats[middle] as Instant) <= atMs) low = middle + 1
    else high = middle
  }
  const at = station.ats[low - 1]
  const value = station.values[low - 1]
  return at === undefined || value === undefined || msOf(at) < fromMs ? null : value
}

export interface PastSurroundings extends Surroundings {
  /** Reads what the reports of a period may need. */
  readonly prepare: (day: PastDay, reports: readonly Report[]) => Promise<void>
  /** The moment that it is for the engine. */
  readonly setNow: (ms: number) => void
}
export const pastSurroundings = (context: AlarmsContext, db: Database, rule: CompiledRule): PastSurroundings => {
  const { condition } = rule
  let nowMs = 0
  let zones: ReadonlyMap<SiteId, readonly Zone[]> = new Map()
  const people = new Map<string, boolean>()
  const usual = new Map<string, { median: number; deviation: number; hours: number }>()
  const stations = new Map<string, readonly PastStation[]>()
  let around: readonly PastStation[] = []
  return {
    prepare: async ({ siteId, devices, from, to }, reports) => {
      if (condition.kind === 'zone') zones = await context.sources.zones(db, [siteId])
      if (condition.kind === 'unregistered') {
        const wanted = reports.flatMap((report) =>
          report.kind === 'attendance' ? [{ siteId, workerRef: report.workerRef }] : [],
        )
        for (const [key, may] of await context.sources.registered(db, wanted, localDateOf(from))) people.set(key, may)
      }
      if (condition.kind === 'history')
        for (const row of await usualOfDevices(
          db,
          devices.map((device) => device.device_id),
        ))
          usual.set(`${row.device_id} ${row.metric} ${row.hour_of_week}`, row)
      if (condition.kind === 'neighbours') {
        around = stations.get(from) ?? (await pastStations(db, condition.metric, from, to))
        stations.set(from, around)
      }
    },
    setNow: (ms) => {
      nowMs = ms
    },
    zones: (siteId) => zones.get(siteId) ?? [],
    registered: (siteId, workerRef) => people.get(personKey(siteId, workerRef)) ?? null,
    usual: (deviceId, metric, hour) => usual.get(`${deviceId} ${metric} ${hour}`) ?? null,
    around: (deviceId, _metric, withinM, fromMs) => {
      const mine = around.find((station) => station.device_id === deviceId)
      if (mine === undefined) return []
      return around.flatMap((station) => {
        if (station.site_id === mine.site_id || metresBetween(station, mine) > withinM) return []
        const value = newest(station, fromMs, nowMs)
        return value === null ? [] : [value]
      })
    },
  }
}
