/**
 * Puts monitoring together for `server/capabilities.ts`: devices and gateways, ingest, rules and alarms, sites and people.
 * Each part adds its routes, events, reactions, timers, jobs and pages to the lists below.
 */
import type { EventKind } from '../../kernel/event.ts'
import type { Capability, JobHandler, Reaction, Route, SitePage, TimerHandler, Unit } from '../../platform/platform.ts'
import type { Context } from './actions/context.ts'
import { loadProfiles } from './actions/devices/profiles.ts'
import { resealDevices } from './actions/devices/secrets.ts'
import { deviceEvents } from './contract/devices.ts'
import { deviceRoutes } from './routes/devices.ts'

export interface Monitoring extends Capability {
  /** Opens the gateways and what works in the background; called once the product serves. */
  readonly start: () => Promise<void>
  /** Stops taking reports, commits what was taken, ends what works in the background. */
  readonly stop: () => Promise<void>
  /** Seals the secrets of devices anew when the key of the vault is changed; gives how many. */
  readonly reseal: (unit: Unit, limit: number) => Promise<number>
}

export const createMonitoring = (context: Context): Monitoring => {
  const routes: readonly Route[] = [...deviceRoutes(context, async () => undefined)]
  const events: readonly EventKind[] = [...deviceEvents]
  const pages: readonly SitePage[] = []
  const reactions: readonly Reaction[] = []
  const timers: readonly TimerHandler[] = []
  const jobs: readonly JobHandler[] = []
  return {
    name: 'monitoring',
    migrations: new URL('./migrations/', import.meta.url),
    events,
    routes,
    pages,
    reactions,
    timers,
    jobs,
    prepare: () => loadProfiles(context.platform),
    reseal: (unit, limit) => resealDevices(unit, context.vault, limit),
    start: async () => undefined,
    stop: async () => undefined,
  }
}
