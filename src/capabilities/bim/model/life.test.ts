import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { covers, type Found, type Known, mergeFindings, renamed } from './life.ts'

const outcomes = ['breach', 'unknown'] as const
const lives = ['new', 'persisting', 'solved', 'reopened'] as const
const member = fc.integer({ min: 0, max: 12 }).map((index) => `hard|n/${index}|n/${index + 20}`)
const members = fc.uniqueArray(member, { minLength: 1, maxLength: 4 }).map((list) => [...list].sort())
const finding = fc
  .record({ members, outcome: fc.constantFrom(...outcomes) })
  .map(({ members: list, outcome }): Found => ({ key: list[0] ?? '', members: list, outcome }))
const findings = fc.uniqueArray(finding, { maxLength: 8, selector: ({ key, outcome }) => `${key}#${outcome}` })
const known = fc
  .uniqueArray(fc.record({ found: finding, life: fc.constantFrom(...lives) }), { maxLength: 8 })
  .map((list) =>
    list.map(({ found, life }, index): Known => ({ ...found, id: `id-${String(index).padStart(2, '0')}`, life })),
  )

describe('the life of conflicts', () => {
  it('does not depend on the order of what was known or found', () => {
    fc.assert(
      fc.property(known, findings, fc.integer(), (before, now, turn) => {
        const rotate = <T>(list: readonly T[]): T[] => {
          const at = list.length === 0 ? 0 : Math.abs(turn) % list.length
          return [...list.slice(at), ...list.slice(0, at)].reverse()
        }
        expect(mergeFindings(rotate(before), rotate(now))).toEqual(mergeFindings(before, now))
      }),
      { seed: 5, numRuns: 300 },
    )
  })
  it('settles every finding once and every standing conflict once: nothing of people is lost', () => {
    fc.assert(
      fc.property(known, findings, (before, now) => {
        const { added, kept, solved } = mergeFindings(before, now)
        expect(added.length + kept.length).toBe(now.length)
        expect(new Set(kept.map((each) => each.id)).size).toBe(kept.length)
        const settled = new Set([...kept.map((each) => each.id), ...solved.map((each) => each.id)])
        for (const one of before) expect(settled.has(one.id) || one.life === 'solved').toBe(true)
        for (const { id, life } of kept)
          expect(life === 'reopened').toBe(before.find((each) => each.id === id)?.life === 'solved')
      }),
      { seed: 6, numRuns: 300 },
    )
  })
  it('leaves everything as it was when the same is found again', () => {
    fc.assert(
      fc.property(findings, (now) => {
        const before = now.map((each, index): Known => ({ ...each, id: `id-${index}`, life: 'new' }))
        const { added, kept, solved } = mergeFindings(before, now)
        expect([added, solved]).toEqual([[], []])
        for (const { id, finding: found } of kept)
          expect(before.find((each) => each.id === id)).toMatchObject({ key: found.key, outcome: found.outcome })
      }),
      { seed: 7, numRuns: 200 },
    )
  })
  it('says what a stretch was merged into and split from', () => {
    const one: Known = { id: 'a', key: 'x|1|2', members: ['x|1|2', 'x|1|3'], outcome: 'breach', life: 'persisting' }
    const other: Known = { id: 'b', key: 'x|4|5', members: ['x|4|5'], outcome: 'breach', life: 'persisting' }
    const joined = { key: 'x|1|2', members: ['x|1|2', 'x|1|3', 'x|4|5'], outcome: 'breach' as const }
    expect(mergeFindings([one, other], [joined]).solved).toEqual([{ id: 'b', mergedInto: 'a' }])
    const parts = [
      { key: 'x|1|2', members: ['x|1|2'], outcome: 'breach' as const },
      { key: 'x|1|3', members: ['x|1|3'], outcome: 'breach' as const },
    ]
    const split = mergeFindings([one], parts)
    expect(split.kept.map(({ id, finding: { key } }) => [id, key])).toEqual([['a', 'x|1|2']])
    expect(split.added.map(({ splitFrom }) => splitFrom)).toEqual(['a'])
  })
  it('follows objects that a new survey calls otherwise', () => {
    const renames = new Map([['n/old', 'n/new']])
    expect(renamed('hard|n/a|n/old', renames)).toBe('hard|n/a|n/new')
    expect(renamed('cover|n/old|carriageway', renames)).toBe('cover|n/new|carriageway')
    const before: Known = {
      id: 'a',
      key: 'hard|n/a|n/old',
      members: ['hard|n/a|n/old'],
      outcome: 'breach',
      life: 'new',
    }
    const now = { key: 'hard|n/a|n/new', members: ['hard|n/a|n/new'], outcome: 'breach' as const }
    expect(mergeFindings([before], [now], renames).kept.map(({ id, life }) => [id, life])).toEqual([
      ['a', 'persisting'],
    ])
  })
})
describe('an approved exception', () => {
  it('covers what is no worse than what was approved, and nothing else', () => {
    const approved = { actualM: 0.3, outcome: 'breach' as const }
    expect(covers(approved, { actualM: 0.3, outcome: 'breach' })).toBe(true)
    expect(covers(approved, { actualM: 0.35, outcome: 'breach' })).toBe(true)
    expect(covers(approved, { actualM: 0.29, outcome: 'breach' })).toBe(false)
    expect(covers(approved, { actualM: null, outcome: 'unknown' })).toBe(false)
  })
})
