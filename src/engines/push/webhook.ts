/**
 * Our own webhook for AI boxes and gates: HMAC-SHA256 over timestamp, nonce and body. A signature holds for five minutes either
 * way; whether the nonce was seen before, the host decides, which must remember it until `nonceUntilMs`. Answer 2xx only after
 * the commit.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { type Instant, instantFromMs } from '../../kernel/time.ts'

export const WEBHOOK_WINDOW_MS = 5 * 60_000
export const WEBHOOK_MAX_BYTES = 64 * 1024

export const webhookHeaders = {
  timestamp: 'x-mingzhu-timestamp',
  nonce: 'x-mingzhu-nonce',
  signature: 'x-mingzhu-signature',
} as const

export interface Signed {
  /** Milliseconds since 1970, decimal. */
  readonly timestamp: string
  /** 16 to 64 letters and digits, never used twice. */
  readonly nonce: string
  readonly body: Uint8Array
}

/** Signs 'timestamp LF nonce LF body'; neither of the first two can hold a line feed. Hexadecimal in lower case. */
export const signWebhook = (secret: Uint8Array, { timestamp, nonce, body }: Signed): string =>
  createHmac('sha256', secret).update(`${timestamp}\n${nonce}\n`, 'utf8').update(body).digest('hex')

export type WebhookVerdict =
  | { readonly ok: true; readonly nonce: string; readonly nonceUntilMs: number }
  | { readonly ok: false; readonly because: 'malformed' | 'too-large' | 'stale' | 'bad-signature' }

export const verifyWebhook = (
  secret: Uint8Array,
  signed: Signed & { readonly signature: string },
  nowMs: number,
): WebhookVerdict => {
  const { timestamp, nonce, body, signature } = signed
  if (!/^\d{13}$/.test(timestamp) || !/^[A-Za-z0-9_-]{16,64}$/.test(nonce) || !/^[0-9a-f]{64}$/i.test(signature))
    return { ok: false, because: 'malformed' }
  if (body.length > WEBHOOK_MAX_BYTES) return { ok: false, because: 'too-large' }
  const expected = Buffer.from(signWebhook(secret, signed), 'hex')
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return { ok: false, because: 'bad-signature' }
  const at = Number(timestamp)
  if (Math.abs(nowMs - at) > WEBHOOK_WINDOW_MS) return { ok: false, because: 'stale' }
  return { ok: true, nonce, nonceUntilMs: at + WEBHOOK_WINDOW_MS }
}

const fraction = z.number().min(0).max(1)
const bodySchema = z.object({
  deviceId: z.string().min(1).max(64),
  type: z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/),
  /** Milliseconds since 1970, or ISO 8601 with a zone. */
  ts: z.union([
    z.number().int().nonnegative().max(8_640_000_000_000_000),
    z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  ]),
  /** Made by the sender, the same when it sends again; without it the nonce stands. */
  eventId: z.string().min(1).max(100).optional(),
  /** Fractions of the picture, from its upper left corner. */
  box: z.object({ x: fraction, y: fraction, width: fraction, height: fraction }).nullable().default(null),
  score: fraction.nullable().default(null),
  imageRef: z.string().max(500).nullable().default(null),
})
export type WebhookEvent = Omit<z.infer<typeof bodySchema>, 'ts' | 'eventId'> & {
  readonly at: Instant
  readonly eventId: string
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
/** Gives the event of a body whose signature was verified; null when it is none. */
export const readWebhook = (body: Uint8Array, nonce: string): WebhookEvent | null => {
  try {
    const parsed = bodySchema.safeParse(JSON.parse(utf8.decode(body)))
    if (!parsed.success) return null
    const { ts, eventId, ...said } = parsed.data
    return { ...said, at: instantFromMs(ts), eventId: eventId ?? nonce }
  } catch {
    return null
  }
}
