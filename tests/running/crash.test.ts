/** Ending the program or its database at once: what was acknowledged stays, exactly once, and nothing is half done. */
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decide, type ItemRunView, readItemRun } from '../../src/capabilities/approvals/contract.ts'
import { HttpRefused } from '../support/http-driver.ts'
import type { RunningServer } from '../support/running-server.ts'
import {
  APPROVER,
  checkpointSize,
  openStage,
  problemIn,
  proveFacts,
  REVIEWER,
  type Stage,
  startCast,
  until,
} from './support/stage.ts'

interface Sent {
  readonly run: ItemRunView
  readonly key: string
  readonly caseNumber: string
  /** The acknowledged decision; null when no answer came. */
  readonly acknowledged: ItemRunView | null
}

const readyRuns = async (stage: Stage, count: number) => {
  const ready = []
  for (let made = 0; made < count; made += 1) {
    const { registered, run } = await stage.ready()
    ready.push({ caseNumber: registered.caseNumber, run })
  }
  return ready
}
/** Decides all at once and lets something break as soon as `after` answers have come. */
const decideWhile = async (
  stage: Stage,
  ready: Awaited<ReturnType<typeof readyRuns>>,
  after: number,
  breakIt: () => Promise<void>,
): Promise<readonly Sent[]> => {
  let answered = 0
  let broken: Promise<void> | null = null
  const sent = await Promise.all(
    ready.map(async ({ run, caseNumber }): Promise<Sent> => {
      const key = randomUUID()
      try {
        const input = { params: { itemRunId: run.itemRunId }, body: { version: run.version } }
        const acknowledged = await stage.driver.callWithKey(APPROVER, decide, input, key)
        answered += 1
        if (answered === after) broken ??= breakIt()
        return { run, key, caseNumber, acknowledged }
      } catch (cause) {
        if (cause instanceof HttpRefused && cause.problem.status < 500) throw cause
        return { run, key, caseNumber, acknowledged: null }
      }
    }),
  )
  broken ??= breakIt()
  await broken
  return sent
}
const readRun = (stage: Stage, run: ItemRunView) =>
  stage.driver.call(REVIEWER, readItemRun, { params: { itemRunId: run.itemRunId } })
const retry = async (stage: Stage, { run, key }: Sent): Promise<ItemRunView | 409> => {
  try {
    const input = { params: { itemRunId: run.itemRunId }, body: { version: run.version } }
    return await stage.driver.callWithKey(APPROVER, decide, input, key)
  } catch (cause) {
    if (cause instanceof HttpRefused && cause.problem.status === 409) return 409
    throw cause
  }
}
const serialOf = (run: ItemRunView): number => Number(/〕(\d+)$/.exec(run.decision?.documentNumber ?? '')?.[1])

/** What must hold of every decision that was sent, after the break. */
const checkDecisions = async (stage: Stage, sent: readonly Sent[], firstSerial: number) => {
  for (const each of sent) {
    const now = await readRun(stage, each.run)
    if (each.acknowledged !== null) expect(now.decision).toEqual(each.acknowledged.decision)
    // Decided wholly or not at all.
    expect(now.decision === null ? now.state : 'decided').toBe(now.state)
    const answer = await retry(stage, each)
    const after = await readRun(stage, each.run)
    if (answer === 409) expect(after.decision).toEqual(now.decision)
    else expect(answer.decision?.documentNumber).toBe(after.decision?.documentNumber)
    if (now.decision !== null) expect(after.decision?.documentNumber).toBe(now.decision.documentNumber)
  }
  const finished = await Promise.all(
    sent.map(async (each) =>
      until(async () => {
        const now = await readRun(stage, each.run)
        if (now.decision !== null) return now
        // A key that was taken by the ended program is given free after its lease: another click uses a new key.
        await retry(stage, { ...each, key: randomUUID() })
        return undefined
      }, 'the item is decided'),
    ),
  )
  const serials = finished.map(serialOf).sort((a, b) => a - b)
  expect(serials).toEqual(serials.map((_, index) => firstSerial + index))
  for (const { decision } of finished) {
    const paper = await until(async () => {
      const found = await stage.raw(APPROVER, 'GET', `/api/certificates/${decision?.certificateId ?? ''}/document`)
      return found.status === 200 && found
    }, 'the certificate is made')
    expect(paper.text.startsWith('%PDF-')).toBe(true)
  }
  const places = new Set<number>()
  let facts = 0
  for (const { caseNumber } of sent)
    for (const place of await proveFacts(stage, caseNumber)) {
      facts += 1
      places.add(place)
    }
  expect(places.size).toBe(facts)
  return finished
}

describe('kill -9 of the program', () => {
  let server: RunningServer
  let stage: Stage
  beforeAll(async () => {
    server = await startCast()
    stage = await openStage(server.url)
  })
  afterAll(() => server.stop())

  test.each([1, 4])(
    'while decisions are made (after %i answers): every acknowledged one is there once, numbers have no gap, certificates and proofs follow',
    async (after) => {
      const earlier = await stage.ready()
      const before = await stage.driver.call(APPROVER, decide, {
        params: { itemRunId: earlier.run.itemRunId },
        body: { version: earlier.run.version },
      })
      const ready = await readyRuns(stage, 6)
      const sizeBefore = await checkpointSize(stage)
      const now = stage.driver.now()
      const sent = await decideWhile(stage, ready, after, () => server.kill())
      expect(sent.filter((each) => each.acknowledged !== null).length).toBeGreaterThanOrEqual(after)
      server = await startCast({ stateFolder: server.stateFolder, env: { MINGZHU_CLOCK_START: now } })
      stage = await openStage(server.url)
      await checkDecisions(stage, sent, serialOf(before) + 1)
      const size = await until(async () => {
        const found = await checkpointSize(stage)
        return found > sizeBefore && found
      }, 'the checkpoint grows')
      const consistency = await stage.raw(null, 'GET', `/api/journal/consistency?from=${sizeBefore}`)
      expect(consistency.status).toBe(200)
      expect(JSON.parse(consistency.text)).toMatchObject({ earlierSize: sizeBefore, size })
    },
  )
})

describe('kill -9 of the embedded database', () => {
  let server: RunningServer
  let stage: Stage
  beforeAll(async () => {
    server = await startCast()
    stage = await openStage(server.url)
  })
  afterAll(() => server.stop())

  const postmaster = (): number => {
    const data = fs.readdirSync(server.stateFolder).find((name) => /^pg\d+$/.test(name)) ?? ''
    return Number(fs.readFileSync(path.join(server.stateFolder, data, 'postmaster.pid'), 'utf8').split('\n')[0])
  }
  test('requests meanwhile are answered with a problem that says what to do; the program starts its database again and loses nothing', async () => {
    const earlier = await stage.ready()
    const before = await stage.driver.call(APPROVER, decide, {
      params: { itemRunId: earlier.run.itemRunId },
      body: { version: earlier.run.version },
    })
    const ready = await readyRuns(stage, 4)
    const first = postmaster()
    const sent = await decideWhile(stage, ready, 2, async () => {
      process.kill(first, 'SIGKILL')
    })
    const seen: number[] = []
    await until(async () => {
      const answer = await stage.raw(
        null,
        'GET',
        `/api/public/projects/${encodeURIComponent(earlier.registered.caseNumber)}/progress`,
      )
      seen.push(answer.status)
      if (answer.status === 200) return postmaster() !== first
      const problem = problemIn(answer)
      expect(problem.status).toBe(503)
      expect(problem.code).toBe('database.unavailable')
      expect(problem.detail).toMatch(/请在 \d+ 秒后重试/)
      expect(answer.headers.get('retry-after')).not.toBeNull()
      return undefined
    }, 'the database is back')
    await until(async () => (await stage.raw(null, 'GET', '/readyz')).status === 200, 'the program is ready again')
    await checkDecisions(stage, sent, serialOf(before) + 1)
    // And the work goes on: jobs, sealer and live updates came back too.
    const more = await stage.ready()
    await checkDecisions(
      stage,
      [{ ...more, key: randomUUID(), caseNumber: more.registered.caseNumber, acknowledged: null }],
      serialOf(before) + 5,
    )
  })

  test('when the program is killed together with its database, the next start has everything', async () => {
    const ready = await readyRuns(stage, 4)
    const now = stage.driver.now()
    const sent = await decideWhile(stage, ready, 2, async () => {
      process.kill(postmaster(), 'SIGKILL')
      await server.kill()
    })
    server = await startCast({ stateFolder: server.stateFolder, env: { MINGZHU_CLOCK_START: now } })
    stage = await openStage(server.url)
    const serials = (await Promise.all(sent.map((each) => readRun(stage, each.run)))).flatMap((run) =>
      run.decision === null ? [] : [serialOf(run)],
    )
    await checkDecisions(stage, sent, Math.min(...serials))
  })

  test('a database that cannot be started again ends the program with a message that says what to do; afterwards it starts as before', async () => {
    const [one] = await readyRuns(stage, 1)
    if (one === undefined) throw new Error('no item')
    const now = stage.driver.now()
    const data = fs.readdirSync(server.stateFolder).find((name) => /^pg\d+$/.test(name)) ?? ''
    const control = path.join(server.stateFolder, data, 'global', 'pg_control')
    fs.renameSync(control, `${control}.away`)
    process.kill(postmaster(), 'SIGKILL')
    expect(await server.exited).toBe(1)
    expect(server.output()).toContain(
      '内置数据库停止后无法重新启动,程序已退出。请检查磁盘空间和数据文件夹,然后重新启动',
    )
    fs.renameSync(`${control}.away`, control)
    server = await startCast({ stateFolder: server.stateFolder, env: { MINGZHU_CLOCK_START: now } })
    stage = await openStage(server.url)
    expect((await readRun(stage, one.run)).state).toBe('reviewed')
  })
})
