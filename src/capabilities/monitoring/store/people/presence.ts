/** Passages, who is inside, positions, looks. */
import { sql } from 'kysely'
import type { PersonId } from '../../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { LookId, RegistrationId, SearchId } from '../../contract/people.ts'
import type { DeviceId, DeviceKind, SiteId, WorkerId } from '../../model/report.ts'
import { insideOf, type Since } from '../sites/live.ts'
import { type LookRecord, type SearchRecord, tables } from './tables.ts'

/** The registration under which a gate knew a worker on the day of a passage; the newest where several hold. */
const registrationThen = sql`left join lateral (
    select r.worker_id, r.team, r.trade, w.name,
      (r.valid_to is null or r.valid_to >= (a.at at time zone 'Asia/Shanghai')::date) as valid
    from monitoring.registration r join monitoring.worker w on w.id = r.worker_id
    where r.site_id = a.site_id and r.worker_ref = a.worker_ref
      and r.valid_from <= (a.at at time zone 'Asia/Shanghai')::date
      and (r.left_on is null or r.left_on >= (a.at at time zone 'Asia/Shanghai')::date)
    order by r.valid_from desc, r.id desc limit 1
  ) g on true`

export interface PassageRow {
  readonly event_id: string
  readonly device_id: DeviceId
  readonly device_name: string
  readonly at: Instant
  readonly direction: 'in' | 'out'
  readonly method: 'face' | 'card' | 'manual'
  readonly worker_ref: string
  readonly worker_id: WorkerId | null
  readonly name: string | null
  readonly team: string | null
  readonly trade: string | null
  readonly valid: boolean
  readonly buffered: boolean
}
export interface PassageFilter {
  readonly from: Instant
  readonly to: Instant
  readonly unregistered: boolean
  readonly before: readonly [Instant, DeviceId, string] | null
  readonly limit: number
}
/** Newest first. */
export const passagesPage = async (
  db: Database,
  siteId: SiteId,
  filter: PassageFilter,
): Promise<readonly PassageRow[]> => {
  const before = filter.before
  const { rows } = await sql<PassageRow>`
    select a.event_id, a.device_id, coalesce(d.name, '') as device_name, a.at, a.direction, a.method, a.worker_ref,
      g.worker_id, g.name, g.team, g.trade, coalesce(g.valid, false) as valid, a.buffered
    from monitoring.attendance a
    left join monitoring.device d on d.id = a.device_id
    ${registrationThen}
    where a.site_id = ${siteId} and a.at >= ${filter.from} and a.at < ${filter.to}
      ${filter.unregistered ? sql`and not coalesce(g.valid, false)` : sql``}
      ${before === null ? sql`` : sql`and (a.at, a.device_id, a.event_id) < (${before[0]}::timestamptz, ${before[1]}::uuid, ${before[2]})`}
    order by a.at desc, a.device_id desc, a.event_id desc limit ${filter.limit}`.execute(db)
  return rows
}
/** Passages of a period in order, for the figures of a day. */
export const passagesOf = async (
  db: Database,
  siteId: SiteId,
  from: Instant,
  to: Instant,
): Promise<readonly { readonly at: Instant; readonly worker_ref: string; readonly direction: 'in' | 'out' }[]> => {
  const { rows } = await sql<{ at: Instant; worker_ref: string; direction: 'in' | 'out' }>`
    select at, worker_ref, direction from monitoring.attendance
    where site_id = ${siteId} and at >= ${from} and at < ${to} order by at, received_at, event_id`.execute(db)
  return rows
}
export interface OwnPassageRow {
  readonly site_name: string
  readonly device_name: string
  readonly at: Instant
  readonly direction: 'in' | 'out'
  readonly method: string
}
/** Passages of workers under their registrations, newest first. */
export const passagesOfWorkers = async (
  db: Database,
  workers: readonly WorkerId[],
  from: Instant,
  to: Instant,
  limit: number,
): Promise<readonly OwnPassageRow[]> => {
  if (workers.length === 0) return []
  const { rows } = await sql<OwnPassageRow>`
    select s.name as site_name, coalesce(d.name, '') as device_name, a.at, a.direction, a.method
    from monitoring.attendance a
    join monitoring.site s on s.id = a.site_id
    left join monitoring.device d on d.id = a.device_id
    ${registrationThen}
    where a.at >= ${from} and a.at < ${to} and g.worker_id = any(${[...workers]}::uuid[])
      and a.site_id in (select site_id from monitoring.registration where worker_id = any(${[...workers]}::uuid[]))
    order by a.at desc limit ${limit}`.execute(db)
  return rows
}

export interface PresentRow {
  readonly worker_ref: string
  readonly since: Instant | null
  readonly by: 'gate' | 'tracker'
  readonly registration_id: RegistrationId | null
  readonly worker_id: WorkerId | null
  readonly name: string | null
  readonly team: string | null
  readonly trade: string | null
  readonly valid: boolean
}
export const presentOn = async (
  db: Database,
  siteId: SiteId,
  since: Since,
  today: LocalDate,
): Promise<readonly PresentRow[]> => {
  const { rows } = await sql<PresentRow>`${insideOf([siteId], since)}
    select i.worker_ref, i.at as since, i.by, g.id as registration_id, g.worker_id, g.name, g.team, g.trade,
      coalesce(g.valid, false) as valid
    from inside i
    left join lateral (
      select r.id, r.worker_id, r.team, r.trade, w.name,
        (r.valid_from <= ${today}::date and (r.valid_to is null or r.valid_to >= ${today}::date)) as valid
      from monitoring.registration r join monitoring.worker w on w.id = r.worker_id
      where r.site_id = i.site_id and r.worker_ref = i.worker_ref and r.left_on is null
    ) g on true
    order by g.team nulls last, g.name nulls last, i.worker_ref limit 5000`.execute(db)
  return rows
}

// ------------------------------------------------------------------------------------------ positions

export interface PositionRow {
  readonly device_id: DeviceId
  readonly kind: DeviceKind
  readonly device_name: string
  readonly worker_id: WorkerId | null
  readonly name: string | null
  readonly team: string | null
  readonly trade: string | null
  readonly at: Instant
  readonly lon: number
  readonly lat: number
  readonly floor: number | null
  readonly accuracy_m: number | null
}
export const positionsSince = async (db: Database, siteId: SiteId, since: Instant): Promise<readonly PositionRow[]> => {
  const { rows } = await sql<PositionRow>`
    select p.device_id, d.kind, d.name as device_name, r.worker_id, w.name, r.team, r.trade,
      p.at, p.lon, p.lat, p.floor, p.accuracy_m::float8 as accuracy_m
    from monitoring.position_last p
    join monitoring.device d on d.id = p.device_id and d.site_id = p.site_id
    left join monitoring.registration r on r.site_id = p.site_id and r.device_id = p.device_id and r.left_on is null
    left join monitoring.worker w on w.id = r.worker_id
    where p.site_id = ${siteId} and p.at > ${since}
    order by d.kind, d.name, p.device_id limit 5000`.execute(db)
  return rows
}
export interface TrackRow {
  readonly at: Instant
  readonly lon: number
  readonly lat: number
  readonly floor: number | null
  readonly accuracy_m: number | null
}
/** Where a worker was, by the trackers worn then, in order. */
export const trackOf = async (
  db: Database,
  siteId: SiteId,
  workerId: WorkerId,
  from: Instant,
  to: Instant,
  limit: number,
): Promise<readonly TrackRow[]> => {
  const { rows } = await sql<TrackRow>`
    select p.at, p.lon, p.lat, p.floor, p.accuracy_m::float8 as accuracy_m
    from monitoring.tracker_period t
    join monitoring.registration r on r.site_id = t.site_id and r.id = t.registration_id and r.worker_id = ${workerId}
    join monitoring.position p on p.site_id = t.site_id and p.device_id = t.device_id
      and p.at >= greatest(t.from_at, ${from}::timestamptz) and p.at < least(coalesce(t.to_at, 'infinity'), ${to}::timestamptz)
    where t.site_id = ${siteId} and p.at >= ${from} and p.at < ${to}
    order by p.at limit ${limit}`.execute(db)
  return rows
}

// ------------------------------------------------------------------------------------------ looks

export const insertLook = async (db: DatabaseTransaction, look: LookRecord): Promise<void> => {
  await tables(db).insertInto('monitoring.position_look').values(look).execute()
}
export const lookById = async (db: Database, siteId: SiteId, id: LookId): Promise<LookRecord | null> =>
  (await tables(db)
    .selectFrom('monitoring.position_look')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('id', '=', id)
    .executeTakeFirst()) ?? null
export const noteShown = async (
  db: Database,
  look: Pick<LookRecord, 'site_id' | 'id'>,
  shown: number,
  at: Instant,
): Promise<void> => {
  await tables(db)
    .updateTable('monitoring.position_look')
    .set({ shown: sql`greatest(shown, ${shown}::int)`, last_at: at })
    .where('site_id', '=', look.site_id)
    .where('id', '=', look.id)
    .execute()
}
export interface LookRow extends LookRecord {
  readonly site_name: string
}
/** Looks at workers, and at everybody on a site while they were registered there, newest first. */
export const looksAt = async (db: Database, workers: readonly WorkerId[]): Promise<readonly LookRow[]> => {
  if (workers.length === 0) return []
  const { rows } = await sql<LookRow>`
    select l.*, s.name as site_name from monitoring.position_look l join monitoring.site s on s.id = l.site_id
    where l.worker_id = any(${[...workers]}::uuid[]) or (l.worker_id is null and exists (
      select 1 from monitoring.registration r
      where r.site_id = l.site_id and r.worker_id = any(${[...workers]}::uuid[])
        and r.valid_from <= (l.looked_at at time zone 'Asia/Shanghai')::date
        and (r.left_on is null or r.left_on >= (l.looked_at at time zone 'Asia/Shanghai')::date)))
    order by l.looked_at desc, l.id desc limit 500`.execute(db)
  return rows
}

// ------------------------------------------------------------------------------------------ searches

export const insertSearch = async (db: DatabaseTransaction, search: SearchRecord): Promise<void> => {
  await tables(db).insertInto('monitoring.worker_search').values(search).execute()
}
/** Searches of a person (null: of everybody), newest first. */
export const searchesPage = (
  db: Database,
  by: PersonId | null,
  before: { readonly at: Instant; readonly id: SearchId } | null,
  limit: number,
): Promise<readonly SearchRecord[]> =>
  tables(db)
    .selectFrom('monitoring.worker_search')
    .selectAll()
    .$if(by !== null, (query) => query.where('by', '=', by as PersonId))
    .$if(before !== null, (query) =>
      query.where(sql<boolean>`(at, id) < (${before?.at ?? ''}::timestamptz, ${before?.id ?? ''}::uuid)`),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
export const searchesFor = (db: Database, workers: readonly WorkerId[]): Promise<readonly SearchRecord[]> =>
  workers.length === 0
    ? Promise.resolve([])
    : tables(db)
        .selectFrom('monitoring.worker_search')
        .selectAll()
        .where('worker_id', 'in', [...workers])
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(500)
        .execute()
