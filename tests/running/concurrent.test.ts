/** The same thing done twice or by two people at once happens once. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type ApplicationFile,
  askOpinions,
  decide,
  draftDecision,
  giveOpinion,
  readApplication,
  readItemRun,
  submitApplication,
} from '../../src/capabilities/approvals/contract.ts'
import { HttpRefused } from '../support/http-driver.ts'
import type { RunningServer } from '../support/running-server.ts'
import { APPROVER, openStage, progressOf, REVIEWER, type Stage, startCast, until } from './support/stage.ts'

let server: RunningServer
let stage: Stage
beforeAll(async () => {
  server = await startCast()
  stage = await openStage(server.url)
})
afterAll(() => server.stop())

const settled = async <T>(works: readonly Promise<T>[]) => {
  const results = await Promise.allSettled(works)
  const done = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const refused = results.flatMap((each) => {
    if (each.status === 'fulfilled') return []
    if (each.reason instanceof HttpRefused) return [each.reason.problem]
    throw each.reason
  })
  return { done, refused }
}
const submitTwenty = async (file: ApplicationFile, by: string, keyOf: () => string) => {
  const { applicationId, version } = file.application
  return settled(
    Array.from({ length: 20 }, () =>
      stage.driver.callWithKey(
        by,
        submitApplication,
        { params: { applicationId }, body: { version, declared: true } },
        keyOf(),
      ),
    ),
  )
}
const chinese = /[\u4e00-\u9fff]{4,}/

test('20 identical submissions at once with one key make one submission and one receipt, all answered the same', async () => {
  const { registered, file } = await stage.drafted()
  const key = randomUUID()
  const { done, refused } = await submitTwenty(file, registered.project.by, () => key)
  expect(refused).toEqual([])
  expect(new Set(done.map((reply) => reply.submission.receiptNumber)).size).toBe(1)
  const now = await stage.driver.call('window', readApplication, {
    params: { applicationId: file.application.applicationId },
  })
  expect(now.submissions).toHaveLength(1)
})

test('20 identical submissions at once with different keys make one submission and one receipt, given to every click', async () => {
  const { registered, file } = await stage.drafted()
  const { done, refused } = await submitTwenty(file, registered.project.by, randomUUID)
  expect(done.length + refused.length).toBe(20)
  expect(new Set(done.map((reply) => reply.submission.receiptNumber)).size).toBe(1)
  expect(refused.filter((problem) => problem.status !== 409 || !chinese.test(problem.detail))).toEqual([])
  const now = await stage.driver.call('window', readApplication, {
    params: { applicationId: file.application.applicationId },
  })
  expect(now.submissions).toHaveLength(1)
  expect(now.timeline.filter((row) => row.kind.endsWith('submitted'))).toHaveLength(1)
})

test('applications submitted at once get receipts with numbers of their own', async () => {
  const files = []
  for (let count = 0; count < 6; count += 1) files.push(await stage.drafted())
  const replies = await Promise.all(
    files.map(({ registered, file }) =>
      stage.driver.call(registered.project.by, submitApplication, {
        params: { applicationId: file.application.applicationId },
        body: { version: file.application.version, declared: true },
      }),
    ),
  )
  const serials = replies.map((reply) => /^SJ\d{8}-(\d{6})-/.exec(reply.submission.receiptNumber)?.[1] ?? '')
  expect(new Set(serials).size).toBe(6)
  expect(new Set(replies.map((reply) => reply.file.application.caseNumber)).size).toBe(6)
})

test('of two officers who give an opinion at once one wins; the other reads in Chinese who did it', async () => {
  const { file } = await stage.accepted()
  const [run] = file.itemRuns
  if (run === undefined) throw new Error('no item')
  const asked = await stage.driver.call(REVIEWER, askOpinions, {
    params: { itemRunId: run.itemRunId },
    body: { departments: ['water'], question: '请提出意见。', days: 3 },
  })
  const [task] = asked.opinionTasks
  if (task === undefined) throw new Error('no opinion task')
  const give = (login: string, code: 'agree' | 'disagree') =>
    stage.driver.call(login, giveOpinion, {
      params: { opinionTaskId: task.opinionTaskId },
      body: { version: task.version, code, text: '意见。', conditions: [] },
    })
  const { done, refused } = await settled([give('shuili', 'agree'), give('shuili-lead', 'disagree')])
  expect(done).toHaveLength(1)
  expect(refused).toHaveLength(1)
  expect(refused[0]?.status).toBe(409)
  expect(refused[0]?.detail).toMatch(/江涛|沈洁/)
  const after = await stage.driver.call(REVIEWER, readItemRun, { params: { itemRunId: run.itemRunId } })
  expect(after.opinionTasks).toHaveLength(1)
  expect(after.opinionTasks[0]?.code).toBe(done[0]?.code)
  const { timeline } = await stage.driver.call('window', readApplication, {
    params: { applicationId: file.application.applicationId },
  })
  expect(timeline.filter((row) => row.kind.includes('opinion') && row.kind.includes('given'))).toHaveLength(1)
})

test('of two officers who draft at once one wins; the other reads in Chinese what happened', async () => {
  const { file } = await stage.accepted()
  const [run] = file.itemRuns
  if (run === undefined) throw new Error('no item')
  const now = await stage.driver.call(REVIEWER, readItemRun, { params: { itemRunId: run.itemRunId } })
  const draftAs = (login: string) =>
    stage.driver.call(login, draftDecision, {
      params: { itemRunId: run.itemRunId },
      body: { version: now.version, outcome: 'approved', text: `${login}拟定`, conditions: [] },
    })
  const { done, refused } = await settled([draftAs(REVIEWER), draftAs(`${REVIEWER}-lead`)])
  expect(done).toHaveLength(1)
  expect(refused.map((problem) => problem.status)).toEqual([409])
  expect(refused[0]?.detail).toMatch(chinese)
  const after = await stage.driver.call(REVIEWER, readItemRun, { params: { itemRunId: run.itemRunId } })
  expect(after.draft?.text).toBe(done[0]?.draft?.text)
})

test('ten decisions on one item at once make one decision, one document number and one public fact', async () => {
  const { registered, run } = await stage.ready()
  const { done, refused } = await settled(
    Array.from({ length: 10 }, () =>
      stage.driver.call(APPROVER, decide, { params: { itemRunId: run.itemRunId }, body: { version: run.version } }),
    ),
  )
  expect(done).toHaveLength(1)
  expect(refused.map((problem) => problem.status)).toEqual(Array.from({ length: 9 }, () => 409))
  expect(refused.every((problem) => chinese.test(problem.detail))).toBe(true)
  const progress = await until(async () => {
    const found = await progressOf(stage, registered.caseNumber)
    return found.facts.some((fact) => fact.sentence.includes(done[0]?.decision?.documentNumber ?? '—')) && found
  }, 'the decision is public')
  const told = progress.facts.filter((fact) => fact.sentence.includes(done[0]?.decision?.documentNumber ?? '—'))
  expect(told).toHaveLength(1)
})
