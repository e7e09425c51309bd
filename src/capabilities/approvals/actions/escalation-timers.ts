/** The timers of a clock's ladder, set again whenever the clock changes, so that they always belong to its due day. */
import type { Calendar } from '../../../kernel/working-days.ts'
import type { TimerSet } from '../../../platform/platform.ts'
import { escalationSteps } from '../model/escalation.ts'
import type { ClockRecord } from '../store/clocks.ts'
import type { Context } from './context.ts'

/** The subject is the clock, the rung that of the ladder with its due day. */
export const ESCALATION_TIMER = 'approvals.escalation'

export const ladderTimers = (context: Context, clock: ClockRecord, calendar: Calendar): TimerSet => {
  const { ladder } = context.clockRules
  const steps = ladder.purposes.includes(clock.purpose)
    ? escalationSteps(clock.terms, clock.ledger, calendar, ladder.rungs)
    : []
  return {
    kind: ESCALATION_TIMER,
    subjectId: clock.id,
    timers: steps.map((step) => ({
      rung: step.key,
      dueAt: step.at,
      payload: { applicationId: clock.application_id },
    })),
  }
}
