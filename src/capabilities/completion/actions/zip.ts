/** Writes and reads the archive file. The same files give the same bytes. */
import { inflateRawSync } from 'node:zlib'
import { ZipFile } from 'yazl'
import * as refuse from '../model/refusals.ts'

/** One moment for all files, in the local time that archives keep: bytes must not depend on when and where it was packed. */
const MOMENT = new Date(2020, 0, 1)

export const zipOf = async (files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> => {
  const zip = new ZipFile()
  const options = { mtime: MOMENT, mode: 0o100644, forceDosTimestamp: true }
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    zip.addBuffer(Buffer.from(content), path, options)
  zip.end()
  const chunks: Uint8Array[] = []
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
const END = 0x06054b50
const ENTRY = 0x02014b50
/** More than this unpacked is no dossier: refused instead of filling the memory. */
const MOST_BYTES = 2_000_000_000

/** Reads an archive by its central directory. Throws the refusal `dossierNotZip` for anything else. */
export const unzip = (content: Uint8Array): ReadonlyMap<string, Uint8Array> => {
  const data = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  try {
    let end = data.length - 22
    while (end >= 0 && data.readUInt32LE(end) !== END) end -= 1
    if (end < 0) throw refuse.dossierNotZip()
    const files = new Map<string, Uint8Array>()
    let at = data.readUInt32LE(end + 16)
    let total = 0
    for (let left = data.readUInt16LE(end + 10); left > 0; left -= 1) {
      if (data.readUInt32LE(at) !== ENTRY) throw refuse.dossierNotZip()
      const [method, packed, size] = [
        data.readUInt16LE(at + 10),
        data.readUInt32LE(at + 20),
        data.readUInt32LE(at + 24),
      ]
      const [nameBytes, extra, comment] = [
        data.readUInt16LE(at + 28),
        data.readUInt16LE(at + 30),
        data.readUInt16LE(at + 32),
      ]
      const head = data.readUInt32LE(at + 42)
      const name = data.toString('utf8', at + 46, at + 46 + nameBytes)
      const start = head + 30 + data.readUInt16LE(head + 26) + data.readUInt16LE(head + 28)
      total += size
      if (total > MOST_BYTES || (method !== 0 && method !== 8)) throw refuse.dossierNotZip()
      const raw = data.subarray(start, start + packed)
      files.set(name, method === 0 ? raw : inflateRawSync(raw, { maxOutputLength: Math.max(1, size) }))
      at += 46 + nameBytes + extra + comment
    }
    return files
  } catch {
    throw refuse.dossierNotZip()
  }
}
