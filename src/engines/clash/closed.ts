/** Meshes with vertices joined by place, and whether they are closed beyond doubt. */
import { placesOf, type Shape } from './shape.ts'

export interface WeldedMesh {
  readonly positions: Float32Array
  readonly indices: Uint32Array
}

/** One vertex a place; triangles with a place twice are left out. */
export const welded = (shape: Shape): WeldedMesh => {
  const { place, places } = placesOf(shape.positions)
  const positions = new Float32Array(places * 3)
  for (let v = place.length - 1; v >= 0; v -= 1) {
    const to = (place[v] as number) * 3
    positions[to] = shape.positions[v * 3] as number
    positions[to + 1] = shape.positions[v * 3 + 1] as number
    positions[to + 2] = shape.positions[v * 3 + 2] as number
  }
  const indices = new Uint32Array(shape.indices.length)
  let size = 0
  for (let t = 0; t < indices.length; t += 3) {
    const a = place[shape.indices[t] as number] as number
    const b = place[shape.indices[t + 1] as number] as number
    const c = place[shape.indices[t + 2] as number] as number
    if (a === b || b === c || c === a) continue
    indices[size] = a
    indices[size + 1] = b
    indices[size + 2] = c
    size += 3
  }
  return { positions, indices: indices.slice(0, size) }
}

/** Whether every edge is passed exactly once each way. */
const edgesPair = (indices: Uint32Array): boolean => {
  const count = indices.length
  let size = 16
  while (size < count * 2) size *= 2
  const mask = size - 1
  /** Open addressing: an edge plus 1, where edge `k` goes from corner `k` to the next one of its triangle; 0: free. */
  const table = new Int32Array(size)
  const next = (k: number): number => indices[k % 3 === 2 ? k - 2 : k + 1] as number
  /** Where an edge is, or would be. */
  const slotOf = (from: number, to: number): number => {
    let slot = Math.imul(from, 0x9e37_79b1) ^ Math.imul(to, 0x85eb_ca77)
    slot = (slot ^ (slot >>> 15)) & mask
    for (;;) {
      const edge = (table[slot] as number) - 1
      if (edge < 0 || (indices[edge] === from && next(edge) === to)) return slot
      slot = (slot + 1) & mask
    }
  }
  for (let k = 0; k < count; k += 1) {
    const slot = slotOf(indices[k] as number, next(k))
    if (table[slot] !== 0) return false
    table[slot] = k + 1
  }
  for (let k = 0; k < count; k += 1) if (table[slotOf(next(k), indices[k] as number)] === 0) return false
  return true
}

/** A volume that is less than this share of the box around it may be none. */
const LEAST_SHARE = 1e-6

/**
 * True only for a mesh that every judge of solids takes for one: its edges pair, and it has a volume. False leaves the
 * question to a closer look.
 */
export const isPlainlyClosed = (shape: Shape): boolean => {
  const { positions, indices } = welded(shape)
  if (indices.length === 0 || !edgesPair(indices)) return false
  const { box } = shape
  let space = 1
  for (let axis = 0; axis < 3; axis += 1) space *= (box[axis + 3] as number) - (box[axis] as number)
  const ox = box[0] as number
  const oy = box[1] as number
  const oz = box[2] as number
  let volume = 0
  for (let t = 0; t < indices.length; t += 3) {
    const a = (indices[t] as number) * 3
    const b = (indices[t + 1] as number) * 3
    const c = (indices[t + 2] as number) * 3
    const ax = (positions[a] as number) - ox
    const ay = (positions[a + 1] as number) - oy
    const az = (positions[a + 2] as number) - oz
    const bx = (positions[b] as number) - ox
    const by = (positions[b + 1] as number) - oy
    const bz = (positions[b + 2] as number) - oz
    const cx = (positions[c] as number) - ox
    const cy = (positions[c + 1] as number) - oy
    const cz = (positions[c + 2] as number) - oz
    volume += ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
  }
  return Math.abs(volume / 6) > LEAST_SHARE * space && space > 0
}
