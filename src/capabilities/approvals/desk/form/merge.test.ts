import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sameAnswer } from '../../../../desk/ui/field-types.ts'
import type { Answers } from '../../contract.ts'
import { mergeAnswers, sameAnswers } from './merge.ts'

const answers: fc.Arbitrary<Answers> = fc.dictionary(
  fc.constantFrom('name', 'place', 'area', 'start', 'point'),
  fc.oneof(
    fc.constantFrom('a', 'b', ''),
    fc.integer({ min: 0, max: 3 }),
    fc.boolean(),
    fc.constant(null),
    fc.constant({ lon: 106.5, lat: 29.6 }),
  ),
)

describe('merging two edits of one draft', () => {
  it('keeps both when different fields were changed', () => {
    const merged = mergeAnswers({ name: 'a', area: 1 }, { name: 'b', area: 1 }, { name: 'a', area: 2 })
    expect(merged).toEqual({ answers: { name: 'b', area: 2 }, conflicts: [] })
  })
  it('asks about a field that both changed differently, and shows both values', () => {
    const merged = mergeAnswers({ name: 'a' }, { name: 'mine' }, { name: 'theirs' })
    expect(merged.conflicts).toEqual([{ fieldId: 'name', mine: 'mine', theirs: 'theirs' }])
    expect(merged.answers).toEqual({ name: 'mine' })
  })
  it('takes the same change by both as agreement', () => {
    expect(mergeAnswers({ name: 'a' }, { name: 'b' }, { name: 'b' }).conflicts).toEqual([])
  })
  it('loses no changed value: each stands in the result or in a conflict', () => {
    fc.assert(
      fc.property(answers, answers, answers, (base, mine, theirs) => {
        const merged = mergeAnswers(base, mine, theirs)
        for (const fieldId of ['name', 'place', 'area', 'start', 'point'])
          for (const side of [mine, theirs])
            if (!sameAnswer(base[fieldId], side[fieldId])) {
              const conflict = merged.conflicts.find((one) => one.fieldId === fieldId)
              const shown = [merged.answers[fieldId], conflict?.mine, conflict?.theirs]
              expect(shown.some((value) => sameAnswer(value, side[fieldId]))).toBe(true)
            }
      }),
    )
  })
  it('gives the answers of the server when nothing was typed', () => {
    fc.assert(
      fc.property(answers, answers, (base, theirs) => {
        const merged = mergeAnswers(base, base, theirs)
        expect(merged.conflicts).toEqual([])
        expect(sameAnswers(merged.answers, theirs)).toBe(true)
      }),
    )
  })
})
