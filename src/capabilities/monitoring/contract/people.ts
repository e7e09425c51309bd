/**
 * 实名制: who is registered on a site, who came and went, who is there now. Identity numbers are sealed and never leave in
 * clear. Where a worker is or was may be seen only after saying why; the look is logged and open to the worker.
 */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'
import { type Id, idSchema } from '../../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../../kernel/page.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { registrationStates } from '../model/people/states.ts'

export type RegistrationId = Id<'registration'>
export type LookId = Id<'position-look'>
export type SearchId = Id<'worker-search'>

const siteId = idSchema<'site'>()
const workerId = idSchema<'worker'>()
const registrationId = idSchema<'registration'>()
const lookId = idSchema<'position-look'>()
const searchId = idSchema<'worker-search'>()
const deviceId = idSchema<'device'>()
const staff = {
  roles: ['inspector', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator', 'site-manager', 'applicant'],
} as const
const keepers = { roles: ['inspector', 'administrator', 'site-manager'] } as const
const may = wordsSchema.nullable()
const version = z.number().int().min(0)
const purpose = z
  .string()
  .trim()
  .min(4, { error: '请写明查看目的,至少4个字' })
  .max(200, { error: '查看目的不超过200个字' })
const reason = z.string().trim().min(2, { error: '请填写原因,至少2个字' }).max(200)

// ------------------------------------------------------------------------------------------------ shapes

export const workerRowSchema = z.object({
  registrationId,
  workerId,
  siteId,
  name: z.string(),
  /** '510***********12' */
  idNumberMasked: z.string(),
  phoneMasked: z.string().nullable(),
  /** How gates know the worker. */
  workerRef: z.string(),
  organisationId: idSchema<'organisation'>().nullable(),
  organisationName: z.string().nullable(),
  team: z.string(),
  trade: z.string(),
  teamLeader: z.boolean(),
  certificate: z.string(),
  validFrom: localDateSchema,
  validTo: localDateSchema.nullable(),
  leftOn: localDateSchema.nullable(),
  informedOn: localDateSchema,
  state: z.enum(registrationStates),
  /** The tracker that the worker wears. */
  device: z.object({ deviceId, name: z.string(), since: instantSchema }).nullable(),
  /** Inside now, by gate or tracker. */
  present: z.boolean(),
  version,
})
export type WorkerRow = z.infer<typeof workerRowSchema>

export const attendanceRowSchema = z.object({
  eventId: z.string(),
  at: instantSchema,
  direction: z.enum(['in', 'out']),
  method: z.enum(['face', 'card', 'manual']),
  deviceId,
  deviceName: z.string(),
  workerRef: z.string(),
  /** Null: nobody is registered under this number then. */
  workerId: workerId.nullable(),
  name: z.string().nullable(),
  team: z.string().nullable(),
  trade: z.string().nullable(),
  /** The registration held on that day. */
  valid: z.boolean(),
  buffered: z.boolean(),
})
export type AttendanceRow = z.infer<typeof attendanceRowSchema>

const attended = {
  /** Persons who came in that day. */
  people: z.number().int(),
  /** Persons registered and valid that day. */
  registered: z.number().int(),
  /** Sum of hours between coming in and going out; open stays count until now or the end of the day. */
  hours: z.number(),
}
export const daySummarySchema = z.object({
  siteId,
  day: localDateSchema,
  ...attended,
  passages: z.number().int(),
  /** Came in without a registration that holds. */
  unregistered: z.number().int(),
  byTrade: z.array(z.object({ trade: z.string(), ...attended })),
  byTeam: z.array(z.object({ team: z.string(), ...attended })),
  /** People inside at the end of each hour, 24 places; null: not yet. */
  insideByHour: z.array(z.number().int().nullable()),
})
export type DaySummary = z.infer<typeof daySummarySchema>

export const presentRowSchema = z.object({
  workerRef: z.string(),
  workerId: workerId.nullable(),
  name: z.string().nullable(),
  team: z.string().nullable(),
  trade: z.string().nullable(),
  valid: z.boolean(),
  /** Since when, as the gate says; null: only the tracker shows it. */
  since: instantSchema.nullable(),
  by: z.enum(['gate', 'tracker']),
})
export const positionSchema = z.object({
  deviceId,
  kind: z.string(),
  deviceName: z.string(),
  workerId: workerId.nullable(),
  name: z.string().nullable(),
  team: z.string().nullable(),
  trade: z.string().nullable(),
  at: instantSchema,
  lon: z.number(),
  lat: z.number(),
  floor: z.number().int().nullable(),
  accuracyM: z.number().nullable(),
  /** Zones that it lies in. */
  zoneIds: z.array(idSchema<'zone'>()),
})
export type PositionView = z.infer<typeof positionSchema>
export const lookSchema = z.object({
  lookId,
  siteId,
  siteName: z.string(),
  /** Null: a look at everybody on the site. */
  workerId: workerId.nullable(),
  lookedBy: z.string(),
  purpose: z.string(),
  /** The period of a track; null: where people are now. */
  from: instantSchema.nullable(),
  to: instantSchema.nullable(),
  at: instantSchema,
  lastAt: instantSchema,
  shown: z.number().int(),
})
export type LookView = z.infer<typeof lookSchema>

// ------------------------------------------------------------------------------------------------ workers

const onSite = z.object({ siteId })
const onWorker = z.object({ siteId, registrationId })
const describing = {
  workerRef: z
    .string()
    .trim()
    .min(1, { error: '请填写门禁人员编号或卡号' })
    .max(64)
    .refine((text) => !/^\d{17}[\dXx]$/.test(text), { error: '门禁编号不能使用身份证号码,请用卡号或工号' }),
  organisationId: idSchema<'organisation'>().nullable().default(null),
  team: z.string().trim().min(1, { error: '请填写班组' }).max(40),
  trade: z.string().trim().min(1, { error: '请填写工种' }).max(40),
  teamLeader: z.boolean().default(false),
  /** Number of the certificate of a special trade. */
  certificate: z.string().trim().max(60).default(''),
  validFrom: localDateSchema,
  validTo: localDateSchema.nullable().default(null),
}
export const listWorkers = endpoint({
  id: 'monitoring.list-workers',
  method: 'GET',
  path: '/api/sites/:siteId/workers',
  summary: '实名登记人员',
  access: staff,
  params: onSite,
  query: z.object({
    ...pageQuery,
    state: z.enum(registrationStates).optional(),
    team: z.string().trim().max(40).optional(),
    trade: z.string().trim().max(40).optional(),
    /** In name or number at the gate. */
    text: z.string().trim().max(60).optional(),
  }),
  reply: pageSchema(workerRowSchema).extend({
    counts: z.object({
      valid: z.number().int(),
      expired: z.number().int(),
      planned: z.number().int(),
      left: z.number().int(),
    }),
    teams: z.array(z.string()),
    trades: z.array(z.string()),
    may: z.object({ keep: may }),
  }),
})
export const registerWorker = endpoint({
  id: 'monitoring.register-worker',
  method: 'POST',
  path: '/api/sites/:siteId/workers',
  summary: '实名登记(证件号码加密保存,不再显示)',
  access: keepers,
  params: onSite,
  body: z.object({
    name: z.string().trim().min(2, { error: '请填写姓名' }).max(40),
    idNumber: z.string().trim().min(15, { error: '请填写证件号码' }).max(24),
    phone: z.string().trim().max(20).nullable().default(null),
    ...describing,
    /** The worker was told what is kept, why and how long. */
    informed: z.literal(true, { error: '请先向工人告知个人信息处理事项' }),
  }),
  reply: workerRowSchema,
})
export const changeRegistration = endpoint({
  id: 'monitoring.change-registration',
  method: 'PUT',
  path: '/api/sites/:siteId/workers/:registrationId',
  summary: '修改班组、工种、有效期和门禁编号',
  access: keepers,
  params: onWorker,
  body: z.object({ version, ...describing }),
  reply: workerRowSchema,
})
export const leaveSite = endpoint({
  id: 'monitoring.leave-site',
  method: 'POST',
  path: '/api/sites/:siteId/workers/:registrationId/leaving',
  summary: '退场登记',
  access: keepers,
  params: onWorker,
  body: z.object({ version, leftOn: localDateSchema, reason }),
  reply: workerRowSchema,
})
export const bindTracker = endpoint({
  id: 'monitoring.bind-tracker',
  method: 'POST',
  path: '/api/sites/:siteId/workers/:registrationId/tracker',
  summary: '佩戴或归还定位终端',
  access: keepers,
  params: onWorker,
  body: z.object({ version, deviceId: deviceId.nullable() }),
  reply: workerRowSchema,
})
export const findWorker = endpoint({
  id: 'monitoring.find-worker',
  method: 'POST',
  path: '/api/workers/search',
  summary: '按证件号码查找登记记录(密文比对,留痕)',
  access: { roles: ['inspector', 'administrator'] },
  body: z.object({ idNumber: z.string().trim().min(15).max(24), purpose }),
  reply: z.object({ rows: z.array(workerRowSchema.extend({ siteName: z.string() })) }),
  perMinute: 20,
})

export const searchSchema = z.object({
  searchId,
  at: instantSchema,
  by: z.string(),
  purpose: z.string(),
  /** Registrations that were found. */
  found: z.number().int(),
})
export type SearchView = z.infer<typeof searchSchema>
export const listWorkerSearches = endpoint({
  id: 'monitoring.list-worker-searches',
  method: 'GET',
  path: '/api/workers/searches',
  summary: '按证件号码查找的记录:本人的;系统管理员看全部',
  access: { roles: ['inspector', 'administrator'] },
  query: z.object({ ...pageQuery }),
  reply: pageSchema(searchSchema),
})

// ------------------------------------------------------------------------------------------------ attendance

export const listAttendance = endpoint({
  id: 'monitoring.list-attendance',
  method: 'GET',
  path: '/api/sites/:siteId/attendance',
  summary: '一天的进出记录,最近的在前',
  access: staff,
  params: onSite,
  query: z.object({
    ...pageQuery,
    /** Absent: today. */
    day: localDateSchema.optional(),
    /** 'true': only those without a registration that holds. */
    unregistered: z.stringbool().default(false),
  }),
  reply: pageSchema(attendanceRowSchema),
})
export const attendanceDay = endpoint({
  id: 'monitoring.attendance-day',
  method: 'GET',
  path: '/api/sites/:siteId/attendance/day',
  summary: '出勤日汇总:按工种、班组',
  access: staff,
  params: onSite,
  query: z.object({ day: localDateSchema.optional() }),
  reply: daySummarySchema,
})
export const whoIsPresent = endpoint({
  id: 'monitoring.who-is-present',
  method: 'GET',
  path: '/api/sites/:siteId/present',
  summary: '现在在场人员(不含位置)',
  access: staff,
  params: onSite,
  reply: z.object({ at: instantSchema, people: z.number().int(), rows: z.array(presentRowSchema) }),
})

// ------------------------------------------------------------------------------------------------ positions

export const beginLook = endpoint({
  id: 'monitoring.begin-look',
  method: 'POST',
  path: '/api/sites/:siteId/position-looks',
  summary: '说明目的后查看人员位置(30分钟有效,记录在案,工人可查)',
  access: staff,
  params: onSite,
  body: z.object({
    purpose,
    /** Absent: where everybody on the site is now. Given: the track of one worker. */
    registrationId: registrationId.nullable().default(null),
    from: instantSchema.nullable().default(null),
    to: instantSchema.nullable().default(null),
  }),
  reply: z.object({ lookId, until: instantSchema }),
})
export const positionsNow = endpoint({
  id: 'monitoring.positions-now',
  method: 'GET',
  path: '/api/sites/:siteId/positions',
  summary: '现在的人员和车辆位置(须先说明目的)',
  access: staff,
  params: onSite,
  query: z.object({ lookId }),
  reply: z.object({ at: instantSchema, rows: z.array(positionSchema) }),
  perMinute: 60,
})
export const workerTrack = endpoint({
  id: 'monitoring.worker-track',
  method: 'GET',
  path: '/api/sites/:siteId/track',
  summary: '一名工人在所说明时段内的轨迹(须先说明目的)',
  access: staff,
  params: onSite,
  query: z.object({ lookId }),
  reply: z.object({
    workerId,
    name: z.string(),
    from: instantSchema,
    to: instantSchema,
    points: z.array(
      z.object({
        at: instantSchema,
        lon: z.number(),
        lat: z.number(),
        floor: z.number().int().nullable(),
        accuracyM: z.number().nullable(),
      }),
    ),
    /** True: there was more than one answer holds. */
    truncated: z.boolean(),
    attendance: z.array(z.object({ at: instantSchema, direction: z.enum(['in', 'out']), deviceName: z.string() })),
  }),
})
export const listLooks = endpoint({
  id: 'monitoring.list-looks',
  method: 'GET',
  path: '/api/sites/:siteId/workers/:registrationId/looks',
  summary: '谁在何时为何查看过这名工人的位置',
  access: 'signed-in',
  params: onWorker,
  reply: z.object({ rows: z.array(lookSchema) }),
})
/** For workers with an account of the same phone number. */
export const myRecord = endpoint({
  id: 'monitoring.my-record',
  method: 'GET',
  path: '/api/workers/me',
  summary: '我的实名登记、出勤,以及谁查看过我的位置、按证件号码查找过我',
  access: 'signed-in',
  reply: z.object({
    registrations: z.array(workerRowSchema.extend({ siteName: z.string() })),
    attendance: z.array(
      z.object({ siteName: z.string(), at: instantSchema, direction: z.enum(['in', 'out']), method: z.string() }),
    ),
    looks: z.array(lookSchema),
    /** Who looked for me by the number of my identity card. */
    searches: z.array(searchSchema.omit({ found: true })),
    /** What is kept of positions, for how long and why. */
    notice: z.string(),
  }),
})

// ------------------------------------------------------------------------------------------------ events

const about = { siteId: z.string(), siteName: z.string(), registrationId: z.string() }
const parties = { version: 1, visibility: 'parties' } as const
const internal = { version: 1, visibility: 'internal' } as const
/** The name stands with the personal data of the entry. */
export const workerRegistered = defineEvent({
  kind: 'monitoring.worker-registered',
  ...parties,
  payload: z.object({ ...about, team: z.string(), trade: z.string() }),
  sentence: '{siteName}实名登记一名{trade}({team})',
})
export const registrationChanged = defineEvent({
  kind: 'monitoring.registration-changed',
  ...parties,
  payload: z.object({ ...about, changed: z.array(z.string()) }),
  sentence: '{siteName}修改一项实名登记',
})
export const workerLeft = defineEvent({
  kind: 'monitoring.worker-left',
  ...parties,
  payload: z.object({ ...about, leftOn: z.string() }),
  sentence: '{siteName}一名工人退场',
})
export const trackerBound = defineEvent({
  kind: 'monitoring.tracker-bound',
  ...parties,
  payload: z.object({ ...about, deviceId: z.string(), what: z.enum(['worn', 'returned']), whatName: z.string() }),
  sentence: '{siteName}定位终端{whatName}',
})
export const positionsLookedAt = defineEvent({
  kind: 'monitoring.positions-looked-at',
  ...internal,
  payload: z.object({
    siteId: z.string(),
    siteName: z.string(),
    lookId: z.string(),
    scope: z.enum(['site', 'worker']),
    scopeName: z.string(),
    purpose: z.string(),
  }),
  sentence: '查看{siteName}{scopeName}位置:{purpose}',
})
export const workerSearched = defineEvent({
  kind: 'monitoring.worker-searched',
  ...internal,
  payload: z.object({ purpose: z.string(), found: z.number().int() }),
  sentence: '按证件号码查找实名登记:{purpose}',
})
export const peopleEvents: readonly EventKind[] = [
  workerRegistered,
  registrationChanged,
  workerLeft,
  trackerBound,
  positionsLookedAt,
  workerSearched,
] as readonly EventKind[]
