/** Tables as every format gives them: rows of cells, with the file and sheet they came from. */
import type { CellPlace } from '../model.ts'

export type Cell = string | number | boolean | null
export interface Sheet {
  readonly file: string
  readonly sheet: string | null
  readonly rows: readonly (readonly Cell[])[]
}

export type IssueSeverity = 'error' | 'warning' | 'notice'
/** What is wrong with the data, where, and what to do. */
export interface Issue {
  /** Stable name of the rule. */
  readonly rule: string
  readonly severity: IssueSeverity
  readonly place: CellPlace
  readonly sentence: string
}

/** A, B … Z, AA: the names of columns in a spreadsheet, from 0. */
export const columnName = (index: number): string =>
  index < 26
    ? String.fromCharCode(65 + index)
    : columnName(Math.floor(index / 26) - 1) + String.fromCharCode(65 + (index % 26))

/** The text of a cell: full-width forms narrowed, spaces trimmed; empty for nothing and for the dashes people write for it. */
export const textOf = (cell: Cell | undefined): string => {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'number') return Number.isNaN(cell) ? '' : String(cell)
  const plain = String(cell)
  // Most cells are plain words and numbers, which nothing below would change.
  if (/^[A-MO-TV-Za-mo-tv-z0-9][\w.+]*$/.test(plain)) return plain
  const text = plain
    .normalize('NFKC')
    .replaceAll(/[\u00a0\u3000]/g, ' ')
    .trim()
  return /^([-—–/\\]+|无|NULL|N\/A|#N\/A|NaN|null|undefined)$/.test(text) ? '' : text
}

/** A number, null for nothing written, undefined for something that is no number. */
export const numberOf = (cell: Cell | undefined): number | null | undefined => {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : undefined
  const text = textOf(cell)
  if (text === '') return null
  const plain = text.replaceAll(/,(?=\d{3}(\D|$))/g, '').replace(/(米|m|mm|毫米|cm|厘米|kv|MPa)$/i, '')
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain.trim())) return undefined
  const value = Number(plain)
  return Number.isFinite(value) ? value : undefined
}
