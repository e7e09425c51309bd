/** Figures of a day and a month of a site from hourly means of its devices. Pure. */
import type { LocalDate } from '../../../../kernel/time.ts'
import { type Bounds, boundsAt, type FigureRule } from './figures.ts'

const HOUR_MS = 3_600_000
/** Levels of sound are added as energies: a mean of decibels would understate (LAeq). */
const isLevel = (rule: Pick<FigureRule, 'unit'>): boolean => rule.unit.startsWith('dB')

/** Mean of values in a unit: of decibels the level of the mean energy. Null of none. */
export const meanOf = (rule: Pick<FigureRule, 'unit'>, values: readonly number[]): number | null => {
  if (values.length === 0) return null
  if (!isLevel(rule)) return values.reduce((sum, value) => sum + value, 0) / values.length
  return 10 * Math.log10(values.reduce((sum, value) => sum + 10 ** (value / 10), 0) / values.length)
}

/** A mean of one hour (or a part of it) of one device. */
export interface Sample {
  readonly atMs: number
  readonly value: number
}
export interface HourFigure {
  /** The worst of the devices; null: nothing was measured. */
  readonly value: number | null
  readonly limit: number | null
  readonly over: boolean
}
export interface MetricDay {
  readonly metric: string
  readonly hours: readonly HourFigure[]
  readonly mean: number | null
  readonly worst: number | null
  /** Hours above the limit, and hours with a value. */
  readonly overHours: number
  readonly measuredHours: number
}
const rounded = (rule: FigureRule, value: number | null): number | null =>
  value === null ? null : Number(value.toFixed(rule.decimals))

/** 24 hours from `startMs`; `devices`: samples of each device of the site that measures it. */
export const metricDay = (rule: FigureRule, startMs: number, devices: readonly (readonly Sample[])[]): MetricDay => {
  const values: (number | null)[] = Array.from({ length: 24 }, () => null)
  for (const samples of devices) {
    const byHour = new Map<number, number[]>()
    for (const { atMs, value } of samples) {
      if (atMs < startMs || atMs >= startMs + 24 * HOUR_MS) continue
      const hour = Math.floor((atMs - startMs) / HOUR_MS)
      byHour.set(hour, [...(byHour.get(hour) ?? []), value])
    }
    for (const [hour, inHour] of byHour) {
      const mean = meanOf(rule, inHour)
      const before = values[hour] ?? null
      if (mean !== null && (before === null || mean > before)) values[hour] = mean
    }
  }
  const hours = values.map((value, hour): HourFigure => {
    const { limit } = boundsAt(rule, startMs + hour * HOUR_MS)
    const shown = rounded(rule, value)
    return { value: shown, limit, over: shown !== null && limit !== null && shown > limit }
  })
  const measured = values.filter((value) => value !== null)
  return {
    metric: rule.metric,
    hours,
    mean: rounded(rule, meanOf(rule, measured)),
    worst: rounded(rule, measured.length === 0 ? null : Math.max(...measured)),
    overHours: hours.filter((hour) => hour.over).length,
    measuredHours: measured.length,
  }
}
export interface MonthDay {
  readonly day: LocalDate
  readonly mean: number | null
  readonly worst: number | null
  readonly overHours: number
  readonly measuredHours: number
}
/** The limits that hold in a day, once each, in the order of the day. */
export const limitsOfDay = (rule: FigureRule, startMs: number): readonly Bounds[] => {
  const found: Bounds[] = []
  for (let hour = 0; hour < 24; hour += 1) {
    const bounds = boundsAt(rule, startMs + hour * HOUR_MS)
    if (!found.some((each) => each.limit === bounds.limit)) found.push(bounds)
  }
  return found
}
