/** 预审咨询: advice before submission. Not binding: it neither accepts nor refuses anything and starts no legal limit. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { defineEvent } from '../../../kernel/event.ts'
import { type Id, idSchema } from '../../../kernel/identity.ts'
import { pageQuery } from '../../../kernel/page.ts'
import { instantSchema } from '../../../kernel/time.ts'
import { type Words, words, wordsSchema } from '../../../kernel/words.ts'
import { formReplySchema } from '../../catalogue/contract.ts'
import { answersSchema, applicationFileSchema, clockSchema, maySchema } from '../contract.ts'
import { applicationFacts } from './event-facts.ts'

export type AdviceId = Id<'advice'>
export const adviceStateSchema = z.enum(['asked', 'answered', 'withdrawn'])
export const adviceStateWords: Readonly<Record<z.infer<typeof adviceStateSchema>, Words>> = {
  asked: words('待答复', 'Waiting for an answer'),
  answered: words('已答复', 'Answered'),
  withdrawn: words('已结束', 'Ended'),
}
/** Stands wherever advice is shown. */
export const notBinding: Words = words(
  '非正式意见,不计入受理,不代替受理审查和审批决定。',
  'Informal and not binding: neither acceptance nor decision, and no legal limit runs.',
)

export const remarkSchema = z.object({
  /** 'field:<fieldId>' or 'material:<materialId>'. */
  anchor: z.string().max(120),
  text: z.string().trim().min(1, { error: '请填写意见' }).max(1000),
})
export const adviceRoundSchema = z.object({
  adviceId: idSchema<'advice'>(),
  round: z.number().int(),
  state: adviceStateSchema,
  question: z.string(),
  askedAt: instantSchema,
  askedBy: z.string(),
  endedAt: instantSchema.nullable(),
  answeredBy: z.string().nullable(),
  summary: z.string().nullable(),
  /** `changed`: what the remark is about is not as it was when the advice was asked. */
  remarks: z.array(remarkSchema.extend({ label: wordsSchema, changed: z.boolean() })),
  clock: clockSchema.nullable(),
})
export const adviceHistorySchema = z.object({
  /** The draft began as a question and has not been turned into an application. */
  adviceOnly: z.boolean(),
  /** Newest first. */
  rounds: z.array(adviceRoundSchema),
  may: maySchema,
})
export type AdviceHistory = z.infer<typeof adviceHistorySchema>

export const adviceRowSchema = z.object({
  adviceId: idSchema<'advice'>(),
  caseNumber: z.string(),
  projectName: z.string(),
  applicantName: z.string(),
  stageName: wordsSchema,
  round: z.number().int(),
  state: adviceStateSchema,
  question: z.string(),
  departmentName: z.string(),
  askedAt: instantSchema,
  clock: clockSchema.nullable(),
})
export const adviceViewSchema = adviceRowSchema.extend({
  version: z.number().int(),
  items: z.array(z.object({ itemId: z.string(), name: wordsSchema })),
  sections: formReplySchema.shape.sections,
  /** As they were when it was asked; contacts of persons left out. */
  answers: answersSchema,
  materials: z.array(
    z.object({
      materialId: z.string(),
      name: wordsSchema,
      documents: z.array(
        z.object({ documentId: idSchema<'document'>(), fileName: z.string(), sizeBytes: z.number().int() }),
      ),
    }),
  ),
  askedBy: z.string(),
  endedAt: instantSchema.nullable(),
  answeredBy: z.string().nullable(),
  summary: z.string().nullable(),
  remarks: z.array(remarkSchema.extend({ label: wordsSchema })),
  may: maySchema,
})
export type AdviceView = z.infer<typeof adviceViewSchema>

// ------------------------------------------------------------------------------------------------ events

const facts = {
  ...applicationFacts,
  adviceId: z.string(),
  round: z.number().int(),
}
export const adviceAsked = defineEvent({
  kind: 'approvals.advice-asked',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, department: z.string(), departmentName: z.string(), hash: z.string() }),
  sentence: '送预审(第{round}次,非正式,不计入受理)',
})
export const adviceAnswered = defineEvent({
  kind: 'approvals.advice-answered',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, count: z.number().int() }),
  sentence: '预审答复(第{round}次,非正式意见),意见{count}条',
})
export const adviceEnded = defineEvent({
  kind: 'approvals.advice-ended',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, reason: z.string() }),
  sentence: '第{round}次预审结束:{reason}',
})
export const adviceConverted = defineEvent({
  kind: 'approvals.advice-converted',
  version: 1,
  visibility: 'parties',
  payload: z.object({
    applicationId: z.string(),
    caseNumber: z.string(),
    projectName: z.string(),
    stage: z.string(),
    stageName: z.string(),
  }),
  sentence: '预审咨询转为申请,已填内容和材料全部沿用',
})

// ------------------------------------------------------------------------------------------------ endpoints

const applicants = { roles: ['applicant', 'clerk'] } as const
const advisers = { roles: ['clerk', 'reviewer', 'lead'] } as const
const applicationParams = z.object({ applicationId: idSchema<'application'>() })
const params = z.object({ adviceId: idSchema<'advice'>() })
const question = z.string().trim().min(1, { error: '请写明想咨询的问题' }).max(2000)
const version = z.number().int().min(0)

export const startAdvice = endpoint({
  id: 'approvals.start-advice',
  method: 'POST',
  path: '/api/advice',
  summary: '先咨询:材料未齐也可以,之后一键转为申请',
  access: applicants,
  idempotent: true,
  body: z.object({
    projectId: idSchema<'project'>(),
    stage: z.string().max(10),
    guideAnswers: answersSchema,
    itemIds: z.array(z.string().max(20)).min(1, { error: '请至少选择一个事项' }).max(40),
    question,
  }),
  reply: applicationFileSchema,
})
export const askAdvice = endpoint({
  id: 'approvals.ask-advice',
  method: 'POST',
  path: '/api/applications/:applicationId/advice',
  summary: '把草稿送预审(非正式)',
  access: applicants,
  params: applicationParams,
  idempotent: true,
  body: z.object({ version, question }),
  reply: adviceHistorySchema,
})
export const readAdviceHistory = endpoint({
  id: 'approvals.read-advice-history',
  method: 'GET',
  path: '/api/applications/:applicationId/advice',
  summary: '一件申请的历次预审和意见',
  access: applicants,
  params: applicationParams,
  reply: adviceHistorySchema,
})
export const convertAdvice = endpoint({
  id: 'approvals.convert-advice',
  method: 'POST',
  path: '/api/applications/:applicationId/advice/conversion',
  summary: '预审咨询一键转为申请',
  access: applicants,
  params: applicationParams,
  body: z.object({}),
  reply: adviceHistorySchema,
})
export const withdrawAdvice = endpoint({
  id: 'approvals.withdraw-advice',
  method: 'POST',
  path: '/api/advice/:adviceId/withdraw',
  summary: '撤回未答复的预审',
  access: applicants,
  params,
  body: z.object({}),
  reply: adviceHistorySchema,
})
export const listAdvice = endpoint({
  id: 'approvals.list-advice',
  method: 'GET',
  path: '/api/advice',
  summary: '预审列表:待答复的按答复时限排列',
  access: advisers,
  query: z.object({ state: adviceStateSchema.default('asked'), ...pageQuery }),
  reply: z.object({ rows: z.array(adviceRowSchema), next: z.string().nullable() }),
})
export const readAdvice = endpoint({
  id: 'approvals.read-advice',
  method: 'GET',
  path: '/api/advice/:adviceId',
  summary: '一次预审:送审时的内容、材料和意见',
  access: advisers,
  params,
  reply: adviceViewSchema,
})
export const answerAdvice = endpoint({
  id: 'approvals.answer-advice',
  method: 'POST',
  path: '/api/advice/:adviceId/answer',
  summary: '答复预审:意见标在字段和材料旁(非正式)',
  access: advisers,
  params,
  body: z.object({
    version,
    summary: z.string().trim().min(1, { error: '请填写总体答复' }).max(4000),
    remarks: z.array(remarkSchema).max(200),
  }),
  reply: adviceViewSchema,
})
export const readAdviceDocument = endpoint({
  id: 'approvals.read-advice-document',
  method: 'GET',
  path: '/api/advice/:adviceId/documents/:documentId/content',
  summary: '下载送预审的材料',
  access: advisers,
  params: params.extend({ documentId: idSchema<'document'>() }),
  produces: 'application/octet-stream',
  reply: z.any(),
})
