/** The moments at which an open clock escalates; timers are made from them. */
import type { Instant } from '../../../../kernel/time.ts'
import { type Calendar, dayNumberOfInstant, dayOfNumber, startOfDayNumber } from '../../../../kernel/working-days.ts'
import { type Clock, type ClockLedger, calendarVersionOf } from './clock.ts'
import { reckon } from './derive.ts'
import { readLedger } from './spans.ts'

export interface Rung {
  /**
   * warning: the colour turns to warning; due: the last day begins; overdue: the first instant after the period, at which
   * rules of silence fire.
   */
  readonly rung: 'warning' | 'due' | 'overdue'
  readonly at: Instant
  /** Unique within the clock: the rung and the due day it belongs to, so that each fires once for each due day. */
  readonly key: string
}

const END_OF_TIME = '9999-12-31T00:00:00.000Z' as Instant

/**
 * Gives the rungs in the order of time. None before the start, after the end, or while paused without an announced last
 * day; a pause that ends by itself is reckoned to its last day.
 */
export const rungs = (clock: Clock, ledger: ClockLedger, calendar: Calendar): readonly Rung[] => {
  const version = calendarVersionOf(clock, ledger)
  if (version !== calendar.version) throw new Error(`clock runs under calendar ${version}, not ${calendar.version}`)
  const reading = readLedger(ledger, END_OF_TIME)
  if (reading.start === null || reading.end !== null) return []
  if (reading.pauses.some((pause) => pause.open)) return []
  const start = dayNumberOfInstant(reading.start.occurredAt)
  const math = reckon(clock, reading, start, calendar)
  const due = dayOfNumber(math.due)
  const warnAfter = math.allowance - clock.warnAt
  const started = reading.start.occurredAt
  const notBeforeStart = (at: Instant): Instant => (at < started ? started : at)
  const overdue = startOfDayNumber(math.due + 1)
  const warning = warnAfter <= 0 ? started : startOfDayNumber(math.reach(warnAfter) + 1)
  const found: Rung[] = [
    { rung: 'warning', at: warning, key: `warning@${due}` },
    { rung: 'due', at: notBeforeStart(startOfDayNumber(math.due)), key: `due@${due}` },
    { rung: 'overdue', at: overdue, key: `overdue@${due}` },
  ]
  return clock.warnAt === 0 ? found.slice(1) : found
}
