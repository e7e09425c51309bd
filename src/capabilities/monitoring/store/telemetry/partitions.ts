/** Partitions of telemetry: made ahead and on demand, dropped when their time is over. */
import { sql } from 'kysely'
import type { Instant } from '../../../../kernel/time.ts'
import type { Database, DatabaseTransaction } from '../../../../platform/platform.ts'
import type { Stretch } from '../../model/telemetry/time.ts'

export type PartitionedTable = 'telemetry' | 'position' | 'rollup_1m'

/** Any fixed number; whoever makes or drops partitions holds it. */
const PARTITION_LOCK = 7_046_133_920
const LOCK_TIMEOUT_MS = 3_000

/** Names of the partitions of a table, without the table: '20260302' or '202603'. */
export const partitionsOf = async (db: Database, table: PartitionedTable): Promise<readonly string[]> => {
  const { rows } = await sql<{ name: string }>`
    select substr(c.relname, length(${table}) + 2) as name
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ${`monitoring.${table}`}::regclass order by c.relname`.execute(db)
  return rows.map(({ name }) => name)
}
/** Lets one transaction at a time change partitions; waits for locks for some seconds at most. */
export const lockPartitions = async (db: DatabaseTransaction): Promise<void> => {
  await sql.raw(`set local lock_timeout = '${LOCK_TIMEOUT_MS}ms'`).execute(db)
  await sql`select pg_advisory_xact_lock(${PARTITION_LOCK}::bigint)`.execute(db)
}
/** Makes a partition beside the table and attaches it: reading and writing of the others go on. Under `lockPartitions`. */
export const addPartition = async (
  db: DatabaseTransaction,
  table: PartitionedTable,
  stretch: Stretch,
): Promise<void> => {
  const { rows } = await sql<{ attached: boolean }>`
    select exists (select 1 from pg_inherits where inhrelid = c.oid) as attached
    from pg_class c where c.oid = to_regclass(${`monitoring.${table}_${stretch.name}`})`.execute(db)
  if (rows[0]?.attached === true) return
  const name = `monitoring.${table}_${stretch.name}`
  await sql
    .raw(`create table if not exists ${name} (like monitoring.${table} including defaults including storage)`)
    .execute(db)
  await sql
    .raw(
      `alter table monitoring.${table} attach partition ${name} for values from ('${stretch.from}') to ('${stretch.to}')`,
    )
    .execute(db)
}
/** Under `lockPartitions`. */
export const dropPartition = async (db: DatabaseTransaction, table: PartitionedTable, name: string): Promise<void> => {
  await sql.raw(`drop table if exists monitoring.${table}_${name}`).execute(db)
}
/** Whether figures of a time before a moment still wait to be made from its reports. */
export const hasMarksBefore = async (db: Database, before: Instant): Promise<boolean> => {
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select 1 from monitoring.telemetry_dirty as d, unnest(d.ats) as a where a < ${before}::timestamptz
    ) as found`.execute(db)
  return rows[0]?.found === true
}
/** Forgets what was received before a moment and not believed, and late rows whose minutes are no longer kept. */
export const forgetOld = async (
  db: DatabaseTransaction,
  quarantinedBefore: Instant,
  lateBefore: Instant,
): Promise<void> => {
  await sql`delete from monitoring.telemetry_quarantine where received_at < ${quarantinedBefore}`.execute(db)
  await sql`delete from monitoring.telemetry_late where at < ${lateBefore}`.execute(db)
}
