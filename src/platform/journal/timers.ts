/** Timers: rows that wake a capability at a moment, once, in order, also after the program was down. */
import { sql } from 'kysely'
import { system } from '../../kernel/actor.ts'
import { addMs, type Instant, msOf } from '../../kernel/time.ts'
import type { DatabaseTransaction, JsonValue, Log, Platform, TimerHandler, Timers } from '../platform.ts'
import type { JournalTables } from './tables.ts'

/** A timer that fires more than this after its time is marked late (milliseconds). */
export const LATE_AFTER_MS = 5 * 60_000
const RETRY_FIRST_MS = 1_000
const RETRY_LONGEST_MS = 5 * 60_000

/** The pause before a failed timer or listener is tried again: doubled each time, five minutes at most. */
export const retryPause = (failures: number): number =>
  Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** Math.min(failures - 1, 20))

const shortText = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 2_000)
export const errorText = shortText

/** Sets and cancels timers in a transaction. */
export const timersOf = (db: DatabaseTransaction): Timers => {
  const tables = db.withTables<JournalTables>()
  return {
    set: async (timer) => {
      await tables
        .insertInto('journal.timer')
        .values({
          kind: timer.kind,
          subject_id: timer.subjectId,
          rung: timer.rung,
          due_at: timer.dueAt,
          payload: JSON.stringify(timer.payload) as JsonValue,
          fired_at: null,
          late: null,
          last_error: null,
          retry_at: null,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['kind', 'subject_id', 'rung'])
            .doUpdateSet((row) => ({
              due_at: row.ref('excluded.due_at'),
              payload: row.ref('excluded.payload'),
              failures: 0,
              last_error: null,
              retry_at: null,
            }))
            .where('journal.timer.fired_at', 'is', null),
        )
        .execute()
    },
    replace: async (sets) => {
      if (sets.length === 0) return
      const rows = sets.flatMap(({ kind, subjectId, timers }) =>
        [...new Map(timers.map((timer) => [timer.rung, timer])).values()].map(({ rung, dueAt, payload }) => ({
          kind,
          subject_id: subjectId,
          rung,
          due_at: dueAt,
          payload,
        })),
      )
      await sql`
        with wanted as (
          select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
            as row (kind text, subject_id text, rung text, due_at timestamptz, payload jsonb)
        ), cancelled as (
          delete from journal.timer open
          using unnest(${sets.map((set) => set.kind)}::text[], ${sets.map((set) => set.subjectId)}::text[])
            as owner (kind, subject_id)
          where open.kind = owner.kind and open.subject_id = owner.subject_id and open.fired_at is null
            and not exists (
              select from wanted
              where wanted.kind = open.kind and wanted.subject_id = open.subject_id and wanted.rung = open.rung
            )
        )
        insert into journal.timer (kind, subject_id, rung, due_at, payload)
        select kind, subject_id, rung, due_at, coalesce(payload, 'null') from wanted
        on conflict (kind, subject_id, rung) do update
        set due_at = excluded.due_at, payload = excluded.payload, failures = 0, last_error = null, retry_at = null
        where timer.fired_at is null`.execute(db)
    },
    cancel: async (key) => {
      await tables
        .deleteFrom('journal.timer')
        .where('kind', '=', key.kind)
        .where('subject_id', '=', key.subjectId)
        .where('rung', '=', key.rung)
        .where('fired_at', 'is', null)
        .execute()
    },
    cancelAll: async (kind, subjectId) => {
      await tables
        .deleteFrom('journal.timer')
        .where('kind', '=', kind)
        .where('subject_id', '=', subjectId)
        .where('fired_at', 'is', null)
        .execute()
    },
  }
}

export interface TimerRun {
  readonly fired: number
  readonly failed: number
}

interface DueTimer {
  readonly kind: string
  readonly subject_id: string
  readonly rung: string
  readonly due_at: Instant
  readonly payload: JsonValue
  readonly failures: number
}

/** The first due timer that nobody else fires now and that no earlier timer of its subject holds back. */
const nextDue = async (db: DatabaseTransaction, kinds: readonly string[], now: Instant): Promise<DueTimer | null> => {
  const { rows } = await sql<DueTimer>`
    select kind, subject_id, rung, due_at, payload, failures
    from journal.timer t
    where fired_at is null and due_at <= ${now} and (retry_at is null or retry_at <= ${now})
      and kind = any(${[...kinds]}::text[])
      and not exists (
        select 1 from journal.timer earlier
        where earlier.kind = t.kind and earlier.subject_id = t.subject_id and earlier.fired_at is null
          and (earlier.due_at, earlier.rung) < (t.due_at, t.rung)
      )
    order by due_at, kind, subject_id, rung
    limit 1
    for update skip locked`.execute(db)
  return rows[0] ?? null
}

/** Carries the timer out of a transaction that its handler made fail. */
class TimerFailure extends Error {
  readonly timer: DueTimer
  constructor(timer: DueTimer, cause: unknown) {
    super('timer failed', { cause })
    this.timer = timer
  }
}

const noteFailure = async (platform: Platform, { timer, cause }: TimerFailure, log: Log): Promise<void> => {
  const failures = timer.failures + 1
  log.error(
    { timer: timer.kind, subject: timer.subject_id, rung: timer.rung, failures, error: errorText(cause) },
    'a timer failed and will be tried again',
  )
  await platform.transact(system('timers'), async (unit) => {
    await unit.db
      .withTables<JournalTables>()
      .updateTable('journal.timer')
      .set({ failures, last_error: errorText(cause), retry_at: addMs(unit.now, retryPause(failures)) })
      .where('kind', '=', timer.kind)
      .where('subject_id', '=', timer.subject_id)
      .where('rung', '=', timer.rung)
      .where('fired_at', 'is', null)
      .execute()
  })
}

/**
 * Fires what is due, in order of time, each in a transaction of its own with the mark that it fired. Several processes may
 * run this at once: a timer fires once, and the timers of one subject in their order. A timer that fails is tried again
 * later and holds back only the later ones of its subject. Stops after `limit` timers.
 */
export const runDueTimers = async (
  platform: Platform,
  handlers: readonly TimerHandler[],
  options: {
    readonly limit?: number
    readonly onFailure?: (error: unknown) => void
    readonly signal?: AbortSignal | undefined
  } = {},
): Promise<TimerRun> => {
  const byKind = new Map(handlers.map((handler) => [handler.kind, handler]))
  let fired = 0
  let failed = 0
  if (byKind.size === 0) return { fired, failed }
  while (fired + failed < (options.limit ?? Number.POSITIVE_INFINITY) && options.signal?.aborted !== true) {
    try {
      const found = await platform.transact(system('timers'), async (unit) => {
        const timer = await nextDue(unit.db, [...byKind.keys()], unit.now)
        if (timer === null) return false
        const late = msOf(unit.now) - msOf(timer.due_at) > LATE_AFTER_MS
        try {
          await byKind.get(timer.kind)?.fire(unit, {
            kind: timer.kind,
            subjectId: timer.subject_id,
            rung: timer.rung,
            dueAt: timer.due_at,
            payload: timer.payload,
            late,
          })
          // The handler may have cancelled the timer that it is fired by; then nothing is left to mark.
          await unit.db
            .withTables<JournalTables>()
            .updateTable('journal.timer')
            .set({ fired_at: unit.now, late })
            .where('kind', '=', timer.kind)
            .where('subject_id', '=', timer.subject_id)
            .where('rung', '=', timer.rung)
            .execute()
        } catch (error) {
          throw isRetryable(error) ? error : new TimerFailure(timer, error)
        }
        return true
      })
      if (!found) break
      fired += 1
    } catch (error) {
      if (!(error instanceof TimerFailure)) throw error
      failed += 1
      await noteFailure(platform, error, platform.log)
      options.onFailure?.(error.cause)
    }
  }
  return { fired, failed }
}

/** Gives the moment of the next open timer, or null. */
export const nextTimerAt = async (platform: Platform): Promise<Instant | null> => {
  const row = await platform.db
    .withTables<JournalTables>()
    .selectFrom('journal.timer')
    .select('due_at')
    .where('fired_at', 'is', null)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
  return row?.due_at ?? null
}

/** Waits for whoever is firing the earliest due timer at this moment; returns at once when nobody is. */
export const timerUnderway = async (platform: Platform): Promise<void> => {
  await platform.transact(system('timers'), (unit) =>
    unit.db
      .withTables<JournalTables>()
      .selectFrom('journal.timer')
      .select('rung')
      .where('fired_at', 'is', null)
      .where('due_at', '<=', unit.now)
      .orderBy('due_at')
      .limit(1)
      .forUpdate()
      .execute(),
  )
}

/** Serialization failures and deadlocks: the whole transaction may be run again. */
export const isRetryable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01')
