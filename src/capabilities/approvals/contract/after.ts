/**
 * After the decision (决定之后): publication and delivery, conditions, remedies, correction and revocation, withdrawal of an
 * application, and the start, stop and resumption of work under a permit. Every command gives the whole picture again.
 */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { type Id, idSchema } from '../../../kernel/identity.ts'
import { certaintySchema } from '../../../kernel/sourced.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { maySchema, outcomeSchema } from '../contract.ts'
import { conditionStates } from '../model/conditions.ts'
import { remedyKinds, remedyStates } from '../model/remedies.ts'
import {
  conditionEventSchema,
  conditionGradeSchema,
  conditionTermSchema,
  responsibleParties,
  scopePartSchema,
} from './decision-parts.ts'

export type ConditionId = Id<'condition'>
export type EvidenceId = Id<'evidence'>
export type ActId = Id<'certificate-act'>
export type RemedyCaseId = Id<'remedy-case'>
export type WithdrawalId = Id<'withdrawal'>
export type SiteReportId = Id<'site-report'>

export const certificateStates = ['in-force', 'revoked', 'replaced', 'lapsed'] as const
export type CertificateState = (typeof certificateStates)[number]
/** correction 更正 · replacement 变更换发 · revocation 撤销、撤回、注销 */
export const actKinds = ['correction', 'replacement', 'revocation'] as const
export type ActKind = (typeof actKinds)[number]
/** platform 平台签收 · direct 直接送达 · mail 邮寄 · electronic 电子送达 · lien 留置 · notice 公告 */
export const deliveryWays = ['platform', 'direct', 'mail', 'electronic', 'lien', 'notice'] as const
export type DeliveryWay = (typeof deliveryWays)[number]
export const reportKinds = ['start', 'stop', 'resume', 'extension'] as const
export type ReportKind = (typeof reportKinds)[number]

const fileFactsSchema = z.object({ fileName: z.string(), sizeBytes: z.number().int(), mediaType: z.string() })
export const evidenceSchema = z.object({
  evidenceId: idSchema<'evidence'>(),
  note: z.string(),
  file: fileFactsSchema.nullable(),
  givenAt: instantSchema,
  givenBy: z.string(),
  verdict: z.enum(['pending', 'accepted', 'rejected']),
  remark: z.string(),
  judgedAt: instantSchema.nullable(),
  judgedBy: z.string().nullable(),
})
export const conditionSchema = z.object({
  conditionId: idSchema<'condition'>(),
  ordinal: z.number().int(),
  text: z.string(),
  grade: conditionGradeSchema,
  responsible: z.enum(responsibleParties),
  dueOn: localDateSchema.nullable(),
  dueEvent: conditionEventSchema.nullable(),
  blocks: z.array(conditionEventSchema),
  source: z.string(),
  state: z.enum(conditionStates),
  overdue: z.boolean(),
  version: z.number().int(),
  waiver: z.object({ reason: z.string(), proposedBy: z.string(), decidedBy: z.string().nullable() }).nullable(),
  evidence: z.array(evidenceSchema),
  may: maySchema,
})
export type ConditionView = z.infer<typeof conditionSchema>

export const actSchema = z.object({
  actId: idSchema<'certificate-act'>(),
  kind: z.enum(actKinds),
  ground: z.object({ id: z.string(), name: wordsSchema, basis: z.string(), certainty: certaintySchema }).nullable(),
  reason: z.string(),
  changes: z.record(z.string(), z.string()),
  answerUntil: localDateSchema.nullable(),
  answer: z.string().nullable(),
  state: z.enum(['proposed', 'done', 'rejected']),
  version: z.number().int(),
  proposedAt: instantSchema,
  proposedBy: z.string(),
  decidedAt: instantSchema.nullable(),
  decidedBy: z.string().nullable(),
  remark: z.string(),
  may: maySchema,
})
export const remedyCaseSchema = z.object({
  remedyCaseId: idSchema<'remedy-case'>(),
  kind: z.enum(remedyKinds),
  state: z.enum(remedyStates),
  version: z.number().int(),
  lodgedOn: localDateSchema,
  late: z.boolean(),
  body: z.string(),
  bodyNumber: z.string(),
  claim: z.string(),
  suspends: z.boolean(),
  steps: z.array(z.object({ to: z.enum(remedyStates), text: z.string(), at: instantSchema, by: z.string() })),
  next: z.array(z.enum(remedyStates)),
  may: maySchema,
})
export const siteReportSchema = z.object({
  siteReportId: idSchema<'site-report'>(),
  kind: z.enum(reportKinds),
  state: z.enum(['reported', 'confirmed', 'rejected']),
  version: z.number().int(),
  onDay: localDateSchema,
  months: z.number().int().nullable(),
  reason: z.string(),
  late: z.boolean(),
  reportedAt: instantSchema,
  reportedBy: z.string(),
  decidedAt: instantSchema.nullable(),
  decidedBy: z.string().nullable(),
  remark: z.string(),
  may: maySchema,
})
export type SiteReportView = z.infer<typeof siteReportSchema>

/** A decision as a document: what it says, how it came to the holder, and what has become of it. */
export const decisionDocumentSchema = z.object({
  certificateId: idSchema<'certificate'>(),
  itemRunId: idSchema<'item-run'>(),
  itemId: z.string(),
  itemName: wordsSchema,
  department: z.string(),
  departmentName: z.string(),
  documentName: wordsSchema,
  documentNumber: z.string(),
  verificationCode: z.string(),
  outcome: outcomeSchema,
  /** Null on documents of before it was kept. */
  itemKind: z.string().nullable(),
  scope: z.array(scopePartSchema),
  refusal: z
    .object({ ground: wordsSchema, basis: z.string(), certainty: certaintySchema, facts: z.string() })
    .nullable(),
  state: z.enum(certificateStates),
  cause: z.object({ name: wordsSchema, basis: z.string(), text: z.string(), on: localDateSchema }).nullable(),
  /** An open remedy case suspends its effect. */
  suspended: z.boolean(),
  version: z.number().int(),
  replaces: z.string().nullable(),
  replacedBy: z.string().nullable(),
  /** The cascade: made, published, delivered, end of each remedy. */
  madeAt: instantSchema,
  publishAt: instantSchema,
  published: z.boolean(),
  delivery: z
    .object({ way: z.enum(deliveryWays), on: localDateSchema, evidence: z.string(), recordedBy: z.string() })
    .nullable(),
  remedies: z.array(
    z.object({
      name: wordsSchema,
      kind: z.enum(remedyKinds).nullable(),
      basis: z.string(),
      certainty: certaintySchema,
      /** Last day; null until delivered, or where the law gives no length. */
      lastDay: localDateSchema.nullable(),
      over: z.boolean(),
    }),
  ),
  validUntil: localDateSchema.nullable(),
  site: z
    .object({
      state: z.enum(['waiting', 'started', 'stopped']),
      startedOn: localDateSchema.nullable(),
      stoppedOn: localDateSchema.nullable(),
      startBy: localDateSchema.nullable(),
      extensionsUsed: z.number().int(),
      extensionsMost: z.number().int(),
      monthsEach: z.number().int(),
      /** Work stood still so long that the permit must be verified again before it goes on. */
      mustVerify: z.boolean(),
      basis: z.string(),
      certainty: certaintySchema,
    })
    .nullable(),
  conditions: z.array(conditionSchema),
  acts: z.array(actSchema),
  cases: z.array(remedyCaseSchema),
  reports: z.array(siteReportSchema),
  may: maySchema,
})
export type DecisionDocument = z.infer<typeof decisionDocumentSchema>

export const withdrawalSchema = z.object({
  withdrawalId: idSchema<'withdrawal'>(),
  state: z.enum(['requested', 'confirmed', 'refused']),
  version: z.number().int(),
  reason: z.string(),
  requestedAt: instantSchema,
  requestedBy: z.string(),
  decidedAt: instantSchema.nullable(),
  decidedBy: z.string().nullable(),
  remark: z.string(),
})
export const afterSchema = z.object({
  applicationId: idSchema<'application'>(),
  documents: z.array(decisionDocumentSchema),
  withdrawals: z.array(withdrawalSchema),
  /** The withdrawn application of which this one is a new filing. */
  refiledOf: z
    .object({ applicationId: idSchema<'application'>(), caseNumber: z.string(), withdrawnAt: instantSchema })
    .nullable(),
  revocationGrounds: z.array(
    z.object({
      id: z.string(),
      name: wordsSchema,
      hearing: z.boolean(),
      basis: z.string(),
      certainty: certaintySchema,
    }),
  ),
  may: maySchema,
})
export type AfterView = z.infer<typeof afterSchema>

// ------------------------------------------------------------------------------------------------ endpoints

const text = (max: number) => z.string().trim().min(1, { error: '请填写内容' }).max(max)
const versioned = { version: z.number().int().min(0) }
const officers = { roles: ['clerk', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator'] } as const
const handlers = { roles: ['reviewer', 'lead', 'approver'] } as const
const applicationParams = z.object({ applicationId: idSchema<'application'>() })
const certificateParams = z.object({ certificateId: idSchema<'certificate'>() })
const conditionParams = z.object({ conditionId: idSchema<'condition'>() })
const upload = z.uuid().optional()

export const readAfter = endpoint({
  id: 'approvals.read-after',
  method: 'GET',
  path: '/api/applications/:applicationId/after',
  summary: '决定之后:送达、条件、救济、更正撤销、开工停工与撤回',
  access: 'signed-in',
  params: applicationParams,
  reply: afterSchema,
})
export const readDecisionLibrary = endpoint({
  id: 'approvals.read-decision-library',
  method: 'GET',
  path: '/api/item-runs/:itemRunId/decision-library',
  summary: '本事项可用的条件库和不予许可的理由',
  access: officers,
  params: z.object({ itemRunId: idSchema<'item-run'>() }),
  reply: z.object({
    conditions: z.array(conditionTermSchema.extend({ name: wordsSchema, certainty: certaintySchema })),
    refusalGrounds: z.array(
      z.object({ id: z.string(), name: wordsSchema, basis: z.string(), certainty: certaintySchema }),
    ),
  }),
})
export const recordDelivery = endpoint({
  id: 'approvals.record-delivery',
  method: 'POST',
  path: '/api/certificates/:certificateId/delivery',
  summary: '登记送达:方式、日期、凭据',
  access: { roles: ['clerk', 'reviewer', 'lead', 'approver'] },
  params: certificateParams,
  body: z.object({
    ...versioned,
    way: z.enum(['direct', 'mail', 'electronic', 'lien', 'notice']),
    on: localDateSchema,
    evidence: text(500),
  }),
  reply: afterSchema,
})
export const confirmReceipt = endpoint({
  id: 'approvals.confirm-receipt',
  method: 'POST',
  path: '/api/certificates/:certificateId/receipt',
  summary: '申请人签收决定文书',
  access: { roles: ['applicant'] },
  params: certificateParams,
  body: z.object(versioned),
  reply: afterSchema,
})
export const giveEvidence = endpoint({
  id: 'approvals.give-evidence',
  method: 'POST',
  path: '/api/conditions/:conditionId/evidence',
  summary: '提交履行条件的证明',
  access: { roles: ['applicant'] },
  params: conditionParams,
  body: z.object({ ...versioned, note: text(1000), uploadId: upload }),
  reply: afterSchema,
})
export const judgeEvidence = endpoint({
  id: 'approvals.judge-evidence',
  method: 'POST',
  path: '/api/conditions/:conditionId/verdict',
  summary: '核实条件是否履行',
  access: handlers,
  params: conditionParams,
  body: z.object({ ...versioned, accept: z.boolean(), remark: z.string().trim().max(1000) }),
  reply: afterSchema,
})
export const proposeWaiver = endpoint({
  id: 'approvals.propose-waiver',
  method: 'POST',
  path: '/api/conditions/:conditionId/waiver',
  summary: '提请免除条件',
  access: { roles: ['reviewer', 'lead'] },
  params: conditionParams,
  body: z.object({ ...versioned, reason: text(1000) }),
  reply: afterSchema,
})
export const decideWaiver = endpoint({
  id: 'approvals.decide-waiver',
  method: 'POST',
  path: '/api/conditions/:conditionId/waiver-decision',
  summary: '批准或驳回免除条件(不得由提请人批准)',
  access: { roles: ['approver'] },
  params: conditionParams,
  body: z.object({ ...versioned, approve: z.boolean() }),
  reply: afterSchema,
})
export const readEvidence = endpoint({
  id: 'approvals.read-evidence',
  method: 'GET',
  path: '/api/conditions/:conditionId/evidence/:evidenceId/content',
  summary: '下载履行证明',
  access: 'signed-in',
  params: z.object({ conditionId: idSchema<'condition'>(), evidenceId: idSchema<'evidence'>() }),
  produces: 'application/octet-stream',
  reply: z.any(),
})
export const lodgeRemedy = endpoint({
  id: 'approvals.lodge-remedy',
  method: 'POST',
  path: '/api/certificates/:certificateId/remedies',
  summary: '登记行政复议或者行政诉讼',
  access: { roles: ['applicant', 'clerk', 'lead', 'approver'] },
  params: certificateParams,
  body: z.object({
    kind: z.enum(remedyKinds),
    lodgedOn: localDateSchema,
    body: text(120),
    bodyNumber: z.string().trim().max(80),
    claim: text(2000),
  }),
  reply: afterSchema,
})
export const moveRemedy = endpoint({
  id: 'approvals.move-remedy',
  method: 'POST',
  path: '/api/remedies/:remedyCaseId/steps',
  summary: '登记救济案件的进展和结果',
  access: { roles: ['lead', 'approver'] },
  params: z.object({ remedyCaseId: idSchema<'remedy-case'>() }),
  body: z.object({ ...versioned, to: z.enum(remedyStates), text: text(2000), suspends: z.boolean() }),
  reply: afterSchema,
})
export const proposeAct = endpoint({
  id: 'approvals.propose-act',
  method: 'POST',
  path: '/api/certificates/:certificateId/acts',
  summary: '提请更正、变更换发或者撤销决定',
  access: { roles: ['reviewer', 'lead'] },
  params: certificateParams,
  body: z.object({
    ...versioned,
    kind: z.enum(actKinds),
    ground: z.string().max(60).optional(),
    reason: text(2000),
    /** For correction and replacement: what the new document says instead. */
    changes: z
      .object({
        holderName: text(200),
        projectName: text(200),
        projectAddress: text(300),
        text: text(4000),
      })
      .partial(),
  }),
  reply: afterSchema,
})
export const answerAct = endpoint({
  id: 'approvals.answer-act',
  method: 'POST',
  path: '/api/certificate-acts/:actId/answer',
  summary: '持证人陈述、申辩',
  access: { roles: ['applicant'] },
  params: z.object({ actId: idSchema<'certificate-act'>() }),
  body: z.object({ ...versioned, answer: text(4000) }),
  reply: afterSchema,
})
export const decideAct = endpoint({
  id: 'approvals.decide-act',
  method: 'POST',
  path: '/api/certificate-acts/:actId/decision',
  summary: '批准或者驳回更正、换发、撤销(不得由提请人批准)',
  access: { roles: ['approver'] },
  params: z.object({ actId: idSchema<'certificate-act'>() }),
  body: z.object({ ...versioned, approve: z.boolean(), remark: z.string().trim().max(1000) }),
  reply: afterSchema,
})
export const requestWithdrawal = endpoint({
  id: 'approvals.request-withdrawal',
  method: 'POST',
  path: '/api/applications/:applicationId/withdrawal',
  summary: '申请撤回',
  access: { roles: ['applicant', 'clerk'] },
  params: applicationParams,
  body: z.object({ reason: text(1000) }),
  reply: afterSchema,
})
export const decideWithdrawal = endpoint({
  id: 'approvals.decide-withdrawal',
  method: 'POST',
  path: '/api/applications/:applicationId/withdrawal-decision',
  summary: '确认撤回,或者不同意撤回并恢复原状',
  access: { roles: ['clerk'] },
  params: applicationParams,
  body: z.object({ ...versioned, confirm: z.boolean(), remark: z.string().trim().max(1000) }),
  reply: afterSchema,
})
export const reportSite = endpoint({
  id: 'approvals.report-site',
  method: 'POST',
  path: '/api/certificates/:certificateId/reports',
  summary: '报告开工、停工、复工,申请开工延期',
  access: { roles: ['applicant'] },
  params: certificateParams,
  body: z.object({
    ...versioned,
    kind: z.enum(reportKinds),
    onDay: localDateSchema,
    /** For an extension: months asked for. */
    months: z.number().int().min(1).max(12).optional(),
    reason: text(1000),
  }),
  reply: afterSchema,
})
export const decideReport = endpoint({
  id: 'approvals.decide-report',
  method: 'POST',
  path: '/api/site-reports/:siteReportId/decision',
  summary: '确认或者退回报告;延期由审批决定人批准',
  access: handlers,
  params: z.object({ siteReportId: idSchema<'site-report'>() }),
  body: z.object({
    ...versioned,
    confirm: z.boolean(),
    /** For work that goes on after a year: the permit was verified again. */
    verified: z.boolean().optional(),
    remark: z.string().trim().max(1000),
  }),
  reply: afterSchema,
})
/** What waits for somebody after a decision. */
export const afterWorkSchema = z.object({
  kind: z.enum(['delivery', 'evidence', 'waiver', 'act', 'report', 'withdrawal', 'condition', 'answer', 'start']),
  applicationId: idSchema<'application'>(),
  caseNumber: z.string(),
  projectName: z.string(),
  text: z.string(),
  since: instantSchema.nullable(),
  dueOn: localDateSchema.nullable(),
})
export const readAfterWork = endpoint({
  id: 'approvals.read-after-work',
  method: 'GET',
  path: '/api/work/after',
  summary: '决定之后的待办:部门和窗口的、申请人的',
  access: { roles: ['applicant', 'clerk', 'reviewer', 'lead', 'approver'] },
  reply: z.object({ rows: z.array(afterWorkSchema) }),
})
