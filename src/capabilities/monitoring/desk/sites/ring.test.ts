import { describe, expect, it } from 'vitest'
import { cornersOf, polygonOf, readRing, textOf } from './ring.ts'

const square = '106.5, 29.6\n106.502, 29.6\n106.502, 29.602\n106.5, 29.602'
describe('drawing a ring by text', () => {
  it('reads what it wrote', () => {
    const { corners, broken } = readRing(square)
    expect(broken).toEqual([])
    expect(textOf(corners)).toBe(square)
    const polygon = polygonOf(corners)
    if (typeof polygon === 'string') throw new Error(polygon)
    expect(polygon.coordinates[0]).toHaveLength(5)
    expect(cornersOf(polygon)).toEqual(corners)
  })
  it('takes Chinese commas and spaces, and names the lines that it cannot read', () => {
    const { corners, broken } = readRing('106.5,29.6\n\n东门\n106.501 29.6\n200, 29.6\n1,2,3')
    expect(corners).toHaveLength(2)
    expect(broken).toEqual([3, 5, 6])
  })
  it('says why corners make no polygon', () => {
    expect(polygonOf([])).toBe('至少需要三个角点')
    expect(typeof polygonOf(readRing('106.5,29.6\n106.51,29.6').corners)).toBe('string')
    const crossing = readRing('106.5,29.6\n106.51,29.61\n106.51,29.6\n106.5,29.61').corners
    expect(polygonOf(crossing)).toContain('相交')
  })
})
