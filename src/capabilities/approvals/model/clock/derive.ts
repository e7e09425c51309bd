/**
 * Derives everything about a clock from budget, ledger, calendar and moment. Pure and the same everywhere: screen, timers
 * and statistics all compare with the same instant.
 *
 * The rules, in full:
 * 1. The first counted day is the day after the start (民法典 201); the last ends at 23:59:59.999 in Asia/Shanghai.
 * 2. A day is consumed at its close: on day k of the period, k - 1 days are consumed and today is among the remaining.
 *    The day of the stop itself counts as used.
 * 3. A day that a pause touches is not consumed, neither its first day (the pause took effect before the close) nor the
 *    day of the resume; so the period goes on with the day after the resume, and due = advance(resume day, remaining).
 *    A pause begun and ended on one day therefore spares that one day. Overlapping pauses are merged first.
 * 4. A pause with an announced last day ends by itself at the close of that day.
 * 5. Extensions add to the budget, also while paused.
 * 6. Only calendar-day clocks roll. Days rolled over are not consumed. 'next' gives the first workday without a pause;
 *    'previous' never reaches back to the start or into a pause.
 * 7. Overdue begins one millisecond after the due instant; a pause that begins later changes nothing. `overdueBy` counts
 *    every begun day of the unit, and at least 1.
 * 8. Every day between start and today (or the stop) belongs to one holder. Where pauses overlap, the authority goes
 *    before third parties and these before the applicant: the applicant is charged only with days that nobody else held.
 */
import type { Instant, LocalDate } from '../../../../kernel/time.ts'
import {
  type Calendar,
  type DayNumber,
  dayNumberOfInstant,
  dayOfNumber,
  endOfDayNumber,
} from '../../../../kernel/working-days.ts'
import { type Clock, type ClockLedger, calendarVersionOf, runningHolder } from './clock.ts'
import { covered, type LedgerReading, mergeSpans, type PauseSpan, readLedger, type Span } from './spans.ts'

export type ClockState = 'not-started' | 'running' | 'paused' | 'stopped' | 'cancelled'
export type ClockColour = 'normal' | 'warning' | 'overdue' | 'paused' | 'done'

/** Days by holder; gross = authority + applicant + thirdParty, always. */
export interface HolderTotals {
  readonly gross: number
  readonly authority: number
  readonly applicant: number
  readonly thirdParty: number
}
export interface DerivedClock {
  readonly state: ClockState
  readonly startedOn: LocalDate | null
  /** Day of the stop or cancel. */
  readonly endedOn: LocalDate | null
  /** Last day of the period; null before the start. While paused: the last day if it were resumed today. */
  readonly due: LocalDate | null
  readonly dueIs: 'fixed' | 'if-resumed-today' | 'none'
  /** Last millisecond on time. */
  readonly dueInstant: Instant | null
  /** The last day before rolling; equal to `due` where nothing rolled. */
  readonly nominalDue: LocalDate | null
  readonly budget: number
  /** Days added by extensions. */
  readonly extensions: number
  /** Days that can really be used: budget + extensions, less days cut by rolling to the workday before. */
  readonly allowance: number
  /** Days used up, in the unit; may exceed the allowance once overdue. */
  readonly consumed: number
  /** Days left including today; 0 once overdue. consumed + remaining = allowance while not overdue. */
  readonly remaining: number
  /** 0 while not overdue, at least 1 from the first instant after `dueInstant`. */
  readonly overdueBy: number
  readonly colour: ClockColour
  /** Stopped on or before `dueInstant`; null unless stopped. */
  readonly onTime: boolean | null
  /** True: the due day rests on days whose official notice is not out yet (暂定). */
  readonly provisional: boolean
  readonly calendarVersion: string
  /** Notices of the pauses that are standing. */
  readonly openPauses: readonly string[]
  /** Events entered late. */
  readonly lateEvents: number
  readonly totals: { readonly inUnit: HolderTotals; readonly calendarDays: HolderTotals }
}

/** The day arithmetic of one clock: days `(from, to]` of the unit, less paused ones, and their inverse. */
export interface Reckoning {
  readonly start: DayNumber
  readonly nominal: DayNumber
  readonly due: DayNumber
  readonly allowance: number
  readonly merged: readonly Span[]
  readonly units: (from: DayNumber, to: DayNumber) => number
  readonly counted: (from: DayNumber, to: DayNumber) => number
  /** The day on which the n-th counted day since the start falls. */
  readonly reach: (n: number) => DayNumber
}

export const reckon = (clock: Clock, reading: LedgerReading, start: DayNumber, calendar: Calendar): Reckoning => {
  const merged = mergeSpans(reading.pauses)
  const workdays = clock.unit === 'workday'
  const units = (from: DayNumber, to: DayNumber): number =>
    to <= from ? 0 : workdays ? calendar.countBetween(from, to) : to - from
  const counted = (from: DayNumber, to: DayNumber): number => {
    let days = units(from, to)
    for (const span of merged) days -= units(Math.max(from, span.from - 1), Math.min(to, span.to))
    return days
  }
  const reach = (n: number): DayNumber => {
    let cursor = start
    let left = n
    for (const span of merged) {
      const free = units(cursor, span.from - 1)
      if (free >= left) break
      left -= free
      cursor = Math.max(cursor, span.to)
    }
    return workdays ? calendar.advance(cursor, left) : cursor + left
  }
  const total = clock.budget + reading.extensions
  const nominal = reach(total)
  const due = workdays ? nominal : rolled(clock.roll, start, nominal, merged, calendar)
  return { start, nominal, due, allowance: due < nominal ? counted(start, due) : total, merged, units, counted, reach }
}
const rolled = (
  roll: Clock['roll'],
  start: DayNumber,
  nominal: DayNumber,
  merged: readonly Span[],
  calendar: Calendar,
): DayNumber => {
  if (roll === 'none' || calendar.isWorkdayAt(nominal)) return nominal
  if (roll === 'next') {
    let day = calendar.advance(nominal, 1)
    while (covered(merged, day)) day = calendar.advance(day, 1)
    return day
  }
  const day = calendar.advance(nominal, -1)
  const anchor = merged.reduce((latest, span) => (span.from <= nominal ? Math.max(latest, span.to) : latest), start)
  return day > anchor ? day : nominal
}

const none: HolderTotals = { gross: 0, authority: 0, applicant: 0, thirdParty: 0 }
const notStarted = (
  clock: Clock,
  lateEvents: number,
  version: string,
  cancelledOn: LocalDate | null,
): DerivedClock => ({
  state: cancelledOn === null ? 'not-started' : 'cancelled',
  startedOn: null,
  endedOn: cancelledOn,
  due: null,
  dueIs: 'none',
  dueInstant: null,
  nominalDue: null,
  budget: clock.budget,
  extensions: 0,
  allowance: clock.budget,
  consumed: 0,
  remaining: clock.budget,
  overdueBy: 0,
  colour: cancelledOn === null ? 'normal' : 'done',
  onTime: null,
  provisional: false,
  calendarVersion: version,
  openPauses: [],
  lateEvents,
  totals: { inUnit: none, calendarDays: none },
})

/**
 * Derives a clock as it stood at `now`: events that occurred later are not seen, so any past moment can be asked about.
 * `calendar` must be the version that `calendarVersionOf` names (an Error otherwise: a silent mix-up would move dates).
 * Refuses with `calendar.year-unknown` when the period leaves the calendar.
 */
export const deriveClock = (clock: Clock, ledger: ClockLedger, calendar: Calendar, now: Instant): DerivedClock => {
  const version = calendarVersionOf(clock, ledger)
  if (version !== calendar.version) throw new Error(`clock runs under calendar ${version}, not ${calendar.version}`)
  return deriveUnder(clock, ledger, calendar, now)
}

/** The same under any calendar, to compare before a recompute. */
export const deriveUnder = (clock: Clock, ledger: ClockLedger, calendar: Calendar, now: Instant): DerivedClock => {
  const reading = readLedger(ledger, now)
  const { end, extensions, pauses } = reading
  const endDay = end === null ? null : dayNumberOfInstant(end.occurredAt)
  if (reading.start === null)
    return notStarted(clock, reading.lateEvents, calendar.version, endDay === null ? null : dayOfNumber(endDay))

  const start = dayNumberOfInstant(reading.start.occurredAt)
  const math = reckon(clock, reading, start, calendar)
  const { nominal, due, allowance, units, counted } = math
  const today = endDay ?? dayNumberOfInstant(now)
  /** Last day that is over: today is still running unless the clock has ended on it. */
  const over = Math.max(start, endDay ?? today - 1)
  const late = today > due
  const used = counted(start, Math.min(over, nominal, due)) + (over > due ? counted(due, over) : 0)
  const remaining = late ? 0 : allowance - used
  const standing = pauses.filter((pause) => pause.open)
  const paused = standing.length > 0
  const dueDay = dayOfNumber(due)
  return {
    state: end === null ? (paused ? 'paused' : 'running') : end.kind === 'stop' ? 'stopped' : 'cancelled',
    startedOn: dayOfNumber(start),
    endedOn: endDay === null ? null : dayOfNumber(endDay),
    due: dueDay,
    dueIs: paused && !late ? 'if-resumed-today' : 'fixed',
    dueInstant: endOfDayNumber(due),
    nominalDue: nominal === due ? dueDay : dayOfNumber(nominal),
    budget: clock.budget,
    extensions,
    allowance,
    consumed: used,
    remaining,
    overdueBy: late ? Math.max(1, units(due, today)) : 0,
    colour: colourOf(end !== null, late, paused, remaining <= clock.warnAt),
    onTime: end?.kind === 'stop' ? !late : null,
    provisional:
      (clock.unit === 'workday' || clock.roll !== 'none') &&
      calendar.provisionalBetween(
        clock.unit === 'workday' ? start : Math.min(nominal, due) - 1,
        Math.max(nominal, due),
      ),
    calendarVersion: calendar.version,
    openPauses: standing.map((pause) => pause.event.noticeId),
    lateEvents: reading.lateEvents,
    totals: totalsOf(clock, math, pauses, over),
  }
}

const colourOf = (ended: boolean, late: boolean, paused: boolean, warn: boolean): ClockColour =>
  ended ? 'done' : late ? 'overdue' : paused ? 'paused' : warn ? 'warning' : 'normal'

const totalsOf = (
  clock: Clock,
  math: Reckoning,
  pauses: readonly PauseSpan[],
  over: DayNumber,
): DerivedClock['totals'] => {
  const { start, merged, units } = math
  const running = runningHolder(clock.kind)
  const authority = pauses.length === 0 ? [] : mergeSpans(pauses.filter((pause) => pause.holder === 'authority'))
  const notApplicant = pauses.length === 0 ? [] : mergeSpans(pauses.filter((pause) => pause.holder !== 'applicant'))
  const split = (count: (from: DayNumber, to: DayNumber) => number): HolderTotals => {
    const inside = (spans: readonly Span[]): number =>
      spans.reduce((sum, span) => sum + count(Math.max(start, span.from - 1), Math.min(over, span.to)), 0)
    const gross = count(start, over)
    const all = inside(merged)
    const withAuthority = inside(authority)
    const withOthers = inside(notApplicant)
    const free = gross - all
    return {
      gross,
      authority: withAuthority + (running === 'authority' ? free : 0),
      applicant: all - withOthers + (running === 'applicant' ? free : 0),
      thirdParty: withOthers - withAuthority + (running === 'third-party' ? free : 0),
    }
  }
  const calendarDays = split((from, to) => Math.max(0, to - from))
  return { inUnit: clock.unit === 'calendar-day' ? calendarDays : split(units), calendarDays }
}
