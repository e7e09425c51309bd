import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LonLat } from '../contract.ts'
import { boundaryOfCorners, cornersText } from './corners.ts'

describe('a site boundary typed as corners', () => {
  it('is null when nothing was typed', () => {
    expect(boundaryOfCorners(' \n ')).toBeNull()
  })
  it('closes itself, and stays as it is when it was closed by hand', () => {
    const open = boundaryOfCorners('106.5, 29.6\n106.6 29.6\n106.6,29.7')
    expect(open).toEqual({
      type: 'Polygon',
      coordinates: [
        [
          [106.5, 29.6],
          [106.6, 29.6],
          [106.6, 29.7],
          [106.5, 29.6],
        ],
      ],
    })
    expect(boundaryOfCorners('106.5, 29.6\n106.6 29.6\n106.6,29.7\n106.5,29.6')).toEqual(open)
  })
  it('is unreadable with fewer than three corners, words, or numbers out of range', () => {
    for (const text of ['106.5,29.6\n106.6,29.6', '东,西\n1,2\n3,4', '1,2\n3,4\n5,91', '1,2,3\n4,5\n6,7', '1\n2\n3'])
      expect(boundaryOfCorners(text)).toBe('unreadable')
  })
  it('comes back the same after being written as text', () => {
    const corner = fc.tuple(
      fc.double({ min: -180, max: 180, noNaN: true }).map((lon) => lon + 0),
      fc.double({ min: -90, max: 90, noNaN: true }).map((lat) => lat + 0),
    )
    fc.assert(
      fc.property(
        fc.uniqueArray(corner, { minLength: 3, maxLength: 12, selector: ([lon, lat]) => `${lon} ${lat}` }),
        (corners) => {
          const ring: LonLat[] = corners.map(([lon, lat]): LonLat => [lon, lat])
          const first = ring[0] ?? [0, 0]
          const boundary = { type: 'Polygon' as const, coordinates: [[...ring, first]] as [LonLat[]] }
          expect(boundaryOfCorners(cornersText(boundary))).toEqual(boundary)
        },
      ),
    )
  })
})
