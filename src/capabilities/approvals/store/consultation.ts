/** Rows around opinions: rounds, what was seen, revisions, parts, questions to the applicant, conflicts. */
import type { Selectable } from 'kysely'
import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { ConflictId, InformationId, PartId } from '../contract/consultation.ts'
import type { ApplicationId, ClockId, OpinionCode } from '../contract.ts'
import { openItemRunStates } from '../model/lifecycle.ts'
import {
  type ConflictTable,
  type ConsultedFactsTable,
  type InformationTable,
  type OpinionPartTable,
  type OpinionRevisionTable,
  type OpinionRoundTable,
  consultationTables as tables,
} from './consultation-tables.ts'
import { type ApprovalsTables, tables as allTables, json } from './tables.ts'

export type RoundRecord = Selectable<OpinionRoundTable>
export type FactsRecord = Selectable<ConsultedFactsTable>
export type RevisionRecord = Selectable<OpinionRevisionTable>
export type PartRecord = Selectable<OpinionPartTable>
export type InformationRecord = Selectable<InformationTable>
export type ConflictRecord = Selectable<ConflictTable>

// ---- rounds and what was seen

export const insertRound = async (db: DatabaseTransaction, row: RoundRecord): Promise<void> => {
  await tables(db)
    .insertInto('approvals.opinion_round')
    .values({ ...row, suggested: json(row.suggested), added: json(row.added), dropped: json(row.dropped) })
    .execute()
}
export const roundsOf = async (db: Database, id: ApplicationId): Promise<readonly RoundRecord[]> =>
  tables(db).selectFrom('approvals.opinion_round').selectAll().where('application_id', '=', id).orderBy('id').execute()
export const insertFacts = async (db: DatabaseTransaction, row: FactsRecord): Promise<void> => {
  await tables(db)
    .insertInto('approvals.consulted_facts')
    .values({ ...row, facts: json(row.facts) })
    .execute()
}
export const factsOf = async (db: Database, id: ApplicationId): Promise<readonly FactsRecord[]> =>
  tables(db).selectFrom('approvals.consulted_facts').selectAll().where('application_id', '=', id).execute()

// ---- revisions

export const revisionsOf = async (db: Database, id: ApplicationId): Promise<readonly RevisionRecord[]> =>
  tables(db)
    .selectFrom('approvals.opinion_revision')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('id')
    .execute()
/** Puts the opinion as it was aside and the new one in its place. */
export const reviseOpinion = async (
  db: DatabaseTransaction,
  before: RevisionRecord,
  after: { code: OpinionCode; text: string | null; conditions: readonly string[]; by: PersonId; at: Instant },
): Promise<void> => {
  await tables(db)
    .insertInto('approvals.opinion_revision')
    .values({ ...before, conditions: json(before.conditions) })
    .execute()
  await allTables(db)
    .updateTable('approvals.opinion_task')
    .set((row) => ({
      code: after.code,
      text: after.text,
      conditions: json(after.conditions),
      given_at: after.at,
      given_by: after.by,
      changed_at: after.at,
      changed_by: after.by,
      version: row('version', '+', 1),
    }))
    .where('id', '=', before.opinion_task_id)
    .where('state', '=', 'given')
    .execute()
}

// ---- parts

export const insertPart = async (db: DatabaseTransaction, row: Omit<PartRecord, 'version'>): Promise<void> => {
  await tables(db).insertInto('approvals.opinion_part').values(row).execute()
}
export const partsOf = async (db: Database, id: ApplicationId): Promise<readonly PartRecord[]> =>
  tables(db).selectFrom('approvals.opinion_part').selectAll().where('application_id', '=', id).orderBy('id').execute()
export const applicationOfPart = async (db: Database, id: PartId): Promise<ApplicationId | null> =>
  (
    await tables(db)
      .selectFrom('approvals.opinion_part')
      .select('application_id')
      .where('id', '=', id)
      .executeTakeFirst()
  )?.application_id ?? null
/** Open parts of departments, oldest first. */
export const openPartsOf = async (db: Database, departments: readonly string[]): Promise<readonly PartRecord[]> =>
  departments.length === 0
    ? []
    : tables(db)
        .selectFrom('approvals.opinion_part')
        .selectAll()
        .where('state', '=', 'open')
        .where('department', 'in', [...departments])
        .orderBy('created_at')
        .orderBy('id')
        .limit(200)
        .execute()
export const changePart = async (
  db: DatabaseTransaction,
  id: PartId,
  by: PersonId | null,
  at: Instant,
  changes: Partial<Pick<PartRecord, 'state' | 'answer' | 'closed_at' | 'recall_reason'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.opinion_part')
    .set((row) => ({ ...changes, version: row('version', '+', 1), changed_at: at, changed_by: by }))
    .where('id', '=', id)
    .execute()
}

// ---- information from the applicant

export const insertInformation = async (
  db: DatabaseTransaction,
  row: Pick<
    InformationRecord,
    'id' | 'application_id' | 'item_run_id' | 'opinion_task_id' | 'question' | 'anchors' | 'created_at' | 'changed_by'
  >,
): Promise<void> => {
  await tables(db)
    .insertInto('approvals.information_request')
    .values({
      ...row,
      anchors: json(row.anchors),
      state: 'proposed',
      changed_at: row.created_at,
      sent_at: null,
      sent_by: null,
      days: null,
      clock_id: null,
      answered_at: null,
      answered_by: null,
      answer: null,
      withdraw_reason: null,
    })
    .execute()
}
export const informationOf = async (db: Database, id: ApplicationId): Promise<readonly InformationRecord[]> =>
  tables(db)
    .selectFrom('approvals.information_request')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('id')
    .execute()
export const applicationOfInformation = async (db: Database, id: InformationId): Promise<ApplicationId | null> =>
  (
    await tables(db)
      .selectFrom('approvals.information_request')
      .select('application_id')
      .where('id', '=', id)
      .executeTakeFirst()
  )?.application_id ?? null
export const changeInformation = async (
  db: DatabaseTransaction,
  id: InformationId,
  by: PersonId | null,
  at: Instant,
  changes: Partial<Omit<InformationRecord, 'id' | 'application_id' | 'version'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.information_request')
    .set((row) => ({
      ...changes,
      ...(changes.anchors === undefined ? {} : { anchors: json(changes.anchors) }),
      ...(changes.answer === undefined || changes.answer === null ? {} : { answer: json(changes.answer) }),
      version: row('version', '+', 1),
      changed_at: at,
      changed_by: by,
    }))
    .where('id', '=', id)
    .execute()
}

// ---- conflicts

export const insertConflict = async (
  db: DatabaseTransaction,
  row: Pick<
    ConflictRecord,
    | 'id'
    | 'application_id'
    | 'item_run_id'
    | 'kind'
    | 'task_ids'
    | 'remark'
    | 'mediator_department'
    | 'clock_id'
    | 'raised_at'
    | 'raised_by'
  >,
): Promise<void> => {
  await tables(db)
    .insertInto('approvals.conflict')
    .values({
      ...row,
      task_ids: json(row.task_ids),
      state: 'open',
      escalated_at: null,
      changed_at: row.raised_at,
      changed_by: row.raised_by,
      closed_at: null,
      closed_by: null,
      minute: null,
    })
    .execute()
}
export const conflictsOf = async (db: Database, id: ApplicationId): Promise<readonly ConflictRecord[]> =>
  tables(db).selectFrom('approvals.conflict').selectAll().where('application_id', '=', id).orderBy('id').execute()
export const applicationOfConflict = async (db: Database, id: ConflictId): Promise<ApplicationId | null> =>
  (await tables(db).selectFrom('approvals.conflict').select('application_id').where('id', '=', id).executeTakeFirst())
    ?.application_id ?? null
/** Open conflicts with the application they are about, those raised first before later ones. */
export const openConflicts = async (db: Database, mediators: readonly string[] | null, limit: number) =>
  tables(db)
    .withTables<Pick<ApprovalsTables, 'approvals.item_run' | 'approvals.application'>>()
    .selectFrom('approvals.conflict as c')
    .innerJoin('approvals.item_run as r', 'r.id', 'c.item_run_id')
    .innerJoin('approvals.application as a', 'a.id', 'c.application_id')
    .selectAll('c')
    .select(['r.item_name', 'a.case_number', 'a.project_name'])
    .where('c.state', '=', 'open')
    // An item that ended without a decision needs no mediation any more.
    .where('r.state', 'in', [...openItemRunStates])
    .$if(mediators !== null, (query) => query.where('c.mediator_department', 'in', [...(mediators ?? []), '']))
    .orderBy('c.raised_at')
    .orderBy('c.id')
    .limit(limit)
    .execute()
export const changeConflict = async (
  db: DatabaseTransaction,
  id: ConflictId,
  by: PersonId | null,
  at: Instant,
  changes: Partial<Omit<ConflictRecord, 'id' | 'application_id' | 'version'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.conflict')
    .set((row) => ({
      ...changes,
      ...(changes.task_ids === undefined ? {} : { task_ids: json(changes.task_ids) }),
      ...(changes.minute === undefined || changes.minute === null ? {} : { minute: json(changes.minute) }),
      version: row('version', '+', 1),
      changed_at: at,
      changed_by: by,
    }))
    .where('id', '=', id)
    .execute()
}
/** The conflict that a clock measures; null when it measures something else. */
export const conflictOfClock = async (db: Database, id: ClockId): Promise<ConflictRecord | null> =>
  (await tables(db).selectFrom('approvals.conflict').selectAll().where('clock_id', '=', id).executeTakeFirst()) ?? null
