/** Receipts of every kind, issued in the transaction of what they say; each can be printed again to the byte. */
import { createHash } from 'node:crypto'
import type { Actor } from '../../../kernel/actor.ts'
import { type Instant, type LocalDate, localDateOf, wallClock } from '../../../kernel/time.ts'
import type { Database, FileReply, Unit } from '../../../platform/platform.ts'
import { receiptIssued } from '../contract/events-undertakings.ts'
import { type NoticeFacts, noticeFactsSchema, noticePdf } from '../documents/notice.ts'
import { canonicalJson } from '../model/canonical.ts'
import { limitWords } from '../model/deferral.ts'
import { receiptNumberOf } from '../model/numbers.ts'
import * as refuse from '../model/refusals/undertakings.ts'
import { receiptPrefix, receiptWords } from '../model/rounds.ts'
import { type ApplicationRecord, application, nextReceiptSequence } from '../store/applications.ts'
import { insertReceipt, receipt } from '../store/rounds.ts'
import type { CorrectionPoint } from '../store/tables.ts'
import type { ReceiptId, ReceiptRecord } from '../store/undertaking-tables.ts'
import { type CaseFile, personOf } from './case-file.ts'
import type { Context } from './context.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import { requireSight } from './file-view.ts'
import { ownDeferrals } from './waivers.ts'

type Kind = ReceiptRecord['kind']
type Draft = Omit<NoticeFacts, 'title' | 'departmentName' | 'digest'>

const rowsOf = (context: Context, row: ApplicationRecord): [string, string][] => [
  ['申请单位', row.applicant_name],
  ['项目名称', row.project_name],
  ['项目编号', row.project_number],
  ['办件编号', row.case_number],
  ['审批阶段', context.law.stage(row.stage, row.catalogue_day)?.name.zh ?? row.stage],
  ...paperRows(row),
]
/** Both times, where the application came on paper. */
export const paperRows = (row: Pick<ApplicationRecord, 'paper'>): [string, string][] =>
  row.paper === null
    ? []
    : [
        ['纸质收件时间', wallClock(row.paper.receivedAt)],
        ['录入时间', `${wallClock(row.paper.enteredAt)}(后补录入)`],
      ]

/** Issues a receipt and sends it: the entry is what tells the applicant. */
export const issueReceipt = async (
  context: Context,
  unit: Unit,
  file: Pick<CaseFile, 'application' | 'departments'>,
  kind: Kind,
  draft: Draft,
  silence: { readonly late: boolean } | null = null,
): Promise<void> => {
  const { application: row } = file
  const title = `${receiptWords[kind].zh}${silence === null ? '' : '(逾期未告知,视为受理)'}`
  const body = { title, departmentName: file.departments.name(row.lead_department), ...draft }
  const digest = createHash('sha256').update(canonicalJson(body)).digest('hex')
  const id = unit.newId<'receipt'>()
  const number = receiptNumberOf(
    unit.today,
    await nextReceiptSequence(unit.db),
    Buffer.from(context.platform.randomToken(24), 'base64url'),
    receiptPrefix[kind],
  )
  await insertReceipt(unit.db, {
    id,
    application_id: row.id,
    kind,
    number,
    issued_at: unit.now,
    issued_by: personOf(unit.actor),
    by_silence: silence !== null,
    late: silence?.late ?? false,
    facts: { ...body, digest },
  })
  await unit.record(receiptIssued, {
    ...subjectOf(row),
    payload: {
      ...aboutApplication(context, row),
      receiptId: id,
      receiptKind: kind,
      title,
      receiptNumber: number,
      bySilence: silence !== null,
      late: silence?.late ?? false,
    },
  })
}

export const issueAcceptance = async (
  context: Context,
  unit: Unit,
  file: CaseFile,
  input: {
    readonly acceptedAt: Instant
    readonly items: readonly { readonly itemId: string; readonly name: string; readonly department: string }[]
    readonly silence: { readonly late: boolean; readonly basis: string } | null
  },
): Promise<void> => {
  const { application: row } = file
  const owed = ownDeferrals(file).filter((each) => each.state === 'declared' || each.state === 'running')
  await issueReceipt(
    context,
    unit,
    file,
    'accepted',
    {
      rows: [...rowsOf(context, row), ['受理日期', localDateOf(input.acceptedAt)]],
      sections: [
        {
          heading: '受理的事项',
          lines: input.items.map(
            (item, index) => `${index + 1}. ${item.name}(${item.itemId}),${file.departments.name(item.department)}办理`,
          ),
        },
        ...(owed.length === 0
          ? []
          : [
              {
                heading: '容缺受理的材料',
                lines: owed.map((each, index) => `${index + 1}. ${each.material_name.zh}:${limitWords(each.rule).zh}`),
              },
            ]),
      ],
      paragraphs: [
        input.silence === null
          ? '经审查,申请符合受理条件,予以受理,各事项同时分送有关部门办理。'
          : `窗口未在法定期限内告知补正内容,申请自收到材料之日起即为受理(${input.silence.basis})。本通知书由系统出具并送达${input.silence.late ? ';因系统停机,出具晚于期限届满' : ''}。`,
        ...(row.paper === null ? [] : [`本件为纸质申请后补录入(${row.paper.reason}),办理时限自纸质收件起算。`]),
      ],
    },
    input.silence,
  )
}
export const issueRefusal = async (
  context: Context,
  unit: Unit,
  file: CaseFile,
  input: { readonly text: string; readonly competentAuthority: string },
): Promise<void> => {
  await issueReceipt(context, unit, file, 'refused', {
    rows: rowsOf(context, file.application),
    sections: [{ heading: '不予受理的理由', lines: input.text.split('\n') }],
    paragraphs: [
      `本事项不属于本机关职权范围,请向${input.competentAuthority}申请(行政许可法第三十二条第一款第二项)。`,
      '对本决定不服的,可以依法申请行政复议或者提起行政诉讼。',
    ],
  })
}
export const issueCorrectionNotice = async (
  context: Context,
  unit: Unit,
  file: CaseFile,
  input: { readonly points: readonly CorrectionPoint[]; readonly secondReason: string | null },
): Promise<void> => {
  const { application: row } = file
  const day = row.catalogue_day
  const names = new Map<string, string>([
    ...context.law
      .form(row.item_ids, day)
      .fields.map((field): [string, string] => [`field:${field.id}`, field.label.zh]),
    ...context.law
      .materials(row.item_ids, row.guide_answers, day)
      .map((material): [string, string] => [`material:${material.materialId}`, material.name.zh]),
  ])
  await issueReceipt(context, unit, file, 'corrections', {
    rows: [
      ...rowsOf(context, row),
      ['告知次数', `第${file.corrections.length + 1}次`],
      ['针对的提交', `第${row.round}次提交`],
    ],
    sections: [
      {
        heading: `需补正的内容(共${input.points.length}处)`,
        lines: input.points.map(
          (point, index) => `${index + 1}. ${names.get(point.anchor) ?? point.anchor}:${point.text}`,
        ),
      },
    ],
    paragraphs: [
      input.secondReason === null
        ? '以上为需补正的全部内容,一次性告知(行政许可法第三十二条第一款第四项)。'
        : `首次告知后出现新的情况:${input.secondReason}。经效能监督批准,再次告知。`,
      '请逐点补正或者说明,补正后重新提交。',
    ],
  })
}
/** Proof that a decision reached the applicant. */
export const issueDelivery = async (
  context: Context,
  unit: Unit,
  file: Pick<CaseFile, 'application' | 'departments'>,
  input: {
    readonly documentNumber: string
    readonly itemName: string
    readonly wayName: string
    readonly on: LocalDate
  },
): Promise<void> => {
  await issueReceipt(context, unit, file, 'delivery', {
    rows: [
      ...rowsOf(context, file.application),
      ['送达文书', input.documentNumber],
      ['事项', input.itemName],
      ['送达方式', input.wayName],
      ['送达日期', input.on],
    ],
    sections: [],
    paragraphs: ['上列决定文书已送达申请人(行政许可法第四十四条)。'],
  })
}

export const readIssuedReceipt = async (
  context: Context,
  db: Database,
  actor: Actor,
  id: ReceiptId,
  now: Instant,
): Promise<FileReply> => {
  const row = await receipt(db, id)
  const owner = row === null ? null : await application(db, row.application_id)
  if (row === null || owner === null) throw refuse.receiptMissing()
  await requireSight(context, db, actor, owner, now)
  const facts = noticeFactsSchema.parse(row.facts)
  const content = await noticePdf(facts, { number: row.number, at: row.issued_at }, context.platform.config.publicUrl)
  return { fileName: `${facts.title}-${row.number}.pdf`, content, inline: true }
}
