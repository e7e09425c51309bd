import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../load.ts'
import { checkCatalogue } from './check.ts'
import type { CatalogueData, ItemVersion } from './schema.ts'

let data: CatalogueData
beforeAll(async () => {
  data = await loadCatalogue(fileURLToPath(new URL('../../../../data/', import.meta.url)))
})

const withItem = (itemId: string, change: (item: ItemVersion) => ItemVersion): CatalogueData => ({
  ...data,
  items: data.items.map((item) => (item.itemId === itemId ? change(item) : item)),
})
const faultsOf = (changed: CatalogueData): string[] =>
  checkCatalogue(changed).map(({ where, what }) => `${where}: ${what}`)

describe('the reviewed catalogue', () => {
  it('has no fault', () => {
    expect(checkCatalogue(data)).toEqual([])
  })
  it('holds every item of the four stages and those alongside', () => {
    const range = (from: number, to: number): string[] =>
      Array.from({ length: to - from + 1 }, (_, index) => `I-${from + index}`)
    const expected = [...range(101, 112), 'I-201', 'I-202a', 'I-202b', 'I-203', ...range(301, 312), ...range(401, 410)]
    expect([...new Set(data.items.map((item) => item.itemId))].sort()).toEqual(expected.sort())
  })
  it('keeps the limits of the law as they stand in the regulations', () => {
    const limits = Object.fromEntries(data.items.map((item) => [item.itemId, `${item.limit.days} ${item.limit.unit}`]))
    expect(limits).toMatchObject({
      'I-104': '20 workday',
      'I-105': '0 immediate',
      'I-108': '60 workday',
      'I-109': '30 workday',
      'I-111': '10 workday',
      'I-202a': '5 workday',
      'I-202b': '5 workday',
      'I-302': '15 workday',
      'I-305': '7 workday',
      'I-307': '15 workday',
      'I-309': '5 workday',
      'I-410': '8 workday',
      'I-101': 'null workday',
      'I-409': 'null workday',
    })
  })
  it('does not count a site survey among the grounds that stop a clock', () => {
    const ground = data.legalGrounds.find((each) => each.id === 'site-survey')
    expect(ground?.pausable).toBe(false)
    expect(data.legalGrounds.filter((each) => each.pausable).map((each) => each.id)).toEqual(
      expect.arrayContaining([
        'hearing',
        'tender',
        'auction',
        'inspection',
        'test',
        'quarantine',
        'appraisal',
        'expert-review',
      ]),
    )
  })
  it('gives joint handling 45 working days and 15 more by the head of the government', () => {
    for (const stage of data.stages.filter((each) => each.id !== 'ST-P')) {
      expect(stage.clock).toMatchObject({ days: 45, unit: 'workday' })
      expect(stage.clock?.extension).toMatchObject({ days: 15, approver: 'government-head' })
    }
  })
  it('never publishes a promise that nobody has published', () => {
    for (const item of data.items) expect(item.promise).toMatchObject({ days: null, citation: { certainty: 'X' } })
  })
  it('leaves every figure empty that was not found', () => {
    for (const item of data.items.filter((each) => each.limit.citation.certainty === 'X'))
      expect(item.limit.days).toBeNull()
  })
})

describe('the check of the catalogue', () => {
  it('finds a prerequisite that does not exist', () => {
    const faults = faultsOf(
      withItem('I-305', (item) => ({
        ...item,
        prerequisites: item.prerequisites.map((each, index) => (index === 0 ? { ...each, on: 'I-999' } : each)),
      })),
    )
    expect(faults).toContain('I-305@2025-01-01: 前置 I-999 不存在')
  })
  it('finds items that wait for each other in a circle', () => {
    const faults = faultsOf(
      withItem('I-202a', (item) => ({
        ...item,
        prerequisites: item.prerequisites.map((each, index) => (index === 0 ? { ...each, on: 'I-203' } : each)),
      })),
    )
    expect(faults.some((fault) => fault.includes('循环'))).toBe(true)
  })
  it('refuses a promise longer than the law', () => {
    const citation = { basis: '办事指南', certainty: 'A' as const, sourceIds: ['S04'] }
    expect(
      faultsOf(withItem('I-305', (item) => ({ ...item, promise: { days: 8, unit: 'workday', citation } }))),
    ).toEqual(['I-305@2025-01-01: 承诺时限 8 天长于法定时限 7 天'])
    expect(
      faultsOf(withItem('I-305', (item) => ({ ...item, promise: { days: 3, unit: 'workday', citation } }))),
    ).toEqual([])
  })
  it('finds a figure without a source, an unknown source and one of certainty E', () => {
    const limitWith = (citation: ItemVersion['limit']['citation']) =>
      faultsOf(withItem('I-305', (item) => ({ ...item, limit: { ...item.limit, citation } })))
    expect(limitWith({ basis: '建筑法', certainty: 'A', sourceIds: [] })).toHaveLength(1)
    expect(limitWith({ basis: '建筑法', certainty: 'A', sourceIds: ['S99'] })).toHaveLength(1)
    expect(limitWith({ basis: '建筑法', certainty: 'E', sourceIds: [] })).toHaveLength(1)
    expect(limitWith({ basis: '建筑法', certainty: 'X', sourceIds: [] })).toEqual([
      'I-305@2025-01-01.limit: 确定性 X 的数字须留空',
    ])
  })
  it('finds an unknown department', () => {
    expect(faultsOf(withItem('I-410', (item) => ({ ...item, department: 'nobody' })))).toEqual([
      'I-410@2025-01-01: 没有职能部门 nobody',
    ])
  })
  it('never lets silence count as consent where safety is touched', () => {
    expect(faultsOf(withItem('I-302', (item) => ({ ...item, deemedOnSilence: true })))).toHaveLength(1)
  })
  it('never lets a primary document be deferred', () => {
    const faults = faultsOf(
      withItem('I-203', (item) => ({
        ...item,
        materials: item.materials.map((each) =>
          each.id === 'I-203-M04'
            ? { ...each, deferrable: 'Y' as const, deferrableNote: { zh: '后补', en: 'later' } }
            : each,
        ),
      })),
    )
    expect(faults).toEqual(['I-203-M04: 主审要件不可容缺'])
  })
  it('finds versions of an item that hold on the same day', () => {
    expect(
      faultsOf(withItem('I-108', (item) => ({ ...item, validTo: null }))).some((fault) => fault.includes('重叠')),
    ).toBe(true)
  })
  it('finds a condition that no answer can meet', () => {
    const faults = faultsOf(
      withItem('I-306', (item) => ({
        ...item,
        applies: item.applies.map((rule) => ({ ...rule, when: { question: 'land', eq: 'rented' } })),
      })),
    )
    expect(faults).toEqual(['I-306@2025-01-01.applies: 问题 land 没有 rented 这个答案'])
  })
})
