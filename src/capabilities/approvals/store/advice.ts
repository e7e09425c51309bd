/** Requests for advice and drafts that began as one. */
import { type Selectable, sql } from 'kysely'
import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { AdviceId } from '../contract/advice.ts'
import type { Answers, ApplicationId } from '../contract.ts'
import { type DocumentId, json } from './tables.ts'

export interface AdviceContent {
  readonly answers: Answers
  readonly guideAnswers: Answers
  readonly itemIds: readonly string[]
  readonly formVersion: string
  readonly catalogueDay: LocalDate
  readonly documents: readonly {
    readonly documentId: DocumentId
    readonly materialId: string
    readonly fileName: string
    readonly sizeBytes: number
    readonly sha256: string
    readonly scan: 'unscanned' | 'clean' | 'infected'
  }[]
}
export interface Remark {
  readonly anchor: string
  readonly text: string
}
// Types, not interfaces: Kysely wants an index signature.
type AdviceTable = {
  id: AdviceId
  application_id: ApplicationId
  round: number
  question: string
  content: AdviceContent
  hash: string
  department: string
  state: 'asked' | 'answered' | 'withdrawn'
  version: number
  asked_at: Instant
  asked_by: PersonId
  ended_at: Instant | null
  answered_by: PersonId | null
  summary: string | null
  remarks: readonly Remark[]
  due_hint: LocalDate
}
type AdviceDraftTable = {
  application_id: ApplicationId
  created_at: Instant
  created_by: PersonId
  converted_at: Instant | null
  converted_by: PersonId | null
}
export type AdviceRecord = Selectable<AdviceTable>
const tables = (db: Database) =>
  db.withTables<{ 'approvals.advice': AdviceTable; 'approvals.advice_draft': AdviceDraftTable }>()

/** The requests of an application, newest first. */
export const adviceOf = async (db: Database, id: ApplicationId): Promise<readonly AdviceRecord[]> =>
  tables(db)
    .selectFrom('approvals.advice')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('round', 'desc')
    .execute()
export const advice = async (db: Database, id: AdviceId): Promise<AdviceRecord | null> =>
  (await tables(db).selectFrom('approvals.advice').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const advicePage = async (
  db: Database,
  filter: {
    readonly state: AdviceRecord['state']
    readonly after: readonly [string, string] | null
    readonly limit: number
  },
): Promise<readonly AdviceRecord[]> => {
  const query = tables(db)
    .selectFrom('approvals.advice')
    .selectAll()
    .where('state', '=', filter.state)
    .limit(filter.limit)
  if (filter.state === 'asked') {
    const open = query.orderBy('due_hint').orderBy('id')
    return filter.after === null
      ? open.execute()
      : open.where(sql<boolean>`(due_hint, id) > (${filter.after[0]}::date, ${filter.after[1]}::uuid)`).execute()
  }
  const past = query.orderBy('asked_at', 'desc').orderBy('id', 'desc')
  return filter.after === null
    ? past.execute()
    : past.where(sql<boolean>`(asked_at, id) < (${filter.after[0]}::timestamptz, ${filter.after[1]}::uuid)`).execute()
}
export const insertAdvice = async (
  db: DatabaseTransaction,
  row: Omit<AdviceRecord, 'version' | 'ended_at' | 'answered_by' | 'summary' | 'remarks'>,
): Promise<void> => {
  await tables(db)
    .insertInto('approvals.advice')
    .values({
      ...row,
      content: json(row.content),
      version: 0,
      ended_at: null,
      answered_by: null,
      summary: null,
      remarks: json([]),
    })
    .execute()
}
export const changeAdvice = async (
  db: DatabaseTransaction,
  id: AdviceId,
  changes: Partial<Pick<AdviceRecord, 'state' | 'ended_at' | 'answered_by' | 'summary' | 'remarks'>>,
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.advice')
    .set((row) => ({
      ...changes,
      ...(changes.remarks === undefined ? {} : { remarks: json(changes.remarks) }),
      version: row('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute()
}

/** Says whether a draft began as a question; 'converted' when it has become an application. */
export const adviceDraftState = async (db: Database, id: ApplicationId): Promise<'none' | 'open' | 'converted'> => {
  const row = await tables(db)
    .selectFrom('approvals.advice_draft')
    .select('converted_at')
    .where('application_id', '=', id)
    .executeTakeFirst()
  return row === undefined ? 'none' : row.converted_at === null ? 'open' : 'converted'
}
export const insertAdviceDraft = async (
  db: DatabaseTransaction,
  row: { readonly application_id: ApplicationId; readonly created_at: Instant; readonly created_by: PersonId },
): Promise<void> => {
  await tables(db)
    .insertInto('approvals.advice_draft')
    .values({ ...row, converted_at: null, converted_by: null })
    .execute()
}
export const convertAdviceDraft = async (
  db: DatabaseTransaction,
  id: ApplicationId,
  by: PersonId,
  at: Instant,
): Promise<void> => {
  await tables(db)
    .updateTable('approvals.advice_draft')
    .set({ converted_at: at, converted_by: by })
    .where('application_id', '=', id)
    .execute()
}
/** Ends every request of an application that still waits. */
export const closeAdviceOf = async (db: DatabaseTransaction, id: ApplicationId, at: Instant): Promise<void> => {
  await tables(db)
    .updateTable('approvals.advice')
    .set({ state: 'withdrawn', ended_at: at })
    .where('application_id', '=', id)
    .where('state', '=', 'asked')
    .execute()
}
