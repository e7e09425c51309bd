/** Places in files: features (GeoJSON, Shapefile) and tables. Coordinates stay as the file has them; nothing is guessed. */
import type { Path } from '../../geo/plane.ts'
import { type Cell, columnName, type Issue, numberOf, type Sheet, textOf } from '../import/sheet.ts'
import type { CellPlace } from '../model.ts'
import { type PlaceKind, placeKindOf, placeWords } from './kinds.ts'
import { faultOfShape, type ShapeName, tidyPath } from './shape.ts'

/** One place as read: rings of [east, north], or of [longitude, latitude]. */
export interface PlaceRead {
  readonly kind: PlaceKind
  /** '' when the file gives none. */
  readonly no: string
  readonly shape: ShapeName
  /** The outer ring first, then holes; lines and points have one. */
  readonly rings: readonly Path[]
  /** Underside: rail base. */
  readonly baseElevation: number | null
  /** Red line to red line, of roads. */
  readonly widthM: number | null
  readonly place: CellPlace
}
export interface PlacesRead {
  readonly places: readonly PlaceRead[]
  readonly issues: readonly Issue[]
}
export interface PlaceFeature {
  readonly geometry: { readonly type: string; readonly coordinates: unknown } | null
  readonly properties: Readonly<Record<string, unknown>>
}

const names = {
  no: /^(编号|序号|名称|id|no|name|物探点号)$/i,
  kind: /^(类型|类别|种类|性质|用途|分区|kind|type|class|zone|layer|图层)$/i,
  base: /^(轨底高程|底高程|底标高|轨底标高|base|base_?elevation)$/i,
  width: /^(红线宽度?|红线宽度?\(?m\)?|宽度|道路宽度|width)$/i,
  x: /^(x|x坐标|北坐标|北|north|northing)(\(m\))?$/i,
  y: /^(y|y坐标|东坐标|东|east|easting)(\(m\))?$/i,
  lon: /^(经度|lon|lng|longitude)$/i,
  lat: /^(纬度|lat|latitude)$/i,
} as const
type FieldName = keyof typeof names

/** Checks one place, and puts it or what is wrong into the lists. */
const settle = (given: PlaceRead, places: PlaceRead[], issues: Issue[]): void => {
  const tell = (rule: string, sentence: string): void => {
    issues.push({ rule, severity: 'error', place: given.place, sentence })
  }
  const { kind, shape } = given
  const name = given.no === '' ? '' : `“${given.no}”`
  if (kind.what === 'zone' && shape !== 'polygon')
    return tell('place-shape', `覆土分区${name}必须是面;这里是${shape === 'line' ? '线' : '点'},未读入,请改为面。`)
  if (kind.what === 'road' && shape !== 'line')
    return tell('place-shape', `道路中心线${name}必须是线;这里是${shape === 'point' ? '点' : '面'},未读入,请改为线。`)
  if (kind.what === 'road' && (given.widthM === null || given.widthM < 3 || given.widthM > 200))
    return tell('road-width', `道路中心线${name}没有可用的红线宽度(3到200米);请补“红线宽度”后重新读入。`)
  const rings = given.rings.map((ring) => tidyPath(ring, shape))
  for (const ring of rings.length === 0 ? [[]] : rings) {
    const fault = faultOfShape(ring, shape)
    if (fault !== null) return tell('place-wrong', `${name === '' ? '' : `${name}:`}${fault}`)
  }
  if (rings.some((ring) => ring.length > 2_000))
    return tell('place-wrong', `${name}的点超过2000个;请简化边界后重新读入。`)
  places.push({ ...given, rings })
}
const unknownKind = (text: string, place: CellPlace): Issue => ({
  rule: 'place-kind',
  severity: 'error',
  place,
  sentence:
    text === ''
      ? `没有写明类型;请补“类型”一列(${placeWords})。`
      : `类型“${text.slice(0, 40)}”无法识别;请改为:${placeWords}。`,
})

// ------------------------------------------------------------------------------------------ features

const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'number'
const pathOf = (value: unknown): Path =>
  Array.isArray(value) ? value.flatMap((each) => (isPair(each) ? [[each[0], each[1]] as const] : [])) : []
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const shapesOf = (
  geometry: PlaceFeature['geometry'],
): readonly { readonly shape: ShapeName; readonly rings: readonly Path[] }[] => {
  const coordinates = geometry?.coordinates
  switch (geometry?.type) {
    case 'Point':
      return [{ shape: 'point', rings: [pathOf([coordinates])] }]
    case 'MultiPoint':
      return listOf(coordinates).map((each) => ({ shape: 'point', rings: [pathOf([each])] }))
    case 'LineString':
      return [{ shape: 'line', rings: [pathOf(coordinates)] }]
    case 'MultiLineString':
      return listOf(coordinates).map((each) => ({ shape: 'line', rings: [pathOf(each)] }))
    case 'Polygon':
      return [{ shape: 'polygon', rings: listOf(coordinates).map(pathOf) }]
    case 'MultiPolygon':
      return listOf(coordinates).map((each) => ({ shape: 'polygon', rings: listOf(each).map(pathOf) }))
    default:
      return []
  }
}
const plainText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? textOf(value) : ''

/** `layer`: its name may say what all of its features are ('建筑物'). */
export const placesOfFeatures = (file: string, layer: string | null, features: readonly PlaceFeature[]): PlacesRead => {
  const places: PlaceRead[] = []
  const issues: Issue[] = []
  for (const [k, { geometry, properties }] of features.entries()) {
    const place: CellPlace = { file, sheet: layer, row: k + 1, column: null }
    const valueOf = (field: FieldName): string => {
      const key = Object.keys(properties).find((each) => names[field].test(each.trim()))
      return key === undefined ? '' : plainText(properties[key])
    }
    const said = valueOf('kind')
    const kind = placeKindOf(said) ?? placeKindOf(valueOf('no')) ?? placeKindOf(layer ?? '')
    if (kind === undefined) {
      issues.push(unknownKind(said, place))
      continue
    }
    const shapes = shapesOf(geometry)
    if (shapes.length === 0)
      issues.push({
        rule: 'place-shape',
        severity: 'error',
        place,
        sentence: '没有可用的图形(点、线或面);请在制图软件中检查后重新导出。',
      })
    const base = numberOf(valueOf('base'))
    const width = numberOf(valueOf('width'))
    for (const { shape, rings } of shapes)
      settle(
        { kind, no: valueOf('no'), shape, rings, baseElevation: base ?? null, widthM: width ?? null, place },
        places,
        issues,
      )
  }
  return { places, issues }
}

// ------------------------------------------------------------------------------------------ tables

const HEADER_ROWS = 5
interface Columns {
  readonly header: number
  readonly at: ReadonlyMap<FieldName, number>
}
const columnsOf = (rows: readonly (readonly Cell[])[]): Columns | null => {
  for (const [header, row] of rows.slice(0, HEADER_ROWS).entries()) {
    const at = new Map<FieldName, number>()
    for (const [column, cell] of row.entries()) {
      const text = textOf(cell).replaceAll(/\s/g, '')
      for (const field of Object.keys(names) as FieldName[])
        if (!at.has(field) && names[field].test(text)) at.set(field, column)
    }
    if ((at.has('x') && at.has('y')) || (at.has('lon') && at.has('lat'))) return { header, at }
  }
  return null
}

/** Rows of one place follow each other and have the same number: its points in order. */
export const placesOfSheet = ({ file, sheet, rows }: Sheet): PlacesRead => {
  const columns = columnsOf(rows)
  const issues: Issue[] = []
  const placeAt = (row: number | null, field: FieldName | null = null): CellPlace => {
    const column = field === null ? undefined : columns?.at.get(field)
    return { file, sheet, row: row === null ? null : row + 1, column: column === undefined ? null : columnName(column) }
  }
  if (columns === null) {
    issues.push({
      rule: 'place-columns',
      severity: 'error',
      place: placeAt(null),
      sentence: '没有找到坐标列;表头须有“编号、类型、X、Y”(X 为北坐标),道路中心线另加“红线宽度”。',
    })
    return { places: [], issues }
  }
  const { header, at } = columns
  const cell = (row: readonly Cell[], field: FieldName): Cell | undefined => {
    const column = at.get(field)
    return column === undefined ? undefined : row[column]
  }
  interface Group {
    readonly no: string
    readonly kindText: string
    readonly row: number
    readonly path: (readonly [number, number])[]
    base: number | null
    width: number | null
    broken: boolean
  }
  const groups: Group[] = []
  const [eastField, northField]: readonly [FieldName, FieldName] = at.has('x') ? ['y', 'x'] : ['lon', 'lat']
  for (const [index, row] of rows.entries()) {
    if (index <= header || row.every((each) => textOf(each) === '')) continue
    const no = textOf(cell(row, 'no'))
    const kindText = textOf(cell(row, 'kind')) || (placeKindOf(sheet ?? '') === undefined ? '' : (sheet ?? ''))
    let group = groups.at(-1)
    if (group === undefined || no === '' || group.no !== no || (kindText !== '' && group.kindText !== kindText)) {
      group = { no, kindText, row: index, path: [], base: null, width: null, broken: false }
      groups.push(group)
    }
    const numbers = [northField, eastField].map((field) => ({ field, value: numberOf(cell(row, field)) }))
    const wrong = numbers.find(({ value }) => typeof value !== 'number')
    if (wrong !== undefined) {
      group.broken = true
      issues.push({
        rule: 'place-number',
        severity: 'error',
        place: placeAt(index, wrong.field),
        sentence: `${no === '' ? '' : `“${no}”的`}坐标“${textOf(cell(row, wrong.field))}”不是数字;请改正后重新读入。`,
      })
      continue
    }
    const [north, east] = numbers.map(({ value }) => value as number)
    group.path.push([east ?? 0, north ?? 0])
    group.base ??= numberOf(cell(row, 'base')) ?? null
    group.width ??= numberOf(cell(row, 'width')) ?? null
  }
  const places: PlaceRead[] = []
  for (const { no, kindText, row, path, base, width, broken } of groups) {
    if (broken) continue
    const kind = placeKindOf(kindText)
    if (kind === undefined) {
      issues.push(unknownKind(kindText, placeAt(row, 'kind')))
      continue
    }
    const shape: ShapeName =
      path.length === 1 ? 'point' : kind.what === 'road' || isLinear(kind, path) ? 'line' : 'polygon'
    settle({ kind, no, shape, rings: [path], baseElevation: base, widthM: width, place: placeAt(row) }, places, issues)
  }
  return { places, issues }
}
/** Kerbs and rails are lines unless their last point is the first again; with two points everything is a line. */
const isLinear = (kind: PlaceKind, path: Path): boolean => {
  if (path.length === 2) return true
  if (kind.what !== 'obstacle' || !['kerb', 'railway', 'tramway'].includes(kind.kind)) return false
  const [first, last] = [path[0], path.at(-1)]
  return !(first !== undefined && last !== undefined && Math.hypot(first[0] - last[0], first[1] - last[1]) < 1e-3)
}
