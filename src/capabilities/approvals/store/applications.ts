/** Applications with what belongs to them: submissions, documents, corrections. */
import { type Selectable, sql } from 'kysely'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { ApplicationId, SubmissionId } from '../contract.ts'
import { openApplicationStates } from '../model/lifecycle.ts'
import {
  type ApplicationTable,
  type ApprovalsTables,
  type CorrectionPoint,
  type DocumentId,
  json,
  tables,
} from './tables.ts'

export type ApplicationRecord = Selectable<ApplicationTable>
export type SubmissionRecord = Selectable<ApprovalsTables['approvals.submission']>
export type DocumentRecord = Selectable<ApprovalsTables['approvals.document']>
export type CorrectionRecord = Selectable<ApprovalsTables['approvals.correction']>

type Hints = 'due_hint' | 'warn_hint' | 'held'
export type NewApplication = Omit<ApplicationRecord, Hints | 'version' | 'round' | 'case_number' | 'paper'>
type Changes = Partial<Omit<ApplicationRecord, 'id' | 'case_number' | 'version'>>

export const nextCaseSequence = async (db: DatabaseTransaction): Promise<number> => {
  const { rows } = await sql<{ next: number }>`select nextval('approvals.case_number') as next`.execute(db)
  return rows[0]?.next ?? 0
}
export const nextReceiptSequence = async (db: DatabaseTransaction): Promise<number> => {
  const { rows } = await sql<{ next: number }>`select nextval('approvals.receipt_number') as next`.execute(db)
  return rows[0]?.next ?? 0
}

export const insertApplication = async (
  db: DatabaseTransaction,
  row: NewApplication & { readonly case_number: string },
): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await tables(db)
    .insertInto('approvals.application')
    .values({
      ...row,
      guide_answers: json(row.guide_answers),
      answers: json(row.answers),
      origins: json(row.origins),
      refusal: null,
      paper: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['project_id', 'stage'])
        .where('state', 'in', [...openApplicationStates])
        .doNothing(),
    )
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Locks an application: every command on it or on anything that belongs to it begins here. */
export const lockApplication = async (db: DatabaseTransaction, id: ApplicationId): Promise<ApplicationRecord | null> =>
  (await tables(db)
    .selectFrom('approvals.application')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()) ?? null

export const application = async (db: Database, id: ApplicationId): Promise<ApplicationRecord | null> =>
  (await tables(db).selectFrom('approvals.application').selectAll().where('id', '=', id).executeTakeFirst()) ?? null

export const openApplicationOf = async (
  db: Database,
  projectId: ProjectId,
  stage: string,
): Promise<ApplicationRecord | null> =>
  (await tables(db)
    .selectFrom('approvals.application')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('stage', '=', stage)
    .where('state', 'in', [...openApplicationStates])
    .executeTakeFirst()) ?? null

export const applicationsOfProject = async (
  db: Database,
  projectId: ProjectId,
): Promise<readonly ApplicationRecord[]> =>
  tables(db)
    .selectFrom('approvals.application')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('round', '>', 0)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()

/** The project to which a number belongs, by its applications; null when it has none. */
export const projectOfNumber = async (db: Database, number: string): Promise<ProjectId | null> =>
  (
    await tables(db)
      .selectFrom('approvals.application')
      .select('project_id')
      .where('project_number', '=', number)
      .limit(1)
      .executeTakeFirst()
  )?.project_id ?? null

/** Changes a locked application, moves its version on, and gives it as it is now. */
export const changeApplication = async (
  db: DatabaseTransaction,
  id: ApplicationId,
  by: PersonId | null,
  at: Instant,
  changes: Changes,
): Promise<ApplicationRecord> =>
  tables(db)
    .updateTable('approvals.application')
    .set((row) => ({
      ...changes,
      ...(changes.guide_answers === undefined ? {} : { guide_answers: json(changes.guide_answers) }),
      ...(changes.answers === undefined ? {} : { answers: json(changes.answers) }),
      ...(changes.origins === undefined ? {} : { origins: json(changes.origins) }),
      ...(changes.refusal === undefined || changes.refusal === null ? {} : { refusal: json(changes.refusal) }),
      ...(changes.paper === undefined || changes.paper === null ? {} : { paper: json(changes.paper) }),
      version: row('version', '+', 1),
      changed_at: at,
      changed_by: by,
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()

export const deleteDraft = async (db: DatabaseTransaction, id: ApplicationId): Promise<void> => {
  await tables(db).deleteFrom('approvals.document').where('application_id', '=', id).execute()
  await tables(db).deleteFrom('approvals.application').where('id', '=', id).execute()
}

// ---- submissions

export const insertSubmission = async (db: DatabaseTransaction, row: SubmissionRecord): Promise<void> => {
  await tables(db).insertInto('approvals.submission').values(row).execute()
}
export const submissionsOf = async (
  db: Database,
  id: ApplicationId,
): Promise<readonly Omit<SubmissionRecord, 'content'>[]> =>
  tables(db)
    .selectFrom('approvals.submission')
    .select(['id', 'application_id', 'round', 'receipt_number', 'hash', 'submitted_at', 'submitted_by', 'entered_at'])
    .where('application_id', '=', id)
    .orderBy('round')
    .execute()
export const submission = async (db: Database, id: SubmissionId): Promise<SubmissionRecord | null> =>
  (await tables(db).selectFrom('approvals.submission').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const submissionByReceipt = async (
  db: Database,
  receiptNumber: string,
): Promise<Omit<SubmissionRecord, 'content'> | null> =>
  (await tables(db)
    .selectFrom('approvals.submission')
    .select(['id', 'application_id', 'round', 'receipt_number', 'hash', 'submitted_at', 'submitted_by', 'entered_at'])
    .where('receipt_number', '=', receiptNumber)
    .executeTakeFirst()) ?? null
/** The newest frozen contents of a project, to take facts from that were asked before. */
export const earlierContents = async (
  db: Database,
  projectId: ProjectId,
): Promise<
  readonly { readonly content: string; readonly at: Instant; readonly stage: string; readonly case_number: string }[]
> =>
  tables(db)
    .selectFrom('approvals.submission as s')
    .innerJoin('approvals.application as a', 'a.id', 's.application_id')
    .select(['s.content', 's.submitted_at as at', 'a.stage', 'a.case_number'])
    .where('a.project_id', '=', projectId)
    .orderBy('s.submitted_at', 'desc')
    .orderBy('s.id', 'desc')
    .limit(10)
    .execute()

// ---- documents

export const insertDocument = async (db: DatabaseTransaction, row: DocumentRecord): Promise<void> => {
  await tables(db).insertInto('approvals.document').values(row).execute()
}
/** Documents that are part of the application now, oldest first. */
export const documentsOf = async (db: Database, id: ApplicationId): Promise<readonly DocumentRecord[]> =>
  tables(db)
    .selectFrom('approvals.document')
    .selectAll()
    .where('application_id', '=', id)
    .where('removed_at', 'is', null)
    .orderBy('added_at')
    .orderBy('id')
    .execute()
/** A document, also one that was removed later: earlier submissions refer to it. */
export const documentById = async (
  db: Database,
  applicationId: ApplicationId,
  id: DocumentId,
): Promise<DocumentRecord | null> =>
  (await tables(db)
    .selectFrom('approvals.document')
    .selectAll()
    .where('application_id', '=', applicationId)
    .where('id', '=', id)
    .executeTakeFirst()) ?? null
export const removeDocument = async (db: DatabaseTransaction, id: DocumentId, at: Instant): Promise<void> => {
  await tables(db).updateTable('approvals.document').set({ removed_at: at }).where('id', '=', id).execute()
}

// ---- corrections

export const insertCorrection = async (
  db: DatabaseTransaction,
  row: Omit<CorrectionRecord, 'points'> & { readonly points: readonly CorrectionPoint[] },
): Promise<void> => {
  await tables(db)
    .insertInto('approvals.correction')
    .values({ ...row, points: json(row.points) })
    .execute()
}
export const correctionsOf = async (db: Database, id: ApplicationId): Promise<readonly CorrectionRecord[]> =>
  tables(db).selectFrom('approvals.correction').selectAll().where('application_id', '=', id).orderBy('round').execute()
export const answerCorrection = async (db: DatabaseTransaction, id: ApplicationId, at: Instant): Promise<void> => {
  await tables(db)
    .updateTable('approvals.correction')
    .set({ answered_at: at })
    .where('application_id', '=', id)
    .where('answered_at', 'is', null)
    .execute()
}
