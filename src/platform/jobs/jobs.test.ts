import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import type { Actor, Role } from '../../kernel/actor.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { defineRefusal } from '../../kernel/refusal.ts'
import { createTransact } from '../database/transact.ts'
import { newId } from '../identity.ts'
import { type Call, jobHandler, type Log } from '../platform.ts'
import { createJobs, type Jobs, type JobsOptions } from './jobs.ts'
import { jobRoutes } from './routes.ts'

const person = (...roles: readonly Role[]): Actor => ({
  kind: 'person',
  personId: newId() as PersonId,
  name: '王五',
  roles: roles.map((role) => ({ role })),
})
const me = person()
const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const doubled = { name: 'test.doubled', input: z.object({ value: z.number() }) }
const flaky = { name: 'test.flaky', input: z.object({ succeedsAt: z.number() }), retryLimit: 2 }
const refusing = { name: 'test.refusing', input: z.object({}) }
const endless = { name: 'test.endless', input: z.object({}), retryLimit: 1 }
const no = defineRefusal('invalid', 'test.no', {
  zh: '模型为空，请重新上传。',
  en: 'The model is empty: upload it again.',
})

let test: TestPlatform
let jobs: Jobs
const opened: Jobs[] = []
let runs: string[] = []
/** Called when an endless job has begun. */
let begun: () => void = () => {}

const make = (options: Partial<JobsOptions> = {}): Jobs => {
  const made = createJobs({ db: test.platform.db, log: quiet, reportMs: 0, heartbeatMs: 20, pollMs: 10, ...options })
  opened.push(made)
  made.register([
    jobHandler(doubled, async (_platform, input, progress) => {
      runs.push(`doubled ${input.value}`)
      await progress.report(1, 2)
      return { doubled: input.value * 2 }
    }),
    jobHandler(flaky, async (_platform, input) => {
      const attempt = runs.push('flaky')
      if (attempt < input.succeedsAt) throw new Error('the other side is down, password=secret')
      return attempt
    }),
    jobHandler(refusing, async () => {
      runs.push('refusing')
      throw no()
    }),
    jobHandler(endless, async (_platform, _input, progress) => {
      runs.push('endless')
      await new Promise((_resolve, reject) => {
        progress.signal.addEventListener('abort', () => reject(progress.signal.reason))
        begun()
      })
      return undefined
    }),
  ])
  return made
}
const enqueue = <I>(job: Parameters<Jobs['enqueue']>[1] & { input: z.ZodType<I> }, input: I, by: Actor = me) =>
  test.platform.db.transaction().execute((trx) => jobs.enqueue(trx, job, input, by))
/** Lets what waits for its next try be ready now. */
const skipPause = () =>
  sql`update jobs.job set start_after = now() - interval '1 second' where state = 'retry'`.execute(test.platform.db)

beforeAll(async () => {
  test = await testPlatform()
  await make().prepare()
})
beforeEach(async () => {
  runs = []
  begun = () => {}
  jobs = make()
  await jobs.prepare()
})
afterEach(async () => {
  for (const made of opened.splice(0)) await made.stop(0)
  await sql`delete from jobs.job`.execute(test.platform.db)
})
afterAll(() => test.close())

describe('a job', () => {
  it('runs only if the transaction that enqueued it commits', async () => {
    let rolledBack = ''
    await expect(
      test.platform.db.transaction().execute(async (trx) => {
        rolledBack = await jobs.enqueue(trx, doubled, { value: 1 })
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    const committed = await enqueue(doubled, { value: 21 })
    expect(await jobs.progress(committed)).toMatchObject({ state: 'queued', done: 0 })
    expect(await jobs.runReady(test.platform)).toBe(1)
    expect(runs).toEqual(['doubled 21'])
    expect(await jobs.progress(committed)).toMatchObject({ state: 'done', done: 2, total: 2, result: { doubled: 42 } })
    expect(await jobs.progress(rolledBack)).toBeNull()
  })

  it('enqueued by a unit of work belongs to its actor', async () => {
    const { db, clock, log } = test.platform
    const transact = createTransact({ db, clock, log, enqueue: jobs.enqueue })
    const id = await transact(me, (unit) => unit.enqueue(doubled, { value: 1 }))
    expect((await jobs.progress(id))?.enqueuedBy).toBe(`person:${me.kind === 'person' ? me.personId : ''}`)
    await expect(transact(me, (unit) => unit.enqueue(doubled, { value: 'x' as never }))).rejects.toThrow(
      'expected number',
    )
  })

  it('whose kind nobody registered cannot be enqueued: nothing is lost in silence', async () => {
    await expect(enqueue({ name: 'test.unknown', input: z.object({}) }, {})).rejects.toThrow(
      'test.unknown has no queue',
    )
  })

  it('that fails is tried again, and the sentence for people keeps the reason to ourselves', async () => {
    const id = await enqueue(flaky, { succeedsAt: 3 })
    await jobs.runReady(test.platform)
    const waiting = await jobs.progress(id)
    expect(waiting).toMatchObject({ state: 'queued', error: expect.stringContaining('自动重试') })
    expect(waiting?.error).not.toContain('secret')
    await skipPause()
    await jobs.runReady(test.platform)
    await skipPause()
    await jobs.runReady(test.platform)
    expect(runs).toHaveLength(3)
    expect(await jobs.progress(id)).toMatchObject({ state: 'done', result: 3, error: null })
    expect(await jobs.deadLetters()).toEqual([])
  })

  it('that fails at every try becomes a dead letter with its reason, and can be revived', async () => {
    const id = await enqueue(flaky, { succeedsAt: 4 })
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await jobs.runReady(test.platform)
      await skipPause()
    }
    expect(await jobs.runReady(test.platform)).toBe(0)
    expect(runs).toHaveLength(3)
    expect(await jobs.progress(id)).toMatchObject({ state: 'failed' })
    const [letter, ...others] = await jobs.deadLetters()
    expect(others).toEqual([])
    expect(letter).toMatchObject({ job: 'test.flaky', data: { input: { succeedsAt: 4 } } })
    expect(JSON.stringify(letter?.output)).toContain('the other side is down')
    const again = await jobs.revive(letter?.deadId ?? '')
    expect(await jobs.revive(letter?.deadId ?? '')).toBeNull()
    await jobs.runReady(test.platform)
    expect(await jobs.progress(again ?? '')).toMatchObject({ state: 'done', result: 4 })
  })

  it('that is refused is not tried again and shows the sentence', async () => {
    const id = await enqueue(refusing, {})
    await jobs.runReady(test.platform)
    await skipPause()
    expect(await jobs.runReady(test.platform)).toBe(0)
    expect(runs).toEqual(['refusing'])
    expect(await jobs.progress(id)).toMatchObject({ state: 'failed', error: '模型为空，请重新上传。' })
  })

  it('cancelled while it waits never runs; cancelled while it runs is aborted', async () => {
    const waiting = await enqueue(doubled, { value: 1 })
    expect(await jobs.cancel(waiting)).toBe(true)
    expect(await jobs.cancel(waiting)).toBe(false)
    expect(await jobs.runReady(test.platform)).toBe(0)
    const running = await enqueue(endless, {})
    begun = () => void jobs.cancel(running)
    await jobs.runReady(test.platform)
    expect(runs).toEqual(['endless'])
    for (const id of [waiting, running]) expect(await jobs.progress(id)).toMatchObject({ state: 'cancelled' })
    expect(await jobs.runReady(test.platform)).toBe(0)
  })

  it('is cancelled from another process too', async () => {
    const other = make()
    const id = await enqueue(endless, {})
    begun = () => void other.cancel(id)
    await jobs.runReady(test.platform)
    expect(await jobs.progress(id)).toMatchObject({ state: 'cancelled', cancelRequested: true })
  })

  it('of a worker that died goes to another one, and the dead one cannot spoil its result', async () => {
    const id = await enqueue(doubled, { value: 5 })
    // A worker took the job and was killed.
    await sql`update jobs.job set state = 'active', started_on = now() where id = ${id}`.execute(test.platform.db)
    await sql`update jobs.progress set state = 'running', attempt = 1, heartbeat_at = now() - interval '40 seconds'
      where job_id = ${id}`.execute(test.platform.db)
    expect(await jobs.recover()).toBe(1)
    expect(await jobs.recover()).toBe(0)
    await skipPause()
    await jobs.runReady(test.platform)
    expect(await jobs.progress(id)).toMatchObject({ state: 'done', result: { doubled: 10 } })
  })

  it('that another worker was given is let go by the first', async () => {
    const id = await enqueue(endless, {})
    begun = () => {
      void sql`update jobs.progress set attempt = attempt + 1 where job_id = ${id}`.execute(test.platform.db)
    }
    await jobs.runReady(test.platform)
    expect(runs).toEqual(['endless'])
    expect(await jobs.progress(id)).toMatchObject({ state: 'running' })
  })
})

describe('a working process', () => {
  it('takes jobs as they come, each once among several processes', async () => {
    const others = [jobs, make(), make()]
    for (const one of others) await one.start(test.platform)
    const ids = await Promise.all(Array.from({ length: 30 }, (_, value) => enqueue(doubled, { value })))
    const ended = async () => {
      const rows = await Promise.all(ids.map((id) => jobs.progress(id)))
      return rows.filter((row) => row?.state === 'done').length
    }
    await expect.poll(ended, { timeout: 15_000 }).toBe(30)
    expect(new Set(runs).size).toBe(30)
    expect(runs).toHaveLength(30)
  })

  it('that stops gives its running job back, and the next process takes it', async () => {
    const started = new Promise<void>((resolve) => {
      begun = resolve
    })
    await jobs.start(test.platform)
    const id = await enqueue(endless, {})
    await started
    await jobs.stop(0)
    expect(await jobs.progress(id)).toMatchObject({ state: 'queued' })
    await skipPause()
    const next = make()
    begun = () => void next.cancel(id)
    await next.runReady(test.platform)
    expect(runs).toEqual(['endless', 'endless'])
  })

  it('leaves a place for other kinds when one kind floods the queue', async () => {
    const both = make({ concurrency: 2 })
    const flood = [await enqueue(endless, {}), await enqueue(endless, {})]
    const light = await enqueue(doubled, { value: 1 })
    const working = both.runReady(test.platform)
    await expect.poll(async () => (await jobs.progress(light))?.state).toBe('done')
    expect(runs.filter((run) => run === 'endless')).toHaveLength(1)
    begun = () => void Promise.all(flood.map((id) => both.cancel(id)))
    await Promise.all(flood.map((id) => both.cancel(id)))
    await working
  })
})

describe('what people see of jobs', () => {
  const call = (actor: Actor): Call => ({ actor, traceId: 't', language: 'zh', ipAddress: '127.0.0.1' })
  it('only who enqueued a job, or an administrator, sees and cancels it', async () => {
    const [progress, cancel] = jobRoutes(jobs)
    const jobId = await enqueue(doubled, { value: 1 })
    const input = { params: { jobId }, query: undefined, body: undefined }
    for (const route of [progress, cancel])
      await expect(route?.handle(call(person('lead')), input)).rejects.toMatchObject({
        refusal: { code: 'jobs.missing' },
      })
    expect(await progress?.handle(call(person('administrator')), input)).toMatchObject({ jobId, state: 'queued' })
    expect(await cancel?.handle(call(me), input)).toMatchObject({ state: 'cancelled' })
    await expect(cancel?.handle(call(me), input)).rejects.toMatchObject({ refusal: { code: 'jobs.ended' } })
    expect(await progress?.handle(call(me), input)).not.toHaveProperty('enqueuedBy')
  })
})
