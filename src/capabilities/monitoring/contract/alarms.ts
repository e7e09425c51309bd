/**
 * 报警: raised by rules, at most one active for a device and a rule; acknowledged, disposed of and closed by people, or ended
 * by itself when what it was about is over. One that is not taken up climbs from the site to the district.
 */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { type Id, idSchema } from '../../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../../kernel/page.ts'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { alarmStates, closeReasons, rungs } from '../model/alarms/states.ts'
import { ruleKinds, type Severity, severitySchema } from '../model/rules/definition.ts'
import { commandSchema } from './commands.ts'
import { pictureSchema } from './devices.ts'

export type AlarmId = Id<'alarm'>

const may = wordsSchema.nullable()
const staff = {
  roles: ['inspector', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator', 'site-manager', 'applicant'],
} as const

// ------------------------------------------------------------------------------------------ shapes

/** Why it was raised: what was measured, against which limit on what ground. */
export const evidenceSchema = z.object({
  kind: z.enum(ruleKinds),
  metric: z.string().nullable(),
  unit: z.string().nullable(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  limitId: z.string().nullable(),
  source: sourceSchema.nullable(),
  /** 'all', 'day', 'night' of the limit. */
  window: z.string().nullable(),
  /** One sentence for people. */
  text: z.string(),
  /** The last values before it, oldest first. */
  samples: z.array(z.object({ at: instantSchema, value: z.number() })),
  /** What else the condition or the device says: zone, code, score. */
  more: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
})
export type Evidence = z.infer<typeof evidenceSchema>

export const alarmRowSchema = z.object({
  alarmId: idSchema<'alarm'>(),
  siteId: idSchema<'site'>(),
  siteName: z.string(),
  /** Null: an incident of the whole site. */
  deviceId: idSchema<'device'>().nullable(),
  deviceName: z.string().nullable(),
  ruleKey: z.string(),
  ruleVersion: z.number().int(),
  ruleName: wordsSchema,
  severity: severitySchema,
  state: z.enum(alarmStates),
  /** Neither closed nor ended by itself. */
  active: z.boolean(),
  occurredAt: instantSchema,
  openedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  closedAt: instantSchema.nullable(),
  deadlineAt: instantSchema.nullable(),
  overdue: z.boolean(),
  escalation: z.enum(rungs),
  snoozedUntil: instantSchema.nullable(),
  /** The incident into which it was folded. */
  incidentId: idSchema<'alarm'>().nullable(),
  /** Of an incident: how many alarms it holds. */
  folded: z.number().int(),
  /** How often it came again before it was over. */
  repeats: z.number().int(),
  text: z.string(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.string().nullable(),
  /** A figure or source behind it is 待核. */
  unverified: z.boolean(),
  order: z.object({ orderId: z.string(), number: z.string() }).nullable(),
  version: z.number().int(),
})
export type AlarmRow = z.infer<typeof alarmRowSchema>

export const alarmSchema = alarmRowSchema.extend({
  projectId: idSchema<'project'>(),
  projectName: z.string(),
  advice: wordsSchema,
  evidence: evidenceSchema,
  acknowledgedAt: instantSchema.nullable(),
  acknowledgedBy: z.string().nullable(),
  disposingAt: instantSchema.nullable(),
  disposingBy: z.string().nullable(),
  closedBy: z.string().nullable(),
  reason: z.enum(closeReasons).nullable(),
  reasonText: z.string(),
  comments: z.array(z.object({ at: instantSchema, by: z.string(), text: z.string() })),
  /** Who was told when, by rung. */
  told: z.array(
    z.object({ at: instantSchema, rung: z.enum(rungs), repeat: z.number().int(), whom: z.string(), late: z.boolean() }),
  ),
  incident: z.array(alarmRowSchema),
  /** Taken by the device with the alarm or about it. */
  pictures: z.array(pictureSchema),
  /** Orders that it gave to linked devices. */
  commands: z.array(commandSchema),
  may: z.object({ acknowledge: may, dispose: may, close: may, snooze: may, comment: may, order: may }),
})
export type AlarmView = z.infer<typeof alarmSchema>

// ------------------------------------------------------------------------------------------ endpoints

const params = z.object({ alarmId: idSchema<'alarm'>() })
const version = z.number().int().min(0)
const text = (max: number) => z.string().trim().max(max)
/** '1,2' in an address. */
const listed = <T>(one: z.ZodType<T, string>) =>
  z
    .string()
    .max(400)
    .transform((value) => value.split(',').filter((part) => part !== ''))
    .pipe(z.array(one).max(20))

export const listAlarms = endpoint({
  id: 'monitoring.list-alarms',
  method: 'GET',
  path: '/api/monitoring/alarms',
  summary: '报警:按工地、设备、规则、级别、状态和时间',
  access: staff,
  query: z.object({
    ...pageQuery,
    siteId: idSchema<'site'>().optional(),
    deviceId: idSchema<'device'>().optional(),
    projectId: idSchema<'project'>().optional(),
    ruleKey: z.string().max(60).optional(),
    severity: listed(z.enum(['1', '2', '3', '4']).transform((digit) => Number(digit) as Severity)).optional(),
    state: listed(z.enum(alarmStates)).optional(),
    active: z.stringbool().optional(),
    overdue: z.stringbool().optional(),
    /** Without those that an incident holds. */
    unfolded: z.stringbool().optional(),
    from: instantSchema.optional(),
    to: instantSchema.optional(),
  }),
  reply: pageSchema(alarmRowSchema).extend({
    counts: z.object({
      active: z.number().int(),
      open: z.number().int(),
      overdue: z.number().int(),
      severe: z.number().int(),
    }),
  }),
})
export const readAlarm = endpoint({
  id: 'monitoring.read-alarm',
  method: 'GET',
  path: '/api/monitoring/alarms/:alarmId',
  summary: '一条报警:证据、经过、通知和评论',
  access: staff,
  params,
  reply: alarmSchema,
})
export const readAlarmPicture = endpoint({
  id: 'monitoring.read-alarm-picture',
  method: 'GET',
  path: '/api/monitoring/alarms/:alarmId/pictures/:sha256',
  summary: '报警的一张照片(JPEG)',
  access: staff,
  params: params.extend({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  reply: z.unknown(),
  produces: 'image/jpeg',
})
export const acknowledgeAlarm = endpoint({
  id: 'monitoring.acknowledge-alarm',
  method: 'POST',
  path: '/api/monitoring/alarms/:alarmId/acknowledgement',
  summary: '确认报警:不再反复提醒',
  access: staff,
  params,
  body: z.object({ version, note: text(500).default('') }),
  reply: alarmSchema,
})
export const disposeAlarm = endpoint({
  id: 'monitoring.dispose-alarm',
  method: 'POST',
  path: '/api/monitoring/alarms/:alarmId/disposal',
  summary: '开始处置',
  access: staff,
  params,
  body: z.object({ version, note: text(500).default('') }),
  reply: alarmSchema,
})
export const closeAlarm = endpoint({
  id: 'monitoring.close-alarm',
  method: 'POST',
  path: '/api/monitoring/alarms/:alarmId/closing',
  summary: '关闭报警,写明原因',
  access: staff,
  params,
  body: z.object({
    version,
    reason: z.enum(closeReasons),
    text: text(1000).min(2, { error: '请写明处置情况' }),
  }),
  reply: alarmSchema,
})
export const snoozeAlarm = endpoint({
  id: 'monitoring.snooze-alarm',
  method: 'POST',
  path: '/api/monitoring/alarms/:alarmId/snooze',
  summary: '暂缓提醒一段时间;0 分钟为取消暂缓',
  access: staff,
  params,
  body: z.object({
    version,
    minutes: z.number().int().min(0).max(1440),
    reason: text(300).min(2, { error: '请写明暂缓原因' }),
  }),
  reply: alarmSchema,
})
export const commentAlarm = endpoint({
  id: 'monitoring.comment-alarm',
  method: 'POST',
  path: '/api/monitoring/alarms/:alarmId/comments',
  summary: '评论报警',
  access: staff,
  params,
  body: z.object({ text: text(1000).min(1, { error: '请填写内容' }) }),
  reply: alarmSchema,
  idempotent: true,
})
/** Of the alarms raised in the period. */
const counted = {
  /** Closed by somebody; false alarms are a share of these. */
  closed: z.number().int(),
  falseAlarms: z.number().int(),
  overdue: z.number().int(),
  /** Medians from the alarm on, in minutes; null where there is none. */
  acknowledgeMinutes: z.number().nullable(),
  disposeMinutes: z.number().nullable(),
}
export const alarmStatistics = endpoint({
  id: 'monitoring.alarm-statistics',
  method: 'GET',
  path: '/api/monitoring/alarm-statistics',
  summary: '报警统计:按规则和工地的数量、误报、确认和处置用时、超期、逐级上报',
  access: staff,
  query: z.object({
    from: localDateSchema,
    to: localDateSchema,
    siteId: idSchema<'site'>().optional(),
    projectId: idSchema<'project'>().optional(),
  }),
  reply: z.object({
    total: z.number().int(),
    ...counted,
    escalated: z.number().int(),
    closeMinutes: z.number().nullable(),
    perDay: z.array(z.object({ day: localDateSchema, severity: severitySchema, alarms: z.number().int() })),
    perRule: z.array(z.object({ ruleKey: z.string(), ruleName: wordsSchema, alarms: z.number().int(), ...counted })),
    perSite: z.array(
      z.object({
        siteId: idSchema<'site'>(),
        siteName: z.string(),
        alarms: z.number().int(),
        severe: z.number().int(),
        ...counted,
      }),
    ),
  }),
})
export type AlarmStatistics = z.infer<typeof alarmStatistics.reply>
