/** From stored series to what is drawn: gaps stay gaps, nights are bands, limits are steps. Pure. */

import { holdsOn, type Validity } from '../../../../kernel/sourced.ts'
import { type Instant, instantFromMs, localDateOf, msOf, startOfDay } from '../../../../kernel/time.ts'
import type { Resolution, SeriesMetric, SeriesView } from '../../contract/telemetry.ts'

/** A moment in ms since 1970 UTC and a value; null breaks the line. */
export type Point = readonly [number, number | null]
export interface Span {
  readonly from: number
  readonly to: number
}
const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000
const stepOf: Readonly<Record<Exclude<Resolution, 'raw'>, number>> = { '1m': MINUTE, '1h': HOUR, '1d': DAY }

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
/** How far two neighbours may be apart, in ms, before the line between them would be a lie. */
export const gapAfter = (at: readonly Instant[], resolution: Resolution): number => {
  if (resolution !== 'raw') return stepOf[resolution] * 1.5
  const steps = at.slice(1).map((each, index) => msOf(each) - msOf(at[index] ?? each))
  return steps.length === 0 ? HOUR : Math.max(MINUTE, median(steps) * 3)
}
/** The points of a line; where nothing was reported for longer than `gap`, a point without value stands between. */
export const withGaps = (points: readonly Point[], gap: number): readonly Point[] =>
  points.flatMap((point, index) => {
    const before = points[index - 1]
    return before !== undefined && point[0] - before[0] > gap ? [[before[0] + 1, null] as Point, point] : [point]
  })
export const pointsOf = (series: SeriesView, metric: SeriesMetric, figure: 'mean' | 'min' | 'max'): readonly Point[] =>
  withGaps(
    series.at.map((at, index) => [msOf(at), metric[figure][index] ?? null] as const),
    gapAfter(series.at, series.resolution),
  )
/** Silences that are longer than `gap` within a period as far as it has passed, its ends included. */
export const silences = (series: SeriesView, nowMs: number): readonly Span[] => {
  const gap = gapAfter(series.at, series.resolution)
  const marks = [msOf(series.from), ...series.at.map(msOf), Math.min(msOf(series.to), nowMs)]
  return marks.slice(1).flatMap((to, index) => {
    const from = marks[index] ?? to
    return to - from > gap ? [{ from, to }] : []
  })
}

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
export interface NightHours {
  readonly from: string
  readonly to: string
}
/** The nights (in Asia/Shanghai) that fall into a span, cut at its ends. */
export const nightsIn = (span: Span, night: NightHours): readonly Span[] => {
  const first = msOf(startOfDay(localDateOf(instantFromMs(span.from)))) - DAY
  const begin = minutesOf(night.from) * MINUTE
  const length = ((minutesOf(night.to) - minutesOf(night.from) + 1440) % 1440) * MINUTE
  const days = Math.ceil((span.to - first) / DAY) + 1
  return Array.from({ length: days }, (_none, day) => first + day * DAY + begin)
    .map((from) => ({ from: Math.max(from, span.from), to: Math.min(from + length, span.to) }))
    .filter(({ from, to }) => from < to)
}

export interface LimitFigure extends Validity {
  readonly value: number
  readonly window: 'all' | 'day' | 'night'
}
/** The limit that holds at a moment; null where none does. The strictest of several is taken. */
export const limitAt = (rows: readonly LimitFigure[], at: number, nights: readonly Span[]): number | null => {
  const isNight = nights.some(({ from, to }) => from <= at && at < to)
  const day = localDateOf(instantFromMs(at))
  const values = rows
    .filter((row) => holdsOn(row, day) && (row.window === 'all' || (row.window === 'night') === isNight))
    .map((row) => row.value)
  return values.length === 0 ? null : Math.min(...values)
}
/** A limit as a line of steps over a span: it changes where nights begin and end and where days change. */
export const limitSteps = (rows: readonly LimitFigure[], span: Span, night: NightHours): readonly Point[] => {
  const nights = nightsIn(span, night)
  const midnights: number[] = []
  for (let at = msOf(startOfDay(localDateOf(instantFromMs(span.from)))) + DAY; at < span.to; at += DAY)
    midnights.push(at)
  const edges = [...new Set([span.from, ...nights.flatMap(({ from, to }) => [from, to]), ...midnights])]
    .filter((at) => at >= span.from && at < span.to)
    .sort((a, b) => a - b)
  const steps = edges.map((at) => [at, limitAt(rows, at, nights)] as const)
  const changes = steps.filter((step, index) => index === 0 || step[1] !== steps[index - 1]?.[1])
  const last = changes.at(-1)
  return last === undefined ? [] : [...changes, [span.to, last[1]] as const]
}

/** At most `most` rows for reading, evenly taken; the last one always among them. */
export const thinned = <T>(rows: readonly T[], most: number): readonly T[] => {
  if (rows.length <= most) return rows
  const step = Math.ceil(rows.length / most)
  return rows.filter((_row, index) => (rows.length - 1 - index) % step === 0)
}
