/** Credit records of applicants that the window goes by: entered or proposed, confirmed, lifted; never published from here. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../../kernel/page.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { maySchema } from '../contract.ts'

export const creditKinds = ['dishonest', 'deferral-default', 'false-commitment'] as const
export const creditStates = ['proposed', 'in-force', 'dismissed', 'lifted'] as const
export const creditRecordSchema = z.object({
  creditRecordId: idSchema<'credit-record'>(),
  version: z.number().int(),
  organisationId: idSchema<'organisation'>(),
  organisationName: z.string(),
  kind: z.enum(creditKinds),
  kindName: wordsSchema,
  state: z.enum(creditStates),
  stateName: wordsSchema,
  basis: z.string(),
  source: z.enum(['entered', 'deferral', 'after-check']),
  applicationId: idSchema<'application'>().nullable(),
  from: localDateSchema,
  to: localDateSchema.nullable(),
  enteredAt: instantSchema,
  enteredBy: z.string(),
  settledAt: instantSchema.nullable(),
  settledBy: z.string().nullable(),
  settledBasis: z.string().nullable(),
  answer: z.string().nullable(),
  answeredAt: instantSchema.nullable(),
  may: maySchema,
})
export type CreditRecordView = z.infer<typeof creditRecordSchema>

const params = z.object({ creditRecordId: idSchema<'credit-record'>() })
const versioned = { version: z.number().int().min(0) }
const basis = z.string().trim().min(4, { error: '请写明依据' }).max(1000)

export const listCredit = endpoint({
  id: 'approvals.list-credit',
  method: 'GET',
  path: '/api/credit-records',
  summary: '信用记录:工作人员见全部,申请人见本单位',
  access: { roles: ['applicant', 'clerk', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator'] },
  query: z.object({ state: z.enum(creditStates).optional(), text: z.string().max(100).optional(), ...pageQuery }),
  reply: pageSchema(creditRecordSchema),
})
export const enterCredit = endpoint({
  id: 'approvals.enter-credit',
  method: 'POST',
  path: '/api/credit-records',
  summary: '登记失信记录(须有依据和起止日期)',
  access: { roles: ['clerk', 'administrator'] },
  idempotent: true,
  body: z.object({
    organisationId: idSchema<'organisation'>(),
    basis,
    from: localDateSchema,
    to: localDateSchema.nullable(),
  }),
  reply: creditRecordSchema,
})
export const decideCredit = endpoint({
  id: 'approvals.decide-credit',
  method: 'POST',
  path: '/api/credit-records/:creditRecordId/decision',
  summary: '确认或不予确认拟记入的信用记录',
  access: { roles: ['supervisor', 'administrator'] },
  params,
  body: z.object({ ...versioned, confirm: z.boolean(), basis }),
  reply: creditRecordSchema,
})
export const liftCredit = endpoint({
  id: 'approvals.lift-credit',
  method: 'POST',
  path: '/api/credit-records/:creditRecordId/lift',
  summary: '核销信用记录(须有依据)',
  access: { roles: ['clerk', 'administrator'] },
  params,
  body: z.object({ ...versioned, basis }),
  reply: creditRecordSchema,
})
export const answerCredit = endpoint({
  id: 'approvals.answer-credit',
  method: 'POST',
  path: '/api/credit-records/:creditRecordId/answer',
  summary: '申请人对拟记入的信用记录陈述、申辩',
  access: { roles: ['applicant'] },
  params,
  body: z.object({ ...versioned, text: z.string().trim().min(1, { error: '请填写内容' }).max(4000) }),
  reply: creditRecordSchema,
})
