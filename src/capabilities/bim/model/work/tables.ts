/** Opens uploaded files as sheets, whatever the format. */
import { unzipSync, zipSync } from 'fflate'
import { decodeText, readCsv } from '../../../../engines/pipes/import/csv.ts'
import { readExcel } from '../../../../engines/pipes/import/excel.ts'
import { type Feature, featuresOf, readGeoJson } from '../../../../engines/pipes/import/features.ts'
import { readShapefile, readShapes } from '../../../../engines/pipes/import/shapefile.ts'
import type { Issue, Sheet } from '../../../../engines/pipes/import/sheet.ts'

export interface GivenFile {
  readonly name: string
  readonly bytes: Uint8Array
}
export interface OpenedSheet {
  readonly sheet: Sheet
  /** Which of the sheets of the same file and name, from 0. */
  readonly part: number
}
export interface OpenedTables {
  readonly sheets: readonly OpenedSheet[]
  readonly issues: readonly Issue[]
  /** Texts of coordinate systems by layer (.prj). */
  readonly systems: Readonly<Record<string, string>>
}
type Read = { readonly sheets: readonly Sheet[]; readonly issues: readonly Issue[] }

const SHAPE_PART = /\.(shp|shx|dbf|prj|cpg)$/i
/** More than this unpacked is refused. */
const MOST_BYTES = 512 * 1024 * 1024
const fault = (file: string, rule: string, sentence: string): Read => ({
  sheets: [],
  issues: [{ rule, severity: 'error', place: { file, sheet: null, row: null, column: null }, sentence }],
})

/** Files of a shapefile that came one by one, put into one archive for each name. */
const gatherShapes = (files: readonly GivenFile[]): readonly GivenFile[] => {
  const stems = new Map<string, Record<string, Uint8Array>>()
  for (const { name, bytes } of files) {
    if (!SHAPE_PART.test(name)) continue
    const stem = name.slice(0, name.lastIndexOf('.'))
    stems.set(stem, { ...stems.get(stem), [name]: bytes })
  }
  return [
    ...files.filter(({ name }) => !SHAPE_PART.test(name)),
    ...[...stems].map(([stem, parts]) => ({ name: `${stem}.shp.zip`, bytes: zipSync(parts, { level: 0 }) })),
  ]
}
const openArchive = async (file: GivenFile, systems: Record<string, string>): Promise<Read> => {
  const names: string[] = []
  let size = 0
  const wanted = /\.(shp|csv|txt|xlsx|geojson|json)$/i
  try {
    unzipSync(file.bytes, {
      filter: ({ name, originalSize }) => {
        if (wanted.test(name) && !name.includes('__MACOSX')) {
          names.push(name)
          size += originalSize
        }
        return false
      },
    })
    if (size > MOST_BYTES)
      return fault(file.name, 'archive-too-large', '压缩包解开后超过 512 MB;请分成几个压缩包上传。')
    if (names.some((name) => /\.shp$/i.test(name))) {
      const read = readShapefile(file.name, file.bytes)
      Object.assign(systems, read.systems)
      return read
    }
    if (names.length === 0)
      return fault(
        file.name,
        'archive-empty',
        '压缩包里没有可读的表格(CSV、xlsx、GeoJSON 或 Shapefile);请检查后重新打包上传。',
      )
    const entries = unzipSync(file.bytes, { filter: ({ name }) => names.includes(name) })
    const reads: Read[] = []
    for (const name of names) {
      const bytes = entries[name]
      if (bytes !== undefined) reads.push(await openOne({ name: `${file.name}/${name}`, bytes }, systems))
    }
    return { sheets: reads.flatMap(({ sheets }) => sheets), issues: reads.flatMap(({ issues }) => issues) }
  } catch {
    return fault(file.name, 'archive-broken', '压缩包已损坏,无法解开;请重新打包上传。')
  }
}
const openOne = async (file: GivenFile, systems: Record<string, string>): Promise<Read> => {
  const { name, bytes } = file
  if (/\.(csv|txt)$/i.test(name)) {
    const { sheet, issues } = readCsv(name, bytes)
    return { sheets: [sheet], issues }
  }
  if (/\.xlsx$/i.test(name)) return readExcel(name, bytes)
  if (/\.(geojson|json)$/i.test(name)) return readGeoJson(name, decodeText(bytes).text)
  if (/\.zip$/i.test(name)) return openArchive(file, systems)
  return fault(name, 'format', '不认识的文件格式;管线表请用 CSV、xlsx、GeoJSON 或 Shapefile。')
}

/** Never throws on bad files: what cannot be opened is said in an issue. */
export const openTables = async (files: readonly GivenFile[]): Promise<OpenedTables> => {
  const systems: Record<string, string> = {}
  const sheets: OpenedSheet[] = []
  const issues: Issue[] = []
  const parts = new Map<string, number>()
  for (const file of gatherShapes(files)) {
    const read = await openOne(file, systems)
    issues.push(...read.issues)
    for (const sheet of read.sheets) {
      const key = `${sheet.file}\n${sheet.sheet ?? ''}`
      const part = parts.get(key) ?? 0
      parts.set(key, part + 1)
      sheets.push({ sheet, part })
    }
  }
  return { sheets, issues, systems }
}

/** Drawings beside the tables: layers of features with their shapes as they are, for what stands and lies around pipes. */
export interface OpenedLayer {
  readonly file: string
  readonly layer: string | null
  readonly features: readonly Feature[]
}
const featuresIn = ({
  name,
  bytes,
}: GivenFile): { layers: readonly OpenedLayer[]; issues: readonly Issue[] } | null => {
  if (/\.zip$/i.test(name)) {
    const { layers, issues } = readShapes(name, bytes)
    // A zip of tables is opened as such.
    if (layers.length === 0) return null
    return { layers: layers.map(({ layer, features }) => ({ file: name, layer, features })), issues }
  }
  if (!/\.(geojson|json)$/i.test(name)) return null
  try {
    const features = featuresOf(JSON.parse(decodeText(bytes).text))
    return { layers: [{ file: name, layer: null, features }], issues: [] }
  } catch {
    return { layers: [], issues: readGeoJson(name, '').issues }
  }
}
/** Opens files as features where they are drawings, and as tables else. */
export const openPlaces = async (
  files: readonly GivenFile[],
): Promise<{
  readonly layers: readonly OpenedLayer[]
  readonly sheets: readonly Sheet[]
  readonly issues: readonly Issue[]
}> => {
  const layers: OpenedLayer[] = []
  const issues: Issue[] = []
  const others: GivenFile[] = []
  for (const file of gatherShapes(files)) {
    const read = featuresIn(file)
    if (read === null) others.push(file)
    else {
      layers.push(...read.layers)
      issues.push(...read.issues)
    }
  }
  const tables = await openTables(others)
  return { layers, sheets: tables.sheets.map(({ sheet }) => sheet), issues: [...issues, ...tables.issues] }
}
