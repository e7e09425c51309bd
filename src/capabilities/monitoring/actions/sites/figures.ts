/** Measured figures of a site by hour and by day, for the public page and the daily report. */
import { addDays, addMs, DAY_MS, type Instant, type LocalDate, msOf, startOfDay } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { SiteId } from '../../model/report.ts'
import { type MetricDay, type MonthDay, metricDay, type Sample } from '../../model/sites/day.ts'
import type { FigureRule } from '../../model/sites/figures.ts'
import { devicesOfSite, type SiteDeviceRow } from '../../store/sites/live.ts'
import type { SitesContext } from './context.ts'

/** Samples of each device of a site that measures one of the metrics. */
const samplesOf = async (
  context: SitesContext,
  db: Database,
  siteId: SiteId,
  devices: readonly SiteDeviceRow[],
  rules: readonly FigureRule[],
  period: { readonly from: Instant; readonly to: Instant },
  resolution: '1m' | '1h',
): Promise<ReadonlyMap<string, readonly (readonly Sample[])[]>> => {
  const found = new Map<string, (readonly Sample[])[]>(rules.map((rule) => [rule.metric, []]))
  for (const device of devices) {
    const metrics = rules.map((rule) => rule.metric).filter((metric) => device.metrics.includes(metric))
    if (metrics.length === 0) continue
    const series = await context.telemetry.series(db, { siteId, deviceId: device.id }, period, { resolution, metrics })
    for (const { metric, mean } of series.metrics)
      found.get(metric)?.push(
        series.at.flatMap((at, place) => {
          const value = mean[place]
          return value === undefined || value === null ? [] : [{ atMs: msOf(at), value }]
        }),
      )
  }
  return found
}

export const figuresOfDay = async (
  context: SitesContext,
  db: Database,
  siteId: SiteId,
  day: LocalDate,
  rules: readonly FigureRule[],
): Promise<readonly MetricDay[]> => {
  const from = startOfDay(day)
  const devices = await devicesOfSite(db, siteId)
  const samples = await samplesOf(context, db, siteId, devices, rules, { from, to: addMs(from, DAY_MS) }, '1m')
  return rules.map((rule) => metricDay(rule, msOf(from), samples.get(rule.metric) ?? []))
}
/** The days of a period, first to last, from hourly means. */
export const figuresOfDays = async (
  context: SitesContext,
  db: Database,
  siteId: SiteId,
  first: LocalDate,
  last: LocalDate,
  rules: readonly FigureRule[],
): Promise<ReadonlyMap<string, readonly MonthDay[]>> => {
  const devices = await devicesOfSite(db, siteId)
  const period = { from: startOfDay(first), to: startOfDay(addDays(last, 1)) }
  const samples = await samplesOf(context, db, siteId, devices, rules, period, '1h')
  return new Map(
    rules.map((rule) => {
      const days: MonthDay[] = []
      for (let day = first; day <= last; day = addDays(day, 1)) {
        const { mean, worst, overHours, measuredHours } = metricDay(
          rule,
          msOf(startOfDay(day)),
          samples.get(rule.metric) ?? [],
        )
        days.push({ day, mean, worst, overHours, measuredHours })
      }
      return [rule.metric, days]
    }),
  )
}
