/** Exceedances of a day: means over its windows, as data of that day come in, in whatever order. */
import { DAY_MS } from '../../../../kernel/time.ts'

export interface DayCount {
  /** Whole days since 1970-01-01 in Asia/Shanghai; -1: nothing yet. */
  day: number
  /** Of each window: sum of values (or of energies), number of values. */
  readonly sums: Float64Array
  readonly ns: Uint32Array
  readonly exceeds: Uint8Array
  count: number
  /** Windows before this one are over. */
  closed: number
  active: boolean
}
export const newDayCount = (minutes: number): DayCount => {
  const windows = DAY_MS / 60_000 / minutes
  return {
    day: -1,
    sums: new Float64Array(windows),
    ns: new Uint32Array(windows),
    exceeds: new Uint8Array(windows),
    count: 0,
    closed: 0,
    active: false,
  }
}
export const startDay = (state: DayCount, day: number): void => {
  state.day = day
  state.sums.fill(0)
  state.ns.fill(0)
  state.exceeds.fill(0)
  state.count = 0
  state.closed = 0
  state.active = false
}
export type Statistic = 'mean' | 'leq'
export const addTo = (state: DayCount, window: number, value: number, statistic: Statistic): void => {
  state.sums[window] = (state.sums[window] ?? 0) + (statistic === 'leq' ? 10 ** (value / 10) : value)
  state.ns[window] = (state.ns[window] ?? 0) + 1
}
/** NaN where too few values are in the window. */
export const meanOf = (state: DayCount, window: number, statistic: Statistic, minSamples: number): number => {
  const n = state.ns[window] ?? 0
  if (n < minSamples) return Number.NaN
  const mean = (state.sums[window] ?? 0) / n
  return statistic === 'leq' ? 10 * Math.log10(mean) : mean
}
/** Judges a window that is over. */
export const judge = (state: DayCount, window: number, mean: number, limit: number): void => {
  const exceeds = mean > limit ? 1 : 0
  state.count += exceeds - (state.exceeds[window] ?? 0)
  state.exceeds[window] = exceeds
}

/** A checkpoint; windows without values are left out. */
export const writeDayCount = (state: DayCount): readonly (number | readonly number[])[] => {
  const kept: number[] = []
  for (let window = 0; window < state.ns.length; window += 1)
    if ((state.ns[window] ?? 0) > 0)
      kept.push(window, state.sums[window] ?? 0, state.ns[window] ?? 0, state.exceeds[window] ?? 0)
  return [state.day, state.closed, state.active ? 1 : 0, kept]
}
export const readDayCount = (state: DayCount, written: unknown): void => {
  if (!Array.isArray(written)) return
  const [day, closed, active, kept] = written as [number, number, number, readonly number[]]
  startDay(state, day)
  state.closed = closed
  state.active = active === 1
  for (let at = 0; at + 3 < kept.length; at += 4) {
    const window = kept[at] ?? 0
    state.sums[window] = kept[at + 1] ?? 0
    state.ns[window] = kept[at + 2] ?? 0
    state.exceeds[window] = kept[at + 3] ?? 0
    state.count += kept[at + 3] ?? 0
  }
}
