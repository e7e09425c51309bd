/** Devices and reports for the tests of telemetry. */

import fs from 'node:fs'
import type {
  AttendanceReport,
  KnownDevice,
  PositionReport,
  TelemetryReport,
} from '../../src/capabilities/monitoring/model/report.ts'
import { type Retention, retentionSchema } from '../../src/capabilities/monitoring/model/telemetry/retention.ts'
import type { Id } from '../../src/kernel/identity.ts'
import { addMs, type Instant, instant } from '../../src/kernel/time.ts'
import { newId } from '../../src/platform/identity.ts'

export const retention: Retention = retentionSchema.parse(
  JSON.parse(fs.readFileSync(new URL('../../data/monitoring/retention.json', import.meta.url), 'utf8')),
)
export const METRICS = ['pm10', 'noise', 'wind-speed'] as const
export const dustMonitor = (siteId: Id<'site'> = newId(), profileId = 901): KnownDevice => ({
  siteId,
  deviceId: newId(),
  kind: 'dust',
  profileId,
  metrics: METRICS,
})
export const NOON = instant('2026-03-02T04:00:00Z')
/** A report of a dust monitor; what is not given is received when it happened. */
export const report = (
  device: KnownDevice,
  at: Instant,
  values: readonly number[],
  more: Partial<Omit<TelemetryReport, 'kind' | 'device' | 'at' | 'values'>> = {},
): TelemetryReport => ({
  kind: 'telemetry',
  device,
  at,
  receivedAt: at,
  buffered: false,
  quality: 0,
  values: Float32Array.from(values),
  ...more,
})
export const position = (device: KnownDevice, at: Instant, lon: number, lat: number): PositionReport => ({
  kind: 'position',
  device,
  at,
  receivedAt: at,
  buffered: false,
  lon,
  lat,
  floor: null,
  speedMps: null,
  accuracyM: 5,
})
export const passage = (device: KnownDevice, at: Instant, eventId: string): AttendanceReport => ({
  kind: 'attendance',
  device,
  at,
  receivedAt: at,
  buffered: false,
  workerRef: `W-${eventId}`,
  direction: 'in',
  method: 'face',
  photoRef: null,
  eventId,
})
/** Reports a number of times, some milliseconds apart. */
export const every = (
  device: KnownDevice,
  from: Instant,
  stepMs: number,
  values: readonly (readonly number[])[],
): readonly TelemetryReport[] => values.map((each, index) => report(device, addMs(from, index * stepMs), each))
