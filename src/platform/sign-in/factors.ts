/** The second factor by time-based codes (RFC 6238) and recovery codes, and the fresh proof that sensitive acts ask for. */
import { Secret, TOTP } from 'otpauth'
import { toString as drawQrCode } from 'qrcode'
import type { PersonId } from '../../kernel/identity.ts'
import { type Instant, msOf } from '../../kernel/time.ts'
import { type ServedRoute, type WebCall, webRoute } from '../http/serve-endpoint.ts'
import { randomToken } from '../identity.ts'
import type { Unit } from '../platform.ts'
import type { Vault } from '../vault/vault.ts'
import { wrongPassword } from './contract.ts'
import { type Doors, factorKey, sessionOf } from './doors.ts'
import {
  confirmTotp,
  giveSecondFactor,
  newRecoveryCodes,
  noTotpBegun,
  ownFactors,
  proofMissing,
  prove,
  provedAgain,
  recoveryCodesMade,
  recoveryCodeUsed,
  removeTotp,
  startTotp,
  totpAdded,
  totpAlready,
  totpRemoved,
  wrongCode,
} from './factor-contract.ts'
import {
  beginTotp,
  confirmTotpRow,
  deleteTotp,
  factorsOf,
  identitiesOf,
  passkeysOf,
  replaceRecoveryCodes,
  replaceSecret,
  totpOf,
  totpsNotUnder,
  useRecoveryCode,
  useStep,
} from './factor-store.ts'
import { loginKey } from './model.ts'
import { passwordFits, sha256 } from './passwords.ts'
import { isTotpCode, recoveryCodeOf, recoveryKey } from './steps.ts'
import { accountOfPerson, failuresOfLogin, forgetFailures, sessionProven } from './store.ts'

const STEP_SECONDS = 30
const RECOVERY_CODES = 10
const ISSUER = '明筑 Mingzhu'
const sealedFor = (personId: PersonId): string => `sign-in.totp:${personId}`

const totpFor = (secret: Secret, label: string): TOTP =>
  new TOTP({ issuer: ISSUER, label, secret, algorithm: 'SHA1', digits: 6, period: STEP_SECONDS })

/** The time step whose code this is, one step to either side allowed; null when it is none of them. */
export const stepOfCode = (secret: string, code: string, now: Instant): number | null => {
  const totp = totpFor(Secret.fromBase32(secret), 'x')
  const token = code.normalize('NFKC').replace(/\s/g, '')
  const delta = totp.validate({ token, timestamp: msOf(now), window: 1 })
  return delta === null ? null : Math.floor(msOf(now) / 1000 / STEP_SECONDS) + delta
}

/** Makes the recovery codes of a person anew; they are shown once and kept as digests. */
export const makeRecoveryCodes = async (unit: Unit, personId: PersonId, now: Instant): Promise<string[]> => {
  const codes = Array.from({ length: RECOVERY_CODES }, () => recoveryCodeOf(Buffer.from(randomToken(16), 'base64url')))
  await replaceRecoveryCodes(
    unit.db,
    personId,
    codes.map((code) => sha256(recoveryKey(code))),
    now,
  )
  await unit.record(recoveryCodesMade, { subject: { kind: 'person', id: personId }, payload: { personId } })
  return codes
}

/** Seals secrets of authenticators anew under the present key of the vault; gives how many it did. */
export const resealTotps = async (unit: Unit, vault: Vault, limit: number): Promise<number> => {
  const rows = await totpsNotUnder(unit.db, vault.currentMark(), limit)
  for (const { personId, secretSealed } of rows)
    await replaceSecret(
      unit.db,
      personId,
      vault.seal(vault.open(secretSealed, sealedFor(personId)), sealedFor(personId)),
    )
  return rows.length
}

export const factorRoutes = (doors: Doors): readonly ServedRoute[] => {
  const { platform, vault, clock } = doors
  const about = (personId: PersonId) => ({ subject: { kind: 'person', id: personId }, payload: { personId } })
  const inUnit = <T>(call: WebCall, work: (unit: Unit) => Promise<T>): Promise<T> =>
    platform.transact(call.actor, work, { traceId: call.traceId })

  /** Uses a code up: a time step or a recovery code. Null when it is wrong or was used before. */
  const useCode = async (unit: Unit, personId: PersonId, code: string): Promise<'totp' | 'recovery' | null> => {
    if (isTotpCode(code)) {
      const row = await totpOf(unit.db, personId, true)
      if (row === null || row.confirmedAt === null) return null
      const step = stepOfCode(vault.open(row.secretSealed, sealedFor(personId)), code, clock())
      return step !== null && (await useStep(unit.db, personId, step)) ? 'totp' : null
    }
    if (!(await useRecoveryCode(unit.db, personId, sha256(recoveryKey(code)), clock()))) return null
    await unit.record(recoveryCodeUsed, about(personId))
    return 'recovery'
  }
  /** Gives how the code was right. Wrong ones are counted and lock for a while. */
  const provenByCode = async (call: WebCall, personId: PersonId, code: string): Promise<'totp' | 'recovery'> => {
    const key = factorKey(personId)
    doors.refuseLocked(await failuresOfLogin(platform.db, key))
    const method = await inUnit(call, async (unit) => {
      doors.refuseLocked(await failuresOfLogin(unit.db, key, true))
      const used = await useCode(unit, personId, code)
      if (used !== null) await forgetFailures(unit.db, key)
      return used
    })
    if (method !== null) return method
    doors.refuseLocked(await doors.noteFailure(personId, key, call))
    throw wrongCode({}, [{ path: 'code', message: '验证码不正确或已经用过' }])
  }
  const second = async (call: WebCall, code: string) => {
    const { personId } = sessionOf(call)
    const method = await provenByCode(call, personId, code)
    const account = await accountOfPerson(platform.db, personId)
    return doors.admit(call, {
      personId,
      method,
      factorProven: true,
      mustChange: account?.mustChange === true,
      wantsToken: call.caller.via === 'bearer',
      subject: { kind: 'account', id: account?.accountId ?? personId },
    })
  }
  const provenByPassword = async (call: WebCall, personId: PersonId, password: string): Promise<void> => {
    const account = await accountOfPerson(platform.db, personId)
    const key = sha256(loginKey(account?.login ?? personId))
    doors.refuseLocked(await failuresOfLogin(platform.db, key))
    if (await passwordFits(account?.passwordHash ?? null, password)) return
    doors.refuseLocked(await doors.noteFailure(account?.login ?? personId, key, call))
    throw wrongPassword({}, [{ path: 'password', message: '密码不正确' }])
  }
  const proveAgain = async (call: WebCall, given: { password?: string | undefined; code?: string | undefined }) => {
    const { personId, sessionId } = sessionOf(call)
    // Whoever has a second factor proves it: the password may be what was stolen.
    if ((await factorsOf(platform.db, personId)).has) {
      if (given.code === undefined)
        throw proofMissing({ what: '动态验证码或恢复码,或改用通行密钥', whatEn: 'a code, or use a passkey' }, [
          { path: 'code', message: '请填写动态验证码或恢复码' },
        ])
      await provenByCode(call, personId, given.code)
    } else {
      if (given.password === undefined)
        throw proofMissing({ what: '密码', whatEn: 'your password' }, [{ path: 'password', message: '请填写密码' }])
      await provenByPassword(call, personId, given.password)
    }
    const provenAt = clock()
    await inUnit(call, async (unit) => {
      await sessionProven(unit.db, sessionId, provenAt)
      await unit.record(provedAgain, about(personId))
    })
    return { provenAt }
  }

  const begin = async (call: WebCall) => {
    const { personId } = sessionOf(call)
    const account = await accountOfPerson(platform.db, personId)
    const secret = new Secret({ size: 20 })
    const sealed = vault.seal(secret.base32, sealedFor(personId))
    if (!(await beginTotp(platform.db, personId, sealed, clock()))) throw totpAlready()
    const uri = totpFor(secret, account?.login ?? personId).toString()
    const svg = await drawQrCode(uri, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' })
    return {
      secret: secret.base32,
      uri,
      picture: `data:image/svg+xml;base64,${Buffer.from(svg, 'utf8').toString('base64')}`,
    }
  }
  const confirm = async (call: WebCall, code: string) => {
    const { personId } = sessionOf(call)
    const key = factorKey(personId)
    doors.refuseLocked(await failuresOfLogin(platform.db, key))
    const codes = await inUnit(call, async (unit) => {
      const row = await totpOf(unit.db, personId, true)
      if (row === null || row.confirmedAt !== null) throw noTotpBegun()
      const step = stepOfCode(vault.open(row.secretSealed, sealedFor(personId)), code, clock())
      if (step === null) return null
      await confirmTotpRow(unit.db, personId, step, clock())
      await unit.record(totpAdded, about(personId))
      await doors.advance(unit, call, false)
      return makeRecoveryCodes(unit, personId, clock())
    })
    if (codes !== null) return { recoveryCodes: codes }
    doors.refuseLocked(await doors.noteFailure(personId, key, call))
    throw wrongCode({}, [{ path: 'code', message: '验证码不正确,请检查手机时间后重试' }])
  }

  return [
    webRoute(giveSecondFactor, (call, { body }) => second(call, body.code)),
    webRoute(prove, (call, { body }) => proveAgain(call, body)),
    webRoute(ownFactors, async (call) => {
      const { personId } = sessionOf(call)
      const [state, passkeys, account, providers] = [
        await factorsOf(platform.db, personId),
        await passkeysOf(platform.db, personId),
        await accountOfPerson(platform.db, personId),
        await identitiesOf(platform.db, personId),
      ]
      return {
        required: doors.mustHaveFactor(call.actor),
        hasPassword: account !== null && account.passwordHash !== null,
        totpSince: state.totpSince,
        recoveryCodesLeft: state.recoveryCodesLeft,
        passkeys: passkeys.map(({ passkeyId, name, backedUp, createdAt, lastUsedAt }) => ({
          passkeyId: passkeyId as (typeof ownFactors)['reply']['_output']['passkeys'][number]['passkeyId'],
          name,
          backedUp,
          createdAt,
          lastUsedAt,
        })),
        providers,
      }
    }),
    webRoute(startTotp, begin),
    webRoute(confirmTotp, (call, { body }) => confirm(call, body.code)),
    webRoute(removeTotp, async (call) => {
      const { personId } = sessionOf(call)
      await inUnit(call, async (unit) => {
        const row = await totpOf(unit.db, personId, true)
        if (!(await deleteTotp(unit.db, personId)) || row?.confirmedAt === null) return
        if (!(await factorsOf(unit.db, personId)).has) await replaceRecoveryCodes(unit.db, personId, [], clock())
        await unit.record(totpRemoved, about(personId))
      })
      return undefined
    }),
    webRoute(newRecoveryCodes, async (call) => {
      const { personId } = sessionOf(call)
      return { recoveryCodes: await inUnit(call, (unit) => makeRecoveryCodes(unit, personId, clock())) }
    }),
  ]
}
