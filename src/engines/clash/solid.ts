/**
 * Closed meshes as solids, and what two of them have in common (manifold-3d). A mesh that does not close, after joining its
 * vertices by place, is no solid: then its overlaps have no volume and no depth.
 */
import Module, { type Manifold, type ManifoldToplevel } from 'manifold-3d'
import { isPlainlyClosed, welded } from './closed.ts'
import type { Matrix } from './matrix.ts'
import type { Shape } from './shape.ts'
import type { SolidMesh } from './thickness.ts'

export interface Overlap extends SolidMesh {
  readonly volume: number
}

export interface Solid {
  readonly manifold: Manifold
  readonly volume: number
  readonly surface: number
}

/** A placed solid: the matrix takes it into the coordinates of the question. */
export interface PlacedSolid {
  readonly solid: Solid
  readonly matrix: Matrix
}

export interface Solids {
  /** Whether a mesh is closed; most can be told without making a solid of them. */
  readonly isClosed: (shape: Shape) => boolean
  /** Null for a mesh that is not closed. */
  readonly of: (shape: Shape) => Solid | null
  /** Meshes asked for that are not closed. */
  readonly openCount: () => number
  /** What is in any of the pairs' overlaps; null where nothing is. */
  readonly overlap: (pairs: readonly (readonly [PlacedSolid, PlacedSolid])[]) => Overlap | null
  readonly hull: (points: Float64Array) => Overlap
  /** Frees the memory outside JavaScript when there is a lot of it; solids handed out before may be gone after it. */
  readonly trim: () => void
  /** Frees the memory outside JavaScript. */
  readonly free: () => void
}

let loaded: Promise<ManifoldToplevel> | undefined
const load = async (): Promise<ManifoldToplevel> => {
  const top = await Module()
  top.setup()
  return top
}

/** Beyond this many triangles kept, solids are made anew when they are needed again. */
const MOST_TRIANGLES = 2_000_000

export const loadSolids = async (): Promise<Solids> => {
  loaded ??= load()
  const top = await loaded
  const { Manifold, Mesh } = top
  const cache = new Map<Shape, Solid | null>()
  const plain = new Map<Shape, boolean>()
  const open = new Set<Shape>()
  let triangles = 0

  const closed = (positions: Float32Array, indices: Uint32Array, join: boolean): Manifold | null => {
    try {
      const mesh = new Mesh({ numProp: 3, vertProperties: positions, triVerts: indices })
      if (join && !mesh.merge()) return null
      const manifold = new Manifold(mesh)
      if (manifold.status() === 'NoError' && !manifold.isEmpty()) return manifold
      manifold.delete()
      return null
    } catch {
      return null // says 'Not manifold', as an exception
    }
  }
  const make = (shape: Shape): Solid | null => {
    const { positions, indices } = welded(shape)
    let manifold = closed(positions, indices, false) ?? closed(positions, indices, true)
    if (manifold !== null && manifold.volume() < 0) {
      // Turned inside out: every triangle the other way round.
      manifold.delete()
      const turned = indices.slice()
      for (let t = 0; t < turned.length; t += 3) {
        turned[t + 1] = indices[t + 2] ?? 0
        turned[t + 2] = indices[t + 1] ?? 0
      }
      manifold = closed(positions, turned, false) ?? closed(positions, turned, true)
    }
    if (manifold === null) return null
    const volume = manifold.volume()
    if (!(volume > 0)) {
      manifold.delete()
      return null
    }
    return { manifold, volume, surface: manifold.surfaceArea() }
  }
  const free = (): void => {
    for (const solid of cache.values()) solid?.manifold.delete()
    cache.clear()
    triangles = 0
  }
  const meshOf = (manifold: Manifold): Overlap => {
    const mesh = manifold.getMesh()
    // Vertices that stand for one place (after a union) become one.
    const indices = mesh.triVerts
    if (mesh.mergeFromVert.length > 0) {
      const into = new Map<number, number>()
      for (const [k, from] of mesh.mergeFromVert.entries()) into.set(from, mesh.mergeToVert[k] ?? from)
      for (let k = 0; k < indices.length; k += 1) indices[k] = into.get(indices[k] ?? 0) ?? indices[k] ?? 0
    }
    return { positions: mesh.vertProperties.slice(), indices: indices.slice(), volume: manifold.volume() }
  }

  const of = (shape: Shape): Solid | null => {
    const known = cache.get(shape)
    if (known !== undefined) return known
    const solid = make(shape)
    cache.set(shape, solid)
    if (solid === null) open.add(shape)
    triangles += shape.indices.length / 3
    return solid
  }

  return {
    of,
    isClosed(shape) {
      if (open.has(shape)) return false
      let isPlain = plain.get(shape)
      if (isPlain === undefined) {
        isPlain = isPlainlyClosed(shape)
        plain.set(shape, isPlain)
      }
      return isPlain || of(shape) !== null
    },
    openCount: () => open.size,
    overlap(pairs) {
      const parts: Manifold[] = []
      const rest: Manifold[] = []
      const put = ({ solid, matrix }: PlacedSolid): Manifold => {
        const placed = solid.manifold.transform([...matrix] as Parameters<Manifold['transform']>[0])
        rest.push(placed)
        return placed
      }
      try {
        for (const [a, b] of pairs) {
          const common = Manifold.intersection(put(a), put(b))
          if (common.isEmpty()) common.delete()
          else parts.push(common)
        }
        const [only] = parts
        if (only === undefined) return null
        if (parts.length === 1) return meshOf(only)
        const whole = Manifold.union(parts)
        rest.push(whole)
        return meshOf(whole)
      } finally {
        for (const each of [...rest, ...parts]) each.delete()
      }
    },
    hull(points) {
      const list: [number, number, number][] = []
      for (let k = 0; k < points.length; k += 3) list.push([points[k] ?? 0, points[k + 1] ?? 0, points[k + 2] ?? 0])
      const manifold = Manifold.hull(list)
      try {
        return manifold.isEmpty()
          ? { positions: new Float32Array(0), indices: new Uint32Array(0), volume: 0 }
          : meshOf(manifold)
      } finally {
        manifold.delete()
      }
    },
    trim() {
      if (triangles > MOST_TRIANGLES) free()
    },
    free,
  }
}
