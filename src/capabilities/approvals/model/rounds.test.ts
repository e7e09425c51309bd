import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instant } from '../../../kernel/time.ts'
import { pointChanged, pointStateOf } from './rounds.ts'

const issuedAt = instant('2026-03-05T02:00:00Z')
const facts = { before: { a: 1, b: 'x' }, now: { a: 1, b: 'y' }, issuedAt, documents: [] }

describe('a point of a correction list', () => {
  it('is answered by another value of its field, not by that of another field', () => {
    expect(pointChanged('field:b', facts)).toBe(true)
    expect(pointChanged('field:a', facts)).toBe(false)
    expect(pointChanged('field:c', facts)).toBe(false)
  })
  it('is answered by a paper that came after the list, not by one that was there', () => {
    const with_ = (at: string) => ({ ...facts, documents: [{ materialId: 'M', addedAt: instant(at) }] })
    expect(pointChanged('material:M', with_('2026-03-05T02:00:00Z'))).toBe(true)
    expect(pointChanged('material:M', with_('2026-03-05T01:59:59Z'))).toBe(false)
    expect(pointChanged('material:N', with_('2026-03-06T00:00:00Z'))).toBe(false)
  })
  it('keeps what was said about it, whatever changed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('answered' as const, 'met' as const, 'not-met' as const, null),
        fc.boolean(),
        (state, changed) => {
          const stored = state === null ? null : { state }
          expect(pointStateOf({ anchor: 'field:a', stored }, changed)).toBe(state ?? (changed ? 'answered' : 'open'))
        },
      ),
    )
  })
})
