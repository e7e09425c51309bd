/** Deferrals and signed commitments. Everything happens under the application's lock. */
import type { Selectable } from 'kysely'
import type { OrganisationId, PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { ApplicationId } from '../contract.ts'
import { json } from './tables.ts'
import {
  type CommitmentId,
  type CommitmentRecord,
  type DeferralId,
  type DeferralRecord,
  undertakingTables as tables,
} from './undertaking-tables.ts'

export const insertCommitment = async (db: DatabaseTransaction, row: CommitmentRecord): Promise<void> => {
  await tables(db).insertInto('approvals.commitment').values(row).execute()
}
/** Commitments of an application that were not taken back, oldest first. */
export const commitmentsOf = async (db: Database, id: ApplicationId): Promise<readonly CommitmentRecord[]> =>
  tables(db)
    .selectFrom('approvals.commitment')
    .selectAll()
    .where('application_id', '=', id)
    .where('superseded_at', 'is', null)
    .orderBy('id')
    .execute()
export const commitment = async (db: Database, id: CommitmentId): Promise<CommitmentRecord | null> =>
  (await tables(db).selectFrom('approvals.commitment').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const supersedeCommitment = async (db: DatabaseTransaction, id: CommitmentId, at: Instant): Promise<void> => {
  await tables(db).updateTable('approvals.commitment').set({ superseded_at: at }).where('id', '=', id).execute()
}

export const insertDeferral = async (db: DatabaseTransaction, row: Omit<DeferralRecord, 'version'>): Promise<void> => {
  await tables(db)
    .insertInto('approvals.deferral')
    .values({
      ...row,
      material_name: json(row.material_name),
      rule: json(row.rule),
      extension: null,
      event: null,
    })
    .execute()
}
/** Every deferral of a project, dropped ones left out, in the order in which they were declared. */
export const deferralsOfProject = async (db: Database, id: ProjectId): Promise<readonly DeferralRecord[]> =>
  tables(db)
    .selectFrom('approvals.deferral')
    .selectAll()
    .where('project_id', '=', id)
    .where('state', '!=', 'dropped')
    .orderBy('id')
    .execute()
export const deferralsOf = async (db: Database, ids: readonly ApplicationId[]): Promise<readonly DeferralRecord[]> =>
  ids.length === 0
    ? []
    : tables(db)
        .selectFrom('approvals.deferral')
        .selectAll()
        .where('application_id', 'in', [...ids])
        .where('state', '!=', 'dropped')
        .orderBy('id')
        .execute()
export const applicationOfDeferral = async (db: Database, id: DeferralId): Promise<ApplicationId | null> =>
  (await tables(db).selectFrom('approvals.deferral').select('application_id').where('id', '=', id).executeTakeFirst())
    ?.application_id ?? null

type Changes = Partial<Omit<Selectable<DeferralRecord>, 'id' | 'application_id' | 'version' | 'rule' | 'material_name'>>
export const changeDeferral = async (
  db: DatabaseTransaction,
  id: DeferralId,
  by: PersonId | null,
  at: Instant,
  changes: Changes,
): Promise<DeferralRecord> =>
  tables(db)
    .updateTable('approvals.deferral')
    .set((row) => ({
      ...changes,
      ...(changes.extension === undefined || changes.extension === null ? {} : { extension: json(changes.extension) }),
      ...(changes.event === undefined || changes.event === null ? {} : { event: json(changes.event) }),
      version: row('version', '+', 1),
      changed_at: at,
      changed_by: by,
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()

/** The bar that lasts longest for an applicant on a day. */
export const barOf = async (
  db: Database,
  organisationId: OrganisationId,
  day: LocalDate,
): Promise<{ readonly application_id: ApplicationId; readonly barred_until: LocalDate } | null> => {
  const row = await tables(db)
    .selectFrom('approvals.deferral')
    .select(['application_id', 'barred_until'])
    .where('applicant_id', '=', organisationId)
    .where('barred_until', '>=', day)
    .orderBy('barred_until', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined || row.barred_until === null
    ? null
    : { application_id: row.application_id, barred_until: row.barred_until }
}
