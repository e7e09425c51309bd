/**
 * A whole server for tests, without a network: the capabilities' endpoints and pages on a test platform, and people who
 * are signed in as soon as they are named.
 *
 *   const server = await testServer({ capabilities: [approvals], platform: test.platform })
 *   const reply = await server.as(clerk).call(submitApplication, { body })       // parsed; throws CallRefused
 *   const raw = await server.as(clerk).inject('POST', '/api/…', { body })        // whatever came
 */
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { createElement, Fragment } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { type Actor, anonymous, type HeldRole, type Person, type Role } from '../../src/kernel/actor.ts'
import type { BodyOf, Endpoint, ParamsOf, QueryOf, ReplyOf } from '../../src/kernel/endpoint.ts'
import type { PersonId } from '../../src/kernel/identity.ts'
import type { Clock } from '../../src/kernel/time.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { buildServer, type ServerOptions } from '../../src/platform/http/build-server.ts'
import { sessionCookie } from '../../src/platform/http/caller.ts'
import type { Problem } from '../../src/platform/http/refusal-reply.ts'
import { csrfField, type RenderDocument } from '../../src/platform/http/serve-pages.ts'
import { newId } from '../../src/platform/identity.ts'
import { createLog } from '../../src/platform/log.ts'
import type { Capability, Platform } from '../../src/platform/platform.ts'
import { createSignIn, type SignIn } from '../../src/platform/sign-in/sign-in.ts'
import type { FactorPolicy } from '../../src/platform/sign-in/steps.ts'
import { type Vault, vaultOf } from '../../src/platform/vault/vault.ts'

export interface Sending {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}
export interface Input<E> {
  readonly params?: ParamsOf<E>
  readonly query?: QueryOf<E>
  readonly body?: BodyOf<E>
  /** Default for idempotent endpoints: a new one for every call. */
  readonly idempotencyKey?: string
}
/** Somebody at a browser: sends cookies and says that the request comes from our own page. */
export interface Agent {
  readonly inject: (method: string, url: string, sending?: Sending) => Promise<LightMyRequestResponse>
  /** Calls an endpoint and gives its parsed reply. Throws `CallRefused` for every answer that is not a success. */
  readonly call: <E extends Endpoint>(endpoint: E, input?: Input<E>) => Promise<ReplyOf<E>>
  /** Sends an HTML form: loads the page first for its token. `from` is the page with the form. */
  readonly submitForm: (
    from: string,
    to: string,
    fields: Readonly<Record<string, string>>,
  ) => Promise<LightMyRequestResponse>
}
/** Thrown by `call` when the server refuses. */
export class CallRefused extends Error {
  readonly status: number
  readonly problem: Problem
  constructor(status: number, problem: Problem) {
    super(`${status} ${problem.code}: ${problem.detail} ${JSON.stringify(problem.errors ?? [])}`)
    this.name = 'CallRefused'
    this.status = status
    this.problem = problem
  }
}
export interface TestServer {
  readonly app: FastifyInstance
  readonly signIn: SignIn
  readonly endpoints: readonly Endpoint[]
  /** A signed-in person; the same person keeps one session. */
  readonly as: (person: Actor) => Agent
  readonly anonymous: Agent
  readonly close: () => Promise<void>
}

/** A person with roles for tests. */
export const testPerson = (name: string, ...held: readonly (Role | HeldRole)[]): Person => ({
  kind: 'person',
  personId: newId<'person'>(),
  name,
  roles: held.map((role) => (typeof role === 'string' ? { role } : role)),
})

/** A document without layout; every page carries the token as a form of the site would. */
const plainDocument: RenderDocument = ({ view, csrfToken, request }) =>
  `<!doctype html>${renderToStaticMarkup(
    createElement(
      'html',
      { lang: request.language },
      createElement('title', null, view.title),
      createElement(
        'body',
        null,
        createElement(Fragment, null, view.body),
        request.path.includes('cacheable')
          ? null
          : createElement('input', { type: 'hidden', name: csrfField, value: csrfToken }),
      ),
    ),
  )}`

const addressOf = (endpoint: Endpoint, input: { params?: unknown; query?: unknown }): string => {
  const params = (input.params ?? {}) as Readonly<Record<string, string>>
  const path = endpoint.path.replace(/:(\w+)/g, (_place, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries((input.query ?? {}) as Record<string, unknown>))
    for (const part of Array.isArray(value) ? value : [value]) if (part !== undefined) search.append(name, String(part))
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'

const agentOf = (app: FastifyInstance, session: () => Promise<string | null>): Agent => {
  const inject: Agent['inject'] = async (method, url, sending = {}) => {
    const token = await session()
    return app.inject({
      method: method as Method,
      url,
      headers: { host: 'mingzhu.test', 'sec-fetch-site': 'same-origin', ...sending.headers },
      ...(token === null ? {} : { cookies: { [sessionCookie]: token } }),
      ...(sending.body === undefined ? {} : { payload: sending.body as object }),
    })
  }
  return {
    inject,
    call: async (endpoint, input = {}) => {
      const headers: Record<string, string> =
        endpoint.idempotent === true ? { 'idempotency-key': input.idempotencyKey ?? newId() } : {}
      const reply = await inject(endpoint.method, addressOf(endpoint, input), { body: input.body, headers })
      if (reply.statusCode >= 400) throw new CallRefused(reply.statusCode, reply.json())
      if (endpoint.produces !== undefined)
        return { fileName: '', content: new Uint8Array(reply.rawPayload) } as ReplyOf<typeof endpoint>
      return endpoint.reply.parse(reply.statusCode === 204 ? undefined : reply.json()) as ReplyOf<typeof endpoint>
    },
    submitForm: async (from, to, fields) => {
      const page = await inject('GET', from)
      const token = new RegExp(`name="${csrfField}" value="([^"]+)"`).exec(page.body)?.[1] ?? ''
      const cookies = page.cookies.map((cookie) => `${cookie.name}=${cookie.value}`)
      const own = await session()
      if (own !== null) cookies.push(`${sessionCookie}=${own}`)
      return app.inject({
        method: 'POST',
        url: to,
        headers: {
          host: 'mingzhu.test',
          accept: 'text/html',
          'sec-fetch-site': 'same-origin',
          'content-type': 'application/x-www-form-urlencoded',
          cookie: cookies.join('; '),
        },
        payload: new URLSearchParams({ ...fields, [csrfField]: token }).toString(),
      })
    },
  }
}

export interface TestServerOptions
  extends Partial<
    Pick<ServerOptions, 'document' | 'plugins' | 'requestsPerMinute' | 'log' | 'observe' | 'assets' | 'trustProxy'>
  > {
  readonly capabilities: readonly Pick<Capability, 'name' | 'routes' | 'pages'>[]
  readonly platform: Platform
  readonly routes?: ServerOptions['routes']
  readonly vault?: Vault
  /** Who must have a second factor. Default: nobody. */
  readonly policy?: FactorPolicy
  /** By what sessions and locks live. Default: the real clock, so that advancing the simulated one signs nobody out. */
  readonly machineClock?: Clock
  /** Default: the people that were named by `as`. */
  readonly resolveActor?: (personId: PersonId) => Promise<Actor>
}

export const testServer = async (options: TestServerOptions): Promise<TestServer> => {
  const { platform, capabilities } = options
  const people = new Map<PersonId, Person>()
  const tokens = new Map<PersonId, Promise<string>>()
  const signIn = createSignIn({
    platform,
    vault: options.vault ?? vaultOf(new Uint8Array(32).fill(1)),
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    machineClock: options.machineClock ?? systemClock,
    resolveActor: async (personId) => (await options.resolveActor?.(personId)) ?? people.get(personId) ?? anonymous,
  })
  const routes = [
    ...signIn.routes,
    ...(options.routes ?? []),
    ...capabilities.flatMap((capability) => capability.routes ?? []),
  ]
  const app = await buildServer({
    platform,
    log: options.log ?? createLog('silent'),
    routes,
    pages: capabilities.flatMap((capability) => capability.pages ?? []),
    document: options.document ?? plainDocument,
    identify: signIn.identify,
    requestsPerMinute: options.requestsPerMinute ?? 0,
    machineClock: options.machineClock ?? systemClock,
    ...(options.assets === undefined ? {} : { assets: options.assets }),
    ...(options.plugins === undefined ? {} : { plugins: options.plugins }),
    ...(options.observe === undefined ? {} : { observe: options.observe }),
    ...(options.trustProxy === undefined ? {} : { trustProxy: options.trustProxy }),
  })
  await app.ready()
  const tokenOf = (person: Person): Promise<string> => {
    people.set(person.personId, person)
    const token =
      tokens.get(person.personId) ??
      signIn.openSession(person.personId, { userAgent: 'test', ipAddress: '127.0.0.1' }).then((opened) => opened.token)
    tokens.set(person.personId, token)
    return token
  }
  return {
    app,
    signIn,
    endpoints: routes.map((served) => served.endpoint),
    as: (actor) => agentOf(app, async () => (actor.kind === 'person' ? tokenOf(actor) : null)),
    anonymous: agentOf(app, async () => null),
    close: () => app.close(),
  }
}

export interface MatrixRow {
  readonly endpoint: string
  readonly actor: string
  readonly mayCall: boolean
  readonly status: number
  /** Null when the answer is as the contract says. */
  readonly fault: string | null
}
const mayCall = (actor: Actor, endpoint: Endpoint): boolean => {
  if (endpoint.access === 'public') return true
  if (actor.kind !== 'person') return false
  const { access } = endpoint
  return access === 'signed-in' || actor.roles.some((held) => access.roles.includes(held.role))
}
const judge = (actor: Actor, isAllowed: boolean, status: number, code: string): string | null => {
  if (!isAllowed) {
    const expected = actor.kind === 'person' ? 403 : 401
    return status === expected ? null : `answered ${status}, must refuse with ${expected}`
  }
  return code === 'http.sign-in-required' || code === 'http.role-required' ? `refused with ${code}, must let in` : null
}

/**
 * Calls every endpoint as every actor, with input that no endpoint accepts, and compares who is let in with the contract:
 * not signed in -> 401, signed in without the role -> 403, otherwise past the gate. Nothing is changed by it: input is
 * empty, and endpoints without any input are only called by those who must be refused.
 */
export const permissionMatrix = async (
  server: TestServer,
  endpoints: readonly Endpoint[],
  actors: Readonly<Record<string, Actor>>,
): Promise<readonly MatrixRow[]> => {
  const rows: MatrixRow[] = []
  for (const endpoint of endpoints)
    for (const [name, actor] of Object.entries(actors)) {
      const isAllowed = mayCall(actor, endpoint)
      if (isAllowed && endpoint.method !== 'GET' && endpoint.body === undefined) continue
      const reply = await server
        .as(actor)
        .inject(endpoint.method, addressOf(endpoint, {}).replaceAll('//', '/-/').replace(/\/$/, '/-'), {
          body: endpoint.body === undefined ? undefined : { 'not-a-field': true },
        })
      const isProblem = String(reply.headers['content-type']).startsWith('application/problem+json')
      const code = isProblem ? reply.json<Problem>().code : ''
      rows.push({
        endpoint: endpoint.id,
        actor: name,
        mayCall: isAllowed,
        status: reply.statusCode,
        fault: judge(actor, isAllowed, reply.statusCode, code),
      })
    }
  return rows
}
