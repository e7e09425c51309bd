/**
 * Signatures of what goes to other systems, in the form of the Standard Webhooks specification, so that receivers can use
 * its ready libraries: headers `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature` = 'v1,' + base64 of
 * HMAC-SHA256 over 'id.timestamp.body' with the secret (base64 after 'whsec_').
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Instant, msOf } from '../../kernel/time.ts'

const PREFIX = 'whsec_'
const SECRET_BYTES = 32
export const newSecret = (): string => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`
const keyOf = (secret: string): Buffer =>
  secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret, 'utf8')

export const signatureOf = (secret: string, id: string, timestamp: string, body: string): string =>
  `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`, 'utf8').digest('base64')}`

export const signedHeaders = (secret: string, id: string, at: Instant, body: string): Record<string, string> => {
  const timestamp = String(Math.floor(msOf(at) / 1000))
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'mingzhu',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatureOf(secret, id, timestamp, body),
  }
}

/** How far the time of a signed message may be off, in seconds: an older one could have been overheard. */
export const TOLERANCE_SECONDS = 300
/** Checks a signature and its age. Compares in constant time. */
export const isSigned = (
  secret: string,
  message: { readonly id: string; readonly timestamp: string; readonly body: string; readonly signature: string },
  now: Instant,
): boolean => {
  if (!/^\d{1,12}$/.test(message.timestamp)) return false
  if (Math.abs(msOf(now) / 1000 - Number(message.timestamp)) > TOLERANCE_SECONDS) return false
  const wanted = Buffer.from(signatureOf(secret, message.id, message.timestamp, message.body))
  const given = Buffer.from(message.signature)
  return wanted.length === given.length && timingSafeEqual(wanted, given)
}
