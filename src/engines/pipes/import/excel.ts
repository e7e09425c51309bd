/** Excel workbooks (.xlsx) by read-excel-file's form without files. */
import readWorkbook from 'read-excel-file/universal'
import type { Cell, Issue, Sheet } from './sheet.ts'

/** Gives the sheets of a workbook; an unreadable one gives none and an issue. */
export const readExcel = async (
  file: string,
  bytes: Uint8Array,
): Promise<{ readonly sheets: readonly Sheet[]; readonly issues: readonly Issue[] }> => {
  try {
    const sheets = await readWorkbook(new Uint8Array(bytes).buffer)
    return {
      sheets: sheets.map(({ sheet, data }) => ({
        file,
        sheet,
        rows: data.map((row) => row.map((cell: unknown) => cellOf(cell))),
      })),
      issues: [],
    }
  } catch {
    return {
      sheets: [],
      issues: [
        {
          rule: 'excel-broken',
          severity: 'error',
          place: { file, sheet: null, row: null, column: null },
          sentence: '无法读取该 Excel 文件;请确认是 .xlsx 格式(.xls 请另存为 .xlsx)且没有加密,再重新上传。',
        },
      ],
    }
  }
}
const cellOf = (cell: unknown): Cell =>
  cell instanceof Date
    ? cell.toISOString().slice(0, 10)
    : typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean'
      ? cell
      : null
