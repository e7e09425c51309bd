/** Accounts for other parts: the seed opens them, the administration of people resets and disables them. */
import type { PersonId } from '../../kernel/identity.ts'
import { addMs, DAY_MS, type Instant } from '../../kernel/time.ts'
import { randomToken } from '../identity.ts'
import type { Unit } from '../platform.ts'
import { accountOpened, accountSwitched, loginTaken, noAccount, passwordChanged, weakPassword } from './contract.ts'
import { loginKey, passwordFault } from './model.ts'
import { hashPassword, sha256 } from './passwords.ts'
import {
  type Account,
  accountOfPerson,
  deleteApiTokens,
  deleteSessions,
  forgetFailures,
  insertAccount,
  insertApiToken,
  updateDisabled,
  updatePassword,
} from './store.ts'

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
}
/** Prepared outside of a transaction, because hashing takes a while. */
export interface PreparedAccount {
  readonly login: string
  readonly personId: PersonId
  readonly passwordHash: string
}
/** Checks the password and hashes it. Throws `weakPassword`. */
export const prepareAccount = async ({ login, password, personId }: NewAccount): Promise<PreparedAccount> => {
  requireGoodPassword(password, login)
  return { login: login.trim(), personId, passwordHash: await hashPassword(password) }
}
/** Opens an account in a transaction. Throws `loginTaken`. */
export const openAccount = async (unit: Unit, prepared: PreparedAccount): Promise<Account> => {
  const { login, personId, passwordHash } = prepared
  const account: Account = { accountId: unit.newId(), personId, login, passwordHash, disabled: false }
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
export const setPassword = async (unit: Unit, { personId, password }: { personId: PersonId; password: string }) => {
  const account = await accountOfPerson(unit.db, personId)
  if (account === null) throw noAccount()
  requireGoodPassword(password, account.login)
  await updatePassword(unit.db, account.accountId, await hashPassword(password), unit.now)
  await forgetFailures(unit.db, sha256(loginKey(account.login)))
  await deleteSessions(unit.db, personId)
  await unit.record(passwordChanged, {
    subject: { kind: 'account', id: account.accountId },
    payload: { personId, by: 'administrator' },
  })
}
/** Disables or re-enables an account; disabling ends its sessions and program tokens. Throws `noAccount`. */
export const switchAccount = async (
  unit: Unit,
  { personId, disabled }: { personId: PersonId; disabled: boolean },
): Promise<void> => {
  const account = await accountOfPerson(unit.db, personId)
  if (account === null) throw noAccount()
  if (account.disabled === disabled) return
  await updateDisabled(unit.db, account.accountId, disabled)
  if (disabled) {
    await deleteSessions(unit.db, personId)
    await deleteApiTokens(unit.db, personId)
  }
  await unit.record(accountSwitched, {
    subject: { kind: 'account', id: account.accountId },
    payload: { personId, disabled },
  })
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
