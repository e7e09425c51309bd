/** Worker: reads zones, obstacles and roads out of files, in the district's plane. */
import { type Converter, converterFor } from '../../../../engines/geo/projection.ts'
import { type CoordinateReading, type GeographicBox, recogniseCoordinates } from '../../../../engines/geo/recognise.ts'
import type { Issue } from '../../../../engines/pipes/import/sheet.ts'
import { type PlaceRead, placesOfFeatures, placesOfSheet } from '../../../../engines/pipes/places/read.ts'
import { mostPlaces, type ObstacleInput, type RoadInput, type ZoneInput } from '../definition.ts'
import { type GivenFile, openPlaces } from './tables.ts'

export interface ReadPlacesInput {
  readonly files: readonly GivenFile[]
  readonly epsg: number
  readonly district: GeographicBox
}
export interface ReadPlacesResult {
  readonly zones: readonly ZoneInput[]
  readonly obstacles: readonly ObstacleInput[]
  readonly roads: readonly RoadInput[]
  readonly issues: readonly Issue[]
}
const MOST_ISSUES = 200

/** Takes positions of the file to the plane; millimetres are kept. */
const intoPlane = (reading: CoordinateReading, epsg: number) => {
  const to = converterFor(epsg)
  const from: Converter | undefined = reading.epsg === null ? undefined : converterFor(reading.epsg)
  const mm = (value: number): number => Math.round(value * 1_000) / 1_000
  return ([x, y]: readonly [number, number]): [number, number] => {
    const [east, north] = reading.swapped ? [y, x] : [x, y]
    const geographic =
      reading.epsg === null
        ? { longitude: east, latitude: north }
        : reading.epsg === epsg || from === undefined
          ? null
          : from.toGeographic({ east, north })
    const plane = geographic === null || to === undefined ? { east, north } : to.toPlane(geographic)
    return [mm(plane.east), mm(plane.north)]
  }
}

export const readPlaces = async (input: ReadPlacesInput): Promise<ReadPlacesResult> => {
  const opened = await openPlaces(input.files)
  const reads = [
    ...opened.layers.map(({ file, layer, features }) => placesOfFeatures(file, layer, features)),
    ...opened.sheets.map(placesOfSheet),
  ]
  const places: readonly PlaceRead[] = reads.flatMap((read) => read.places)
  const issues: Issue[] = [...opened.issues, ...reads.flatMap((read) => read.issues)]
  const tell = (severity: Issue['severity'], rule: string, sentence: string, place: Issue['place'] | null = null) => {
    issues.push({ rule, severity, sentence, place: place ?? { file: '', sheet: null, row: null, column: null } })
  }
  const all = places.flatMap(({ rings }) => rings.flat()).map(([east, north]) => ({ east, north }))
  const [reading] = recogniseCoordinates(all, input.epsg, input.district)
  if (all.length > 0 && reading === undefined)
    tell(
      'error',
      'place-coordinates',
      '坐标不在本区范围内,也不是常见的带号或行列错误,未读入;请换算到本区平面坐标(X 为北、Y 为东)或经纬度后重新读入。',
    )
  const zones: ZoneInput[] = []
  const obstacles: ObstacleInput[] = []
  const roads: RoadInput[] = []
  if (reading !== undefined) {
    if (!reading.asExpected) tell('notice', 'place-coordinates', `已自动换算:${reading.sentence}`)
    const plane = intoPlane(reading, input.epsg)
    const numbers = new Map<string, number>()
    /** Numbers stay as they are; what has none, or one that is taken, gets a count. */
    const numberOf = (given: string, otherwise: string): string => {
      const name = (given === '' ? otherwise : given).slice(0, 50)
      const count = (numbers.get(name) ?? 0) + 1
      numbers.set(name, count)
      return given === '' ? `${name}${count}` : count === 1 ? name : `${name}-${count}`
    }
    for (const { kind, no, shape, rings, baseElevation, widthM } of places) {
      const moved = rings.map((ring) => ring.map(plane))
      const [path = []] = moved
      if (kind.what === 'zone') zones.push({ zone: kind.zone, rings: moved.slice(0, 20) })
      else if (kind.what === 'road') roads.push({ id: numberOf(no, '道路'), path, widthM: widthM ?? 0 })
      else obstacles.push({ id: numberOf(no, '障碍物'), kind: kind.kind, shape, path, baseElevation })
    }
  }
  const cut = <T>(list: readonly T[], most: number, name: string): readonly T[] => {
    if (list.length > most)
      tell('error', 'place-many', `${name}共${list.length}个,只读入前${most}个;请只保留检查范围内的。`)
    return list.slice(0, most)
  }
  const result = {
    zones: cut(zones, mostPlaces.zones, '覆土分区'),
    obstacles: cut(obstacles, mostPlaces.obstacles, '建(构)筑物等'),
    roads: cut(roads, mostPlaces.roads, '道路'),
  }
  if (places.length === 0 && issues.length === 0)
    tell('error', 'place-none', '文件里没有可用的内容;表格须有“编号、类型、X、Y”列,GeoJSON 须有带“类型”属性的要素。')
  return { ...result, issues: issues.slice(0, MOST_ISSUES) }
}
