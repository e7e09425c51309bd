/** Which kinds of file people may hand in, how large, and by what content each is recognised. */
import type { Words } from '../../kernel/words.ts'

export interface FileType {
  /** Without the dot, lower case. */
  readonly extension: string
  readonly name: Words
  /** The type under which it is stored. */
  readonly mediaType: string
  /** What the content may be recognised as. */
  readonly contents: readonly string[]
  readonly maxBytes: number
}

export const MIB = 1_048_576
const type = (
  extension: string,
  zh: string,
  en: string,
  mediaType: string,
  maxMebibytes: number,
  contents: readonly string[] = [mediaType],
): FileType => ({ extension, name: { zh, en }, mediaType, contents, maxBytes: maxMebibytes * MIB })

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** The usual list: a practical choice of this product, changed by configuration. */
export const usualFileTypes: readonly FileType[] = [
  type('pdf', 'PDF 文件', 'PDF', 'application/pdf', 200),
  type('png', 'PNG 图片', 'PNG image', 'image/png', 50),
  type('jpg', 'JPEG 图片', 'JPEG image', 'image/jpeg', 50),
  type('jpeg', 'JPEG 图片', 'JPEG image', 'image/jpeg', 50),
  type('docx', 'Word 文档', 'Word document', DOCX, 100),
  type('xlsx', 'Excel 表格', 'Excel sheet', XLSX, 100),
  type('dwg', 'DWG 图纸', 'DWG drawing', 'image/vnd.dwg', 200),
  type('dxf', 'DXF 图纸', 'DXF drawing', 'image/vnd.dxf', 200),
  type('ifc', 'IFC 模型', 'IFC model', 'application/x-ifc', 500),
  type('ifczip', 'IFC 压缩包', 'IFC archive', 'application/zip', 500),
  type('bcf', 'BCF 议题', 'BCF topics', 'application/zip', 100),
  type('bcfzip', 'BCF 议题', 'BCF topics', 'application/zip', 100),
  type('zip', 'ZIP 压缩包', 'ZIP archive', 'application/zip', 500, ['application/zip', DOCX, XLSX]),
  type('txt', '文本文件', 'text', 'text/plain', 20, ['text/plain', 'application/geo+json']),
  type('csv', 'CSV 表格', 'CSV table', 'text/csv', 100, ['text/plain']),
  type('geojson', 'GeoJSON 数据', 'GeoJSON', 'application/geo+json', 100),
  type('shp', 'Shapefile 图形', 'Shapefile shapes', 'application/x-shapefile', 200),
  type('shx', 'Shapefile 索引', 'Shapefile index', 'application/x-shapefile', 50),
  type('dbf', 'Shapefile 属性表', 'Shapefile attributes', 'application/x-dbf', 200),
  type('prj', 'Shapefile 坐标系', 'Shapefile projection', 'text/plain', 1),
  type('cpg', 'Shapefile 编码', 'Shapefile encoding', 'text/plain', 1),
  type('mp4', 'MP4 视频', 'MP4 video', 'video/mp4', 500, ['video/mp4', 'video/x-m4v']),
]

/** Extensions of programs and scripts: refused with a sentence of their own. */
export const executableExtensions: ReadonlySet<string> = new Set(
  'exe msi com scr pif dll sys bat cmd ps1 vbs vbe js mjs jse wsf hta jar apk sh run bin app dmg deb rpm lnk reg'.split(
    ' ',
  ),
)

/** Gives the extension of a file name in lower case, '' if it has none. */
export const extensionOf = (fileName: string): string => {
  const match = /\.([^.\s]+)$/.exec(fileName)
  return match?.[1]?.toLowerCase() ?? ''
}

/** Gives a name without path, control characters or signs that file systems forbid; '' if nothing remains. */
export const safeFileName = (fileName: string): string => {
  const bare = fileName
    .normalize('NFC')
    .split(/[\\/]/)
    .at(-1)
    ?.replace(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '')
    .replace(/^[\s.]+|[\s.]+$/g, '')
  if (bare === undefined) return ''
  const extension = extensionOf(bare)
  return Array.from(bare).length <= 160 ? bare : `${Array.from(bare).slice(0, 150).join('')}.${extension}`
}
