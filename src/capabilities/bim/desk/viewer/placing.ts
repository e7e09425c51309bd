/** Brings models of different origins into one scene: differences of large numbers are taken in double precision. */
import type { IfcGeometry, ViewerGeometry } from '../../model/geometry.ts'
import { minus, type Vec } from './vector.ts'

const isOnMap = (geometry: ViewerGeometry): boolean => geometry.kind === 'network' || geometry.toMap !== null
/** Where zero of the scene lies in map coordinates: where the first model on the map begins, else the first model. */
export const originOf = (geometries: readonly ViewerGeometry[]): Vec => {
  const first = geometries.find(isOnMap) ?? geometries[0]
  if (first === undefined) return [0, 0, 0]
  if (first.kind === 'ifc' && first.toMap !== null) return translationOf(first.toMap)
  return first.origin
}
const translationOf = (matrix: Float64Array): Vec => [matrix[12] ?? 0, matrix[13] ?? 0, matrix[14] ?? 0]

/** From positions about the model's origin to the scene. A model without a place on the map stands at zero among others. */
export const shiftOf = (geometry: ViewerGeometry, origin: Vec, all: readonly ViewerGeometry[]): Vec =>
  !isOnMap(geometry) && all.some(isOnMap) ? [0, 0, 0] : minus(geometry.origin, origin)

/** Column-major matrix from positions about an IFC model's origin to the scene. */
export const ifcMatrix = (geometry: IfcGeometry, origin: Vec, all: readonly ViewerGeometry[]): Float64Array => {
  const matrix = Float64Array.from(geometry.toMap ?? [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
  const shift = geometry.toMap === null ? shiftOf(geometry, origin, all) : minus(translationOf(geometry.toMap), origin)
  matrix[12] = shift[0]
  matrix[13] = shift[1]
  matrix[14] = shift[2]
  return matrix
}
/** Product of two column-major matrices, in double precision. */
export const product = (a: ArrayLike<number>, b: ArrayLike<number>, offset = 0): Float64Array => {
  const out = new Float64Array(16)
  for (let column = 0; column < 4; column += 1)
    for (let row = 0; row < 4; row += 1) {
      let sum = 0
      for (let k = 0; k < 4; k += 1) sum += (a[k * 4 + row] ?? 0) * (b[offset + column * 4 + k] ?? 0)
      out[column * 4 + row] = sum
    }
  return out
}
/** Sentences on what cannot be shown in one place; empty: all is well. */
export const placingDoubts = (models: readonly { readonly name: string; readonly geometry: ViewerGeometry }[]) => {
  const onMap = models.filter(({ geometry }) => isOnMap(geometry))
  const systems = new Set(onMap.map(({ geometry }) => geometry.epsg))
  return {
    loose: onMap.length === 0 ? [] : models.filter(({ geometry }) => !isOnMap(geometry)).map(({ name }) => name),
    mixed: systems.size > 1,
  }
}
