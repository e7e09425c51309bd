/** Entries about calendars, the ladder, long pauses and signals. */
import { z } from 'zod'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'
import { day } from './event-facts.ts'

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
/** A rung of the ladder spoke: to the person, the head of the department, the supervisor. */
export const escalated = defineEvent({
  kind: 'approvals.escalated',
  version: 1,
  visibility: 'internal',
  payload: z.object({
    applicationId: z.string(),
    caseNumber: z.string(),
    projectName: z.string(),
    stage: z.string(),
    stageName: z.string(),
    clockId: z.string(),
    clockName: z.string(),
    purpose: z.string(),
    department: z.string(),
    departmentName: z.string(),
    due: day,
    rung: z.string(),
    rungName: z.string(),
    level: z.enum(['person', 'head', 'supervisor']),
    levelName: z.string(),
    /** False where a step of the clock itself is told to the same people at the same moment. */
    alone: z.boolean().optional(),
    late: z.boolean(),
    rulesVersion: z.string(),
  }),
  sentence: '催办({rungName}):{departmentName}“{clockName}”到期日{due},已提醒{levelName}',
})
const caseFacts = {
  applicationId: z.string(),
  caseNumber: z.string(),
  projectName: z.string(),
  stage: z.string(),
  stageName: z.string(),
}
const stale = {
  ...caseFacts,
  itemRunId: z.string().nullable(),
  about: z.string(),
  days: z.number().int(),
  endAfterDays: z.number().int().nullable(),
  basis: z.string(),
  late: z.boolean(),
  rulesVersion: z.string(),
}
export const staleWarned = defineEvent({
  kind: 'approvals.stale-warned',
  version: 1,
  visibility: 'parties',
  payload: z.object(stale),
  sentence: '提示:{about}已满{days}日({basis})',
})
export const staleEnded = defineEvent({
  kind: 'approvals.stale-ended',
  version: 1,
  visibility: 'parties',
  payload: z.object(stale),
  sentence: '告知:{about}已满{days}日,依规则终止({basis})',
})
/** The corrections did not come: the application goes back; a new one may be filed at any time. */
export const returnedForSilence = defineEvent({
  kind: 'approvals.returned-for-silence',
  version: 1,
  visibility: 'public',
  payload: z.object({ ...caseFacts, days: z.number().int() }),
  sentence: '告知补正后{days}日内未补正,申请退回,可重新申请',
})
export const signalRaised = defineEvent({
  kind: 'approvals.signal-raised',
  version: 1,
  visibility: 'internal',
  payload: z.object({
    signalId: z.string(),
    rule: z.string(),
    ruleName: z.string(),
    rulesVersion: z.string(),
    caseNumber: z.string(),
    department: z.string(),
    departmentName: z.string(),
  }),
  sentence: '异常提示({ruleName}):{departmentName} {caseNumber},请人工核查',
})
export const signalMoved = defineEvent({
  kind: 'approvals.signal-moved',
  version: 1,
  visibility: 'internal',
  payload: z.object({
    signalId: z.string(),
    rule: z.string(),
    ruleName: z.string(),
    caseNumber: z.string(),
    state: z.string(),
    stateName: z.string(),
  }),
  sentence: '异常提示({ruleName}){caseNumber}:{stateName}',
})

export const clockEvents: readonly EventKind[] = [
  calendarProposed,
  calendarRejected,
  calendarPublished,
  calendarApplied,
  calendarEnding,
  escalated,
  staleWarned,
  staleEnded,
  returnedForSilence,
  signalRaised,
  signalMoved,
] as readonly EventKind[]
