/** Reads what was stored. */
import { sql } from 'kysely'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'

interface Key {
  readonly siteId: SiteId
  readonly deviceId: DeviceId
}
interface Period {
  readonly from: Instant
  readonly to: Instant
}
export interface RawRow {
  readonly site_id: SiteId
  readonly device_id: DeviceId
  readonly at: Instant
  readonly received_at: Instant
  readonly span_s: number
  readonly profile_id: number
  readonly quality: number
  readonly buffered: boolean
  readonly values: readonly number[]
}
export interface FigureRow {
  readonly at: Instant
  readonly profile_id: number
  readonly n: readonly number[]
  readonly sum: readonly number[]
  readonly min: readonly number[]
  readonly max: readonly number[]
  readonly last: readonly number[]
}
const rawColumns = sql.raw(`site_id, device_id, at, received_at, span_s, profile_id, quality, buffered, "values"`)

/** Reports of a device in order, from a place on; `after` names the last one seen. */
export const rawRows = async (
  db: Database,
  key: Key,
  period: Period,
  after: { readonly at: Instant; readonly span: number } | null,
  limit: number,
): Promise<readonly RawRow[]> => {
  const start =
    after === null
      ? sql`at >= ${period.from}`
      : sql`at >= ${after.at} and (at, span_s) > (${after.at}, ${after.span}::int)`
  const { rows } = await sql<RawRow>`select ${rawColumns} from monitoring.telemetry
    where site_id = ${key.siteId} and device_id = ${key.deviceId} and ${start} and at < ${period.to}
    order by at, span_s limit ${limit}`.execute(db)
  return rows
}
/** Counts reports of a device, up to a limit. */
export const rawCount = async (db: Database, key: Key, period: Period, limit: number): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from (
    select 1 from monitoring.telemetry where site_id = ${key.siteId} and device_id = ${key.deviceId}
      and at >= ${period.from} and at < ${period.to} limit ${limit}) as t`.execute(db)
  return rows[0]?.n ?? 0
}
export const figureRows = async (
  db: Database,
  resolution: '1m' | '1h' | '1d',
  key: Key,
  period: Period,
  limit: number,
): Promise<readonly FigureRow[]> => {
  const { rows } = await sql<FigureRow>`select at, profile_id, n, sum, min, max, last
    from ${sql.raw(`monitoring.rollup_${resolution}`)}
    where site_id = ${key.siteId} and device_id = ${key.deviceId} and at >= ${period.from} and at < ${period.to}
    order by at, profile_id limit ${limit}`.execute(db)
  return rows
}
export interface LastRow {
  readonly site_id: SiteId
  readonly device_id: DeviceId
  readonly at: Instant
  readonly received_at: Instant
  readonly profile_id: number
  readonly quality: number
  readonly values: readonly number[]
}
export const lastRows = async (db: Database, siteIds: readonly SiteId[] | null): Promise<readonly LastRow[]> => {
  const where = siteIds === null ? sql`` : sql`where site_id = any(${siteIds}::uuid[])`
  const { rows } = await sql<LastRow>`select site_id, device_id, at, received_at, profile_id, quality, "values"
    from monitoring.telemetry_last ${where} order by site_id, device_id`.execute(db)
  return rows
}
/** Everything of a short period, in order of the moment. */
export const recentRows = async (db: Database, period: Period): Promise<readonly RawRow[]> => {
  const { rows } = await sql<RawRow>`select ${rawColumns} from monitoring.telemetry
    where at >= ${period.from} and at < ${period.to} order by at, site_id, device_id, span_s`.execute(db)
  return rows
}
/** Ordered metrics of profiles; a profile never changes. */
export const profileMetrics = async (
  db: Database,
  ids: readonly number[],
): Promise<readonly { readonly id: number; readonly metrics: readonly string[] }[]> => {
  const { rows } = await sql<{ id: number; metrics: readonly string[] }>`
    select id, metrics from monitoring.metric_profile where id = any(${ids}::smallint[])`.execute(db)
  return rows
}
