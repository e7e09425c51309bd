/** Settings and contacts of persons. */
import type { PersonId } from '../../../kernel/identity.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { ContactId } from '../contract.ts'
import { type ContactRow, json, type SettingRow, tables } from './tables.ts'

export const settingOf = async (db: Database, personId: PersonId): Promise<SettingRow | null> =>
  (await tables(db).selectFrom('messages.setting').selectAll().where('person_id', '=', personId).executeTakeFirst()) ??
  null
export const settingsOf = async (
  db: Database,
  ids: readonly PersonId[],
): Promise<ReadonlyMap<PersonId, SettingRow>> => {
  if (ids.length === 0) return new Map()
  const rows = await tables(db)
    .selectFrom('messages.setting')
    .selectAll()
    .where('person_id', 'in', [...ids])
    .execute()
  return new Map(rows.map((row) => [row.person_id, row]))
}
/** Inserts (version 0 was expected) or changes the row of that version; false when somebody was faster. */
export const saveSetting = async (db: DatabaseTransaction, row: SettingRow, expected: number): Promise<boolean> => {
  const values = { ...row, wanted: json(row.wanted) }
  if (expected === 0) {
    const made = await tables(db)
      .insertInto('messages.setting')
      .values(values)
      .onConflict((conflict) => conflict.column('person_id').doNothing())
      .returning('version')
      .executeTakeFirst()
    return made !== undefined
  }
  const changed = await tables(db)
    .updateTable('messages.setting')
    .set(values)
    .where('person_id', '=', row.person_id)
    .where('version', '=', expected)
    .executeTakeFirst()
  return changed.numUpdatedRows > 0n
}

export const contactsOf = async (db: Database, personId: PersonId): Promise<readonly ContactRow[]> =>
  tables(db)
    .selectFrom('messages.contact')
    .selectAll()
    .where('person_id', '=', personId)
    .where('removed_at', 'is', null)
    .orderBy('channel')
    .execute()
export const verifiedContacts = async (db: Database, ids: readonly PersonId[]): Promise<readonly ContactRow[]> =>
  ids.length === 0
    ? []
    : tables(db)
        .selectFrom('messages.contact')
        .selectAll()
        .where('person_id', 'in', [...ids])
        .where('verified_at', 'is not', null)
        .where('removed_at', 'is', null)
        .execute()
export const lockContact = async (
  db: DatabaseTransaction,
  personId: PersonId,
  which: { readonly id: ContactId } | { readonly channel: ContactRow['channel'] },
): Promise<ContactRow | null> => {
  const query = tables(db).selectFrom('messages.contact').selectAll().where('person_id', '=', personId).forUpdate()
  const one =
    'id' in which
      ? query.where('id', '=', which.id).where('removed_at', 'is', null)
      : query.where('channel', '=', which.channel)
  return (await one.executeTakeFirst()) ?? null
}
export const insertContact = async (db: DatabaseTransaction, row: ContactRow): Promise<void> => {
  await tables(db).insertInto('messages.contact').values(row).execute()
}
export const changeContact = async (
  db: DatabaseTransaction,
  id: ContactId,
  change: Partial<Omit<ContactRow, 'id'>>,
): Promise<void> => {
  await tables(db).updateTable('messages.contact').set(change).where('id', '=', id).execute()
}
