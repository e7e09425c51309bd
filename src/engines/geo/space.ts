/** Distances and overlaps of solids in space, in double precision. */

export type Vector = readonly [number, number, number]

const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
const clamp = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value)
/** The place at a parameter 0..1 of a segment. */
export const along = (a: Vector, b: Vector, t: number): Vector => [
  a[0] + t * (b[0] - a[0]),
  a[1] + t * (b[1] - a[1]),
  a[2] + t * (b[2] - a[2]),
]

export interface SpaceNearest {
  readonly s: number
  readonly t: number
  readonly distance: number
}

const pointToSegment = (p: Vector, a: Vector, b: Vector): { readonly t: number; readonly distance: number } => {
  const u = minus(b, a)
  const square = dot(u, u)
  const t = square === 0 ? 0 : clamp(dot(minus(p, a), u) / square)
  return { t, distance: Math.hypot(...minus(p, along(a, b, t))) }
}

/** The nearest points of two segments in space: inside both, or at an end of one (all four ends are tried). */
export const nearestInSpace = (a: Vector, b: Vector, c: Vector, d: Vector): SpaceNearest => {
  const u = minus(b, a)
  const v = minus(d, c)
  const w = minus(a, c)
  const uu = dot(u, u)
  const uv = dot(u, v)
  const vv = dot(v, v)
  const determinant = uu * vv - uv * uv
  let best: SpaceNearest = { s: 0, t: 0, distance: Infinity }
  if (determinant > 1e-12 * uu * vv) {
    const s = (uv * dot(v, w) - vv * dot(u, w)) / determinant
    const t = (uu * dot(v, w) - uv * dot(u, w)) / determinant
    if (s >= 0 && s <= 1 && t >= 0 && t <= 1)
      best = { s, t, distance: Math.hypot(...minus(along(a, b, s), along(c, d, t))) }
  }
  const tryEnd = (s: number, t: number, distance: number): void => {
    if (distance < best.distance) best = { s, t, distance }
  }
  const fromA = pointToSegment(a, c, d)
  tryEnd(0, fromA.t, fromA.distance)
  const fromB = pointToSegment(b, c, d)
  tryEnd(1, fromB.t, fromB.distance)
  const fromC = pointToSegment(c, a, b)
  tryEnd(fromC.t, 0, fromC.distance)
  const fromD = pointToSegment(d, a, b)
  tryEnd(fromD.t, 1, fromD.distance)
  return best
}

/** A box along an axis: half its length, width and height on its own axes (along, level across, up). */
export interface OrientedBox {
  readonly centre: Vector
  readonly axes: readonly [Vector, Vector, Vector]
  readonly half: Vector
}

/** The box of a section `width` by `height` around the axis a-b; its width lies level. A vertical axis takes width eastward. */
export const boxAlong = (a: Vector, b: Vector, width: number, height: number): OrientedBox => {
  const u = minus(b, a)
  const length = Math.hypot(...u)
  const forward: Vector = length === 0 ? [1, 0, 0] : [u[0] / length, u[1] / length, u[2] / length]
  const plan = Math.hypot(forward[0], forward[1])
  const across: Vector = plan < 1e-9 ? [1, 0, 0] : [-forward[1] / plan, forward[0] / plan, 0]
  return {
    centre: along(a, b, 0.5),
    axes: [forward, across, cross(forward, across)],
    half: [length / 2, width / 2, height / 2],
  }
}

/** Distance of a point from a box; 0 inside. */
export const pointToBox = (p: Vector, box: OrientedBox): number => {
  const d = minus(p, box.centre)
  let square = 0
  for (const k of [0, 1, 2] as const) {
    const beyond = Math.abs(dot(d, box.axes[k])) - box.half[k]
    if (beyond > 0) square += beyond * beyond
  }
  return Math.sqrt(square)
}

/**
 * Distance of a segment from a box. The distance to a convex body is convex along a line, so the least is found by
 * narrowing the interval; 80 steps leave less than a nanometre of parameter.
 */
export const segmentToBox = (
  a: Vector,
  b: Vector,
  box: OrientedBox,
): { readonly distance: number; readonly s: number } => {
  let low = 0
  let high = 1
  for (let turn = 0; turn < 80; turn += 1) {
    const third = (high - low) / 3
    const left = pointToBox(along(a, b, low + third), box)
    const right = pointToBox(along(a, b, high - third), box)
    if (left === 0 || right === 0) return { distance: 0, s: left === 0 ? low + third : high - third }
    if (left <= right) high -= third
    else low += third
  }
  const s = (low + high) / 2
  return { distance: pointToBox(along(a, b, s), box), s }
}

/**
 * How deep two boxes overlap, by the separating axis theorem: the least way to push them apart; 0 or less when they are
 * apart (then minus the gap along the best of the fifteen axes, which is at most the distance).
 */
export const boxOverlap = (one: OrientedBox, other: OrientedBox): number => {
  const between = minus(other.centre, one.centre)
  const reach = (box: OrientedBox, axis: Vector): number =>
    box.half[0] * Math.abs(dot(box.axes[0], axis)) +
    box.half[1] * Math.abs(dot(box.axes[1], axis)) +
    box.half[2] * Math.abs(dot(box.axes[2], axis))
  const candidates: Vector[] = [...one.axes, ...other.axes]
  for (const a of one.axes)
    for (const b of other.axes) {
      const axis = cross(a, b)
      const size = Math.hypot(...axis)
      if (size > 1e-9) candidates.push([axis[0] / size, axis[1] / size, axis[2] / size])
    }
  let least = Infinity
  for (const axis of candidates)
    least = Math.min(least, reach(one, axis) + reach(other, axis) - Math.abs(dot(between, axis)))
  return least
}
