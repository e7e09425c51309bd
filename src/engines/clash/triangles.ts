/**
 * Exact questions about two triangles, each as nine numbers in one coordinate system: do they meet, do they cross, how far are
 * they apart. Plain loops over typed arrays: these run tens of millions of times in one check.
 */

export type Triangle = Float64Array

/** True when an axis separates the triangles by more than the slack. An axis too short to have a direction separates nothing. */
const separates = (p: Triangle, q: Triangle, x: number, y: number, z: number, slack: number): boolean => {
  const square = x * x + y * y + z * z
  if (square < 1e-24) return false
  const p0 = (p[0] as number) * x + (p[1] as number) * y + (p[2] as number) * z
  const p1 = (p[3] as number) * x + (p[4] as number) * y + (p[5] as number) * z
  const p2 = (p[6] as number) * x + (p[7] as number) * y + (p[8] as number) * z
  const q0 = (q[0] as number) * x + (q[1] as number) * y + (q[2] as number) * z
  const q1 = (q[3] as number) * x + (q[4] as number) * y + (q[5] as number) * z
  const q2 = (q[6] as number) * x + (q[7] as number) * y + (q[8] as number) * z
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
    edges[i] = (t[3 + i] as number) - (t[i] as number)
    edges[3 + i] = (t[6 + i] as number) - (t[3 + i] as number)
    edges[6 + i] = (t[i] as number) - (t[6 + i] as number)
  }
}

/**
 * Whether two triangles meet or come within the slack: never false for triangles that meet. Separating axes: both normals, the
 * products of edges, and the in-plane normals of edges for triangles in one plane.
 */
export const trianglesMeet = (p: Triangle, q: Triangle, slack: number): boolean => {
  fillEdges(edgesP, p)
  const e = edgesP
  const nx = (e[1] as number) * (e[5] as number) - (e[2] as number) * (e[4] as number)
  const ny = (e[2] as number) * (e[3] as number) - (e[0] as number) * (e[5] as number)
  const nz = (e[0] as number) * (e[4] as number) - (e[1] as number) * (e[3] as number)
  if (separates(p, q, nx, ny, nz, slack)) return false
  fillEdges(edgesQ, q)
  const f = edgesQ
  const mx = (f[1] as number) * (f[5] as number) - (f[2] as number) * (f[4] as number)
  const my = (f[2] as number) * (f[3] as number) - (f[0] as number) * (f[5] as number)
  const mz = (f[0] as number) * (f[4] as number) - (f[1] as number) * (f[3] as number)
  if (separates(p, q, mx, my, mz, slack)) return false
  for (let i = 0; i < 9; i += 3) {
    const x = e[i] as number
    const y = e[i + 1] as number
    const z = e[i + 2] as number
    for (let k = 0; k < 9; k += 3) {
      const u = f[k] as number
      const v = f[k + 1] as number
      const w = f[k + 2] as number
      if (separates(p, q, y * w - z * v, z * u - x * w, x * v - y * u, slack)) return false
    }
    if (separates(p, q, y * nz - z * ny, z * nx - x * nz, x * ny - y * nx, slack)) return false
    const u = f[i] as number
    const v = f[i + 1] as number
    const w = f[i + 2] as number
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
  const level = (base[0] as number) * x + (base[1] as number) * y + (base[2] as number) * z
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < 3; i += 1) {
    const side = (t[i * 3] as number) * x + (t[i * 3 + 1] as number) * y + (t[i * 3 + 2] as number) * z - level
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
    const a = sides[i] as number
    const b = sides[k] as number
    if (a > 0 === b > 0) continue
    const share = a / (a - b)
    let along = 0
    for (let axis = 0; axis < 3; axis += 1) {
      const from = t[i * 3 + axis] as number
      const value = from + ((t[k * 3 + axis] as number) - from) * share
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
  const e = edgesP
  let nx = (e[1] as number) * (e[5] as number) - (e[2] as number) * (e[4] as number)
  let ny = (e[2] as number) * (e[3] as number) - (e[0] as number) * (e[5] as number)
  let nz = (e[0] as number) * (e[4] as number) - (e[1] as number) * (e[3] as number)
  const n = Math.sqrt(nx * nx + ny * ny + nz * nz)
  if (n < 1e-14) return false
  nx /= n
  ny /= n
  nz /= n
  // Most triangles lie on one side of the other's plane.
  if (!straddles(q, p, nx, ny, nz, tolerance)) return false
  fillEdges(edgesQ, q)
  const f = edgesQ
  let mx = (f[1] as number) * (f[5] as number) - (f[2] as number) * (f[4] as number)
  let my = (f[2] as number) * (f[3] as number) - (f[0] as number) * (f[5] as number)
  let mz = (f[0] as number) * (f[4] as number) - (f[1] as number) * (f[3] as number)
  const m = Math.sqrt(mx * mx + my * my + mz * mz)
  if (m < 1e-14) return false
  mx /= m
  my /= m
  mz /= m
  const dx = ny * mz - nz * my
  const dy = nz * mx - nx * mz
  const dz = nx * my - ny * mx
  const d = Math.sqrt(dx * dx + dy * dy + dz * dz)
  if (d < 1e-9) return false
  cut(q, dx / d, dy / d, dz / d)
  const qLow = span[0] as number
  const qHigh = span[1] as number
  if (!straddles(p, q, mx, my, mz, tolerance)) return false
  cut(p, dx / d, dy / d, dz / d)
  return Math.min(qHigh, span[1] as number) - Math.max(qLow, span[0] as number) > tolerance
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
  const px = p[i] as number
  const py = p[i + 1] as number
  const pz = p[i + 2] as number
  const qx = q[k] as number
  const qy = q[k + 1] as number
  const qz = q[k + 2] as number
  const ux = (p[i2] as number) - px
  const uy = (p[i2 + 1] as number) - py
  const uz = (p[i2 + 2] as number) - pz
  const vx = (q[k2] as number) - qx
  const vy = (q[k2 + 1] as number) - qy
  const vz = (q[k2 + 2] as number) - qz
  const wx = px - qx
  const wy = py - qy
  const wz = pz - qz
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
  const ax = base[0] as number
  const ay = base[1] as number
  const az = base[2] as number
  const ux = (base[3] as number) - ax
  const uy = (base[4] as number) - ay
  const uz = (base[5] as number) - az
  const vx = (base[6] as number) - ax
  const vy = (base[7] as number) - ay
  const vz = (base[8] as number) - az
  const wx = (t[i] as number) - ax
  const wy = (t[i + 1] as number) - ay
  const wz = (t[i + 2] as number) - az
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
  const fx = ax + s * ux + r * vx
  const fy = ay + s * uy + r * vy
  const fz = az + s * uz + r * vz
  if (swap) offer(fx, fy, fz, t[i] as number, t[i + 1] as number, t[i + 2] as number)
  else offer(t[i] as number, t[i + 1] as number, t[i + 2] as number, fx, fy, fz)
}

/** Offers the point where an edge of `t` goes through the triangle `base`, when it does: distance 0. */
const edgeThroughFace = (t: Triangle, i: number, base: Triangle): boolean => {
  const k = (i + 3) % 9
  const px = t[i] as number
  const py = t[i + 1] as number
  const pz = t[i + 2] as number
  const dx = (t[k] as number) - px
  const dy = (t[k + 1] as number) - py
  const dz = (t[k + 2] as number) - pz
  const ax = base[0] as number
  const ay = base[1] as number
  const az = base[2] as number
  const ux = (base[3] as number) - ax
  const uy = (base[4] as number) - ay
  const uz = (base[5] as number) - az
  const vx = (base[6] as number) - ax
  const vy = (base[7] as number) - ay
  const vz = (base[8] as number) - az
  const hx = dy * vz - dz * vy
  const hy = dz * vx - dx * vz
  const hz = dx * vy - dy * vx
  const det = ux * hx + uy * hy + uz * hz
  if (det === 0) return false
  const sx = px - ax
  const sy = py - ay
  const sz = pz - az
  const a = (sx * hx + sy * hy + sz * hz) / det
  if (!(a >= 0 && a <= 1)) return false
  const qx = sy * uz - sz * uy
  const qy = sz * ux - sx * uz
  const qz = sx * uy - sy * ux
  const b = (dx * qx + dy * qy + dz * qz) / det
  if (!(b >= 0 && a + b <= 1)) return false
  const s = (vx * qx + vy * qy + vz * qz) / det
  if (!(s >= 0 && s <= 1)) return false
  const x = px + s * dx
  const y = py + s * dy
  const z = pz + s * dz
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
