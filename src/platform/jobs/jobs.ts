/**
 * Jobs: heavy or outside work after the commit. A job is put into the queue in the caller's transaction, run by any process
 * that works, tried again with growing pauses, and laid aside as a dead letter after its last try. People see how far it is
 * and may cancel it.
 */
import type PgBoss from 'pg-boss'
import { z } from 'zod'
import { type Actor, system } from '../../kernel/actor.ts'
import { isRefused } from '../../kernel/refusal.ts'
import { newId } from '../identity.ts'
import type { Database, DatabaseTransaction, JobHandler, JobKind, JsonValue, Log, Platform } from '../platform.ts'
import { adapter, createQueue, deadQueueOf } from './queue.ts'
import * as store from './store.ts'

export interface JobsOptions {
  readonly db: Database
  readonly log: Log
  /** Jobs that this process runs at once; one kind never takes all places when there are several. Default 3. */
  readonly concurrency?: number
  /** How often this process looks for work, in ms. Default 500. */
  readonly pollMs?: number
  /** How often a running job says that it lives, in ms. Default 2000. */
  readonly heartbeatMs?: number
  /** Silence after which a worker counts as lost and its job is tried again, in ms. Default 30 000. */
  readonly lostAfterMs?: number
  /** Shortest time between two written progress reports of one job, in ms. Default 500. */
  readonly reportMs?: number
}
export interface Jobs {
  readonly register: (handlers: readonly JobHandler[]) => void
  /** Makes the queue's tables and a queue for each registered kind. Safe to repeat; needs the right to make tables. */
  readonly prepare: () => Promise<void>
  /** Prepares, and begins to take jobs. */
  readonly start: (platform: Platform) => Promise<void>
  /** Stops taking jobs, waits for running ones up to `graceMs` (default 10 s), then aborts them; they are tried again. */
  readonly stop: (graceMs?: number) => Promise<void>
  /** Puts a job into the queue in a transaction; gives its id. Throws if its kind was not registered and prepared. */
  readonly enqueue: <I>(db: DatabaseTransaction, job: JobKind<I>, input: I, by?: Actor) => Promise<string>
  readonly progress: (jobId: string) => Promise<store.ProgressRow | null>
  /** Cancels a waiting job at once, asks a running one to stop. False if there was nothing left to cancel. */
  readonly cancel: (jobId: string) => Promise<boolean>
  /** Runs what is ready now, without `start`, until nothing is left; gives how many runs ended. */
  readonly runReady: (platform: Platform) => Promise<number>
  /** Gives jobs of workers that died back to the queue, and forgets old progress. Done by itself after `start`. */
  readonly recover: () => Promise<number>
  readonly deadLetters: (limit?: number) => Promise<readonly store.DeadLetter[]>
  /** Puts a dead letter into its queue again; gives the new job id, or null if it is gone. */
  readonly revive: (deadId: string) => Promise<string | null>
}

const DEFAULT_RETRIES = 5
const RETRY_DELAY_SECONDS = 5
/** Longest run; pg-boss allows less than a day. Lost workers are found by their heartbeat long before. */
const EXPIRE_HOURS = 23
const KEEP_PROGRESS_DAYS = 30
/** How long a handler may take to notice that it was aborted, in ms. */
const ABORT_MS = 5000
const envelope = z.object({ input: z.unknown() })

/** 'person:<id>', 'system:<name>' or 'anonymous'. */
export const actorText = (actor: Actor): string =>
  actor.kind === 'person' ? `person:${actor.personId}` : actor.kind === 'system' ? `system:${actor.name}` : 'anonymous'

class Cancelled extends Error {
  override readonly name = 'Cancelled'
}
class Lost extends Error {
  override readonly name = 'Lost'
}

export const createJobs = (options: JobsOptions): Jobs => {
  const { db, log } = options
  const concurrency = options.concurrency ?? 3
  const perKind = Math.max(1, concurrency - 1)
  const pollMs = options.pollMs ?? 500
  const lostAfterMs = options.lostAfterMs ?? 30_000
  const boss = createQueue(db, log)
  const handlers = new Map<string, JobHandler>()
  const running = new Map<string, { readonly job: string; readonly abort: AbortController; ended: Promise<void> }>()
  let preparing: Promise<void> | undefined
  let working: Promise<void> | undefined
  let stopping = false
  let wake: () => void = () => {}

  const register: Jobs['register'] = (more) => {
    for (const handler of more) {
      if (handlers.has(handler.job.name)) throw new Error(`two handlers for job ${handler.job.name}`)
      handlers.set(handler.job.name, handler)
    }
    preparing = undefined
  }
  const prepare: Jobs['prepare'] = () => {
    preparing ??= (async () => {
      await boss.start()
      for (const { job } of handlers.values()) {
        const dead = deadQueueOf(job.name)
        await boss.createQueue(dead, { name: dead, retryLimit: 0, retentionDays: 180 })
        const queue: PgBoss.Queue = {
          name: job.name,
          deadLetter: dead,
          retryLimit: job.retryLimit ?? DEFAULT_RETRIES,
          retryDelay: RETRY_DELAY_SECONDS,
          retryBackoff: true,
          expireInHours: EXPIRE_HOURS,
        }
        await boss.createQueue(job.name, { ...queue })
        await boss.updateQueue(job.name, { ...queue })
      }
    })().catch((error: unknown) => {
      preparing = undefined
      throw error
    })
    return preparing
  }

  const send = async (trx: DatabaseTransaction, name: string, input: unknown, by: string): Promise<string> => {
    const id = newId()
    const sent = await boss.send(name, { input }, { id, db: adapter(trx) })
    if (sent === null) throw new Error(`job ${name} has no queue: register its handler and prepare the jobs first`)
    await store.insertProgress(trx, id, name, by)
    return id
  }

  /** Gives a failed run back to the queue: to be tried again, or dead. */
  const fail = (name: string, run: store.Run, reason: string, error: string): Promise<void> =>
    db.transaction().execute(async (trx) => {
      await boss.fail(name, run.jobId, { message: reason }, { db: adapter(trx) })
      const again = (await store.queueState(trx, name, run.jobId)) === 'retry'
      await store.endRun(trx, run, again ? { state: 'queued', error } : { state: 'failed', error })
      if (!again)
        log.error({ jobId: run.jobId, job: name, reason }, 'a job failed for the last time: see the dead letters')
    })

  const runOne = async (platform: Platform, handler: JobHandler, jobId: string, data: unknown): Promise<void> => {
    const { name } = handler.job
    const run = await store.beginRun(db, jobId)
    if (run === null) {
      await boss.cancel(name, jobId)
      return
    }
    const abort = running.get(jobId)?.abort ?? new AbortController()
    const beat = setInterval(() => {
      store.heartbeat(db, run).then(
        (answer) => {
          if (answer === null) abort.abort(new Lost('another worker has this job'))
          else if (answer.cancel) abort.abort(new Cancelled('cancelled'))
        },
        (error: unknown) => log.warn({ jobId, error: String(error) }, 'heartbeat of a job failed'),
      )
    }, options.heartbeatMs ?? 2000)
    beat.unref()
    let reported = Number.NEGATIVE_INFINITY
    const report = async (done: number, total: number): Promise<void> => {
      abort.signal.throwIfAborted()
      const now = performance.now()
      if (done < total && now - reported < (options.reportMs ?? 500)) return
      reported = now
      await store.reportRun(db, run, done, total)
    }
    try {
      const input = handler.job.input.parse(envelope.parse(data).input)
      const result = (await handler.handle(platform, input, { report, signal: abort.signal })) ?? null
      abort.signal.throwIfAborted()
      await complete(name, run, { state: 'done', result })
    } catch (error) {
      await settle(name, run, error, abort.signal)
    } finally {
      clearInterval(beat)
    }
  }
  const complete = (
    name: string,
    run: store.Run,
    end: { state: 'done' | 'failed'; result?: JsonValue; error?: string },
  ): Promise<void> =>
    db.transaction().execute(async (trx) => {
      if (!(await store.endRun(trx, run, end))) return
      await boss.complete(name, run.jobId, {}, { db: adapter(trx) })
    })
  /** Decides what becomes of a run that threw. */
  const settle = async (name: string, run: store.Run, error: unknown, signal: AbortSignal): Promise<void> => {
    const why: unknown = signal.aborted ? signal.reason : error
    if (why instanceof Lost) return log.warn({ jobId: run.jobId, job: name }, 'this worker had lost its job')
    if (why instanceof Cancelled)
      return db.transaction().execute(async (trx) => {
        if (await store.endRun(trx, run, { state: 'cancelled' }))
          await boss.cancel(name, run.jobId, { db: adapter(trx) })
      })
    // An expected no stays a no: trying again would not change it.
    if (isRefused(error)) return complete(name, run, { state: 'failed', error: error.refusal.sentence.zh })
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    log.warn({ jobId: run.jobId, job: name, attempt: run.attempt, reason }, 'a job failed')
    await fail(name, run, reason, `处理时出现意外错误，系统会自动重试；仍不成功时请把编号 ${run.jobId} 告知管理员。`)
  }

  const launch = (platform: Platform, handler: JobHandler, jobId: string, data: unknown): void => {
    const entry = { job: handler.job.name, abort: new AbortController(), ended: Promise.resolve() }
    running.set(jobId, entry)
    entry.ended = runOne(platform, handler, jobId, data)
      .catch((error: unknown) =>
        log.error({ jobId, job: entry.job, error: String(error) }, 'a job could not be settled'),
      )
      .finally(() => {
        running.delete(jobId)
        wake()
      })
  }
  /** Takes ready jobs while there are places; gives how many it began. */
  const takeReady = async (platform: Platform): Promise<number> => {
    let begun = 0
    const countOf = (name: string): number => [...running.values()].filter((entry) => entry.job === name).length
    const open = (): readonly string[] => [...handlers.keys()].filter((name) => countOf(name) < perKind)
    if (running.size >= concurrency) return 0
    for (const name of await store.readyQueues(db, open())) {
      const handler = handlers.get(name)
      while (handler !== undefined && !stopping && running.size < concurrency && countOf(name) < perKind) {
        const [job] = await boss.fetch<object>(name)
        if (job === undefined) break
        launch(platform, handler, job.id, job.data)
        begun += 1
      }
    }
    return begun
  }
  const recover: Jobs['recover'] = async () => {
    const lost = await db.transaction().execute(async (trx) => {
      const runs = await store.lostRuns(trx, lostAfterMs)
      for (const { job, ...run } of runs) {
        await boss.fail(job, run.jobId, { message: 'the worker was lost' }, { db: adapter(trx) })
        const again = (await store.queueState(trx, job, run.jobId)) === 'retry'
        await store.endRun(trx, run, {
          state: again ? 'queued' : 'failed',
          error: '执行任务的服务中断，系统会自动重试；仍不成功时请联系管理员。',
        })
        log.warn({ jobId: run.jobId, job, again }, 'the worker of a job was lost')
      }
      return runs.length
    })
    await store.deleteOldProgress(db, KEEP_PROGRESS_DAYS)
    return lost
  }

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const work = async (platform: Platform): Promise<void> => {
    let recoverAt = 0
    while (!stopping)
      try {
        if (performance.now() >= recoverAt) {
          await recover()
          recoverAt = performance.now() + lostAfterMs / 2
        }
        await takeReady(platform)
        if (!stopping) await sleep(pollMs)
      } catch (error) {
        log.warn({ error: String(error) }, 'the job queue cannot be reached; it is tried again')
        if (!stopping) await sleep(5000)
      }
  }

  /** Waits until running jobs have ended, at most for a time. */
  const endedWithin = async (ms: number): Promise<void> => {
    if (running.size === 0) return
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    })
    await Promise.race([Promise.all([...running.values()].map((entry) => entry.ended)), patience])
    clearTimeout(timer)
  }

  return {
    register,
    prepare,
    start: async (platform) => {
      await prepare()
      stopping = false
      working ??= work(platform)
    },
    stop: async (graceMs = 10_000) => {
      stopping = true
      wake()
      await working
      working = undefined
      await endedWithin(graceMs)
      for (const { abort } of running.values()) abort.abort(new Error('the server is stopping'))
      // A handler that does not listen to its signal is left behind; its job is recovered by its silence.
      await endedWithin(ABORT_MS)
      await boss.stop({ graceful: false })
      preparing = undefined
    },
    enqueue: (trx, job, input, by = system('platform')) => send(trx, job.name, input, actorText(by)),
    progress: (jobId) => store.progressRow(db, jobId),
    cancel: async (jobId) => {
      const state = await db.transaction().execute(async (trx) => {
        const row = await store.progressRow(trx, jobId)
        const after = row === null ? null : await store.requestCancel(trx, jobId)
        if (after === 'cancelled' && row !== null) await boss.cancel(row.job, jobId, { db: adapter(trx) })
        return after
      })
      if (state === 'running') running.get(jobId)?.abort.abort(new Cancelled('cancelled'))
      return state !== null
    },
    runReady: async (platform) => {
      await prepare()
      let total = 0
      for (;;) {
        const begun = await takeReady(platform)
        if (begun === 0 && running.size === 0) return total
        total += begun
        if (running.size > 0) await Promise.race([...running.values()].map((entry) => entry.ended))
      }
    },
    recover,
    deadLetters: (limit = 100) => store.deadLetters(db, [...handlers.keys()].map(deadQueueOf), limit),
    revive: (deadId) =>
      db.transaction().execute(async (trx) => {
        const letters = await store.deadLetters(trx, [...handlers.keys()].map(deadQueueOf), 10_000)
        const letter = letters.find((one) => one.deadId === deadId)
        if (letter === undefined) return null
        await boss.deleteJob(deadQueueOf(letter.job), deadId, { db: adapter(trx) })
        return send(trx, letter.job, envelope.parse(letter.data).input, actorText(system('dead-letters')))
      }),
  }
}
