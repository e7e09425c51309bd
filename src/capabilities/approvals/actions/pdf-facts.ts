/** Looks into a PDF: is it whole, is it protected, how many pages. Reads the marks of ISO 32000; renders nothing. */
import { inflateSync } from 'node:zlib'
import type { PdfFacts } from '../model/precheck.ts'

const MOST_STREAMS = 400
const MOST_BYTES = 16 * 1_048_576
const PAGE = /\/Type\s*\/Page(?![A-Za-z])/g
const countPages = (text: string): number => text.match(PAGE)?.length ?? 0

/** Pages of newer files stand in compressed object streams. Null: one of them could not be read. */
const pagesInStreams = (content: Uint8Array, text: string): number | null => {
  let pages = 0
  let seen = 0
  let left = MOST_BYTES
  for (const match of text.matchAll(/\/Type\s*\/ObjStm/g)) {
    seen += 1
    if (seen > MOST_STREAMS) return null
    const start = /stream\r?\n/g
    start.lastIndex = match.index
    const found = start.exec(text)
    const end = found === null ? -1 : text.indexOf('endstream', start.lastIndex)
    if (found === null || end === -1) return null
    try {
      const unpacked = inflateSync(content.subarray(start.lastIndex, end), { maxOutputLength: left })
      left -= unpacked.length
      pages += countPages(unpacked.toString('latin1'))
    } catch {
      return null
    }
  }
  return pages
}

/** Gives what can be seen without rendering. A content that is no PDF at all is not readable. */
export const pdfFacts = (content: Uint8Array): PdfFacts => {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1')
  const readable = text.slice(0, 1024).includes('%PDF-') && text.slice(-2048).includes('%%EOF')
  if (!readable) return { readable, encrypted: false, pages: null }
  const encrypted = /\/Encrypt\s+\d+\s+\d+\s+R|\/Encrypt\s*<</.test(text)
  if (encrypted) return { readable, encrypted, pages: null }
  const packed = pagesInStreams(content, text)
  return { readable, encrypted, pages: packed === null ? null : countPages(text) + packed }
}
