import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guideAnswers, openWindow, type Window } from '../../../tests/support/window.ts'
import { type Actor, anonymous } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import { DAY_MS } from '../../kernel/time.ts'
import {
  answerAdvice,
  askAdvice,
  convertAdvice,
  listAdvice,
  readAdvice,
  readAdviceDocument,
  readAdviceHistory,
  startAdvice,
  withdrawAdvice,
} from './contract/advice.ts'
import {
  type ApplicationFile,
  discardDraft,
  listApplications,
  readClockBoard,
  saveDraft,
  submitApplication,
} from './contract.ts'

let window: Window
beforeAll(async () => {
  window = await openWindow()
})
afterAll(() => window.close())

const paramsOf = (file: ApplicationFile) => ({ applicationId: file.application.applicationId })
const ask = async (file: ApplicationFile, question = '方案是否需要补充日照分析?') => {
  const now = await window.file(file.application.applicationId, window.applicant)
  return window
    .as(window.applicant)
    .call(askAdvice, { params: paramsOf(file), body: { version: now.application.version, question } })
}
const openId = (history: Awaited<ReturnType<typeof ask>>) => {
  const id = history.rounds[0]?.adviceId
  if (id === undefined) throw new Error('nothing was asked')
  return id
}
const answer = (
  adviceId: ReturnType<typeof openId>,
  remarks: { anchor: string; text: string }[],
  by: Actor = window.clerk,
) =>
  window
    .as(by)
    .call(answerAdvice, { params: { adviceId }, body: { version: 0, summary: '总体可行,请完善。', remarks } })

describe('advice before submission', () => {
  it('is asked about a draft that is not complete, has its own promised days, and is answered at fields and materials', async () => {
    const draft = await window.draft({ stage: 'ST2', itemIds: ['I-203'] })
    expect(draft.faults.length).toBeGreaterThan(0)
    const asked = await ask(draft)
    expect(asked.rounds[0]).toMatchObject({ round: 1, state: 'asked' })
    expect(asked.rounds[0]?.clock).toMatchObject({
      kind: 'promise',
      budget: 5,
      consumed: 0,
      state: 'running',
      certainty: 'E',
    })
    expect(asked.may['ask']?.zh).toContain('还在等待答复')
    const adviceId = openId(asked)
    const view = await window.as(window.clerk).call(readAdvice, { params: { adviceId } })
    expect(view.sections.flatMap((section) => section.fields).some((field) => field.type === 'person-contact')).toBe(
      false,
    )
    const bad = await window.refusalOf(answer(adviceId, [{ anchor: 'field:nowhere', text: '?' }]))
    expect(bad.code).toBe('approvals.advice-anchor')
    const done = await answer(adviceId, [
      { anchor: 'field:plotRatio', text: '容积率请按计容面积计算。' },
      { anchor: 'material:I-203-M04', text: '请附总平面图。' },
    ])
    expect(done).toMatchObject({ state: 'answered', answeredBy: '窗口一' })
    const edited = await window.file(draft.application.applicationId, window.applicant)
    await window.as(window.applicant).call(saveDraft, {
      params: paramsOf(draft),
      body: { version: edited.application.version, answers: { ...edited.application.answers, plotRatio: 2.5 } },
    })
    const history = await window.as(window.applicant).call(readAdviceHistory, { params: paramsOf(draft) })
    expect(history.rounds[0]?.remarks.map((remark) => [remark.anchor, remark.label.zh, remark.changed])).toEqual([
      ['field:plotRatio', '容积率', true],
      ['material:I-203-M04', '建设工程设计方案', false],
    ])
    expect(history.rounds[0]?.clock).toMatchObject({ state: 'stopped', onTime: true })
    const again = await ask(draft, '按意见改了,请再看。')
    expect(again.rounds.map((round) => [round.round, round.state])).toEqual([
      [2, 'asked'],
      [1, 'answered'],
    ])
  })
  it('changes nothing about the application: no receipt, no acceptance, and silence has no effect', async () => {
    const draft = await window.draft({ stage: 'ST3', itemIds: ['I-301'] })
    const adviceId = openId(await ask(draft))
    window.test.clock.advance(20 * DAY_MS)
    await window.fireTimers()
    const file = await window.file(draft.application.applicationId, window.applicant)
    expect(file.application).toMatchObject({ state: 'draft', round: 0 })
    expect(file.submissions).toEqual([])
    expect(file.timeline.some((row) => row.kind === 'approvals.accepted-by-silence')).toBe(false)
    const board = await window.as(window.supervisor).call(readClockBoard, { query: { colour: 'overdue' } as never })
    expect(board.rows.some((row) => row.caseNumber === file.application.caseNumber)).toBe(true)
    expect((await answer(adviceId, [])).clock).toMatchObject({ onTime: false })
  })
  it('shows officers the frozen copy alone: the draft itself stays with the applicant', async () => {
    const draft = await window.draft({ stage: 'ST4', itemIds: ['I-401'] })
    const adviceId = openId(await ask(draft))
    const refusal = await window.refusalOf(window.file(draft.application.applicationId, window.clerk))
    expect(refusal.code).toBe('approvals.not-yours')
    const before = await window.as(window.clerk).call(readAdvice, { params: { adviceId } })
    const now = await window.file(draft.application.applicationId, window.applicant)
    await window.as(window.applicant).call(saveDraft, {
      params: paramsOf(draft),
      body: { version: now.application.version, answers: { ...now.application.answers, projectPlace: '改了的地点' } },
    })
    expect((await window.as(window.clerk).call(readAdvice, { params: { adviceId } })).answers).toEqual(before.answers)
  })
  it('may begin as a question alone and becomes an application by one act, with nothing entered twice', async () => {
    const file = await window.as(window.applicant).call(startAdvice, {
      body: {
        projectId: await window.project(),
        stage: 'ST1',
        guideAnswers,
        itemIds: ['I-106'],
        question: '需要选址论证吗?',
      },
    })
    const ready = await window.complete(file)
    const submit = () =>
      window.as(window.applicant).call(submitApplication, {
        params: paramsOf(file),
        body: { version: ready.application.version, declared: true },
      })
    expect((await window.refusalOf(submit())).code).toBe('approvals.not-converted')
    const converted = await window.as(window.applicant).call(convertAdvice, { params: paramsOf(file), body: {} })
    expect(converted.adviceOnly).toBe(false)
    const sent = await submit()
    expect(sent.file.application.answers).toEqual(ready.application.answers)
    const history = await window.as(window.applicant).call(readAdviceHistory, { params: paramsOf(file) })
    expect(history.rounds[0]).toMatchObject({ state: 'withdrawn' })
    expect(sent.file.timeline.map((row) => row.kind)).toEqual(
      expect.arrayContaining(['approvals.advice-asked', 'approvals.advice-converted', 'approvals.advice-ended']),
    )
    const twice = await window.refusalOf(
      window.as(window.applicant).call(convertAdvice, { params: paramsOf(file), body: {} }),
    )
    expect(['approvals.not-editable', 'approvals.not-advice']).toContain(twice.code)
  })
  it('may be withdrawn; a draft with advice is closed instead of deleted and shows to nobody else', async () => {
    const draft = await window.draft({ stage: 'ST1', itemIds: ['I-106'] })
    const adviceId = openId(await ask(draft))
    const history = await window.as(window.applicant).call(withdrawAdvice, { params: { adviceId }, body: {} })
    expect(history.rounds[0]).toMatchObject({ state: 'withdrawn', clock: null })
    expect((await window.refusalOf(answer(adviceId, []))).code).toBe('approvals.advice-closed')
    await window.as(window.applicant).call(discardDraft, { params: paramsOf(draft) })
    const kept = await window.file(draft.application.applicationId, window.applicant)
    expect(kept.application.state).toBe('withdrawn')
    const seen = await window.as(window.supervisor).call(listApplications, { query: { limit: 200 } as never })
    expect(seen.rows.map((row) => row.caseNumber)).not.toContain(kept.application.caseNumber)
    expect((await window.refusalOf(window.file(draft.application.applicationId, window.clerk))).code).toBe(
      'approvals.not-yours',
    )
  })
  it('waits in a list by its promised day, page by page', async () => {
    const first = await window.as(window.clerk).call(listAdvice, { query: { limit: 1 } as never })
    expect(first.rows).toHaveLength(1)
    expect(first.next).not.toBeNull()
    const second = await window
      .as(window.clerk)
      .call(listAdvice, { query: { limit: 1, after: first.next ?? '' } as never })
    expect(second.rows[0]?.adviceId).not.toBe(first.rows[0]?.adviceId)
  })
})

describe('who may do what with advice', () => {
  it('the applicant asks; the window and the departments concerned answer', async () => {
    const team = await window.officers('planning-resources')
    const others = await window.officers('housing')
    const draft = await window.draft({ stage: 'ST1', itemIds: ['I-106'] })
    const adviceId = openId(await ask(draft))
    const people: Readonly<Record<string, Actor>> = {
      anonymous,
      applicant: window.applicant,
      stranger: window.stranger,
      clerk: window.clerk,
      reviewer: team.reviewer,
      'other reviewer': others.reviewer,
      supervisor: window.supervisor,
    }
    const application = { params: paramsOf(draft) }
    const advised = ['clerk', 'reviewer']
    const cases: readonly (readonly [Endpoint, object, readonly string[]])[] = [
      [readAdviceHistory as Endpoint, application, ['applicant']],
      [askAdvice as Endpoint, { ...application, body: { version: 999, question: '?' } }, ['applicant']],
      [convertAdvice as Endpoint, { ...application, body: {} }, ['applicant']],
      [readAdvice as Endpoint, { params: { adviceId } }, advised],
      [readAdviceDocument as Endpoint, { params: { adviceId, documentId: window.platform.newId() } }, advised],
      [answerAdvice as Endpoint, { params: { adviceId }, body: { version: 999, summary: '?', remarks: [] } }, advised],
      [listAdvice as Endpoint, { query: {} }, ['clerk', 'reviewer', 'other reviewer']],
      [withdrawAdvice as Endpoint, { params: { adviceId }, body: {} }, ['applicant']],
    ]
    for (const [endpoint, input, expected] of cases) {
      const admitted: string[] = []
      for (const [name, actor] of Object.entries(people)) {
        const { access } = endpoint
        if (typeof access !== 'object') throw new Error('every endpoint of advice names its roles')
        if (actor.kind !== 'person' || !actor.roles.some((held) => access.roles.includes(held.role))) continue
        try {
          await window.as(actor).call(endpoint, input)
          admitted.push(name)
        } catch (error) {
          if ((error as { refusal?: { kind: string } }).refusal?.kind !== 'forbidden') admitted.push(name)
        }
      }
      expect([endpoint.id, admitted]).toEqual([endpoint.id, expected])
    }
  })
})
