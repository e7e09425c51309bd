/** Credit records of organisations. */
import { type SqlBool, sql } from 'kysely'
import type { OrganisationId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import { type CreditRecord, type CreditRecordId, undertakingTables as tables } from './undertaking-tables.ts'

/** Adds a record; false when one was made from the same source before. */
export const insertCredit = async (db: DatabaseTransaction, row: Omit<CreditRecord, 'version'>): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await tables(db)
    .insertInto('approvals.credit_record')
    .values(row)
    .onConflict((conflict) => conflict.column('source_id').where('source_id', 'is not', null).doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
export const lockCredit = async (db: DatabaseTransaction, id: CreditRecordId): Promise<CreditRecord | null> =>
  (await tables(db)
    .selectFrom('approvals.credit_record')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()) ?? null
type Changes = Partial<Omit<CreditRecord, 'id' | 'version'>>
export const changeCredit = async (
  db: DatabaseTransaction,
  id: CreditRecordId,
  changes: Changes,
): Promise<CreditRecord> =>
  tables(db)
    .updateTable('approvals.credit_record')
    .set((row) => ({ ...changes, version: row('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
/** The record in force on a day that makes an organisation a dishonest applicant; the longest one. */
export const dishonestRecord = async (
  db: Database,
  organisationId: OrganisationId,
  day: LocalDate,
): Promise<CreditRecord | null> =>
  (await tables(db)
    .selectFrom('approvals.credit_record')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('state', '=', 'in-force')
    .where('valid_from', '<=', day)
    .where((where) => where.or([where('valid_to', 'is', null), where('valid_to', '>=', day)]))
    .orderBy(sql`valid_to desc nulls first`)
    .limit(1)
    .executeTakeFirst()) ?? null
export interface CreditFilter {
  readonly organisations: readonly OrganisationId[] | null
  readonly state?: CreditRecord['state'] | undefined
  readonly text?: string | undefined
  readonly after?: { readonly at: Instant; readonly id: string } | undefined
  readonly limit: number
}
export const creditPage = async (db: Database, filter: CreditFilter): Promise<readonly CreditRecord[]> => {
  let query = tables(db)
    .selectFrom('approvals.credit_record')
    .selectAll()
    .orderBy('entered_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit)
  if (filter.organisations !== null) {
    if (filter.organisations.length === 0) return []
    query = query.where('organisation_id', 'in', [...filter.organisations])
  }
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  const text = filter.text?.trim() ?? ''
  if (text !== '')
    query = query.where('organisation_name', 'ilike', `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`)
  const { after } = filter
  if (after !== undefined)
    query = query.where(sql<SqlBool>`(entered_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`)
  return query.execute()
}
