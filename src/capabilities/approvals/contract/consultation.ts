/**
 * Consultation: what happens around an opinion. Suggested departments, parts of an opinion, questions to the applicant,
 * contradictions and their mediation, joint visits and meetings, special procedures (行政许可法 45 to 48), and the summary.
 */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { type Id, idSchema } from '../../../kernel/identity.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { answersSchema, clockSchema, itemRunStateSchema, maySchema, opinionCodeSchema } from '../contract.ts'

export type PartId = Id<'opinion-part'>
export type InformationId = Id<'information-request'>
export type ConflictId = Id<'conflict'>
export type MeetingId = Id<'meeting'>
export type PhotoId = Id<'meeting-photo'>
export type ProcedureId = Id<'special-procedure'>

export const partStateSchema = z.enum(['open', 'answered', 'recalled'])
export const informationStateSchema = z.enum(['proposed', 'sent', 'answered', 'withdrawn'])
export const conflictStateSchema = z.enum(['open', 'resolved', 'settled'])
export const meetingKindSchema = z.enum(['site-visit', 'meeting'])
export const meetingStateSchema = z.enum(['planned', 'held', 'signed', 'cancelled'])
/** hearing 听证 · survey 现场勘验 · tender 招标 · test 检测 · expert-review 专家评审 */
export const procedureKinds = ['hearing', 'survey', 'tender', 'test', 'expert-review'] as const
export const procedureKindSchema = z.enum(procedureKinds)
export const procedureStateSchema = z.enum(['proposed', 'rejected', 'running', 'ended', 'lapsed'])
export type PartState = z.infer<typeof partStateSchema>
export type InformationState = z.infer<typeof informationStateSchema>
export type ConflictState = z.infer<typeof conflictStateSchema>
export type MeetingKind = z.infer<typeof meetingKindSchema>
export type MeetingState = z.infer<typeof meetingStateSchema>
export type ProcedureKind = z.infer<typeof procedureKindSchema>
export type ProcedureState = z.infer<typeof procedureStateSchema>

// ------------------------------------------------------------------------------------------------ shapes

export const suggestionSchema = z.object({
  department: z.string(),
  departmentName: z.string(),
  /** 'unknown': a fact that the rule needs is missing; the lead judges. */
  certain: z.enum(['yes', 'unknown']),
  ruleId: z.string(),
  reason: wordsSchema,
  basis: z.string(),
  certainty: z.string(),
})
const departureSchema = z.object({ department: z.string(), departmentName: z.string(), reason: z.string() })

export const opinionRoundSchema = z.object({
  askedAt: instantSchema,
  askedBy: z.string(),
  cause: z.enum(['asked', 'answered', 'changed', 'withdrawn']),
  suggested: z.array(suggestionSchema),
  added: z.array(departureSchema),
  dropped: z.array(departureSchema),
})
export const opinionPartSchema = z.object({
  partId: idSchema<'opinion-part'>(),
  opinionTaskId: idSchema<'opinion-task'>(),
  department: z.string(),
  departmentName: z.string(),
  section: z.string().nullable(),
  assignee: z.string().nullable(),
  question: z.string(),
  state: partStateSchema,
  version: z.number().int(),
  /** Never later than the due day of the whole opinion. */
  due: localDateSchema,
  overdue: z.boolean(),
  answer: z.string().nullable(),
  closedAt: instantSchema.nullable(),
  recallReason: z.string().nullable(),
  may: maySchema,
})
export const consultedTaskSchema = z.object({
  opinionTaskId: idSchema<'opinion-task'>(),
  departmentName: z.string(),
  redoOf: z.string().nullable(),
  /** A later request to the same department took its place. */
  superseded: z.boolean(),
  /** Submission that the department was asked about. */
  round: z.number().int().nullable(),
  /** What changed since it was asked, in names; empty = nothing. */
  changed: z.array(z.string()),
  /** The rule by which it must be asked again; null = none. */
  mustRedo: wordsSchema.nullable(),
  revisions: z.array(
    z.object({
      code: opinionCodeSchema,
      text: z.string().nullable(),
      conditions: z.array(z.string()),
      givenAt: instantSchema,
      givenBy: z.string(),
    }),
  ),
  /** Last day on which the department may change what it gave. */
  changeableUntil: localDateSchema.nullable(),
  parts: z.array(opinionPartSchema),
  may: maySchema,
})
export const informationSchema = z.object({
  informationId: idSchema<'information-request'>(),
  opinionTaskId: idSchema<'opinion-task'>(),
  itemRunId: idSchema<'item-run'>(),
  departmentName: z.string(),
  state: informationStateSchema,
  version: z.number().int(),
  question: z.string(),
  anchors: z.array(z.object({ anchor: z.string(), label: z.string() })),
  createdAt: instantSchema,
  sentAt: instantSchema.nullable(),
  clock: clockSchema.nullable(),
  answer: z
    .object({
      text: z.string(),
      changed: z.array(z.string()),
      documents: z.array(z.object({ fileName: z.string(), sha256: z.string() })),
      at: instantSchema,
      by: z.string(),
    })
    .nullable(),
  withdrawReason: z.string().nullable(),
  may: maySchema,
})
export const minuteSchema = z.object({
  heldOn: localDateSchema,
  place: z.string(),
  participants: z.array(z.object({ organisation: z.string(), names: z.string() })),
  discussion: z.string(),
  resolution: z.string(),
})
export const conflictSchema = z.object({
  conflictId: idSchema<'conflict'>(),
  itemRunId: idSchema<'item-run'>(),
  kind: z.enum(['agree-disagree', 'conditions']),
  state: conflictStateSchema,
  version: z.number().int(),
  opinions: z.array(
    z.object({
      opinionTaskId: z.string(),
      departmentName: z.string(),
      code: opinionCodeSchema.nullable(),
      text: z.string().nullable(),
    }),
  ),
  remark: z.string(),
  mediatorName: z.string(),
  escalatedAt: instantSchema.nullable(),
  raisedAt: instantSchema,
  closedAt: instantSchema.nullable(),
  clock: clockSchema.nullable(),
  minute: minuteSchema.nullable(),
  closedBy: z.string().nullable(),
  may: maySchema,
})
export const attendanceSchema = z.object({
  side: z.enum(['department', 'applicant', 'other']),
  organisation: z.string().trim().min(1).max(100),
  names: z.string().trim().max(200),
  present: z.boolean(),
})
export const meetingSchema = z.object({
  meetingId: idSchema<'meeting'>(),
  kind: meetingKindSchema,
  title: z.string(),
  place: z.string(),
  startsAt: instantSchema,
  departments: z.array(z.object({ department: z.string(), name: z.string() })),
  applicantInvited: z.boolean(),
  agenda: z.string(),
  state: meetingStateSchema,
  version: z.number().int(),
  attendance: z.array(attendanceSchema),
  findings: z.array(
    z.object({
      findingId: z.string(),
      departmentName: z.string(),
      text: z.string(),
      /** The department's opinion, when it was given here. */
      code: opinionCodeSchema.nullable(),
      conditions: z.array(z.string()),
      recordedAt: instantSchema,
    }),
  ),
  photos: z.array(
    z.object({
      photoId: idSchema<'meeting-photo'>(),
      departmentName: z.string(),
      caption: z.string(),
      fileName: z.string(),
      sha256: z.string(),
    }),
  ),
  minute: z.string().nullable(),
  signedAt: instantSchema.nullable(),
  signedBy: z.string().nullable(),
  cancelReason: z.string().nullable(),
  may: maySchema,
})
export const procedureSchema = z.object({
  procedureId: idSchema<'special-procedure'>(),
  itemRunId: idSchema<'item-run'>(),
  kind: procedureKindSchema,
  name: wordsSchema,
  state: procedureStateSchema,
  version: z.number().int(),
  reason: z.string(),
  days: z.number().int(),
  basis: z.string(),
  certainty: z.string(),
  /** Whether the clock of the item stands still meanwhile. */
  stopsClock: z.boolean(),
  onRequest: z.boolean(),
  proposedBy: z.string(),
  decidedBy: z.string().nullable(),
  remark: z.string().nullable(),
  beganOn: localDateSchema.nullable(),
  /** The announced last day; null before it began. */
  until: localDateSchema.nullable(),
  endedOn: localDateSchema.nullable(),
  result: z.string().nullable(),
  /** The announced last day is over and no end is recorded. */
  endMissing: z.boolean(),
  hearing: z
    .object({
      requestedBy: z.string().nullable(),
      hearingOn: localDateSchema.nullable(),
      place: z.string().nullable(),
      steps: z.array(
        z.object({
          step: z.enum(['request', 'notice', 'hold']),
          due: localDateSchema.nullable(),
          doneOn: localDateSchema.nullable(),
          late: z.boolean(),
        }),
      ),
    })
    .nullable(),
  may: maySchema,
})
export const consultationSchema = z.object({
  applicationId: idSchema<'application'>(),
  runs: z.array(
    z.object({
      itemRunId: idSchema<'item-run'>(),
      itemName: wordsSchema,
      department: z.string(),
      state: itemRunStateSchema,
      /** What silence means: 'deemed' no objection, 'safety' never, 'none' the answer stays owed. */
      silence: z.enum(['deemed', 'safety', 'none']),
      rounds: z.array(opinionRoundSchema),
      tasks: z.array(consultedTaskSchema),
      information: z.array(informationSchema),
      conflicts: z.array(conflictSchema),
      procedures: z.array(procedureSchema),
      may: maySchema,
    }),
  ),
  meetings: z.array(meetingSchema),
  may: maySchema,
})
export type Consultation = z.infer<typeof consultationSchema>
export type ConsultedRun = Consultation['runs'][number]

// ------------------------------------------------------------------------------------------------ endpoints

const applicationParams = z.object({ applicationId: idSchema<'application'>() })
const itemRunParams = z.object({ itemRunId: idSchema<'item-run'>() })
const taskParams = z.object({ opinionTaskId: idSchema<'opinion-task'>() })
const partParams = z.object({ partId: idSchema<'opinion-part'>() })
const informationParams = z.object({ informationId: idSchema<'information-request'>() })
const conflictParams = z.object({ conflictId: idSchema<'conflict'>() })
const meetingParams = z.object({ meetingId: idSchema<'meeting'>() })
const procedureParams = z.object({ procedureId: idSchema<'special-procedure'>() })
const versioned = { version: z.number().int().min(0) }
const text = (max: number) => z.string().trim().min(1, { error: '请填写内容' }).max(max)
const workdays = (max: number) => z.number().int().min(1, { error: '至少1个工作日' }).max(max)
const handlers = { roles: ['reviewer', 'lead'] } as const
const answering = { roles: ['reviewer', 'lead', 'approver'] } as const
const officers = { roles: ['clerk', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator'] } as const
const pdf = { produces: 'application/pdf', reply: z.any() } as const

export const readConsultation = endpoint({
  id: 'approvals.read-consultation',
  method: 'GET',
  path: '/api/applications/:applicationId/consultation',
  summary: '征求意见、补充信息、分歧协调、踏勘会议、特殊程序',
  access: 'signed-in',
  params: applicationParams,
  reply: consultationSchema,
})
export const readSuggestions = endpoint({
  id: 'approvals.read-opinion-suggestions',
  method: 'GET',
  path: '/api/item-runs/:itemRunId/opinion-suggestions',
  summary: '建议征求哪些部门意见及理由',
  access: officers,
  params: itemRunParams,
  reply: z.object({
    suggestions: z.array(suggestionSchema.extend({ asked: z.boolean() })),
    silence: z.enum(['deemed', 'safety', 'none']),
  }),
})
export const delegateParts = endpoint({
  id: 'approvals.delegate-opinion-parts',
  method: 'POST',
  path: '/api/opinion-tasks/:opinionTaskId/parts',
  summary: '把征求意见分解交办给科室、人员或其他单位',
  access: answering,
  params: taskParams,
  body: z.object({
    ...versioned,
    parts: z
      .array(
        z.object({
          department: z.string().max(40).optional(),
          section: z.string().trim().max(60).optional(),
          assigneeId: idSchema<'person'>().optional(),
          question: text(1000),
          days: workdays(20),
        }),
      )
      .min(1, { error: '请至少交办一项' })
      .max(10),
  }),
  reply: consultationSchema,
})
export const answerPart = endpoint({
  id: 'approvals.answer-opinion-part',
  method: 'POST',
  path: '/api/opinion-parts/:partId/answer',
  summary: '答复交办',
  access: answering,
  params: partParams,
  body: z.object({ ...versioned, answer: text(4000) }),
  reply: z.object({ partId: idSchema<'opinion-part'>(), state: partStateSchema }),
})
export const recallPart = endpoint({
  id: 'approvals.recall-opinion-part',
  method: 'POST',
  path: '/api/opinion-parts/:partId/recall',
  summary: '收回交办',
  access: answering,
  params: partParams,
  body: z.object({ ...versioned, reason: text(500) }),
  reply: consultationSchema,
})
export const readOwnParts = endpoint({
  id: 'approvals.read-own-opinion-parts',
  method: 'GET',
  path: '/api/work/opinion-parts',
  summary: '交办给我或本部门的意见分解',
  access: answering,
  reply: z.object({
    rows: z.array(
      opinionPartSchema.extend({
        applicationId: idSchema<'application'>(),
        caseNumber: z.string(),
        projectName: z.string(),
        itemName: wordsSchema,
        mine: z.boolean(),
      }),
    ),
  }),
})
export const readColleagues = endpoint({
  id: 'approvals.read-opinion-colleagues',
  method: 'GET',
  path: '/api/opinion-tasks/:opinionTaskId/colleagues',
  summary: '可交办的本部门人员',
  access: answering,
  params: taskParams,
  reply: z.object({ rows: z.array(z.object({ personId: idSchema<'person'>(), name: z.string() })) }),
})
export const changeOpinion = endpoint({
  id: 'approvals.change-opinion',
  method: 'POST',
  path: '/api/opinion-tasks/:opinionTaskId/change',
  summary: '在征求意见期限内修改已出具的意见',
  access: answering,
  params: taskParams,
  body: z.object({
    ...versioned,
    code: opinionCodeSchema,
    text: z.string().trim().max(4000).default(''),
    conditions: z.array(text(500)).max(30).default([]),
    anchors: z.array(z.string().max(120)).max(50).optional(),
  }),
  reply: consultationSchema,
})
export const redoOpinion = endpoint({
  id: 'approvals.redo-opinion',
  method: 'POST',
  path: '/api/opinion-tasks/:opinionTaskId/redo',
  summary: '申请内容变化后重新征求意见',
  access: handlers,
  params: taskParams,
  body: z.object({ ...versioned, question: text(1000), days: workdays(20) }),
  reply: consultationSchema,
})
export const sendInformation = endpoint({
  id: 'approvals.send-information-request',
  method: 'POST',
  path: '/api/information-requests/:informationId/send',
  summary: '请申请人补充信息',
  access: handlers,
  params: informationParams,
  body: z.object({
    ...versioned,
    question: text(2000),
    anchors: z.array(z.string().max(120)).max(50).default([]),
    days: workdays(30).optional(),
  }),
  reply: consultationSchema,
})
export const withdrawInformation = endpoint({
  id: 'approvals.withdraw-information-request',
  method: 'POST',
  path: '/api/information-requests/:informationId/withdraw',
  summary: '无需申请人补充:说明理由,退回部门继续出具意见',
  access: handlers,
  params: informationParams,
  body: z.object({ ...versioned, reason: text(1000) }),
  reply: consultationSchema,
})
export const answerInformation = endpoint({
  id: 'approvals.answer-information-request',
  method: 'POST',
  path: '/api/information-requests/:informationId/answer',
  summary: '申请人补充信息,退回部门继续出具意见',
  access: { roles: ['applicant', 'clerk'] },
  params: informationParams,
  idempotent: true,
  body: z.object({
    ...versioned,
    text: z.string().trim().max(4000).default(''),
    answers: answersSchema.default({}),
    documents: z
      .array(z.object({ materialId: z.string().max(40), uploadId: z.uuid() }))
      .max(20)
      .default([]),
  }),
  reply: consultationSchema,
})
export const flagConflict = endpoint({
  id: 'approvals.flag-conflict',
  method: 'POST',
  path: '/api/item-runs/:itemRunId/conflicts',
  summary: '标记互相矛盾的意见条件',
  access: handlers,
  params: itemRunParams,
  body: z.object({ opinionTaskIds: z.array(idSchema<'opinion-task'>()).min(2).max(20), remark: text(1000) }),
  reply: consultationSchema,
})
export const resolveConflict = endpoint({
  id: 'approvals.resolve-conflict',
  method: 'POST',
  path: '/api/conflicts/:conflictId/resolution',
  summary: '协调意见分歧并形成纪要',
  access: { roles: ['lead', 'approver', 'supervisor'] },
  params: conflictParams,
  body: z.object({
    ...versioned,
    heldOn: localDateSchema,
    place: text(200),
    participants: z
      .array(z.object({ organisation: text(100), names: text(200) }))
      .min(2, { error: '纪要至少写明两个单位的参加人' })
      .max(40),
    discussion: text(4000),
    resolution: text(2000),
  }),
  reply: consultationSchema,
})
export const printConflictMinute = endpoint({
  id: 'approvals.print-conflict-minute',
  method: 'GET',
  path: '/api/conflicts/:conflictId/minute.pdf',
  summary: '意见分歧协调纪要(PDF)',
  access: officers,
  params: conflictParams,
  ...pdf,
})
export const listConflicts = endpoint({
  id: 'approvals.list-conflicts',
  method: 'GET',
  path: '/api/work/conflicts',
  summary: '待协调的意见分歧',
  access: { roles: ['lead', 'approver', 'supervisor', 'administrator'] },
  query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(100) }),
  reply: z.object({
    rows: z.array(
      z.object({
        conflictId: idSchema<'conflict'>(),
        applicationId: idSchema<'application'>(),
        itemRunId: idSchema<'item-run'>(),
        caseNumber: z.string(),
        projectName: z.string(),
        itemName: wordsSchema,
        kind: z.enum(['agree-disagree', 'conditions']),
        departments: z.array(z.string()),
        mediatorName: z.string(),
        raisedAt: instantSchema,
        escalatedAt: instantSchema.nullable(),
        clock: clockSchema.nullable(),
      }),
    ),
  }),
})

const meetingBody = {
  kind: meetingKindSchema,
  title: text(120),
  place: text(200),
  startsAt: instantSchema,
  departments: z.array(z.string().max(40)).min(1, { error: '请至少选择一个参加部门' }).max(30),
  applicantInvited: z.boolean(),
  agenda: text(2000),
}
export const planMeeting = endpoint({
  id: 'approvals.plan-meeting',
  method: 'POST',
  path: '/api/applications/:applicationId/meetings',
  summary: '安排联合踏勘或协调会议',
  access: handlers,
  params: applicationParams,
  body: z.object(meetingBody),
  reply: consultationSchema,
})
export const changeMeeting = endpoint({
  id: 'approvals.change-meeting',
  method: 'PUT',
  path: '/api/meetings/:meetingId',
  summary: '调整踏勘或会议的安排',
  access: handlers,
  params: meetingParams,
  body: z.object({ ...versioned, ...meetingBody }),
  reply: consultationSchema,
})
export const cancelMeeting = endpoint({
  id: 'approvals.cancel-meeting',
  method: 'POST',
  path: '/api/meetings/:meetingId/cancel',
  summary: '取消踏勘或会议',
  access: handlers,
  params: meetingParams,
  body: z.object({ ...versioned, reason: text(500) }),
  reply: consultationSchema,
})
export const recordAttendance = endpoint({
  id: 'approvals.record-attendance',
  method: 'POST',
  path: '/api/meetings/:meetingId/attendance',
  summary: '登记到会情况',
  access: handlers,
  params: meetingParams,
  body: z.object({ ...versioned, attendance: z.array(attendanceSchema).min(1).max(60) }),
  reply: consultationSchema,
})
export const addFinding = endpoint({
  id: 'approvals.add-meeting-finding',
  method: 'POST',
  path: '/api/meetings/:meetingId/findings',
  summary: '登记本部门的现场情况;可作为本部门意见',
  access: answering,
  params: meetingParams,
  body: z.object({
    department: z.string().max(40),
    text: text(4000),
    /** Given: this is the department's opinion on the open request. */
    opinion: z
      .object({
        opinionTaskId: idSchema<'opinion-task'>(),
        version: z.number().int().min(0),
        code: opinionCodeSchema,
        conditions: z.array(text(500)).max(30).default([]),
      })
      .optional(),
  }),
  reply: consultationSchema,
})
export const addPhoto = endpoint({
  id: 'approvals.add-meeting-photo',
  method: 'POST',
  path: '/api/meetings/:meetingId/photos',
  summary: '上传现场照片',
  access: answering,
  params: meetingParams,
  body: z.object({ department: z.string().max(40), uploadId: z.uuid(), caption: text(200) }),
  reply: consultationSchema,
})
export const readPhoto = endpoint({
  id: 'approvals.read-meeting-photo',
  method: 'GET',
  path: '/api/meetings/:meetingId/photos/:photoId',
  summary: '查看现场照片',
  access: 'signed-in',
  params: z.object({ meetingId: idSchema<'meeting'>(), photoId: idSchema<'meeting-photo'>() }),
  produces: 'application/octet-stream',
  reply: z.any(),
})
export const signMinute = endpoint({
  id: 'approvals.sign-meeting-minute',
  method: 'POST',
  path: '/api/meetings/:meetingId/minute',
  summary: '签发踏勘或会议纪要',
  access: handlers,
  params: meetingParams,
  body: z.object({ ...versioned, minute: text(4000) }),
  reply: consultationSchema,
})
export const printMinute = endpoint({
  id: 'approvals.print-meeting-minute',
  method: 'GET',
  path: '/api/meetings/:meetingId/minute.pdf',
  summary: '踏勘或会议纪要(PDF)',
  access: 'signed-in',
  params: meetingParams,
  ...pdf,
})

export const proposeProcedure = endpoint({
  id: 'approvals.propose-procedure',
  method: 'POST',
  path: '/api/item-runs/:itemRunId/procedures',
  summary: '提请听证、勘验、招标、检测或专家评审',
  access: handlers,
  params: itemRunParams,
  body: z.object({
    kind: procedureKindSchema,
    reason: text(1000),
    days: workdays(365),
    /** A hearing that waits for a request (行政许可法 47); otherwise on the authority's own initiative (46). */
    onRequest: z.boolean().default(false),
  }),
  reply: consultationSchema,
})
export const decideProcedure = endpoint({
  id: 'approvals.decide-procedure',
  method: 'POST',
  path: '/api/procedures/:procedureId/decision',
  summary: '批准或驳回特殊程序;批准即书面告知申请人所需时间',
  access: { roles: ['approver'] },
  params: procedureParams,
  body: z.object({ ...versioned, approve: z.boolean(), remark: z.string().trim().max(1000).default('') }),
  reply: consultationSchema,
})
export const requestHearing = endpoint({
  id: 'approvals.request-hearing',
  method: 'POST',
  path: '/api/procedures/:procedureId/hearing-request',
  summary: '申请听证(申请人);或登记利害关系人的听证申请(经办)',
  access: { roles: ['applicant', 'reviewer', 'lead'] },
  params: procedureParams,
  body: z.object({ ...versioned, by: z.string().trim().max(100).default('') }),
  reply: consultationSchema,
})
export const scheduleHearing = endpoint({
  id: 'approvals.schedule-hearing',
  method: 'POST',
  path: '/api/procedures/:procedureId/hearing-notice',
  summary: '通知听证的时间和地点',
  access: handlers,
  params: procedureParams,
  body: z.object({ ...versioned, hearingOn: localDateSchema, place: text(200) }),
  reply: consultationSchema,
})
export const endProcedure = endpoint({
  id: 'approvals.end-procedure',
  method: 'POST',
  path: '/api/procedures/:procedureId/end',
  summary: '登记特殊程序的结果并恢复计时',
  access: answering,
  params: procedureParams,
  body: z.object({ ...versioned, result: text(4000) }),
  reply: consultationSchema,
})
export const printProcedureNotice = endpoint({
  id: 'approvals.print-procedure-notice',
  method: 'GET',
  path: '/api/procedures/:procedureId/notice.pdf',
  summary: '特殊程序所需时间告知书(PDF)',
  access: 'signed-in',
  params: procedureParams,
  ...pdf,
})
export const printOpinionSummary = endpoint({
  id: 'approvals.print-opinion-summary',
  method: 'GET',
  path: '/api/applications/:applicationId/opinion-summary.pdf',
  summary: '各部门意见汇总(PDF)',
  access: 'signed-in',
  params: applicationParams,
  ...pdf,
})
