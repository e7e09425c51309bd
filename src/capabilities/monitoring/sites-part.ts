/** Sites and people on them put together: registers, presence, the public page, what rules and gateways ask. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventKind } from '../../kernel/event.ts'
import type { Route, SitePage, Unit } from '../../platform/platform.ts'
import { personKey, type RuleSources } from './actions/alarms/context.ts'
import type { Context } from './actions/context.ts'
import { createAdmission, type PositionAdmission } from './actions/people/admission.ts'
import type { SitesContext } from './actions/sites/context.ts'
import { createLiveSites } from './actions/sites/live.ts'
import { sitesReading } from './actions/sites/public.ts'
import { peopleEvents } from './contract/people.ts'
import { siteEvents } from './contract/sites.ts'
import type { TelemetryReader } from './contract/telemetry.ts'
import type { SiteId } from './model/report.ts'
import type { Zone } from './model/rules/engine/types.ts'
import { limitFileSchema } from './model/rules/limits.ts'
import { figureRules, siteSettingsSchema } from './model/sites/figures.ts'
import { FENCE } from './model/sites/words.ts'
import type { Retention } from './model/telemetry/retention.ts'
import { siteRoutes } from './routes/sites.ts'
import { sitePages } from './site/pages.tsx'
import { registeredOn, resealWorkers } from './store/people/workers.ts'
import { activeSites, resealContacts, zonesOf } from './store/sites/sites.ts'

export interface SitesPart {
  readonly events: readonly EventKind[]
  readonly routes: readonly Route[]
  readonly pages: readonly SitePage[]
  /** Zones, fences and registrations for the rules. */
  readonly sources: RuleSources
  /** What may be kept of positions. */
  readonly admission: PositionAdmission
  /** Seals numbers anew when the key of the vault is changed; gives how many. */
  readonly reseal: (unit: Unit, limit: number) => Promise<number>
}

/**
 * `changed` lets the gateways of this process know at once that a site is another now: those of other processes learn within a
 * second. Throws an Error when `monitoring/sites.json` is missing or wrong.
 */
export const createSites = (
  base: Context,
  retention: Retention,
  telemetry: TelemetryReader,
  changed: () => Promise<void> = async () => undefined,
): SitesPart => {
  const { platform, vault } = base
  const file = (name: string): unknown =>
    JSON.parse(readFileSync(join(platform.config.dataFolder, 'monitoring', name), 'utf8'))
  const settings = siteSettingsSchema.parse(file('sites.json'))
  const figures = figureRules(settings, limitFileSchema.parse(file('limits.json')))
  const context: SitesContext = { ...base, settings, figures, retention, telemetry }
  const admission = createAdmission(platform, settings.positions.marginM)
  return {
    events: [...siteEvents, ...peopleEvents],
    routes: siteRoutes(context, createLiveSites(context), async () => {
      await admission.refresh()
      await changed()
    }),
    pages: sitePages(sitesReading(context)),
    sources: {
      zones: async (db, siteIds) => {
        const found = new Map<SiteId, Zone[]>(siteIds.map((id) => [id, []]))
        for (const site of await activeSites(db, siteIds))
          if (site.fence !== null)
            found.get(site.id)?.push({
              zoneId: site.id,
              kind: FENCE,
              name: '工地围栏',
              floor: null,
              polygon: site.fence.coordinates,
            })
        for (const zone of await zonesOf(db, siteIds))
          found.get(zone.site_id)?.push({
            zoneId: zone.id,
            kind: zone.kind,
            name: zone.name,
            floor: zone.floor,
            polygon: zone.polygon.coordinates,
          })
        return found
      },
      registered: async (db, people, day) =>
        new Map(
          (await registeredOn(db, people, day)).map((row) => [personKey(row.site_id, row.worker_ref), row.valid]),
        ),
    },
    admission,
    reseal: async (unit, limit) => {
      const workers = await resealWorkers(unit.db, vault, limit)
      return workers > 0 ? workers : resealContacts(unit.db, vault, limit)
    },
  }
}
