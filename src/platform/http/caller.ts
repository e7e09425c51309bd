/** Who is calling, found at most once a request; and the guards that stand before every route. */
import type {} from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Actor, anonymous, roleWords } from '../../kernel/actor.ts'
import type { Access, Endpoint, OwedStep } from '../../kernel/endpoint.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { defineRefusal, type RefusalMaker } from '../../kernel/refusal.ts'
import type { Instant } from '../../kernel/time.ts'
import type { Language } from '../../kernel/words.ts'
import type { Call } from '../platform.ts'
import { languageOf } from './language.ts'
import { crossSite, roleRequired, signInRequired } from './refusal-reply.ts'

export interface Session {
  readonly sessionId: string
  readonly personId: PersonId
  readonly expiresAt: Instant
  /** When the person last proved who they are; null for tokens of programs. */
  readonly provenAt?: Instant | null
}
/** Who stands at the door: known by password, but a step of signing in is still to be taken. */
export interface Owing {
  readonly step: OwedStep
  readonly by: Actor
}
/** `via`: how the caller proved who it is. Browsers send the cookie, programs a bearer token. */
export interface Caller {
  readonly actor: Actor
  readonly session: Session | null
  readonly via: 'cookie' | 'bearer' | 'none'
  /** Set while a step is owed; `actor` is nobody then. */
  readonly owing?: Owing | undefined
}
/** Finds the caller of a token. Null when the token is unknown, expired or revoked. */
export type Identify = (token: string, via: 'cookie' | 'bearer') => Promise<Caller | null>

export const sessionCookie = 'mz_session'
const nobody: Caller = { actor: anonymous, session: null, via: 'none' }

export interface Callers {
  /** Who calls. Throws a refusal for a bearer token that is not valid; a stale cookie is simply nobody. */
  readonly of: (request: FastifyRequest) => Promise<Caller>
  /** Looks anew, for connections that stay open: the session may have ended and roles may have changed. */
  readonly again: (request: FastifyRequest) => Promise<Caller>
}

export const bearerOf = (request: FastifyRequest): string | null =>
  /^Bearer ([\w-]{20,200})$/i.exec(request.headers.authorization ?? '')?.[1] ?? null

/** Makes the finder of callers; it asks `identify` once a request. */
export const createCallers = (identify: Identify): Callers => {
  const found = new WeakMap<FastifyRequest, Promise<Caller>>()
  const find = async (request: FastifyRequest): Promise<Caller> => {
    if (request.headers.authorization !== undefined) {
      const token = bearerOf(request)
      const caller = token === null ? null : await identify(token, 'bearer')
      if (caller === null) throw signInRequired()
      return caller
    }
    const cookie = request.cookies[sessionCookie]
    return cookie === undefined ? nobody : ((await identify(cookie, 'cookie')) ?? nobody)
  }
  return {
    again: find,
    of: (request) => {
      const known = found.get(request) ?? find(request)
      found.set(request, known)
      return known
    },
  }
}

/** Throws the refusal when an actor may not call at all. */
export const requireAccess = (actor: Actor, access: Access): void => {
  if (access === 'public') return
  if (actor.kind !== 'person') throw signInRequired()
  if (access === 'signed-in') return
  if (!actor.roles.some((held) => access.roles.includes(held.role)))
    throw roleRequired({
      roles: access.roles.map((role) => roleWords[role].zh).join('、'),
      rolesEn: access.roles.map((role) => roleWords[role].en).join(', '),
    })
}

export const secondFactorOwed = defineRefusal('unauthenticated', 'sign-in.second-factor-owed', {
  zh: '登录还差一步:请输入动态验证码、恢复码,或使用通行密钥。',
  en: 'One step is missing: enter the code of your authenticator, a recovery code, or use a passkey.',
})
export const newPasswordOwed = defineRefusal('unauthenticated', 'sign-in.new-password-owed', {
  zh: '您使用的是初始密码,请先设置自己的密码。',
  en: 'You used an initial password: set your own first.',
})
export const enrolmentOwed = defineRefusal('unauthenticated', 'sign-in.enrolment-owed', {
  zh: '您的角色要求双重验证,请先绑定动态验证码或通行密钥。',
  en: 'Your role needs a second factor: set up an authenticator or a passkey first.',
})
const owedRefusals: Readonly<Record<OwedStep, RefusalMaker>> = {
  'second-factor': secondFactorOwed,
  'new-password': newPasswordOwed,
  enrolment: enrolmentOwed,
}
/** The sentence for a step that is still owed. */
export const owedRefusal = (step: OwedStep) => owedRefusals[step]()
export const proofNeeded = defineRefusal('forbidden', 'sign-in.proof-needed', {
  zh: '此操作涉及敏感信息或权限,请先再次验证身份,然后重试。',
  en: 'This is a sensitive act: prove who you are once more, then try again.',
})
export const programsExcluded = defineRefusal('forbidden', 'sign-in.programs-excluded', {
  zh: '此操作须由本人登录后办理,不能使用程序令牌。',
  en: 'A person must be signed in for this; a token of a program does not do.',
})

/** The caller as one endpoint sees it: a session that owes a step is its person only where the step is taken. */
export const callerAt = (caller: Caller, endpoint: Pick<Endpoint, 'whileOwing' | 'access'>): Caller => {
  if (caller.owing === undefined) return caller
  if (endpoint.whileOwing?.includes(caller.owing.step) === true) return { ...caller, actor: caller.owing.by }
  if (endpoint.access !== 'public') throw owedRefusal(caller.owing.step)
  return caller
}

const changesState = (method: string): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method)

/** Says whether an Origin is this site: the public address, or the very host that the request was sent to. */
const isOwnOrigin = (origin: string, request: FastifyRequest, publicUrl: string): boolean => {
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  return url.origin === new URL(publicUrl).origin || url.host === request.host
}

/**
 * Refuses requests that another site makes in a person's browser. Bearer tokens are exempt: no browser adds them by
 * itself. With a session cookie the browser must say where the request comes from; without any credential it is enough
 * that it does not say "another site".
 */
export const requireSameSite = (request: FastifyRequest, publicUrl: string): void => {
  if (!changesState(request.method) || bearerOf(request) !== null) return
  const site = request.headers['sec-fetch-site']
  const { origin } = request.headers
  if (site !== undefined && site !== 'same-origin') throw crossSite()
  if (origin !== undefined && !isOwnOrigin(origin, request, publicUrl)) throw crossSite()
  const hasCookie = request.cookies[sessionCookie] !== undefined
  if (hasCookie && site === undefined && origin === undefined) throw crossSite()
}

/** What the handlers of the capabilities get to know. */
export const callOf = (request: FastifyRequest, caller: Caller, language: Language = languageOf(request)): Call => ({
  actor: caller.actor,
  traceId: request.id,
  language,
  ipAddress: request.ip,
})

/** Guards every route of an instance, those of other plugins too. */
export const guardSameSite = (app: FastifyInstance, publicUrl: string): void => {
  app.addHook('onRequest', async (request: FastifyRequest, _reply: FastifyReply) => requireSameSite(request, publicUrl))
}
