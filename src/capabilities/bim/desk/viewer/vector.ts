/** Points and directions of the scene: x east, y north, z up, metres about the origin of the scene. */
export type Vec = readonly [x: number, y: number, z: number]

export const minus = (a: Vec, b: Vec): Vec => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
export const plus = (a: Vec, b: Vec): Vec => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
export const times = (a: Vec, factor: number): Vec => [a[0] * factor, a[1] * factor, a[2] * factor]
export const dot = (a: Vec, b: Vec): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const cross = (a: Vec, b: Vec): Vec => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
export const lengthOf = (a: Vec): number => Math.hypot(a[0], a[1], a[2])
/** Of length one; a vector of no length becomes `otherwise`. */
export const unit = (a: Vec, otherwise: Vec = [0, 0, 1]): Vec => {
  const length = lengthOf(a)
  return length < 1e-12 ? otherwise : times(a, 1 / length)
}
export const between = (a: Vec, b: Vec, share: number): Vec => plus(a, times(minus(b, a), share))

/** An upright box. */
export interface Box {
  readonly min: Vec
  readonly max: Vec
}
export const boxOf = (points: Iterable<Vec>): Box | null => {
  let min: Vec | null = null
  let max: Vec | null = null
  for (const point of points) {
    min = min === null ? point : [Math.min(min[0], point[0]), Math.min(min[1], point[1]), Math.min(min[2], point[2])]
    max = max === null ? point : [Math.max(max[0], point[0]), Math.max(max[1], point[1]), Math.max(max[2], point[2])]
  }
  return min === null || max === null ? null : { min, max }
}
export const united = (boxes: readonly (Box | null)[]): Box | null =>
  boxOf(boxes.flatMap((box) => (box === null ? [] : [box.min, box.max])))
export const middleOf = (box: Box): Vec => between(box.min, box.max, 0.5)
export const isInside = (point: Vec, box: Box): boolean =>
  point.every((value, axis) => value >= (box.min[axis] ?? 0) && value <= (box.max[axis] ?? 0))
