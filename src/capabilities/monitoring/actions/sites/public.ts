/** What everybody may know of a site: dust and noise beside their limits, of published projects. An allow-list. */
import { instantFromMs, type LocalDate, localDateOf, msOf, startOfDay } from '../../../../kernel/time.ts'
import type { SiteId } from '../../model/report.ts'
import type { MetricDay } from '../../model/sites/day.ts'
import { boundsAt, type FigureRule, levelOf } from '../../model/sites/figures.ts'
import type { PublicFigure, PublicSite, SitesReading } from '../../site/reading.ts'
import { siteByCode, sitesPage } from '../../store/sites/sites.ts'
import type { SiteRecord } from '../../store/sites/tables.ts'
import type { SitesContext } from './context.ts'
import { figuresOfDay, figuresOfDays } from './figures.ts'
import { liveOf } from './live.ts'

const MOST_SITES = 1000
const HOUR_MS = 3_600_000
/** How a limit for the mean of an hour is meant: see `Bounds.statistic`. */
const HOUR_MEAN = 'mean/60'

/** The mean of the last whole hour beside its limit; null where that hour was not measured. */
const lastHour = (rule: FigureRule, today: MetricDay, startMs: number, nowMs: number): PublicFigure | null => {
  const hour = Math.floor((nowMs - startMs) / HOUR_MS) - 1
  const value = today.hours[hour]?.value ?? null
  if (value === null) return null
  const { metric, name, unit } = rule
  const bounds = boundsAt(rule, startMs + hour * HOUR_MS)
  const at = instantFromMs(startMs + (hour + 1) * HOUR_MS)
  return {
    metric,
    name,
    unit,
    value,
    at,
    level: levelOf(value, bounds),
    isHourMean: true,
    unverified: bounds.unverified,
  }
}

export const sitesReading = (context: SitesContext): SitesReading => {
  const { db } = context.platform
  const rules = context.figures.filter((rule) => rule.open)
  const shown = async (
    sites: readonly SiteRecord[],
  ): Promise<readonly { readonly site: SiteRecord; readonly face: PublicSite }[]> => {
    const now = context.platform.clock()
    const open: { readonly site: SiteRecord; readonly name: string; readonly caseNumber: string }[] = []
    const projects = await context.projects.projects(db, [...new Set(sites.map((site) => site.project_id))])
    for (const site of sites) {
      const project = projects.get(site.project_id)
      if (project?.published === true && site.state !== 'ended')
        open.push({ site, name: project.name, caseNumber: project.caseNumber })
    }
    const live = await liveOf(
      context,
      db,
      open.map(({ site }) => site.id),
      now,
    )
    return open.map(({ site, name, caseNumber }) => ({
      site,
      face: {
        code: site.code,
        name: site.name,
        address: site.address,
        projectName: name,
        caseNumber,
        paused: site.state === 'paused',
        figures: (live.get(site.id)?.figures ?? [])
          .filter((figure) => rules.some((rule) => rule.metric === figure.metric))
          .map(({ metric, name: figureName, unit, value, at, level, statistic, unverified }) => ({
            metric,
            name: figureName,
            unit,
            value,
            at,
            level: statistic === HOUR_MEAN && level !== 'stale' ? null : level,
            isHourMean: false,
            unverified: unverified && level !== 'stale',
          })),
      },
    }))
  }
  return {
    sites: async (caseNumber) =>
      (await shown(await sitesPage(db, {}, null, MOST_SITES)))
        .map(({ face }) => face)
        .filter((face) => caseNumber === null || face.caseNumber === caseNumber),
    site: async (code) => {
      const site = await siteByCode(db, code)
      const [found] = site === null ? [] : await shown([site])
      if (found === undefined) return null
      const at = context.platform.clock()
      const day = localDateOf(at)
      const id: SiteId = found.site.id
      const startMs = msOf(startOfDay(day))
      const today = await figuresOfDay(context, db, id, day, rules)
      const month = await figuresOfDays(context, db, id, `${day.slice(0, 8)}01` as LocalDate, day, rules)
      return {
        ...found.face,
        figures: found.face.figures.map((figure) => {
          const index = rules.findIndex((rule) => rule.metric === figure.metric)
          const [rule, figures] = [rules[index], today[index]]
          if (figure.level !== null || rule === undefined || figures === undefined) return figure
          return lastHour(rule, figures, startMs, msOf(at)) ?? figure
        }),
        day,
        at,
        metrics: rules.flatMap((rule, index) => {
          const figures = today[index]
          if (figures === undefined) return []
          const limits: { value: number; basis: string | null; from: number }[] = []
          let unverified = false
          for (let hour = 0; hour < 24; hour += 1) {
            const bounds = boundsAt(rule, startMs + hour * HOUR_MS)
            if (bounds.limit !== null && limits.at(-1)?.value !== bounds.limit)
              limits.push({ value: bounds.limit, basis: bounds.basis, from: hour })
            unverified ||= bounds.unverified
          }
          return [
            {
              metric: rule.metric,
              name: rule.name,
              unit: rule.unit,
              today: figures,
              month: month.get(rule.metric) ?? [],
              limits,
              unverified,
            },
          ]
        }),
      }
    },
  }
}
