/** Unique meshes and their placements, out of web-ifc: Z up, metres, f64 placements about an origin of their own. */
import type { FlatMesh, IfcAPI } from 'web-ifc'
import { multiply } from '../clash/matrix.ts'
import type { Scene, SceneMesh } from '../clash/model.ts'
import { placesOf } from '../clash/shape.ts'
import { isTrap } from './lines.ts'

export interface Placed {
  /** Line of the element. */
  readonly line: number
  readonly mesh: number
  readonly matrix: Float64Array
  readonly colour: readonly [number, number, number, number]
}
export interface Geometry {
  readonly meshes: readonly SceneMesh[]
  readonly placed: readonly Placed[]
}

/** web-ifc stands y upwards: (x, z, -y). This lays it back. */
const Z_UP = Float64Array.of(1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1)

/** Positions without normals, one vertex a place: a third of the memory, and closed meshes stay closed. */
const meshOf = (vertices: Float32Array, corners: Uint32Array): SceneMesh | null => {
  const count = Math.floor(vertices.length / 6)
  const all = new Float32Array(count * 3)
  for (let v = 0; v < count; v += 1) for (let k = 0; k < 3; k += 1) all[v * 3 + k] = vertices[v * 6 + k] ?? 0
  const { place, places } = placesOf(all)
  const positions = new Float32Array(places * 3)
  for (let v = 0; v < count; v += 1) positions.set(all.subarray(v * 3, v * 3 + 3), (place[v] ?? 0) * 3)
  const indices = new Uint32Array(corners.length)
  let used = 0
  for (let t = 0; t + 2 < corners.length; t += 3) {
    const [a, b, c] = [place[corners[t] ?? 0], place[corners[t + 1] ?? 0], place[corners[t + 2] ?? 0]]
    if (a === undefined || b === undefined || c === undefined || a === b || b === c || c === a) continue
    indices.set([a, b, c], used)
    used += 3
  }
  return used === 0 || !positions.every(Number.isFinite) ? null : { positions, indices: indices.slice(0, used) }
}

/** `elements` gives the lines to try one by one when the stream of all of them fails. */
export const geometryOf = (api: IfcAPI, model: number, elements: () => Iterable<number>): Geometry => {
  const meshes: SceneMesh[] = []
  const known = new Map<number, number>()
  const meshAt = (id: number): number => {
    const index = known.get(id)
    if (index !== undefined) return index
    const geometry = api.GetGeometry(model, id)
    const mesh = meshOf(
      api.GetVertexArray(geometry.GetVertexData(), geometry.GetVertexDataSize()),
      api.GetIndexArray(geometry.GetIndexData(), geometry.GetIndexDataSize()),
    )
    geometry.delete()
    const made = mesh === null ? -1 : meshes.push(mesh) - 1
    known.set(id, made)
    return made
  }
  const placed: Placed[] = []
  const take = ({ expressID: line, geometries }: FlatMesh): void => {
    for (let k = 0; k < geometries.size(); k += 1) {
      const { geometryExpressID, flatTransformation, color } = geometries.get(k)
      const mesh = meshAt(geometryExpressID)
      const matrix = multiply(Z_UP, flatTransformation)
      if (mesh >= 0 && matrix.every(Number.isFinite))
        placed.push({ line, mesh, matrix, colour: [color.x, color.y, color.z, color.w] })
    }
  }
  try {
    api.StreamAllMeshes(model, take)
  } catch (error) {
    if (isTrap(error)) throw error
    // One element that cannot be understood ends the whole stream: then each for itself.
    placed.length = 0
    for (const line of elements()) {
      try {
        api.StreamMeshes(model, [line], take)
      } catch (fault) {
        if (isTrap(fault)) throw fault
      }
    }
  }
  return { meshes, placed }
}

/** Nearer to zero than this, Float32 is finer than a tenth of a millimetre: no origin is needed. */
const NEAR_M = 1_000

/** A point near the placements, whole hundreds of metres; zero for a model that lies near zero. */
export const originOf = (placed: readonly Placed[]): Scene['origin'] => {
  const middle = (axis: 0 | 1 | 2): number => {
    const values = placed.map(({ matrix }) => matrix[12 + axis] ?? 0).sort((a, b) => a - b)
    const value = values[values.length >> 1] ?? 0
    return Math.abs(value) < NEAR_M ? 0 : Math.round(value / 100) * 100
  }
  return [middle(0), middle(1), middle(2)]
}
