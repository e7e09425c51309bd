/** Whether the time that a device tells can stand. */
import { type Instant, msOf } from '../../../../kernel/time.ts'

/** A report that is dated further ahead than this is not believed, in ms: the time of arrival stands instead. */
export const AHEAD_MS = 300_000
/** A clock that is further off than this should be set by somebody, in ms. */
export const WRONG_MS = 120_000
/** A report that is older than this on arrival was buffered, in ms: it is stored, and raises no live alarm. */
export const BUFFERED_MS = 300_000
/** Older than this, in ms, nothing is believed: a clock that was never set says 1970 or 2000. */
export const OLDEST_MS = 31 * 86_400_000

export interface Timing {
  readonly at: Instant
  readonly clockReplaced: boolean
  /** The device's time minus ours, in ms; null where the device told none, or told of another moment than now. */
  readonly skewMs: number | null
  readonly buffered: boolean
}
/**
 * Decides by what a device said when something happened. `saidBuffered` is true where the device itself says that it sends
 * old data again: then its time says nothing about its clock.
 */
export const timingOf = (said: Instant | null, receivedAt: Instant, saidBuffered = false): Timing => {
  if (said === null) return { at: receivedAt, clockReplaced: true, skewMs: null, buffered: saidBuffered }
  const skewMs = msOf(said) - msOf(receivedAt)
  if (skewMs > AHEAD_MS || skewMs < -OLDEST_MS)
    return { at: receivedAt, clockReplaced: true, skewMs, buffered: saidBuffered }
  const buffered = saidBuffered || skewMs < -BUFFERED_MS
  return { at: said, clockReplaced: false, skewMs: buffered ? null : skewMs, buffered }
}
/** Says whether a clock is so far off that people should set it. */
export const isClockWrong = (skewMs: number): boolean => Math.abs(skewMs) > WRONG_MS

/** How far behind a device's reports are, and since when they have been so far behind. */
export interface Lag {
  readonly lagMs: number
  readonly sinceMs: number
  readonly reports: number
}
/** A lag that changes by no more than this from report to report is the same, in ms. */
const SAME_LAG_MS = 5_000
const BEHIND_REPORTS = 3
const BEHIND_MS = 60_000
/** Follows the lag of reports that were buffered, or of a clock that is behind: which of the two shows with time. */
export const nextLag = (before: Lag | undefined, lagMs: number, receivedMs: number): Lag =>
  before !== undefined && Math.abs(lagMs - before.lagMs) <= SAME_LAG_MS
    ? { ...before, reports: before.reports + 1 }
    : { lagMs, sinceMs: receivedMs, reports: 1 }
/** A buffer that is being emptied catches up; whoever stays equally far behind has a clock that is wrong. */
export const isBehind = ({ sinceMs, reports }: Lag, receivedMs: number): boolean =>
  reports >= BEHIND_REPORTS && receivedMs - sinceMs >= BEHIND_MS
