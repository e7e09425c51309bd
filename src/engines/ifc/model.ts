/**
 * An IFC model as plain data: elements, unique meshes and their placements (metres, Z up, relative to `origin`), and what else
 * the file says about the place on earth. `scene` is what the clash engine reads; a viewer takes the same arrays.
 */
import type { Scene } from '../clash/model.ts'

export const ifcSchemas = ['IFC2X3', 'IFC4', 'IFC4X3'] as const
export type IfcSchema = (typeof ifcSchemas)[number]

export interface Classification {
  /** Name of the classification system; null where the file does not say. */
  readonly system: string | null
  readonly code: string | null
  readonly name: string | null
}

/** What the file says about an element of the scene with the same index, beside what selectors need. */
export interface ElementDetail {
  /** Number of the line in the file. */
  readonly line: number
  readonly tag: string | null
  readonly predefinedType: string | null
  readonly typeName: string | null
  readonly materials: readonly string[]
  readonly classifications: readonly Classification[]
  /** Index of the element that it is a part of; null for none. */
  readonly partOf: number | null
}

export interface Port {
  readonly id: string
  readonly name: string | null
  /** Index of its element; null where the file does not say. */
  readonly element: number | null
  readonly flow: 'SOURCE' | 'SINK' | 'SOURCEANDSINK' | null
}

/** Where the project's own coordinates lie on a map (IfcMapConversion and IfcProjectedCRS). */
export interface Georeference {
  /** Number after 'EPSG:'; null where the name is another one. */
  readonly epsg: number | null
  readonly name: string | null
  readonly verticalDatum: string | null
  /** Map coordinates of the project's zero point, metres. */
  readonly eastings: number
  readonly northings: number
  readonly height: number
  /** Direction of the project's x axis on the map, a unit vector (east, north). */
  readonly axisEast: number
  readonly axisNorth: number
  /** Map metres per metre of the project. */
  readonly scale: number
}

export interface MissingGeometry {
  readonly line: number
  readonly id: string
  readonly class: string
  readonly name: string | null
  /** `not-meshed`: it has a body that could not be made into triangles. `no-body`: the file gives it none (at most an axis). */
  readonly reason: 'not-meshed' | 'no-body'
}

export interface IfcModel {
  readonly schema: IfcSchema
  /** As the file writes it: 'IFC4X3_ADD2'. */
  readonly schemaName: string
  readonly application: string | null
  readonly writtenAt: string | null
  readonly projectName: string | null
  /** Metres per unit of length of the file. */
  readonly unitM: number
  readonly scene: Scene
  /** One an element of the scene. */
  readonly details: readonly ElementDetail[]
  /** Red, green, blue, opacity of each part, 0 to 1. */
  readonly colours: Float32Array
  readonly ports: readonly Port[]
  /** Pairs of port indices that are joined, two numbers a pair. */
  readonly portJoins: Uint32Array
  readonly georeference: Georeference | null
  /** Latitude and longitude of the site, degrees (WGS 84); null where the file does not say. */
  readonly site: { readonly latitude: number; readonly longitude: number } | null
  readonly missing: readonly MissingGeometry[]
  /** How many are missing, by class. */
  readonly missingByClass: Readonly<Record<string, number>>
  readonly warnings: readonly string[]
}

/** From coordinates of the project (the origin of the scene added) to the map, metres. */
export const toMap = (
  { eastings, northings, height, axisEast, axisNorth, scale }: Georeference,
  [x, y, z]: readonly [number, number, number],
): [number, number, number] => [
  eastings + scale * (axisEast * x - axisNorth * y),
  northings + scale * (axisNorth * x + axisEast * y),
  height + scale * z,
]
