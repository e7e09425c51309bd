import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type LocalDate, localDate } from '../../../kernel/time.ts'
import { words } from '../../../kernel/words.ts'
import type { Answers, OpinionCode, OpinionTaskState } from '../contract.ts'
import { canonicalJson } from './canonical.ts'
import { openFrontConditions, standingsOf } from './front.ts'
import { type HolderSpan, holderDays } from './holders.ts'
import { joinOpinions, joinStage, type StageItemFacts } from './join.ts'
import { applicationLife, itemRunLife, opinionTaskLife } from './lifecycle.ts'
import { type MaterialTerms, materialFaults, materialNeeds } from './materials.ts'
import {
  documentNumberOf,
  documentPrefix,
  normaliseVerificationCode,
  receiptNumberOf,
  verificationCodeFrom,
} from './numbers.ts'
import { changedFields, type FactSource, originsAfter, prefill } from './prefill.ts'

const bytes = fc.uint8Array({ minLength: 64, maxLength: 64 })

describe('verification codes', () => {
  it('are read back from what people type, in any case and grouping', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const code = verificationCodeFrom(random)
        expect(code).toMatch(/^[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}$/)
        expect(normaliseVerificationCode(code.toLowerCase().replaceAll('-', ' '))).toBe(code)
      }),
    )
  })
  it('find every single wrong character and every swap of neighbours', () => {
    const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
    fc.assert(
      fc.property(bytes, fc.nat(11), fc.nat(30), (random, place, other) => {
        const plain = verificationCodeFrom(random).replaceAll('-', '')
        const wrong = alphabet.charAt(other)
        fc.pre(wrong !== plain.charAt(place))
        expect(normaliseVerificationCode(plain.slice(0, place) + wrong + plain.slice(place + 1))).toBeNull()
      }),
    )
    fc.assert(
      fc.property(bytes, fc.nat(9), (random, place) => {
        const plain = verificationCodeFrom(random).replaceAll('-', '')
        const [a, b] = [plain.charAt(place), plain.charAt(place + 1)]
        fc.pre(a !== b)
        expect(normaliseVerificationCode(plain.slice(0, place) + b + a + plain.slice(place + 2))).toBeNull()
      }),
    )
  })
  it('refuse to be made of too few random bytes', () => {
    expect(() => verificationCodeFrom(new Uint8Array(5))).toThrow(RangeError)
    expect(normaliseVerificationCode('0O1I')).toBeNull()
  })
})

describe('document numbers', () => {
  it('name the department, the kind, the year and the place in the series', () => {
    expect(documentNumberOf(documentPrefix('两江住建', 'permit', 'approved'), 2026, 1)).toBe('两江住建许〔2026〕0001')
    expect(documentNumberOf(documentPrefix('两江住建', 'permit', 'refused'), 2026, 12)).toBe('两江住建不许〔2026〕0012')
    expect(receiptNumberOf('2026-03-02', 7, new Uint8Array(24))).toBe('SJ20260302-000007-222222')
  })
})

describe('canonical text', () => {
  it('does not depend on the order in which facts were entered', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (facts) => {
        const turned = Object.fromEntries(Object.entries(facts).reverse())
        expect(canonicalJson(turned)).toBe(canonicalJson(facts))
        expect(JSON.parse(canonicalJson(facts))).toEqual(facts)
      }),
    )
    expect(() => canonicalJson(Number.NaN)).toThrow(RangeError)
  })
})

describe('the join of opinions', () => {
  const task = (state: OpinionTaskState, code: OpinionCode | null = null, superseded = false) => ({
    department: 'd',
    departmentName: '部门',
    state,
    code,
    superseded,
  })
  it('is complete exactly when no task is open and no question is unanswered', () => {
    const tasks = fc.array(
      fc.record({
        department: fc.constant('d'),
        departmentName: fc.constant('部门'),
        state: fc.constantFrom<OpinionTaskState>('sent', 'opened', 'given', 'deemed', 'cancelled'),
        code: fc.constantFrom<OpinionCode>('agree', 'disagree', 'need-information', 'not-involved'),
        superseded: fc.boolean(),
      }),
    )
    fc.assert(
      fc.property(tasks, (all) => {
        const live = all.filter((each) => !each.superseded)
        const open = live.some((each) => each.state === 'sent' || each.state === 'opened')
        const asking = live.some((each) => each.state === 'given' && each.code === 'need-information')
        expect(joinOpinions(all).complete).toBe(!open && !asking)
      }),
    )
  })
  it('forgets a question that was asked again and answered', () => {
    expect(joinOpinions([task('given', 'need-information', true), task('given', 'agree')]).complete).toBe(true)
    expect(joinOpinions([task('given', 'disagree')])).toMatchObject({ complete: true, disagreeing: ['部门'] })
  })
})

describe('the join of a stage', () => {
  const item = (outcome: StageItemFacts['outcome'], lead = false): StageItemFacts => ({
    state: outcome === null ? 'handling' : 'decided',
    outcome,
    lead,
  })
  it('closes when every item is decided and passes when none was refused', () => {
    expect(joinStage('all-items-closed', [item('approved'), item(null)])).toEqual({ closed: false, passed: false })
    expect(joinStage('all-items-closed', [item('approved'), item('refused')])).toEqual({ closed: true, passed: false })
    expect(joinStage('all-items-closed', [item('approved'), item('approved-with-conditions')])).toEqual({
      closed: true,
      passed: true,
    })
  })
  it('lets the lead department or any one decide where the rule says so', () => {
    expect(joinStage('lead-decides', [item('approved', true), item('refused')])).toEqual({ closed: true, passed: true })
    expect(joinStage('lead-decides', [item('refused', true), item('approved')])).toEqual({
      closed: true,
      passed: false,
    })
    expect(joinStage('any', [item('approved'), item('refused')])).toEqual({ closed: true, passed: true })
  })
  it('never closes while an item is being handled, whatever the rule', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('all-items-closed', 'any', 'lead-decides'),
        fc.array(fc.constantFrom<StageItemFacts['outcome']>('approved', 'refused', null), { minLength: 1 }),
        (rule, outcomes) => {
          const join = joinStage(
            rule,
            outcomes.map((outcome) => item(outcome, true)),
          )
          expect(join.closed).toBe(!outcomes.includes(null))
        },
      ),
    )
  })
})

describe('front conditions', () => {
  const condition = {
    itemId: 'I-202b',
    itemName: words('人防审核', 'Shelter'),
    departmentName: '国防动员部门',
    hold: 'before-decision' as const,
    because: words('未审核不得发证', 'by law'),
  }
  it('name the item, its department and where it stands', () => {
    const of = (runs: Parameters<typeof standingsOf>[0]) => openFrontConditions([condition], standingsOf(runs))
    expect(of([])[0]?.sentence.zh).toContain('尚未申请')
    expect(of([{ itemId: 'I-202b', state: 'handling', outcome: null }])[0]?.sentence.zh).toMatch(
      /人防审核.*国防动员部门.*正在办理/,
    )
    expect(of([{ itemId: 'I-202b', state: 'decided', outcome: 'refused' }])[0]?.sentence.zh).toContain('不予批准')
    expect(of([{ itemId: 'I-202b', state: 'decided', outcome: 'approved-with-conditions' }])).toEqual([])
  })
  it('stay fulfilled when the item is applied for again later', () => {
    const runs = [
      { itemId: 'I-202b', state: 'decided', outcome: 'approved' },
      { itemId: 'I-202b', state: 'handling', outcome: null },
    ] as const
    expect(openFrontConditions([condition], standingsOf(runs))).toEqual([])
  })
})

describe('days by holder', () => {
  it('always add up to the gross days', () => {
    const start = localDate('2026-03-02')
    const span = fc
      .record({
        from: fc.integer({ min: -10, max: 60 }),
        length: fc.nat(30),
        holder: fc.constantFrom('authority', 'applicant', 'third-party'),
      })
      .map(({ from, length, holder }) => ({
        from: addDays(start, from),
        to: addDays(start, from + length),
        holder: holder as HolderSpan['holder'],
      }))
    fc.assert(
      fc.property(fc.nat(60), fc.array(span, { maxLength: 6 }), (length, spans) => {
        const days = holderDays(start, addDays(start, length), spans)
        expect(days.gross).toBe(length)
        expect(days.authority + days.applicant + days.thirdParty).toBe(days.gross)
        expect(Math.min(days.authority, days.applicant, days.thirdParty)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
  it('charge the applicant only with days that nobody else held', () => {
    const [from, to] = ['2026-03-02', '2026-03-12'] as LocalDate[] as [LocalDate, LocalDate]
    const spans: HolderSpan[] = [
      { from: localDate('2026-03-03'), to: localDate('2026-03-06'), holder: 'applicant' },
      { from: localDate('2026-03-05'), to: localDate('2026-03-08'), holder: 'third-party' },
    ]
    expect(holderDays(from, to, spans)).toEqual({ gross: 10, authority: 4, applicant: 2, thirdParty: 4 })
  })
})

describe('materials', () => {
  const terms = (over: Partial<MaterialTerms>): MaterialTerms => ({
    materialId: 'A',
    itemId: 'I-1',
    itemName: words('事项', 'item'),
    name: words('方案', 'plan'),
    form: 'electronic',
    needed: 'yes',
    when: null,
    deferrableNote: null,
    deferrable: 'Y',
    fetchedFrom: null,
    ...over,
  })
  it('are asked for once, by the strictest demand', () => {
    const needs = materialNeeds(
      [terms({}), terms({ materialId: 'B', itemId: 'I-2', deferrable: 'N' })],
      new Set(['B']),
      new Map(),
    )
    expect(needs).toMatchObject([{ materialId: 'A', usedBy: ['I-1', 'I-2'], deferrable: 'N', present: true }])
  })
  it('that the system fetches never stop a submission and say from which decision they came', () => {
    const exempt = terms({ form: 'exempt-system-fetched', fetchedFrom: 'I-105' })
    expect(materialFaults(materialNeeds([exempt], new Set(), new Map()))).toEqual([])
    expect(materialNeeds([exempt], new Set(), new Map([['I-105', '发改备〔2026〕0001']]))).toMatchObject([
      { form: 'exempt', present: true, takenFrom: '发改备〔2026〕0001' },
    ])
  })
  it('are faults when they are needed and not there', () => {
    const faults = materialFaults(
      materialNeeds(
        [terms({}), terms({ materialId: 'C', name: words('其他', 'other'), needed: 'unknown' })],
        new Set(),
        new Map(),
      ),
    )
    expect(faults).toEqual([{ path: 'materials.A', message: '请上传“方案”。' }])
  })
})

describe('facts asked once', () => {
  const source = (kind: FactSource['kind'], facts: Answers): FactSource => ({ kind, label: kind, at: null, facts })
  it('come from the best source that knows them', () => {
    const filled = prefill(
      [
        { id: 'name', from: ['project', 'submission'] },
        { id: 'height', from: ['submission'] },
        { id: 'other', from: ['project'] },
      ],
      [source('project', { name: '甲', height: 3, other: '' }), source('submission', { name: '乙', height: 9 })],
    )
    expect(filled.answers).toEqual({ name: '甲', height: 9 })
    expect(filled.origins.height?.kind).toBe('submission')
  })
  it('count as entered once they were changed by hand, and only then', () => {
    const before = { name: '甲', point: { lon: 1, lat: 2 } }
    const { origins } = prefill(
      [
        { id: 'name', from: ['project'] },
        { id: 'point', from: ['project'] },
      ],
      [source('project', before)],
    )
    const at = '2026-03-02T01:30:00.000Z' as never
    expect(originsAfter(origins, before, { ...before, point: { lon: 1, lat: 2 } }, at)).toEqual(origins)
    expect(originsAfter(origins, before, { ...before, name: '乙' }, at).name?.kind).toBe('entered')
    expect(originsAfter(origins, before, { point: before.point }, at).name).toBeUndefined()
    expect(changedFields(before, { name: '乙' })).toEqual(['name', 'point'])
  })
})

describe('lifecycles', () => {
  it('reach every state and end only where a decision or a withdrawal ends them', () => {
    expect(applicationLife.states.filter(applicationLife.isFinal)).toEqual(['refused', 'withdrawn'])
    expect(itemRunLife.states.filter(itemRunLife.isFinal)).toEqual(['cancelled'])
    // Closed and decided lead back only to a new handling, when a decision is annulled.
    expect(applicationLife.next('closed')).toEqual(['accepted'])
    expect(itemRunLife.next('decided')).toEqual(['handling'])
    expect(opinionTaskLife.states.filter(opinionTaskLife.isFinal)).toEqual(['given', 'deemed', 'cancelled'])
    expect(itemRunLife.leads('handling', 'decided')).toBe(false)
  })
})
