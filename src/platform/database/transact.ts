/** One transaction of the product: state and journal entries become true together or not at all. */
import { sql } from 'kysely'
import type { Actor } from '../../kernel/actor.ts'
import { type Clock, type Instant, laterOf, localDateOf, msOf } from '../../kernel/time.ts'
import { newId, randomToken } from '../identity.ts'
import { recordEntry } from '../journal/record.ts'
import { isRetryable, timersOf } from '../journal/timers.ts'
import type { Database, DatabaseTransaction, JobKind, Log, Platform, Unit } from '../platform.ts'

/** Puts a job into the queue inside a transaction and gives its id; `by` may follow and cancel it. The platform's jobs provide it. */
export type Enqueue = <I>(db: DatabaseTransaction, job: JobKind<I>, input: I, by: Actor) => Promise<string>

export interface TransactParts {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  /** Absent: a transaction that enqueues fails. */
  readonly enqueue?: Enqueue
  /** Called after a commit that recorded at least one entry: wakes the sealer. */
  readonly onRecorded?: () => void
}

const MOST_RETRIES = 3
/** A clock that lags by less is taken for the difference between two machines and not reported (milliseconds). */
const REPORTED_LAG_MS = 1_000

const noQueue: Enqueue = (_db, job) =>
  Promise.reject(new Error(`job ${job.name} cannot be enqueued: this process was started without a job queue`))

/** The moment of the newest entry; nothing may be recorded before it. */
const newestRecordedAt = async (db: DatabaseTransaction): Promise<Instant | null> => {
  const { rows } = await sql<{ newest: Instant | null }>`
    select max(recorded_at) as newest from journal.entry`.execute(db)
  return rows[0]?.newest ?? null
}

/**
 * Makes `platform.transact`. The transaction is READ COMMITTED; work is run again, three times at most, when the database
 * reports a serialization failure or a deadlock, so it must have no effects outside of the transaction. `unit.now` is read
 * once and never runs backwards: a clock that was set back is held at the newest entry and reported as a warning.
 */
export const createTransact = ({
  db,
  clock,
  log,
  enqueue = noQueue,
  onRecorded,
}: TransactParts): Platform['transact'] => {
  const readNow = async (trx: DatabaseTransaction): Promise<Instant> => {
    const newest = await newestRecordedAt(trx)
    const read = clock()
    const now = newest === null ? read : laterOf(read, newest)
    if (msOf(now) - msOf(read) >= REPORTED_LAG_MS)
      log.warn({ clock: read, held: now }, 'the clock is behind what was recorded; time is held until it catches up')
    return now
  }

  const attempt = async <T>(actor: Actor, work: (unit: Unit) => Promise<T>, traceId: string): Promise<T> => {
    let open = true
    let recorded = false
    const alive = (): void => {
      if (!open) throw new Error('this unit of work has ended: its transaction was committed or rolled back')
    }
    const run = async (inner: DatabaseTransaction): Promise<T> => {
      const trx = inner.withPlugin({
        transformQuery: ({ node }) => {
          alive()
          return node
        },
        transformResult: async ({ result }) => result,
      })
      const now = await readNow(trx)
      const unit: Unit = {
        db: trx,
        now,
        today: localDateOf(now),
        actor,
        traceId,
        newId,
        record: async (kind, recording) => {
          alive()
          recorded = true
          return recordEntry(trx, { now, actor, traceId }, kind, recording)
        },
        enqueue: async (job, input) => {
          alive()
          return enqueue(trx, job, job.input.parse(input), actor)
        },
        timers: timersOf(trx),
      }
      try {
        return await work(unit)
      } finally {
        open = false
      }
    }
    const result = await db.transaction().setIsolationLevel('read committed').execute(run)
    if (recorded) onRecorded?.()
    return result
  }

  return async (actor, work, options = {}) => {
    const traceId = options.traceId ?? randomToken(8)
    for (let retry = 0; ; retry += 1) {
      try {
        return await attempt(actor, work, traceId)
      } catch (error) {
        if (!isRetryable(error) || retry >= MOST_RETRIES) throw error
        log.debug({ traceId, retry, code: (error as { code?: unknown }).code }, 'the transaction is run again')
      }
    }
  }
}
