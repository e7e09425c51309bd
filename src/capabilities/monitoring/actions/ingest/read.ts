/** Series, newest values and stored reports: for the endpoints, the rules, the sites and the reports. */
import type { Actor } from '../../../../kernel/actor.ts'
import { require } from '../../../../kernel/decision.ts'
import type { OrganisationId } from '../../../../kernel/identity.ts'
import { defineRefusal } from '../../../../kernel/refusal.ts'
import { type Instant, instantFromMs, localDateOf, msOf } from '../../../../kernel/time.ts'
import { type Database, type Platform, type Route, route } from '../../../../platform/platform.ts'
import type { StoredReport, TelemetryReader } from '../../contract/telemetry.ts'
import * as contract from '../../contract/telemetry.ts'
import type { SiteId } from '../../model/report.ts'
import { periodEmpty, periodTooLong } from '../../model/telemetry/refusals.ts'
import { horizonsOf, type Retention } from '../../model/telemetry/retention.ts'
import { type Figures, figuresFor, MOST_POINTS, mayBeRaw, seriesOf } from '../../model/telemetry/series.ts'
import { bucketOf, HOUR_MS } from '../../model/telemetry/time.ts'
import { isAuthority } from '../../policy/devices.ts'
import { mayReadTelemetry } from '../../policy/telemetry.ts'
import * as store from '../../store/telemetry/read.ts'

/** What the sites know of who may see them. */
export interface TelemetryAccess {
  /** Organisations that own the project of a site or are parties of it now; null: no such site. */
  readonly partiesOfSite: (db: Database, siteId: SiteId) => Promise<readonly OrganisationId[] | null>
  /** Sites on which an actor's organisations are a party now. */
  readonly ownSites: (db: Database, actor: Actor) => Promise<readonly SiteId[]>
}
const siteMissing = defineRefusal('missing', 'monitoring.no-such-site', {
  zh: '没有这个工地,请从工地列表中重新选择。',
  en: 'No such site: choose it from the list again.',
})

/** Rows of one look when reports are read one after another. */
const CHUNK = 5000
const LONGEST_DAYS = 3660

const levels = { '1m': 'minute', '1h': 'hour', '1d': 'day' } as const
/** The figure in the middle of which a period begins belongs to it. */
const beginOf = (resolution: keyof typeof levels, from: Instant): Instant =>
  instantFromMs(bucketOf(levels[resolution], msOf(from)))
const ones = (values: readonly number[]): number[] => values.map((value) => (Number.isNaN(value) ? 0 : 1))

export const createTelemetryReader = (platform: Pick<Platform, 'clock'>, retention: Retention): TelemetryReader => {
  const profiles = new Map<number, readonly string[]>()
  /** Metrics of profiles, read once. */
  const metricsOf = async (db: Database, ids: Iterable<number>): Promise<(id: number) => readonly string[]> => {
    const missing = [...new Set(ids)].filter((id) => !profiles.has(id))
    if (missing.length > 0)
      for (const { id, metrics } of await store.profileMetrics(db, missing)) profiles.set(id, metrics)
    return (id) => profiles.get(id) ?? []
  }
  const reportsOf = async (db: Database, rows: readonly store.RawRow[]): Promise<readonly StoredReport[]> => {
    const metrics = await metricsOf(
      db,
      rows.map((row) => row.profile_id),
    )
    return rows.map((row) => ({
      siteId: row.site_id,
      deviceId: row.device_id,
      at: row.at,
      receivedAt: row.received_at,
      spanSeconds: row.span_s,
      profileId: row.profile_id,
      quality: row.quality,
      buffered: row.buffered,
      metrics: metrics(row.profile_id),
      values: Float32Array.from(row.values),
    }))
  }

  const series: TelemetryReader['series'] = async (db, device, period, options = {}) => {
    const horizons = horizonsOf(retention, localDateOf(platform.clock()))
    const asked = options.resolution ?? 'auto'
    let resolution = asked === 'auto' ? figuresFor(period, horizons) : asked
    if (asked === 'auto' && mayBeRaw(period, horizons)) {
      const count = await store.rawCount(db, device, period, MOST_POINTS + 1)
      if (count <= MOST_POINTS) resolution = 'raw'
    }
    const rows =
      resolution === 'raw'
        ? (await store.rawRows(db, device, period, null, MOST_POINTS + 1)).map((row) => ({
            ...row,
            n: ones(row.values),
            sum: row.values,
            min: row.values,
            max: row.values,
            last: row.values,
          }))
        : await store.figureRows(
            db,
            resolution,
            device,
            { ...period, from: beginOf(resolution, period.from) },
            MOST_POINTS + 1,
          )
    const metrics = await metricsOf(
      db,
      rows.map((row) => row.profile_id),
    )
    const shown = rows.slice(0, MOST_POINTS).map((row): Figures => ({ ...row, metrics: metrics(row.profile_id) }))
    const found = seriesOf(shown, options.metrics)
    return {
      ...device,
      ...period,
      resolution,
      at: [...found.at],
      metrics: [...found.metrics],
      truncated: rows.length > MOST_POINTS,
    }
  }

  return {
    series,
    rawOf: async function* (db, device, period) {
      let after: Parameters<typeof store.rawRows>[3] = null
      for (;;) {
        const rows: readonly store.RawRow[] = await store.rawRows(db, device, period, after, CHUNK)
        const last = rows.at(-1)
        if (last === undefined) return
        yield await reportsOf(db, rows)
        if (rows.length < CHUNK) return
        after = { at: last.at, span: last.span_s }
      }
    },
    latest: async (db, siteIds) => {
      const rows = await store.lastRows(db, siteIds)
      const metrics = await metricsOf(
        db,
        rows.map((row) => row.profile_id),
      )
      return rows.map((row) => ({
        siteId: row.site_id,
        deviceId: row.device_id,
        at: row.at,
        receivedAt: row.received_at,
        quality: row.quality,
        values: Object.fromEntries(
          metrics(row.profile_id).flatMap((metric, index) => {
            const value = row.values[index]
            return value === undefined || !Number.isFinite(value) ? [] : [[metric, value]]
          }),
        ),
      }))
    },
    recent: async (db, period) => {
      if (msOf(period.to) - msOf(period.from) > HOUR_MS) throw new RangeError('recent reports: one hour at most')
      return reportsOf(db, await store.recentRows(db, period))
    },
  }
}

export const telemetryRoutes = (
  platform: Platform,
  reader: TelemetryReader,
  access: TelemetryAccess,
): readonly Route[] => {
  const { db } = platform
  const check = async (actor: Actor, siteId: SiteId): Promise<void> => {
    const parties = await access.partiesOfSite(db, siteId)
    if (parties === null) throw siteMissing()
    require(mayReadTelemetry(actor, parties))
  }
  return [
    route(contract.readSeries, async (call, { params, query }) => {
      await check(call.actor, params.siteId)
      const { from, to, resolution, metrics } = query
      const length = msOf(to) - msOf(from)
      if (length <= 0) throw periodEmpty()
      if (length > LONGEST_DAYS * 24 * HOUR_MS) throw periodTooLong({ days: LONGEST_DAYS })
      return reader.series(db, params, { from, to }, { resolution, ...(metrics === undefined ? {} : { metrics }) })
    }),
    route(contract.readLatest, async (call, { query }) => {
      if (query.siteId !== undefined) {
        await check(call.actor, query.siteId)
        return { rows: [...(await reader.latest(db, [query.siteId]))] }
      }
      const sites = isAuthority(call.actor) ? null : await access.ownSites(db, call.actor)
      return { rows: [...(await reader.latest(db, sites))] }
    }),
  ]
}
