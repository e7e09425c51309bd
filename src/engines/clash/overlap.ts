/** The solid that two elements have in common, as a mesh to draw. */
import { inverseRigid, multiply } from './matrix.ts'
import type { Point, Scene } from './model.ts'
import { loadSolids, type PlacedSolid } from './solid.ts'
import { type Body, stageOf } from './stage.ts'

export interface OverlapSolid {
  /** Relative to `origin`, which lies by the first part of the first element. */
  readonly origin: Point
  readonly positions: Float32Array
  readonly indices: Uint32Array
  readonly volumeM3: number
}

/** The scene with two elements only. */
const pairScene = (scene: Scene, a: number, b: number): Scene => {
  const parts = [...scene.partElement.keys()].filter((part) => {
    const element = scene.partElement[part]
    return element === a || element === b
  })
  const matrices = new Float64Array(parts.length * 16)
  for (const [k, part] of parts.entries()) matrices.set(scene.matrices.subarray(part * 16, part * 16 + 16), k * 16)
  return {
    ...scene,
    elements: [a, b].flatMap((index) => scene.elements[index] ?? []),
    partElement: Uint32Array.from(parts, (part) => (scene.partElement[part] === a ? 0 : 1)),
    partMesh: Uint32Array.from(parts, (part) => scene.partMesh[part] ?? 0),
    matrices,
    connected: new Uint32Array(0),
  }
}

/** Null where the two have nothing in common, or their meshes are not closed. */
export const overlapOf = async (scene: Scene, a: number, b: number): Promise<OverlapSolid | null> => {
  const solids = await loadSolids()
  try {
    const { body } = stageOf(pairScene(scene, a, b))
    const [first, second] = [body(0), body(1)]
    const home = first?.parts[0]?.matrix
    if (!first || !second || home === undefined) return null
    const near = home.map((value, k) => (k < 12 ? (k % 5 === 0 ? 1 : 0) : value))
    const back = inverseRigid(near)
    const placed = ({ parts }: Body): readonly PlacedSolid[] =>
      parts.flatMap(({ shape, matrix }) => {
        const solid = solids.of(shape)
        return solid === null ? [] : [{ solid, matrix: multiply(back, matrix) }]
      })
    const others = placed(second)
    const overlap = solids.overlap(placed(first).flatMap((p) => others.map((q) => [p, q] as const)))
    if (overlap === null) return null
    return {
      origin: [(home[12] ?? 0) + scene.origin[0], (home[13] ?? 0) + scene.origin[1], (home[14] ?? 0) + scene.origin[2]],
      positions: Float32Array.from(overlap.positions),
      indices: overlap.indices,
      volumeM3: overlap.volume,
    }
  } finally {
    solids.free()
  }
}
