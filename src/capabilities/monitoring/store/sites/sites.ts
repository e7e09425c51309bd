/** Sites, zones, plans, contacts. */
import { type SqlBool, sql } from 'kysely'
import type { ProjectId } from '../../../../kernel/identity.ts'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { Vault } from '../../../../platform/vault/vault.ts'
import type { Contact, ZoneId } from '../../contract/sites.ts'
import { type Rung, rungs } from '../../model/alarms/states.ts'
import type { SiteId } from '../../model/report.ts'
import type { SiteState } from '../../model/sites/words.ts'
import { json, type PlanRecord, type SiteRecord, tables, type ZoneRecord } from './tables.ts'

export const siteById = async (db: Database, id: SiteId): Promise<SiteRecord | null> =>
  (await tables(db).selectFrom('monitoring.site').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const siteByCode = async (db: Database, code: string): Promise<SiteRecord | null> =>
  (await tables(db).selectFrom('monitoring.site').selectAll().where('code', '=', code).executeTakeFirst()) ?? null
export const lockSite = async (db: DatabaseTransaction, id: SiteId): Promise<SiteRecord | null> =>
  (await tables(db).selectFrom('monitoring.site').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ??
  null

export interface SiteFilter {
  /** Undefined: all. */
  readonly siteIds?: readonly SiteId[] | undefined
  readonly projectId?: ProjectId | undefined
  /** Undefined: of all projects. */
  readonly projectIds?: readonly ProjectId[] | undefined
  readonly state?: SiteState | undefined
  readonly text?: string | undefined
}
const nobody = '00000000-0000-0000-0000-000000000000' as SiteId
const filtered = (db: Database, filter: SiteFilter) => {
  let query = tables(db).selectFrom('monitoring.site')
  if (filter.siteIds !== undefined)
    query = query.where('id', 'in', filter.siteIds.length === 0 ? [nobody] : [...filter.siteIds])
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId)
  if (filter.projectIds !== undefined)
    query = query.where(sql<SqlBool>`project_id = any(${[...filter.projectIds]}::uuid[])`)
  if (filter.text !== undefined && filter.text !== '')
    query = query.where(sql<SqlBool>`strpos(lower(name || ' ' || code || ' ' || address), lower(${filter.text})) > 0`)
  return query
}
/** Newest first. */
export const sitesPage = (
  db: Database,
  filter: SiteFilter,
  before: SiteId | null,
  limit: number,
): Promise<readonly SiteRecord[]> =>
  filtered(db, filter)
    .selectAll()
    .$if(filter.state !== undefined, (query) => query.where('state', '=', filter.state ?? 'active'))
    .$if(before !== null, (query) => query.where('id', '<', before ?? nobody))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
export const siteCounts = async (db: Database, filter: SiteFilter) => {
  const rows = await filtered(db, filter)
    .select(['state', sql<number>`count(*)::int`.as('n')])
    .groupBy('state')
    .execute()
  const of = (state: SiteState): number => rows.find((row) => row.state === state)?.n ?? 0
  return { active: of('active'), paused: of('paused'), ended: of('ended') }
}
/** How many sites stand on each project. */
export const sitesByProject = (
  db: Database,
  filter: SiteFilter,
): Promise<readonly { readonly project_id: ProjectId; readonly n: number }[]> =>
  filtered(db, filter)
    .select(['project_id', sql<number>`count(*)::int`.as('n')])
    .$if(filter.state !== undefined, (query) => query.where('state', '=', filter.state ?? 'active'))
    .groupBy('project_id')
    .execute()
export const activeSites = (db: Database, siteIds?: readonly SiteId[]): Promise<readonly SiteRecord[]> =>
  filtered(db, { siteIds }).selectAll().where('state', '=', 'active').orderBy('id').execute()
export const sitesChangedSince = (db: Database, since: Instant | null): Promise<readonly SiteRecord[]> =>
  tables(db)
    .selectFrom('monitoring.site')
    .selectAll()
    .$if(since !== null, (query) =>
      query.where(sql<SqlBool>`changed_at >= ${since}::timestamptz - interval '10 seconds'`),
    )
    .orderBy('changed_at')
    .execute()
export const sitesOfProject = (db: Database, projectId: ProjectId): Promise<readonly SiteRecord[]> =>
  filtered(db, { projectId }).selectAll().orderBy('id').execute()
export const siteNames = async (db: Database, ids: readonly SiteId[]): Promise<ReadonlyMap<SiteId, string>> => {
  if (ids.length === 0) return new Map()
  const rows = await filtered(db, { siteIds: ids }).select(['id', 'name']).execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}

/** The next number of a series; only one transaction at a time gets one. */
export const nextCode = async (db: DatabaseTransaction, prefix: string): Promise<string> => {
  await sql`select pg_advisory_xact_lock(hashtext('monitoring.site-code'))`.execute(db)
  const { rows } = await sql<{ n: number }>`
    select coalesce(max(substring(code from ${prefix.length + 1}::int)::int), 0) + 1 as n from monitoring.site
    where code ~ ${`^${prefix}[0-9]{4}$`}`.execute(db)
  return `${prefix}${String(rows[0]?.n ?? 1).padStart(4, '0')}`
}
/** False when the code is taken. */
export const insertSite = async (
  db: DatabaseTransaction,
  row: Omit<SiteRecord, 'changed_at' | 'version' | 'state' | 'state_reason' | 'ended_at'>,
): Promise<boolean> => {
  const done = await tables(db)
    .insertInto('monitoring.site')
    .values({
      ...row,
      fence: json(row.fence),
      working_hours: json(row.working_hours),
      point: json(row.point),
      floors: json(row.floors),
    } as never)
    .onConflict((conflict) => conflict.column('code').doNothing())
    .executeTakeFirst()
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n
}
type Change = Partial<Omit<SiteRecord, 'id' | 'project_id' | 'code' | 'created_at' | 'changed_at' | 'version'>>
const jsonColumns: ReadonlySet<string> = new Set(['fence', 'working_hours', 'point', 'floors'])
export const changeSite = async (db: DatabaseTransaction, id: SiteId, change: Change): Promise<void> => {
  const values = Object.fromEntries(
    Object.entries(change).map(([key, value]) => [key, jsonColumns.has(key) ? json(value) : value]),
  )
  await tables(db)
    .updateTable('monitoring.site')
    .set((eb) => ({ ...values, changed_at: sql`clock_timestamp()`, version: eb('version', '+', 1) }) as never)
    .where('id', '=', id)
    .execute()
}

// ------------------------------------------------------------------------------------------ zones

export const zonesOf = (db: Database, siteIds: readonly SiteId[]): Promise<readonly ZoneRecord[]> =>
  siteIds.length === 0
    ? Promise.resolve([])
    : tables(db)
        .selectFrom('monitoring.site_zone')
        .selectAll()
        .where('site_id', 'in', [...siteIds])
        .orderBy('site_id')
        .orderBy('created_at')
        .orderBy('id')
        .execute()
export const lockZone = async (db: DatabaseTransaction, siteId: SiteId, id: ZoneId): Promise<ZoneRecord | null> =>
  (await tables(db)
    .selectFrom('monitoring.site_zone')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()) ?? null
export const insertZone = async (db: DatabaseTransaction, row: Omit<ZoneRecord, 'version'>): Promise<void> => {
  await tables(db)
    .insertInto('monitoring.site_zone')
    .values({ ...row, polygon: json(row.polygon) } as never)
    .execute()
}
export const changeZone = async (
  db: DatabaseTransaction,
  {
    site_id,
    id,
    kind,
    name,
    floor,
    polygon,
  }: Pick<ZoneRecord, 'site_id' | 'id' | 'kind' | 'name' | 'floor' | 'polygon'>,
): Promise<void> => {
  await tables(db)
    .updateTable('monitoring.site_zone')
    .set((eb) => ({ kind, name, floor, polygon: json(polygon), version: eb('version', '+', 1) }) as never)
    .where('site_id', '=', site_id)
    .where('id', '=', id)
    .execute()
}
export const removeZone = async (db: DatabaseTransaction, siteId: SiteId, id: ZoneId): Promise<void> => {
  await tables(db).deleteFrom('monitoring.site_zone').where('site_id', '=', siteId).where('id', '=', id).execute()
}

// ------------------------------------------------------------------------------------------ plans

export const plansOf = (db: Database, siteId: SiteId): Promise<readonly PlanRecord[]> =>
  tables(db).selectFrom('monitoring.site_plan').selectAll().where('site_id', '=', siteId).orderBy('floor').execute()
export const putPlan = async (db: DatabaseTransaction, row: PlanRecord): Promise<void> => {
  const values = { ...row, bounds: json(row.bounds) } as never
  await tables(db)
    .insertInto('monitoring.site_plan')
    .values(values)
    .onConflict((conflict) => conflict.columns(['site_id', 'floor']).doUpdateSet(values))
    .execute()
}
export const removePlan = async (db: DatabaseTransaction, siteId: SiteId, floor: number): Promise<boolean> => {
  const done = await tables(db)
    .deleteFrom('monitoring.site_plan')
    .where('site_id', '=', siteId)
    .where('floor', '=', floor)
    .executeTakeFirst()
  return done.numDeletedRows > 0n
}

// ------------------------------------------------------------------------------------------ contacts

const sealedFor = (id: string): string => `monitoring.site-contact:${id}`
export const contactsOf = async (db: Database, vault: Vault, siteId: SiteId): Promise<readonly Contact[]> => {
  const rows = await tables(db)
    .selectFrom('monitoring.site_contact')
    .selectAll()
    .where('site_id', '=', siteId)
    .orderBy('place')
    .execute()
  return rows
    .map((row) => ({
      rung: row.rung,
      name: row.name,
      title: row.title,
      phone: vault.open(row.phone_sealed, sealedFor(row.id)),
    }))
    .sort((a, b) => rungs.indexOf(a.rung) - rungs.indexOf(b.rung))
}
export const putContacts = async (
  db: DatabaseTransaction,
  vault: Vault,
  siteId: SiteId,
  contacts: readonly (Contact & { readonly id: string })[],
): Promise<void> => {
  await tables(db).deleteFrom('monitoring.site_contact').where('site_id', '=', siteId).execute()
  if (contacts.length === 0) return
  await tables(db)
    .insertInto('monitoring.site_contact')
    .values(
      contacts.map(({ id, rung, name, title, phone }, place) => ({
        site_id: siteId,
        rung: rung as Rung,
        place,
        id,
        name,
        title,
        phone_sealed: vault.seal(phone, sealedFor(id)),
      })),
    )
    .execute()
}
/** Seals phones anew that are still under an older key; gives how many. */
export const resealContacts = async (db: DatabaseTransaction, vault: Vault, limit: number): Promise<number> => {
  const rows = await tables(db)
    .selectFrom('monitoring.site_contact')
    .selectAll()
    .where(sql<SqlBool>`left(phone_sealed, ${vault.currentMark().length}::int) <> ${vault.currentMark()}`)
    .limit(limit)
    .forUpdate()
    .execute()
  for (const row of rows)
    await tables(db)
      .updateTable('monitoring.site_contact')
      .set({ phone_sealed: vault.seal(vault.open(row.phone_sealed, sealedFor(row.id)), sealedFor(row.id)) })
      .where('site_id', '=', row.site_id)
      .where('rung', '=', row.rung)
      .where('place', '=', row.place)
      .execute()
  return rows.length
}
