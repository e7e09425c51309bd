import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cameraLookingAt, distanceToShow, planLookingAt } from './camera.ts'
import { guidFrom, guidInSpace, isGuid } from './guid.ts'
import type { Point } from './model.ts'

const dot = (a: Point, b: Point): number => a.x * b.x + a.y * b.y + a.z * b.z
const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const point = fc.record({ x: coordinate, y: coordinate, z: coordinate })
const direction = point.filter((each) => dot(each, each) > 1e-6)

describe('a camera that looks at a point', () => {
  test('stands at the distance, looks along the direction, and holds its head up', () => {
    fc.assert(
      fc.property(point, fc.double({ min: 0.01, max: 1e5, noNaN: true }), direction, (target, distance, way) => {
        const { position, direction: d, up } = cameraLookingAt({ target, distance, direction: way })
        expect(dot(d, d)).toBeCloseTo(1, 9)
        expect(dot(up, up)).toBeCloseTo(1, 9)
        expect(dot(d, up)).toBeCloseTo(0, 9)
        expect(dot(d, way) / Math.sqrt(dot(way, way))).toBeCloseTo(1, 9)
        for (const axis of ['x', 'y', 'z'] as const)
          expect(position[axis] + distance * d[axis]).toBeCloseTo(target[axis], 5)
        if (Math.abs(d.z) < 0.999) expect(up.z).toBeGreaterThan(0)
        else expect(up.y).toBeGreaterThan(0.9)
      }),
      { seed: 7 },
    )
  })
  test('looks down from the south-west unless told otherwise, and straight down with north on top', () => {
    const { position, fieldOfView } = cameraLookingAt({ target: { x: 10, y: 20, z: 5 }, distance: 8 })
    expect([position.x < 10, position.y < 20, position.z > 5, fieldOfView]).toEqual([true, true, true, 60])
    const down = { x: 0, y: 0, z: -3 }
    expect(planLookingAt({ target: { x: 1, y: 2, z: 0 }, distance: 30, direction: down, height: 12 })).toEqual({
      kind: 'orthogonal',
      position: { x: 1, y: 2, z: 30 },
      direction: { x: 0, y: 0, z: -1 },
      up: { x: 0, y: 1, z: 0 },
      viewToWorldScale: 12,
      aspectRatio: 1,
    })
  })
  test('needs a distance and a direction', () => {
    const target = { x: 0, y: 0, z: 0 }
    expect(() => cameraLookingAt({ target, distance: 0 })).toThrow(RangeError)
    expect(() => cameraLookingAt({ target, distance: 1, direction: target })).toThrow(RangeError)
  })
  test('sees a whole sphere from the distance for it: 2 radii at 60 degrees', () => {
    expect(distanceToShow(3)).toBeCloseTo(6, 12)
    expect(distanceToShow(3, 60, 0.5)).toBeGreaterThan(6)
    expect(distanceToShow(3, 60, 2)).toBeCloseTo(6, 12)
  })
})

describe('guids', () => {
  test('of names are those of RFC 9562 (its example of version 5)', () => {
    expect(guidInSpace('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe(
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    )
  })
  test('from a stable id are always the same, differ by id and part, and are UUIDs', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(isGuid(guidFrom(a))).toBe(true)
        expect(guidFrom(a)).toBe(guidFrom(a))
        expect(guidFrom(a) === guidFrom(b)).toBe(a === b)
        expect(guidFrom(a, 'viewpoint')).not.toBe(guidFrom(a))
        expect(guidFrom(a, b) === guidFrom(b, a)).toBe(a === b)
      }),
      { seed: 3 },
    )
  })
})
