/** Walks the trees of two shapes at once, the second placed relative to the first, without moving a triangle before it must. */
import type { Matrix } from './matrix.ts'
import type { Shape } from './shape.ts'
import { nearest, triangleDistance, trianglesCross, trianglesMeet } from './triangles.ts'

const at = (values: Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array, index: number): number =>
  values[index] as number

const triangleA = new Float64Array(9)
const trianglesB = Array.from({ length: 4 }, () => new Float64Array(9))
const stack = new Int32Array(512)
const bound = new Float64Array(512)
/** Rotation, by column, and shift that take the second shape into the coordinates of the first; and the sizes of its terms. */
const turn = new Float64Array(12)
const size = new Float64Array(9)

const place = (relative: Matrix): void => {
  for (let column = 0; column < 4; column += 1)
    for (let row = 0; row < 3; row += 1) {
      const value = at(relative, column * 4 + row)
      turn[column * 3 + row] = value
      if (column < 3) size[column * 3 + row] = Math.abs(value)
    }
}

const loadA = (shape: Shape, item: number): void => {
  for (let corner = 0; corner < 3; corner += 1) {
    const v = at(shape.indices, item * 3 + corner) * 3
    triangleA[corner * 3] = at(shape.positions, v)
    triangleA[corner * 3 + 1] = at(shape.positions, v + 1)
    triangleA[corner * 3 + 2] = at(shape.positions, v + 2)
  }
}
const loadB = (shape: Shape, item: number, into: Float64Array): void => {
  for (let corner = 0; corner < 3; corner += 1) {
    const v = at(shape.indices, item * 3 + corner) * 3
    const x = at(shape.positions, v)
    const y = at(shape.positions, v + 1)
    const z = at(shape.positions, v + 2)
    into[corner * 3] = at(turn, 0) * x + at(turn, 3) * y + at(turn, 6) * z + at(turn, 9)
    into[corner * 3 + 1] = at(turn, 1) * x + at(turn, 4) * y + at(turn, 7) * z + at(turn, 10)
    into[corner * 3 + 2] = at(turn, 2) * x + at(turn, 5) * y + at(turn, 8) * z + at(turn, 11)
  }
}

/**
 * A lower bound for the square of the distance between two boxes, the second one turned: the gaps along the axes of the first,
 * or along those of the second, whichever says more.
 */
const boxGap = (a: Float32Array, i: number, b: Float32Array, k: number): number => {
  const ax = (at(a, i) + at(a, i + 3)) / 2
  const ay = (at(a, i + 1) + at(a, i + 4)) / 2
  const az = (at(a, i + 2) + at(a, i + 5)) / 2
  const ahx = at(a, i + 3) - ax
  const ahy = at(a, i + 4) - ay
  const ahz = at(a, i + 5) - az
  const bx = (at(b, k) + at(b, k + 3)) / 2
  const by = (at(b, k + 1) + at(b, k + 4)) / 2
  const bz = (at(b, k + 2) + at(b, k + 5)) / 2
  const bhx = at(b, k + 3) - bx
  const bhy = at(b, k + 4) - by
  const bhz = at(b, k + 5) - bz
  const dx = at(turn, 0) * bx + at(turn, 3) * by + at(turn, 6) * bz + at(turn, 9) - ax
  const dy = at(turn, 1) * bx + at(turn, 4) * by + at(turn, 7) * bz + at(turn, 10) - ay
  const dz = at(turn, 2) * bx + at(turn, 5) * by + at(turn, 8) * bz + at(turn, 11) - az
  let gap = Math.abs(dx) - ahx - (at(size, 0) * bhx + at(size, 3) * bhy + at(size, 6) * bhz)
  let first = gap > 0 ? gap * gap : 0
  gap = Math.abs(dy) - ahy - (at(size, 1) * bhx + at(size, 4) * bhy + at(size, 7) * bhz)
  if (gap > 0) first += gap * gap
  gap = Math.abs(dz) - ahz - (at(size, 2) * bhx + at(size, 5) * bhy + at(size, 8) * bhz)
  if (gap > 0) first += gap * gap
  gap = Math.abs(at(turn, 0) * dx + at(turn, 1) * dy + at(turn, 2) * dz)
  gap -= bhx + at(size, 0) * ahx + at(size, 1) * ahy + at(size, 2) * ahz
  let second = gap > 0 ? gap * gap : 0
  gap = Math.abs(at(turn, 3) * dx + at(turn, 4) * dy + at(turn, 5) * dz)
  gap -= bhy + at(size, 3) * ahx + at(size, 4) * ahy + at(size, 5) * ahz
  if (gap > 0) second += gap * gap
  gap = Math.abs(at(turn, 6) * dx + at(turn, 7) * dy + at(turn, 8) * dz)
  gap -= bhz + at(size, 6) * ahx + at(size, 7) * ahy + at(size, 8) * ahz
  if (gap > 0) second += gap * gap
  return first > second ? first : second
}

/** Lower bound for the distance of two placed shapes, by their boxes. */
export const boxDistance = (a: Shape, b: Shape, relative: Matrix): number => {
  place(relative)
  return Math.sqrt(boxGap(a.box, 0, b.box, 0))
}

const extent = (bounds: Float32Array, i: number): number =>
  Math.max(
    at(bounds, i + 3) - at(bounds, i),
    at(bounds, i + 4) - at(bounds, i + 1),
    at(bounds, i + 5) - at(bounds, i + 2),
  )

/** Calls `leaves` for pairs of leaves whose boxes come within `slack`, until it says true; gives whether it did. */
const walk = (a: Shape, b: Shape, slack: number, leaves: (i: number, k: number) => boolean): boolean => {
  const { bounds: ab, link: al } = a.tree
  const { bounds: bb, link: bl } = b.tree
  const limit = slack * slack
  let top = 0
  stack[top++] = 0
  stack[top++] = 0
  while (top > 0) {
    const k = at(stack, --top)
    const i = at(stack, --top)
    if (boxGap(ab, i * 6, bb, k * 6) > limit) continue
    const aLeaf = at(al, i) < 0
    const bLeaf = at(bl, k) < 0
    if (aLeaf && bLeaf) {
      if (leaves(i, k)) return true
    } else if (bLeaf || (!aLeaf && extent(ab, i * 6) > extent(bb, k * 6))) {
      stack[top++] = at(al, i)
      stack[top++] = k
      stack[top++] = i + 1
      stack[top++] = k
    } else {
      stack[top++] = i
      stack[top++] = at(bl, k)
      stack[top++] = i
      stack[top++] = k + 1
    }
  }
  return false
}

const anyPair = (
  a: Shape,
  b: Shape,
  relative: Matrix,
  slack: number,
  test: (p: Float64Array, q: Float64Array) => boolean,
): boolean => {
  place(relative)
  return walk(a, b, slack, (i, k) => {
    const firstA = ~at(a.tree.link, i)
    const firstB = ~at(b.tree.link, k)
    const countB = at(b.tree.count, k)
    for (let n = 0; n < countB; n += 1) loadB(b, firstB + n, trianglesB[n] as Float64Array)
    for (let m = 0; m < at(a.tree.count, i); m += 1) {
      loadA(a, firstA + m)
      for (let n = 0; n < countB; n += 1) if (test(triangleA, trianglesB[n] as Float64Array)) return true
    }
    return false
  })
}

/** Whether two surfaces meet, or come within the slack: never false for surfaces that meet. */
export const surfacesMeet = (a: Shape, b: Shape, relative: Matrix, slack: number): boolean =>
  anyPair(a, b, relative, slack, (p, q) => trianglesMeet(p, q, slack))

/** Whether a triangle of one surface truly crosses one of the other; see `trianglesCross`. */
export const surfacesCross = (a: Shape, b: Shape, relative: Matrix, tolerance: number): boolean =>
  anyPair(a, b, relative, 0, (p, q) => trianglesCross(p, q, tolerance))

export interface Nearest {
  readonly distance: number
  /** Nearest points on the first and the second surface, in the coordinates of the first. */
  readonly on: readonly [number, number, number, number, number, number]
}

/**
 * Distance of two surfaces where it is at most `limit`, else null. Nearer branches come first; it ends early when the distance
 * is 0.
 */
export const surfaceDistance = (a: Shape, b: Shape, relative: Matrix, limit: number): Nearest | null => {
  place(relative)
  const { bounds: ab, link: al, count: ac } = a.tree
  const { bounds: bb, link: bl, count: bc } = b.tree
  // The smallest number above the square, so that a distance of exactly `limit` is found.
  let best = limit * limit * (1 + 1e-12) + 1e-300
  let on: Nearest['on'] | null = null
  let top = 0
  const push = (i: number, k: number, gap: number): void => {
    if (gap >= best) return
    stack[top * 2] = i
    stack[top * 2 + 1] = k
    bound[top] = gap
    top += 1
  }
  push(0, 0, boxGap(ab, 0, bb, 0))
  while (top > 0) {
    top -= 1
    if (at(bound, top) >= best) continue
    const i = at(stack, top * 2)
    const k = at(stack, top * 2 + 1)
    const aLeaf = at(al, i) < 0
    const bLeaf = at(bl, k) < 0
    if (aLeaf && bLeaf) {
      const firstA = ~at(al, i)
      const firstB = ~at(bl, k)
      const countB = at(bc, k)
      for (let n = 0; n < countB; n += 1) loadB(b, firstB + n, trianglesB[n] as Float64Array)
      for (let m = 0; m < at(ac, i); m += 1) {
        loadA(a, firstA + m)
        for (let n = 0; n < countB; n += 1) {
          const square = triangleDistance(triangleA, trianglesB[n] as Float64Array, best)
          if (square >= best) continue
          best = square
          on = [...nearest] as unknown as Nearest['on']
          if (best === 0) return { distance: 0, on }
        }
      }
      continue
    }
    const splitA = bLeaf || (!aLeaf && extent(ab, i * 6) > extent(bb, k * 6))
    const left = splitA ? boxGap(ab, (i + 1) * 6, bb, k * 6) : boxGap(ab, i * 6, bb, (k + 1) * 6)
    const right = splitA ? boxGap(ab, at(al, i) * 6, bb, k * 6) : boxGap(ab, i * 6, bb, at(bl, k) * 6)
    const pushLeft = (): void => (splitA ? push(i + 1, k, left) : push(i, k + 1, left))
    const pushRight = (): void => (splitA ? push(at(al, i), k, right) : push(i, at(bl, k), right))
    if (left < right) {
      pushRight()
      pushLeft()
    } else {
      pushLeft()
      pushRight()
    }
  }
  return on === null ? null : { distance: Math.sqrt(best), on }
}

/** Directions without a pattern: a ray through an edge or a corner tries the next one. */
const directions = [
  [0.8017837, 0.2672612, 0.5345225],
  [-0.3311331, 0.9012345, 0.2795112],
  [0.1234567, -0.4198277, 0.8991666],
  [-0.6172839, -0.5412347, -0.5709182],
] as const

/** Times that a ray from the point leaves the surface less times it enters; null when it grazes an edge. */
const crossings = (shape: Shape, px: number, py: number, pz: number, direction: readonly number[]): number | null => {
  const [dx, dy, dz] = [direction[0] ?? 0, direction[1] ?? 0, direction[2] ?? 0]
  const { bounds, link, count } = shape.tree
  let sum = 0
  let top = 0
  stack[top++] = 0
  while (top > 0) {
    const node = at(stack, --top)
    const n = node * 6
    let near = 0
    let far = Infinity
    const one = (low: number, high: number, from: number, along: number): void => {
      const enter = (along > 0 ? low - from : high - from) / along
      const leave = (along > 0 ? high - from : low - from) / along
      if (enter > near) near = enter
      if (leave < far) far = leave
    }
    one(at(bounds, n), at(bounds, n + 3), px, dx)
    one(at(bounds, n + 1), at(bounds, n + 4), py, dy)
    one(at(bounds, n + 2), at(bounds, n + 5), pz, dz)
    if (near > far * (1 + 1e-9) + 1e-9) continue
    const next = at(link, node)
    if (next >= 0) {
      stack[top++] = next
      stack[top++] = node + 1
      continue
    }
    for (let m = 0; m < at(count, node); m += 1) {
      loadA(shape, ~next + m)
      const t = triangleA
      const [ux, uy, uz] = [at(t, 3) - at(t, 0), at(t, 4) - at(t, 1), at(t, 5) - at(t, 2)]
      const [vx, vy, vz] = [at(t, 6) - at(t, 0), at(t, 7) - at(t, 1), at(t, 8) - at(t, 2)]
      const [hx, hy, hz] = [dy * vz - dz * vy, dz * vx - dx * vz, dx * vy - dy * vx]
      const det = ux * hx + uy * hy + uz * hz
      const area = Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx)
      if (area === 0) continue
      const [sx, sy, sz] = [px - at(t, 0), py - at(t, 1), pz - at(t, 2)]
      const [qx, qy, qz] = [sy * uz - sz * uy, sz * ux - sx * uz, sx * uy - sy * ux]
      // A ray along the plane of a triangle decides nothing, unless it passes far from it.
      if (Math.abs(det) < 1e-9 * area) {
        if (Math.abs(sx * (uy * vz - uz * vy) + sy * (uz * vx - ux * vz) + sz * (ux * vy - uy * vx)) < 1e-9 * area)
          return null
        continue
      }
      const a = (sx * hx + sy * hy + sz * hz) / det
      const b = (dx * qx + dy * qy + dz * qz) / det
      if (a < -1e-9 || b < -1e-9 || a + b > 1 + 1e-9) continue
      if ((vx * qx + vy * qy + vz * qz) / det < 0) continue
      if (a < 1e-9 || b < 1e-9 || a + b > 1 - 1e-9) return null
      sum += det > 0 ? -1 : 1
    }
  }
  return sum
}

/** Whether a point lies inside a closed surface. A point on the surface itself may count either way. */
export const isInside = (shape: Shape, x: number, y: number, z: number): boolean => {
  const { box } = shape
  if (x < at(box, 0) || y < at(box, 1) || z < at(box, 2)) return false
  if (x > at(box, 3) || y > at(box, 4) || z > at(box, 5)) return false
  for (const direction of directions) {
    const sum = crossings(shape, x, y, z, direction)
    if (sum !== null) return sum !== 0
  }
  return false
}
