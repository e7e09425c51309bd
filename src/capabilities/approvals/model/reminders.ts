/** On which days somebody is reminded before a due day. Pure. */
import { addDays, addMonths, type LocalDate } from '../../../kernel/time.ts'
import type { Offset } from './after-rules.ts'

export interface Reminder {
  readonly on: LocalDate
  /** '3m@2026-06-03': unique for each step and due day, so that each is told once for each due day. */
  readonly key: string
}
const dayOf = (due: LocalDate, offset: Offset): LocalDate =>
  'months' in offset ? addMonths(due, -offset.months) : addDays(due, -offset.days)

/** Gives the reminders that still have room: on a day after `from` and before the due day, in the order of time. */
export const remindersBefore = (due: LocalDate, offsets: readonly Offset[], from: LocalDate): readonly Reminder[] =>
  offsets
    .map((offset) => ({
      on: dayOf(due, offset),
      key: `${'months' in offset ? `${offset.months}m` : `${offset.days}d`}@${due}`,
    }))
    .filter((reminder) => reminder.on > from && reminder.on < due)
    .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
