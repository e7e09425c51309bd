/** Reads the cells of one mapped sheet by their meaning, and says what cannot be read. */
import { classOf, classOfCode, type PipeClass, type PipeClasses, roundSection } from '../classes.ts'
import { type ElevationMeaning, elevationMeanings, type Section } from '../model.ts'
import type { FieldId } from './columns.ts'
import type { LengthUnit, SheetMapping } from './mapping.ts'
import { type Cell, columnName, type Issue, type IssueSeverity, numberOf, type Sheet, textOf } from './sheet.ts'

export interface MappedSheet {
  readonly sheet: Sheet
  readonly mapping: SheetMapping
}

export const perMetre: Readonly<Record<LengthUnit, number>> = { mm: 1_000, cm: 100, m: 1 }

/** A size as people write it: '300', 'DN300', 'φ0.3', '2000×1500', 'Φ300*5', '600X400'. Values stay in the unit written. */
export const parseSize = (
  text: string,
): { readonly round: number } | { readonly width: number; readonly height: number } | null => {
  const plain = text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/\s/g, '')
    .replaceAll(/[×*✕╳]/g, 'X')
    .replace(/(MM|毫米)$/, '')
  const number = '(\\d+(?:\\.\\d+)?)'
  const round = new RegExp(`^(?:DN|DE|D|Φ|Ø|ϕ|∅)?${number}$`).exec(plain)
  if (round !== null && Number(round[1]) > 0) return { round: Number(round[1]) }
  const box = new RegExp(`^(?:B|BXH)?${number}X(?:H)?${number}$`).exec(plain)
  return box !== null && Number(box[1]) > 0 && Number(box[2]) > 0
    ? { width: Number(box[1]), height: Number(box[2]) }
    : null
}

const meaningNames: readonly (readonly [RegExp, ElevationMeaning])[] = [
  [/^(top|管顶|外顶|管顶高程)$/i, 'top'],
  [/^(centre|center|中心|管中|管中心)$/i, 'centre'],
  [/^(invert|管底|内底|管内底|流水位)$/i, 'invert'],
  [/^(bottom|外底|管外底)$/i, 'bottom'],
]
/** A date as 'YYYY-MM-DD', 'YYYY-MM' or 'YYYY'; other texts stay as they are. */
export const dateOf = (text: string): string | null => {
  if (text === '') return null
  const parts = /^(\d{4})[-/.年]?(\d{1,2})?[-/.月]?(\d{1,2})?日?$/.exec(text)
  if (parts === null) return text
  return [parts[1], parts[2], parts[3]]
    .filter((part) => part !== undefined)
    .map((part) => part.padStart(2, '0'))
    .join('-')
}

export class SheetReader {
  readonly #sheet: Sheet
  readonly #mapping: SheetMapping
  readonly #classes: PipeClasses
  readonly #issues: Issue[]
  constructor({ sheet, mapping }: MappedSheet, classes: PipeClasses, issues: Issue[]) {
    this.#sheet = sheet
    this.#mapping = mapping
    this.#classes = classes
    this.#issues = issues
  }
  get mapping(): SheetMapping {
    return this.#mapping
  }
  rows(): readonly number[] {
    return this.#sheet.rows.flatMap((row, index) =>
      index >= this.#mapping.firstRow && row.some((cell) => textOf(cell) !== '') ? [index] : [],
    )
  }
  place(row: number, field: FieldId | null = null): Issue['place'] {
    const column = field === null ? undefined : this.#mapping.columns[field]
    return {
      file: this.#sheet.file,
      sheet: this.#sheet.sheet,
      row: row + 1,
      column: column === undefined ? null : columnName(column),
    }
  }
  tell(rule: string, severity: IssueSeverity, row: number, field: FieldId | null, sentence: string): void {
    this.#issues.push({ rule, severity, place: this.place(row, field), sentence })
  }
  has(field: FieldId): boolean {
    return this.#mapping.columns[field] !== undefined
  }
  cell(row: number, field: FieldId): Cell | undefined {
    const column = this.#mapping.columns[field]
    return column === undefined ? undefined : this.#sheet.rows[row]?.[column]
  }
  text(row: number, field: FieldId): string {
    return textOf(this.cell(row, field))
  }
  textOrNull(row: number, field: FieldId): string | null {
    const text = this.text(row, field)
    return text === '' ? null : text
  }
  number(row: number, field: FieldId, name: string): number | null {
    const value = numberOf(this.cell(row, field))
    if (value !== undefined) return value
    this.tell(
      'number-format',
      'error',
      row,
      field,
      `${name}“${this.text(row, field)}”不是数字;请改为数字,未改前按未知处理。`,
    )
    return null
  }
  depth(row: number, field: FieldId, name: string): number | null {
    const value = this.number(row, field, name)
    return value === null ? null : value / perMetre[this.#mapping.depthUnit]
  }
  classAt(row: number): PipeClass {
    const text = this.text(row, 'code')
    const found = text === '' ? undefined : classOf(this.#classes, text)
    if (text !== '' && found === undefined)
      this.tell(
        'class-unknown',
        'warning',
        row,
        'code',
        `管线类别“${text}”不在代码表内;请改为标准代码(如 JS、WS、RQ),未改前按不明管线处理。`,
      )
    const fallback = this.#mapping.code === null ? undefined : classOfCode(this.#classes, this.#mapping.code)
    const own = found ?? (text === '' ? (fallback ?? this.#fromNumber(row)) : undefined)
    if (own !== undefined) return own
    if (text === '')
      this.tell('class-unknown', 'warning', row, null, '没有写明管线类别;请在导入设置中选择,或补一列“管线类别”。')
    return this.#unknown()
  }
  /** Point numbers mostly begin with the code of the class: 'JS12'. */
  #fromNumber(row: number): PipeClass | undefined {
    const letters = /^[A-Za-z]+/.exec(this.text(row, 'start') || this.text(row, 'no') || this.text(row, 'mapNo'))
    return letters === null ? undefined : classOfCode(this.#classes, letters[0].toUpperCase())
  }
  #unknown(): PipeClass {
    const found = classOfCode(this.#classes, 'BM') ?? this.#classes.classes[0]
    if (found === undefined) throw new Error('the table of classes is empty')
    return found
  }
  section(row: number, own: PipeClass, material: string | null): Section {
    const text = this.text(row, 'size')
    if (text === '') {
      this.tell('size-unknown', 'warning', row, 'size', '没有管径或断面尺寸;请补测,未补前净距检查只能给出“无法判定”。')
      return { shape: 'unknown' }
    }
    const size = parseSize(text)
    if (size === null) {
      this.tell(
        'size-unknown',
        'warning',
        row,
        'size',
        `管径“${text}”无法识别;请写成“300”或“2000×1500”,未改前按未知处理。`,
      )
      return { shape: 'unknown' }
    }
    const unit = perMetre[this.#mapping.sizeUnit]
    if ('width' in size) {
      const cable = own.kind === 'power' || own.kind === 'telecom'
      return {
        shape: cable ? 'ducts' : 'box',
        widthM: size.width / unit,
        heightM: size.height / unit,
        wallM: 0,
        wall: cable ? 'given' : 'assumed',
      }
    }
    const nominalMm = (size.round / unit) * 1_000
    if (nominalMm < 10 || nominalMm > 6_000)
      this.tell(
        'size-implausible',
        'warning',
        row,
        'size',
        `管径${nominalMm} mm 不合常理,可能单位有误;请核对,程序不会自行改动。`,
      )
    const outer = numberOf(this.cell(row, 'outerSize'))
    return roundSection(
      this.#classes,
      nominalMm,
      material,
      typeof outer === 'number' && outer > 0 ? (outer / unit) * 1_000 : null,
    )
  }
}

/** What the stated heights of a row mean; null: as usual for the class. */
export const meaningAt = (reader: SheetReader, row: number): ElevationMeaning | null => {
  const text = reader.text(row, 'meaning')
  return meaningNames.find(([name]) => name.test(text))?.[1] ?? elevationMeanings.find((each) => each === text) ?? null
}
