/** A scene made ready for many questions: one tree a unique mesh, rigid placements, exact boxes, and which elements are alike. */
import { apply, factor, inverseRigid, type Matrix, multiply } from './matrix.ts'
import type { Scene, SceneMesh } from './model.ts'
import { type Shape, shapeOf } from './shape.ts'

export interface Part {
  readonly shape: Shape
  readonly matrix: Matrix
  /** Least x y z and greatest x y z, in the coordinates of the scene. */
  readonly box: Float64Array
}

export interface Body {
  readonly parts: readonly Part[]
  readonly box: Float64Array
  /** Bodies of the same form are congruent: the same shapes, placed alike relative to their first. */
  readonly form: number
}

export interface Stage {
  /** One an element; null for an element without geometry. */
  readonly bodies: readonly (Body | null)[]
  readonly shapes: readonly Shape[]
}

type Stretch = readonly [number, number, number, number, number, number]

const stretched = (mesh: SceneMesh, [xx, xy, xz, yy, yz, zz]: Stretch): SceneMesh => {
  const positions = new Float32Array(mesh.positions.length)
  for (let v = 0; v < positions.length; v += 3) {
    const [x, y, z] = [mesh.positions[v] ?? 0, mesh.positions[v + 1] ?? 0, mesh.positions[v + 2] ?? 0]
    positions[v] = xx * x + xy * y + xz * z
    positions[v + 1] = yy * y + yz * z
    positions[v + 2] = zz * z
  }
  if (xx * yy * zz > 0) return { positions, indices: mesh.indices }
  const indices = mesh.indices.slice()
  for (let t = 0; t + 2 < indices.length; t += 3) {
    indices[t + 1] = mesh.indices[t + 2] ?? 0
    indices[t + 2] = mesh.indices[t + 1] ?? 0
  }
  return { positions, indices }
}

/** Box of a shape turned by the rotation of a matrix, before its shift. */
const turnedBox = (shape: Shape, m: Matrix): Float64Array => {
  const box = Float64Array.of(Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity)
  const { positions, indices } = shape
  const [a, b, c, d, e, f, g, h, i] = [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]] as number[] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  for (const vertex of indices) {
    const x = positions[vertex * 3] as number
    const y = positions[vertex * 3 + 1] as number
    const z = positions[vertex * 3 + 2] as number
    const [u, v, w] = [a * x + d * y + g * z, b * x + e * y + h * z, c * x + f * y + i * z]
    if (u < (box[0] as number)) box[0] = u
    if (v < (box[1] as number)) box[1] = v
    if (w < (box[2] as number)) box[2] = w
    if (u > (box[3] as number)) box[3] = u
    if (v > (box[4] as number)) box[4] = v
    if (w > (box[5] as number)) box[5] = w
  }
  return box
}

const MOST_TURNS = 8
const sameTurn = (a: Matrix, b: Matrix): boolean => {
  for (let k = 0; k < 11; k += 1) if (a[k] !== b[k]) return false
  return true
}

/** Placements are alike when their terms agree to a micrometre, and to a billionth of a turn. */
export const likeness = (m: Matrix): string => {
  let key = ''
  for (let k = 0; k < 15; k += 1) {
    if (k % 4 === 3) continue
    key += `${Math.round((m[k] ?? 0) * (k < 12 ? 1e9 : 1e6)) + 0},`
  }
  return key
}

export const stageOf = (scene: Scene): Stage => {
  const shapes: Shape[] = []
  const known = new Map<string, number>()
  const shapeAt = (mesh: number, stretch: Stretch | null): number => {
    const key = stretch === null ? `${mesh}` : `${mesh}:${stretch.map((value) => value.toPrecision(9)).join()}`
    const index = known.get(key)
    if (index !== undefined) return index
    const source = scene.meshes[mesh]
    const shape = source === undefined ? null : shapeOf(stretch === null ? source : stretched(source, stretch))
    const made = shape === null ? -1 : shapes.push(shape) - 1
    known.set(key, made)
    return made
  }
  const boxes = new Map<number, { readonly matrix: Matrix; readonly box: Float64Array }[]>()
  /** Boxes are remembered for the last few ways that a shape was turned: most things stand in a handful of directions. */
  const placedBox = (index: number, shape: Shape, m: Matrix): Float64Array => {
    const list = boxes.get(index) ?? []
    let known = list.find(({ matrix }) => sameTurn(matrix, m))
    if (known === undefined) {
      known = { matrix: m, box: turnedBox(shape, m) }
      if (list.length === MOST_TURNS) list.shift()
      list.push(known)
      boxes.set(index, list)
    }
    const box = new Float64Array(6)
    for (let side = 0; side < 6; side += 1) box[side] = (known.box[side] ?? 0) + (m[12 + (side % 3)] ?? 0)
    return box
  }
  const lists: { part: Part; index: number }[][] = scene.elements.map(() => [])
  for (const [k, element] of scene.partElement.entries()) {
    const factored = factor(scene.matrices.subarray(k * 16, k * 16 + 16))
    const index = factored === null ? -1 : shapeAt(scene.partMesh[k] ?? 0, factored.stretch)
    const shape = shapes[index]
    if (factored === null || shape === undefined) continue
    const part = { shape, matrix: factored.rigid, box: placedBox(index, shape, factored.rigid) }
    lists[element]?.push({ part, index })
  }
  const forms = new Map<string, number>()
  const bodies = lists.map((list): Body | null => {
    const [first] = list
    if (first === undefined) return null
    const back = list.length > 1 ? inverseRigid(first.part.matrix) : null
    const key = list
      .map(({ part, index }, k) =>
        back === null || k === 0 ? `${index}` : `${index}@${likeness(multiply(back, part.matrix))}`,
      )
      .join(';')
    const form = forms.get(key) ?? forms.size
    forms.set(key, form)
    const box = Float64Array.from(first.part.box)
    for (const { part } of list)
      for (let axis = 0; axis < 3; axis += 1) {
        box[axis] = Math.min(box[axis] ?? 0, part.box[axis] ?? 0)
        box[axis + 3] = Math.max(box[axis + 3] ?? 0, part.box[axis + 3] ?? 0)
      }
    return { parts: list.map(({ part }) => part), box, form }
  })
  return { bodies, shapes }
}

/** The coordinates of `b` seen from `a`. */
export const relativeOf = (a: Matrix, b: Matrix): Matrix => multiply(inverseRigid(a), b)

/** Box of points placed by a matrix. */
export const boxOf = (
  points: ArrayLike<number>,
  m: Matrix,
): { min: [number, number, number]; max: [number, number, number] } => {
  const min: [number, number, number] = [Infinity, Infinity, Infinity]
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (let v = 0; v + 2 < points.length; v += 3) {
    const placed = apply(m, points[v] ?? 0, points[v + 1] ?? 0, points[v + 2] ?? 0)
    for (const axis of [0, 1, 2] as const) {
      min[axis] = Math.min(min[axis], placed[axis])
      max[axis] = Math.max(max[axis], placed[axis])
    }
  }
  return { min, max }
}
