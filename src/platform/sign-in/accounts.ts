/** Accounts for other parts: the seed opens them, the administration of people resets and disables them. */
import type { PersonId } from '../../kernel/identity.ts'
import { addMs, DAY_MS, type Instant } from '../../kernel/time.ts'
import { randomToken } from '../identity.ts'
import type { Database, Unit } from '../platform.ts'
import {
  accountInvited,
  accountOpened,
  accountSwitched,
  loginTaken,
  noAccount,
  passwordChanged,
  weakPassword,
} from './contract.ts'
import { factorsReset } from './factor-contract.ts'
import { deleteFactors, deleteIdentities, factorsOf, insertInvitation, pendingInvitation } from './factor-store.ts'
import { lockedUntil, loginKey, passwordFault } from './model.ts'
import { hashPassword, sha256 } from './passwords.ts'
import {
  type Account,
  accountOfPerson,
  deleteAccount,
  deleteApiTokens,
  deleteSessions,
  failuresOfLogin,
  forgetFailures,
  insertAccount,
  insertApiToken,
  lastSignInOf,
  updateDisabled,
  updatePassword,
} from './store.ts'

const HOUR_MS = 3_600_000

/** Throws `weakPassword` when a password is not acceptable for a login. */
export const requireGoodPassword = (password: string, login: string): void => {
  const fault = passwordFault(password, login)
  if (fault !== null)
    throw weakPassword({ reason: fault.zh, reasonEn: fault.en }, [{ path: 'newPassword', message: fault.zh }])
}

export interface NewAccount {
  readonly login: string
  readonly password: string
  readonly personId: PersonId
  /** The password serves once and until then: the person chooses another at the first sign-in. */
  readonly initialUntil?: Instant
}
/** Prepared outside of a transaction, because hashing takes a while. */
export interface PreparedAccount {
  readonly login: string
  readonly personId: PersonId
  /** Null: nobody signs in by password until an invitation is accepted. */
  readonly passwordHash: string | null
  readonly initialUntil?: Instant
}
/** Checks the password and hashes it. Throws `weakPassword`. */
export const prepareAccount = async ({ password, ...rest }: NewAccount): Promise<PreparedAccount> => {
  requireGoodPassword(password, rest.login)
  return { ...rest, login: rest.login.trim(), passwordHash: await hashPassword(password) }
}
/** Opens an account in a transaction. Throws `loginTaken`, also when the person has an account. */
export const openAccount = async (unit: Unit, prepared: PreparedAccount): Promise<Account> => {
  const { login, personId, passwordHash, initialUntil } = prepared
  const account: Account = {
    accountId: unit.newId(),
    personId,
    login,
    passwordHash,
    mustChange: initialUntil !== undefined,
    passwordUntil: initialUntil ?? null,
    disabled: false,
    disabledBecause: null,
  }
  if (!(await insertAccount(unit.db, { ...account, loginKey: loginKey(login), now: unit.now })))
    throw loginTaken({ login })
  await unit.record(accountOpened, {
    subject: { kind: 'account', id: account.accountId },
    payload: { personId },
    personal: { login },
  })
  return account
}
/** Hashes and opens in one go: for the seed and tests, where a longer transaction does no harm. */
export const createAccount = async (unit: Unit, account: NewAccount): Promise<Account> =>
  openAccount(unit, await prepareAccount(account))

/** Sets a person's password (reset by an administrator), frees the login and ends all sessions. Throws `noAccount`. */
export const setPassword = async (
  unit: Unit,
  { personId, password, initialUntil }: { personId: PersonId; password: string; initialUntil?: Instant },
): Promise<void> => {
  const account = await accountOfPerson(unit.db, personId)
  if (account === null) throw noAccount()
  requireGoodPassword(password, account.login)
  const initial = initialUntil === undefined ? null : { until: initialUntil }
  await updatePassword(unit.db, account.accountId, await hashPassword(password), unit.now, initial)
  await freed(unit, account)
}
const freed = async (unit: Unit, account: Account): Promise<void> => {
  await forgetFailures(unit.db, sha256(loginKey(account.login)))
  await forgetFailures(unit.db, sha256(`second-factor:${account.personId}`))
  await deleteSessions(unit.db, account.personId)
  await unit.record(passwordChanged, {
    subject: { kind: 'account', id: account.accountId },
    payload: { personId: account.personId, by: 'administrator' },
  })
}
/** Makes a link for a person who has an account: whoever has it chooses the password. The old password ends. */
export const invite = async (
  unit: Unit,
  { personId, now, hours }: { personId: PersonId; now: Instant; hours: number },
): Promise<{ readonly token: string; readonly expiresAt: Instant }> => {
  const account = await accountOfPerson(unit.db, personId)
  if (account === null) throw noAccount()
  const token = randomToken(32)
  const expiresAt = addMs(now, hours * HOUR_MS)
  if (account.passwordHash !== null) {
    await updatePassword(unit.db, account.accountId, null, unit.now)
    await freed(unit, account)
  }
  await insertInvitation(unit.db, {
    invitationId: unit.newId(),
    accountId: account.accountId,
    tokenHash: sha256(token),
    now,
    expiresAt,
  })
  await unit.record(accountInvited, {
    subject: { kind: 'account', id: account.accountId },
    payload: { personId, expiresAt },
  })
  return { token, expiresAt }
}
/** Removes every second factor of a person and ends the sessions. */
export const resetFactors = async (unit: Unit, personId: PersonId): Promise<void> => {
  await deleteFactors(unit.db, personId)
  await deleteSessions(unit.db, personId)
  await unit.record(factorsReset, { subject: { kind: 'person', id: personId }, payload: { personId } })
}
/** Disables or re-enables an account; disabling ends its sessions and program tokens. Throws `noAccount`. */
export const switchAccount = async (
  unit: Unit,
  { personId, disabled, because = null }: { personId: PersonId; disabled: boolean; because?: string | null },
): Promise<void> => {
  const account = await accountOfPerson(unit.db, personId)
  if (account === null) throw noAccount()
  if (account.disabled === disabled) return
  await updateDisabled(unit.db, account.accountId, disabled, because)
  if (disabled) {
    await deleteSessions(unit.db, personId)
    await deleteApiTokens(unit.db, personId)
  } else {
    await forgetFailures(unit.db, sha256(loginKey(account.login)))
    await forgetFailures(unit.db, sha256(`second-factor:${personId}`))
  }
  await unit.record(accountSwitched, {
    subject: { kind: 'account', id: account.accountId },
    payload: { personId, disabled, ...(because === null ? {} : { because }) },
  })
}

export interface AccountState {
  readonly login: string
  readonly disabled: boolean
  readonly disabledBecause: string | null
  /** Locked by wrong passwords until then. */
  readonly lockedUntil: Instant | null
  readonly hasPassword: boolean
  readonly mustChange: boolean
  readonly passwordUntil: Instant | null
  readonly invitedUntil: Instant | null
  readonly totp: boolean
  readonly passkeys: number
  readonly lastSeen: Instant | null
}
/** What an administrator sees of an account; null when there is none. `now` is the clock of the machine. */
export const accountState = async (db: Database, personId: PersonId, now: Instant): Promise<AccountState | null> => {
  const account = await accountOfPerson(db, personId)
  if (account === null) return null
  const factors = await factorsOf(db, personId)
  return {
    login: account.login,
    disabled: account.disabled,
    disabledBecause: account.disabledBecause,
    lockedUntil: lockedUntil(await failuresOfLogin(db, sha256(loginKey(account.login))), now),
    hasPassword: account.passwordHash !== null,
    mustChange: account.mustChange,
    passwordUntil: account.passwordUntil,
    invitedUntil: await pendingInvitation(db, account.accountId, now),
    totp: factors.totpSince !== null,
    passkeys: factors.passkeys,
    lastSeen: await lastSignInOf(db, personId),
  }
}
/** Removes all that sign-in holds of a person: account, factors, links to other providers, sessions, tokens. */
export const eraseAccount = async (unit: Unit, personId: PersonId): Promise<string | null> => {
  await deleteFactors(unit.db, personId)
  await deleteIdentities(unit.db, personId)
  await deleteSessions(unit.db, personId)
  await deleteApiTokens(unit.db, personId)
  const account = await accountOfPerson(unit.db, personId)
  if (account === null) return null
  await forgetFailures(unit.db, sha256(loginKey(account.login)))
  await deleteAccount(unit.db, account.accountId)
  return account.accountId
}

/** Prefix by which tokens of programs are told from those of sessions. */
export const apiTokenPrefix = 'mzt_'
/** Makes a token with which a program acts for a person; it is shown once. `now` is the clock of the machine. */
export const createApiToken = async (
  unit: Unit,
  { personId, name, days, now }: { personId: PersonId; name: string; days: number; now: Instant },
): Promise<{ readonly tokenId: string; readonly token: string; readonly expiresAt: Instant }> => {
  const token = `${apiTokenPrefix}${randomToken(32)}`
  const expiresAt = addMs(now, days * DAY_MS)
  const tokenId: string = unit.newId()
  await insertApiToken(unit.db, { tokenId, tokenHash: sha256(token), personId, name, now, expiresAt })
  return { tokenId, token, expiresAt }
}
