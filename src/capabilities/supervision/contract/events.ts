/** What the journal says of rectification orders. What people wrote is kept apart; closed ones may be public. */
import { z } from 'zod'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'

const about = {
  orderId: z.string(),
  number: z.string(),
  siteId: z.string(),
  siteName: z.string(),
  projectName: z.string(),
  category: z.string(),
  categoryName: z.string(),
  /** Of the contractor, or of the owner where the site names none. */
  organisationId: z.string(),
  department: z.string(),
  departmentName: z.string(),
  round: z.number().int(),
  dueOn: z.string(),
}
const parties = { version: 1, visibility: 'parties' } as const

export const orderIssued = defineEvent({
  kind: 'supervision.order-issued',
  ...parties,
  payload: z.object({ ...about, alarmId: z.string() }),
  sentence: '{departmentName}发出整改单{number}({categoryName}),{dueOn}前整改',
})
export const orderReplied = defineEvent({
  kind: 'supervision.order-replied',
  ...parties,
  payload: z.object({ ...about, files: z.number().int(), late: z.boolean() }),
  sentence: '现场回复整改单{number}(第{round}轮)',
})
export const orderReturned = defineEvent({
  kind: 'supervision.order-returned',
  ...parties,
  payload: z.object(about),
  sentence: '整改单{number}复查未通过,{dueOn}前再整改(第{round}轮)',
})
/** Recorded as public for a published project: it names nobody. */
export const orderClosed = defineEvent({
  kind: 'supervision.order-closed',
  ...parties,
  payload: z.object({ ...about, late: z.boolean() }),
  sentence: '{siteName}整改完成({categoryName}),整改单{number}销号',
})
export const orderExtended = defineEvent({
  kind: 'supervision.order-extended',
  ...parties,
  payload: z.object({ ...about, before: z.string() }),
  sentence: '整改单{number}期限延至{dueOn}',
})
export const orderWithdrawn = defineEvent({
  kind: 'supervision.order-withdrawn',
  ...parties,
  payload: z.object(about),
  sentence: '撤回整改单{number}',
})
export const orderReminded = defineEvent({
  kind: 'supervision.order-reminded',
  ...parties,
  payload: z.object({ ...about, daysLeft: z.number().int(), late: z.boolean() }),
  sentence: '整改单{number}将于{dueOn}到期',
})
export const orderOverdue = defineEvent({
  kind: 'supervision.order-overdue',
  ...parties,
  payload: z.object({ ...about, late: z.boolean() }),
  sentence: '整改单{number}超过{dueOn}的期限',
})
export const supervisionEvents: readonly EventKind[] = [
  orderIssued,
  orderReplied,
  orderReturned,
  orderClosed,
  orderExtended,
  orderWithdrawn,
  orderReminded,
  orderOverdue,
] as readonly EventKind[]
