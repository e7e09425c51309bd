/**
 * 数据共享交换: what the district reports to the national approval system. Rows are composed from the journal, kept in a
 * ledger with the faults and errors of each, and laid into a database of the other side; an operator can look and re-send.
 */
import { z } from 'zod'
import { endpoint } from '../../kernel/endpoint.ts'
import { defineEvent } from '../../kernel/event.ts'
import { type Id, idSchema } from '../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../kernel/page.ts'
import { certaintySchema } from '../../kernel/sourced.ts'
import { instantSchema, localDateSchema } from '../../kernel/time.ts'

export type ExchangeMessageId = Id<'exchange-message'>

/** waiting 待报送 · sent 已报送 · faulty 数据有误 · rejected 对方退回 · superseded 已被新数据替代 */
export const exchangeStates = ['waiting', 'sent', 'faulty', 'rejected', 'superseded'] as const
export const exchangeStateSchema = z.enum(exchangeStates)
export type ExchangeState = z.infer<typeof exchangeStateSchema>

const rowFaultSchema = z.object({ field: z.string(), message: z.string() })
export const exchangeMessageSchema = z.object({
  messageId: idSchema<'exchange-message'>(),
  table: z.string(),
  tableName: z.string(),
  /** What the row is about, in words of the other side: number of the document, name of the item, project; empty where none. */
  subject: z.string(),
  /** 地方数据主键. */
  key: z.string(),
  projectId: z.string().nullable(),
  state: exchangeStateSchema,
  faults: z.array(rowFaultSchema),
  /** What the other side said; null while it said nothing. */
  error: z.string().nullable(),
  attempts: z.number().int(),
  composedAt: instantSchema,
  sentAt: instantSchema.nullable(),
})
export type ExchangeMessage = z.infer<typeof exchangeMessageSchema>
export const exchangeMessageDetailSchema = exchangeMessageSchema.extend({
  fields: z.array(
    z.object({
      name: z.string(),
      zh: z.string(),
      required: z.boolean(),
      certainty: certaintySchema,
      value: z.union([z.string(), z.number(), z.null()]),
    }),
  ),
})

export const exchangeOverviewSchema = z.object({
  standard: z.object({ title: z.string(), version: z.string(), certainty: certaintySchema, note: z.string() }),
  /** 'other-side': a configured database; 'stand-in': one of our own beside the product's; 'none': nowhere to lay rows. */
  target: z.enum(['other-side', 'stand-in', 'none']),
  counts: z.record(exchangeStateSchema, z.number().int()),
  tables: z.array(
    z.object({
      table: z.string(),
      tableName: z.string(),
      certainty: certaintySchema,
      note: z.string(),
      counts: z.record(exchangeStateSchema, z.number().int()),
    }),
  ),
})

export const codeMappingSchema = z.object({
  set: z.string(),
  ours: z.string(),
  theirs: z.string(),
  name: z.string(),
  certainty: certaintySchema,
  /** From which day on; null: as the data files say. */
  from: localDateSchema.nullable(),
})

const operators = { roles: ['administrator'] } as const
export const readExchange = endpoint({
  id: 'exchange.overview',
  method: 'GET',
  path: '/api/exchange',
  summary: '数据共享交换概况',
  access: operators,
  reply: exchangeOverviewSchema,
})
export const listExchangeMessages = endpoint({
  id: 'exchange.list-messages',
  method: 'GET',
  path: '/api/exchange/messages',
  summary: '报送台账,可按状态和表筛选',
  access: operators,
  query: z.object({
    state: exchangeStateSchema.optional(),
    table: z.string().max(60).optional(),
    projectId: idSchema<'project'>().optional(),
    ...pageQuery,
  }),
  reply: pageSchema(exchangeMessageSchema),
})
const messageParams = z.object({ messageId: idSchema<'exchange-message'>() })
export const readExchangeMessage = endpoint({
  id: 'exchange.read-message',
  method: 'GET',
  path: '/api/exchange/messages/:messageId',
  summary: '一条报送数据的全部字段',
  access: operators,
  params: messageParams,
  reply: exchangeMessageDetailSchema,
})
export const resendExchangeMessage = endpoint({
  id: 'exchange.resend',
  method: 'POST',
  path: '/api/exchange/messages/:messageId/resend',
  summary: '重新报送一条数据',
  access: operators,
  idempotent: true,
  params: messageParams,
  body: z.object({}),
  reply: exchangeMessageDetailSchema,
})
export const resendFailed = endpoint({
  id: 'exchange.resend-failed',
  method: 'POST',
  path: '/api/exchange/resend-failed',
  summary: '重新报送全部被退回的数据',
  access: operators,
  idempotent: true,
  body: z.object({ table: z.string().max(60).optional() }),
  reply: z.object({ count: z.number().int() }),
})
export const recomposeProject = endpoint({
  id: 'exchange.recompose',
  method: 'POST',
  path: '/api/exchange/recompose',
  summary: '按当前登记信息重新生成一个项目的基本信息和参建单位数据',
  access: operators,
  idempotent: true,
  body: z.object({ projectId: idSchema<'project'>() }),
  reply: z.object({ count: z.number().int() }),
})
export const listCodes = endpoint({
  id: 'exchange.list-codes',
  method: 'GET',
  path: '/api/exchange/codes',
  summary: '代码对照表',
  access: operators,
  reply: z.object({ codes: z.array(codeMappingSchema) }),
})
export const mapCode = endpoint({
  id: 'exchange.map-code',
  method: 'POST',
  path: '/api/exchange/codes',
  summary: '登记或更正一个代码对照',
  access: operators,
  idempotent: true,
  body: z.object({
    set: z.enum(['item', 'department', 'investor', 'land', 'party']),
    ours: z.string().trim().min(1, { error: '请填写本平台代码' }).max(60),
    theirs: z.string().trim().min(1, { error: '请填写对方代码' }).max(60),
    name: z.string().trim().max(120),
    basis: z.string().trim().min(2, { error: '请写明依据,例如下发代码表的文件名和日期' }).max(200),
  }),
  reply: codeMappingSchema,
})

// ------------------------------------------------------------------------------------------------ events

export const exchangeResent = defineEvent({
  kind: 'exchange.resent',
  version: 1,
  visibility: 'internal',
  payload: z.object({ count: z.number().int(), table: z.string().nullable() }),
  sentence: '重新报送{count}条共享交换数据',
})
export const exchangeRecomposed = defineEvent({
  kind: 'exchange.recomposed',
  version: 1,
  visibility: 'internal',
  payload: z.object({ count: z.number().int() }),
  sentence: '重新生成{count}条共享交换数据',
})
export const codeMapped = defineEvent({
  kind: 'exchange.code-mapped',
  version: 1,
  visibility: 'internal',
  payload: z.object({ set: z.string(), ours: z.string(), theirs: z.string(), basis: z.string() }),
  sentence: '登记代码对照:{ours}对应{theirs}({basis})',
})
export const exchangeEvents = [exchangeResent, exchangeRecomposed, codeMapped]
