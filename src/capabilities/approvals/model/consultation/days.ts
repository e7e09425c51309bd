/** Days that a department still has when an answer comes back to it. Pure; in workdays. */
import type { LocalDate } from '../../../../kernel/time.ts'
import { type Calendar, dayNumberOf } from '../../../../kernel/working-days.ts'
import { mergeSpans, type Span } from '../clock/spans.ts'

export interface Waiting {
  /** Due day of the department as it was when it asked. */
  readonly due: LocalDate
  /** The day on which it asked. */
  readonly since: LocalDate
  readonly today: LocalDate
  /** Days on which the clock of the item stood still on a legal ground. */
  readonly held: readonly Span[]
  /** The fewest that it gets. */
  readonly least: number
}
/**
 * Waiting for the applicant is no legal ground (行政许可法 45): the due day stays where it was, moved on only by the workdays
 * after the question on which the item stood still. Gives the workdays from today to that day, never fewer than `least`.
 */
export const daysLeftOnReturn = (calendar: Calendar, waiting: Waiting): number => {
  const { due, since, today, held, least } = waiting
  const [from, to] = [dayNumberOf(since), dayNumberOf(today)]
  const stood = mergeSpans(held).reduce((sum, span) => {
    const first = Math.max(span.from, from + 1)
    const last = Math.min(span.to, to)
    return first > last ? sum : sum + calendar.countBetween(first - 1, last)
  }, 0)
  return Math.max(least, calendar.workdaysBetween(today, due) + stood)
}
