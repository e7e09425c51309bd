/** Versions of rules. */
import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { PersonId } from '../../../../kernel/identity.ts'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { Definition } from '../../model/rules/definition.ts'
import type { RuleState } from '../../model/rules/states.ts'

type RuleTable = {
  key: string
  version: number
  state: RuleState
  definition: Definition
  revision: number
  created_at: Instant
  created_by: PersonId | null
  published_at: Instant | null
  published_by: PersonId | null
  note: string
  retired_at: Instant | null
  retired_by: PersonId | null
  retire_reason: string
}
type Tables = {
  'monitoring.rule': RuleTable
  'monitoring.rule_revision': { one: boolean; revision: number }
}
export type RuleRecord = Selectable<RuleTable>
const tables = (db: Database) => db.withTables<Tables>()
const json = <T>(value: T): RawBuilder<T> => sql<T>`${JSON.stringify(value)}::jsonb`

/** Commands on rules queue up: there are few. */
export const lockRules = async (db: DatabaseTransaction): Promise<void> => {
  await tables(db).selectFrom('monitoring.rule_revision').select('revision').forUpdate().execute()
}
export const rulesRevision = async (db: Database): Promise<number> => {
  const row = await tables(db).selectFrom('monitoring.rule_revision').select('revision').executeTakeFirst()
  return Number(row?.revision ?? 0)
}
export const bumpRevision = async (db: DatabaseTransaction): Promise<void> => {
  await tables(db)
    .updateTable('monitoring.rule_revision')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .execute()
}
export const allRules = (db: Database): Promise<readonly RuleRecord[]> =>
  tables(db).selectFrom('monitoring.rule').selectAll().orderBy('key').orderBy('version', 'desc').execute()
export const publishedRules = (db: Database): Promise<readonly RuleRecord[]> =>
  tables(db).selectFrom('monitoring.rule').selectAll().where('state', '=', 'published').orderBy('key').execute()
/** Newest first. */
export const versionsOf = (db: Database, key: string): Promise<readonly RuleRecord[]> =>
  tables(db).selectFrom('monitoring.rule').selectAll().where('key', '=', key).orderBy('version', 'desc').execute()
export const insertRule = async (db: DatabaseTransaction, row: RuleRecord): Promise<void> => {
  await tables(db)
    .insertInto('monitoring.rule')
    .values({ ...row, definition: json(row.definition) })
    .execute()
}
export const changeRule = async (
  db: DatabaseTransaction,
  key: string,
  version: number,
  { definition, ...changes }: Partial<Omit<RuleRecord, 'key' | 'version'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('monitoring.rule')
    .set({ ...changes, ...(definition === undefined ? {} : { definition: json(definition) }) })
    .where('key', '=', key)
    .where('version', '=', version)
    .execute()
}
export const deleteDraft = async (db: DatabaseTransaction, key: string): Promise<void> => {
  await tables(db).deleteFrom('monitoring.rule').where('key', '=', key).where('state', '=', 'draft').execute()
}
