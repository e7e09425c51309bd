/** Where the eye is and how it moves: poses, flights, what a phone can draw. Pure. */
import { type Box, between, cross, dot, lengthOf, middleOf, minus, plus, times, unit, type Vec } from './vector.ts'

export interface Pose {
  readonly position: Vec
  readonly target: Vec
}
/** Vertical angle of view, degrees. */
export const FIELD_OF_VIEW = 50
/** Seconds from one place to another. */
export const FLIGHT_S = 0.9

/** Sees every corner of a box from south-east above (or from `from`), with a little air around it. */
export const poseFitting = (box: Box, aspect: number, from: Vec = [0.45, -0.7, 0.62]): Pose => {
  const target = middleOf(box)
  const back = unit(from)
  const right = unit(cross([0, 0, 1], back), [1, 0, 0])
  const up = cross(back, right)
  const half = Math.tan(((FIELD_OF_VIEW / 2) * Math.PI) / 180)
  let distance = 1
  for (const x of [box.min[0], box.max[0]])
    for (const y of [box.min[1], box.max[1]])
      for (const z of [box.min[2], box.max[2]]) {
        const corner = minus([x, y, z], target)
        const aside = Math.max(Math.abs(dot(corner, right)) / Math.max(aspect, 0.1), Math.abs(dot(corner, up)))
        distance = Math.max(distance, dot(corner, back) + (aside * 1.06) / half)
      }
  return { target, position: plus(target, times(back, distance)) }
}
/** Looks at a point from near by, from the side on which the eye is now, and never from straight above or below. */
export const poseToward = (point: Vec, now: Pose, distance: number): Pose => {
  const back = minus(now.position, now.target)
  const flat = unit([back[0], back[1], 0], [0.55, -0.83, 0])
  return { target: point, position: plus(point, times(unit([flat[0], flat[1], 0.6]), distance)) }
}
/** Slow at both ends. */
export const eased = (share: number): number => {
  const t = Math.min(1, Math.max(0, share))
  return t * t * (3 - 2 * t)
}
/** A place on the way: distance grows and shrinks evenly by its logarithm, so that far flights do not rush at the end. */
export const flightAt = (from: Pose, to: Pose, share: number): Pose => {
  const t = eased(share)
  const target = between(from.target, to.target, t)
  const away = minus(from.position, from.target)
  const near = minus(to.position, to.target)
  const direction = unit(between(unit(away), unit(near), t), unit(near))
  const distance = Math.exp(
    Math.log(Math.max(lengthOf(away), 1e-3)) * (1 - t) + Math.log(Math.max(lengthOf(near), 1e-3)) * t,
  )
  return { target, position: plus(target, times(direction, distance)) }
}
/** Nearest and farthest that is drawn: wide enough for the scene, tight enough for the depth buffer. */
export const reach = (pose: Pose, box: Box): { readonly near: number; readonly far: number } => {
  const radius = Math.max(lengthOf(minus(box.max, box.min)) / 2, 1)
  const far = lengthOf(minus(pose.position, middleOf(box))) + radius * 1.2
  const near = Math.max(far / 20_000, lengthOf(minus(pose.position, pose.target)) / 200, 0.02)
  return { near: Math.min(near, far / 2), far }
}
/** Degrees clockwise from north into which the eye looks. */
export const bearingOf = (pose: Pose): number => {
  const look = minus(pose.target, pose.position)
  return ((Math.atan2(look[0], look[1]) * 180) / Math.PI + 360) % 360
}
/** Turns about the target: `right` and `up` in radians; never over the pole. */
export const turned = (pose: Pose, right: number, up: number): Pose => {
  const back = minus(pose.position, pose.target)
  const distance = lengthOf(back)
  const angle = Math.atan2(back[1], back[0]) + right
  const rise = Math.min(1.55, Math.max(-1.55, Math.asin(Math.min(1, Math.max(-1, back[2] / distance))) + up))
  const flat = Math.cos(rise) * distance
  return {
    target: pose.target,
    position: plus(pose.target, [Math.cos(angle) * flat, Math.sin(angle) * flat, Math.sin(rise) * distance]),
  }
}
/** Moves eye and target along the ground: shares of the distance to the right and ahead; `up` along z. */
export const panned = (pose: Pose, right: number, ahead: number, up = 0): Pose => {
  const look = minus(pose.target, pose.position)
  const distance = lengthOf(look)
  const forward = unit([look[0], look[1], 0], [0, 1, 0])
  const step: Vec = [
    (forward[1] * right + forward[0] * ahead) * distance,
    (-forward[0] * right + forward[1] * ahead) * distance,
    up * distance,
  ]
  return { position: plus(pose.position, step), target: plus(pose.target, step) }
}
/** Nearer (factor below 1) or farther; never into the target. */
export const zoomed = (pose: Pose, factor: number): Pose => {
  const back = minus(pose.position, pose.target)
  const distance = Math.max(lengthOf(back) * factor, 0.3)
  return { target: pose.target, position: plus(pose.target, times(unit(back), distance)) }
}

/** A camera as BCF writes it: in map coordinates, direction and up of length one. */
export const bcfCamera = (pose: Pose, origin: Vec, aspectRatio: number) => {
  const direction = unit(minus(pose.target, pose.position), [0, 1, 0])
  const upright: Vec = [0, 0, 1]
  const up = unit(minus(upright, times(direction, dot(upright, direction))), [0, 1, 0])
  return {
    position: [...plus(pose.position, origin)] as [number, number, number],
    direction: [...direction] as [number, number, number],
    up: [...up] as [number, number, number],
    fieldOfView: FIELD_OF_VIEW,
    aspectRatio,
  }
}

export interface Detail {
  readonly level: 'high' | 'medium' | 'low'
  /** Sides of a cylinder near, in the middle and far away. */
  readonly sides: readonly [number, number, number]
  readonly pixelRatio: number
  readonly antialias: boolean
}
/** What can be drawn smoothly: by the width of the window, the pixels of the screen and the number of objects. */
export const detailFor = (widthPx: number, devicePixels: number, objects: number): Detail => {
  if (widthPx < 640)
    return { level: 'low', sides: [8, 4, 3], pixelRatio: Math.min(devicePixels, 1.25), antialias: false }
  if (objects > 40_000)
    return { level: 'medium', sides: [12, 6, 3], pixelRatio: Math.min(devicePixels, 1.5), antialias: true }
  return { level: 'high', sides: [20, 10, 5], pixelRatio: Math.min(devicePixels, 2), antialias: true }
}
/** Which of three details at a distance, for pipes of some tile: pixels that a metre takes decide. */
export const levelAt = (distance: number, heightPx: number): 0 | 1 | 2 => {
  const pixelsPerMetre = heightPx / (2 * Math.tan((FIELD_OF_VIEW * Math.PI) / 360) * Math.max(distance, 0.1))
  return pixelsPerMetre > 24 ? 0 : pixelsPerMetre > 5 ? 1 : 2
}
