/**
 * Signing in by another provider: OpenID Connect, authorization code with PKCE, state and nonce. The first time a verified
 * claim names the person; from then on the provider's own subject does. It counts as a first factor only.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type {} from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import { z } from 'zod'
import type { PersonId } from '../../kernel/identity.ts'
import { addMs } from '../../kernel/time.ts'
import type { OidcConfig } from '../config.ts'
import type { ServerTools } from '../http/build-server.ts'
import { callOf } from '../http/caller.ts'
import { type ServedRoute, webCallOf, webRoute } from '../http/serve-endpoint.ts'
import { newId } from '../identity.ts'
import type { Doors } from './doors.ts'
import { providerLinked, readProvider } from './factor-contract.ts'
import { identitiesOf, insertChallenge, linkIdentity, personOfIdentity, takeChallenge } from './factor-store.ts'
import { accountOfPerson } from './store.ts'

export interface ProviderOptions {
  readonly doors: Doors
  /** null: no provider; the addresses answer that there is none. */
  readonly config: OidcConfig | null
  /** The person whom verified claims name; null when none does. */
  readonly findPerson: (claims: Readonly<Record<string, unknown>>) => Promise<PersonId | null>
}
export interface ProviderDoor {
  readonly routes: readonly ServedRoute[]
  readonly plugin: (app: FastifyInstance, tools: ServerTools) => Promise<void>
}

const CHALLENGE_MS = 10 * 60_000
const cookieName = 'mz_provider'
const startPath = '/api/session/provider/start'
const callbackPath = '/api/session/provider/callback'
const detailsSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  returnTo: z.string(),
  /** The signed-in person who links the identity; null for signing in. */
  linkTo: z.string().nullable(),
})

/** Where to go afterwards: an address of the desk, never another site. Anything else becomes the front of the desk. */
export const localReturn = (address: unknown): string => {
  const front = '/desk/'
  if (typeof address !== 'string' || address.length > 500 || !address.startsWith('/desk/')) return front
  const base = 'http://local.invalid'
  if (/[\\\p{Cc}]/u.test(address) || !URL.canParse(address, base)) return front
  const url = new URL(address, base)
  return url.origin === base && url.pathname.startsWith('/desk/') ? `${url.pathname}${url.search}` : front
}
/** The address to return to, with word of how it ended. */
const withOutcome = (outcome: 'unlinked' | 'failed' | 'unavailable'): string => `/desk/?sign-in=${outcome}`

const equalTexts = (a: string, b: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** Finds the provider's addresses once; a failure is tried again the next time. */
const discoverer = (config: OidcConfig): (() => Promise<Configuration>) => {
  let found: Promise<Configuration> | null = null
  return () => {
    found ??= discovery(
      new URL(config.issuer),
      config.clientId,
      undefined,
      config.clientSecret === null ? None() : ClientSecretBasic(config.clientSecret),
      { timeout: 10, ...(config.issuer.startsWith('http:') ? { execute: [allowInsecureRequests] } : {}) },
    ).catch((error: unknown) => {
      found = null
      throw error
    })
    return found
  }
}

export const providerDoor = ({ doors, config, findPerson }: ProviderOptions): ProviderDoor => {
  const { platform, clock } = doors
  const routes = [webRoute(readProvider, async () => ({ name: config?.name ?? null }))]
  if (config === null) return { routes, plugin: async () => undefined }
  const client = discoverer(config)
  const redirectUri = `${platform.config.publicUrl}${callbackPath}`

  const begin = async (returnTo: string, linkTo: PersonId | null) => {
    const provider = await client()
    const verifier = randomPKCECodeVerifier()
    const [state, nonce] = [randomState(), randomNonce()]
    const challengeId = newId()
    await insertChallenge(platform.db, {
      challengeId,
      purpose: 'provider',
      personId: linkTo,
      secret: verifier,
      details: { state, nonce, returnTo, linkTo },
      expiresAt: addMs(clock(), CHALLENGE_MS),
    })
    const address = buildAuthorizationUrl(provider, {
      redirect_uri: redirectUri,
      scope: 'openid phone',
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    })
    return { challengeId, address: address.href }
  }
  /** Who comes back, by the tokens of the provider; every check of the protocol is made here. */
  const claimsOf = async (query: string, verifier: string, state: string, nonce: string) => {
    const provider = await client()
    const tokens = await authorizationCodeGrant(provider, new URL(`${redirectUri}${query}`), {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    })
    const idToken = tokens.claims()
    if (idToken === undefined) throw new Error('the provider gave no id token')
    const more =
      provider.serverMetadata().userinfo_endpoint === undefined
        ? {}
        : await fetchUserInfo(provider, tokens.access_token, idToken.sub)
    return { issuer: idToken.iss, subject: idToken.sub, claims: { ...idToken, ...more } }
  }
  const link = (personId: PersonId, issuer: string, subject: string): Promise<boolean> =>
    platform.transact({ kind: 'system', name: 'sign-in' }, async (unit) => {
      if (!(await linkIdentity(unit.db, { issuer, subject, personId, now: clock() }))) return false
      await unit.record(providerLinked, { subject: { kind: 'person', id: personId }, payload: { personId } })
      return true
    })
  /** The person of an identity; linked now, the first time. Those who must have a second factor link it themselves. */
  const personOf = async (issuer: string, subject: string, claims: Readonly<Record<string, unknown>>) => {
    const known = await personOfIdentity(platform.db, issuer, subject)
    if (known !== null) return known
    const named = await findPerson(claims)
    if (named === null || doors.mustHaveFactor(await doors.resolve(named))) return null
    // A phone number that went to somebody else must not open the account of its former holder.
    if ((await identitiesOf(platform.db, named)).some((each) => each.issuer === issuer)) return null
    return (await link(named, issuer, subject)) ? named : null
  }

  const plugin = async (app: FastifyInstance, { callers, serving }: ServerTools): Promise<void> => {
    const cookie = {
      path: '/api/session/provider',
      httpOnly: true,
      sameSite: 'lax',
      secure: serving.secureCookies,
    } as const
    const leave = (reply: FastifyReply, address: string) =>
      reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').redirect(address, 303)

    app.get(startPath, { config: { rateLimit: { max: 60, timeWindow: 60_000 } } }, async (request, reply) => {
      const query = request.query as Record<string, unknown>
      const caller = await callers.of(request)
      // Only our own page may begin to link an identity to whoever is signed in.
      const links = query['link'] === '1' && request.headers['sec-fetch-site'] === 'same-origin'
      const linkTo = links && caller.actor.kind === 'person' ? caller.actor.personId : null
      try {
        const { challengeId, address } = await begin(localReturn(query['return']), linkTo)
        return leave(reply.setCookie(cookieName, challengeId, { ...cookie, maxAge: CHALLENGE_MS / 1000 }), address)
      } catch (error) {
        request.log.warn({ err: error }, 'the identity provider cannot be reached')
        return leave(reply, withOutcome('unavailable'))
      }
    })

    const comeBack = async (request: FastifyRequest, reply: FastifyReply): Promise<string> => {
      const asked = request.cookies[cookieName]
      const shape = z.uuid().safeParse(asked)
      const challenge = shape.success ? await takeChallenge(platform.db, shape.data, 'provider', clock()) : null
      if (challenge === null) return withOutcome('failed')
      const { state, nonce, returnTo, linkTo } = detailsSchema.parse(challenge.details)
      const at = request.url.indexOf('?')
      const search = at < 0 ? '' : request.url.slice(at)
      if (!equalTexts(new URLSearchParams(search).get('state') ?? '', state)) return withOutcome('failed')
      const { issuer, subject, claims } = await claimsOf(search, challenge.secret, state, nonce)
      const caller = await callers.of(request)
      if (linkTo !== null) {
        if (caller.actor.kind !== 'person' || caller.actor.personId !== linkTo) return withOutcome('failed')
        return (await link(caller.actor.personId, issuer, subject)) ? returnTo : withOutcome('failed')
      }
      const personId = await personOf(issuer, subject, claims)
      if (personId === null) return withOutcome('unlinked')
      const account = await accountOfPerson(platform.db, personId)
      if (account?.disabled === true) return withOutcome('failed')
      await doors.admit(webCallOf(callOf(request, caller), caller, request, reply, serving), {
        personId,
        method: 'provider',
        factorProven: false,
        mustChange: false,
        wantsToken: false,
        subject: { kind: 'account', id: account?.accountId ?? personId },
      })
      return returnTo
    }
    app.get(callbackPath, { config: { rateLimit: { max: 60, timeWindow: 60_000 } } }, async (request, reply) => {
      reply.clearCookie(cookieName, cookie)
      try {
        return leave(reply, await comeBack(request, reply))
      } catch (error) {
        request.log.warn({ err: error }, 'signing in by the identity provider failed')
        return leave(reply, withOutcome('failed'))
      }
    })
  }
  return { routes, plugin }
}
