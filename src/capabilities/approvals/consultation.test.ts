import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guideAnswers, openWindow, type Window } from '../../../tests/support/window.ts'
import { addMs, type LocalDate, localDate, localDateOf, startOfDay } from '../../kernel/time.ts'
import {
  answerInformation,
  answerPart,
  type ConsultedRun,
  changeOpinion,
  delegateParts,
  flagConflict,
  listConflicts,
  printConflictMinute,
  printOpinionSummary,
  readColleagues,
  readConsultation,
  readOwnParts,
  readSuggestions,
  recallPart,
  redoOpinion,
  resolveConflict,
  sendInformation,
  withdrawInformation,
} from './contract/consultation.ts'
import {
  askOpinions,
  decidePause,
  draftDecision,
  giveOpinion,
  type ItemRunView,
  type OpinionCode,
  proposePause,
} from './contract.ts'

let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

const onlyRun = async (itemIds: readonly string[] = ['I-106'], answers = guideAnswers): Promise<ItemRunView> => {
  const [run] = (await window.accepted({ itemIds, guideAnswers: answers })).itemRuns
  if (run === undefined) throw new Error('no item run')
  return run
}
const team = (department: string) => window.officers(department)
const ask = async (run: ItemRunView, departments: string[], days = 5, reasons: Record<string, string> = {}) =>
  window.as((await team(run.department)).reviewer).call(askOpinions, {
    params: { itemRunId: run.itemRunId },
    body: { departments, question: '请就方案提出意见。', days, reasons },
  })
const taskOf = async (run: ItemRunView, department: string) => {
  const task = (await window.itemRun(run.itemRunId)).opinionTasks.findLast((each) => each.department === department)
  if (task === undefined) throw new Error('no task')
  return task
}
const give = async (run: ItemRunView, department: string, code: OpinionCode, more: object = {}) => {
  const task = await taskOf(run, department)
  return window.as((await team(department)).reviewer).call(giveOpinion, {
    params: { opinionTaskId: task.opinionTaskId },
    body: { version: task.version, code, text: code === 'agree' ? '' : '理由如下。', conditions: [], ...more },
  })
}
const draft = async (run: ItemRunView) =>
  window.as((await team(run.department)).reviewer).call(draftDecision, {
    params: { itemRunId: run.itemRunId },
    body: {
      version: (await window.itemRun(run.itemRunId)).version,
      outcome: 'approved',
      text: '同意。',
      conditions: [],
    },
  })
const seen = async (run: ItemRunView, by = window.clerk): Promise<ConsultedRun> => {
  const whole = await window.as(by).call(readConsultation, { params: { applicationId: run.applicationId } })
  const own = whole.runs.find((each) => each.itemRunId === run.itemRunId)
  if (own === undefined) throw new Error('the run is not shown')
  return own
}
const kindsOf = async (run: ItemRunView) => (await window.file(run.applicationId)).timeline.map((row) => row.kind)
/** Moves the clock to 10:00 of the day that is so many workdays later, and lets timers fire. */
const workdaysLater = async (days: number): Promise<LocalDate> => {
  const now = window.platform.clock()
  const day = window.calendars().current.addWorkdays(localDateOf(now), days)
  window.test.clock.advance(Date.parse(addMs(startOfDay(day), 10 * 3_600_000)) - Date.parse(now))
  await window.fireTimers()
  return day
}

describe('suggested departments', () => {
  it('come with the reason and the law, from answers, form and register', async () => {
    const run = await onlyRun(['I-107'], { ...guideAnswers, eia: 'report', landAreaHa: 6 })
    const reviewer = (await team(run.department)).reviewer
    const { suggestions } = await window.as(reviewer).call(readSuggestions, { params: { itemRunId: run.itemRunId } })
    expect(suggestions.map((each) => [each.department, each.certain])).toEqual([
      ['ecology', 'yes'],
      ['water', 'yes'],
    ])
    expect(suggestions[0]?.reason.zh).toContain('环境影响报告书')
    expect(suggestions[0]?.basis).toContain('环境影响评价法')
  })
  it('are dropped or added only with a reason, which stays on file', async () => {
    const run = await onlyRun(['I-107'], { ...guideAnswers, eia: 'report' })
    const refusal = await window.refusalOf(ask(run, ['housing']))
    expect(refusal.code).toBe('approvals.departure-reason-owed')
    expect(refusal.fields.map((fault) => fault.path).sort()).toEqual(['reasons.ecology', 'reasons.housing'])
    await ask(run, ['housing'], 5, { ecology: '已在前期取得意见。', housing: '涉及危房。' })
    const [round] = (await seen(run)).rounds
    expect(round?.dropped).toMatchObject([{ department: 'ecology', reason: '已在前期取得意见。' }])
    expect(round?.added).toMatchObject([{ department: 'housing', reason: '涉及危房。' }])
    expect(await kindsOf(run)).toContain('approvals.opinion-suggestion-departed')
  })
  it('leave the lead free where the rules know nothing', async () => {
    const run = await onlyRun()
    expect((await ask(run, ['housing'])).opinionTasks).toHaveLength(1)
  })
})

describe('a part of an opinion', () => {
  const delegated = async () => {
    const run = await ask(await onlyRun(), ['housing'], 4)
    const task = await taskOf(run, 'housing')
    const { lead, reviewer } = await team('housing')
    const whole = await window.as(lead).call(delegateParts, {
      params: { opinionTaskId: task.opinionTaskId },
      body: {
        version: task.version,
        parts: [
          { section: '消防科', question: '消防间距?', days: 2 },
          { assigneeId: reviewer.personId, question: '结构?', days: 4 },
        ],
      },
    })
    const parts = whole.runs[0]?.tasks[0]?.parts ?? []
    return { run, task, lead, reviewer, parts }
  }
  it('never ends after the whole: more days are refused', async () => {
    const run = await ask(await onlyRun(), ['housing'], 3)
    const task = await taskOf(run, 'housing')
    const refusal = await window.refusalOf(
      window.as((await team('housing')).lead).call(delegateParts, {
        params: { opinionTaskId: task.opinionTaskId },
        body: { version: task.version, parts: [{ question: '?', days: 4 }] },
      }),
    )
    expect(refusal).toMatchObject({ code: 'approvals.part-too-long', facts: { days: 4, remaining: 3 } })
  })
  it('holds the opinion until it is answered or recalled', async () => {
    const { run, lead, reviewer, parts } = await delegated()
    expect((await window.refusalOf(give(run, 'housing', 'agree'))).code).toBe('approvals.parts-open')
    const [section, own] = parts
    if (section === undefined || own === undefined) throw new Error('no parts')
    await window
      .as(lead)
      .call(answerPart, { params: { partId: section.partId }, body: { version: section.version, answer: '满足。' } })
    expect((await window.refusalOf(give(run, 'housing', 'agree'))).facts['count']).toBe(1)
    await window
      .as(lead)
      .call(recallPart, { params: { partId: own.partId }, body: { version: own.version, reason: '已核对。' } })
    expect((await give(run, 'housing', 'agree')).state).toBe('given')
    expect(reviewer.personId).not.toBe(lead.personId)
  })
  it('of a person is answered by that person, who finds it in the list of work', async () => {
    const { lead, reviewer, parts } = await delegated()
    const own = parts[1]
    if (own === undefined) throw new Error('no part')
    const answer = { params: { partId: own.partId }, body: { version: own.version, answer: '可行。' } }
    expect((await window.refusalOf(window.as(lead).call(answerPart, answer))).code).toBe('approvals.not-assignee')
    const { rows } = await window.as(reviewer).call(readOwnParts)
    expect(rows[0]).toMatchObject({ mine: true })
    expect(rows.map((row) => row.partId)).toContain(own.partId)
    expect((await window.as(reviewer).call(answerPart, answer)).state).toBe('answered')
    const { rows: colleagues } = await window.as(lead).call(readColleagues, {
      params: { opinionTaskId: (await delegated()).task.opinionTaskId },
    })
    expect(colleagues.map((each) => each.personId)).toContain(reviewer.personId)
  })
  it('is told once when it is late, and is taken back when silence ends the whole', async () => {
    const { run } = await delegated()
    await workdaysLater(3)
    await window.fireTimers()
    expect((await kindsOf(run)).filter((kind) => kind === 'approvals.opinion-part-overdue')).toHaveLength(1)
    await workdaysLater(3)
    const [task] = (await seen(run)).tasks
    expect(task?.parts.map((part) => part.state)).toEqual(['recalled', 'recalled'])
    expect((await taskOf(run, 'housing')).state).toBe('deemed')
  })
})

describe('a given opinion', () => {
  it('may be changed by its department until the period ends; what it said before stays', async () => {
    const run = await ask(await onlyRun(), ['housing'], 2)
    await give(run, 'housing', 'disagree')
    const change = async (code: OpinionCode) => {
      const task = await taskOf(run, 'housing')
      return window.as((await team('housing')).lead).call(changeOpinion, {
        params: { opinionTaskId: task.opinionTaskId },
        body: { version: task.version, code, text: '', conditions: [] },
      })
    }
    await change('agree')
    expect((await seen(run)).tasks[0]?.revisions).toMatchObject([{ code: 'disagree' }])
    expect((await taskOf(run, 'housing')).code).toBe('agree')
    await workdaysLater(3)
    expect((await window.refusalOf(change('disagree'))).code).toBe('approvals.opinion-period-over')
  })
  it('is never deemed for a safety item, whatever the silence', async () => {
    const projectId = await window.project()
    await window.closed({ projectId, itemIds: ['I-105'] })
    const [run] = (await window.accepted({ projectId, stage: 'ST2', itemIds: ['I-202a'] })).itemRuns
    if (run === undefined) throw new Error('no item run')
    expect((await seen(run)).silence).toBe('safety')
    await ask(run, ['housing'], 2)
    await workdaysLater(4)
    expect((await taskOf(run, 'housing')).state).toBe('sent')
    expect((await window.refusalOf(draft(run))).code).toBe('approvals.opinions-out')
  })
})

describe('information from the applicant', () => {
  const needing = async (days = 6, anchors = ['field:floorAreaTotal']) => {
    const run = await ask(await onlyRun(['I-107']), ['housing', 'water'], days)
    await give(run, 'housing', 'need-information', { text: '请说明面积。', anchors })
    const { reviewer } = await team(run.department)
    const [request] = (await seen(run)).information
    if (request === undefined) throw new Error('no request')
    return { run, reviewer, request }
  }
  const send = async (open: Awaited<ReturnType<typeof needing>>) => {
    const { informationId, version, question, anchors } = open.request
    await window.as(open.reviewer).call(sendInformation, {
      params: { informationId },
      body: { version, question, anchors: anchors.map((each) => each.anchor), days: 5 },
    })
    const [sent] = (await seen(open.run, window.applicant)).information
    if (sent === undefined) throw new Error('the applicant does not see it')
    return sent
  }
  const answer = (
    sent: Awaited<ReturnType<typeof send>>,
    body: { text?: string; answers?: Record<string, number>; documents?: never[] },
  ) =>
    window.as(window.applicant).call(answerInformation, {
      params: { informationId: sent.informationId },
      body: { version: sent.version, text: '', answers: {}, documents: [], ...body },
    })
  it('is hidden until the lead sends it, then has its own clock in the hands of the applicant', async () => {
    const open = await needing()
    expect((await seen(open.run, window.applicant)).information).toEqual([])
    const sent = await send(open)
    expect(sent).toMatchObject({ state: 'sent', clock: { kind: 'applicant', budget: 5 } })
    expect(sent.may.answer).toBeNull()
  })
  it('returns to circulation, not to review: the same department is asked again and the draft waits', async () => {
    const open = await needing()
    const sent = await send(open)
    await answer(sent, { text: '面积无误。' })
    const task = await taskOf(open.run, 'housing')
    expect(task).toMatchObject({ state: 'sent' })
    expect(task.question).toContain('面积无误。')
    expect((await seen(open.run)).tasks.map((each) => each.superseded)).toEqual([true, false, false])
    await give(open.run, 'water', 'agree')
    expect((await window.refusalOf(draft(open.run))).code).toBe('approvals.opinions-out')
    await give(open.run, 'housing', 'agree')
    expect((await draft(open.run)).state).toBe('drafted')
  })
  it('counts against the department while it waits, because waiting is no legal ground', async () => {
    const open = await needing(8)
    const sent = await send(open)
    await workdaysLater(3)
    await answer(sent, { text: '见说明。' })
    expect((await taskOf(open.run, 'housing')).clock?.budget).toBe(5)
  })
  it('leaves the department its days while the item stands still on a legal ground', async () => {
    const open = await needing(8)
    const { approver } = await team(open.run.department)
    const params = { itemRunId: open.run.itemRunId }
    const run = await window.as(open.reviewer).call(proposePause, {
      params,
      body: {
        version: (await window.itemRun(open.run.itemRunId)).version,
        ground: 'test',
        reason: '检测',
        expectedDays: 10,
      },
    })
    await window.as(approver).call(decidePause, { params, body: { version: run.version, approve: true, remark: '' } })
    const sent = await send(open)
    await workdaysLater(3)
    await answer(sent, { text: '检测报告已出。' })
    const task = await taskOf(open.run, 'housing')
    expect(task.clock).toMatchObject({ budget: 8, state: 'paused' })
  })
  it('changes only what was asked for', async () => {
    const open = await needing()
    const sent = await send(open)
    const refusal = await window.refusalOf(answer(sent, { answers: { landArea: 4321 } }))
    expect(refusal).toMatchObject({ code: 'approvals.information-only-anchored' })
    expect(refusal.fields[0]?.path).toBe('answers.landArea')
    expect((await window.refusalOf(answer(sent, {}))).code).toBe('approvals.information-answer-empty')
  })
  it('that changes a material fact has the departments that agreed before asked again at once', async () => {
    const open = await needing()
    await give(open.run, 'water', 'agree')
    const sent = await send(open)
    await answer(sent, { answers: { floorAreaTotal: 31_000 } })
    const tasks = (await window.itemRun(open.run.itemRunId)).opinionTasks
    expect(tasks.map((task) => [task.department, task.state])).toEqual([
      ['housing', 'given'],
      ['water', 'given'],
      ['housing', 'sent'],
      ['water', 'sent'],
    ])
    expect((await window.file(open.run.applicationId)).application.answers['floorAreaTotal']).toBe(31_000)
    expect(await kindsOf(open.run)).toContain('approvals.opinion-outdated')
    expect((await window.refusalOf(draft(open.run))).code).toBe('approvals.opinions-out')
  })
  it('may be spared by the lead, who answers the department', async () => {
    const open = await needing()
    await window.as(open.reviewer).call(withdrawInformation, {
      params: { informationId: open.request.informationId },
      body: { version: open.request.version, reason: '面积见规划条件。' },
    })
    expect((await taskOf(open.run, 'housing')).question).toContain('面积见规划条件。')
    expect((await seen(open.run)).information[0]?.state).toBe('withdrawn')
  })
})

describe('asking again', () => {
  it('is refused while nothing has changed', async () => {
    const run = await ask(await onlyRun(), ['housing'])
    await give(run, 'housing', 'agree')
    const task = await taskOf(run, 'housing')
    const refusal = await window.refusalOf(
      window.as((await team(run.department)).reviewer).call(redoOpinion, {
        params: { opinionTaskId: task.opinionTaskId },
        body: { version: task.version, question: '再看', days: 2 },
      }),
    )
    expect(refusal.code).toBe('approvals.not-changed-since')
  })
})

describe('opinions that contradict', () => {
  const contradicting = async () => {
    const run = await ask(await onlyRun(), ['housing', 'ecology'])
    await give(run, 'housing', 'agree')
    await give(run, 'ecology', 'disagree')
    const [conflict] = (await seen(run)).conflicts
    if (conflict === undefined) throw new Error('no conflict')
    return { run, conflict }
  }
  const minute = (version: number) => ({
    version,
    heldOn: localDate('2026-03-03'),
    place: '政务中心',
    participants: [
      { organisation: '住建', names: '甲' },
      { organisation: '环保', names: '乙' },
    ],
    discussion: '双方陈述理由。',
    resolution: '增加防护后同意。',
  })
  it('make a conflict by themselves, which holds the draft until the minute is written', async () => {
    const { run, conflict } = await contradicting()
    expect(conflict).toMatchObject({ kind: 'agree-disagree', state: 'open', clock: { budget: 3 } })
    expect((await window.refusalOf(draft(run))).code).toBe('approvals.conflicts-open')
    expect(await kindsOf(run)).not.toContain('approvals.ready-to-draft')
    const { lead } = await team(run.department)
    const params = { conflictId: conflict.conflictId }
    const after = await window.as(lead).call(resolveConflict, { params, body: minute(conflict.version) })
    expect(after.runs[0]?.conflicts[0]).toMatchObject({ state: 'resolved', minute: { resolution: '增加防护后同意。' } })
    expect(await kindsOf(run)).toContain('approvals.ready-to-draft')
    const paper = await window.as(lead).download(printConflictMinute, { params })
    expect(
      Buffer.from(paper.content as Uint8Array)
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
    expect((await draft(run)).state).toBe('drafted')
    expect((await seen(run, window.applicant)).conflicts).toEqual([])
    const clocksSeenBy = async (by: typeof lead) =>
      (await window.file(run.applicationId, by)).clocks.map((clock) => clock.label.zh).join()
    expect(await clocksSeenBy(lead)).toContain('协调意见分歧')
    expect(await clocksSeenBy(window.applicant)).not.toContain('协调意见分歧')
  })
  it('are mediated by the lead department or the supervisor, never by a giver', async () => {
    const { conflict } = await contradicting()
    const params = { conflictId: conflict.conflictId }
    const by = async (actor: Awaited<ReturnType<typeof team>>['lead']) =>
      (await window.refusalOf(window.as(actor).call(resolveConflict, { params, body: minute(999) }))).code
    expect(await by((await team('housing')).lead)).toBe('approvals.not-mediator')
    expect(await by(window.supervisor)).toBe('approvals.stale-version')
  })
  it('go to the supervisor when the days of mediation are over, once', async () => {
    const { run, conflict } = await contradicting()
    await workdaysLater(5)
    await window.fireTimers()
    expect((await seen(run)).conflicts[0]?.escalatedAt).not.toBeNull()
    expect((await kindsOf(run)).filter((kind) => kind === 'approvals.conflict-escalated')).toHaveLength(1)
    const { rows } = await window.as(window.supervisor).call(listConflicts, { query: { limit: 200 } })
    expect(rows.find((row) => row.conflictId === conflict.conflictId)?.departments).toHaveLength(2)
  })
  it('no longer do when one side changes its opinion: the conflict settles', async () => {
    const { run, conflict } = await contradicting()
    const task = await taskOf(run, 'ecology')
    await window.as((await team('ecology')).lead).call(changeOpinion, {
      params: { opinionTaskId: task.opinionTaskId },
      body: { version: task.version, code: 'agree', text: '', conditions: [] },
    })
    expect((await seen(run)).conflicts.find((each) => each.conflictId === conflict.conflictId)?.state).toBe('settled')
    expect((await draft(run)).state).toBe('drafted')
  })
  it('in their conditions are flagged by the lead', async () => {
    const run = await ask(await onlyRun(), ['housing', 'ecology'])
    await give(run, 'housing', 'agree-with-conditions', { conditions: ['夜间施工'] })
    await give(run, 'ecology', 'agree-with-conditions', { conditions: ['禁止夜间施工'] })
    expect((await seen(run)).conflicts).toEqual([])
    const ids = (await window.itemRun(run.itemRunId)).opinionTasks.map((task) => task.opinionTaskId)
    const { reviewer } = await team(run.department)
    const flag = (opinionTaskIds: typeof ids) =>
      window.as(reviewer).call(flagConflict, {
        params: { itemRunId: run.itemRunId },
        body: { opinionTaskIds, remark: '条件不能并存。' },
      })
    const [first] = ids
    if (first === undefined) throw new Error('no task')
    expect((await window.refusalOf(flag([first, first]))).code).toBe('approvals.conflict-needs-two')
    await flag(ids)
    expect((await window.refusalOf(draft(run))).code).toBe('approvals.conflicts-open')
  })
})

describe('the consolidated reply', () => {
  it('prints for officers and applicants; opinions stay with the authorities until the decision', async () => {
    const run = await ask(await onlyRun(), ['housing'])
    await give(run, 'housing', 'agree-with-conditions', { conditions: ['保留消防车道'] })
    const params = { applicationId: run.applicationId }
    for (const actor of [window.clerk, window.applicant]) {
      const paper = await window.as(actor).download(printOpinionSummary, { params })
      expect((paper.content as Uint8Array).length).toBeGreaterThan(5_000)
    }
    expect((await window.refusalOf(window.as(window.stranger).download(printOpinionSummary, { params }))).code).toBe(
      'approvals.not-yours',
    )
    expect((await seen(run, window.applicant)).rounds).toEqual([])
  })
})
