import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cursorOf, keysAs } from './page.ts'
import { isRefused } from './refusal.ts'
import { instant, localDate } from './time.ts'

const ID = '0190a000-0000-7000-8000-000000000001'
const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'read'
  } catch (error) {
    return isRefused(error) ? error.refusal.code : 'error'
  }
}

describe('a cursor', () => {
  it('gives back the keys that it was made of', () => {
    const at = instant('2026-03-02T01:30:00Z')
    expect(keysAs(cursorOf(at, ID), 'instant', 'id')).toEqual([at, ID])
    expect(keysAs(cursorOf(localDate('2026-03-02'), ID), 'day', 'id')).toEqual(['2026-03-02', ID])
    expect(keysAs(undefined, 'instant', 'id')).toBeNull()
  })
  it('of another list, too short, too long or with a wrong key is refused', () => {
    const day = cursorOf(localDate('2026-03-02'), ID)
    for (const read of [
      () => keysAs(day, 'instant', 'id'),
      () => keysAs(cursorOf('2026-02-30', ID), 'day', 'id'),
      () => keysAs(cursorOf('2026-03-02', 'x'), 'day', 'id'),
      () => keysAs(cursorOf('2026-03-02'), 'day', 'id'),
      () => keysAs(cursorOf('2026-03-02', ID, 1), 'day', 'id'),
      () => keysAs(cursorOf('1'), 'number'),
    ])
      expect(codeOf(read)).toBe('page.cursor-invalid')
  })
  it('of any text is read or refused, and never an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json().map(encodeURIComponent)), (text) => {
        expect(['read', 'page.cursor-invalid']).toContain(codeOf(() => keysAs(text, 'instant', 'id')))
      }),
    )
  })
})
