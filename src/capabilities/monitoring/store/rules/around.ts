/** What rules look at besides the reports of a device: usual values, stations around, newest values of a site. */
import { sql } from 'kysely'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'

export interface UsualRow {
  readonly device_id: DeviceId
  readonly metric: string
  readonly hour_of_week: number
  readonly median: number
  readonly deviation: number
  readonly hours: number
}
export const usualOfDevices = async (db: Database, ids: readonly DeviceId[]): Promise<readonly UsualRow[]> => {
  if (ids.length === 0) return []
  const { rows } = await sql<UsualRow>`
    select device_id, metric, hour_of_week, median, deviation, hours from monitoring.rule_baseline
    where device_id = any(${[...ids]}::uuid[])`.execute(db)
  return rows
}
/** Computes the usual values of metrics from hourly means since a moment. */
export const computeUsual = async (
  db: DatabaseTransaction,
  metrics: readonly string[],
  since: Instant,
  now: Instant,
): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    with hours as (
      select r.site_id, r.device_id, m.metric, r.sum[m.place] / r.n[m.place] as value,
        ((extract(isodow from r.at at time zone 'Asia/Shanghai')::int - 1) * 24
          + extract(hour from r.at at time zone 'Asia/Shanghai')::int)::smallint as hour_of_week
      from monitoring.rollup_1h r
      join monitoring.metric_profile p on p.id = r.profile_id
      cross join lateral unnest(p.metrics) with ordinality as m(metric, place)
      where r.at >= ${since} and m.metric = any(${[...metrics]}::text[]) and r.n[m.place] > 0
    ), middle as (
      select site_id, device_id, metric, hour_of_week, count(*)::int as hours,
        percentile_cont(0.5) within group (order by value) as median
      from hours group by site_id, device_id, metric, hour_of_week
    ), spread as (
      select h.site_id, h.device_id, h.metric, h.hour_of_week,
        percentile_cont(0.5) within group (order by abs(h.value - m.median)) as deviation
      from hours h join middle m using (site_id, device_id, metric, hour_of_week)
      group by h.site_id, h.device_id, h.metric, h.hour_of_week
    ), written as (
      insert into monitoring.rule_baseline
        (site_id, device_id, metric, hour_of_week, median, deviation, hours, computed_at)
      select site_id, device_id, metric, hour_of_week, m.median, s.deviation, m.hours, ${now}
      from middle m join spread s using (site_id, device_id, metric, hour_of_week)
      on conflict (site_id, device_id, metric, hour_of_week) do update
        set median = excluded.median, deviation = excluded.deviation, hours = excluded.hours,
          computed_at = excluded.computed_at
      returning 1
    )
    select count(*)::int as n from written`.execute(db)
  return rows[0]?.n ?? 0
}

export interface StationRow {
  readonly device_id: DeviceId
  readonly site_id: SiteId
  readonly lon: number
  readonly lat: number
  readonly metric: string
  readonly at: Instant
  readonly value: number
}
/** Newest values of stations that are placed on the map. */
export const stationsOf = async (db: Database, metrics: readonly string[]): Promise<readonly StationRow[]> => {
  const { rows } = await sql<StationRow>`
    select d.id as device_id, d.site_id, m.metric, l.at, l."values"[m.place]::float8 as value,
      coalesce(d.lon, (s.point->>0)::float8) as lon, coalesce(d.lat, (s.point->>1)::float8) as lat
    from monitoring.device d
    join monitoring.site s on s.id = d.site_id
    join monitoring.telemetry_last l on l.site_id = d.site_id and l.device_id = d.id
    join monitoring.metric_profile p on p.id = l.profile_id
    cross join lateral unnest(p.metrics) with ordinality as m(metric, place)
    where d.state = 'active' and d.kind in ('dust', 'noise', 'weather') and m.metric = any(${[...metrics]}::text[])
      and l."values"[m.place] <> 'NaN' and coalesce(d.lon, (s.point->>0)::float8) is not null`.execute(db)
  return rows
}
export interface SiteValueRow {
  readonly site_id: SiteId
  readonly metric: string
  readonly at: Instant
  readonly value: number
}
/** Newest values of metrics on sites, of every device there. */
export const siteValues = async (
  db: Database,
  siteIds: readonly SiteId[],
  metrics: readonly string[],
): Promise<readonly SiteValueRow[]> => {
  if (siteIds.length === 0 || metrics.length === 0) return []
  const { rows } = await sql<SiteValueRow>`
    select l.site_id, m.metric, l.at, l."values"[m.place]::float8 as value
    from monitoring.telemetry_last l
    join monitoring.metric_profile p on p.id = l.profile_id
    cross join lateral unnest(p.metrics) with ordinality as m(metric, place)
    where l.site_id = any(${[...siteIds]}::uuid[]) and m.metric = any(${[...metrics]}::text[])
      and l."values"[m.place] <> 'NaN' and l.quality & 2 = 0`.execute(db)
  return rows
}
/** The last values of a metric of a device before a moment, oldest first: evidence. */
export const lastValues = async (
  db: Database,
  siteId: SiteId,
  deviceId: DeviceId,
  metric: string,
  until: Instant,
  count: number,
): Promise<readonly { readonly at: Instant; readonly value: number }[]> => {
  const { rows } = await sql<{ at: Instant; value: number }>`
    select t.at, t."values"[array_position(p.metrics, ${metric})]::float8 as value
    from monitoring.telemetry t join monitoring.metric_profile p on p.id = t.profile_id
    where t.site_id = ${siteId} and t.device_id = ${deviceId}
      and t.at <= ${until} and t.at > ${until}::timestamptz - interval '1 day'
      and array_position(p.metrics, ${metric}) is not null
    order by t.at desc limit ${count}`.execute(db)
  return rows.filter((row) => Number.isFinite(row.value)).reverse()
}
