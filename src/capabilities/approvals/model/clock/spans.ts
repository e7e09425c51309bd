/** Reads a ledger into day spans: the only place that knows which day a pause covers. Order of the ledger does not matter. */
import type { Instant, LocalDate } from '../../../../kernel/time.ts'
import { type DayNumber, dayNumberOf, dayNumberOfInstant, dayOfNumber } from '../../../../kernel/working-days.ts'
import type { ClockEventOf, ClockHolder, ClockLedger } from './clock.ts'

/** Days `from` to `to`, both included and both not consumed. */
export interface Span {
  readonly from: DayNumber
  readonly to: DayNumber
}
export interface PauseSpan extends Span {
  readonly holder: ClockHolder
  /** True: still standing at the moment asked about. `to` is then today (as if it were resumed today). */
  readonly open: boolean
  readonly event: ClockEventOf<'pause'>
}
export interface LedgerReading {
  readonly start: ClockEventOf<'start'> | null
  readonly end: ClockEventOf<'stop'> | ClockEventOf<'cancel'> | null
  readonly extensions: number
  readonly extensionCount: number
  readonly pauses: readonly PauseSpan[]
  readonly lateEvents: number
}

/** Reads what had occurred up to and including `now`. A pause ends with its resume or with its announced last day. */
export const readLedger = (ledger: ClockLedger, now: Instant): LedgerReading => {
  let start: LedgerReading['start'] = null
  let end: LedgerReading['end'] = null
  let extensions = 0
  let extensionCount = 0
  let lateEvents = 0
  let paused = false
  for (const event of ledger) {
    if (event.occurredAt > now) continue
    if (event.late) lateEvents += 1
    if (event.kind === 'start') start ??= event
    else if (event.kind === 'stop' || event.kind === 'cancel') end ??= event
    else if (event.kind === 'extend') {
      extensions += event.days
      extensionCount += 1
    } else if (event.kind === 'pause') paused = true
  }
  return { start, end, extensions, extensionCount, pauses: paused ? pausesOf(ledger, now, end) : [], lateEvents }
}
const pausesOf = (ledger: ClockLedger, now: Instant, end: LedgerReading['end']): readonly PauseSpan[] => {
  const resumedOn = new Map<string, DayNumber>()
  for (const event of ledger)
    if (event.kind === 'resume' && event.occurredAt <= now && !resumedOn.has(event.noticeId))
      resumedOn.set(event.noticeId, dayNumberOfInstant(event.occurredAt))
  const today = dayNumberOfInstant(end?.occurredAt ?? now)
  const spans: PauseSpan[] = []
  for (const event of ledger) {
    if (event.kind !== 'pause' || event.occurredAt > now) continue
    const from = dayNumberOfInstant(event.occurredAt)
    const until = event.until === null ? Number.POSITIVE_INFINITY : dayNumberOf(event.until)
    const resumed = resumedOn.get(event.noticeId) ?? Number.POSITIVE_INFINITY
    const ends = Math.min(until, resumed)
    const open = end === null && resumed === Number.POSITIVE_INFINITY && until >= today
    spans.push({ from, to: Math.max(from, Math.min(ends, today)), holder: event.holder, open, event })
  }
  return spans
}
/** Gives the same days as spans that neither overlap nor touch, in order. */
export const mergeSpans = (spans: readonly Span[]): readonly Span[] => {
  if (spans.length < 2) return spans
  const merged: Span[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && span.from <= last.to + 1)
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
    else merged.push(span)
  }
  return merged
}
export const covered = (spans: readonly Span[], day: DayNumber): boolean =>
  spans.some((span) => span.from <= day && day <= span.to)
export const dayOrNull = (number: DayNumber | null): LocalDate | null => (number === null ? null : dayOfNumber(number))
