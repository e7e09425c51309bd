/**
 * Erasing personal parts of journal entries: past their time, or because the person asked. What the tree commits to is a
 * salted digest, so every proof made before and after stays valid.
 */
import { sql } from 'kysely'
import type { Instant } from '../../kernel/time.ts'
import type { DatabaseTransaction } from '../platform.ts'

/** Erases the personal parts of entries of some kinds recorded before a moment; gives how many. Safe to repeat. */
export const erasePersonalBefore = async (
  db: DatabaseTransaction,
  what: { readonly kinds: readonly string[]; readonly before: Instant; readonly at: Instant; readonly limit: number },
): Promise<number> => {
  const { rows } = await sql<{ entry_id: string }>`
    update journal.personal set salt = null, data = null, erased_at = ${what.at}
    where entry_id in (
      select p.entry_id from journal.personal p join journal.entry e on e.id = p.entry_id
      where p.erased_at is null and e.kind = any(${what.kinds}::text[]) and e.recorded_at < ${what.before}
      order by e.ordinal limit ${what.limit} for update of p skip locked)
    returning entry_id`.execute(db)
  return rows.length
}

export interface Subject {
  readonly kind: string
  readonly id: string
}
/**
 * Erases the personal parts that belong to a person: entries about the subjects, and entries whose personal part holds one
 * of the texts as a whole value. Kinds that begin with a prefix of `keep` stay; they are named in the answer.
 */
export const erasePersonalOf = async (
  db: DatabaseTransaction,
  of: {
    readonly subjects: readonly Subject[]
    readonly texts: readonly string[]
    readonly keep: readonly string[]
    readonly at: Instant
  },
): Promise<{ readonly erased: number; readonly kept: readonly string[] }> => {
  const subjects = of.subjects.map((subject) => `${subject.kind}\n${subject.id}`)
  const { rows } = await sql<{ entry_id: string; kind: string }>`
    select p.entry_id, e.kind from journal.personal p join journal.entry e on e.id = p.entry_id
    where p.erased_at is null
      and (e.subject_kind || E'\n' || e.subject_id = any(${subjects}::text[])
        or exists (select from unnest(${of.texts.map((text) => JSON.stringify(text))}::text[]) as t(text) where strpos(p.data::text, t.text) > 0))
    for update of p`.execute(db)
  const isKept = (kind: string): boolean => of.keep.some((prefix) => kind.startsWith(prefix))
  const erased = rows.filter((row) => !isKept(row.kind)).map((row) => row.entry_id)
  if (erased.length > 0)
    await sql`update journal.personal set salt = null, data = null, erased_at = ${of.at}
      where entry_id = any(${erased}::uuid[])`.execute(db)
  return { erased: erased.length, kept: [...new Set(rows.filter((row) => isKept(row.kind)).map((row) => row.kind))] }
}
