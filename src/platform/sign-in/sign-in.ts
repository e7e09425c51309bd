/**
 * Signing in and out. Sessions and locks live by the clock of the machine, also when the product runs on simulated time:
 * moving the simulated clock signs nobody out.
 */
import { type Actor, anonymous, type Person } from '../../kernel/actor.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { addMs, type Clock, type Instant, laterOf, msOf, wallClock } from '../../kernel/time.ts'
import { systemClock } from '../clock.ts'
import type { Caller, Identify, Session } from '../http/caller.ts'
import { type ServedRoute, type WebCall, webRoute } from '../http/serve-endpoint.ts'
import { newId, randomToken } from '../identity.ts'
import type { Database, Platform } from '../platform.ts'
import { apiTokenPrefix, requireGoodPassword } from './accounts.ts'
import {
  changePassword,
  currentSession,
  endSessions,
  locked,
  ownSessions,
  passwordChanged,
  signedIn,
  signIn,
  signInFailed,
  signOut,
  wrongLogin,
  wrongPassword,
} from './contract.ts'
import { afterFailure, FAILURE_MEMORY_MS, type Failures, lockedUntil, loginKey } from './model.ts'
import { hashPassword, isOutdated, passwordFits, sha256 } from './passwords.ts'
import {
  type Account,
  accountOfLogin,
  accountOfPerson,
  deleteExpired,
  deleteSessions,
  failuresOfLogin,
  forgetFailures,
  insertSession,
  liveSession,
  liveSessionsOf,
  personOfApiToken,
  saveFailures,
  sawSession,
  touchFailures,
  updatePassword,
} from './store.ts'

export interface SignInOptions {
  readonly platform: Platform
  /** Who a person is now: name and roles. Gives `anonymous` for a person that is no longer known. */
  readonly resolveActor: (personId: PersonId, now: Instant) => Promise<Actor>
  readonly sessionHours?: number
  readonly machineClock?: Clock
}
export interface Where {
  readonly userAgent: string
  readonly ipAddress: string
}
export interface SignIn {
  readonly routes: readonly ServedRoute[]
  readonly identify: Identify
  /** Opens a session for a person whose identity is already proven (another identity provider, tests). */
  readonly openSession: (
    personId: PersonId,
    where: Where,
  ) => Promise<{ readonly token: string; readonly session: Session }>
  /** Removes expired sessions, tokens and old failures. */
  readonly forgetExpired: () => Promise<void>
}

/** How seldom `last_seen` is written. */
const SEEN_EVERY_MS = 5 * 60_000
const HOUR_MS = 3_600_000

const lockedRefusal = (until: Instant, now: Instant) =>
  locked({ until: wallClock(addMs(until, 59_999)), seconds: Math.max(1, Math.ceil((msOf(until) - msOf(now)) / 1000)) })

const personOf = (actor: Actor): Person | null => (actor.kind === 'person' ? actor : null)
const shown = (actor: Actor, expiresAt: Instant | null, token?: string) => {
  const person = personOf(actor)
  return {
    person: person === null ? null : { personId: person.personId, name: person.name, roles: [...person.roles] },
    expiresAt: person === null ? null : expiresAt,
    ...(token === undefined ? {} : { token }),
  }
}

export const createSignIn = (options: SignInOptions): SignIn => {
  const { platform, resolveActor } = options
  const clock = options.machineClock ?? systemClock
  const sessionMs = (options.sessionHours ?? 12) * HOUR_MS

  const insertNewSession = async (db: Database, personId: PersonId, where: Where) => {
    const now = clock()
    const token = randomToken(32)
    const session: Session = { sessionId: newId(), personId, expiresAt: addMs(now, sessionMs) }
    await insertSession(db, { ...session, ...where, tokenHash: sha256(token), createdAt: now, lastSeen: now })
    return { token, session }
  }

  const identifyApiToken = async (token: string): Promise<Caller | null> => {
    const found = await personOfApiToken(platform.db, sha256(token), clock())
    if (found === null) return null
    const actor = await resolveActor(found.personId, platform.clock())
    const session = { sessionId: found.tokenId, personId: found.personId, expiresAt: found.expiresAt }
    return actor.kind === 'person' ? { actor, session, via: 'bearer' } : null
  }
  const identify: Identify = async (token, via) => {
    if (token.length < 20 || token.length > 200) return null
    if (token.startsWith(apiTokenPrefix)) return via === 'bearer' ? identifyApiToken(token) : null
    const now = clock()
    const row = await liveSession(platform.db, sha256(token), now)
    if (row === null) return null
    if (msOf(now) - msOf(row.lastSeen) > SEEN_EVERY_MS) await sawSession(platform.db, row.sessionId, now)
    const actor = await resolveActor(row.personId, platform.clock())
    if (actor.kind !== 'person') return null
    return { actor, session: { sessionId: row.sessionId, personId: row.personId, expiresAt: row.expiresAt }, via }
  }

  /** Writes a failure down in a transaction of its own, which stays although the call is refused. */
  const noteFailure = (login: string, key: string, call: WebCall): Promise<Failures> =>
    platform.transact(
      anonymous,
      async (unit) => {
        const now = clock()
        await touchFailures(unit.db, key, now)
        const after = afterFailure(await failuresOfLogin(unit.db, key, true), now)
        await saveFailures(unit.db, key, after)
        await unit.record(signInFailed, {
          subject: { kind: 'sign-in', id: key.slice(0, 32) },
          payload: { failedCount: after.failedCount, locked: after.lockedUntil !== null },
          personal: { login, ipAddress: call.ipAddress, userAgent: call.userAgent },
        })
        return after
      },
      { traceId: call.traceId },
    )
  const refuseLocked = (failures: Failures | null): void => {
    const until = lockedUntil(failures, clock())
    if (until !== null) throw lockedRefusal(until, clock())
  }
  /** Compares outside of any transaction: it takes tens of milliseconds of one core. */
  const proven = async (login: string, password: string, key: string, call: WebCall): Promise<Account> => {
    const account = await accountOfLogin(platform.db, loginKey(login))
    const fits = await passwordFits(account?.passwordHash ?? null, password)
    if (fits && account !== null && !account.disabled) return account
    refuseLocked(await noteFailure(login, key, call))
    throw wrongLogin()
  }
  const enter = async (call: WebCall, body: { login: string; password: string; token?: boolean | undefined }) => {
    const { login, password } = body
    const key = sha256(loginKey(login))
    refuseLocked(await failuresOfLogin(platform.db, key))
    const account = await proven(login, password, key, call)
    const newHash = isOutdated(account.passwordHash) ? await hashPassword(password) : null
    const actor = await resolveActor(account.personId, platform.clock())
    if (actor.kind !== 'person') throw wrongLogin()
    const { token, session } = await platform.transact(
      actor,
      async (unit) => {
        refuseLocked(await failuresOfLogin(unit.db, key, true))
        await forgetFailures(unit.db, key)
        if (newHash !== null) await updatePassword(unit.db, account.accountId, newHash, unit.now)
        // A session that the browser already had is replaced, never continued.
        if (call.caller.session !== null)
          await deleteSessions(unit.db, call.caller.session.personId, { only: call.caller.session.sessionId })
        const opened = await insertNewSession(unit.db, account.personId, call)
        await unit.record(signedIn, {
          subject: { kind: 'account', id: account.accountId },
          payload: { personId: account.personId },
          personal: { ipAddress: call.ipAddress, userAgent: call.userAgent },
        })
        return opened
      },
      { traceId: call.traceId },
    )
    if (body.token === true) return shown(actor, session.expiresAt, token)
    call.setSessionCookie(token, Math.floor(sessionMs / 1000))
    return shown(actor, session.expiresAt)
  }

  const leave = async (call: WebCall): Promise<undefined> => {
    const { session } = call.caller
    if (session !== null) await deleteSessions(platform.db, session.personId, { only: session.sessionId })
    if (call.caller.via !== 'bearer') call.setSessionCookie(null)
    return undefined
  }
  const sessionOf = (call: WebCall): Session => {
    if (call.caller.session === null) throw new Error('a signed-in caller has no session')
    return call.caller.session
  }

  const change = async (call: WebCall, body: { currentPassword: string; newPassword: string }): Promise<undefined> => {
    const session = sessionOf(call)
    const account = await accountOfPerson(platform.db, session.personId)
    if (account === null) throw wrongPassword()
    const key = sha256(loginKey(account.login))
    refuseLocked(await failuresOfLogin(platform.db, key))
    if (!(await passwordFits(account.passwordHash, body.currentPassword))) {
      refuseLocked(await noteFailure(account.login, key, call))
      throw wrongPassword()
    }
    requireGoodPassword(body.newPassword, account.login)
    const passwordHash = await hashPassword(body.newPassword)
    await platform.transact(
      call.actor,
      async (unit) => {
        await updatePassword(unit.db, account.accountId, passwordHash, unit.now)
        await forgetFailures(unit.db, key)
        await deleteSessions(unit.db, session.personId, { except: session.sessionId })
        await unit.record(passwordChanged, {
          subject: { kind: 'account', id: account.accountId },
          payload: { personId: session.personId, by: 'self' },
        })
      },
      { traceId: call.traceId },
    )
    return undefined
  }

  const routes: readonly ServedRoute[] = [
    webRoute(signIn, (call, { body }) => enter(call, body)),
    webRoute(currentSession, async (call) => shown(call.actor, call.caller.session?.expiresAt ?? null)),
    webRoute(signOut, leave),
    webRoute(ownSessions, async (call) => {
      const { personId, sessionId: own } = sessionOf(call)
      const rows = await liveSessionsOf(platform.db, personId, clock())
      return {
        rows: rows.map(({ sessionId, createdAt, lastSeen, expiresAt, userAgent, ipAddress }) => ({
          sessionId: sessionId as (typeof ownSessions)['reply']['_output']['rows'][number]['sessionId'],
          current: sessionId === own,
          createdAt,
          lastSeen: laterOf(lastSeen, createdAt),
          expiresAt,
          userAgent,
          ipAddress,
        })),
      }
    }),
    webRoute(endSessions, async (call, { query }) => {
      const { personId, sessionId: own } = sessionOf(call)
      const which = query.sessionId === undefined ? { except: own } : { only: query.sessionId }
      return { ended: await deleteSessions(platform.db, personId, which) }
    }),
    webRoute(changePassword, (call, { body }) => change(call, body)),
  ]
  return {
    routes,
    identify,
    openSession: (personId, where) => insertNewSession(platform.db, personId, where),
    forgetExpired: () => deleteExpired(platform.db, clock(), FAILURE_MEMORY_MS),
  }
}
