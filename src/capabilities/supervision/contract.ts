/**
 * 监督整改: rectification orders (整改单). An officer raises one from an alarm or from what they saw; the site puts it right and
 * replies with photos; an officer rechecks: it is closed, or goes into another round. Closing it closes the alarm.
 */
import { z } from 'zod'
import { endpoint } from '../../kernel/endpoint.ts'
import { type Id, idSchema } from '../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../kernel/page.ts'
import { instantSchema, localDateSchema } from '../../kernel/time.ts'
import { wordsSchema } from '../../kernel/words.ts'
import { orderStates } from './model/states.ts'

export type OrderId = Id<'rectification-order'>

const may = wordsSchema.nullable()
const text = (max: number) => z.string().trim().min(2, { error: '请填写内容' }).max(max)
const uploads = z.array(z.uuid()).max(30).default([])
const version = z.number().int().min(0)
const officers = { roles: ['inspector', 'reviewer', 'lead'] } as const
const everybody = {
  roles: ['inspector', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator', 'site-manager', 'applicant'],
} as const

// ------------------------------------------------------------------------------------------ shapes

export const evidenceSchema = z.object({
  sha256: z.string(),
  fileName: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number(),
})
export type Evidence = z.infer<typeof evidenceSchema>
const saidSchema = z.object({ text: z.string(), files: z.array(evidenceSchema), at: instantSchema, by: z.string() })
export const roundSchema = z.object({
  round: z.number().int(),
  dueOn: localDateSchema,
  reply: saidSchema.extend({ late: z.boolean() }).nullable(),
  recheck: saidSchema.extend({ pass: z.boolean() }).nullable(),
})
export const orderRowSchema = z.object({
  orderId: idSchema<'rectification-order'>(),
  number: z.string(),
  siteId: idSchema<'site'>(),
  siteName: z.string(),
  projectId: idSchema<'project'>(),
  projectName: z.string(),
  category: z.string(),
  categoryName: wordsSchema,
  title: z.string(),
  state: z.enum(orderStates),
  round: z.number().int(),
  dueOn: localDateSchema,
  overdue: z.boolean(),
  raisedAt: instantSchema,
  department: z.string(),
  departmentName: z.string(),
  alarmId: idSchema<'alarm'>().nullable(),
  closedAt: instantSchema.nullable(),
  version: z.number().int(),
})
export type OrderRow = z.infer<typeof orderRowSchema>
export const orderSchema = orderRowSchema.extend({
  text: z.string(),
  files: z.array(evidenceSchema),
  raisedBy: z.string(),
  alarmText: z.string().nullable(),
  rounds: z.array(roundSchema),
  closedBy: z.string().nullable(),
  withdrawnReason: z.string(),
  may: z.object({ reply: may, recheck: may, extend: may, withdraw: may }),
})
export type OrderView = z.infer<typeof orderSchema>

// ------------------------------------------------------------------------------------------ endpoints

const params = z.object({ orderId: idSchema<'rectification-order'>() })

export const listOrders = endpoint({
  id: 'supervision.list-orders',
  method: 'GET',
  path: '/api/supervision/orders',
  summary: '整改单:按工地、项目、状态和是否超期',
  access: everybody,
  query: z.object({
    ...pageQuery,
    siteId: idSchema<'site'>().optional(),
    projectId: idSchema<'project'>().optional(),
    state: z.enum(orderStates).optional(),
    overdue: z.stringbool().optional(),
    category: z.string().max(40).optional(),
  }),
  reply: pageSchema(orderRowSchema).extend({
    counts: z.object({ issued: z.number().int(), replied: z.number().int(), overdue: z.number().int() }),
    categories: z.array(z.object({ code: z.string(), name: wordsSchema })),
    /** Days to put right by severity of the alarm: what a form proposes. */
    defaultDays: z.record(z.string(), z.number().int()),
  }),
})
export const readOrder = endpoint({
  id: 'supervision.read-order',
  method: 'GET',
  path: '/api/supervision/orders/:orderId',
  summary: '一份整改单',
  access: everybody,
  params,
  reply: orderSchema,
})
export const raiseOrder = endpoint({
  id: 'supervision.raise-order',
  method: 'POST',
  path: '/api/supervision/orders',
  summary: '检查人员发出整改单',
  access: officers,
  body: z.object({
    siteId: idSchema<'site'>(),
    alarmId: idSchema<'alarm'>().nullable().default(null),
    category: z.string().max(40),
    title: text(120),
    text: text(4000),
    dueOn: localDateSchema,
    uploadIds: uploads,
  }),
  reply: orderSchema,
  idempotent: true,
})
/** One click: everything that the form would ask comes from the alarm. The same alarm gives the same order. */
export const raiseOrderFromAlarm = endpoint({
  id: 'supervision.raise-order-from-alarm',
  method: 'POST',
  path: '/api/supervision/alarms/:alarmId/order',
  summary: '报警一键转整改单',
  access: officers,
  params: z.object({ alarmId: idSchema<'alarm'>() }),
  body: z.object({ dueOn: localDateSchema.optional(), text: z.string().trim().max(4000).default('') }),
  reply: orderSchema,
})
export const replyOrder = endpoint({
  id: 'supervision.reply-order',
  method: 'POST',
  path: '/api/supervision/orders/:orderId/reply',
  summary: '现场回复整改情况,附照片',
  access: { roles: ['site-manager', 'applicant'] },
  params,
  body: z.object({ version, text: text(4000), uploadIds: uploads }),
  reply: orderSchema,
})
export const recheckOrder = endpoint({
  id: 'supervision.recheck-order',
  method: 'POST',
  path: '/api/supervision/orders/:orderId/recheck',
  summary: '复查:销号,或退回再整改',
  access: officers,
  params,
  body: z.object({
    version,
    pass: z.boolean(),
    text: text(4000),
    uploadIds: uploads,
    /** Of the next round, where it did not pass. */
    dueOn: localDateSchema.optional(),
  }),
  reply: orderSchema,
})
export const extendOrder = endpoint({
  id: 'supervision.extend-order',
  method: 'POST',
  path: '/api/supervision/orders/:orderId/extension',
  summary: '延长整改期限',
  access: officers,
  params,
  body: z.object({ version, dueOn: localDateSchema, reason: text(500) }),
  reply: orderSchema,
})
export const withdrawOrder = endpoint({
  id: 'supervision.withdraw-order',
  method: 'POST',
  path: '/api/supervision/orders/:orderId/withdrawal',
  summary: '撤回整改单',
  access: officers,
  params,
  body: z.object({ version, reason: text(500) }),
  reply: orderSchema,
})
export const readOrderFile = endpoint({
  id: 'supervision.read-order-file',
  method: 'GET',
  path: '/api/supervision/orders/:orderId/files/:sha256',
  summary: '整改单的照片和文件',
  access: everybody,
  params: params.extend({ sha256: z.string().length(64) }),
  produces: 'application/octet-stream',
  reply: z.any(),
})
