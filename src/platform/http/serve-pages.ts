/**
 * Serves the public pages: HTML made on the server that works without JavaScript, cacheable where nobody is signed in,
 * with forms that only our own pages can send.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type {} from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createElement } from 'react'
import type { Role } from '../../kernel/actor.ts'
import { defineRefusal } from '../../kernel/refusal.ts'
import { type Language, words } from '../../kernel/words.ts'
import type { PageRequest, PageView, SitePage } from '../platform.ts'
import { type Caller, type Callers, callOf, sessionCookie } from './caller.ts'
import { chosenLanguage, languageCookie, pageLanguageOf } from './language.ts'
import { notFound, type Problem, problemOf } from './refusal-reply.ts'
import { withTrace } from './trace.ts'

/** Logical name of a built file ('site.css', 'map.js') -> its address with content hash. */
export type PageAssets = Readonly<Record<string, string>>
export interface PageSession {
  readonly name: string
  readonly roles: readonly Role[]
}
/** What the layout of the site gets; it gives the whole document as text. */
export interface DocumentInput {
  readonly view: PageView
  readonly request: PageRequest
  readonly assets: PageAssets
  readonly session: PageSession | null
  /** To be put into every POST form as the hidden field `_csrf`. A page that contains it is not cached. */
  readonly csrfToken: string
  /** The reader asked for large print. */
  readonly largeText: boolean
}
export type RenderDocument = (input: DocumentInput) => string

export const csrfField = '_csrf'
const formCookie = 'mz_form'
const largeTextCookie = 'care'
const DEFAULT_CACHE_SECONDS = 60
const YEAR_SECONDS = 31_536_000

export const formExpired = defineRefusal('forbidden', 'http.form-expired', {
  zh: '页面已过期,内容没有提交。请返回上一页,刷新后重新提交。',
  en: 'This form has expired and nothing was sent. Go back, reload the page and send it again.',
})

export interface PageServing {
  readonly callers: Callers
  readonly document: RenderDocument
  readonly assets: PageAssets
  readonly secureCookies: boolean
  readonly randomToken: (bytes: number) => string
}

const wantsLargeText = (request: FastifyRequest): boolean =>
  ((request.query as Record<string, unknown> | undefined)?.['care'] ?? request.cookies[largeTextCookie]) === '1'
const csrfTokenOf = (secret: string): string => createHash('sha256').update(`mz-form:${secret}`).digest('base64url')
const equalTexts = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The secret behind the token of a form: the session where there is one, else a cookie of its own. */
const formSecretOf = (request: FastifyRequest, caller: Caller): string | null => {
  const { cookies } = request
  return (caller.via === 'cookie' ? cookies[sessionCookie] : cookies[formCookie]) ?? null
}
const checkForm = (request: FastifyRequest, caller: Caller): void => {
  const secret = formSecretOf(request, caller)
  const sent = (request.body as Record<string, unknown> | undefined)?.[csrfField]
  if (secret === null || typeof sent !== 'string' || !equalTexts(sent, csrfTokenOf(secret))) throw formExpired()
}

type Values = Readonly<Record<string, readonly string[]>>
const valuesOf = (raw: unknown): Values => {
  const entries = raw !== null && typeof raw === 'object' ? Object.entries(raw) : []
  return Object.fromEntries(
    entries.map(([name, value]) => [name, (Array.isArray(value) ? value : [value]).map((part) => String(part ?? ''))]),
  )
}
const lastOf = (values: Values): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.at(-1) ?? '']))

const pageRequestOf = (request: FastifyRequest, caller: Caller): PageRequest => {
  const queryAll = valuesOf(request.query)
  const { [csrfField]: _token, ...form } = lastOf(valuesOf(request.method === 'POST' ? request.body : null))
  return {
    ...callOf(request, caller, pageLanguageOf(request)),
    path: request.url.split('?')[0] ?? '/',
    params: lastOf(valuesOf(request.params)),
    query: lastOf(queryAll),
    queryAll,
    form,
  }
}
const sessionOf = (caller: Caller): PageSession | null =>
  caller.actor.kind === 'person'
    ? { name: caller.actor.name, roles: [...new Set(caller.actor.roles.map((held) => held.role))] }
    : null

/** A page that says why something was refused and what to do. */
const problemView = (problem: Problem, language: Language): PageView => {
  const lines = problem.errors.map((fault) =>
    createElement('li', { key: `${fault.path} ${fault.message}` }, fault.message),
  )
  const home = words('回到首页', 'To the home page')
  return {
    title: problem.title,
    status: problem.status,
    cacheSeconds: 0,
    body: createElement(
      'section',
      { className: 'problem' },
      createElement('h1', null, problem.title),
      createElement('p', null, problem.detail),
      lines.length === 0 ? null : createElement('ul', null, lines),
      createElement('p', null, createElement('a', { href: '/' }, home[language])),
    ),
  }
}

/** Only addresses of this site: '/path', never '//host' or a scheme. */
const isLocal = (address: string): boolean => /^\/(?![/\\])/.test(address)

export interface PageServer {
  /** Renders the page for whatever was thrown while a page was being made. */
  readonly answerError: (error: unknown, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>
  readonly answerNotFound: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>
  readonly serve: (app: FastifyInstance, page: SitePage) => void
}

export const createPageServer = (serving: PageServing): PageServer => {
  /** Remembers the choice of large print (`?care=1`). */
  const keepLargeText = (request: FastifyRequest, reply: FastifyReply): boolean => {
    const asked = (request.query as Record<string, unknown> | undefined)?.['care']
    if (asked !== '0' && asked !== '1') return false
    reply.setCookie(largeTextCookie, asked, {
      path: '/',
      sameSite: 'lax',
      secure: serving.secureCookies,
      maxAge: YEAR_SECONDS,
    })
    return true
  }
  const keepLanguage = (request: FastifyRequest, reply: FastifyReply): boolean => {
    const asked = (request.query as Record<string, unknown> | undefined)?.['lang']
    const chosen = chosenLanguage(request)
    if (asked === undefined || chosen === null || request.cookies[languageCookie] === chosen) return false
    reply.setCookie(languageCookie, chosen, {
      path: '/',
      sameSite: 'lax',
      secure: serving.secureCookies,
      maxAge: YEAR_SECONDS,
    })
    return true
  }
  const cacheHeaders = (request: FastifyRequest, reply: FastifyReply, view: PageView, isPersonal: boolean): void => {
    const seconds = view.cacheSeconds ?? DEFAULT_CACHE_SECONDS
    reply.header('vary', 'Cookie')
    if (isPersonal || request.method !== 'GET' || seconds === 0 || (view.status ?? 200) >= 400)
      reply.header('cache-control', isPersonal ? 'private, no-store' : 'private, no-cache')
    else reply.header('cache-control', `public, max-age=${seconds}, stale-while-revalidate=${seconds * 5}`)
  }
  const send = (request: FastifyRequest, reply: FastifyReply, caller: Caller, view: PageView): FastifyReply => {
    if (view.redirect !== undefined) {
      if (!isLocal(view.redirect)) throw new Error(`a page may only redirect within the site, not to ${view.redirect}`)
      return reply.header('cache-control', 'no-store').redirect(view.redirect, 303)
    }
    const known = formSecretOf(request, caller)
    const secret = known ?? serving.randomToken(24)
    const csrfToken = csrfTokenOf(secret)
    const html = serving.document({
      view,
      request: pageRequestOf(request, caller),
      assets: serving.assets,
      session: sessionOf(caller),
      csrfToken,
      largeText: wantsLargeText(request),
    })
    const hasForm = html.includes(csrfToken)
    if (hasForm && known === null)
      reply.setCookie(formCookie, secret, {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure: serving.secureCookies,
      })
    const keepsLanguage = keepLanguage(request, reply)
    const setsPreference = keepLargeText(request, reply) || keepsLanguage
    cacheHeaders(request, reply, view, hasForm || setsPreference || caller.actor.kind === 'person')
    const etag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 27)}"`
    const status = view.status ?? 200
    if (request.method === 'GET' && status === 200 && !hasForm) {
      reply.header('etag', etag)
      const names = (request.headers['if-none-match'] ?? '').split(',').map((name) => name.trim().replace(/^W\//, ''))
      if (names.includes(etag)) return reply.status(304).send()
    }
    return reply.status(status).header('content-type', 'text/html; charset=utf-8').send(html)
  }
  const callerOrNobody = (request: FastifyRequest): Promise<Caller> =>
    serving.callers.of(request).catch(() => ({ actor: { kind: 'anonymous' }, session: null, via: 'none' }) as const)

  const answerError: PageServer['answerError'] = async (error, request, reply) => {
    const language = pageLanguageOf(request)
    const problem = problemOf(error, language, request.id)
    if (problem.status >= 500) request.log.error({ err: error, route: request.routeOptions.url }, 'a page failed')
    return send(request, reply, await callerOrNobody(request), problemView(problem, language))
  }
  return {
    answerError,
    answerNotFound: (request, reply) => answerError(notFound({ path: request.url.split('?')[0] }), request, reply),
    serve: (app, page) => {
      app.route({
        method: page.method ?? 'GET',
        url: page.path,
        handler: async (request, reply) => {
          const caller = await serving.callers.of(request)
          if (request.method === 'POST') checkForm(request, caller)
          return send(
            request,
            reply,
            caller,
            await withTrace(request.id, () => page.render(pageRequestOf(request, caller))),
          )
        },
      })
    },
  }
}
