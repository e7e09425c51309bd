/**
 * Runs reactions: each listener follows the order of the journal with a cursor that moves in the transaction of its effect.
 * So each entry has its effect exactly once, whatever crashes, and in order. A listener whose reaction fails waits at that
 * entry and tries again, ever more slowly; an operator may skip the entry, which is written down.
 */
import { type RawBuilder, sql } from 'kysely'
import { type Actor, system } from '../../kernel/actor.ts'
import { addMs, type Instant } from '../../kernel/time.ts'
import type { Database, JournalEntry, Platform, Reaction, Unit } from '../platform.ts'
import { entryColumns, entryOfRow } from './reader.ts'
import { actorName } from './record.ts'
import type { JournalTables } from './tables.ts'
import { errorText, isRetryable, retryPause } from './timers.ts'

/** Carries the entry out of a transaction that its reaction made fail. */
class ReactionFailure extends Error {
  readonly entry: JournalEntry
  constructor(entry: JournalEntry, cause: unknown) {
    super('reaction failed', { cause })
    this.entry = entry
  }
}

interface Cursor {
  readonly seq: number
  readonly retry_at: Instant | null
}

/** Locks the cursor of a listener, or gives null when another process has it. */
const lockCursor = async (unit: Unit, listener: string): Promise<Cursor | null> => {
  const tables = unit.db.withTables<JournalTables>()
  const find = () =>
    tables
      .selectFrom('journal.cursor')
      .select(['seq', 'retry_at'])
      .where('listener', '=', listener)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
  const found = await find()
  if (found !== undefined) return found
  await tables
    .insertInto('journal.cursor')
    .values({ listener, seq: 0, failures: 0, last_error: null, retry_at: null, updated_at: unit.now })
    .onConflict((conflict) => conflict.column('listener').doNothing())
    .execute()
  return (await find()) ?? null
}

/** The first place of some kinds after a place in the order, or null: one look at an index for each kind. */
const placeAfter = (kinds: readonly string[], after: RawBuilder<unknown>) => sql<number | null>`(
  select min(found.seq)
  from unnest(${[...new Set(kinds)]}::text[]) as wanted (kind)
  cross join lateral (
    select seq from journal.seal where seal.kind = wanted.kind and seq > ${after} order by seq limit 1
  ) found
)`
/** Where a listener stands and what comes next for it, without locking anything; 0 = it has heard nothing yet. */
const lookAhead = async (
  db: Database,
  { listener, kinds }: Reaction,
): Promise<{ readonly at: number; readonly next: number | null }> => {
  const { rows } = await sql<{ at: number; next: number | null }>`
    select stand.at, ${placeAfter(kinds, sql`stand.at`)} as next
    from (select coalesce(max(seq), 0) as at from journal.cursor where listener = ${listener}) stand`.execute(db)
  return rows[0] ?? { at: 0, next: null }
}
/** Gives the first sealed entry of some kinds after a place in the order; `ahead` spares looking for it twice. */
const nextEntry = async (
  db: Database,
  kinds: readonly string[],
  after: number,
  ahead?: { readonly at: number; readonly next: number | null },
): Promise<JournalEntry | null> => {
  let seq = ahead?.at === after ? ahead.next : null
  if (seq === null) {
    const { rows } = await sql<{ next: number | null }>`select ${placeAfter(kinds, sql`${after}`)} as next`.execute(db)
    seq = rows[0]?.next ?? null
  }
  if (seq === null) return null
  const row = await db
    .withTables<JournalTables>()
    .selectFrom('journal.seal as seal')
    .innerJoin('journal.entry as entry', 'entry.id', 'seal.entry_id')
    .select([...entryColumns, 'seal.seq'])
    .where('seal.seq', '=', seq)
    .executeTakeFirstOrThrow()
  return entryOfRow(row)
}

const moveCursor = async (unit: Unit, listener: string, seq: number): Promise<void> => {
  await unit.db
    .withTables<JournalTables>()
    .updateTable('journal.cursor')
    .set({ seq, failures: 0, last_error: null, retry_at: null, updated_at: unit.now })
    .where('listener', '=', listener)
    .execute()
}

const noteFailure = async (platform: Platform, reaction: Reaction, failure: ReactionFailure): Promise<void> => {
  await platform.transact(system('journal'), async (unit) => {
    const tables = unit.db.withTables<JournalTables>()
    const cursor = await tables
      .selectFrom('journal.cursor')
      .select(['failures', 'seq'])
      .where('listener', '=', reaction.listener)
      .forUpdate()
      .executeTakeFirst()
    const failures = (cursor?.failures ?? 0) + 1
    const told = {
      failures,
      last_error: errorText(failure.cause),
      retry_at: addMs(unit.now, retryPause(failures)),
      updated_at: unit.now,
    }
    await tables
      .insertInto('journal.cursor')
      .values({ listener: reaction.listener, seq: cursor?.seq ?? 0, ...told })
      .onConflict((conflict) => conflict.column('listener').doUpdateSet(told))
      .execute()
    platform.log.error(
      { listener: reaction.listener, seq: failure.entry.seq, failures, error: told.last_error, retryAt: told.retry_at },
      'a reaction failed: its listener waits at this entry and tries again',
    )
  })
}

export interface FollowRun {
  /** Entries that had their effect. */
  readonly done: number
  /** When a failed entry may be tried again; null when the listener is at the end of the journal. */
  readonly retryAt: Instant | null
  /** Another process runs this listener now. */
  readonly busy: boolean
}

/**
 * Brings one listener to the end of the journal, one transaction for each entry. Stops at an entry that fails; the failure
 * is noted, logged and given to `onFailure`.
 */
export const followOnce = async (
  platform: Platform,
  reaction: Reaction,
  options: { readonly onFailure?: (error: unknown) => void; readonly signal?: AbortSignal | undefined } = {},
): Promise<FollowRun> => {
  let done = 0
  while (options.signal?.aborted !== true) {
    // Most wakes find nothing more after their entry: that is seen without a transaction.
    const ahead = await lookAhead(platform.db, reaction)
    if (ahead.next === null) return { done, retryAt: null, busy: false }
    let step: { readonly moved: boolean; readonly retryAt: Instant | null; readonly busy: boolean }
    try {
      step = await platform.transact(system(reaction.listener), async (unit) => {
        const cursor = await lockCursor(unit, reaction.listener)
        if (cursor === null) return { moved: false, retryAt: null, busy: true }
        if (cursor.retry_at !== null && cursor.retry_at > unit.now)
          return { moved: false, retryAt: cursor.retry_at, busy: false }
        const entry = await nextEntry(unit.db, reaction.kinds, cursor.seq, ahead)
        if (entry === null) return { moved: false, retryAt: null, busy: false }
        try {
          await reaction.react(unit, entry)
          await moveCursor(unit, reaction.listener, entry.seq)
        } catch (error) {
          throw isRetryable(error) ? error : new ReactionFailure(entry, error)
        }
        return { moved: true, retryAt: null, busy: false }
      })
    } catch (error) {
      if (!(error instanceof ReactionFailure)) throw error
      await noteFailure(platform, reaction, error)
      options.onFailure?.(error.cause)
      const state = (await listenerStates(platform.db)).find((one) => one.listener === reaction.listener)
      return { done, retryAt: state?.retryAt ?? null, busy: false }
    }
    if (!step.moved) return { done, retryAt: step.retryAt, busy: step.busy }
    done += 1
  }
  return { done, retryAt: null, busy: false }
}

export interface ListenerState {
  readonly listener: string
  /** Last entry that had its effect; 0 = none. */
  readonly seq: number
  readonly failures: number
  readonly lastError: string | null
  readonly retryAt: Instant | null
}

/** How far the listeners have come, for metrics and operators. */
export const listenerStates = async (db: Database): Promise<readonly ListenerState[]> => {
  const rows = await db
    .withTables<JournalTables>()
    .selectFrom('journal.cursor')
    .select(['listener', 'seq', 'failures', 'last_error', 'retry_at'])
    .orderBy('listener')
    .execute()
  return rows.map((row) => ({
    listener: row.listener,
    seq: row.seq,
    failures: row.failures,
    lastError: row.last_error,
    retryAt: row.retry_at,
  }))
}

/**
 * Moves a waiting listener past the entry at which it fails; what was skipped, by whom and why is kept for good. Gives the
 * `seq` skipped, or null when the listener does not wait at a failure.
 */
export const skipFailedEntry = (
  platform: Platform,
  by: Actor,
  reaction: Pick<Reaction, 'listener' | 'kinds'>,
  reason: string,
): Promise<number | null> =>
  platform.transact(by, async (unit) => {
    const tables = unit.db.withTables<JournalTables>()
    const cursor = await tables
      .selectFrom('journal.cursor')
      .select(['seq', 'failures', 'last_error'])
      .where('listener', '=', reaction.listener)
      .forUpdate()
      .executeTakeFirst()
    if (cursor === undefined || cursor.failures === 0) return null
    const entry = await nextEntry(unit.db, reaction.kinds, cursor.seq)
    if (entry === null) return null
    await tables
      .insertInto('journal.skipped')
      .values({
        listener: reaction.listener,
        seq: entry.seq,
        reason,
        error: cursor.last_error,
        skipped_by: actorName(by),
        skipped_at: unit.now,
      })
      .execute()
    await moveCursor(unit, reaction.listener, entry.seq)
    return entry.seq
  })
