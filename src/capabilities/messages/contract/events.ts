/** What can become true in the message centre. Nothing here names what a message says or to which address it goes. */
import { z } from 'zod'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'

/** Messages were put into the centre: wakes the pages of those who got one. One entry for each entry that caused some. */
export const posted = defineEvent({
  kind: 'messages.posted',
  version: 1,
  visibility: 'parties',
  payload: z.object({ causeSeq: z.number().int(), causeKind: z.string(), count: z.number().int() }),
  sentence: '发出{count}条消息',
})
export const messagesRead = defineEvent({
  kind: 'messages.read',
  version: 1,
  visibility: 'internal',
  payload: z.object({ personId: z.string(), count: z.number().int(), statutory: z.array(z.string()) }),
  sentence: '阅读{count}条消息',
})
export const settingsChanged = defineEvent({
  kind: 'messages.settings-changed',
  version: 1,
  visibility: 'internal',
  payload: z.object({ personId: z.string(), digest: z.boolean(), quiet: z.boolean() }),
  sentence: '修改消息设置',
})
const contactPayload = z.object({ personId: z.string(), contactId: z.string(), channel: z.string() })
export const contactAdded = defineEvent({
  kind: 'messages.contact-added',
  version: 1,
  visibility: 'internal',
  payload: contactPayload,
  sentence: '登记接收消息的地址,待验证',
})
export const contactVerified = defineEvent({
  kind: 'messages.contact-verified',
  version: 1,
  visibility: 'internal',
  payload: contactPayload,
  sentence: '验证接收消息的地址',
})
export const contactRemoved = defineEvent({
  kind: 'messages.contact-removed',
  version: 1,
  visibility: 'internal',
  payload: contactPayload,
  sentence: '删除接收消息的地址',
})
export const digestSent = defineEvent({
  kind: 'messages.digest-sent',
  version: 1,
  visibility: 'internal',
  payload: z.object({ personId: z.string(), day: z.string(), overdue: z.number().int(), soon: z.number().int() }),
  sentence: '发出每日提要',
})

const deliveryPayload = z.object({
  deliveryId: z.string(),
  channel: z.string(),
  topic: z.string(),
  owner: z.string(),
  reference: z.string(),
})
/** A statutory notice reached the next in line (sent) or its receiver (delivered): evidence of service. */
export const noticeSent = defineEvent({
  kind: 'messages.notice-sent',
  version: 1,
  visibility: 'internal',
  payload: deliveryPayload.extend({ state: z.string() }),
  sentence: '法定告知已外发({channel})',
})
export const deliveryGivenUp = defineEvent({
  kind: 'messages.delivery-given-up',
  version: 1,
  visibility: 'internal',
  payload: deliveryPayload.extend({ reason: z.string() }),
  sentence: '外发失败并已放弃({channel}):{reason}',
})
export const deliveryActed = defineEvent({
  kind: 'messages.delivery-acted',
  version: 1,
  visibility: 'internal',
  payload: deliveryPayload.extend({ action: z.enum(['retry', 'cancel', 'move', 'view']), reason: z.string() }),
  sentence: '处理外发消息:{action}',
})
export const deliveriesRetried = defineEvent({
  kind: 'messages.deliveries-retried',
  version: 1,
  visibility: 'internal',
  payload: z.object({ count: z.number().int(), channel: z.string().nullable() }),
  sentence: '重新外发{count}条消息',
})

const webhookPayload = z.object({ webhookId: z.string(), name: z.string() })
export const webhookRegistered = defineEvent({
  kind: 'messages.webhook-registered',
  version: 1,
  visibility: 'internal',
  payload: webhookPayload.extend({ host: z.string(), kinds: z.array(z.string()) }),
  sentence: '登记系统推送“{name}”',
})
export const webhookChanged = defineEvent({
  kind: 'messages.webhook-changed',
  version: 1,
  visibility: 'internal',
  payload: webhookPayload.extend({ state: z.string(), fields: z.array(z.string()) }),
  sentence: '修改系统推送“{name}”',
})
/** So many messages in a row were given up that the webhook stopped itself. */
export const webhookStopped = defineEvent({
  kind: 'messages.webhook-stopped',
  version: 1,
  visibility: 'internal',
  payload: webhookPayload.extend({ failures: z.number().int() }),
  sentence: '系统推送“{name}”连续{failures}次失败,已自动暂停',
})

export const messagesEvents: readonly EventKind[] = [
  posted,
  messagesRead,
  settingsChanged,
  contactAdded,
  contactVerified,
  contactRemoved,
  digestSent,
  noticeSent,
  deliveryGivenUp,
  deliveryActed,
  deliveriesRetried,
  webhookRegistered,
  webhookChanged,
  webhookStopped,
] as readonly EventKind[]
