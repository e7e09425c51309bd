/** A clock as people see it. Everything is derived at the moment of reading. */

import type { Certainty } from '../../../kernel/sourced.ts'
import type { Instant, LocalDate } from '../../../kernel/time.ts'
import { localDateOf } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Calendar } from '../../../kernel/working-days.ts'
import type { ClockId, ClockView } from '../contract.ts'
import { type Clock, type ClockLedger, calendarVersionOf } from './clock/clock.ts'
import { type DerivedClock, deriveClock } from './clock/derive.ts'
import { rungs } from './clock/rungs.ts'
import { calendarMissing } from './refusals.ts'

/** The calendars that clocks may run under. */
export interface Calendars {
  readonly current: Calendar
  readonly byVersion: (version: string) => Calendar | null
}
/** The parts of a stored clock that the derivation needs. */
export interface StoredClock {
  readonly id: ClockId
  readonly application_id: string
  readonly item_run_id: string | null
  readonly opinion_task_id: string | null
  readonly label: Words
  readonly basis: string
  readonly certainty: Certainty
  readonly terms: Clock
  readonly ledger: ClockLedger
}

/** Gives the calendar of a clock. Refuses when its version is gone. */
export const calendarOf = (calendars: Calendars, terms: Clock, ledger: ClockLedger): Calendar => {
  const version = calendarVersionOf(terms, ledger)
  const calendar = version === calendars.current.version ? calendars.current : calendars.byVersion(version)
  if (calendar === null) throw calendarMissing({ version })
  return calendar
}
export const derive = (
  clock: Pick<StoredClock, 'terms' | 'ledger'>,
  calendars: Calendars,
  now: Instant,
): DerivedClock => deriveClock(clock.terms, clock.ledger, calendarOf(calendars, clock.terms, clock.ledger), now)

export const subjectOf = (clock: StoredClock): ClockView['subject'] =>
  clock.opinion_task_id !== null
    ? { kind: 'opinion-task', id: clock.opinion_task_id }
    : clock.item_run_id !== null
      ? { kind: 'item-run', id: clock.item_run_id }
      : { kind: 'application', id: clock.application_id }

export const viewClock = (clock: StoredClock, calendars: Calendars, now: Instant): ClockView => {
  const derived = derive(clock, calendars, now)
  return {
    clockId: clock.id,
    kind: clock.terms.kind,
    subject: subjectOf(clock),
    label: clock.label,
    unit: clock.terms.unit,
    budget: derived.allowance,
    consumed: derived.consumed,
    remaining: derived.overdueBy > 0 ? -derived.overdueBy : derived.remaining,
    state: derived.state,
    colour: derived.colour,
    due: derived.due,
    provisional: derived.provisional,
    onTime: derived.onTime,
    certainty: clock.certainty,
    basis: clock.basis,
    totals: derived.totals.calendarDays,
  }
}

/** The clock that presses most among open ones: the earliest due day, running before paused. Null when none is open. */
export const mostPressing = (clocks: readonly ClockView[]): ClockView | null =>
  clocks
    .filter((clock) => clock.state === 'running' || clock.state === 'paused')
    .reduce<ClockView | null>((best, clock) => {
      if (best === null) return clock
      if (best.state !== clock.state) return best.state === 'running' ? best : clock
      return (clock.due ?? '9999') < (best.due ?? '9999') ? clock : best
    }, null)

export interface ClockHint {
  readonly open: boolean
  readonly due: LocalDate
  readonly warn: LocalDate
  readonly held: boolean
  readonly calendarVersion: string
}
const NEVER = '9999-12-31' as LocalDate
/**
 * Of the clocks of an item the one that measures its handling: that of the law, else the promise. An item without either has
 * none: what runs after the decision (delivery, conditions, …) must not make a decision look late.
 */
export const leadingAmong = <T extends { readonly purpose: string }>(own: readonly T[]): T | undefined =>
  own.find((clock) => clock.purpose === 'item') ?? own.find((clock) => clock.purpose === 'promise')

/** Gives the ordering hint of a clock: right until its next event, because nothing in it depends on the day it is asked. */
export const hintOf = (clock: Pick<StoredClock, 'terms' | 'ledger'>, calendars: Calendars, now: Instant): ClockHint => {
  const derived = derive(clock, calendars, now)
  const open = derived.state === 'running' || derived.state === 'paused'
  const calendarVersion = calendarVersionOf(clock.terms, clock.ledger)
  if (!open) return { open, due: NEVER, warn: NEVER, held: false, calendarVersion }
  const ladder = rungs(clock.terms, clock.ledger, calendarOf(calendars, clock.terms, clock.ledger))
  const dueRung = ladder.find((rung) => rung.rung === 'due')
  const warning = ladder.find((rung) => rung.rung === 'warning')
  const due = dueRung === undefined ? (derived.due ?? NEVER) : localDateOf(dueRung.at)
  return {
    open,
    due,
    warn: warning === undefined ? due : localDateOf(warning.at),
    held: derived.state === 'paused',
    calendarVersion,
  }
}
