/** What a file is, before anything heavy looks at it: size, archive, header, end. */
import { unzipSync } from 'fflate'
import { type IfcSchema, ifcSchemas } from './model.ts'
import { badZip, emptyFile, notIfc, tooLarge, truncated, wrongSchema } from './refusals.ts'

/** The reader keeps the file and its geometry in memory that ends at 4 GB; files of this size are known to fit. */
export const MOST_BYTES = 512 * 1024 * 1024

const MB = 1024 * 1024
/** Refuses a size before the file is read, or even uploaded. */
export const checkSize = (bytes: number, limit = MOST_BYTES): void => {
  if (bytes === 0) throw emptyFile()
  if (bytes > limit) throw tooLarge({ size: Math.ceil(bytes / MB), limit: Math.floor(limit / MB) })
}

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((letter, index) => bytes[index] === letter.charCodeAt(0))

const latin = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  return text
}

/** The one IFC file of an archive, its size checked before it is unpacked. */
const unzip = (bytes: Uint8Array, limit: number): Uint8Array => {
  const names: string[] = []
  const isModel = (name: string): boolean => /\.ifc$/i.test(name) && !/(^|\/)(__MACOSX|\.)/.test(name)
  let files: Record<string, Uint8Array>
  try {
    // First only the list, so that nothing is unpacked in vain.
    unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (isModel(name)) {
          names.push(name)
          if (originalSize > limit)
            throw tooLarge({ size: Math.ceil(originalSize / MB), limit: Math.floor(limit / MB) })
        }
        return false
      },
    })
    if (names.length !== 1)
      throw badZip({ detail: names.length === 0 ? '里面没有 .ifc 文件' : `里面有 ${names.length} 个 .ifc 文件` })
    files = unzipSync(bytes, { filter: ({ name }) => name === names[0] })
  } catch (error) {
    if (error instanceof Error && error.name === 'Refused') throw error
    throw badZip({ detail: '文件已损坏' })
  }
  const file = files[names[0] ?? '']
  if (file === undefined) throw badZip({ detail: '文件已损坏' })
  if (file.length > limit) throw tooLarge({ size: Math.ceil(file.length / MB), limit: Math.floor(limit / MB) })
  return file
}

export interface Header {
  readonly schema: IfcSchema
  readonly schemaName: string
  readonly application: string | null
  readonly writtenAt: string | null
}

/** Strings of the arguments of a header entry, nested lists opened; null where there is no such entry. */
const entryOf = (header: string, name: string): readonly string[] | null => {
  const found = new RegExp(`${name}\\s*\\(((?:[^';]|'(?:[^']|'')*')*)\\)\\s*;`).exec(header)
  if (found === null) return null
  return [...(found[1] ?? '').matchAll(/'((?:[^']|'')*)'|\$/g)].map((match) => (match[1] ?? '').replaceAll("''", "'"))
}

const guess = (start: Uint8Array): string => {
  const text = latin(start.subarray(0, 512)).trimStart()
  if (text.startsWith('<')) return /ifc/i.test(text) ? 'ifcXML' : 'XML 或网页'
  if (text.startsWith('{') || text.startsWith('[')) return 'JSON'
  if (text.startsWith('%PDF')) return 'PDF'
  if (startsWith(start, 'AC10')) return 'DWG 图纸'
  if (startsWith(start, 'glTF')) return 'glTF'
  if ([0xd0, 0xcf, 0x11, 0xe0].every((byte, index) => start[index] === byte)) return 'Revit 或旧版 Office 文件'
  if (text.startsWith('ISO-10303-21')) return 'STEP 文件,但没有 FILE_SCHEMA'
  return '未知格式'
}

/** Reads the header. Refuses what is not IFC, of another schema, or without an end. */
export const readHeader = (bytes: Uint8Array): Header => {
  const start = latin(bytes.subarray(0, 65_536)).replaceAll(/\/\*[\s\S]*?\*\//g, ' ')
  const header = start.split(/\bDATA\s*;/, 1)[0] ?? ''
  const isStep = /^\uFEFF?(?:\u00EF\u00BB\u00BF)?\s*ISO-10303-21\s*;/.test(header)
  const schemaName = entryOf(header, 'FILE_SCHEMA')?.[0]
  if (!isStep || schemaName === undefined) {
    if (isStep && !/ENDSEC/.test(header)) throw truncated()
    throw notIfc({ found: guess(bytes) })
  }
  const upper = schemaName.toUpperCase().trim()
  // Release candidates and corrections are read as their version: IFC4_ADD2, IFC4X3_RC3 …; IFC4X1 and IFC4X2 were never final.
  const family = /^(IFC2X3|IFC4X3|IFC4)(?:_(?:TC|ADD|RC|FINAL)\d*(?:_TC\d+)?)?$/.exec(upper)?.[1]
  const schema = ifcSchemas.find((name) => name === family)
  if (schema === undefined) throw wrongSchema({ schema: schemaName })
  const end = latin(bytes.subarray(Math.max(0, bytes.length - 4_096)))
  if (!/END-ISO-10303-21\s*;/.test(end)) throw truncated()
  const file = entryOf(header, 'FILE_NAME')
  // name, time, authors …, organisations …, preprocessor, system, authorisation: counted from the end, for the lists vary.
  return {
    schema,
    schemaName: upper,
    writtenAt: file?.[1] === undefined || file[1] === '' ? null : file[1],
    application: file?.at(-2) === undefined || file.at(-2) === '' ? null : (file.at(-2) ?? null),
  }
}

/** Checks and, where it is an archive, unpacks a file; gives the STEP text and its header. */
export const openFile = (
  bytes: Uint8Array,
  limit = MOST_BYTES,
): { readonly bytes: Uint8Array; readonly header: Header } => {
  checkSize(bytes.length, limit)
  const step = startsWith(bytes, 'PK\u0003\u0004') ? unzip(bytes, limit) : bytes
  if (step.length === 0) throw emptyFile()
  return { bytes: step, header: readHeader(step) }
}
