/** A network on the map: GeoJSON (RFC 7946, longitude and latitude of WGS 84, seven decimals: about a centimetre). */
import { converterFor, type PlanePosition } from '../geo/projection.ts'
import { applyShift, type GridShift } from '../geo/shift.ts'
import { pipesOf } from './axis.ts'
import type { Network } from './model.ts'

export interface GeoFeature {
  readonly type: 'Feature'
  readonly id: string
  readonly geometry:
    | { readonly type: 'Point'; readonly coordinates: readonly [number, number] }
    | { readonly type: 'LineString'; readonly coordinates: readonly (readonly [number, number])[] }
  readonly properties: Readonly<Record<string, string | number | null>>
}
export interface GeoFeatures {
  readonly type: 'FeatureCollection'
  readonly features: readonly GeoFeature[]
}

/** Null when the network has no known coordinate system. `shift` takes a local grid to that of `epsg` first. */
export const geoJsonOf = (
  network: Network,
  shift: GridShift | null = null,
  epsg = network.epsg,
): GeoFeatures | null => {
  const converter = epsg === null ? undefined : converterFor(epsg)
  if (converter === undefined) return null
  const at = (position: PlanePosition): readonly [number, number] => {
    const { longitude, latitude } = converter.toGeographic(shift === null ? position : applyShift(shift, position))
    return [Math.round(longitude * 1e7) / 1e7, Math.round(latitude * 1e7) / 1e7]
  }
  const points = network.points
    .filter(({ east, north }) => Number.isFinite(east) && Number.isFinite(north))
    .map(
      (point): GeoFeature => ({
        type: 'Feature',
        id: `point:${point.no}`,
        geometry: { type: 'Point', coordinates: at(point) },
        properties: {
          no: point.no,
          kind: point.kind,
          code: point.code,
          ground: point.ground,
          feature: point.feature,
          appendage: point.appendage,
        },
      }),
    )
  const lines = pipesOf(network).map(
    (pipe): GeoFeature => ({
      type: 'Feature',
      id: pipe.id,
      geometry: { type: 'LineString', coordinates: [at(pipe.start), at(pipe.end)] },
      properties: {
        id: pipe.id,
        line: pipe.line,
        kind: pipe.kind,
        code: pipe.code,
        nominalMm: pipe.nominalMm,
        material: pipe.material,
        state: pipe.state,
        phase: pipe.phase,
        startAxis: pipe.startAxis,
        endAxis: pipe.endAxis,
      },
    }),
  )
  return { type: 'FeatureCollection', features: [...points, ...lines] }
}
