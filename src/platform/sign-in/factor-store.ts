/** The tables of second factors, challenges, invitations and other providers' identities. */
import type { PersonId } from '../../kernel/identity.ts'
import type { Instant } from '../../kernel/time.ts'
import type { Database, JsonValue } from '../platform.ts'

type Tables = {
  'sign_in.totp': {
    person_id: PersonId
    secret_sealed: string
    confirmed_at: Instant | null
    last_step: number
    created_at: Instant
  }
  'sign_in.recovery_code': { person_id: PersonId; code_hash: string; created_at: Instant; used_at: Instant | null }
  'sign_in.passkey': {
    passkey_id: string
    person_id: PersonId
    credential_id: string
    public_key: Buffer
    counter: number
    transports: JsonValue
    name: string
    backed_up: boolean
    created_at: Instant
    last_used_at: Instant | null
  }
  'sign_in.challenge': {
    challenge_id: string
    purpose: 'passkey-register' | 'passkey-enter' | 'provider'
    person_id: PersonId | null
    secret: string
    details: JsonValue
    expires_at: Instant
  }
  'sign_in.invitation': {
    invitation_id: string
    account_id: string
    token_hash: string
    created_at: Instant
    expires_at: Instant
    used_at: Instant | null
  }
  'sign_in.account': { account_id: string; person_id: PersonId; login: string; disabled: boolean }
  'sign_in.outside_identity': { issuer: string; subject: string; person_id: PersonId; linked_at: Instant }
}
const tables = (db: Database) => db.withTables<Tables>()

export interface FactorState {
  readonly totpSince: Instant | null
  readonly recoveryCodesLeft: number
  readonly passkeys: number
  readonly has: boolean
}
export const factorsOf = async (db: Database, personId: PersonId): Promise<FactorState> => {
  const totp = await totpOf(db, personId)
  const codes = await tables(db)
    .selectFrom('sign_in.recovery_code')
    .select((eb) => eb.fn.countAll<number>().as('left'))
    .where('person_id', '=', personId)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  const passkeys = await tables(db)
    .selectFrom('sign_in.passkey')
    .select((eb) => eb.fn.countAll<number>().as('all'))
    .where('person_id', '=', personId)
    .executeTakeFirst()
  const totpSince = totp?.confirmedAt ?? null
  const count = Number(passkeys?.all ?? 0)
  return {
    totpSince,
    recoveryCodesLeft: Number(codes?.left ?? 0),
    passkeys: count,
    has: totpSince !== null || count > 0,
  }
}
/** Which of these persons have a second factor. */
export const holdersOfFactors = async (db: Database, ids: readonly PersonId[]): Promise<ReadonlySet<PersonId>> => {
  if (ids.length === 0) return new Set()
  const [totps, passkeys] = await Promise.all([
    tables(db)
      .selectFrom('sign_in.totp')
      .select('person_id')
      .where('person_id', 'in', ids)
      .where('confirmed_at', 'is not', null)
      .execute(),
    tables(db).selectFrom('sign_in.passkey').select('person_id').where('person_id', 'in', ids).execute(),
  ])
  return new Set([...totps, ...passkeys].map((row) => row.person_id))
}

// ------------------------------------------------------------------------------------------ TOTP

export interface TotpRow {
  readonly secretSealed: string
  readonly confirmedAt: Instant | null
  readonly lastStep: number
}
export const totpOf = async (db: Database, personId: PersonId, lock = false): Promise<TotpRow | null> => {
  const query = tables(db)
    .selectFrom('sign_in.totp')
    .select(['secret_sealed as secretSealed', 'confirmed_at as confirmedAt', 'last_step as lastStep'])
    .where('person_id', '=', personId)
  return (await (lock ? query.forUpdate() : query).executeTakeFirst()) ?? null
}
/** Puts an unconfirmed secret in the place of an earlier unconfirmed one. False when a confirmed one is there. */
export const beginTotp = async (
  db: Database,
  personId: PersonId,
  secretSealed: string,
  now: Instant,
): Promise<boolean> => {
  const row = await tables(db)
    .insertInto('sign_in.totp')
    .values({ person_id: personId, secret_sealed: secretSealed, confirmed_at: null, last_step: 0, created_at: now })
    .onConflict((conflict) =>
      conflict
        .column('person_id')
        .doUpdateSet({ secret_sealed: secretSealed, created_at: now, last_step: 0 })
        .where('sign_in.totp.confirmed_at', 'is', null),
    )
    .returning('person_id')
    .executeTakeFirst()
  return row !== undefined
}
export const confirmTotpRow = async (db: Database, personId: PersonId, step: number, now: Instant): Promise<void> => {
  await tables(db)
    .updateTable('sign_in.totp')
    .set({ confirmed_at: now, last_step: step })
    .where('person_id', '=', personId)
    .execute()
}
/** Uses a time step up. False when it, or a later one, was used before. */
export const useStep = async (db: Database, personId: PersonId, step: number): Promise<boolean> => {
  const used = await tables(db)
    .updateTable('sign_in.totp')
    .set({ last_step: step })
    .where('person_id', '=', personId)
    .where('last_step', '<', step)
    .executeTakeFirst()
  return used.numUpdatedRows === 1n
}
export const deleteTotp = async (db: Database, personId: PersonId): Promise<boolean> =>
  (await tables(db).deleteFrom('sign_in.totp').where('person_id', '=', personId).executeTakeFirst()).numDeletedRows > 0n

/** Secrets that are not yet under the present key of the vault. */
export const totpsNotUnder = async (
  db: Database,
  mark: string,
  limit: number,
): Promise<readonly { personId: PersonId; secretSealed: string }[]> =>
  tables(db)
    .selectFrom('sign_in.totp')
    .select(['person_id as personId', 'secret_sealed as secretSealed'])
    .where('secret_sealed', 'not like', `${mark}%`)
    .limit(limit)
    .forUpdate()
    .execute()
export const replaceSecret = async (db: Database, personId: PersonId, secretSealed: string): Promise<void> => {
  await tables(db)
    .updateTable('sign_in.totp')
    .set({ secret_sealed: secretSealed })
    .where('person_id', '=', personId)
    .execute()
}

// ------------------------------------------------------------------------------------------ recovery codes

export const replaceRecoveryCodes = async (
  db: Database,
  personId: PersonId,
  hashes: readonly string[],
  now: Instant,
): Promise<void> => {
  await tables(db).deleteFrom('sign_in.recovery_code').where('person_id', '=', personId).execute()
  if (hashes.length > 0)
    await tables(db)
      .insertInto('sign_in.recovery_code')
      .values(hashes.map((hash) => ({ person_id: personId, code_hash: hash, created_at: now, used_at: null })))
      .execute()
}
/** Uses a code up. False when there is no such code or it was used before. */
export const useRecoveryCode = async (db: Database, personId: PersonId, hash: string, now: Instant): Promise<boolean> =>
  (
    await tables(db)
      .updateTable('sign_in.recovery_code')
      .set({ used_at: now })
      .where('person_id', '=', personId)
      .where('code_hash', '=', hash)
      .where('used_at', 'is', null)
      .executeTakeFirst()
  ).numUpdatedRows === 1n

// ------------------------------------------------------------------------------------------ passkeys

export interface PasskeyRow {
  readonly passkeyId: string
  readonly personId: PersonId
  readonly credentialId: string
  readonly publicKey: Buffer
  readonly counter: number
  readonly transports: readonly string[]
  readonly name: string
  readonly backedUp: boolean
  readonly createdAt: Instant
  readonly lastUsedAt: Instant | null
}
const passkeyColumns = [
  'passkey_id as passkeyId',
  'person_id as personId',
  'credential_id as credentialId',
  'public_key as publicKey',
  'counter',
  'transports',
  'name',
  'backed_up as backedUp',
  'created_at as createdAt',
  'last_used_at as lastUsedAt',
] as const
const textsOf = (value: JsonValue): readonly string[] =>
  Array.isArray(value) ? value.filter((part): part is string => typeof part === 'string') : []

export const passkeysOf = async (db: Database, personId: PersonId): Promise<readonly PasskeyRow[]> => {
  const rows = await tables(db)
    .selectFrom('sign_in.passkey')
    .select(passkeyColumns)
    .where('person_id', '=', personId)
    .orderBy('created_at')
    .execute()
  return rows.map((row) => ({ ...row, transports: textsOf(row.transports) }))
}
export const lockPasskey = async (db: Database, credentialId: string): Promise<PasskeyRow | null> => {
  const row = await tables(db)
    .selectFrom('sign_in.passkey')
    .select(passkeyColumns)
    .where('credential_id', '=', credentialId)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? null : { ...row, transports: textsOf(row.transports) }
}
export const insertPasskey = async (db: Database, row: PasskeyRow): Promise<boolean> => {
  const inserted = await tables(db)
    .insertInto('sign_in.passkey')
    .values({
      passkey_id: row.passkeyId,
      person_id: row.personId,
      credential_id: row.credentialId,
      public_key: row.publicKey,
      counter: row.counter,
      transports: JSON.stringify(row.transports),
      name: row.name,
      backed_up: row.backedUp,
      created_at: row.createdAt,
      last_used_at: null,
    })
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}
export const usedPasskey = async (db: Database, passkeyId: string, counter: number, now: Instant): Promise<void> => {
  await tables(db)
    .updateTable('sign_in.passkey')
    .set({ counter, last_used_at: now })
    .where('passkey_id', '=', passkeyId)
    .execute()
}
export const deletePasskey = async (db: Database, personId: PersonId, passkeyId: string): Promise<boolean> =>
  (
    await tables(db)
      .deleteFrom('sign_in.passkey')
      .where('person_id', '=', personId)
      .where('passkey_id', '=', passkeyId)
      .executeTakeFirst()
  ).numDeletedRows > 0n

/** Removes every factor of a person. */
export const deleteFactors = async (db: Database, personId: PersonId): Promise<void> => {
  await deleteTotp(db, personId)
  await tables(db).deleteFrom('sign_in.passkey').where('person_id', '=', personId).execute()
  await tables(db).deleteFrom('sign_in.recovery_code').where('person_id', '=', personId).execute()
}

// ------------------------------------------------------------------------------------------ challenges

export interface Challenge {
  readonly challengeId: string
  readonly purpose: Tables['sign_in.challenge']['purpose']
  readonly personId: PersonId | null
  readonly secret: string
  readonly details: JsonValue
  readonly expiresAt: Instant
}
export const insertChallenge = async (db: Database, row: Challenge): Promise<void> => {
  await tables(db)
    .insertInto('sign_in.challenge')
    .values({
      challenge_id: row.challengeId,
      purpose: row.purpose,
      person_id: row.personId,
      secret: row.secret,
      details: JSON.stringify(row.details),
      expires_at: row.expiresAt,
    })
    .execute()
}
/** Takes a challenge away, so that it serves once; null when it is unknown, used or over. */
export const takeChallenge = async (
  db: Database,
  challengeId: string,
  purpose: Challenge['purpose'],
  now: Instant,
): Promise<Challenge | null> =>
  (await tables(db)
    .deleteFrom('sign_in.challenge')
    .where('challenge_id', '=', challengeId)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now)
    .returning([
      'challenge_id as challengeId',
      'purpose',
      'person_id as personId',
      'secret',
      'details',
      'expires_at as expiresAt',
    ])
    .executeTakeFirst()) ?? null

// ------------------------------------------------------------------------------------------ invitations

export interface Invitation {
  readonly invitationId: string
  readonly accountId: string
  readonly expiresAt: Instant
}
/** A new invitation ends the earlier ones of the account. */
export const insertInvitation = async (
  db: Database,
  row: Invitation & { readonly tokenHash: string; readonly now: Instant },
): Promise<void> => {
  await tables(db).deleteFrom('sign_in.invitation').where('account_id', '=', row.accountId).execute()
  await tables(db)
    .insertInto('sign_in.invitation')
    .values({
      invitation_id: row.invitationId,
      account_id: row.accountId,
      token_hash: row.tokenHash,
      created_at: row.now,
      expires_at: row.expiresAt,
      used_at: null,
    })
    .execute()
}
/** The invitation of a token with its account; null when it is unknown, used, over, or the account is locked. */
export const openInvitation = async (
  db: Database,
  tokenHash: string,
  now: Instant,
  lock = false,
): Promise<(Invitation & { readonly personId: PersonId; readonly login: string }) | null> => {
  const query = tables(db)
    .selectFrom('sign_in.invitation as i')
    .innerJoin('sign_in.account as a', 'a.account_id', 'i.account_id')
    .select([
      'i.invitation_id as invitationId',
      'i.account_id as accountId',
      'i.expires_at as expiresAt',
      'a.person_id as personId',
      'a.login',
    ])
    .where('i.token_hash', '=', tokenHash)
    .where('i.used_at', 'is', null)
    .where('i.expires_at', '>', now)
    .where('a.disabled', '=', false)
  return (await (lock ? query.forUpdate('i') : query).executeTakeFirst()) ?? null
}
export const useInvitation = async (db: Database, invitationId: string, now: Instant): Promise<void> => {
  await tables(db)
    .updateTable('sign_in.invitation')
    .set({ used_at: now })
    .where('invitation_id', '=', invitationId)
    .execute()
}
export const pendingInvitation = async (db: Database, accountId: string, now: Instant): Promise<Instant | null> =>
  (
    await tables(db)
      .selectFrom('sign_in.invitation')
      .select('expires_at')
      .where('account_id', '=', accountId)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst()
  )?.expires_at ?? null

// ------------------------------------------------------------------------------------------ other providers

export const personOfIdentity = async (db: Database, issuer: string, subject: string): Promise<PersonId | null> =>
  (
    await tables(db)
      .selectFrom('sign_in.outside_identity')
      .select('person_id')
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst()
  )?.person_id ?? null
/** Links an identity of another provider; false when it is linked already. */
export const linkIdentity = async (
  db: Database,
  link: { readonly issuer: string; readonly subject: string; readonly personId: PersonId; readonly now: Instant },
): Promise<boolean> => {
  const inserted = await tables(db)
    .insertInto('sign_in.outside_identity')
    .values({ issuer: link.issuer, subject: link.subject, person_id: link.personId, linked_at: link.now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}
export const identitiesOf = (
  db: Database,
  personId: PersonId,
): Promise<{ readonly issuer: string; readonly linkedAt: Instant }[]> =>
  tables(db)
    .selectFrom('sign_in.outside_identity')
    .select(['issuer', 'linked_at as linkedAt'])
    .where('person_id', '=', personId)
    .execute()
export const deleteIdentities = async (db: Database, personId: PersonId): Promise<void> => {
  await tables(db).deleteFrom('sign_in.outside_identity').where('person_id', '=', personId).execute()
}

/** Removes what is over. */
export const forgetOver = async (db: Database, now: Instant): Promise<void> => {
  await tables(db).deleteFrom('sign_in.challenge').where('expires_at', '<=', now).execute()
  await tables(db).deleteFrom('sign_in.invitation').where('expires_at', '<=', now).execute()
}
