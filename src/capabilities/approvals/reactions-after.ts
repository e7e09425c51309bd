/** What the approvals do on time after a decision: publish, remind, let lapse. */
import type { TimerHandler, Unit } from '../../platform/platform.ts'
import { aboutDocument, lockDocument } from './actions/after/case.ts'
import { REMINDER_TIMER } from './actions/after/clocks.ts'
import { lapseExpired, lapseUnlessStarted } from './actions/after/ending.ts'
import { PUBLISH_TIMER, publishDecision } from './actions/after/issue.ts'
import type { Context } from './actions/context.ts'
import { subjectOf } from './actions/event-facts.ts'
import { afterReminder } from './contract/events-after.ts'
import type { CertificateId, ClockId } from './contract.ts'
import { type ClockRecord, clock as readClock } from './store/clocks.ts'
import { afterPurposes } from './store/tables.ts'

const publishTimer = (context: Context): TimerHandler => ({
  kind: PUBLISH_TIMER,
  fire: (unit, timer) => publishDecision(context, unit, timer.subjectId as CertificateId, timer.late),
})

/** A reminder of a due day that has moved since, or of a clock that has ended, says nothing. */
const reminderTimer = (context: Context): TimerHandler => ({
  kind: REMINDER_TIMER,
  fire: async (unit, timer) => {
    const id = timer.subjectId as ClockId
    const before = await readClock(unit.db, id)
    if (before === null || before.certificate_id === null) return
    const at = await lockDocument(context, unit, before.certificate_id)
    const clock = at.file.book
      .open({ purpose: afterPurposes, certificateId: before.certificate_id })
      .find((each) => each.id === id)
    if (clock === undefined) return
    const { due } = at.file.book.derived(clock)
    if (due === null || !timer.rung.endsWith(`@${due}`) || due < unit.today) return
    await unit.record(afterReminder, {
      ...subjectOf(at.file.application),
      ...(at.facts.published ? {} : { visibility: 'internal' as const }),
      payload: {
        ...aboutDocument(context, at),
        clockId: id,
        clockName: clock.label.zh,
        purpose: clock.purpose,
        due,
        late: timer.late,
      },
    })
  },
})
export const afterTimers = (context: Context): readonly TimerHandler[] => [
  publishTimer(context),
  reminderTimer(context),
]

/** A period after the decision is over: a permit not used in time, or not renewed, lapses by itself. */
export const afterOverdue = async (context: Context, unit: Unit, clock: ClockRecord, late: boolean): Promise<void> => {
  if (clock.certificate_id === null) return
  if (clock.purpose === 'start') await lapseUnlessStarted(context, unit, clock.certificate_id, late)
  if (clock.purpose === 'expiry') await lapseExpired(context, unit, clock.certificate_id, late)
}
