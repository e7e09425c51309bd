import { describe, expect, it } from 'vitest'
import { networkOf } from '../testing.ts'
import { layersOf, objectRows, onlyObjects } from './objects.ts'

const network = networkOf(
  [
    { id: 'JS:A~B', from: [0, 0, -1], to: [3, 4, -1.5], ends: ['A', 'B'] },
    { id: 'WS:B~C', from: [3, 4, null], to: [9, 4, null], ends: ['B', 'C'], code: 'WS', size: null },
    { id: 'WS:C~D', from: [9, 4, -2], to: [9, 9, -2], ends: ['C', 'D'], code: 'WS' },
  ],
  [0, 0, 200],
)
describe('a model in words', () => {
  it('has layers, the fullest first', () => {
    expect(layersOf([network])).toEqual([
      { key: 'WS', kind: 'pipes', count: 2 },
      { key: 'JS', kind: 'pipes', count: 1 },
    ])
  })
  it('has a row for every object, and says unknown by null', () => {
    const { rows, total } = objectRows(network, '', 0, 10)
    expect(total).toBe(3)
    expect(rows[0]).toMatchObject({ id: 'JS:A~B', name: 'A—B', lengthM: 5, heightsM: [199, 198.5] })
    expect(rows[1]).toMatchObject({ sizeM: [null, null], heightsM: [null, null] })
    expect(objectRows(network, 'ws', 1, 1)).toMatchObject({ total: 2, rows: [{ id: 'WS:C~D' }] })
  })
  it('can be cut down to some objects', () => {
    const some = onlyObjects(network, new Set(['WS:C~D']))
    if (some.kind !== 'network') throw new Error('another kind')
    expect(some.pipes.ids).toEqual(['WS:C~D'])
    expect([...some.pipes.axis]).toEqual([9, 4, -2, 9, 9, -2])
    expect(some.classes[some.pipes.classOf[0] ?? 0]).toBe('WS')
  })
})
