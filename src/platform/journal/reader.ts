/** Reads the journal: entries of a subject or project, entries by their place in the order, personal data. */
import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { LeafEntry } from '../../engines/merkle/entry-leaf.ts'
import type { Database, JournalEntry, JournalReader } from '../platform.ts'
import type { JournalTables } from './tables.ts'

const DEFAULT_LIMIT = 500
const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** The columns of an entry that readers need; `seq` comes from the seal. */
export const entryColumns = [
  'entry.id',
  'entry.kind',
  'entry.version',
  'entry.subject_kind',
  'entry.subject_id',
  'entry.project_id',
  'entry.actor',
  'entry.on_behalf_of',
  'entry.actor_salt',
  'entry.occurred_at',
  'entry.recorded_at',
  'entry.visibility',
  'entry.payload',
  'entry.personal_digest',
] as const

type EntryColumn = (typeof entryColumns)[number] extends `entry.${infer Name}` ? Name : never
export type EntryRow = Pick<
  Selectable<JournalTables['journal.entry']>,
  EntryColumn & keyof JournalTables['journal.entry']
>

export const entryOfRow = (row: EntryRow & { readonly seq: number | null }): JournalEntry => ({
  seq: row.seq ?? 0,
  id: row.id,
  kind: row.kind,
  version: row.version,
  subject: { kind: row.subject_kind, id: row.subject_id },
  projectId: row.project_id,
  actor: row.actor,
  onBehalfOf: row.on_behalf_of,
  occurredAt: row.occurred_at,
  recordedAt: row.recorded_at,
  visibility: row.visibility,
  payload: row.payload,
})

/** A person as the leaf names it: a digest that only somebody with the salt can match with a person. */
const hidden = (salt: Uint8Array | null, name: string): string =>
  salt === null || !name.startsWith('person:')
    ? name
    : `person:${createHash('sha256').update(salt).update(name).digest('hex')}`

/** Gives what the tree commits to of a stored entry. Public proofs show it, so it names no person. */
export const leafEntryOfRow = (row: EntryRow): LeafEntry => ({
  format: 1,
  id: row.id,
  kind: row.kind,
  version: row.version,
  subject: { kind: row.subject_kind, id: row.subject_id },
  projectId: row.project_id,
  actor: hidden(row.actor_salt, row.actor),
  onBehalfOf: row.on_behalf_of === null ? null : hidden(row.actor_salt, row.on_behalf_of),
  occurredAt: row.occurred_at,
  recordedAt: row.recorded_at,
  visibility: row.visibility,
  payload: row.payload,
  personalDigest: row.personal_digest === null ? null : Buffer.from(row.personal_digest).toString('hex'),
})

export const journalReader: JournalReader = {
  entriesOf: async (db, of, options = {}) => {
    if (of.subject === undefined && of.projectId === undefined)
      throw new TypeError('entriesOf needs a subject or a project')
    let query = db
      .withTables<JournalTables>()
      .selectFrom('journal.entry as entry')
      // The limit keeps this a look at an index for each entry, however large the journal is.
      .leftJoinLateral(
        (from) =>
          from
            .selectFrom('journal.seal')
            .select('seq')
            .whereRef('journal.seal.entry_id', '=', 'entry.id')
            .limit(1)
            .as('seal'),
        (join) => join.onTrue(),
      )
      .select([...entryColumns, 'seal.seq'])
      .orderBy('seal.seq', (order) => order.asc().nullsLast())
      .orderBy('entry.ordinal')
      .limit(options.limit ?? DEFAULT_LIMIT)
    if (of.subject !== undefined)
      query = query.where('entry.subject_kind', '=', of.subject.kind).where('entry.subject_id', '=', of.subject.id)
    if (of.projectId !== undefined) query = query.where('entry.project_id', '=', of.projectId)
    if (options.visibility !== undefined) query = query.where('entry.visibility', 'in', [...options.visibility])
    if (options.afterSeq !== undefined) {
      const { afterSeq } = options
      query = query.where((where) => where.or([where('seal.seq', 'is', null), where('seal.seq', '>', afterSeq)]))
    }
    return (await query.execute()).map(entryOfRow)
  },
  entry: async (db, entryId) => {
    if (!isUuid(entryId)) return null
    const row = await db
      .withTables<JournalTables>()
      .selectFrom('journal.entry as entry')
      .leftJoin('journal.seal as seal', 'seal.entry_id', 'entry.id')
      .select([...entryColumns, 'seal.seq'])
      .where('entry.id', '=', entryId)
      .executeTakeFirst()
    return row === undefined ? null : entryOfRow(row)
  },
  personalOf: async (db, entryId) => {
    const row = await db
      .withTables<JournalTables>()
      .selectFrom('journal.personal')
      .select('data')
      .where('entry_id', '=', entryId)
      .executeTakeFirst()
    return row?.data ?? null
  },
}

/** Gives sealed entries after a place in the order, at most `limit`; for live updates and exports. */
export const sealedAfter = async (db: Database, seq: number, limit: number): Promise<readonly JournalEntry[]> => {
  const rows = await db
    .withTables<JournalTables>()
    .selectFrom('journal.seal as seal')
    .innerJoin('journal.entry as entry', 'entry.id', 'seal.entry_id')
    .select([...entryColumns, 'seal.seq'])
    .where('seal.seq', '>', seq)
    .orderBy('seal.seq')
    .limit(limit)
    .execute()
  return rows.map(entryOfRow)
}

/** Gives the kinds of the entries sealed after one place in the order, up to another. */
export const kindsSealed = async (db: Database, after: number, upTo: number): Promise<ReadonlySet<string>> => {
  const rows = await db
    .withTables<JournalTables>()
    .selectFrom('journal.seal')
    .select('kind')
    .distinct()
    .where('seq', '>', after)
    .where('seq', '<=', upTo)
    .execute()
  return new Set(rows.map((row) => row.kind))
}
