/** Day by day: why a due day is what it is. */
import type { Instant } from '../../../kernel/time.ts'
import { wallClock } from '../../../kernel/time.ts'
import { facts, note, paragraph, table, title } from '../../../platform/pdf/blocks.ts'
import { document } from '../../../platform/pdf/document.ts'
import type { ClockView } from '../contract.ts'

export interface ExplanationFacts {
  readonly clock: ClockView
  readonly caseNumber: string
  readonly projectName: string
  readonly departmentName: string
  readonly summary: string
  readonly asOf: Instant
  readonly rows: readonly {
    readonly day: string
    readonly weekday: number
    readonly number: number | null
    readonly reason: string
  }[]
}
const weekdays = ['一', '二', '三', '四', '五', '六', '日']
const unverified: readonly string[] = ['D', 'E', 'X']

export const explanationPdf = (value: ExplanationFacts): Promise<Uint8Array> =>
  document({ title: '期限计算说明', subject: value.caseNumber, createdAt: value.asOf, number: value.caseNumber }, [
    title('期限计算说明', value.clock.label.zh),
    facts([
      ['办件编号', value.caseNumber],
      ['项目名称', value.projectName],
      ['办理部门', value.departmentName],
      ['期限依据', `${value.clock.basis}${unverified.includes(value.clock.certainty) ? '(待核)' : ''}`],
      ['到期日', value.clock.due === null ? '—' : `${value.clock.due}${value.clock.provisional ? '(暂定)' : ''}`],
    ]),
    paragraph(value.summary),
    table(
      [
        { title: '日期', weight: 3 },
        { title: '星期', weight: 1, align: 'center' },
        { title: '计数', weight: 1, align: 'center' },
        { title: '说明', weight: 8 },
      ],
      value.rows.map((row) => [
        row.day,
        weekdays[row.weekday - 1] ?? '',
        row.number === null ? '' : String(row.number),
        row.reason,
      ]),
    ),
    note(`截至 ${wallClock(value.asOf)} 计算。`),
  ])
