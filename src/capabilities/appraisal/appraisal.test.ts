import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { type Actor, anonymous } from '../../kernel/actor.ts'
import type { Endpoint } from '../../kernel/endpoint.ts'
import { DAY_MS, instant } from '../../kernel/time.ts'
import { askOpinions, giveOpinion, type ItemRunView, requestCorrections, saveDraft } from '../approvals/contract.ts'
import * as contract from './contract.ts'
import { valueText } from './model/figures.ts'

const march = { kind: 'month', year: 2026, number: 3 } as const
let window: Window
/** Three files: decided on the last millisecond of the due day, decided one day late, never decided. */
let onTime: ItemRunView
let late: ItemRunView
let never: ItemRunView
const first = (runs: readonly ItemRunView[]): ItemRunView => {
  const [run] = runs
  if (run === undefined) throw new Error('no item run')
  return run
}
const supervisor = () => window.as(window.supervisor)
const compute = (body: { kind: 'month' | 'quarter'; year: number; number: number } = march) =>
  supervisor().call(contract.computePeriod, { body })
const figureOf = (
  view: contract.PeriodView,
  indicator: string,
  department: string,
  person: string | null = null,
): contract.PeriodView['figures'][number] => {
  const found = view.figures.find(
    (figure) => figure.indicator === indicator && figure.department === department && figure.person === person,
  )
  if (found === undefined) throw new Error(`no figure ${indicator} of ${department}`)
  return found
}
const department = 'water'

beforeAll(async () => {
  window = await openWindow()
  const asking = await window.officers('planning-resources')
  const housing = await window.officers('housing')
  onTime = first((await window.accepted({ itemIds: ['I-111'] })).itemRuns)
  expect(onTime.department).toBe(department)
  expect(onTime.clocks[0]?.due).toBe('2026-03-16')
  late = first((await window.accepted({ itemIds: ['I-111'] })).itemRuns)
  never = first((await window.accepted({ itemIds: ['I-111'] })).itemRuns)
  // One opinion is given in time, one is not given: silence speaks for it where the item allows it.
  const ask = async (run: ItemRunView) => {
    const asked = await window.as(asking.reviewer).call(askOpinions, {
      params: { itemRunId: run.itemRunId },
      body: { departments: ['housing'], question: '意见', days: 3 },
    })
    const [task] = asked.opinionTasks
    if (task === undefined) throw new Error('no task')
    return task
  }
  const asked = first((await window.accepted({ itemIds: ['I-106'] })).itemRuns)
  const silent = first((await window.accepted({ itemIds: ['I-106'] })).itemRuns)
  const task = await ask(asked)
  await ask(silent)
  await window.as(housing.reviewer).call(giveOpinion, {
    params: { opinionTaskId: task.opinionTaskId },
    body: { version: task.version, code: 'agree', text: '', conditions: [] },
  })
  // One list of corrections, answered, then accepted.
  const submitted = await window.submitted()
  const correcting = await window.as(window.clerk).call(requestCorrections, {
    params: { applicationId: submitted.application.applicationId },
    body: {
      version: submitted.application.version,
      points: [{ anchor: 'field:projectName', reasonCode: 'wrong', text: '有误' }],
    },
  })
  window.test.clock.advance(DAY_MS)
  const answered = await window.as(window.applicant).call(saveDraft, {
    params: { applicationId: correcting.application.applicationId },
    body: {
      version: correcting.application.version,
      answers: { ...correcting.application.answers, projectName: '观音桥示例住宅(一期)' },
    },
  })
  await window.accept(await window.submit(answered))
  window.test.clock.set(instant('2026-03-06T01:00:00Z'))
  await window.fireTimers()
  window.test.clock.set(instant('2026-03-16T15:59:59.999Z'))
  await window.decidedRun(onTime)
  window.test.clock.set(instant('2026-03-16T16:00:00.000Z'))
  await window.decidedRun(late)
  window.test.clock.set(instant('2026-04-01T01:00:00Z'))
})
afterAll(() => window.close())

describe('the figures of a period', () => {
  it('count an answer on the last day at 23:59:59.999 as on time, on the screen and in the figure alike', async () => {
    const screen = await window.itemRun(onTime.itemRunId)
    expect(screen.clocks.find((clock) => clock.kind === 'statutory')?.onTime).toBe(true)
    const after = await window.itemRun(late.itemRunId)
    expect(after.clocks.find((clock) => clock.kind === 'statutory')?.onTime).toBe(false)
    const view = await compute()
    const detail = await supervisor().call(contract.readFigure, {
      params: { figureId: figureOf(view, 'on-time', department).figureId },
    })
    const fileOf = (run: ItemRunView) => detail.files.find((file) => file.applicationId === run.applicationId)
    expect(fileOf(onTime)).toMatchObject({ value: 1, counted: true })
    expect(fileOf(late)).toMatchObject({ value: 0, note: expect.stringContaining('超期') })
    // A file that is never decided does not vanish from the share.
    expect(fileOf(never)).toMatchObject({ value: 0, note: expect.stringContaining('期末仍未办结') })
    expect(detail.figure.denominator).toBe(detail.files.length)
    expect(detail.figure.numerator).toBe(detail.files.reduce((sum, file) => sum + file.value, 0))
  })
  it('count opinions given and deemed, correction rounds, the first response', async () => {
    const view = await compute()
    expect(figureOf(view, 'opinions-on-time', 'housing')).toMatchObject({ numerator: 1, denominator: 2, value: 0.5 })
    expect(figureOf(view, 'opinions-deemed', 'housing')).toMatchObject({ numerator: 1, denominator: null })
    const rounds = view.figures.filter((figure) => figure.indicator === 'correction-rounds')
    expect(rounds.reduce((sum, figure) => sum + figure.numerator, 0)).toBe(1)
    const response = view.figures.filter((figure) => figure.indicator === 'first-response')
    expect(response.filter((figure) => figure.scope === 'department').length).toBeGreaterThan(0)
  })
  it('add up by person to what persons did', async () => {
    const view = await compute()
    const team = await window.officers(department)
    expect(figureOf(view, 'on-time', department, team.approver.name)).toMatchObject({ numerator: 1, denominator: 2 })
    const housing = await window.officers('housing')
    expect(figureOf(view, 'opinions-on-time', 'housing', housing.reviewer.name)).toMatchObject({
      numerator: 1,
      denominator: 1,
    })
  })
  it('can be derived again to the same numbers, whatever happens afterwards', async () => {
    const view = await compute()
    const params = { periodId: view.period.periodId }
    expect(await supervisor().call(contract.verifyPeriod, { params })).toMatchObject({ equal: true, differences: [] })
    // A file is decided after the computation, still within no period of it: the stored moment keeps it out.
    const other = first((await window.accepted({ itemIds: ['I-111'] })).itemRuns)
    await window.decidedRun(other)
    await window.decidedRun(never)
    const again = await supervisor().call(contract.verifyPeriod, { params })
    expect(again).toMatchObject({ equal: true, derived: view.digest })
  })
  it('are not computed for a period that has not begun or does not exist', async () => {
    const refused = (body: { kind: 'month' | 'quarter'; year: number; number: number }) =>
      window.refusalOf(compute(body))
    expect((await refused({ ...march, number: 5 })).code).toBe('appraisal.period-not-begun')
    expect((await refused({ kind: 'quarter', year: 2026, number: 5 })).code).toBe('appraisal.not-a-period')
  })
  it('show as percent, days, times and pieces', () => {
    expect(valueText(0.9617, 'share')).toBe('96.2%')
    expect(valueText(3.44, 'days')).toBe('3.4日')
    expect(valueText(0.5, 'rounds')).toBe('0.50次')
    expect(valueText(12, 'count')).toBe('12件')
    expect(valueText(null, 'share')).toBe('—')
  })
})

describe('publication', () => {
  it('waits for the end of the period, freezes, and tells the public about departments alone', async () => {
    const running = await compute({ kind: 'quarter', year: 2026, number: 2 })
    const publish = (view: contract.PeriodView) =>
      supervisor().call(contract.publishPeriod, {
        params: { periodId: view.period.periodId },
        body: { digest: view.digest },
      })
    expect((await window.refusalOf(publish(running))).code).toBe('appraisal.period-not-over')
    const quarter = await compute({ kind: 'quarter', year: 2026, number: 1 })
    expect((await window.refusalOf(publish({ ...quarter, digest: '0'.repeat(64) }))).code).toBe(
      'appraisal.digest-moved',
    )
    const published = await publish(quarter)
    expect(published.period.state).toBe('published')
    expect((await window.refusalOf(compute({ kind: 'quarter', year: 2026, number: 1 }))).code).toBe(
      'appraisal.period-frozen',
    )
    expect((await window.refusalOf(publish(published))).code).toBe('appraisal.period-frozen')
    const { periods } = await window.as(anonymous).call(contract.readPublicAppraisal)
    expect(periods.map((period) => period.name.zh)).toEqual(['2026年第一季度'])
    const text = JSON.stringify(periods)
    for (const person of [window.clerk, (await window.officers(department)).approver])
      expect(text).not.toContain(person.name)
    expect(text).not.toContain(onTime.applicationId)
    expect(text).not.toContain('signals-confirmed')
  })
  it('prints a report, marked as a draft until it is published', async () => {
    const draft = await compute()
    const paper = async (view: contract.PeriodView) =>
      window.as(window.clerk).download(contract.readReport, { params: { periodId: view.period.periodId } })
    const report = await paper(draft)
    expect(report.fileName).toBe('办件时效考核-2026年3月-第1版.pdf')
    expect(
      Buffer.from(report.content as Uint8Array)
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
  })
})

describe('an objection', () => {
  it('comes from the department within the days, is answered, and corrects the next edition', async () => {
    const own = await openWindow()
    try {
      const team = await own.officers(department)
      const other = await own.officers('housing')
      const run = first((await own.accepted({ itemIds: ['I-111'] })).itemRuns)
      own.test.clock.set(instant('2026-03-20T01:00:00Z'))
      await own.decidedRun(run)
      own.test.clock.set(instant('2026-04-01T01:00:00Z'))
      const computed = await own.as(own.supervisor).call(contract.computePeriod, { body: march })
      const draftFigure = figureOf(computed, 'on-time', department)
      const object = (by: Actor, figureId: contract.FigureId) =>
        own.as(by).call(contract.raiseObjection, { params: { figureId }, body: { text: '停电两日' } })
      expect((await own.refusalOf(object(team.approver, draftFigure.figureId))).code).toBe(
        'appraisal.objection-too-early',
      )
      const published = await own.as(own.supervisor).call(contract.publishPeriod, {
        params: { periodId: computed.period.periodId },
        body: { digest: computed.digest },
      })
      const figure = figureOf(published, 'on-time', department)
      expect(figure).toMatchObject({ numerator: 0, denominator: 1 })
      expect((await own.refusalOf(object(other.approver, figure.figureId))).code).toBe('appraisal.objection-not-yours')
      const objection = await object(team.approver, figure.figureId)
      expect((await own.refusalOf(object(team.lead, figure.figureId))).code).toBe('appraisal.objection-open')
      const files = await own.as(team.lead).call(contract.readFigure, { params: { figureId: figure.figureId } })
      const answer = (upheld: boolean, exclude: string[], by: Actor = own.supervisor) =>
        own.as(by).call(contract.answerObjection, {
          params: { objectionId: objection.objectionId },
          body: { upheld, answer: '经核实,停电属实', exclude },
        })
      const keys = files.files.map((file) => file.key)
      expect((await own.refusalOf(answer(true, keys, team.approver))).kind).toBe('forbidden')
      expect((await own.refusalOf(answer(true, []))).code).toBe('appraisal.exclude-needed')
      expect((await own.refusalOf(answer(false, keys))).code).toBe('appraisal.exclude-needed')
      expect((await own.refusalOf(answer(true, ['other']))).code).toBe('appraisal.exclude-unknown')
      expect(await answer(true, keys)).toMatchObject({ state: 'upheld' })
      expect((await own.refusalOf(answer(true, keys))).code).toBe('appraisal.objection-answered')

      const corrected = await own.as(own.supervisor).call(contract.computePeriod, { body: march })
      expect(corrected.period).toMatchObject({ edition: 2, state: 'draft' })
      expect(figureOf(corrected, 'on-time', department)).toMatchObject({ numerator: 0, denominator: 0, value: null })
      const params = { periodId: corrected.period.periodId }
      expect(await own.as(own.supervisor).call(contract.verifyPeriod, { params })).toMatchObject({ equal: true })
      const before = await own
        .as(own.supervisor)
        .call(contract.readPeriod, { params: { periodId: published.period.periodId } })
      expect(figureOf(before, 'on-time', department)).toMatchObject({ numerator: 0, denominator: 1 })

      await own.as(own.supervisor).call(contract.publishPeriod, { params, body: { digest: corrected.digest } })
      own.test.clock.advance(8 * DAY_MS)
      const last = figureOf(await own.as(team.lead).call(contract.readPeriod, { params }), 'time-held', department)
      expect((await own.refusalOf(object(team.lead, last.figureId))).code).toBe('appraisal.objection-too-late')
    } finally {
      await own.close()
    }
  })
})

describe('who sees what', () => {
  it('shows departments to officers, persons to themselves, their head and the supervisors', async () => {
    const view = await compute()
    const read = async (by: Actor) =>
      (await window.as(by).call(contract.readPeriod, { params: { periodId: view.period.periodId } })).figures.filter(
        (figure) => figure.scope === 'person',
      )
    const team = await window.officers(department)
    const names = async (by: Actor) => [...new Set((await read(by)).map((figure) => figure.person))]
    expect(await names(window.otherClerk)).toEqual([])
    expect(await names(window.clerk)).toEqual([window.clerk.name])
    expect(await names(team.reviewer)).toEqual([])
    expect(await names(team.approver)).toContain(team.approver.name)
    expect(await names(team.approver)).not.toContain((await window.officers('housing')).reviewer.name)
    expect((await names(window.supervisor)).length).toBeGreaterThan(2)
    const own = figureOf(view, 'on-time', department, team.approver.name)
    const params = { figureId: own.figureId }
    expect((await window.refusalOf(window.as(team.lead).call(contract.readFigure, { params }))).code).toBe(
      'appraisal.figure-not-yours',
    )
  })
  it('lets supervisors alone compute and publish, and keeps applicants out', () => {
    const supervisors = [contract.computePeriod, contract.publishPeriod, contract.answerObjection] as Endpoint[]
    for (const endpoint of supervisors) expect(endpoint.access).toEqual({ roles: ['supervisor'] })
    expect(contract.raiseObjection.access).toEqual({ roles: ['lead', 'approver'] })
    const read = [
      contract.listPeriods,
      contract.readPeriod,
      contract.readFigure,
      contract.verifyPeriod,
      contract.readReport,
    ]
    for (const endpoint of read as Endpoint[])
      expect(typeof endpoint.access === 'object' && !endpoint.access.roles.includes('applicant')).toBe(true)
  })
  it('serves every endpoint of its contract', () => {
    const declared = Object.values(contract).flatMap((value: unknown) =>
      typeof value === 'object' && value !== null && 'method' in value && 'id' in value ? [String(value.id)] : [],
    )
    expect(new Set((window.appraisal.routes ?? []).map((route) => route.endpoint.id))).toEqual(new Set(declared))
  })
})
