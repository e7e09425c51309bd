import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identity, inverseRigid } from './matrix.ts'
import { boxMesh, cylinderMesh, placed, torusMesh } from './sample.ts'
import { type Shape, shapeOf } from './shape.ts'
import { measure, piecesOf } from './thickness.ts'
import { buildTree, queryTree } from './tree.ts'
import { triangleDistance, trianglesCross, trianglesMeet } from './triangles.ts'
import { isInside, surfaceDistance, surfacesCross, surfacesMeet } from './walk.ts'

const shape = (mesh: Parameters<typeof shapeOf>[0]): Shape => {
  const made = shapeOf(mesh)
  if (made === null) throw new Error('no triangles')
  return made
}
const thousandths = (low: number, high: number): fc.Arbitrary<number> =>
  fc.integer({ min: low * 1_000, max: high * 1_000 }).map((value) => value / 1_000)
/** A triangle with some area: nine numbers, corners within a metre of the origin. */
const triangle = fc
  .array(thousandths(-1, 1), { minLength: 9, maxLength: 9 })
  .map((values) => Float64Array.from(values))
  .filter((t) => {
    const [u, v] = [3, 6].map((k) => [0, 1, 2].map((axis) => (t[k + axis] ?? 0) - (t[axis] ?? 0))) as [
      number[],
      number[],
    ]
    return [0, 1, 2].some(
      (k) => Math.abs((u[k] ?? 0) * (v[(k + 1) % 3] ?? 0) - (u[(k + 1) % 3] ?? 0) * (v[k] ?? 0)) > 0.01,
    )
  })
/** Small triangles scattered in a cube of two metres: a surface of no kind. */
const soup = fc
  .array(fc.tuple(triangle, fc.array(thousandths(-1, 1), { minLength: 3, maxLength: 3 })), {
    minLength: 1,
    maxLength: 24,
  })
  .map((rows) => {
    const positions = Float32Array.from(
      rows.flatMap(([t, at]) => [...t].map((value, k) => (at[k % 3] ?? 0) + value * 0.4)),
    )
    return shape({ positions, indices: Uint32Array.from({ length: positions.length / 3 }, (_, k) => k) })
  })
const move = fc
  .tuple(...Array.from({ length: 5 }, () => thousandths(-2, 2)))
  .map(([x, y, z, a, b]) => Float64Array.from(placed(x, y, z, a, b)))
const trianglesOf = (of: Shape, m: Float64Array): Float64Array[] =>
  Array.from({ length: of.indices.length / 3 }, (_, t) =>
    Float64Array.from({ length: 9 }, (__, k) => {
      const v = (of.indices[t * 3 + Math.floor(k / 3)] ?? 0) * 3
      const row = k % 3
      return (
        (m[row] ?? 0) * (of.positions[v] ?? 0) +
        (m[4 + row] ?? 0) * (of.positions[v + 1] ?? 0) +
        (m[8 + row] ?? 0) * (of.positions[v + 2] ?? 0) +
        (m[12 + row] ?? 0)
      )
    }),
  )
const pairs = (a: Shape, b: Shape, m: Float64Array): [Float64Array, Float64Array][] =>
  trianglesOf(a, identity()).flatMap((p) => trianglesOf(b, m).map((q): [Float64Array, Float64Array] => [p, q]))

describe('walking two trees', () => {
  it('finds what comparing every triangle with every other finds', () => {
    fc.assert(
      fc.property(soup, soup, move, (a, b, m) => {
        const all = pairs(a, b, m)
        expect(surfacesMeet(a, b, m, 0)).toBe(all.some(([p, q]) => trianglesMeet(p, q, 0)))
        expect(surfacesCross(a, b, m, 0.01)).toBe(all.some(([p, q]) => trianglesCross(p, q, 0.01)))
        const least = Math.sqrt(Math.min(...all.map(([p, q]) => triangleDistance(p, q, Infinity))))
        expect(surfaceDistance(a, b, m, 10)?.distance).toBeCloseTo(least, 9)
        if (least > 0.01) expect(surfaceDistance(a, b, m, least * 0.99)).toBeNull()
      }),
      { seed: 3, numRuns: 300 },
    )
  })
  it('gives the same distance from the other side, between points that are as far apart', () => {
    fc.assert(
      fc.property(soup, soup, move, (a, b, m) => {
        const there = surfaceDistance(a, b, m, 10)
        const back = surfaceDistance(b, a, inverseRigid(m), 10)
        expect(back?.distance).toBeCloseTo(there?.distance ?? -1, 9)
        const on = there?.on ?? [0, 0, 0, 0, 0, 0]
        expect(Math.hypot(on[0] - on[3], on[1] - on[4], on[2] - on[5])).toBeCloseTo(there?.distance ?? -1, 9)
      }),
      { seed: 4, numRuns: 150 },
    )
  })
})

describe('two triangles', () => {
  it('meet exactly when their distance is nothing', () => {
    fc.assert(
      fc.property(triangle, triangle, (p, q) => {
        const distance = Math.sqrt(triangleDistance(p, q, Infinity))
        if (distance > 1e-9) expect(trianglesMeet(p, q, 0)).toBe(false)
        else expect(trianglesMeet(p, q, 1e-9)).toBe(true)
        if (trianglesCross(p, q, 0.01)) expect(distance).toBe(0)
      }),
      { seed: 5, numRuns: 2_000 },
    )
  })
  it('are no farther apart than any two points of them', () => {
    fc.assert(
      fc.property(
        triangle,
        triangle,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
        (p, q, w) => {
          const point = (t: Float64Array, s: number, r: number): number[] => {
            const [u, v] = s + r > 1 ? [1 - s, 1 - r] : [s, r]
            return [0, 1, 2].map(
              (k) => (t[k] ?? 0) + u * ((t[3 + k] ?? 0) - (t[k] ?? 0)) + v * ((t[6 + k] ?? 0) - (t[k] ?? 0)),
            )
          }
          const [a, b] = [point(p, w[0] ?? 0, w[1] ?? 0), point(q, w[2] ?? 0, w[3] ?? 0)]
          const apart = Math.hypot((a[0] ?? 0) - (b[0] ?? 0), (a[1] ?? 0) - (b[1] ?? 0), (a[2] ?? 0) - (b[2] ?? 0))
          expect(Math.sqrt(triangleDistance(p, q, Infinity))).toBeLessThanOrEqual(apart + 1e-12)
        },
      ),
      { seed: 6, numRuns: 2_000 },
    )
  })
})

describe('inside', () => {
  it('is right for points of a ring and of a prism', () => {
    const ring = shape(torusMesh(1, 0.3, 48, 24))
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 7, noNaN: true }),
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        fc.double({ min: 0, max: 7, noNaN: true }),
        (u, r, v) => {
          fc.pre(Math.abs(r - 0.3) > 0.02)
          const from = 1 + r * Math.cos(v)
          expect(isInside(ring, from * Math.cos(u), from * Math.sin(u), r * Math.sin(v))).toBe(r < 0.3)
        },
      ),
      { seed: 8, numRuns: 500 },
    )
    const prism = shape(cylinderMesh(1, 2, 32))
    expect(isInside(prism, 0, 0, 1)).toBe(true)
    expect(isInside(prism, 0, 0, 2.001)).toBe(false)
  })
})

describe('a tree of boxes', () => {
  it('gives exactly the boxes that a box meets', () => {
    const number = fc.double({ min: -10, max: 10, noNaN: true })
    const box = fc
      .tuple(number, number, number, number, number, number)
      .map((v) =>
        [0, 1, 2, 3, 4, 5].map((k) => Math.fround((k < 3 ? Math.min : Math.max)(v[k % 3] ?? 0, v[(k % 3) + 3] ?? 0))),
      )
    fc.assert(
      fc.property(fc.array(box, { maxLength: 60 }), box, (boxes, query) => {
        const found: number[] = []
        queryTree(buildTree(Float32Array.from(boxes.flat())), query, (item) => found.push(item))
        const meets = (other: number[]): boolean =>
          [0, 1, 2].every((k) => (other[k] ?? 0) <= (query[k + 3] ?? 0) && (other[k + 3] ?? 0) >= (query[k] ?? 0))
        // A leaf holds up to four boxes, so that it may give a little more, but never less.
        for (const [k, other] of boxes.entries()) if (meets(other)) expect(found).toContain(k)
        expect(new Set(found).size).toBe(found.length)
      }),
      { seed: 9, numRuns: 300 },
    )
  })
})

describe('thickness', () => {
  const hull = (): never => {
    throw new Error('a convex piece needs no hull')
  }
  it('of a box is its least side, however it is turned; of several pieces that of the thickest comes first', () => {
    const box = boxMesh(0.3, 2, 1)
    const turned = trianglesOf(shape(box), Float64Array.from(placed(5, 6, 7, 0.7, 1.1)))
    const positions = Float64Array.from(turned.flatMap((t) => [...t]))
    const places = new Map<string, number>()
    const indices = Uint32Array.from({ length: positions.length / 3 }, (_, v) => {
      const key = Array.from(positions.subarray(v * 3, v * 3 + 3), (value) => value.toFixed(5)).join()
      const place = places.get(key) ?? v
      places.set(key, place)
      return place
    })
    const [piece] = piecesOf({ positions, indices }, hull)
    expect(piece?.thickness).toBeCloseTo(0.3, 6)
    expect(piece?.volume).toBeCloseTo(0.6, 6)
    expect(measure(box)).toEqual({ volume: expect.closeTo(0.6, 6), surface: expect.closeTo(2 * (0.6 + 0.3 + 2), 5) })
    const small = boxMesh(0.1, 0.1, 0.1)
    const both = {
      positions: Float32Array.from([...small.positions.map((value) => value - 3), ...box.positions]),
      indices: Uint32Array.from([...small.indices, ...box.indices.map((index) => index + 8)]),
    }
    expect(piecesOf(both, hull).map(({ thickness }) => Number(thickness.toFixed(4)))).toEqual([0.3, 0.1])
  })
})
