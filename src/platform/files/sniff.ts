/** Recognises what a file is by its content. The sender's word about the type is never used. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { TextDecoder } from 'node:util'
import { fileTypeFromFile } from 'file-type'

/** Bytes looked at for marks at the start. */
const HEAD_BYTES = 65_536
/** Largest JSON that is parsed to know whether it is GeoJSON. */
const JSON_BYTES = 33_554_432
export const EXECUTABLE = 'application/x-executable'
export const UNKNOWN = 'application/octet-stream'

const headOf = async (path: string): Promise<Buffer> => {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

const EXECUTABLE_MAGIC = new Set([0x7f454c46, 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe])

const byMark = (head: Buffer): string | null => {
  const latin = head.subarray(0, 64).toString('latin1')
  if (latin.startsWith('MZ') || latin.startsWith('#!')) return EXECUTABLE
  if (head.length >= 4 && EXECUTABLE_MAGIC.has(head.readUInt32BE(0))) return EXECUTABLE
  if (/^AC10\d\d/.test(latin)) return 'image/vnd.dwg'
  if (latin.startsWith('AutoCAD Binary DXF\r\n')) return 'image/vnd.dxf'
  if (head.length >= 100 && head.readUInt32BE(0) === 9994 && head.readUInt32LE(28) === 1000)
    return 'application/x-shapefile'
  return isDbf(head) ? 'application/x-dbf' : null
}

/** dBASE: version, a real date (year since 1900, month, day), header length that fits whole field descriptors. */
const isDbf = (head: Buffer): boolean => {
  const [version = 0, , month = 0, day = 0] = head
  if (head.length < 33 || ![0x02, 0x03, 0x30, 0x31, 0x43, 0x83, 0x8b, 0xf5].includes(version)) return false
  const headerBytes = head.readUInt16LE(8)
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && headerBytes >= 33 && headerBytes % 32 <= 8
}

/** Gives the text at the start if the whole file is text in UTF-8 or GB 18030; null if it is not text. */
const textOf = async (path: string): Promise<string | null> => {
  const decoders = new Map<string, { decoder: TextDecoder; start: string }>()
  for (const encoding of ['utf-8', 'gb18030'])
    decoders.set(encoding, { decoder: new TextDecoder(encoding, { fatal: true }), start: '' })
  const feed = (bytes: Uint8Array | null): void => {
    for (const [encoding, state] of decoders)
      try {
        const text = bytes === null ? state.decoder.decode() : state.decoder.decode(bytes, { stream: true })
        if (state.start.length < HEAD_BYTES) state.start += text
      } catch {
        decoders.delete(encoding)
      }
  }
  for await (const piece of createReadStream(path)) {
    const bytes = piece as Buffer
    for (const byte of bytes) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27) || byte === 11) return null
    feed(bytes)
    if (decoders.size === 0) return null
  }
  feed(null)
  return decoders.get('utf-8')?.start ?? decoders.get('gb18030')?.start ?? null
}

const isGeoJson = async (path: string, start: string, sizeBytes: number): Promise<boolean> => {
  if (!start.trimStart().startsWith('{')) return false
  if (sizeBytes > JSON_BYTES) return /"type"\s*:\s*"(FeatureCollection|Feature)"/.test(start)
  const handle = await open(path, 'r')
  try {
    const value: unknown = JSON.parse((await handle.readFile('utf8')).replace(/^\uFEFF/, ''))
    if (typeof value !== 'object' || value === null || !('type' in value)) return false
    return (
      typeof value.type === 'string' &&
      /^(FeatureCollection|Feature|GeometryCollection|(Multi)?(Point|LineString|Polygon))$/.test(value.type)
    )
  } catch {
    return false
  } finally {
    await handle.close()
  }
}

const textType = async (path: string, text: string, sizeBytes: number): Promise<string> => {
  const start = text.replace(/^\uFEFF/, '').trimStart()
  if (/^ISO-10303-21\s*;/.test(start))
    return /FILE_SCHEMA\s*\(\s*\(\s*'IFC/i.test(start) ? 'application/x-ifc' : 'application/x-step'
  if (/^<(!doctype\s+html|html|script|body|head)\b/i.test(start)) return 'text/html'
  if (/^(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(\w+:)?svg\b/i.test(start)) return 'image/svg+xml'
  if (start.startsWith('<?xml')) return 'application/xml'
  // Group code 999 is a remark; the first section of a drawing follows.
  if (/^(999\s*\r?\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION\s*\r?\n/.test(start)) return 'image/vnd.dxf'
  if (await isGeoJson(path, start, sizeBytes)) return 'application/geo+json'
  return 'text/plain'
}

/** Gives the media type of a file by its content; `UNKNOWN` if nothing fits, `EXECUTABLE` for programs and scripts. */
export const sniff = async (path: string, sizeBytes: number): Promise<string> => {
  const marked = byMark(await headOf(path))
  if (marked !== null) return marked
  const found = await fileTypeFromFile(path)
  if (found !== undefined && found.mime !== 'application/xml') return found.mime
  const text = await textOf(path)
  return text === null ? (found?.mime ?? UNKNOWN) : textType(path, text, sizeBytes)
}
