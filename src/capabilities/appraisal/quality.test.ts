import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDataFile } from '../../../tests/support/data.ts'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { DAY_MS, instant } from '../../kernel/time.ts'
import * as after from '../approvals/contract/after.ts'
import type { ApplicationId, ItemRunView } from '../approvals/contract.ts'
import { afterRulesOf } from '../approvals/model/after-rules.ts'
import * as contract from './contract.ts'
import { reportBlocks } from './documents/report.ts'
import type { Figure } from './model/figures.ts'
import { type IndicatorCode, type IndicatorRules, indicatorRulesSchema } from './model/indicators.ts'
import { rankDepartments } from './model/ranking.ts'

const rules: IndicatorRules = indicatorRulesSchema.parse(readDataFile('appraisal', 'indicators.json'))
const figure = (department: string, indicator: IndicatorCode, numerator: number, denominator: number) =>
  ({ scope: 'department', department, indicator, numerator, denominator }) as Pick<
    Figure,
    'scope' | 'department' | 'indicator' | 'numerator' | 'denominator'
  >
const places = (...figures: readonly ReturnType<typeof figure>[]) =>
  rankDepartments(rules, figures).map((place) => [place.department, place.rank])

describe('the order of departments', () => {
  it('follows the weaker of speed and quality: fast and wrong comes after slower and right', () => {
    expect(
      places(
        figure('fast', 'on-time', 10, 10),
        figure('fast', 'decisions-stand', 4, 10),
        figure('sound', 'on-time', 8, 10),
        figure('sound', 'decisions-stand', 10, 10),
      ),
    ).toEqual([
      ['sound', 1],
      ['fast', 2],
    ])
  })
  it('is not bought back by any speed, nor by any quality', () => {
    const speeds = (value: number) =>
      places(
        figure('a', 'on-time', value, 10),
        figure('a', 'decisions-stand', 5, 10),
        figure('b', 'on-time', 6, 10),
        figure('b', 'decisions-stand', 6, 10),
      )
    for (const value of [6, 8, 10]) expect(speeds(value)[0]).toEqual(['b', 1])
  })
  it('gives no place to a department of which only one aspect is known, and one place to equals', () => {
    expect(
      places(
        figure('only-fast', 'on-time', 10, 10),
        figure('one', 'on-time', 9, 10),
        figure('one', 'decisions-stand', 9, 10),
        figure('two', 'opinions-on-time', 9, 10),
        figure('two', 'commitments-true', 9, 10),
      ),
    ).toEqual([
      ['one', 1],
      ['two', 1],
      ['only-fast', null],
    ])
  })
  it('does not exist under rules without it, and needs shares of both aspects', () => {
    const { ranking: _ranking, ...before } = rules
    expect(rankDepartments(before, [figure('a', 'on-time', 1, 1)])).toEqual([])
    const onlySpeed = { ...rules, indicators: rules.indicators.filter((each) => each.aspect !== 'quality') }
    expect(indicatorRulesSchema.safeParse(onlySpeed).success).toBe(false)
  })
  it('counts revocations on grounds that exist and are the authority’s own', () => {
    const grounds = afterRulesOf(
      readDataFile('approvals', 'after-decision.json'),
      readDataFile('approvals', 'conditions.json'),
    ).revocationGrounds
    for (const id of rules.faultGrounds ?? []) expect(grounds.map((ground) => ground.id)).toContain(id)
    expect(rules.faultGrounds).not.toContain('deceit')
  })
})

describe('a department that is fast and wrong', () => {
  const march = { kind: 'month', year: 2026, number: 3 } as const
  let window: Window
  beforeAll(async () => {
    window = await openWindow()
  })
  afterAll(() => window.close())

  const runOf = async (itemId: string): Promise<ItemRunView> => {
    const [run] = (await window.accepted({ itemIds: [itemId] })).itemRuns
    if (run === undefined) throw new Error('no run')
    return run
  }
  const documentOf = async (id: ApplicationId): Promise<after.AfterView['documents'][number]> => {
    const found = (
      await window.as(window.clerk).call(after.readAfter, { params: { applicationId: id } })
    ).documents.find((each) => each.state === 'in-force')
    if (found === undefined) throw new Error('no document')
    return found
  }
  const propose = async (id: ApplicationId, body: object) => {
    const document = await documentOf(id)
    const team = await window.officers(document.department)
    const { documents } = await window.as(team.reviewer).call(after.proposeAct, {
      params: { certificateId: document.certificateId },
      body: { version: document.version, reason: '核对原卷', changes: {}, ...body } as never,
    })
    const act = documents.flatMap((each) => each.acts).find((each) => each.state === 'proposed')
    if (act === undefined) throw new Error('no act')
    return { team, act }
  }
  const settle = async ({ team, act }: Awaited<ReturnType<typeof propose>>) =>
    window.as(team.approver).call(after.decideAct, {
      params: { actId: act.actId },
      body: { version: act.version, approve: true, remark: '' },
    })
  const compute = (body: { kind: 'month'; year: number; number: number } = march) =>
    window.as(window.supervisor).call(contract.computePeriod, { body })
  const figureOf = (view: contract.PeriodView, indicator: string, department: string) => {
    const found = view.figures.find(
      (each) => each.indicator === indicator && each.department === department && each.scope === 'department',
    )
    if (found === undefined) throw new Error(`no figure ${indicator} of ${department}`)
    return found
  }
  const filesOf = async (view: contract.PeriodView, indicator: string, department: string) =>
    (
      await window
        .as(window.supervisor)
        .call(contract.readFigure, { params: { figureId: figureOf(view, indicator, department).figureId } })
    ).files

  it('does not come first; each decision behind the number opens, and says why it fell', async () => {
    // Water decides at once and is wrong: one slip corrected, one revoked for its own fault, one for deceit by the holder.
    const slip = await runOf('I-111')
    const fault = await runOf('I-111')
    const deceit = await runOf('I-111')
    for (const run of [slip, fault, deceit]) await window.decidedRun(run)
    // Planning decides three in time and one late, and all of it stands.
    const sound = [await runOf('I-106'), await runOf('I-106'), await runOf('I-106')]
    const late = await runOf('I-106')
    for (const run of sound) await window.decidedRun(run)
    const [asPlanned] = sound
    if (asPlanned === undefined) throw new Error('no run')
    await settle(await propose(slip.applicationId, { kind: 'correction', changes: { holderName: '示例置业(集团)' } }))
    const revoking = await propose(fault.applicationId, { kind: 'revocation', ground: 'wrong-procedure' })
    const deceiving = await propose(deceit.applicationId, { kind: 'revocation', ground: 'deceit' })
    window.test.clock.advance(12 * DAY_MS)
    await window.fireTimers()
    await settle(revoking)
    await settle(deceiving)
    window.test.clock.set(instant('2026-03-31T01:00:00Z'))
    await window.decidedRun(late)
    window.test.clock.set(instant('2026-04-01T01:00:00Z'))
    const view = await compute()
    const { department: planning } = asPlanned
    expect(figureOf(view, 'on-time', 'water').value).toBe(1)
    expect(figureOf(view, 'on-time', planning).value).toBe(0.75)
    // The document in the place of the corrected one is no new decision.
    expect(figureOf(view, 'decisions-stand', 'water')).toMatchObject({ numerator: 1, denominator: 3 })
    expect(figureOf(view, 'decisions-stand', planning)).toMatchObject({ numerator: 4, denominator: 4 })
    expect(view.ranking.map((place) => [place.department, place.rank])).toEqual([
      [planning, 1],
      ['water', 2],
    ])
    const files = await filesOf(view, 'decisions-stand', 'water')
    const noteOf = (run: ItemRunView) => files.find((file) => file.applicationId === run.applicationId)
    expect(noteOf(slip)).toMatchObject({ value: 0, note: expect.stringContaining('因差错更正') })
    expect(noteOf(fault)).toMatchObject({ value: 0, note: expect.stringContaining('因本机关原因撤销') })
    expect(noteOf(deceit)).toMatchObject({ value: 1 })
    // The report prints quality first and the order with both.
    const text = JSON.stringify(reportBlocks(view, 'https://example.test'))
    expect(text).toContain('决定经得起检验率')
    expect(text.indexOf('办得对')).toBeLessThan(text.indexOf('办得快'))
    expect(text).toContain('33.3%')
  })
  it('bears a decision that falls later in the period in which it falls, and the month before stays as it was', async () => {
    const before = await compute()
    const [run] = [await runOf('I-111')]
    await window.decidedRun(run)
    const april = { kind: 'month', year: 2026, number: 4 } as const
    window.test.clock.set(instant('2026-05-06T01:00:00Z'))
    await settle(await propose(run.applicationId, { kind: 'correction', changes: { holderName: '示例置业(更名)' } }))
    expect(figureOf(await compute(april), 'decisions-stand', 'water')).toMatchObject({ numerator: 1, denominator: 1 })
    window.test.clock.set(instant('2026-06-01T01:00:00Z'))
    const may = await compute({ kind: 'month', year: 2026, number: 5 })
    expect(figureOf(may, 'decisions-stand', 'water')).toMatchObject({ numerator: 0, denominator: 1 })
    const params = { periodId: before.period.periodId }
    expect(await window.as(window.supervisor).call(contract.verifyPeriod, { params })).toMatchObject({ equal: true })
  })
})
