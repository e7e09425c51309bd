/** Entries about calendars, the ladder, long pauses and signals. */
import { z } from 'zod'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'

const day = z.string()
const notice = { proposalId: z.string(), year: z.number().int(), basis: z.string(), publishedOn: day }
export const calendarProposed = defineEvent({
  kind: 'approvals.calendar-proposed',
  version: 1,
  visibility: 'internal',
  payload: z.object(notice),
  sentence: '载入{year}年工作日历,待另一人核对发布({basis})',
})
export const calendarRejected = defineEvent({
  kind: 'approvals.calendar-rejected',
  version: 1,
  visibility: 'internal',
  payload: z.object(notice),
  sentence: '退回{year}年工作日历({basis})',
})
/** A calendar is in force: from the data files at a start, or by publication. */
export const calendarPublished = defineEvent({
  kind: 'approvals.calendar-published',
  version: 1,
  visibility: 'public',
  payload: z.object({ calendarVersion: z.string(), cause: z.string(), proposalId: z.string().nullable() }),
  sentence: '工作日历启用:{cause}',
})
export const calendarApplied = defineEvent({
  kind: 'approvals.calendar-applied',
  version: 1,
  visibility: 'internal',
  payload: z.object({ calendarVersion: z.string(), cause: z.string(), moved: z.number().int() }),
  sentence: '在办件期限已按新的工作日历重算,共{moved}个时限({cause})',
})
export const calendarEnding = defineEvent({
  kind: 'approvals.calendar-ending',
  version: 1,
  visibility: 'internal',
  payload: z.object({ horizon: day, daysLeft: z.number().int(), late: z.boolean() }),
  sentence: '正式工作日历只到{horizon},还剩{daysLeft}天,请系统管理员载入次年放假通知',
})

export const clockEvents: readonly EventKind[] = [
  calendarProposed,
  calendarRejected,
  calendarPublished,
  calendarApplied,
  calendarEnding,
] as readonly EventKind[]
