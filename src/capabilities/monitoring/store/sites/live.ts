/** What a map of sites shows now: people, devices, alarms. One statement each, for many sites. */
import { sql } from 'kysely'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { DeviceId, DeviceKind, SiteId } from '../../model/report.ts'

/** From when on a passage or a position says that somebody is inside. */
export interface Since {
  readonly now: Instant
  readonly gates: Instant
  readonly trackers: Instant
}
/**
 * Who is inside: whose last passage was inward, or whose tracker was on the site after it. Rows of (site_id, worker_ref, at,
 * by); a tracker that nobody is registered with counts as somebody.
 */
export const insideOf = (siteIds: readonly SiteId[], { now, gates, trackers }: Since) => sql`
  with last as (
    select distinct on (site_id, worker_ref) site_id, worker_ref, at, direction
    from monitoring.attendance
    where site_id = any(${[...siteIds]}::uuid[]) and at > ${gates} and at <= ${now}
    order by site_id, worker_ref, at desc, received_at desc, event_id desc
  ), seen as (
    select p.site_id, coalesce(r.worker_ref, 'tracker:' || p.device_id) as worker_ref, p.at
    from monitoring.position_last p
    join monitoring.device d on d.id = p.device_id and d.site_id = p.site_id and d.kind = 'tracker'
    left join monitoring.registration r on r.device_id = p.device_id and r.site_id = p.site_id and r.left_on is null
    where p.site_id = any(${[...siteIds]}::uuid[]) and p.at > ${trackers} and p.at <= ${now}
  ), inside as (
    select site_id, worker_ref, at, 'gate' as by from last where direction = 'in'
    union all
    select s.site_id, s.worker_ref, null, 'tracker' from seen s
    left join last l on l.site_id = s.site_id and l.worker_ref = s.worker_ref
    where l.worker_ref is null or (l.direction = 'out' and l.at < s.at)
  )`

export const peopleInside = async (
  db: Database,
  siteIds: readonly SiteId[],
  since: Since,
): Promise<ReadonlyMap<SiteId, number>> => {
  if (siteIds.length === 0) return new Map()
  const { rows } = await sql<{ site_id: SiteId; n: number }>`${insideOf(siteIds, since)}
    select site_id, count(*)::int as n from inside group by site_id`.execute(db)
  return new Map(rows.map((row) => [row.site_id, row.n]))
}
export interface AlarmCountRow {
  readonly site_id: SiteId
  readonly severity: 1 | 2 | 3 | 4
  readonly n: number
}
export const activeAlarms = async (db: Database, siteIds: readonly SiteId[]): Promise<readonly AlarmCountRow[]> => {
  if (siteIds.length === 0) return []
  const { rows } = await sql<AlarmCountRow>`
    select site_id, severity, count(*)::int as n from monitoring.alarm
    where closed_at is null and ended_at is null and incident_id is null and site_id = any(${[...siteIds]}::uuid[])
    group by site_id, severity`.execute(db)
  return rows
}
export interface DeviceCountRow {
  readonly site_id: SiteId
  readonly total: number
  readonly online: number
}
export const deviceCounts = async (
  db: Database,
  siteIds: readonly SiteId[],
  onlineSince: Instant,
): Promise<readonly DeviceCountRow[]> => {
  if (siteIds.length === 0) return []
  const { rows } = await sql<DeviceCountRow>`
    select d.site_id, count(*)::int as total, (count(*) filter (where h.last_seen_at > ${onlineSince}))::int as online
    from monitoring.device d
    left join monitoring.device_health h on h.site_id = d.site_id and h.device_id = d.id
    where d.state = 'active' and d.site_id = any(${[...siteIds]}::uuid[])
    group by d.site_id`.execute(db)
  return rows
}
export interface SiteDeviceRow {
  readonly id: DeviceId
  readonly kind: DeviceKind
  readonly name: string
  readonly state: string
  readonly metrics: readonly string[]
  readonly last_seen_at: Instant | null
  readonly faults: number
}
export const devicesOfSite = async (db: Database, siteId: SiteId): Promise<readonly SiteDeviceRow[]> => {
  const { rows } = await sql<SiteDeviceRow>`
    select d.id, d.kind, d.name, d.state, p.metrics, h.last_seen_at,
      (select count(*)::int from jsonb_object_keys(coalesce(h.faults, '{}'))) as faults
    from monitoring.device d
    join monitoring.metric_profile p on p.id = d.profile_id
    left join monitoring.device_health h on h.site_id = d.site_id and h.device_id = d.id
    where d.site_id = ${siteId} order by d.kind, d.name, d.id`.execute(db)
  return rows
}
