/**
 * Signing in and out. Sessions and locks live by the clock of the machine, also when the product runs on simulated time:
 * moving the simulated clock signs nobody out.
 */
import { type Actor, anonymous } from '../../kernel/actor.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { type Clock, type Instant, laterOf, msOf } from '../../kernel/time.ts'
import { systemClock } from '../clock.ts'
import type { Caller, Identify, Session } from '../http/caller.ts'
import { type ServedRoute, type WebCall, webRoute } from '../http/serve-endpoint.ts'
import type { Platform } from '../platform.ts'
import type { Vault } from '../vault/vault.ts'
import { apiTokenPrefix, requireGoodPassword } from './accounts.ts'
import {
  changePassword,
  currentSession,
  endSessions,
  initialPasswordOver,
  ownSessions,
  passwordChanged,
  samePassword,
  signIn,
  signOut,
  wrongLogin,
  wrongPassword,
} from './contract.ts'
import { createDoors, type Doors, sessionOf, type Where } from './doors.ts'
import { forgetOver } from './factor-store.ts'
import { factorRoutes } from './factors.ts'
import { invitationRoutes } from './invitations.ts'
import { FAILURE_MEMORY_MS, loginKey } from './model.ts'
import { passkeyRoutes } from './passkeys.ts'
import { hashPassword, isOutdated, passwordFits, sha256 } from './passwords.ts'
import { type FactorPolicy, lenientPolicy } from './steps.ts'
import {
  type Account,
  accountOfLogin,
  accountOfPerson,
  deleteExpired,
  deleteSessions,
  failuresOfLogin,
  forgetFailures,
  liveSession,
  liveSessionsOf,
  personOfApiToken,
  sawSession,
  updatePassword,
} from './store.ts'

export interface SignInOptions {
  readonly platform: Platform
  /** Who a person is now: name and roles. Gives `anonymous` for a person that is no longer known. */
  readonly resolveActor: (personId: PersonId, now: Instant) => Promise<Actor>
  /** Seals the secrets of authenticators. */
  readonly vault: Vault
  /** Default: nobody must have a second factor. */
  readonly policy?: FactorPolicy
  readonly sessionHours?: number
  readonly machineClock?: Clock
}
export interface SignIn {
  readonly routes: readonly ServedRoute[]
  readonly identify: Identify
  readonly doors: Doors
  /** Opens a session for a person whose identity is already proven (tests). */
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

export const createSignIn = (options: SignInOptions): SignIn => {
  const { platform, resolveActor } = options
  const clock = options.machineClock ?? systemClock
  const sessionMs = (options.sessionHours ?? 12) * HOUR_MS
  const doors = createDoors({
    platform,
    vault: options.vault,
    policy: options.policy ?? lenientPolicy,
    clock,
    sessionMs,
    resolve: (personId) => resolveActor(personId, platform.clock()),
  })
  const { refuseLocked, noteFailure } = doors

  const identifyApiToken = async (token: string): Promise<Caller | null> => {
    const found = await personOfApiToken(platform.db, sha256(token), clock())
    if (found === null) return null
    const actor = await resolveActor(found.personId, platform.clock())
    const { tokenId: sessionId, personId, expiresAt } = found
    return actor.kind === 'person'
      ? { actor, session: { sessionId, personId, expiresAt, provenAt: null }, via: 'bearer' }
      : null
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
    const { sessionId, personId, expiresAt, provenAt, owes } = row
    const session = { sessionId, personId, expiresAt, provenAt }
    return owes === null
      ? { actor, session, via }
      : { actor: anonymous, session, via, owing: { step: owes, by: actor } }
  }

  /** Compares outside of any transaction: it takes tens of milliseconds of one core. */
  const proven = async (
    login: string,
    password: string,
    key: string,
    call: WebCall,
  ): Promise<Account & { readonly passwordHash: string }> => {
    const account = await accountOfLogin(platform.db, loginKey(login))
    const fits = await passwordFits(account?.passwordHash ?? null, password)
    if (fits && account !== null && account.passwordHash !== null && !account.disabled) {
      if (account.passwordUntil !== null && account.passwordUntil <= clock()) throw initialPasswordOver()
      return { ...account, passwordHash: account.passwordHash }
    }
    refuseLocked(await noteFailure(login, key, call))
    throw wrongLogin()
  }
  const enter = async (call: WebCall, body: { login: string; password: string; token?: boolean | undefined }) => {
    const { login, password } = body
    const key = sha256(loginKey(login))
    refuseLocked(await failuresOfLogin(platform.db, key))
    const account = await proven(login, password, key, call)
    const newHash = isOutdated(account.passwordHash) ? await hashPassword(password) : null
    return doors.admit(call, {
      personId: account.personId,
      method: 'password',
      factorProven: false,
      mustChange: account.mustChange,
      wantsToken: body.token === true,
      subject: { kind: 'account', id: account.accountId },
      also: async (unit) => {
        refuseLocked(await failuresOfLogin(unit.db, key, true))
        await forgetFailures(unit.db, key)
        if (newHash !== null && !account.mustChange) await updatePassword(unit.db, account.accountId, newHash, unit.now)
      },
    })
  }

  const leave = async (call: WebCall): Promise<undefined> => {
    const { session } = call.caller
    if (session !== null) await deleteSessions(platform.db, session.personId, { only: session.sessionId })
    if (call.caller.via !== 'bearer') call.setSessionCookie(null)
    return undefined
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
    if (account.mustChange && body.newPassword === body.currentPassword)
      throw samePassword({}, [{ path: 'newPassword', message: '新密码不能与当前密码相同' }])
    const passwordHash = await hashPassword(body.newPassword)
    await platform.transact(
      call.actor,
      async (unit) => {
        await updatePassword(unit.db, account.accountId, passwordHash, unit.now)
        await forgetFailures(unit.db, key)
        await deleteSessions(unit.db, session.personId, { except: session.sessionId })
        await doors.advance(unit, call, false)
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
    webRoute(currentSession, (call) => doors.shown(call)),
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
    ...factorRoutes(doors),
    ...passkeyRoutes(doors),
    ...invitationRoutes(doors),
  ]
  return {
    routes,
    identify,
    doors,
    openSession: (personId, where) => doors.openSession(platform.db, personId, where, { method: 'other', owes: null }),
    forgetExpired: async () => {
      await deleteExpired(platform.db, clock(), FAILURE_MEMORY_MS)
      await forgetOver(platform.db, clock())
    },
  }
}
