import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localDate } from '../../../kernel/time.ts'
import { outcomes } from '../contract.ts'
import {
  barredUntil,
  deferralLife,
  deferralRuleOf,
  deferralStates,
  deferralVerdict,
  outcomeWithDeferral,
} from './deferral.ts'
import { exchangeCode, exchangeStatusOf } from './exchange.ts'
import { readUndertakingRules } from './undertaking-rules.ts'

const rules = readUndertakingRules((file) => readFileSync(`data/approvals/${file}`, 'utf8'))
const item = { itemId: 'I-1', name: { zh: '事项', en: 'item' }, safety: false, onTheSpot: false }
const need = { materialId: 'M', deferrable: 'Y' as const, usedBy: ['I-1'], form: 'electronic' }
const clean = { dishonest: null, barred: null }

describe('who may hand a document in later', () => {
  it('a deferrable document of an ordinary item and a clean applicant may follow', () => {
    expect(deferralVerdict(need, null, [item], clean, rules.deferral.exclusions)).toMatchObject({
      eligible: true,
      conditional: false,
    })
  })
  it('whatever else holds, a single ground against it is enough, and the reason is never empty', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('N' as const, 'Y' as const, 'C' as const),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (deferrable, safety, onTheSpot, dishonest, barred) => {
          const verdict = deferralVerdict(
            { ...need, deferrable },
            null,
            [{ ...item, safety, onTheSpot }],
            {
              dishonest: dishonest ? { basis: '名单', until: null } : null,
              barred: barred ? { caseNumber: '申2026-000001', until: localDate('2026-12-31') } : null,
            },
            rules.deferral.exclusions,
          )
          const against = deferrable === 'N' || safety || onTheSpot || dishonest || barred
          expect(verdict.eligible).toBe(!against)
          expect(verdict.conditional).toBe(!against && deferrable === 'C')
          expect(verdict.reason.zh.length).toBeGreaterThan(4)
        },
      ),
    )
  })
  it('an item that does not use the document says nothing about it', () => {
    const other = { ...item, itemId: 'I-2', safety: true }
    expect(deferralVerdict(need, null, [item, other], clean, rules.deferral.exclusions).eligible).toBe(true)
  })
})

describe('limits and consequences', () => {
  it('of several items the shortest limit holds; where none has its own, the event of the general rule', () => {
    expect(deferralRuleOf(rules.deferral, ['I-203']).limit).toMatchObject({ kind: 'event', eventItem: 'I-408' })
    expect(deferralRuleOf(rules.deferral, ['I-107', 'I-109']).limit.days).toBe(10)
    expect(deferralRuleOf(rules.deferral, ['I-203', 'I-308']).limit.days).toBe(5)
  })
  it('a bar lasts the months of the rule, and there is none where the rule has none', () => {
    const rule = deferralRuleOf(rules.deferral, ['I-308'])
    expect(barredUntil(rule, localDate('2026-03-31'))).toBe('2026-09-30')
    const mild = { ...rule, consequences: { ...rule.consequences, actions: ['remind' as const] } }
    expect(barredUntil(mild, localDate('2026-03-31'))).toBeNull()
  })
  it('a decision in favour of the whole carries what is owed; a refusal, a part and what lacks nothing stay as they are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...outcomes), fc.nat(5), (outcome, owed) => {
        const whole = outcome !== 'refused' && outcome !== 'partially-approved'
        const expected = owed > 0 && whole ? 'approved-with-deferral' : outcome
        expect(outcomeWithDeferral(outcome, owed)).toBe(expected)
      }),
    )
  })
  it('a promise that was kept or dropped never changes again', () => {
    for (const state of deferralStates)
      expect(deferralLife.isFinal(state)).toBe(state === 'completed' || state === 'dropped')
    expect(deferralLife.leads('defaulted', 'completed')).toBe(true)
    expect(deferralLife.leads('declared', 'defaulted')).toBe(false)
  })
})

describe('the status of the national exchange', () => {
  const facts = {
    applicationState: 'accepted',
    round: 1,
    itemState: 'handling',
    outcome: null,
    held: false,
    revoked: false,
  } as const
  it('a decision with documents to follow is 12, apart from 11', () => {
    const code = (outcome: (typeof outcomes)[number]) =>
      exchangeCode(rules.exchange, exchangeStatusOf({ ...facts, itemState: 'decided', outcome }))?.code
    expect(Object.fromEntries(outcomes.map((outcome) => [outcome, code(outcome)]))).toEqual({
      approved: 11,
      'approved-with-conditions': 11,
      'approved-with-deferral': 12,
      'partially-approved': 11,
      refused: 13,
    })
  })
  it('a pause, a correction and a withdrawal have their own codes', () => {
    const code = (more: Partial<Parameters<typeof exchangeStatusOf>[0]>) =>
      exchangeCode(rules.exchange, exchangeStatusOf({ ...facts, ...more }))?.code
    expect(code({ held: true })).toBe(9)
    expect(code({})).toBe(8)
    expect(code({ applicationState: 'correcting', itemState: null })).toBe(6)
    expect(code({ applicationState: 'submitted', itemState: null, round: 2 })).toBe(7)
    expect(code({ applicationState: 'submitted', itemState: null })).toBe(1)
    expect(code({ applicationState: 'refused', itemState: null })).toBe(5)
    expect(code({ applicationState: 'withdrawn', itemState: 'cancelled' })).toBe(2)
    expect(code({ itemState: 'decided', outcome: 'approved', revoked: true })).toBe(15)
  })
})
