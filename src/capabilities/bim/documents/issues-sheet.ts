/** The report of quality as a workbook: where each fault is and what to do. */
import { type IssueSeverity, issueSeverityWords } from '../model/words.ts'
import { workbook } from './sheets.ts'

export interface SheetIssue {
  readonly rule: string
  readonly severity: IssueSeverity
  readonly place: {
    readonly file: string
    readonly sheet: string | null
    readonly row: number | null
    readonly column: string | null
  }
  readonly sentence: string
}
export const issuesSheet = (issues: readonly SheetIssue[]): Promise<Uint8Array> =>
  workbook([
    {
      name: '质量报告',
      columns: [
        { title: '级别', width: 8 },
        { title: '文件', width: 28 },
        { title: '工作表', width: 16 },
        { title: '行', width: 8 },
        { title: '列', width: 8 },
        { title: '问题和处理', width: 90 },
        { title: '规则', width: 20 },
      ],
      rows: issues.map(({ rule, severity, place, sentence }) => [
        issueSeverityWords[severity].zh,
        place.file,
        place.sheet,
        place.row,
        place.column,
        sentence,
        rule,
      ]),
    },
  ])
