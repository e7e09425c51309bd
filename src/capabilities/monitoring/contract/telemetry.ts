/** Measured values as others may read them: series of a device, newest values, and the reader for rules and reports. */
import { z } from 'zod'
import type { Role } from '../../../kernel/actor.ts'
import { endpoint } from '../../../kernel/endpoint.ts'
import { idSchema } from '../../../kernel/identity.ts'
import { type Instant, instantSchema } from '../../../kernel/time.ts'
import type { Database } from '../../../platform/platform.ts'
import type { DeviceId, SiteId } from '../model/report.ts'

/** raw: as reported · 1m, 1h, 1d: figures of a minute, an hour, a day of Asia/Shanghai. */
export const resolutions = ['raw', '1m', '1h', '1d'] as const
export type Resolution = (typeof resolutions)[number]

/** Who may ask at all; the policy decides about the site. */
export const telemetryReaders: readonly Role[] = [
  'inspector',
  'reviewer',
  'lead',
  'approver',
  'supervisor',
  'administrator',
  'site-manager',
  'applicant',
]

const column = z.array(z.number().nullable())
export const seriesMetricSchema = z.object({
  metric: z.string(),
  /** Of raw values: the value itself. Of figures: sum / n. Null: not reported then. */
  mean: column,
  min: column,
  max: column,
  last: column,
  n: z.array(z.number().int()),
})
export const seriesSchema = z.object({
  siteId: idSchema<'site'>(),
  deviceId: idSchema<'device'>(),
  from: instantSchema,
  to: instantSchema,
  resolution: z.enum(resolutions),
  /** Beginning of each bucket (of raw values: the moment), in order; every column has as many places. */
  at: z.array(instantSchema),
  metrics: z.array(seriesMetricSchema),
  /** True: there was more than one answer holds, and the end is missing. */
  truncated: z.boolean(),
})
export type SeriesView = z.infer<typeof seriesSchema>
export type SeriesMetric = z.infer<typeof seriesMetricSchema>

export const latestRowSchema = z.object({
  siteId: idSchema<'site'>(),
  deviceId: idSchema<'device'>(),
  at: instantSchema,
  receivedAt: instantSchema,
  /** Bits of `quality` in model/report.ts. */
  quality: z.number().int(),
  values: z.record(z.string(), z.number()),
})
export type LatestView = z.infer<typeof latestRowSchema>

export const readSeries = endpoint({
  id: 'monitoring.read-series',
  method: 'GET',
  path: '/api/monitoring/sites/:siteId/devices/:deviceId/series',
  summary: '一台设备在一个时段的监测数据,按时段长短自动选择粒度',
  access: { roles: telemetryReaders },
  params: z.object({ siteId: idSchema<'site'>(), deviceId: idSchema<'device'>() }),
  query: z.object({
    from: instantSchema,
    to: instantSchema,
    resolution: z.enum(['auto', ...resolutions]).default('auto'),
    /** Names with commas between; absent: all. */
    metrics: z
      .string()
      .max(400)
      .transform((text) => text.split(',').filter((name) => name !== ''))
      .optional(),
  }),
  reply: seriesSchema,
})
export const readLatest = endpoint({
  id: 'monitoring.read-latest',
  method: 'GET',
  path: '/api/monitoring/latest',
  summary: '设备最新监测值:一个工地,或可见的全部工地',
  access: { roles: telemetryReaders },
  query: z.object({ siteId: idSchema<'site'>().optional() }),
  reply: z.object({ rows: z.array(latestRowSchema) }),
})

// ------------------------------------------------------------------------------------------ for other capabilities

/** A report as it was stored. */
export interface StoredReport {
  readonly siteId: SiteId
  readonly deviceId: DeviceId
  readonly at: Instant
  readonly receivedAt: Instant
  readonly spanSeconds: number
  readonly profileId: number
  readonly quality: number
  readonly buffered: boolean
  readonly metrics: readonly string[]
  /** In the order of `metrics`; NaN = not reported. */
  readonly values: Float32Array
}
export interface DeviceKey {
  readonly siteId: SiteId
  readonly deviceId: DeviceId
}
export interface Period {
  readonly from: Instant
  /** Not included. */
  readonly to: Instant
}
/** What reads telemetry inside the product; it asks no policy. */
export interface TelemetryReader {
  /** Stored reports of a device in order of `at`, some thousand at a time. */
  readonly rawOf: (db: Database, device: DeviceKey, period: Period) => AsyncIterable<readonly StoredReport[]>
  readonly series: (
    db: Database,
    device: DeviceKey,
    period: Period,
    options?: { readonly resolution?: Resolution | 'auto'; readonly metrics?: readonly string[] },
  ) => Promise<SeriesView>
  /** Newest values of the devices of sites; null = of all sites. */
  readonly latest: (db: Database, siteIds: readonly SiteId[] | null) => Promise<readonly LatestView[]>
  /** Everything that all devices reported in a short period (an hour at most), in order of `at`. */
  readonly recent: (db: Database, period: Period) => Promise<readonly StoredReport[]>
}
