/** What can become true on the way to completion. Free text of people stands with the personal data of the entries. */
import { z } from 'zod'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'

const about = { projectId: z.string(), projectName: z.string(), organisationId: z.string() }
const department = { department: z.string(), departmentName: z.string() }
const inspectionFacts = {
  ...about,
  ...department,
  inspectionId: z.string(),
  inspectionName: z.string(),
  place: z.string(),
}
const acceptanceFacts = {
  ...about,
  ...department,
  acceptanceId: z.string(),
  number: z.string(),
  acceptanceKind: z.string(),
}
const partFacts = { ...acceptanceFacts, partId: z.string(), matterName: z.string() }
const remarkFacts = { ...about, ...department, remarkId: z.string() }
const parties = { version: 1, visibility: 'parties' } as const

export const buildingRegistered = defineEvent({
  kind: 'completion.building-registered',
  ...parties,
  payload: z.object({ ...about, buildingId: z.string(), buildingName: z.string() }),
  sentence: '登记单体“{buildingName}”',
})
export const inspectionPlanned = defineEvent({
  kind: 'completion.inspection-planned',
  ...parties,
  payload: z.object({ ...inspectionFacts, required: z.boolean() }),
  sentence: '{place}列入检查计划:{inspectionName}',
})
export const inspectionRemoved = defineEvent({
  kind: 'completion.inspection-removed',
  ...parties,
  payload: z.object(inspectionFacts),
  sentence: '{place}移出检查计划:{inspectionName}',
})
export const inspectionBooked = defineEvent({
  kind: 'completion.inspection-booked',
  ...parties,
  payload: z.object({ ...inspectionFacts, day: z.string() }),
  sentence: '{place}预约{day}检查:{inspectionName}',
})
export const inspectionDone = defineEvent({
  kind: 'completion.inspection-done',
  ...parties,
  payload: z.object({ ...inspectionFacts, result: z.string(), resultName: z.string(), remarks: z.number().int() }),
  sentence: '{departmentName}检查{place}“{inspectionName}”:{resultName}',
})
export const remarkProved = defineEvent({
  kind: 'completion.remark-proved',
  ...parties,
  payload: z.object({ ...remarkFacts, files: z.number().int() }),
  sentence: '建设单位提交整改证明',
})
export const remarkJudged = defineEvent({
  kind: 'completion.remark-judged',
  ...parties,
  payload: z.object({ ...remarkFacts, accepted: z.boolean(), result: z.string() }),
  sentence: '{departmentName}核验整改证明:{result}',
})
export const acceptanceApplied = defineEvent({
  kind: 'completion.acceptance-applied',
  ...parties,
  payload: z.object({ ...acceptanceFacts, buildings: z.number().int(), dueOn: z.string() }),
  sentence: '申请{acceptanceKind}{number},{dueOn}前完成',
})
export const partOpened = defineEvent({
  kind: 'completion.part-opened',
  ...parties,
  payload: z.object({ ...partFacts, round: z.number().int(), dueOn: z.string() }),
  sentence: '{departmentName}须在{dueOn}前完成“{matterName}”(第{round}轮)',
})
export const siteDaySet = defineEvent({
  kind: 'completion.site-day-set',
  ...parties,
  payload: z.object({ ...acceptanceFacts, day: z.string() }),
  sentence: '{acceptanceKind}{number}联合踏勘定于{day}',
})
export const partGiven = defineEvent({
  kind: 'completion.part-given',
  ...parties,
  payload: z.object({
    ...partFacts,
    round: z.number().int(),
    result: z.string(),
    resultName: z.string(),
    remarks: z.number().int(),
    late: z.boolean(),
  }),
  sentence: '{departmentName}“{matterName}”:{resultName}',
})
export const acceptancePassed = defineEvent({
  kind: 'completion.acceptance-passed',
  ...parties,
  payload: z.object(acceptanceFacts),
  sentence: '{acceptanceKind}{number}各部门均合格',
})
export const acceptanceWithdrawn = defineEvent({
  kind: 'completion.acceptance-withdrawn',
  ...parties,
  payload: z.object(acceptanceFacts),
  sentence: '撤回{acceptanceKind}{number}',
})
/** Recorded as public for a published project. */
export const acceptanceConcluded = defineEvent({
  kind: 'completion.acceptance-concluded',
  ...parties,
  payload: z.object({
    ...acceptanceFacts,
    code: z.string(),
    buildings: z.string(),
    usable: z.string(),
    on: z.string(),
  }),
  sentence: '{projectName}{acceptanceKind}合格({number}):{buildings}',
})
export const opinionIssued = defineEvent({
  kind: 'completion.opinion-issued',
  ...parties,
  payload: z.object({ ...acceptanceFacts, code: z.string(), sha256: z.string() }),
  sentence: '出具联合验收意见{number}',
})
export const filingOpened = defineEvent({
  kind: 'completion.filing-opened',
  ...parties,
  payload: z.object({ ...about, acceptedOn: z.string(), dueOn: z.string() }),
  sentence: '竣工验收合格({acceptedOn}),请于{dueOn}前报送竣工验收备案',
})
export const filingSubmitted = defineEvent({
  kind: 'completion.filing-submitted',
  ...parties,
  payload: z.object({ ...about, ...department, on: z.string(), late: z.boolean() }),
  sentence: '报送竣工验收备案',
})
export const filingReturned = defineEvent({
  kind: 'completion.filing-returned',
  ...parties,
  payload: z.object({ ...about, ...department }),
  sentence: '{departmentName}退回竣工验收备案材料,请补正',
})
/** Recorded as public for a published project. Documents promised to follow before the filing are due from then on. */
export const completionFiled = defineEvent({
  kind: 'completion.filed',
  ...parties,
  payload: z.object({ ...about, number: z.string(), on: z.string(), late: z.boolean(), basis: z.string() }),
  sentence: '{projectName}完成竣工验收备案({number})',
})
export const reminded = defineEvent({
  kind: 'completion.reminded',
  ...parties,
  payload: z.object({ ...about, what: z.string(), dueOn: z.string(), daysLeft: z.number().int(), late: z.boolean() }),
  sentence: '“{what}”将于{dueOn}到期',
})
export const overdue = defineEvent({
  kind: 'completion.overdue',
  ...parties,
  payload: z.object({ ...about, ...department, what: z.string(), dueOn: z.string(), late: z.boolean() }),
  sentence: '“{what}”已超过{dueOn}的期限',
})
export const dossierRequested = defineEvent({
  kind: 'completion.dossier-requested',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...about, dossierId: z.string(), withPersonalData: z.boolean() }),
  sentence: '生成项目卷宗',
})
export const dossierBuilt = defineEvent({
  kind: 'completion.dossier-built',
  version: 1,
  visibility: 'internal',
  payload: z.object({
    ...about,
    dossierId: z.string(),
    indexSha256: z.string(),
    zipSha256: z.string(),
    files: z.number().int(),
  }),
  sentence: '项目卷宗已生成,共{files}个文件',
})
export const completionEvents: readonly EventKind[] = [
  buildingRegistered,
  inspectionPlanned,
  inspectionRemoved,
  inspectionBooked,
  inspectionDone,
  remarkProved,
  remarkJudged,
  acceptanceApplied,
  partOpened,
  siteDaySet,
  partGiven,
  acceptancePassed,
  acceptanceWithdrawn,
  acceptanceConcluded,
  opinionIssued,
  filingOpened,
  filingSubmitted,
  filingReturned,
  completionFiled,
  reminded,
  overdue,
  dossierRequested,
  dossierBuilt,
] as readonly EventKind[]
