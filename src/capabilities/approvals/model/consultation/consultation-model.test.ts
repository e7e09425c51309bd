import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendar } from '../../../../../tests/support/clocks.ts'
import { addDays, localDate } from '../../../../kernel/time.ts'
import { dayNumberOf } from '../../../../kernel/working-days.ts'
import type { OpinionCode } from '../../contract.ts'
import { opinionCodes } from '../../contract.ts'
import { conflictStep, contradiction, type StandingOpinion } from './conflicts.ts'
import { daysLeftOnReturn } from './days.ts'
import { firstHearingDay, hearingSteps, lastHearingDay, lastRequestDay } from './hearing.ts'
import { changedAnchors, consultationRulesSchema, departuresFrom, mustAskAgain, suggestDepartments } from './rules.ts'

const rules = consultationRulesSchema.parse(
  JSON.parse(readFileSync(new URL('../../../../../data/approvals/rules.json', import.meta.url), 'utf8')).consultation,
)
const days = {
  request: rules.hearing.request.days,
  hold: rules.hearing.hold.days,
  notice: rules.hearing.notice.days,
}
const day = fc.integer({ min: 0, max: 600 }).map((n) => addDays(localDate('2025-03-03'), n))
const opinion = (taskId: string, code: OpinionCode | null, more: Partial<StandingOpinion> = {}): StandingOpinion => ({
  taskId,
  state: code === null ? 'sent' : 'given',
  code,
  superseded: false,
  ...more,
})

describe('a hearing across Spring Festival 2026', () => {
  it('is asked for by the make-up Saturday before the feast, and held by the twentieth workday after the request', () => {
    expect(lastRequestDay(calendar, localDate('2026-02-09'), days)).toBe('2026-02-14')
    expect(lastHearingDay(calendar, localDate('2026-02-12'), days)).toBe('2026-03-18')
  })
  it('is announced seven workdays before, the feast not counted', () => {
    expect(firstHearingDay(calendar, localDate('2026-02-13'), days)).toBe('2026-03-02')
  })
  it('shows every step with its due day, and what was late', () => {
    const steps = hearingSteps(
      calendar,
      {
        informedOn: localDate('2026-02-09'),
        onRequest: true,
        requestedOn: localDate('2026-02-12'),
        noticedOn: null,
        hearingOn: null,
        heldOn: null,
      },
      days,
      localDate('2026-03-10'),
    )
    expect(steps.map((step) => [step.step, step.due, step.late])).toEqual([
      ['request', '2026-02-14', false],
      ['notice', '2026-03-09', true],
      ['hold', '2026-03-18', false],
    ])
  })
  it('leaves room for the notice whenever it is asked for', () => {
    fc.assert(
      fc.property(day, (requested) => {
        const last = lastHearingDay(calendar, requested, days)
        expect(firstHearingDay(calendar, requested, days) <= last).toBe(true)
        expect(calendar.workdaysBetween(requested, last)).toBe(days.hold)
        expect(calendar.isWorkday(last)).toBe(true)
      }),
    )
  })
})

describe('days when an answer comes back', () => {
  const least = rules.information.leastDaysOnReturn
  it('lead to the old due day, as if nobody had waited', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 40 }), (since, budget, waited) => {
        const due = calendar.addWorkdays(since, budget)
        const today = addDays(since, waited)
        const left = daysLeftOnReturn(calendar, { due, since, today, held: [], least })
        expect(left).toBeGreaterThanOrEqual(least)
        const next = calendar.addWorkdays(today, left)
        if (calendar.workdaysBetween(today, due) >= least) expect(next).toBe(due)
      }),
    )
  })
  it('grow by exactly the workdays on which the item stood still on a legal ground', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 10 }), (since, waited, from) => {
        const today = addDays(since, waited)
        const due = calendar.addWorkdays(today, 30)
        const span = { from: dayNumberOf(addDays(since, from)), to: dayNumberOf(today) }
        const free = daysLeftOnReturn(calendar, { due, since, today, held: [], least })
        const held = daysLeftOnReturn(calendar, { due, since, today, held: [span, span], least })
        let stood = 0
        for (let at = since; at < today; ) {
          at = addDays(at, 1)
          if (calendar.isWorkday(at) && dayNumberOf(at) >= span.from) stood += 1
        }
        expect(held - free).toBe(stood)
      }),
    )
  })
})

describe('contradicting opinions', () => {
  const code = fc.constantFrom(...opinionCodes)
  it('need one for and one against; silence and replaced opinions take no side', () => {
    expect(contradiction([opinion('a', 'agree'), opinion('b', 'disagree')])).toEqual(['a', 'b'])
    expect(contradiction([opinion('a', 'agree', { superseded: true }), opinion('b', 'disagree')])).toEqual([])
    expect(contradiction([opinion('a', null, { state: 'deemed' }), opinion('b', 'disagree')])).toEqual([])
    expect(contradiction([opinion('a', 'not-involved'), opinion('b', 'disagree')])).toEqual([])
  })
  it('do not depend on the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(code, { maxLength: 6 }), (codes) => {
        const all = codes.map((each, index) => opinion(`t${index}`, each))
        expect(contradiction([...all].reverse())).toEqual(contradiction(all))
      }),
    )
  })
  it('raise once, stay mediated, and rise again when a new side speaks', () => {
    expect(conflictStep(['a', 'b'], null, [])).toBe('raise')
    expect(conflictStep(['a', 'b'], null, [['a', 'b']])).toBe('nothing')
    expect(conflictStep(['a', 'c'], null, [['a', 'b']])).toBe('raise')
    expect(conflictStep(['a', 'c'], ['a', 'b'], [])).toBe('keep')
    expect(conflictStep([], ['a', 'b'], [])).toBe('settle')
    expect(conflictStep([], null, [])).toBe('nothing')
  })
})

describe('suggestions', () => {
  const suggest = (truth: 'yes' | 'no' | 'unknown', also: readonly string[] = []) =>
    suggestDepartments(rules, {
      itemId: 'I-203',
      department: 'planning-resources',
      also,
      day: localDate('2026-03-02'),
      truth: () => truth,
    })
  it('name each department once, never the one that asks, certain ones first', () => {
    const all = suggest('yes', ['planning-resources', 'housing'])
    expect(new Set(all.map((each) => each.department)).size).toBe(all.length)
    expect(all.map((each) => each.department)).not.toContain('planning-resources')
    expect(all[0]).toMatchObject({ department: 'housing', ruleId: 'catalogue', certain: 'yes' })
    expect(suggest('no')).toEqual([])
    expect(suggest('unknown').every((each) => each.certain === 'unknown')).toBe(true)
  })
  it('owe a reason for what is dropped, and for what is added beside them', () => {
    const suggested = suggest('yes', ['housing']).filter((each) => each.department === 'housing')
    const none = new Set<string>()
    expect(departuresFrom(suggested, ['housing'], none, {}).owed).toEqual([])
    expect(departuresFrom(suggested, ['water'], none, {}).owed).toEqual(['housing', 'water'])
    expect(departuresFrom(suggested, ['water'], none, { housing: '已征求', water: '临河' }).owed).toEqual([])
    expect(departuresFrom(suggested, ['water'], new Set(['housing', 'water']), {}).owed).toEqual([])
    expect(departuresFrom([], ['water'], none, {}).owed).toEqual([])
  })
  it('rest on reviewed data: every rule has a source, and every kind of procedure a limit', () => {
    expect(new Set(rules.suggestions.map((rule) => rule.id)).size).toBe(rules.suggestions.length)
    expect(rules.procedures.map((rule) => rule.kind).sort()).toEqual(
      ['expert-review', 'hearing', 'survey', 'tender', 'test'].sort(),
    )
  })
})

describe('changed facts', () => {
  it('are found whether added, removed or altered', () => {
    expect(changedAnchors({ a: '1', b: '1', c: '1' }, { a: '1', b: '2', d: '1' })).toEqual(['b', 'c', 'd'])
  })
  it('oblige only where a rule calls them material', () => {
    expect(mustAskAgain(rules, 'I-203', ['field:floorAreaTotal'])?.id).toBe('MF-01')
    expect(mustAskAgain(rules, 'I-203', ['field:applicationContact'])).toBeNull()
    expect(mustAskAgain(rules, 'I-203', ['material:I-203-M01'])).toBeNull()
  })
})
