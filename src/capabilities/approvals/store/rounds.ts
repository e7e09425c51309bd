/** Points of correction lists, requests for a second list, issued receipts. */
import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { ApplicationId } from '../contract.ts'
import { json } from './tables.ts'
import {
  type CorrectionPointRecord,
  type CorrectionRequestRecord,
  type ReceiptId,
  type ReceiptRecord,
  undertakingTables as tables,
} from './undertaking-tables.ts'

export const pointsOf = async (db: Database, id: ApplicationId): Promise<readonly CorrectionPointRecord[]> =>
  tables(db)
    .selectFrom('approvals.correction_point')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('round')
    .orderBy('ordinal')
    .execute()
/** Notes an answer; a verdict given before is void with it. */
export const saveAnswer = async (
  db: DatabaseTransaction,
  row: Pick<CorrectionPointRecord, 'application_id' | 'round' | 'ordinal' | 'answer' | 'answered_at' | 'answered_by'>,
): Promise<void> => {
  await tables(db)
    .insertInto('approvals.correction_point')
    .values({ ...row, state: 'answered', verdict_remark: null, judged_at: null, judged_by: null })
    .onConflict((conflict) =>
      conflict.columns(['application_id', 'round', 'ordinal']).doUpdateSet({
        state: 'answered',
        answer: row.answer,
        answered_at: row.answered_at,
        answered_by: row.answered_by,
        verdict_remark: null,
        judged_at: null,
        judged_by: null,
      }),
    )
    .execute()
}
export const saveVerdict = async (
  db: DatabaseTransaction,
  row: Pick<CorrectionPointRecord, 'application_id' | 'round' | 'ordinal'>,
  verdict: { readonly met: boolean; readonly remark: string | null; readonly at: Instant; readonly by: PersonId },
): Promise<void> => {
  const judged = {
    state: verdict.met ? ('met' as const) : ('not-met' as const),
    verdict_remark: verdict.remark,
    judged_at: verdict.at,
    judged_by: verdict.by,
  }
  await tables(db)
    .insertInto('approvals.correction_point')
    .values({ ...row, ...judged, answer: null, answered_at: null, answered_by: null })
    .onConflict((conflict) => conflict.columns(['application_id', 'round', 'ordinal']).doUpdateSet(judged))
    .execute()
}

export const insertRequest = async (db: DatabaseTransaction, row: CorrectionRequestRecord): Promise<void> => {
  await tables(db)
    .insertInto('approvals.correction_request')
    .values({ ...row, points: json(row.points) })
    .execute()
}
export const requestsOf = async (db: Database, id: ApplicationId): Promise<readonly CorrectionRequestRecord[]> =>
  tables(db)
    .selectFrom('approvals.correction_request')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('proposed_at')
    .execute()
export const decideRequest = async (
  db: DatabaseTransaction,
  id: CorrectionRequestRecord['id'],
  decision: Pick<CorrectionRequestRecord, 'state' | 'decided_at' | 'decided_by' | 'remark'>,
): Promise<void> => {
  await tables(db).updateTable('approvals.correction_request').set(decision).where('id', '=', id).execute()
}
/** Requests that wait for a supervisor; those of applications that moved on since are left out. */
export const waitingRequests = async (
  db: Database,
  filter: { readonly after?: { readonly at: Instant; readonly id: string } | undefined; readonly limit: number },
) => {
  let query = tables(db)
    .selectFrom('approvals.correction_request as r')
    .innerJoin('approvals.application as a', 'a.id', 'r.application_id')
    .selectAll('r')
    .select(['a.case_number', 'a.project_name', 'a.version as application_version'])
    .where('r.state', '=', 'proposed')
    .where('a.state', '=', 'submitted')
    .orderBy('r.proposed_at')
    .orderBy('r.id')
    .limit(filter.limit)
  const { after } = filter
  if (after !== undefined)
    query = query.where((where) =>
      where.or([
        where('r.proposed_at', '>', after.at),
        where.and([where('r.proposed_at', '=', after.at), where('r.id', '>', after.id as never)]),
      ]),
    )
  return query.execute()
}

export const insertReceipt = async (db: DatabaseTransaction, row: ReceiptRecord): Promise<void> => {
  await tables(db)
    .insertInto('approvals.receipt')
    .values({ ...row, facts: json(row.facts) })
    .execute()
}
export const receiptsOf = async (db: Database, id: ApplicationId): Promise<readonly ReceiptRecord[]> =>
  tables(db)
    .selectFrom('approvals.receipt')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('issued_at')
    .orderBy('id')
    .execute()
export const receipt = async (db: Database, id: ReceiptId): Promise<ReceiptRecord | null> =>
  (await tables(db).selectFrom('approvals.receipt').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const receiptByNumber = async (db: Database, number: string): Promise<ReceiptRecord | null> =>
  (await tables(db).selectFrom('approvals.receipt').selectAll().where('number', '=', number).executeTakeFirst()) ?? null
