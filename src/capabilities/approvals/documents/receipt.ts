/** The receipt of a submission (行政许可法 32: a written receipt with date). */
import { type Instant, localDateOf, wallClock } from '../../../kernel/time.ts'
import { closing, facts, heading, note, paragraph, table, title } from '../../../platform/pdf/blocks.ts'
import { document } from '../../../platform/pdf/document.ts'
import { chineseDate } from './certificate.ts'

export interface ReceiptFacts {
  readonly receiptNumber: string
  readonly caseNumber: string
  readonly round: number
  readonly hash: string
  readonly submittedAt: Instant
  /** When it was entered, where it had come on paper before (后补录入). */
  readonly enteredAt?: Instant | null
  readonly applicantName: string
  readonly projectName: string
  readonly projectNumber: string
  readonly stageName: string
  readonly departmentName: string
  readonly intakeDays: number | null
  readonly items: readonly { readonly itemId: string; readonly name: string; readonly departmentName: string }[]
  readonly documents: readonly { readonly name: string; readonly fileName: string; readonly sha256: string }[]
}

export const receiptPdf = (value: ReceiptFacts, publicUrl: string): Promise<Uint8Array> => {
  const address = `${publicUrl}/verify/receipt/${value.receiptNumber}`
  const entered = value.enteredAt ?? null
  return document(
    {
      title: '收件凭证',
      subject: value.receiptNumber,
      author: value.departmentName,
      createdAt: entered ?? value.submittedAt,
      head: '工程建设项目审批 一窗受理',
      number: value.receiptNumber,
      digest: { algorithm: 'SHA-256', value: value.hash },
    },
    [
      title('收件凭证', value.receiptNumber),
      facts([
        ['申请单位', value.applicantName],
        ['项目名称', value.projectName],
        ['项目编号', value.projectNumber],
        ['办件编号', value.caseNumber],
        ['审批阶段', value.stageName],
        [entered === null ? '收件时间' : '纸质收件时间', wallClock(value.submittedAt)],
        ...(entered === null ? [] : ([['录入时间', `${wallClock(entered)}(后补录入)`]] as const)),
        ['提交次数', `第${value.round}次`],
      ]),
      heading('申请事项', 2),
      table(
        [
          { title: '事项编号', weight: 2 },
          { title: '事项', weight: 5 },
          { title: '办理部门', weight: 4 },
        ],
        value.items.map((item) => [item.itemId, item.name, item.departmentName]),
      ),
      heading('收到的材料', 2),
      table(
        [
          { title: '材料', weight: 4 },
          { title: '文件', weight: 4 },
          { title: 'SHA-256(前16位)', weight: 3 },
        ],
        value.documents.map((each) => [each.name, each.fileName, each.sha256.slice(0, 16)]),
      ),
      paragraph(
        value.intakeDays === null
          ? '窗口将依法审查后作出受理、不予受理的决定,或者一次性告知需补正的全部内容。'
          : `窗口将在${value.intakeDays}个工作日内作出受理、不予受理的决定,或者一次性告知需补正的全部内容;逾期不告知的,自收到材料之日起即为受理(行政许可法第三十二条)。`,
      ),
      closing({
        organisation: value.departmentName,
        date: chineseDate(localDateOf(value.submittedAt)),
        seal: true,
        qr: { text: address, caption: '扫码核对收件凭证' },
      }),
      note(`核对网址:${address}。提交内容的 SHA-256 摘要见页脚。`),
    ],
  )
}
