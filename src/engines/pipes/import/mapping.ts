/**
 * Finds out what a sheet is: which rows are its header (one row or two, at the top or after titles), which column holds
 * what, in which unit. The result is a suggestion with a confidence; people may change any of it before reading.
 */
import { classOf, type PipeClasses } from '../classes.ts'
import type { FieldId, SurveyColumns } from './columns.ts'
import { type Cell, numberOf, type Sheet, textOf } from './sheet.ts'

/** `field`: a field sheet, whose rows are points and at once the line from the point to a neighbour. */
export const sheetRoles = ['points', 'lines', 'field', 'ignore'] as const
export type SheetRole = (typeof sheetRoles)[number]
export type LengthUnit = 'mm' | 'cm' | 'm'

export interface SheetMapping {
  readonly role: SheetRole
  /** From 0; the data begin at `firstRow`. */
  readonly firstRow: number
  /** Column numbers from 0. */
  readonly columns: Readonly<Partial<Record<FieldId, number>>>
  /** Class for rows that name none. */
  readonly code: string | null
  readonly sizeUnit: LengthUnit
  readonly depthUnit: LengthUnit
}
export interface MappingSuggestion {
  readonly mapping: SheetMapping
  /** 0..1 for each column that was recognised. */
  readonly confidence: Readonly<Partial<Record<FieldId, number>>>
  /** Names of the columns as they stand. */
  readonly header: readonly string[]
  /** Column numbers that mean nothing to us. */
  readonly unused: readonly number[]
  /** What people should look at. */
  readonly doubts: readonly string[]
}

const HEADER_ROWS = 10
const norm = (text: string): string =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s_:.·*#"'/、,,-]/g, '')
const bare = (text: string): string => norm(text.normalize('NFKC').replaceAll(/[([【〔].*?[)\]】〕]/g, ''))
const UNIT_END = /(MM|CM|M|毫米|厘米|米|KV|MPA|°)$/

interface Named {
  readonly id: FieldId
  readonly confidence: number
}
const nameIndex = (columns: SurveyColumns): ReadonlyMap<string, FieldId> => {
  const index = new Map<string, FieldId>()
  for (const { id, names } of columns.fields)
    for (const name of names) if (!index.has(norm(name))) index.set(norm(name), id)
  return index
}
/** The field of a column name: exact, without unit in brackets, or by a long name inside it. */
const fieldNamed = (index: ReadonlyMap<string, FieldId>, name: string): Named | undefined => {
  const exact = index.get(norm(name))
  if (exact !== undefined) return { id: exact, confidence: 1 }
  const short = index.get(bare(name)) ?? index.get(bare(name).replace(UNIT_END, ''))
  if (short !== undefined) return { id: short, confidence: 0.95 }
  const plain = bare(name)
  let best: (Named & { readonly length: number }) | undefined
  for (const [known, id] of index)
    if (/[一-鿿]/.test(known) && known.length >= 2 && plain.includes(known) && known.length > (best?.length ?? 0))
      best = { id, confidence: 0.5 + (0.4 * known.length) / plain.length, length: known.length }
  return best
}

interface Header {
  readonly firstRow: number
  readonly names: readonly string[]
  readonly found: ReadonlyMap<FieldId, { readonly column: number; readonly confidence: number }>
  readonly score: number
}
const readHeader = (
  index: ReadonlyMap<string, FieldId>,
  names: readonly (readonly string[])[],
  firstRow: number,
): Header => {
  const found = new Map<FieldId, { column: number; confidence: number }>()
  let score = 0
  for (const [column, candidates] of names.entries()) {
    for (const name of candidates) {
      const named = name === '' ? undefined : fieldNamed(index, name)
      if (named === undefined) continue
      const known = found.get(named.id)
      if (known === undefined || named.confidence > known.confidence) {
        score += named.confidence - (known?.confidence ?? 0)
        found.set(named.id, { column, confidence: named.confidence })
        break
      }
    }
  }
  return { firstRow, names: names.map(([name = '']) => name), found, score }
}
const filled = (row: readonly Cell[], width: number): readonly string[] => {
  const texts: string[] = []
  for (let column = 0; column < width; column += 1) {
    const text = textOf(row[column])
    texts.push(text === '' ? (texts[column - 1] ?? '') : text)
  }
  return texts
}

const findHeader = (sheet: Sheet, columns: SurveyColumns): Header => {
  const index = nameIndex(columns)
  let best: Header = { firstRow: 0, names: [], found: new Map(), score: 0 }
  for (let row = 0; row < Math.min(HEADER_ROWS, sheet.rows.length); row += 1) {
    const cells = sheet.rows[row] ?? []
    const single = readHeader(
      index,
      cells.map((cell) => [textOf(cell)]),
      row + 1,
    )
    if (single.score > best.score + 0.01) best = single
    const below = sheet.rows[row + 1]
    if (below === undefined || below.some((cell) => typeof cell === 'number')) continue
    const width = Math.max(cells.length, below.length)
    const above = filled(cells, width)
    const double = readHeader(
      index,
      above.map((group, column) => {
        const own = textOf(below[column])
        const top = textOf(cells[column])
        return own === '' ? [top] : [`${group}${own}`, own]
      }),
      row + 2,
    )
    if (double.score > best.score + 0.01) best = double
  }
  return best
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const unitIn = (name: string): LengthUnit | null => {
  const text = name.normalize('NFKC').toLowerCase()
  if (/mm|毫米/.test(text)) return 'mm'
  if (/cm|厘米/.test(text)) return 'cm'
  return /[([]\s*(m|米)\s*[))\]]/.test(text) || /[/](m|米)$/.test(text) ? 'm' : null
}
const numbersIn = (sheet: Sheet, firstRow: number, column: number | undefined): readonly number[] =>
  column === undefined
    ? []
    : sheet.rows.slice(firstRow, firstRow + 500).flatMap((row) => {
        const value = numberOf(row[column])
        return typeof value === 'number' && value > 0 ? [value] : []
      })

/** Suggests how to read a sheet. */
export const suggestMapping = (sheet: Sheet, columns: SurveyColumns, classes: PipeClasses): MappingSuggestion => {
  const header = findHeader(sheet, columns)
  const has = (id: FieldId): boolean => header.found.has(id)
  const placed = has('north') && has('east')
  const role: SheetRole =
    has('start') && has('end')
      ? 'lines'
      : has('startEast') && has('endEast')
        ? 'lines'
        : has('no') && has('end') && placed
          ? 'field'
          : (has('no') || has('mapNo')) && placed
            ? 'points'
            : placed && header.found.size >= 3
              ? 'points'
              : 'ignore'
  const doubts: string[] = []
  const found = new Map(header.found)
  // In a line table one depth or elevation column without "start" or "end" stands for both.
  const nameOf = (id: FieldId): string => header.names[found.get(id)?.column ?? -1] ?? ''
  const unitOf = (ids: readonly FieldId[], fallback: LengthUnit): LengthUnit => {
    for (const id of ids) {
      const unit = unitIn(nameOf(id))
      if (unit !== null) return unit
    }
    return fallback
  }
  const sizeUnit = unitOf(['size', 'outerSize'], 'mm')
  const sizes = numbersIn(sheet, header.firstRow, found.get('size')?.column)
  if (sizes.length > 0) {
    const small = sizes.filter((size) => size < 10).length
    if (sizeUnit === 'mm' && median(sizes) < 10)
      doubts.push('管径多数小于10,单位可能是米;请确认“管径”一列的单位,未确认前按毫米读入。')
    else if (sizeUnit === 'mm' && median(sizes) < 50 && sizes.every((size) => size <= 300))
      doubts.push('管径多数小于50,单位可能是厘米;请确认“管径”一列的单位,未确认前按毫米读入。')
    else if (small > 0 && small < sizes.length)
      doubts.push(`“管径”一列单位混用:${small}个值小于10,其余为毫米;请逐行核对,程序不会自行改动。`)
  }
  const depthIds = ['startDepth', 'endDepth', 'depth'] as const
  const depthUnit = unitOf(depthIds, 'm')
  const depths = depthIds.flatMap((id) => numbersIn(sheet, header.firstRow, found.get(id)?.column))
  if (depths.length > 0 && depthUnit === 'm' && median(depths) > 15)
    doubts.push('埋深多数大于15,单位可能是厘米;请确认“埋深”一列的单位,未确认前按米读入。')
  for (const [id, { confidence }] of found)
    if (confidence < 0.9) doubts.push(`“${nameOf(id)}”一列是按相近名称认出的,请确认其含义。`)
  const code = has('code')
    ? null
    : (classOf(classes, (sheet.sheet ?? '').replace(/(POINT|LINE|点表?|线表?)$/i, ''))?.code ??
      classOf(classes, sheet.file.replace(/\.\w+$/, '').replace(/(POINT|LINE|点表?|线表?)$/i, ''))?.code ??
      null)
  const used = new Set([...found.values()].map(({ column }) => column))
  return {
    mapping: {
      role,
      firstRow: header.firstRow,
      columns: Object.fromEntries([...found].map(([id, { column }]) => [id, column])),
      code,
      sizeUnit,
      depthUnit,
    },
    confidence: Object.fromEntries([...found].map(([id, { confidence }]) => [id, confidence])),
    header: header.names,
    unused: header.names.flatMap((name, column) => (name !== '' && !used.has(column) ? [column] : [])),
    doubts,
  }
}
