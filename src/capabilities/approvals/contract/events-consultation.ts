/** What can become true in consultation. Payloads hold no personal data; the subject of every entry is the application. */
import { z } from 'zod'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'
import { applicationFacts, day, itemFacts } from './event-facts.ts'

const asked = { opinionTaskId: z.string(), askedDepartment: z.string(), askedDepartmentName: z.string() }

export const opinionDeparted = defineEvent({
  kind: 'approvals.opinion-suggestion-departed',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...itemFacts, added: z.array(z.string()), dropped: z.array(z.string()), what: z.string() }),
  sentence: '“{itemName}”征求意见的部门与建议不同:{what}',
})
export const opinionChanged = defineEvent({
  kind: 'approvals.opinion-changed',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...itemFacts, ...asked, code: z.string(), codeName: z.string() }),
  sentence: '{askedDepartmentName}在期限内修改对“{itemName}”的意见:{codeName}',
})
export const partsDelegated = defineEvent({
  kind: 'approvals.opinion-parts-delegated',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...itemFacts, ...asked, count: z.number().int(), departments: z.array(z.string()) }),
  sentence: '{askedDepartmentName}把“{itemName}”的征求意见分解交办{count}项',
})
export const partAnswered = defineEvent({
  kind: 'approvals.opinion-part-answered',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...itemFacts, ...asked, partId: z.string(), who: z.string(), open: z.number().int() }),
  sentence: '{who}答复交办(“{itemName}”),还有{open}项未答复',
})
export const partRecalled = defineEvent({
  kind: 'approvals.opinion-part-recalled',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...itemFacts, ...asked, partId: z.string(), who: z.string() }),
  sentence: '收回交办{who}的意见分解(“{itemName}”)',
})
export const partOverdue = defineEvent({
  kind: 'approvals.opinion-part-overdue',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...itemFacts, ...asked, partId: z.string(), who: z.string(), due: day, late: z.boolean() }),
  sentence: '{who}逾期未答复交办(“{itemName}”,{due}到期)',
})
export const informationProposed = defineEvent({
  kind: 'approvals.information-proposed',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...itemFacts, ...asked, informationId: z.string() }),
  sentence: '{askedDepartmentName}就“{itemName}”需要补充信息,待{departmentName}转申请人',
})
export const informationRequested = defineEvent({
  kind: 'approvals.information-requested',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...itemFacts, ...asked, informationId: z.string(), days: z.number().int(), due: day.nullable() }),
  sentence: '请申请人就“{itemName}”补充信息({askedDepartmentName}提出),{days}个工作日内答复,到期日{due}',
})
export const informationAnswered = defineEvent({
  kind: 'approvals.information-answered',
  version: 1,
  visibility: 'parties',
  payload: z.object({
    ...itemFacts,
    ...asked,
    informationId: z.string(),
    fields: z.array(z.string()),
    documents: z.array(z.object({ materialId: z.string(), sha256: z.string() })),
  }),
  sentence: '申请人已就“{itemName}”补充信息,退回{askedDepartmentName}继续办理',
})
export const informationWithdrawn = defineEvent({
  kind: 'approvals.information-withdrawn',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...itemFacts, ...asked, informationId: z.string() }),
  sentence: '“{itemName}”无需申请人补充信息,退回{askedDepartmentName}继续办理',
})
export const opinionOutdated = defineEvent({
  kind: 'approvals.opinion-outdated',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...itemFacts, ...asked, changed: z.array(z.string()), reason: z.string() }),
  sentence: '申请内容变化,须就“{itemName}”重新征求{askedDepartmentName}意见:{reason}',
})
const conflictFacts = { ...itemFacts, conflictId: z.string(), departments: z.string() }
export const conflictRaised = defineEvent({
  kind: 'approvals.conflict-raised',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...conflictFacts, mediator: z.string(), mediatorName: z.string(), due: day.nullable() }),
  sentence: '“{itemName}”的部门意见有分歧({departments}),由{mediatorName}协调,{due}前完成',
})
export const conflictResolved = defineEvent({
  kind: 'approvals.conflict-resolved',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...conflictFacts }),
  sentence: '“{itemName}”的意见分歧({departments})已协调并形成纪要',
})
export const conflictSettled = defineEvent({
  kind: 'approvals.conflict-settled',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...conflictFacts }),
  sentence: '“{itemName}”的意见分歧已因意见变化而消除',
})
export const conflictEscalated = defineEvent({
  kind: 'approvals.conflict-escalated',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...conflictFacts, late: z.boolean() }),
  sentence: '“{itemName}”的意见分歧({departments})逾期未协调,提请效能监督协调',
})
const meetingFacts = { ...applicationFacts, meetingId: z.string(), title: z.string(), kindName: z.string() }
export const meetingPlanned = defineEvent({
  kind: 'approvals.meeting-planned',
  version: 1,
  visibility: 'parties',
  payload: z.object({
    ...meetingFacts,
    at: z.string(),
    place: z.string(),
    departments: z.array(z.string()),
    applicantInvited: z.boolean(),
  }),
  sentence: '安排{kindName}“{title}”:{at},{place}',
})
export const meetingChanged = defineEvent({
  kind: 'approvals.meeting-changed',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...meetingFacts, at: z.string(), place: z.string() }),
  sentence: '{kindName}“{title}”调整为:{at},{place}',
})
export const meetingCancelled = defineEvent({
  kind: 'approvals.meeting-cancelled',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...meetingFacts }),
  sentence: '取消{kindName}“{title}”',
})
export const meetingHeld = defineEvent({
  kind: 'approvals.meeting-held',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...meetingFacts, present: z.number().int() }),
  sentence: '{kindName}“{title}”已举行,{present}个单位到场',
})
export const findingRecorded = defineEvent({
  kind: 'approvals.finding-recorded',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...meetingFacts, department: z.string(), departmentName: z.string(), asOpinion: z.boolean() }),
  sentence: '{departmentName}登记“{title}”的现场情况',
})
export const photoAdded = defineEvent({
  kind: 'approvals.meeting-photo-added',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...meetingFacts, departmentName: z.string(), sha256: z.string() }),
  sentence: '{departmentName}上传“{title}”的现场照片',
})
export const minuteSigned = defineEvent({
  kind: 'approvals.minute-signed',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...meetingFacts }),
  sentence: '签发{kindName}“{title}”的纪要',
})
const procedureFacts = { ...itemFacts, procedureId: z.string(), procedure: z.string(), procedureName: z.string() }
export const procedureProposed = defineEvent({
  kind: 'approvals.procedure-proposed',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...procedureFacts, days: z.number().int() }),
  sentence: '提请“{itemName}”{procedureName},预计{days}个工作日',
})
export const procedureRejected = defineEvent({
  kind: 'approvals.procedure-rejected',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...procedureFacts }),
  sentence: '未批准“{itemName}”{procedureName}',
})
/** The written notice of the days that a procedure takes (行政许可法 45); where the clock stops, the pause's own notice follows. */
export const procedureStarted = defineEvent({
  kind: 'approvals.procedure-started',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...procedureFacts, days: z.number().int(), basis: z.string(), effect: z.string() }),
  sentence: '告知:“{itemName}”进行{procedureName},需{days}个工作日({basis});{effect}',
})
export const hearingOffered = defineEvent({
  kind: 'approvals.hearing-offered',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...procedureFacts, due: day }),
  sentence: '告知:申请人、利害关系人可就“{itemName}”申请听证,{due}前提出(行政许可法第四十七条)',
})
export const hearingAsked = defineEvent({
  kind: 'approvals.hearing-requested',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...procedureFacts, due: day }),
  sentence: '收到“{itemName}”的听证申请,{due}前组织听证',
})
export const hearingNoticed = defineEvent({
  kind: 'approvals.hearing-noticed',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...procedureFacts, on: day, place: z.string() }),
  sentence: '通知:“{itemName}”的听证于{on}在{place}举行',
})
export const procedureEnded = defineEvent({
  kind: 'approvals.procedure-ended',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...procedureFacts }),
  sentence: '“{itemName}”的{procedureName}已结束',
})
export const hearingLapsed = defineEvent({
  kind: 'approvals.hearing-lapsed',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...procedureFacts, due: day }),
  sentence: '至{due}无人申请就“{itemName}”听证,不再组织听证',
})
export const procedureEndMissing = defineEvent({
  kind: 'approvals.procedure-end-missing',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...procedureFacts, until: day, rung: z.string(), late: z.boolean() }),
  sentence: '“{itemName}”的{procedureName}告知的时间已于{until}届满,尚未登记结束,请{departmentName}登记结果',
})

export const consultationEvents: readonly EventKind[] = [
  opinionDeparted,
  opinionChanged,
  partsDelegated,
  partAnswered,
  partRecalled,
  partOverdue,
  informationProposed,
  informationRequested,
  informationAnswered,
  informationWithdrawn,
  opinionOutdated,
  conflictRaised,
  conflictResolved,
  conflictSettled,
  conflictEscalated,
  meetingPlanned,
  meetingChanged,
  meetingCancelled,
  meetingHeld,
  findingRecorded,
  photoAdded,
  minuteSigned,
  procedureProposed,
  procedureRejected,
  procedureStarted,
  hearingOffered,
  hearingAsked,
  hearingNoticed,
  procedureEnded,
  hearingLapsed,
  procedureEndMissing,
] as readonly EventKind[]
