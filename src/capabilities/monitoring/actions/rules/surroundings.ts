/** What rules look at besides reports, kept in memory and read again when it is too old. */

import { localDateOf, msOf } from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import type { DeviceId, Report, SiteId } from '../../model/report.ts'
import type { CompiledRule } from '../../model/rules/compile.ts'
import { metresBetween } from '../../model/rules/distance.ts'
import type { Engine } from '../../model/rules/engine/engine.ts'
import type { Surroundings, Zone } from '../../model/rules/engine/types.ts'
import { type StationRow, siteValues, stationsOf, usualOfDevices } from '../../store/rules/around.ts'
import { type AlarmsContext, personKey } from '../alarms/context.ts'

/** How old each kind of knowledge may be, ms. */
const ZONES_MS = 30_000
const STATIONS_MS = 60_000
const USUAL_MS = 3_600_000
const BOARD_MS = 10_000
const MOST_PEOPLE = 50_000

interface Dated<T> {
  readonly value: T
  readonly readAt: number
}
interface Nearby {
  readonly atMs: number
  readonly value: number
}
const nobody: readonly number[] = []
type UsualTable = ReadonlyMap<string, { readonly median: number; readonly deviation: number; readonly hours: number }>

export interface LiveSurroundings extends Surroundings {
  /** Reads what these reports may need. */
  readonly prepare: (unit: Unit, engine: Engine, reports: readonly Report[]) => Promise<void>
}

export const liveSurroundings = (context: AlarmsContext, rules: readonly CompiledRule[]): LiveSurroundings => {
  const zones = new Map<SiteId, Dated<readonly Zone[]>>()
  const usual = new Map<DeviceId, Dated<UsualTable>>()
  let stations: Dated<ReadonlyMap<string, readonly StationRow[]>> = { value: new Map(), readAt: 0 }
  /** Who stands around a station, worked out once for each reading of the stations. */
  let nearby = new Map<string, readonly Nearby[]>()
  const people = new Map<string, boolean>()
  const metricsOf = (kind: 'history' | 'neighbours'): readonly string[] => [
    ...new Set(rules.flatMap(({ condition }) => (condition.kind === kind ? [condition.metric] : []))),
  ]
  const historic = metricsOf('history')
  const compared = metricsOf('neighbours')
  const hasZones = rules.some((rule) => rule.condition.kind === 'zone')
  const hasPeople = rules.some((rule) => rule.condition.kind === 'unregistered')

  const readZones = async (unit: Unit, reports: readonly Report[], nowMs: number): Promise<void> => {
    const wanted = new Set<SiteId>()
    for (const report of reports) {
      if (report.kind !== 'position') continue
      const known = zones.get(report.device.siteId)
      if (known === undefined || nowMs - known.readAt > ZONES_MS) wanted.add(report.device.siteId)
    }
    if (wanted.size === 0) return
    const found = await context.sources.zones(unit.db, [...wanted])
    for (const siteId of wanted) zones.set(siteId, { value: found.get(siteId) ?? [], readAt: nowMs })
  }
  const readPeople = async (unit: Unit, reports: readonly Report[]): Promise<void> => {
    const wanted = new Map<string, { readonly siteId: SiteId; readonly workerRef: string }>()
    for (const report of reports)
      if (report.kind === 'attendance' && report.direction === 'in') {
        const { siteId } = report.device
        wanted.set(personKey(siteId, report.workerRef), { siteId, workerRef: report.workerRef })
      }
    if (wanted.size === 0) return
    const found = await context.sources.registered(unit.db, [...wanted.values()], localDateOf(unit.now))
    // Two transactions may look at once: neither takes away what the other has read.
    if (people.size > MOST_PEOPLE) people.clear()
    for (const key of wanted.keys()) {
      const may = found.get(key)
      if (may === undefined) people.delete(key)
      else people.set(key, may)
    }
  }
  const readUsual = async (unit: Unit, reports: readonly Report[], nowMs: number): Promise<void> => {
    const wanted = new Set<DeviceId>()
    for (const { kind, device } of reports) {
      if (kind !== 'telemetry' || !historic.some((metric) => device.metrics.includes(metric))) continue
      const known = usual.get(device.deviceId)
      if (known === undefined || nowMs - known.readAt > USUAL_MS) wanted.add(device.deviceId)
    }
    if (wanted.size === 0) return
    const tables = new Map<DeviceId, Map<string, { median: number; deviation: number; hours: number }>>()
    for (const row of await usualOfDevices(unit.db, [...wanted])) {
      const table = tables.get(row.device_id) ?? new Map()
      tables.set(row.device_id, table)
      table.set(`${row.metric} ${row.hour_of_week}`, row)
    }
    for (const id of wanted) usual.set(id, { value: tables.get(id) ?? new Map(), readAt: nowMs })
  }
  const readStations = async (unit: Unit, nowMs: number): Promise<void> => {
    if (nowMs - stations.readAt <= STATIONS_MS) return
    const byMetric = new Map<string, StationRow[]>()
    for (const row of await stationsOf(unit.db, compared)) {
      const list = byMetric.get(row.metric) ?? []
      byMetric.set(row.metric, list)
      list.push(row)
    }
    stations = { value: byMetric, readAt: nowMs }
    nearby = new Map()
  }
  const readBoard = async (unit: Unit, engine: Engine, reports: readonly Report[], nowMs: number): Promise<void> => {
    const sites = new Set<SiteId>()
    for (const { kind, device } of reports)
      if (kind === 'telemetry' && (device.kind === 'crane' || device.kind === 'hoist'))
        if (engine.sharedMetrics.some((metric) => !(nowMs - engine.newestAt(device.siteId, metric) <= BOARD_MS)))
          sites.add(device.siteId)
    for (const row of await siteValues(unit.db, [...sites], engine.sharedMetrics))
      engine.post(row.site_id, row.metric, msOf(row.at), row.value)
  }
  return {
    prepare: async (unit, engine, reports) => {
      const nowMs = msOf(unit.now)
      if (hasZones) await readZones(unit, reports, nowMs)
      if (hasPeople) await readPeople(unit, reports)
      if (historic.length > 0) await readUsual(unit, reports, nowMs)
      if (compared.length > 0) await readStations(unit, nowMs)
      if (engine.sharedMetrics.length > 0) await readBoard(unit, engine, reports, nowMs)
    },
    zones: (siteId) => zones.get(siteId)?.value ?? [],
    registered: (siteId, workerRef) => people.get(personKey(siteId, workerRef)) ?? null,
    usual: (deviceId, metric, hour) => usual.get(deviceId)?.value.get(`${metric} ${hour}`) ?? null,
    around: (deviceId, metric, withinM, fromMs) => {
      const key = `${metric} ${deviceId} ${withinM}`
      let found = nearby.get(key)
      if (found === undefined) {
        const all = stations.value.get(metric) ?? []
        const mine = all.find((row) => row.device_id === deviceId)
        found =
          mine === undefined
            ? []
            : all
                .filter((row) => row.site_id !== mine.site_id && metresBetween(row, mine) <= withinM)
                .map(({ at, value }) => ({ atMs: msOf(at), value }))
        nearby.set(key, found)
      }
      return found.length === 0 ? nobody : found.filter(({ atMs }) => atMs >= fromMs).map(({ value }) => value)
    },
  }
}
