/**
 * The frame of a project: one origin, subtracted in double precision before anything becomes Float32 for the screen.
 * A Float32 step is 0.25 m at a northing of 3 380 000 and 0.06 mm at 1 km.
 */
import type { PlanePosition } from './projection.ts'

export interface Frame {
  readonly east: number
  readonly north: number
  readonly height: number
}

/** A round origin near the middle of the points (whole hundreds of metres), so that it can be written down. */
export const frameFor = (points: Iterable<PlanePosition>): Frame => {
  let west = Infinity
  let east = -Infinity
  let south = Infinity
  let north = -Infinity
  for (const point of points) {
    if (!Number.isFinite(point.east) || !Number.isFinite(point.north)) continue
    west = Math.min(west, point.east)
    east = Math.max(east, point.east)
    south = Math.min(south, point.north)
    north = Math.max(north, point.north)
  }
  if (west > east) return { east: 0, north: 0, height: 0 }
  const round = (value: number): number => Math.round(value / 100) * 100
  return { east: round((west + east) / 2), north: round((south + north) / 2), height: 0 }
}

/** Local triples (east, north, height) as Float32. */
export const toLocal = (
  frame: Frame,
  positions: readonly { readonly east: number; readonly north: number; readonly height: number }[],
): Float32Array => {
  const local = new Float32Array(positions.length * 3)
  positions.forEach((position, index) => {
    local[index * 3] = position.east - frame.east
    local[index * 3 + 1] = position.north - frame.north
    local[index * 3 + 2] = position.height - frame.height
  })
  return local
}
