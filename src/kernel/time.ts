/**
 * Instants and calendar days.
 *
 * An `Instant` is a moment in UTC as text with milliseconds ('2026-03-02T01:30:00.000Z'); such texts sort in time order.
 * A `LocalDate` is a day of the official calendar in China ('2026-03-02', Asia/Shanghai, UTC+8 without summer time since 1992).
 * Nothing here reads a clock: time comes in as an argument.
 */
import { z } from 'zod'

declare const instantBrand: unique symbol
declare const localDateBrand: unique symbol

/** A moment in UTC, 'YYYY-MM-DDTHH:mm:ss.sssZ'. */
export type Instant = string & { readonly [instantBrand]: true }
/** A day in Asia/Shanghai, 'YYYY-MM-DD'. */
export type LocalDate = string & { readonly [localDateBrand]: true }
/** Says what time it is. Only the platform makes one. */
export type Clock = () => Instant

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const SHANGHAI_OFFSET_MS = 8 * 3_600_000
export const DAY_MS = 86_400_000

const isRealDate = (text: string): boolean => {
  const match = DATE.exec(text)
  if (match === null) return false
  const ms = Date.parse(`${text}T00:00:00.000Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

/** Accepts any ISO 8601 moment with a zone and gives it as an `Instant`. */
export const instantSchema = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString() as Instant)
  .pipe(z.custom<Instant>((value) => typeof value === 'string' && INSTANT.test(value)))
/** Accepts a real calendar day 'YYYY-MM-DD'. */
export const localDateSchema = z
  .string()
  .refine(isRealDate, { error: '请填写真实日期,格式为 YYYY-MM-DD' })
  .transform((text) => text as LocalDate)

/** Gives the instant of a count of milliseconds since 1970 UTC. */
export const instantFromMs = (ms: number): Instant => new Date(ms).toISOString() as Instant
/** Gives the instant that a text with a zone names. Throws a RangeError on anything else. */
export const instant = (text: string): Instant => {
  if (!/(Z|[+-]\d{2}:?\d{2})$/.test(text)) throw new RangeError(`not an instant with a zone: ${text}`)
  return new Date(text).toISOString() as Instant
}
let lastInstant = ''
let lastMs = Number.NaN
/** Milliseconds since 1970. Much of what happens at once has one text: it is read once. */
export const msOf = (at: Instant): number => {
  if (at !== lastInstant) {
    lastMs = Date.parse(at)
    lastInstant = at
  }
  return lastMs
}
export const addMs = (at: Instant, ms: number): Instant => instantFromMs(msOf(at) + ms)
export const laterOf = (a: Instant, b: Instant): Instant => (a >= b ? a : b)

/** Gives the calendar day of a text 'YYYY-MM-DD'. Throws a RangeError if there is no such day. */
export const localDate = (text: string): LocalDate => {
  if (!isRealDate(text)) throw new RangeError(`not a calendar day: ${text}`)
  return text as LocalDate
}
/** Gives the day on which an instant falls in Asia/Shanghai. */
export const localDateOf = (at: Instant): LocalDate =>
  new Date(msOf(at) + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10) as LocalDate
/** Gives the first instant of a day in Asia/Shanghai. */
export const startOfDay = (day: LocalDate): Instant =>
  instantFromMs(Date.parse(`${day}T00:00:00.000Z`) - SHANGHAI_OFFSET_MS)
/** Gives the last millisecond of a day in Asia/Shanghai: what is done until then is done on that day. */
export const endOfDay = (day: LocalDate): Instant => addMs(startOfDay(day), DAY_MS - 1)
/** Gives the day a number of calendar days later (or earlier, when negative). */
export const addDays = (day: LocalDate, days: number): LocalDate =>
  new Date(Date.parse(`${day}T00:00:00.000Z`) + days * DAY_MS).toISOString().slice(0, 10) as LocalDate
/** Counts calendar days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: LocalDate, to: LocalDate): number =>
  Math.round((Date.parse(`${to}T00:00:00.000Z`) - Date.parse(`${from}T00:00:00.000Z`)) / DAY_MS)
/** Gives the day of the week, 1 = Monday … 7 = Sunday (ISO 8601). */
export const weekdayOf = (day: LocalDate): number => {
  const sundayBased = new Date(`${day}T00:00:00.000Z`).getUTCDay()
  return sundayBased === 0 ? 7 : sundayBased
}
export const yearOf = (day: LocalDate): number => Number(day.slice(0, 4))
/** Adds calendar months; the day is kept or, where the month is shorter, becomes its last day (民法典 202). */
export const addMonths = (day: LocalDate, months: number): LocalDate => {
  const index = yearOf(day) * 12 + Number(day.slice(5, 7)) - 1 + months
  const year = Math.floor(index / 12)
  const month = index - year * 12
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const date = Math.min(Number(day.slice(8, 10)), last)
  return new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10) as LocalDate
}
/** Gives the wall-clock text of an instant in Asia/Shanghai, 'YYYY-MM-DD HH:mm'. */
export const wallClock = (at: Instant): string =>
  new Date(msOf(at) + SHANGHAI_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ')
