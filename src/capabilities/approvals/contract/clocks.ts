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

// ------------------------------------------------------------------------------------------------ ladder

export const ladderLevelSchema = z.enum(['person', 'head', 'supervisor'])
/** The last rung that spoke about a clock. */
export const escalationMarkSchema = z.object({
  code: z.string(),
  name: wordsSchema,
  level: ladderLevelSchema,
  at: instantSchema,
  /** Fired well after its time. */
  late: z.boolean(),
})
export const escalationRowSchema = z.object({
  clockId: idSchema<'clock'>(),
  applicationId: idSchema<'application'>(),
  caseNumber: z.string(),
  projectName: z.string(),
  label: wordsSchema,
  department: z.string(),
  departmentName: z.string(),
  /** Who had it in hand; null where nobody had. */
  person: z.string().nullable(),
  due: localDateSchema,
  open: z.boolean(),
  mark: escalationMarkSchema,
})
export const listEscalations = endpoint({
  id: 'approvals.list-escalations',
  method: 'GET',
  path: '/api/escalations',
  summary: '逐级催办记录(本人、本部门或全部),最新在前',
  access: officers,
  query: z.object({
    level: ladderLevelSchema.optional(),
    /** Only those whose clock still runs towards the same due day, or all. */
    show: z.enum(['open', 'all']).default('open'),
    after: z.string().max(400).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({
    rows: z.array(escalationRowSchema),
    next: z.string().nullable(),
    ladder: z.object({
      version: z.string(),
      basis: z.string(),
      certainty: certaintySchema,
      rungs: z.array(
        z.object({ code: z.string(), offset: z.number().int(), level: ladderLevelSchema, name: wordsSchema }),
      ),
    }),
  }),
})

// ------------------------------------------------------------------------------------------------ signals

export const signalStateSchema = z.enum(['new', 'looked-at', 'explained', 'confirmed'])
export const signalCodeSchema = z.enum(['pause-near-due', 'correction-last-day', 'refiled', 'backdated', 'burst'])
export const signalRowSchema = z.object({
  signalId: idSchema<'signal'>(),
  rule: signalCodeSchema,
  ruleName: wordsSchema,
  rulesVersion: z.string(),
  department: z.string(),
  departmentName: z.string(),
  applicationId: idSchema<'application'>().nullable(),
  caseNumber: z.string(),
  occurredAt: instantSchema,
  raisedAt: instantSchema,
  /** What was noticed, in a sentence. */
  sentence: wordsSchema,
  evidence: z.array(
    z.object({ applicationId: idSchema<'application'>(), caseNumber: z.string(), what: z.string(), at: instantSchema }),
  ),
  state: signalStateSchema,
  note: z.string().nullable(),
  version: z.number().int(),
  changedAt: instantSchema.nullable(),
  changedBy: z.string().nullable(),
  may: z.record(z.string(), wordsSchema.nullable()),
})
export const listSignals = endpoint({
  id: 'approvals.list-signals',
  method: 'GET',
  path: '/api/signals',
  summary: '异常提示:供人工核查,不自动处理',
  access: { roles: ['supervisor', 'administrator', 'lead', 'approver'] },
  query: z.object({
    state: signalStateSchema.optional(),
    rule: signalCodeSchema.optional(),
    after: z.string().max(400).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({
    rows: z.array(signalRowSchema),
    next: z.string().nullable(),
    counts: z.object({ new: z.number(), 'looked-at': z.number(), explained: z.number(), confirmed: z.number() }),
    rules: z.object({
      version: z.string(),
      basis: z.string(),
      certainty: certaintySchema,
      list: z.array(z.object({ code: signalCodeSchema, name: wordsSchema })),
    }),
  }),
})
export const moveSignal = endpoint({
  id: 'approvals.move-signal',
  method: 'POST',
  path: '/api/signals/:signalId/state',
  summary: '登记核查情况:已查看、已说明、已核实',
  access: { roles: ['supervisor', 'lead', 'approver'] },
  params: z.object({ signalId: idSchema<'signal'>() }),
  body: z.object({
    version: z.number().int().min(0),
    state: z.enum(['looked-at', 'explained', 'confirmed']),
    note: z.string().trim().max(2000).default(''),
  }),
  reply: signalRowSchema,
})
