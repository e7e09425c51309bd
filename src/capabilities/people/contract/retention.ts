/** How long personal data are kept, and the erasure that a person asks for (个人信息保护法 47). */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { defineEvent } from '../../../kernel/event.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { sourceSchema, validitySchema } from '../../../kernel/sourced.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { type Words, wordsSchema } from '../../../kernel/words.ts'

/** Data of `retention/periods.json`. */
export const retentionPurposeSchema = z.object({
  ...validitySchema.shape,
  id: z.string(),
  words: wordsSchema,
  what: z.enum(['entries', 'looks', 'inactive-persons', 'messages']),
  /** Kinds of journal entries whose personal parts are erased. */
  kinds: z.array(z.string()),
  /** Whole months after which the data are erased. */
  months: z.number().int().min(1).max(1200),
  source: sourceSchema,
})
export type RetentionPurpose = z.infer<typeof retentionPurposeSchema>
export const retentionSchema = z.object({
  purposes: z.array(retentionPurposeSchema),
  /** What is kept by law also when a person asks for erasure: beginnings of kinds of entries. */
  keeps: z.array(z.object({ kinds: z.array(z.string()), words: wordsSchema, source: sourceSchema })),
  /** Calendar days in which a request is answered. */
  answerDays: z.number().int().min(1),
  answerSource: sourceSchema,
})
export type Retention = z.infer<typeof retentionSchema>

export const erasureStates = ['open', 'granted', 'refused', 'withdrawn'] as const
export type ErasureState = (typeof erasureStates)[number]
export const erasureStateWords: Readonly<Record<ErasureState, Words>> = {
  open: { zh: '待处理', en: 'Open' },
  granted: { zh: '已删除', en: 'Erased' },
  refused: { zh: '不予删除', en: 'Refused' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
}
export const erasureOutcomeSchema = z.object({
  /** Personal parts of journal entries that were erased. */
  entries: z.number().int(),
  /** What the law keeps, in words. */
  kept: z.array(wordsSchema),
})
export type ErasureOutcome = z.infer<typeof erasureOutcomeSchema>
export const erasureRequestSchema = z.object({
  id: idSchema<'erasure-request'>(),
  personId: idSchema<'person'>(),
  personName: z.string(),
  reason: z.string(),
  requestedAt: instantSchema,
  answerBy: localDateSchema,
  state: z.enum(erasureStates),
  decidedAt: instantSchema.nullable(),
  decision: z.string().nullable(),
  outcome: erasureOutcomeSchema.nullable(),
})
export type ErasureRequest = z.infer<typeof erasureRequestSchema>

const administrators = { roles: ['administrator'] } as const
const because = z.string().trim().min(2, { error: '请填写理由,至少2个字' }).max(400, { error: '理由不超过400个字' })
const requestParams = z.object({ requestId: idSchema<'erasure-request'>() })

export const readRetention = endpoint({
  id: 'people.retention',
  method: 'GET',
  path: '/api/retention',
  summary: '个人信息保存期限',
  access: 'signed-in',
  reply: retentionSchema,
})
export const ownErasureRequests = endpoint({
  id: 'people.own-erasure-requests',
  method: 'GET',
  path: '/api/me/erasure-requests',
  summary: '我的个人信息删除申请',
  access: 'signed-in',
  reply: z.object({ rows: z.array(erasureRequestSchema) }),
})
export const requestErasure = endpoint({
  id: 'people.request-erasure',
  method: 'POST',
  path: '/api/me/erasure-requests',
  summary: '申请删除我的个人信息',
  access: 'signed-in',
  body: z.object({ reason: because }),
  reply: erasureRequestSchema,
  idempotent: true,
})
export const withdrawErasure = endpoint({
  id: 'people.withdraw-erasure',
  method: 'POST',
  path: '/api/me/erasure-requests/:requestId/withdraw',
  summary: '撤回删除申请',
  access: 'signed-in',
  params: requestParams,
  reply: erasureRequestSchema,
})
export const listErasureRequests = endpoint({
  id: 'people.erasure-requests',
  method: 'GET',
  path: '/api/erasure-requests',
  summary: '个人信息删除申请',
  access: administrators,
  reply: z.object({ rows: z.array(erasureRequestSchema) }),
})
export const decideErasure = endpoint({
  id: 'people.decide-erasure',
  method: 'POST',
  path: '/api/erasure-requests/:requestId/decide',
  summary: '决定删除申请;同意即立即删除,不可恢复',
  access: administrators,
  params: requestParams,
  body: z.object({ accept: z.boolean(), reason: because }),
  reply: erasureRequestSchema,
  sensitive: true,
})

const requestPayload = z.object({ requestId: z.string(), personId: z.string() })
export const erasureRequested = defineEvent({
  kind: 'people.erasure-requested',
  version: 1,
  visibility: 'internal',
  payload: requestPayload,
  sentence: '申请删除个人信息',
})
export const erasureDecided = defineEvent({
  kind: 'people.erasure-decided',
  version: 1,
  visibility: 'internal',
  payload: requestPayload.extend({ state: z.enum(erasureStates), reason: z.string() }),
  sentence: '处理个人信息删除申请:{reason}',
})
/** Whoever else holds personal data of this person erases them on this event, as far as the law allows. */
export const personErased = defineEvent({
  kind: 'people.person-erased',
  version: 1,
  visibility: 'internal',
  payload: z.object({ personId: z.string(), entries: z.number().int() }),
  sentence: '删除个人信息',
})
export const retentionApplied = defineEvent({
  kind: 'people.retention-applied',
  version: 1,
  visibility: 'internal',
  payload: z.object({ erased: z.record(z.string(), z.number().int()), late: z.boolean() }),
  sentence: '按保存期限清除个人信息',
})
export const retentionEvents = [erasureRequested, erasureDecided, personErased, retentionApplied]
