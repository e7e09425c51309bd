/** Item runs, opinion tasks, certificates and the series of document numbers. */
import { type Selectable, sql } from 'kysely'
import type { PersonId, ProjectId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { ApplicationId, CertificateId, ItemRunId, OpinionTaskId, Outcome } from '../contract.ts'
import { openItemRunStates, openOpinionTaskStates } from '../model/lifecycle.ts'
import { type CertificateTable, type ItemRunTable, json, type OpinionTaskTable, tables } from './tables.ts'

export type ItemRunRecord = Selectable<ItemRunTable>
export type OpinionTaskRecord = Selectable<OpinionTaskTable>
export type CertificateRecord = Selectable<CertificateTable>

// ---- item runs

export type NewItemRun = Pick<
  ItemRunRecord,
  | 'id'
  | 'application_id'
  | 'project_id'
  | 'item_id'
  | 'item_version_id'
  | 'item_name'
  | 'item_kind'
  | 'department'
  | 'changed_at'
>
export const insertItemRuns = async (db: DatabaseTransaction, rows: readonly NewItemRun[]): Promise<void> => {
  if (rows.length === 0) return
  await tables(db)
    .insertInto('approvals.item_run')
    .values(
      rows.map((row) => ({
        ...row,
        item_name: json(row.item_name),
        state: 'handling' as const,
        changed_by: null,
        hold: null,
        draft: null,
        proposal: null,
        outcome: null,
        decision_text: null,
        decision_conditions: null,
        decided_at: null,
        decided_by: null,
        document_number: null,
        certificate_id: null,
      })),
    )
    .execute()
}
/** The application to which an item run belongs: looked up first, so that the application is locked before it. */
export const applicationOfItemRun = async (db: Database, id: ItemRunId): Promise<ApplicationId | null> =>
  (await tables(db).selectFrom('approvals.item_run').select('application_id').where('id', '=', id).executeTakeFirst())
    ?.application_id ?? null
export const applicationOfOpinionTask = async (db: Database, id: OpinionTaskId): Promise<ApplicationId | null> =>
  (
    await tables(db)
      .selectFrom('approvals.opinion_task')
      .select('application_id')
      .where('id', '=', id)
      .executeTakeFirst()
  )?.application_id ?? null

export const itemRunsOf = async (
  db: Database,
  applicationIds: readonly ApplicationId[],
): Promise<readonly ItemRunRecord[]> =>
  applicationIds.length === 0
    ? []
    : tables(db)
        .selectFrom('approvals.item_run')
        .selectAll()
        .where('application_id', 'in', [...applicationIds])
        .orderBy('item_id')
        .execute()

/** Every run of an item in a project, oldest first: what front conditions are evaluated against. */
export const standingsInProject = async (
  db: Database,
  projectId: ProjectId,
): Promise<
  readonly Pick<ItemRunRecord, 'id' | 'application_id' | 'item_id' | 'state' | 'outcome' | 'document_number'>[]
> =>
  tables(db)
    .selectFrom('approvals.item_run')
    .select(['id', 'application_id', 'item_id', 'state', 'document_number', standingOutcome.as('outcome')])
    .where('project_id', '=', projectId)
    .orderBy('id')
    .execute()
/** The outcome as far as its document still stands: null when it was revoked or has lapsed. */
const standingOutcome = sql<Outcome | null>`case when exists (select from approvals.certificate c
  where c.id = item_run.certificate_id and c.state in ('revoked', 'lapsed')) then null else item_run.outcome end`
export const decisionsInProject = async (db: Database, projectId: ProjectId) =>
  tables(db)
    .selectFrom('approvals.item_run as r')
    .leftJoin('approvals.certificate as c', 'c.id', 'r.certificate_id')
    .selectAll('r')
    .select(['c.code as verification_code'])
    .where('r.project_id', '=', projectId)
    .where('r.decided_at', 'is not', null)
    .orderBy('r.decided_at')
    .orderBy('r.id')
    .execute()
/** Item runs of other applications of the project that are still open. */
export const openItemRunsInProject = async (db: Database, projectId: ProjectId): Promise<readonly ItemRunRecord[]> =>
  tables(db)
    .selectFrom('approvals.item_run')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('state', 'in', [...openItemRunStates])
    .orderBy('id')
    .execute()

type Changes = Partial<Omit<ItemRunRecord, 'id' | 'application_id' | 'project_id' | 'version'>>
const jsonOrNull = <T>(value: T | null) => (value === null ? null : json(value))

export const changeItemRun = async (
  db: DatabaseTransaction,
  id: ItemRunId,
  by: PersonId | null,
  at: Instant,
  changes: Changes,
): Promise<ItemRunRecord> =>
  tables(db)
    .updateTable('approvals.item_run')
    .set((row) => ({
      ...changes,
      ...(changes.hold === undefined ? {} : { hold: jsonOrNull(changes.hold) }),
      ...(changes.draft === undefined ? {} : { draft: jsonOrNull(changes.draft) }),
      ...(changes.proposal === undefined ? {} : { proposal: jsonOrNull(changes.proposal) }),
      ...(changes.decision_conditions === undefined
        ? {}
        : { decision_conditions: jsonOrNull(changes.decision_conditions) }),
      ...(changes.item_name === undefined ? {} : { item_name: json(changes.item_name) }),
      version: row('version', '+', 1),
      changed_at: at,
      changed_by: by,
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()

// ---- opinion tasks

export type NewOpinionTask = Pick<
  OpinionTaskRecord,
  'id' | 'item_run_id' | 'application_id' | 'department' | 'question' | 'sent_at' | 'sent_by' | 'redo_of'
>
export const insertOpinionTask = async (db: DatabaseTransaction, row: NewOpinionTask): Promise<void> => {
  await tables(db)
    .insertInto('approvals.opinion_task')
    .values({
      ...row,
      state: 'sent',
      code: null,
      text: null,
      conditions: json<readonly string[]>([]),
      changed_at: row.sent_at,
      changed_by: row.sent_by,
      given_at: null,
      given_by: null,
    })
    .execute()
}
export const opinionTasksOf = async (
  db: Database,
  applicationIds: readonly ApplicationId[],
): Promise<readonly OpinionTaskRecord[]> =>
  applicationIds.length === 0
    ? []
    : tables(db)
        .selectFrom('approvals.opinion_task')
        .selectAll()
        .where('application_id', 'in', [...applicationIds])
        .orderBy('id')
        .execute()
export const opinionTasksOfItemRuns = async (
  db: Database,
  itemRunIds: readonly ItemRunId[],
): Promise<readonly OpinionTaskRecord[]> =>
  itemRunIds.length === 0
    ? []
    : tables(db)
        .selectFrom('approvals.opinion_task')
        .selectAll()
        .where('item_run_id', 'in', [...itemRunIds])
        .orderBy('id')
        .execute()
export const changeOpinionTask = async (
  db: DatabaseTransaction,
  id: OpinionTaskId,
  by: PersonId | null,
  at: Instant,
  changes: Partial<Omit<OpinionTaskRecord, 'id' | 'version'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.opinion_task')
    .set((row) => ({
      ...changes,
      ...(changes.conditions === undefined ? {} : { conditions: json(changes.conditions) }),
      version: row('version', '+', 1),
      changed_at: at,
      changed_by: by,
    }))
    .where('id', '=', id)
    .where('state', 'in', [...openOpinionTaskStates])
    .execute()
}

// ---- certificates and document numbers

/**
 * Takes the next number of a series in a year. The row stays locked until the transaction ends, so numbers have no gaps:
 * a transaction that rolls back gives its number back.
 */
export const nextInSeries = async (db: DatabaseTransaction, series: string, year: number): Promise<number> => {
  const { rows } = await sql<{ last: number }>`
    insert into approvals.number_series as s (series, year, last) values (${series}, ${year}, 1)
    on conflict (series, year) do update set last = s.last + 1
    returning last`.execute(db)
  return rows[0]?.last ?? 0
}
export type NewCertificate = Pick<
  CertificateRecord,
  | 'id'
  | 'item_run_id'
  | 'application_id'
  | 'code'
  | 'document_number'
  | 'facts'
  | 'created_at'
  | 'changed_at'
  | 'changed_by'
  | 'replaces'
  | 'publish_at'
  | 'published_at'
  | 'valid_until'
>
export const insertCertificate = async (db: DatabaseTransaction, row: NewCertificate): Promise<void> => {
  await tables(db)
    .insertInto('approvals.certificate')
    .values({
      ...row,
      facts: json(row.facts),
      sha256: null,
      cause: null,
      delivered_at: null,
      delivery: null,
      site_state: null,
      started_on: null,
      stopped_on: null,
    })
    .execute()
}
export const certificate = async (db: Database, id: CertificateId): Promise<CertificateRecord | null> =>
  (await tables(db).selectFrom('approvals.certificate').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const certificateByCode = async (db: Database, code: string): Promise<CertificateRecord | null> =>
  (await tables(db).selectFrom('approvals.certificate').selectAll().where('code', '=', code).executeTakeFirst()) ?? null
export const certificatesOf = async (
  db: Database,
  applicationIds: readonly ApplicationId[],
): Promise<readonly Pick<CertificateRecord, 'id' | 'item_run_id' | 'code' | 'publish_at' | 'state'>[]> =>
  applicationIds.length === 0
    ? []
    : tables(db)
        .selectFrom('approvals.certificate')
        .select(['id', 'item_run_id', 'code', 'publish_at', 'state'])
        .where('application_id', 'in', [...applicationIds])
        // A run may have several documents: the newest comes last.
        .orderBy('created_at')
        .orderBy('id')
        .execute()
/** Notes the digest of the document; false when it was noted before. */
export const noteDigest = async (db: DatabaseTransaction, id: CertificateId, sha256: string): Promise<boolean> => {
  const { numUpdatedRows } = await tables(db)
    .updateTable('approvals.certificate')
    .set({ sha256 })
    .where('id', '=', id)
    .where('sha256', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
/** The newest state of the document of each item run. */
export const certificateStatesOf = async (
  db: Database,
  applicationIds: readonly ApplicationId[],
): Promise<ReadonlyMap<ItemRunId, CertificateRecord['state']>> => {
  if (applicationIds.length === 0) return new Map()
  const rows = await tables(db)
    .selectFrom('approvals.certificate')
    .select(['item_run_id', 'state'])
    .where('application_id', 'in', [...applicationIds])
    .orderBy('created_at')
    .execute()
  return new Map(rows.map((row) => [row.item_run_id, row.state]))
}
