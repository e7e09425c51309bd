/** The ground as a surface, from the heights that surveys give at points: enough to see what lies under the road. */
import type { NetworkGeometry } from '../../model/geometry.ts'
import { between, plus, type Vec } from './vector.ts'

export interface Surface {
  readonly positions: Float32Array
  readonly indices: Uint32Array
}
/** Metres between the places along a pipe at which its ground is taken. */
const STEP_M = 12
/** Places of known ground in the scene: the points, and along the pipes between two known grounds. */
export const groundPoints = (geometry: NetworkGeometry, shift: Vec): readonly Vec[] => {
  const { at } = geometry.nodes
  const points: Vec[] = []
  for (let k = 0; k < at.length; k += 3) {
    const height = at[k + 2] ?? Number.NaN
    if (!Number.isNaN(height)) points.push(plus([at[k] ?? 0, at[k + 1] ?? 0, height], shift))
  }
  const { axis, ground } = geometry.pipes
  for (let k = 0; k < geometry.pipes.ids.length; k += 1) {
    const [from, to] = [ground[k * 2] ?? Number.NaN, ground[k * 2 + 1] ?? Number.NaN]
    if (Number.isNaN(from) || Number.isNaN(to)) continue
    const start: Vec = [axis[k * 6] ?? 0, axis[k * 6 + 1] ?? 0, from]
    const end: Vec = [axis[k * 6 + 3] ?? 0, axis[k * 6 + 4] ?? 0, to]
    const parts = Math.min(Math.ceil(Math.hypot(end[0] - start[0], end[1] - start[1]) / STEP_M), 200)
    for (let part = 1; part < parts; part += 1) points.push(plus(between(start, end, part / parts), shift))
  }
  return points
}

/**
 * A grid over the points whose heights are means of the near points, weighted by the inverse square of their distance. Where no
 * point lies near there is no surface. `cells` is the number along the longer side.
 */
export const groundSurface = (points: readonly Vec[], cells = 128): Surface | null => {
  if (points.length < 3) return null
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of points) {
    west = Math.min(west, x)
    east = Math.max(east, x)
    south = Math.min(south, y)
    north = Math.max(north, y)
  }
  const step = Math.max((east - west) / cells, (north - south) / cells, 1)
  const reach = Math.max(step * 1.5, 15)
  const bins = new Map<string, Vec[]>()
  const binOf = (value: number): number => Math.floor(value / reach)
  for (const point of points) {
    const key = `${binOf(point[0])} ${binOf(point[1])}`
    const there = bins.get(key)
    if (there === undefined) bins.set(key, [point])
    else there.push(point)
  }
  const heightAt = (x: number, y: number): number | null => {
    let [sum, weights] = [0, 0]
    for (let bx = binOf(x) - 1; bx <= binOf(x) + 1; bx += 1)
      for (let by = binOf(y) - 1; by <= binOf(y) + 1; by += 1)
        for (const point of bins.get(`${bx} ${by}`) ?? []) {
          const square = (point[0] - x) ** 2 + (point[1] - y) ** 2
          if (square > reach * reach) continue
          const weight = 1 / (square + 0.25)
          sum += point[2] * weight
          weights += weight
        }
    return weights === 0 ? null : sum / weights
  }
  const columns = Math.floor((east - west) / step) + 3
  const rows = Math.floor((north - south) / step) + 3
  const positions: number[] = []
  const numbers = new Int32Array(columns * rows).fill(-1)
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) {
      const [x, y] = [west + (column - 1) * step, south + (row - 1) * step]
      const z = heightAt(x, y)
      if (z === null) continue
      numbers[row * columns + column] = positions.length / 3
      positions.push(x, y, z)
    }
  const indices: number[] = []
  const numberAt = (column: number, row: number): number => numbers[row * columns + column] ?? -1
  for (let row = 0; row + 1 < rows; row += 1)
    for (let column = 0; column + 1 < columns; column += 1) {
      const [a, b] = [numberAt(column, row), numberAt(column + 1, row)]
      const [c, d] = [numberAt(column + 1, row + 1), numberAt(column, row + 1)]
      if (a >= 0 && b >= 0 && c >= 0) indices.push(a, b, c)
      if (a >= 0 && c >= 0 && d >= 0) indices.push(a, c, d)
    }
  return indices.length === 0 ? null : { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) }
}
