/** Calendars, the ladder of escalation, signals: shapes and endpoints. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { certaintySchema } from '../../../kernel/sourced.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'

const officers = { roles: ['clerk', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator'] } as const
const watchers = { roles: ['supervisor', 'administrator'] } as const
const text = (max: number) => z.string().trim().min(1, { error: '请填写内容' }).max(max)

// ------------------------------------------------------------------------------------------------ calendars

export const dayKindSchema = z.enum(['workday', 'weekend', 'holiday', 'makeup-workday'])
export const noticeSchema = z.object({
  year: z.number().int().min(2000).max(2200),
  /** True: derived from the holiday regulation because the notice is not out. */
  provisional: z.boolean().default(false),
  publishedOn: localDateSchema,
  /** The notice: authority, title, number, date. */
  basis: text(400),
  certainty: certaintySchema,
  holidays: z
    .array(z.object({ name: wordsSchema, from: localDateSchema, to: localDateSchema }))
    .min(1, { error: '请至少填写一个假期' })
    .max(30),
  makeupWorkdays: z.array(z.object({ day: localDateSchema, name: wordsSchema })).max(30),
})
export type Notice = z.infer<typeof noticeSchema>

export const dayChangeSchema = z.object({
  day: localDateSchema,
  before: dayKindSchema.nullable(),
  after: dayKindSchema,
})
export const calendarVersionSchema = z.object({
  version: z.string(),
  current: z.boolean(),
  inForceFrom: instantSchema,
  cause: z.string(),
  years: z.array(
    z.object({
      year: z.number().int(),
      provisional: z.boolean(),
      publishedOn: localDateSchema,
      basis: z.string(),
      certainty: certaintySchema,
    }),
  ),
  /** Days that differ from the version before; a whole new year counts its holidays and make-up workdays. */
  changes: z.array(dayChangeSchema),
})
export const movedClockSchema = z.object({
  clockId: idSchema<'clock'>(),
  applicationId: idSchema<'application'>(),
  caseNumber: z.string(),
  projectName: z.string(),
  label: wordsSchema,
  departmentName: z.string(),
  oldDue: localDateSchema.nullable(),
  newDue: localDateSchema.nullable(),
})
export const calendarEffectSchema = z.object({
  openClocks: z.number().int(),
  moved: z.number().int(),
  later: z.number().int(),
  earlier: z.number().int(),
  /** Due days that were provisional and are settled by it. */
  settled: z.number().int(),
  /** The first 200 that move. */
  rows: z.array(movedClockSchema),
  changes: z.array(dayChangeSchema),
  warnings: z.array(wordsSchema),
})
export const calendarProposalSchema = z.object({
  proposalId: idSchema<'calendar-proposal'>(),
  year: z.number().int(),
  state: z.enum(['proposed', 'published', 'rejected']),
  notice: noticeSchema,
  proposedAt: instantSchema,
  proposedBy: z.string(),
  decidedAt: instantSchema.nullable(),
  decidedBy: z.string().nullable(),
  remark: z.string().nullable(),
  /** Clocks that were put under it; null while the recomputation has not ended. */
  moved: z.number().int().nullable(),
  /** Why this reader may not publish or reject it; null = may. */
  mayDecide: wordsSchema.nullable(),
})
export const calendarAlarmSchema = z.object({
  daysLeft: z.number().int(),
  horizon: localDateSchema,
  sentence: wordsSchema,
})
const proposalParams = z.object({ proposalId: idSchema<'calendar-proposal'>() })

export const listCalendars = endpoint({
  id: 'approvals.list-calendars',
  method: 'GET',
  path: '/api/calendars',
  summary: '工作日历的历次版本、来源、差异和待发布的通知',
  access: officers,
  reply: z.object({
    versions: z.array(calendarVersionSchema),
    proposals: z.array(calendarProposalSchema),
    alarm: calendarAlarmSchema.nullable(),
    mayPropose: wordsSchema.nullable(),
  }),
})
export const readCalendarAlarm = endpoint({
  id: 'approvals.read-calendar-alarm',
  method: 'GET',
  path: '/api/calendars/alarm',
  summary: '正式工作日历是否即将用尽',
  access: 'signed-in',
  reply: z.object({ alarm: calendarAlarmSchema.nullable() }),
})
export const previewCalendar = endpoint({
  id: 'approvals.preview-calendar',
  method: 'POST',
  path: '/api/calendars/preview',
  summary: '核对放假通知并预览对在办件到期日的影响,不保存',
  access: watchers,
  body: noticeSchema,
  reply: calendarEffectSchema,
})
export const proposeCalendar = endpoint({
  id: 'approvals.propose-calendar',
  method: 'POST',
  path: '/api/calendars/proposals',
  summary: '载入放假通知,交另一人核对发布',
  access: { roles: ['administrator'] },
  body: noticeSchema,
  reply: calendarProposalSchema,
})
export const decideCalendar = endpoint({
  id: 'approvals.decide-calendar',
  method: 'POST',
  path: '/api/calendars/proposals/:proposalId/decision',
  summary: '核对后发布或退回(须为另一人)',
  access: watchers,
  params: proposalParams,
  body: z.object({ publish: z.boolean(), remark: z.string().trim().max(400).default('') }),
  reply: calendarProposalSchema,
})
export const readCalendarEffect = endpoint({
  id: 'approvals.read-calendar-effect',
  method: 'GET',
  path: '/api/calendars/proposals/:proposalId/effect',
  summary: '待发布通知对在办件到期日的影响',
  access: watchers,
  params: proposalParams,
  reply: calendarEffectSchema,
})
