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
  const clean = Float32Array.from(positions, (value) => value + 0)
  const bits = new Uint32Array(clean.buffer)
  let places = 0
  for (let v = 0; v < count; v += 1) {
    const [a, b, c] = [bits[v * 3] ?? 0, bits[v * 3 + 1] ?? 0, bits[v * 3 + 2] ?? 0]
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

const piecesOf = (positions: Float32Array, indices: Uint32Array): Uint32Array => {
  const { place, places } = placesOf(positions)
  const parent = new Uint32Array(places).map((_, index) => index)
  const root = (of: number): number => {
    let each = of
    while (parent[each] !== each) {
      const above = parent[parent[each] ?? 0] ?? 0
      parent[each] = above
      each = above
    }
    return each
  }
  for (let t = 0; t < indices.length; t += 3) {
    const first = root(place[indices[t] ?? 0] ?? 0)
    parent[root(place[indices[t + 1] ?? 0] ?? 0)] = first
    parent[root(place[indices[t + 2] ?? 0] ?? 0)] = root(first)
  }
  const seen = new Set<number>()
  const pieces: number[] = []
  for (const vertex of indices) {
    const of = root(place[vertex] ?? 0)
    if (seen.has(of)) continue
    seen.add(of)
    pieces.push(vertex)
  }
  return Uint32Array.from(pieces)
}

/** Returns null for a mesh without a triangle. Triangles with numbers that are not finite, or without corners, are dropped. */
export const shapeOf = (mesh: SceneMesh): Shape | null => {
  const { positions } = mesh
  const vertices = Math.floor(positions.length / 3)
  const kept: number[] = []
  for (let t = 0; t + 2 < mesh.indices.length; t += 3) {
    let good = true
    for (let k = 0; k < 3; k += 1) {
      const v = mesh.indices[t + k] ?? vertices
      const sum = (positions[v * 3] ?? 0) + (positions[v * 3 + 1] ?? 0) + (positions[v * 3 + 2] ?? 0)
      good &&= v < vertices && Number.isFinite(sum)
    }
    if (good) kept.push(t)
  }
  if (kept.length === 0) return null
  const boxes = new Float32Array(kept.length * 6)
  for (const [k, t] of kept.entries())
    for (let axis = 0; axis < 3; axis += 1) {
      const a = positions[(mesh.indices[t] ?? 0) * 3 + axis] ?? 0
      const b = positions[(mesh.indices[t + 1] ?? 0) * 3 + axis] ?? 0
      const c = positions[(mesh.indices[t + 2] ?? 0) * 3 + axis] ?? 0
      boxes[k * 6 + axis] = Math.min(a, b, c)
      boxes[k * 6 + 3 + axis] = Math.max(a, b, c)
    }
  const tree = buildTree(boxes)
  const indices = new Uint32Array(kept.length * 3)
  for (const [k, item] of tree.items.entries()) {
    const t = kept[item] ?? 0
    for (let corner = 0; corner < 3; corner += 1) indices[k * 3 + corner] = mesh.indices[t + corner] ?? 0
  }
  return { positions, indices, tree, box: tree.bounds.slice(0, 6), pieces: piecesOf(positions, indices) }
}
