/** Fast figures of sites: people inside, newest values beside their limits, alarms, devices, weather. */
import type { Actor } from '../../../../kernel/actor.ts'
import { addMs, type Instant, msOf } from '../../../../kernel/time.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { SiteFigure, SiteLive } from '../../contract/sites.ts'
import type { LatestView } from '../../contract/telemetry.ts'
import { quality, type SiteId } from '../../model/report.ts'
import { boundsAt, type FigureRule, levelOf, worstOf } from '../../model/sites/figures.ts'
import { isAuthority } from '../../policy/devices.ts'
import { ONLINE_MS } from '../../store/devices/devices.ts'
import { activeAlarms, deviceCounts, peopleInside } from '../../store/sites/live.ts'
import { activeSites } from '../../store/sites/sites.ts'
import { ownSites } from '../devices/access.ts'
import { type SitesContext, sinceOf } from './context.ts'

/** For so long the figures of all sites are shown again instead of being computed, ms. */
const SHOWN_AGAIN_MS = 3000
const WEATHER_FRESH_MS = 30 * 60_000
const weatherMetrics = ['temperature', 'humidity', 'wind-speed', 'wind-direction', 'pressure'] as const
const rank = { over: 4, near: 3, ok: 2, unknown: 1, stale: 0 } as const

/** Of the devices of a site that measure it: the worst fresh value, else the newest stale one. */
const figureOf = (rule: FigureRule, rows: readonly LatestView[], now: Instant): SiteFigure | null => {
  let found: SiteFigure | null = null
  for (const row of rows) {
    const value = row.values[rule.metric]
    if (value === undefined || (row.quality & quality.deviceFlag) !== 0) continue
    const bounds = boundsAt(rule, msOf(row.at))
    const stale = msOf(now) - msOf(row.at) > rule.freshMs
    const figure: SiteFigure = {
      metric: rule.metric,
      name: rule.name,
      unit: rule.unit,
      value: Number(value.toFixed(rule.decimals)),
      at: row.at,
      deviceId: row.deviceId,
      limit: bounds.limit,
      warning: bounds.warning,
      level: stale ? 'stale' : levelOf(value, bounds),
      unverified: bounds.unverified,
      statistic: bounds.statistic,
    }
    if (
      found === null ||
      rank[figure.level] > rank[found.level] ||
      (rank[figure.level] === rank[found.level] && (stale ? figure.at > found.at : figure.value > found.value))
    )
      found = figure
  }
  return found
}
const weatherOf = (rows: readonly LatestView[], now: Instant): SiteLive['weather'] => {
  const fresh = rows
    .filter(
      (row) =>
        msOf(now) - msOf(row.at) <= WEATHER_FRESH_MS &&
        weatherMetrics.some((metric) => row.values[metric] !== undefined),
    )
    .sort((a, b) => (a.at < b.at ? 1 : -1))
  const [newest] = fresh
  if (newest === undefined) return null
  const value = (metric: (typeof weatherMetrics)[number]): number | null => {
    const said = fresh.find((row) => row.values[metric] !== undefined)?.values[metric]
    return said === undefined ? null : Math.round(said * 10) / 10
  }
  return {
    at: newest.at,
    temperatureC: value('temperature'),
    humidityPercent: value('humidity'),
    windSpeedMps: value('wind-speed'),
    windDirectionDeg: value('wind-direction'),
    pressureKpa: value('pressure'),
  }
}

export const liveOf = async (
  context: SitesContext,
  db: Database,
  siteIds: readonly SiteId[],
  now: Instant,
): Promise<ReadonlyMap<SiteId, SiteLive>> => {
  const people = await peopleInside(db, siteIds, sinceOf(context, now))
  const alarms = await activeAlarms(db, siteIds)
  const devices = new Map((await deviceCounts(db, siteIds, addMs(now, -ONLINE_MS))).map((row) => [row.site_id, row]))
  const latest = new Map<SiteId, LatestView[]>(siteIds.map((siteId) => [siteId, []]))
  if (siteIds.length > 0)
    for (const row of await context.telemetry.latest(db, siteIds)) latest.get(row.siteId)?.push(row)
  return new Map(
    siteIds.map((siteId) => {
      const rows = latest.get(siteId) ?? []
      const figures = context.figures.flatMap((rule) => figureOf(rule, rows, now) ?? [])
      const of = (severity: number): number =>
        alarms.find((row) => row.site_id === siteId && row.severity === severity)?.n ?? 0
      const counted = devices.get(siteId)
      return [
        siteId,
        {
          siteId,
          people: people.get(siteId) ?? 0,
          figures,
          level: worstOf(figures.map((figure) => figure.level)),
          alarms: { 1: of(1), 2: of(2), 3: of(3), 4: of(4) },
          devices: { online: counted?.online ?? 0, total: counted?.total ?? 0 },
          weather: weatherOf(rows, now),
        },
      ]
    }),
  )
}

export interface LiveSites {
  readonly read: (actor: Actor) => Promise<{
    readonly at: Instant
    readonly rows: SiteLive[]
    readonly totals: {
      readonly sites: number
      readonly people: number
      readonly over: number
      readonly alarms: number
      readonly devicesOnline: number
      readonly devices: number
    }
  }>
}
/** Figures of all sites are computed once for everybody who asks within some seconds. */
export const createLiveSites = (context: SitesContext): LiveSites => {
  const { platform } = context
  let shown: { readonly at: Instant; readonly rows: Promise<ReadonlyMap<SiteId, SiteLive>> } | null = null
  const all = async (now: Instant): Promise<{ at: Instant; rows: ReadonlyMap<SiteId, SiteLive> }> => {
    if (shown === null || msOf(now) - msOf(shown.at) > SHOWN_AGAIN_MS) {
      const rows = activeSites(platform.db).then((sites) =>
        liveOf(
          context,
          platform.db,
          sites.map((site) => site.id),
          now,
        ),
      )
      shown = { at: now, rows }
      rows.catch(() => {
        shown = null
      })
    }
    const { at, rows } = shown
    return { at, rows: await rows }
  }
  return {
    read: async (actor) => {
      const now = platform.clock()
      const { at, rows } = await all(now)
      const own = isAuthority(actor) ? null : new Set(await ownSites(context, platform.db, actor))
      const seen = [...rows.values()].filter((row) => own === null || own.has(row.siteId))
      const sum = (of: (row: SiteLive) => number): number => seen.reduce((total, row) => total + of(row), 0)
      return {
        at,
        rows: seen,
        totals: {
          sites: seen.length,
          people: sum((row) => row.people),
          over: seen.filter((row) => row.level === 'over').length,
          alarms: sum((row) => row.alarms[1] + row.alarms[2] + row.alarms[3] + row.alarms[4]),
          devicesOnline: sum((row) => row.devices.online),
          devices: sum((row) => row.devices.total),
        },
      }
    },
  }
}
