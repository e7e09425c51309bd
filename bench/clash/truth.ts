/** Which pairs truly overlap, found without the engine: every pair of solids whose boxes meet is intersected. */
import Module, { type Manifold } from 'manifold-3d'
import { apply } from '../../src/engines/clash/matrix.ts'
import type { Scene } from '../../src/engines/clash/model.ts'
import { TOLERANCE_M } from './models.ts'

/** An overlap smaller than this is rounding. */
const LEAST_VOLUME_M3 = 1e-7

export interface Truth {
  /** 'a-b' of element indices. */
  readonly overlapping: ReadonlySet<string>
  /** Pairs that cannot be decided, one of their meshes not being closed. */
  readonly undecided: ReadonlySet<string>
}

export const truthOf = async (scene: Scene): Promise<Truth> => {
  const top = await Module()
  top.setup()
  const parts: { element: number; box: number[]; solid: Manifold | null }[] = []
  for (const [k, element] of scene.partElement.entries()) {
    const mesh = scene.meshes[scene.partMesh[k] ?? 0]
    if (mesh === undefined) continue
    const m = scene.matrices.subarray(k * 16, k * 16 + 16)
    const world = new Float32Array(mesh.positions.length)
    const box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]
    for (let v = 0; v < world.length; v += 3) {
      const point = apply(m, mesh.positions[v] ?? 0, mesh.positions[v + 1] ?? 0, mesh.positions[v + 2] ?? 0)
      world.set(point, v)
      for (const axis of [0, 1, 2] as const) {
        box[axis] = Math.min(box[axis] ?? 0, point[axis])
        box[axis + 3] = Math.max(box[axis + 3] ?? 0, point[axis])
      }
    }
    let solid: Manifold | null = null
    try {
      const triangles = new top.Mesh({ numProp: 3, vertProperties: world, triVerts: mesh.indices })
      triangles.merge()
      solid = new top.Manifold(triangles)
    } catch {
      // not closed
    }
    parts.push({ element, box, solid })
  }
  const overlapping = new Set<string>()
  const undecided = new Set<string>()
  const modelOf = (element: number): string | null => scene.elements[element]?.model ?? null
  const others = parts.filter(({ element }) => modelOf(element) === 'building')
  for (const a of parts.filter(({ element }) => modelOf(element) === 'installations'))
    for (const b of others) {
      const meet = [0, 1, 2].every(
        (axis) => (a.box[axis] ?? 0) <= (b.box[axis + 3] ?? 0) && (b.box[axis] ?? 0) <= (a.box[axis + 3] ?? 0),
      )
      if (!meet) continue
      const key = `${a.element}-${b.element}`
      if (a.solid === null || b.solid === null) {
        undecided.add(key)
        continue
      }
      const common = top.Manifold.intersection(a.solid, b.solid)
      const { min, max } = common.boundingBox()
      const thinnest = Math.min(max[0] - min[0], max[1] - min[1], max[2] - min[2])
      if (!common.isEmpty() && Math.abs(common.volume()) > LEAST_VOLUME_M3 && thinnest > TOLERANCE_M)
        overlapping.add(key)
      common.delete()
    }
  return { overlapping, undecided }
}
