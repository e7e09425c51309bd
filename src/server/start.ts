/** Starts the product from a configuration: database, journal, capabilities, demo, HTTP; and stops it again. */
import fs from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { sql } from 'kysely'
import type { ExchangeTarget } from '../capabilities/exchange/actions/context.ts'
import { type Clock, type Instant, localDateOf, msOf } from '../kernel/time.ts'
import { type Words, words } from '../kernel/words.ts'
import { simulatedClock, systemClock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { createPlatformCore, type PlatformCore } from '../platform/core.ts'
import { archiveSettings, claimArchive, prepareArchive } from '../platform/database/backup/archive.ts'
import type { BackupConfig } from '../platform/database/backup/config.ts'
import { startBackupKeeper } from '../platform/database/backup/keeper.ts'
import { createTransact } from '../platform/database/transact.ts'
import { createFiles, type FilesService } from '../platform/files/files.ts'
import { uploadEndpoints, uploadPlugin, uploadRoutes } from '../platform/files/upload-endpoints.ts'
import { pushPlugin } from '../platform/gateways/http-push.ts'
import { plainAddress } from '../platform/gateways/tcp-listener.ts'
import { buildServer, closeServer } from '../platform/http/build-server.ts'
import { releaseAbandoned, withIdempotency } from '../platform/http/idempotency.ts'
import type { ShutdownStep } from '../platform/http/shutdown.ts'
import { newId, randomToken } from '../platform/identity.ts'
import { createJobs, type Jobs } from '../platform/jobs/jobs.ts'
import { jobRoutes } from '../platform/jobs/routes.ts'
import { closeWorkers } from '../platform/jobs/workers.ts'
import { followOnce, listenerStates } from '../platform/journal/follow.ts'
import { sealedAfter } from '../platform/journal/reader.ts'
import { journalRoutes } from '../platform/journal/routes.ts'
import { startReactions, startTimers } from '../platform/journal/runners.ts'
import { sealAll } from '../platform/journal/seal.ts'
import { nextTimerAt, runDueTimers, timerUnderway } from '../platform/journal/timers.ts'
import { createLive } from '../platform/live/sse.ts'
import { asLog, type RootLog } from '../platform/log.ts'
import { resealAddresses } from '../platform/messages/reseal.ts'
import { clockCheck, createMetrics, databaseCheck, sealerCheck } from '../platform/metrics.ts'
import type { Platform, PublicConfig } from '../platform/platform.ts'
import { resealTotps } from '../platform/sign-in/factors.ts'
import { providerDoor } from '../platform/sign-in/provider.ts'
import { createSignIn } from '../platform/sign-in/sign-in.ts'
import { simulationRoutes } from '../platform/simulation.ts'
import { createRotation, type Rotation } from '../platform/vault/rotation.ts'
import { openVault, type Vault } from '../platform/vault/vault.ts'
import { homePage } from '../site/home.tsx'
import { renderDocument } from '../site/layout.tsx'
import { createFirstAdministrator, demoRoutes, readDemoAccounts, writeDemoAccounts } from './accounts.ts'
import { builtAssets } from './assets.ts'
import { type Capabilities, createCapabilities } from './capabilities.ts'
import { loadDemo } from './demo/load.ts'
import { HalfLoaded, isCutOff, markLoaded, markLoading } from './demo/marker.ts'
import { demoProjects } from './demo/projects.ts'
import { demoSites } from './demo/site-cast.ts'
import { startPulse } from './demo/sites.ts'
import { openExchange } from './exchange.ts'
import { liveVisibility } from './live-visibility.ts'
import { personOfClaims } from './provider-claims.ts'

export interface Started {
  readonly address: string
  /** Login and password made at this first start; null when accounts were there. */
  readonly firstAdministrator: { readonly login: string; readonly password: string } | null
  /** In the order in which they must run. */
  readonly shutdownSteps: readonly ShutdownStep[]
}

const publicConfigOf = (config: Config): PublicConfig => ({
  publicUrl: config.publicUrl,
  jurisdictionCode: config.jurisdictionCode,
  dataFolder: path.resolve(config.dataFolder),
  demo: config.demo !== 'off',
})

interface Parts {
  readonly config: Config
  readonly log: RootLog
  readonly core: PlatformCore
  readonly jobs: Jobs
  readonly files: FilesService
  readonly platform: Platform
  readonly capabilities: Capabilities
  readonly vault: Vault
  /** Where the data exchange lays its rows; null: nowhere. */
  readonly exchange: ExchangeTarget | null
  readonly rotation: Rotation
}

/** Seals, lets reactions run and fires timers until nothing is left to do; `work` does more in each round. */
const settle = async (
  { core, platform, capabilities }: Parts,
  work: () => Promise<number> = async () => 0,
): Promise<void> => {
  const reactions = capabilities.list.flatMap((capability) => capability.reactions ?? [])
  const timers = capabilities.list.flatMap((capability) => capability.timers ?? [])
  for (let busy = true; busy; ) {
    const client = await core.pool.connect()
    try {
      await sealAll(client, platform.clock)
    } finally {
      client.release()
    }
    let done = 0
    for (const reaction of reactions) {
      const run = await followOnce(platform, reaction)
      // Somebody else has this listener in hand: it is looked at again.
      done += run.busy ? 1 : run.done
    }
    done += (await runDueTimers(platform, timers)).fired
    done += await work()
    busy = done > 0
  }
}

const isEmpty = async (core: PlatformCore): Promise<boolean> => {
  const { rows } = await sql<{ found: boolean }>`select exists(select 1 from sign_in.account) as found`.execute(core.db)
  return rows[0]?.found !== true
}

const jurisdictionWords = (capabilities: Capabilities, platform: Platform): Words => {
  const profile = capabilities.catalogue.reader.jurisdiction(
    localDateOf(platform.clock()),
    platform.config.jurisdictionCode,
  )
  return profile?.name ?? words('', '')
}

const journalBacklog =
  ({ core, platform }: Parts) =>
  async (): Promise<{ unsealed: number; oldestMs: number }> => {
    const { rows } = await sql<{ unsealed: number; oldest: Instant | null }>`
    select count(*)::int as unsealed, min(e.recorded_at) as oldest
    from journal.unsealed u join journal.entry e on e.id = u.entry_id`.execute(core.db)
    const oldest = rows[0]?.oldest ?? null
    return {
      unsealed: rows[0]?.unsealed ?? 0,
      oldestMs: oldest === null ? 0 : Math.max(0, msOf(platform.clock()) - msOf(oldest)),
    }
  }

/** A platform with its capabilities over an open core; transactions run on the clock of the core unless another is given. */
const assemble = async (
  base: Omit<Parts, 'platform' | 'capabilities' | 'vault' | 'rotation'>,
  clock: Clock,
  transact: Platform['transact'],
): Promise<Parts> => {
  const { config, core, files, log } = base
  const platform = withIdempotency({
    config: publicConfigOf(config),
    clock,
    log: asLog(log),
    db: core.db,
    journal: core.journal,
    files,
    transact,
    randomToken,
    newId,
  })
  const file = path.join(config.stateFolder, 'vault.key')
  const vault = await openVault(file)
  const setup = { config: config.messages, stateFolder: config.stateFolder, gateways: config.gateways }
  const capabilities = await createCapabilities(platform, vault, base.exchange, base.core.proofs, setup)
  const rotation = createRotation({
    file,
    resealers: [
      { name: 'people', reseal: capabilities.people.reseal },
      { name: 'sign-in', reseal: (unit, limit) => resealTotps(unit, vault, limit) },
      { name: 'outbox', reseal: (unit, limit) => resealAddresses(unit, vault, limit) },
      { name: 'messages', reseal: capabilities.messages.reseal },
      { name: 'monitoring', reseal: capabilities.monitoring.reseal },
    ],
  })
  return { ...base, platform, vault, rotation, capabilities }
}

const openParts = async (
  config: Config,
  log: RootLog,
  clock: Clock,
  onDatabaseLost: () => void,
  fresh: boolean,
): Promise<Parts> => {
  const plainLog = asLog(log)
  if (config.backup !== null) {
    prepareArchive(config.backup.folder, config.stateFolder)
    claimArchive(config.backup.folder)
  }
  const core = await createPlatformCore({
    databaseUrl: config.databaseUrl,
    stateFolder: config.stateFolder,
    poolSize: config.databasePool,
    origin: `${new URL(config.publicUrl).host}/journal`,
    clock,
    log: plainLog,
    onDatabaseLost,
    fresh,
    ...(config.backup === null ? {} : { databaseSettings: archiveSettings(config.backup.folder) }),
  })
  try {
    if (core.kind === 'embedded') await releaseAbandoned(core.db)
    const jobs = createJobs({ db: core.db, log: plainLog })
    core.useQueue(jobs.enqueue)
    const files = createFiles({
      db: core.db,
      clock: systemClock,
      log: plainLog,
      folder: path.join(config.stateFolder, 'files'),
      s3: config.s3,
      clamav: config.clamav,
    })
    const exchange = await openExchange(config, core, plainLog)
    const parts = await assemble({ config, log, core, jobs, files, exchange }, clock, core.transact)
    jobs.register([...parts.capabilities.list.flatMap((capability) => capability.jobs ?? []), ...parts.rotation.jobs])
    await jobs.prepare()
    return parts
  } catch (error) {
    await core.close()
    throw error
  }
}

async function* piecesOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}

/** Loads the demo on a first start: its story is played on a clock of its own that ends at the present. */
const firstStart = async (parts: Parts, watch: StartWatch): Promise<Started['firstAdministrator']> => {
  const { config, core, capabilities, platform, log } = parts
  const prepare = async (): Promise<void> => {
    for (const capability of capabilities.list) await capability.prepare?.()
  }
  const empty = await isEmpty(core)
  if (!empty || config.demo === 'off') {
    await prepare()
    return empty ? createFirstAdministrator(platform, capabilities.people.writer) : null
  }
  log.info({ demo: config.demo }, '首次启动:正在载入演示数据 loading the demo')
  if (config.demo === 'district') watch.tell?.('首次启动,正在载入演示数据,需要几分钟 loading the demo, some minutes …')
  markLoading(config.stateFolder)
  await loadDemo(
    async (clock, end) => {
      const transact = createTransact({
        db: core.db,
        clock,
        log: platform.log,
        enqueue: parts.jobs.enqueue,
      })
      const past = await assemble(parts, clock, transact)
      return {
        platform: past.platform,
        capabilities: past.capabilities,
        clock,
        end,
        settle: () => settle(past),
        upload: async (personId, fileName, content) => {
          const person = { kind: 'person', personId, name: '', roles: [] } as const
          const { uploadId } = await parts.files.startUpload(person, { fileName, sizeBytes: content.byteLength })
          await parts.files.append(person, uploadId, 0, piecesOf(content))
          return (await parts.files.complete(person, uploadId)).uploadId
        },
      }
    },
    {
      end: platform.clock(),
      projects: config.demo === 'district' ? demoProjects : [],
      onAccounts: (accounts) => writeDemoAccounts(config.stateFolder, accounts),
      onProgress: ({ day, share, done, of }) =>
        watch.tell?.(`  演示数据 demo ${Math.round(share * 100)}%  ${day}  项目 projects ${done}/${of}`),
      ...(watch.signal === undefined ? {} : { signal: watch.signal }),
    },
  )
  await prepare()
  watch.signal?.throwIfAborted()
  markLoaded(config.stateFolder)
  return null
}

export interface StartWatch {
  /** Told a line for the person at the terminal. */
  readonly tell?: (line: string) => void
  /** Ends a start that is under way, above all the load of the demo: it throws the reason. */
  readonly signal?: AbortSignal
}

/** A load of the demo that was cut off is begun again on an empty embedded database; a server of one's own is left alone. */
const mustLoadAgain = (config: Config, tell: StartWatch['tell']): boolean => {
  if (config.demo === 'off' || !isCutOff(config.stateFolder)) return false
  if (config.databaseUrl !== null) throw new HalfLoaded(config.stateFolder)
  tell?.('上次载入演示数据没有完成,现在重新载入 the last load of the demo was cut off; it begins again')
  return true
}

/** Starts everything. Throws when something is missing; nothing is left running then. */
export const startProduct = async (
  config: Config,
  log: RootLog,
  /** Called when the embedded database is lost for good. */
  onDatabaseLost: () => void,
  watch: StartWatch = {},
): Promise<Started> => {
  fs.mkdirSync(config.stateFolder, { recursive: true })
  const again = mustLoadAgain(config, watch.tell)
  const simulated =
    config.clock === 'simulated' ? simulatedClock({ startAt: config.clockStart ?? systemClock() }) : null
  const parts = await openParts(config, log, simulated ?? systemClock, onDatabaseLost, again)
  try {
    watch.signal?.throwIfAborted()
    return await serve(parts, simulated, watch)
  } catch (error) {
    await parts.jobs.stop(0).catch(() => undefined)
    await parts.core.close()
    throw error
  }
}

/** The address of a WebSocket's client: what the nearest proxy says, where one is trusted. */
const addressOf = (request: IncomingMessage, proxied: boolean): string => {
  const said = proxied ? request.headers['x-forwarded-for'] : undefined
  const nearest = (Array.isArray(said) ? said.join(',') : (said ?? '')).split(',').at(-1)?.trim()
  return plainAddress(nearest === undefined || nearest === '' ? request.socket.remoteAddress : nearest)
}

const keepBackup = ({ config, core, log }: Parts, { folder, days }: BackupConfig) =>
  startBackupKeeper({
    folder,
    days,
    stateFolder: config.stateFolder,
    connection: core.connection,
    pool: core.pool,
    clock: systemClock,
    log: asLog(log),
    storedSince: async (since) => {
      const { rows } = await sql<{ sha256: string }>`
        select sha256 from files.blob where stored_at >= ${since}`.execute(core.db)
      return rows.map((row) => row.sha256)
    },
  })

/** Loads what a first start needs, builds the server and listens. */
const serve = async (
  parts: Parts,
  simulated: ReturnType<typeof simulatedClock> | null,
  watch: StartWatch,
): Promise<Started> => {
  const { config, log, core, jobs, files, platform, capabilities, vault } = parts
  const { security } = capabilities.people
  const firstAdministrator = await firstStart(parts, watch)

  const signIn = createSignIn({
    platform,
    resolveActor: (personId) => capabilities.people.reader.actorOf(core.db, personId, platform.clock()),
    sessionHours: config.sessionHours,
    vault,
    policy: {
      requiredFor: config.secondFactor === 'policy' ? security.secondFactorRoles : [],
      freshMinutes: security.freshMinutes,
    },
  })
  const provider = providerDoor({
    doors: signIn.doors,
    config: config.oidc,
    findPerson: (claims) => personOfClaims(core.db, capabilities.people.reader, claims),
  })
  const backlog = journalBacklog(parts)
  const live = createLive({
    source: {
      subscribe: (tell) => core.onSealed(() => tell()),
      entriesAfter: (seq, limit) => sealedAfter(core.db, seq, limit),
      head: async () => {
        const { rows } = await sql<{ size: number }>`select size from journal.tree`.execute(core.db)
        return rows[0]?.size ?? 0
      },
    },
    maySee: liveVisibility(core.db, capabilities.projects.reader, platform.clock),
    log: platform.log,
  })
  const keeper = config.backup === null ? null : await keepBackup(parts, config.backup)
  const metrics = createMetrics({
    ready: [
      databaseCheck(core.db),
      ...(simulated === null ? [clockCheck(core.db, systemClock)] : []),
      sealerCheck(backlog),
      ...capabilities.monitoring.ready,
      ...(keeper === null ? [] : [keeper.ready]),
    ],
    token: config.metricsToken,
    probes: {
      pool: () => ({ total: core.pool.totalCount, idle: core.pool.idleCount, waiting: core.pool.waitingCount }),
      journal: backlog,
      listenersBlocked: async () => (await listenerStates(core.db)).filter((state) => state.failures > 0).length,
      liveConnections: live.connections,
      families: [...capabilities.monitoring.metrics, ...(keeper?.metrics ?? [])],
    },
  })
  const assets = builtAssets(path.resolve(import.meta.dirname, '../../../'))
  const jurisdiction = jurisdictionWords(capabilities, platform)
  const app = await buildServer({
    platform,
    log,
    trustProxy: config.trustProxy,
    identify: signIn.identify,
    assets: assets.pageAssets,
    document: ({ view, request, assets: addresses, session, largeText }) =>
      renderDocument({
        view,
        request,
        assets: { style: addresses['style.css'] ?? '/assets/style.css', script: (name) => addresses[`${name}.js`] },
        session,
        jurisdiction,
        care: largeText,
      }),
    routes: [
      ...signIn.routes,
      ...provider.routes,
      ...parts.rotation.routes(platform),
      ...capabilities.list.flatMap((capability) => capability.routes ?? []),
      ...uploadRoutes(files),
      ...jobRoutes(jobs),
      ...journalRoutes(core.proofs),
      ...demoRoutes(config.stateFolder, config.demo !== 'off'),
      ...(simulated === null
        ? []
        : simulationRoutes({
            clock: simulated,
            settle: () => settle(parts, () => jobs.runReady(platform)),
            nextTimer: () => nextTimerAt(platform),
            timerUnderway: () => timerUnderway(platform),
          })),
    ],
    pages: [homePage, ...capabilities.list.flatMap((capability) => capability.pages ?? [])],
    plugins: [
      metrics.plugin,
      live.plugin,
      assets.plugin,
      provider.plugin,
      pushPlugin(capabilities.monitoring.pushRoutes),
      async (scope, { callers }) => {
        await scope.register(
          uploadPlugin({ files, authenticate: async (request) => (await callers.of(request)).actor }),
        )
      },
    ],
    described: uploadEndpoints,
    observe: metrics.observe,
    hourly: [signIn.forgetExpired],
    freshMinutes: security.freshMinutes,
  })
  const reactions = startReactions(
    platform,
    capabilities.list.flatMap((capability) => capability.reactions ?? []),
    core.onSealed,
  )
  const timers = startTimers(
    platform,
    capabilities.list.flatMap((capability) => capability.timers ?? []),
  )
  await jobs.start(platform)
  const stopHousekeeping = files.startHousekeeping()
  await app.listen({ host: config.host, port: config.port })
  await capabilities.monitoring.start({
    server: app.server,
    port: (app.server.address() as AddressInfo | null)?.port ?? config.port,
    addressOf: (request) => addressOf(request, config.trustProxy !== false),
  })
  const pulse =
    config.demo === 'district' && simulated === null
      ? startPulse({ platform, capabilities }, demoSites(demoProjects))
      : null
  return {
    address: config.publicUrl,
    firstAdministrator,
    shutdownSteps: [
      { name: 'demo devices', run: async () => pulse?.stop() },
      { name: 'gateways', run: () => capabilities.monitoring.stop() },
      { name: 'live updates', run: () => live.close() },
      { name: 'http', run: () => closeServer(app) },
      { name: 'timers', run: () => timers.stop() },
      { name: 'reactions', run: () => reactions.stop() },
      { name: 'jobs', run: () => jobs.stop() },
      { name: 'files', run: () => stopHousekeeping() },
      { name: 'backup', run: async () => keeper?.stop() },
      { name: 'workers', run: () => closeWorkers() },
      { name: 'exchange', run: async () => parts.exchange?.database.close() },
      { name: 'database', run: () => core.close() },
    ],
  }
}

export const demoAccountsOf = (config: Config) => (config.demo === 'off' ? null : readDemoAccounts(config.stateFolder))
