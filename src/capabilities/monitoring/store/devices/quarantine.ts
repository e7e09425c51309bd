/** Who knocked without being known. */
import { sql } from 'kysely'
import type { PersonId } from '../../../../kernel/identity.ts'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { QuarantineId } from '../../contract/devices.ts'
import type { DeviceId, DeviceKind, Protocol, SiteId } from '../../model/report.ts'
import { type QuarantineRecord, tables } from './tables.ts'

/** Rows that wait at most, in all and from one address: whoever makes up numbers cannot fill the table. */
export const MOST_WAITING = 5_000
export const MOST_FROM_ADDRESS = 100

export interface Knock {
  readonly id: QuarantineId
  readonly protocol: Protocol
  readonly externalId: string
  readonly address: string
  readonly at: Instant
  readonly attempts: number
  readonly kindHint: DeviceKind | null
  readonly modelHint: string
  readonly nameHint: string
  readonly fingerprint: string | null
  readonly parentId: DeviceId | null
  readonly sample: string
}
/** Counts a knock on its row, or makes the row. False when the limits leave no room for a new one. */
export const recordKnock = async (db: Database, knock: Knock): Promise<boolean> => {
  const counted = await sql`
    update monitoring.quarantine set
      attempts = attempts + ${knock.attempts}, last_seen_at = greatest(last_seen_at, ${knock.at}), address = ${knock.address},
      kind_hint = coalesce(${knock.kindHint}, kind_hint),
      model_hint = case when ${knock.modelHint}::text = '' then model_hint else ${knock.modelHint} end,
      name_hint = case when ${knock.nameHint}::text = '' then name_hint else ${knock.nameHint} end,
      fingerprint = coalesce(${knock.fingerprint}, fingerprint),
      sample = case when ${knock.sample}::text = '' then sample else ${knock.sample} end
    where protocol = ${knock.protocol} and external_id = ${knock.externalId}`.execute(db)
  if ((counted.numAffectedRows ?? 0n) > 0n) return true
  const made = await sql`
    insert into monitoring.quarantine (id, protocol, external_id, address, first_seen_at, last_seen_at, attempts,
      kind_hint, model_hint, name_hint, fingerprint, parent_id, sample)
    select ${knock.id}, ${knock.protocol}, ${knock.externalId}, ${knock.address}, ${knock.at}, ${knock.at},
      ${knock.attempts}, ${knock.kindHint}, ${knock.modelHint}, ${knock.nameHint}, ${knock.fingerprint},
      ${knock.parentId}, ${knock.sample}
    where (select count(*) from monitoring.quarantine where state = 'waiting') < ${MOST_WAITING}
      and (${knock.parentId}::uuid is not null or
        (select count(*) from monitoring.quarantine where state = 'waiting' and address = ${knock.address})
          < ${MOST_FROM_ADDRESS})
      and not exists (select 1 from monitoring.device
        where protocol = ${knock.protocol} and external_id = ${knock.externalId})
    on conflict (protocol, external_id) do update set attempts = monitoring.quarantine.attempts + ${knock.attempts}`.execute(
    db,
  )
  return (made.numAffectedRows ?? 0n) > 0n
}
export const waitingCount = async (db: Database): Promise<number> => {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from monitoring.quarantine where state = 'waiting'`.execute(db)
  return rows[0]?.n ?? 0
}
export interface QuarantineFilter {
  readonly state: 'waiting' | 'rejected'
  readonly protocol?: Protocol | undefined
  readonly text?: string | undefined
  readonly after?: readonly [at: string, id: string] | undefined
  readonly limit: number
}
export const findQuarantined = async (db: Database, filter: QuarantineFilter): Promise<readonly QuarantineRecord[]> => {
  let query = tables(db)
    .selectFrom('monitoring.quarantine')
    .selectAll()
    .where('state', '=', filter.state)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit)
  if (filter.protocol !== undefined) query = query.where('protocol', '=', filter.protocol)
  if (filter.text !== undefined && filter.text !== '') {
    const text = `%${filter.text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
    query = query.where((is) =>
      is.or([is('external_id', 'ilike', text), is('name_hint', 'ilike', text), is('address', 'ilike', text)]),
    )
  }
  if (filter.after !== undefined)
    query = query.where(sql<boolean>`(last_seen_at, id) < (${filter.after[0]}::timestamptz, ${filter.after[1]}::uuid)`)
  return query.execute()
}
export const lockQuarantined = async (db: DatabaseTransaction, id: QuarantineId): Promise<QuarantineRecord | null> =>
  (await tables(db)
    .selectFrom('monitoring.quarantine')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()) ?? null
export const quarantinedByNumber = async (
  db: DatabaseTransaction,
  protocol: Protocol,
  externalId: string,
): Promise<QuarantineRecord | null> =>
  (await tables(db)
    .selectFrom('monitoring.quarantine')
    .selectAll()
    .where('protocol', '=', protocol)
    .where('external_id', '=', externalId)
    .forUpdate()
    .executeTakeFirst()) ?? null
export const rejectRow = async (
  db: DatabaseTransaction,
  id: QuarantineId,
  by: { readonly reason: string; readonly at: Instant; readonly personId: PersonId | null },
): Promise<void> => {
  await tables(db)
    .updateTable('monitoring.quarantine')
    .set({ state: 'rejected', reason: by.reason, decided_at: by.at, decided_by: by.personId } as never)
    .where('id', '=', id)
    .execute()
}
export const removeQuarantined = async (db: DatabaseTransaction, id: QuarantineId): Promise<void> => {
  await tables(db).deleteFrom('monitoring.quarantine').where('id', '=', id).execute()
}
/** Channels that recorders of a site name and that nobody claimed yet, by name. */
export const channelsWaiting = async (db: Database, siteId: SiteId) => {
  const { rows } = await sql<{ externalId: string; name: string; recorder: string; lastSeenAt: Instant }>`
    select q.external_id as "externalId", q.name_hint as name, d.name as recorder, q.last_seen_at as "lastSeenAt"
    from monitoring.device d join monitoring.quarantine q on q.parent_id = d.id
    where d.site_id = ${siteId} and q.state = 'waiting' and q.protocol = 'gb28181'
    order by q.name_hint, q.external_id limit 500`.execute(db)
  return rows
}
