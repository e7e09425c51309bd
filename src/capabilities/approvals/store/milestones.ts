/** Milestones of projects: appended, superseded by corrections, never changed. */
import { type Selectable, sql } from 'kysely'
import type { Id, PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { EvidenceFile } from '../model/milestones.ts'
import { tables as approvals, json } from './tables.ts'

export type MilestoneRecordId = Id<'milestone-record'>
// A type, not an interface: Kysely wants an index signature.
type MilestoneTable = {
  id: MilestoneRecordId
  project_id: ProjectId
  milestone: string
  reached_on: LocalDate | null
  note: string
  files: readonly EvidenceFile[]
  origin: 'entered' | 'system'
  reason: string | null
  recorded_at: Instant
  recorded_by: PersonId | null
  superseded_at: Instant | null
}
export type MilestoneRecord = Selectable<MilestoneTable>
const tables = (db: Database) => db.withTables<{ 'approvals.milestone': MilestoneTable }>()

/** Two people never register for one project at once. */
export const lockMilestones = async (db: DatabaseTransaction, projectId: ProjectId): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext(${`milestones ${projectId}`}))`.execute(db)
}
/** Everything ever recorded for a project, oldest first. */
export const milestoneRecords = (db: Database, projectId: ProjectId): Promise<readonly MilestoneRecord[]> =>
  tables(db)
    .selectFrom('approvals.milestone')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('recorded_at')
    .orderBy('id')
    .execute()
export const milestonesInForce = (db: Database, projectId: ProjectId): Promise<readonly MilestoneRecord[]> =>
  tables(db)
    .selectFrom('approvals.milestone')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('superseded_at', 'is', null)
    .execute()
export const insertMilestone = async (
  db: DatabaseTransaction,
  row: Omit<MilestoneRecord, 'superseded_at'>,
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.milestone')
    .set({ superseded_at: row.recorded_at })
    .where('project_id', '=', row.project_id)
    .where('milestone', '=', row.milestone)
    .where('superseded_at', 'is', null)
    .execute()
  await tables(db)
    .insertInto('approvals.milestone')
    .values({ ...row, files: json(row.files), superseded_at: null })
    .execute()
}

/** The first submitted application of a project whose form gives a fact; for milestones that the form itself proves. */
export const submittedFact = async (
  db: Database,
  projectId: ProjectId,
  field: string,
): Promise<{ readonly caseNumber: string; readonly at: Instant } | null> => {
  const row = await approvals(db)
    .selectFrom('approvals.application')
    .select(['case_number', 'submitted_at'])
    .where('project_id', '=', projectId)
    .where('submitted_at', 'is not', null)
    .where(sql<boolean>`coalesce(answers ->> ${field}, '') <> ''`)
    .orderBy('submitted_at')
    .limit(1)
    .executeTakeFirst()
  return row === undefined || row.submitted_at === null ? null : { caseNumber: row.case_number, at: row.submitted_at }
}
