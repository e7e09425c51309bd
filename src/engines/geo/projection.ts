/**
 * CGCS2000 Gauss-Kruger zones (EPSG 4491 to 4554) and geographic coordinates, by proj4. Plane coordinates are east and north
 * in metres; survey tables call north X and east Y. WGS 84 and CGCS2000 geographic coordinates are taken as the same
 * (they differ by centimetres, less than the survey).
 */
import proj4 from 'proj4'

export interface PlanePosition {
  readonly east: number
  readonly north: number
}
export interface GeographicPosition {
  /** Degrees. */
  readonly longitude: number
  readonly latitude: number
}
export interface GaussKruger {
  readonly epsg: number
  /** Degrees a zone spans. */
  readonly width: 3 | 6
  readonly zone: number
  /** Degrees east. */
  readonly centralMeridian: number
  /** Whether the zone number stands before the easting (36 500 000). */
  readonly prefixed: boolean
  readonly name: string
}

const system = (epsg: number, width: 3 | 6, zone: number, prefixed: boolean): GaussKruger => {
  const centralMeridian = width === 3 ? zone * 3 : zone * 6 - 3
  const band = width === 3 ? '3度带' : '6度带'
  return {
    epsg,
    width,
    zone,
    centralMeridian,
    prefixed,
    name: `CGCS2000 ${band} ${prefixed ? `第${zone}带(横坐标带带号)` : `中央经线${centralMeridian}°(横坐标不带带号)`}`,
  }
}

/** All 64 zones: six degrees 13 to 23 (4491, 4502), three degrees 25 to 45 (4513, 4534). */
export const gaussKrugerSystems: readonly GaussKruger[] = [
  ...Array.from({ length: 11 }, (_, k) => system(4491 + k, 6, 13 + k, true)),
  ...Array.from({ length: 11 }, (_, k) => system(4502 + k, 6, 13 + k, false)),
  ...Array.from({ length: 21 }, (_, k) => system(4513 + k, 3, 25 + k, true)),
  ...Array.from({ length: 21 }, (_, k) => system(4534 + k, 3, 25 + k, false)),
]
const byEpsg = new Map(gaussKrugerSystems.map((each) => [each.epsg, each]))
export const gaussKruger = (epsg: number): GaussKruger | undefined => byEpsg.get(epsg)

/** The zone whose central meridian is nearest. */
export const zoneFor = (longitude: number, width: 3 | 6, prefixed: boolean): GaussKruger | undefined => {
  const zone = width === 3 ? Math.round(longitude / 3) : Math.floor(longitude / 6) + 1
  return gaussKrugerSystems.find((each) => each.width === width && each.zone === zone && each.prefixed === prefixed)
}

export interface Converter {
  readonly toPlane: (position: GeographicPosition) => PlanePosition
  readonly toGeographic: (position: PlanePosition) => GeographicPosition
}
const converters = new Map<number, Converter>()

/** Gives the converter of a zone (made once: an uncached one is fifteen times slower), or undefined for other codes. */
export const converterFor = (epsg: number): Converter | undefined => {
  const known = converters.get(epsg)
  if (known !== undefined) return known
  const zone = byEpsg.get(epsg)
  if (zone === undefined) return undefined
  const falseEasting = (zone.prefixed ? zone.zone * 1e6 : 0) + 500_000
  // CGCS2000 has the axes of GRS 80: a = 6 378 137 m, f = 1 / 298.257 222 101.
  const link = proj4(
    '+proj=longlat +ellps=GRS80 +no_defs',
    `+proj=tmerc +lat_0=0 +lon_0=${zone.centralMeridian} +k=1 +x_0=${falseEasting} +y_0=0 +ellps=GRS80 +units=m +no_defs`,
  )
  const converter: Converter = {
    toPlane: ({ longitude, latitude }) => {
      const [east, north] = link.forward([longitude, latitude])
      return { east: east ?? Number.NaN, north: north ?? Number.NaN }
    },
    toGeographic: ({ east, north }) => {
      const [longitude, latitude] = link.inverse([east, north])
      return { longitude: longitude ?? Number.NaN, latitude: latitude ?? Number.NaN }
    },
  }
  converters.set(epsg, converter)
  return converter
}
