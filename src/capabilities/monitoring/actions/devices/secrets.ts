/**
 * Secrets of devices. Where the protocol proves a secret by sending it (MQTT) only its digest is kept; where it must be
 * sent back, or is used to compute (HJ 212 PW, JT/T 808 authentication code, SIP digest, signatures of pushes), it is
 * sealed by the vault.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Unit } from '../../../../platform/platform.ts'
import type { Vault } from '../../../../platform/vault/vault.ts'
import { secretNotOwn } from '../../model/devices/refusals.ts'
import type { DeviceId, Protocol } from '../../model/report.ts'
import { devicesToReseal, saveSealed } from '../../store/devices/devices.ts'

/** What is kept of a secret. */
export interface KeptSecret {
  readonly secret_hash: string | null
  readonly secret_sealed: string | null
  readonly secret_weak: boolean
}
export const noSecret: KeptSecret = { secret_hash: null, secret_sealed: null, secret_weak: false }

/** Protocols whose devices may bring a secret that cannot be changed there. */
const ownAllowed: ReadonlySet<Protocol> = new Set(['hj212', 'gb28181'])
const hashed: ReadonlySet<Protocol> = new Set(['mqtt'])
/** HJ 212: PW has six characters. */
const PW_LENGTH = 6
const CODE_LENGTH = 16
const KEY_BYTES = 32
/** Passwords that devices are delivered with. */
const wellKnown: ReadonlySet<string> = new Set(['123456', '12345678', '000000', '888888', '666666', '111111', 'admin'])

/** Letters and digits that are not mistaken for one another when somebody types them. */
const readable = (text: string): string => text.replace(/[^2-9A-HJ-NP-Za-km-z]/g, '')

/** Makes a secret as long as the protocol carries it. */
export const makeSecret = (protocol: Protocol, randomToken: (bytes: number) => string): string => {
  if (protocol === 'mqtt' || protocol === 'http') return randomToken(KEY_BYTES)
  const length = protocol === 'hj212' ? PW_LENGTH : CODE_LENGTH
  let text = ''
  while (text.length < length) text += readable(randomToken(KEY_BYTES))
  return text.slice(0, length)
}
/** The digest of a long random secret; the identity of the device makes equal ones differ. */
const hashOf = (deviceId: DeviceId, secret: string): string =>
  createHash('sha256').update(`mingzhu device secret\u0000${deviceId}\u0000${secret}`, 'utf8').digest('hex')
const contextOf = (deviceId: DeviceId): string => `monitoring.device-secret:${deviceId}`

/** Gives a secret and what is kept of it. Refuses one of the device's own where the protocol asks for a long random one. */
export const secretFor = (
  { vault, randomToken }: { readonly vault: Vault; readonly randomToken: (bytes: number) => string },
  deviceId: DeviceId,
  protocol: Protocol,
  own: string | undefined,
): { readonly secret: string; readonly kept: KeptSecret } => {
  if (own !== undefined && !ownAllowed.has(protocol))
    throw secretNotOwn({}, [{ path: 'secret', message: '由系统生成,请留空。' }])
  const secret = own ?? makeSecret(protocol, randomToken)
  const kept: KeptSecret = hashed.has(protocol)
    ? { secret_hash: hashOf(deviceId, secret), secret_sealed: null, secret_weak: false }
    : {
        secret_hash: null,
        secret_sealed: vault.seal(secret, contextOf(deviceId)),
        secret_weak: own !== undefined && (wellKnown.has(own.toLowerCase()) || own.length < 8),
      }
  return { secret, kept }
}
/** Opens a sealed secret; null where there is none. */
export const openSecret = (vault: Vault, deviceId: DeviceId, kept: Pick<KeptSecret, 'secret_sealed'>): string | null =>
  kept.secret_sealed === null ? null : vault.open(kept.secret_sealed, contextOf(deviceId))

/** Says whether two texts are equal, in a time that does not depend on where they differ. */
export const sameText = (a: string, b: string): boolean => {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()
  return timingSafeEqual(digest(a), digest(b))
}
/** Says whether a secret is that of a device. Without a kept secret none is right. */
export const isSecret = (
  vault: Vault,
  deviceId: DeviceId,
  kept: Pick<KeptSecret, 'secret_hash' | 'secret_sealed'>,
  given: string,
): boolean => {
  if (kept.secret_hash !== null) return sameText(kept.secret_hash, hashOf(deviceId, given))
  const secret = openSecret(vault, deviceId, kept)
  return secret !== null && sameText(secret, given)
}
/** What stands in the address to which a camera pushes: made of the secret, and not the secret itself. */
export const pathTokenOf = (secret: string): string =>
  createHmac('sha256', secret).update('mingzhu push path v1', 'utf8').digest('base64url').slice(0, 32)

/** Seals secrets anew when the key of the vault is changed. */
export const resealDevices = async (unit: Unit, vault: Vault, limit: number): Promise<number> => {
  const rows = await devicesToReseal(unit.db, vault.currentMark(), limit)
  for (const row of rows)
    if (row.secret_sealed !== null)
      await saveSealed(unit.db, row.id, vault.seal(vault.open(row.secret_sealed, contextOf(row.id)), contextOf(row.id)))
  return rows.length
}
