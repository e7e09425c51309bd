/** Backtests, and reports of the past in the order in which they came. */
import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { PersonId } from '../../../../kernel/identity.ts'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { BacktestId, BacktestView } from '../../contract/rules.ts'
import type { DeviceId, DeviceKind, SiteId } from '../../model/report.ts'
import type { Definition } from '../../model/rules/definition.ts'

export type BacktestResult = Pick<
  BacktestView,
  'reports' | 'alarms' | 'devices' | 'days' | 'activeMinutes' | 'perDay' | 'perDevice' | 'rows'
>
type BacktestTable = {
  id: BacktestId
  rule_key: string
  rule_version: number
  definition: Definition
  from_at: Instant
  to_at: Instant
  site_ids: readonly SiteId[]
  state: 'queued' | 'running' | 'done' | 'failed'
  done: number
  total: number
  asked_at: Instant
  asked_by: PersonId | null
  finished_at: Instant | null
  problem: string | null
  result: BacktestResult | null
}
export type BacktestRecord = Selectable<BacktestTable>
const tables = (db: Database) => db.withTables<{ 'monitoring.backtest': BacktestTable }>()
const json = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`

export const insertBacktest = async (db: DatabaseTransaction, row: BacktestRecord): Promise<void> => {
  await tables(db)
    .insertInto('monitoring.backtest')
    .values({ ...row, definition: json(row.definition), site_ids: json(row.site_ids), result: null })
    .execute()
}
export const backtestById = async (db: Database, id: BacktestId): Promise<BacktestRecord | null> =>
  (await tables(db).selectFrom('monitoring.backtest').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const backtestsOf = (db: Database, key: string): Promise<readonly BacktestRecord[]> =>
  tables(db)
    .selectFrom('monitoring.backtest')
    .selectAll()
    .where('rule_key', '=', key)
    .orderBy('asked_at', 'desc')
    .limit(20)
    .execute()
export const changeBacktest = async (
  db: Database,
  id: BacktestId,
  {
    result,
    ...changes
  }: Partial<Pick<BacktestRecord, 'state' | 'done' | 'total' | 'finished_at' | 'problem' | 'result'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('monitoring.backtest')
    .set({ ...changes, ...(result === undefined ? {} : { result: result === null ? null : json(result) }) })
    .where('id', '=', id)
    .execute()
}

// ------------------------------------------------------------------------------------------ the past

export interface PastDevice {
  readonly device_id: DeviceId
  readonly site_id: SiteId
  readonly site_name: string
  readonly name: string
  readonly kind: DeviceKind
  readonly profile_id: number
  readonly metrics: readonly string[]
}
/** Devices of sites (empty: of all), in the order of sites. */
export const pastDevices = async (db: Database, siteIds: readonly SiteId[]): Promise<readonly PastDevice[]> => {
  const { rows } = await sql<PastDevice>`
    select d.id as device_id, d.site_id, s.name as site_name, d.name, d.kind, d.profile_id, p.metrics
    from monitoring.device d
    join monitoring.site s on s.id = d.site_id
    join monitoring.metric_profile p on p.id = d.profile_id
    where ${siteIds.length === 0} or d.site_id = any(${[...siteIds]}::uuid[])
    order by d.site_id, d.id`.execute(db)
  return rows
}
export const profileMetrics = async (db: Database): Promise<ReadonlyMap<number, readonly string[]>> => {
  const { rows } = await sql<{ id: number; metrics: readonly string[] }>`
    select id, metrics from monitoring.metric_profile`.execute(db)
  return new Map(rows.map((row) => [row.id, row.metrics]))
}
interface Scope {
  readonly siteId: SiteId
  readonly deviceIds: readonly DeviceId[]
  readonly from: Instant
  /** Not included. */
  readonly to: Instant
}
export interface PastTelemetry {
  readonly device_id: DeviceId
  readonly at: Instant
  readonly received_at: Instant
  readonly span_s: number
  readonly profile_id: number
  readonly quality: number
  readonly buffered: boolean
  readonly values: readonly number[]
}
/** What was measured in a period; the moment of measuring counts. */
export const pastTelemetry = async (db: Database, { siteId, deviceIds, from, to }: Scope) => {
  const { rows } = await sql<PastTelemetry>`
    select device_id, at, received_at, span_s, profile_id, quality, buffered, "values" as values
    from monitoring.telemetry
    where site_id = ${siteId} and device_id = any(${[...deviceIds]}::uuid[]) and at >= ${from} and at < ${to}
    order by received_at, at, device_id`.execute(db)
  return rows
}
export interface PastPosition {
  readonly device_id: DeviceId
  readonly at: Instant
  readonly received_at: Instant
  readonly lon: number
  readonly lat: number
  readonly floor: number | null
  readonly speed_mps: number | null
  readonly accuracy_m: number | null
  readonly buffered: boolean
}
export const pastPositions = async (db: Database, { siteId, deviceIds, from, to }: Scope) => {
  const { rows } = await sql<PastPosition>`
    select device_id, at, received_at, lon, lat, floor, speed_mps, accuracy_m, buffered
    from monitoring.position
    where site_id = ${siteId} and device_id = any(${[...deviceIds]}::uuid[]) and at >= ${from} and at < ${to}
    order by received_at, at, device_id`.execute(db)
  return rows
}
export interface PastPass {
  readonly device_id: DeviceId
  readonly event_id: string
  readonly worker_ref: string
  readonly at: Instant
  readonly received_at: Instant
  readonly direction: 'in' | 'out'
  readonly method: 'face' | 'card' | 'manual'
  readonly buffered: boolean
}
export const pastPasses = async (db: Database, { siteId, deviceIds, from, to }: Scope) => {
  const { rows } = await sql<PastPass>`
    select device_id, event_id, worker_ref, at, received_at, direction, method, buffered
    from monitoring.attendance
    where site_id = ${siteId} and device_id = any(${[...deviceIds]}::uuid[]) and at >= ${from} and at < ${to}
    order by received_at, at, event_id`.execute(db)
  return rows
}
export interface PastEvent {
  readonly device_id: DeviceId
  readonly event_id: string
  readonly at: Instant
  readonly received_at: Instant
  readonly code: string
  readonly severity: 1 | 2 | 3 | 4
  readonly text: string
  readonly active: boolean
  readonly evidence: Readonly<Record<string, string | number | boolean | null>>
  readonly buffered: boolean
}
export const pastEvents = async (db: Database, { siteId, deviceIds, from, to }: Scope) => {
  const { rows } = await sql<PastEvent>`
    select device_id, event_id, at, received_at, code, severity, text, active, evidence, buffered
    from monitoring.device_event
    where site_id = ${siteId} and device_id = any(${[...deviceIds]}::uuid[]) and at >= ${from} and at < ${to}
    order by received_at, at, event_id`.execute(db)
  return rows
}
export interface PastStation {
  readonly device_id: DeviceId
  readonly site_id: SiteId
  readonly lon: number
  readonly lat: number
  readonly ats: readonly Instant[]
  readonly values: readonly number[]
}
/** Means of a minute of a metric at all stations in a period: what neighbours said. */
export const pastStations = async (db: Database, metric: string, from: Instant, to: Instant) => {
  const { rows } = await sql<PastStation>`
    select d.id as device_id, d.site_id,
      coalesce(d.lon, (s.point->>0)::float8) as lon, coalesce(d.lat, (s.point->>1)::float8) as lat,
      array_agg(t.at order by t.at) as ats,
      array_agg(t."values"[array_position(p.metrics, ${metric})]::float8 order by t.at) as values
    from monitoring.telemetry t
    join monitoring.device d on d.id = t.device_id
    join monitoring.site s on s.id = d.site_id
    join monitoring.metric_profile p on p.id = t.profile_id
    where t.at >= ${from} and t.at < ${to} and d.kind in ('dust', 'noise', 'weather')
      and array_position(p.metrics, ${metric}) is not null
      and t."values"[array_position(p.metrics, ${metric})] <> 'NaN'
      and coalesce(d.lon, (s.point->>0)::float8) is not null
    group by d.id, d.site_id, s.point, d.lon, d.lat`.execute(db)
  return rows
}
