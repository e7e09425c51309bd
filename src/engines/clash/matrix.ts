/** Affine placements as column-major 4x4 matrices in f64. */

export type Matrix = Float64Array

export const identity = (): Matrix => Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)

/** a · b: first b, then a. */
export const multiply = (a: ArrayLike<number>, b: ArrayLike<number>): Matrix => {
  const out = new Float64Array(16)
  for (let column = 0; column < 4; column += 1)
    for (let row = 0; row < 4; row += 1) {
      let sum = 0
      for (let k = 0; k < 4; k += 1) sum += (a[k * 4 + row] ?? 0) * (b[column * 4 + k] ?? 0)
      out[column * 4 + row] = sum
    }
  return out
}

/** Inverse of a rotation with a shift. */
export const inverseRigid = (m: ArrayLike<number>): Matrix => {
  const at = (index: number): number => m[index] ?? 0
  const [x, y, z] = [at(12), at(13), at(14)]
  return Float64Array.of(
    at(0),
    at(4),
    at(8),
    0,
    at(1),
    at(5),
    at(9),
    0,
    at(2),
    at(6),
    at(10),
    0,
    -(at(0) * x + at(1) * y + at(2) * z),
    -(at(4) * x + at(5) * y + at(6) * z),
    -(at(8) * x + at(9) * y + at(10) * z),
    1,
  )
}

export const apply = (m: ArrayLike<number>, x: number, y: number, z: number): [number, number, number] => [
  (m[0] ?? 0) * x + (m[4] ?? 0) * y + (m[8] ?? 0) * z + (m[12] ?? 0),
  (m[1] ?? 0) * x + (m[5] ?? 0) * y + (m[9] ?? 0) * z + (m[13] ?? 0),
  (m[2] ?? 0) * x + (m[6] ?? 0) * y + (m[10] ?? 0) * z + (m[14] ?? 0),
]

export interface Factored {
  /** Rotation with a shift. */
  readonly rigid: Matrix
  /** Upper triangle by which points are stretched before: [xx, xy, xz, yy, yz, zz]; null where it is the identity. */
  readonly stretch: readonly [number, number, number, number, number, number] | null
}

/**
 * Splits a placement into a rotation with a shift and what is left (scale, mirror, shear), so that distances can be measured
 * in the coordinates of a stretched mesh. Returns null for a matrix that squeezes everything flat or is not finite.
 */
export const factor = (m: ArrayLike<number>): Factored | null => {
  const at = (index: number): number => m[index] ?? 0
  let [x, y, z] = [at(0), at(1), at(2)]
  const xx = Math.hypot(x, y, z)
  x /= xx
  y /= xx
  z /= xx
  const xy = x * at(4) + y * at(5) + z * at(6)
  let [u, v, w] = [at(4) - xy * x, at(5) - xy * y, at(6) - xy * z]
  const yy = Math.hypot(u, v, w)
  u /= yy
  v /= yy
  w /= yy
  const [p, q, r] = [y * w - z * v, z * u - x * w, x * v - y * u]
  const xz = x * at(8) + y * at(9) + z * at(10)
  const yz = u * at(8) + v * at(9) + w * at(10)
  const zz = p * at(8) + q * at(9) + r * at(10)
  const rigid = Float64Array.of(x, y, z, 0, u, v, w, 0, p, q, r, 0, at(12), at(13), at(14), 1)
  if (!rigid.every(Number.isFinite) || !(Math.abs(xx * yy * zz) > 1e-18)) return null
  const near = (value: number, wanted: number): boolean => Math.abs(value - wanted) < 1e-7
  const plain = near(xx, 1) && near(yy, 1) && near(zz, 1) && near(xy, 0) && near(xz, 0) && near(yz, 0)
  return { rigid, stretch: plain ? null : [xx, xy, xz, yy, yz, zz] }
}
