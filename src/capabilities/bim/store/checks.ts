/** Checks and their runs. */
import { sql } from 'kysely'
import type { ProjectId } from '../../../kernel/identity.ts'
import type { Database, DatabaseTransaction } from '../../../platform/platform.ts'
import type { CheckId, RunId } from '../contract.ts'
import type { ConflictSeverity } from '../model/words.ts'
import { type CheckRow, type RunRow, tables, written } from './tables.ts'

export const checksOfProject = (db: Database, projectId: ProjectId): Promise<CheckRow[]> =>
  tables(db)
    .selectFrom('bim.check_definition')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
export const checkById = async (db: Database, id: CheckId): Promise<CheckRow | null> =>
  (await tables(db).selectFrom('bim.check_definition').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const insertCheck = async (db: DatabaseTransaction, row: CheckRow): Promise<void> => {
  await tables(db).insertInto('bim.check_definition').values(written(row)).execute()
}
export const changeCheck = async (
  db: DatabaseTransaction,
  id: CheckId,
  change: Partial<Pick<CheckRow, 'name' | 'definition' | 'gate' | 'version' | 'archived_at'>>,
): Promise<void> => {
  await tables(db).updateTable('bim.check_definition').set(written(change)).where('id', '=', id).execute()
}

export interface OpenCounts extends Record<ConflictSeverity, number> {
  readonly unknown: number
  /** Breaches of these severities that no exception covers. */
  readonly serious: number
  readonly excepted: number
}
/** What stands, by check: breaches by severity, and what is unknown. Raised by hand counts like found. */
export const openCounts = async (
  db: Database,
  checkIds: readonly CheckId[],
  serious: readonly ConflictSeverity[],
): Promise<ReadonlyMap<CheckId, OpenCounts>> => {
  const { rows } = await sql<{ check_id: CheckId } & OpenCounts>`
    select check_id,
      count(*) filter (where outcome = 'breach' and severity = 'critical')::int as critical,
      count(*) filter (where outcome = 'breach' and severity = 'major')::int as major,
      count(*) filter (where outcome = 'breach' and severity = 'minor')::int as minor,
      count(*) filter (where outcome = 'breach' and severity = 'notice')::int as notice,
      count(*) filter (where outcome = 'unknown')::int as unknown,
      count(*) filter (where outcome = 'breach' and not excepted and severity = any(${[...serious]}::text[]))::int as serious,
      count(*) filter (where excepted)::int as excepted
    from bim.conflict
    where check_id = any(${[...checkIds]}::uuid[]) and life <> 'solved'
      and not (kind = 'raised' and status = 'closed')
    group by check_id`.execute(db)
  return new Map(rows.map((row) => [row.check_id, row]))
}

// ------------------------------------------------------------------------------------------ runs

export const runById = async (db: Database, id: RunId): Promise<RunRow | null> =>
  (await tables(db).selectFrom('bim.run').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const lockRun = async (db: DatabaseTransaction, id: RunId): Promise<RunRow | null> =>
  (await tables(db).selectFrom('bim.run').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ?? null
export const runsOfCheck = (
  db: Database,
  checkId: CheckId,
  limit: number,
  before: number | null = null,
): Promise<RunRow[]> => {
  let query = tables(db).selectFrom('bim.run').selectAll().where('check_id', '=', checkId)
  if (before !== null) query = query.where('number', '<', before)
  return query.orderBy('number', 'desc').limit(limit).execute()
}
/** The newest run of each check, and the newest that is done. */
export const lastRuns = async (
  db: Database,
  checkIds: readonly CheckId[],
): Promise<ReadonlyMap<CheckId, { readonly newest: RunRow; readonly done: RunRow | null }>> => {
  if (checkIds.length === 0) return new Map()
  const newest = await tables(db)
    .selectFrom('bim.run')
    .distinctOn('check_id')
    .selectAll()
    .where('check_id', 'in', checkIds)
    .orderBy('check_id')
    .orderBy('number', 'desc')
    .execute()
  const done = await tables(db)
    .selectFrom('bim.run')
    .distinctOn('check_id')
    .selectAll()
    .where('check_id', 'in', checkIds)
    .where('state', '=', 'done')
    .orderBy('check_id')
    .orderBy('number', 'desc')
    .execute()
  const doneOf = new Map(done.map((row) => [row.check_id, row]))
  return new Map(newest.map((row) => [row.check_id, { newest: row, done: doneOf.get(row.check_id) ?? null }]))
}
export const insertRun = async (db: DatabaseTransaction, row: RunRow): Promise<void> => {
  await tables(db).insertInto('bim.run').values(written(row)).execute()
}
export const changeRun = async (
  db: Database,
  id: RunId,
  change: Partial<
    Pick<RunRow, 'state' | 'way' | 'failure' | 'result' | 'result_sha256' | 'timings' | 'ended_at' | 'done' | 'total'>
  >,
): Promise<void> => {
  await tables(db).updateTable('bim.run').set(written(change)).where('id', '=', id).execute()
}
/** Begins it; gives how often that was tried, or null when it is over. */
export const beginRun = async (db: Database, id: RunId): Promise<number | null> => {
  const { rows } = await sql<{ attempts: number }>`
    update bim.run set attempts = attempts + 1, state = 'running', done = 0, total = 0
    where id = ${id} and state in ('waiting', 'running') returning attempts`.execute(db)
  return rows[0]?.attempts ?? null
}
/** Writes how far it is; false when somebody cancelled it. */
export const reportRun = async (db: Database, id: RunId, done: number, total: number): Promise<boolean> => {
  const { rows } = await sql`
    update bim.run set done = ${done}, total = ${total} where id = ${id} and state = 'running' returning 1`.execute(db)
  return rows.length > 0
}
