/** The texts of the item versions, each revision kept for ever. */
import { type Kysely, sql } from 'kysely'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { Database } from '../../platform/platform.ts'
import { type ItemVersion, itemVersionSchema } from './model/schema.ts'

// Types, not interfaces: Kysely wants an index signature.
type ItemVersionRow = {
  version_id: string
  revision: number
  item_id: string
  valid_from: LocalDate | null
  valid_to: LocalDate | null
  content: unknown
  hash: string
  loaded_at: Instant
  withdrawn_at: Instant | null
}
type Tables = {
  'catalogue.item_version': ItemVersionRow
}
const tables = (db: Database): Kysely<Tables> => db.withTables<Tables>()

export interface StoredVersion {
  readonly versionId: string
  readonly revision: number
  readonly hash: string
  readonly withdrawn: boolean
  readonly content: ItemVersion
}

/** Keeps other processes from loading at the same time, until the transaction ends. */
export const lockVersions = async (db: Database): Promise<void> => {
  await sql`lock table catalogue.item_version in share row exclusive mode`.execute(db)
}

/** Every revision of every version, the oldest first. */
export const storedVersions = async (db: Database): Promise<readonly StoredVersion[]> => {
  const rows = await tables(db)
    .selectFrom('catalogue.item_version')
    .select(['version_id', 'revision', 'hash', 'withdrawn_at', 'content'])
    .orderBy('version_id')
    .orderBy('revision')
    .execute()
  return rows.map((row) => ({
    versionId: row.version_id,
    revision: row.revision,
    hash: row.hash,
    withdrawn: row.withdrawn_at !== null,
    content: itemVersionSchema.parse(row.content),
  }))
}

export const addVersion = async (
  db: Database,
  version: { readonly content: ItemVersion; readonly revision: number; readonly hash: string; readonly at: Instant },
): Promise<void> => {
  const { content, revision, hash, at } = version
  await tables(db)
    .insertInto('catalogue.item_version')
    .values({
      version_id: content.versionId,
      revision,
      item_id: content.itemId,
      valid_from: content.validFrom,
      valid_to: content.validTo,
      content: JSON.stringify(content),
      hash,
      loaded_at: at,
      withdrawn_at: null,
    })
    .execute()
}

/** Takes the revision in use of a version out of use. It can still be read. */
export const withdrawVersion = async (db: Database, versionId: string, at: Instant): Promise<void> => {
  await tables(db)
    .updateTable('catalogue.item_version')
    .set({ withdrawn_at: at })
    .where('version_id', '=', versionId)
    .where('withdrawn_at', 'is', null)
    .execute()
}
