/** Quiet hours: a time of day in Shanghai within which nothing leaves the message centre. */
import { addDays, addMs, type Instant, localDateOf, startOfDay, wallClock } from '../../../kernel/time.ts'

export interface QuietHours {
  /** 'HH:MM'. */
  readonly from: string
  /** 'HH:MM'; earlier than or equal to `from`: on the next day. */
  readonly to: string
}
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
/** Gives the moment of a time of day on the Shanghai day of an instant, some days later. */
export const momentOf = (at: Instant, time: string, days = 0): Instant =>
  addMs(startOfDay(addDays(localDateOf(at), days)), minutesOf(time) * 60_000)

/** Gives the end of the quiet hours that hold at a moment; null when none do. Equal times mean no quiet hours. */
export const quietUntil = (hours: QuietHours | null, now: Instant): Instant | null => {
  if (hours === null || hours.from === hours.to) return null
  const time = wallClock(now).slice(11)
  const overnight = hours.to < hours.from
  const isQuiet = overnight ? time >= hours.from || time < hours.to : time >= hours.from && time < hours.to
  if (!isQuiet) return null
  return momentOf(now, hours.to, overnight && time >= hours.from ? 1 : 0)
}
/** The next moment after now at which a time of day comes. */
export const nextMoment = (now: Instant, time: string): Instant => {
  const today = momentOf(now, time)
  return today > now ? today : momentOf(now, time, 1)
}
