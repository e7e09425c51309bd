/** Requests for erasure, and the erasing of what this capability keeps of a person. */
import { sql } from 'kysely'
import type { Id, PersonId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { Vault } from '../../../platform/vault/vault.ts'
import { type ErasureOutcome, type ErasureState, erasureOutcomeSchema } from '../contract/retention.ts'
import { tables } from './tables.ts'

type RequestTable = {
  request_id: Id<'erasure-request'>
  person_id: PersonId
  reason: string
  requested_at: Instant
  answer_by: LocalDate
  state: ErasureState
  decided_by: string | null
  decided_at: Instant | null
  decision: string | null
  outcome: unknown
}
const requests = (db: Database) => db.withTables<{ 'people.erasure_request': RequestTable }>()

export interface ErasureRow {
  readonly id: Id<'erasure-request'>
  readonly personId: PersonId
  readonly reason: string
  readonly requestedAt: Instant
  readonly answerBy: LocalDate
  readonly state: ErasureState
  readonly decidedAt: Instant | null
  readonly decision: string | null
  readonly outcome: ErasureOutcome | null
}
const rowOf = (row: RequestTable): ErasureRow => ({
  id: row.request_id,
  personId: row.person_id,
  reason: row.reason,
  requestedAt: row.requested_at,
  answerBy: row.answer_by,
  state: row.state,
  decidedAt: row.decided_at,
  decision: row.decision,
  outcome: row.outcome === null ? null : erasureOutcomeSchema.parse(row.outcome),
})

/** False when one is open already. */
export const insertErasureRequest = async (db: Database, row: ErasureRow): Promise<boolean> => {
  const inserted = await requests(db)
    .insertInto('people.erasure_request')
    .values({
      request_id: row.id,
      person_id: row.personId,
      reason: row.reason,
      requested_at: row.requestedAt,
      answer_by: row.answerBy,
      state: row.state,
      decided_by: null,
      decided_at: null,
      decision: null,
      outcome: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}
export const lockErasureRequest = async (db: Database, id: Id<'erasure-request'>): Promise<ErasureRow | null> => {
  const row = await requests(db)
    .selectFrom('people.erasure_request')
    .selectAll()
    .where('request_id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? null : rowOf(row)
}
/** Requests of one person, or all; open ones first, then the newest. */
export const erasureRequests = async (db: Database, personId?: PersonId): Promise<readonly ErasureRow[]> => {
  let query = requests(db)
    .selectFrom('people.erasure_request')
    .selectAll()
    .orderBy(sql`state <> 'open'`)
    .orderBy('requested_at', 'desc')
    .limit(200)
  if (personId !== undefined) query = query.where('person_id', '=', personId)
  return (await query.execute()).map(rowOf)
}
export const closeErasureRequest = async (
  db: Database,
  id: Id<'erasure-request'>,
  end: {
    readonly state: ErasureState
    readonly by: string
    readonly at: Instant
    readonly decision: string
    readonly outcome: ErasureOutcome | null
  },
): Promise<void> => {
  await requests(db)
    .updateTable('people.erasure_request')
    .set({
      state: end.state,
      decided_by: end.by,
      decided_at: end.at,
      decision: end.decision,
      outcome: end.outcome === null ? null : JSON.stringify(end.outcome),
      ...(end.state === 'granted' ? { reason: '(已删除)' } : {}),
    })
    .where('request_id', '=', id)
    .execute()
}

/** The name that stands where a person was erased. */
export const erasedName = '已删除人员'
/** Leaves the bare identity, to which other rows point. */
export const erasePersonRow = async (db: Database, id: PersonId, now: Instant): Promise<void> => {
  await tables(db)
    .updateTable('people.person')
    .set((eb) => ({
      name: erasedName,
      phone_sealed: null,
      phone_digest: null,
      id_number_sealed: null,
      id_number_digest: null,
      active: false,
      inactive_since: eb.fn.coalesce('inactive_since', eb.val(now)),
      erased_at: now,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute()
  await tables(db)
    .updateTable('people.membership')
    .set((eb) => ({ title: '', valid_to: eb.fn.coalesce('valid_to', eb.val(now)) }))
    .where('person_id', '=', id)
    .execute()
}
/** Erases the numbers of persons who have been inactive since before a moment; gives how many. */
export const eraseInactiveNumbers = async (db: Database, before: Instant, limit: number): Promise<number> => {
  const { rows } = await sql<{ id: string }>`
    update people.person set phone_sealed = null, phone_digest = null, id_number_sealed = null, id_number_digest = null,
      version = version + 1
    where id in (
      select id from people.person
      where not active and inactive_since < ${before} and (phone_sealed is not null or id_number_sealed is not null)
      limit ${limit} for update skip locked)
    returning id`.execute(db)
  return rows.length
}

/** Seals numbers anew under the present key, with their digests; gives how many persons. */
export const resealPersons = async (db: Database, vault: Vault, limit: number): Promise<number> => {
  const mark = `${vault.currentMark()}%`
  const rows = await tables(db)
    .selectFrom('people.person')
    .select(['id', 'phone_sealed', 'id_number_sealed'])
    .where((eb) => eb.or([eb('phone_sealed', 'not like', mark), eb('id_number_sealed', 'not like', mark)]))
    .limit(limit)
    .forUpdate()
    .execute()
  const anew = (sealed: string | null, purpose: string, id: PersonId) => {
    if (sealed === null) return { sealed: null, digest: null }
    const text = vault.open(sealed, `${purpose}:${id}`)
    return { sealed: vault.seal(text, `${purpose}:${id}`), digest: vault.digest(text, purpose) }
  }
  for (const row of rows) {
    const phone = anew(row.phone_sealed, 'people.phone', row.id)
    const idNumber = anew(row.id_number_sealed, 'people.id-number', row.id)
    await tables(db)
      .updateTable('people.person')
      .set({
        phone_sealed: phone.sealed,
        phone_digest: phone.digest,
        id_number_sealed: idNumber.sealed,
        id_number_digest: idNumber.digest,
      })
      .where('id', '=', row.id)
      .execute()
  }
  return rows.length
}
