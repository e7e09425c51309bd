/**
 * 工地: where a project is being built. Its fence and working hours say what may be kept of people's positions; its zones,
 * floors and plans say where they are; its contacts say whom to ring.
 */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'
import { type Id, idSchema } from '../../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../../kernel/page.ts'
import { instantSchema, localDateSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { rungs } from '../model/alarms/states.ts'
import { levels } from '../model/sites/figures.ts'
import { workingHoursSchema } from '../model/sites/hours.ts'
import { planBoundsSchema, polygonSchema } from '../model/sites/shapes.ts'
import { siteStates, zoneKinds } from '../model/sites/words.ts'

export type ZoneId = Id<'zone'>

const siteId = idSchema<'site'>()
const zoneId = idSchema<'zone'>()
const staff = {
  roles: ['inspector', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator', 'site-manager', 'applicant'],
} as const
const keepers = { roles: ['inspector', 'administrator', 'site-manager'] } as const
const operators = { roles: ['inspector', 'administrator'] } as const
const may = wordsSchema.nullable()
const version = z.number().int().min(0)
const because = z.string().trim().min(2, { error: '请填写理由,至少2个字' }).max(200, { error: '理由不超过200个字' })
const lonLat = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
const floorNumber = z.number().int().min(-20).max(200)

// ------------------------------------------------------------------------------------------------ shapes

export const floorSchema = z.object({
  /** 1 = ground floor, -1 = first basement; 0 is not a floor but the plan of the whole site. */
  floor: floorNumber.refine((value) => value !== 0, { error: '楼层从 1 或 -1 起' }),
  name: z.string().trim().min(1, { error: '请填写楼层名称' }).max(40),
  /** Of its floor, m above the reference of the site; null: not known. */
  elevationM: z.number().min(-200).max(1000).nullable().default(null),
})
export type Floor = z.infer<typeof floorSchema>

/** A newest value beside its limit. */
export const figureSchema = z.object({
  /** 'pm10', 'noise', 'wind-speed'. */
  metric: z.string(),
  name: wordsSchema,
  unit: z.string(),
  value: z.number(),
  at: instantSchema,
  deviceId: idSchema<'device'>(),
  /** The limit in force now; null: none is set for this hour. */
  limit: z.number().nullable(),
  warning: z.number().nullable(),
  /** ok · near: above the warning · over: above the limit · stale: too old to say · unknown: no limit. */
  level: z.enum(levels),
  /** The limit is 待核. */
  unverified: z.boolean(),
  /** How the limit is meant: 'mean' of 60 minutes, 'momentary' … The newest value only hints at it. */
  statistic: z.string(),
})
export type SiteFigure = z.infer<typeof figureSchema>

const liveShape = {
  siteId,
  /** People inside now by gates and trackers. */
  people: z.number().int(),
  figures: z.array(figureSchema),
  /** Worst level of its figures. */
  level: z.enum(levels),
  /** Active alarms by severity 1 to 4. */
  alarms: z.object({ 1: z.number().int(), 2: z.number().int(), 3: z.number().int(), 4: z.number().int() }),
  devices: z.object({ online: z.number().int(), total: z.number().int() }),
  /** Newest weather that a device of the site says; null: none does. */
  weather: z
    .object({
      at: instantSchema,
      temperatureC: z.number().nullable(),
      humidityPercent: z.number().nullable(),
      windSpeedMps: z.number().nullable(),
      windDirectionDeg: z.number().nullable(),
      pressureKpa: z.number().nullable(),
    })
    .nullable(),
}
export const siteLiveSchema = z.object(liveShape)
export type SiteLive = z.infer<typeof siteLiveSchema>

export const streetSchema = z.object({ code: z.string(), name: z.string() })
export type Street = z.infer<typeof streetSchema>
export const siteRowSchema = z.object({
  ...liveShape,
  projectId: idSchema<'project'>(),
  projectName: z.string(),
  name: z.string(),
  code: z.string(),
  state: z.enum(siteStates),
  address: z.string(),
  /** Street or town in which its project is registered; null: the project names none. */
  street: streetSchema.nullable(),
  department: z.string().nullable(),
  point: lonLat.nullable(),
  fence: polygonSchema.nullable(),
  version,
})
export type SiteRow = z.infer<typeof siteRowSchema>

export const zoneSchema = z.object({
  zoneId,
  kind: z.enum(zoneKinds),
  name: z.string(),
  floor: z.number().int().nullable(),
  polygon: polygonSchema,
  /** People inside now, by trackers. */
  people: z.number().int(),
  version,
})
export type ZoneView = z.infer<typeof zoneSchema>
export const planSchema = z.object({
  /** 0: the whole site. */
  floor: z.number().int(),
  fileName: z.string(),
  mediaType: z.string(),
  sha256: z.string(),
  bounds: planBoundsSchema,
  turnedDeg: z.number(),
  placedAt: instantSchema,
})
export const contactSchema = z.object({
  rung: z.enum(rungs),
  name: z.string().trim().min(1, { error: '请填写姓名' }).max(40),
  title: z.string().trim().max(40).default(''),
  phone: z.string().trim().min(5, { error: '请填写电话' }).max(20),
})
export type Contact = z.infer<typeof contactSchema>

export const siteSchema = siteRowSchema.extend({
  stateReason: z.string(),
  departmentName: z.string().nullable(),
  contractor: z.object({ organisationId: idSchema<'organisation'>(), name: z.string() }).nullable(),
  supervision: z.object({ organisationId: idSchema<'organisation'>(), name: z.string() }).nullable(),
  workingHours: workingHoursSchema.nullable(),
  floors: z.array(floorSchema),
  zones: z.array(zoneSchema),
  plans: z.array(planSchema),
  contacts: z.array(contactSchema),
  /** Workers whose registration holds today. */
  registered: z.number().int(),
  openedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  /** Days for which positions are kept, and why. */
  positions: z.object({ keptDays: z.number().int(), basis: z.string(), unverified: z.boolean() }),
  may: z.object({ operate: may, keep: may, workers: may, positions: may }),
})
export type SiteView = z.infer<typeof siteSchema>

// ------------------------------------------------------------------------------------------------ endpoints

const params = z.object({ siteId })
const describing = {
  name: z.string().trim().min(2, { error: '请填写工地名称' }).max(80, { error: '工地名称不超过80个字' }),
  address: z.string().trim().max(200).default(''),
  /** Role code of the department that supervises it. */
  department: z.string().trim().max(60).nullable(),
  contractorId: idSchema<'organisation'>().nullable(),
  supervisionId: idSchema<'organisation'>().nullable(),
  point: lonLat.nullable(),
}
export const listSites = endpoint({
  id: 'monitoring.list-sites',
  method: 'GET',
  path: '/api/sites',
  summary: '工地列表:在场人数、扬尘噪声风速、报警、设备在线',
  access: staff,
  query: z.object({
    ...pageQuery,
    state: z.enum(siteStates).optional(),
    projectId: idSchema<'project'>().optional(),
    /** Code of a street or town. */
    street: z.string().max(12).optional(),
    /** In name, code or address. */
    text: z.string().trim().max(60).optional(),
  }),
  reply: pageSchema(siteRowSchema).extend({
    counts: z.object({ active: z.number().int(), paused: z.number().int(), ended: z.number().int() }),
    /** Streets in which sites stand that the other filters let through, and how many. */
    streets: z.array(streetSchema.extend({ sites: z.number().int() })),
    may: z.object({ open: may }),
  }),
})
export const liveSites = endpoint({
  id: 'monitoring.live-sites',
  method: 'GET',
  path: '/api/sites/live',
  summary: '在建工地的实时数字(供地图轮询)',
  access: staff,
  reply: z.object({
    at: instantSchema,
    rows: z.array(siteLiveSchema),
    totals: z.object({
      sites: z.number().int(),
      people: z.number().int(),
      over: z.number().int(),
      alarms: z.number().int(),
      devicesOnline: z.number().int(),
      devices: z.number().int(),
    }),
  }),
  perMinute: 120,
})
export const readSite = endpoint({
  id: 'monitoring.read-site',
  method: 'GET',
  path: '/api/sites/:siteId',
  summary: '一个工地',
  access: staff,
  params,
  reply: siteSchema,
})
export const openSite = endpoint({
  id: 'monitoring.open-site',
  method: 'POST',
  path: '/api/sites',
  summary: '为项目建立工地',
  access: operators,
  body: z.object({
    projectId: idSchema<'project'>(),
    ...describing,
    /** Unique in the district; absent: one is made. */
    code: z
      .string()
      .trim()
      .regex(/^[A-Z0-9][A-Z0-9-]{1,29}$/, { error: '编号用大写字母、数字和连字符,2至30个字符' })
      .optional(),
    fence: polygonSchema.nullable().default(null),
  }),
  reply: siteSchema,
})
export const updateSite = endpoint({
  id: 'monitoring.update-site',
  method: 'PUT',
  path: '/api/sites/:siteId',
  summary: '修改工地的名称、地址、监管部门、施工和监理单位',
  access: operators,
  params,
  body: z.object({ version, ...describing }),
  reply: siteSchema,
})
export const setFence = endpoint({
  id: 'monitoring.set-fence',
  method: 'PUT',
  path: '/api/sites/:siteId/fence',
  summary: '设置工地围栏(围栏外不保存人员位置)',
  access: operators,
  params,
  body: z.object({ version, fence: polygonSchema.nullable() }),
  reply: siteSchema,
})
export const setWorkingHours = endpoint({
  id: 'monitoring.set-working-hours',
  method: 'PUT',
  path: '/api/sites/:siteId/working-hours',
  summary: '设置作业时间(作业时间外不保存人员位置)',
  access: keepers,
  params,
  body: z.object({ version, workingHours: workingHoursSchema.nullable() }),
  reply: siteSchema,
})
export const setFloors = endpoint({
  id: 'monitoring.set-floors',
  method: 'PUT',
  path: '/api/sites/:siteId/floors',
  summary: '设置楼层',
  access: keepers,
  params,
  body: z.object({
    version,
    floors: z
      .array(floorSchema)
      .max(220)
      .refine((list) => new Set(list.map((each) => each.floor)).size === list.length, { error: '楼层不能重复' }),
  }),
  reply: siteSchema,
})
export const setContacts = endpoint({
  id: 'monitoring.set-contacts',
  method: 'PUT',
  path: '/api/sites/:siteId/contacts',
  summary: '设置各级报警联系人',
  access: keepers,
  params,
  body: z.object({ version, contacts: z.array(contactSchema).max(40) }),
  reply: siteSchema,
})
export const setSiteState = endpoint({
  id: 'monitoring.set-site-state',
  method: 'POST',
  path: '/api/sites/:siteId/state',
  summary: '暂停、恢复或结束工地',
  access: operators,
  params,
  body: z.object({ version, state: z.enum(siteStates), reason: because }),
  reply: siteSchema,
})
const zoneBody = {
  kind: z.enum(zoneKinds),
  name: z.string().trim().min(1, { error: '请填写区域名称' }).max(40),
  floor: floorNumber.nullable().default(null),
  polygon: polygonSchema,
}
export const addZone = endpoint({
  id: 'monitoring.add-zone',
  method: 'POST',
  path: '/api/sites/:siteId/zones',
  summary: '划定区域',
  access: keepers,
  params,
  body: z.object(zoneBody),
  reply: siteSchema,
})
const zoneParams = z.object({ siteId, zoneId })
export const changeZone = endpoint({
  id: 'monitoring.change-zone',
  method: 'PUT',
  path: '/api/sites/:siteId/zones/:zoneId',
  summary: '修改区域',
  access: keepers,
  params: zoneParams,
  body: z.object({ version, ...zoneBody }),
  reply: siteSchema,
})
export const removeZone = endpoint({
  id: 'monitoring.remove-zone',
  method: 'POST',
  path: '/api/sites/:siteId/zones/:zoneId/removal',
  summary: '撤销区域',
  access: keepers,
  params: zoneParams,
  body: z.object({ version, reason: because }),
  reply: siteSchema,
})
export const placePlan = endpoint({
  id: 'monitoring.place-plan',
  method: 'POST',
  path: '/api/sites/:siteId/plans',
  summary: '放置平面图(0 层为总平面)',
  access: keepers,
  params,
  body: z.object({
    floor: floorNumber,
    uploadId: z.string().min(1).max(64),
    bounds: planBoundsSchema,
    turnedDeg: z.number().min(-360).max(360).default(0),
  }),
  reply: siteSchema,
})
const planParams = z.object({ siteId, floor: z.coerce.number().int().min(-20).max(200) })
export const removePlan = endpoint({
  id: 'monitoring.remove-plan',
  method: 'DELETE',
  path: '/api/sites/:siteId/plans/:floor',
  summary: '撤下平面图',
  access: keepers,
  params: planParams,
  reply: siteSchema,
})
export const readPlan = endpoint({
  id: 'monitoring.read-plan',
  method: 'GET',
  path: '/api/sites/:siteId/plans/:floor',
  summary: '平面图(PNG 或 JPEG)',
  access: staff,
  params: planParams,
  reply: z.unknown(),
  produces: 'application/octet-stream',
})
export const dailyReport = endpoint({
  id: 'monitoring.daily-report',
  method: 'GET',
  path: '/api/sites/:siteId/daily-report',
  summary: '工地日报(PDF):出勤、扬尘噪声、报警与处置、设备、天气',
  access: staff,
  params,
  query: z.object({ day: localDateSchema.optional() }),
  reply: z.unknown(),
  produces: 'application/pdf',
  perMinute: 20,
})

// ------------------------------------------------------------------------------------------------ events

const about = { siteId: z.string(), siteName: z.string(), code: z.string() }
const parties = { version: 1, visibility: 'parties' } as const
export const siteOpened = defineEvent({
  kind: 'monitoring.site-opened',
  ...parties,
  payload: z.object({ ...about, department: z.string().nullable() }),
  sentence: '建立工地{siteName}',
})
export const siteUpdated = defineEvent({
  kind: 'monitoring.site-updated',
  ...parties,
  payload: z.object({ ...about, changed: z.array(z.string()) }),
  sentence: '修改工地{siteName}',
})
/** The reason is free text and stands with the personal data of the entry. */
export const siteStateChanged = defineEvent({
  kind: 'monitoring.site-state-changed',
  ...parties,
  payload: z.object({ ...about, state: z.enum(siteStates), stateName: z.string() }),
  sentence: '工地{siteName}:{stateName}',
})
export const zoneChanged = defineEvent({
  kind: 'monitoring.zone-changed',
  ...parties,
  payload: z.object({
    ...about,
    zoneId: z.string(),
    zoneName: z.string(),
    zoneKind: z.enum(zoneKinds),
    what: z.enum(['added', 'changed', 'removed']),
    whatName: z.string(),
  }),
  sentence: '工地{siteName}{whatName}区域{zoneName}',
})
export const planChanged = defineEvent({
  kind: 'monitoring.plan-changed',
  ...parties,
  payload: z.object({ ...about, floor: z.number().int(), what: z.enum(['placed', 'removed']), whatName: z.string() }),
  sentence: '工地{siteName}{whatName}平面图',
})
/** Names and numbers are not in the journal: only how many there are. */
export const contactsChanged = defineEvent({
  kind: 'monitoring.contacts-changed',
  ...parties,
  payload: z.object({ ...about, contacts: z.number().int() }),
  sentence: '工地{siteName}更新报警联系人',
})
export const siteEvents: readonly EventKind[] = [
  siteOpened,
  siteUpdated,
  siteStateChanged,
  zoneChanged,
  planChanged,
  contactsChanged,
] as readonly EventKind[]
