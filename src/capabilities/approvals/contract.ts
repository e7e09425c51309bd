/**
 * 一窗受理: one form, intake, parallel approval, clocks, decisions, certificates. What all others may know.
 *
 * The words: an *application* (申请) is one form for one stage of a project; each *submission* (提交) of it is frozen.
 * On acceptance the application fans out into *item runs* (事项办理), one for each service item, in the hands of the
 * item's department; a department may ask others for an *opinion* (意见) by an *opinion task*. State and hold reason are
 * two axes: a pause is never a state.
 */
import { z } from 'zod'
import { endpoint } from '../../kernel/endpoint.ts'
import { type Id, idSchema } from '../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../kernel/page.ts'
import { instantSchema, localDateSchema } from '../../kernel/time.ts'
import { wordsSchema } from '../../kernel/words.ts'
import { escalationMarkSchema } from './contract/clocks.ts'
import { draftExtrasSchema, scopePartSchema } from './contract/decision-parts.ts'

export type ApplicationId = Id<'application'>
export type SubmissionId = Id<'submission'>
export type ItemRunId = Id<'item-run'>
export type OpinionTaskId = Id<'opinion-task'>
export type ClockId = Id<'clock'>
export type CertificateId = Id<'certificate'>

// ------------------------------------------------------------------------------------------------ states

/** draft 草稿 · submitted 已提交待受理 · correcting 补正中 · accepted 已受理办理中 · refused 不予受理 · withdrawn 已撤回 · closed 已办结 */
export const applicationStates = [
  'draft',
  'submitted',
  'correcting',
  'accepted',
  'refused',
  'withdrawn',
  'closed',
] as const
/** waiting 等待前置 · handling 审查中 · drafted 已拟决定 · reviewed 已审核 · decided 已决定 */
export const itemRunStates = ['handling', 'drafted', 'reviewed', 'decided', 'cancelled'] as const
export const opinionTaskStates = ['sent', 'opened', 'given', 'deemed', 'cancelled'] as const
/** agree 同意 · agree-with-conditions 有条件同意 · disagree 不同意 · need-information 需补充信息 · not-involved 不涉及 */
export const opinionCodes = ['agree', 'agree-with-conditions', 'disagree', 'need-information', 'not-involved'] as const
/** approved-with-deferral 容缺办结: in favour while a promised document is still owed; the system sets it, nobody drafts it. */
export const outcomes = [
  'approved',
  'approved-with-conditions',
  'approved-with-deferral',
  'partially-approved',
  'refused',
] as const

export const applicationStateSchema = z.enum(applicationStates)
export const itemRunStateSchema = z.enum(itemRunStates)
export const opinionTaskStateSchema = z.enum(opinionTaskStates)
export const opinionCodeSchema = z.enum(opinionCodes)
export const outcomeSchema = z.enum(outcomes)
export type ApplicationState = z.infer<typeof applicationStateSchema>
export type ItemRunState = z.infer<typeof itemRunStateSchema>
export type OpinionTaskState = z.infer<typeof opinionTaskStateSchema>
export type OpinionCode = z.infer<typeof opinionCodeSchema>
export type Outcome = z.infer<typeof outcomeSchema>

// ------------------------------------------------------------------------------------------------ shapes

/** The value of one fact of the form; its shape is given by the field's type in the catalogue. */
export const answerSchema = z.union([
  z.string().max(4000),
  z.number(),
  z.boolean(),
  z.array(z.string().max(400)).max(50),
  z.object({ lon: z.number(), lat: z.number() }),
  z.null(),
])
export const answersSchema = z.record(z.string().max(80), answerSchema)
export type Answers = z.infer<typeof answersSchema>

/** Where a reused fact came from: shown beside the field. */
export const originSchema = z.object({
  kind: z.enum(['entered', 'project', 'organisation', 'submission', 'guide']),
  /** Words for people: '项目登记', '江岸小学扩建 2026-03-02 提交'. */
  label: z.string(),
  at: instantSchema.nullable(),
})

export const fieldFaultSchema = z.object({ path: z.string(), message: z.string() })

export const documentSchema = z.object({
  documentId: idSchema<'document'>(),
  materialId: z.string(),
  fileName: z.string(),
  sizeBytes: z.number().int(),
  mediaType: z.string(),
  sha256: z.string(),
  scan: z.enum(['unscanned', 'clean', 'infected']),
  addedAt: instantSchema,
})

/** A material that the chosen items need, each once, with what is there. */
export const materialNeedSchema = z.object({
  materialId: z.string(),
  name: wordsSchema,
  /** 'exempt' = fetched by the system from an earlier decision: nothing to hand in. */
  form: z.string(),
  required: z.boolean(),
  because: wordsSchema,
  usedBy: z.array(z.string()),
  deferrable: z.enum(['N', 'Y', 'C']),
  present: z.boolean(),
  /** A signed promise stands in for it: handed in later (deferral), or not at all (commitment). */
  waiver: z.enum(['deferral', 'commitment']).nullable(),
  /** For exempt materials: the decision it was taken from, or null when none is there yet. */
  takenFrom: z.string().nullable(),
})

export const submissionSchema = z.object({
  submissionId: idSchema<'submission'>(),
  round: z.number().int(),
  /** Number on the receipt. */
  receiptNumber: z.string(),
  /** SHA-256 over the canonical frozen content. */
  hash: z.string(),
  submittedAt: instantSchema,
  submittedBy: z.string(),
})

export const correctionSchema = z.object({
  round: z.number().int(),
  issuedAt: instantSchema,
  issuedBy: z.string(),
  answeredAt: instantSchema.nullable(),
  points: z.array(
    z.object({
      /** 'field:<fieldId>' or 'material:<materialId>'. */
      anchor: z.string(),
      reasonCode: z.string(),
      text: z.string(),
    }),
  ),
})

const colourSchema = z.enum(['normal', 'warning', 'overdue', 'paused', 'done'])
export const holderSchema = z.enum(['authority', 'applicant', 'third-party'])

/** A clock as people see it; everything derived from budget and ledger at `asOf`. */
export const clockSchema = z.object({
  clockId: idSchema<'clock'>(),
  kind: z.enum(['statutory', 'promise', 'department', 'applicant', 'deferral', 'post-decision']),
  subject: z.object({ kind: z.enum(['application', 'item-run', 'opinion-task']), id: z.string() }),
  label: wordsSchema,
  unit: z.enum(['workday', 'calendar-day']),
  budget: z.number().int(),
  consumed: z.number().int(),
  /** Days left, today included; below zero = days overdue. */
  remaining: z.number().int(),
  state: z.enum(['not-started', 'running', 'paused', 'stopped', 'cancelled']),
  colour: colourSchema,
  due: localDateSchema.nullable(),
  provisional: z.boolean(),
  onTime: z.boolean().nullable(),
  /** Certainty of the figure; D, E and X show as 待核. */
  certainty: z.enum(['A', 'B', 'C', 'D', 'E', 'X']),
  basis: z.string(),
  totals: z.object({
    gross: z.number().int(),
    authority: z.number().int(),
    applicant: z.number().int(),
    thirdParty: z.number().int(),
  }),
})
export type ClockView = z.infer<typeof clockSchema>

export const explanationRowSchema = z.object({
  day: localDateSchema,
  weekday: z.number().int(),
  kind: z.string(),
  counted: z.boolean(),
  number: z.number().int().nullable(),
  holder: holderSchema,
  reason: wordsSchema,
})
export const explanationSchema = z.object({
  clock: clockSchema,
  summary: wordsSchema,
  rows: z.array(explanationRowSchema),
})

export const opinionTaskSchema = z.object({
  opinionTaskId: idSchema<'opinion-task'>(),
  itemRunId: idSchema<'item-run'>(),
  department: z.string(),
  departmentName: z.string(),
  question: z.string(),
  state: opinionTaskStateSchema,
  version: z.number().int(),
  code: opinionCodeSchema.nullable(),
  text: z.string().nullable(),
  conditions: z.array(z.string()),
  sentAt: instantSchema,
  givenAt: instantSchema.nullable(),
  givenBy: z.string().nullable(),
  clock: clockSchema.nullable(),
})

/** Why something may not be done now; null = it may. The desk disables the button and shows the sentence. */
export const maySchema = z.record(z.string(), wordsSchema.nullable())

export const itemRunSchema = z.object({
  itemRunId: idSchema<'item-run'>(),
  applicationId: idSchema<'application'>(),
  itemId: z.string(),
  itemVersionId: z.string(),
  itemName: wordsSchema,
  /** 'permit', 'filing', 'technical-review', 'opinion', …: in whose words the outcome is said. */
  itemKind: z.string(),
  department: z.string(),
  departmentName: z.string(),
  state: itemRunStateSchema,
  /** The hold axis: why no time runs now; null = nothing holds it. */
  hold: z
    .object({ ground: z.string(), label: wordsSchema, basis: z.string(), since: instantSchema, holder: holderSchema })
    .nullable(),
  /** Front conditions that are not met yet, in sentences; the decision waits for them. */
  frontConditions: z.array(
    z.object({
      itemId: z.string(),
      milestone: z.string().optional(),
      path: z.string().optional(),
      sentence: wordsSchema,
      blocks: z.string(),
    }),
  ),
  version: z.number().int(),
  opinionTasks: z.array(opinionTaskSchema),
  clocks: z.array(clockSchema),
  draft: z
    .object({
      outcome: outcomeSchema,
      text: z.string(),
      conditions: z.array(z.string()),
      draftedBy: z.string(),
      draftedAt: instantSchema,
      reviewedBy: z.string().nullable(),
      reviewRemark: z.string().nullable(),
      extras: draftExtrasSchema.optional(),
    })
    .nullable(),
  pauseProposal: z
    .object({
      proposalId: z.string(),
      ground: z.string(),
      label: wordsSchema,
      reason: z.string(),
      expectedDays: z.number().int(),
      proposedBy: z.string(),
    })
    .nullable(),
  decision: z
    .object({
      outcome: outcomeSchema,
      text: z.string(),
      conditions: z.array(z.string()),
      decidedAt: instantSchema,
      decidedBy: z.string(),
      documentNumber: z.string(),
      certificateId: idSchema<'certificate'>().nullable(),
      verificationCode: z.string().nullable(),
    })
    .nullable(),
  may: maySchema,
})
export type ItemRunView = z.infer<typeof itemRunSchema>

export const timelineRowSchema = z.object({
  entryId: z.string(),
  seq: z.number().int(),
  kind: z.string(),
  sentence: z.string(),
  occurredAt: instantSchema,
  recordedAt: instantSchema,
  /** Name for parties and officers; for the public the role or the department only. */
  by: z.string(),
})

/** One line of a list of applications. */
export const applicationRowSchema = z.object({
  applicationId: idSchema<'application'>(),
  caseNumber: z.string(),
  projectId: idSchema<'project'>(),
  projectName: z.string(),
  applicantName: z.string(),
  stage: z.string(),
  stageName: wordsSchema,
  state: applicationStateSchema,
  round: z.number().int(),
  submittedAt: instantSchema.nullable(),
  itemsDecided: z.number().int(),
  itemsTotal: z.number().int(),
  /** Handed in on paper and entered afterwards (后补录入): counted apart. */
  lateEntry: z.boolean(),
  /** The clock that presses most, if any runs. */
  clock: clockSchema.nullable(),
})
export type ApplicationRow = z.infer<typeof applicationRowSchema>

/** The whole file on one page. */
export const applicationFileSchema = z.object({
  application: z.object({
    applicationId: idSchema<'application'>(),
    caseNumber: z.string(),
    stage: z.string(),
    stageName: wordsSchema,
    leadDepartment: z.string(),
    leadDepartmentName: z.string(),
    state: applicationStateSchema,
    version: z.number().int(),
    round: z.number().int(),
    catalogueDay: localDateSchema,
    formVersion: z.string(),
    guideAnswers: answersSchema,
    answers: answersSchema,
    origins: z.record(z.string(), originSchema),
    itemIds: z.array(z.string()),
    createdAt: instantSchema,
    acceptedAt: instantSchema.nullable(),
    closedAt: instantSchema.nullable(),
    refusal: z.object({ ground: z.string(), text: z.string(), competentAuthority: z.string() }).nullable(),
  }),
  project: z.object({
    projectId: idSchema<'project'>(),
    number: z.string(),
    name: z.string(),
    code: z.string().nullable(),
    address: z.string(),
  }),
  applicant: z.object({ organisationId: idSchema<'organisation'>(), name: z.string(), uscc: z.string() }),
  materials: z.array(materialNeedSchema),
  documents: z.array(documentSchema),
  submissions: z.array(submissionSchema),
  corrections: z.array(correctionSchema),
  itemRuns: z.array(itemRunSchema),
  clocks: z.array(clockSchema),
  timeline: z.array(timelineRowSchema),
  /** Faults of the answers and materials as they stand: empty = ready to submit. */
  faults: z.array(fieldFaultSchema),
  may: maySchema,
})
export type ApplicationFile = z.infer<typeof applicationFileSchema>

/** One line of a queue: an application to accept, an item run to handle, or an opinion to give. */
export const workRowSchema = z.object({
  kind: z.enum(['application', 'item-run', 'opinion-task']),
  id: z.string(),
  applicationId: idSchema<'application'>(),
  /** Absent for an application at the window. */
  itemRunId: idSchema<'item-run'>().optional(),
  caseNumber: z.string(),
  projectName: z.string(),
  itemName: wordsSchema,
  department: z.string(),
  state: z.string(),
  /** What is to be done next by this department. */
  next: wordsSchema,
  hold: wordsSchema.nullable(),
  clock: clockSchema.nullable(),
})
export type WorkRow = z.infer<typeof workRowSchema>

/** One line of the supervisor's board. */
export const clockBoardRowSchema = z.object({
  clock: clockSchema,
  applicationId: idSchema<'application'>(),
  caseNumber: z.string(),
  projectName: z.string(),
  itemName: wordsSchema.nullable(),
  department: z.string(),
  departmentName: z.string(),
  /** Who holds the ball now. */
  holder: holderSchema,
  waitingFor: wordsSchema,
  /** The last rung of the ladder that spoke about the due day; null while none has. */
  escalation: escalationMarkSchema.nullable(),
})

// ------------------------------------------------------------------------------------------------ endpoints

const applicationParams = z.object({ applicationId: idSchema<'application'>() })
const itemRunParams = z.object({ itemRunId: idSchema<'item-run'>() })
const opinionTaskParams = z.object({ opinionTaskId: idSchema<'opinion-task'>() })
const versioned = { version: z.number().int().min(0) }
const text = (max: number) => z.string().trim().min(1, { error: '请填写内容' }).max(max)
const officers = { roles: ['clerk', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator'] } as const

export const createApplication = endpoint({
  id: 'approvals.create-application',
  method: 'POST',
  path: '/api/applications',
  summary: '新建一表申请草稿',
  access: { roles: ['applicant', 'clerk'] },
  idempotent: true,
  body: z.object({
    projectId: idSchema<'project'>(),
    stage: z.string().max(10),
    guideAnswers: answersSchema,
    itemIds: z.array(z.string().max(20)).min(1, { error: '请至少选择一个事项' }).max(40),
  }),
  reply: applicationFileSchema,
})
export const listApplications = endpoint({
  id: 'approvals.list-applications',
  method: 'GET',
  path: '/api/applications',
  summary: '申请列表:申请人见本单位,工作人员见全部',
  access: 'signed-in',
  query: z.object({
    state: applicationStateSchema.optional(),
    stage: z.string().max(10).optional(),
    projectId: idSchema<'project'>().optional(),
    text: z.string().max(100).optional(),
    ...pageQuery,
  }),
  reply: pageSchema(applicationRowSchema),
})
export const readApplication = endpoint({
  id: 'approvals.read-application',
  method: 'GET',
  path: '/api/applications/:applicationId',
  summary: '一件申请的全部内容',
  access: 'signed-in',
  params: applicationParams,
  reply: applicationFileSchema,
})
export const saveDraft = endpoint({
  id: 'approvals.save-draft',
  method: 'PUT',
  path: '/api/applications/:applicationId/draft',
  summary: '保存草稿或补正内容',
  access: { roles: ['applicant', 'clerk'] },
  params: applicationParams,
  body: z.object({
    ...versioned,
    answers: answersSchema,
    guideAnswers: answersSchema.optional(),
    itemIds: z.array(z.string().max(20)).min(1).max(40).optional(),
  }),
  reply: applicationFileSchema,
})
export const discardDraft = endpoint({
  id: 'approvals.discard-draft',
  method: 'DELETE',
  path: '/api/applications/:applicationId',
  summary: '删除从未提交过的草稿',
  access: { roles: ['applicant', 'clerk'] },
  params: applicationParams,
  reply: z.object({ discarded: z.literal(true) }),
})
export const attachDocument = endpoint({
  id: 'approvals.attach-document',
  method: 'POST',
  path: '/api/applications/:applicationId/documents',
  summary: '把已上传的文件作为某项材料',
  access: { roles: ['applicant', 'clerk'] },
  params: applicationParams,
  body: z.object({ materialId: z.string().max(40), uploadId: z.uuid() }),
  reply: applicationFileSchema,
})
export const removeDocument = endpoint({
  id: 'approvals.remove-document',
  method: 'DELETE',
  path: '/api/applications/:applicationId/documents/:documentId',
  summary: '从草稿中移除材料',
  access: { roles: ['applicant', 'clerk'] },
  params: z.object({ applicationId: idSchema<'application'>(), documentId: idSchema<'document'>() }),
  reply: applicationFileSchema,
})
export const readDocument = endpoint({
  id: 'approvals.read-document',
  method: 'GET',
  path: '/api/applications/:applicationId/documents/:documentId/content',
  summary: '下载材料',
  access: 'signed-in',
  params: z.object({ applicationId: idSchema<'application'>(), documentId: idSchema<'document'>() }),
  produces: 'application/octet-stream',
  reply: z.any(),
})
export const submitApplication = endpoint({
  id: 'approvals.submit',
  method: 'POST',
  path: '/api/applications/:applicationId/submit',
  summary: '提交:内容冻结并出具收件凭证',
  access: { roles: ['applicant', 'clerk'] },
  params: applicationParams,
  idempotent: true,
  body: z.object({ ...versioned, declared: z.literal(true, { error: '请先确认所填内容真实' }) }),
  reply: z.object({ submission: submissionSchema, file: applicationFileSchema }),
})
export const readReceipt = endpoint({
  id: 'approvals.read-receipt',
  method: 'GET',
  path: '/api/applications/:applicationId/submissions/:submissionId/receipt',
  summary: '收件凭证(PDF,含二维码)',
  access: 'signed-in',
  params: z.object({ applicationId: idSchema<'application'>(), submissionId: idSchema<'submission'>() }),
  produces: 'application/pdf',
  reply: z.any(),
})
export const acceptApplication = endpoint({
  id: 'approvals.accept',
  method: 'POST',
  path: '/api/applications/:applicationId/accept',
  summary: '受理并同时分送各部门',
  access: { roles: ['clerk'] },
  params: applicationParams,
  body: z.object({ ...versioned }),
  reply: applicationFileSchema,
})
export const refuseApplication = endpoint({
  id: 'approvals.refuse',
  method: 'POST',
  path: '/api/applications/:applicationId/refuse',
  summary: '不属于本机关职权:不予受理并告知有权机关',
  access: { roles: ['clerk'] },
  params: applicationParams,
  body: z.object({ ...versioned, text: text(2000), competentAuthority: text(200) }),
  reply: applicationFileSchema,
})
export const requestCorrections = endpoint({
  id: 'approvals.request-corrections',
  method: 'POST',
  path: '/api/applications/:applicationId/corrections',
  summary: '一次性告知需补正的全部内容',
  access: { roles: ['clerk'] },
  params: applicationParams,
  body: z.object({
    ...versioned,
    points: z
      .array(z.object({ anchor: z.string().max(120), reasonCode: z.string().max(40), text: text(1000) }))
      .min(1, { error: '请至少列出一处需补正的内容' })
      .max(100),
  }),
  reply: applicationFileSchema,
})
export const readQueue = endpoint({
  id: 'approvals.read-queue',
  method: 'GET',
  path: '/api/work/queue',
  summary: '本部门待办,按剩余时间排序',
  access: { roles: ['clerk', 'reviewer', 'lead', 'approver'] },
  query: z.object({
    /** 'intake' = window: submitted applications; 'department' = item runs and opinions of my departments. */
    desk: z.enum(['intake', 'department']),
    colour: colourSchema.optional(),
    ...pageQuery,
  }),
  reply: z.object({
    rows: z.array(workRowSchema),
    next: z.string().nullable(),
    counts: z.object({ normal: z.number(), warning: z.number(), overdue: z.number(), paused: z.number() }),
  }),
})
export const askOpinions = endpoint({
  id: 'approvals.ask-opinions',
  method: 'POST',
  path: '/api/item-runs/:itemRunId/opinion-tasks',
  summary: '向其他部门征求意见',
  access: { roles: ['reviewer', 'lead'] },
  params: itemRunParams,
  body: z.object({
    departments: z.array(z.string().max(40)).min(1).max(20),
    question: text(1000),
    days: z.number().int().min(1).max(20),
    /** Department to reason, where the choice departs from the suggestion. */
    reasons: z.record(z.string().max(40), z.string().trim().max(500)).optional(),
  }),
  reply: itemRunSchema,
})
export const openOpinionTask = endpoint({
  id: 'approvals.open-opinion-task',
  method: 'POST',
  path: '/api/opinion-tasks/:opinionTaskId/open',
  summary: '开始办理征求意见',
  access: { roles: ['reviewer', 'lead', 'approver'] },
  params: opinionTaskParams,
  body: z.object({ ...versioned }),
  reply: opinionTaskSchema,
})
export const giveOpinion = endpoint({
  id: 'approvals.give-opinion',
  method: 'POST',
  path: '/api/opinion-tasks/:opinionTaskId/opinion',
  summary: '出具意见',
  access: { roles: ['reviewer', 'lead', 'approver'] },
  params: opinionTaskParams,
  body: z.object({
    ...versioned,
    code: opinionCodeSchema,
    text: z.string().trim().max(4000).default(''),
    conditions: z.array(text(500)).max(30).default([]),
    /** For need-information: the fields and materials that it concerns. */
    anchors: z.array(z.string().max(120)).max(50).optional(),
  }),
  reply: opinionTaskSchema,
})
export const proposePause = endpoint({
  id: 'approvals.propose-pause',
  method: 'POST',
  path: '/api/item-runs/:itemRunId/pause-proposal',
  summary: '提请停止计时(须有法定事由)',
  access: { roles: ['reviewer', 'lead'] },
  params: itemRunParams,
  body: z.object({
    ...versioned,
    ground: z.string().max(40),
    reason: text(1000),
    expectedDays: z.number().int().min(1).max(365),
  }),
  reply: itemRunSchema,
})
export const decidePause = endpoint({
  id: 'approvals.decide-pause',
  method: 'POST',
  path: '/api/item-runs/:itemRunId/pause-decision',
  summary: '批准或驳回停止计时;批准即书面告知申请人',
  access: { roles: ['approver'] },
  params: itemRunParams,
  body: z.object({ ...versioned, approve: z.boolean(), remark: z.string().trim().max(1000).default('') }),
  reply: itemRunSchema,
})
export const resumeItemRun = endpoint({
  id: 'approvals.resume',
  method: 'POST',
  path: '/api/item-runs/:itemRunId/resume',
  summary: '恢复计时',
  access: { roles: ['reviewer', 'lead', 'approver'] },
  params: itemRunParams,
  body: z.object({ ...versioned, reason: text(1000) }),
  reply: itemRunSchema,
})
export const extendItemRun = endpoint({
  id: 'approvals.extend',
  method: 'POST',
  path: '/api/item-runs/:itemRunId/extension',
  summary: '批准延长期限并告知理由',
  access: { roles: ['approver'] },
  params: itemRunParams,
  body: z.object({ ...versioned, days: z.number().int().min(1).max(60), reason: text(1000) }),
  reply: itemRunSchema,
})
export const draftDecision = endpoint({
  id: 'approvals.draft-decision',
  method: 'POST',
  path: '/api/item-runs/:itemRunId/draft',
  summary: '拟定决定',
  access: { roles: ['reviewer', 'lead'] },
  params: itemRunParams,
  body: z.object({
    ...versioned,
    outcome: outcomeSchema,
    text: text(4000),
    conditions: z.array(text(500)).max(30).default([]),
    extras: draftExtrasSchema.optional(),
  }),
  reply: itemRunSchema,
})
export const reviewDraft = endpoint({
  id: 'approvals.review-draft',
  method: 'POST',
  path: '/api/item-runs/:itemRunId/review',
  summary: '审核拟定的决定(不得由拟定人本人审核)',
  access: { roles: ['lead', 'approver'] },
  params: itemRunParams,
  body: z.object({ ...versioned, accept: z.boolean(), remark: z.string().trim().max(2000).default('') }),
  reply: itemRunSchema,
})
export const decide = endpoint({
  id: 'approvals.decide',
  method: 'POST',
  path: '/api/item-runs/:itemRunId/decision',
  summary: '作出决定',
  access: { roles: ['approver'] },
  params: itemRunParams,
  idempotent: true,
  body: z.object({
    ...versioned,
    /** The decision becomes public, and open to the parties, at this instant; at once where absent. */
    publishAt: instantSchema.optional(),
  }),
  reply: itemRunSchema,
})
export const readItemRun = endpoint({
  id: 'approvals.read-item-run',
  method: 'GET',
  path: '/api/item-runs/:itemRunId',
  summary: '一个事项的办理情况',
  access: 'signed-in',
  params: itemRunParams,
  reply: itemRunSchema,
})
export const explainClockOf = endpoint({
  id: 'approvals.explain-clock',
  method: 'GET',
  path: '/api/clocks/:clockId/explanation',
  summary: '逐日说明:为什么是这个到期日',
  access: 'signed-in',
  params: z.object({ clockId: idSchema<'clock'>() }),
  reply: explanationSchema,
})
export const printExplanation = endpoint({
  id: 'approvals.print-explanation',
  method: 'GET',
  path: '/api/clocks/:clockId/explanation.pdf',
  summary: '逐日说明(PDF)',
  access: 'signed-in',
  params: z.object({ clockId: idSchema<'clock'>() }),
  produces: 'application/pdf',
  reply: z.any(),
})
export const readClockBoard = endpoint({
  id: 'approvals.read-clock-board',
  method: 'GET',
  path: '/api/supervision/clocks',
  summary: '全部计时:谁持球、还剩多少',
  access: { roles: ['supervisor', 'administrator', 'lead', 'approver'] },
  query: z.object({ colour: colourSchema.optional(), department: z.string().max(40).optional(), ...pageQuery }),
  reply: z.object({
    rows: z.array(clockBoardRowSchema),
    next: z.string().nullable(),
    counts: z.object({ normal: z.number(), warning: z.number(), overdue: z.number(), paused: z.number() }),
  }),
})
export const readCertificate = endpoint({
  id: 'approvals.read-certificate',
  method: 'GET',
  path: '/api/certificates/:certificateId/document',
  summary: '证件或批复(PDF)',
  access: 'signed-in',
  params: z.object({ certificateId: idSchema<'certificate'>() }),
  produces: 'application/pdf',
  reply: z.any(),
})
export const readLegalGrounds = endpoint({
  id: 'approvals.read-legal-grounds',
  method: 'GET',
  path: '/api/item-runs/:itemRunId/legal-grounds',
  summary: '本事项可停止计时的法定事由',
  access: officers,
  params: itemRunParams,
  reply: z.object({
    grounds: z.array(
      z.object({
        code: z.string(),
        label: wordsSchema,
        basis: z.string(),
        maxDays: z.number().nullable(),
        certainty: z.string(),
      }),
    ),
  }),
})
export const simulateClock = endpoint({
  id: 'approvals.simulate-clock',
  method: 'POST',
  path: '/api/public/clock-simulation',
  summary: '期限计算器:任何人都可试算',
  access: 'public',
  body: z.object({
    start: localDateSchema,
    budget: z.number().int().min(0).max(400),
    unit: z.enum(['workday', 'calendar-day']),
    roll: z.enum(['none', 'next', 'previous']).default('next'),
    pauses: z
      .array(z.object({ from: localDateSchema, to: localDateSchema }))
      .max(20)
      .default([]),
    extensionDays: z.number().int().min(0).max(200).default(0),
  }),
  reply: z.object({
    due: localDateSchema.nullable(),
    provisional: z.boolean(),
    summary: wordsSchema,
    rows: z.array(explanationRowSchema),
  }),
})

// ---- public reading (allow-lists: nothing personal)

/** A document that was promised on acceptance and follows later (容缺). */
export const owedDocumentSchema = z.object({
  name: wordsSchema,
  limit: wordsSchema,
  due: localDateSchema.nullable(),
  state: z.enum(['running', 'completed']),
  stateName: wordsSchema,
})
export type OwedDocument = z.infer<typeof owedDocumentSchema>

export const publicProgressSchema = z.object({
  project: z.object({
    projectId: idSchema<'project'>(),
    number: z.string(),
    name: z.string(),
    stage: z.string(),
    stageName: wordsSchema,
    ownerName: z.string(),
    address: z.string(),
  }),
  asOf: instantSchema,
  stages: z.array(
    z.object({
      stage: z.string(),
      stageName: wordsSchema,
      applications: z.array(
        z.object({
          caseNumber: z.string(),
          state: applicationStateSchema,
          submittedOn: localDateSchema.nullable(),
          acceptedOn: localDateSchema.nullable(),
          closedOn: localDateSchema.nullable(),
          correctionRounds: z.number().int(),
          /** Handed in on paper and entered afterwards (后补录入). */
          lateEntry: z.boolean(),
          deferrals: z.array(owedDocumentSchema),
          days: z.object({
            gross: z.number().int(),
            authority: z.number().int(),
            applicant: z.number().int(),
            thirdParty: z.number().int(),
          }),
          items: z.array(
            z.object({
              itemId: z.string(),
              itemName: wordsSchema,
              itemKind: z.string(),
              departmentName: z.string(),
              state: itemRunStateSchema,
              hold: wordsSchema.nullable(),
              due: localDateSchema.nullable(),
              dueProvisional: z.boolean(),
              daysUsed: z.number().int().nullable(),
              budget: z.number().int().nullable(),
              decision: z
                .object({
                  outcome: outcomeSchema,
                  decidedOn: localDateSchema,
                  documentNumber: z.string(),
                  verificationCode: z.string().nullable(),
                  /** What has become of the document; null where none was issued. */
                  documentState: z.enum(['in-force', 'revoked', 'replaced', 'lapsed']).nullable(),
                })
                .nullable(),
            }),
          ),
        }),
      ),
    }),
  ),
  /** Published facts, each provable: the journal entry that says it. */
  facts: z.array(
    z.object({ entryId: z.string(), seq: z.number().int(), sentence: z.string(), occurredAt: instantSchema }),
  ),
})
export type PublicProgress = z.infer<typeof publicProgressSchema>

export const readPublicProgress = endpoint({
  id: 'approvals.read-public-progress',
  method: 'GET',
  path: '/api/public/projects/:number/progress',
  summary: '项目公开进度',
  access: 'public',
  params: z.object({ number: z.string().max(60) }),
  reply: publicProgressSchema,
})
export const certificateVerificationSchema = z.object({
  documentNumber: z.string(),
  documentName: wordsSchema,
  projectName: z.string(),
  holderName: z.string(),
  departmentName: z.string(),
  outcome: outcomeSchema,
  /** Null on documents of before it was kept. */
  itemKind: z.string().nullable(),
  decidedOn: localDateSchema,
  state: z.enum(['in-force', 'revoked', 'replaced', 'lapsed']),
  sha256: z.string().nullable(),
  entryId: z.string().nullable(),
  /** Documents that were to follow, as they stand now. */
  owed: z.array(owedDocumentSchema),
  scope: z.array(scopePartSchema),
  validUntil: localDateSchema.nullable(),
  /** An open remedy case suspends its effect. */
  suspended: z.boolean(),
  /** Why it is no longer in force. */
  cause: z.object({ name: wordsSchema, basis: z.string(), on: localDateSchema }).nullable(),
  replacedBy: z.object({ documentNumber: z.string(), verificationCode: z.string() }).nullable(),
  replaces: z.string().nullable(),
})
export const verifyCertificate = endpoint({
  id: 'approvals.verify-certificate',
  method: 'GET',
  path: '/api/public/certificates/:code',
  summary: '证件验真',
  access: 'public',
  params: z.object({ code: z.string().max(60) }),
  reply: certificateVerificationSchema,
})
export const verifyReceipt = endpoint({
  id: 'approvals.verify-receipt',
  method: 'GET',
  path: '/api/public/receipts/:receiptNumber',
  summary: '收件凭证验真',
  access: 'public',
  params: z.object({ receiptNumber: z.string().max(60) }),
  reply: z.object({
    receiptNumber: z.string(),
    caseNumber: z.string(),
    projectName: z.string(),
    receivedAt: instantSchema,
    round: z.number().int(),
    hash: z.string(),
    /** received 收件 · accepted 受理 · refused 不予受理 · corrections 补正 · delivery 送达 */
    kind: z.enum(['received', 'accepted', 'refused', 'corrections', 'delivery']),
    kindName: wordsSchema,
    /** When it was entered, where it had come on paper before. */
    enteredAt: instantSchema.nullable(),
    bySilence: z.boolean(),
    late: z.boolean(),
    state: applicationStateSchema,
  }),
})
