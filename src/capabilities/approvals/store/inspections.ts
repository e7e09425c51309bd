/** What the machine saw in files, by their content. */
import type { Instant } from '../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { PdfFacts } from '../model/precheck.ts'
import { json } from './tables.ts'

// A type, not an interface: Kysely wants an index signature.
type InspectionTable = { sha256: string; pdf: PdfFacts | null; inspected_at: Instant }
const tables = (db: Database) => db.withTables<{ 'approvals.file_inspection': InspectionTable }>()

export const inspections = async (
  db: Database,
  digests: readonly string[],
): Promise<ReadonlyMap<string, PdfFacts | null>> => {
  if (digests.length === 0) return new Map()
  const rows = await tables(db)
    .selectFrom('approvals.file_inspection')
    .select(['sha256', 'pdf'])
    .where('sha256', 'in', [...digests])
    .execute()
  return new Map(rows.map((row) => [row.sha256, row.pdf]))
}
export const insertInspection = async (db: DatabaseTransaction, row: InspectionTable): Promise<void> => {
  await tables(db)
    .insertInto('approvals.file_inspection')
    .values({ ...row, pdf: row.pdf === null ? null : json(row.pdf) })
    .onConflict((conflict) => conflict.column('sha256').doNothing())
    .execute()
}
