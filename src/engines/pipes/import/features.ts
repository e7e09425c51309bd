/** GeoJSON and Shapefile features as rows: properties first, then the coordinates under names that the mapping knows. */
import type { Cell, Issue, Sheet } from './sheet.ts'

export interface Feature {
  readonly geometry: { readonly type: string; readonly coordinates: unknown } | null
  readonly properties: Readonly<Record<string, unknown>>
}
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const cellOf = (value: unknown): Cell =>
  typeof value === 'string' || typeof value === 'boolean'
    ? value
    : typeof value === 'number'
      ? Number.isNaN(value)
        ? null
        : value
      : value instanceof Date
        ? Number.isNaN(value.getTime())
          ? null
          : `${value.getFullYear()}-${pad(value.getMonth() + 1)}-${pad(value.getDate())}`
        : null
const pad = (value: number): string => String(value).padStart(2, '0')

const position = (value: unknown): readonly [number, number] | null =>
  Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'number' ? [value[0], value[1]] : null
const pairsOf = (value: unknown): readonly (readonly [number, number])[] => {
  const path: (readonly [number, number])[] = []
  if (Array.isArray(value))
    for (const each of value) {
      const at = position(each)
      if (at !== null) path.push(at)
    }
  return path
}

/** Rows of features: one sheet for points and one for lines; other shapes are counted in an issue. */
export const sheetsOfFeatures = (
  file: string,
  layer: string | null,
  features: readonly Feature[],
): { readonly sheets: readonly Sheet[]; readonly issues: readonly Issue[] } => {
  const names = [...new Set(features.flatMap(({ properties }) => Object.keys(properties)))]
  const points: (readonly Cell[])[] = []
  const lines: (readonly Cell[])[] = []
  let others = 0
  for (const { geometry, properties } of features) {
    const cells = names.map((name) => cellOf(properties[name]))
    if (geometry?.type === 'Point') {
      const at = position(geometry.coordinates)
      points.push([...cells, at?.[0] ?? null, at?.[1] ?? null])
      continue
    }
    const paths =
      geometry?.type === 'LineString'
        ? [pairsOf(geometry.coordinates)]
        : geometry?.type === 'MultiLineString' && Array.isArray(geometry.coordinates)
          ? geometry.coordinates.map(pairsOf)
          : []
    if (paths.length === 0) others += 1
    for (const path of paths)
      for (const [index, to] of path.entries()) {
        const from = path[index - 1]
        if (from !== undefined) lines.push([...cells, from[0], from[1], to[0], to[1]])
      }
  }
  const sheets: Sheet[] = []
  if (points.length > 0) sheets.push({ file, sheet: layer, rows: [[...names, '几何东坐标', '几何北坐标'], ...points] })
  if (lines.length > 0)
    sheets.push({
      file,
      sheet: layer,
      rows: [[...names, '几何起点东坐标', '几何起点北坐标', '几何终点东坐标', '几何终点北坐标'], ...lines],
    })
  const issues: Issue[] =
    others === 0
      ? []
      : [
          {
            rule: 'shape-unused',
            severity: 'notice',
            place: { file, sheet: layer, row: null, column: null },
            sentence: `有${others}个要素既不是点也不是线,未读入;如是管线请转为线要素后重新上传。`,
          },
        ]
  return { sheets, issues }
}

export const featuresOf = (value: unknown): readonly Feature[] => {
  if (!isRecord(value)) return []
  if (Array.isArray(value['features'])) return value['features'].flatMap(featuresOf)
  if (value['type'] !== 'Feature') return []
  const geometry = value['geometry']
  return [
    {
      geometry:
        isRecord(geometry) && typeof geometry['type'] === 'string'
          ? { type: geometry['type'], coordinates: geometry['coordinates'] }
          : null,
      properties: isRecord(value['properties']) ? value['properties'] : {},
    },
  ]
}
/** Reads a GeoJSON text. */
export const readGeoJson = (
  file: string,
  text: string,
): { readonly sheets: readonly Sheet[]; readonly issues: readonly Issue[] } => {
  try {
    return sheetsOfFeatures(file, null, featuresOf(JSON.parse(text)))
  } catch {
    return {
      sheets: [],
      issues: [
        {
          rule: 'geojson-broken',
          severity: 'error',
          place: { file, sheet: null, row: null, column: null },
          sentence: '该文件不是有效的 GeoJSON;请重新导出后上传。',
        },
      ],
    }
  }
}
