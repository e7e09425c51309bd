/** With whom an application has been, day by day: authority, applicant or third parties. The three always add up. */
import { addDays, daysBetween, type LocalDate } from '../../../kernel/time.ts'
import type { ClockHolder } from './clock/clock.ts'

export interface HolderSpan {
  /** First and last day, both included. */
  readonly from: LocalDate
  readonly to: LocalDate
  readonly holder: ClockHolder
}
export interface HolderDays {
  readonly gross: number
  readonly authority: number
  readonly applicant: number
  readonly thirdParty: number
}

const order: readonly ClockHolder[] = ['authority', 'third-party', 'applicant']

/**
 * Counts calendar days after `from` up to and including `to`. A day outside every span is the authority's; where spans
 * overlap, the authority goes before third parties and these before the applicant.
 */
export const holderDays = (from: LocalDate, to: LocalDate, spans: readonly HolderSpan[]): HolderDays => {
  const gross = Math.max(0, daysBetween(from, to))
  const held = new Map<LocalDate, ClockHolder>()
  for (const span of spans)
    for (
      let day = span.from > from ? span.from : addDays(from, 1);
      day <= span.to && day <= to;
      day = addDays(day, 1)
    ) {
      const before = held.get(day)
      if (before === undefined || order.indexOf(span.holder) < order.indexOf(before)) held.set(day, span.holder)
    }
  const count = (holder: ClockHolder): number => [...held.values()].filter((each) => each === holder).length
  const applicant = count('applicant')
  const thirdParty = count('third-party')
  return { gross, authority: gross - applicant - thirdParty, applicant, thirdParty }
}
