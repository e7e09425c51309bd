/** Meshes and scenes made by rule, for tests and measurements: their overlaps are known. */
import type { Scene, SceneElement, SceneMesh } from './model.ts'

/** A box with one corner at the origin. */
export const boxMesh = (width: number, depth: number, height: number): SceneMesh => ({
  positions: Float32Array.from(
    Array.from({ length: 8 }, (_, v) => [(v & 1) * width, ((v >> 1) & 1) * depth, ((v >> 2) & 1) * height]).flat(),
  ),
  indices: Uint32Array.from(
    [
      [0, 2, 1, 1, 2, 3, 4, 5, 6, 5, 7, 6],
      [0, 1, 4, 1, 5, 4, 2, 6, 3, 3, 6, 7],
      [0, 4, 2, 2, 4, 6, 1, 3, 5, 3, 7, 5],
    ].flat(),
  ),
})

/** A box without its lid: not closed. */
export const openBoxMesh = (width: number, depth: number, height: number): SceneMesh => {
  const { positions, indices } = boxMesh(width, depth, height)
  return { positions, indices: Uint32Array.from([...indices.slice(0, 6), ...indices.slice(12)]) }
}

/** A prism of `sides` sides about the z axis from z = 0, its corners on the radius. */
export const cylinderMesh = (radius: number, height: number, sides = 24): SceneMesh => {
  const positions: number[] = [0, 0, 0, 0, 0, height]
  const indices: number[] = []
  for (let k = 0; k < sides; k += 1) {
    const angle = (2 * Math.PI * k) / sides
    const [x, y] = [radius * Math.cos(angle), radius * Math.sin(angle)]
    positions.push(x, y, 0, x, y, height)
    const [a, b] = [2 + 2 * k, 2 + 2 * ((k + 1) % sides)]
    indices.push(0, b, a, 1, a + 1, b + 1, a, b, a + 1, b, b + 1, a + 1)
  }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) }
}

/** A ring about the z axis. */
export const torusMesh = (radius: number, tube: number, around = 24, sides = 12): SceneMesh => {
  const positions: number[] = []
  const indices: number[] = []
  for (let i = 0; i < around; i += 1)
    for (let k = 0; k < sides; k += 1) {
      const [u, v] = [(2 * Math.PI * i) / around, (2 * Math.PI * k) / sides]
      const from = radius + tube * Math.cos(v)
      positions.push(from * Math.cos(u), from * Math.sin(u), tube * Math.sin(v))
      const at = (row: number, column: number): number => (row % around) * sides + (column % sides)
      const [a, b, c, d] = [at(i, k), at(i + 1, k), at(i + 1, k + 1), at(i, k + 1)]
      indices.push(a, b, c, a, c, d)
    }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) }
}

/** Column-major placement: turn about z, then about x, then shift. */
export const placed = (x = 0, y = 0, z = 0, aboutZ = 0, aboutX = 0): readonly number[] => {
  const [c, s, d, t] = [Math.cos(aboutZ), Math.sin(aboutZ), Math.cos(aboutX), Math.sin(aboutX)]
  return [c, d * s, t * s, 0, -s, d * c, t * c, 0, 0, -t, d, 0, x, y, z, 1]
}

export interface SampleElement extends Partial<SceneElement> {
  readonly parts: readonly { readonly mesh: SceneMesh; readonly matrix: readonly number[] }[]
}

/** A scene of elements; a mesh that occurs twice is stored once. */
export const sceneOf = (
  elements: readonly SampleElement[],
  connected: readonly (readonly [number, number])[] = [],
  origin: Scene['origin'] = [0, 0, 0],
): Scene => {
  const meshes = [...new Set(elements.flatMap(({ parts }) => parts.map(({ mesh }) => mesh)))]
  const index = new Map(meshes.map((mesh, k) => [mesh, k]))
  const parts = elements.flatMap((element, k) => element.parts.map((part) => ({ ...part, element: k })))
  return {
    origin,
    meshes,
    elements: elements.map((given, k) => ({
      id: given.id ?? `e${k}`,
      class: given.class ?? 'IfcBuildingElementProxy',
      name: given.name ?? null,
      storey: given.storey ?? null,
      systems: given.systems ?? [],
      model: given.model ?? null,
      properties: given.properties ?? {},
    })),
    partElement: Uint32Array.from(parts, ({ element }) => element),
    partMesh: Uint32Array.from(parts, ({ mesh }) => index.get(mesh) ?? 0),
    matrices: Float64Array.from(parts.flatMap(({ matrix }) => matrix)),
    connected: Uint32Array.from(connected.flat()),
  }
}
