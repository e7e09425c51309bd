/**
 * What can become true in the approvals: the journal's entries. The subject of every entry is the application, so that one
 * look-up gives its whole story. Payloads hold no personal data; a person appears only as the entry's actor.
 */
import { z } from 'zod'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'
import { outcomeSchema } from '../contract.ts'
import { applicationFacts, day, itemFacts } from './event-facts.ts'
import { afterEvents } from './events-after.ts'
import { beforeSubmissionEvents } from './events-before-submission.ts'
import { clockEvents } from './events-clocks.ts'
import { consultationEvents } from './events-consultation.ts'
import { undertakingEvents } from './events-undertakings.ts'
import { milestoneEvents } from './milestones.ts'

export const draftCreated = defineEvent({
  kind: 'approvals.draft-created',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...applicationFacts, itemIds: z.array(z.string()) }),
  sentence: '新建申请草稿{caseNumber}',
})
export const draftSaved = defineEvent({
  kind: 'approvals.draft-saved',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...applicationFacts, fields: z.array(z.string()), itemIds: z.array(z.string()) }),
  sentence: '保存申请内容',
})
export const draftDiscarded = defineEvent({
  kind: 'approvals.draft-discarded',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...applicationFacts }),
  sentence: '删除从未提交的草稿{caseNumber}',
})
export const documentAttached = defineEvent({
  kind: 'approvals.document-attached',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...applicationFacts, materialId: z.string(), materialName: z.string(), sha256: z.string() }),
  sentence: '上传材料“{materialName}”',
})
export const documentRemoved = defineEvent({
  kind: 'approvals.document-removed',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...applicationFacts, materialId: z.string(), materialName: z.string(), sha256: z.string() }),
  sentence: '移除材料“{materialName}”',
})
export const submitted = defineEvent({
  kind: 'approvals.submitted',
  version: 1,
  visibility: 'public',
  payload: z.object({ ...applicationFacts, receiptNumber: z.string(), round: z.number().int(), hash: z.string() }),
  sentence: '收到“{stageName}”阶段申请(第{round}次提交),收件凭证{receiptNumber}',
})
export const correctionsRequested = defineEvent({
  kind: 'approvals.corrections-requested',
  version: 1,
  visibility: 'public',
  payload: z.object({ ...applicationFacts, round: z.number().int(), count: z.number().int() }),
  sentence: '一次性告知需补正的内容,共{count}处',
})
export const accepted = defineEvent({
  kind: 'approvals.accepted',
  version: 1,
  visibility: 'public',
  payload: z.object({
    ...applicationFacts,
    acceptedOn: day,
    items: z.array(z.object({ itemId: z.string(), itemName: z.string(), departmentName: z.string() })),
    itemCount: z.number().int(),
  }),
  sentence: '申请予以受理,{itemCount}个事项同时分送各部门办理',
})
/** The window was silent beyond its days (行政许可法 32): accepted from the day of receipt. */
export const acceptedBySilence = defineEvent({
  kind: 'approvals.accepted-by-silence',
  version: 1,
  visibility: 'public',
  payload: z.object({ ...applicationFacts, receivedOn: day, late: z.boolean() }),
  sentence: '窗口逾期未告知补正内容,申请自{receivedOn}收到材料之日起即为受理(行政许可法第三十二条)',
})
export const refused = defineEvent({
  kind: 'approvals.refused',
  version: 1,
  visibility: 'public',
  payload: z.object({ ...applicationFacts, competentAuthority: z.string() }),
  sentence: '不属于本机关职权范围,不予受理,请向{competentAuthority}申请',
})
export const opinionAsked = defineEvent({
  kind: 'approvals.opinion-asked',
  version: 1,
  visibility: 'parties',
  payload: z.object({
    ...itemFacts,
    opinionTaskId: z.string(),
    askedDepartment: z.string(),
    askedDepartmentName: z.string(),
    days: z.number().int(),
    redoOf: z.string().nullable(),
  }),
  sentence: '{departmentName}就“{itemName}”征求{askedDepartmentName}意见,{days}个工作日内答复',
})
export const opinionOpened = defineEvent({
  kind: 'approvals.opinion-opened',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...itemFacts, opinionTaskId: z.string(), askedDepartmentName: z.string() }),
  sentence: '{askedDepartmentName}开始办理“{itemName}”的征求意见',
})
export const opinionGiven = defineEvent({
  kind: 'approvals.opinion-given',
  version: 1,
  visibility: 'parties',
  payload: z.object({
    ...itemFacts,
    opinionTaskId: z.string(),
    askedDepartment: z.string(),
    askedDepartmentName: z.string(),
    code: z.string(),
    codeName: z.string(),
  }),
  sentence: '{askedDepartmentName}就“{itemName}”出具意见:{codeName}',
})
export const opinionDeemed = defineEvent({
  kind: 'approvals.opinion-deemed',
  version: 1,
  visibility: 'parties',
  payload: z.object({
    ...itemFacts,
    opinionTaskId: z.string(),
    askedDepartment: z.string(),
    askedDepartmentName: z.string(),
    late: z.boolean(),
  }),
  sentence: '{askedDepartmentName}逾期未就“{itemName}”答复,视为无异议',
})
export const readyToDraft = defineEvent({
  kind: 'approvals.ready-to-draft',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...itemFacts }),
  sentence: '“{itemName}”各部门意见已齐,可以拟定决定',
})
export const frontConditionMet = defineEvent({
  kind: 'approvals.front-condition-met',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...itemFacts, metBy: z.string(), documentNumber: z.string() }),
  sentence: '“{itemName}”的前置条件已具备:{metBy}({documentNumber})',
})
export const pauseProposed = defineEvent({
  kind: 'approvals.pause-proposed',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...itemFacts, ground: z.string(), groundName: z.string(), days: z.number().int() }),
  sentence: '提请停止计时:{groundName},预计{days}日',
})
export const pauseRejected = defineEvent({
  kind: 'approvals.pause-rejected',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...itemFacts, ground: z.string(), groundName: z.string() }),
  sentence: '不同意停止计时({groundName})',
})
/** The written notice to the applicant (行政许可法 45) is this entry: it names the ground, its basis and the days. */
export const paused = defineEvent({
  kind: 'approvals.paused',
  version: 1,
  visibility: 'parties',
  payload: z.object({
    ...itemFacts,
    noticeId: z.string(),
    ground: z.string(),
    groundName: z.string(),
    basis: z.string(),
    days: z.number().int(),
    from: day,
  }),
  sentence: '告知:“{itemName}”因{groundName}自{from}起停止计时,预计{days}日,该时间不计入办理期限({basis})',
})
export const resumed = defineEvent({
  kind: 'approvals.resumed',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...itemFacts, noticeId: z.string(), groundName: z.string(), on: day, due: day.nullable() }),
  sentence: '告知:“{itemName}”自{on}起恢复计时({groundName}已结束)',
})
export const extended = defineEvent({
  kind: 'approvals.extended',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...itemFacts, days: z.number().int(), basis: z.string(), due: day.nullable() }),
  sentence: '告知:“{itemName}”经批准延长{days}日({basis})',
})
export const drafted = defineEvent({
  kind: 'approvals.drafted',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...itemFacts, outcome: outcomeSchema }),
  sentence: '{departmentName}拟定“{itemName}”的决定',
})
export const reviewed = defineEvent({
  kind: 'approvals.reviewed',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...itemFacts, accepted: z.boolean(), result: z.string() }),
  sentence: '审核“{itemName}”拟定的决定:{result}',
})
export const decided = defineEvent({
  kind: 'approvals.decided',
  version: 1,
  visibility: 'public',
  payload: z.object({
    ...itemFacts,
    outcome: outcomeSchema,
    outcomeName: z.string(),
    documentNumber: z.string(),
    verificationCode: z.string().nullable(),
    certificateId: z.string().nullable(),
    decidedOn: day,
  }),
  sentence: '{departmentName}就“{itemName}”作出决定:{outcomeName},文号{documentNumber}',
})
/** The document was made: its digest is fixed from here on. */
export const certificateIssued = defineEvent({
  kind: 'approvals.certificate-issued',
  version: 1,
  visibility: 'public',
  payload: z.object({
    ...itemFacts,
    certificateId: z.string(),
    documentNumber: z.string(),
    verificationCode: z.string(),
    sha256: z.string(),
  }),
  sentence: '{documentNumber}电子证照已生成',
})
export const closed = defineEvent({
  kind: 'approvals.closed',
  version: 1,
  visibility: 'public',
  payload: z.object({ ...applicationFacts, passed: z.boolean(), result: z.string(), closedOn: day }),
  sentence: '“{stageName}”阶段申请办结:{result}',
})
const clockFacts = {
  ...applicationFacts,
  clockId: z.string(),
  clockName: z.string(),
  /** What the clock measures: it says who has to act. Absent from older entries. */
  purpose: z.string().optional(),
  subjectKind: z.string(),
  subjectId: z.string(),
  department: z.string(),
  departmentName: z.string(),
  due: day.nullable(),
  rung: z.string(),
  /** Fired well after its time, for example because no server ran. */
  late: z.boolean(),
}
export const clockWarning = defineEvent({
  kind: 'approvals.clock-warning',
  version: 1,
  visibility: 'internal',
  payload: z.object(clockFacts),
  sentence: '{departmentName}“{clockName}”即将到期({due})',
})
export const clockDue = defineEvent({
  kind: 'approvals.clock-due',
  version: 1,
  visibility: 'internal',
  payload: z.object(clockFacts),
  sentence: '{departmentName}“{clockName}”今日到期({due})',
})
export const clockOverdue = defineEvent({
  kind: 'approvals.clock-overdue',
  version: 1,
  visibility: 'internal',
  payload: z.object(clockFacts),
  sentence: '{departmentName}“{clockName}”已超过期限({due})',
})
export const clockRecomputed = defineEvent({
  kind: 'approvals.clock-recomputed',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...clockFacts, oldDue: day.nullable(), cause: z.string() }),
  sentence: '工作日历更新,“{clockName}”到期日由{oldDue}改为{due}',
})

export const approvalsEvents: readonly EventKind[] = [
  draftCreated,
  draftSaved,
  draftDiscarded,
  documentAttached,
  documentRemoved,
  submitted,
  correctionsRequested,
  accepted,
  acceptedBySilence,
  refused,
  opinionAsked,
  opinionOpened,
  opinionGiven,
  opinionDeemed,
  readyToDraft,
  frontConditionMet,
  pauseProposed,
  pauseRejected,
  paused,
  resumed,
  extended,
  drafted,
  reviewed,
  decided,
  certificateIssued,
  closed,
  clockWarning,
  clockDue,
  clockOverdue,
  clockRecomputed,
  ...beforeSubmissionEvents,
  ...clockEvents,
  ...undertakingEvents,
  ...consultationEvents,
  ...afterEvents,
  ...milestoneEvents,
] as readonly EventKind[]
