/** The log of looks at personal data. */
import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import { type PersonalField, personalFields } from '../contract/security.ts'

type Tables = {
  'people.look': {
    look_id: string
    person_id: PersonId
    looked_by: string
    purpose: string
    fields: unknown
    looked_at: Instant
    entry_id: string
  }
}
const tables = (db: Database) => db.withTables<Tables>()

export interface Look {
  readonly lookId: string
  readonly personId: PersonId
  readonly lookedBy: string
  readonly purpose: string
  readonly fields: readonly PersonalField[]
  readonly at: Instant
  readonly entryId: string
}
const MOST_ROWS = 500

export const insertLook = async (db: Database, look: Look): Promise<void> => {
  await tables(db)
    .insertInto('people.look')
    .values({
      look_id: look.lookId,
      person_id: look.personId,
      looked_by: look.lookedBy,
      purpose: look.purpose,
      fields: JSON.stringify(look.fields),
      looked_at: look.at,
      entry_id: look.entryId,
    })
    .execute()
}
/** The looks at one person's data, newest first. */
export const looksAt = async (db: Database, personId: PersonId): Promise<readonly Look[]> => {
  const rows = await tables(db)
    .selectFrom('people.look')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('looked_at', 'desc')
    .orderBy('look_id', 'desc')
    .limit(MOST_ROWS)
    .execute()
  return rows.map((row) => ({
    lookId: row.look_id,
    personId: row.person_id,
    lookedBy: row.looked_by,
    purpose: row.purpose,
    fields: personalFields.filter((field) => Array.isArray(row.fields) && row.fields.includes(field)),
    at: row.looked_at,
    entryId: row.entry_id,
  }))
}
export const deleteLooksBefore = async (db: Database, before: Instant, limit: number): Promise<number> => {
  const deleted = await tables(db)
    .deleteFrom('people.look')
    .where('look_id', 'in', (eb) =>
      eb.selectFrom('people.look').select('look_id').where('looked_at', '<', before).limit(limit),
    )
    .executeTakeFirst()
  return Number(deleted.numDeletedRows)
}
