import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { localDate } from '../../../kernel/time.ts'
import { loadCatalogue } from '../load.ts'
import type { Answers, AnswerValue } from './conditions.ts'
import { guide, leadOf, materialsFor, themeFor } from './guide.ts'
import { frontConditions, gate, planOrder } from './order.ts'
import type { CatalogueData, ItemVersion, Question } from './schema.ts'
import { askedQuestions, readAnswers } from './situation.ts'
import { itemsInForce } from './versions.ts'

let data: CatalogueData
let items: readonly ItemVersion[]
beforeAll(async () => {
  data = await loadCatalogue(fileURLToPath(new URL('../../../../data/', import.meta.url)))
  items = itemsInForce(data.items, localDate('2026-03-02'))
})

const school: Answers = {
  investor: 'government',
  projectKind: 'building',
  interiorOnly: false,
  residential: false,
  land: 'allocation',
  farmlandOutside: false,
  investmentWan: 8600,
  floorArea: 12000,
  specialFire: true,
  civilDefence: true,
  eia: 'form',
  landAreaHa: 1.2,
  earthworkM3: 30000,
  drainage: true,
  occupiesRoad: false,
  demolition: false,
  spoil: true,
  hoisting: true,
  nightWork: false,
  lowVoltagePower: true,
}
const ids = (answers: Answers): string[] => guide(data.questions, items, answers).items.map(({ item }) => item.itemId)

describe('the guide', () => {
  it('asks before it decides: without answers it includes only what every project needs', () => {
    const guidance = guide(data.questions, items, {})
    expect(guidance.items.map(({ item }) => item.itemId)).toEqual(['I-312'])
    expect(guidance.notNeeded).toEqual([])
    expect(guidance.undecided.length).toBe(items.length - 1)
    expect(guidance.next[0]?.question.id).toBe('investor')
  })
  it('finds the items of a government-funded school with a basement', () => {
    expect(ids(school)).toEqual(
      expect.arrayContaining([
        'I-101',
        'I-102',
        'I-103',
        'I-106',
        'I-107',
        'I-109',
        'I-112',
        'I-202a',
        'I-202b',
        'I-203',
      ]),
    )
    const guidance = guide(data.questions, items, school)
    expect(guidance.undecided).toEqual([])
    const notNeeded = guidance.notNeeded.map(({ item }) => item.itemId)
    expect(notNeeded).toEqual(expect.arrayContaining(['I-104', 'I-105', 'I-108', 'I-111', 'I-306', 'I-308', 'I-403']))
  })
  it('needs no construction permit at 300 m² or at 300,000 yuan, and needs one just above both', () => {
    const at = (floorArea: number, investmentWan: number): boolean =>
      ids({ ...school, floorArea, investmentWan }).includes('I-305')
    expect([at(300, 100), at(301, 30), at(300.01, 30.01), at(301, 31)]).toEqual([false, false, true, true])
  })
  it('takes the tier of the conservation plan from land and earthwork', () => {
    const tier = (landAreaHa: number, earthworkM3: number): string[] =>
      ids({ ...school, landAreaHa, earthworkM3 }).filter((id) => id === 'I-111' || id === 'I-112')
    expect([tier(5, 0), tier(0, 50000), tier(4.99, 49999), tier(0.5, 0), tier(0, 1000), tier(0.49, 999)]).toEqual([
      ['I-111'],
      ['I-111'],
      ['I-112'],
      ['I-112'],
      ['I-112'],
      [],
    ])
  })
  it('decides an item as soon as one answer is enough', () => {
    expect(ids({ earthworkM3: 60000 })).toContain('I-111')
    const guidance = guide(data.questions, items, { earthworkM3: 60000 })
    expect(guidance.notNeeded.map(({ item }) => item.itemId)).toContain('I-112')
  })
  it('does not count an answer to a question that is not put', () => {
    expect(ids({ ...school, projectKind: 'municipal' })).not.toContain('I-202b')
  })
  it('names for every undecided item a question that is put and open', () => {
    const guidance = guide(data.questions, items, { investor: 'private', projectKind: 'building' })
    const open = new Set(guidance.next.map(({ question }) => question.id))
    for (const { item, waitingFor } of guidance.undecided)
      expect({ item: item.itemId, open: waitingFor.filter((id) => open.has(id)).length > 0 }).toEqual({
        item: item.itemId,
        open: true,
      })
  })
  it('looks at one stage and what runs alongside when asked for one', () => {
    const stages = new Set(guide(data.questions, items, school, 'ST3').items.map(({ item }) => item.stage))
    expect([...stages].sort()).toEqual(['ST-P', 'ST3'])
  })
  it('fits a theme, and the lead of the first stage follows the investor', () => {
    expect(themeFor(data.themes, data.questions, school)?.id).toBe('government-building')
    const small = { investor: 'private', projectKind: 'building', smallLowRisk: true }
    expect(themeFor(data.themes, data.questions, small)?.projectType).toBe('4')
    expect(themeFor(data.themes, data.questions, {})).toBeNull()
    const first = data.stages.find((stage) => stage.id === 'ST1')
    expect(first && leadOf(first, data.questions, school)).toBe('development-reform')
    expect(first && leadOf(first, data.questions, { investor: 'private' })).toBe('planning-resources')
    expect(first && leadOf(first, data.questions, {})).toBeNull()
  })
  it('asks for the fire opinion only of special works', () => {
    const permit = items.find((item) => item.itemId === 'I-305')
    const needOf = (answers: Answers) =>
      permit &&
      materialsFor(permit, data.questions, answers).find(({ material }) => material.id === 'I-305-M08')?.needed
    expect([needOf(school), needOf({ ...school, specialFire: false }), needOf({})]).toEqual(['yes', 'no', 'unknown'])
  })

  const answerOf = (question: Question): fc.Arbitrary<AnswerValue> =>
    question.type === 'boolean'
      ? fc.boolean()
      : question.type === 'number'
        ? fc.constantFrom(0, 0.49, 0.5, 4.9, 5, 29, 30, 31, 299, 300, 301, 999, 1000, 49999, 50000, 90000)
        : fc.constantFrom(...question.choices.map((choice) => choice.value))
  const anyAnswers = (): fc.Arbitrary<Record<string, AnswerValue>> =>
    fc
      .tuple(...data.questions.questions.map((question) => fc.option(answerOf(question), { nil: undefined })))
      .map((values) =>
        Object.fromEntries(
          data.questions.questions.flatMap((question, index) => {
            const value = values[index]
            return value === undefined ? [] : [[question.id, value]]
          }),
        ),
      )

  it('never takes back a judgement when one more question is answered', () => {
    fc.assert(
      fc.property(anyAnswers(), fc.nat(), (answers, pick) => {
        const open = askedQuestions(data.questions, answers).filter((question) => answers[question.id] === undefined)
        const question = open[pick % Math.max(1, open.length)]
        if (question === undefined) return
        const [value] = fc.sample(answerOf(question), { numRuns: 1, seed: pick })
        const before = guide(data.questions, items, answers)
        const after = guide(data.questions, items, { ...answers, [question.id]: value })
        const included = new Set(after.items.map(({ item }) => item.itemId))
        const excluded = new Set(after.notNeeded.map(({ item }) => item.itemId))
        for (const { item } of before.items) expect(included.has(item.itemId)).toBe(true)
        for (const { item } of before.notNeeded) expect(excluded.has(item.itemId)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
  it('judges every item exactly once and never without a reason', () => {
    fc.assert(
      fc.property(anyAnswers(), (answers) => {
        const { items: needed, notNeeded, undecided } = guide(data.questions, items, answers)
        expect(needed.length + notNeeded.length + undecided.length).toBe(items.length)
        for (const { because } of [...needed, ...notNeeded]) expect(because.zh).not.toBe('')
        for (const { waitingFor } of undecided) expect(waitingFor.length).toBeGreaterThan(0)
      }),
      { numRuns: 150 },
    )
  })
  it('never asks the system to fetch the result of an item that the project does not need', () => {
    fc.assert(
      fc.property(anyAnswers(), (answers) => {
        const guidance = guide(data.questions, items, answers)
        const excluded = new Set(guidance.notNeeded.map(({ item }) => item.itemId))
        for (const { item } of guidance.items)
          for (const { material, needed } of materialsFor(item, data.questions, answers))
            if (needed === 'yes' && material.fetchedFrom !== null)
              expect({ material: material.id, lost: excluded.has(material.fetchedFrom) }).toEqual({
                material: material.id,
                lost: false,
              })
      }),
      { numRuns: 200 },
    )
  })
  it('puts every item after all that it waits for', () => {
    fc.assert(
      fc.property(anyAnswers(), (answers) => {
        const chosen = guide(data.questions, items, answers).items.map(({ item }) => item)
        const { layers, holds } = planOrder(chosen, data.stages)
        const layerOf = (id: string): number => layers.findIndex((layer) => layer.includes(id))
        expect(layers.flat().sort()).toEqual(chosen.map((item) => item.itemId).sort())
        for (const hold of holds)
          if (hold.hold === 'before-acceptance' || hold.hold === 'before-decision')
            expect(layerOf(hold.waitsFor)).toBeLessThan(layerOf(hold.item))
      }),
      { numRuns: 150 },
    )
  })
})

describe('prerequisites', () => {
  const planOf = (answers: Answers): readonly ItemVersion[] =>
    guide(data.questions, items, answers).items.map(({ item }) => item)
  const itemOf = (id: string): ItemVersion => {
    const item = items.find((each) => each.itemId === id)
    if (item === undefined) throw new Error(id)
    return item
  }
  const open = (id: string, settled: readonly string[], answers: Answers) =>
    frontConditions(itemOf(id), new Set(settled), {
      plan: planOf(answers),
      stages: data.stages,
      holds: ['before-decision'],
    })

  it('hold the planning permit until the civil-defence notice is there', () => {
    const conditions = open('I-203', ['I-107', 'I-201'], school)
    expect(conditions.map(({ on }) => on)).toEqual(['I-202b'])
    expect(conditions[0]?.sentence.zh).toContain('请先办结“防空地下室初步设计审核”')
    expect(conditions[0]?.citation.certainty).toBe('A')
    expect(open('I-203', ['I-107', 'I-201', 'I-202b'], school)).toEqual([])
  })
  it('do not hold for an item that the project does not need', () => {
    expect(open('I-203', ['I-107', 'I-201'], { ...school, civilDefence: false })).toEqual([])
  })
  it('let the construction permit go without the environmental decision, but not the start of construction', () => {
    const settled = ['I-107', 'I-203', 'I-301', 'I-302', 'I-303', 'I-304', 'contractor-appointed']
    expect(open('I-305', settled, school)).toEqual([])
    const context = { plan: planOf(school), stages: data.stages }
    expect(
      gate('before-construction', new Set(settled), context)
        .map(({ on }) => on)
        .sort(),
    ).toEqual(['I-109', 'I-112', 'I-305'])
    expect(gate('before-construction', new Set([...settled, 'I-305', 'I-109', 'I-112']), context)).toEqual([])
  })
  it('hold what comes after the acceptance until planning is verified', () => {
    const { holds } = planOrder(planOf(school), data.stages)
    expect(holds.find((hold) => hold.item === 'I-402' && hold.waitsFor === 'I-401')?.through).toBe(
      'completion-accepted',
    )
  })
  it('refuse to order items that wait in a circle', () => {
    const first = itemOf('I-202a')
    const second = itemOf('I-202b')
    const back = second.prerequisites.map((each) => ({ ...each, on: 'I-202b' }))
    expect(() => planOrder([{ ...first, prerequisites: back }, second], data.stages)).toThrow(/循环/)
  })
})

describe('reading answers', () => {
  it('turns the text of a form into typed answers', () => {
    const { answers, faults } = readAnswers(data.questions, {
      investor: 'private',
      floorArea: '1200.5',
      demolition: 'true',
      nightWork: 'no',
      drainage: '',
      other: 'x',
    })
    expect(answers).toEqual({ investor: 'private', floorArea: 1200.5, demolition: true, nightWork: false })
    expect(faults).toEqual([])
  })
  it('says for every unusable answer what to do', () => {
    const { answers, faults } = readAnswers(data.questions, {
      investor: 'king',
      floorArea: '很大',
      demolition: '也许',
      investmentWan: '-3',
    })
    expect(answers).toEqual({})
    expect(faults.map(({ path }) => path)).toEqual([
      'answers.investor',
      'answers.investmentWan',
      'answers.floorArea',
      'answers.demolition',
    ])
    for (const { message } of faults) expect(message).toMatch(/请/)
  })
  it('takes nothing from the prototype of the input', () => {
    expect(readAnswers(data.questions, JSON.parse('{"__proto__": {"investor": "private"}}')).answers).toEqual({})
  })
})
