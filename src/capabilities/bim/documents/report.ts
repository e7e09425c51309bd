/** The report of a check: on paper with drawings, and as a workbook. */
import { type Instant, wallClock } from '../../../kernel/time.ts'
import {
  type Block,
  facts,
  heading,
  note,
  type Picture,
  paragraph,
  pictures,
  table,
  title,
} from '../../../platform/pdf/blocks.ts'
import { document } from '../../../platform/pdf/document.ts'
import type { CheckView } from '../contract/checks.ts'
import type { ConflictRow } from '../contract/conflicts.ts'
import { planOf, sectionOf } from '../model/drawing.ts'
import type { Side } from '../model/record.ts'
import { conflictKindWords, lifeWords, outcomeWords, severities, severityWords, statusWords } from '../model/words.ts'
import { workbook } from './sheets.ts'

export interface ReportConflict extends ConflictRow {
  readonly formula: string
  readonly yielding: string | null
  /** For the drawings. */
  readonly sides: { readonly a: Side; readonly b: Side | null }
  readonly snapshot: Uint8Array | null
}
export interface ReportFacts {
  readonly projectName: string
  readonly check: CheckView
  readonly conflicts: readonly ReportConflict[]
  readonly total: number
  /** How many are printed with pictures. */
  readonly pictured: number
  readonly at: Instant
}
const metres = (value: number | null): string => (value === null ? '未知' : value.toFixed(3))
const cite = ({ clause, verified }: ConflictRow): string =>
  clause === '' ? '' : `${clause}${verified ? '' : '(待核对原文)'}`
const state = (row: ConflictRow): string =>
  `${lifeWords[row.life].zh} / ${statusWords[row.status].zh}${row.excepted ? '(已批准例外)' : ''}`

const picturesOf = (conflict: ReportConflict): readonly Picture[] => {
  const placed = { ...conflict.sides, at: conflict.at, actualM: conflict.actualM }
  const [width, height] = [140, 120]
  const plan = planOf(placed, width, height)
  const section = sectionOf(placed, width, height)
  return [
    ...(conflict.sides.a.shape === null ? [] : [{ width, height, caption: '平面(上北)', content: plan }]),
    ...(section === null ? [] : [{ width, height, caption: '断面', content: section }]),
    ...(conflict.snapshot === null
      ? []
      : [{ width, height, caption: '三维截图', content: { image: conflict.snapshot } }]),
  ]
}
const sectionFor = (conflict: ReportConflict): readonly Block[] => {
  const list = picturesOf(conflict)
  const height = (side: ConflictRow['a'] | null): string =>
    side === null ? '—' : `顶 ${metres(side.topM)}，轴 ${metres(side.axisM)}，底 ${metres(side.bottomM)}`
  return [
    heading(`${conflict.number} ${conflict.title}`, 2),
    paragraph(conflict.sentence),
    facts([
      [
        '级别',
        `${severityWords[conflict.severity].zh} · ${outcomeWords[conflict.outcome].zh} · ${conflictKindWords[conflict.kind].zh}`,
      ],
      ['状态', state(conflict)],
      ['甲', `${conflict.a.title}(${height(conflict.a)})`],
      ['乙', conflict.b === null ? '—' : `${conflict.b.title}(${height(conflict.b)})`],
      [
        '位置',
        `X ${conflict.at.north.toFixed(3)}，Y ${conflict.at.east.toFixed(3)}，高程 ${metres(conflict.at.height)}`,
      ],
      ['计算', conflict.formula === '' ? '—' : conflict.formula],
      [
        '要求',
        `${metres(conflict.requiredM)} m；实际 ${metres(conflict.actualM)} m；差 ${metres(conflict.shortfallM)} m`,
      ],
      ['依据', cite(conflict) === '' ? '—' : cite(conflict)],
      ['避让建议', conflict.yielding ?? '—'],
      ['责任人', `${conflict.assignee?.name ?? '未指定'}${conflict.dueOn === null ? '' : `，期限 ${conflict.dueOn}`}`],
    ]),
    ...(list.length === 0 ? [] : [pictures(list)]),
  ]
}
export const conflictReportPdf = (report: ReportFacts): Promise<Uint8Array> => {
  const { check, conflicts, total, pictured, at, projectName } = report
  const run = check.lastRun
  return document(
    {
      title: `${check.name}冲突报告`,
      subject: projectName,
      createdAt: at,
      head: 'BIM碰撞检查',
      number: run === null ? '' : `第${run.number}次运行`,
    },
    [
      title('碰撞检查冲突报告', `${projectName} · ${check.name}`),
      facts(
        [
          ['检查时间', run?.endedAt === null || run === null ? '尚未运行' : wallClock(run.endedAt)],
          ['规则表', run?.rules ?? '—'],
          [
            '模型版本',
            run === null ? '—' : run.versions.map((each) => `${each.modelName} 第${each.number}版`).join('、'),
          ],
          ['冲突', `${total} 个(本报告列出 ${conflicts.length} 个)`],
        ],
        1,
      ),
      note(check.toleranceSentence),
      ...(run?.result?.remarks ?? []).map((remark) => note(remark)),
      ...(check.outdated ? [note('注意:模型或检查设置在这次运行之后有变化,结果可能过时,请重新运行。')] : []),
      table(
        [
          { title: '级别', weight: 2 },
          { title: '不满足', weight: 1, align: 'right' },
          { title: '未知', weight: 1, align: 'right' },
          { title: '已消除', weight: 1, align: 'right' },
        ],
        severities.map((severity) => {
          const of = conflicts.filter((each) => each.severity === severity)
          const open = of.filter((each) => each.life !== 'solved')
          return [
            severityWords[severity].zh,
            String(open.filter((each) => each.outcome === 'breach').length),
            String(open.filter((each) => each.outcome === 'unknown').length),
            String(of.length - open.length),
          ]
        }),
      ),
      heading('冲突', 1),
      ...conflicts.slice(0, pictured).flatMap(sectionFor),
      ...(conflicts.length > pictured
        ? [
            heading('其余冲突', 2),
            table(
              [
                { title: '编号', weight: 2 },
                { title: '级别', weight: 1.5 },
                { title: '内容', weight: 8 },
                { title: '状态', weight: 3 },
              ],
              conflicts
                .slice(pictured)
                .map((each) => [each.number, severityWords[each.severity].zh, each.sentence, state(each)]),
            ),
          ]
        : []),
    ],
  )
}
export const conflictReportExcel = ({ check, conflicts, projectName }: ReportFacts): Promise<Uint8Array> =>
  workbook([
    {
      name: '冲突清单',
      columns: [
        ['编号', 10],
        ['级别', 8],
        ['判定', 10],
        ['类型', 14],
        ['专业组合', 18],
        ['甲', 34],
        ['乙', 34],
        ['问题和处理', 70],
        ['要求(m)', 10],
        ['实际(m)', 10],
        ['差(m)', 10],
        ['计算', 44],
        ['条文', 26],
        ['核对', 12],
        ['避让建议', 34],
        ['X(北)', 14],
        ['Y(东)', 14],
        ['高程', 10],
        ['里程(m)', 10],
        ['变化', 10],
        ['状态', 12],
        ['例外', 10],
        ['分组', 16],
        ['责任人', 12],
        ['期限', 12],
      ].map(([name, width]) => ({ title: String(name), width: Number(width) })),
      rows: conflicts.map((row) => [
        row.number,
        severityWords[row.severity].zh,
        outcomeWords[row.outcome].zh,
        conflictKindWords[row.kind].zh,
        row.pair,
        row.a.title,
        row.b?.title ?? null,
        row.sentence,
        row.requiredM,
        row.actualM ?? '未知',
        row.shortfallM,
        row.formula,
        row.clause,
        row.clause === '' ? null : row.verified ? '已核对' : '待核对原文',
        row.yielding,
        row.at.north,
        row.at.east,
        row.at.height,
        row.a.stationM,
        lifeWords[row.life].zh,
        statusWords[row.status].zh,
        row.excepted ? '已批准' : null,
        row.group?.name ?? null,
        row.assignee?.name ?? null,
        row.dueOn,
      ]),
    },
    {
      name: '说明',
      columns: [
        { title: '项目', width: 16 },
        { title: '内容', width: 90 },
      ],
      rows: [
        ['工程项目', projectName],
        ['检查', check.name],
        ['误差说明', check.toleranceSentence],
        ['规则表', check.lastRun?.rules ?? '—'],
        ['模型版本', check.lastRun?.versions.map((each) => `${each.modelName} 第${each.number}版`).join('、') ?? '—'],
        ...(check.lastRun?.result?.remarks ?? []).map((remark) => ['备注', remark] as const),
      ],
    },
  ])
