/** What every way of signing in shares: failures and locks, sessions, and the step that comes next. */
import { type Actor, anonymous, type Person } from '../../kernel/actor.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { addMs, type Clock, type Instant, msOf, wallClock } from '../../kernel/time.ts'
import { owedRefusal, type Session } from '../http/caller.ts'
import type { WebCall } from '../http/serve-endpoint.ts'
import { newId, randomToken } from '../identity.ts'
import type { Database, Platform, Unit } from '../platform.ts'
import type { Vault } from '../vault/vault.ts'
import { locked, signedIn, signInFailed, wrongLogin } from './contract.ts'
import { type FactorState, factorsOf } from './factor-store.ts'
import { afterFailure, type Failures, lockedUntil } from './model.ts'
import { sha256 } from './passwords.ts'
import { type FactorPolicy, nextOwed } from './steps.ts'
import {
  deleteSessions,
  failuresOfLogin,
  insertSession,
  type SessionMethod,
  saveFailures,
  sessionAdvanced,
  touchFailures,
} from './store.ts'

export interface Where {
  readonly userAgent: string
  readonly ipAddress: string
}
/** Somebody who has proven who they are, at least in part. */
export interface Entrance {
  readonly personId: PersonId
  readonly method: SessionMethod
  readonly factorProven: boolean
  readonly mustChange: boolean
  /** The token goes into the reply instead of a cookie. */
  readonly wantsToken: boolean
  readonly subject: { readonly kind: string; readonly id: string }
  /** More that becomes true with the entrance. */
  readonly also?: (unit: Unit) => Promise<void>
}
export interface Doors {
  readonly platform: Platform
  readonly vault: Vault
  readonly policy: FactorPolicy
  readonly clock: Clock
  readonly sessionMs: number
  readonly resolve: (personId: PersonId) => Promise<Actor>
  readonly mustHaveFactor: (actor: Actor) => boolean
  /** Refuses while a key is locked; `key` is a digest (of a login, or of who gives a second factor). */
  readonly refuseLocked: (failures: Failures | null) => void
  /** Writes a failure down in a transaction of its own, which stays although the call is refused. */
  readonly noteFailure: (what: string, key: string, call: WebCall) => Promise<Failures>
  readonly openSession: (
    db: Database,
    personId: PersonId,
    where: Where,
    how: Pick<Session, never> & { readonly method: SessionMethod; readonly owes: ReturnType<typeof nextOwed> },
  ) => Promise<{ readonly token: string; readonly session: Session }>
  /** Lets a person in, as far as nothing is owed, and sets the cookie. */
  readonly admit: (call: WebCall, entrance: Entrance) => Promise<Shown>
  /** The step of this session was taken: what comes next is worked out anew. */
  readonly advance: (unit: Unit, call: WebCall, mustChange: boolean) => Promise<void>
  readonly shown: (call: WebCall) => Promise<Shown>
}
export interface Shown {
  person: { personId: PersonId; name: string; roles: Person['roles'][number][] } | null
  expiresAt: Instant | null
  owes: ReturnType<typeof nextOwed>
  ways: ('totp' | 'recovery' | 'passkey')[]
  token?: string
}

/** How long somebody has for the steps that are owed. */
const OWING_MS = 15 * 60_000

const lockedRefusal = (until: Instant, now: Instant) =>
  locked({ until: wallClock(addMs(until, 59_999)), seconds: Math.max(1, Math.ceil((msOf(until) - msOf(now)) / 1000)) })

const waysOf = (factors: FactorState): Shown['ways'] => [
  ...(factors.totpSince === null ? [] : (['totp'] as const)),
  ...(factors.passkeys === 0 ? [] : (['passkey'] as const)),
  ...(factors.recoveryCodesLeft === 0 ? [] : (['recovery'] as const)),
]
const signedInAs = (actor: Actor, expiresAt: Instant | null): Shown => {
  const person = actor.kind === 'person' ? actor : null
  return {
    person: person === null ? null : { personId: person.personId, name: person.name, roles: [...person.roles] },
    expiresAt: person === null ? null : expiresAt,
    owes: null,
    ways: [],
  }
}

/** The session of a caller. Endpoints that call this are open to signed-in callers, or to those who owe a step. */
export const sessionOf = (call: WebCall): Session => {
  if (call.caller.session === null) throw new Error('a signed-in caller has no session')
  return call.caller.session
}
/** The key under which wrong second factors of a person are counted. */
export const factorKey = (personId: PersonId): string => sha256(`second-factor:${personId}`)

export interface DoorOptions extends Pick<Doors, 'platform' | 'vault' | 'policy' | 'clock' | 'sessionMs' | 'resolve'> {}

export const createDoors = (options: DoorOptions): Doors => {
  const { platform, policy, clock, sessionMs, resolve } = options
  const mustHaveFactor = (actor: Actor): boolean =>
    actor.kind === 'person' && actor.roles.some((held) => policy.requiredFor.includes(held.role))

  const openSession: Doors['openSession'] = async (db, personId, where, { method, owes }) => {
    const now = clock()
    const token = randomToken(32)
    const expiresAt = addMs(now, owes === null ? sessionMs : Math.min(sessionMs, OWING_MS))
    const provenAt = owes === 'second-factor' ? null : now
    const session: Session = { sessionId: newId(), personId, expiresAt, provenAt }
    await insertSession(db, {
      ...session,
      userAgent: where.userAgent,
      ipAddress: where.ipAddress,
      tokenHash: sha256(token),
      createdAt: now,
      lastSeen: now,
      owes,
      provenAt,
      method,
    })
    return { token, session }
  }
  const describe = async (
    actor: Actor,
    personId: PersonId,
    owes: Shown['owes'],
    expiresAt: Instant,
    token?: string,
  ): Promise<Shown> => {
    const base: Shown =
      owes === null
        ? signedInAs(actor, expiresAt)
        : {
            person: null,
            expiresAt,
            owes,
            ways: owes === 'second-factor' ? waysOf(await factorsOf(platform.db, personId)) : [],
          }
    return token === undefined ? base : { ...base, token }
  }
  return {
    ...options,
    mustHaveFactor,
    openSession,
    refuseLocked: (failures) => {
      const until = lockedUntil(failures, clock())
      if (until !== null) throw lockedRefusal(until, clock())
    },
    noteFailure: (what, key, call) =>
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
            personal: { login: what, ipAddress: call.ipAddress, userAgent: call.userAgent },
          })
          return after
        },
        { traceId: call.traceId },
      ),
    admit: async (call, entrance) => {
      const { personId, method } = entrance
      const actor = await resolve(personId)
      if (actor.kind !== 'person') throw wrongLogin()
      const factors = await factorsOf(platform.db, personId)
      const owes = nextOwed({
        hasFactor: factors.has,
        factorProven: entrance.factorProven,
        mustChange: entrance.mustChange,
        mustHaveFactor: mustHaveFactor(actor),
      })
      const { token, session } = await platform.transact(
        actor,
        async (unit) => {
          await entrance.also?.(unit)
          // A session that the browser already had is replaced, never continued.
          if (call.caller.session !== null)
            await deleteSessions(unit.db, call.caller.session.personId, { only: call.caller.session.sessionId })
          const opened = await openSession(unit.db, personId, call, { method, owes })
          if (owes !== 'second-factor')
            await unit.record(signedIn, {
              subject: entrance.subject,
              payload: { personId, method },
              personal: { ipAddress: call.ipAddress, userAgent: call.userAgent },
            })
          return opened
        },
        { traceId: call.traceId },
      )
      if (entrance.wantsToken) return describe(actor, personId, owes, session.expiresAt, token)
      call.setSessionCookie(token, Math.floor((msOf(session.expiresAt) - msOf(clock())) / 1000))
      return describe(actor, personId, owes, session.expiresAt)
    },
    advance: async (unit, call, mustChange) => {
      const session = sessionOf(call)
      if (call.caller.owing === undefined) return
      const { has } = await factorsOf(unit.db, session.personId)
      const owes = nextOwed({
        hasFactor: has,
        factorProven: true,
        mustChange,
        mustHaveFactor: mustHaveFactor(call.caller.owing.by),
      })
      await sessionAdvanced(
        unit.db,
        session.sessionId,
        owes,
        owes === null ? addMs(clock(), sessionMs) : session.expiresAt,
      )
    },
    shown: async (call) => {
      const { owing, session } = call.caller
      if (owing === undefined || session === null) return signedInAs(call.actor, session?.expiresAt ?? null)
      return describe(anonymous, session.personId, owing.step, session.expiresAt)
    },
  }
}
export { owedRefusal }
