/** Digest authentication of SIP (RFC 3261 section 22, RFC 2617) with MD5, the algorithm that cameras have. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { parseList } from './sip/headers.ts'

const md5 = (text: string): string => createHash('md5').update(text, 'utf8').digest('hex')

/** HA1 = MD5(user:realm:password): what the platform may keep instead of the password. */
export const ha1Of = (user: string, realm: string, password: string): string => md5(`${user}:${realm}:${password}`)

export interface DigestQop {
  readonly qop: string
  readonly nc: string
  readonly cnonce: string
}
/** The response of a digest, with `qop` or without; `uri` exactly as the header says it. */
export const digestResponse = (ha1: string, method: string, uri: string, nonce: string, qop?: DigestQop): string => {
  const ha2 = md5(`${method}:${uri}`)
  return qop === undefined
    ? md5(`${ha1}:${nonce}:${ha2}`)
    : md5(`${ha1}:${nonce}:${qop.nc}:${qop.cnonce}:${qop.qop}:${ha2}`)
}

export interface Credentials {
  readonly username: string
  readonly realm: string
  readonly nonce: string
  readonly uri: string
  readonly response: string
  readonly algorithm: string
  readonly qop: DigestQop | null
}
/** Reads an Authorization header; null when it is no digest or lacks a part. */
export const parseCredentials = (header: string | null): Credentials | null => {
  if (header === null || !/^Digest\s/i.test(header)) return null
  const list = parseList(header.slice(7))
  const { username, realm, nonce, uri, response, algorithm = 'MD5', qop, nc, cnonce } = list
  if (username === undefined || realm === undefined || nonce === undefined || uri === undefined) return null
  if (response === undefined || !/^[0-9a-f]{32}$/i.test(response)) return null
  if (qop !== undefined && (nc === undefined || cnonce === undefined)) return null
  return {
    username,
    realm,
    nonce,
    uri,
    response: response.toLowerCase(),
    algorithm,
    qop: qop === undefined ? null : { qop, nc: nc ?? '', cnonce: cnonce ?? '' },
  }
}

/** Says whether credentials prove knowledge of the password behind `ha1`; compares in constant time. */
export const verifyDigest = (credentials: Credentials, ha1: string, method: string): boolean => {
  if (!/^md5$/i.test(credentials.algorithm)) return false
  if (credentials.qop !== null && credentials.qop.qop !== 'auth') return false
  const expected = digestResponse(ha1, method, credentials.uri, credentials.nonce, credentials.qop ?? undefined)
  return timingSafeEqual(Buffer.from(expected, 'latin1'), Buffer.from(credentials.response, 'latin1'))
}

/** The value of WWW-Authenticate. `stale` tells the device to try again with the new nonce and the same password. */
export const challengeOf = (realm: string, nonce: string, options: { qop?: boolean; stale?: boolean } = {}): string =>
  [
    `Digest realm="${realm}"`,
    `nonce="${nonce}"`,
    'algorithm=MD5',
    ...(options.qop === true ? ['qop="auth"'] : []),
    ...(options.stale === true ? ['stale=true'] : []),
  ].join(', ')

export interface Challenge {
  readonly realm: string
  readonly nonce: string
  readonly qop: boolean
}
/** Reads a WWW-Authenticate header, as a device does. */
export const parseChallenge = (header: string | null): Challenge | null => {
  if (header === null || !/^Digest\s/i.test(header)) return null
  const { realm, nonce, qop } = parseList(header.slice(7))
  if (realm === undefined || nonce === undefined) return null
  return { realm, nonce, qop: (qop ?? '').split(/[\s,]+/).includes('auth') }
}

/** The value of Authorization that answers a challenge, as a device makes it. */
export const credentialsText = (
  challenge: Challenge,
  account: { readonly username: string; readonly password: string },
  request: { readonly method: string; readonly uri: string; readonly cnonce: string; readonly nc?: string },
): string => {
  const ha1 = ha1Of(account.username, challenge.realm, account.password)
  const qop = challenge.qop ? { qop: 'auth', nc: request.nc ?? '00000001', cnonce: request.cnonce } : undefined
  const response = digestResponse(ha1, request.method, request.uri, challenge.nonce, qop)
  return [
    `Digest username="${account.username}"`,
    `realm="${challenge.realm}"`,
    `nonce="${challenge.nonce}"`,
    `uri="${request.uri}"`,
    `response="${response}"`,
    'algorithm=MD5',
    ...(qop === undefined ? [] : ['qop=auth', `nc=${qop.nc}`, `cnonce="${qop.cnonce}"`]),
  ].join(', ')
}
