/** The newest values of a site by metric: what a rule of one device may ask of another. */
import type { SiteId } from '../../report.ts'

/** Readings kept of a metric of a site: some minutes of a few stations. */
const KEPT = 32

interface Recent {
  readonly ats: Float64Array
  readonly values: Float64Array
  next: number
}
export interface Board {
  readonly post: (siteId: SiteId, metric: string, atMs: number, value: number) => void
  /** The newest value at or before a moment and not before another; NaN: none. Of values of one moment, the greatest. */
  readonly newest: (siteId: SiteId, metric: string, fromMs: number, atMs: number) => number
  readonly newestAt: (siteId: SiteId, metric: string) => number
}
export const createBoard = (): Board => {
  const sites = new Map<string, Map<string, Recent>>()
  const recentOf = (siteId: SiteId, metric: string): Recent => {
    let metrics = sites.get(siteId)
    if (metrics === undefined) {
      metrics = new Map()
      sites.set(siteId, metrics)
    }
    let recent = metrics.get(metric)
    if (recent === undefined) {
      recent = { ats: new Float64Array(KEPT).fill(Number.NaN), values: new Float64Array(KEPT), next: 0 }
      metrics.set(metric, recent)
    }
    return recent
  }
  return {
    post: (siteId, metric, atMs, value) => {
      const recent = recentOf(siteId, metric)
      for (let at = 0; at < KEPT; at += 1) if (recent.ats[at] === atMs && recent.values[at] === value) return
      recent.ats[recent.next] = atMs
      recent.values[recent.next] = value
      recent.next = (recent.next + 1) % KEPT
    },
    newest: (siteId, metric, fromMs, atMs) => {
      const recent = sites.get(siteId)?.get(metric)
      let best = Number.NEGATIVE_INFINITY
      let value = Number.NaN
      if (recent === undefined) return value
      for (let index = 0; index < KEPT; index += 1) {
        const at = recent.ats[index] ?? Number.NaN
        const said = recent.values[index] ?? Number.NaN
        if (!(at >= fromMs && at <= atMs)) continue
        if (at > best || (at === best && said > value)) {
          best = at
          value = said
        }
      }
      return value
    },
    newestAt: (siteId, metric) => {
      const recent = sites.get(siteId)?.get(metric)
      let best = Number.NaN
      for (const at of recent?.ats ?? []) if (!(at <= best)) best = Number.isNaN(at) ? best : at
      return best
    },
  }
}
