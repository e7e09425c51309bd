/** 补正 point by point with its second list, 凭证 of every kind, and 纸质申请补录. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../../kernel/page.ts'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { instantSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { maySchema } from '../contract.ts'

export const pointStates = ['open', 'answered', 'met', 'not-met'] as const
export const receiptKinds = ['received', 'accepted', 'refused', 'corrections', 'delivery'] as const
export const receiptKindSchema = z.enum(receiptKinds)

const pointInput = z.object({
  anchor: z.string().max(120),
  reasonCode: z.string().max(40),
  text: z.string().trim().min(1, { error: '请填写内容' }).max(1000),
})
const pointSchema = z.object({ anchor: z.string(), reasonCode: z.string(), text: z.string() })
export const correctionRequestSchema = z.object({
  requestId: idSchema<'correction-request'>(),
  applicationId: idSchema<'application'>(),
  caseNumber: z.string(),
  projectName: z.string(),
  version: z.number().int(),
  state: z.enum(['proposed', 'approved', 'rejected']),
  points: z.array(pointSchema),
  reason: z.string(),
  proposedAt: instantSchema,
  proposedBy: z.string(),
  decidedAt: instantSchema.nullable(),
  remark: z.string().nullable(),
  may: maySchema,
})
export const roundsSchema = z.object({
  applicationId: idSchema<'application'>(),
  version: z.number().int(),
  rounds: z.array(
    z.object({
      round: z.number().int(),
      /** 1 the first list, 2 the second: counted in public. */
      number: z.number().int(),
      issuedAt: instantSchema,
      answeredAt: instantSchema.nullable(),
      points: z.array(
        pointSchema.extend({
          ordinal: z.number().int(),
          state: z.enum(pointStates),
          stateName: wordsSchema,
          /** Since the list was given, the field or material has changed. */
          changed: z.boolean(),
          answer: z.string().nullable(),
          answeredAt: instantSchema.nullable(),
          remark: z.string().nullable(),
        }),
      ),
    }),
  ),
  requests: z.array(correctionRequestSchema),
  receipts: z.array(
    z.object({
      receiptId: z.string(),
      kind: receiptKindSchema,
      title: wordsSchema,
      number: z.string(),
      issuedAt: instantSchema,
      bySilence: z.boolean(),
      late: z.boolean(),
    }),
  ),
  paper: z
    .object({
      receivedAt: instantSchema,
      enteredAt: instantSchema,
      reasonName: wordsSchema,
      reason: z.string(),
      signatory: z.string(),
      documentId: idSchema<'document'>(),
      enteredBy: z.string(),
    })
    .nullable(),
  paperRule: z.object({
    windowDays: z.number().int(),
    reasons: z.array(z.object({ code: z.string(), name: wordsSchema })),
    source: sourceSchema,
  }),
  may: maySchema,
})
export type Rounds = z.infer<typeof roundsSchema>

const applicationParams = z.object({ applicationId: idSchema<'application'>() })
const versioned = { version: z.number().int().min(0) }

export const readRounds = endpoint({
  id: 'approvals.read-rounds',
  method: 'GET',
  path: '/api/applications/:applicationId/rounds',
  summary: '补正轮次、凭证与纸质补录',
  access: 'signed-in',
  params: applicationParams,
  reply: roundsSchema,
})
export const answerPoint = endpoint({
  id: 'approvals.answer-correction-point',
  method: 'PUT',
  path: '/api/applications/:applicationId/corrections/:round/points/:ordinal/answer',
  summary: '逐点答复补正',
  access: { roles: ['applicant', 'clerk'] },
  params: applicationParams.extend({ round: z.coerce.number().int(), ordinal: z.coerce.number().int() }),
  body: z.object({ ...versioned, answer: z.string().trim().min(1, { error: '请填写说明' }).max(1000) }),
  reply: roundsSchema,
})
export const judgePoint = endpoint({
  id: 'approvals.judge-correction-point',
  method: 'PUT',
  path: '/api/applications/:applicationId/corrections/:round/points/:ordinal/verdict',
  summary: '窗口逐点核对补正',
  access: { roles: ['clerk'] },
  params: applicationParams.extend({ round: z.coerce.number().int(), ordinal: z.coerce.number().int() }),
  body: z.object({ ...versioned, met: z.boolean(), remark: z.string().trim().max(1000).default('') }),
  reply: roundsSchema,
})
export const proposeSecondList = endpoint({
  id: 'approvals.propose-second-list',
  method: 'POST',
  path: '/api/applications/:applicationId/correction-requests',
  summary: '因新的情况提请再次告知补正',
  access: { roles: ['clerk'] },
  params: applicationParams,
  body: z.object({
    ...versioned,
    points: z.array(pointInput).min(1, { error: '请至少列出一处需补正的内容' }).max(100),
    reason: z.string().trim().min(8, { error: '请写明新的情况(至少8个字)' }).max(1000),
  }),
  reply: roundsSchema,
})
export const decideSecondList = endpoint({
  id: 'approvals.decide-second-list',
  method: 'POST',
  path: '/api/applications/:applicationId/correction-requests/decision',
  summary: '批准或不同意再次告知补正(须为另一人)',
  access: { roles: ['supervisor'] },
  params: applicationParams,
  body: z.object({
    ...versioned,
    approve: z.boolean(),
    remark: z.string().trim().min(1, { error: '请写明理由' }).max(1000),
  }),
  reply: roundsSchema,
})
export const listSecondLists = endpoint({
  id: 'approvals.list-second-lists',
  method: 'GET',
  path: '/api/supervision/correction-requests',
  summary: '等待批准的再次补正',
  access: { roles: ['supervisor', 'administrator'] },
  query: z.object({ ...pageQuery }),
  reply: pageSchema(correctionRequestSchema),
})
export const readIssuedReceipt = endpoint({
  id: 'approvals.read-issued-receipt',
  method: 'GET',
  path: '/api/receipts/:receiptId/document',
  summary: '受理、不予受理、补正、送达凭证(PDF,含二维码)',
  access: 'signed-in',
  params: z.object({ receiptId: idSchema<'receipt'>() }),
  produces: 'application/pdf',
  reply: z.any(),
})
export const enterPaper = endpoint({
  id: 'approvals.enter-paper',
  method: 'PUT',
  path: '/api/applications/:applicationId/paper',
  summary: '登记纸质申请的收件时间(后补录入)',
  access: { roles: ['clerk'] },
  params: applicationParams,
  body: z.object({
    ...versioned,
    receivedAt: instantSchema,
    reasonCode: z.string().max(40),
    reason: z.string().trim().min(1, { error: '请写明补录原因' }).max(500),
    signatory: z.string().trim().min(1, { error: '请填写纸质申请的签字人' }).max(60),
    uploadId: z.uuid(),
  }),
  reply: roundsSchema,
})
