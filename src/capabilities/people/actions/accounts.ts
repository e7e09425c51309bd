/** Login accounts: opened, reset, locked and unlocked by administrators. Hashing happens before the transaction. */
import type { Actor } from '../../../kernel/actor.ts'
import { require } from '../../../kernel/decision.ts'
import type { PersonId } from '../../../kernel/identity.ts'
import { addMs, type Instant } from '../../../kernel/time.ts'
import type { Database, Platform, Unit } from '../../../platform/platform.ts'
import {
  accountState,
  invite,
  openAccount,
  prepareAccount,
  resetFactors,
  setPassword,
  switchAccount,
} from '../../../platform/sign-in/accounts.ts'
import { noAccount } from '../../../platform/sign-in/contract.ts'
import { type AccountView, type HandedOver, loginManaged } from '../contract/security.ts'
import { mayLockLogin, mayManagePeople, mayResetLogin } from '../policy.ts'
import { lockPerson } from '../store/persons.ts'
import { lockAdministrators } from '../store/tables.ts'
import { administratorsWhoCanEnter } from './administrators.ts'
import { type PeopleContext, personInactive, personMissing } from './context.ts'

const HOUR_MS = 3_600_000
/** Bytes of randomness in an initial password: 12 give 16 letters. */
const INITIAL_BYTES = 12

export interface AccountContext extends PeopleContext {
  readonly platform: Platform
}
type Way = 'password' | 'invitation'
interface Doing {
  readonly actor: Actor
  readonly traceId: string
  readonly personId: PersonId
}

/** Throws a refusal when the person is not there or inactive. */
const requirePerson = async (context: PeopleContext, unit: Unit, personId: PersonId): Promise<void> => {
  const person = await lockPerson(unit.db, context.vault, personId)
  if (person === null) throw personMissing()
  if (!person.active) throw personInactive()
}
const noteLogin = (
  unit: Unit,
  personId: PersonId,
  what: 'open' | 'reset' | 'reset-factors' | 'lock' | 'unlock',
  reason: string,
) => unit.record(loginManaged, { subject: { kind: 'person', id: personId }, payload: { personId, what, reason } })

const linkOf = (context: AccountContext, token: string): string =>
  // After the '#': neither servers nor their logs nor the next page learn the token.
  `${context.platform.config.publicUrl}/desk/invitation#${token}`

const initialOf = (context: AccountContext): { readonly password: string; readonly until: Instant } => ({
  password: context.platform.randomToken(INITIAL_BYTES),
  until: addMs(context.machineClock(), context.security.initialPasswordHours * HOUR_MS),
})
const invited = async (context: AccountContext, unit: Unit, personId: PersonId) => {
  const { token, expiresAt } = await invite(unit, {
    personId,
    now: context.machineClock(),
    hours: context.security.invitationHours,
  })
  return { password: null, link: linkOf(context, token), until: expiresAt }
}

/** Is the person an administrator in force, and does the account have a second factor? */
const targetOf = async (unit: Unit, personId: PersonId, now: Instant) => {
  const administrators = await administratorsWhoCanEnter(unit.db, unit.now)
  const state = await accountState(unit.db, personId, now)
  return {
    personId,
    isAdministrator: administrators.has(personId),
    hasFactor: state !== null && (state.totp || state.passkeys > 0),
    state,
  }
}

/** Opens an account with an initial password or an invitation; either is shown once. */
export const openLogin = async (
  context: AccountContext,
  { actor, traceId, personId }: Doing,
  { login, way }: { readonly login: string; readonly way: Way },
): Promise<HandedOver> => {
  require(mayManagePeople(actor))
  const { password, until } = initialOf(context)
  const prepared =
    way === 'password'
      ? await prepareAccount({ login, password, personId, initialUntil: until })
      : { login, personId, passwordHash: null }
  return context.platform.transact(
    actor,
    async (unit) => {
      await lockAdministrators(unit.db)
      await requirePerson(context, unit, personId)
      require(mayResetLogin(unit.actor, { ...(await targetOf(unit, personId, context.machineClock())), what: 'open' }))
      await openAccount(unit, prepared)
      await noteLogin(unit, personId, 'open', way === 'password' ? '初始密码' : '邀请链接')
      return way === 'password'
        ? { login, password, link: null, until }
        : { login, ...(await invited(context, unit, personId)) }
    },
    { traceId },
  )
}

/** Ends the password and all sessions; gives a new initial password or an invitation. */
export const resetLogin = async (
  context: AccountContext,
  { actor, traceId, personId }: Doing,
  { way, reason }: { readonly way: Way; readonly reason: string },
): Promise<HandedOver> => {
  const { password, until } = initialOf(context)
  return context.platform.transact(
    actor,
    async (unit) => {
      await lockAdministrators(unit.db)
      await requirePerson(context, unit, personId)
      const target = await targetOf(unit, personId, context.machineClock())
      require(mayResetLogin(unit.actor, { ...target, what: 'password' }))
      if (target.state === null) throw noAccount()
      const { login } = target.state
      await noteLogin(unit, personId, 'reset', reason)
      if (way === 'invitation') return { login, ...(await invited(context, unit, personId)) }
      await setPassword(unit, { personId, password, initialUntil: until })
      return { login, password, link: null, until }
    },
    { traceId },
  )
}

/** For a person who lost the authenticator. */
export const resetSecondFactors = (
  context: AccountContext,
  { actor, traceId, personId }: Doing,
  reason: string,
): Promise<AccountView | null> =>
  context.platform.transact(
    actor,
    async (unit) => {
      await lockAdministrators(unit.db)
      await requirePerson(context, unit, personId)
      const target = await targetOf(unit, personId, context.machineClock())
      require(mayResetLogin(unit.actor, { ...target, what: 'factors' }))
      await resetFactors(unit, personId)
      await noteLogin(unit, personId, 'reset-factors', reason)
      return accountState(unit.db, personId, context.machineClock())
    },
    { traceId },
  )

/** Locks or unlocks. Somebody who can administer always remains. */
export const switchLogin = (
  context: AccountContext,
  { actor, traceId, personId }: Doing,
  disabled: boolean,
  reason: string,
): Promise<AccountView | null> =>
  context.platform.transact(
    actor,
    async (unit) => {
      await lockAdministrators(unit.db)
      if ((await lockPerson(unit.db, context.vault, personId)) === null) throw personMissing()
      const administrators = await administratorsWhoCanEnter(unit.db, unit.now)
      const isOne = administrators.has(personId)
      require(mayLockLogin(unit.actor, disabled, isOne, administrators.size - (isOne ? 1 : 0)))
      await switchAccount(unit, { personId, disabled, because: reason })
      await noteLogin(unit, personId, disabled ? 'lock' : 'unlock', reason)
      return accountState(unit.db, personId, context.machineClock())
    },
    { traceId },
  )

export const accountView = (context: PeopleContext, db: Database, personId: PersonId): Promise<AccountView | null> =>
  accountState(db, personId, context.machineClock())
