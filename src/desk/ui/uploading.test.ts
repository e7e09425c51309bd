import { describe, expect, it } from 'vitest'
import { afterTelling } from './uploading.ts'

describe('a dialog that waits for its files', () => {
  it('waits until every list inside has finished, whichever finishes first', () => {
    const both = afterTelling(afterTelling([], 'photos', true), 'papers', true)
    expect(both).toEqual(['photos', 'papers'])
    expect(afterTelling(both, 'photos', false)).toEqual(['papers'])
    expect(afterTelling(afterTelling(both, 'photos', false), 'papers', false)).toEqual([])
  })
  it('keeps what it knows when a list says the same again', () => {
    const one = afterTelling([], 'photos', true)
    expect(afterTelling(one, 'photos', true)).toBe(one)
    expect(afterTelling(one, 'papers', false)).toBe(one)
  })
})
