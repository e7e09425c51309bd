/** Editions of items and of the form. */
import { type Kysely, type Selectable, sql } from 'kysely'
import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { EditionId } from '../contract/editions.ts'
import type { EditionKind } from '../model/editions.ts'

// A type, not an interface: Kysely wants an index signature.
type EditionTable = {
  id: EditionId
  kind: EditionKind
  subject: string
  source: 'file' | 'desk'
  state: 'draft' | 'published' | 'withdrawn'
  valid_from: LocalDate | null
  content: unknown
  hash: string | null
  served_id: string | null
  note: string
  version: number
  author: PersonId | null
  created_at: Instant
  changed_at: Instant
  publisher: PersonId | null
  published_at: Instant | null
  ended_by: PersonId | null
  ended_reason: string | null
  stamp: number
}
export type EditionRecord = Selectable<EditionTable>
type Tables = { 'catalogue.edition': EditionTable }
const tables = (db: Database): Kysely<Tables> => db.withTables<Tables>()
const json = (value: unknown) => sql<unknown>`${JSON.stringify(value)}::jsonb`

/** Publications follow each other, so that the stamp a server has seen covers everything before it. */
export const lockEditions = async (db: DatabaseTransaction): Promise<void> => {
  await sql`lock table catalogue.edition in share row exclusive mode`.execute(db)
}
export const nextStamp = async (db: DatabaseTransaction): Promise<number> => {
  const { rows } = await sql<{ next: number }>`select nextval('catalogue.edition_stamp') as next`.execute(db)
  return Number(rows[0]?.next ?? 0)
}
export const newestStamp = async (db: Database): Promise<number> =>
  Number(
    (
      await tables(db)
        .selectFrom('catalogue.edition')
        .select((row) => row.fn.max('stamp').as('stamp'))
        .executeTakeFirst()
    )?.stamp ?? 0,
  )

/** Everything that was published and not withdrawn, in the order of publication. */
export const publishedEditions = async (db: Database): Promise<readonly EditionRecord[]> =>
  tables(db)
    .selectFrom('catalogue.edition')
    .selectAll()
    .where('state', '=', 'published')
    .orderBy('stamp')
    .orderBy('id')
    .execute()
export const editions = async (db: Database): Promise<readonly EditionRecord[]> =>
  tables(db)
    .selectFrom('catalogue.edition')
    .selectAll()
    .where('source', '=', 'desk')
    .orderBy('changed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(300)
    .execute()
export const edition = async (db: Database, id: EditionId): Promise<EditionRecord | null> =>
  (await tables(db).selectFrom('catalogue.edition').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const lockEdition = async (db: DatabaseTransaction, id: EditionId): Promise<EditionRecord | null> =>
  (await tables(db).selectFrom('catalogue.edition').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ??
  null
/** How many editions of a subject with this first day were ever published. */
export const publishedBefore = async (db: Database, subject: string, from: LocalDate): Promise<number> =>
  Number(
    (
      await tables(db)
        .selectFrom('catalogue.edition')
        .select((row) => row.fn.countAll().as('count'))
        .where('subject', '=', subject)
        .where('valid_from', '=', from)
        .where('published_at', 'is not', null)
        .executeTakeFirst()
    )?.count ?? 0,
  )

export const insertEdition = async (
  db: DatabaseTransaction,
  row: Omit<EditionRecord, 'version' | 'ended_by' | 'ended_reason'>,
): Promise<void> => {
  await tables(db)
    .insertInto('catalogue.edition')
    .values({
      ...row,
      content: row.content === null ? null : json(row.content),
      version: 0,
      ended_by: null,
      ended_reason: null,
    })
    .execute()
}
export const changeEdition = async (
  db: DatabaseTransaction,
  id: EditionId,
  at: Instant,
  changes: Partial<Omit<EditionRecord, 'id' | 'version' | 'changed_at'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('catalogue.edition')
    .set((row) => ({
      ...changes,
      ...(changes.content === undefined || changes.content === null ? {} : { content: json(changes.content) }),
      version: row('version', '+', 1),
      changed_at: at,
    }))
    .where('id', '=', id)
    .execute()
}
