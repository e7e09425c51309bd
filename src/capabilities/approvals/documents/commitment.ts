/** A signed promise as a document: the very words that were signed, their digest, who and when. */
import { type Instant, localDateOf, wallClock } from '../../../kernel/time.ts'
import { closing, facts, note, paragraph, title } from '../../../platform/pdf/blocks.ts'
import { document } from '../../../platform/pdf/document.ts'
import { chineseDate } from './certificate.ts'

export interface CommitmentFacts {
  readonly title: string
  readonly lines: readonly string[]
  readonly hash: string
  readonly signatory: string
  readonly signedAt: Instant
  readonly applicantName: string
  readonly caseNumber: string
}
export const commitmentPdf = (value: CommitmentFacts): Promise<Uint8Array> =>
  document(
    {
      title: value.title,
      subject: value.caseNumber,
      author: value.applicantName,
      createdAt: value.signedAt,
      head: value.applicantName,
      number: value.caseNumber,
      digest: { algorithm: 'SHA-256', value: value.hash },
    },
    [
      title(value.title, value.caseNumber),
      ...value.lines.map((line) => paragraph(line)),
      facts([
        ['签署人', value.signatory],
        ['签署时间', wallClock(value.signedAt)],
      ]),
      closing({ organisation: value.applicantName, date: chineseDate(localDateOf(value.signedAt)), seal: false }),
      note('页脚的 SHA-256 摘要按签署时的承诺书全文计算。'),
    ],
  )
