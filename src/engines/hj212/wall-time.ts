/** The times of HJ 212: digits of a wall clock without a zone, read as Asia/Shanghai (UTC+8, no summer time since 1992). */
import { type Instant, instantFromMs, msOf } from '../../kernel/time.ts'

const SHANGHAI_OFFSET_MS = 8 * 3_600_000

/** Gives the number that the digits from `from` to `to` write, or NaN. */
const digits = (text: string, from: number, to: number): number => {
  let value = 0
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const daysIn = (year: number, month: number): number =>
  month === 2 && ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0) ? 29 : (DAYS[month - 1] ?? 0)

/**
 * Gives the milliseconds since 1970 UTC of 'yyyyMMdd', 'yyyyMMddHHmm', 'yyyyMMddHHmmss' or 'yyyyMMddHHmmssSSS', or NaN
 * when there is no such moment. Day and hour messages of some devices leave the seconds out. 24:00:00 is accepted as
 * the end of the day.
 */
export const wallMsOf = (text: string): number => {
  const { length } = text
  if (length !== 14 && length !== 17 && length !== 12 && length !== 8) return Number.NaN
  const year = digits(text, 0, 4)
  const month = digits(text, 4, 6)
  const day = digits(text, 6, 8)
  const hour = length > 8 ? digits(text, 8, 10) : 0
  const minute = length > 8 ? digits(text, 10, 12) : 0
  const second = length > 12 ? digits(text, 12, 14) : 0
  const ms = length > 14 ? digits(text, 14, 17) : 0
  const exists =
    year >= 1970 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysIn(year, month) &&
    (hour <= 23 || (hour === 24 && minute === 0 && second === 0 && ms === 0)) &&
    minute <= 59 &&
    second <= 59 &&
    ms >= 0
  return exists ? Date.UTC(year, month - 1, day, hour, minute, second, ms) - SHANGHAI_OFFSET_MS : Number.NaN
}

const two = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))

/**
 * Gives the instant of a text that `wallMsOf` gave `ms` for. Eight hours earlier is the same day from 08:00 on, and then
 * the digits need only be set apart, which is several times faster.
 */
export const instantOfWall = (text: string, ms: number): Instant => {
  const hour = text.length === 14 ? digits(text, 8, 10) : 0
  if (hour < 8 || hour > 23) return instantFromMs(ms)
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}T${two[hour - 8]}:${text.slice(10, 12)}:${text.slice(12, 14)}.000Z` as Instant
}

/** Writes an instant as 'yyyyMMddHHmmssSSS' in Asia/Shanghai: the form of a request number (QN). */
export const qnOf = (at: Instant): string =>
  instantFromMs(msOf(at) + SHANGHAI_OFFSET_MS)
    .replace(/\D/g, '')
    .slice(0, 17)
/** Writes an instant as 'yyyyMMddHHmmss' in Asia/Shanghai: the form of DataTime and SystemTime. */
export const wallTextOf = (at: Instant): string => qnOf(at).slice(0, 14)
