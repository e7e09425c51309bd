/** Lists and figures of alarms. */
import { type SqlBool, sql } from 'kysely'
import type { Instant, LocalDate } from '../../../../kernel/time.ts'
import type { Words } from '../../../../kernel/words.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { AlarmId } from '../../contract/alarms.ts'
import type { AlarmState } from '../../model/alarms/states.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'
import type { Severity } from '../../model/rules/definition.ts'
import { type AlarmRecord, tables } from './tables.ts'

export interface AlarmFilter {
  /** Null: all sites. */
  readonly siteIds: readonly SiteId[] | null
  readonly deviceId?: DeviceId | undefined
  readonly ruleKey?: string | undefined
  readonly severity?: readonly Severity[] | undefined
  readonly state?: readonly AlarmState[] | undefined
  readonly active?: boolean | undefined
  readonly overdue?: boolean | undefined
  readonly unfolded?: boolean | undefined
  readonly from?: Instant | undefined
  readonly to?: Instant | undefined
}
const nobody = '00000000-0000-0000-0000-000000000000' as SiteId
const ids = (siteIds: readonly SiteId[]): SiteId[] => (siteIds.length === 0 ? [nobody] : [...siteIds])

export const alarmsPage = async (
  db: Database,
  filter: AlarmFilter,
  after: { readonly openedAt: Instant; readonly id: AlarmId } | null,
  limit: number,
): Promise<readonly AlarmRecord[]> => {
  let query = tables(db).selectFrom('monitoring.alarm').selectAll()
  if (filter.siteIds !== null) query = query.where('site_id', 'in', ids(filter.siteIds))
  if (filter.deviceId !== undefined) query = query.where('device_id', '=', filter.deviceId)
  if (filter.ruleKey !== undefined) query = query.where('rule_key', '=', filter.ruleKey)
  if (filter.severity !== undefined && filter.severity.length > 0)
    query = query.where('severity', 'in', [...filter.severity])
  if (filter.state !== undefined && filter.state.length > 0) query = query.where('state', 'in', [...filter.state])
  if (filter.active !== undefined)
    query = filter.active
      ? query.where('closed_at', 'is', null).where('ended_at', 'is', null)
      : query.where((eb) => eb.or([eb('closed_at', 'is not', null), eb('ended_at', 'is not', null)]))
  if (filter.overdue !== undefined) query = query.where('overdue', '=', filter.overdue)
  if (filter.unfolded === true) query = query.where('incident_id', 'is', null)
  if (filter.from !== undefined) query = query.where('opened_at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('opened_at', '<', filter.to)
  if (after !== null)
    query = query.where(sql<SqlBool>`(opened_at, id) < (${after.openedAt}::timestamptz, ${after.id}::uuid)`)
  return query.orderBy('opened_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
}
export const alarmCounts = async (db: Database, siteIds: readonly SiteId[] | null) => {
  const row = await tables(db)
    .selectFrom('monitoring.alarm')
    .select([
      sql<number>`count(*)::int`.as('active'),
      sql<number>`(count(*) filter (where state = 'open'))::int`.as('open'),
      sql<number>`(count(*) filter (where overdue))::int`.as('overdue'),
      sql<number>`(count(*) filter (where severity <= 2))::int`.as('severe'),
    ])
    .where('closed_at', 'is', null)
    .where('ended_at', 'is', null)
    .where('incident_id', 'is', null)
    .$if(siteIds !== null, (query) => query.where('site_id', 'in', ids(siteIds ?? [])))
    .executeTakeFirstOrThrow()
  return row
}
export const foldedCounts = async (
  db: Database,
  incidents: readonly AlarmId[],
): Promise<ReadonlyMap<AlarmId, number>> => {
  if (incidents.length === 0) return new Map()
  const rows = await tables(db)
    .selectFrom('monitoring.alarm')
    .select(['incident_id', sql<number>`count(*)::int`.as('n')])
    .where('incident_id', 'in', [...incidents])
    .groupBy('incident_id')
    .execute()
  return new Map(rows.flatMap((row) => (row.incident_id === null ? [] : [[row.incident_id, row.n] as const])))
}
/** How many alarms of each of these devices are active. */
export const activeAlarmsOfDevices = async (
  db: Database,
  siteId: SiteId,
  deviceIds: readonly DeviceId[],
): Promise<ReadonlyMap<DeviceId, number>> => {
  if (deviceIds.length === 0) return new Map()
  const rows = await tables(db)
    .selectFrom('monitoring.alarm')
    .select(['device_id', sql<number>`count(*)::int`.as('n')])
    .where('site_id', '=', siteId)
    .where('device_id', 'in', [...deviceIds])
    .where('closed_at', 'is', null)
    .where('ended_at', 'is', null)
    .groupBy('device_id')
    .execute()
  return new Map(rows.flatMap((row) => (row.device_id === null ? [] : [[row.device_id, row.n] as const])))
}

// ------------------------------------------------------------------------------------------ statistics

interface Period {
  readonly siteIds: readonly SiteId[] | null
  readonly from: Instant
  readonly to: Instant
}
const minutes = (column: string) =>
  sql.raw(
    `(percentile_cont(0.5) within group (order by extract(epoch from ${column} - opened_at) / 60) filter (where ${column} is not null))::float8`,
  )
const inPeriod = (db: Database, { siteIds, from, to }: Period) =>
  tables(db)
    .selectFrom('monitoring.alarm')
    .where('opened_at', '>=', from)
    .where('opened_at', '<', to)
    .$if(siteIds !== null, (query) => query.where('site_id', 'in', ids(siteIds ?? [])))
const day = sql<LocalDate>`to_char(opened_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')`
const counted = [
  sql<number>`(count(*) filter (where closed_at is not null))::int`.as('closed'),
  sql<number>`(count(*) filter (where reason = 'false-alarm'))::int`.as('falseAlarms'),
  sql<number>`(count(*) filter (where overdue))::int`.as('overdue'),
  sql<number | null>`${minutes('acknowledged_at')}`.as('acknowledgeMinutes'),
  sql<number | null>`${minutes('disposing_at')}`.as('disposeMinutes'),
] as const

export const statistics = async (db: Database, period: Period) => ({
  total: await inPeriod(db, period)
    .select([
      sql<number>`count(*)::int`.as('total'),
      ...counted,
      sql<number>`(count(*) filter (where escalation > 0))::int`.as('escalated'),
      sql<number | null>`${minutes('closed_at')}`.as('closeMinutes'),
    ])
    .executeTakeFirstOrThrow(),
  perDay: await inPeriod(db, period)
    .select([day.as('day'), 'severity', sql<number>`count(*)::int`.as('alarms')])
    .groupBy([sql`1`, 'severity'])
    .orderBy(sql`1`)
    .orderBy('severity')
    .execute(),
  perRule: await inPeriod(db, period)
    .select([
      'rule_key as ruleKey',
      sql<Words>`(array_agg(rule_name order by opened_at desc))[1]`.as('ruleName'),
      sql<number>`count(*)::int`.as('alarms'),
      ...counted,
    ])
    .groupBy('rule_key')
    .orderBy(sql`count(*)`, 'desc')
    .orderBy('rule_key')
    .execute(),
  perSite: await inPeriod(db, period)
    .select([
      'site_id as siteId',
      sql<number>`count(*)::int`.as('alarms'),
      sql<number>`(count(*) filter (where severity <= 2))::int`.as('severe'),
      ...counted,
    ])
    .groupBy('site_id')
    .orderBy(sql`count(*)`, 'desc')
    .orderBy('site_id')
    .limit(200)
    .execute(),
})
/** Of each rule since a moment: active now, raised, closed as false. */
export const countsOfRules = async (db: Database, since: Instant) =>
  tables(db)
    .selectFrom('monitoring.alarm')
    .select([
      'rule_key as ruleKey',
      sql<number>`(count(*) filter (where closed_at is null and ended_at is null))::int`.as('active'),
      sql<number>`(count(*) filter (where opened_at >= ${since}))::int`.as('raised'),
      sql<number>`(count(*) filter (where opened_at >= ${since} and reason = 'false-alarm'))::int`.as('wrong'),
    ])
    .where((eb) => eb.or([eb('opened_at', '>=', since), eb('closed_at', 'is', null)]))
    .groupBy('rule_key')
    .execute()
export const raisedBetween = async (db: Database, ruleKey: string, { siteIds, from, to }: Period): Promise<number> => {
  const row = await inPeriod(db, { siteIds, from, to })
    .select(sql<number>`count(*)::int`.as('n'))
    .where('rule_key', '=', ruleKey)
    .executeTakeFirstOrThrow()
  return row.n
}
