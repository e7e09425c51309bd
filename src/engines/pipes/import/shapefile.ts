/**
 * Shapefiles in a zip: coordinates stay in their own system (the .prj is handed on, not applied), the texts of the .dbf are
 * read by its code page: .cpg, else the language byte, else GBK where the bytes are not UTF-8.
 */
import { unzipSync } from 'fflate'
import { parseDbf, parseShp } from 'shpjs'
import { detectEncoding } from './csv.ts'
import { sheetsOfFeatures } from './features.ts'
import type { Issue, Sheet } from './sheet.ts'

export interface ShapefileRead {
  readonly sheets: readonly Sheet[]
  /** Text of the coordinate system of each layer. */
  readonly systems: Readonly<Record<string, string>>
  readonly issues: readonly Issue[]
}

/** More than this unpacked is refused: a zip bomb, or no survey. */
const MOST_BYTES = 512 * 1024 * 1024
const SIMPLIFIED_CHINESE = new Set([0x4d, 0x7a])

const dbfEncoding = (dbf: Uint8Array, cpg: string | undefined): string => {
  const named = cpg?.trim().toUpperCase() ?? ''
  if (/^(936|CP936|GBK|GB2312|GB18030|ANSI 936)$/.test(named)) return 'gb18030'
  if (/UTF-?8|65001/.test(named)) return 'utf-8'
  if (SIMPLIFIED_CHINESE.has(dbf[29] ?? 0)) return 'gb18030'
  return detectEncoding(dbf.subarray(32)) === 'utf-8' ? 'utf-8' : 'gb18030'
}

/** A layer as features, in the coordinates of the file. */
export interface ShapeLayer {
  readonly layer: string
  readonly features: readonly {
    readonly geometry: { readonly type: string; readonly coordinates: unknown } | null
    readonly properties: Readonly<Record<string, unknown>>
  }[]
}
export interface ShapesRead {
  readonly layers: readonly ShapeLayer[]
  readonly systems: Readonly<Record<string, string>>
  readonly issues: readonly Issue[]
}

export const readShapefile = (file: string, bytes: Uint8Array): ShapefileRead => {
  const { layers, systems, issues } = readShapes(file, bytes)
  const reads = layers.map(({ layer, features }) => sheetsOfFeatures(file, layer, features))
  return {
    sheets: reads.flatMap(({ sheets }) => sheets),
    systems,
    issues: [...issues, ...reads.flatMap((read) => read.issues)],
  }
}

export const readShapes = (file: string, bytes: Uint8Array): ShapesRead => {
  const fault = (sentence: string): ShapesRead => ({
    layers: [],
    systems: {},
    issues: [
      { rule: 'shapefile-broken', severity: 'error', place: { file, sheet: null, row: null, column: null }, sentence },
    ],
  })
  try {
    let size = 0
    const entries = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        const wanted = /\.(shp|dbf|prj|cpg)$/i.test(name) && !name.includes('__MACOSX')
        if (wanted) size += originalSize
        return wanted && size <= MOST_BYTES
      },
    })
    if (size > MOST_BYTES) return fault('压缩包解开后超过 512 MB;请按管线类别分开打包后上传。')
    const files = new Map(Object.entries(entries).map(([name, content]) => [name.toLowerCase(), content]))
    const layers = Object.keys(entries).filter((name) => /\.shp$/i.test(name))
    if (layers.length === 0) return fault('压缩包里没有 .shp 文件;请把 .shp、.dbf、.prj 打成一个 zip 后上传。')
    const text = (name: string): string | undefined => {
      const content = files.get(name)
      return content === undefined ? undefined : new TextDecoder().decode(content)
    }
    const found: ShapeLayer[] = []
    const systems: Record<string, string> = {}
    for (const name of layers) {
      const stem = name.slice(0, -4).toLowerCase()
      const layer = name.slice(0, -4).split('/').at(-1) ?? name
      const shp = files.get(name.toLowerCase())
      if (shp === undefined) continue
      const dbf = files.get(`${stem}.dbf`)
      const shapes = parseShp(shp.slice())
      const rows = dbf === undefined ? [] : parseDbf(dbf.slice(), dbfEncoding(dbf, text(`${stem}.cpg`)))
      found.push({ layer, features: shapes.map((geometry, index) => ({ geometry, properties: rows[index] ?? {} })) })
      const system = text(`${stem}.prj`)
      if (system !== undefined) systems[layer] = system
    }
    return { layers: found, systems, issues: [] }
  } catch {
    return fault('无法读取该 Shapefile;请确认压缩包完整(.shp、.dbf 同名)后重新上传。')
  }
}
