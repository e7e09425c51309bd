/**
 * Registration of devices (GB/T 28181 section 9.1): REGISTER, 401, REGISTER with digest, 200 with the date. Every REGISTER is
 * checked, also a refresh in the same call; a nonce serves for one success. A device that nobody claimed is quarantined.
 */
import { deviceLocalTime } from '../wire/time.ts'
import { challengeOf, parseCredentials, verifyDigest } from './digest.ts'
import { parseNameAddress } from './sip/headers.ts'
import { type HeaderLine, headerOf, type Route, type SipRequest, sameRoute } from './sip/message.ts'

export interface Registrar {
  /** Realm of the digest, mostly the domain: the first ten digits of the platform's id. */
  readonly realm: string
  readonly qop: boolean
  /** Seconds; what a device asks is kept within. */
  readonly minExpires: number
  readonly maxExpires: number
  /** A device is offline after this many heartbeats missed in a row; 60 s times 3 is usual. */
  readonly heartbeatSeconds: number
  readonly heartbeatCount: number
  /** How long a device may take to answer a challenge, ms. */
  readonly nonceMs: number
  /**
   * What a message from another host means for a device that is online. 'prove': it must register again from there, so that
   * a forged datagram cannot lead its video away; 'follow': its route moves at once. Another port of the same host, which is
   * what a NAT does, always moves the route.
   */
  readonly moves: 'prove' | 'follow'
}
export const registrarDefaults: Omit<Registrar, 'realm'> = {
  qop: false,
  minExpires: 60,
  maxExpires: 86_400,
  heartbeatSeconds: 60,
  heartbeatCount: 3,
  nonceMs: 60_000,
  moves: 'prove',
}

/** What the platform knows of a claimed device. */
export interface Account {
  readonly deviceId: string
  /** MD5(user:realm:password). */
  readonly ha1: string
}

export interface Registration {
  readonly deviceId: string
  readonly online: boolean
  /** Where the device was last heard; null before the first success. */
  readonly route: Route | null
  readonly contact: string | null
  readonly lastHeardMs: number
  /** End of the registration; it caps the time until a silent device counts as offline. */
  readonly expiresMs: number
  readonly nonce: { readonly value: string; readonly issuedMs: number } | null
}
export const newRegistration = (deviceId: string): Registration => ({
  deviceId,
  online: false,
  route: null,
  contact: null,
  lastHeardMs: 0,
  expiresMs: 0,
  nonce: null,
})

export type RegistrationFact =
  | { readonly kind: 'registered'; readonly deviceId: string; readonly route: Route; readonly refresh: boolean }
  | { readonly kind: 'unregistered'; readonly deviceId: string }
  | { readonly kind: 'bad-credentials'; readonly deviceId: string; readonly route: Route }
  /** A device that nobody claimed spoke: show it to an operator. */
  | { readonly kind: 'quarantined'; readonly deviceId: string; readonly route: Route }
  | { readonly kind: 'route-changed'; readonly deviceId: string; readonly route: Route }
  | { readonly kind: 'offline'; readonly deviceId: string; readonly because: 'silent' | 'expired' }

/** What a step says to the device: status and headers of the answer. */
export interface Answer {
  readonly status: number
  readonly headers: readonly HeaderLine[]
}
export interface RegistrationStep {
  readonly state: Registration
  readonly answer: Answer
  readonly facts: readonly RegistrationFact[]
}

const expiresOf = (request: SipRequest): number | null => {
  const contact = parseNameAddress(headerOf(request, 'Contact'))
  const text = contact?.params['expires'] ?? headerOf(request, 'Expires') ?? '3600'
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}

/** Answers a REGISTER of a device that nobody claimed: refused, and shown for claiming. */
export const quarantine = (deviceId: string, route: Route): Omit<RegistrationStep, 'state'> => ({
  answer: { status: 403, headers: [] },
  facts: [{ kind: 'quarantined', deviceId, route }],
})

/** Takes a REGISTER of a claimed device. `freshNonce` is used when a challenge has to be made. */
export const register = (
  state: Registration,
  request: SipRequest,
  context: {
    readonly registrar: Registrar
    readonly account: Account
    readonly route: Route
    readonly nowMs: number
    readonly freshNonce: string
  },
): RegistrationStep => {
  const { registrar, account, route, nowMs, freshNonce } = context
  /** A nonce still out is said again, so that a stranger's REGISTER cannot spoil the answer of the device. */
  const open = state.nonce !== null && nowMs - state.nonce.issuedMs <= registrar.nonceMs / 2 ? state.nonce : null
  const challenge = (stale: boolean, facts: readonly RegistrationFact[] = []): RegistrationStep => {
    const nonce = open ?? { value: freshNonce, issuedMs: nowMs }
    const header = challengeOf(registrar.realm, nonce.value, { qop: registrar.qop, stale })
    return { state: { ...state, nonce }, answer: { status: 401, headers: [['WWW-Authenticate', header]] }, facts }
  }
  const refused = (status: number): RegistrationStep => ({ state, answer: { status, headers: [] }, facts: [] })

  const expires = expiresOf(request)
  if (expires === null) return refused(400)
  const authorization = headerOf(request, 'Authorization')
  if (authorization === null) return challenge(false)
  const credentials = parseCredentials(authorization)
  if (credentials === null) return refused(400)
  const proven =
    credentials.username === state.deviceId &&
    credentials.realm === registrar.realm &&
    verifyDigest(credentials, account.ha1, 'REGISTER')
  if (!proven) return challenge(false, [{ kind: 'bad-credentials', deviceId: state.deviceId, route }])
  const fresh =
    state.nonce !== null && state.nonce.value === credentials.nonce && nowMs - state.nonce.issuedMs <= registrar.nonceMs
  if (!fresh) return challenge(true)

  const date: HeaderLine = ['Date', deviceLocalTime(nowMs)]
  if (expires === 0)
    return {
      state: { ...state, online: false, nonce: null, lastHeardMs: nowMs, expiresMs: nowMs },
      answer: { status: 200, headers: [date, ['Expires', '0']] },
      facts: state.online ? [{ kind: 'unregistered', deviceId: state.deviceId }] : [],
    }
  const granted = Math.min(registrar.maxExpires, Math.max(registrar.minExpires, expires))
  const contact = headerOf(request, 'Contact')
  return {
    state: {
      ...state,
      online: true,
      route,
      contact: parseNameAddress(contact)?.uri ?? null,
      lastHeardMs: nowMs,
      expiresMs: nowMs + granted * 1000,
      nonce: null,
    },
    answer: {
      status: 200,
      headers: [
        date,
        ['Expires', String(granted)],
        ...(contact === null ? [] : [['Contact', contact] satisfies HeaderLine]),
      ],
    },
    facts: [{ kind: 'registered', deviceId: state.deviceId, route, refresh: state.online }],
  }
}

/**
 * A message of a device that is online: it was heard, and where it comes from is its route now (NAT). Null when the device
 * is offline or must prove its new address: the message is answered 403, so that the device registers again.
 */
export const hear = (
  state: Registration,
  route: Route,
  nowMs: number,
  registrar: Registrar,
): { readonly state: Registration; readonly facts: readonly RegistrationFact[] } | null => {
  if (!state.online) return null
  if (registrar.moves === 'prove' && state.route?.host !== route.host) return null
  const moved = state.route === null || !sameRoute(state.route, route)
  return {
    state: { ...state, route: moved ? route : state.route, lastHeardMs: Math.max(state.lastHeardMs, nowMs) },
    facts: moved ? [{ kind: 'route-changed', deviceId: state.deviceId, route }] : [],
  }
}

/** When a device that stays silent counts as offline, ms since 1970. */
export const offlineAtMs = (state: Registration, registrar: Registrar): number =>
  Math.min(state.expiresMs, state.lastHeardMs + registrar.heartbeatSeconds * registrar.heartbeatCount * 1000)

/** Sets a device offline whose time is up. */
export const expire = (
  state: Registration,
  registrar: Registrar,
  nowMs: number,
): { readonly state: Registration; readonly facts: readonly RegistrationFact[] } => {
  if (!state.online || nowMs < offlineAtMs(state, registrar)) return { state, facts: [] }
  const because = nowMs >= state.expiresMs ? 'expired' : 'silent'
  return {
    state: { ...state, online: false },
    facts: [{ kind: 'offline', deviceId: state.deviceId, because }],
  }
}
