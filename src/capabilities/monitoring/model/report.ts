/**
 * What a gateway makes of whatever a device said: one canonical report, whichever protocol brought it. Times of the device
 * (`at`) and of arrival (`receivedAt`) are both kept; nothing here is trusted more than its device.
 */
import type { Id } from '../../../kernel/identity.ts'
import { type Instant, msOf } from '../../../kernel/time.ts'

export type SiteId = Id<'site'>
export type DeviceId = Id<'device'>
export type WorkerId = Id<'worker'>

export const protocols = ['hj212', 'jt808', 'gb28181', 'mqtt', 'http'] as const
export type Protocol = (typeof protocols)[number]

/** 扬尘、噪声、气象、塔机、升降机、定位终端、车辆、门禁、摄像机、其他. */
export const deviceKinds = [
  'dust',
  'noise',
  'weather',
  'crane',
  'hoist',
  'tracker',
  'vehicle',
  'gate',
  'camera',
  'other',
] as const
export type DeviceKind = (typeof deviceKinds)[number]

/** A device that was claimed, as the gateways know it. */
export interface KnownDevice {
  readonly siteId: SiteId
  readonly deviceId: DeviceId
  readonly kind: DeviceKind
  /** Ordered metrics of the profile: place i of `values` is metric i. */
  readonly profileId: number
  readonly metrics: readonly string[]
}

interface Said {
  readonly device: KnownDevice
  /** When the device says it happened; equal to `receivedAt` for devices without a clock (`quality` says so). */
  readonly at: Instant
  readonly receivedAt: Instant
  /** The same moments in ms since 1970, where whoever made the report had them as numbers: they are not parsed again. */
  readonly atMs?: number
  readonly receivedMs?: number
  /** True for data that the device had buffered or sends again: it is stored and corrects roll-ups, and never raises a live alarm. */
  readonly buffered: boolean
}
/** Bits of `quality`. */
export const quality = {
  /** The clock of the device was implausible: the time of arrival stands instead. */
  clockReplaced: 1,
  /** The device itself marked a value as faulty, in calibration or maintenance. */
  deviceFlag: 2,
  /** A value was outside what the metric can physically be and was left out. */
  outOfRange: 4,
  /** An aggregate over a minute, an hour or a day, not a momentary value. */
  aggregate: 8,
} as const

export interface TelemetryReport extends Said {
  readonly kind: 'telemetry'
  /** In the order of `device.metrics`, SI units or those that the metric names; NaN = not reported. */
  readonly values: Float32Array
  readonly quality: number
  /** Seconds that an aggregate covers, beginning at `at` (60, 3600, 86 400); absent = a momentary value. */
  readonly spanSeconds?: number
}
export interface PositionReport extends Said {
  readonly kind: 'position'
  /** WGS 84, degrees. */
  readonly lon: number
  readonly lat: number
  readonly floor: number | null
  readonly speedMps: number | null
  readonly accuracyM: number | null
}
export interface AttendanceReport extends Said {
  readonly kind: 'attendance'
  /** How the gate knows the worker; never an ID number in clear. */
  readonly workerRef: string
  readonly direction: 'in' | 'out'
  readonly method: 'face' | 'card' | 'manual'
  readonly photoRef: string | null
  readonly eventId: string
}
/** An alarm that the device raised itself (camera, AI box, crane). */
export interface DeviceAlarmReport extends Said {
  readonly kind: 'device-alarm'
  readonly code: string
  readonly severity: 1 | 2 | 3 | 4
  readonly text: string
  /** False when the device says that it ended. */
  readonly active: boolean
  readonly eventId: string
  readonly evidence: Readonly<Record<string, string | number | boolean | null>>
}
/** A sign of life without a measurement. */
export interface HeartbeatReport extends Said {
  readonly kind: 'heartbeat'
}
export type Report = TelemetryReport | PositionReport | AttendanceReport | DeviceAlarmReport | HeartbeatReport

/** Moments of a report, ms since 1970; NaN where its text is no moment. */
export const atMsOf = (report: Report): number => report.atMs ?? msOf(report.at)
export const receivedMsOf = (report: Report): number => report.receivedMs ?? msOf(report.receivedAt)
