/** Alarms: one active for a device and a rule, whoever raises it and however many at once. */
import { sql } from 'kysely'
import type { OrganisationId, PersonId } from '../../../../kernel/identity.ts'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { AlarmId } from '../../contract/alarms.ts'
import type { DeviceId, SiteId } from '../../model/report.ts'
import { type AlarmRecord, json, type SiteFacts, type ToldRecord, tables } from './tables.ts'

export interface Raised {
  readonly alarm: AlarmRecord
  /** new · repeated: it was active already · reopened: it had just ended. */
  readonly how: 'new' | 'repeated' | 'reopened'
}
/** Raises for one device and rule wait for each other; another index would not let them pass anyway. */
const lockOne = async (db: DatabaseTransaction, siteId: SiteId, deviceId: DeviceId | null, rule: string) => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`alarm ${siteId} ${deviceId ?? siteId} ${rule}`}, 0))`.execute(
    db,
  )
}
export const lockAlarmsOfSite = async (db: DatabaseTransaction, siteId: SiteId): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`alarms ${siteId}`}, 0))`.execute(db)
}
const reopen = async (db: DatabaseTransaction, row: AlarmRecord, since: Instant): Promise<AlarmRecord | null> => {
  const t = tables(db)
  const active = await t
    .selectFrom('monitoring.alarm')
    .select('id')
    .where('site_id', '=', row.site_id)
    .where('device_id', 'is not distinct from', row.device_id)
    .where('rule_key', '=', row.rule_key)
    .where('closed_at', 'is', null)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  if (active !== undefined) return null
  const last = await t
    .selectFrom('monitoring.alarm')
    .select('id')
    .where('site_id', '=', row.site_id)
    .where('device_id', 'is not distinct from', row.device_id)
    .where('rule_key', '=', row.rule_key)
    .where('closed_at', 'is', null)
    .where('ended_at', '>', since)
    .orderBy('ended_at', 'desc')
    .limit(1)
    .forUpdate()
    .executeTakeFirst()
  if (last === undefined) return null
  return (
    (await t
      .updateTable('monitoring.alarm')
      .set((eb) => ({
        ended_at: null,
        last_at: row.last_at,
        repeats: eb('repeats', '+', 1),
        version: eb('version', '+', 1),
      }))
      .where('id', '=', last.id)
      .returningAll()
      .executeTakeFirst()) ?? null
  )
}
/** `reopenSince`: what ended later than this is the same alarm. */
export const raiseAlarm = async (db: DatabaseTransaction, row: AlarmRecord, reopenSince: Instant): Promise<Raised> => {
  await lockOne(db, row.site_id, row.device_id, row.rule_key)
  const again = await reopen(db, row, reopenSince)
  if (again !== null) return { alarm: again, how: 'reopened' }
  const { isNew, ...alarm } = await tables(db)
    .insertInto('monitoring.alarm')
    .values({ ...row, rule_name: json(row.rule_name), advice: json(row.advice), evidence: json(row.evidence) })
    .onConflict((conflict) =>
      conflict
        .expression(sql`site_id, (coalesce(device_id, site_id)), rule_key`)
        .where('closed_at', 'is', null)
        .where('ended_at', 'is', null)
        .doUpdateSet((eb) => ({
          repeats: eb('monitoring.alarm.repeats', '+', 1),
          last_at: sql`greatest(monitoring.alarm.last_at, excluded.last_at)`,
        })),
    )
    .returningAll()
    .returning(sql<boolean>`xmax = 0`.as('isNew'))
    .executeTakeFirstOrThrow()
  return { alarm, how: isNew ? 'new' : 'repeated' }
}
export const noteAgain = async (
  db: DatabaseTransaction,
  siteId: SiteId,
  deviceId: DeviceId,
  ruleKey: string,
  at: Instant,
): Promise<void> => {
  await tables(db)
    .updateTable('monitoring.alarm')
    .set((eb) => ({ repeats: eb('repeats', '+', 1), last_at: at }))
    .where('site_id', '=', siteId)
    .where('device_id', '=', deviceId)
    .where('rule_key', '=', ruleKey)
    .where('closed_at', 'is', null)
    .where('ended_at', 'is', null)
    .execute()
}
/** Ends what is active of a device and a rule; null when nothing was. */
export const endAlarm = async (
  db: DatabaseTransaction,
  siteId: SiteId,
  deviceId: DeviceId | null,
  ruleKey: string,
  at: Instant,
): Promise<AlarmRecord | null> => {
  await lockOne(db, siteId, deviceId, ruleKey)
  return (
    (await tables(db)
      .updateTable('monitoring.alarm')
      .set((eb) => ({ ended_at: at, version: eb('version', '+', 1) }))
      .where('site_id', '=', siteId)
      .where('device_id', 'is not distinct from', deviceId)
      .where('rule_key', '=', ruleKey)
      .where('closed_at', 'is', null)
      .where('ended_at', 'is', null)
      .returningAll()
      .executeTakeFirst()) ?? null
  )
}
export const lockAlarm = async (db: DatabaseTransaction, id: AlarmId): Promise<AlarmRecord | null> =>
  (await tables(db).selectFrom('monitoring.alarm').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ??
  null
export const alarmById = async (db: Database, id: AlarmId): Promise<AlarmRecord | null> =>
  (await tables(db).selectFrom('monitoring.alarm').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const changeAlarm = async (
  db: DatabaseTransaction,
  id: AlarmId,
  changes: Partial<Omit<AlarmRecord, 'id' | 'version' | 'evidence' | 'rule_name' | 'advice'>>,
): Promise<AlarmRecord> =>
  tables(db)
    .updateTable('monitoring.alarm')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()

/** How far it climbed: no change that a page must know of before it acts. */
export const noteEscalation = async (
  db: DatabaseTransaction,
  id: AlarmId,
  changes: Partial<Pick<AlarmRecord, 'escalation' | 'overdue'>>,
): Promise<void> => {
  await tables(db).updateTable('monitoring.alarm').set(changes).where('id', '=', id).execute()
}

// ------------------------------------------------------------------------------------------ incidents

/** Silent devices of a site since a moment, whose alarms are active and in no incident. */
export const silentAlarms = (db: Database, siteId: SiteId, since: Instant): Promise<readonly AlarmRecord[]> =>
  tables(db)
    .selectFrom('monitoring.alarm')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('device_id', 'is not', null)
    .where('opened_at', '>=', since)
    .where('closed_at', 'is', null)
    .where('ended_at', 'is', null)
    .where('incident_id', 'is', null)
    .where(sql<string>`evidence->>'kind'`, '=', 'stale')
    .orderBy('id')
    .execute()
export const activeIncident = async (db: Database, siteId: SiteId, key: string): Promise<AlarmRecord | null> =>
  (await tables(db)
    .selectFrom('monitoring.alarm')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('device_id', 'is', null)
    .where('rule_key', '=', key)
    .where('closed_at', 'is', null)
    .where('ended_at', 'is', null)
    .executeTakeFirst()) ?? null
export const foldInto = async (
  db: DatabaseTransaction,
  ids: readonly AlarmId[],
  incidentId: AlarmId | null,
): Promise<void> => {
  if (ids.length === 0) return
  await tables(db)
    .updateTable('monitoring.alarm')
    .set((eb) => ({ incident_id: incidentId, version: eb('version', '+', 1) }))
    .where('id', 'in', [...ids])
    .execute()
}
export const foldedOf = (db: Database, incidentId: AlarmId): Promise<readonly AlarmRecord[]> =>
  tables(db)
    .selectFrom('monitoring.alarm')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('opened_at')
    .orderBy('id')
    .execute()

// ------------------------------------------------------------------------------------------ around

export const siteFacts = async (db: Database, ids: readonly SiteId[]): Promise<ReadonlyMap<SiteId, SiteFacts>> => {
  if (ids.length === 0) return new Map()
  const rows = await tables(db)
    .selectFrom('monitoring.site')
    .select(['id', 'project_id', 'name', 'state', 'department', 'contractor_id', 'supervision_id'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}
export const siteIdsOfProjects = async (db: Database, projectIds: readonly string[]): Promise<readonly SiteId[]> =>
  projectIds.length === 0
    ? []
    : (
        await tables(db)
          .selectFrom('monitoring.site')
          .select('id')
          .where('project_id', 'in', [...projectIds] as SiteFacts['project_id'][])
          .execute()
      ).map((row) => row.id)
/** Sites on which an organisation is contractor or supervision unit. */
export const siteIdsOfOrganisations = async (
  db: Database,
  ids: readonly OrganisationId[],
): Promise<readonly SiteId[]> =>
  ids.length === 0
    ? []
    : (
        await tables(db)
          .selectFrom('monitoring.site')
          .select('id')
          .where((eb) => eb.or([eb('contractor_id', 'in', [...ids]), eb('supervision_id', 'in', [...ids])]))
          .execute()
      ).map((row) => row.id)
export const deviceNames = async (db: Database, ids: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, string>> => {
  if (ids.length === 0) return new Map()
  const rows = await tables(db)
    .selectFrom('monitoring.device')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}
/** Notes that a rung was told; false when it was noted before. */
export const noteTold = async (db: DatabaseTransaction, row: ToldRecord): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await tables(db)
    .insertInto('monitoring.alarm_told')
    .values(row)
    .onConflict((conflict) => conflict.columns(['alarm_id', 'rung', 'repeat']).doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
export const toldOf = (db: Database, id: AlarmId): Promise<readonly ToldRecord[]> =>
  tables(db)
    .selectFrom('monitoring.alarm_told')
    .selectAll()
    .where('alarm_id', '=', id)
    .orderBy('at')
    .orderBy('rung')
    .orderBy('repeat')
    .execute()
export const insertComment = async (
  db: DatabaseTransaction,
  row: {
    readonly id: string
    readonly alarm_id: AlarmId
    readonly at: Instant
    readonly by: PersonId
    readonly text: string
  },
): Promise<void> => {
  await tables(db).insertInto('monitoring.alarm_comment').values(row).execute()
}
export const commentsOf = (db: Database, id: AlarmId) =>
  tables(db)
    .selectFrom('monitoring.alarm_comment')
    .selectAll()
    .where('alarm_id', '=', id)
    .orderBy('at')
    .orderBy('id')
    .limit(500)
    .execute()
/** Active alarms of a rule: to be ended when it is retired. */
export const activeOfRule = (db: Database, ruleKey: string): Promise<readonly AlarmRecord[]> =>
  tables(db)
    .selectFrom('monitoring.alarm')
    .selectAll()
    .where('rule_key', '=', ruleKey)
    .where('closed_at', 'is', null)
    .where('ended_at', 'is', null)
    .orderBy('id')
    .execute()
/** Active alarms of a site: to be ended when the site is. */
export const activeOfSite = (db: Database, siteId: SiteId): Promise<readonly AlarmRecord[]> =>
  tables(db)
    .selectFrom('monitoring.alarm')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('closed_at', 'is', null)
    .where('ended_at', 'is', null)
    .orderBy('id')
    .execute()
