/** What the approvals do on time: rungs of clocks, rules of silence, the end of announced pauses, a new calendar. */
import { system } from '../../kernel/actor.ts'
import { isRefused } from '../../kernel/refusal.ts'
import type { LocalDate } from '../../kernel/time.ts'
import type { JsonValue, TimerHandler, Unit } from '../../platform/platform.ts'
import { blockTimer } from './actions/blocks.ts'
import { lockCase } from './actions/case-file.ts'
import { CLOCK_TIMER } from './actions/clock-book.ts'
import { escalateConflict } from './actions/consultation/conflict-sync.ts'
import { partTimer } from './actions/consultation/parts.ts'
import { procedureTimer } from './actions/consultation/procedures.ts'
import type { Context } from './actions/context.ts'
import { DEFERRAL_TIMER, onDeferralRung, onDeferralTimer } from './actions/deferrals.ts'
import { aboutApplication, subjectOf } from './actions/event-facts.ts'
import { acceptBySilence } from './actions/intake.ts'
import { deemOpinion } from './actions/opinions.ts'
import { endAnnouncedPause, PAUSE_END_TIMER } from './actions/pauses.ts'
import { clockDue, clockOverdue, clockRecomputed, clockWarning } from './contract/events.ts'
import type { ApplicationId, ClockId, ItemRunId } from './contract.ts'
import { recomputeClock } from './model/clock/commands.ts'
import { rungs } from './model/clock/rungs.ts'
import { calendarOf, subjectOf as clockSubjectOf } from './model/clock-view.ts'
import { afterOverdue, afterTimers } from './reactions-after.ts'
import { openClocksNotUnder } from './store/clocks.ts'
import { lastingPurposes } from './store/tables.ts'
import type { DeferralId } from './store/undertaking-tables.ts'

const textOf = (payload: JsonValue, name: string): string | null => {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return null
  const value = (payload as Readonly<Record<string, JsonValue>>)[name]
  return typeof value === 'string' ? value : null
}
const kinds = { warning: clockWarning, due: clockDue, overdue: clockOverdue } as const

/**
 * A step of a clock came: tells it once. The clock is read again under the lock, so a timer of a due day that has moved
 * since says nothing.
 */
const clockTimer = (context: Context): TimerHandler => ({
  kind: CLOCK_TIMER,
  fire: async (unit, timer) => {
    const applicationId = textOf(timer.payload, 'applicationId')
    if (applicationId === null) return
    const file = await lockCase(context, unit, applicationId as ApplicationId)
    const clock = file.book.get(timer.subjectId as ClockId)
    if (clock === null) return
    const calendar = calendarOf(context.calendars(), clock.terms, clock.ledger)
    const rung = rungs(clock.terms, clock.ledger, calendar).find((each) => each.key === timer.rung)
    if (rung === undefined || rung.at > unit.now) return
    const derived = file.book.derived(clock)
    const subject = clockSubjectOf(clock)
    await unit.record(kinds[rung.rung], {
      ...subjectOf(file.application),
      occurredAt: rung.at,
      payload: {
        ...aboutApplication(context, file.application),
        clockId: clock.id,
        clockName: clock.label.zh,
        purpose: clock.purpose,
        subjectKind: subject.kind,
        subjectId: subject.id,
        department: clock.department,
        departmentName: file.departments.name(clock.department),
        due: derived.due,
        rung: rung.rung,
        late: timer.late,
      },
    })
    if (clock.purpose === 'deferral') return onDeferralRung(context, unit, file, clock.id, rung.rung, timer.late)
    if (rung.rung !== 'overdue') return
    await afterOverdue(context, unit, clock, timer.late)
    if (clock.purpose === 'intake') await acceptBySilence(context, unit, file, { at: rung.at, late: timer.late })
    await escalateConflict(context, unit, file, clock, timer.late)
    const task = file.tasks.find((each) => each.id === clock.opinion_task_id)
    if (task !== undefined) await deemOpinion(context, unit, file, task, timer.late)
  },
})

const pauseTimer = (context: Context): TimerHandler => ({
  kind: PAUSE_END_TIMER,
  fire: async (unit, timer) => {
    await endAnnouncedPause(context, unit, timer.subjectId as ItemRunId, timer.rung)
  },
})

const deferralTimer = (context: Context): TimerHandler => ({
  kind: DEFERRAL_TIMER,
  fire: async (unit, timer) => {
    const applicationId = textOf(timer.payload, 'applicationId')
    if (applicationId === null) return
    await onDeferralTimer(context, unit, applicationId as ApplicationId, timer.subjectId as DeferralId, {
      step: textOf(timer.payload, 'step') ?? '',
      caseNumber: textOf(timer.payload, 'caseNumber') ?? '',
      late: timer.late,
      basis: textOf(timer.payload, 'basis'),
      occurredOn: textOf(timer.payload, 'occurredOn') as LocalDate | null,
    })
  },
})

export const timersOf = (context: Context): readonly TimerHandler[] => [
  blockTimer(context),
  clockTimer(context),
  pauseTimer(context),
  deferralTimer(context),
  partTimer(context),
  procedureTimer(context),
  ...afterTimers(context),
]

const PAGE = 200
/**
 * Puts open clocks that still run under an older calendar under the one in force, each with evidence of the due day before
 * and after. Safe to repeat and to interrupt: every application is a transaction of its own. Gives how many clocks moved.
 */
export const recomputeOpenClocks = async (context: Context, cause: string): Promise<number> => {
  let moved = 0
  for (;;) {
    const { current } = context.calendars()
    const behind = await openClocksNotUnder(context.platform.db, current.version, PAGE)
    const before = moved
    for (const id of new Set(behind.map((clock) => clock.application_id)))
      moved += await recomputeOne(context, id, cause)
    // Nothing moved: what is left cannot be moved now, and says why in the log.
    if (moved === before) return moved
  }
}
/** A clock whose old calendar is gone must not keep the others, or the server, from going on. */
const recomputeOne = async (context: Context, id: ApplicationId, cause: string): Promise<number> => {
  try {
    return await context.platform.transact(system('approvals.calendar'), (unit) =>
      recomputeApplication(context, unit, id, cause),
    )
  } catch (error) {
    if (!isRefused(error)) throw error
    context.platform.log.error({ applicationId: id, refusal: error.refusal.code }, 'clocks could not be recomputed')
    return 0
  }
}
const recomputeApplication = async (
  context: Context,
  unit: Unit,
  id: ApplicationId,
  cause: string,
): Promise<number> => {
  const file = await lockCase(context, unit, id)
  const { current } = context.calendars()
  let moved = 0
  for (const clock of [...file.book.open(), ...file.book.open({ purpose: lastingPurposes })]) {
    const from = calendarOf(context.calendars(), clock.terms, clock.ledger)
    if (from.version === current.version) continue
    const event = recomputeClock(clock.terms, clock.ledger, { from, to: current }, unit.now, cause)
    await file.book.append(clock, event)
    moved += 1
    if (event.oldDue === event.newDue) continue
    const subject = clockSubjectOf(clock)
    await unit.record(clockRecomputed, {
      ...subjectOf(file.application),
      payload: {
        ...aboutApplication(context, file.application),
        clockId: clock.id,
        clockName: clock.label.zh,
        purpose: clock.purpose,
        subjectKind: subject.kind,
        subjectId: subject.id,
        department: clock.department,
        departmentName: file.departments.name(clock.department),
        due: event.newDue,
        oldDue: event.oldDue,
        rung: 'recompute',
        late: false,
        cause,
      },
    })
  }
  await file.book.close()
  return moved
}
