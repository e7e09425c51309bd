/** Papers of consultation: minutes, the notice of a special procedure, and the summary of all opinions. */
import { type Instant, type LocalDate, localDateOf, wallClock } from '../../../kernel/time.ts'
import { type Block, closing, facts, heading, note, paragraph, table, title } from '../../../platform/pdf/blocks.ts'
import { document } from '../../../platform/pdf/document.ts'
import { chineseDate } from './certificate.ts'

interface CaseFacts {
  readonly caseNumber: string
  readonly projectName: string
  readonly applicantName: string
}
const head = '工程建设项目审批 一窗受理'
const caseRows = (value: CaseFacts): readonly (readonly [string, string])[] => [
  ['办件编号', value.caseNumber],
  ['项目名称', value.projectName],
  ['申请单位', value.applicantName],
]
const paragraphs = (text: string): readonly Block[] => text.split(/\n+/).map((line) => paragraph(line))

export interface ConflictMinuteFacts extends CaseFacts {
  readonly itemName: string
  readonly heldOn: LocalDate
  readonly place: string
  readonly opinions: readonly { readonly department: string; readonly code: string; readonly text: string }[]
  readonly participants: readonly { readonly organisation: string; readonly names: string }[]
  readonly discussion: string
  readonly resolution: string
  readonly mediator: string
  readonly signedBy: string
  readonly signedAt: Instant
}
/** 部门意见分歧协调纪要. */
export const conflictMinutePdf = (value: ConflictMinuteFacts): Promise<Uint8Array> =>
  document(
    {
      title: '部门意见分歧协调纪要',
      subject: value.caseNumber,
      author: value.mediator,
      createdAt: value.signedAt,
      head,
      number: value.caseNumber,
    },
    [
      title('部门意见分歧协调纪要', value.itemName),
      facts([...caseRows(value), ['协调时间', chineseDate(value.heldOn)], ['地点', value.place]]),
      heading('分歧', 2),
      table(
        [
          { title: '部门', weight: 3 },
          { title: '意见', weight: 2 },
          { title: '理由', weight: 6 },
        ],
        value.opinions.map((each) => [each.department, each.code, each.text]),
      ),
      heading('参加人员', 2),
      table(
        [
          { title: '单位', weight: 3 },
          { title: '人员', weight: 5 },
        ],
        value.participants.map((each) => [each.organisation, each.names]),
      ),
      heading('讨论情况', 2),
      ...paragraphs(value.discussion),
      heading('协调结论', 2),
      ...paragraphs(value.resolution),
      closing({ organisation: value.mediator, date: chineseDate(localDateOf(value.signedAt)), seal: false }),
      note(`协调人:${value.signedBy}。签发时间:${wallClock(value.signedAt)}。`),
    ],
  )

export interface MeetingMinuteFacts extends CaseFacts {
  readonly kind: string
  readonly name: string
  readonly startsAt: Instant
  readonly place: string
  readonly agenda: string
  readonly attendance: readonly {
    readonly organisation: string
    readonly names: string
    readonly present: boolean
  }[]
  readonly findings: readonly { readonly department: string; readonly text: string; readonly opinion: string }[]
  readonly photos: readonly { readonly caption: string; readonly fileName: string; readonly sha256: string }[]
  readonly minute: string
  readonly department: string
  readonly signedBy: string
  readonly signedAt: Instant
}
/** 踏勘、会议纪要. */
export const meetingMinutePdf = (value: MeetingMinuteFacts): Promise<Uint8Array> =>
  document(
    {
      title: `${value.kind}纪要`,
      subject: value.name,
      author: value.department,
      createdAt: value.signedAt,
      head,
      number: value.caseNumber,
    },
    [
      title(`${value.kind}纪要`, value.name),
      facts([...caseRows(value), ['时间', wallClock(value.startsAt)], ['地点', value.place]]),
      heading('事由', 2),
      ...paragraphs(value.agenda),
      heading('到会情况', 2),
      table(
        [
          { title: '单位', weight: 4 },
          { title: '人员', weight: 5 },
          { title: '到会', weight: 2 },
        ],
        value.attendance.map((each) => [each.organisation, each.names, each.present ? '到会' : '缺席']),
      ),
      ...(value.findings.length === 0
        ? []
        : [
            heading('各部门情况', 2),
            table(
              [
                { title: '部门', weight: 3 },
                { title: '情况', weight: 7 },
                { title: '意见', weight: 2 },
              ],
              value.findings.map((each) => [each.department, each.text, each.opinion]),
            ),
          ]),
      ...(value.photos.length === 0
        ? []
        : [
            heading('照片', 2),
            table(
              [
                { title: '说明', weight: 4 },
                { title: '文件', weight: 4 },
                { title: 'SHA-256(前16位)', weight: 3 },
              ],
              value.photos.map((each) => [each.caption, each.fileName, each.sha256.slice(0, 16)]),
            ),
          ]),
      heading('纪要', 2),
      ...paragraphs(value.minute),
      closing({ organisation: value.department, date: chineseDate(localDateOf(value.signedAt)), seal: false }),
      note(`签发:${value.signedBy},${wallClock(value.signedAt)}。`),
    ],
  )

export interface ProcedureNoticeFacts extends CaseFacts {
  readonly procedure: string
  readonly itemName: string
  readonly reason: string
  readonly days: number
  readonly from: LocalDate | null
  readonly until: LocalDate | null
  readonly basis: string
  readonly effect: string
  readonly department: string
  readonly decidedAt: Instant
  readonly steps: readonly { readonly name: string; readonly due: string; readonly done: string }[]
  readonly hearing: { readonly on: LocalDate | null; readonly place: string } | null
}
/** The written notice of article 45: which procedure, why, how long, and what becomes of the time limit. */
export const procedureNoticePdf = (value: ProcedureNoticeFacts): Promise<Uint8Array> =>
  document(
    {
      title: `${value.procedure}告知书`,
      subject: value.caseNumber,
      author: value.department,
      createdAt: value.decidedAt,
      head,
      number: value.caseNumber,
    },
    [
      title(`${value.procedure}告知书`, value.itemName),
      facts(caseRows(value)),
      paragraph(`${value.applicantName}:`, { indent: false }),
      paragraph(
        `你单位申请的“${value.itemName}”,因${value.reason.replace(/[。;]$/, '')},依法进行${value.procedure},所需时间为${value.days}个工作日(${value.basis})。${value.effect}。`,
      ),
      ...(value.from === null || value.until === null
        ? []
        : [paragraph(`起止时间:自${chineseDate(value.from)}起,至${chineseDate(value.until)}止。`)]),
      ...(value.hearing?.on === null || value.hearing === null
        ? []
        : [paragraph(`听证于${chineseDate(value.hearing.on)}在${value.hearing.place}举行。`)]),
      ...(value.steps.length === 0
        ? []
        : [
            table(
              [
                { title: '步骤', weight: 4 },
                { title: '期限', weight: 3 },
                { title: '完成', weight: 3 },
              ],
              value.steps.map((each) => [each.name, each.due, each.done]),
            ),
          ]),
      closing({ organisation: value.department, date: chineseDate(localDateOf(value.decidedAt)), seal: true }),
    ],
  )

export interface SummaryItem {
  readonly name: string
  readonly department: string
  readonly opinions: readonly {
    readonly department: string
    readonly code: string
    readonly text: string
    readonly at: string
  }[]
  readonly conditions: readonly { readonly department: string; readonly text: string }[]
  readonly conflicts: readonly { readonly departments: string; readonly state: string; readonly resolution: string }[]
  readonly conclusion: string
}
export interface SummaryFacts extends CaseFacts {
  readonly stageName: string
  readonly leadDepartment: string
  readonly asOf: Instant
  readonly items: readonly SummaryItem[]
  readonly meetings: readonly { readonly name: string; readonly at: string; readonly state: string }[]
}
/** 各部门意见汇总: one consolidated reply of all departments. */
export const opinionSummaryPdf = (value: SummaryFacts): Promise<Uint8Array> =>
  document(
    {
      title: '各部门意见汇总',
      subject: value.caseNumber,
      author: value.leadDepartment,
      createdAt: value.asOf,
      head,
      number: value.caseNumber,
    },
    [
      title('各部门意见汇总', value.stageName),
      facts([...caseRows(value), ['牵头部门', value.leadDepartment], ['截至', wallClock(value.asOf)]]),
      ...value.items.flatMap((item) => [
        heading(`${item.name}(${item.department})`, 2),
        ...(item.opinions.length === 0
          ? [paragraph('没有征求其他部门意见。')]
          : [
              table(
                [
                  { title: '部门', weight: 3 },
                  { title: '意见', weight: 2 },
                  { title: '内容', weight: 6 },
                  { title: '时间', weight: 3 },
                ],
                item.opinions.map((each) => [each.department, each.code, each.text, each.at]),
              ),
            ]),
        ...(item.conditions.length === 0
          ? []
          : [
              paragraph('合并的条件:', { bold: true, indent: false }),
              ...item.conditions.map((each, index) => paragraph(`${index + 1}. ${each.text}(${each.department})`)),
            ]),
        ...item.conflicts.map((each) => paragraph(`意见分歧(${each.departments}):${each.state}。${each.resolution}`)),
        paragraph(`综合:${item.conclusion}`, { bold: true }),
      ]),
      ...(value.meetings.length === 0
        ? []
        : [
            heading('踏勘和会议', 2),
            table(
              [
                { title: '名称', weight: 6 },
                { title: '时间', weight: 3 },
                { title: '状态', weight: 3 },
              ],
              value.meetings.map((each) => [each.name, each.at, each.state]),
            ),
          ]),
      closing({ organisation: value.leadDepartment, date: chineseDate(localDateOf(value.asOf)), seal: false }),
    ],
  )
