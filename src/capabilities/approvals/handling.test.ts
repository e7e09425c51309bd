import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { files as calendars } from '../../../tests/support/clocks.ts'
import { guideAnswers, openWindow, type Window } from '../../../tests/support/window.ts'
import { addDays, addMs, DAY_MS, localDateOf, startOfDay } from '../../kernel/time.ts'
import { lawOf } from './actions/catalogue-law.ts'
import type { Context } from './actions/context.ts'
import { decideItemRun } from './actions/decisions.ts'
import { makeLiveShelf } from './actions/shelf.ts'
import {
  askOpinions,
  decide,
  decidePause,
  draftDecision,
  extendItemRun,
  giveOpinion,
  type ItemRunView,
  openOpinionTask,
  proposePause,
  readClockBoard,
  readPublicProgress,
  readQueue,
  resumeItemRun,
  reviewDraft,
} from './contract.ts'
import { buildShelf } from './model/calendar-data.ts'

let window: Window
const contextOf = (open: Window): Context => ({
  platform: open.platform,
  people: open.people.reader,
  projects: open.projects.reader,
  projectWriter: open.projects.writer,
  law: lawOf(open.catalogue.reader, open.rules),
  lawOfTrial: async (db, ids) => lawOf(await open.catalogue.reader.trial(db, ids), open.rules),
  calendars: open.calendars,
  shelf: makeLiveShelf(open.calendars),
  rules: open.rules,
  precheck: { rules: [], files: [] },
  clockRules: open.clockRules,
  undertakings: open.undertakings,
  after: open.after,
  conditions: { rules: [], providers: new Map() },
})
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

const onlyRun = async (itemIds: readonly string[] = ['I-106']): Promise<ItemRunView> => {
  const [run] = (await window.accepted({ itemIds })).itemRuns
  if (run === undefined) throw new Error('no item run')
  return run
}
const paramsOf = (run: ItemRunView) => ({ itemRunId: run.itemRunId })
const ask = async (run: ItemRunView, departments: string[], days = 3): Promise<ItemRunView> =>
  window.as((await window.officers(run.department)).reviewer).call(askOpinions, {
    params: paramsOf(run),
    body: { departments, question: '请就方案提出意见。', days },
  })
const taskOf = (run: ItemRunView, department: string) => {
  const task = run.opinionTasks.findLast((each) => each.department === department)
  if (task === undefined) throw new Error('no task')
  return task
}
const answer = async (
  run: ItemRunView,
  department: string,
  code: 'agree' | 'disagree' | 'need-information',
  text = '',
) => {
  const task = taskOf(await window.itemRun(run.itemRunId), department)
  return window.as((await window.officers(department)).reviewer).call(giveOpinion, {
    params: { opinionTaskId: task.opinionTaskId },
    body: { version: task.version, code, text },
  } as never)
}
const draft = async (run: ItemRunView) => {
  const team = await window.officers(run.department)
  return window.as(team.reviewer).call(draftDecision, {
    params: paramsOf(run),
    body: {
      version: (await window.itemRun(run.itemRunId)).version,
      outcome: 'approved',
      text: '同意。',
      conditions: [],
    },
  })
}
const kindsOf = async (run: ItemRunView) => (await window.file(run.applicationId)).timeline.map((row) => row.kind)

describe('opinions', () => {
  it('hold the draft until the last is in, which opens it without a click', async () => {
    const run = await ask(await onlyRun(), ['housing', 'ecology'])
    const early = await window.refusalOf(draft(run))
    expect(early.code).toBe('approvals.opinions-out')
    await answer(run, 'housing', 'disagree', '间距不足。')
    expect(await kindsOf(run)).not.toContain('approvals.ready-to-draft')
    await answer(run, 'ecology', 'disagree', '与环评不一致。')
    expect((await kindsOf(run)).filter((kind) => kind === 'approvals.ready-to-draft')).toHaveLength(1)
    expect((await draft(run)).state).toBe('drafted')
  })
  it('that need information hold the draft until the department was asked again', async () => {
    const run = await ask(await onlyRun(), ['housing'])
    await answer(run, 'housing', 'need-information', '请补充日照分析。')
    expect((await window.refusalOf(draft(run))).code).toBe('approvals.information-out')
    const again = await ask(run, ['housing'])
    expect(again.opinionTasks).toHaveLength(2)
    await answer(run, 'housing', 'agree')
    expect((await draft(run)).state).toBe('drafted')
  })
  it('are given once: of two reviewers at once the second is told who was faster', async () => {
    const run = await ask(await onlyRun(), ['housing'])
    const task = taskOf(run, 'housing')
    const team = await window.officers('housing')
    const give = (by: typeof team.reviewer) =>
      window.as(by).call(giveOpinion, {
        params: { opinionTaskId: task.opinionTaskId },
        body: { version: task.version, code: 'agree', text: '', conditions: [] },
      })
    const results = await Promise.allSettled([give(team.reviewer), give(team.lead)])
    const [failed] = results.filter((result) => result.status === 'rejected')
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect(failed?.reason.refusal).toMatchObject({ kind: 'conflict', code: 'approvals.opinion-already-given' })
    expect(failed?.reason.refusal.sentence.zh).toMatch(/housing(审查|经办)已于/)
  })
  it('notice that somebody opened the task meanwhile', async () => {
    const run = await ask(await onlyRun(), ['housing'])
    const task = taskOf(run, 'housing')
    const team = await window.officers('housing')
    const params = { opinionTaskId: task.opinionTaskId }
    await window.as(team.lead).call(openOpinionTask, { params, body: { version: task.version } })
    const refusal = await window.refusalOf(
      window.as(team.reviewer).call(giveOpinion, { params, body: { version: task.version, code: 'agree' } } as never),
    )
    expect(refusal.code).toBe('approvals.stale-version')
    expect(refusal.sentence.zh).toContain('housing经办')
  })
  it('need a condition, a reason, and a department that was asked', async () => {
    const run = await ask(await onlyRun(), ['housing'])
    const task = taskOf(run, 'housing')
    const team = await window.officers('housing')
    const give = (code: string, more: object = {}, by = team.reviewer) =>
      window.refusalOf(
        window.as(by).call(giveOpinion, {
          params: { opinionTaskId: task.opinionTaskId },
          body: { version: task.version, code, ...more },
        } as never),
      )
    expect((await give('agree-with-conditions')).fields[0]?.path).toBe('conditions')
    expect((await give('disagree')).fields[0]?.path).toBe('text')
    expect((await give('agree', { conditions: ['条件'] })).code).toBe('approvals.conditions-not-allowed')
    expect((await give('agree', {}, (await window.officers('ecology')).reviewer)).code).toBe(
      'approvals.not-in-department',
    )
  })
  it('cannot be asked for longer than the item has left', async () => {
    const run = await onlyRun(['I-111'])
    const refusal = await window.refusalOf(ask(run, ['housing'], 11))
    expect(refusal).toMatchObject({ code: 'approvals.over-budget', facts: { days: 11, remaining: 10 } })
    expect((await window.refusalOf(ask(run, ['nowhere']))).code).toBe('approvals.unknown-department')
    expect((await window.refusalOf(ask(run, ['water']))).code).toBe('approvals.own-department')
    await ask(run, ['housing'], 10)
    expect((await window.refusalOf(ask(run, ['housing']))).code).toBe('approvals.opinion-still-open')
  })
})

describe('decisions', () => {
  it('are drafted, reviewed and decided by different people', async () => {
    const run = await onlyRun()
    const both = await window.person(
      '全能干部',
      ...(['reviewer', 'lead', 'approver'] as const).map((role) => ({ role, department: run.department })),
    )
    const drafted = await window.as(both).call(draftDecision, {
      params: paramsOf(run),
      body: { version: run.version, outcome: 'approved', text: '同意。', conditions: [] },
    })
    const review = { params: paramsOf(run), body: { version: drafted.version, accept: true, remark: '' } }
    expect((await window.refusalOf(window.as(both).call(reviewDraft, review))).code).toBe('approvals.same-drafter')
    const team = await window.officers(run.department)
    const reviewed = await window.as(team.lead).call(reviewDraft, review)
    const body = { version: reviewed.version }
    const refusal = await window.refusalOf(window.as(both).call(decide, { params: paramsOf(run), body }))
    expect(refusal.code).toBe('approvals.same-drafter')
    expect((await window.itemRun(run.itemRunId, both)).may.decide?.zh).toBe(refusal.sentence.zh)
    expect((await window.as(team.approver).call(decide, { params: paramsOf(run), body })).state).toBe('decided')
  })
  it('go back with a reason', async () => {
    const run = await onlyRun()
    const drafted = await draft(run)
    const team = await window.officers(run.department)
    const back = (remark: string) =>
      window.as(team.lead).call(reviewDraft, {
        params: paramsOf(run),
        body: { version: drafted.version, accept: false, remark },
      })
    expect((await window.refusalOf(back(''))).code).toBe('approvals.remark-needed')
    const returned = await back('请补充依据。')
    expect(returned).toMatchObject({ state: 'handling', draft: { reviewRemark: '请补充依据。' } })
    expect((await draft(run)).draft?.reviewRemark).toBeNull()
  })
  it('made at once get distinct numbers without gaps', async () => {
    const runs: ItemRunView[] = []
    for (let index = 0; index < 6; index += 1) runs.push(await window.reviewedRun(await onlyRun(['I-111'])))
    const team = await window.officers('water')
    const decided = await Promise.all(
      runs.map((run) =>
        window.as(team.approver).call(decide, { params: paramsOf(run), body: { version: run.version } }),
      ),
    )
    const numbers = decided.map((run) => Number(run.decision?.documentNumber.slice(-4))).sort((a, b) => a - b)
    const first = numbers[0] ?? 0
    expect(numbers).toEqual(runs.map((_, index) => first + index))
  })
  it('of one item are made once when two approvers press at once', async () => {
    const run = await window.reviewedRun(await onlyRun())
    const team = await window.officers(run.department)
    const other = await window.person('第二审批', { role: 'approver', department: run.department })
    const press = (by: typeof other) =>
      window.as(by).call(decide, { params: paramsOf(run), body: { version: run.version } })
    const results = await Promise.allSettled([press(team.approver), press(other)])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect((await kindsOf(run)).filter((kind) => kind === 'approvals.decided')).toHaveLength(1)
  })
  it('leave no hole in the numbers when the transaction is cut off', async () => {
    const run = await window.reviewedRun(await onlyRun(['I-111']))
    const team = await window.officers('water')
    const before = (await window.test.pool.query('select last from approvals.number_series order by series')).rows
    await expect(
      window.platform.transact(team.approver, async (unit) => {
        await decideItemRun(contextOf(window), unit, run.itemRunId, run.version)
        // The server process dies between the work and the commit.
        await sql`select pg_terminate_backend(pg_backend_pid())`.execute(unit.db)
      }),
    ).rejects.toThrow()
    expect((await window.test.pool.query('select last from approvals.number_series order by series')).rows).toEqual(
      before,
    )
    expect((await window.itemRun(run.itemRunId)).state).toBe('reviewed')
    const decided = await window
      .as(team.approver)
      .call(decide, { params: paramsOf(run), body: { version: run.version } })
    expect(decided.state).toBe('decided')
  })
  it('wait for a front condition in another department, and are told when it is met', async () => {
    const projectId = await window.project()
    await window.closed({ projectId, itemIds: ['I-105'] })
    const [opinion] = (await window.accepted({ projectId, stage: 'ST2', itemIds: ['I-202a'] })).itemRuns
    if (opinion === undefined) throw new Error('no run')
    await window.decidedRun(opinion)
    const both = await window.accepted({ projectId, stage: 'ST2', itemIds: ['I-202b', 'I-203'] })
    const shelter = both.itemRuns.find((run) => run.itemId === 'I-202b')
    const permit = both.itemRuns.find((run) => run.itemId === 'I-203')
    if (shelter === undefined || permit === undefined) throw new Error('no runs')
    const ready = await window.reviewedRun(permit)
    const team = await window.officers(permit.department)
    const press = () =>
      window.as(team.approver).call(decide, { params: paramsOf(permit), body: { version: ready.version } })
    const refusal = await window.refusalOf(press())
    expect(refusal.code).toBe('approvals.front-condition-open')
    expect(refusal.sentence.zh).toMatch(/防空地下室初步设计审核.*国防动员.*正在办理/)
    await window.decidedRun(shelter)
    const told = (await window.file(both.application.applicationId)).timeline.filter(
      (row) => row.kind === 'approvals.front-condition-met',
    )
    expect(told.map((row) => row.sentence).join()).toContain('防空地下室')
    expect((await window.refusalOf(press())).facts.items).not.toContain('I-202b')
  })
  it('close the application by the rule of the stage, also when an item was refused', async () => {
    const refused = await window.closed({ itemIds: ['I-111'] }, 'refused')
    expect(refused.application.state).toBe('closed')
    expect(refused.timeline.findLast((row) => row.kind === 'approvals.closed')?.sentence).toContain('未获批准')
    expect(refused.itemRuns[0]?.decision).toMatchObject({ outcome: 'refused' })
    expect(refused.itemRuns[0]?.decision?.documentNumber).toContain('不许')
    const project = await window.projects.reader.project(window.platform.db, refused.project.projectId)
    expect(project?.stage).toBe('land')
    const part = await window.closed({ itemIds: ['I-111', 'I-109'] })
    const resultOf = (file: typeof part) => file.timeline.findLast((row) => row.kind === 'approvals.closed')?.sentence
    expect(resultOf(part)).toContain('本阶段还需办理')
    const { projectId } = part.project
    expect((await window.projects.reader.project(window.platform.db, projectId))?.stage).toBe('land')
    const alone = { ...guideAnswers, land: 'none', investor: 'private', approvalRoute: 'filing' }
    const whole = await window.closed({ itemIds: ['I-105'], guideAnswers: alone })
    expect(resultOf(whole)).toContain('本阶段通过')
    const moved = await window.projects.reader.project(window.platform.db, whole.project.projectId)
    expect(moved?.stage).toBe('planning')
  })
})

describe('clocks', () => {
  const proposal = async (run: ItemRunView, more: object = {}) =>
    window.as((await window.officers(run.department)).reviewer).call(proposePause, {
      params: paramsOf(run),
      body: { version: run.version, ground: 'expert-review', reason: '须专家评审。', expectedDays: 10, ...more },
    })
  const approve = async (run: ItemRunView) =>
    window.as((await window.officers(run.department)).approver).call(decidePause, {
      params: paramsOf(run),
      body: { version: run.version, approve: true, remark: '' },
    })
  it('a pause whose last day is over leaves nothing that wakes after the decision', async () => {
    const late = await openWindow()
    try {
      const [run] = (await late.accepted({ itemIds: ['I-109'] })).itemRuns
      if (run === undefined) throw new Error('no item run')
      const team = await late.officers(run.department)
      const proposed = await late.as(team.reviewer).call(proposePause, {
        params: paramsOf(run),
        body: { version: run.version, ground: 'expert-review', reason: '须专家评审。', expectedDays: 1 },
      })
      await late.as(team.approver).call(decidePause, {
        params: paramsOf(run),
        body: { version: proposed.version, approve: true, remark: '' },
      })
      // The timers are late: the decision comes before the pause was cleared away.
      late.test.clock.advance(3 * DAY_MS)
      const decided = await late.decidedRun(run)
      await late.fireTimers()
      const file = await late.file(decided.applicationId)
      expect(file.itemRuns[0]).toMatchObject({ state: 'decided', hold: null, version: decided.version })
      expect(file.timeline.map((row) => row.kind)).not.toContain('approvals.resumed')
      expect(file.timeline.some((row) => row.kind === 'approvals.paused')).toBe(true)
    } finally {
      await late.close()
    }
  })
  it('stand still only on a ground of the law that another person approved', async () => {
    const run = await onlyRun()
    const refusal = await window.refusalOf(proposal(run, { ground: 'site-survey' }))
    expect(refusal.code).toBe('approvals.ground-not-allowed')
    const proposed = await proposal(run)
    expect(proposed.clocks[0]?.state).toBe('running')
    const self = await window.person(
      '提请又审批',
      { role: 'reviewer', department: run.department },
      { role: 'approver', department: run.department },
    )
    const other = await onlyRun()
    const own = await window.as(self).call(proposePause, {
      params: paramsOf(other),
      body: { version: other.version, ground: 'hearing', reason: '听证。', expectedDays: 5 },
    })
    expect(
      (
        await window.refusalOf(
          window
            .as(self)
            .call(decidePause, { params: paramsOf(other), body: { version: own.version, approve: true } } as never),
        )
      ).code,
    ).toBe('approvals.same-proposer')
    const paused = await approve(proposed)
    expect(paused.hold).toMatchObject({ ground: 'expert-review', holder: 'third-party' })
    expect(paused.clocks[0]?.state).toBe('paused')
    const notice = (await window.file(run.applicationId, window.applicant)).timeline.find(
      (row) => row.kind === 'approvals.paused',
    )
    expect(notice?.sentence).toMatch(/专家评审.*停止计时,预计10日/)
    expect((await window.refusalOf(proposal(paused))).code).toBe('approvals.already-paused')
  })
  it('pause the stage only when every item is paused, and resume it with the first', async () => {
    const accepted = await window.accepted({ itemIds: ['I-106', 'I-111'] })
    const [land, water] = accepted.itemRuns
    if (land === undefined || water === undefined) throw new Error('no runs')
    const stageState = async () =>
      (await window.file(accepted.application.applicationId)).clocks.find((clock) => clock.budget === 45)?.state
    const paused = await approve(await proposal(land))
    expect(await stageState()).toBe('running')
    await approve(await proposal(water))
    expect(await stageState()).toBe('paused')
    await window.as((await window.officers(land.department)).reviewer).call(resumeItemRun, {
      params: paramsOf(land),
      body: { version: paused.version, reason: '评审结束。' },
    })
    expect(await stageState()).toBe('running')
  })
  it('are extended once, by the approver, within the days of the law', async () => {
    const run = await onlyRun()
    const team = await window.officers(run.department)
    const extend = (version: number, days: number, by = team.approver) =>
      window.as(by).call(extendItemRun, { params: paramsOf(run), body: { version, days, reason: '情况复杂。' } })
    expect((await window.refusalOf(extend(run.version, 10, team.reviewer))).code).toBe('approvals.not-in-department')
    expect((await window.refusalOf(extend(run.version, 11))).code).toBe('approvals.extension-too-long')
    const extended = await extend(run.version, 10)
    expect(extended.clocks[0]?.budget).toBe(30)
    expect((await window.refusalOf(extend(extended.version, 5))).code).toBe('approvals.extension-used')
    expect(extended.may.extend?.zh).toContain('已依法延长1次')
  })
  it('order the queue by what presses most and count the colours', async () => {
    const slow = await onlyRun(['I-109'])
    const fast = await onlyRun(['I-109'])
    await window.test.pool.query('select 1')
    const team = await window.officers('ecology')
    const queue = await window.as(team.reviewer).call(readQueue, { query: { desk: 'department', limit: 200 } as never })
    expect(queue.rows.map((row) => row.id)).toEqual(expect.arrayContaining([slow.itemRunId, fast.itemRunId]))
    const dues = queue.rows.map((row) => row.clock?.due ?? '9999')
    expect(dues).toEqual([...dues].sort())
    const { counts } = queue
    expect(counts.normal + counts.warning + counts.overdue + counts.paused).toBe(queue.rows.length)
    const first = await window.as(team.reviewer).call(readQueue, { query: { desk: 'department', limit: 1 } as never })
    const second = await window.as(team.reviewer).call(readQueue, {
      query: { desk: 'department', limit: 1, after: first.next ?? '' } as never,
    })
    expect(second.rows[0]?.id).toBe(queue.rows[1]?.id)
  })
})

describe('time passing', () => {
  it('wakes once for every step after three days without a server, marks it late, and deems opinions', async () => {
    const late = await openWindow()
    try {
      const [run] = (await late.accepted({ itemIds: ['I-106'] })).itemRuns
      if (run === undefined) throw new Error('no run')
      const asking = await late.officers(run.department)
      await late.officers('housing')
      await late.as(asking.reviewer).call(askOpinions, {
        params: paramsOf(run),
        body: { departments: ['housing'], question: '请提出意见。', days: 3 },
      })
      late.test.clock.advance(9 * DAY_MS)
      await late.fireTimers()
      await late.fireTimers()
      const file = await late.file(run.applicationId)
      const overdue = file.timeline.filter((row) => row.kind === 'approvals.clock-overdue')
      expect(overdue).toHaveLength(1)
      expect(overdue[0]?.sentence).toContain('征求意见')
      expect(file.itemRuns[0]?.opinionTasks[0]).toMatchObject({ state: 'deemed' })
      expect(file.timeline.filter((row) => row.kind === 'approvals.ready-to-draft')).toHaveLength(1)
      const entries = await late.platform.journal.entriesOf(late.platform.db, {
        subject: { kind: 'application', id: run.applicationId },
      })
      const entry = entries.find((each) => each.kind === 'approvals.clock-overdue')
      expect(entry?.payload).toMatchObject({ late: true, rung: 'overdue' })
      expect(entry?.occurredAt).toBe(startOfDay(addDays(localDateOf('2026-03-05T02:00:00.000Z' as never), 1)))
      const board = await late.as(late.supervisor).call(readClockBoard, { query: { limit: 50 } as never })
      expect(board.rows.length).toBeGreaterThan(0)
      expect(board.rows.every((row) => row.clock.state === 'running')).toBe(true)
    } finally {
      await late.close()
    }
  })
  it('accepts by silence when the window has not answered within its days, from the day of receipt', async () => {
    const silent = await openWindow()
    try {
      const submitted = await silent.submitted({ itemIds: ['I-106', 'I-111'] })
      silent.test.clock.advance(11 * DAY_MS)
      await silent.fireTimers()
      await silent.fireTimers()
      const file = await silent.file(submitted.application.applicationId)
      expect(file.application).toMatchObject({ state: 'accepted', acceptedAt: submitted.submissions[0]?.submittedAt })
      expect(file.timeline.filter((row) => row.kind === 'approvals.accepted-by-silence')).toHaveLength(1)
      expect(file.itemRuns.find((run) => run.itemId === 'I-111')?.clocks[0]).toMatchObject({ due: '2026-03-16' })
    } finally {
      await silent.close()
    }
  })
  it('puts open clocks under a new calendar with the due day before and after, and leaves ended ones alone', async () => {
    const moved = await openWindow()
    try {
      const closed = await moved.closed({ itemIds: ['I-111'] })
      const open = await moved.accepted({ itemIds: ['I-111'] })
      expect(open.itemRuns[0]?.clocks[0]?.due).toBe('2026-03-16')
      const year = calendars.find((each) => each.year === 2026)
      if (year === undefined) throw new Error('no calendar of 2026')
      const notice = {
        ...year,
        id: 'cn-2026-notice',
        version: '2',
        publishedOn: '2026-03-03',
        holidays: [
          ...year.holidays,
          { name: { zh: '临时放假', en: 'Extra holiday' }, from: '2026-03-05', to: '2026-03-06' },
        ],
      }
      moved.setCalendars(buildShelf([...calendars, notice]))
      await moved.approvals.prepare?.()
      await moved.approvals.prepare?.()
      const after = await moved.file(open.application.applicationId)
      expect(after.itemRuns[0]?.clocks[0]).toMatchObject({ due: '2026-03-18', state: 'running' })
      expect(
        after.timeline.filter((row) => row.kind === 'approvals.clock-recomputed').map((row) => row.sentence),
      ).toEqual([expect.stringContaining('由2026-03-16改为2026-03-18')])
      const old = await moved.file(closed.application.applicationId)
      // Its delivery still runs, so that moves; what the decision ended does not.
      const recomputed = old.timeline.filter((row) => row.kind === 'approvals.clock-recomputed')
      expect(recomputed.every((row) => row.sentence.includes('送达'))).toBe(true)
      expect(old.clocks.filter((clock) => clock.state === 'stopped').every((clock) => clock.onTime)).toBe(true)
    } finally {
      await moved.close()
    }
  })
  it('never runs backwards when the clock of the machine is set back', async () => {
    const back = await openWindow()
    try {
      const submitted = await back.submitted()
      back.test.clock.set(addMs(back.test.clock(), -2 * DAY_MS), { force: true })
      const accepted = await back.accept(submitted)
      expect(accepted.application.acceptedAt).not.toBeNull()
      expect((accepted.application.acceptedAt ?? '') >= (submitted.submissions[0]?.submittedAt ?? '')).toBe(true)
    } finally {
      await back.close()
    }
  })
  it('ends an announced pause by itself, tells it, and adds the days to the third party', async () => {
    const paused = await openWindow()
    try {
      const [run] = (await paused.accepted({ itemIds: ['I-106'] })).itemRuns
      if (run === undefined) throw new Error('no run')
      const team = await paused.officers(run.department)
      const proposed = await paused.as(team.reviewer).call(proposePause, {
        params: paramsOf(run),
        body: { version: run.version, ground: 'expert-review', reason: '评审。', expectedDays: 5 },
      })
      const held = await paused.as(team.approver).call(decidePause, {
        params: paramsOf(run),
        body: { version: proposed.version, approve: true, remark: '' },
      })
      expect(held.hold).not.toBeNull()
      paused.test.clock.advance(8 * DAY_MS)
      await paused.fireTimers()
      const file = await paused.file(run.applicationId)
      expect(file.itemRuns[0]).toMatchObject({ hold: null, clocks: [{ state: 'running' }] })
      expect(file.timeline.filter((row) => row.kind === 'approvals.resumed')).toHaveLength(1)
      const progress = await paused
        .as({ kind: 'anonymous' })
        .call(readPublicProgress, { params: { number: file.project.number } })
      const days = progress.stages[0]?.applications[0]?.days
      expect(days).toMatchObject({ gross: 8, applicant: 0 })
      expect(days?.thirdParty).toBe(7)
      expect((days?.authority ?? 0) + (days?.thirdParty ?? 0) + (days?.applicant ?? 0)).toBe(days?.gross)
    } finally {
      await paused.close()
    }
  })
})
