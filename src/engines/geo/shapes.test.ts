import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  crossingOf,
  cutsByPolygon,
  insidePolygon,
  nearestOfSegments,
  parallelOverlap,
  partWithin,
  pointToPath,
  pointToSegment,
  polygonDistance,
  segmentDistance,
  segmentToPolygon,
} from './plane.ts'
import { along, boxAlong, boxOverlap, nearestInSpace, pointToBox, segmentToBox, type Vector } from './space.ts'

const metre = fc.double({ min: -50, max: 50, noNaN: true })
const spot = fc.tuple(metre, metre)
const place = fc.tuple(metre, metre, metre)
const steps = Array.from({ length: 41 }, (_, k) => k / 40)

describe('distances in the plan', () => {
  test('of two segments are those of dense sampling, and the same from both sides', () => {
    fc.assert(
      fc.property(spot, spot, spot, spot, (a, b, c, d) => {
        const exact = segmentDistance(...a, ...b, ...c, ...d)
        expect(segmentDistance(...d, ...c, ...b, ...a)).toBeCloseTo(exact, 9)
        let sampled = Infinity
        for (const s of steps)
          sampled = Math.min(sampled, pointToSegment(a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1]), ...c, ...d))
        expect(exact).toBeLessThanOrEqual(sampled + 1e-9)
        expect(sampled - exact).toBeLessThanOrEqual(Math.hypot(b[0] - a[0], b[1] - a[1]) / 80 + 1e-9)
      }),
      { seed: 4 },
    )
  })
  test('crossings lie on both segments', () => {
    fc.assert(
      fc.property(spot, spot, spot, spot, (a, b, c, d) => {
        const crossing = crossingOf(...a, ...b, ...c, ...d)
        if (crossing === null) return
        const { s, t } = crossing
        expect(
          Math.hypot(
            a[0] + s * (b[0] - a[0]) - c[0] - t * (d[0] - c[0]),
            a[1] + s * (b[1] - a[1]) - c[1] - t * (d[1] - c[1]),
          ),
        ).toBeLessThan(1e-6)
      }),
      { seed: 5 },
    )
    expect(crossingOf(0, 0, 10, 0, 5, -5, 5, 5)).toEqual({ s: 0.5, t: 0.5, sine: 1 })
    expect(crossingOf(0, 0, 10, 0, 0, 1, 10, 1)).toBeNull()
  })
  test('the part within a reach is within it, and what lies outside is not', () => {
    fc.assert(
      fc.property(spot, spot, spot, spot, fc.double({ min: 0.1, max: 20, noNaN: true }), (a, b, c, d, reach) => {
        const part = partWithin(...a, ...b, ...c, ...d, reach)
        for (const s of steps) {
          const distance = pointToSegment(a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1]), ...c, ...d)
          const inside = part !== null && s >= part[0] && s <= part[1]
          if (inside) expect(distance).toBeLessThanOrEqual(reach + 1e-6)
          else expect(distance).toBeGreaterThan(reach - 1e-6)
        }
      }),
      { seed: 6 },
    )
  })
  test('parallel overlaps know their ends and distances', () => {
    expect(parallelOverlap(0, 0, 10, 0, 4, 2, 20, 2)).toEqual({ from: 0.4, to: 1, least: 2, greatest: 2 })
    expect(parallelOverlap(0, 0, 10, 0, 12, 2, 20, 2)).toBeNull()
    expect(nearestOfSegments(0, 0, 10, 0, 12, 2, 20, 2).distance).toBeCloseTo(Math.hypot(2, 2))
  })
  test('polygons have an inside, holes and cuts', () => {
    const square = [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
    ] as const
    const hole = [
      [4, 4],
      [6, 4],
      [6, 6],
      [4, 6],
    ] as const
    expect(insidePolygon(5, 5, [square])).toBe(true)
    expect(insidePolygon(5, 5, [square, hole])).toBe(false)
    expect(segmentToPolygon(13, 5, 20, 5, [square])).toEqual({ distance: 3, s: 0 })
    expect(segmentToPolygon(1, 1, 2, 2, [square]).distance).toBe(0)
    expect(segmentToPolygon(4.5, 5, 5.5, 5, [square, hole]).distance).toBeCloseTo(0.5)
    expect(cutsByPolygon(-10, 5, 10, 5, [square])).toEqual([0, 0.5, 1])
    expect(pointToPath(5, -2, square, true)).toBe(2)
    expect(pointToPath(-1, 5, square, false)).toBeCloseTo(Math.hypot(1, 5))
    const away = square.map(([x, y]) => [x + 13, y + 14] as const)
    expect(polygonDistance([square], [away])).toBe(5)
    expect(polygonDistance([square], [hole])).toBe(0)
  })
})

describe('distances in space', () => {
  test('of two segments are never more than any sampled distance', () => {
    fc.assert(
      fc.property(place, place, place, place, (a, b, c, d) => {
        const { distance, s, t } = nearestInSpace(a, b, c, d)
        const apart = (p: Vector, q: Vector) => Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])
        expect(apart(along(a, b, s), along(c, d, t))).toBeCloseTo(distance, 6)
        for (const k of steps)
          for (const l of steps) expect(apart(along(a, b, k), along(c, d, l))).toBeGreaterThanOrEqual(distance - 1e-6)
      }),
      { seed: 7, numRuns: 40 },
    )
  })
  test('of a segment to a box is the least of its points', () => {
    fc.assert(
      fc.property(place, place, place, place, (a, b, c, d) => {
        const box = boxAlong(c, d, 3, 2)
        const { distance } = segmentToBox(a, b, box)
        const sampled = Math.min(...steps.map((s) => pointToBox(along(a, b, s), box)))
        expect(distance).toBeLessThanOrEqual(sampled + 1e-6)
        expect(sampled - distance).toBeLessThanOrEqual(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) / 80 + 1e-6)
      }),
      { seed: 8 },
    )
  })
  test('boxes overlap exactly when they share a point', () => {
    fc.assert(
      fc.property(place, place, place, place, (a, b, c, d) => {
        const one = boxAlong(a, b, 20, 12)
        const other = boxAlong(c, d, 16, 10)
        const overlap = boxOverlap(one, other)
        // Points of one box that lie in the other prove an overlap; a positive gap forbids them.
        const inner = [-1, -0.5, 0, 0.5, 1]
        let shared = false
        for (const i of inner)
          for (const j of inner)
            for (const k of inner) {
              const [x, y, z] = [0, 1, 2].map(
                (n) =>
                  (one.centre[n] ?? 0) +
                  i * one.half[0] * (one.axes[0][n] ?? 0) +
                  j * one.half[1] * (one.axes[1][n] ?? 0) +
                  k * one.half[2] * (one.axes[2][n] ?? 0),
              )
              if (pointToBox([x ?? 0, y ?? 0, z ?? 0], other) === 0) shared = true
            }
        if (shared) expect(overlap).toBeGreaterThan(-1e-9)
        expect(boxOverlap(other, one)).toBeCloseTo(overlap, 9)
      }),
      { seed: 9 },
    )
    const flat = boxAlong([0, 0, 0], [10, 0, 0], 2, 1)
    expect(boxOverlap(flat, boxAlong([5, -5, 0.8], [5, 5, 0.8], 2, 1))).toBeCloseTo(0.2)
    expect(boxOverlap(flat, boxAlong([5, -5, 1.2], [5, 5, 1.2], 2, 1))).toBeCloseTo(-0.2)
  })
})
