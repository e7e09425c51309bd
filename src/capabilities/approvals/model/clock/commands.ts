/**
 * What may happen to a clock. Each command checks and gives the one new event to append; it changes nothing itself.
 * `now` becomes `recordedAt`; `occurredAt` may lie back within the clock's window, with a reason.
 */
import type { RefusalMaker } from '../../../../kernel/refusal.ts'
import { DAY_MS, type Instant, type LocalDate, localDateOf, msOf, wallClock } from '../../../../kernel/time.ts'
import type { Words } from '../../../../kernel/words.ts'
import type { Calendar } from '../../../../kernel/working-days.ts'
import {
  type ApproverLevel,
  approverLevels,
  type Clock,
  type ClockEvent,
  type ClockEventOf,
  type ClockHolder,
  type ClockLedger,
} from './clock.ts'
import { type DerivedClock, deriveClock, deriveUnder } from './derive.ts'
import * as refuse from './refusals.ts'
import { readLedger } from './spans.ts'

export interface When {
  readonly occurredAt: Instant
  /** Needed when the event is entered late. */
  readonly lateReason?: string | null
}
export interface PauseInput extends When {
  /** Code of a ground in the clock's list. */
  readonly ground: string
  readonly approvedBy: string
  readonly noticeId: string
  readonly holder: ClockHolder
  readonly until: LocalDate | null
}
export interface ExtendInput extends When {
  readonly days: number
  readonly approvedBy: string
  readonly level: ApproverLevel
  readonly reason: string
}

export const levelWords: Readonly<Record<ApproverLevel, Words>> = {
  officer: { zh: '经办人', en: 'officer' },
  'department-head': { zh: '部门负责人', en: 'head of department' },
  'agency-head': { zh: '行政机关负责人', en: 'head of the agency' },
  'government-head': { zh: '本级人民政府负责人', en: 'head of the government' },
}
const eventWords: Readonly<Record<ClockEvent['kind'], string>> = {
  start: '起算',
  pause: '暂停',
  resume: '恢复计时',
  extend: '延长期限',
  stop: '办结',
  cancel: '撤销计时',
  recompute: '日历重算',
}
type Stamp = Pick<ClockEvent, 'occurredAt' | 'recordedAt' | 'late' | 'lateReason'>

const blank = (text: string): boolean => text.trim() === ''
const need = (text: string, refusal: RefusalMaker): string => {
  if (blank(text)) throw refusal()
  return text.trim()
}
const stampOf = (clock: Clock, when: When, now: Instant): Stamp => {
  const { occurredAt } = when
  if (occurredAt > now) throw refuse.clockEventInFuture({ at: wallClock(occurredAt) })
  const behind = msOf(now) - msOf(occurredAt)
  const late = behind > clock.recording.lateAfterMinutes * 60_000
  if (late && behind > clock.recording.backdateDays * DAY_MS)
    throw refuse.clockBackdated({ at: wallClock(occurredAt), days: clock.recording.backdateDays })
  const reason = when.lateReason?.trim() ?? ''
  if (late && reason === '') throw refuse.clockLateReasonMissing()
  return { occurredAt, recordedAt: now, late, lateReason: late ? reason : null }
}
const requireOpen = (ledger: ClockLedger): void => {
  const end = ledger.find((event) => event.kind === 'stop' || event.kind === 'cancel')
  if (end !== undefined) throw refuse.clockClosed({ day: localDateOf(end.occurredAt) })
}
const requireStarted = (ledger: ClockLedger): ClockEventOf<'start'> => {
  requireOpen(ledger)
  const start = ledger.find((event) => event.kind === 'start')
  if (start === undefined) throw refuse.clockNotStarted()
  return start
}
/** Refuses when an event of one of the kinds occurred after `at`. */
const requireNotBefore = (ledger: ClockLedger, at: Instant, kinds: readonly ClockEvent['kind'][]): void => {
  for (const event of ledger)
    if (kinds.includes(event.kind) && event.occurredAt > at)
      throw refuse.clockOutOfOrder({
        at: wallClock(at),
        after: wallClock(event.occurredAt),
        event: eventWords[event.kind],
      })
}
const requireInTime = (clock: Clock, ledger: ClockLedger, calendar: Calendar, at: Instant): DerivedClock => {
  const derived = deriveClock(clock, ledger, calendar, at)
  if (derived.overdueBy > 0) throw refuse.clockOverdue({ due: derived.due })
  return derived
}

/**
 * Starts a clock. `retroactiveBasis` names the law that puts the start in the past (materials not answered within the
 * limit count as accepted on receipt, 行政许可法 32): then neither the window nor the late mark applies.
 * Refuses: clock-closed, clock-started, clock-future, clock-backdated, clock-late-reason, calendar.year-unknown.
 */
export const startClock = (
  clock: Clock,
  ledger: ClockLedger,
  calendar: Calendar,
  now: Instant,
  input: When & { readonly retroactiveBasis?: string | null },
): ClockEventOf<'start'> => {
  requireOpen(ledger)
  const earlier = ledger.find((event) => event.kind === 'start')
  if (earlier !== undefined) throw refuse.clockAlreadyStarted({ day: localDateOf(earlier.occurredAt) })
  const basis = input.retroactiveBasis?.trim() ?? ''
  if (input.occurredAt > now) throw refuse.clockEventInFuture({ at: wallClock(input.occurredAt) })
  const stamp: Stamp =
    basis === ''
      ? stampOf(clock, input, now)
      : { occurredAt: input.occurredAt, recordedAt: now, late: false, lateReason: null }
  const event: ClockEventOf<'start'> = { kind: 'start', ...stamp, retroactiveBasis: basis === '' ? null : basis }
  deriveClock(clock, [...ledger, event], calendar, input.occurredAt)
  return event
}

/**
 * Pauses a clock on a legal ground of the item. A second pause on another notice may overlap the first. What counts is
 * the moment it took effect: a pause that began in time may be entered after the due day, within the window and marked late.
 * Refuses: clock-closed, clock-not-started, clock-no-ground, clock-notice, clock-notice-used, clock-approver,
 * clock-until-missing, clock-until-early, clock-out-of-order (before the start or the last resume), clock-overdue,
 * clock-future, clock-backdated, clock-late-reason.
 */
export const pauseClock = (
  clock: Clock,
  ledger: ClockLedger,
  calendar: Calendar,
  now: Instant,
  input: PauseInput,
): ClockEventOf<'pause'> => {
  requireStarted(ledger)
  const ground = clock.grounds.find((each) => each.code === input.ground)
  if (ground === undefined)
    throw refuse.pauseWithoutGround({
      ground: blank(input.ground) ? '未填写' : input.ground,
      grounds: clock.grounds.map((each) => each.name.zh).join('、') || '无',
    })
  const noticeId = need(input.noticeId, refuse.noticeMissing)
  const approvedBy = need(input.approvedBy, refuse.clockApproverMissing)
  const stamp = stampOf(clock, input, now)
  requireNotBefore(ledger, input.occurredAt, ['start', 'resume'])
  if (ledger.some((event) => event.kind === 'pause' && event.noticeId === noticeId))
    throw refuse.pauseNoticeUsed({ noticeId })
  if (input.until === null && ground.untilRequired) throw refuse.pauseUntilMissing({ basis: ground.basis })
  const from = localDateOf(input.occurredAt)
  if (input.until !== null && input.until < from) throw refuse.pauseUntilTooEarly({ until: input.until, from })
  requireInTime(clock, ledger, calendar, input.occurredAt)
  return {
    kind: 'pause',
    ...stamp,
    ground: ground.code,
    basis: ground.basis,
    approvedBy,
    noticeId,
    holder: input.holder,
    until: input.until,
  }
}

/** Ends one pause. Refuses: clock-closed, clock-not-started, clock-not-paused, clock-out-of-order and the time refusals. */
export const resumeClock = (
  clock: Clock,
  ledger: ClockLedger,
  _calendar: Calendar,
  now: Instant,
  input: When & { readonly noticeId: string },
): ClockEventOf<'resume'> => {
  requireStarted(ledger)
  const stamp = stampOf(clock, input, now)
  const { pauses } = readLedger(ledger, now)
  const pause = pauses.find((each) => each.event.noticeId === input.noticeId)?.event
  const resumed = ledger.some((event) => event.kind === 'resume' && event.noticeId === input.noticeId)
  if (pause === undefined || resumed) throw refuse.clockNotPaused({ noticeId: input.noticeId })
  if (input.occurredAt < pause.occurredAt) requireNotBefore([pause], input.occurredAt, ['pause'])
  if (pause.until !== null && pause.until < localDateOf(input.occurredAt))
    throw refuse.clockNotPaused({ noticeId: input.noticeId })
  return { kind: 'resume', ...stamp, noticeId: input.noticeId }
}

/**
 * Extends the budget; also while paused. The reason is told to the applicant.
 * Refuses: clock-closed, clock-not-started, clock-no-extension, clock-extension-count, clock-extension-days,
 * clock-extension-approver, clock-reason, clock-approver, clock-out-of-order, clock-overdue and the time refusals.
 */
export const extendClock = (
  clock: Clock,
  ledger: ClockLedger,
  calendar: Calendar,
  now: Instant,
  input: ExtendInput,
): ClockEventOf<'extend'> => {
  requireStarted(ledger)
  const stamp = stampOf(clock, input, now)
  requireNotBefore(ledger, input.occurredAt, ['start'])
  const { due } = requireInTime(clock, ledger, calendar, input.occurredAt)
  const rule = clock.extension
  if (rule === null) throw refuse.extensionNotAllowed({ due })
  const count = ledger.filter((event) => event.kind === 'extend').length
  const facts = { basis: rule.basis, maxCount: rule.maxCount, count, due }
  if (count >= rule.maxCount) throw refuse.extensionCountUsed(facts)
  if (!Number.isInteger(input.days) || input.days < 1 || input.days > rule.maxDaysEach)
    throw refuse.extensionTooLong({
      ...facts,
      maxDays: rule.maxDaysEach,
      days: input.days,
      unit: clock.unit === 'workday' ? '个工作日' : '日',
    })
  if (approverLevels.indexOf(input.level) < approverLevels.indexOf(rule.approverLevel))
    throw refuse.extensionApproverTooLow({
      ...facts,
      needed: levelWords[rule.approverLevel].zh,
      level: levelWords[input.level].zh,
    })
  return {
    kind: 'extend',
    ...stamp,
    days: input.days,
    approvedBy: need(input.approvedBy, refuse.clockApproverMissing),
    level: input.level,
    reason: need(input.reason, refuse.clockReasonMissing),
  }
}

/** Stops a clock: what it measured is done. Allowed while paused. The stop may not precede anything that happened. */
export const stopClock = (
  clock: Clock,
  ledger: ClockLedger,
  calendar: Calendar,
  now: Instant,
  input: When,
): ClockEventOf<'stop'> => {
  requireStarted(ledger)
  const event: ClockEventOf<'stop'> = { kind: 'stop', ...stampOf(clock, input, now) }
  requireNotBefore(ledger, input.occurredAt, ['start', 'pause', 'resume', 'extend'])
  deriveClock(clock, [...ledger, event], calendar, now)
  return event
}

/** Cancels a clock that has lost its purpose (withdrawal confirmed, transferred, wrong item); also before the start. */
export const cancelClock = (
  clock: Clock,
  ledger: ClockLedger,
  _calendar: Calendar,
  now: Instant,
  input: When & { readonly reason: string },
): ClockEventOf<'cancel'> => {
  requireOpen(ledger)
  const stamp = stampOf(clock, input, now)
  requireNotBefore(ledger, input.occurredAt, ['start', 'pause', 'resume', 'extend'])
  return { kind: 'cancel', ...stamp, reason: need(input.reason, refuse.clockReasonMissing) }
}

/**
 * Puts an open clock under a new calendar and keeps the evidence: due day before and after, and the cause (the notice).
 * Ended clocks are never recomputed. Refuses: clock-closed, clock-calendar-same, clock-reason, calendar.year-unknown.
 */
export const recomputeClock = (
  clock: Clock,
  ledger: ClockLedger,
  calendars: { readonly from: Calendar; readonly to: Calendar },
  now: Instant,
  cause: string,
): ClockEventOf<'recompute'> => {
  requireOpen(ledger)
  const { from, to } = calendars
  const before = deriveClock(clock, ledger, from, now)
  if (from.version === to.version) throw refuse.calendarUnchanged({ version: to.version })
  return {
    kind: 'recompute',
    occurredAt: now,
    recordedAt: now,
    late: false,
    lateReason: null,
    calendarVersion: to.version,
    oldDue: before.due,
    newDue: deriveUnder(clock, ledger, to, now).due,
    cause: need(cause, refuse.clockReasonMissing),
  }
}
