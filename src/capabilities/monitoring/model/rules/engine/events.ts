/** Conditions on positions, on people at the gate, and on what devices say of themselves. */
import type { AttendanceReport, DeviceAlarmReport, PositionReport } from '../../report.ts'
import { isInside } from './inside.ts'
import { passGate, tell } from './telemetry.ts'
import type { Bound, Emit, Entry, Surroundings } from './types.ts'

export const onPosition = (
  entry: Entry,
  report: PositionReport,
  atMs: number,
  gapMs: number,
  surroundings: Surroundings,
  emit: Emit,
): void => {
  for (const bound of entry.bounds) {
    if (bound.kind !== 'zone') continue
    const { condition } = bound
    if (report.accuracyM !== null && report.accuracyM > condition.maxAccuracyM) continue
    const zones = surroundings.zones(entry.device.siteId).filter((zone) => condition.zoneKinds.includes(zone.kind))
    if (zones.length === 0) continue
    const zone = zones.find((each) => isInside(each, report.lon, report.lat, report.floor))
    const on = condition.event === 'leave' ? zone === undefined : zone !== undefined
    passGate(entry, bound, on, !on, atMs, gapMs, emit, () => ({
      more: { zone: zone?.name ?? null, zoneId: zone?.zoneId ?? null, event: condition.event },
    }))
  }
}

const forget = (bound: Bound & { kind: 'unregistered' }, atMs: number): void => {
  for (const [ref, since] of bound.state.inside)
    if (atMs - since > bound.condition.forgetSeconds * 1000) bound.state.inside.delete(ref)
}
export const onAttendance = (
  entry: Entry,
  report: AttendanceReport,
  atMs: number,
  surroundings: Surroundings,
  emit: Emit,
): void => {
  for (const bound of entry.bounds) {
    if (bound.kind !== 'unregistered') continue
    const { inside } = bound.state
    const before = inside.size
    forget(bound, atMs)
    const mine = inside.get(report.workerRef)
    if (report.direction === 'out') inside.delete(report.workerRef)
    else if (surroundings.registered(entry.device.siteId, report.workerRef) === false) {
      inside.set(report.workerRef, Math.max(mine ?? 0, atMs))
      entry.changed = true
      const more = { people: inside.size, method: report.method }
      if (before === 0) tell(emit, 'raise', entry, bound, atMs, atMs, { more })
      else if (mine === undefined) tell(emit, 'again', entry, bound, atMs, atMs, { more })
    }
    if (inside.size === before) continue
    entry.changed = true
    if (before > 0 && inside.size === 0) tell(emit, 'end', entry, bound, atMs, atMs)
  }
}

/** An alarm that goes on says so once a minute at most. */
const AGAIN_MS = 60_000
export const onDeviceAlarm = (entry: Entry, report: DeviceAlarmReport, atMs: number, emit: Emit): void => {
  for (const bound of entry.bounds) {
    if (bound.kind !== 'device-alarm') continue
    const { rule, state } = bound
    if (!rule.codes.has(report.code) && !rule.prefixes.some((prefix) => report.code.startsWith(prefix))) continue
    const more = { ...report.evidence, code: report.code, said: report.text }
    if (!report.active) {
      if (!state.active) continue
      state.active = false
      entry.changed = true
      tell(emit, 'end', entry, bound, atMs, state.since, { more })
      continue
    }
    // The device told no end of the one before.
    if (state.active && atMs - state.last > bound.condition.forgetSeconds * 1000) {
      state.active = false
      tell(emit, 'end', entry, bound, atMs, state.since)
    }
    if (!state.active) {
      state.active = true
      state.since = atMs
      state.last = atMs
      entry.changed = true
      tell(emit, 'raise', entry, bound, atMs, atMs, { more })
    } else if (atMs - state.last >= AGAIN_MS) {
      state.last = atMs
      entry.changed = true
      tell(emit, 'again', entry, bound, atMs, atMs, { more })
    }
  }
}
/** Ends what the device began and never ended. Gives when to look again, ms. */
export const forgetSaid = (entry: Entry, nowMs: number, emit: Emit): number => {
  let next = Number.POSITIVE_INFINITY
  for (const bound of entry.bounds) {
    if (bound.kind !== 'device-alarm' || !bound.state.active) continue
    const dueAt = bound.state.last + bound.condition.forgetSeconds * 1000
    if (dueAt > nowMs) {
      next = Math.min(next, dueAt)
      continue
    }
    bound.state.active = false
    entry.changed = true
    tell(emit, 'end', entry, bound, nowMs, bound.state.since)
  }
  return next
}
