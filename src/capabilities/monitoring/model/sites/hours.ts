/** Working hours of a site: spans of the day by day of the week, Asia/Shanghai. */
import { z } from 'zod'
import { DAY_MS } from '../../../../kernel/time.ts'
import { dayOfMs, startOfDayMs } from '../rules/moment.ts'

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, { error: '时间格式为 HH:mm' })
export const spanSchema = z.object({
  /** 1 = Monday … 7 = Sunday. */
  days: z
    .array(z.number().int().min(1).max(7))
    .min(1, { error: '请至少选择一天' })
    .max(7)
    .refine((days) => new Set(days).size === days.length, { error: '星期不能重复' }),
  from: clock,
  /** Earlier than `from`: on the next day. */
  to: clock,
})
export const workingHoursSchema = z.object({ spans: z.array(spanSchema).max(14) })
export type WorkingHours = z.infer<typeof workingHoursSchema>

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))
/** 1 = Monday … 7 = Sunday of a day counted from 1970-01-01, a Thursday. */
const weekdayOfDay = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

/** Whether a moment lies in the working hours; a span that ends after midnight belongs to the day on which it began. */
export const isWorkingAt = (hours: WorkingHours, ms: number): boolean => {
  const day = dayOfMs(ms)
  const minute = (ms - startOfDayMs(day)) / 60_000
  return hours.spans.some((span) => {
    const [from, to] = [minutesOf(span.from), minutesOf(span.to)]
    const today = span.days.includes(weekdayOfDay(day))
    if (from < to) return today && minute >= from && minute < to
    return (today && minute >= from) || (span.days.includes(weekdayOfDay(day - 1)) && minute < to)
  })
}
/** '周一至周六 06:00—22:00' for people. */
export const hoursText = (hours: WorkingHours | null): string => {
  if (hours === null || hours.spans.length === 0) return '未设置'
  const names = ['一', '二', '三', '四', '五', '六', '日']
  const daysText = (days: readonly number[]): string => {
    const sorted = [...days].sort((a, b) => a - b)
    const [first, last] = [sorted[0] ?? 1, sorted.at(-1) ?? 1]
    if (sorted.length === 7) return '每天'
    if (sorted.length > 2 && last - first + 1 === sorted.length) return `周${names[first - 1]}至周${names[last - 1]}`
    return `周${sorted.map((day) => names[day - 1]).join('、')}`
  }
  return hours.spans
    .map(({ days, from, to }) => `${daysText(days)} ${from}—${minutesOf(to) <= minutesOf(from) ? '次日' : ''}${to}`)
    .join(';')
}
export const DAY_MINUTES = DAY_MS / 60_000
