import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Condition, conditionSchema, evaluate, questionsOf, type Situation, visibility } from './conditions.ts'

const always: Condition = { always: true }
const situation = (answers: Situation['answers'], visible: Record<string, Condition> = {}): Situation => ({
  answers,
  named: new Map([['big', { question: 'area', gte: 100 }]]),
  visibleWhen: new Map(Object.entries({ area: always, land: always, ...visible })),
})

describe('conditions', () => {
  it('compare an answer', () => {
    const at = (area: number) =>
      (['gte', 'gt', 'lte', 'lt'] as const).map((sign) =>
        evaluate(conditionSchema.parse({ question: 'area', [sign]: 5 }), situation({ area })),
      )
    expect(at(4)).toEqual(['no', 'no', 'yes', 'yes'])
    expect(at(5)).toEqual(['yes', 'no', 'yes', 'no'])
    expect(at(6)).toEqual(['yes', 'yes', 'no', 'no'])
    expect(evaluate({ question: 'land', in: ['a', 'b'] }, situation({ land: 'b' }))).toBe('yes')
    expect(evaluate({ question: 'land', eq: 'a' }, situation({ land: 'b' }))).toBe('no')
  })
  it('are unknown while their question is open', () => {
    expect(evaluate({ ref: 'big' }, situation({}))).toBe('unknown')
    expect(evaluate({ not: { ref: 'big' } }, situation({}))).toBe('unknown')
  })
  it('are known as soon as one part settles them', () => {
    const open: Condition = { question: 'land', eq: 'a' }
    expect(evaluate({ any: [open, { ref: 'big' }] }, situation({ area: 100 }))).toBe('yes')
    expect(evaluate({ all: [open, { ref: 'big' }] }, situation({ area: 99 }))).toBe('no')
    expect(evaluate({ all: [open, { ref: 'big' }] }, situation({ area: 100 }))).toBe('unknown')
  })
  it('do not hold on a question that is not put, even if it was answered before', () => {
    const hidden = { area: { question: 'land', eq: 'new' } as const }
    expect(evaluate({ ref: 'big' }, situation({ land: 'old', area: 500 }, hidden))).toBe('no')
    expect(evaluate({ ref: 'big' }, situation({ land: 'new', area: 500 }, hidden))).toBe('yes')
    expect(visibility('area', situation({}, hidden))).toBe('unknown')
    expect(visibility('nothing', situation({}))).toBe('no')
  })
  it('name the questions that they read', () => {
    expect(questionsOf({ all: [{ ref: 'big' }, { not: { question: 'land', eq: 'a' } }] }, situation({}).named)).toEqual(
      ['area', 'land'],
    )
  })
  it('accept one form only, so that a misspelt sign is not silently true', () => {
    expect(conditionSchema.safeParse({ question: 'area', gte: 1, lte: 2 }).success).toBe(false)
    expect(conditionSchema.safeParse({ question: 'area', more: 1 }).success).toBe(false)
    expect(conditionSchema.safeParse({ all: [] }).success).toBe(false)
  })

  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 4 },
      fc.record({ question: fc.constantFrom('area', 'land'), eq: fc.constantFrom(1, 2) }),
      fc.record({ question: fc.constantFrom('area', 'land'), gte: fc.constantFrom(1, 2) }),
      fc.record({ not: tie('condition') }),
      fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    ),
  }))
  const optional = fc.option(fc.constantFrom(1, 2), { nil: undefined })
  it('once settled, stay settled whatever else is answered', () => {
    fc.assert(
      fc.property(condition, optional, fc.constantFrom(1, 2), fc.constantFrom(1, 2), (each, area, later, land) => {
        const before = evaluate(each, situation({ area }))
        const after = evaluate(each, situation({ area: area ?? later, land }))
        expect(after).not.toBe('unknown')
        if (before !== 'unknown') expect(after).toBe(before)
      }),
    )
  })
  it('obey De Morgan also where answers are open', () => {
    fc.assert(
      fc.property(condition, condition, optional, optional, (a, b, area, land) => {
        const here = situation({ area, land })
        expect(evaluate({ not: { all: [a, b] } }, here)).toBe(evaluate({ any: [{ not: a }, { not: b }] }, here))
      }),
    )
  })
})
