import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaM2, isWithin, isWithinOrNear, type LonLat, metresToEdge, middleOf, ringFault } from './geofence.ts'

const degrees = (metres: number): number => metres / 111_195.08
/** A regular polygon about a place: corners at a distance in metres. */
const star = (lon: number, lat: number, radii: readonly number[]): readonly LonLat[] => {
  const cos = Math.cos((lat * Math.PI) / 180)
  const corners = radii.map((radius, index): LonLat => {
    const angle = (2 * Math.PI * index) / radii.length
    return [lon + degrees(radius * Math.cos(angle)) / cos, lat + degrees(radius * Math.sin(angle))]
  })
  return [...corners, corners[0] ?? [lon, lat]]
}
const place = fc.tuple(fc.double({ min: 105, max: 110, noNaN: true }), fc.double({ min: 28, max: 32, noNaN: true }))
const radii = fc.array(fc.double({ min: 20, max: 500, noNaN: true }), { minLength: 3, maxLength: 24 })

describe('a fence', () => {
  it('holds its middle and nothing that lies farther away than its farthest corner', () => {
    fc.assert(
      fc.property(place, radii, fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }), ([lon, lat], far, angle) => {
        // Seen from its middle every corner is visible when no angle between two of them reaches 180 degrees.
        fc.pre(far.length > 3)
        const ring = star(lon, lat, far)
        expect(ringFault(ring)).toBeNull()
        expect(isWithin([ring], lon, lat)).toBe(true)
        const away = 2 * Math.max(...far)
        const [x, y] = [
          lon + degrees(away * Math.cos(angle)) / Math.cos((lat * Math.PI) / 180),
          lat + degrees(away * Math.sin(angle)),
        ]
        expect(isWithin([ring], x, y)).toBe(false)
        expect(metresToEdge([ring], x, y)).toBeGreaterThan(away / 2 - 2)
      }),
      { seed: 11 },
    )
  })
  it('holds the same places whichever way round and from whichever corner it is drawn', () => {
    fc.assert(
      fc.property(
        place,
        radii,
        fc.nat(23),
        fc.double({ min: -1, max: 1, noNaN: true }),
        ([lon, lat], far, first, off) => {
          const ring = star(lon, lat, far)
          const corners = ring.slice(0, -1)
          const from = first % corners.length
          const turned = [...corners.slice(from), ...corners.slice(0, from)]
          const [start] = turned
          const other = [...turned, start ?? [0, 0]].reverse() as LonLat[]
          const [x, y] = [lon + degrees(600 * off), lat + degrees(300 * off)]
          expect(isWithin([other], x, y)).toBe(isWithin([ring], x, y))
          expect(areaM2([other])).toBeCloseTo(areaM2([ring]), 3)
        },
      ),
      { seed: 12 },
    )
  })
  it('counts a place outside as near exactly while its distance to the nearest edge is within the margin', () => {
    const square = star(106.5, 29.5, [100, 100, 100, 100])
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 300, noNaN: true }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (metres, margin) => {
          const [lon, lat] = [106.5, 29.5 + degrees(metres)]
          expect(isWithinOrNear([square], lon, lat, margin)).toBe(
            isWithin([square], lon, lat) || metresToEdge([square], lon, lat) <= margin,
          )
          if (metres > 100) expect(metresToEdge([square], lon, lat)).toBeCloseTo(metres - 100, 0)
        },
      ),
      { seed: 13 },
    )
  })
  it('leaves out what lies in a hole', () => {
    const outer = star(106.5, 29.5, [100, 100, 100, 100])
    const hole = star(106.5, 29.5, [20, 20, 20, 20])
    expect(isWithin([outer, hole], 106.5, 29.5)).toBe(false)
    expect(isWithin([outer, hole], 106.5, 29.5 + degrees(50))).toBe(true)
    expect(areaM2([outer, hole])).toBeCloseTo(20_000 - 800, -1)
  })
  it('has the area and the middle of the square that it is', () => {
    const square = star(106.5, 29.5, [Math.SQRT2 * 50, Math.SQRT2 * 50, Math.SQRT2 * 50, Math.SQRT2 * 50])
    expect(areaM2([square])).toBeCloseTo(10_000, -1)
    const middle = middleOf([square])
    expect(middle?.[0]).toBeCloseTo(106.5, 8)
    expect(middle?.[1]).toBeCloseTo(29.5, 8)
  })
})

describe('a ring that is no fence', () => {
  const at = (x: number, y: number): LonLat => [106 + x / 1000, 29 + y / 1000]
  it('is named by its fault', () => {
    expect(ringFault([at(0, 0), at(1, 0), at(1, 1), at(0, 1)])).toBe('open')
    expect(ringFault([at(0, 0), at(1, 0), at(0, 0)])).toBe('few')
    expect(ringFault([at(0, 0), at(1, 0), at(1, 0), at(0, 1), at(0, 0)])).toBe('repeated')
    expect(ringFault([at(0, 0), at(1, 1), at(1, 0), at(0, 1), at(0, 0)])).toBe('crossing')
    expect(ringFault([at(0, 0), at(2, 0), at(1, 0), at(1, 1), at(0, 0)])).toBe('crossing')
    expect(ringFault([at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0)])).toBeNull()
  })
})
