/**
 * Recognises what two columns of coordinates are: the right zone, a zone number too many or too few, north and east
 * swapped, another zone, or degrees. A reading is accepted when the points fall into the district.
 */
import { converterFor, type GaussKruger, gaussKruger, gaussKrugerSystems, type PlanePosition } from './projection.ts'

/** Degrees: west, south, east, north. */
export type GeographicBox = readonly [west: number, south: number, east: number, north: number]

export interface CoordinateReading {
  /** EPSG code to read the numbers with; null: degrees of longitude and latitude. */
  readonly epsg: number | null
  readonly swapped: boolean
  /** Whether this is what was expected, so that nothing need be changed. */
  readonly asExpected: boolean
  /** Share of the points that fall into the district under this reading. */
  readonly share: number
  /** What is wrong and what to do, for people; empty when all is as expected. */
  readonly sentence: string
}

/** Up to so many points are tried. */
const SAMPLE = 200
/** A reading counts when so many of the points fall into the district. */
const ENOUGH = 0.8

const sampleOf = (points: readonly PlanePosition[]): readonly PlanePosition[] => {
  const finite = points.filter(({ east, north }) => Number.isFinite(east) && Number.isFinite(north))
  const step = Math.max(1, Math.floor(finite.length / SAMPLE))
  return finite.filter((_, index) => index % step === 0)
}
const flip = ({ east, north }: PlanePosition): PlanePosition => ({ east: north, north: east })

const shareInside = (points: readonly PlanePosition[], epsg: number | null, box: GeographicBox): number => {
  const converter = epsg === null ? undefined : converterFor(epsg)
  if (points.length === 0 || (epsg !== null && converter === undefined)) return 0
  const [west, south, east, north] = box
  let inside = 0
  for (const point of points) {
    // Far outside any zone the projection's series is worthless; such numbers are no reading.
    if (epsg !== null && (Math.abs(point.north) > 1e7 || Math.abs(point.east % 1e6) > 1e6)) continue
    const { longitude, latitude } =
      converter === undefined ? { longitude: point.east, latitude: point.north } : converter.toGeographic(point)
    if (longitude >= west && longitude <= east && latitude >= south && latitude <= north) inside += 1
  }
  return inside / points.length
}

const sentenceOf = (epsg: number | null, swapped: boolean, expected: number): string => {
  const exchange = swapped ? 'X、Y 两列对调了(测绘 X 为北、Y 为东),请交换两列;' : ''
  if (epsg === null) return `${exchange}坐标是经纬度而不是平面坐标,请确认后按 EPSG:${expected} 换算。`
  const found = gaussKruger(epsg)
  const wanted = gaussKruger(expected)
  if (epsg === expected) return swapped ? `${exchange.slice(0, -1)}。` : ''
  if (found !== undefined && wanted !== undefined && found.zone === wanted.zone && found.width === wanted.width)
    return found.prefixed
      ? `${exchange}横坐标多了带号 ${found.zone},请按 EPSG:${epsg} 读入,或去掉横坐标前的 ${found.zone}。`
      : `${exchange}横坐标缺少带号 ${wanted.zone},请按 EPSG:${epsg} 读入,或在横坐标前加 ${wanted.zone}。`
  return `${exchange}坐标属于 ${found?.name ?? '其他坐标系'},请按 EPSG:${epsg} 读入后换算到 EPSG:${expected}。`
}

/**
 * Gives the readings under which the points fall into the district, the one with the fewest changes first; empty when none
 * fits (a local grid, or wrong numbers). `expected` is the EPSG code that the file should have.
 */
export const recogniseCoordinates = (
  points: readonly PlanePosition[],
  expected: number,
  box: GeographicBox,
): readonly CoordinateReading[] => {
  const sample = sampleOf(points)
  const swappedSample = sample.map(flip)
  const wanted = gaussKruger(expected)
  const middle = (box[0] + box[2]) / 2
  const rank = (each: GaussKruger): number =>
    (each.width === wanted?.width && each.zone === wanted.zone ? 0 : 10) +
    Math.abs(each.centralMeridian - middle) +
    (each.width === wanted?.width ? 0 : 0.5)
  const others = gaussKrugerSystems
    .filter(({ epsg, centralMeridian }) => epsg !== expected && Math.abs(centralMeridian - middle) <= 9)
    .sort((a, b) => rank(a) - rank(b) || a.epsg - b.epsg)
  const codes: readonly (number | null)[] = [expected, ...others.map(({ epsg }) => epsg), null]
  const readings: CoordinateReading[] = []
  for (const swapped of [false, true])
    for (const epsg of codes) {
      const share = shareInside(swapped ? swappedSample : sample, epsg, box)
      if (share < ENOUGH) continue
      readings.push({
        epsg,
        swapped,
        asExpected: epsg === expected && !swapped,
        share,
        sentence: sentenceOf(epsg, swapped, expected),
      })
    }
  const cost = (each: CoordinateReading): number =>
    each.asExpected ? 0 : codes.indexOf(each.epsg) + 1 + (each.swapped ? 0.5 : 0)
  return readings.sort((a, b) => cost(a) - cost(b))
}
