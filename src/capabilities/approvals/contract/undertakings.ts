/**
 * 容缺受理, 告知承诺 and 事后核查: what an applicant promises instead of handing it in now, and what becomes of it.
 */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../../kernel/page.ts'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { clockSchema, maySchema } from '../contract.ts'
import { deferralStates } from '../model/deferral.ts'
import { deferralActionSchema } from '../model/undertaking-rules.ts'

const certaintySchema = sourceSchema.shape.certainty
/** One document that is missing and whether it may follow later; `reason` says why or why not. */
export const deferralVerdictSchema = z.object({
  materialId: z.string(),
  materialName: wordsSchema,
  eligible: z.boolean(),
  conditional: z.boolean(),
  reason: wordsSchema,
  limit: wordsSchema,
  certainty: certaintySchema,
})
export const deferralSchema = z.object({
  deferralId: idSchema<'deferral'>(),
  version: z.number().int(),
  materialId: z.string(),
  materialName: wordsSchema,
  itemIds: z.array(z.string()),
  state: z.enum(deferralStates),
  stateName: wordsSchema,
  limit: wordsSchema,
  /** How certain the limit is; D, E and X show as 待核. */
  certainty: certaintySchema,
  basis: z.string(),
  byEvent: z.boolean(),
  due: localDateSchema.nullable(),
  clock: clockSchema.nullable(),
  consequences: z.array(z.object({ action: deferralActionSchema, name: wordsSchema })),
  extensionDays: z.number().int().nullable(),
  extended: z.object({ days: z.number().int(), at: instantSchema, reason: z.string() }).nullable(),
  event: z.object({ occurredOn: localDateSchema, basis: z.string() }).nullable(),
  startedAt: instantSchema.nullable(),
  suppliedAt: instantSchema.nullable(),
  documentId: idSchema<'document'>().nullable(),
  defaultedAt: instantSchema.nullable(),
  barredUntil: localDateSchema.nullable(),
  holdsOutput: z.boolean(),
  may: maySchema,
})
export const commitmentSchema = z.object({
  commitmentId: idSchema<'commitment'>(),
  kind: z.enum(['deferral', 'substitute']),
  itemId: z.string().nullable(),
  materialIds: z.array(z.string()),
  textVersion: z.string(),
  text: z.string(),
  hash: z.string(),
  signatory: z.string(),
  signedBy: z.string(),
  signedAt: instantSchema,
})
/** An item that may be applied for by commitment instead of evidence. */
export const commitmentOfferSchema = z.object({
  itemId: z.string(),
  itemName: wordsSchema,
  materials: z.array(z.object({ materialId: z.string(), name: wordsSchema })),
  immediate: z.boolean(),
  conditions: z.array(z.string()),
  source: sourceSchema,
  checkDays: z.number().int(),
  checkCertainty: certaintySchema,
  signed: z.boolean(),
  /** Why not for this applicant; null = it may. */
  because: wordsSchema.nullable(),
})
export const afterCheckResults = ['true', 'false', 'not-kept'] as const
export const afterCheckMeasures = ['correct', 'revoke', 'credit-mark'] as const
export const afterCheckSchema = z.object({
  afterCheckId: idSchema<'after-check'>(),
  version: z.number().int(),
  applicationId: idSchema<'application'>(),
  caseNumber: z.string(),
  projectName: z.string(),
  applicantName: z.string(),
  itemId: z.string(),
  itemName: wordsSchema,
  itemRunId: idSchema<'item-run'>(),
  department: z.string(),
  departmentName: z.string(),
  state: z.enum(['open', 'found', 'answered', 'settled']),
  stateName: wordsSchema,
  openedAt: instantSchema,
  clock: clockSchema.nullable(),
  result: z.enum(afterCheckResults).nullable(),
  resultName: wordsSchema.nullable(),
  finding: z.string().nullable(),
  measures: z.array(z.enum(afterCheckMeasures)),
  checkedAt: instantSchema.nullable(),
  answerUntil: localDateSchema.nullable(),
  answer: z.string().nullable(),
  answeredAt: instantSchema.nullable(),
  settlement: z.enum(['closed', 'correct', 'revoke']).nullable(),
  settledText: z.string().nullable(),
  settledAt: instantSchema.nullable(),
  may: maySchema,
})
export type AfterCheckView = z.infer<typeof afterCheckSchema>

export const undertakingsSchema = z.object({
  applicationId: idSchema<'application'>(),
  version: z.number().int(),
  /** Words to be signed, with their version. */
  deferralText: z.object({ version: z.string(), paragraphs: z.array(z.string()), source: sourceSchema }),
  commitmentText: z.object({ version: z.string(), paragraphs: z.array(z.string()), source: sourceSchema }),
  /** Documents that are missing now; empty once submitted. */
  verdicts: z.array(deferralVerdictSchema),
  deferrals: z.array(deferralSchema),
  offers: z.array(commitmentOfferSchema),
  commitments: z.array(commitmentSchema),
  afterChecks: z.array(afterCheckSchema),
  may: maySchema,
})
export type Undertakings = z.infer<typeof undertakingsSchema>

const applicationParams = z.object({ applicationId: idSchema<'application'>() })
const deferralParams = z.object({ deferralId: idSchema<'deferral'>() })
const afterCheckParams = z.object({ afterCheckId: idSchema<'after-check'>() })
const versioned = { version: z.number().int().min(0) }
const text = (max: number) => z.string().trim().min(1, { error: '请填写内容' }).max(max)
const agreed = z.literal(true, { error: '请先阅读并同意承诺书' })
const signatory = z.string().trim().max(60).default('')

export const readUndertakings = endpoint({
  id: 'approvals.read-undertakings',
  method: 'GET',
  path: '/api/applications/:applicationId/undertakings',
  summary: '容缺事项、告知承诺与事后核查',
  access: 'signed-in',
  params: applicationParams,
  reply: undertakingsSchema,
})
export const declareDeferrals = endpoint({
  id: 'approvals.declare-deferrals',
  method: 'PUT',
  path: '/api/applications/:applicationId/deferrals',
  summary: '声明容缺材料并签署容缺承诺书;清单为空即撤回',
  access: { roles: ['applicant', 'clerk'] },
  params: applicationParams,
  body: z.object({ ...versioned, materialIds: z.array(z.string().max(40)).max(40), agreed, signatory }),
  reply: undertakingsSchema,
})
export const signCommitment = endpoint({
  id: 'approvals.sign-commitment',
  method: 'PUT',
  path: '/api/applications/:applicationId/commitments/:itemId',
  summary: '选择以告知承诺代替证明(或撤回选择)',
  access: { roles: ['applicant', 'clerk'] },
  params: z.object({ applicationId: idSchema<'application'>(), itemId: z.string().max(20) }),
  body: z.object({ ...versioned, chosen: z.boolean(), agreed, signatory }),
  reply: undertakingsSchema,
})
export const readCommitmentDocument = endpoint({
  id: 'approvals.read-commitment-document',
  method: 'GET',
  path: '/api/commitments/:commitmentId/document',
  summary: '承诺书(PDF)',
  access: 'signed-in',
  params: z.object({ commitmentId: idSchema<'commitment'>() }),
  produces: 'application/pdf',
  reply: z.any(),
})
export const supplyDeferred = endpoint({
  id: 'approvals.supply-deferred',
  method: 'POST',
  path: '/api/deferrals/:deferralId/document',
  summary: '补交容缺材料',
  access: { roles: ['applicant', 'clerk'] },
  params: deferralParams,
  body: z.object({ ...versioned, uploadId: z.uuid() }),
  reply: undertakingsSchema,
})
export const extendDeferral = endpoint({
  id: 'approvals.extend-deferral',
  method: 'POST',
  path: '/api/deferrals/:deferralId/extension',
  summary: '延长容缺补交时限(至多一次)',
  access: { roles: ['approver'] },
  params: deferralParams,
  body: z.object({ ...versioned, days: z.number().int().min(1).max(60), reason: text(1000) }),
  reply: undertakingsSchema,
})
export const reportDeferralEvent = endpoint({
  id: 'approvals.report-deferral-event',
  method: 'POST',
  path: '/api/deferrals/:deferralId/event',
  summary: '登记约定的事件已经发生:未补齐即为逾期',
  access: { roles: ['reviewer', 'lead', 'approver'] },
  params: deferralParams,
  body: z.object({ ...versioned, occurredOn: localDateSchema, basis: text(500) }),
  reply: undertakingsSchema,
})
export const decideOnCommitment = endpoint({
  id: 'approvals.decide-on-commitment',
  method: 'POST',
  path: '/api/item-runs/:itemRunId/commitment-decision',
  summary: '告知承诺件当场作出决定',
  access: { roles: ['approver'] },
  params: z.object({ itemRunId: idSchema<'item-run'>() }),
  idempotent: true,
  body: z.object({ ...versioned, text: text(4000) }),
  reply: undertakingsSchema,
})
export const listAfterChecks = endpoint({
  id: 'approvals.list-after-checks',
  method: 'GET',
  path: '/api/work/after-checks',
  summary: '本部门事后核查任务',
  access: { roles: ['reviewer', 'lead', 'approver', 'supervisor', 'administrator'] },
  query: z.object({ state: z.enum(['open', 'found', 'answered', 'settled']).optional(), ...pageQuery }),
  reply: pageSchema(afterCheckSchema),
})
export const recordAfterCheck = endpoint({
  id: 'approvals.record-after-check',
  method: 'POST',
  path: '/api/after-checks/:afterCheckId/result',
  summary: '登记核查结果并告知申请人',
  access: { roles: ['reviewer', 'lead'] },
  params: afterCheckParams,
  body: z.object({
    ...versioned,
    result: z.enum(afterCheckResults),
    finding: text(4000),
    measures: z.array(z.enum(afterCheckMeasures)).max(3).default([]),
  }),
  reply: afterCheckSchema,
})
export const answerAfterCheck = endpoint({
  id: 'approvals.answer-after-check',
  method: 'POST',
  path: '/api/after-checks/:afterCheckId/answer',
  summary: '申请人陈述、申辩',
  access: { roles: ['applicant'] },
  params: afterCheckParams,
  body: z.object({ ...versioned, text: text(4000) }),
  reply: afterCheckSchema,
})
export const settleAfterCheck = endpoint({
  id: 'approvals.settle-after-check',
  method: 'POST',
  path: '/api/after-checks/:afterCheckId/settlement',
  summary: '听取申辩后作出处理',
  access: { roles: ['approver'] },
  params: afterCheckParams,
  body: z.object({ ...versioned, settlement: z.enum(['closed', 'correct', 'revoke']), text: text(4000) }),
  reply: afterCheckSchema,
})
