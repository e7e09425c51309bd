/** The ladder of an open clock: when each rung fires. Pure; timers are set from it and checked against it again. */

import { isRefused } from '../../../kernel/refusal.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import { type Calendar, type DayNumber, dayNumberOf, startOfDayNumber } from '../../../kernel/working-days.ts'
import type { Clock, ClockLedger } from './clock/clock.ts'
import { type Rung, rungs } from './clock/rungs.ts'
import type { LadderRung } from './clock-rules.ts'

export interface EscalationStep {
  readonly rung: LadderRung
  readonly at: Instant
  readonly due: LocalDate
  /** Rung and due day: when the due day moves, the rungs belong to the new one. */
  readonly key: string
}

/**
 * Gives the steps in the order of time. None before the start, after the end, or while paused without an announced last
 * day. A reminder that would come before the start is left out, and so is a step in a year that the calendar does not hold
 * yet: it comes with the recomputation.
 */
export const escalationSteps = (
  clock: Clock,
  ledger: ClockLedger,
  calendar: Calendar,
  ladder: readonly LadderRung[],
): readonly EscalationStep[] => {
  const due = rungs(clock, ledger, calendar).find((rung) => rung.rung === 'due')
  if (due === undefined) return []
  const day = due.key.slice('due@'.length) as LocalDate
  const started = ledger.find((event) => event.kind === 'start')?.occurredAt ?? due.at
  return ladder
    .flatMap((rung) => {
      const number = shifted(clock, calendar, dayNumberOf(day), rung.offset)
      if (number === null) return []
      const at = startOfDayNumber(number)
      if (at < started && rung.offset < 0) return []
      return [{ rung, due: day, at: at < started ? started : at, key: `${rung.code}@${day}` }]
    })
    .sort((a, b) => (a.at === b.at ? a.rung.offset - b.rung.offset : a.at < b.at ? -1 : 1))
}

/**
 * Says whether only the ladder speaks to its people at the moment of a step. The clock itself tells who acts that it turns
 * to warning and that its last day begins, and everybody that it is overdue: at those moments it is said already.
 */
export const speaksAlone = (step: EscalationStep, clockRungs: readonly Rung[]): boolean =>
  !clockRungs.some(({ rung, at }) => at === step.at && (rung === 'overdue' || step.rung.level === 'person'))

const shifted = (clock: Clock, calendar: Calendar, due: DayNumber, offset: number): DayNumber | null => {
  // The clock is overdue from the first instant after its last day, worked or not.
  if (offset === 1) return due + 1
  if (clock.unit === 'calendar-day') return due + offset
  try {
    return calendar.advance(due, offset)
  } catch (error) {
    if (isRefused(error)) return null
    throw error
  }
}
