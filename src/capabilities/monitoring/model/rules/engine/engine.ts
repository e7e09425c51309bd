/**
 * The rules on the reports of many devices. Pure: time and surroundings come in, findings go out. One device's rules see its
 * reports in the order in which they came; reports that are old, buffered, or older than one before are counted where the
 * law counts by day, and raise nothing.
 */
import {
  type DeviceId,
  type KnownDevice,
  quality,
  type Report,
  type SiteId,
  type TelemetryReport,
} from '../../report.ts'
import type { CompiledRule } from '../compile.ts'
import { msOfInstant } from '../moment.ts'
import { bindAll } from './bind.ts'
import { createBoard } from './board.ts'
import { readEntry, writeEntry } from './checkpoint.ts'
import { forgetSaid, onAttendance, onDeviceAlarm, onPosition } from './events.ts'
import { countDay, heard, onReading, type Reading, silence } from './telemetry.ts'
import { type Emit, type Entry, heardNothing, type LastHeard, type Surroundings } from './types.ts'

export interface EngineOptions {
  readonly rules: readonly CompiledRule[]
  readonly surroundings: Surroundings
  /** A report that is older than this when it comes is no news, ms. */
  readonly oldAfterMs?: number
}
export interface Engine {
  readonly rules: readonly CompiledRule[]
  /** Whether any rule looks at reports of the device. */
  readonly concerns: (device: KnownDevice) => boolean
  readonly has: (deviceId: DeviceId) => boolean
  /** Goes on with a device where its checkpoint left it. */
  readonly load: (device: KnownDevice, checkpoint: string, last?: LastHeard) => void
  readonly forget: (deviceId: DeviceId) => void
  /** Reports in the order in which they came; devices that were not loaded begin at rest. */
  readonly evaluate: (reports: readonly Report[], emit: Emit) => void
  /** Says of a loaded device that it was last heard at a moment (null: as the engine knows). Gives when to ask again, ms. */
  readonly silent: (deviceId: DeviceId, sinceMs: number | null, nowMs: number, emit: Emit) => number
  /** Ends what a loaded device began to say long ago and never ended. Gives when to ask again, ms. */
  readonly saidLongAgo: (deviceId: DeviceId, nowMs: number, emit: Emit) => number
  /** The checkpoint where it changed since the last time this was asked; null where it did not. */
  readonly changed: (deviceId: DeviceId) => string | null
  readonly checkpoint: (deviceId: DeviceId) => string
  readonly lastHeard: (deviceId: DeviceId) => LastHeard
  /** Metrics of a site that rules of other devices look at. */
  readonly sharedMetrics: readonly string[]
  readonly post: (siteId: SiteId, metric: string, atMs: number, value: number) => void
  readonly newestAt: (siteId: SiteId, metric: string) => number
}

export const OLD_AFTER_MS = 600_000

const atMsOf = (report: Report): number => report.atMs ?? msOfInstant(report.at)
const receivedMsOf = (report: Report): number => report.receivedMs ?? msOfInstant(report.receivedAt)

export const createEngine = ({ rules, surroundings, oldAfterMs = OLD_AFTER_MS }: EngineOptions): Engine => {
  const entries = new Map<DeviceId, Entry>()
  const board = createBoard()
  const sharedMetrics = [
    ...new Set(rules.flatMap(({ condition }) => (condition.kind === 'correlation' ? [condition.metric] : []))),
  ]
  const make = (device: KnownDevice): Entry => ({
    device,
    bounds: bindAll(rules, device),
    shared: sharedMetrics.flatMap((metric) => {
      const place = device.metrics.indexOf(metric)
      return place < 0 ? [] : [{ metric, place }]
    }),
    lastAt: Number.NaN,
    lastValues: null,
    positionAt: Number.NaN,
    heardAt: Number.NaN,
    changed: false,
  })
  const load: Engine['load'] = (device, checkpoint, last = heardNothing) => {
    const entry = make(device)
    Object.assign(entry, last)
    readEntry(entry, checkpoint)
    entries.set(device.deviceId, entry)
  }
  /** The entry of a device; one whose profile changed goes on with the same states. */
  const entryOf = (device: KnownDevice): Entry => {
    const known = entries.get(device.deviceId)
    if (known !== undefined && (known.device === device || known.device.profileId === device.profileId)) return known
    const entry = make(device)
    if (known !== undefined) {
      entry.heardAt = known.heardAt
      entry.positionAt = known.positionAt
      readEntry(entry, writeEntry(known))
      entry.changed = true
    }
    entries.set(device.deviceId, entry)
    return entry
  }
  const isLive = (report: Report, atMs: number): boolean =>
    !report.buffered && receivedMsOf(report) - atMs <= oldAfterMs

  const onTelemetry = (entry: Entry, report: TelemetryReport, atMs: number, emit: Emit): void => {
    // What the device itself marks as faulty is no measurement.
    if ((report.quality & quality.deviceFlag) !== 0) return
    const live = isLive(report, atMs)
    const spanMs = (report.spanSeconds ?? 0) * 1000
    if (!live || atMs <= entry.lastAt) {
      for (const bound of entry.bounds)
        if (bound.kind === 'daily-count') countDay(entry, bound, { report, atMs, gapMs: 0, spanMs }, false, emit)
      return
    }
    const reading: Reading = { report, atMs, gapMs: atMs - entry.lastAt, spanMs }
    if (!(entry.heardAt >= atMs)) entry.heardAt = atMs
    heard(entry, atMs, emit)
    onReading(entry, reading, surroundings, board, emit)
    entry.lastAt = atMs
    entry.lastValues = report.values
  }
  const onOther = (entry: Entry, report: Exclude<Report, TelemetryReport>, atMs: number, emit: Emit): void => {
    if (!isLive(report, atMs)) return
    switch (report.kind) {
      case 'position': {
        if (atMs <= entry.positionAt) return
        if (!(entry.heardAt >= atMs)) entry.heardAt = atMs
        heard(entry, atMs, emit)
        onPosition(entry, report, atMs, atMs - entry.positionAt, surroundings, emit)
        entry.positionAt = atMs
        return
      }
      case 'attendance':
        onAttendance(entry, report, atMs, surroundings, emit)
        return
      case 'device-alarm':
        onDeviceAlarm(entry, report, atMs, emit)
        return
      case 'heartbeat':
    }
  }
  return {
    rules,
    sharedMetrics,
    concerns: (device) => {
      const known = entries.get(device.deviceId)
      const entry = known?.device.profileId === device.profileId ? known : make(device)
      return entry.bounds.length > 0 || entry.shared.length > 0
    },
    has: (deviceId) => entries.has(deviceId),
    load,
    forget: (deviceId) => {
      entries.delete(deviceId)
    },
    evaluate: (reports, emit) => {
      // First what the site knows by now, so that the order of devices within one batch does not matter.
      if (sharedMetrics.length > 0)
        for (const report of reports)
          if (report.kind === 'telemetry') {
            const entry = entryOf(report.device)
            if (entry.shared.length === 0 || (report.quality & quality.deviceFlag) !== 0) continue
            const atMs = atMsOf(report)
            if (!isLive(report, atMs)) continue
            for (const { metric, place } of entry.shared) {
              const value = report.values[place] ?? Number.NaN
              if (!Number.isNaN(value)) board.post(report.device.siteId, metric, atMs, value)
            }
          }
      for (const report of reports) {
        const entry = entryOf(report.device)
        if (entry.bounds.length === 0) continue
        const atMs = atMsOf(report)
        if (report.kind === 'telemetry') onTelemetry(entry, report, atMs, emit)
        else onOther(entry, report, atMs, emit)
      }
    },
    silent: (deviceId, sinceMs, nowMs, emit) => {
      const entry = entries.get(deviceId)
      if (entry === undefined) return Number.POSITIVE_INFINITY
      const since = sinceMs ?? entry.heardAt
      return Number.isNaN(since) ? Number.POSITIVE_INFINITY : silence(entry, since, nowMs, emit)
    },
    saidLongAgo: (deviceId, nowMs, emit) => {
      const entry = entries.get(deviceId)
      return entry === undefined ? Number.POSITIVE_INFINITY : forgetSaid(entry, nowMs, emit)
    },
    changed: (deviceId) => {
      const entry = entries.get(deviceId)
      if (entry === undefined || !entry.changed) return null
      entry.changed = false
      return writeEntry(entry)
    },
    checkpoint: (deviceId) => {
      const entry = entries.get(deviceId)
      return entry === undefined ? '' : writeEntry(entry)
    },
    lastHeard: (deviceId) => {
      const entry = entries.get(deviceId)
      return entry === undefined
        ? heardNothing
        : {
            lastAt: entry.lastAt,
            lastValues: entry.lastValues,
            positionAt: entry.positionAt,
            heardAt: entry.heardAt,
          }
    },
    post: board.post,
    newestAt: board.newestAt,
  }
}
