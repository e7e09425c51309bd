import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import classesData from '../../../../data/standards/pipe-classes.json' with { type: 'json' }
import rulesData from '../../../../data/standards/pipe-clearances.json' with { type: 'json' }
import columnsData from '../../../../data/standards/survey-columns.json' with { type: 'json' }
import { burials, gasPressures, pipeKinds } from '../model.ts'
import { pipeAt, tablesFrom } from '../testing/data.ts'
import { compileRules, type RuleFacts } from './lookup.ts'
import { pipeRulesSchema } from './schema.ts'
import { suggestYielding } from './yielding.ts'

const { pipeRules, rules, today } = tablesFrom(classesData, rulesData, columnsData)

const facts = (what: Partial<RuleFacts>): RuleFacts => ({
  subject: 'water',
  nominalMm: 300,
  gasPressure: null,
  voltageKv: null,
  burial: 'direct',
  material: 'steel',
  ...what,
})
const anyFacts = fc.record({
  subject: fc.constantFrom(...pipeKinds),
  nominalMm: fc.option(fc.integer({ min: 50, max: 2000 })),
  gasPressure: fc.option(fc.constantFrom(...gasPressures)),
  voltageKv: fc.option(fc.constantFrom(0.4, 10, 35, 110)),
  burial: fc.option(fc.constantFrom(...burials)),
  material: fc.option(fc.constantFrom('steel', 'PE', 'concrete')),
})

describe('clearance tables', () => {
  test('hold the figures of the found part of the table', () => {
    const value = (a: Partial<RuleFacts>, b: Partial<RuleFacts>) => rules.horizontal(facts(a), facts(b)).least?.valueM
    expect(value({ subject: 'sewage' }, { subject: 'water', nominalMm: 200 })).toBe(1)
    expect(value({ subject: 'sewage' }, { subject: 'water', nominalMm: 201 })).toBe(1.5)
    expect(value({ subject: 'rain' }, { subject: 'gas', gasPressure: 'medium-a' })).toBe(1.2)
    expect(value({ subject: 'rain' }, { subject: 'gas', gasPressure: 'sub-high-a' })).toBe(2)
    expect(value({ subject: 'sewage' }, { subject: 'telecom', burial: 'conduit' })).toBe(1)
    expect(value({ subject: 'sewage' }, { subject: 'power' })).toBe(0.5)
    expect(
      value(
        { subject: 'gas', nominalMm: 300, gasPressure: 'low' },
        { subject: 'gas', nominalMm: 300, gasPressure: 'low' },
      ),
    ).toBe(0.4)
    expect(
      value(
        { subject: 'gas', nominalMm: 400, gasPressure: 'low' },
        { subject: 'gas', nominalMm: 300, gasPressure: 'low' },
      ),
    ).toBe(0.5)
    expect(value({ subject: 'power', voltageKv: 35 }, { subject: 'telecom' })).toBe(2)
  })
  test('do not mix the tables: sewage to telecom is 1.0 beside and 0.5 across', () => {
    const sewage = facts({ subject: 'sewage' })
    const telecom = facts({ subject: 'telecom', burial: 'direct' })
    expect(rules.horizontal(sewage, telecom).least?.valueM).toBe(1)
    expect(rules.crossing(sewage, telecom).least?.valueM).toBe(0.5)
  })
  test('say that gas above 1.6 MPa is outside the table', () => {
    const answer = rules.horizontal(facts({ subject: 'gas', gasPressure: 'high' }), facts({ subject: 'water' }))
    expect(answer.outside).toBe('yes')
    expect(answer.outsideRow?.valueM).toBeNull()
  })
  test('leave mildest and strictest open where a fact is unknown, and name it', () => {
    const answer = rules.horizontal(facts({ subject: 'gas', gasPressure: null }), facts({ subject: 'water' }))
    expect([answer.least?.valueM, answer.most?.valueM]).toEqual([0.5, 1.5])
    expect(answer.doubts).toEqual(['gasPressure'])
    expect(answer.outside).toBe('maybe')
  })
  test('take a pipe of unknown class for any: nothing is certain, the strictest may hold', () => {
    const unnamed = facts({ subject: 'unknown', nominalMm: 300 })
    const answer = rules.horizontal(unnamed, facts({ subject: 'sewage' }))
    expect(answer.least).toBeNull()
    expect(answer.most?.valueM).toBe(2)
    expect(answer.doubts).toContain('kind')
    expect(rules.horizontal(unnamed, facts({ subject: 'tree' })).most?.valueM).toBe(1.5)
    expect(rules.cover(unnamed, 'carriageway')).toMatchObject({ least: null, most: { valueM: 1 } })
  })
  test('answer the same whichever pipe is named first, and whatever the order of rows', () => {
    const turned = compileRules(
      { ...pipeRules, horizontal: [...pipeRules.horizontal].reverse(), crossing: [...pipeRules.crossing].reverse() },
      today,
    )
    fc.assert(
      fc.property(anyFacts, anyFacts, (a, b) => {
        for (const table of ['horizontal', 'crossing'] as const) {
          expect(rules[table](a, b)).toEqual(rules[table](b, a))
          expect(turned[table](a, b)).toEqual(rules[table](a, b))
        }
      }),
      { seed: 11, numRuns: 300 },
    )
  })
  test('an unknown fact never allows less than a known one: the known value lies between mildest and strictest', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, fc.constantFrom(...gasPressures), (a, b, pressure) => {
        const known = rules.horizontal({ ...a, gasPressure: pressure }, b)
        const unknown = rules.horizontal({ ...a, gasPressure: null }, b)
        if (known.most?.valueM === null || known.most === null || known.least === null) return
        expect(unknown.most?.valueM ?? 0).toBeGreaterThanOrEqual(known.most.valueM)
        expect(unknown.least?.valueM ?? Infinity).toBeLessThanOrEqual(known.least.valueM ?? 0)
      }),
      { seed: 12, numRuns: 300 },
    )
  })
  test('never reach further than they say, so that no pair is missed', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, (a, b) => {
        const most = rules.horizontal(a, b).most?.valueM ?? 0
        expect(rules.horizontalReach(a.subject, 'pipes')).toBeGreaterThanOrEqual(most)
      }),
      { seed: 13 },
    )
  })
  test('hold only on their days', () => {
    const early = compileRules(
      {
        ...pipeRules,
        horizontal: pipeRules.horizontal.map((row) => ({
          ...row,
          validFrom: null,
          validTo: '2020-01-01' as typeof today,
        })),
      },
      today,
    )
    expect(early.horizontal(facts({ subject: 'sewage' }), facts({})).least).toBeNull()
  })
  test('refuse a figure from memory that is marked as verified', () => {
    const [row] = pipeRules.horizontal.filter(({ verified }) => !verified)
    expect(row).toBeDefined()
    expect(pipeRulesSchema.safeParse({ ...pipeRules, horizontal: [{ ...row, verified: true }] }).success).toBe(false)
    expect(pipeRulesSchema.safeParse({ ...pipeRules, horizontal: [row, row] }).success).toBe(false)
  })
  test('give cover by zone, burial and material', () => {
    const cover = (what: Partial<RuleFacts>, zone: 'footway' | 'carriageway') =>
      rules.cover(facts(what), zone).least?.valueM
    expect(cover({ subject: 'sewage' }, 'carriageway')).toBe(0.7)
    expect(cover({ subject: 'gas' }, 'footway')).toBe(0.6)
    expect(cover({ subject: 'power', burial: 'direct' }, 'carriageway')).toBe(1)
    expect(cover({ subject: 'power', burial: 'conduit' }, 'carriageway')).toBe(0.5)
    expect(cover({ subject: 'water', material: 'PE' }, 'carriageway')).toBe(1)
    expect(cover({ subject: 'water', material: 'steel' }, 'carriageway')).toBe(0.7)
  })
})

describe('yielding', () => {
  const [water, sewage] = [
    pipeAt('w', [0, 0, 5], [1, 0, 5]),
    pipeAt('s', [0, 0, 5], [1, 0, 5], { kind: 'sewage', nominalMm: 100 }),
  ]
  test('asks pressure before size, and the same whichever is named first', () => {
    const suggestion = suggestYielding(pipeRules.yielding, water, sewage)
    expect(suggestion).toMatchObject({ moves: 't/w', keeps: 't/s', principle: 'pressure-to-gravity' })
    expect(suggestYielding(pipeRules.yielding, sewage, water)).toEqual(suggestion)
  })
  test('goes on to bending, branch, size and time, and says nothing between equals', () => {
    const ask = (a: Partial<typeof water>, b: Partial<typeof water>) =>
      suggestYielding(pipeRules.yielding, { ...water, ...a }, { ...water, id: 't/x', ...b })?.principle
    expect(ask({ kind: 'telecom' }, {})).toBe('flexible-to-rigid')
    expect(ask({ role: 'branch' }, { role: 'main' })).toBe('branch-to-main')
    expect(ask({ nominalMm: 100 }, {})).toBe('small-to-large')
    expect(ask({ temporary: true }, {})).toBe('temporary-to-permanent')
    expect(ask({}, {})).toBeUndefined()
  })
})
