/** Calendar versions and the notices on their way into force. */
import { type Generated, type Selectable, sql } from 'kysely'
import type { Id, PersonId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { CalendarFile } from '../model/calendar-data.ts'
import { json } from './tables.ts'

export type CalendarProposalId = Id<'calendar-proposal'>

interface CalendarVersionTable {
  readonly version: string
  readonly ordinal: Generated<number>
  readonly in_force_from: Instant
  readonly cause: string
  readonly files: readonly CalendarFile[]
  readonly proposal_id: CalendarProposalId | null
}
interface CalendarProposalTable {
  readonly id: CalendarProposalId
  readonly year: number
  readonly file: CalendarFile
  readonly state: 'proposed' | 'published' | 'rejected'
  readonly proposed_at: Instant
  readonly proposed_by: PersonId
  readonly decided_at: Instant | null
  readonly decided_by: PersonId | null
  readonly remark: string | null
  readonly moved: number | null
  readonly applied_at: Instant | null
}
type CalendarTables = {
  'approvals.calendar_version': CalendarVersionTable
  'approvals.calendar_proposal': CalendarProposalTable
}
export type CalendarVersionRecord = Selectable<CalendarVersionTable>
export type CalendarProposalRecord = Selectable<CalendarProposalTable>

const tables = (db: Database) => db.withTables<CalendarTables>()

/** A number that changes whenever a notice is published or a calendar comes into force: cheap to ask on every use. */
export const calendarRevision = async (db: Database): Promise<number> => {
  const { rows } = await sql<{ revision: number }>`
    select coalesce(max(ordinal), 0)::int as revision from approvals.calendar_version`.execute(db)
  return rows[0]?.revision ?? 0
}
/** Every calendar that was ever in force, oldest first. */
export const calendarVersions = (db: Database): Promise<readonly CalendarVersionRecord[]> =>
  tables(db).selectFrom('approvals.calendar_version').selectAll().orderBy('ordinal').execute()
/** Gives false when the version was known already. */
export const insertCalendarVersion = async (
  db: DatabaseTransaction,
  row: Omit<CalendarVersionRecord, 'ordinal'>,
): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await tables(db)
    .insertInto('approvals.calendar_version')
    .values({ ...row, files: json(row.files) })
    .onConflict((conflict) => conflict.column('version').doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Files of published notices, in the order of publication. */
export const publishedFiles = async (db: Database): Promise<readonly CalendarFile[]> =>
  (
    await tables(db)
      .selectFrom('approvals.calendar_proposal')
      .select('file')
      .where('state', '=', 'published')
      .orderBy('decided_at')
      .orderBy('id')
      .execute()
  ).map((row) => row.file)
export const calendarProposals = (db: Database): Promise<readonly CalendarProposalRecord[]> =>
  tables(db)
    .selectFrom('approvals.calendar_proposal')
    .selectAll()
    .orderBy('proposed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(50)
    .execute()
export const calendarProposal = async (db: Database, id: CalendarProposalId): Promise<CalendarProposalRecord | null> =>
  (await tables(db).selectFrom('approvals.calendar_proposal').selectAll().where('id', '=', id).executeTakeFirst()) ??
  null
export const lockProposal = async (
  db: DatabaseTransaction,
  id: CalendarProposalId,
): Promise<CalendarProposalRecord | null> =>
  (await tables(db)
    .selectFrom('approvals.calendar_proposal')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()) ?? null
/** Gives false when another notice for the year waits already. */
export const insertProposal = async (
  db: DatabaseTransaction,
  row: Pick<CalendarProposalRecord, 'id' | 'year' | 'file' | 'proposed_at' | 'proposed_by'>,
): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await tables(db)
    .insertInto('approvals.calendar_proposal')
    .values({
      ...row,
      file: json(row.file),
      state: 'proposed',
      decided_at: null,
      decided_by: null,
      remark: null,
      moved: null,
      applied_at: null,
    })
    .onConflict((conflict) => conflict.column('year').where('state', '=', 'proposed').doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
export const decideProposal = async (
  db: DatabaseTransaction,
  id: CalendarProposalId,
  decision: Pick<CalendarProposalRecord, 'state' | 'decided_at' | 'decided_by' | 'remark'>,
): Promise<void> => {
  await tables(db).updateTable('approvals.calendar_proposal').set(decision).where('id', '=', id).execute()
}
export const noteApplied = async (
  db: DatabaseTransaction,
  id: CalendarProposalId,
  moved: number,
  at: Instant,
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.calendar_proposal')
    .set((row) => ({ moved: sql<number>`coalesce(${row.ref('moved')}, 0) + ${moved}`, applied_at: at }))
    .where('id', '=', id)
    .execute()
}
