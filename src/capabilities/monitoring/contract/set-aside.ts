/** 未采信上报: what devices sent and nobody believes, kept for a while so that the device can be put right. */
import { z } from 'zod'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { pageQuery, pageSchema } from '../../../kernel/page.ts'
import { instantSchema } from '../../../kernel/time.ts'
import { deviceKinds } from '../model/report.ts'
import { quarantineReasons } from '../model/telemetry/durable.ts'

const readers = {
  roles: ['inspector', 'reviewer', 'lead', 'approver', 'supervisor', 'administrator', 'site-manager', 'applicant'],
} as const
const reason = z.enum(quarantineReasons)

export const setAsideRowSchema = z.object({
  deviceId: idSchema<'device'>(),
  deviceName: z.string(),
  deviceKind: z.enum(deviceKinds),
  externalId: z.string(),
  siteId: idSchema<'site'>(),
  siteName: z.string(),
  reason,
  reports: z.number().int(),
  firstAt: instantSchema,
  lastAt: instantSchema,
  /** What the newest of them calls its moment, as the device said it: it may be none. */
  saidAt: z.string(),
  /** How far the clock of the device seems to be off, ms; positive = fast. Null: they do not tell. */
  skewMs: z.number().int().nullable(),
  /** Of the newest. */
  note: z.string(),
})
export type SetAsideRow = z.infer<typeof setAsideRowSchema>
export const setAsideReportSchema = z.object({
  kind: z.string(),
  reason,
  saidAt: z.string(),
  receivedAt: instantSchema,
  skewMs: z.number().int().nullable(),
  buffered: z.boolean(),
  note: z.string(),
  /** Of measurements alone: neither places nor people are told here. */
  values: z.record(z.string(), z.number()),
})
export type SetAsideReport = z.infer<typeof setAsideReportSchema>

export const listSetAside = endpoint({
  id: 'monitoring.list-set-aside',
  method: 'GET',
  path: '/api/set-aside-reports',
  summary: '未采信上报:按设备和原因汇总,最近的在前',
  access: readers,
  query: z.object({
    ...pageQuery,
    siteId: idSchema<'site'>().optional(),
    deviceId: idSchema<'device'>().optional(),
    reason: reason.optional(),
  }),
  reply: pageSchema(setAsideRowSchema).extend({
    /** Days for which they are kept. */
    keptDays: z.number().int(),
  }),
})
export const listSetAsideReports = endpoint({
  id: 'monitoring.list-set-aside-reports',
  method: 'GET',
  path: '/api/devices/:deviceId/set-aside-reports',
  summary: '一台设备未采信的上报,最近的在前',
  access: readers,
  params: z.object({ deviceId: idSchema<'device'>() }),
  query: z.object({ ...pageQuery, reason: reason.optional() }),
  reply: pageSchema(setAsideReportSchema),
})
