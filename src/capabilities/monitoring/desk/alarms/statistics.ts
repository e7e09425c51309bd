/** Figures of the statistics of alarms. Pure. */
import type { LocalDate } from '../../../../kernel/time.ts'
import type { AlarmStatistics } from '../../contract/alarms.ts'
import { lengthOf } from '../metrics.ts'

/** Share of false alarms among those that somebody closed, in whole per cent; null where none was closed. */
export const falseShare = (row: { readonly falseAlarms: number; readonly closed: number }): number | null =>
  row.closed === 0 ? null : Math.round((row.falseAlarms / row.closed) * 100)
/** A median as people read it: '25 分钟'; under a minute as such. */
export const minutesText = (minutes: number | null): { readonly zh: string; readonly en: string } =>
  minutes === null
    ? { zh: '—', en: '—' }
    : minutes < 1
      ? { zh: '不到 1 分钟', en: 'under 1 min' }
      : lengthOf(minutes * 60_000)

export interface DayRow {
  readonly day: LocalDate
  /** Alarms by severity 1 to 4. */
  readonly bySeverity: readonly [number, number, number, number]
  readonly total: number
}
/** The days on which alarms were raised, newest first. */
export const daysOf = (rows: AlarmStatistics['perDay']): readonly DayRow[] => {
  const days = new Map<LocalDate, [number, number, number, number]>()
  for (const { day, severity, alarms } of rows) {
    const counts = days.get(day) ?? [0, 0, 0, 0]
    counts[severity - 1] = (counts[severity - 1] ?? 0) + alarms
    days.set(day, counts)
  }
  return [...days]
    .map(([day, bySeverity]) => ({ day, bySeverity, total: bySeverity.reduce((sum, each) => sum + each, 0) }))
    .sort((a, b) => (a.day < b.day ? 1 : -1))
}
