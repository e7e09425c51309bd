/** Receipts and notices of the window: acceptance, non-acceptance, corrections, delivery. The same facts give the same bytes. */
import { z } from 'zod'
import { type Instant, localDateOf, wallClock } from '../../../kernel/time.ts'
import { closing, facts, heading, note, paragraph, title } from '../../../platform/pdf/blocks.ts'
import { document } from '../../../platform/pdf/document.ts'
import { chineseDate } from './certificate.ts'

export const noticeFactsSchema = z.object({
  title: z.string(),
  departmentName: z.string(),
  rows: z.array(z.tuple([z.string(), z.string()])),
  sections: z.array(z.object({ heading: z.string(), lines: z.array(z.string()) })),
  paragraphs: z.array(z.string()),
  /** SHA-256 over the canonical text of everything above. */
  digest: z.string(),
})
export type NoticeFacts = z.infer<typeof noticeFactsSchema>

export const noticePdf = (
  value: NoticeFacts,
  issued: { readonly number: string; readonly at: Instant },
  publicUrl: string,
): Promise<Uint8Array> => {
  const address = `${publicUrl}/verify/receipt/${issued.number}`
  return document(
    {
      title: value.title,
      subject: issued.number,
      author: value.departmentName,
      createdAt: issued.at,
      head: '工程建设项目审批 一窗受理',
      number: issued.number,
      digest: { algorithm: 'SHA-256', value: value.digest },
    },
    [
      title(value.title, issued.number),
      facts(value.rows.map(([name, text]) => [name, text])),
      ...value.sections.flatMap((section) => [
        heading(section.heading, 2),
        ...section.lines.map((line) => paragraph(line)),
      ]),
      ...value.paragraphs.map((line) => paragraph(line)),
      closing({
        organisation: value.departmentName,
        date: chineseDate(localDateOf(issued.at)),
        seal: true,
        qr: { text: address, caption: '扫码核对' },
      }),
      note(`核对网址:${address}。出具时间 ${wallClock(issued.at)}。`),
    ],
  )
}
