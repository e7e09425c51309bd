/** After-checks of commitments. */
import { type SqlBool, sql } from 'kysely'
import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { ApplicationId } from '../contract.ts'
import { json } from './tables.ts'
import { type AfterCheckId, type AfterCheckRecord, undertakingTables as tables } from './undertaking-tables.ts'

export const insertAfterCheck = async (
  db: DatabaseTransaction,
  row: Omit<AfterCheckRecord, 'version'>,
): Promise<void> => {
  await tables(db)
    .insertInto('approvals.after_check')
    .values({ ...row, rule: json(row.rule) })
    .execute()
}
export const afterChecksOf = async (
  db: Database,
  ids: readonly ApplicationId[],
): Promise<readonly AfterCheckRecord[]> =>
  ids.length === 0
    ? []
    : tables(db)
        .selectFrom('approvals.after_check')
        .selectAll()
        .where('application_id', 'in', [...ids])
        .orderBy('id')
        .execute()
export const applicationOfAfterCheck = async (db: Database, id: AfterCheckId): Promise<ApplicationId | null> =>
  (
    await tables(db)
      .selectFrom('approvals.after_check')
      .select('application_id')
      .where('id', '=', id)
      .executeTakeFirst()
  )?.application_id ?? null
export const afterCheck = async (db: Database, id: AfterCheckId): Promise<AfterCheckRecord | null> =>
  (await tables(db).selectFrom('approvals.after_check').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const changeAfterCheck = async (
  db: DatabaseTransaction,
  id: AfterCheckId,
  by: PersonId | null,
  at: Instant,
  changes: Partial<Omit<AfterCheckRecord, 'id' | 'version' | 'rule'>>,
): Promise<AfterCheckRecord> =>
  tables(db)
    .updateTable('approvals.after_check')
    .set((row) => ({ ...changes, version: row('version', '+', 1), changed_at: at, changed_by: by }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
export const afterCheckPage = async (
  db: Database,
  filter: {
    /** Null = every department. */
    readonly departments: readonly string[] | null
    readonly state?: AfterCheckRecord['state'] | undefined
    readonly after?: { readonly at: Instant; readonly id: string } | undefined
    readonly limit: number
  },
): Promise<readonly AfterCheckRecord[]> => {
  if (filter.departments !== null && filter.departments.length === 0) return []
  let query = tables(db)
    .selectFrom('approvals.after_check')
    .selectAll()
    .orderBy('opened_at')
    .orderBy('id')
    .limit(filter.limit)
  if (filter.departments !== null) query = query.where('department', 'in', [...filter.departments])
  query = filter.state === undefined ? query.where('state', '!=', 'settled') : query.where('state', '=', filter.state)
  const { after } = filter
  if (after !== undefined)
    query = query.where(sql<SqlBool>`(opened_at, id) > (${after.at}::timestamptz, ${after.id}::uuid)`)
  return query.execute()
}
