/** CSV as surveyors save it: UTF-8 with or without BOM, UTF-16 with BOM, or GBK; comma, semicolon, tab or bar between. */
import { parse } from 'csv-parse/sync'
import iconv from 'iconv-lite'
import type { Issue, Sheet } from './sheet.ts'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030'

/** The encoding of a text file: by its mark, else UTF-8 where the bytes are that, else GB 18030 (which holds GBK). */
export const detectEncoding = (bytes: Uint8Array): Encoding => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return 'utf-8'
  } catch {
    return 'gb18030'
  }
}
export const decodeText = (bytes: Uint8Array): { readonly text: string; readonly encoding: Encoding } => {
  const encoding = detectEncoding(bytes)
  return { text: iconv.decode(bytes, encoding, { stripBOM: true }), encoding }
}

const delimiters = [',', '\t', ';', '|'] as const
/** The delimiter that cuts the first lines into the most columns, most evenly. */
export const detectDelimiter = (text: string): (typeof delimiters)[number] => {
  const lines = text
    .split(/\r?\n/, 20)
    .map((line) => line.replaceAll(/"[^"]*"/g, ''))
    .filter((line) => line.trim() !== '')
  let best: { readonly mark: (typeof delimiters)[number]; readonly score: number } = { mark: ',', score: 0 }
  for (const mark of delimiters) {
    const counts = lines.map((line) => line.split(mark).length - 1).sort((a, b) => a - b)
    const score = (counts[Math.floor(counts.length / 2)] ?? 0) + (counts[0] ?? 0) * 0.01
    if (score > best.score) best = { mark, score }
  }
  return best.mark
}

/** Reads a CSV file; broken quoting is reported and read as plain text. */
export const readCsv = (
  file: string,
  bytes: Uint8Array,
): { readonly sheet: Sheet; readonly encoding: Encoding; readonly issues: readonly Issue[] } => {
  const { text, encoding } = decodeText(bytes)
  const delimiter = detectDelimiter(text)
  const options = { delimiter, relax_column_count: true, skip_empty_lines: false, bom: true }
  try {
    return { sheet: { file, sheet: null, rows: parse(text, options) }, encoding, issues: [] }
  } catch (thrown) {
    const issue: Issue = {
      rule: 'csv-broken',
      severity: 'warning',
      place: { file, sheet: null, row: lineOf(thrown), column: null },
      sentence: '文件的引号不配对,已按普通文字读入;请用表格软件另存为 CSV 后重新上传。',
    }
    const rows = text.split(/\r\n|\n|\r/).map((line) => line.split(delimiter))
    return { sheet: { file, sheet: null, rows }, encoding, issues: [issue] }
  }
}
const lineOf = (thrown: unknown): number | null =>
  typeof thrown === 'object' && thrown !== null && 'lines' in thrown && typeof thrown.lines === 'number'
    ? thrown.lines
    : null
