/**
 * 消息中心: who is told what, by which way, and what became of it; and other systems that are told of public facts.
 *
 * A *notice* (通知) is a rule of the data: on an entry of a kind, these people get this text. A *message* (消息) is what one
 * person got. A *delivery* (外发) is a message on its way to one address outside. A *webhook* (系统推送) is another system.
 */
import { z } from 'zod'
import { endpoint } from '../../kernel/endpoint.ts'
import { type Id, idSchema } from '../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../kernel/page.ts'
import { instantSchema } from '../../kernel/time.ts'
import { wordsSchema } from '../../kernel/words.ts'
import type { Database } from '../../platform/platform.ts'
import { linkPages } from './model/notices.ts'
import { audiences, contactChannels, topics, ways } from './model/topics.ts'

export type MessageId = Id<'message'>
export type ContactId = Id<'contact'>
export type WebhookId = Id<'webhook'>
export type DeliveryId = Id<'delivery'>

/** queued 待发 · sending 发送中 · sent 已发出 · delivered 已送达 · stored 仅本机留存 · failed 将重试 · given-up 已放弃 · cancelled 已取消 */
export const deliveryStates = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'stored',
  'failed',
  'given-up',
  'cancelled',
] as const
export type DeliveryState = (typeof deliveryStates)[number]
const deliveryStateSchema = z.enum(deliveryStates)
export const outChannels = [...contactChannels, 'webhook'] as const
const done = z.object({ done: z.literal(true) })

// ------------------------------------------------------------------------------------------------ own messages

export const messageSchema = z.object({
  messageId: idSchema<'message'>(),
  kind: z.string(),
  topic: z.enum(topics),
  statutory: z.boolean(),
  title: wordsSchema,
  text: wordsSchema,
  link: z.object({ page: z.enum(linkPages), id: z.string() }).nullable(),
  occurredAt: instantSchema,
  createdAt: instantSchema,
  readAt: instantSchema.nullable(),
  /** What became of it outside of the centre. */
  deliveries: z.array(
    z.object({ channel: z.enum(outChannels), state: deliveryStateSchema, address: z.string(), at: instantSchema }),
  ),
})
export type MessageView = z.infer<typeof messageSchema>

export const listMessages = endpoint({
  id: 'messages.list',
  method: 'GET',
  path: '/api/messages',
  summary: '本人的消息,最新在前',
  access: 'signed-in',
  query: z.object({
    ...pageQuery,
    topic: z.enum(topics).optional(),
    unread: z.stringbool().optional(),
    search: z.string().trim().max(60).optional(),
  }),
  reply: pageSchema(messageSchema).extend({ unread: z.number().int() }),
})
export const countUnread = endpoint({
  id: 'messages.count',
  method: 'GET',
  path: '/api/messages/unread',
  summary: '本人未读消息数',
  access: 'signed-in',
  reply: z.object({ unread: z.number().int() }),
})
export const markRead = endpoint({
  id: 'messages.mark-read',
  method: 'POST',
  path: '/api/messages/read',
  summary: '把若干消息或某类全部消息标为已读',
  access: 'signed-in',
  body: z.union([
    z.object({ messageIds: z.array(idSchema<'message'>()).min(1).max(200) }).strict(),
    z.object({ all: z.literal(true), topic: z.enum(topics).optional() }).strict(),
  ]),
  reply: z.object({ read: z.number().int(), unread: z.number().int() }),
})
/** Who is told what: for everybody to read. */
export const listRules = endpoint({
  id: 'messages.rules',
  method: 'GET',
  path: '/api/messages/rules',
  summary: '通知规则:什么事通知谁',
  access: 'signed-in',
  reply: z.object({
    rows: z.array(
      z.object({
        id: z.string(),
        kind: z.string(),
        topic: z.enum(topics),
        statutory: z.boolean(),
        basis: z.string().nullable(),
        to: z.array(z.enum(audiences)),
        title: wordsSchema,
      }),
    ),
  }),
})

// ------------------------------------------------------------------------------------------------ own settings

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: '请填写时间,格式为 HH:MM' })
const wantedSchema = z.partialRecord(z.enum(topics), z.partialRecord(z.enum(ways), z.boolean()))
export const contactSchema = z.object({
  contactId: idSchema<'contact'>(),
  channel: z.enum(contactChannels),
  address: z.string(),
  verifiedAt: instantSchema.nullable(),
  codeSentAt: instantSchema.nullable(),
})
export type Contact = z.infer<typeof contactSchema>
export const settingsSchema = z.object({
  version: z.number().int(),
  language: z.enum(['zh', 'en']),
  quiet: z.object({ from: time, to: time }).nullable(),
  digest: z.boolean(),
  digestAt: time,
  wanted: wantedSchema,
})
export type Settings = z.infer<typeof settingsSchema>
export const settingsReply = settingsSchema.extend({
  contacts: z.array(contactSchema),
  /** Channels that only stand in on this machine: nothing really leaves by them. */
  standIns: z.array(z.enum(contactChannels)),
})

export const readSettings = endpoint({
  id: 'messages.settings',
  method: 'GET',
  path: '/api/me/message-settings',
  summary: '本人的消息设置',
  access: 'signed-in',
  reply: settingsReply,
})
export const saveSettings = endpoint({
  id: 'messages.save-settings',
  method: 'PUT',
  path: '/api/me/message-settings',
  summary: '保存本人的消息设置;法定告知在消息中心不能关闭',
  access: 'signed-in',
  body: settingsSchema,
  reply: settingsReply,
})
export const addContact = endpoint({
  id: 'messages.add-contact',
  method: 'POST',
  path: '/api/me/contacts',
  summary: '登记或更换接收消息的地址,并向它发送验证码',
  access: 'signed-in',
  body: z.object({ channel: z.enum(contactChannels), address: z.string().trim().min(3).max(254) }),
  reply: contactSchema,
  idempotent: true,
  perMinute: 10,
})
const contactParams = z.object({ contactId: idSchema<'contact'>() })
export const resendCode = endpoint({
  id: 'messages.resend-code',
  method: 'POST',
  path: '/api/me/contacts/:contactId/code',
  summary: '重新发送验证码;间隔至少一分钟',
  access: 'signed-in',
  params: contactParams,
  reply: contactSchema,
  perMinute: 10,
})
export const verifyContact = endpoint({
  id: 'messages.verify-contact',
  method: 'POST',
  path: '/api/me/contacts/:contactId/verify',
  summary: '用验证码验证地址',
  access: 'signed-in',
  params: contactParams,
  body: z.object({ code: z.string().trim().max(12) }),
  reply: contactSchema,
  perMinute: 10,
})
export const removeContact = endpoint({
  id: 'messages.remove-contact',
  method: 'DELETE',
  path: '/api/me/contacts/:contactId',
  summary: '删除接收消息的地址',
  access: 'signed-in',
  params: contactParams,
  reply: done,
})

// ------------------------------------------------------------------------------------------------ outbox

const administrators = { roles: ['administrator'] } as const
export const deliverySchema = z.object({
  deliveryId: idSchema<'delivery'>(),
  channel: z.enum(outChannels),
  address: z.string(),
  topic: z.string(),
  owner: z.string(),
  reference: z.string(),
  state: deliveryStateSchema,
  adapter: z.string().nullable(),
  attempts: z.number().int(),
  reason: z.string().nullable(),
  notBefore: instantSchema.nullable(),
  nextTryAt: instantSchema.nullable(),
  createdAt: instantSchema,
  sentAt: instantSchema.nullable(),
  deliveredAt: instantSchema.nullable(),
})
export type Delivery = z.infer<typeof deliverySchema>
export const listDeliveries = endpoint({
  id: 'messages.deliveries',
  method: 'GET',
  path: '/api/outbox',
  summary: '发件箱:外发消息及其状态',
  access: administrators,
  query: z.object({
    ...pageQuery,
    state: deliveryStateSchema.optional(),
    channel: z.enum(outChannels).optional(),
    webhookId: idSchema<'webhook'>().optional(),
  }),
  reply: pageSchema(deliverySchema).extend({
    counts: z.record(deliveryStateSchema, z.number().int()),
    standIns: z.array(z.enum(contactChannels)),
  }),
})
const deliveryParams = z.object({ deliveryId: idSchema<'delivery'>() })
export const deliveryDetailSchema = deliverySchema.extend({
  /** Null: wiped. */
  content: z.object({ title: z.string(), text: z.string() }).nullable(),
  attemptList: z.array(
    z.object({
      number: z.number().int(),
      channel: z.enum(outChannels),
      adapter: z.string(),
      beganAt: instantSchema,
      endedAt: instantSchema.nullable(),
      outcome: z.string().nullable(),
      detail: z.string().nullable(),
    }),
  ),
})
export const readDelivery = endpoint({
  id: 'messages.delivery',
  method: 'POST',
  path: '/api/outbox/:deliveryId/view',
  summary: '查看一条外发消息的内容与各次尝试;每次查看都会留痕',
  access: administrators,
  params: deliveryParams,
  reply: deliveryDetailSchema,
})
export const retryDelivery = endpoint({
  id: 'messages.retry',
  method: 'POST',
  path: '/api/outbox/:deliveryId/retry',
  summary: '重新外发',
  access: administrators,
  params: deliveryParams,
  reply: deliverySchema,
})
export const cancelDelivery = endpoint({
  id: 'messages.cancel',
  method: 'POST',
  path: '/api/outbox/:deliveryId/cancel',
  summary: '取消尚未外发的消息',
  access: administrators,
  params: deliveryParams,
  body: z.object({ reason: z.string().trim().min(2, { error: '请填写理由,至少2个字' }).max(200) }),
  reply: deliverySchema,
})
export const moveDelivery = endpoint({
  id: 'messages.move',
  method: 'POST',
  path: '/api/outbox/:deliveryId/channel',
  summary: '改用收件人已验证的另一个通道外发',
  access: administrators,
  params: deliveryParams,
  body: z.object({ channel: z.enum(contactChannels) }),
  reply: deliverySchema,
})
export const retryAll = endpoint({
  id: 'messages.retry-all',
  method: 'POST',
  path: '/api/outbox/retry',
  summary: '重新外发全部失败或已放弃的消息,一次最多500条',
  access: administrators,
  body: z.object({ channel: z.enum(outChannels).optional() }),
  reply: z.object({ retried: z.number().int() }),
  idempotent: true,
})
/** A gateway reports later. Signed over '<deliveryId>.<timestamp>.<status>.<reason>' like a webhook (docs/messages.md). */
export const reportDelivery = endpoint({
  id: 'messages.report',
  method: 'POST',
  path: '/api/message-reports/:channel',
  summary: '通道回报送达结果(需签名)',
  access: 'public',
  params: z.object({ channel: z.enum(['sms', 'wechat']) }),
  body: z.object({
    id: idSchema<'delivery'>(),
    status: z.enum(['delivered', 'failed']),
    reason: z.string().max(500).default(''),
    timestamp: z.string().max(12),
    signature: z.string().max(120),
  }),
  reply: z.object({ known: z.boolean() }),
})

// ------------------------------------------------------------------------------------------------ webhooks

export const webhookStates = ['active', 'paused'] as const
export const webhookSchema = z.object({
  webhookId: idSchema<'webhook'>(),
  name: z.string(),
  url: z.string(),
  kinds: z.array(z.string()),
  state: z.enum(webhookStates),
  failures: z.number().int(),
  createdAt: instantSchema,
  version: z.number().int(),
})
export type Webhook = z.infer<typeof webhookSchema>
const name = z.string().trim().min(2, { error: '请填写名称,至少2个字' }).max(60)
const url = z.string().trim().max(500)
const kinds = z.array(z.string().max(80)).min(1, { error: '请至少选择一类事件' }).max(60)
export const listWebhooks = endpoint({
  id: 'messages.webhooks',
  method: 'GET',
  path: '/api/webhooks',
  summary: '系统推送列表与可推送的公开事件',
  access: administrators,
  reply: z.object({
    rows: z.array(webhookSchema),
    kinds: z.array(z.object({ kind: z.string(), sentence: z.string(), fields: z.array(z.string()) })),
  }),
})
export const registerWebhook = endpoint({
  id: 'messages.register-webhook',
  method: 'POST',
  path: '/api/webhooks',
  summary: '登记系统推送;签名密钥只显示这一次',
  access: administrators,
  body: z.object({ name, url, kinds }),
  reply: webhookSchema.extend({ secret: z.string() }),
  idempotent: true,
})
const webhookParams = z.object({ webhookId: idSchema<'webhook'>() })
export const changeWebhook = endpoint({
  id: 'messages.change-webhook',
  method: 'PATCH',
  path: '/api/webhooks/:webhookId',
  summary: '修改、暂停或恢复系统推送',
  access: administrators,
  params: webhookParams,
  body: z.object({
    version: z.number().int(),
    name: name.optional(),
    url: url.optional(),
    kinds: kinds.optional(),
    state: z.enum(webhookStates).optional(),
  }),
  reply: webhookSchema,
})
export const renewSecret = endpoint({
  id: 'messages.renew-secret',
  method: 'POST',
  path: '/api/webhooks/:webhookId/secret',
  summary: '更换签名密钥;新密钥只显示这一次',
  access: administrators,
  params: webhookParams,
  reply: z.object({ secret: z.string() }),
})
export const removeWebhook = endpoint({
  id: 'messages.remove-webhook',
  method: 'DELETE',
  path: '/api/webhooks/:webhookId',
  summary: '删除系统推送',
  access: administrators,
  params: webhookParams,
  reply: done,
})
export const testWebhook = endpoint({
  id: 'messages.test-webhook',
  method: 'POST',
  path: '/api/webhooks/:webhookId/test',
  summary: '发送一条测试推送',
  access: administrators,
  params: webhookParams,
  reply: z.object({ deliveryId: idSchema<'delivery'>() }),
  idempotent: true,
})

// ------------------------------------------------------------------------------------------------ for others

/** Sends to people from other capabilities that read this one; most need only a notice in `data/messages/`. */
export interface MessagesReader {
  /** Messages of an entry by person, for proofs of service. */
  readonly messagesOfEntry: (
    db: Database,
    entryId: string,
  ) => Promise<readonly { readonly personId: string; readonly noticeId: string; readonly readAt: string | null }[]>
}
