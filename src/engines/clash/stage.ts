/** A scene made ready for many questions: one tree a unique mesh, rigid placements, exact boxes, and which elements are alike. */
import { factor, inverseRigid, type Matrix, multiply } from './matrix.ts'
import type { Scene, SceneMesh } from './model.ts'
import { Rows } from './rows.ts'
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

/** In flat arrays, as scenes hold tens of thousands of elements; the parts of an element lie together. */
export interface Stage {
  readonly shapes: readonly Shape[]
  /** Parts of element `e`: from `firstPart[e]` to below `firstPart[e + 1]`; none for an element without geometry. */
  readonly firstPart: Uint32Array
  readonly partShape: Uint32Array
  /** Sixteen numbers a part. */
  readonly matrices: Float64Array
  /** Six numbers an element: least x y z, greatest x y z. */
  readonly boxes: Float64Array
  readonly forms: Uint32Array
  /** Null for an element without geometry. */
  readonly body: (element: number) => Body | null
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

/** Placements are alike when their terms agree to a micrometre, and to a billionth of a turn: twelve whole numbers. */
export const LIKENESS = 12

/** Writes what makes a placement like another, seen from `a`: the likeness of `relativeOf(a, b)`. */
const putLikeness = (a: Float64Array, i: number, b: Float64Array, k: number, row: Float64Array, at: number): void => {
  const x = a[i + 12] as number
  const y = a[i + 13] as number
  const z = a[i + 14] as number
  for (let axis = 0; axis < 3; axis += 1) {
    const p = a[i + axis * 4] as number
    const q = a[i + axis * 4 + 1] as number
    const r = a[i + axis * 4 + 2] as number
    for (let column = 0; column < 3; column += 1) {
      const c = k + column * 4
      const term = p * (b[c] as number) + q * (b[c + 1] as number) + r * (b[c + 2] as number)
      row[at + column * 3 + axis] = Math.round(term * 1e9)
    }
    const shift =
      p * (b[k + 12] as number) + q * (b[k + 13] as number) + r * (b[k + 14] as number) + -(p * x + q * y + r * z)
    row[at + 9 + axis] = Math.round(shift * 1e6)
  }
}

export const PAIR_KEY = LIKENESS + 2
/** Pairs with the same row have the same verdict, up to their place. */
export const putPairKey = (stage: Stage, a: number, b: number, row: Float64Array): void => {
  row[0] = stage.forms[a] as number
  row[1] = stage.forms[b] as number
  const { firstPart, matrices } = stage
  putLikeness(matrices, (firstPart[a] as number) * 16, matrices, (firstPart[b] as number) * 16, row, 2)
}

/** One way in which a mesh is placed, whatever the shift. */
interface Turn {
  /** Where the terms of the scene begin that say it. */
  readonly at: number
  /** Index of the stretched mesh; -1: nothing can be placed so. */
  readonly shape: number
  readonly rigid: Matrix
  /** Box before the shift. */
  readonly box: Float64Array
}
/** Turns are remembered for the last few ways that a mesh was placed: most things stand in a handful of directions. */
const MOST_TURNS = 8
const NOWHERE: Pick<Turn, 'shape' | 'rigid' | 'box'> = {
  shape: -1,
  rigid: new Float64Array(16),
  box: new Float64Array(6),
}
const sameTurn = (matrices: Float64Array, i: number, k: number): boolean => {
  for (let term = 0; term < 11; term += 1) if (term % 4 !== 3 && matrices[i + term] !== matrices[k + term]) return false
  return true
}

/** Finds turns of meshes, and makes each shape once. */
const turnsOf = (scene: Scene, shapes: Shape[]): ((mesh: number, at: number) => Turn) => {
  const known = new Map<string, number>()
  const turns: (Turn[] | undefined)[] = []
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
  const make = (mesh: number, at: number): Turn => {
    const terms = scene.matrices.slice(at, at + 16)
    terms.fill(0, 12, 15)
    const factored = factor(terms)
    const index = factored === null ? -1 : shapeAt(mesh, factored.stretch)
    const shape = shapes[index]
    if (factored === null || shape === undefined) return { at, ...NOWHERE }
    return { at, shape: index, rigid: factored.rigid, box: turnedBox(shape, factored.rigid) }
  }
  return (mesh, at) => {
    let list = turns[mesh]
    if (list === undefined) {
      list = []
      turns[mesh] = list
    }
    for (const turn of list) if (sameTurn(scene.matrices, turn.at, at)) return turn
    const turn = make(mesh, at)
    if (list.length === MOST_TURNS) list.shift()
    list.push(turn)
    return turn
  }
}

/** Numbers elements by their form: the same shapes, placed alike relative to the first. */
const formsOf = ({ firstPart, partShape, matrices }: Omit<Stage, 'forms' | 'body'>): Uint32Array => {
  const count = firstPart.length - 1
  const forms = new Uint32Array(count)
  const rows = new Rows()
  let row = new Float64Array(64)
  for (let element = 0; element < count; element += 1) {
    const first = firstPart[element] as number
    const end = firstPart[element + 1] as number
    if (first === end) continue
    const length = 1 + (end - first - 1) * (LIKENESS + 1)
    if (length > row.length) row = new Float64Array(length * 2)
    row[0] = partShape[first] as number
    for (let part = first + 1, at = 1; part < end; part += 1, at += LIKENESS + 1) {
      row[at] = partShape[part] as number
      putLikeness(matrices, first * 16, matrices, part * 16, row, at + 1)
    }
    const known = rows.find(row, length)
    forms[element] = known < 0 ? rows.add(row, length) : known
  }
  return forms
}

export const stageOf = (scene: Scene): Stage => {
  const { partElement, partMesh } = scene
  const elements = scene.elements.length
  const shapes: Shape[] = []
  const turnOf = turnsOf(scene, shapes)
  const turns: (Turn | null)[] = []
  const firstPart = new Uint32Array(elements + 1)
  for (let k = 0; k < partElement.length; k += 1) {
    const at = k * 16
    const element = partElement[k] as number
    const shift =
      (scene.matrices[at + 12] as number) + (scene.matrices[at + 13] as number) + (scene.matrices[at + 14] as number)
    const turn = element < elements && Number.isFinite(shift) ? turnOf(partMesh[k] ?? 0, at) : null
    const placed = turn === null || turn.shape < 0 ? null : turn
    turns.push(placed)
    if (placed !== null) firstPart[element + 1] = (firstPart[element + 1] as number) + 1
  }
  for (let element = 0; element < elements; element += 1)
    firstPart[element + 1] = (firstPart[element + 1] as number) + (firstPart[element] as number)
  const parts = firstPart[elements] as number
  const partShape = new Uint32Array(parts)
  const matrices = new Float64Array(parts * 16)
  const partBoxes = new Float64Array(parts * 6)
  const next = firstPart.slice()
  const boxes = new Float64Array(elements * 6)
  for (let k = 0; k < elements * 6; k += 1) boxes[k] = k % 6 < 3 ? Infinity : -Infinity
  for (const [k, turn] of turns.entries()) {
    if (turn === null) continue
    const element = partElement[k] as number
    const part = next[element] as number
    next[element] = part + 1
    partShape[part] = turn.shape
    for (let term = 0; term < 16; term += 1) matrices[part * 16 + term] = turn.rigid[term] as number
    for (let axis = 0; axis < 3; axis += 1) {
      const shift = scene.matrices[k * 16 + 12 + axis] as number
      matrices[part * 16 + 12 + axis] = shift
      const low = (turn.box[axis] as number) + shift
      const high = (turn.box[axis + 3] as number) + shift
      partBoxes[part * 6 + axis] = low
      partBoxes[part * 6 + axis + 3] = high
      if (low < (boxes[element * 6 + axis] as number)) boxes[element * 6 + axis] = low
      if (high > (boxes[element * 6 + axis + 3] as number)) boxes[element * 6 + axis + 3] = high
    }
  }
  const flat = { shapes, firstPart, partShape, matrices, boxes }
  const forms = formsOf(flat)
  const body = (element: number): Body | null => {
    const first = firstPart[element] ?? 0
    const end = firstPart[element + 1] ?? first
    if (first === end) return null
    const list: Part[] = []
    for (let part = first; part < end; part += 1)
      list.push({
        shape: shapes[partShape[part] as number] as Shape,
        matrix: matrices.subarray(part * 16, part * 16 + 16),
        box: partBoxes.subarray(part * 6, part * 6 + 6),
      })
    return { parts: list, box: boxes.subarray(element * 6, element * 6 + 6), form: forms[element] as number }
  }
  return { ...flat, forms, body }
}

/** The coordinates of `b` seen from `a`. */
export const relativeOf = (a: Matrix, b: Matrix): Matrix => multiply(inverseRigid(a), b)

/** Box of points placed by the matrix that begins at `at`. */
export const boxOf = (
  points: ArrayLike<number>,
  m: Float64Array,
  at: number,
): { readonly min: [number, number, number]; readonly max: [number, number, number] } => {
  const min: [number, number, number] = [Infinity, Infinity, Infinity]
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (let axis = 0; axis < 3; axis += 1) {
    const p = m[at + axis] as number
    const q = m[at + 4 + axis] as number
    const r = m[at + 8 + axis] as number
    const shift = m[at + 12 + axis] as number
    let low = Infinity
    let high = -Infinity
    for (let v = 0; v + 2 < points.length; v += 3) {
      const value = p * (points[v] as number) + q * (points[v + 1] as number) + r * (points[v + 2] as number) + shift
      if (value < low) low = value
      if (value > high) high = value
    }
    min[axis] = low
    max[axis] = high
  }
  return { min, max }
}
