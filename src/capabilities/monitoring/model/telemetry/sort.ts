/** Where each report of a batch belongs, decided before anything is written. Pure. */
import { msOf, startOfDay } from '../../../../kernel/time.ts'
import {
  type AttendanceReport,
  atMsOf,
  type DeviceAlarmReport,
  type KnownDevice,
  type PositionReport,
  type Report,
  receivedMsOf,
  type TelemetryReport,
} from '../report.ts'
import type { QuarantineReason } from './durable.ts'
import type { Horizons } from './retention.ts'

export interface Placed<R extends Report> {
  /** Place in the batch. */
  readonly index: number
  readonly report: R
  readonly atMs: number
  readonly receivedMs: number
}
export interface Quarantined {
  readonly index: number
  readonly report: Report
  readonly reason: QuarantineReason
}
export interface SortedBatch {
  /** In order of site, device, moment and span; none twice. */
  readonly telemetry: readonly Placed<TelemetryReport>[]
  /** Of days whose raw data were dropped; in the same order. */
  readonly late: readonly Placed<TelemetryReport>[]
  readonly positions: readonly Placed<PositionReport>[]
  readonly attendance: readonly Placed<AttendanceReport>[]
  readonly events: readonly Placed<DeviceAlarmReport>[]
  readonly heartbeats: readonly number[]
  readonly quarantined: readonly Quarantined[]
  /** Places of reports that stand in this batch before. */
  readonly repeated: readonly number[]
}
export interface SortRules {
  readonly futureMs: number
  /** First moments of what is kept. */
  readonly rawFromMs: number
  readonly positionsFromMs: number
  readonly minutesFromMs: number
}
export const sortRulesOf = (horizons: Horizons, futureSeconds: number): SortRules => ({
  futureMs: futureSeconds * 1000,
  rawFromMs: msOf(startOfDay(horizons.raw)),
  positionsFromMs: msOf(startOfDay(horizons.positions)),
  minutesFromMs: msOf(startOfDay(horizons.minutes)),
})

export const spanOf = (report: TelemetryReport): number => report.spanSeconds ?? 0
const spanIsSound = (span: number): boolean => Number.isInteger(span) && span >= 0 && span <= 366 * 86_400
const isPlace = ({ lon, lat }: PositionReport): boolean => lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90
const isOrNull = (value: number | null, from: number, to: number): boolean =>
  value === null || (value >= from && value <= to)
const isPlausible = (report: Report): boolean =>
  report.kind === 'telemetry'
    ? spanIsSound(spanOf(report)) && report.values.length <= 200
    : report.kind !== 'position' ||
      (isPlace(report) && isOrNull(report.floor, -20, 300) && isOrNull(report.speedMps, 0, 200))

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byDevice = (one: KnownDevice, two: KnownDevice): number =>
  one === two ? 0 : byText(one.siteId, two.siteId) || byText(one.deviceId, two.deviceId)
const byKey = (a: Placed<Report>, b: Placed<Report>): number =>
  byDevice(a.report.device, b.report.device) || a.atMs - b.atMs
const byKeyAndSpan = (a: Placed<TelemetryReport>, b: Placed<TelemetryReport>): number =>
  byKey(a, b) || spanOf(a.report) - spanOf(b.report) || a.index - b.index
const byKeyAndIndex = (a: Placed<Report>, b: Placed<Report>): number => byKey(a, b) || a.index - b.index

/**
 * Sorts reports by device, moment and span. A device's reports nearly always come in order: then only the devices are sorted.
 */
const sortTelemetry = (rows: readonly Placed<TelemetryReport>[]): readonly Placed<TelemetryReport>[] => {
  const devices = new Map<string, Placed<TelemetryReport>[]>()
  for (const row of rows) {
    const { deviceId, siteId } = row.report.device
    const before = devices.get(deviceId)
    const last = before?.at(-1)
    if (before === undefined || last === undefined) devices.set(deviceId, [row])
    else if (last.report.device.siteId === siteId && byKeyAndSpan(last, row) < 0) before.push(row)
    else return [...rows].sort(byKeyAndSpan)
  }
  const first = (list: readonly Placed<TelemetryReport>[]): KnownDevice | undefined => list[0]?.report.device
  return [...devices.values()]
    .sort((a, b) => {
      const [one, two] = [first(a), first(b)]
      return one === undefined || two === undefined ? 0 : byDevice(one, two)
    })
    .flat()
}

const isSameMoment = (a: Placed<Report>, b: Placed<Report>): boolean =>
  a.atMs === b.atMs &&
  (a.report.device === b.report.device ||
    (a.report.device.siteId === b.report.device.siteId && a.report.device.deviceId === b.report.device.deviceId))

/** Leaves out what stands before with the same key; the first that came counts. */
const once = <R extends Report>(
  sorted: readonly Placed<R>[],
  isSame: (a: Placed<R>, b: Placed<R>) => boolean,
  repeated: number[],
): readonly Placed<R>[] => {
  let before: Placed<R> | null = null
  let all = true
  for (const each of sorted) {
    if (before !== null && isSame(before, each)) all = false
    before = each
  }
  if (all) return sorted
  const kept: Placed<R>[] = []
  for (const each of sorted) {
    const last = kept.at(-1)
    if (last !== undefined && isSame(last, each)) repeated.push(each.index)
    else kept.push(each)
  }
  return kept
}

/** Sorts a batch. */
export const sortBatch = (reports: readonly Report[], rules: SortRules): SortedBatch => {
  const telemetry: Placed<TelemetryReport>[] = []
  const late: Placed<TelemetryReport>[] = []
  const positions: Placed<PositionReport>[] = []
  const attendance: Placed<AttendanceReport>[] = []
  const events: Placed<DeviceAlarmReport>[] = []
  const heartbeats: number[] = []
  const quarantined: Quarantined[] = []
  const repeated: number[] = []
  const put = (index: number, report: Report, reason: QuarantineReason): void => {
    quarantined.push({ index, report, reason })
  }
  for (let index = 0; index < reports.length; index += 1) {
    const report = reports[index] as Report
    const receivedMs = receivedMsOf(report)
    const atMs = report.at === report.receivedAt ? receivedMs : atMsOf(report)
    if (report.kind === 'heartbeat') heartbeats.push(index)
    else if (Number.isNaN(atMs) || Number.isNaN(receivedMs) || !isPlausible(report)) put(index, report, 'implausible')
    else if (atMs > receivedMs + rules.futureMs) put(index, report, 'future')
    else if (atMs < (report.kind === 'position' ? rules.positionsFromMs : rules.minutesFromMs))
      put(index, report, 'too-old')
    else if (report.kind === 'telemetry')
      (atMs < rules.rawFromMs ? late : telemetry).push({ index, report, atMs, receivedMs })
    else if (report.kind === 'position') positions.push({ index, report, atMs, receivedMs })
    else if (report.kind === 'attendance') attendance.push({ index, report, atMs, receivedMs })
    else events.push({ index, report, atMs, receivedMs })
  }
  const isSameReport = (a: Placed<TelemetryReport>, b: Placed<TelemetryReport>): boolean =>
    isSameMoment(a, b) && spanOf(a.report) === spanOf(b.report)
  return {
    telemetry: once(sortTelemetry(telemetry), isSameReport, repeated),
    late: once(late.sort(byKeyAndSpan), isSameReport, repeated),
    positions: once(positions.sort(byKeyAndIndex), isSameMoment, repeated),
    attendance,
    events,
    heartbeats,
    quarantined,
    repeated,
  }
}
