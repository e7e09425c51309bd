import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Boundary, LonLat } from '../contract.ts'
import { areaM2, boundaryFault, contains, placeWarnings } from './place.ts'

const boundary = (...ring: LonLat[]): Boundary => ({ type: 'Polygon', coordinates: [ring] })
const square = (lon: number, lat: number, side: number): Boundary =>
  boundary([lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat])
const site = square(106.57, 29.58, 0.001)

describe('the boundary of a site', () => {
  it('is sound when closed and simple, whichever way round', () => {
    expect(boundaryFault(site)).toBeNull()
    expect(boundaryFault(boundary(...[...site.coordinates[0]].reverse()))).toBeNull()
  })
  it('is refused when open, crossing itself or flat', () => {
    expect(boundaryFault(boundary([0, 0], [1, 0], [1, 1], [0, 1]))).toContain('没有闭合')
    expect(boundaryFault(boundary([0, 0], [1, 1], [1, 0], [0, 1], [0, 0]))).toContain('自相交')
    expect(boundaryFault(boundary([0, 0], [1, 1], [2, 2], [0, 0]))).not.toBeNull()
  })
  it('encloses about 111.2 m × 96.7 m for a thousandth of a degree at latitude 29.58', () => {
    expect(areaM2(site)).toBeGreaterThan(10_650)
    expect(areaM2(site)).toBeLessThan(10_850)
  })
  it('has the same area from whichever corner it is drawn, and four times as much at twice the side', () =>
    fc.assert(
      fc.property(
        fc.double({ min: 106, max: 107, noNaN: true }),
        fc.double({ min: 29, max: 30, noNaN: true }),
        fc.double({ min: 0.0001, max: 0.01, noNaN: true }),
        (lon, lat, side) => {
          const small = areaM2(square(lon, lat, side))
          expect(areaM2(square(lon, lat, side * 2)) / small).toBeCloseTo(4, 4)
        },
      ),
    ))
  it('contains what lies between its corners and nothing else', () =>
    fc.assert(
      fc.property(fc.double({ min: -2, max: 2, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true }), (x, y) => {
        const inside = x >= 0 && x <= 1 && y >= 0 && y <= 1
        expect(contains(square(0, 0, 1), [x, y])).toBe(inside)
      }),
    ))
})

describe('warnings about a place', () => {
  it('are silent when point, boundary and area fit', () => {
    expect(placeWarnings({ point: [106.5705, 29.5805], boundary: site, siteAreaM2: 10_700 })).toEqual([])
    expect(placeWarnings({ point: [106.5, 29.5], boundary: null, siteAreaM2: 5 })).toEqual([])
  })
  it('name a point off the site and an area far from the stated one', () => {
    expect(placeWarnings({ point: [106.58, 29.58], boundary: site, siteAreaM2: 20_000 })).toHaveLength(2)
  })
})
