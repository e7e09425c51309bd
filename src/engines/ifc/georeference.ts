/** Units of length and the place on earth. */
import { IFCMAPCONVERSION, IFCPROJECT, IFCRELDEFINESBYPROPERTIES, IFCSITE } from 'web-ifc'
import { type Line, type Lines, listOf, numberOf, refOf, refsOf, textOf } from './lines.ts'
import type { Georeference, IfcModel } from './model.ts'
import { propertiesIn } from './relations.ts'

const PREFIXES: Readonly<Record<string, number>> = {
  KILO: 1e3,
  HECTO: 1e2,
  DECA: 10,
  DECI: 0.1,
  CENTI: 0.01,
  MILLI: 1e-3,
  MICRO: 1e-6,
}

/** Metres of a unit of length; null for another kind of unit. */
const metresOf = (lines: Lines, number: number, depth = 0): number | null => {
  const unit = depth > 3 ? null : lines.get(number)
  if (unit === null) return null
  const type = textOf(unit['UnitType'])
  if (type !== null && type !== 'LENGTHUNIT') return null
  const conversion = lines.get(refOf(unit['ConversionFactor'] ?? null) ?? 0)
  if (conversion !== null) {
    const factor = numberOf(conversion['ValueComponent'])
    const base = metresOf(lines, refOf(conversion['UnitComponent']) ?? 0, depth + 1)
    return factor === null || base === null ? null : factor * base
  }
  if (textOf(unit['Name']) !== 'METRE') return null
  const prefix = textOf(unit['Prefix'] ?? null)
  return prefix === null ? 1 : (PREFIXES[prefix] ?? null)
}

/** Metres per unit of length of the file; 1 where it does not say, as readers agree. */
export const lengthUnit = (lines: Lines): number => {
  for (const project of lines.ofType(IFCPROJECT)) {
    const assignment = lines.get(refOf(lines.get(project)?.['UnitsInContext'] ?? null) ?? 0)
    for (const unit of refsOf(assignment?.['Units'] ?? null)) {
      const metres = metresOf(lines, unit)
      if (metres !== null) return metres
    }
  }
  return 1
}

const epsgOf = (name: string | null): number | null => {
  const code = /(?:EPSG|epsg)\s*:{1,2}\s*(\d{4,6})/.exec(name ?? '')?.[1]
  return code === undefined ? null : Number(code)
}

interface Raw {
  readonly name: string | null
  readonly verticalDatum: string | null
  readonly eastings: number | null
  readonly northings: number | null
  readonly height: number | null
  readonly abscissa: number | null
  readonly ordinate: number | null
  readonly scale: number | null
  readonly mapUnitM: number | null
}

const fromConversion = (lines: Lines): Raw | null => {
  for (const number of lines.ofType(IFCMAPCONVERSION, true)) {
    const line = lines.get(number)
    const crs = lines.get(refOf(line?.['TargetCRS'] ?? null) ?? 0)
    if (line === null) continue
    return {
      name: crs === null ? null : textOf(crs['Name']),
      verticalDatum: crs === null ? null : textOf(crs['VerticalDatum']),
      eastings: numberOf(line['Eastings']),
      northings: numberOf(line['Northings']),
      height: numberOf(line['OrthogonalHeight']),
      abscissa: numberOf(line['XAxisAbscissa']),
      ordinate: numberOf(line['XAxisOrdinate']),
      scale: numberOf(line['Scale']),
      mapUnitM: crs === null ? null : metresOf(lines, refOf(crs['MapUnit']) ?? 0),
    }
  }
  return null
}

/** IFC2x3 has no entity for it; by agreement two property sets of site or project stand for it. */
const fromPropertySets = (lines: Lines): Raw | null => {
  const values = new Map<string, string | number | boolean>()
  const holders = new Set([...lines.ofType(IFCSITE), ...lines.ofType(IFCPROJECT)])
  for (const number of lines.ofType(IFCRELDEFINESBYPROPERTIES)) {
    const relation = lines.get(number)
    if (relation === null || !refsOf(relation['RelatedObjects']).some((each) => holders.has(each))) continue
    const set = lines.get(refOf(relation['RelatingPropertyDefinition']) ?? 0)
    const name = set === null ? null : textOf(set['Name'])
    if (set === null || !/^epset_(mapconversion|projectedcrs)$/i.test(name ?? '')) continue
    for (const [key, value] of Object.entries(propertiesIn(lines, set))) values.set(key.toLowerCase(), value)
  }
  const number = (key: string): number | null => {
    const value = values.get(key)
    return typeof value === 'number' ? value : typeof value === 'string' ? numberOf({ value }) : null
  }
  const text = (key: string): string | null => (values.has(key) ? String(values.get(key)) : null)
  if (number('eastings') === null || number('northings') === null) return null
  return {
    name: text('name'),
    verticalDatum: text('verticaldatum'),
    eastings: number('eastings'),
    northings: number('northings'),
    height: number('orthogonalheight'),
    abscissa: number('xaxisabscissa'),
    ordinate: number('xaxisordinate'),
    scale: number('scale'),
    mapUnitM: null,
  }
}

export const georeferenceOf = (lines: Lines, unitM: number, warn: (text: string) => void): Georeference | null => {
  const raw = fromConversion(lines) ?? fromPropertySets(lines)
  if (raw === null || raw.eastings === null || raw.northings === null) return null
  const mapUnitM = raw.mapUnitM ?? 1
  const length = Math.hypot(raw.abscissa ?? 1, raw.ordinate ?? 0)
  // By the standard the scale takes units of the file to units of the map.
  let scale = ((raw.scale ?? unitM / mapUnitM) * mapUnitM) / unitM
  if (!(scale > 0.9 && scale < 1.1)) {
    warn(`地图换算的比例 ${raw.scale} 与单位不符,已按 1 处理;请在建模软件中核对坐标设置。`)
    scale = 1
  }
  return {
    epsg: epsgOf(raw.name),
    name: raw.name,
    verticalDatum: raw.verticalDatum,
    eastings: raw.eastings * mapUnitM,
    northings: raw.northings * mapUnitM,
    height: (raw.height ?? 0) * mapUnitM,
    axisEast: length > 0 ? (raw.abscissa ?? 1) / length : 1,
    axisNorth: length > 0 ? (raw.ordinate ?? 0) / length : 0,
    scale,
  }
}

/** Degrees, minutes, seconds and millionths of a second, each with the sign. */
const degreesOf = (field: unknown): number | null => {
  const holder = (field as { readonly value?: unknown } | null)?.value ?? field
  const [d, m, s, u] = listOf(holder).map((each) => numberOf(each))
  if (d === undefined || d === null) return null
  return d + (m ?? 0) / 60 + (s ?? 0) / 3_600 + (u ?? 0) / 3_600e6
}

export const siteOf = (lines: Lines): IfcModel['site'] => {
  for (const number of lines.ofType(IFCSITE)) {
    const line: Line | null = lines.get(number)
    const [latitude, longitude] = [degreesOf(line?.['RefLatitude'] ?? null), degreesOf(line?.['RefLongitude'] ?? null)]
    if (latitude !== null && longitude !== null) return { latitude, longitude }
  }
  return null
}
