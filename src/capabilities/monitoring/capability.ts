/**
 * Puts monitoring together for `server/capabilities.ts`: devices and gateways, ingest, rules and alarms, sites and people.
 * Each part adds its routes, events, reactions, timers, jobs and pages to the lists below.
 */
import type { EventKind } from '../../kernel/event.ts'
import type { Capability, JobHandler, Reaction, Route, SitePage, TimerHandler } from '../../platform/platform.ts'
import type { Context } from './actions/context.ts'
import { deviceEvents } from './contract/devices.ts'

export interface Monitoring extends Capability {
  /** Opens the gateways and what works in the background; called once the product serves. */
  readonly start: () => Promise<void>
  /** Stops taking reports, commits what was taken, ends what works in the background. */
  readonly stop: () => Promise<void>
}

export const createMonitoring = (_context: Context): Monitoring => {
  const routes: readonly Route[] = []
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
    start: async () => undefined,
    stop: async () => undefined,
  }
}
