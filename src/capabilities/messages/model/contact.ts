/** Addresses of persons: their form, their mask, and the rules of the code that proves them. */
import { type Instant, type LocalDate, localDateOf, msOf } from '../../../kernel/time.ts'
import type { ContactChannel } from './topics.ts'

const EMAIL = /^[a-z0-9._%+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}$/
const MOBILE = /^1[3-9]\d{9}$/
const OPEN_ID = /^[\w-]{20,64}$/

/** Gives the address in its one form, or null when it is none. */
export const readAddress = (channel: ContactChannel, text: string): string | null => {
  const trimmed = text.trim()
  if (channel === 'email') {
    const lower = trimmed.toLowerCase()
    return lower.length <= 254 && EMAIL.test(lower) ? lower : null
  }
  if (channel === 'sms') {
    const digits = trimmed.replace(/[\s-]/g, '').replace(/^(\+|00)?86(?=1\d{10}$)/, '')
    return MOBILE.test(digits) ? digits : null
  }
  return OPEN_ID.test(trimmed) ? trimmed : null
}
/** Enough to recognise one's own address, too little to use somebody else's. */
export const maskAddress = (channel: ContactChannel, address: string): string => {
  if (channel === 'email') {
    const [name = '', host = ''] = address.split('@')
    return `${name.slice(0, 1)}***@${host}`
  }
  return channel === 'sms'
    ? `${address.slice(0, 3)}****${address.slice(-4)}`
    : `${address.slice(0, 3)}***${address.slice(-2)}`
}

/** Rules of the product, not of law. */
export const codeRules = {
  digits: 6,
  /** How long a code holds, in ms. */
  holdsMs: 10 * 60_000,
  /** Between two codes, in ms. */
  resendMs: 60_000,
  /** Codes a day for one contact. */
  perDay: 6,
  /** Wrong answers to one code. */
  tries: 5,
} as const

export interface CodeState {
  readonly sentAt: Instant | null
  readonly tries: number
  readonly day: LocalDate | null
  readonly codes: number
}
export type CodeWait =
  | { readonly kind: 'now' }
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'tomorrow' }
/** When the next code may be sent. */
export const codeWait = (state: CodeState, now: Instant): CodeWait => {
  if (state.sentAt !== null) {
    const left = codeRules.resendMs - (msOf(now) - msOf(state.sentAt))
    if (left > 0) return { kind: 'seconds', seconds: Math.ceil(left / 1000) }
  }
  return state.day === localDateOf(now) && state.codes >= codeRules.perDay ? { kind: 'tomorrow' } : { kind: 'now' }
}
/** Says whether an answer may still be tried on the code that was sent last. */
export const codeHolds = (state: CodeState, now: Instant): boolean =>
  state.sentAt !== null && state.tries < codeRules.tries && msOf(now) - msOf(state.sentAt) <= codeRules.holdsMs
