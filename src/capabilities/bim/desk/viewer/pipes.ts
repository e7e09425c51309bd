/**
 * Pipes as the viewer draws them: one matrix a pipe that turns a cylinder or cube of size one (along z) into the pipe.
 * Positions come as Float32 about the origin of their network; the way from there to the origin of the scene is taken in
 * double precision, so that nothing trembles a million metres from zero.
 */
import type { NetworkGeometry } from '../../model/geometry.ts'
import { type Box, boxOf, cross, dot, lengthOf, minus, plus, times, unit, type Vec } from './vector.ts'

/** Metres under the ground at which a pipe of unknown height is drawn; it is then marked as unknown. */
export const ASSUMED_DEPTH_M = 1
/** Metres across at which a pipe of unknown size is drawn. */
export const ASSUMED_SIZE_M = 0.2

export const pipeFlags = { design: 1, abandoned: 2, temporary: 4, branch: 8, wallAssumed: 16 } as const

const median = (values: number[]): number | null => {
  if (values.length === 0) return null
  values.sort((a, b) => a - b)
  return values[Math.floor(values.length / 2)] ?? null
}
/** The ground where a network does not know it: the middle one of the known grounds, else the origin's own height. */
export const usualGround = (geometry: NetworkGeometry): number =>
  median([...geometry.pipes.ground].filter((value) => !Number.isNaN(value))) ?? 0

export interface PlacedPipe {
  readonly start: Vec
  readonly end: Vec
  readonly width: number
  readonly height: number
  readonly heightKnown: boolean
  readonly sizeKnown: boolean
}
/** A pipe about the origin of its network plus `shift`; what is unknown is assumed and said to be so. */
export const placedPipe = (
  geometry: NetworkGeometry,
  index: number,
  shift: Vec,
  ground = usualGround(geometry),
): PlacedPipe => {
  const { axis, size, ground: grounds } = geometry.pipes
  const at = (offset: number): number => axis[index * 6 + offset] ?? Number.NaN
  const heights = [at(2), at(5)]
  const known = heights.filter((height) => !Number.isNaN(height))
  const heightOf = (end: 0 | 1): number => {
    const own = heights[end] ?? Number.NaN
    if (!Number.isNaN(own)) return own
    const other = known[0]
    if (other !== undefined) return other
    const above = grounds[index * 2 + end] ?? Number.NaN
    return (Number.isNaN(above) ? ground : above) - ASSUMED_DEPTH_M
  }
  const width = size[index * 2] ?? Number.NaN
  const height = size[index * 2 + 1] ?? Number.NaN
  return {
    start: plus([at(0), at(1), heightOf(0)], shift),
    end: plus([at(3), at(4), heightOf(1)], shift),
    width: Number.isNaN(width) ? ASSUMED_SIZE_M : width,
    height: Number.isNaN(height) ? (Number.isNaN(width) ? ASSUMED_SIZE_M : width) : height,
    heightKnown: known.length === 2,
    sizeKnown: !Number.isNaN(width),
  }
}

/** Writes the column-major matrix of a pipe: x across, y up across, z along; in double precision until it is stored. */
export const writePipeMatrix = (out: Float32Array, offset: number, pipe: PlacedPipe): void => {
  const along = minus(pipe.end, pipe.start)
  const direction = unit(along)
  // A pipe that stands upright has no "across" of its own.
  const side = unit(cross([0, 0, 1], direction), [1, 0, 0])
  const up = cross(direction, side)
  const middle = plus(pipe.start, times(along, 0.5))
  const columns = [times(side, pipe.width), times(up, pipe.height), along, middle] as const
  for (const [column, vector] of columns.entries()) {
    out[offset + column * 4] = vector[0]
    out[offset + column * 4 + 1] = vector[1]
    out[offset + column * 4 + 2] = vector[2]
    out[offset + column * 4 + 3] = column === 3 ? 1 : 0
  }
}

export interface PipeGroup {
  readonly code: string
  readonly form: 'round' | 'box'
  /** Numbers of the pipes in the geometry, in the order of the matrices. */
  readonly pipes: Uint32Array
  readonly matrices: Float32Array
  /** 1: height or size is assumed. */
  readonly assumed: Uint8Array
  readonly centre: Vec
  readonly radius: number
}
/** Most pipes of one tile: enough to keep draw calls few, few enough that tiles out of sight save work. */
const PIPES_OF_A_TILE = 6000

/** Groups of pipes that are drawn by one call each: one class, one form, one tile of the plan. */
export const pipeGroups = (geometry: NetworkGeometry, shift: Vec): readonly PipeGroup[] => {
  const { ids, classOf, shape } = geometry.pipes
  const ground = usualGround(geometry)
  const box = planOf(geometry)
  const tiles = Math.max(1, Math.ceil(Math.sqrt(ids.length / PIPES_OF_A_TILE)))
  const members = new Map<string, number[]>()
  const tileAt = (value: number, from: number, to: number): number =>
    to > from ? Math.min(tiles - 1, Math.floor(((value - from) / (to - from)) * tiles)) : 0
  for (let index = 0; index < ids.length; index += 1) {
    const form = (shape[index] ?? 0) >= 2 ? 'box' : 'round'
    const east = geometry.pipes.axis[index * 6] ?? 0
    const north = geometry.pipes.axis[index * 6 + 1] ?? 0
    const tile = `${tileAt(east, box[0], box[2])}.${tileAt(north, box[1], box[3])}`
    const key = `${classOf[index] ?? 0} ${form} ${tile}`
    const there = members.get(key)
    if (there === undefined) members.set(key, [index])
    else there.push(index)
  }
  return [...members.values()].map((indices): PipeGroup => {
    const matrices = new Float32Array(indices.length * 16)
    const assumed = new Uint8Array(indices.length)
    const ends: Vec[] = []
    let widest = 0
    for (const [place, index] of indices.entries()) {
      const pipe = placedPipe(geometry, index, shift, ground)
      writePipeMatrix(matrices, place * 16, pipe)
      assumed[place] = pipe.heightKnown && pipe.sizeKnown ? 0 : 1
      ends.push(pipe.start, pipe.end)
      widest = Math.max(widest, pipe.width, pipe.height)
    }
    const bounds = boxOf(ends)
    const first = indices[0] ?? 0
    return {
      code: geometry.classes[classOf[first] ?? 0] ?? '',
      form: (shape[first] ?? 0) >= 2 ? 'box' : 'round',
      pipes: Uint32Array.from(indices),
      matrices,
      assumed,
      centre: bounds === null ? [0, 0, 0] : plus(bounds.min, times(minus(bounds.max, bounds.min), 0.5)),
      radius: bounds === null ? 0 : lengthOf(minus(bounds.max, bounds.min)) / 2 + widest,
    }
  })
}
const planOf = (geometry: NetworkGeometry): readonly [number, number, number, number] => {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  const { axis } = geometry.pipes
  for (let at = 0; at < axis.length; at += 6) {
    box[0] = Math.min(box[0], axis[at] ?? Infinity)
    box[1] = Math.min(box[1], axis[at + 1] ?? Infinity)
    box[2] = Math.max(box[2], axis[at] ?? -Infinity)
    box[3] = Math.max(box[3], axis[at + 1] ?? -Infinity)
  }
  return box
}

/** The box around all pipes, in the scene; null for none. */
export const boxOfPipes = (geometry: NetworkGeometry, shift: Vec): Box | null => {
  const ground = usualGround(geometry)
  function* ends(): Iterable<Vec> {
    for (let index = 0; index < geometry.pipes.ids.length; index += 1) {
      const pipe = placedPipe(geometry, index, shift, ground)
      yield pipe.start
      yield pipe.end
    }
  }
  return boxOf(ends())
}

export interface Ray {
  readonly from: Vec
  /** Of length one. */
  readonly along: Vec
}
/** Nearest approach of a ray and a stretch: distance along the ray, and between the two. */
export const approach = (ray: Ray, start: Vec, end: Vec): { readonly along: number; readonly apart: number } => {
  const stretch = minus(end, start)
  const offset = minus(ray.from, start)
  const a = dot(stretch, stretch)
  const b = dot(ray.along, stretch)
  const c = dot(stretch, offset)
  const d = dot(ray.along, offset)
  const denominator = a - b * b
  const onStretch = a < 1e-18 ? 0 : Math.min(1, Math.max(0, denominator < 1e-12 ? 0 : (c - b * d) / denominator))
  const point = plus(start, times(stretch, onStretch))
  const along = Math.max(0, dot(minus(point, ray.from), ray.along))
  return { along, apart: lengthOf(minus(point, plus(ray.from, times(ray.along, along)))) }
}
/**
 * The pipe that a ray meets first; thin ones may be missed by `slack` times the distance. Null: none. `takes` says which
 * pipes can be seen (class shown, inside the section box).
 */
export const pickPipe = (
  geometry: NetworkGeometry,
  shift: Vec,
  ray: Ray,
  slack: number,
  takes: (index: number, point: Vec) => boolean,
): { readonly index: number; readonly along: number; readonly point: Vec } | null => {
  const ground = usualGround(geometry)
  let best: { index: number; along: number; point: Vec } | null = null
  for (let index = 0; index < geometry.pipes.ids.length; index += 1) {
    const pipe = placedPipe(geometry, index, shift, ground)
    const { along, apart } = approach(ray, pipe.start, pipe.end)
    if (best !== null && along >= best.along) continue
    if (apart > Math.max(pipe.width, pipe.height) / 2 + slack * along) continue
    const point = plus(ray.from, times(ray.along, along))
    if (takes(index, point)) best = { index, along, point }
  }
  return best
}
