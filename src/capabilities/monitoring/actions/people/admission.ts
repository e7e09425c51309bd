/** Fences and working hours in memory, so that each position is judged without a question to the database. */
import { type Instant, msOf } from '../../../../kernel/time.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { type Admission, admitPosition, type Bounds } from '../../model/people/admission.ts'
import type { PositionReport, SiteId } from '../../model/report.ts'
import { sitesChangedSince } from '../../store/sites/sites.ts'

/** Pause between two looks for sites that another process changed. */
const LOOK_MS = 2000

export interface PositionAdmission {
  /** Never waits. A site that is not known yet admits no position of people. */
  readonly admit: (report: PositionReport) => Admission
  /** Reads what changed. */
  readonly refresh: () => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}
export const createAdmission = (platform: Platform, marginM: number): PositionAdmission => {
  const sites = new Map<SiteId, Bounds>()
  let since: Instant | null = null
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> = Promise.resolve()
  let stopped = false
  const refresh = async (): Promise<void> => {
    for (const site of await sitesChangedSince(platform.db, since)) {
      sites.set(site.id, {
        state: site.state,
        fence: site.fence?.coordinates ?? null,
        workingHours: site.working_hours,
      })
      if (since === null || site.changed_at > since) since = site.changed_at
    }
  }
  const round = (): void => {
    running = refresh()
      .catch((error: unknown) =>
        platform.log.warn({ error: String(error) }, 'reading fences failed and is tried again'),
      )
      .then(() => {
        if (!stopped) timer = setTimeout(round, LOOK_MS)
      })
  }
  return {
    admit: (report) =>
      admitPosition(
        sites.get(report.device.siteId) ?? null,
        { kind: report.device.kind, lon: report.lon, lat: report.lat, atMs: msOf(report.at) },
        marginM,
      ),
    refresh,
    start: async () => {
      await refresh()
      timer = setTimeout(round, LOOK_MS)
    },
    stop: async () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      await running
    },
  }
}
