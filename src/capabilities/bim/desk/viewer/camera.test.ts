import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bcfCamera,
  bearingOf,
  detailFor,
  FIELD_OF_VIEW,
  flightAt,
  levelAt,
  panned,
  poseFitting,
  poseToward,
  reach,
  turned,
  zoomed,
} from './camera.ts'
import { cross, dot, lengthOf, minus, unit, type Vec } from './vector.ts'

const coordinate = fc.double({ min: -2000, max: 2000, noNaN: true })
const point = fc.tuple(coordinate, coordinate, coordinate)
const pose = fc
  .tuple(point, point)
  .filter(([position, target]) => lengthOf(minus(position, target)) > 1)
  .map(([position, target]) => ({ position, target }))

describe('flights', () => {
  it('begin where the eye is and end where it should be', () => {
    fc.assert(
      fc.property(pose, pose, (from, to) => {
        for (const [share, end] of [
          [0, from],
          [1, to],
        ] as const) {
          const there = flightAt(from, to, share)
          expect(lengthOf(minus(there.position, end.position))).toBeLessThan(1e-6 * 4000 + 1e-3)
          expect(lengthOf(minus(there.target, end.target))).toBeLessThan(1e-6)
        }
      }),
      { seed: 3, numRuns: 200 },
    )
  })
  it('keep their distance between those of both ends, also between opposite views', () => {
    const from = { position: [100, 0, 0], target: [0, 0, 0] } as const
    const to = { position: [-10, 0, 0], target: [0, 0, 0] } as const
    for (let k = 0; k <= 20; k += 1) {
      const { position, target } = flightAt(from, to, k / 20)
      const distance = lengthOf(minus(position, target))
      expect(distance).toBeGreaterThan(9.99)
      expect(distance).toBeLessThan(100.01)
    }
  })
})

describe('a fitting pose', () => {
  it('has every corner of the box in sight, in wide and in narrow windows', () => {
    fc.assert(
      fc.property(point, point, fc.constantFrom(0.45, 1, 1.8), (a, b, aspect) => {
        const min = a.map((value, k) => Math.min(value, b[k] ?? 0)) as unknown as Vec
        const max = a.map((value, k) => Math.max(value, b[k] ?? 0)) as unknown as Vec
        const { position, target } = poseFitting({ min, max }, aspect)
        const forward = unit(minus(target, position))
        const right = unit(cross(forward, [0, 0, 1]))
        const up = cross(right, forward)
        const half = Math.tan(((FIELD_OF_VIEW / 2) * Math.PI) / 180)
        for (const corner of [min, max, [min[0], max[1], min[2]], [max[0], min[1], max[2]]] as const) {
          const look = minus(corner, position)
          const depth = dot(look, forward)
          expect(depth).toBeGreaterThan(0)
          expect(Math.abs(dot(look, right)) / depth).toBeLessThanOrEqual(half * aspect + 1e-9)
          expect(Math.abs(dot(look, up)) / depth).toBeLessThanOrEqual(half + 1e-9)
        }
      }),
      { seed: 5, numRuns: 200 },
    )
  })
})

describe('moves by key', () => {
  const start = poseFitting({ min: [0, 0, 0], max: [10, 10, 2] }, 1)
  it('turn about the target at the same distance and never over the pole', () => {
    let at = start
    for (let k = 0; k < 50; k += 1) at = turned(at, 0.1, 0.2)
    expect(at.target).toEqual(start.target)
    expect(lengthOf(minus(at.position, at.target))).toBeCloseTo(lengthOf(minus(start.position, start.target)))
    expect(at.position[2]).toBeGreaterThan(at.target[2])
    expect(Math.hypot(at.position[0] - at.target[0], at.position[1] - at.target[1])).toBeGreaterThan(0)
  })
  it('pan without turning, zoom without moving the target', () => {
    const moved = panned(start, 0.1, 0.2)
    const [before, after] = [minus(start.target, start.position), minus(moved.target, moved.position)]
    for (const axis of [0, 1, 2] as const) expect(after[axis]).toBeCloseTo(before[axis])
    expect(zoomed(start, 0.5).target).toEqual(start.target)
    expect(lengthOf(minus(zoomed(start, 0).position, start.target))).toBeCloseTo(0.3)
  })
  it('name the bearing clockwise from north', () => {
    expect(bearingOf({ position: [0, 0, 5], target: [0, 10, 0] })).toBeCloseTo(0)
    expect(bearingOf({ position: [0, 0, 5], target: [10, 0, 0] })).toBeCloseTo(90)
    expect(bearingOf({ position: [0, 0, 5], target: [0, -10, 0] })).toBeCloseTo(180)
  })
})

describe('what is written for others', () => {
  it('is a camera in map coordinates whose up is at right angles to its direction', () => {
    fc.assert(
      fc.property(pose, (at) => {
        const camera = bcfCamera(at, [364_500, 3_271_000, 230], 1.5)
        expect(lengthOf(camera.direction)).toBeCloseTo(1)
        expect(lengthOf(camera.up)).toBeCloseTo(1)
        expect(dot(camera.direction, camera.up)).toBeCloseTo(0)
        expect(camera.position[0] - at.position[0]).toBeCloseTo(364_500)
      }),
      { seed: 11, numRuns: 100 },
    )
  })
})

describe('detail', () => {
  it('is low on a phone, lower for many objects, and falls with the distance', () => {
    expect(detailFor(390, 3, 100).level).toBe('low')
    expect(detailFor(1400, 1, 100_000).level).toBe('medium')
    expect(detailFor(1400, 1, 500).level).toBe('high')
    expect([1, 60, 5000].map((distance) => levelAt(distance, 800))).toEqual([0, 1, 2])
  })
  it('reaches behind the whole scene and begins before the target', () => {
    fc.assert(
      fc.property(pose, point, point, (at, a, b) => {
        const box = {
          min: a.map((value, k) => Math.min(value, b[k] ?? 0)) as unknown as Vec,
          max: a.map((value, k) => Math.max(value, b[k] ?? 0)) as unknown as Vec,
        }
        const { near, far } = reach(at, box)
        expect(near).toBeLessThan(far)
        expect(lengthOf(minus(box.max, at.position))).toBeLessThan(far + 1e-6)
      }),
      { seed: 13, numRuns: 100 },
    )
  })
})

describe('coming near', () => {
  it('looks at the point from the side of the eye and from above', () => {
    const to = poseToward([5, 5, -2], { position: [0, -100, 40], target: [0, 0, 0] }, 12)
    expect(to.target).toEqual([5, 5, -2])
    expect(to.position[1]).toBeLessThan(5)
    expect(to.position[2]).toBeGreaterThan(-2)
    expect(lengthOf(minus(to.position, to.target))).toBeCloseTo(12)
  })
})
