/** Limits as the engine looks them up: by moment, with the night of the noise law. */
import { DAY_MS, endOfDay, msOf, startOfDay } from '../../../../kernel/time.ts'
import type { LimitRef } from './definition.ts'
import type { Limit, LimitFile, LimitRow, Window } from './limits.ts'
import { dayOfMs, startOfDayMs } from './moment.ts'

/** Minutes since midnight at which the night begins and ends. */
export interface Night {
  readonly from: number
  readonly to: number
}
const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
export const nightOf = (file: Pick<LimitFile, 'night'>): Night => ({
  from: minutesOf(file.night.from),
  to: minutesOf(file.night.to),
})

export interface LimitEntry {
  readonly value: number
  readonly window: Window
  readonly allowedPerDay: number | null
  readonly row: LimitRow | null
  readonly fromMs: number
  readonly toMs: number
}
export interface LimitTable {
  readonly limit: Limit | null
  /** The entry that holds at a moment; null: none does. */
  readonly at: (ms: number) => LimitEntry | null
}

const isNight = (minute: number, night: Night): boolean =>
  night.from > night.to ? minute >= night.from || minute < night.to : minute >= night.from && minute < night.to

/** Throws a RangeError when the limit is not in the data. */
export const tableOf = (ref: LimitRef, limits: ReadonlyMap<string, Limit>, night: Night): LimitTable => {
  const limit = 'limitId' in ref ? limits.get(ref.limitId) : undefined
  if ('limitId' in ref && limit === undefined) throw new RangeError(`no such limit: ${ref.limitId}`)
  const entries: readonly LimitEntry[] =
    'limitId' in ref
      ? (limit?.rows ?? []).map((row) => ({
          value: row.value,
          window: row.window,
          allowedPerDay: row.allowedPerDay,
          row,
          fromMs: row.validFrom === null ? Number.NEGATIVE_INFINITY : msOf(startOfDay(row.validFrom)),
          toMs: row.validTo === null ? Number.POSITIVE_INFINITY : msOf(endOfDay(row.validTo)) + 1,
        }))
      : [
          {
            value: ref.value,
            window: ref.window,
            allowedPerDay: null,
            row: null,
            fromMs: Number.NEGATIVE_INFINITY,
            toMs: Number.POSITIVE_INFINITY,
          },
        ]
  let knownFrom = 0
  let knownTo = 0
  let known: LimitEntry | null = null
  const find = (ms: number): LimitEntry | null => {
    const start = startOfDayMs(dayOfMs(ms))
    const minute = (ms - start) / 60_000
    const dark = isNight(minute, night)
    const cuts = [0, Math.min(night.from, night.to), Math.max(night.from, night.to), DAY_MS / 60_000]
    const next = cuts.findIndex((cut) => cut > minute)
    knownFrom = start + (cuts[next - 1] ?? 0) * 60_000
    knownTo = start + (cuts[next] ?? 0) * 60_000
    known =
      entries.find(
        (entry) =>
          entry.fromMs <= ms && ms < entry.toMs && (entry.window === 'all' || (entry.window === 'night') === dark),
      ) ?? null
    return known
  }
  return {
    limit: limit ?? null,
    at: (ms) => (ms >= knownFrom && ms < knownTo ? known : find(ms)),
  }
}
