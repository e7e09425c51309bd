/**
 * Puts monitoring together for `server/capabilities.ts`: devices and gateways, ingest, rules and alarms, sites and people.
 * Each part adds its routes, events, reactions, timers, jobs and pages to the lists below.
 */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { EventKind } from '../../kernel/event.ts'
import { isRefused } from '../../kernel/refusal.ts'
import { FolderInUse } from '../../platform/database/owner.ts'
import { type GatewaysConfig, noGateways } from '../../platform/gateways/config.ts'
import type { PushRoute } from '../../platform/gateways/http-push.ts'
import type { MetricFamily, ReadyCheck } from '../../platform/metrics.ts'
import type { Capability, JobHandler, Reaction, Route, SitePage, TimerHandler, Unit } from '../../platform/platform.ts'
import type { Context } from './actions/context.ts'
import { ownSites, partiesOfSite } from './actions/devices/access.ts'
import { followAlarm } from './actions/devices/commands.ts'
import { loadProfiles } from './actions/devices/profiles.ts'
import { resealDevices } from './actions/devices/secrets.ts'
import type { AdmitPosition } from './actions/gateways/deliver.ts'
import { createGateways, type Gateways, type PageServer } from './actions/gateways/gateways.ts'
import { gatewayMetrics } from './actions/gateways/metrics.ts'
import { createIngest, type IngestOptions } from './actions/ingest/ingest.ts'
import { createScaleOut, type ScaleOut, scaleOutMetrics } from './actions/ingest/nats/scale-out.ts'
import { createTelemetryReader, type TelemetryAccess, telemetryRoutes } from './actions/ingest/read.ts'
import { createReplay, type Replay } from './actions/ingest/replay.ts'
import type { Ingest, IngestState } from './actions/ingest/types.ts'
import { createUpkeep } from './actions/ingest/upkeep.ts'
import { commandEvents } from './contract/commands.ts'
import { deviceEvents } from './contract/devices.ts'
import type { TelemetryReader } from './contract/telemetry.ts'
import type { PositionReport } from './model/report.ts'
import { ingestFull, ingestStopped } from './model/telemetry/refusals.ts'
import { retentionSchema } from './model/telemetry/retention.ts'
import { deviceRoutes } from './routes/devices.ts'
import { createRules, type RulesPart } from './rules-part.ts'
import { createSites } from './sites-part.ts'

export interface MonitoringOptions extends Context {
  /** Ports for devices; none where absent. */
  readonly gateways?: GatewaysConfig
  /** Where reports lie while the database is away; null or absent: nowhere, and none are taken then. */
  readonly stateFolder?: string | null
}
export interface Monitoring extends Capability {
  /** Opens the gateways and what works in the background; called once the product serves. */
  readonly start: (pages: PageServer | null) => Promise<void>
  /** Stops taking reports, commits what was taken, ends what works in the background. */
  readonly stop: () => Promise<void>
  /** Seals the secrets of devices anew when the key of the vault is changed; gives how many. */
  readonly reseal: (unit: Unit, limit: number) => Promise<number>
  /** Addresses to which devices push; for the HTTP server. */
  readonly pushRoutes: readonly PushRoute[]
  readonly metrics: readonly MetricFamily[]
  readonly ready: readonly ReadyCheck[]
  readonly gateways: Gateways
  /** Reports of an invented district. */
  readonly replay: Replay
  /** Measured values, for later capabilities. */
  readonly telemetry: TelemetryReader
  /** Rules and alarms: what later capabilities read and write of them. */
  readonly alarms: Pick<RulesPart, 'reader' | 'writer'>
}

const MEGABYTE = 1024 * 1024
/** Batches of several shards come together: they wait for each other this long, ms. */
const FROM_STREAM_MS = 5
const FULL = ingestFull().refusal.code
const STOPPED = ingestStopped().refusal.code

/** Reads `monitoring/retention.json` of the data folder. Throws an Error when it is missing or wrong. */
const readRetention = (dataFolder: string) =>
  retentionSchema.parse(JSON.parse(readFileSync(join(dataFolder, 'monitoring', 'retention.json'), 'utf8')))

/** A second process on one folder takes reports too; what the database does not take, its devices keep. */
const openIngest = async (options: IngestOptions): Promise<Ingest> => {
  try {
    return await createIngest(options)
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error
    options.platform.log.warn({ folder: options.spoolFolder }, 'another process has the spool: this one runs without')
    return createIngest({ ...options, spoolFolder: null })
  }
}

/** Shows whether NATS is used. Without it reports go the direct way: the process serves, and stays in service. */
const natsCheck = (scaleOut: () => ScaleOut | null): ReadyCheck => ({
  name: 'nats',
  essential: false,
  check: async () => scaleOut()?.fault() ?? null,
})

export const createMonitoring = ({
  gateways: config = noGateways,
  stateFolder = null,
  ...context
}: MonitoringOptions): Monitoring => {
  const { platform } = context
  const retention = readRetention(platform.config.dataFolder)
  const node = `${hostname()}-${platform.newId().slice(-12)}`
  const upkeep = createUpkeep(platform, retention)
  const telemetry = createTelemetryReader(platform, retention)
  const sites = createSites(context, retention, telemetry, () => gateways.changed())
  const { admit } = sites.admission
  const rules = createRules(context, sites.sources)
  let ingest: Ingest | null = null
  let scaleOut: ScaleOut | null = null
  // Who left the fence is seen by the rules; nothing of it is kept.
  const admitPosition: AdmitPosition = (report) => (admit(report) === 'drop' ? 'drop' : 'store')
  const gateways = createGateways({
    context,
    config,
    node,
    sink: {
      submit: (report) => {
        const way = scaleOut ?? ingest
        return way === null ? Promise.reject(ingestStopped()) : way.submit(report)
      },
      push: (entry) => {
        const { item, receiver } = entry
        if (scaleOut !== null)
          scaleOut.submit(item).then(
            (outcome) => receiver.done(entry, outcome),
            (error: unknown) => receiver.failed(entry, error),
          )
        else if (ingest !== null) ingest.push(entry)
        else receiver.failed(entry, ingestStopped())
      },
    },
    isFull: (error) => isRefused(error) && error.refusal.code === FULL,
    isRefusal: (error) => isRefused(error) && error.refusal.code !== STOPPED,
    admitPosition,
  })

  const access: TelemetryAccess = {
    partiesOfSite: (db, siteId) => partiesOfSite(context, db, siteId),
    ownSites: (db, actor) => ownSites(context, db, actor),
  }

  /** Of the direct way and of the way through the stream together. */
  const ingestState = (): IngestState | null => {
    if (ingest === null) return null
    const direct = ingest.state()
    const through = scaleOut?.state()
    return through === undefined
      ? direct
      : {
          ...direct,
          waiting: direct.waiting + through.waiting,
          committed: direct.committed + through.committed,
          duplicates: direct.duplicates + through.duplicates,
          quarantined: direct.quarantined + through.quarantined,
          refused: direct.refused + through.refused,
        }
  }

  const routes: readonly Route[] = [
    ...deviceRoutes(context, gateways, retention.quarantined.days),
    ...telemetryRoutes(platform, telemetry, access),
    ...rules.routes,
    ...sites.routes,
  ]
  const events: readonly EventKind[] = [...deviceEvents, ...commandEvents, ...rules.events, ...sites.events]
  const pages: readonly SitePage[] = [...sites.pages]
  const reactions: readonly Reaction[] = [
    ...rules.reactions,
    {
      listener: 'monitoring.links',
      kinds: [
        'monitoring.alarm-raised',
        'monitoring.alarm-reopened',
        'monitoring.alarm-ended',
        'monitoring.alarm-closed',
      ],
      react: followAlarm,
    },
  ]
  const timers: readonly TimerHandler[] = [...rules.timers]
  const jobs: readonly JobHandler[] = [...rules.jobs]
  return {
    name: 'monitoring',
    migrations: new URL('./migrations/', import.meta.url),
    events,
    routes,
    pages,
    reactions,
    timers,
    jobs,
    prepare: async () => {
      await loadProfiles(platform)
      await rules.prepare()
    },
    start: async (server) => {
      await upkeep.prepare()
      await sites.admission.start()
      const options = {
        platform,
        retention,
        node,
        evaluate: rules.rules.evaluate,
        keepPosition: (report: PositionReport) => admit(report) === 'store',
      }
      ingest = await openIngest({
        ...options,
        spoolFolder: stateFolder === null || config.spoolMegabytes === 0 ? null : join(stateFolder, 'spool'),
        spoolBytes: config.spoolMegabytes * MEGABYTE,
      })
      if (config.nats !== null)
        scaleOut = await createScaleOut({
          config: config.nats,
          node,
          log: platform.log,
          direct: ingest,
          openIngest: () => createIngest({ ...options, spoolFolder: null, afterMs: FROM_STREAM_MS }),
        })
      upkeep.start()
      await gateways.start(server)
    },
    stop: async () => {
      // Whatever was taken is made durable before its gateway forgets it.
      await gateways.stop()
      await scaleOut?.stop()
      await ingest?.stop()
      await upkeep.stop()
      await sites.admission.stop()
    },
    reseal: async (unit, limit) => {
      const devices = await resealDevices(unit, context.vault, limit)
      return devices > 0 ? devices : sites.reseal(unit, limit)
    },
    pushRoutes: gateways.pushRoutes,
    metrics: [
      ...gatewayMetrics(gateways, ingestState),
      ...(config.nats === null ? [] : scaleOutMetrics(() => scaleOut)),
    ],
    ready: config.nats === null ? [] : [natsCheck(() => scaleOut)],
    gateways,
    replay: createReplay({
      platform,
      retention,
      node,
      evaluate: rules.rules.evaluate,
      admit,
      refresh: sites.admission.refresh,
      rollUp: upkeep.rollUp,
    }),
    telemetry,
    alarms: { reader: rules.reader, writer: rules.writer },
  }
}
