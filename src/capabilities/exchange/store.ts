/** The ledger of what is reported, and the codes that an operator has mapped. */
import { type Generated, type Selectable, sql } from 'kysely'
import type { PersonId, ProjectId } from '../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../platform/platform.ts'
import type { ExchangeMessageId, ExchangeState } from './contract.ts'
import type { ExchangeRow, RowFault } from './model/schema.ts'

interface MessageTable {
  id: ExchangeMessageId
  position: Generated<number>
  table_name: string
  local_key: string
  project_id: string | null
  row: ExchangeRow
  state: ExchangeState
  faults: readonly RowFault[]
  error: string | null
  attempts: number
  composed_at: Instant
  sent_at: Instant | null
}
interface CodeTable {
  code_set: string
  ours: string
  theirs: string
  name: string
  basis: string
  valid_from: LocalDate
  mapped_at: Instant
  mapped_by: PersonId
}
type Tables = {
  'exchange.message': MessageTable
  'exchange.code': CodeTable
}
const tables = (db: Database) => db.withTables<Tables>()
const json = <T>(value: T) => sql<T>`${JSON.stringify(value)}::jsonb`

export type MessageRecord = Selectable<MessageTable>
export type CodeRecord = Selectable<CodeTable>

/** Puts a row into the ledger. Those of the same key that were not laid yet are superseded: only the newest is reported. */
export const addMessage = async (
  db: DatabaseTransaction,
  message: Pick<MessageRecord, 'id' | 'table_name' | 'local_key' | 'project_id' | 'row' | 'state' | 'faults'>,
  at: Instant,
): Promise<void> => {
  await tables(db)
    .updateTable('exchange.message')
    .set({ state: 'superseded' })
    .where('table_name', '=', message.table_name)
    .where('local_key', '=', message.local_key)
    .where('state', 'in', ['waiting', 'faulty', 'rejected'])
    .execute()
  await tables(db)
    .insertInto('exchange.message')
    .values({
      ...message,
      row: json(message.row),
      faults: json(message.faults),
      error: null,
      attempts: 0,
      composed_at: at,
      sent_at: null,
    })
    .execute()
}
/** The newest row of a key; null when it was never composed. */
export const newestOf = async (db: Database, table: string, key: string): Promise<MessageRecord | null> =>
  (await tables(db)
    .selectFrom('exchange.message')
    .selectAll()
    .where('table_name', '=', table)
    .where('local_key', '=', key)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()) ?? null

export const message = async (db: Database, id: ExchangeMessageId): Promise<MessageRecord | null> =>
  (await tables(db).selectFrom('exchange.message').selectAll().where('id', '=', id).executeTakeFirst()) ?? null

export interface MessageFilter {
  readonly state?: ExchangeState | undefined
  readonly table?: string | undefined
  readonly projectId?: ProjectId | undefined
  readonly before?: number | undefined
  readonly limit: number
}
/** Newest first. */
export const messages = async (db: Database, filter: MessageFilter): Promise<readonly MessageRecord[]> => {
  let query = tables(db).selectFrom('exchange.message').selectAll().orderBy('position', 'desc').limit(filter.limit)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.table !== undefined) query = query.where('table_name', '=', filter.table)
  if (filter.projectId !== undefined) query = query.where('project_id', '=', filter.projectId)
  if (filter.before !== undefined) query = query.where('position', '<', filter.before)
  return query.execute()
}
export const countsByTable = async (
  db: Database,
): Promise<readonly { table_name: string; state: ExchangeState; count: number }[]> =>
  tables(db)
    .selectFrom('exchange.message')
    .select(['table_name', 'state', sql<number>`count(*)::int`.as('count')])
    .groupBy(['table_name', 'state'])
    .execute()

/** Rows to lay, in the order in which they were composed, after a position. */
export const waitingAfter = async (db: Database, position: number, limit: number): Promise<readonly MessageRecord[]> =>
  tables(db)
    .selectFrom('exchange.message')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('position', '>', position)
    .orderBy('position')
    .limit(limit)
    .execute()

/** Notes what became of a row that was waiting; one that was superseded meanwhile keeps its state. */
export const settle = async (
  db: DatabaseTransaction,
  id: ExchangeMessageId,
  outcome: { readonly state: 'sent' | 'rejected'; readonly error: string | null; readonly at: Instant },
): Promise<void> => {
  await tables(db)
    .updateTable('exchange.message')
    .set((row) => ({
      state: outcome.state,
      error: outcome.error,
      attempts: row('attempts', '+', 1),
      sent_at: outcome.state === 'sent' ? outcome.at : null,
    }))
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute()
}
/** Sets rows to waiting again; gives how many. Only the newest of a key goes out again. */
export const wait = async (
  db: DatabaseTransaction,
  which: { readonly id: ExchangeMessageId } | { readonly rejected: true; readonly table: string | undefined },
): Promise<number> => {
  let query = tables(db).updateTable('exchange.message').set({ state: 'waiting', error: null })
  if ('id' in which) query = query.where('id', '=', which.id).where('state', 'in', ['sent', 'rejected', 'waiting'])
  else {
    query = query.where('state', '=', 'rejected')
    if (which.table !== undefined) query = query.where('table_name', '=', which.table)
  }
  const { numUpdatedRows } = await query.executeTakeFirst()
  return Number(numUpdatedRows)
}

export const addCode = async (db: DatabaseTransaction, code: CodeRecord): Promise<void> => {
  await tables(db).insertInto('exchange.code').values(code).execute()
}
/** Mapped codes, the newest of each. */
export const codes = async (db: Database): Promise<readonly CodeRecord[]> =>
  tables(db)
    .selectFrom('exchange.code')
    .selectAll()
    .distinctOn(['code_set', 'ours'])
    .orderBy('code_set')
    .orderBy('ours')
    .orderBy('mapped_at', 'desc')
    .execute()
