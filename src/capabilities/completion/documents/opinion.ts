/** The one opinion of the joint acceptance as a document. The same facts give the same bytes. */
import type { Instant } from '../../../kernel/time.ts'
import { closing, facts, heading, note, paragraph, space, table, title } from '../../../platform/pdf/blocks.ts'
import { document } from '../../../platform/pdf/document.ts'
import type { OpinionFacts } from '../store.ts'

const chineseDay = (day: string): string =>
  `${Number(day.slice(0, 4))}年${Number(day.slice(5, 7))}月${Number(day.slice(8, 10))}日`
export interface OpinionPaper {
  readonly number: string
  readonly code: string
  readonly kind: 'partial' | 'final'
  readonly concludedAt: Instant
  readonly opinion: OpinionFacts
}
export const opinionPdf = (paper: OpinionPaper, publicUrl: string): Promise<Uint8Array> => {
  const { opinion, number, code } = paper
  const address = `${publicUrl}/acceptance/${code}`
  const rest = opinion.buildings.filter((name) => !opinion.usable.includes(name))
  return document(
    {
      title: '建设工程联合验收意见',
      subject: number,
      author: opinion.leadName,
      createdAt: paper.concludedAt,
      head: opinion.leadName,
      number,
    },
    [
      title('建设工程联合验收意见', number),
      facts([
        ['项目名称', opinion.projectName],
        ['项目编号', opinion.projectNumber],
        ['建设地点', opinion.projectAddress === '' ? '—' : opinion.projectAddress],
        ['建设单位', opinion.ownerName],
        ['验收类型', paper.kind === 'final' ? '最终验收' : '分期验收'],
        ['单体', opinion.buildings.join('、') || '—'],
        ['可以投入使用', opinion.usable.join('、') || '—'],
      ]),
      heading('各部门验收结果', 2),
      table(
        [
          { title: '事项', weight: 4 },
          { title: '部门', weight: 5 },
          { title: '结果', weight: 2 },
          { title: '轮次', weight: 1, align: 'right' },
        ],
        opinion.parts.map((part) => [part.name, part.departmentName, '合格', String(part.rounds)]),
      ),
      heading('联合验收意见', 2),
      ...opinion.text.split('\n').map((line) => paragraph(line)),
      ...(rest.length === 0 ? [] : [paragraph(`下列单体暂不得投入使用:${rest.join('、')}。`)]),
      space(8),
      closing({
        organisation: opinion.leadName,
        date: chineseDay(opinion.concludedOn),
        seal: true,
        qr: { text: address, caption: `扫码验真 ${code}` },
      }),
      note(`验证网址:${address}。以验真结果为准。`),
    ],
  )
}
