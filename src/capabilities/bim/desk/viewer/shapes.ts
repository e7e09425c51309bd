/** Turns geometry of the contract into objects of three: pipes as instanced meshes, IFC elements as batches by class. */
import {
  BatchedMesh,
  BoxGeometry,
  BufferAttribute,
  BufferGeometry,
  Color,
  CylinderGeometry,
  DoubleSide,
  InstancedMesh,
  LineBasicMaterial,
  LineSegments,
  type Material,
  Matrix4,
  MeshLambertMaterial,
  type Plane,
  Sphere,
  Vector3,
  Vector4,
} from 'three'
import type { IfcGeometry, NetworkGeometry } from '../../model/geometry.ts'
import { pipeFlags, pipeGroups } from './pipes.ts'
import { product } from './placing.ts'
import { type Box, boxOf, plus, type Vec } from './vector.ts'

export type Rgb = readonly [red: number, green: number, blue: number]
/** What differs between two versions, by the id of an object. */
export type Change = 'added' | 'removed' | 'changed' | 'same'
export const changeColours: Readonly<Record<Change, Rgb>> = {
  added: [24, 138, 66],
  removed: [198, 40, 40],
  changed: [214, 137, 16],
  same: [176, 182, 189],
}
export const selectedColour: Rgb = [255, 214, 10]

/** One thing that is drawn and can be shown, hidden or made transparent as a whole: a class of pipes or of elements. */
export interface Part {
  readonly layer: string
  readonly model: string
  readonly material: Material
  /** Sets the colour of an object; null: its own. Gives whether it is here. */
  readonly paint: (object: number, colour: Rgb | null) => boolean
  readonly dispose: () => void
}
export interface PipePart extends Part {
  readonly kind: 'pipes'
  readonly mesh: InstancedMesh
  readonly levels: readonly [BufferGeometry, BufferGeometry, BufferGeometry]
  /** The axes, for far away: a pipe thinner than a pixel would break into dots. */
  readonly lines: LineSegments<BufferGeometry, LineBasicMaterial>
}
export interface ElementPart extends Part {
  readonly kind: 'elements'
  readonly mesh: BatchedMesh
  /** Element of each instance. */
  readonly elementOf: readonly number[]
}
export interface WellPart extends Part {
  readonly kind: 'wells'
  readonly mesh: InstancedMesh
}
export type AnyPart = PipePart | ElementPart | WellPart

const colourOf = ([red, green, blue]: Rgb): Color => new Color().setRGB(red / 255, green / 255, blue / 255, 'srgb')
const grey = new Color().setRGB(0.72, 0.74, 0.76, 'srgb')

/** A cylinder of length one along z. The coarse ones have no ends: nobody sees them from far away. */
export const cylinder = (sides: number, closed: boolean): BufferGeometry => {
  const made = new CylinderGeometry(0.5, 0.5, 1, sides, 1, !closed)
  made.rotateX(Math.PI / 2)
  return made
}
export const material = (planes: Plane[]): MeshLambertMaterial =>
  new MeshLambertMaterial({ clippingPlanes: planes, side: DoubleSide })

export interface Sources {
  readonly colourOfClass: (code: string) => Rgb
  readonly change: ((id: string) => Change) | null
  readonly planes: Plane[]
  readonly round: readonly [BufferGeometry, BufferGeometry, BufferGeometry]
  readonly box: BufferGeometry
}
export const sharedShapes = (sides: readonly [number, number, number]) => ({
  round: [cylinder(sides[0], true), cylinder(sides[1], true), cylinder(sides[2], false)] as const,
  box: new BoxGeometry(1, 1, 1),
})

const restored = (base: readonly Color[], place: number): Color => base[place] ?? grey

export const pipeParts = (
  model: string,
  geometry: NetworkGeometry,
  shift: Vec,
  { colourOfClass, change, planes, round, box }: Sources,
): readonly AnyPart[] => [
  ...pipeGroups(geometry, shift).map((group): PipePart => {
    const levels = group.form === 'box' ? ([box, box, box] as const) : round
    const own = material(planes)
    const mesh = new InstancedMesh(levels[2], own, group.pipes.length)
    mesh.instanceMatrix = mesh.instanceMatrix.copyArray(group.matrices)
    mesh.boundingSphere = new Sphere(new Vector3(...group.centre), group.radius)
    const plain = colourOf(colourOfClass(group.code))
    const places = new Map<number, number>()
    const base: Color[] = []
    for (const [place, index] of group.pipes.entries()) {
      places.set(index, place)
      const colour = change === null ? plain.clone() : colourOf(changeColours[change(geometry.pipes.ids[index] ?? '')])
      const flags = geometry.pipes.flags[index] ?? 0
      // What is assumed or lies dead pales; the words beside say why.
      if (change === null && group.assumed[place] === 1) colour.lerp(grey, 0.6)
      if (change === null && (flags & pipeFlags.abandoned) !== 0) colour.lerp(grey, 0.5)
      base.push(colour)
      mesh.setColorAt(place, colour)
    }
    const lines = axisLines(group.matrices, base, planes)
    const lineColours = lines.geometry.getAttribute('color')
    return {
      kind: 'pipes',
      lines,
      layer: group.code,
      model,
      material: own,
      mesh,
      levels,
      paint: (object, colour) => {
        const place = places.get(object)
        if (place === undefined) return false
        const given = colour === null ? restored(base, place) : colourOf(colour)
        mesh.setColorAt(place, given)
        lineColours.setXYZ(place * 2, given.r, given.g, given.b)
        lineColours.setXYZ(place * 2 + 1, given.r, given.g, given.b)
        lineColours.needsUpdate = true
        if (mesh.instanceColor !== null) mesh.instanceColor.needsUpdate = true
        return true
      },
      dispose: () => {
        mesh.dispose()
        own.dispose()
        lines.geometry.dispose()
        lines.material.dispose()
      },
    }
  }),
  ...wellParts(model, geometry, shift, planes, round[1]),
]

/** The axes of pipes by their matrices: the third column runs from end to end about the middle. */
const axisLines = (
  matrices: Float32Array,
  colours: readonly Color[],
  planes: Plane[],
): LineSegments<BufferGeometry, LineBasicMaterial> => {
  const positions = new Float32Array((matrices.length / 16) * 6)
  const shades = new Float32Array(positions.length)
  for (let place = 0; place < matrices.length / 16; place += 1) {
    const colour = colours[place] ?? grey
    for (let axis = 0; axis < 3; axis += 1) {
      const half = (matrices[place * 16 + 8 + axis] ?? 0) / 2
      const middle = matrices[place * 16 + 12 + axis] ?? 0
      positions[place * 6 + axis] = middle - half
      positions[place * 6 + 3 + axis] = middle + half
    }
    for (const end of [0, 3]) colour.toArray(shades, place * 6 + end)
  }
  const shape = new BufferGeometry()
  shape.setAttribute('position', new BufferAttribute(positions, 3))
  shape.setAttribute('color', new BufferAttribute(shades, 3))
  return new LineSegments(shape, new LineBasicMaterial({ vertexColors: true, clippingPlanes: planes }))
}

/** Chambers, from the ground to their bottom. */
export const WELLS = 'wells'
const USUAL_WELL_M = 0.7
const wellParts = (
  model: string,
  geometry: NetworkGeometry,
  shift: Vec,
  planes: Plane[],
  shape: BufferGeometry,
): readonly WellPart[] => {
  const { at, well } = geometry.nodes
  const deep = [...geometry.nodes.ids.keys()].filter(
    (k) => (well[k * 2] ?? Number.NaN) > 0 && !Number.isNaN(at[k * 3 + 2] ?? Number.NaN),
  )
  if (deep.length === 0) return []
  const own = material(planes)
  own.color = colourOf([126, 134, 143])
  const mesh = new InstancedMesh(shape, own, deep.length)
  const matrix = new Matrix4()
  for (const [place, k] of deep.entries()) {
    const depth = well[k * 2] ?? 0
    const known = well[k * 2 + 1] ?? Number.NaN
    const size = Number.isNaN(known) ? USUAL_WELL_M : known
    const [x, y, z] = plus([at[k * 3] ?? 0, at[k * 3 + 1] ?? 0, at[k * 3 + 2] ?? 0], shift)
    matrix.makeScale(size, size, depth).setPosition(x, y, z - depth / 2)
    mesh.setMatrixAt(place, matrix)
  }
  mesh.computeBoundingSphere()
  return [
    {
      kind: 'wells',
      layer: WELLS,
      model,
      material: own,
      mesh,
      paint: () => false,
      dispose: () => {
        mesh.dispose()
        own.dispose()
      },
    },
  ]
}

const isClear = (alpha: number): boolean => alpha < 0.99

/** Elements: every unique mesh is stored once in the batch of its class and drawn wherever it is placed. */
export const elementParts = (
  model: string,
  geometry: IfcGeometry,
  toScene: Float64Array,
  { change, planes }: Pick<Sources, 'change' | 'planes'>,
): readonly ElementPart[] => {
  const { parts, meshes, elements } = geometry
  const byClass = new Map<string, number[]>()
  for (let part = 0; part < parts.mesh.length; part += 1) {
    const name = elements[parts.element[part] ?? 0]?.class ?? ''
    const key = `${name} ${isClear(parts.colours[part * 4 + 3] ?? 1) ? 'clear' : 'solid'}`
    const there = byClass.get(key)
    if (there === undefined) byClass.set(key, [part])
    else there.push(part)
  }
  return [...byClass].map(([key, own]): ElementPart => {
    const unique = [...new Set(own.map((part) => parts.mesh[part] ?? 0))]
    const span = (starts: Uint32Array, mesh: number): readonly [number, number] => [
      starts[mesh] ?? 0,
      starts[mesh + 1] ?? 0,
    ]
    const sum = (starts: Uint32Array): number =>
      unique.reduce((total, mesh) => total + span(starts, mesh)[1] - span(starts, mesh)[0], 0)
    const look = new MeshLambertMaterial({
      clippingPlanes: planes,
      side: DoubleSide,
      flatShading: true,
      transparent: key.endsWith(' clear'),
    })
    const mesh = new BatchedMesh(own.length, sum(meshes.vertexStarts), sum(meshes.indexStarts), look)
    mesh.sortObjects = key.endsWith(' clear')
    const numbers = new Map<number, number>()
    for (const each of unique) {
      const [vertexFrom, vertexTo] = span(meshes.vertexStarts, each)
      const [indexFrom, indexTo] = span(meshes.indexStarts, each)
      const shape = new BufferGeometry()
      shape.setAttribute('position', new BufferAttribute(meshes.positions.slice(vertexFrom * 3, vertexTo * 3), 3))
      shape.setIndex(new BufferAttribute(meshes.indices.slice(indexFrom, indexTo), 1))
      numbers.set(each, mesh.addGeometry(shape))
      shape.dispose()
    }
    const elementOf: number[] = []
    const base: Vector4[] = []
    const matrix = new Matrix4()
    for (const part of own) {
      const instance = mesh.addInstance(numbers.get(parts.mesh[part] ?? 0) ?? 0)
      mesh.setMatrixAt(instance, matrix.fromArray(product(toScene, parts.matrices, part * 16)))
      const element = parts.element[part] ?? 0
      elementOf[instance] = element
      const [red = 0.8, green = 0.8, blue = 0.8, alpha = 1] = parts.colours.subarray(part * 4, part * 4 + 4)
      const plain = new Color().setRGB(red, green, blue, 'srgb')
      if (change !== null) plain.copy(colourOf(changeColours[change(elements[element]?.id ?? '')]))
      base[instance] = new Vector4(plain.r, plain.g, plain.b, alpha)
      mesh.setColorAt(instance, base[instance])
    }
    return {
      kind: 'elements',
      layer: key.slice(0, key.lastIndexOf(' ')),
      model,
      material: look,
      mesh,
      elementOf,
      paint: (object, colour) => {
        let found = false
        for (const [instance, element] of elementOf.entries()) {
          if (element !== object) continue
          found = true
          const given = colour === null ? null : colourOf(colour)
          const plain = base[instance] ?? new Vector4(0.8, 0.8, 0.8, 1)
          mesh.setColorAt(instance, given === null ? plain : new Vector4(given.r, given.g, given.b, 1))
        }
        return found
      },
      dispose: () => {
        mesh.dispose()
        look.dispose()
      },
    }
  })
}

/** The box around the placed meshes of an IFC model, by the corners of each mesh. */
export const boxOfElements = (geometry: IfcGeometry, toScene: Float64Array): Box | null => {
  const { parts, meshes } = geometry
  const corners = new Map<number, readonly Vec[]>()
  const cornersOf = (mesh: number): readonly Vec[] => {
    const known = corners.get(mesh)
    if (known !== undefined) return known
    const from = meshes.vertexStarts[mesh] ?? 0
    const to = meshes.vertexStarts[mesh + 1] ?? 0
    let box: Box | null = null
    const low = [Infinity, Infinity, Infinity]
    const high = [-Infinity, -Infinity, -Infinity]
    for (let k = from * 3; k < to * 3; k += 1) {
      const axis = k % 3
      low[axis] = Math.min(low[axis] ?? Infinity, meshes.positions[k] ?? Infinity)
      high[axis] = Math.max(high[axis] ?? -Infinity, meshes.positions[k] ?? -Infinity)
    }
    if (to > from) box = { min: low as unknown as Vec, max: high as unknown as Vec }
    const made: Vec[] =
      box === null
        ? []
        : [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [
            (bits & 1) === 0 ? (low[0] ?? 0) : (high[0] ?? 0),
            (bits & 2) === 0 ? (low[1] ?? 0) : (high[1] ?? 0),
            (bits & 4) === 0 ? (low[2] ?? 0) : (high[2] ?? 0),
          ])
    corners.set(mesh, made)
    return made
  }
  const point = new Vector3()
  const matrix = new Matrix4()
  function* all(): Iterable<Vec> {
    for (let part = 0; part < parts.mesh.length; part += 1) {
      matrix.fromArray(product(toScene, parts.matrices, part * 16))
      for (const corner of cornersOf(parts.mesh[part] ?? 0)) {
        point.set(...corner).applyMatrix4(matrix)
        yield [point.x, point.y, point.z]
      }
    }
  }
  return boxOf(all())
}
