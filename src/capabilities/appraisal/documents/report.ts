/** The report of a period: departments by indicator, how each number is made, and what proves it. No person is named. */
import { type Instant, wallClock } from '../../../kernel/time.ts'
import { type Block, heading, note, paragraph, table, title } from '../../../platform/pdf/blocks.ts'
import { document } from '../../../platform/pdf/document.ts'
import type { PeriodView } from '../contract.ts'
import { valueText } from '../model/figures.ts'

const unverified: readonly string[] = ['D', 'E', 'X']
const ofDepartments = (view: PeriodView, indicator: string): PeriodView['figures'] =>
  view.figures.filter((figure) => figure.scope === 'department' && figure.indicator === indicator)

const sectionOf = (view: PeriodView, indicator: PeriodView['rules']['indicators'][number]): readonly Block[] => {
  const figures = ofDepartments(view, indicator.code)
  return [
    heading(indicator.name.zh, 2),
    note(`口径:${indicator.definition.zh}`),
    figures.length === 0
      ? paragraph('本期没有相关办件。')
      : table(
          [
            { title: '部门', weight: 6 },
            { title: '数值', weight: 2, align: 'right' },
            { title: '计算', weight: 3, align: 'right' },
          ],
          figures.map((figure) => [
            figure.departmentName,
            valueText(figure.value, indicator.unit),
            figure.denominator === null ? `${figure.numerator}` : `${figure.numerator} ÷ ${figure.denominator}`,
          ]),
        ),
  ]
}
const percent = (value: number | null): string => valueText(value, 'share')
const rankingOf = (view: PeriodView): readonly Block[] => {
  const { ranking } = view.rules
  if (ranking === null || view.ranking.length === 0) return []
  return [
    heading(ranking.name.zh, 2),
    note(`口径:${ranking.definition.zh}${unverified.includes(ranking.certainty) ? '(待核)' : ''}`),
    table(
      [
        { title: '次序', weight: 1, align: 'right' },
        { title: '部门', weight: 5 },
        { title: '速度', weight: 2, align: 'right' },
        { title: '质量', weight: 2, align: 'right' },
        { title: '取低者', weight: 2, align: 'right' },
      ],
      view.ranking.map((place) => [
        place.rank === null ? '—' : `${place.rank}`,
        place.departmentName,
        percent(place.speed),
        percent(place.quality),
        percent(place.score),
      ]),
    ),
  ]
}
const groups = [
  { aspect: 'quality', name: '一、办得对:质量指标' },
  { aspect: 'speed', name: '二、办得快:速度指标' },
  { aspect: null, name: '三、单列' },
] as const
const sectionsOf = (view: PeriodView): readonly Block[] =>
  groups.flatMap(({ aspect, name }) => {
    const indicators = view.rules.indicators.filter((indicator) => indicator.aspect === aspect)
    return indicators.length === 0
      ? []
      : [heading(name, 1), ...indicators.flatMap((indicator) => sectionOf(view, indicator))]
  })

/** What the report says, before it is set as a PDF. */
export const reportBlocks = (view: PeriodView, publicUrl: string): readonly Block[] => {
  const { period, rules } = view
  const published = period.publishedAt
  return [
    title('办件时效考核报告', `${period.name.zh}(${period.from}至${period.to})第${period.edition}版`),
    paragraph(
      `本报告由办件记录按指标规则(版本${rules.version}${unverified.includes(rules.certainty) ? ',待核' : ''})推算,数据截至${wallClock(period.computedAt)}。每个数字都可以在平台上打开其全部办件,并可重新推算核对。事后补录的办件单列统计,不计入其他指标。`,
    ),
    note(`依据:${rules.basis}。${rules.note}`),
    ...rankingOf(view),
    ...sectionsOf(view),
    ...(view.objections.length === 0
      ? []
      : [
          heading('异议及答复', 2),
          table(
            [
              { title: '部门', weight: 4 },
              { title: '指标', weight: 3 },
              { title: '结果', weight: 2 },
              { title: '答复', weight: 6 },
            ],
            view.objections.map((each) => [
              each.departmentName,
              rules.indicators.find((one) => one.code === each.indicator)?.name.zh ?? each.indicator,
              each.state === 'open' ? '待答复' : each.state === 'upheld' ? '成立' : '不成立',
              each.answer ?? '',
            ]),
          ),
        ]),
    note(
      published === null
        ? '草稿,未发布,不得引用。'
        : `发布时间:${wallClock(published)}。公开页面:${publicUrl}/appraisal。页脚摘要可用于核对全部数字及其办件清单。`,
    ),
  ]
}

export const reportPdf = (view: PeriodView, publicUrl: string, asOf: Instant): Promise<Uint8Array> => {
  const { period } = view
  const published = period.publishedAt
  return document(
    {
      title: `${period.name.zh}办件时效考核报告`,
      subject: period.name.zh,
      createdAt: published ?? asOf,
      head: '办件时效考核',
      number: `第${period.edition}版`,
      digest: { algorithm: 'SHA-256', value: view.digest },
      ...(published === null ? { watermark: '草稿' } : {}),
    },
    reportBlocks(view, publicUrl),
  )
}
