/** Subscription to the alarms of a device (RFC 6665 as GB/T 28181 uses it): SUBSCRIBE, refresh, NOTIFY, end. */
import { alarmSubscriptionBody, MANSCDP_TYPE } from './manscdp/write.ts'
import { parseNameAddress } from './sip/headers.ts'
import { headerOf, type Route, type SipRequest, type SipResponse } from './sip/message.ts'
import { type Party, requestOf, sipAddress } from './sip/request.ts'

export interface Subscription {
  readonly phase: 'asking' | 'active' | 'ended'
  readonly local: Party
  readonly deviceId: string
  readonly route: Route
  readonly callId: string
  readonly fromTag: string
  readonly remoteTag: string | null
  readonly cseq: number
  /** When to ask again, ms since 1970. */
  readonly refreshMs: number
  readonly expiresSeconds: number
}
export interface SubscriptionStep {
  readonly state: Subscription
  readonly send: readonly SipRequest[]
}

export const SUBSCRIPTION_SECONDS = 3600

const ask = (state: Subscription, sn: number, expires: number, token: () => string): SubscriptionStep => {
  const next: Subscription = { ...state, cseq: state.cseq + 1 }
  const send = requestOf({
    method: 'SUBSCRIBE',
    local: next.local,
    to: next.deviceId,
    route: next.route,
    callId: next.callId,
    cseq: next.cseq,
    fromTag: next.fromTag,
    toTag: next.remoteTag,
    branch: token(),
    headers: [
      ['Contact', `<${sipAddress(next.local)}>`],
      ['Event', 'presence'],
      ['Expires', String(expires)],
      ['Content-Type', MANSCDP_TYPE],
    ],
    body: alarmSubscriptionBody(sn, next.deviceId),
  })
  return { state: next, send: [send] }
}

export const subscribeAlarms = (
  local: Party,
  deviceId: string,
  route: Route,
  sn: number,
  token: () => string,
): SubscriptionStep => {
  const state: Subscription = {
    phase: 'asking',
    local,
    deviceId,
    route,
    callId: `${token()}@${local.domain}`,
    fromTag: token(),
    remoteTag: null,
    cseq: 0,
    refreshMs: Number.POSITIVE_INFINITY,
    expiresSeconds: SUBSCRIPTION_SECONDS,
  }
  return ask(state, sn, SUBSCRIPTION_SECONDS, token)
}

/** Takes the response to a SUBSCRIBE. 481 and every other refusal end it: the owner may begin a new one. */
export const subscriptionResponse = (state: Subscription, response: SipResponse, nowMs: number): Subscription => {
  if (response.status < 200 || state.phase === 'ended') return state
  if (response.status >= 300) return { ...state, phase: 'ended' }
  const said = headerOf(response, 'Expires')
  const expires = said !== null && /^\d{1,9}$/.test(said) ? Number(said) : state.expiresSeconds
  if (expires === 0) return { ...state, phase: 'ended' }
  const remoteTag = parseNameAddress(headerOf(response, 'To'))?.params['tag'] ?? state.remoteTag
  // Asked again at four fifths of the time, and never more often than every ten seconds.
  return { ...state, phase: 'active', remoteTag, refreshMs: nowMs + Math.max(10_000, expires * 800) }
}

/** Says after a NOTIFY whether the device ended the subscription. */
export const subscriptionNotified = (state: Subscription, notify: SipRequest): Subscription =>
  /^\s*terminated/i.test(headerOf(notify, 'Subscription-State') ?? '') ? { ...state, phase: 'ended' } : state

export const subscriptionTick = (
  state: Subscription,
  sn: number,
  token: () => string,
  nowMs: number,
): SubscriptionStep => {
  if (state.phase !== 'active' || nowMs < state.refreshMs) return { state, send: [] }
  return ask({ ...state, refreshMs: Number.POSITIVE_INFINITY }, sn, SUBSCRIPTION_SECONDS, token)
}

/** Ends a subscription from our side: Expires 0. */
export const unsubscribe = (state: Subscription, sn: number, token: () => string): SubscriptionStep =>
  state.phase === 'ended' ? { state, send: [] } : ask({ ...state, phase: 'ended' }, sn, 0, token)
