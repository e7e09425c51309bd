/** A unique mesh made ready: finite triangles in the order of its tree, one corner of each connected piece. */
import type { SceneMesh } from './model.ts'
import { buildTree, type Tree } from './tree.ts'

export interface Shape {
  readonly positions: Float32Array
  /** Three a triangle, in the order of the tree's leaves: item k of the tree is triangle k. */
  readonly indices: Uint32Array
  readonly tree: Tree
  /** Least x y z and greatest x y z. */
  readonly box: Float32Array
  /** One vertex of each piece whose triangles hang together by position. */
  readonly pieces: Uint32Array
}

/** Joins vertices in one place; gives for each vertex the number of its place, and how many places there are. */
export const placesOf = (positions: Float32Array): { readonly place: Uint32Array; readonly places: number } => {
  const count = positions.length / 3
  const size = 1 << Math.max(4, Math.ceil(Math.log2(count * 2 + 1)))
  const table = new Int32Array(size).fill(-1)
  const place = new Uint32Array(count)
  // Adding 0 makes one zero of both, so that equal numbers have equal bits.
  const clean = new Float32Array(positions.length)
  for (let k = 0; k < clean.length; k += 1) clean[k] = (positions[k] as number) + 0
  const bits = new Uint32Array(clean.buffer)
  let places = 0
  for (let v = 0; v < count; v += 1) {
    const a = bits[v * 3] as number
    const b = bits[v * 3 + 1] as number
    const c = bits[v * 3 + 2] as number
    let slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77) ^ Math.imul(c, 0xc2b2ae3d)) >>> 0
    slot = (slot ^ (slot >>> 15)) & (size - 1)
    for (;;) {
      const other = table[slot] ?? -1
      if (other < 0) {
        table[slot] = v
        place[v] = places
        places += 1
        break
      }
      if (bits[other * 3] === a && bits[other * 3 + 1] === b && bits[other * 3 + 2] === c) {
        place[v] = place[other] ?? 0
        break
      }
      slot = (slot + 1) & (size - 1)
    }
  }
  return { place, places }
}

const rootOf = (parent: Uint32Array, of: number): number => {
  let each = of
  for (;;) {
    const next = parent[each] as number
    if (next === each) return each
    const above = parent[next] as number
    parent[each] = above
    each = above
  }
}
const piecesOf = (positions: Float32Array, indices: Uint32Array): Uint32Array => {
  const { place, places } = placesOf(positions)
  const parent = new Uint32Array(places)
  for (let k = 0; k < places; k += 1) parent[k] = k
  for (let t = 0; t < indices.length; t += 3) {
    const first = rootOf(parent, place[indices[t] as number] as number)
    parent[rootOf(parent, place[indices[t + 1] as number] as number)] = first
    parent[rootOf(parent, place[indices[t + 2] as number] as number)] = rootOf(parent, first)
  }
  const seen = new Uint8Array(places)
  const pieces: number[] = []
  for (const vertex of indices) {
    const of = rootOf(parent, place[vertex] as number)
    if (seen[of] === 1) continue
    seen[of] = 1
    pieces.push(vertex)
  }
  return Uint32Array.from(pieces)
}

/** Returns null for a mesh without a triangle. Triangles with numbers that are not finite, or without corners, are dropped. */
export const shapeOf = (mesh: SceneMesh): Shape | null => {
  const { positions } = mesh
  const vertices = Math.floor(positions.length / 3)
  const corners = mesh.indices
  const kept = new Uint32Array(Math.floor(corners.length / 3))
  let count = 0
  const isGood = (v: number): boolean => {
    const sum = (positions[v * 3] ?? 0) + (positions[v * 3 + 1] ?? 0) + (positions[v * 3 + 2] ?? 0)
    return v < vertices && Number.isFinite(sum)
  }
  for (let t = 0; t + 2 < corners.length; t += 3)
    if (isGood(corners[t] as number) && isGood(corners[t + 1] as number) && isGood(corners[t + 2] as number)) {
      kept[count] = t
      count += 1
    }
  if (count === 0) return null
  const boxes = new Float32Array(count * 6)
  for (let k = 0; k < count; k += 1) {
    const t = kept[k] as number
    const first = (corners[t] as number) * 3
    const second = (corners[t + 1] as number) * 3
    const third = (corners[t + 2] as number) * 3
    for (let axis = 0; axis < 3; axis += 1) {
      const a = positions[first + axis] as number
      const b = positions[second + axis] as number
      const c = positions[third + axis] as number
      boxes[k * 6 + axis] = a < b ? (a < c ? a : c) : b < c ? b : c
      boxes[k * 6 + 3 + axis] = a > b ? (a > c ? a : c) : b > c ? b : c
    }
  }
  const tree = buildTree(boxes)
  const indices = new Uint32Array(count * 3)
  for (let k = 0; k < count; k += 1) {
    const t = kept[tree.items[k] as number] as number
    indices[k * 3] = corners[t] as number
    indices[k * 3 + 1] = corners[t + 1] as number
    indices[k * 3 + 2] = corners[t + 2] as number
  }
  return { positions, indices, tree, box: tree.bounds.slice(0, 6), pieces: piecesOf(positions, indices) }
}
