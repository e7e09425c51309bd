/** The product around a measurement: first in this process, to play and to record; then as a process of its own, measured. */
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg, { type ClientConfig, type Pool } from 'pg'
import { readConfig } from '../../src/platform/config.ts'
import { columnTypes } from '../../src/platform/database/column-types.ts'
import { createLog } from '../../src/platform/log.ts'
import { startProduct } from '../../src/server/start.ts'
import { type HttpDriver, httpDriver } from '../../tests/support/http-driver.ts'
import { type RunningServer, startServer } from '../../tests/support/running-server.ts'
import { type Pattern, playDistrict } from './district.ts'

const START = '2026-03-02T09:30:00+08:00'
/** A place in the journal that no benchmark reaches. */
const BEYOND = 1_000_000_000

export interface District {
  /** Starts the product in this process, plays the small district, as its people do. */
  readonly play: () => Promise<{ patterns: readonly Pattern[]; driver: HttpDriver }>
  /** For loading and looking, on whichever server runs now. */
  readonly pool: () => Pool
  /** Waits until every entry has its place in the order; who listens to the journal has then heard all of it. */
  readonly allSealed: () => Promise<void>
  /** Lets nobody listen until everything is sealed: of what the copies tell, the originals told everybody. */
  readonly hushListeners: () => Promise<void>
  /** Ends the product here and starts it as its users do; gives its address and connections as many as it has itself. */
  readonly serve: () => Promise<{ url: string; connections: Pool }>
  /** Lays aside the documents that still wait to be drawn and waits for those under way: no round burdens the next. */
  readonly layJobsAside: () => Promise<void>
  readonly close: () => Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })

/** Where the product of this process has its database: told by the first connection that it opens. */
const watchConnection = (): { readonly found: () => ClientConfig; readonly stop: () => void } => {
  const prototype = pg.Client.prototype as unknown as { connect: (this: pg.Client, ...args: unknown[]) => unknown }
  const { connect } = prototype
  let seen: ClientConfig | null = null
  prototype.connect = function (...args) {
    seen ??= { host: this.host, port: this.port, user: this.user ?? '', database: this.database ?? '' }
    return connect.apply(this, args)
  }
  return {
    found: () => {
      if (seen === null) throw new Error('the product opened no connection')
      return seen
    },
    stop: () => {
      prototype.connect = connect
    },
  }
}

export const openDistrict = (stateFolder: string, databaseUrl: string | null, poolSize: number): District => {
  const pools: Pool[] = []
  let endProduct: (() => Promise<void>) | null = null
  let server: RunningServer | null = null
  let connection: ClientConfig = {}
  let now = START
  const open = (max: number): Pool => {
    const pool = new pg.Pool({ ...connection, max, types: columnTypes as pg.CustomTypesConfig })
    pool.on('error', () => undefined)
    pools.push(pool)
    return pool
  }
  const settings = (): Record<string, string> => ({
    MINGZHU_DEMO: 'cast',
    MINGZHU_CLOCK: 'simulated',
    MINGZHU_CLOCK_START: now,
    MINGZHU_DATABASE_POOL: String(poolSize),
    MINGZHU_TRUST_PROXY: '1',
    ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
  })
  let shared: Pool | null = null
  const loader = (): Pool => {
    shared ??= open(4)
    return shared
  }
  const waitFor = async (query: string): Promise<void> => {
    for (;;) {
      const { rows } = await loader().query<{ waits: boolean }>(query)
      if (rows[0]?.waits !== true) return
      await sleep(50)
    }
  }
  const listenFrom = async (place: string): Promise<void> => {
    await loader().query(`update journal.cursor set seq = ${place}`)
  }
  const close = async (): Promise<void> => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()))
    await endProduct?.()
    endProduct = null
    await server?.stop({ keep: true })
    server = null
  }
  return {
    play: async () => {
      const watching = watchConnection()
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      const config = readConfig({
        ...settings(),
        MINGZHU_STATE_FOLDER: stateFolder,
        MINGZHU_PORT: String(port),
        MINGZHU_PUBLIC_URL: url,
        MINGZHU_LOG_LEVEL: 'warn',
      })
      const { shutdownSteps } = await startProduct(config, createLog('warn'), () => process.exit(1))
      endProduct = async () => {
        for (const step of shutdownSteps) await step.run()
      }
      connection = watching.found()
      watching.stop()
      const driver = await httpDriver(url)
      const patterns = await playDistrict(driver)
      now = driver.now()
      return { patterns, driver }
    },
    pool: loader,
    allSealed: async () => {
      await waitFor('select exists(select from journal.unsealed) as waits')
      await listenFrom('(select coalesce(max(seq), 0) from journal.seal)')
    },
    hushListeners: () => listenFrom(String(BEYOND)),
    layJobsAside: async () => {
      await loader().query(`delete from jobs.job where state in ('created', 'retry')`)
      await loader().query(`update jobs.progress set state = 'cancelled' where state = 'queued'`)
      await waitFor(`select exists(select from jobs.progress where state = 'running') as waits`)
    },
    serve: async () => {
      // The embedded database ends with the product: its connections with it.
      await Promise.all(pools.splice(0).map((pool) => pool.end()))
      shared = null
      await endProduct?.()
      endProduct = null
      server = await startServer({ stateFolder, env: settings() })
      return { url: server.url, connections: open(poolSize) }
    },
    close,
  }
}
