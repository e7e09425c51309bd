/** Messages of persons. */
import { type SqlBool, sql } from 'kysely'
import type { PersonId } from '../../../kernel/identity.ts'
import { cursorOf, keysAs } from '../../../kernel/page.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { MessageId } from '../contract.ts'
import type { Topic } from '../model/topics.ts'
import { json, type MessageRow, tables } from './tables.ts'

/** Inserts a message; false when this person has it already. */
export const insertMessage = async (db: DatabaseTransaction, row: MessageRow): Promise<boolean> => {
  const inserted = await tables(db)
    .insertInto('messages.message')
    .values({
      ...row,
      title: json(row.title),
      body: json(row.body),
      link: row.link === null ? null : json(row.link),
      basis: row.basis === null ? null : json(row.basis),
    })
    .onConflict((conflict) => conflict.columns(['entry_id', 'person_id', 'notice_id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}
const likePattern = (text: string): string => `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`

export const messagePage = async (
  db: Database,
  personId: PersonId,
  filter: {
    readonly topic?: Topic | undefined
    readonly unread?: boolean | undefined
    readonly search?: string | undefined
    readonly after?: string | undefined
    readonly limit: number
  },
): Promise<{ readonly rows: readonly MessageRow[]; readonly next: string | null }> => {
  let query = tables(db)
    .selectFrom('messages.message')
    .selectAll()
    .where('person_id', '=', personId)
    .where('shown', '=', true)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
  if (filter.topic !== undefined) query = query.where('topic', '=', filter.topic)
  if (filter.unread === true) query = query.where('read_at', 'is', null)
  if (filter.search !== undefined && filter.search !== '') {
    const pattern = likePattern(filter.search)
    query = query.where(sql<SqlBool>`(title->>'zh' ilike ${pattern} or body->>'zh' ilike ${pattern}
      or title->>'en' ilike ${pattern} or body->>'en' ilike ${pattern})`)
  }
  const after = keysAs(filter.after, 'instant', 'id')
  if (after !== null)
    query = query.where(sql<SqlBool>`(created_at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
  const found = await query.execute()
  const rows = found.slice(0, filter.limit)
  const last = rows.at(-1)
  return { rows, next: found.length > filter.limit && last !== undefined ? cursorOf(last.created_at, last.id) : null }
}
export const unreadOf = async (db: Database, personId: PersonId): Promise<number> => {
  const { count } = await tables(db)
    .selectFrom('messages.message')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('person_id', '=', personId)
    .where('shown', '=', true)
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}
/** Marks own unread messages read; gives those that changed. */
export const readMessages = async (
  db: DatabaseTransaction,
  personId: PersonId,
  which: { readonly ids?: readonly MessageId[] | undefined; readonly topic?: Topic | undefined },
  now: Instant,
): Promise<readonly Pick<MessageRow, 'id' | 'statutory'>[]> => {
  let query = tables(db)
    .updateTable('messages.message')
    .set({ read_at: now })
    .where('person_id', '=', personId)
    .where('read_at', 'is', null)
    .returning(['id', 'statutory'])
  if (which.ids !== undefined) query = query.where('id', 'in', [...which.ids])
  if (which.topic !== undefined) query = query.where('topic', '=', which.topic)
  return query.execute()
}
export const messageById = async (db: Database, id: string): Promise<MessageRow | null> =>
  (await tables(db)
    .selectFrom('messages.message')
    .selectAll()
    .where('id', '=', id as MessageId)
    .executeTakeFirst()) ?? null
export const messagesOfEntry = async (db: Database, entryId: string): Promise<readonly MessageRow[]> =>
  tables(db).selectFrom('messages.message').selectAll().where('entry_id', '=', entryId).orderBy('id').execute()
