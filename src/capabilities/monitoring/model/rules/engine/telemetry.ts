/** Conditions on measured values. Each takes one live reading in order of time; a value that is NaN says nothing. */
import type { TelemetryReport } from '../../report.ts'
import { addTo, type DayCount, judge, meanOf, startDay } from '../day-count.ts'
import { phase, step, stepGate } from '../gate.ts'
import { dayOfMs, hourOfWeek, startOfDayMs } from '../moment.ts'
import { robustScore, usualOf } from '../robust.ts'
import type { Board } from './board.ts'
import type { Bound, Emit, Entry, Finding, Surroundings } from './types.ts'

const nothingMore = {}
const noFacts: Partial<Finding> = {}
export const tell = (
  emit: Emit,
  what: Finding['what'],
  entry: Entry,
  bound: Bound,
  atMs: number,
  occurredMs: number,
  facts: Partial<Finding> = noFacts,
): void =>
  emit({
    what,
    rule: bound.rule,
    device: entry.device,
    atMs,
    occurredMs,
    metric: facts.metric ?? null,
    value: facts.value ?? Number.NaN,
    limit: facts.limit ?? Number.NaN,
    row: facts.row ?? null,
    window: facts.window ?? null,
    more: facts.more ?? nothingMore,
  })

/** A reading in its time. */
export interface Reading {
  readonly report: TelemetryReport
  readonly atMs: number
  readonly gapMs: number
  readonly spanMs: number
}
type Gated = Extract<Bound, { readonly kind: 'threshold' | 'history' | 'neighbours' | 'zone' | 'correlation' }>
/** Passes a signal through the gate of a rule; facts are asked for only when there is something to tell. */
export const passGate = (
  entry: Entry,
  bound: Gated,
  on: boolean,
  off: boolean,
  atMs: number,
  gapMs: number,
  emit: Emit,
  facts: () => Partial<Finding>,
): void => {
  const { state } = bound
  const began = state.since
  const done = stepGate(state, bound.rule.gate, on, off, atMs, gapMs)
  if (done === step.nothing) return
  entry.changed = true
  if (done === step.raise) tell(emit, 'raise', entry, bound, atMs, state.since, facts())
  else if (done === step.end) tell(emit, 'end', entry, bound, atMs, began, facts())
}

const threshold = (entry: Entry, bound: Bound & { kind: 'threshold' }, reading: Reading, emit: Emit): void => {
  const { condition, rule, state } = bound
  const value = reading.report.values[bound.place] ?? Number.NaN
  if (Number.isNaN(value) || reading.spanMs > condition.maxSpanSeconds * 1000) return
  const limit = rule.limits?.at(reading.atMs) ?? null
  // Where no limit holds (by day, for a limit of the night), nothing is beyond it.
  const above = condition.compare === 'above'
  const on = limit !== null && (above ? value > limit.value : value < limit.value)
  if (!on && state.phase === phase.normal) return
  const off = limit === null || (above ? value <= limit.value - condition.band : value >= limit.value + condition.band)
  passGate(entry, bound, on, off && !on, reading.atMs, reading.gapMs, emit, () => ({
    metric: condition.metric,
    value,
    limit: limit?.value ?? Number.NaN,
    row: limit?.row ?? null,
    window: limit?.window ?? null,
  }))
}

const scored = (
  entry: Entry,
  bound: Bound & { kind: 'history' | 'neighbours' },
  reading: Reading,
  surroundings: Surroundings,
  emit: Emit,
): void => {
  const { condition } = bound
  const value = reading.report.values[bound.place] ?? Number.NaN
  if (Number.isNaN(value) || reading.spanMs > condition.maxSpanSeconds * 1000) return
  const { deviceId } = entry.device
  let usual: { readonly median: number; readonly deviation: number } | null = null
  let from = 0
  if (bound.kind === 'history') {
    const known = surroundings.usual(deviceId, condition.metric, hourOfWeek(reading.atMs))
    if (known !== null && known.hours >= bound.condition.minHours) usual = known
    from = known?.hours ?? 0
  } else {
    const fresh = reading.atMs - bound.condition.freshSeconds * 1000
    const others = surroundings.around(deviceId, condition.metric, bound.condition.withinM, fresh)
    if (others.length >= bound.condition.minStations) usual = usualOf(others)
    from = others.length
  }
  if (usual === null) return
  const score = robustScore(value, usual, condition.minDeviation)
  const size = condition.direction === 'up' ? score : condition.direction === 'down' ? -score : Math.abs(score)
  const on = size > condition.score
  if (!on && bound.state.phase === phase.normal) return
  const { median } = usual
  passGate(entry, bound, on, size <= condition.score - condition.band, reading.atMs, reading.gapMs, emit, () => ({
    metric: condition.metric,
    value,
    limit: median,
    more: { score: Math.round(size * 10) / 10, from },
  }))
}

const change = (metric: string, before: number, now: number): number => {
  const delta = now - before
  return metric === 'slew' ? ((((delta + 180) % 360) + 360) % 360) - 180 : delta
}
const correlation = (
  entry: Entry,
  bound: Bound & { kind: 'correlation' },
  reading: Reading,
  board: Board,
  emit: Emit,
): void => {
  const { condition, rule, state } = bound
  const before = entry.lastValues
  if (reading.spanMs > condition.maxSpanSeconds * 1000) return
  let moving = ''
  if (before !== null && reading.gapMs > 0 && reading.gapMs <= condition.withinSeconds * 1000)
    for (let index = 0; index < bound.places.length; index += 1) {
      const place = bound.places[index] ?? -1
      const wanted = condition.moving[index]
      if (place < 0 || wanted === undefined) continue
      const delta = change(wanted.metric, before[place] ?? Number.NaN, reading.report.values[place] ?? Number.NaN)
      if ((Math.abs(delta) * 1000) / reading.gapMs >= wanted.perSecond) moving = wanted.metric
    }
  if (moving === '' && state.phase === phase.normal) return
  const limit = rule.limits?.at(reading.atMs) ?? null
  const { siteId } = entry.device
  const value = board.newest(siteId, condition.metric, reading.atMs - condition.withinSeconds * 1000, reading.atMs)
  const beyond = limit !== null && (condition.compare === 'above' ? value > limit.value : value < limit.value)
  const on = moving !== '' && beyond
  passGate(entry, bound, on, !on, reading.atMs, reading.gapMs, emit, () => ({
    metric: condition.metric,
    value,
    limit: limit?.value ?? Number.NaN,
    row: limit?.row ?? null,
    window: limit?.window ?? null,
    more: { moving: moving === '' ? null : moving },
  }))
}

const flatline = (entry: Entry, bound: Bound & { kind: 'flatline' }, reading: Reading, emit: Emit): void => {
  const { condition, state } = bound
  const value = reading.report.values[bound.place] ?? Number.NaN
  if (Number.isNaN(value)) {
    if (!state.raised && state.n > 0) {
      entry.changed ||= state.n > 1
      state.n = 0
    }
    return
  }
  const same = state.n > 0 && Math.abs(value - state.value) <= condition.tolerance && !condition.except.includes(value)
  if (same) {
    if (state.raised) return
    state.n += 1
    entry.changed = true
    if (state.n < condition.samples || reading.atMs - state.since < condition.forSeconds * 1000) return
    state.raised = true
    const more = { samples: state.n }
    tell(emit, 'raise', entry, bound, reading.atMs, state.since, { metric: condition.metric, value, more })
    return
  }
  const { raised, since } = state
  entry.changed ||= raised || state.n > 1
  state.raised = false
  state.value = value
  state.since = reading.atMs
  state.n = 1
  if (raised) tell(emit, 'end', entry, bound, reading.atMs, since, { metric: condition.metric, value })
}

const jump = (entry: Entry, bound: Bound & { kind: 'jump' }, reading: Reading, emit: Emit): void => {
  const { condition, state } = bound
  const value = reading.report.values[bound.place] ?? Number.NaN
  const before = entry.lastValues?.[bound.place] ?? Number.NaN
  const delta = change(condition.metric, before, value)
  const size = condition.direction === 'both' ? Math.abs(delta) : condition.direction === 'up' ? delta : -delta
  const { atMs } = reading
  if (size >= condition.delta && reading.gapMs <= condition.withinSeconds * 1000) {
    entry.changed = true
    state.last = atMs
    if (state.active) return
    state.active = true
    state.since = atMs
    const more = { from: before, delta }
    tell(emit, 'raise', entry, bound, atMs, atMs, { metric: condition.metric, value, limit: condition.delta, more })
  } else if (state.active && atMs - state.last >= condition.clearSeconds * 1000) {
    entry.changed = true
    state.active = false
    tell(emit, 'end', entry, bound, atMs, state.since, { metric: condition.metric, value })
  }
}

/** Closes the windows before one; the limit of a window is that of its beginning. */
const closeWindows = (bound: Bound & { kind: 'daily-count' }, until: number): number => {
  const { condition, state, rule } = bound
  let worst = Number.NaN
  for (let window = state.closed; window < until; window += 1) {
    const limit = rule.limits?.at(startOfDayMs(state.day) + window * condition.minutes * 60_000) ?? null
    const mean = meanOf(state, window, condition.statistic, condition.minSamples)
    if (limit === null || Number.isNaN(mean)) continue
    judge(state, window, mean, limit.value)
    if (mean > limit.value) worst = mean
  }
  state.closed = Math.max(state.closed, until)
  return worst
}
const allowedOf = (bound: Bound & { kind: 'daily-count' }, atMs: number): number =>
  bound.condition.allowed ?? bound.rule.limits?.at(atMs)?.allowedPerDay ?? 0

const raiseCount = (
  entry: Entry,
  bound: Bound & { kind: 'daily-count' },
  atMs: number,
  value: number,
  emit: Emit,
): void => {
  const { state, condition, rule } = bound
  const judgedAt = startOfDayMs(state.day) + Math.max(0, state.closed - 1) * condition.minutes * 60_000
  const allowed = allowedOf(bound, judgedAt)
  if (state.active || state.count <= allowed) return
  state.active = true
  const limit = rule.limits?.at(judgedAt) ?? null
  tell(emit, 'raise', entry, bound, atMs, judgedAt, {
    metric: condition.metric,
    value,
    limit: limit?.value ?? Number.NaN,
    row: limit?.row ?? null,
    window: limit?.window ?? null,
    more: { count: state.count, allowed, minutes: condition.minutes },
  })
}
const writable = (state: DayCount, window: number): boolean => window >= 0 && window < state.ns.length

/** Counts whatever belongs to the day; tells only of what a live reading brings to light. */
export const countDay = (
  entry: Entry,
  bound: Bound & { kind: 'daily-count' },
  reading: Reading,
  live: boolean,
  emit: Emit,
): void => {
  const { condition, state, rule } = bound
  const value = reading.report.values[bound.place] ?? Number.NaN
  const { atMs } = reading
  const day = dayOfMs(atMs)
  if (day > state.day) {
    if (state.day >= 0) {
      const worst = closeWindows(bound, state.ns.length)
      if (live) raiseCount(entry, bound, atMs, worst, emit)
      if (state.active) tell(emit, 'end', entry, bound, atMs, startOfDayMs(state.day))
    }
    startDay(state, day)
    entry.changed = true
  }
  if (day !== state.day) return
  const width = condition.minutes * 60_000
  const window = Math.floor((atMs - startOfDayMs(day)) / width)
  if (!Number.isNaN(value) && reading.spanMs <= width && writable(state, window)) {
    addTo(state, window, value, condition.statistic)
    entry.changed = true
    if (window < state.closed) {
      const limit = rule.limits?.at(startOfDayMs(day) + window * width) ?? null
      const mean = meanOf(state, window, condition.statistic, condition.minSamples)
      if (limit !== null && !Number.isNaN(mean)) judge(state, window, mean, limit.value)
    }
  }
  if (!live) return
  let worst = Number.NaN
  if (window > state.closed) {
    worst = closeWindows(bound, window)
    entry.changed = true
  }
  raiseCount(entry, bound, atMs, worst, emit)
}

/** Which metric has been silent for longest beyond the time of the rule; the device as a whole is judged by `silence`. */
const stale = (entry: Entry, bound: Bound & { kind: 'stale' }, reading: Reading, emit: Emit): void => {
  const { condition, state } = bound
  const { atMs, report } = reading
  let over = -1
  for (let index = 0; index < bound.places.length; index += 1) {
    const silent = Number.isNaN(report.values[bound.places[index] ?? -1] ?? Number.NaN)
    const since = state.missing[index] ?? Number.NaN
    if (!silent) {
      if (Number.isNaN(since)) continue
      state.missing[index] = Number.NaN
      entry.changed = true
      continue
    }
    if (Number.isNaN(since)) {
      state.missing[index] = Number.isNaN(entry.lastAt) ? atMs : entry.lastAt
      entry.changed = true
    }
    if (atMs - (state.missing[index] ?? atMs) >= condition.afterSeconds * 1000 && over < 0) over = index
  }
  if (over >= 0 && !state.raised) {
    state.raised = true
    entry.changed = true
    const since = state.missing[over] ?? atMs
    const metric = entry.device.metrics[bound.places[over] ?? -1] ?? null
    tell(emit, 'raise', entry, bound, atMs, since + condition.afterSeconds * 1000, { metric, more: { since } })
  } else if (over < 0 && state.raised) {
    state.raised = false
    entry.changed = true
    tell(emit, 'end', entry, bound, atMs, atMs)
  }
}
/** Any live sign ends the silence of a device as a whole. */
export const heard = (entry: Entry, atMs: number, emit: Emit): void => {
  for (const bound of entry.bounds)
    if (bound.kind === 'stale' && bound.places.length === 0 && (bound.state.raised || bound.state.notBefore > 0)) {
      const { raised } = bound.state
      bound.state.raised = false
      bound.state.notBefore = 0
      entry.changed = true
      if (raised) tell(emit, 'end', entry, bound, atMs, atMs)
    }
}
/** Says of a device that has been silent since a moment. Gives the moment at which the next rule would, ms. */
export const silence = (entry: Entry, sinceMs: number, nowMs: number, emit: Emit): number => {
  let next = Number.POSITIVE_INFINITY
  for (const bound of entry.bounds) {
    if (bound.kind !== 'stale' || bound.places.length > 0 || bound.state.raised) continue
    const dueAt = Math.max(sinceMs, bound.state.notBefore) + bound.condition.afterSeconds * 1000
    if (dueAt > nowMs) {
      next = Math.min(next, dueAt)
      continue
    }
    bound.state.raised = true
    entry.changed = true
    tell(emit, 'raise', entry, bound, nowMs, dueAt, { more: { since: sinceMs } })
  }
  return next
}

/** Runs the rules of a device on a live reading that is newer than all before. */
export const onReading = (
  entry: Entry,
  reading: Reading,
  surroundings: Surroundings,
  board: Board,
  emit: Emit,
): void => {
  for (const bound of entry.bounds)
    switch (bound.kind) {
      case 'threshold':
        threshold(entry, bound, reading, emit)
        break
      case 'daily-count':
        countDay(entry, bound, reading, true, emit)
        break
      case 'stale':
        if (bound.places.length > 0) stale(entry, bound, reading, emit)
        break
      case 'flatline':
        flatline(entry, bound, reading, emit)
        break
      case 'jump':
        jump(entry, bound, reading, emit)
        break
      case 'history':
      case 'neighbours':
        scored(entry, bound, reading, surroundings, emit)
        break
      case 'correlation':
        correlation(entry, bound, reading, board, emit)
        break
      default:
    }
}
