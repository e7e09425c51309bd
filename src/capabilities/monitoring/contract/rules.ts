/**
 * 监测规则: versions of rules, the limits that they stand on, and what a draft would have raised over data of the past.
 *
 * A rule has a key and versions: at most one *draft* and one *published*; the others are *retired*.
 */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { type Id, idSchema } from '../../../kernel/identity.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { definitionSchema, ruleKeySchema, ruleKinds, severitySchema } from '../model/rules/definition.ts'
import { limitRowSchema, limitSchema, templateSchema } from '../model/rules/limits.ts'
import { ruleStates } from '../model/rules/states.ts'

export type BacktestId = Id<'backtest'>

const may = wordsSchema.nullable()
const authorities = {
  roles: ['inspector', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator'],
} as const
const editors = { roles: ['inspector', 'lead', 'approver', 'administrator'] } as const
const publishers = { roles: ['lead', 'approver', 'administrator'] } as const

// ------------------------------------------------------------------------------------------ shapes

/** A limit as it holds on the day of reading. `unverified`: shown as 待核. */
export const limitViewSchema = limitSchema.extend({ current: z.array(limitRowSchema), unverified: z.boolean() })
export type LimitView = z.infer<typeof limitViewSchema>

export const ruleVersionSchema = z.object({
  version: z.number().int(),
  state: z.enum(ruleStates),
  definition: definitionSchema,
  /** Counts edits of a draft: sent back with the next one. */
  revision: z.number().int(),
  createdAt: instantSchema,
  /** Null: the system, from a template. */
  createdBy: z.string().nullable(),
  publishedAt: instantSchema.nullable(),
  publishedBy: z.string().nullable(),
  retiredAt: instantSchema.nullable(),
  retiredBy: z.string().nullable(),
  retireReason: z.string(),
  /** The limit that it names, and whether any figure or source of it is 待核. */
  limit: limitViewSchema.nullable(),
  unverified: z.boolean(),
})
export type RuleVersionView = z.infer<typeof ruleVersionSchema>

export const ruleRowSchema = z.object({
  key: z.string(),
  name: wordsSchema,
  kind: z.enum(ruleKinds),
  severity: severitySchema,
  published: z.number().int().nullable(),
  draft: z.number().int().nullable(),
  versions: z.number().int(),
  activeAlarms: z.number().int(),
  /** Alarms of the last 30 days, and those of them that were closed as false. */
  alarms30: z.number().int(),
  false30: z.number().int(),
  unverified: z.boolean(),
})
export type RuleRow = z.infer<typeof ruleRowSchema>

export const ruleSchema = z.object({
  key: z.string(),
  /** Newest first. */
  versions: z.array(ruleVersionSchema),
  may: z.object({ edit: may, publish: may, retire: may, discard: may, backtest: may }),
})
export type RuleView = z.infer<typeof ruleSchema>

export const backtestStates = ['queued', 'running', 'done', 'failed'] as const
export const backtestAlarmSchema = z.object({
  siteId: idSchema<'site'>(),
  siteName: z.string(),
  deviceId: idSchema<'device'>(),
  deviceName: z.string(),
  /** When it began to be so, when it would have been raised, and when it would have ended by itself. */
  occurredAt: instantSchema,
  raisedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  metric: z.string().nullable(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  peak: z.number().nullable(),
  /** Values around the moment: for a small chart. */
  samples: z.array(z.object({ at: instantSchema, value: z.number() })),
})
export type BacktestAlarm = z.infer<typeof backtestAlarmSchema>
export const backtestSchema = z.object({
  backtestId: idSchema<'backtest'>(),
  key: z.string(),
  version: z.number().int(),
  from: instantSchema,
  to: instantSchema,
  siteIds: z.array(idSchema<'site'>()),
  state: z.enum(backtestStates),
  /** Devices done and in all. */
  done: z.number().int(),
  total: z.number().int(),
  askedAt: instantSchema,
  askedBy: z.string().nullable(),
  finishedAt: instantSchema.nullable(),
  problem: z.string().nullable(),
  reports: z.number().int(),
  /** Alarms in all, of how many devices, on how many days, and how long they lasted together. */
  alarms: z.number().int(),
  devices: z.number().int(),
  days: z.number().int(),
  activeMinutes: z.number(),
  perDay: z.array(z.object({ day: localDateSchema, alarms: z.number().int() })),
  perDevice: z.array(
    z.object({
      deviceId: idSchema<'device'>(),
      deviceName: z.string(),
      siteName: z.string(),
      alarms: z.number().int(),
    }),
  ),
  /** The first 500. */
  rows: z.array(backtestAlarmSchema),
  /** The same over what the published version really raised in this time; null: none is published. */
  published: z.object({ alarms: z.number().int() }).nullable(),
})
export type BacktestView = z.infer<typeof backtestSchema>

// ------------------------------------------------------------------------------------------ endpoints

const keyParams = z.object({ ruleKey: ruleKeySchema })
const revision = z.number().int().min(0)

export const listRules = endpoint({
  id: 'monitoring.list-rules',
  method: 'GET',
  path: '/api/monitoring/rules',
  summary: '监测规则:已发布、草稿、近三十日报警和误报',
  access: authorities,
  query: z.object({
    state: z.enum(ruleStates).optional(),
    kind: z.enum(ruleKinds as [string, ...string[]]).optional(),
    search: z.string().trim().max(60).optional(),
  }),
  reply: z.object({ rows: z.array(ruleRowSchema), may: z.object({ create: may }) }),
})
export const readRule = endpoint({
  id: 'monitoring.read-rule',
  method: 'GET',
  path: '/api/monitoring/rules/:ruleKey',
  summary: '一条监测规则的各个版本',
  access: authorities,
  params: keyParams,
  reply: ruleSchema,
})
export const createRule = endpoint({
  id: 'monitoring.create-rule',
  method: 'POST',
  path: '/api/monitoring/rules',
  summary: '新建监测规则(草稿)',
  access: editors,
  body: z.object({ key: ruleKeySchema, definition: definitionSchema }),
  reply: ruleSchema,
  idempotent: true,
})
/** Makes the draft of a rule where there is none (`revision` 0), else changes it. */
export const saveRuleDraft = endpoint({
  id: 'monitoring.save-rule-draft',
  method: 'PUT',
  path: '/api/monitoring/rules/:ruleKey/draft',
  summary: '修改规则草稿;没有草稿的,另起新版本',
  access: editors,
  params: keyParams,
  body: z.object({ revision, definition: definitionSchema }),
  reply: ruleSchema,
})
export const discardRuleDraft = endpoint({
  id: 'monitoring.discard-rule-draft',
  method: 'DELETE',
  path: '/api/monitoring/rules/:ruleKey/draft',
  summary: '放弃规则草稿',
  access: editors,
  params: keyParams,
  reply: z.object({ rule: ruleSchema.nullable() }),
})
export const publishRule = endpoint({
  id: 'monitoring.publish-rule',
  method: 'POST',
  path: '/api/monitoring/rules/:ruleKey/publication',
  summary: '发布规则草稿:立即生效,旧版本停用',
  access: publishers,
  params: keyParams,
  body: z.object({ revision, note: z.string().trim().max(500).default('') }),
  reply: ruleSchema,
})
export const retireRule = endpoint({
  id: 'monitoring.retire-rule',
  method: 'POST',
  path: '/api/monitoring/rules/:ruleKey/retirement',
  summary: '停用规则:不再报警,未了的报警随之结束',
  access: publishers,
  params: keyParams,
  body: z.object({ reason: z.string().trim().min(2, { error: '请写明停用原因' }).max(500) }),
  reply: ruleSchema,
})
export const listRuleTemplates = endpoint({
  id: 'monitoring.list-rule-templates',
  method: 'GET',
  path: '/api/monitoring/rule-templates',
  summary: '规则模板',
  access: authorities,
  reply: z.object({ rows: z.array(templateSchema.extend({ unverified: z.boolean(), used: z.boolean() })) }),
})
export const listLimits = endpoint({
  id: 'monitoring.list-limits',
  method: 'GET',
  path: '/api/monitoring/limits',
  summary: '限值:指标、统计口径、昼夜、地区、依据和有效期',
  access: 'signed-in',
  query: z.object({ on: localDateSchema.optional(), metric: z.string().max(40).optional() }),
  reply: z.object({
    rows: z.array(limitViewSchema),
    night: z.object({ from: z.string(), to: z.string() }),
    codeSets: z.array(z.object({ id: z.string(), name: wordsSchema, codes: z.number().int() })),
  }),
})
/** Runs as a job; `readBacktest` tells how far it is. At most 31 days. */
export const startBacktest = endpoint({
  id: 'monitoring.start-backtest',
  method: 'POST',
  path: '/api/monitoring/rules/:ruleKey/backtests',
  summary: '用过去的数据试算规则的一个版本',
  access: editors,
  params: keyParams,
  body: z.object({
    version: z.number().int().min(1),
    from: instantSchema,
    to: instantSchema,
    siteIds: z.array(idSchema<'site'>()).max(500).default([]),
  }),
  reply: backtestSchema,
  idempotent: true,
})
export const readBacktest = endpoint({
  id: 'monitoring.read-backtest',
  method: 'GET',
  path: '/api/monitoring/backtests/:backtestId',
  summary: '试算的进度和结果',
  access: authorities,
  params: z.object({ backtestId: idSchema<'backtest'>() }),
  reply: backtestSchema,
})
export const listBacktests = endpoint({
  id: 'monitoring.list-backtests',
  method: 'GET',
  path: '/api/monitoring/rules/:ruleKey/backtests',
  summary: '一条规则最近的试算',
  access: authorities,
  params: keyParams,
  reply: z.object({ rows: z.array(backtestSchema.omit({ rows: true, perDay: true, perDevice: true })) }),
})
