/** Small geometry of the page: views from above and from the side, where an object lies. Pure. */
import type { ViewerGeometry } from '../../../model/geometry.ts'
import type { Change } from '../shapes.ts'
import { plus, type Vec } from '../vector.ts'

/** Metres from which a conflict is looked at. */
export const NEAR_M = 14
export const changeFor =
  (sets: { readonly added: ReadonlySet<string>; readonly changed: ReadonlySet<string> }, old: boolean) =>
  (id: string): Change =>
    old ? 'removed' : sets.added.has(id) ? 'added' : sets.changed.has(id) ? 'changed' : 'same'
export const sizeOf = (geometry: ViewerGeometry): number =>
  geometry.kind === 'network' ? geometry.pipes.ids.length : geometry.elements.length
export const mapPlace = ([east, north, height]: Vec) => ({ east, north, height })
const distanceOf = (pose: { readonly position: Vec; readonly target: Vec }): number =>
  Math.hypot(...pose.position.map((value, k) => value - (pose.target[k] ?? 0)))
export const topOf = (pose: { readonly position: Vec; readonly target: Vec }) => ({
  target: pose.target,
  position: plus(pose.target, [0, -distanceOf(pose) * 0.02, distanceOf(pose)]),
})
export const sideOf = (pose: { readonly position: Vec; readonly target: Vec }) => ({
  target: pose.target,
  position: plus(pose.target, [0, -distanceOf(pose), distanceOf(pose) * 0.05]),
})
/** The middle of a pipe, in the scene; null where the object has no place of its own here. */
export const middleOfObject = (geometry: ViewerGeometry, id: string, origin: Vec): Vec | null => {
  if (geometry.kind !== 'network') return null
  const k = geometry.pipes.ids.indexOf(id)
  if (k === -1) return null
  const at = (offset: number): number => {
    const value = geometry.pipes.axis[k * 6 + offset] ?? Number.NaN
    return Number.isNaN(value) ? 0 : value
  }
  return [
    (at(0) + at(3)) / 2 + geometry.origin[0] - origin[0],
    (at(1) + at(4)) / 2 + geometry.origin[1] - origin[1],
    (at(2) + at(5)) / 2 + geometry.origin[2] - origin[2],
  ]
}
