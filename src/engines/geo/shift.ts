/**
 * Four-parameter (Helmert) transformation between plane grids: shift, rotation and scale, for cities with a grid of their
 * own. Fitted by least squares about the centre of the points, so that large coordinates cost no digits.
 */
import type { PlanePosition } from './projection.ts'

export interface GridShift {
  /** Metres, at the origin of the old grid. */
  readonly dEast: number
  readonly dNorth: number
  /** Radians, anticlockwise. */
  readonly rotation: number
  readonly scale: number
}
export const noShift: GridShift = { dEast: 0, dNorth: 0, rotation: 0, scale: 1 }

export interface PointPair {
  readonly from: PlanePosition
  readonly to: PlanePosition
}
export interface ShiftFit {
  readonly shift: GridShift
  /** What remains at each pair, metres: target less transformed. */
  readonly residuals: readonly { readonly east: number; readonly north: number; readonly length: number }[]
  /** Root mean square of one coordinate, over 2n - 4 degrees of freedom; null with two pairs, which fit exactly. */
  readonly rmsM: number | null
}

export const applyShift = (shift: GridShift, { east, north }: PlanePosition): PlanePosition => {
  const a = shift.scale * Math.cos(shift.rotation)
  const b = shift.scale * Math.sin(shift.rotation)
  return { east: shift.dEast + a * east - b * north, north: shift.dNorth + b * east + a * north }
}

/** The transformation back. */
export const invertShift = (shift: GridShift): GridShift => {
  const back = { dEast: 0, dNorth: 0, rotation: -shift.rotation, scale: 1 / shift.scale }
  const moved = applyShift(back, { east: shift.dEast, north: shift.dNorth })
  return { ...back, dEast: -moved.east, dNorth: -moved.north }
}

/** Fits a shift to pairs of the same points in both grids; null with fewer than two distinct points. */
export const fitShift = (pairs: readonly PointPair[]): ShiftFit | null => {
  const n = pairs.length
  if (n < 2) return null
  const mean = (pick: (pair: PointPair) => number): number => pairs.reduce((sum, pair) => sum + pick(pair), 0) / n
  const fromEast = mean(({ from }) => from.east)
  const fromNorth = mean(({ from }) => from.north)
  const toEast = mean(({ to }) => to.east)
  const toNorth = mean(({ to }) => to.north)
  let square = 0
  let same = 0
  let cross = 0
  for (const { from, to } of pairs) {
    const e = from.east - fromEast
    const k = from.north - fromNorth
    square += e * e + k * k
    same += e * (to.east - toEast) + k * (to.north - toNorth)
    cross += e * (to.north - toNorth) - k * (to.east - toEast)
  }
  if (!(square > 1e-9)) return null
  const a = same / square
  const b = cross / square
  const scale = Math.hypot(a, b)
  if (!(scale > 1e-9)) return null
  const shift: GridShift = {
    dEast: toEast - a * fromEast + b * fromNorth,
    dNorth: toNorth - b * fromEast - a * fromNorth,
    rotation: Math.atan2(b, a),
    scale,
  }
  const residuals = pairs.map(({ from, to }) => {
    const e = from.east - fromEast
    const k = from.north - fromNorth
    const east = to.east - toEast - (a * e - b * k)
    const north = to.north - toNorth - (b * e + a * k)
    return { east, north, length: Math.hypot(east, north) }
  })
  const sum = residuals.reduce((total, { length }) => total + length * length, 0)
  return { shift, residuals, rmsM: n === 2 ? null : Math.sqrt(sum / (2 * n - 4)) }
}
