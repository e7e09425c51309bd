/** Workers and their registrations on sites. */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { PersonId } from '../../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { Vault } from '../../../../platform/vault/vault.ts'
import type { RegistrationId } from '../../contract/people.ts'
import type { RegistrationState } from '../../model/people/states.ts'
import type { DeviceId, SiteId, WorkerId } from '../../model/report.ts'
import { type RegistrationRecord, tables, type WorkerRecord } from './tables.ts'

const ID_NUMBER = 'monitoring.worker-id'
const PHONE = 'monitoring.worker-phone'

export const workerByIdNumber = async (db: Database, vault: Vault, idNumber: string): Promise<WorkerRecord | null> =>
  (await tables(db)
    .selectFrom('monitoring.worker')
    .selectAll()
    .where('id_number_digest', 'in', [...vault.digests(idNumber, ID_NUMBER)])
    .executeTakeFirst()) ?? null
export const workerById = async (db: Database, id: WorkerId): Promise<WorkerRecord | null> =>
  (await tables(db).selectFrom('monitoring.worker').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const workersByPhone = (db: Database, vault: Vault, phone: string): Promise<readonly WorkerRecord[]> =>
  tables(db)
    .selectFrom('monitoring.worker')
    .selectAll()
    .where('phone_digest', 'in', [...vault.digests(phone, PHONE)])
    .orderBy('id')
    .execute()
const sealedPhone = (vault: Vault, id: WorkerId, phone: string | null) => ({
  phone_sealed: phone === null ? null : vault.seal(phone, `${PHONE}:${id}`),
  phone_digest: phone === null ? null : vault.digest(phone, PHONE),
})
export const phoneOf = (vault: Vault, worker: Pick<WorkerRecord, 'id' | 'phone_sealed'>): string | null =>
  worker.phone_sealed === null ? null : vault.open(worker.phone_sealed, `${PHONE}:${worker.id}`)

export const insertWorker = async (
  db: DatabaseTransaction,
  vault: Vault,
  worker: {
    readonly id: WorkerId
    readonly name: string
    readonly idNumber: string
    readonly masked: string
    readonly phone: string | null
    readonly at: Instant
    readonly by: PersonId | null
  },
): Promise<void> => {
  await tables(db)
    .insertInto('monitoring.worker')
    .values({
      id: worker.id,
      name: worker.name,
      id_number_sealed: vault.seal(worker.idNumber, `${ID_NUMBER}:${worker.id}`),
      id_number_digest: vault.digest(worker.idNumber, ID_NUMBER),
      id_number_masked: worker.masked,
      ...sealedPhone(vault, worker.id, worker.phone),
      created_at: worker.at,
      created_by: worker.by,
      version: 1,
    })
    .execute()
}
export const changePhone = async (
  db: DatabaseTransaction,
  vault: Vault,
  id: WorkerId,
  phone: string,
): Promise<void> => {
  await tables(db)
    .updateTable('monitoring.worker')
    .set((eb) => ({ ...sealedPhone(vault, id, phone), version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}
/** Seals workers anew that are still under an older key; gives how many. */
export const resealWorkers = async (db: DatabaseTransaction, vault: Vault, limit: number): Promise<number> => {
  const mark = vault.currentMark()
  const old = (column: 'id_number_sealed' | 'phone_sealed'): RawBuilder<SqlBool> =>
    sql<SqlBool>`left(${sql.ref(column)}, ${mark.length}::int) <> ${mark}`
  const rows = await tables(db)
    .selectFrom('monitoring.worker')
    .selectAll()
    .where((eb) => eb.or([old('id_number_sealed'), eb.and([eb('phone_sealed', 'is not', null), old('phone_sealed')])]))
    .limit(limit)
    .forUpdate()
    .execute()
  for (const row of rows) {
    const idNumber = vault.open(row.id_number_sealed, `${ID_NUMBER}:${row.id}`)
    await tables(db)
      .updateTable('monitoring.worker')
      .set({
        id_number_sealed: vault.seal(idNumber, `${ID_NUMBER}:${row.id}`),
        id_number_digest: vault.digest(idNumber, ID_NUMBER),
        ...sealedPhone(vault, row.id, phoneOf(vault, row)),
      })
      .where('id', '=', row.id)
      .execute()
  }
  return rows.length
}

// ------------------------------------------------------------------------------------------ registrations

export interface RegisteredRow extends RegistrationRecord {
  readonly name: string
  readonly id_number_masked: string
  readonly phone_sealed: string | null
  readonly site_name: string
  readonly device_name: string | null
}
const joined = sql`select r.*, w.name, w.id_number_masked, w.phone_sealed, s.name as site_name, d.name as device_name
  from monitoring.registration r
  join monitoring.worker w on w.id = r.worker_id
  join monitoring.site s on s.id = r.site_id
  left join monitoring.device d on d.id = r.device_id`
/** Of a registration on a day, as `registrationStateOn` says. */
const stateOn = (day: LocalDate) => sql<RegistrationState>`case
  when r.left_on < ${day}::date then 'left' when r.valid_from > ${day}::date then 'planned'
  when r.valid_to < ${day}::date then 'expired' else 'valid' end`

export const registrationsPage = async (
  db: Database,
  siteId: SiteId,
  filter: {
    readonly state?: RegistrationState | undefined
    readonly team?: string | undefined
    readonly trade?: string | undefined
    readonly text?: string | undefined
    readonly day: LocalDate
    readonly after: readonly [string, string] | null
    readonly limit: number
  },
): Promise<readonly RegisteredRow[]> => {
  const wanted = [
    sql`r.site_id = ${siteId}`,
    filter.state === undefined ? null : sql`${stateOn(filter.day)} = ${filter.state}`,
    filter.team === undefined ? null : sql`r.team = ${filter.team}`,
    filter.trade === undefined ? null : sql`r.trade = ${filter.trade}`,
    filter.text === undefined || filter.text === ''
      ? null
      : sql`strpos(lower(w.name || ' ' || r.worker_ref), lower(${filter.text})) > 0`,
    filter.after === null ? null : sql`(w.name, r.id) > (${filter.after[0]}, ${filter.after[1]}::uuid)`,
  ].filter((each) => each !== null)
  const { rows } = await sql<RegisteredRow>`${joined} where ${sql.join(wanted, sql` and `)}
    order by w.name, r.id limit ${filter.limit}`.execute(db)
  return rows
}
export const registrationById = async (
  db: Database,
  siteId: SiteId,
  id: RegistrationId,
): Promise<RegisteredRow | null> => {
  const { rows } = await sql<RegisteredRow>`${joined} where r.site_id = ${siteId} and r.id = ${id}`.execute(db)
  return rows[0] ?? null
}
export const registrationsOfWorkers = async (
  db: Database,
  workers: readonly WorkerId[],
): Promise<readonly RegisteredRow[]> => {
  if (workers.length === 0) return []
  const { rows } = await sql<RegisteredRow>`${joined} where r.worker_id = any(${[...workers]}::uuid[])
    order by r.valid_from desc, r.id desc limit 200`.execute(db)
  return rows
}
export const lockRegistration = async (
  db: DatabaseTransaction,
  siteId: SiteId,
  id: RegistrationId,
): Promise<RegistrationRecord | null> =>
  (await tables(db)
    .selectFrom('monitoring.registration')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()) ?? null
/** Whoever is on the site under this number, or as this worker. */
export const openRegistration = async (
  db: Database,
  siteId: SiteId,
  by: { readonly workerRef: string } | { readonly workerId: WorkerId } | { readonly deviceId: DeviceId },
): Promise<RegistrationRecord | null> =>
  (await tables(db)
    .selectFrom('monitoring.registration')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('left_on', 'is', null)
    .where((eb) =>
      'workerRef' in by
        ? eb('worker_ref', '=', by.workerRef)
        : 'workerId' in by
          ? eb('worker_id', '=', by.workerId)
          : eb('device_id', '=', by.deviceId),
    )
    .executeTakeFirst()) ?? null
export const insertRegistration = async (db: DatabaseTransaction, row: RegistrationRecord): Promise<void> => {
  await tables(db).insertInto('monitoring.registration').values(row).execute()
}
export const saveRegistration = async (
  db: DatabaseTransaction,
  { site_id, id, version, ...row }: RegistrationRecord,
): Promise<void> => {
  await tables(db)
    .updateTable('monitoring.registration')
    .set({ ...row, version: version + 1 })
    .where('site_id', '=', site_id)
    .where('id', '=', id)
    .execute()
}
export const beginTracker = async (
  db: DatabaseTransaction,
  row: {
    readonly siteId: SiteId
    readonly deviceId: DeviceId
    readonly registrationId: RegistrationId
    readonly at: Instant
  },
): Promise<void> => {
  await tables(db)
    .insertInto('monitoring.tracker_period')
    .values({
      site_id: row.siteId,
      device_id: row.deviceId,
      registration_id: row.registrationId,
      from_at: row.at,
      to_at: null,
    })
    .execute()
}
export const endTrackers = async (
  db: DatabaseTransaction,
  siteId: SiteId,
  registrationId: RegistrationId,
  at: Instant,
): Promise<void> => {
  await tables(db)
    .updateTable('monitoring.tracker_period')
    .set({ to_at: at })
    .where('site_id', '=', siteId)
    .where('registration_id', '=', registrationId)
    .where('to_at', 'is', null)
    .execute()
}
export const registrationCounts = async (db: Database, siteId: SiteId, day: LocalDate) => {
  const { rows } = await sql<{ state: RegistrationState; n: number }>`
    select ${stateOn(day)} as state, count(*)::int as n from monitoring.registration r
    where r.site_id = ${siteId} group by 1`.execute(db)
  const of = (state: RegistrationState): number => rows.find((row) => row.state === state)?.n ?? 0
  return { valid: of('valid'), expired: of('expired'), planned: of('planned'), left: of('left') }
}
export const teamsAndTrades = async (
  db: Database,
  siteId: SiteId,
): Promise<{ readonly teams: string[]; readonly trades: string[] }> => {
  const { rows } = await sql<{ teams: string[] | null; trades: string[] | null }>`
    select array_agg(distinct team order by team) as teams, array_agg(distinct trade order by trade) as trades
    from monitoring.registration where site_id = ${siteId}`.execute(db)
  return { teams: rows[0]?.teams ?? [], trades: rows[0]?.trades ?? [] }
}
/** Of people as gates know them on a day: whether a registration holds. People of sites without any are absent. */
export const registeredOn = async (
  db: Database,
  people: readonly { readonly siteId: SiteId; readonly workerRef: string }[],
  day: LocalDate,
): Promise<readonly { readonly site_id: SiteId; readonly worker_ref: string; readonly valid: boolean }[]> => {
  if (people.length === 0) return []
  const { rows } = await sql<{ site_id: SiteId; worker_ref: string; valid: boolean }>`
    select u.site_id, u.worker_ref, exists (
      select 1 from monitoring.registration r
      where r.site_id = u.site_id and r.worker_ref = u.worker_ref and ${stateOn(day)} = 'valid') as valid
    from unnest(${people.map((each) => each.siteId)}::uuid[], ${people.map((each) => each.workerRef)}::text[])
      as u(site_id, worker_ref)
    where exists (select 1 from monitoring.registration x where x.site_id = u.site_id)`.execute(db)
  return rows
}
/** Trades, teams and days of everybody who is or was registered on a site, for the figures of a day. */
export const registrationsForDay = (db: Database, siteId: SiteId, day: LocalDate) =>
  tables(db)
    .selectFrom('monitoring.registration')
    .select(['id', 'worker_ref', 'worker_id', 'team', 'trade', 'valid_from', 'valid_to', 'left_on'])
    .where('site_id', '=', siteId)
    .where('valid_from', '<=', day)
    .where((eb) => eb.or([eb('left_on', 'is', null), eb('left_on', '>=', day)]))
    .execute()
