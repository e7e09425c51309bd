/** Excel workbooks of plain rows: a bold head that stays, wrapped text. Numbers are numbers; texts never become formulas. */
import writeWorkbook, { type Cell, type Sheet } from 'write-excel-file/node'

export interface SheetColumn {
  readonly title: string
  /** In characters. */
  readonly width: number
}
export interface PlainSheet {
  readonly name: string
  readonly columns: readonly SheetColumn[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}
/** What XML cannot carry, and a length that Excel refuses. */
const clean = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- these are what is replaced
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').slice(0, 32_000)
const cellOf = (value: string | number | null): Cell =>
  value === null
    ? null
    : typeof value === 'number'
      ? { type: Number, value, alignVertical: 'top' }
      : { type: String, value: clean(value), wrap: true, alignVertical: 'top' }

export const workbook = async (sheets: readonly PlainSheet[]): Promise<Uint8Array> => {
  const made = sheets.map(
    ({ name, columns, rows }): Sheet<never> => ({
      sheet: name,
      stickyRowsCount: 1,
      columns: columns.map(({ width }) => ({ width })),
      data: [
        columns.map(
          ({ title }): Cell => ({ type: String, value: title, fontWeight: 'bold', backgroundColor: '#f3f4f6' }),
        ),
        ...rows.map((row) => row.map(cellOf)),
      ],
    }),
  )
  return writeWorkbook(made).toBuffer()
}
