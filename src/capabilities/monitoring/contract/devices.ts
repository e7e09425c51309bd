/**
 * 设备: what stands on a site and reports. A device is known by its protocol and its number there; who knocks without being
 * known waits in quarantine until an operator claims it. Secrets are shown once, when they are made.
 */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { defineEvent, type EventKind } from '../../../kernel/event.ts'
import { type Id, idSchema } from '../../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../../kernel/page.ts'
import { instantSchema } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { deviceStates, refusalKinds } from '../model/devices/words.ts'
import { deviceKinds, protocols } from '../model/report.ts'
import { siteStates } from '../model/sites/words.ts'

export type QuarantineId = Id<'quarantine'>

const siteId = idSchema<'site'>()
const deviceId = idSchema<'device'>()
const quarantineId = idSchema<'quarantine'>()
/** Who works with devices at all: authorities, and the own side of a site. */
const readers = {
  roles: ['inspector', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator', 'site-manager', 'applicant'],
} as const
const authorities = { roles: ['inspector', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator'] } as const
const operators = { roles: ['inspector', 'administrator'] } as const
const may = wordsSchema.nullable()
const version = z.number().int().min(0)
const because = z.string().trim().min(2, { error: '请填写理由,至少2个字' }).max(200, { error: '理由不超过200个字' })

// ------------------------------------------------------------------------------------------------ shapes

export const connectionStates = ['online', 'silent', 'never'] as const
/** online: connected or heard of within its time · silent: was heard of, not any more · never: not a word so far. */
export type ConnectionState = (typeof connectionStates)[number]

export const channelStates = ['on', 'off'] as const
export type ChannelState = (typeof channelStates)[number]

export const deviceRowSchema = z.object({
  deviceId,
  siteId,
  siteName: z.string(),
  protocol: z.enum(protocols),
  externalId: z.string(),
  kind: z.enum(deviceKinds),
  model: z.string(),
  name: z.string(),
  state: z.enum(deviceStates),
  /** Of a site that has ended nothing is taken, whatever the state of the device. */
  siteState: z.enum(siteStates),
  connection: z.enum(connectionStates),
  lastSeenAt: instantSchema.nullable(),
  /** What the device calls now minus what it is, in ms; null: it has no clock or said nothing. */
  clockSkewMs: z.number().int().nullable(),
  /** Attempts under its name that were refused in the last seven days. */
  refusedLately: z.number().int(),
  /** How many faults the device reports of itself. */
  faults: z.number().int(),
  lon: z.number().nullable(),
  lat: z.number().nullable(),
  floor: z.number().int().nullable(),
  /** The recorder or sender behind which it stands. */
  parent: z.object({ deviceId, name: z.string() }).nullable(),
  /** What the catalogue of its recorder says of the channel; null: it stands behind none, or was in no catalogue yet. */
  channel: z.enum(channelStates).nullable(),
  profileId: z.number().int(),
  version,
})
export type DeviceRow = z.infer<typeof deviceRowSchema>

export const deviceRefusalSchema = z.object({
  kind: z.enum(refusalKinds),
  address: z.string(),
  firstAt: instantSchema,
  lastAt: instantSchema,
  count: z.number().int(),
})
export const deviceConnectionSchema = z.object({
  openedAt: instantSchema,
  closedAt: instantSchema,
  address: z.string(),
  reason: z.string(),
  reports: z.number().int(),
})
export const deviceHealthSchema = z.object({
  deviceId,
  connection: z.enum(connectionStates),
  /** Address of the connection that is open, or of the last one. Only for the authorities. */
  address: z.string().nullable(),
  connectedAt: instantSchema.nullable(),
  disconnectedAt: instantSchema.nullable(),
  lastSeenAt: instantSchema.nullable(),
  clockSkewMs: z.number().int().nullable(),
  clockSkewAt: instantSchema.nullable(),
  /** The clock is so far off that times of arrival stand instead. */
  clockWrong: z.boolean(),
  reports: z.number().int(),
  malformed: z.number().int(),
  refused: z.number().int(),
  /** Faults that the device reports of itself: code, words, since when. */
  faults: z.array(z.object({ code: z.string(), text: z.string(), since: instantSchema })),
  /** Attempts under its name without the right, newest first. Only for the authorities. */
  refusals: z.array(deviceRefusalSchema),
  connections: z.array(deviceConnectionSchema),
})
export type DeviceHealth = z.infer<typeof deviceHealthSchema>

export const metricProfileSchema = z.object({
  profileId: z.number().int(),
  model: z.string(),
  version: z.number().int(),
  name: z.string(),
  kind: z.enum(deviceKinds),
  metrics: z.array(z.string()),
  factors: z.array(z.number()),
  note: z.string(),
  /** No newer version exists. */
  latest: z.boolean(),
  devices: z.number().int(),
})
export type MetricProfile = z.infer<typeof metricProfileSchema>

export const deviceSchema = deviceRowSchema.extend({
  stateReason: z.string(),
  networks: z.array(z.string()),
  secretSetAt: instantSchema.nullable(),
  /** The secret is short or well known: it should be changed where the device allows it. */
  secretWeak: z.boolean(),
  createdAt: instantSchema,
  profile: metricProfileSchema.omit({ devices: true, latest: true }),
  children: z.array(z.object({ deviceId, name: z.string(), externalId: z.string() })),
  health: deviceHealthSchema,
  may: z.object({ operate: may }),
})
export type DeviceView = z.infer<typeof deviceSchema>

export const quarantineRowSchema = z.object({
  quarantineId,
  protocol: z.enum(protocols),
  externalId: z.string(),
  state: z.enum(['waiting', 'rejected']),
  address: z.string(),
  firstSeenAt: instantSchema,
  lastSeenAt: instantSchema,
  attempts: z.number().int(),
  /** What the device says of itself. */
  kindHint: z.enum(deviceKinds).nullable(),
  modelHint: z.string(),
  nameHint: z.string(),
  /** The known device through which it speaks. */
  parentId: deviceId.nullable(),
  /** One message of it, without secrets and values. */
  sample: z.string(),
  reason: z.string(),
  decidedAt: instantSchema.nullable(),
})
export type QuarantineRow = z.infer<typeof quarantineRowSchema>

const longitude = z.number().min(-180).max(180)
const latitude = z.number().min(-90).max(90)
const place = {
  lon: longitude.nullable().default(null),
  lat: latitude.nullable().default(null),
  floor: z.number().int().min(-20).max(200).nullable().default(null),
}
const describing = {
  kind: z.enum(deviceKinds),
  name: z.string().trim().min(1, { error: '请填写设备名称' }).max(80, { error: '名称不超过80个字' }),
  model: z.string().trim().max(80).default(''),
  profileId: z.number().int().min(0).max(32_767),
  /** Networks from which it may come, '10.20.0.0/16'; empty: any. */
  networks: z.array(z.string().trim().max(60)).max(20).default([]),
}
/**
 * The secret that a device brings and that cannot be changed there (HJ 212 password, SIP password); absent: one is made.
 */
const ownSecret = z
  .string()
  .min(4, { error: '密钥至少4个字符' })
  .max(64)
  .regex(/^[\x21-\x7e]+$/, { error: '密钥只能用英文字母、数字和符号' })
  .optional()
const secretOnce = {
  /** Shown this once; null for a camera behind a recorder, which speaks by the secret of that one. */
  secret: z.string().nullable(),
  /** What to set on the device, line by line. */
  settings: z.array(z.object({ name: z.string(), value: z.string() })),
}
export const newDeviceSchema = z.object({ siteId, ...describing, ...place, secret: ownSecret })
export type NewDevice = z.infer<typeof newDeviceSchema>

// ------------------------------------------------------------------------------------------------ endpoints

const deviceParams = z.object({ deviceId })
const quarantineParams = z.object({ quarantineId })

export const listDevices = endpoint({
  id: 'monitoring.list-devices',
  method: 'GET',
  path: '/api/devices',
  summary: '设备列表',
  access: readers,
  query: z.object({
    ...pageQuery,
    siteId: siteId.optional(),
    protocol: z.enum(protocols).optional(),
    kind: z.enum(deviceKinds).optional(),
    state: z.enum(deviceStates).optional(),
    connection: z.enum(connectionStates).optional(),
    /** 'true': only those under whose name something was refused within seven days. */
    refused: z.enum(['true', 'false']).optional(),
    /** 'wrong': only those whose clocks are not believed. */
    clock: z.enum(['wrong']).optional(),
    /** In name, number or model. */
    text: z.string().trim().max(60).optional(),
  }),
  reply: pageSchema(deviceRowSchema).extend({ may: z.object({ operate: may }) }),
})
export const readDevice = endpoint({
  id: 'monitoring.read-device',
  method: 'GET',
  path: '/api/devices/:deviceId',
  summary: '一台设备:登记、接入情况、故障与安全事实',
  access: readers,
  params: deviceParams,
  reply: deviceSchema,
})
export const readDeviceHealth = endpoint({
  id: 'monitoring.read-device-health',
  method: 'GET',
  path: '/api/devices/:deviceId/health',
  summary: '设备健康:在线、最近上报、时钟偏差、故障',
  access: readers,
  params: deviceParams,
  reply: deviceHealthSchema,
})
export const registerDevice = endpoint({
  id: 'monitoring.register-device',
  method: 'POST',
  path: '/api/devices',
  summary: '预先登记设备(返回一次性显示的密钥)',
  access: operators,
  body: newDeviceSchema.extend({
    protocol: z.enum(protocols),
    externalId: z.string().trim().min(1, { error: '请填写设备编号' }).max(64),
  }),
  reply: z.object({ deviceId, ...secretOnce }),
})
export const updateDevice = endpoint({
  id: 'monitoring.update-device',
  method: 'PUT',
  path: '/api/devices/:deviceId',
  summary: '修改设备名称、类别、型号、指标模板和来源地址范围',
  access: operators,
  params: deviceParams,
  body: z.object({ version, ...describing }),
  reply: deviceSchema,
})
export const setDeviceState = endpoint({
  id: 'monitoring.set-device-state',
  method: 'POST',
  path: '/api/devices/:deviceId/state',
  summary: '停用或重新启用设备',
  access: operators,
  params: deviceParams,
  body: z.object({ version, state: z.enum(deviceStates), reason: because }),
  reply: deviceSchema,
})
export const rotateDeviceSecret = endpoint({
  id: 'monitoring.rotate-device-secret',
  method: 'POST',
  path: '/api/devices/:deviceId/secret',
  summary: '更换设备密钥(旧密钥立即失效,新密钥只显示一次)',
  access: operators,
  params: deviceParams,
  body: z.object({ version, reason: because, secret: ownSecret }),
  reply: z.object({ deviceId, version, ...secretOnce }),
  sensitive: true,
})
export const moveDevice = endpoint({
  id: 'monitoring.move-device',
  method: 'POST',
  path: '/api/devices/:deviceId/place',
  summary: '移动设备:换工地、换位置或楼层',
  access: operators,
  params: deviceParams,
  body: z.object({ version, siteId, ...place, reason: because }),
  reply: deviceSchema,
})
export const listQuarantine = endpoint({
  id: 'monitoring.list-quarantine',
  method: 'GET',
  path: '/api/device-quarantine',
  summary: '待认领设备:已接入但未登记',
  access: authorities,
  query: z.object({
    ...pageQuery,
    state: z.enum(['waiting', 'rejected']).default('waiting'),
    protocol: z.enum(protocols).optional(),
    text: z.string().trim().max(60).optional(),
  }),
  reply: pageSchema(quarantineRowSchema).extend({ may: z.object({ operate: may }) }),
})
export const claimDevice = endpoint({
  id: 'monitoring.claim-device',
  method: 'POST',
  path: '/api/device-quarantine/:quarantineId/claim',
  summary: '认领设备(返回一次性显示的密钥)',
  access: operators,
  params: quarantineParams,
  body: newDeviceSchema,
  reply: z.object({ deviceId, ...secretOnce }),
})
export const rejectQuarantined = endpoint({
  id: 'monitoring.reject-quarantined',
  method: 'POST',
  path: '/api/device-quarantine/:quarantineId/rejection',
  summary: '拒绝接入:不再出现在待认领列表',
  access: operators,
  params: quarantineParams,
  body: z.object({ reason: because }),
  reply: z.object({}),
})
export const forgetQuarantined = endpoint({
  id: 'monitoring.forget-quarantined',
  method: 'DELETE',
  path: '/api/device-quarantine/:quarantineId',
  summary: '清除记录:再次接入时重新出现在待认领列表',
  access: operators,
  params: quarantineParams,
  reply: z.object({}),
})
export const listMetricProfiles = endpoint({
  id: 'monitoring.list-metric-profiles',
  method: 'GET',
  path: '/api/metric-profiles',
  summary: '指标模板及其各版本',
  access: readers,
  reply: z.object({ rows: z.array(metricProfileSchema), may: z.object({ operate: may }) }),
})
const metricName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, { error: '指标名用小写字母、数字和连字符,如 pm10' })
export const createMetricProfile = endpoint({
  id: 'monitoring.create-metric-profile',
  method: 'POST',
  path: '/api/metric-profiles',
  summary: '新建指标模板或其新版本',
  access: operators,
  body: z.object({
    /** Code of the profile: lower-case letters, digits and hyphens. */
    model: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: '代号用小写字母、数字和连字符' })
      .max(60),
    /** The version that is followed; 0: a new profile. */
    after: z.number().int().min(0),
    name: z.string().trim().min(1, { error: '请填写名称' }).max(80),
    kind: z.enum(deviceKinds),
    metrics: z
      .array(
        z.object({
          metric: metricName,
          /** What the device says times this is the unit of the metric: 1000 where it sends milligrams. */
          factor: z.number().refine((value) => value !== 0 && Number.isFinite(value), { error: '系数不能为零' }),
        }),
      )
      .max(64)
      .refine((list) => new Set(list.map((each) => each.metric)).size === list.length, { error: '指标不能重复' }),
    note: z.string().trim().max(400).default(''),
    /** Devices on the version that is followed change to the new one. */
    apply: z.boolean().default(true),
  }),
  reply: metricProfileSchema,
})

export const gatewayStateSchema = z.object({
  protocol: z.enum(protocols),
  transport: z.enum(['tcp', 'udp', 'tls', 'websocket', 'http']),
  /** Null: not open. */
  port: z.number().int().nullable(),
  /** Why it is not open. */
  fault: z.string().nullable(),
  connections: z.number().int(),
  /** Connections that a limit turned away. */
  turnedAway: z.number().int(),
})
export const listGateways = endpoint({
  id: 'monitoring.list-gateways',
  method: 'GET',
  path: '/api/device-gateways',
  summary: '接入网关:端口、连接数、收到和拒绝的上报',
  access: authorities,
  reply: z.object({
    rows: z.array(gatewayStateSchema),
    counters: z.array(
      z.object({
        protocol: z.enum(protocols),
        reports: z.number().int(),
        unknown: z.number().int(),
        refused: z.number().int(),
        malformed: z.number().int(),
      }),
    ),
    /** Devices that are connected to this process. */
    sessions: z.number().int(),
    /** How the platform names itself to cameras; null: video is not open. */
    sipId: z.string().nullable(),
  }),
})
export type GatewayState = z.infer<typeof gatewayStateSchema>

/** A channel that a recorder of the site names in its catalogue and that nobody claimed yet. */
export const waitingChannelSchema = z.object({
  externalId: z.string(),
  name: z.string(),
  recorder: z.string(),
  lastSeenAt: instantSchema,
})
export const listSiteCameras = endpoint({
  id: 'monitoring.list-site-cameras',
  method: 'GET',
  path: '/api/sites/:siteId/cameras',
  summary: '工地的摄像机和录像机:通道状态、最近通信、未了报警',
  access: readers,
  params: z.object({ siteId }),
  reply: z.object({
    rows: z.array(deviceRowSchema.extend({ alarms: z.number().int() })),
    waiting: z.array(waitingChannelSchema),
  }),
})
export type SiteCameras = z.infer<typeof listSiteCameras.reply>

export const pictureSchema = z.object({
  sha256: z.string(),
  at: instantSchema,
  /** Why it was taken. */
  text: z.string(),
})
export type Picture = z.infer<typeof pictureSchema>
export const listDevicePictures = endpoint({
  id: 'monitoring.list-device-pictures',
  method: 'GET',
  path: '/api/devices/:deviceId/pictures',
  summary: '设备上传的照片和报警抓拍,最近的在前',
  access: readers,
  params: deviceParams,
  reply: z.object({ rows: z.array(pictureSchema) }),
})
export const readDevicePicture = endpoint({
  id: 'monitoring.read-device-picture',
  method: 'GET',
  path: '/api/devices/:deviceId/pictures/:sha256',
  summary: '设备上传的一张照片(JPEG)',
  access: readers,
  params: deviceParams.extend({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  reply: z.unknown(),
  produces: 'image/jpeg',
})

// ------------------------------------------------------------------------------------------------ events

const facts = {
  deviceId: z.string(),
  siteId: z.string(),
  siteName: z.string(),
  name: z.string(),
  protocol: z.enum(protocols),
  externalId: z.string(),
}
export const deviceRegistered = defineEvent({
  kind: 'monitoring.device-registered',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, deviceKind: z.enum(deviceKinds), claimed: z.boolean() }),
  sentence: '{siteName}接入设备{name}',
})
export const deviceUpdated = defineEvent({
  kind: 'monitoring.device-updated',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, changed: z.array(z.string()) }),
  sentence: '修改设备{name}的登记信息',
})
export const deviceStateChanged = defineEvent({
  kind: 'monitoring.device-state-changed',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, state: z.enum(deviceStates), stateName: z.string(), reason: z.string() }),
  sentence: '设备{name}{stateName}:{reason}',
})
export const deviceMoved = defineEvent({
  kind: 'monitoring.device-moved',
  version: 1,
  visibility: 'parties',
  payload: z.object({ ...facts, fromSiteId: z.string(), reason: z.string() }),
  sentence: '设备{name}移至{siteName}:{reason}',
})
export const deviceSecretRotated = defineEvent({
  kind: 'monitoring.device-secret-rotated',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...facts, reason: z.string() }),
  sentence: '更换设备{name}的密钥:{reason}',
})
/** The first attempt of a day, of one kind, from one address; further ones are counted on the device. */
export const deviceImpersonated = defineEvent({
  kind: 'monitoring.device-impersonated',
  version: 1,
  visibility: 'internal',
  payload: z.object({ ...facts, refusal: z.enum(refusalKinds), refusalName: z.string(), address: z.string() }),
  sentence: '有人以设备{name}的编号接入被拒绝:{refusalName}(来自{address})',
})
const waiting = { quarantineId: z.string(), protocol: z.enum(protocols), externalId: z.string(), reason: z.string() }
export const quarantineRejected = defineEvent({
  kind: 'monitoring.quarantine-rejected',
  version: 1,
  visibility: 'internal',
  payload: z.object(waiting),
  sentence: '拒绝设备{externalId}接入:{reason}',
})
export const quarantineForgotten = defineEvent({
  kind: 'monitoring.quarantine-forgotten',
  version: 1,
  visibility: 'internal',
  payload: z.object(waiting),
  sentence: '清除未登记设备{externalId}的记录',
})
export const profileCreated = defineEvent({
  kind: 'monitoring.profile-created',
  version: 1,
  visibility: 'internal',
  payload: z.object({
    profileId: z.number().int(),
    model: z.string(),
    name: z.string(),
    profileVersion: z.number().int(),
    devices: z.number().int(),
  }),
  sentence: '建立指标模板{name}第{profileVersion}版,{devices}台设备改用',
})
export const deviceEvents: readonly EventKind[] = [
  deviceRegistered,
  deviceUpdated,
  deviceStateChanged,
  deviceMoved,
  deviceSecretRotated,
  deviceImpersonated,
  quarantineRejected,
  quarantineForgotten,
  profileCreated,
] as readonly EventKind[]
