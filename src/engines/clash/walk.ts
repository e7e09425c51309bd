/** Walks the trees of two shapes at once, the second placed relative to the first, without moving a triangle before it must. */
import type { Matrix } from './matrix.ts'
import type { Shape } from './shape.ts'
import { nearest, triangleDistance, trianglesCross, trianglesMeet } from './triangles.ts'

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
      const value = relative[column * 4 + row] as number
      turn[column * 3 + row] = value
      if (column < 3) size[column * 3 + row] = Math.abs(value)
    }
}

const loadA = (shape: Shape, item: number): void => {
  for (let corner = 0; corner < 3; corner += 1) {
    const v = (shape.indices[item * 3 + corner] as number) * 3
    triangleA[corner * 3] = shape.positions[v] as number
    triangleA[corner * 3 + 1] = shape.positions[v + 1] as number
    triangleA[corner * 3 + 2] = shape.positions[v + 2] as number
  }
}
const loadB = (shape: Shape, item: number, into: Float64Array): void => {
  for (let corner = 0; corner < 3; corner += 1) {
    const v = (shape.indices[item * 3 + corner] as number) * 3
    const x = shape.positions[v] as number
    const y = shape.positions[v + 1] as number
    const z = shape.positions[v + 2] as number
    into[corner * 3] = (turn[0] as number) * x + (turn[3] as number) * y + (turn[6] as number) * z + (turn[9] as number)
    into[corner * 3 + 1] =
      (turn[1] as number) * x + (turn[4] as number) * y + (turn[7] as number) * z + (turn[10] as number)
    into[corner * 3 + 2] =
      (turn[2] as number) * x + (turn[5] as number) * y + (turn[8] as number) * z + (turn[11] as number)
  }
}

/**
 * A lower bound for the square of the distance between two boxes, the second one turned: the gaps along the axes of the first,
 * or along those of the second, whichever says more.
 */
const boxGap = (a: Float32Array, i: number, b: Float32Array, k: number): number => {
  const ax = ((a[i] as number) + (a[i + 3] as number)) / 2
  const ay = ((a[i + 1] as number) + (a[i + 4] as number)) / 2
  const az = ((a[i + 2] as number) + (a[i + 5] as number)) / 2
  const ahx = (a[i + 3] as number) - ax
  const ahy = (a[i + 4] as number) - ay
  const ahz = (a[i + 5] as number) - az
  const bx = ((b[k] as number) + (b[k + 3] as number)) / 2
  const by = ((b[k + 1] as number) + (b[k + 4] as number)) / 2
  const bz = ((b[k + 2] as number) + (b[k + 5] as number)) / 2
  const bhx = (b[k + 3] as number) - bx
  const bhy = (b[k + 4] as number) - by
  const bhz = (b[k + 5] as number) - bz
  const dx = (turn[0] as number) * bx + (turn[3] as number) * by + (turn[6] as number) * bz + (turn[9] as number) - ax
  const dy = (turn[1] as number) * bx + (turn[4] as number) * by + (turn[7] as number) * bz + (turn[10] as number) - ay
  const dz = (turn[2] as number) * bx + (turn[5] as number) * by + (turn[8] as number) * bz + (turn[11] as number) - az
  let gap = Math.abs(dx) - ahx - ((size[0] as number) * bhx + (size[3] as number) * bhy + (size[6] as number) * bhz)
  let first = gap > 0 ? gap * gap : 0
  gap = Math.abs(dy) - ahy - ((size[1] as number) * bhx + (size[4] as number) * bhy + (size[7] as number) * bhz)
  if (gap > 0) first += gap * gap
  gap = Math.abs(dz) - ahz - ((size[2] as number) * bhx + (size[5] as number) * bhy + (size[8] as number) * bhz)
  if (gap > 0) first += gap * gap
  gap = Math.abs((turn[0] as number) * dx + (turn[1] as number) * dy + (turn[2] as number) * dz)
  gap -= bhx + (size[0] as number) * ahx + (size[1] as number) * ahy + (size[2] as number) * ahz
  let second = gap > 0 ? gap * gap : 0
  gap = Math.abs((turn[3] as number) * dx + (turn[4] as number) * dy + (turn[5] as number) * dz)
  gap -= bhy + (size[3] as number) * ahx + (size[4] as number) * ahy + (size[5] as number) * ahz
  if (gap > 0) second += gap * gap
  gap = Math.abs((turn[6] as number) * dx + (turn[7] as number) * dy + (turn[8] as number) * dz)
  gap -= bhz + (size[6] as number) * ahx + (size[7] as number) * ahy + (size[8] as number) * ahz
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
    (bounds[i + 3] as number) - (bounds[i] as number),
    (bounds[i + 4] as number) - (bounds[i + 1] as number),
    (bounds[i + 5] as number) - (bounds[i + 2] as number),
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
    const k = stack[--top] as number
    const i = stack[--top] as number
    if (boxGap(ab, i * 6, bb, k * 6) > limit) continue
    const aLeaf = (al[i] as number) < 0
    const bLeaf = (bl[k] as number) < 0
    if (aLeaf && bLeaf) {
      if (leaves(i, k)) return true
    } else if (bLeaf || (!aLeaf && extent(ab, i * 6) > extent(bb, k * 6))) {
      stack[top++] = al[i] as number
      stack[top++] = k
      stack[top++] = i + 1
      stack[top++] = k
    } else {
      stack[top++] = i
      stack[top++] = bl[k] as number
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
    const firstA = ~(a.tree.link[i] as number)
    const firstB = ~(b.tree.link[k] as number)
    const countB = b.tree.count[k] as number
    for (let n = 0; n < countB; n += 1) loadB(b, firstB + n, trianglesB[n] as Float64Array)
    for (let m = 0; m < (a.tree.count[i] as number); m += 1) {
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
    if ((bound[top] as number) >= best) continue
    const i = stack[top * 2] as number
    const k = stack[top * 2 + 1] as number
    const aLeaf = (al[i] as number) < 0
    const bLeaf = (bl[k] as number) < 0
    if (aLeaf && bLeaf) {
      const firstA = ~(al[i] as number)
      const firstB = ~(bl[k] as number)
      const countB = bc[k] as number
      for (let n = 0; n < countB; n += 1) loadB(b, firstB + n, trianglesB[n] as Float64Array)
      for (let m = 0; m < (ac[i] as number); m += 1) {
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
    const right = splitA ? boxGap(ab, (al[i] as number) * 6, bb, k * 6) : boxGap(ab, i * 6, bb, (bl[k] as number) * 6)
    const pushLeft = (): void => (splitA ? push(i + 1, k, left) : push(i, k + 1, left))
    const pushRight = (): void => (splitA ? push(al[i] as number, k, right) : push(i, bl[k] as number, right))
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
    const node = stack[--top] as number
    const n = node * 6
    let near = 0
    let far = Infinity
    let enter = ((bounds[n + (dx > 0 ? 0 : 3)] as number) - px) / dx
    let leave = ((bounds[n + (dx > 0 ? 3 : 0)] as number) - px) / dx
    if (enter > near) near = enter
    if (leave < far) far = leave
    enter = ((bounds[n + (dy > 0 ? 1 : 4)] as number) - py) / dy
    leave = ((bounds[n + (dy > 0 ? 4 : 1)] as number) - py) / dy
    if (enter > near) near = enter
    if (leave < far) far = leave
    enter = ((bounds[n + (dz > 0 ? 2 : 5)] as number) - pz) / dz
    leave = ((bounds[n + (dz > 0 ? 5 : 2)] as number) - pz) / dz
    if (enter > near) near = enter
    if (leave < far) far = leave
    if (near > far * (1 + 1e-9) + 1e-9) continue
    const next = link[node] as number
    if (next >= 0) {
      stack[top++] = next
      stack[top++] = node + 1
      continue
    }
    for (let m = 0; m < (count[node] as number); m += 1) {
      loadA(shape, ~next + m)
      const t = triangleA
      const ux = (t[3] as number) - (t[0] as number)
      const uy = (t[4] as number) - (t[1] as number)
      const uz = (t[5] as number) - (t[2] as number)
      const vx = (t[6] as number) - (t[0] as number)
      const vy = (t[7] as number) - (t[1] as number)
      const vz = (t[8] as number) - (t[2] as number)
      const hx = dy * vz - dz * vy
      const hy = dz * vx - dx * vz
      const hz = dx * vy - dy * vx
      const det = ux * hx + uy * hy + uz * hz
      const nx = uy * vz - uz * vy
      const ny = uz * vx - ux * vz
      const nz = ux * vy - uy * vx
      const area = Math.sqrt(nx * nx + ny * ny + nz * nz)
      if (area === 0) continue
      const sx = px - (t[0] as number)
      const sy = py - (t[1] as number)
      const sz = pz - (t[2] as number)
      const qx = sy * uz - sz * uy
      const qy = sz * ux - sx * uz
      const qz = sx * uy - sy * ux
      // A ray along the plane of a triangle decides nothing, unless it passes far from it.
      if (Math.abs(det) < 1e-9 * area) {
        if (Math.abs(sx * nx + sy * ny + sz * nz) < 1e-9 * area) return null
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
  if (x < (box[0] as number) || y < (box[1] as number) || z < (box[2] as number)) return false
  if (x > (box[3] as number) || y > (box[4] as number) || z > (box[5] as number)) return false
  for (const direction of directions) {
    const sum = crossings(shape, x, y, z, direction)
    if (sum !== null) return sum !== 0
  }
  return false
}
