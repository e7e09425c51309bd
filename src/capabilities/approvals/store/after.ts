/** What happens to decisions: conditions with their evidence, acts, remedy cases, withdrawals, reports from the site. */
import { type Selectable, sql } from 'kysely'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { ActId, ConditionId, EvidenceId, RemedyCaseId, SiteReportId, WithdrawalId } from '../contract/after.ts'
import type { ApplicationId, CertificateId } from '../contract.ts'
import { openConditionStates } from '../model/conditions.ts'
import {
  type ActTable,
  afterTables,
  type ConditionTable,
  type EvidenceTable,
  type RemedyTable,
  type SiteReportTable,
  type WithdrawalTable,
} from './after-tables.ts'
import { stamped } from './certificates.ts'
import { json } from './tables.ts'

export type ConditionRecord = Selectable<ConditionTable>
export type EvidenceRecord = Selectable<EvidenceTable>
export type ActRecord = Selectable<ActTable>
export type RemedyRecord = Selectable<RemedyTable>
export type WithdrawalRecord = Selectable<WithdrawalTable>
export type SiteReportRecord = Selectable<SiteReportTable>

// ---- to whom a thing belongs: the application is locked before it

const owner =
  (table: 'condition' | 'certificate_act' | 'remedy_case' | 'site_report' | 'certificate') =>
  async (db: Database, id: string): Promise<ApplicationId | null> => {
    const { rows } = await sql<{ application_id: ApplicationId }>`
      select application_id from ${sql.table(`approvals.${table}`)} where id = ${id}`.execute(db)
    return rows[0]?.application_id ?? null
  }
export const ownerOf = {
  condition: owner('condition'),
  act: owner('certificate_act'),
  remedy: owner('remedy_case'),
  report: owner('site_report'),
  certificate: owner('certificate'),
}

// ---- conditions

export const insertConditions = async (
  db: DatabaseTransaction,
  rows: readonly Omit<ConditionRecord, 'version'>[],
): Promise<void> => {
  if (rows.length > 0)
    await afterTables(db)
      .insertInto('approvals.condition')
      .values(rows.map((row) => ({ ...row, blocks: [...row.blocks], waiver: null })))
      .execute()
}
export const conditionsOf = async (db: Database, id: ApplicationId): Promise<readonly ConditionRecord[]> =>
  afterTables(db)
    .selectFrom('approvals.condition')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('certificate_id')
    .orderBy('ordinal')
    .execute()
/** Conditions of decisions in force in a project that are not discharged yet. */
export const openConditionsInProject = async (db: Database, id: ProjectId) =>
  afterTables(db)
    .selectFrom('approvals.condition as d')
    .innerJoin('approvals.certificate as c', 'c.id', 'd.certificate_id')
    .selectAll('d')
    .select('c.document_number')
    .where('d.project_id', '=', id)
    .where('d.state', 'in', [...openConditionStates])
    .where('c.state', '=', 'in-force')
    .orderBy('d.id')
    .execute()
export const changeCondition = async (
  db: DatabaseTransaction,
  id: ConditionId,
  by: PersonId | null,
  at: Instant,
  changes: Partial<Pick<ConditionRecord, 'state' | 'waiver' | 'clock_id'>>,
): Promise<void> => {
  await afterTables(db)
    .updateTable('approvals.condition')
    .set((row) => ({
      ...changes,
      ...(changes.waiver === undefined ? {} : { waiver: changes.waiver === null ? null : json(changes.waiver) }),
      ...stamped(row, by, at),
    }))
    .where('id', '=', id)
    .execute()
}
export const voidConditions = async (db: DatabaseTransaction, id: CertificateId, at: Instant): Promise<void> => {
  await afterTables(db)
    .updateTable('approvals.condition')
    .set((row) => ({ state: 'void' as const, ...stamped(row, null, at) }))
    .where('certificate_id', '=', id)
    .where('state', 'in', [...openConditionStates])
    .execute()
}
/** Conditions go on with the document that takes the place of theirs. */
export const moveConditions = async (
  db: DatabaseTransaction,
  from: CertificateId,
  to: CertificateId,
): Promise<void> => {
  await afterTables(db)
    .updateTable('approvals.condition')
    .set({ certificate_id: to })
    .where('certificate_id', '=', from)
    .execute()
}
export const insertEvidence = async (
  db: DatabaseTransaction,
  row: Pick<EvidenceRecord, 'id' | 'condition_id' | 'note' | 'file' | 'given_at' | 'given_by'>,
): Promise<void> => {
  await afterTables(db)
    .insertInto('approvals.condition_evidence')
    .values({ ...row, file: row.file === null ? null : json(row.file), judged_at: null, judged_by: null })
    .execute()
}
export const evidenceOf = async (db: Database, ids: readonly ConditionId[]): Promise<readonly EvidenceRecord[]> =>
  ids.length === 0
    ? []
    : afterTables(db)
        .selectFrom('approvals.condition_evidence')
        .selectAll()
        .where('condition_id', 'in', [...ids])
        .orderBy('given_at')
        .orderBy('id')
        .execute()
export const evidenceById = async (db: Database, id: EvidenceId): Promise<EvidenceRecord | null> =>
  (await afterTables(db)
    .selectFrom('approvals.condition_evidence')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()) ?? null
/** Judges what is pending; earlier verdicts stay. */
export const judgePending = async (
  db: DatabaseTransaction,
  id: ConditionId,
  verdict: 'accepted' | 'rejected',
  remark: string,
  by: PersonId,
  at: Instant,
): Promise<void> => {
  await afterTables(db)
    .updateTable('approvals.condition_evidence')
    .set({ verdict, remark, judged_by: by, judged_at: at })
    .where('condition_id', '=', id)
    .where('verdict', '=', 'pending')
    .execute()
}

// ---- acts

export const insertAct = async (
  db: DatabaseTransaction,
  row: Omit<
    ActRecord,
    'version' | 'remark' | 'answer' | 'answered_at' | 'answered_by' | 'decided_at' | 'decided_by' | 'successor'
  >,
): Promise<void> => {
  await afterTables(db)
    .insertInto('approvals.certificate_act')
    .values({
      ...row,
      changes: json(row.changes),
      answer: null,
      answered_at: null,
      answered_by: null,
      decided_at: null,
      decided_by: null,
      successor: null,
    })
    .execute()
}
export const actsOf = async (db: Database, id: ApplicationId): Promise<readonly ActRecord[]> =>
  afterTables(db)
    .selectFrom('approvals.certificate_act')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('id')
    .execute()
export const changeAct = async (
  db: DatabaseTransaction,
  id: ActId,
  changes: Partial<
    Pick<
      ActRecord,
      'state' | 'answer' | 'answered_at' | 'answered_by' | 'decided_at' | 'decided_by' | 'remark' | 'successor'
    >
  >,
): Promise<void> => {
  await afterTables(db)
    .updateTable('approvals.certificate_act')
    .set((row) => ({ ...changes, version: row('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

// ---- remedy cases

export const insertRemedy = async (
  db: DatabaseTransaction,
  row: Omit<RemedyRecord, 'version' | 'suspends'>,
): Promise<void> => {
  await afterTables(db)
    .insertInto('approvals.remedy_case')
    .values({ ...row, steps: json(row.steps) })
    .execute()
}
export const remediesOf = async (db: Database, id: ApplicationId): Promise<readonly RemedyRecord[]> =>
  afterTables(db)
    .selectFrom('approvals.remedy_case')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('id')
    .execute()
export const changeRemedy = async (
  db: DatabaseTransaction,
  id: RemedyCaseId,
  by: PersonId | null,
  at: Instant,
  changes: Partial<Pick<RemedyRecord, 'state' | 'suspends' | 'steps'>>,
): Promise<void> => {
  await afterTables(db)
    .updateTable('approvals.remedy_case')
    .set((row) => ({
      ...changes,
      ...(changes.steps === undefined ? {} : { steps: json(changes.steps) }),
      ...stamped(row, by, at),
    }))
    .where('id', '=', id)
    .execute()
}
/** Says whether an open case suspends the effect of a document. */
export const isSuspended = async (db: Database, id: CertificateId): Promise<boolean> =>
  (await afterTables(db)
    .selectFrom('approvals.remedy_case')
    .select('id')
    .where('certificate_id', '=', id)
    .where('suspends', '=', true)
    .where('state', 'in', ['lodged', 'admitted', 'heard'])
    .limit(1)
    .executeTakeFirst()) !== undefined

// ---- withdrawals

export const insertWithdrawal = async (
  db: DatabaseTransaction,
  row: Omit<WithdrawalRecord, 'version' | 'remark' | 'decided_at' | 'decided_by'>,
): Promise<void> => {
  await afterTables(db)
    .insertInto('approvals.withdrawal')
    .values({ ...row, paused_clocks: [...row.paused_clocks], decided_at: null, decided_by: null })
    .execute()
}
export const withdrawalsOf = async (db: Database, id: ApplicationId): Promise<readonly WithdrawalRecord[]> =>
  afterTables(db)
    .selectFrom('approvals.withdrawal')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('requested_at')
    .execute()
/** The withdrawal of an application that waits for the window; null when none does. */
export const openWithdrawal = async (db: Database, id: ApplicationId): Promise<WithdrawalRecord | null> =>
  (await afterTables(db)
    .selectFrom('approvals.withdrawal')
    .selectAll()
    .where('application_id', '=', id)
    .where('state', '=', 'requested')
    .executeTakeFirst()) ?? null
export const changeWithdrawal = async (
  db: DatabaseTransaction,
  id: WithdrawalId,
  changes: Partial<Pick<WithdrawalRecord, 'state' | 'decided_at' | 'decided_by' | 'remark'>>,
): Promise<void> => {
  await afterTables(db)
    .updateTable('approvals.withdrawal')
    .set((row) => ({ ...changes, version: row('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}
/** The withdrawal that a new filing follows: the last confirmed one of its project and stage before it was made. */
export const withdrawalBefore = async (
  db: Database,
  of: { readonly projectId: ProjectId; readonly stage: string; readonly id: ApplicationId; readonly before: Instant },
): Promise<{
  readonly applicationId: ApplicationId
  readonly caseNumber: string
  readonly withdrawnAt: Instant
} | null> => {
  const row = await afterTables(db)
    .selectFrom('approvals.withdrawal as w')
    .innerJoin('approvals.application as a', 'a.id', 'w.application_id')
    .select(['w.application_id', 'a.case_number', 'w.decided_at'])
    .where('w.project_id', '=', of.projectId)
    .where('w.stage', '=', of.stage)
    .where('w.state', '=', 'confirmed')
    .where('w.decided_at', '<=', of.before)
    .where('w.application_id', '!=', of.id)
    .orderBy('w.decided_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined || row.decided_at === null
    ? null
    : { applicationId: row.application_id, caseNumber: row.case_number, withdrawnAt: row.decided_at }
}

// ---- reports from the site

export const insertReport = async (
  db: DatabaseTransaction,
  row: Omit<SiteReportRecord, 'version' | 'remark' | 'decided_at' | 'decided_by'>,
): Promise<void> => {
  await afterTables(db)
    .insertInto('approvals.site_report')
    .values({ ...row, file: row.file === null ? null : json(row.file), decided_at: null, decided_by: null })
    .execute()
}
export const reportsOf = async (db: Database, id: ApplicationId): Promise<readonly SiteReportRecord[]> =>
  afterTables(db)
    .selectFrom('approvals.site_report')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('reported_at')
    .orderBy('id')
    .execute()
export const changeReport = async (
  db: DatabaseTransaction,
  id: SiteReportId,
  changes: Partial<Pick<SiteReportRecord, 'state' | 'decided_at' | 'decided_by' | 'remark'>>,
): Promise<void> => {
  await afterTables(db)
    .updateTable('approvals.site_report')
    .set((row) => ({ ...changes, version: row('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}
