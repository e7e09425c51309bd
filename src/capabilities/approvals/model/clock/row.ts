/** One day of an explanation. */
import type { Source } from '../../../../kernel/sourced.ts'
import type { LocalDate } from '../../../../kernel/time.ts'
import type { Words } from '../../../../kernel/words.ts'
import type { DayKind } from '../../../../kernel/working-days.ts'
import type { ClockHolder } from './clock.ts'

/** The law behind the counting rules, shown beside the days it decides. */
export const countingRules = {
  firstDay: { basis: '民法典第二百零一条', certainty: 'A' },
  lastDay: { basis: '民法典第二百零三条', certainty: 'A' },
} as const satisfies Readonly<Record<string, Source>>

export type RowKind = DayKind | 'unknown'
export interface ClockRow {
  readonly day: LocalDate
  /** 1 = Monday … 7 = Sunday. */
  readonly weekday: number
  readonly weekdayName: Words
  /** 'unknown' only for calendar-day clocks without rolling that reach beyond the calendar; nothing depends on it there. */
  readonly kind: RowKind
  readonly holiday: Words | null
  readonly provisional: boolean
  /** The day belongs to the counted days of the period (or, past the due day, to the overdue days). */
  readonly counted: boolean
  /** The day is counted and over: these rows add up to `consumed`. */
  readonly consumed: boolean
  /** Running number of a counted day, 1 = first day of the period. */
  readonly number: number | null
  readonly holder: ClockHolder
  /** What moved or spared the day; used for the sums in the summary. */
  readonly cause: 'start' | 'counted' | 'weekend' | 'holiday' | 'pause' | 'roll' | 'overdue'
  readonly reason: Words
  readonly isDue: boolean
}
