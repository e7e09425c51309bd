/** Moments as numbers: ms since 1970 UTC of an instant without a Date, and the clock of Asia/Shanghai. */
import { DAY_MS, type Instant } from '../../../../kernel/time.ts'

const SHANGHAI_MS = 8 * 3_600_000
const digit = (text: string, at: number): number => text.charCodeAt(at) - 48
const two = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1)

let knownDay = -1
let knownMs = 0
/** The same as `msOf`, for texts that are instants already; reports of one day cost no calendar. */
export const msOfInstant = (at: Instant): number => {
  const day = two(at, 0) * 1_000_000 + two(at, 2) * 10_000 + two(at, 5) * 100 + two(at, 8)
  if (day !== knownDay) {
    knownMs = Date.parse(`${at.slice(0, 10)}T00:00:00.000Z`)
    knownDay = day
  }
  return (
    knownMs + two(at, 11) * 3_600_000 + two(at, 14) * 60_000 + two(at, 17) * 1000 + digit(at, 20) * 100 + two(at, 21)
  )
}
/** Whole days since 1970-01-01 in Asia/Shanghai. */
export const dayOfMs = (ms: number): number => Math.floor((ms + SHANGHAI_MS) / DAY_MS)
/** First ms of a day in Asia/Shanghai. */
export const startOfDayMs = (day: number): number => day * DAY_MS - SHANGHAI_MS
/** Minutes since midnight in Asia/Shanghai, with a fraction. */
export const minuteOfMs = (ms: number): number => (ms - startOfDayMs(dayOfMs(ms))) / 60_000
/** 0 = Monday 00:00 … 167 = Sunday 23:00 in Asia/Shanghai. */
export const hourOfWeek = (ms: number): number => {
  const day = dayOfMs(ms)
  return ((((day + 3) % 7) + 7) % 7) * 24 + Math.floor((ms - startOfDayMs(day)) / 3_600_000)
}
