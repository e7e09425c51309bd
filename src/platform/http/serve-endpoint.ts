/**
 * Serves endpoints: who may call, how often, what they send (parsed once), once per idempotency key, and what they get
 * (parsed too: only what the contract names leaves the server).
 */
import type {} from '@fastify/cookie'
import type {} from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Endpoint } from '../../kernel/endpoint.ts'
import type { FieldFault } from '../../kernel/refusal.ts'
import type { Language } from '../../kernel/words.ts'
import type { Call, FileReply, Route } from '../platform.ts'
import {
  type Caller,
  type Callers,
  callerAt,
  callOf,
  programsExcluded,
  proofNeeded,
  requireAccess,
  type Session,
  sessionCookie,
} from './caller.ts'
import { errorMap, fieldFaults } from './field-faults.ts'
import { type Idempotency, isIdempotencyKey, keyMissing, requestHash } from './idempotency.ts'
import { invalidInput, jsonRequired, tooManyRequests } from './refusal-reply.ts'
import { withTrace } from './trace.ts'

/** What the platform's own routes (sign-in) may do besides: read the session and set cookies. */
export interface WebCall extends Call {
  readonly caller: Caller
  readonly userAgent: string
  /** Sets or, with null, removes the session cookie. */
  readonly setSessionCookie: (token: string | null, maxAgeSeconds?: number) => void
}
export interface WebRoute {
  readonly endpoint: Endpoint
  readonly handleWeb: (call: WebCall, input: { params: unknown; query: unknown; body: unknown }) => Promise<unknown>
}
/** Binds an endpoint of the platform to a handler that needs more of HTTP. */
export const webRoute = <P, Q, B, R>(
  endpoint: Endpoint<P, Q, B, R>,
  handleWeb: (call: WebCall, input: { params: P; query: Q; body: B }) => Promise<R>,
): WebRoute => ({ endpoint: endpoint as Endpoint, handleWeb: handleWeb as WebRoute['handleWeb'] })

export type ServedRoute = Route | WebRoute

export interface EndpointServing {
  readonly callers: Callers
  readonly idempotency: Idempotency
  /** Cookies only travel over https. */
  readonly secureCookies: boolean
  /** False switches the limits by endpoint off (tests). */
  readonly limits: boolean
  /** Did the person of a session prove who they are within the last minutes? */
  readonly isFresh: (session: Session) => boolean
}

/** Texts of a query come as one value or many; a list in the shape takes one value too. */
const widenLists = (shape: z.ZodType, query: unknown): unknown => {
  if (!(shape instanceof z.ZodObject) || query === null || typeof query !== 'object') return query
  const wide: Record<string, unknown> = { ...query }
  for (const [name, field] of Object.entries(shape.shape)) {
    let inner: unknown = field
    while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable)
      inner = inner.unwrap()
    if (inner instanceof z.ZodArray && typeof wide[name] === 'string') wide[name] = [wide[name]]
  }
  return wide
}

const parsePart = async (
  shape: z.ZodType | undefined,
  value: unknown,
  language: Language,
): Promise<{ data: unknown; faults: readonly FieldFault[] }> => {
  if (shape === undefined) return { data: undefined, faults: [] }
  const parsed = await shape.safeParseAsync(value, { error: errorMap(language) })
  return parsed.success ? { data: parsed.data, faults: [] } : { data: undefined, faults: fieldFaults(parsed.error) }
}

const parseInput = async (endpoint: Endpoint, request: FastifyRequest, language: Language) => {
  const query = endpoint.query === undefined ? undefined : widenLists(endpoint.query, request.query)
  const [params, search, body] = await Promise.all([
    parsePart(endpoint.params, request.params, language),
    parsePart(endpoint.query, query, language),
    parsePart(endpoint.body, request.body, language),
  ])
  const faults = [...params.faults, ...search.faults, ...body.faults]
  if (faults.length > 0) throw invalidInput({}, faults)
  return { params: params.data, query: search.data, body: body.data }
}

/** A reply that its own contract refuses is our fault: an error, never a refusal. */
export class ReplyMismatch extends Error {
  constructor(endpoint: string, faults: readonly FieldFault[]) {
    const list = faults.map((fault) => `${fault.path}: ${fault.message}`).join('; ')
    super(`reply of ${endpoint} does not fit its contract: ${list}`)
    this.name = 'ReplyMismatch'
  }
}
const parseReply = async (endpoint: Endpoint, value: unknown): Promise<unknown> => {
  const parsed = await endpoint.reply.safeParseAsync(value)
  if (!parsed.success) throw new ReplyMismatch(endpoint.id, fieldFaults(parsed.error))
  return parsed.data
}

/** Quotes a file name for Content-Disposition: plain for old programs, UTF-8 for all others (RFC 6266). */
export const contentDisposition = (fileName: string, inline: boolean): string => {
  const plain = fileName.replace(/[^\w.-]+/g, '_')
  const encoded = encodeURIComponent(fileName).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  return `${inline ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${encoded}`
}
const sendFile = (reply: FastifyReply, file: FileReply, mediaType: string): FastifyReply => {
  const type = /^text\/|json$|xml$/.test(mediaType) ? `${mediaType}; charset=utf-8` : mediaType
  reply
    .header('content-type', type)
    .header('content-disposition', contentDisposition(file.fileName, file.inline === true))
    .header('cache-control', 'private, no-cache')
    .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
  const { content } = file
  return reply.send(content instanceof Uint8Array ? Buffer.from(content) : content)
}
const sendJson = (reply: FastifyReply, value: unknown): FastifyReply => {
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  if (value === undefined) return reply.status(204).send()
  return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(value))
}

/** What the platform's own routes get to know of a call. */
export const webCallOf = (
  call: Call,
  caller: Caller,
  request: FastifyRequest,
  reply: FastifyReply,
  serving: Pick<EndpointServing, 'secureCookies'>,
): WebCall => ({
  ...call,
  caller,
  userAgent: (request.headers['user-agent'] ?? '').slice(0, 300),
  setSessionCookie: (token, maxAgeSeconds) => {
    const options = { path: '/', httpOnly: true, sameSite: 'lax', secure: serving.secureCookies } as const
    if (token === null) reply.clearCookie(sessionCookie, options)
    else
      reply.setCookie(
        sessionCookie,
        token,
        maxAgeSeconds === undefined ? options : { ...options, maxAge: maxAgeSeconds },
      )
  },
})

const handlerOf = (serving: EndpointServing, served: ServedRoute) => {
  const run = async (
    call: Call,
    request: FastifyRequest,
    reply: FastifyReply,
    caller: Caller,
    input: { params: unknown; query: unknown; body: unknown },
  ): Promise<unknown> => {
    if ('handle' in served) return withTrace(call.traceId, () => served.handle(call, input))
    const web = webCallOf(call, caller, request, reply, serving)
    return withTrace(call.traceId, () => served.handleWeb(web, input))
  }
  return run
}

const ownerOf = (caller: Caller): string =>
  caller.actor.kind === 'person' ? `person:${caller.actor.personId}` : 'anonymous'

/** Serves one endpoint on an instance. */
export const serveEndpoint = (app: FastifyInstance, served: ServedRoute, serving: EndpointServing): void => {
  const { endpoint } = served
  if (endpoint.idempotent === true && endpoint.produces !== undefined)
    throw new Error(`${endpoint.id}: a document cannot be the reply of an idempotent endpoint`)
  const limit =
    serving.limits && endpoint.perMinute !== undefined
      ? app.createRateLimit({
          max: endpoint.perMinute,
          timeWindow: 60_000,
          keyGenerator: async (request) => {
            const { actor } = await serving.callers.of(request)
            return actor.kind === 'person' ? actor.personId : request.ip
          },
        })
      : null
  const run = handlerOf(serving, served)

  /** Stands before the body is read: nobody who may not call makes the server read and parse. */
  const gate = async (request: FastifyRequest): Promise<void> => {
    const caller = callerAt(await serving.callers.of(request), endpoint)
    const used = limit === null ? null : await limit(request)
    if (used !== null && !used.isAllowed && used.isExceeded) throw tooManyRequests({ seconds: used.ttlInSeconds })
    requireAccess(caller.actor, endpoint.access)
    if (endpoint.sensitive === true && caller.session !== null) {
      if (caller.session.provenAt === null) throw programsExcluded()
      if (!serving.isFresh(caller.session)) throw proofNeeded()
    }
    if (endpoint.idempotent === true && !isIdempotencyKey(request.headers['idempotency-key'])) throw keyMissing()
  }

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const caller = callerAt(await serving.callers.of(request), endpoint)
    const base = callOf(request, caller)
    if (endpoint.body !== undefined && request.body === undefined && request.headers['content-type'] === undefined)
      if (request.headers['content-length'] !== undefined && request.headers['content-length'] !== '0')
        throw jsonRequired()
    const input = await parseInput(endpoint, request, base.language)
    if (endpoint.idempotent === true) {
      const key = String(request.headers['idempotency-key'])
      const { params, query, body } = request
      const outcome = await serving.idempotency.once(
        {
          owner: ownerOf(caller),
          key,
          endpoint: endpoint.id,
          hash: requestHash({ params, query, body: body ?? null }),
        },
        async () => parseReply(endpoint, await run({ ...base, idempotencyKey: key }, request, reply, caller, input)),
      )
      if (outcome.replayed) reply.header('idempotent-replay', 'true')
      return sendJson(reply, outcome.reply)
    }
    const result = await run(base, request, reply, caller, input)
    if (endpoint.produces !== undefined) return sendFile(reply, result as FileReply, endpoint.produces)
    return sendJson(reply, await parseReply(endpoint, result))
  }

  app.route({ method: endpoint.method, url: endpoint.path, onRequest: gate, handler: handle })
}
