/**
 * Exact questions about two triangles, each as nine numbers in one coordinate system: do they meet, do they cross, how far are
 * they apart. Plain loops over typed arrays: these run tens of millions of times in one check.
 */

export type Triangle = Float64Array

const at = (triangle: Triangle, index: number): number => triangle[index] as number

/** True when an axis separates the triangles by more than the slack. An axis too short to have a direction separates nothing. */
const separates = (p: Triangle, q: Triangle, x: number, y: number, z: number, slack: number): boolean => {
  const square = x * x + y * y + z * z
  if (square < 1e-24) return false
  const p0 = at(p, 0) * x + at(p, 1) * y + at(p, 2) * z
  const p1 = at(p, 3) * x + at(p, 4) * y + at(p, 5) * z
  const p2 = at(p, 6) * x + at(p, 7) * y + at(p, 8) * z
  const q0 = at(q, 0) * x + at(q, 1) * y + at(q, 2) * z
  const q1 = at(q, 3) * x + at(q, 4) * y + at(q, 5) * z
  const q2 = at(q, 6) * x + at(q, 7) * y + at(q, 8) * z
  const pLow = p0 < p1 ? (p0 < p2 ? p0 : p2) : p1 < p2 ? p1 : p2
  const pHigh = p0 > p1 ? (p0 > p2 ? p0 : p2) : p1 > p2 ? p1 : p2
  const qLow = q0 < q1 ? (q0 < q2 ? q0 : q2) : q1 < q2 ? q1 : q2
  const qHigh = q0 > q1 ? (q0 > q2 ? q0 : q2) : q1 > q2 ? q1 : q2
  const gap = pLow - qHigh > qLow - pHigh ? pLow - qHigh : qLow - pHigh
  return gap > 0 && gap * gap > slack * slack * square
}

const edgesP = new Float64Array(9)
const edgesQ = new Float64Array(9)
const fillEdges = (edges: Float64Array, t: Triangle): void => {
  for (let i = 0; i < 3; i += 1) {
    edges[i] = at(t, 3 + i) - at(t, i)
    edges[3 + i] = at(t, 6 + i) - at(t, 3 + i)
    edges[6 + i] = at(t, i) - at(t, 6 + i)
  }
}

/**
 * Whether two triangles meet or come within the slack: never false for triangles that meet. Separating axes: both normals, the
 * products of edges, and the in-plane normals of edges for triangles in one plane.
 */
export const trianglesMeet = (p: Triangle, q: Triangle, slack: number): boolean => {
  fillEdges(edgesP, p)
  const e = edgesP
  const nx = at(e, 1) * at(e, 5) - at(e, 2) * at(e, 4)
  const ny = at(e, 2) * at(e, 3) - at(e, 0) * at(e, 5)
  const nz = at(e, 0) * at(e, 4) - at(e, 1) * at(e, 3)
  if (separates(p, q, nx, ny, nz, slack)) return false
  fillEdges(edgesQ, q)
  const f = edgesQ
  const mx = at(f, 1) * at(f, 5) - at(f, 2) * at(f, 4)
  const my = at(f, 2) * at(f, 3) - at(f, 0) * at(f, 5)
  const mz = at(f, 0) * at(f, 4) - at(f, 1) * at(f, 3)
  if (separates(p, q, mx, my, mz, slack)) return false
  for (let i = 0; i < 9; i += 3) {
    const [x, y, z] = [at(e, i), at(e, i + 1), at(e, i + 2)]
    for (let k = 0; k < 9; k += 3) {
      const [u, v, w] = [at(f, k), at(f, k + 1), at(f, k + 2)]
      if (separates(p, q, y * w - z * v, z * u - x * w, x * v - y * u, slack)) return false
    }
    if (separates(p, q, y * nz - z * ny, z * nx - x * nz, x * ny - y * nx, slack)) return false
    const [u, v, w] = [at(f, i), at(f, i + 1), at(f, i + 2)]
    if (separates(p, q, v * mz - w * my, w * mx - u * mz, u * my - v * mx, slack)) return false
  }
  return true
}

const sides = new Float64Array(3)
const span = new Float64Array(2)
/**
 * Heights of the corners of `t` above the plane through a corner of `base` with unit normal n go to `sides`. Gives false
 * unless `t` reaches farther than the tolerance to both sides.
 */
const straddles = (t: Triangle, base: Triangle, x: number, y: number, z: number, tolerance: number): boolean => {
  const level = at(base, 0) * x + at(base, 1) * y + at(base, 2) * z
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < 3; i += 1) {
    const side = at(t, i * 3) * x + at(t, i * 3 + 1) * y + at(t, i * 3 + 2) * z - level
    sides[i] = side
    if (side < low) low = side
    if (side > high) high = side
  }
  return low < -tolerance && high > tolerance
}
/** Where the plane of `sides` cuts `t`, measured along a direction, goes to `span`. */
const cut = (t: Triangle, x: number, y: number, z: number): void => {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < 3; i += 1) {
    const k = (i + 1) % 3
    const a = at(sides, i)
    const b = at(sides, k)
    if (a > 0 === b > 0) continue
    const share = a / (a - b)
    let along = 0
    for (let axis = 0; axis < 3; axis += 1) {
      const from = at(t, i * 3 + axis)
      const value = from + (at(t, k * 3 + axis) - from) * share
      along += value * (axis === 0 ? x : axis === 1 ? y : z)
    }
    if (along < low) low = along
    if (along > high) high = along
  }
  span[0] = low
  span[1] = high
}

/**
 * Whether two triangles truly cross: each reaches farther than the tolerance to both sides of the other's plane, and they cut
 * one another along more than the tolerance. Triangles in one plane, or that only touch, do not cross.
 */
export const trianglesCross = (p: Triangle, q: Triangle, tolerance: number): boolean => {
  fillEdges(edgesP, p)
  fillEdges(edgesQ, q)
  const e = edgesP
  const f = edgesQ
  let nx = at(e, 1) * at(e, 5) - at(e, 2) * at(e, 4)
  let ny = at(e, 2) * at(e, 3) - at(e, 0) * at(e, 5)
  let nz = at(e, 0) * at(e, 4) - at(e, 1) * at(e, 3)
  const n = Math.hypot(nx, ny, nz)
  let mx = at(f, 1) * at(f, 5) - at(f, 2) * at(f, 4)
  let my = at(f, 2) * at(f, 3) - at(f, 0) * at(f, 5)
  let mz = at(f, 0) * at(f, 4) - at(f, 1) * at(f, 3)
  const m = Math.hypot(mx, my, mz)
  if (n < 1e-14 || m < 1e-14) return false
  nx /= n
  ny /= n
  nz /= n
  mx /= m
  my /= m
  mz /= m
  const dx = ny * mz - nz * my
  const dy = nz * mx - nx * mz
  const dz = nx * my - ny * mx
  const d = Math.hypot(dx, dy, dz)
  if (d < 1e-9) return false
  if (!straddles(q, p, nx, ny, nz, tolerance)) return false
  cut(q, dx / d, dy / d, dz / d)
  const qLow = at(span, 0)
  const qHigh = at(span, 1)
  if (!straddles(p, q, mx, my, mz, tolerance)) return false
  cut(p, dx / d, dy / d, dz / d)
  return Math.min(qHigh, at(span, 1)) - Math.max(qLow, at(span, 0)) > tolerance
}

/** The nearest points found last by `triangleDistance`: on the first triangle, then on the second. */
export const nearest = new Float64Array(6)
let best = 0

const offer = (px: number, py: number, pz: number, qx: number, qy: number, qz: number): void => {
  const square = (px - qx) ** 2 + (py - qy) ** 2 + (pz - qz) ** 2
  if (square >= best) return
  best = square
  nearest[0] = px
  nearest[1] = py
  nearest[2] = pz
  nearest[3] = qx
  nearest[4] = qy
  nearest[5] = qz
}
const clamp = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value)

const edgeToEdge = (p: Triangle, i: number, q: Triangle, k: number): void => {
  const i2 = (i + 3) % 9
  const k2 = (k + 3) % 9
  const [px, py, pz] = [at(p, i), at(p, i + 1), at(p, i + 2)]
  const [qx, qy, qz] = [at(q, k), at(q, k + 1), at(q, k + 2)]
  const [ux, uy, uz] = [at(p, i2) - px, at(p, i2 + 1) - py, at(p, i2 + 2) - pz]
  const [vx, vy, vz] = [at(q, k2) - qx, at(q, k2 + 1) - qy, at(q, k2 + 2) - qz]
  const [wx, wy, wz] = [px - qx, py - qy, pz - qz]
  const a = ux * ux + uy * uy + uz * uz
  const b = ux * vx + uy * vy + uz * vz
  const c = vx * vx + vy * vy + vz * vz
  const d = ux * wx + uy * wy + uz * wz
  const e = vx * wx + vy * wy + vz * wz
  const det = a * c - b * b
  let s = det > 1e-12 * a * c ? clamp((b * e - c * d) / det) : 0
  let t = c > 0 ? (b * s + e) / c : 0
  if (t < 0 || t > 1) {
    t = clamp(t)
    s = a > 0 ? clamp((b * t - d) / a) : 0
  }
  offer(px + s * ux, py + s * uy, pz + s * uz, qx + t * vx, qy + t * vy, qz + t * vz)
}

/** Offers the corner `i` of `t` and its foot on the inside of the triangle `base`, when it has one. */
const cornerToFace = (t: Triangle, i: number, base: Triangle, swap: boolean): void => {
  const [ax, ay, az] = [at(base, 0), at(base, 1), at(base, 2)]
  const [ux, uy, uz] = [at(base, 3) - ax, at(base, 4) - ay, at(base, 5) - az]
  const [vx, vy, vz] = [at(base, 6) - ax, at(base, 7) - ay, at(base, 8) - az]
  const [wx, wy, wz] = [at(t, i) - ax, at(t, i + 1) - ay, at(t, i + 2) - az]
  const uu = ux * ux + uy * uy + uz * uz
  const uv = ux * vx + uy * vy + uz * vz
  const vv = vx * vx + vy * vy + vz * vz
  const wu = wx * ux + wy * uy + wz * uz
  const wv = wx * vx + wy * vy + wz * vz
  const det = uu * vv - uv * uv
  if (!(det > 1e-14 * uu * vv)) return
  const s = (wu * vv - wv * uv) / det
  const r = (wv * uu - wu * uv) / det
  if (s < 0 || r < 0 || s + r > 1) return
  const [fx, fy, fz] = [ax + s * ux + r * vx, ay + s * uy + r * vy, az + s * uz + r * vz]
  if (swap) offer(fx, fy, fz, at(t, i), at(t, i + 1), at(t, i + 2))
  else offer(at(t, i), at(t, i + 1), at(t, i + 2), fx, fy, fz)
}

/** Offers the point where an edge of `t` goes through the triangle `base`, when it does: distance 0. */
const edgeThroughFace = (t: Triangle, i: number, base: Triangle): boolean => {
  const k = (i + 3) % 9
  const [px, py, pz] = [at(t, i), at(t, i + 1), at(t, i + 2)]
  const [dx, dy, dz] = [at(t, k) - px, at(t, k + 1) - py, at(t, k + 2) - pz]
  const [ax, ay, az] = [at(base, 0), at(base, 1), at(base, 2)]
  const [ux, uy, uz] = [at(base, 3) - ax, at(base, 4) - ay, at(base, 5) - az]
  const [vx, vy, vz] = [at(base, 6) - ax, at(base, 7) - ay, at(base, 8) - az]
  const [hx, hy, hz] = [dy * vz - dz * vy, dz * vx - dx * vz, dx * vy - dy * vx]
  const det = ux * hx + uy * hy + uz * hz
  if (det === 0) return false
  const [sx, sy, sz] = [px - ax, py - ay, pz - az]
  const a = (sx * hx + sy * hy + sz * hz) / det
  if (!(a >= 0 && a <= 1)) return false
  const [qx, qy, qz] = [sy * uz - sz * uy, sz * ux - sx * uz, sx * uy - sy * ux]
  const b = (dx * qx + dy * qy + dz * qz) / det
  if (!(b >= 0 && a + b <= 1)) return false
  const s = (vx * qx + vy * qy + vz * qz) / det
  if (!(s >= 0 && s <= 1)) return false
  const [x, y, z] = [px + s * dx, py + s * dy, pz + s * dz]
  offer(x, y, z, x, y, z)
  return true
}

/** Square of the distance of two triangles where it is less than `limit` (a square too), else `limit`; fills `nearest`. */
export const triangleDistance = (p: Triangle, q: Triangle, limit: number): number => {
  best = limit
  for (let i = 0; i < 9; i += 3) if (edgeThroughFace(p, i, q) || edgeThroughFace(q, i, p)) return 0
  for (let i = 0; i < 9; i += 3) {
    for (let k = 0; k < 9; k += 3) edgeToEdge(p, i, q, k)
    cornerToFace(p, i, q, false)
    cornerToFace(q, i, p, true)
  }
  return best
}
