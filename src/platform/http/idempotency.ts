/**
 * Idempotency keys: a submission that is sent twice happens once and is answered the same way.
 *
 * The row of the key is marked 'effective' inside the first transaction of the handler (see `withIdempotency`), so that a
 * server killed between the commit and the answer neither repeats the work nor forgets that it was done.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { defineRefusal } from '../../kernel/refusal.ts'
import { addMs, type Clock, DAY_MS, type Instant } from '../../kernel/time.ts'
import type { Database, Platform } from '../platform.ts'
import { currentTraceId } from './trace.ts'

export const keyMissing = defineRefusal('invalid', 'http.idempotency-key-missing', {
  zh: '缺少请求头 idempotency-key(16 到 100 个字母、数字或连字符),请由程序为每次提交生成一个新值。',
  en: 'The header idempotency-key is missing (16 to 100 letters, digits or hyphens): make a new value for every submission.',
})
export const keyReused = defineRefusal('conflict', 'http.idempotency-key-reused', {
  zh: '同一个提交编号已用于另一项内容。请刷新页面后重新提交。',
  en: 'This idempotency key was used for another request. Reload the page and submit again.',
})
export const stillRunning = defineRefusal('conflict', 'http.still-running', {
  zh: '相同的提交正在处理,请在 {seconds} 秒后查看结果,不要重复提交。',
  en: 'The same submission is being processed: look again in {seconds} seconds and do not resubmit.',
})
export const alreadyDone = defineRefusal('conflict', 'http.already-done', {
  zh: '这次提交已经办理成功,无需重复提交。请刷新页面查看结果。',
  en: 'This submission has already taken effect. Reload the page to see the result.',
})

const KEY = /^[\w-]{16,100}$/
export const isIdempotencyKey = (key: unknown): key is string => typeof key === 'string' && KEY.test(key)

/** How long a running submission is believed to be alive. */
const LEASE_MS = 120_000
/** When a key whose release failed is released again. */
const RELEASE_AGAIN_MS = 10_000
/** How long replies are kept. */
const KEEP_MS = 2 * DAY_MS

type IdempotencyTable = {
  'http.idempotency': {
    owner: string
    key: string
    endpoint: string
    request_hash: string
    state: 'running' | 'effective' | 'done'
    lease: string
    leased_at: Instant
    reply: unknown
  }
}
const tables = (db: Database) => db.withTables<IdempotencyTable>()

/** Writes values with the names of every object in order, so that equal contents give equal texts. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? ''
export const requestHash = (parts: unknown): string => createHash('sha256').update(canonical(parts)).digest('hex')

/**
 * Joined to a statement that is a transaction of its own: its commit does not wait for the disk. What the handler commits
 * later takes the row of the key to the disk with it; and a kept reply that is lost in a crash leaves "already done".
 */
const unhurried = sql`(select set_config('synchronous_commit', 'off', true)) as unhurried`

interface Submission {
  readonly owner: string
  readonly key: string
  readonly endpoint: string
  readonly hash: string
}
export interface Outcome {
  readonly reply: unknown
  readonly replayed: boolean
}

interface Lease extends Submission {
  readonly lease: string
  effective: boolean
}
const current = new AsyncLocalStorage<Lease>()

const withTraceId = (options: { traceId?: string } = {}): { traceId?: string } => {
  const traceId = options.traceId ?? currentTraceId()
  return traceId === null ? options : { ...options, traceId }
}

/**
 * Gives a platform whose transactions mark the submission they belong to as effective, in the same commit, and carry the
 * trace id of the call. The server must hand this one to the capabilities.
 */
export const withIdempotency = (platform: Platform): Platform => ({
  ...platform,
  transact: (actor, work, options) =>
    platform
      .transact(
        actor,
        async (unit) => {
          const result = await work(unit)
          const lease = current.getStore()
          if (lease !== undefined && !lease.effective) {
            const marked = await tables(unit.db)
              .updateTable('http.idempotency')
              .set({ state: 'effective' })
              .where('owner', '=', lease.owner)
              .where('key', '=', lease.key)
              .where('lease', '=', lease.lease)
              .executeTakeFirst()
            if (marked.numUpdatedRows !== 1n) throw stillRunning({ seconds: 5 })
          }
          return result
        },
        withTraceId(options),
      )
      .then((result) => {
        const lease = current.getStore()
        if (lease !== undefined) lease.effective = true
        return result
      }),
})

/**
 * Gives free the keys of submissions that were under way when an earlier process ended. Only for a database that no other
 * process uses (the embedded one).
 */
export const releaseAbandoned = async (db: Database): Promise<void> => {
  await tables(db).deleteFrom('http.idempotency').where('state', '=', 'running').execute()
}

/** Forgets the kept replies of one owner ('person:<id>'): they may name what is erased. */
export const forgetReplies = async (db: Database, owner: string): Promise<void> => {
  await tables(db).deleteFrom('http.idempotency').where('owner', '=', owner).where('state', '=', 'done').execute()
}

export interface Idempotency {
  /** Runs work once for a key, or gives the reply of the first time. Throws refusals for misuse and for unfinished work. */
  readonly once: (submission: Submission, work: () => Promise<unknown>) => Promise<Outcome>
  /** Removes replies that are older than two days; gives their number. */
  readonly forgetOld: () => Promise<number>
}

/** `clock` is the clock of the machine, also when the product runs on simulated time: leases are real seconds. */
export const createIdempotency = (db: Database, clock: Clock, newId: () => string): Idempotency => {
  const running = new Map<string, { hash: string; endpoint: string; promise: Promise<unknown> }>()
  const row = (submission: Submission) =>
    tables(db)
      .selectFrom('http.idempotency')
      .select(['endpoint', 'request_hash', 'state', 'reply'])
      .where('owner', '=', submission.owner)
      .where('key', '=', submission.key)
      .executeTakeFirst()

  /** Takes the key if it is free, or if its holder is long dead and committed nothing. */
  const take = async (submission: Submission, lease: string, now: Instant): Promise<boolean> => {
    const { rows } = await sql<{ lease: string }>`
      insert into http.idempotency as held (owner, key, endpoint, request_hash, state, lease, leased_at)
      select ${submission.owner}, ${submission.key}, ${submission.endpoint}, ${submission.hash}, 'running', ${lease}::uuid,
        ${now}::timestamptz
      from ${unhurried}
      on conflict (owner, key) do update set lease = excluded.lease, leased_at = excluded.leased_at
      where held.state = 'running' and held.request_hash = excluded.request_hash
        and held.leased_at < ${addMs(now, -LEASE_MS)}::timestamptz
      returning lease`.execute(db)
    return rows[0]?.lease === lease
  }
  const release = (lease: Lease) =>
    tables(db)
      .deleteFrom('http.idempotency')
      .where('owner', '=', lease.owner)
      .where('key', '=', lease.key)
      .where('lease', '=', lease.lease)
      .where('state', '=', 'running')
      .execute()
  const store = (lease: Lease, reply: unknown) =>
    sql`
      update http.idempotency set state = 'done', reply = ${JSON.stringify({ value: reply })}::json
      from ${unhurried}
      where owner = ${lease.owner} and key = ${lease.key} and lease = ${lease.lease}`.execute(db)

  const earlier = async (submission: Submission): Promise<Outcome> => {
    const found = await row(submission)
    if (found === undefined) throw stillRunning({ seconds: 1 })
    if (found.endpoint !== submission.endpoint || found.request_hash !== submission.hash) throw keyReused()
    if (found.state === 'done') return { reply: (found.reply as { value?: unknown } | null)?.value, replayed: true }
    throw found.state === 'effective' ? alreadyDone() : stillRunning({ seconds: 2 })
  }
  const first = async (lease: Lease, work: () => Promise<unknown>): Promise<unknown> => {
    try {
      const reply = await current.run(lease, work)
      await store(lease, reply)
      return reply
    } catch (error) {
      await release(lease).catch(() => {
        // The database is away: once more when it is likely to be back, so that nobody waits for the end of the lease.
        setTimeout(() => void release(lease).catch(() => undefined), RELEASE_AGAIN_MS).unref()
      })
      throw error
    }
  }
  const attempt = async (submission: Submission, work: () => Promise<unknown>): Promise<Outcome> => {
    const lease: Lease = { ...submission, lease: newId(), effective: false }
    if (!(await take(submission, lease.lease, clock()))) return earlier(submission)
    return { reply: await first(lease, work), replayed: false }
  }

  return {
    once: async (submission, work) => {
      const name = `${submission.owner}\n${submission.key}`
      const other = running.get(name)
      if (other !== undefined) {
        if (other.hash !== submission.hash || other.endpoint !== submission.endpoint) throw keyReused()
        await other.promise.catch(() => undefined)
        return attempt(submission, work)
      }
      const promise = attempt(submission, work)
      running.set(name, { hash: submission.hash, endpoint: submission.endpoint, promise })
      try {
        return await promise
      } finally {
        running.delete(name)
      }
    },
    forgetOld: async () => {
      const gone = await tables(db)
        .deleteFrom('http.idempotency')
        .where('leased_at', '<', addMs(clock(), -KEEP_MS))
        .executeTakeFirst()
      return Number(gone.numDeletedRows)
    },
  }
}
