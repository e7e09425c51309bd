/** Cameras that look at a place. Axes: x east, y north, z up; metres and degrees. */
import type { OrthogonalCamera, PerspectiveCamera, Point } from './model.ts'

const dot = (a: Point, b: Point): number => a.x * b.x + a.y * b.y + a.z * b.z
const along = (a: Point, factor: number, b: Point): Point => ({
  x: a.x + factor * b.x,
  y: a.y + factor * b.y,
  z: a.z + factor * b.z,
})
const origin: Point = { x: 0, y: 0, z: 0 }
/** Gives the vector with length 1. Throws a RangeError when it has no direction. */
const unit = (a: Point): Point => {
  const biggest = Math.max(Math.abs(a.x), Math.abs(a.y), Math.abs(a.z))
  if (!(biggest > 0 && biggest < Number.POSITIVE_INFINITY)) throw new RangeError('a direction needs a length')
  // Scaled first, so that no square becomes 0 or infinite.
  const scaled = { x: a.x / biggest, y: a.y / biggest, z: a.z / biggest }
  return along(origin, 1 / Math.sqrt(dot(scaled, scaled)), scaled)
}

export interface Look {
  /** The point in the middle of the picture. */
  readonly target: Point
  /** Metres from the camera to the target, more than 0. */
  readonly distance: number
  /** The way in which the camera looks; any length. Left out: from the south-west above, 35 degrees down. */
  readonly direction?: Point
  /** Width by height; 1 when left out. */
  readonly aspectRatio?: number
}

const fallen = (35 * Math.PI) / 180
const fromSouthWest: Point = {
  x: Math.cos(fallen) * Math.SQRT1_2,
  y: Math.cos(fallen) * Math.SQRT1_2,
  z: -Math.sin(fallen),
}

const placed = (look: Look) => {
  if (!(look.distance > 0)) throw new RangeError('a camera stands at a distance from its target')
  const direction = unit(look.direction ?? fromSouthWest)
  // Up is the zenith made square to the direction; straight up or down, north stands on top.
  const pole: Point = Math.abs(direction.z) > 0.999 ? { x: 0, y: 1, z: 0 } : { x: 0, y: 0, z: 1 }
  const up = unit(along(pole, -dot(pole, direction), direction))
  return {
    position: along(look.target, -look.distance, direction),
    direction,
    up,
    aspectRatio: look.aspectRatio ?? 1,
  }
}

/** Gives a perspective camera that looks at a target; `fieldOfView` is the vertical angle in degrees. */
export const cameraLookingAt = (look: Look & { readonly fieldOfView?: number }): PerspectiveCamera => ({
  kind: 'perspective',
  ...placed(look),
  fieldOfView: look.fieldOfView ?? 60,
})

/** Gives a parallel camera that looks at a target and shows `height` metres from bottom to top. */
export const planLookingAt = (look: Look & { readonly height: number }): OrthogonalCamera => ({
  kind: 'orthogonal',
  ...placed(look),
  viewToWorldScale: look.height,
})

/** Gives the distance at which a sphere of a radius (metres) just fits into the picture of a perspective camera. */
export const distanceToShow = (radius: number, fieldOfView = 60, aspectRatio = 1): number => {
  const half = (fieldOfView * Math.PI) / 360
  const narrower = Math.min(half, Math.atan(Math.tan(half) * aspectRatio))
  return radius / Math.sin(narrower)
}
