/** What the journal says of rules and alarms. No payload names a person; texts that people wrote are kept apart. */
import { z } from 'zod'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'

const internal = { version: 1, visibility: 'internal' } as const
const parties = { version: 1, visibility: 'parties' } as const
const rule = { ruleKey: z.string(), ruleVersion: z.number().int(), ruleName: z.string() }
const alarm = {
  alarmId: z.string(),
  siteId: z.string(),
  siteName: z.string(),
  /** Empty: an incident of the whole site. */
  deviceId: z.string(),
  deviceName: z.string(),
  ruleKey: z.string(),
  ruleName: z.string(),
  severity: z.number().int(),
  severityName: z.string(),
}
const recipients = {
  rung: z.string(),
  rungName: z.string(),
  /** Whose people are told; empty: a department's. */
  organisationId: z.string(),
  /** Role code; empty: an organisation's. */
  department: z.string(),
}

export const ruleDrafted = defineEvent({
  kind: 'monitoring.rule-drafted',
  ...internal,
  payload: z.object({ ...rule, revision: z.number().int() }),
  sentence: '修改监测规则草稿“{ruleName}”',
})
export const ruleDiscarded = defineEvent({
  kind: 'monitoring.rule-discarded',
  ...internal,
  payload: z.object(rule),
  sentence: '放弃监测规则草稿“{ruleName}”',
})
export const rulePublished = defineEvent({
  kind: 'monitoring.rule-published',
  ...internal,
  payload: z.object({ ...rule, replaced: z.number().int(), digest: z.string(), unverified: z.boolean() }),
  sentence: '发布监测规则“{ruleName}”第{ruleVersion}版',
})
export const ruleRetired = defineEvent({
  kind: 'monitoring.rule-retired',
  ...internal,
  payload: z.object(rule),
  sentence: '停用监测规则“{ruleName}”',
})
export const alarmRaised = defineEvent({
  kind: 'monitoring.alarm-raised',
  ...parties,
  payload: z.object({ ...alarm, ruleVersion: z.number().int(), text: z.string(), folded: z.boolean() }),
  sentence: '{siteName}报警({severityName}):{text}',
})
export const alarmReopened = defineEvent({
  kind: 'monitoring.alarm-reopened',
  ...parties,
  payload: z.object({ ...alarm, text: z.string() }),
  sentence: '{siteName}报警再次发生:{text}',
})
/** People are told: of a new alarm, again because nobody took it up, or because it climbed. */
export const alarmTold = defineEvent({
  kind: 'monitoring.alarm-told',
  ...parties,
  payload: z.object({
    ...alarm,
    ...recipients,
    text: z.string(),
    advice: z.string(),
    repeat: z.number().int(),
    deadlineAt: z.string(),
    late: z.boolean(),
  }),
  sentence: '报警通知{rungName}:{siteName} {text}',
})
export const alarmAcknowledged = defineEvent({
  kind: 'monitoring.alarm-acknowledged',
  ...parties,
  payload: z.object(alarm),
  sentence: '确认报警“{ruleName}”({siteName})',
})
export const alarmDisposing = defineEvent({
  kind: 'monitoring.alarm-disposing',
  ...parties,
  payload: z.object(alarm),
  sentence: '开始处置报警“{ruleName}”({siteName})',
})
export const alarmEnded = defineEvent({
  kind: 'monitoring.alarm-ended',
  ...parties,
  payload: z.object({ ...alarm, minutes: z.number().int() }),
  sentence: '报警“{ruleName}”({siteName})自行结束',
})
export const alarmClosed = defineEvent({
  kind: 'monitoring.alarm-closed',
  ...parties,
  payload: z.object({ ...alarm, reason: z.string(), reasonName: z.string() }),
  sentence: '关闭报警“{ruleName}”({siteName}):{reasonName}',
})
export const alarmSnoozed = defineEvent({
  kind: 'monitoring.alarm-snoozed',
  ...parties,
  payload: z.object({ ...alarm, until: z.string() }),
  sentence: '报警“{ruleName}”({siteName})暂缓提醒',
})
export const alarmCommented = defineEvent({
  kind: 'monitoring.alarm-commented',
  ...parties,
  payload: z.object(alarm),
  sentence: '评论报警“{ruleName}”({siteName})',
})
/** Not disposed of in time. */
export const alarmOverdue = defineEvent({
  kind: 'monitoring.alarm-overdue',
  ...parties,
  payload: z.object({ ...alarm, ...recipients, deadlineAt: z.string(), late: z.boolean() }),
  sentence: '报警“{ruleName}”({siteName})超过处置期限',
})
export const alarmEvents: readonly EventKind[] = [
  ruleDrafted,
  ruleDiscarded,
  rulePublished,
  ruleRetired,
  alarmRaised,
  alarmReopened,
  alarmTold,
  alarmAcknowledged,
  alarmDisposing,
  alarmEnded,
  alarmClosed,
  alarmSnoozed,
  alarmCommented,
  alarmOverdue,
] as readonly EventKind[]
