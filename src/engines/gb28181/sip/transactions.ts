/**
 * Requests that wait for their answer (RFC 3261 section 17.1): over UDP they are sent again at 0.5, 1, 2, 4 … s, and given up
 * after 32 s. A request given up is answered with a 408 of our own, so that whoever asked sees one kind of ending only.
 */
import { parseCSeq, parseVia } from './headers.ts'
import { headerOf, type Route, type SipMessage, type SipRequest, type SipResponse } from './message.ts'
import { replyTo } from './reply.ts'

const T1_MS = 500
const T2_MS = 4000
/** 64 times T1: timers B and F. */
export const GIVE_UP_MS = 32_000
/** An INVITE that only ever rings is forgotten then; the call itself has long been cancelled. */
const RINGING_MS = 120_000

interface Waiting {
  readonly request: SipRequest
  readonly route: Route
  readonly giveUpMs: number
  nextMs: number
  intervalMs: number
  proceeding: boolean
}

export interface Transactions {
  readonly sent: (request: SipRequest, route: Route, nowMs: number) => void
  /** Says whether a response belongs to a request that waits; a final one ends it. */
  readonly answered: (response: SipResponse) => boolean
  readonly tick: (nowMs: number) => {
    readonly again: readonly { readonly request: SipRequest; readonly route: Route }[]
    readonly givenUp: readonly SipResponse[]
  }
  readonly waiting: () => number
}

const keyOf = (message: SipMessage): string | null => {
  const branch = parseVia(headerOf(message, 'Via'))?.params['branch']
  const cseq = parseCSeq(headerOf(message, 'CSeq'))
  return branch === undefined || cseq === null ? null : `${branch}|${cseq.method}`
}

export const transactions = (): Transactions => {
  const waiting = new Map<string, Waiting>()
  return {
    sent: (request, route, nowMs) => {
      const key = keyOf(request)
      if (key === null || request.method === 'ACK') return
      const nextMs = route.transport === 'udp' ? nowMs + T1_MS : Number.POSITIVE_INFINITY
      const giveUpMs = nowMs + GIVE_UP_MS
      waiting.set(key, { request, route, giveUpMs, nextMs, intervalMs: T1_MS, proceeding: false })
    },
    answered: (response) => {
      const key = keyOf(response)
      const found = key === null ? undefined : waiting.get(key)
      if (key === null || found === undefined) return false
      if (response.status >= 200) waiting.delete(key)
      else found.proceeding = true
      return true
    },
    tick: (nowMs) => {
      const again: { request: SipRequest; route: Route }[] = []
      const givenUp: SipResponse[] = []
      for (const [key, each] of waiting) {
        const invite = each.request.method === 'INVITE'
        if (invite && each.proceeding) {
          if (nowMs >= each.giveUpMs + RINGING_MS) waiting.delete(key)
          continue
        }
        if (nowMs >= each.giveUpMs) {
          waiting.delete(key)
          givenUp.push(replyTo(each.request, 408))
        } else if (nowMs >= each.nextMs) {
          again.push({ request: each.request, route: each.route })
          each.intervalMs = invite ? each.intervalMs * 2 : Math.min(T2_MS, each.intervalMs * 2)
          each.nextMs = nowMs + each.intervalMs
        }
      }
      return { again, givenUp }
    },
    waiting: () => waiting.size,
  }
}
