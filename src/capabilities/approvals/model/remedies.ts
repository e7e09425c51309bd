/** The ways to challenge a decision: their windows, and the steps of a case. Pure. */
import { lifecycle } from '../../../kernel/lifecycle.ts'
import type { Certainty } from '../../../kernel/sourced.ts'
import { addDays, addMonths, type LocalDate } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import { type Calendar, dayNumberOf } from '../../../kernel/working-days.ts'

export const remedyKinds = ['reconsideration', 'litigation'] as const
export type RemedyKind = (typeof remedyKinds)[number]
export const remedyStates = ['lodged', 'admitted', 'heard', 'upheld', 'changed', 'annulled', 'withdrawn'] as const
export type RemedyState = (typeof remedyStates)[number]

/** One way as the catalogue names it. */
export interface RemedyTerm {
  readonly name: Words
  readonly amount: number | null
  readonly unit: 'calendar-day' | 'month' | 'none'
  readonly basis: string
  readonly certainty: Certainty
}

/** Which of the two ways of the law a term of the catalogue opens; null = neither (a complaint to the issuing body). */
export const kindOfTerm = (term: RemedyTerm): RemedyKind | null =>
  term.basis.includes('行政复议法') ? 'reconsideration' : term.basis.includes('行政诉讼法') ? 'litigation' : null

export const remedyLife = lifecycle<RemedyState>('lodged', {
  lodged: ['admitted', 'withdrawn'],
  admitted: ['heard', 'upheld', 'changed', 'annulled', 'withdrawn'],
  heard: ['upheld', 'changed', 'annulled', 'withdrawn'],
  upheld: [],
  changed: [],
  annulled: [],
  withdrawn: [],
})
export const openRemedyStates: readonly RemedyState[] = ['lodged', 'admitted', 'heard']

/**
 * Gives the last day of a window from the day on which the decision became known (民法典 201: the next day is the first;
 * 203: a last day that is not worked moves to the next workday, as far as the calendar knows). Null without a length.
 */
export const lastDayOf = (term: RemedyTerm, known: LocalDate, calendar: Calendar): LocalDate | null => {
  if (term.amount === null || term.unit === 'none') return null
  const nominal = term.unit === 'month' ? addMonths(known, term.amount) : addDays(known, term.amount)
  return rolledForward(nominal, calendar)
}
/** The day itself when it is worked, else the next workday; the day itself where the calendar does not reach. */
export const rolledForward = (day: LocalDate, calendar: Calendar): LocalDate => {
  if (!calendar.covers(dayNumberOf(day)) || calendar.isWorkday(day)) return day
  const next = addDays(day, 20)
  return calendar.covers(dayNumberOf(next)) ? calendar.nextWorkday(day) : day
}
