/** Requests seen lately, so that a datagram sent again gets the same answer and does nothing twice (RFC 3261 section 17.2). */
import type { SipResponse } from './sip/message.ts'

/** Timer J: how long a repeated datagram may still come. */
const KEEP_MS = 32_000

export interface Recent {
  /** The answer given; 'open' while the host has not committed yet; null when the request is new. */
  readonly find: (key: string) => SipResponse | 'open' | null
  readonly open: (key: string, nowMs: number) => void
  readonly answered: (key: string, response: SipResponse, nowMs: number) => void
  readonly tick: (nowMs: number) => void
  readonly size: () => number
}

export const recentRequests = (max: number): Recent => {
  const kept = new Map<string, { readonly answer: SipResponse | 'open'; readonly atMs: number }>()
  const put = (key: string, answer: SipResponse | 'open', atMs: number): void => {
    kept.delete(key)
    kept.set(key, { answer, atMs })
    for (const oldest of kept.keys()) {
      if (kept.size <= max) break
      kept.delete(oldest)
    }
  }
  return {
    find: (key) => kept.get(key)?.answer ?? null,
    open: (key, nowMs) => put(key, 'open', nowMs),
    answered: put,
    tick: (nowMs) => {
      for (const [key, { atMs }] of kept) {
        if (nowMs - atMs < KEEP_MS) break
        kept.delete(key)
      }
    },
    size: () => kept.size,
  }
}
