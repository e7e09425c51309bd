/**
 * Zip archives (PKWARE APPNOTE) from strangers: names are checked, sizes are limited while unpacking (not only as the
 * archive claims them), contents are checked against their CRC-32. Stored and deflated entries, no ZIP64, no encryption.
 */
import { Inflate, zipSync } from 'fflate'
import { badXml, duplicatePath, notZip, tooBig, unsafePath } from './refusals.ts'

export interface Limits {
  readonly archiveBytes: number
  readonly entries: number
  /** One file, unpacked. */
  readonly fileBytes: number
  /** One XML file, unpacked. */
  readonly xmlBytes: number
  /** All XML files together, unpacked; they cost far more time to read than other files. */
  readonly xmlTotalBytes: number
  /** All files together, unpacked. */
  readonly totalBytes: number
}
const MB = 1024 * 1024
export const defaultLimits: Limits = {
  archiveBytes: 256 * MB,
  entries: 20_000,
  fileBytes: 128 * MB,
  xmlBytes: 16 * MB,
  xmlTotalBytes: 64 * MB,
  totalBytes: 512 * MB,
}
export const megabytes = (bytes: number): string => `${Math.max(1, Math.round(bytes / MB))} MB`

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})
const crc32 = (bytes: Uint8Array): number => {
  let value = 0xffffffff
  for (const byte of bytes) value = (value >>> 8) ^ (CRC[(value ^ byte) & 0xff] ?? 0)
  return (value ^ 0xffffffff) >>> 0
}

interface Entry {
  readonly path: string
  readonly method: number
  readonly crc: number
  readonly packed: Uint8Array
  readonly size: number
}

/** Gives the path with '/' between its parts. Refuses what could leave the folder into which somebody unpacks it. */
const safePath = (name: string): string => {
  const path = name.replaceAll('\\', '/').replace(/^(\.\/)+/, '')
  const parts = path.split('/')
  const bad =
    path.length > 1_000 ||
    path.startsWith('/') ||
    /^[A-Za-z]:/.test(path) ||
    // oxlint-disable-next-line no-control-regex -- these are what is refused
    /[\u0000-\u001f]/.test(path) ||
    parts.some(
      (part, at) => part === '..' || part === '__proto__' || part === '.' || (part === '' && at < parts.length - 1),
    )
  if (bad) throw unsafePath({ path: path.slice(0, 200) })
  return path
}

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50

const broken = (why: string) => notZip({ why })

const entriesOf = (archive: Uint8Array, limits: Limits): Entry[] => {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength)
  const has = (at: number, bytes: number): boolean => at >= 0 && at + bytes <= archive.length
  let end = archive.length - 22
  const first = Math.max(0, end - 65_535)
  while (end >= first && view.getUint32(end, true) !== END) end -= 1
  if (end < first) throw broken('找不到压缩包目录')
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  if (count === 0xffff || at === 0xffffffff) throw broken('使用了 ZIP64 格式')
  if (count > limits.entries) throw tooBig({ what: `压缩包内有 ${count} 个文件`, limit: `${limits.entries} 个` })
  const found: Entry[] = []
  for (let index = 0; index < count; index += 1) {
    if (!has(at, 46) || view.getUint32(at, true) !== CENTRAL) throw broken('压缩包目录已损坏')
    const flags = view.getUint16(at + 8, true)
    const packedSize = view.getUint32(at + 20, true)
    const nameLength = view.getUint16(at + 28, true)
    const local = view.getUint32(at + 42, true)
    if (flags & 1) throw broken('压缩包设有密码')
    if (!has(at + 46, nameLength) || !has(local, 30) || view.getUint32(local, true) !== LOCAL)
      throw broken('压缩包目录已损坏')
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
    if (!has(start, packedSize)) throw broken('压缩包不完整')
    // Names without the UTF-8 flag are code page 437; its ASCII half is the same, the rest shows as replaced.
    const path = safePath(new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameLength)))
    found.push({
      path,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: archive.subarray(start, start + packedSize),
      size: view.getUint32(at + 24, true),
    })
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return found
}

const STEP = 16_384
/** Unpacks in steps and stops as soon as there is more than the entry claims. */
const inflated = (entry: Entry): Uint8Array => {
  const whole = new Uint8Array(entry.size)
  let size = 0
  let done = false
  const inflate = new Inflate((chunk, final) => {
    if (size + chunk.length > whole.length) throw broken(`“${entry.path}”的大小与目录不符`)
    whole.set(chunk, size)
    size += chunk.length
    done = final
  })
  try {
    for (let at = 0; at < entry.packed.length && !done; at += STEP)
      inflate.push(entry.packed.subarray(at, at + STEP), at + STEP >= entry.packed.length)
  } catch (error) {
    if (error instanceof Error && error.name === 'Refused') throw error
    throw broken(`“${entry.path}”已损坏`)
  }
  if (size !== entry.size) throw broken(`“${entry.path}”的大小与目录不符`)
  return whole
}

/** Gives the files of an archive by path, in the order of its directory. Refuses anything that is not whole and safe. */
export const unpack = (archive: Uint8Array, limits: Limits = defaultLimits): Map<string, Uint8Array> => {
  if (archive.length > limits.archiveBytes)
    throw tooBig({ what: '压缩包超过上限', limit: megabytes(limits.archiveBytes) })
  const files = new Map<string, Uint8Array>()
  let total = 0
  for (const entry of entriesOf(archive, limits)) {
    if (entry.path.endsWith('/')) continue
    if (files.has(entry.path)) throw duplicatePath({ path: entry.path })
    if (entry.size > limits.fileBytes)
      throw tooBig({ what: `“${entry.path}”解压后超过上限`, limit: megabytes(limits.fileBytes) })
    total += entry.size
    if (total > limits.totalBytes) throw tooBig({ what: '解压后总量超过上限', limit: megabytes(limits.totalBytes) })
    // Deflate packs at most 1,032 to 1; an entry that claims more is not made by it, and is not given memory.
    if (entry.method === 8 && entry.size > entry.packed.length * 1_032 + 1_024)
      throw broken(`“${entry.path}”的大小与目录不符`)
    if (entry.method !== 0 && entry.method !== 8) throw broken(`“${entry.path}”使用了不支持的压缩方式`)
    if (entry.method === 0 && entry.size !== entry.packed.length) throw broken(`“${entry.path}”的大小与目录不符`)
    const bytes = entry.method === 0 ? entry.packed.slice() : inflated(entry)
    if (crc32(bytes) !== entry.crc) throw broken(`“${entry.path}”校验和不符`)
    files.set(entry.path, bytes)
  }
  return files
}

/**
 * Packs files into an archive with an entry for every folder, as the guide of BCF asks.
 * The same files give the same bytes: all entries carry the first day of the format (1980-01-01).
 */
export const pack = (files: ReadonlyMap<string, Uint8Array>): Uint8Array => {
  const entries: Record<string, [Uint8Array, { readonly level: 0 | 6 }]> = {}
  for (const [path, bytes] of files) {
    if (safePath(path) !== path || path.endsWith('/')) throw new RangeError(`not a path for an archive: ${path}`)
    const parts = path.split('/')
    for (let depth = 1; depth < parts.length; depth += 1)
      entries[`${parts.slice(0, depth).join('/')}/`] ??= [new Uint8Array(), { level: 0 }]
    entries[path] = [bytes, { level: /\.(png|jpe?g|zip|ifczip)$/i.test(path) ? 0 : 6 }]
  }
  return zipSync(entries, { mtime: new Date(1980, 0, 1) })
}

const decoderOf = (bytes: Uint8Array) =>
  new TextDecoder(
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8',
    { fatal: true },
  )
/** Gives the text of an XML file: UTF-8, or UTF-16 that says so by its first two bytes. */
export const textOfXml = (path: string, bytes: Uint8Array, limits: Limits): string => {
  if (bytes.length > limits.xmlBytes) throw tooBig({ what: `“${path}”超过上限`, limit: megabytes(limits.xmlBytes) })
  try {
    return decoderOf(bytes).decode(bytes)
  } catch {
    throw badXml({ path, why: '文字编码不是 UTF-8' })
  }
}
