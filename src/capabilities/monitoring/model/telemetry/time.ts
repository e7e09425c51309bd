/** Buckets of time: minutes, hours and days of Asia/Shanghai, in milliseconds since 1970. */
import {
  addDays,
  addMonths,
  type Instant,
  instantFromMs,
  type LocalDate,
  localDateOf,
  startOfDay,
} from '../../../../kernel/time.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const SHANGHAI_OFFSET_MS = 8 * HOUR_MS

export const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS
export const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS
/** First moment of the day in Asia/Shanghai. */
export const dayOf = (ms: number): number =>
  Math.floor((ms + SHANGHAI_OFFSET_MS) / DAY_MS) * DAY_MS - SHANGHAI_OFFSET_MS

export type Level = 'minute' | 'hour' | 'day'
/** The lowest figures in which a report counts: an aggregate over ten minutes says nothing of a single minute. */
export const levelOf = (spanSeconds: number): Level =>
  spanSeconds <= 60 ? 'minute' : spanSeconds <= 3600 ? 'hour' : 'day'
export const bucketOf = (level: Level, ms: number): number =>
  level === 'minute' ? minuteOf(ms) : level === 'hour' ? hourOf(ms) : dayOf(ms)

const KNOWN_SECONDS = 256
const seconds = new Float64Array(KNOWN_SECONDS).fill(Number.NaN)
const texts: string[] = []
const thousandths = Array.from({ length: 1000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`)
/** The same as `instantFromMs`, for many moments near each other: the text of a second is made once. */
export const instantOfMs = (ms: number): Instant => {
  const second = Math.floor(ms / 1000)
  const place = second & (KNOWN_SECONDS - 1)
  const rest = thousandths[ms - second * 1000]
  if (seconds[place] !== second || rest === undefined) {
    const text = instantFromMs(ms)
    // Years of more than four digits are written otherwise.
    if (rest === undefined || text.length !== 24) return text
    seconds[place] = second
    texts[place] = text.slice(0, 20)
    return text
  }
  return ((texts[place] ?? '') + rest) as Instant
}

/** A stretch of time that one partition holds, and the ending of its name. */
export interface Stretch {
  readonly name: string
  readonly from: Instant
  readonly to: Instant
}
export const dayStretch = (day: LocalDate): Stretch => ({
  name: day.replaceAll('-', ''),
  from: startOfDay(day),
  to: startOfDay(addDays(day, 1)),
})
export const monthStretch = (day: LocalDate): Stretch => {
  const first = `${day.slice(0, 7)}-01` as LocalDate
  return {
    name: day.slice(0, 7).replace('-', ''),
    from: startOfDay(first),
    to: startOfDay(addMonths(first, 1)),
  }
}
/** Today and the days ahead. */
export const daysFrom = (now: Instant, ahead: number): readonly LocalDate[] =>
  Array.from({ length: ahead + 1 }, (_, index) => addDays(localDateOf(now), index))
