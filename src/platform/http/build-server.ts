/** Puts the HTTP server together: safety headers, limits, trace ids, endpoints, pages, and what the platform adds itself. */
import type { IncomingMessage } from 'node:http'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import type { Endpoint } from '../../kernel/endpoint.ts'
import { type Clock, msOf } from '../../kernel/time.ts'
import { systemClock } from '../clock.ts'
import type { RootLog } from '../log.ts'
import type { Platform, SitePage } from '../platform.ts'
import { type Callers, createCallers, guardSameSite, type Identify } from './caller.ts'
import { createIdempotency, type Idempotency } from './idempotency.ts'
import { languageOf } from './language.ts'
import { openApiDocument, refuseTwins } from './openapi.ts'
import { answerError, invalidInput, notFound, tooManyRequests } from './refusal-reply.ts'
import { type EndpointServing, type ServedRoute, serveEndpoint } from './serve-endpoint.ts'
import { createPageServer, type PageAssets, type RenderDocument } from './serve-pages.ts'
import { newTraceId, traceIdOf } from './trace.ts'
import { unstorableText, unstorableWords } from './unstorable.ts'

const MIB = 1024 * 1024

/** What the other parts of the platform (uploads, live updates, metrics) need to add routes of their own. */
export interface ServerTools {
  readonly callers: Callers
  readonly idempotency: Idempotency
  readonly serving: EndpointServing
}
export interface ServerOptions {
  readonly platform: Platform
  readonly log: RootLog
  readonly routes: readonly ServedRoute[]
  /** Endpoints that plugins serve themselves (raw uploads): described in OpenAPI beside the routes. */
  readonly described?: readonly Endpoint[]
  readonly pages?: readonly SitePage[]
  readonly document?: RenderDocument
  readonly assets?: PageAssets
  readonly identify: Identify
  readonly trustProxy?: false | number | readonly string[]
  /** Requests a minute and address; 0 switches every limit off (tests). */
  readonly requestsPerMinute?: number
  /** JSON bodies at most, in bytes. Files go through the upload endpoint. */
  readonly bodyLimitBytes?: number
  readonly version?: string
  /** The clock of the machine; replies kept for idempotency keys age by it. */
  readonly machineClock?: Clock
  /** Minutes for which a proof of identity lets sensitive acts through. Default 15. */
  readonly freshMinutes?: number
  /** Cleaning that runs every hour besides that of the idempotency keys (expired sessions). */
  readonly hourly?: readonly (() => Promise<unknown>)[]
  /** Measures requests: gets the whole server before any route is added. */
  readonly observe?: (app: FastifyInstance) => void
  /** Adds routes beside the endpoints, behind the same guards. */
  readonly plugins?: readonly ((app: FastifyInstance, tools: ServerTools) => void | Promise<void>)[]
}

/** What browsers may load. Ant Design writes its styles at run time, so the desk alone may have inline styles. */
const policyFor = (desk: boolean): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    desk ? "style-src 'self' 'unsafe-inline'" : "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

const addHeaders = async (app: FastifyInstance, secure: boolean): Promise<void> => {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
    xFrameOptions: { action: 'deny' },
  })
  app.addHook('onRequest', async (request, reply) => {
    const desk = /^\/desk(\/|\?|$)/.test(request.url)
    reply
      .header('trace-id', request.id)
      .header('content-security-policy', policyFor(desk))
      .header('permissions-policy', 'camera=(self), geolocation=(self), microphone=(), payment=(), usb=()')
  })
}
const addLimits = async (app: FastifyInstance, perMinute: number): Promise<void> => {
  await app.register(rateLimit, {
    global: perMinute > 0,
    max: Math.max(perMinute, 1),
    timeWindow: 60_000,
    cache: 20_000,
    // A caller that has hung up has no address any more.
    keyGenerator: (request) => (request.ip as string | undefined) ?? 'gone',
    allowList: (request) => /^\/(healthz|readyz|metrics|assets\/)/.test(request.url),
    errorResponseBuilder: (_request, context) => tooManyRequests({ seconds: Math.ceil(context.ttl / 1000) }),
  })
}

const createApp = (options: ServerOptions): FastifyInstance =>
  fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'traceId' }),
    genReqId: (request: IncomingMessage) => traceIdOf(request.headers['traceparent']) ?? newTraceId(),
    requestIdHeader: false,
    trustProxy: trustProxyOf(options.trustProxy ?? false),
    bodyLimit: options.bodyLimitBytes ?? 2 * MIB,
    // Long enough for a large model over a slow line; headers have their own, short limit.
    requestTimeout: 900_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    // What fails before there is a route (an address that is no text) is answered like everything else.
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: true },
  })
const trustProxyOf = (setting: false | number | readonly string[]) => {
  if (setting === false) return false
  return typeof setting === 'number' ? (_address: string, hop: number) => hop < setting : [...setting]
}

const logRequests = (app: FastifyInstance): void => {
  app.addHook('onResponse', async (request, reply) => {
    const facts = {
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    }
    if (reply.statusCode >= 500) request.log.warn(facts, 'request')
    else request.log.debug(facts, 'request')
  })
}

/** Refuses what the database can hold in no text: the null character and halves of characters. */
const refuseUnstorable = (app: FastifyInstance): void => {
  app.addHook('preValidation', async (request) => {
    const path = unstorableText({ params: request.params, query: request.query, body: request.body })
    if (path !== null) throw invalidInput({}, [{ path, message: unstorableWords[languageOf(request)] }])
  })
}

const HOUR_MS = 3_600_000

const runHourly = (app: FastifyInstance, works: readonly (() => Promise<unknown>)[]): void => {
  const run = async (): Promise<void> => {
    for (const work of works)
      await work().catch((error: unknown) => app.log.error({ err: error }, 'the hourly cleaning failed'))
  }
  const timer = setInterval(() => void run(), HOUR_MS)
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
}

/** How often connections are looked for that fell idle while the server closes (milliseconds). */
const IDLE_LOOK_MS = 50

/**
 * Closes the server: requests under way are finished. A connection that was busy when the closing began and is kept alive
 * by its client would hold it for minutes; it is closed as soon as it is idle.
 */
export const closeServer = async (app: FastifyInstance): Promise<void> => {
  const timer = setInterval(() => app.server.closeIdleConnections(), IDLE_LOOK_MS)
  try {
    await app.close()
  } finally {
    clearInterval(timer)
  }
}

const wantsPage = (url: string, accept: string | undefined): boolean =>
  !/^\/(api|openapi\.json|metrics|healthz|readyz|assets)(\/|\?|$)/.test(url) && (accept ?? '').includes('text/html')

/** Builds the server. It does not listen yet: call `listen`, or `inject` in tests. */
export const buildServer = async (options: ServerOptions): Promise<FastifyInstance> => {
  const { platform } = options
  const perMinute = options.requestsPerMinute ?? 1200
  const secureCookies = platform.config.publicUrl.startsWith('https:')
  const callers = createCallers(options.identify)
  const idempotency = createIdempotency(platform.db, options.machineClock ?? systemClock, platform.newId)
  const machineClock = options.machineClock ?? systemClock
  const freshMs = (options.freshMinutes ?? 15) * 60_000
  const serving: EndpointServing = {
    callers,
    idempotency,
    secureCookies,
    limits: perMinute > 0,
    isFresh: ({ provenAt }) =>
      provenAt !== null && provenAt !== undefined && msOf(machineClock()) - msOf(provenAt) < freshMs,
  }
  const app = createApp(options)
  app.removeContentTypeParser('text/plain')

  const pageServer =
    options.document === undefined
      ? null
      : createPageServer({
          callers,
          document: options.document,
          assets: options.assets ?? {},
          secureCookies,
          randomToken: platform.randomToken,
        })
  app.setErrorHandler((error, request, reply) => {
    if (pageServer !== null && wantsPage(request.url, request.headers.accept))
      return pageServer.answerError(error, request, reply)
    return answerError(error, request, reply)
  })

  await app.register(cookie)
  await addHeaders(app, secureCookies)
  await addLimits(app, perMinute)
  await app.register(compress, { global: true, threshold: 1024, encodings: ['br', 'gzip'] })
  logRequests(app)
  options.observe?.(app)
  runHourly(app, [() => idempotency.forgetOld(), ...(options.hourly ?? [])])
  refuseUnstorable(app)
  guardSameSite(app, platform.config.publicUrl)
  app.setNotFoundHandler((request, reply) => {
    if (pageServer !== null && wantsPage(request.url, request.headers.accept))
      return pageServer.answerNotFound(request, reply)
    return answerError(notFound({ path: request.url.split('?')[0] }), request, reply)
  })

  const routed = options.routes.map((served) => served.endpoint)
  const routedIds = new Set(routed.map((endpoint) => endpoint.id))
  const endpoints = [...routed, ...(options.described ?? []).filter((endpoint) => !routedIds.has(endpoint.id))]
  refuseTwins(endpoints)
  // Made when somebody asks first: it takes longer than all the rest of building the server.
  let document: string | null = null
  const describe = (): string => {
    document ??= JSON.stringify(
      openApiDocument(endpoints, { publicUrl: platform.config.publicUrl, version: options.version ?? '0.1.0' }),
    )
    return document
  }
  for (const served of options.routes) serveEndpoint(app, served, serving)
  app.get('/openapi.json', async (_request, reply) =>
    reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'public, max-age=300')
      .send(describe()),
  )
  if (pageServer !== null)
    await app.register(async (site) => {
      site.removeContentTypeParser('application/json')
      await site.register(formbody, { bodyLimit: 256 * 1024 })
      for (const page of options.pages ?? []) pageServer.serve(site, page)
    })
  for (const plugin of options.plugins ?? [])
    await app.register(async (scope) => {
      await plugin(scope, { callers, idempotency, serving })
    })
  return app
}
