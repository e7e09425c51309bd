/** Sets the timers of a clock's ladder: again whenever the clock changes, so that they always belong to its due day. */
import type { Calendar } from '../../../kernel/working-days.ts'
import type { Unit } from '../../../platform/platform.ts'
import { escalationSteps } from '../model/escalation.ts'
import type { ClockRecord } from '../store/clocks.ts'
import type { Context } from './context.ts'

/** The subject is the clock, the rung that of the ladder with its due day. */
export const ESCALATION_TIMER = 'approvals.escalation'

export const armLadder = async (
  context: Context,
  unit: Unit,
  clock: ClockRecord,
  calendar: Calendar,
): Promise<void> => {
  const { ladder } = context.clockRules
  await unit.timers.cancelAll(ESCALATION_TIMER, clock.id)
  if (ladder.purposes.includes(clock.purpose))
    for (const step of escalationSteps(clock.terms, clock.ledger, calendar, ladder.rungs))
      await unit.timers.set({
        kind: ESCALATION_TIMER,
        subjectId: clock.id,
        rung: step.key,
        dueAt: step.at,
        payload: { applicationId: clock.application_id },
      })
}
