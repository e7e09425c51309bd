/** The tables of the schema `sign_in`. */
import type { OwedStep } from '../../kernel/endpoint.ts'
import type { PersonId } from '../../kernel/identity.ts'
import { addMs, type Instant } from '../../kernel/time.ts'
import type { Database } from '../platform.ts'
import type { Failures } from './model.ts'

type Tables = {
  'sign_in.account': {
    account_id: string
    person_id: PersonId
    login: string
    login_key: string
    password_hash: string | null
    password_changed_at: Instant
    must_change: boolean
    password_until: Instant | null
    disabled: boolean
    disabled_because: string | null
    created_at: Instant
  }
  'sign_in.attempt': {
    login_hash: string
    failed_count: number
    last_failed: Instant
    locked_until: Instant | null
  }
  'sign_in.session': {
    session_id: string
    token_hash: string
    person_id: PersonId
    created_at: Instant
    last_seen: Instant
    expires_at: Instant
    user_agent: string
    ip_address: string
    owes: OwedStep | null
    proven_at: Instant | null
    method: SessionMethod
  }
  'sign_in.api_token': {
    token_id: string
    token_hash: string
    person_id: PersonId
    name: string
    created_at: Instant
    expires_at: Instant
  }
}
const tables = (db: Database) => db.withTables<Tables>()

export type SessionMethod = 'password' | 'totp' | 'recovery' | 'passkey' | 'provider' | 'other'

export interface Account {
  readonly accountId: string
  readonly personId: PersonId
  readonly login: string
  /** Null: nobody signs in by password. */
  readonly passwordHash: string | null
  /** The password was set by an administrator and serves once. */
  readonly mustChange: boolean
  /** An initial password works until then. */
  readonly passwordUntil: Instant | null
  readonly disabled: boolean
  readonly disabledBecause: string | null
}
export interface SessionRow {
  readonly sessionId: string
  readonly tokenHash: string
  readonly personId: PersonId
  readonly createdAt: Instant
  readonly lastSeen: Instant
  readonly expiresAt: Instant
  readonly userAgent: string
  readonly ipAddress: string
  /** A step that is still to be taken; null = signed in. */
  readonly owes: OwedStep | null
  readonly provenAt: Instant | null
  readonly method: SessionMethod
}

const accountColumns = [
  'account_id as accountId',
  'person_id as personId',
  'login',
  'password_hash as passwordHash',
  'must_change as mustChange',
  'password_until as passwordUntil',
  'disabled',
  'disabled_because as disabledBecause',
] as const
const sessionColumns = [
  'session_id as sessionId',
  'token_hash as tokenHash',
  'person_id as personId',
  'created_at as createdAt',
  'last_seen as lastSeen',
  'expires_at as expiresAt',
  'user_agent as userAgent',
  'ip_address as ipAddress',
  'owes',
  'proven_at as provenAt',
  'method',
] as const

export const accountOfLogin = async (db: Database, loginKey: string): Promise<Account | null> =>
  (await tables(db)
    .selectFrom('sign_in.account')
    .select(accountColumns)
    .where('login_key', '=', loginKey)
    .executeTakeFirst()) ?? null
export const accountOfPerson = async (db: Database, personId: PersonId): Promise<Account | null> =>
  (await tables(db)
    .selectFrom('sign_in.account')
    .select(accountColumns)
    .where('person_id', '=', personId)
    .executeTakeFirst()) ?? null
/** Gives false when the login is taken, or the person has an account. */
export const insertAccount = async (
  db: Database,
  account: Account & { readonly loginKey: string; readonly now: Instant },
): Promise<boolean> => {
  const inserted = await tables(db)
    .insertInto('sign_in.account')
    .values({
      account_id: account.accountId,
      person_id: account.personId,
      login: account.login,
      login_key: account.loginKey,
      password_hash: account.passwordHash,
      password_changed_at: account.now,
      must_change: account.mustChange,
      password_until: account.passwordUntil,
      disabled: account.disabled,
      disabled_because: account.disabledBecause,
      created_at: account.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}
export const updatePassword = async (
  db: Database,
  accountId: string,
  passwordHash: string | null,
  now: Instant,
  initial: { readonly until: Instant } | null = null,
): Promise<void> => {
  await tables(db)
    .updateTable('sign_in.account')
    .set({
      password_hash: passwordHash,
      password_changed_at: now,
      must_change: initial !== null,
      password_until: initial?.until ?? null,
    })
    .where('account_id', '=', accountId)
    .execute()
}
export const updateDisabled = async (
  db: Database,
  accountId: string,
  disabled: boolean,
  because: string | null,
): Promise<void> => {
  await tables(db)
    .updateTable('sign_in.account')
    .set({ disabled, disabled_because: disabled ? because : null })
    .where('account_id', '=', accountId)
    .execute()
}
/** Persons of these whose account was locked by an administrator. */
export const lockedPersons = async (db: Database, ids: readonly PersonId[]): Promise<ReadonlySet<PersonId>> => {
  if (ids.length === 0) return new Set()
  const rows = await tables(db)
    .selectFrom('sign_in.account')
    .select('person_id')
    .where('person_id', 'in', ids)
    .where('disabled', '=', true)
    .execute()
  return new Set(rows.map((row) => row.person_id))
}
export const deleteAccount = async (db: Database, accountId: string): Promise<void> => {
  await db
    .withTables<{ 'sign_in.invitation': { account_id: string } }>()
    .deleteFrom('sign_in.invitation')
    .where('account_id', '=', accountId)
    .execute()
  await tables(db).deleteFrom('sign_in.account').where('account_id', '=', accountId).execute()
}
export const lastSignInOf = async (db: Database, personId: PersonId): Promise<Instant | null> =>
  (
    await tables(db)
      .selectFrom('sign_in.session')
      .select('last_seen')
      .where('person_id', '=', personId)
      .orderBy('last_seen', 'desc')
      .limit(1)
      .executeTakeFirst()
  )?.last_seen ?? null

const failuresOf = (row: { failed_count: number; last_failed: Instant; locked_until: Instant | null }): Failures => ({
  failedCount: row.failed_count,
  lastFailed: row.last_failed,
  lockedUntil: row.locked_until,
})
/** `lock` keeps the row for the transaction, so that parallel guesses count one after another. */
export const failuresOfLogin = async (db: Database, loginHash: string, lock = false): Promise<Failures | null> => {
  const query = tables(db).selectFrom('sign_in.attempt').selectAll().where('login_hash', '=', loginHash)
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst()
  return row === undefined ? null : failuresOf(row)
}
/** Makes sure that the row exists, so that it can be locked. */
export const touchFailures = async (db: Database, loginHash: string, now: Instant): Promise<void> => {
  await tables(db)
    .insertInto('sign_in.attempt')
    .values({ login_hash: loginHash, failed_count: 0, last_failed: now, locked_until: null })
    .onConflict((conflict) => conflict.column('login_hash').doNothing())
    .execute()
}
export const saveFailures = async (db: Database, loginHash: string, failures: Failures): Promise<void> => {
  await tables(db)
    .updateTable('sign_in.attempt')
    .set({
      failed_count: failures.failedCount,
      last_failed: failures.lastFailed,
      locked_until: failures.lockedUntil,
    })
    .where('login_hash', '=', loginHash)
    .execute()
}
export const forgetFailures = async (db: Database, loginHash: string): Promise<void> => {
  await tables(db).deleteFrom('sign_in.attempt').where('login_hash', '=', loginHash).execute()
}

export const insertSession = async (db: Database, session: SessionRow): Promise<void> => {
  await tables(db)
    .insertInto('sign_in.session')
    .values({
      session_id: session.sessionId,
      token_hash: session.tokenHash,
      person_id: session.personId,
      created_at: session.createdAt,
      last_seen: session.lastSeen,
      expires_at: session.expiresAt,
      user_agent: session.userAgent,
      ip_address: session.ipAddress,
      owes: session.owes,
      proven_at: session.provenAt,
      method: session.method,
    })
    .execute()
}
export const liveSession = async (db: Database, tokenHash: string, now: Instant): Promise<SessionRow | null> =>
  (await tables(db)
    .selectFrom('sign_in.session')
    .select(sessionColumns)
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .executeTakeFirst()) ?? null
export const liveSessionsOf = (db: Database, personId: PersonId, now: Instant): Promise<SessionRow[]> =>
  tables(db)
    .selectFrom('sign_in.session')
    .select(sessionColumns)
    .where('person_id', '=', personId)
    .where('expires_at', '>', now)
    .where('owes', 'is', null)
    .orderBy('last_seen', 'desc')
    .orderBy('session_id')
    .execute()
export const sawSession = async (db: Database, sessionId: string, now: Instant): Promise<void> => {
  await tables(db).updateTable('sign_in.session').set({ last_seen: now }).where('session_id', '=', sessionId).execute()
}
export const sessionProven = async (db: Database, sessionId: string, now: Instant): Promise<void> => {
  await tables(db).updateTable('sign_in.session').set({ proven_at: now }).where('session_id', '=', sessionId).execute()
}
/** A step was taken: the session owes the next one, or nothing, and lives until then. */
export const sessionAdvanced = async (
  db: Database,
  sessionId: string,
  owes: OwedStep | null,
  expiresAt: Instant,
): Promise<void> => {
  await tables(db)
    .updateTable('sign_in.session')
    .set({ owes, expires_at: expiresAt })
    .where('session_id', '=', sessionId)
    .execute()
}
/** Ends sessions of a person: one, all but one, or all. Gives their number. */
export const deleteSessions = async (
  db: Database,
  personId: PersonId,
  which: { readonly only?: string; readonly except?: string } = {},
): Promise<number> => {
  let query = tables(db).deleteFrom('sign_in.session').where('person_id', '=', personId)
  if (which.only !== undefined) query = query.where('session_id', '=', which.only)
  if (which.except !== undefined) query = query.where('session_id', '!=', which.except)
  return Number((await query.executeTakeFirst()).numDeletedRows)
}

export const insertApiToken = async (
  db: Database,
  token: { tokenId: string; tokenHash: string; personId: PersonId; name: string; now: Instant; expiresAt: Instant },
): Promise<void> => {
  await tables(db)
    .insertInto('sign_in.api_token')
    .values({
      token_id: token.tokenId,
      token_hash: token.tokenHash,
      person_id: token.personId,
      name: token.name,
      created_at: token.now,
      expires_at: token.expiresAt,
    })
    .execute()
}
export const deleteApiTokens = async (db: Database, personId: PersonId, tokenId?: string): Promise<number> => {
  let query = tables(db).deleteFrom('sign_in.api_token').where('person_id', '=', personId)
  if (tokenId !== undefined) query = query.where('token_id', '=', tokenId)
  return Number((await query.executeTakeFirst()).numDeletedRows)
}
export const personOfApiToken = async (
  db: Database,
  tokenHash: string,
  now: Instant,
): Promise<{ readonly tokenId: string; readonly personId: PersonId; readonly expiresAt: Instant } | null> =>
  (await tables(db)
    .selectFrom('sign_in.api_token')
    .select(['token_id as tokenId', 'person_id as personId', 'expires_at as expiresAt'])
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .executeTakeFirst()) ?? null

/** Removes what has expired. */
export const deleteExpired = async (db: Database, now: Instant, failureMemoryMs: number): Promise<void> => {
  await tables(db).deleteFrom('sign_in.session').where('expires_at', '<=', now).execute()
  await tables(db).deleteFrom('sign_in.api_token').where('expires_at', '<=', now).execute()
  await tables(db).deleteFrom('sign_in.attempt').where('last_failed', '<', addMs(now, -failureMemoryMs)).execute()
}
