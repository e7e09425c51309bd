import { describe, expect, it } from 'vitest'
import { readSearch } from '../../../../desk/filters.ts'
import { alarmSearch, askedOf, stepFrom } from './search.ts'

describe('the queue of alarms by address', () => {
  it('shows what is still going on unless another part is chosen', () => {
    expect(askedOf(undefined)).toEqual({ active: true })
    expect(askedOf('all')).toEqual({})
    expect(askedOf('overdue')).toEqual({ active: true, overdue: true })
  })
  it('takes a filter that does not fit as absent and keeps the others', () => {
    expect(readSearch(alarmSearch, { severity: '9', show: 'open', alarm: 'x' })).toEqual({ show: 'open' })
  })
  it('steps through the list and stays at its ends', () => {
    const ids = ['a', 'b', 'c']
    expect(stepFrom(ids, undefined, 1)).toBe('a')
    expect(stepFrom(ids, 'a', 1)).toBe('b')
    expect(stepFrom(ids, 'c', 1)).toBe('c')
    expect(stepFrom(ids, 'a', -1)).toBe('a')
    expect(stepFrom(ids, 'gone', 1)).toBe('a')
    expect(stepFrom([], 'a', 1)).toBeUndefined()
  })
})
