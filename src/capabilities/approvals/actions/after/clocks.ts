/** Clocks after a decision: they run on the same engine as all others, with reminders of their own before the due day. */

import type { Source } from '../../../../kernel/sourced.ts'
import { DAY_MS, type Instant, type LocalDate, localDateOf, msOf, startOfDay } from '../../../../kernel/time.ts'
import type { Words } from '../../../../kernel/words.ts'
import { dayNumberOf } from '../../../../kernel/working-days.ts'
import type { Unit } from '../../../../platform/platform.ts'
import type { CertificateId, ItemRunId } from '../../contract.ts'
import type { Offset } from '../../model/after-rules.ts'
import type { Clock, ClockKind, ExtensionRule } from '../../model/clock/clock.ts'
import { stopClock } from '../../model/clock/commands.ts'
import { calendarOf } from '../../model/clock-view.ts'
import { remindersBefore } from '../../model/reminders.ts'
import type { ClockRecord } from '../../store/clocks.ts'
import type { ClockPurpose } from '../../store/tables.ts'
import type { LockedCase } from '../case-file.ts'
import type { Context } from '../context.ts'

/** Wakes to remind before a due day; the subject is the clock, the rung the step and due day. */
export const REMINDER_TIMER = 'approvals.after-reminder'
const MOST_DAYS = 3660
/** Reports from a site may be confirmed weeks after they were made: what counts is the day of the report. */
const BACKDATE_DAYS = 400

export interface AfterClock {
  readonly purpose: ClockPurpose
  readonly kind: ClockKind
  readonly label: Words
  readonly department: string
  readonly itemRunId: ItemRunId
  /** Last day of the period before rolling, or its length in workdays. */
  readonly until: LocalDate | { readonly workdays: number }
  readonly source: Source
  readonly since: Instant
  readonly extension?: ExtensionRule | null
  readonly warnAt: number
  readonly certificateId: CertificateId
  readonly reminders: readonly Offset[]
  /** False: a last day that was named as a day stays where it is (default: it rolls to the next workday). */
  readonly rolls?: boolean
}

const daysFrom = (from: LocalDate, to: LocalDate): number => dayNumberOf(to) - dayNumberOf(from)

/** Starts a clock; null when its last day is out of the range of clocks (more than ten years) or already over. */
export const startAfterClock = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  clock: AfterClock,
): Promise<ClockRecord | null> => {
  const calendar = context.calendars().current
  const from = localDateOf(clock.since)
  const inWorkdays = typeof clock.until === 'object'
  const budget = typeof clock.until === 'object' ? clock.until.workdays : daysFrom(from, clock.until)
  if (budget < 0 || budget > MOST_DAYS) return null
  const rolls =
    clock.rolls !== false && typeof clock.until === 'string' && calendar.covers(dayNumberOf(clock.until) + 20)
  const terms: Clock = {
    kind: clock.kind,
    unit: inWorkdays ? 'workday' : 'calendar-day',
    budget,
    roll: inWorkdays || !rolls ? 'none' : 'next',
    calendarVersion: calendar.version,
    warnAt: Math.min(budget, clock.warnAt),
    grounds: [],
    extension: clock.extension ?? null,
    recording: { lateAfterMinutes: (BACKDATE_DAYS * DAY_MS) / 60_000, backdateDays: BACKDATE_DAYS },
  }
  const record = await file.book.start(
    {
      purpose: clock.purpose,
      department: clock.department,
      label: clock.label,
      plan: { terms, basis: clock.source.basis, certainty: clock.source.certainty },
      itemRunId: clock.itemRunId,
      certificateId: clock.certificateId,
    },
    msOf(clock.since) < msOf(unit.now) ? { at: clock.since, retroactiveBasis: clock.source.basis } : {},
  )
  await setReminders(unit, file, record, clock.reminders)
  return record
}

/** Sets the reminders of a clock for its due day as it stands now; those of an earlier due day go. */
export const setReminders = async (
  unit: Unit,
  file: LockedCase,
  clock: ClockRecord,
  offsets: readonly Offset[],
): Promise<void> => {
  const { due } = file.book.derived(clock)
  await unit.timers.replace([
    {
      kind: REMINDER_TIMER,
      subjectId: clock.id,
      timers:
        due === null
          ? []
          : remindersBefore(due, offsets, unit.today).map((reminder) => ({
              rung: reminder.key,
              dueAt: startOfDay(reminder.on),
              payload: { applicationId: file.application.id, due },
            })),
    },
  ])
}

/** The clock of a purpose that still runs for a document. */
export const runningFor = (file: LockedCase, purpose: ClockPurpose, id: CertificateId): ClockRecord | null =>
  file.book.open({ purpose: [purpose], certificateId: id })[0] ?? null

/** Stops a clock as of an earlier moment of its life: what it measured was done then. */
export const stopAt = async (context: Context, unit: Unit, file: LockedCase, clock: ClockRecord, at: Instant) => {
  const calendar = calendarOf(context.calendars(), clock.terms, clock.ledger)
  await file.book.append(
    clock,
    stopClock(clock.terms, clock.ledger, calendar, unit.now, { occurredAt: at, lateReason: '按报告时间计' }),
  )
  await unit.timers.cancelAll(REMINDER_TIMER, clock.id)
}
