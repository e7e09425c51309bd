/** What operators watch: /metrics for Prometheus, /healthz (the process lives), /readyz (it can serve). */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { defineRefusal } from '../kernel/refusal.ts'
import { type Clock, type Instant, msOf } from '../kernel/time.ts'
import { bearerOf } from './http/caller.ts'
import type { Database } from './platform.ts'

/** What other parts of the platform can tell; each is asked when somebody looks. */
export interface Probes {
  readonly pool?: () => { readonly total: number; readonly idle: number; readonly waiting: number }
  /** Entries not yet sealed, and the age of the oldest in milliseconds (0 when there is none). */
  readonly journal?: () => Promise<{ readonly unsealed: number; readonly oldestMs: number }>
  /** Reactions that wait at an entry that fails. */
  readonly listenersBlocked?: () => Promise<number>
  /** Jobs by state ('created', 'active', 'failed', …). */
  readonly jobs?: () => Promise<Readonly<Record<string, number>>>
  readonly liveConnections?: () => number
  /** Figures of the capabilities. */
  readonly families?: readonly MetricFamily[]
}
/** A figure that is asked when somebody looks: one value for each set of labels. */
export interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly read: () => Promise<readonly MetricSample[]> | readonly MetricSample[]
}
export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}
/** A reason not to serve, for operators; null when all is well. */
export interface ReadyCheck {
  readonly name: string
  readonly check: () => Promise<string | null>
  /** False: what is wrong is shown, and the process serves all the same. */
  readonly essential?: boolean
}
export interface MetricsOptions {
  readonly probes?: Probes
  readonly ready: readonly ReadyCheck[]
  /** Bearer token with which /metrics may be read from elsewhere; null = from this machine only. */
  readonly token: string | null
  /** Default metrics of the process (event loop, memory); off in tests. */
  readonly process?: boolean
}

const metricsRefused = defineRefusal('forbidden', 'metrics.refused', {
  zh: '运行指标只能在服务器本机查看,或由监控程序携带 MINGZHU_METRICS_TOKEN 令牌访问。',
  en: 'Metrics can be read on the server itself, or with the token MINGZHU_METRICS_TOKEN.',
})

/** A loopback address counts only where no proxy stands between: behind one, everybody seems to come from there. */
const isLocal = (request: FastifyRequest): boolean =>
  /^(127\.|::1$|::ffff:127\.)/.test(request.ip) &&
  /^(127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '127.0.0.1') &&
  request.headers['x-forwarded-for'] === undefined &&
  request.headers['forwarded'] === undefined

/** While the database is away some figures cannot be had: they are not numbers then, and all others are told. */
const asked = async (read: () => number | Promise<number>): Promise<number> => {
  try {
    return await read()
  } catch {
    return Number.NaN
  }
}
const addProbes = (registry: Registry, probes: Probes): void => {
  const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await asked(read))
      },
    })
  }
  const { pool, journal, listenersBlocked, jobs, liveConnections } = probes
  if (pool !== undefined) {
    gauge('mingzhu_database_connections', 'Connections of the pool', () => pool().total)
    gauge('mingzhu_database_connections_idle', 'Idle connections of the pool', () => pool().idle)
    gauge('mingzhu_database_waiting', 'Callers that wait for a connection', () => pool().waiting)
  }
  if (journal !== undefined) {
    gauge('mingzhu_journal_unsealed', 'Journal entries not yet sealed', async () => (await journal()).unsealed)
    gauge(
      'mingzhu_journal_unsealed_age_seconds',
      'Age of the oldest unsealed entry',
      async () => (await journal()).oldestMs / 1000,
    )
  }
  if (listenersBlocked !== undefined)
    gauge('mingzhu_listeners_blocked', 'Reactions that wait at an entry that fails', listenersBlocked)
  if (liveConnections !== undefined)
    gauge('mingzhu_live_connections', 'Open connections for live updates', liveConnections)
  for (const { name, help, labels, read } of probes.families ?? [])
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      async collect() {
        this.reset()
        const samples = await (async () => read())().catch(() => null)
        if (samples === null && labels.length === 0) this.set(Number.NaN)
        for (const sample of samples ?? []) this.set(sample.labels, sample.value)
      },
    })
  if (jobs !== undefined)
    new Gauge({
      name: 'mingzhu_jobs',
      help: 'Jobs by state',
      labelNames: ['state'],
      registers: [registry],
      async collect() {
        this.reset()
        const counts = await jobs().catch(() => ({}))
        for (const [state, count] of Object.entries(counts)) this.set({ state }, count)
      },
    })
}

export interface Metrics {
  /** To be given to the server as the first plugin; it also measures every request of the whole server. */
  readonly plugin: (app: FastifyInstance) => void
  /** Measures requests: to be given the root instance before routes are added. */
  readonly observe: (app: FastifyInstance) => void
  readonly registry: Registry
}

export const createMetrics = (options: MetricsOptions): Metrics => {
  const registry = new Registry()
  if (options.process !== false) collectDefaultMetrics({ register: registry })
  addProbes(registry, options.probes ?? {})
  const durations = new Histogram({
    name: 'mingzhu_http_request_seconds',
    help: 'Duration of requests by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })

  const runChecks = () =>
    Promise.all(
      options.ready.map(async ({ name, check, essential = true }) => {
        try {
          return { name, essential, fault: await check() }
        } catch (error) {
          return { name, essential, fault: error instanceof Error ? error.message : String(error) }
        }
      }),
    )
  return {
    registry,
    observe: (app) => {
      app.addHook('onResponse', async (request, reply) => {
        const route = request.routeOptions.url ?? 'none'
        const status = `${Math.floor(reply.statusCode / 100)}xx`
        durations.observe({ method: request.method, route, status }, reply.elapsedTime / 1000)
      })
    },
    plugin: (app) => {
      app.get('/healthz', async (_request, reply) =>
        reply.header('cache-control', 'no-store').send({ status: 'alive' }),
      )
      app.get('/readyz', async (request, reply) => {
        const results = await runChecks()
        const isReady = results.every((result) => result.fault === null || !result.essential)
        // What is wrong inside is for operators, not for the public.
        const checks = isLocal(request)
          ? Object.fromEntries(results.map(({ name, fault }) => [name, fault ?? 'ok']))
          : Object.fromEntries(results.map(({ name, fault }) => [name, fault === null ? 'ok' : 'failed']))
        return reply
          .status(isReady ? 200 : 503)
          .header('cache-control', 'no-store')
          .send({ status: isReady ? 'ready' : 'not-ready', checks })
      })
      app.get('/metrics', async (request, reply) => {
        const hasToken = options.token !== null && bearerOf(request) === options.token
        if (!hasToken && !isLocal(request)) throw metricsRefused()
        return reply
          .header('content-type', registry.contentType)
          .header('cache-control', 'no-store')
          .send(await registry.metrics())
      })
    },
  }
}

/** The database answers within a time limit. */
export const databaseCheck = (db: Database, timeoutMs = 3000): ReadyCheck => ({
  name: 'database',
  check: async () => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`no answer within ${timeoutMs} ms`), timeoutMs)
    })
    const asked = sql`select 1`.execute(db).then(() => null)
    try {
      return await Promise.race([asked, late])
    } finally {
      clearTimeout(timer)
    }
  },
})
/** The clocks of this machine and of the database machine agree: legal deadlines depend on them. */
export const clockCheck = (db: Database, machineClock: Clock, mostMs = 30_000): ReadyCheck => ({
  name: 'clock',
  check: async () => {
    const { rows } = await sql<{ now: Instant }>`select clock_timestamp() as now`.execute(db)
    const [row] = rows
    if (row === undefined) return 'the database gave no time'
    const apart = Math.abs(msOf(row.now) - msOf(machineClock()))
    return apart > mostMs ? `the clocks of server and database are ${Math.round(apart / 1000)} s apart` : null
  },
})
/** The sealer keeps up. */
export const sealerCheck = (journal: () => Promise<{ readonly oldestMs: number }>, mostMs = 30_000): ReadyCheck => ({
  name: 'sealer',
  check: async () => {
    const { oldestMs } = await journal()
    return oldestMs > mostMs ? `the oldest unsealed journal entry is ${Math.round(oldestMs / 1000)} s old` : null
  },
})
