/** The table `jobs.progress`, and the few questions that the queue's own interface does not answer. */
import { sql } from 'kysely'
import type { Instant } from '../../kernel/time.ts'
import type { Database, DatabaseTransaction, JsonValue } from '../platform.ts'

type Executor = Database | DatabaseTransaction
export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

export interface ProgressRow {
  readonly jobId: string
  readonly job: string
  readonly enqueuedBy: string
  readonly state: JobState
  readonly done: number
  readonly total: number
  readonly result: JsonValue
  readonly error: string | null
  readonly cancelRequested: boolean
  readonly createdAt: Instant
  readonly updatedAt: Instant
}
export const progressRow = async (db: Executor, jobId: string): Promise<ProgressRow | null> => {
  const { rows } = await sql<ProgressRow>`
    select job_id as "jobId", job, enqueued_by as "enqueuedBy", state, done, total, result, error,
      cancel_requested as "cancelRequested", created_at as "createdAt", updated_at as "updatedAt"
    from jobs.progress where job_id = ${jobId}`.execute(db)
  return rows[0] ?? null
}
export const insertProgress = async (db: Executor, jobId: string, job: string, by: string): Promise<void> => {
  await sql`insert into jobs.progress (job_id, job, enqueued_by) values (${jobId}, ${job}, ${by})`.execute(db)
}

export interface Run {
  readonly jobId: string
  readonly attempt: number
}
/** Begins a run. Null when the job was cancelled or its row is gone. */
export const beginRun = async (db: Executor, jobId: string): Promise<Run | null> => {
  const { rows } = await sql<{ attempt: number }>`
    update jobs.progress set state = 'running', attempt = attempt + 1, heartbeat_at = now(), updated_at = now(),
      done = 0, total = 0, error = null
    where job_id = ${jobId} and not cancel_requested returning attempt`.execute(db)
  return rows[0] === undefined ? null : { jobId, attempt: rows[0].attempt }
}
/** Says that the worker lives. Null when it has lost the job; else whether somebody wants the job cancelled. */
export const heartbeat = async (db: Executor, run: Run): Promise<{ readonly cancel: boolean } | null> => {
  const { rows } = await sql<{ cancel: boolean }>`
    update jobs.progress set heartbeat_at = now()
    where job_id = ${run.jobId} and attempt = ${run.attempt} and state = 'running'
    returning cancel_requested as cancel`.execute(db)
  return rows[0] ?? null
}
export const reportRun = async (db: Executor, run: Run, done: number, total: number): Promise<void> => {
  await sql`
    update jobs.progress set done = ${done}, total = ${total}, heartbeat_at = now(), updated_at = now()
    where job_id = ${run.jobId} and attempt = ${run.attempt} and state = 'running'`.execute(db)
}
/** Ends a run. False when the worker had lost the job: then nothing is written. */
export const endRun = async (
  db: Executor,
  run: Run,
  end: { readonly state: JobState; readonly result?: JsonValue; readonly error?: string },
): Promise<boolean> => {
  const { rows } = await sql`
    update jobs.progress set state = ${end.state}, result = ${JSON.stringify(end.result ?? null)}::jsonb,
      error = ${end.error ?? null}, updated_at = now(), heartbeat_at = null,
      done = case when ${end.state} = 'done' then total else done end
    where job_id = ${run.jobId} and attempt = ${run.attempt} and state = 'running' returning 1`.execute(db)
  return rows.length === 1
}
/** Marks a wish to cancel; a job that has not begun is cancelled at once. Gives the state afterwards. */
export const requestCancel = async (db: Executor, jobId: string): Promise<JobState | null> => {
  const { rows } = await sql<{ state: JobState }>`
    update jobs.progress set cancel_requested = true, updated_at = now(),
      state = case when state = 'queued' then 'cancelled' else state end
    where job_id = ${jobId} and state in ('queued', 'running') returning state`.execute(db)
  return rows[0]?.state ?? null
}
/** Runs whose worker has not been heard of for a time. */
export const lostRuns = async (
  db: Executor,
  silentMs: number,
): Promise<readonly (Run & { readonly job: string })[]> => {
  const { rows } = await sql<Run & { job: string }>`
    select job_id as "jobId", attempt, job from jobs.progress
    where state = 'running' and heartbeat_at < now() - ${silentMs} * interval '1 millisecond'
    for update skip locked`.execute(db)
  return rows
}
export const deleteOldProgress = async (db: Executor, days: number): Promise<void> => {
  await sql`
    delete from jobs.progress
    where state in ('done', 'failed', 'cancelled') and updated_at < now() - ${days} * interval '1 day'`.execute(db)
}

/** Names of queues with a job that may start now. */
export const readyQueues = async (db: Executor, names: readonly string[]): Promise<readonly string[]> => {
  const { rows } = await sql<{ name: string }>`
    select wanted.name from unnest(${[...names]}::text[]) as wanted(name)
    where exists (
      select from jobs.job as job
      where job.name = wanted.name and job.state < 'active' and job.start_after < now()
    )`.execute(db)
  return rows.map((row) => row.name)
}
/** State of a job in the queue: 'retry' after a failure that will be tried again, 'failed' after the last. */
export const queueState = async (db: Executor, name: string, jobId: string): Promise<string | null> => {
  const { rows } = await sql<{ state: string }>`
    select state::text as state from jobs.job where name = ${name} and id = ${jobId}`.execute(db)
  return rows[0]?.state ?? null
}

export interface DeadLetter {
  readonly deadId: string
  readonly job: string
  readonly data: unknown
  /** What the last run threw. */
  readonly output: unknown
  readonly diedAt: Instant
}
export const deadLetters = async (
  db: Executor,
  names: readonly string[],
  limit: number,
): Promise<readonly DeadLetter[]> => {
  const { rows } = await sql<DeadLetter>`
    select id as "deadId", substr(name, 6) as job, data, output, created_on as "diedAt" from jobs.job
    where name = any(${[...names]}::text[]) and state = 'created'
    order by created_on desc limit ${limit}`.execute(db)
  return rows
}
