import { describe, expect, it } from 'vitest'
import { addressOf } from '../../../../desk/call.ts'
import { readSearch } from '../../../../desk/filters.ts'
import { listConflicts } from '../../contract/conflicts.ts'
import { askedOf, conflictSearch, searchOfGroup, stepFrom } from './search.ts'

describe('filters of conflicts', () => {
  it('travel to the server as the lists with commas that its own schema reads', () => {
    const filters = readSearch(conflictSearch, { severity: ['critical', 'major'], status: ['open'], tab: 'runs' })
    const address = addressOf(listConflicts, { checkId: 'x' }, askedOf(filters))
    const query = Object.fromEntries(new URL(address, 'http://x').searchParams)
    expect(query).toEqual({ severity: 'critical,major', status: 'open' })
    const read = listConflicts.query?.parse(query) as { severity?: readonly string[] }
    expect(read.severity).toEqual(['critical', 'major'])
  })
  it('leave out what does not fit instead of failing', () => {
    expect(readSearch(conflictSearch, { severity: ['awful'], fromM: 'x', tab: 'nothing' })).toMatchObject({
      severity: undefined,
      fromM: undefined,
      tab: undefined,
    })
  })
  it('take what a group names, and nothing else', () => {
    expect(searchOfGroup({ kind: 'hard,crossing', fromM: '100', pair: '给水 × 污水' })).toEqual({
      kind: ['hard', 'crossing'],
      fromM: 100,
      pair: '给水 × 污水',
    })
  })
  it('step to the neighbour and stop at the ends', () => {
    expect(stepFrom(['a', 'b', 'c'], 'a', 1)).toBe('b')
    expect(stepFrom(['a', 'b', 'c'], 'c', 1)).toBe('c')
    expect(stepFrom(['a', 'b', 'c'], null, -1)).toBe('a')
    expect(stepFrom([], 'a', 1)).toBeUndefined()
  })
})
