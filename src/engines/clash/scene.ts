/** Puts scenes together. */
import type { Scene } from './model.ts'

/**
 * One scene of several, each with an origin of its own: placements move to the origin of the first in f64. Meshes are shared,
 * not copied.
 */
export const joinScenes = (scenes: readonly Scene[]): Scene => {
  const origin = scenes[0]?.origin ?? [0, 0, 0]
  const sum = (size: (scene: Scene) => number): number => scenes.reduce((total, scene) => total + size(scene), 0)
  const parts = sum((scene) => scene.partElement.length)
  const partElement = new Uint32Array(parts)
  const partMesh = new Uint32Array(parts)
  const matrices = new Float64Array(parts * 16)
  const connected = new Uint32Array(sum((scene) => scene.connected.length))
  let [part, element, mesh, joint] = [0, 0, 0, 0]
  for (const scene of scenes) {
    partElement.set(
      scene.partElement.map((index) => index + element),
      part,
    )
    partMesh.set(
      scene.partMesh.map((index) => index + mesh),
      part,
    )
    matrices.set(scene.matrices, part * 16)
    for (let k = part; k < part + scene.partElement.length; k += 1)
      for (const axis of [0, 1, 2] as const)
        matrices[k * 16 + 12 + axis] = (matrices[k * 16 + 12 + axis] ?? 0) + scene.origin[axis] - origin[axis]
    connected.set(
      scene.connected.map((index) => index + element),
      joint,
    )
    part += scene.partElement.length
    element += scene.elements.length
    mesh += scene.meshes.length
    joint += scene.connected.length
  }
  return {
    origin,
    meshes: scenes.flatMap((scene) => scene.meshes),
    elements: scenes.flatMap((scene) => scene.elements),
    partElement,
    partMesh,
    matrices,
    connected,
  }
}

/** A mesh of numbers too large for Float32: its middle is taken out, exactly, for the placement to put back. */
export const localMesh = (
  positions: Float64Array,
  indices: Uint32Array,
): { readonly mesh: Scene['meshes'][number]; readonly shift: readonly [number, number, number] } => {
  const shift: [number, number, number] = [0, 0, 0]
  for (const axis of [0, 1, 2] as const) {
    let low = Infinity
    let high = -Infinity
    for (let k = axis; k < positions.length; k += 3) {
      const value = positions[k] ?? 0
      if (value < low) low = value
      if (value > high) high = value
    }
    shift[axis] = Number.isFinite(low + high) ? Math.round((low + high) / 2) : 0
  }
  const local = new Float32Array(positions.length)
  for (let k = 0; k < positions.length; k += 1) local[k] = (positions[k] ?? 0) - (shift[k % 3] ?? 0)
  return { mesh: { positions: local, indices }, shift }
}
