/** Reconciliations of drafts, appended and never changed. */
import type { Selectable } from 'kysely'
import type { PersonId } from '../../../kernel/identity.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { ApplicationId } from '../contract.ts'
import type { ReconcilePoint } from '../model/reconcile.ts'
import { json } from './tables.ts'

// A type, not an interface: Kysely wants an index signature.
type ReconciliationTable = {
  application_id: ApplicationId
  ordinal: number
  from_day: LocalDate
  to_day: LocalDate
  from_form: string
  to_form: string
  reconciled_at: Instant
  reconciled_by: PersonId
  points: readonly ReconcilePoint[]
}
export type ReconciliationRecord = Selectable<ReconciliationTable>
const tables = (db: Database) => db.withTables<{ 'approvals.draft_reconciliation': ReconciliationTable }>()

/** The reconciliations of a draft, newest first. */
export const reconciliationsOf = async (db: Database, id: ApplicationId): Promise<readonly ReconciliationRecord[]> =>
  tables(db)
    .selectFrom('approvals.draft_reconciliation')
    .selectAll()
    .where('application_id', '=', id)
    .orderBy('ordinal', 'desc')
    .execute()

export const insertReconciliation = async (db: DatabaseTransaction, row: ReconciliationRecord): Promise<void> => {
  await tables(db)
    .insertInto('approvals.draft_reconciliation')
    .values({ ...row, points: json(row.points) })
    .execute()
}
