/** The decision as a document. The same facts give the same bytes. */
import { type Certainty, needsVerification } from '../../../kernel/sourced.ts'
import { wallClock } from '../../../kernel/time.ts'
import { runInWorker } from '../../../platform/jobs/workers.ts'
import { closing, facts, heading, note, paragraph, space, title } from '../../../platform/pdf/blocks.ts'
import { document } from '../../../platform/pdf/document.ts'
import type { ScopePart } from '../contract/decision-parts.ts'
import { outcomeWordsOf } from '../model/words.ts'
import type { CertificateFacts } from '../store/tables.ts'

/**
 * Draws in a thread of its own: cutting the typeface takes tens of milliseconds of a core, in which nobody else would be
 * answered, and many decisions fall at once.
 */
export const certificatePdf = (value: CertificateFacts, publicUrl: string): Promise<Uint8Array> =>
  runInWorker<typeof drawCertificate>(new URL('./certificate.ts', import.meta.url), 'drawCertificate', {
    value,
    publicUrl,
  })

interface Drawing {
  readonly value: CertificateFacts
  readonly publicUrl: string
}
/** What the thread does; elsewhere call `certificatePdf`. */
export const drawCertificate = ({ value, publicUrl }: Drawing): Promise<Uint8Array> => {
  const address = `${publicUrl}/verify/${value.code}`
  return document(
    {
      title: value.documentName.zh,
      subject: value.documentNumber,
      author: value.departmentName,
      createdAt: value.decidedAt,
      head: value.departmentName,
      number: value.documentNumber,
    },
    [
      title(value.documentName.zh, value.documentNumber),
      facts([
        ['申请单位', value.holderName],
        ['项目名称', value.projectName],
        ['项目编号', value.projectNumber],
        ['建设地点', value.projectAddress === '' ? '—' : value.projectAddress],
        ['事项', `${value.itemName.zh}(${value.itemId})`],
        ['决定', outcomeWordsOf(value.itemKind, value.outcome).zh],
        ...(value.validUntil === undefined || value.validUntil === null
          ? []
          : ([['有效期至', chineseDate(value.validUntil)]] as const)),
        ...(value.replaces === undefined || value.replaces === null
          ? []
          : ([[`${value.replaces.kind}自`, `${value.replaces.documentNumber}(${value.replaces.reason})`]] as const)),
      ]),
      ...scopeBlocks(value.scope ?? []),
      ...(value.refusal === undefined || value.refusal === null
        ? []
        : [
            heading('不予许可的理由', 2),
            paragraph(`法定理由:${value.refusal.ground.zh}(${value.refusal.basis}${pending(value.refusal.certainty)})`),
            paragraph(`查明的事实:${value.refusal.facts}`),
          ]),
      ...value.text.split('\n').map((line) => paragraph(line)),
      ...(value.conditions.length === 0
        ? []
        : [
            heading('附加条件', 2),
            ...value.conditions.map((condition, index) => paragraph(`${index + 1}. ${condition}`)),
          ]),
      ...((value.deferred ?? []).length === 0
        ? []
        : [
            heading('容缺办结:尚待补交的材料', 2),
            ...(value.deferred ?? []).map((each, index) =>
              paragraph(`${index + 1}. ${each.name.zh}(${each.due === null ? each.limit.zh : `${each.due}前补齐`})`),
            ),
          ]),
      paragraph(`依据:${value.legalBasis.join(';')}。`),
      paragraph(`救济途径:${value.remedy}`),
      ...(value.remedies ?? [])
        .filter((term) => term.amount !== null)
        .map((term) => paragraph(`${term.name.zh}(${term.basis}${pending(term.certainty)})`)),
      space(8),
      closing({
        organisation: value.departmentName,
        date: chineseDate(value.decidedOn),
        seal: true,
        qr: { text: address, caption: `扫码验真 ${value.code}` },
      }),
      note(`验证网址:${address}。本电子文书由系统于 ${wallClock(value.decidedAt)} 生成,以验真结果为准。`),
    ],
  )
}

const pending = (certainty: Certainty): string => (needsVerification(certainty) ? ',待核' : '')
const partWords = { granted: '准予', refused: '不予许可', open: '另行决定' } as const
const scopeBlocks = (scope: readonly ScopePart[]) =>
  scope.length === 0
    ? []
    : [
        heading('决定范围', 2),
        ...scope.map((part) =>
          paragraph(`${part.name}:${partWords[part.decision]}${part.reason === '' ? '' : `(${part.reason})`}`),
        ),
      ]

/** '2026年3月2日'. */
export const chineseDate = (day: string): string =>
  `${Number(day.slice(0, 4))}年${Number(day.slice(5, 7))}月${Number(day.slice(8, 10))}日`
