/** What a device sends, for simulators and tests: REGISTER with and without digest, heartbeat, catalogue, alarm, answers. */
import { type Challenge, credentialsText, parseChallenge } from './digest.ts'
import type { AlarmNotify, CatalogItem } from './manscdp/message.ts'
import { alarmBody, catalogBody, keepaliveBody, MANSCDP_TYPE } from './manscdp/write.ts'
import { type HeaderLine, headerOf, type Route, type SipRequest, type SipResponse } from './sip/message.ts'
import { replyTo } from './sip/reply.ts'
import { type Party, requestOf, sipAddress } from './sip/request.ts'

export interface DeviceSetup {
  /** The device itself. */
  readonly self: Party
  readonly password: string
  readonly platformId: string
  /** Where the platform listens. */
  readonly route: Route
  readonly token: () => string
}

export interface SimulatedDevice {
  /** Without a challenge the first REGISTER; with the 401 of the platform the one that proves the password. */
  readonly register: (expires: number, unauthorized?: SipResponse) => SipRequest
  readonly keepalive: () => SipRequest
  /** The messages that answer a catalogue query, some items each. */
  readonly catalog: (sn: number, items: readonly CatalogItem[], perMessage?: number) => readonly SipRequest[]
  readonly alarm: (alarm: Omit<AlarmNotify, 'kind' | 'at' | 'sn'> & { readonly localTime: string }) => SipRequest
  /** Agrees to an INVITE with a description of its own. */
  readonly agree: (request: SipRequest, sdp: string) => SipResponse
  readonly reply: (request: SipRequest, status: number) => SipResponse
}

export const simulatedDevice = (setup: DeviceSetup): SimulatedDevice => {
  const { self, password, platformId, route, token } = setup
  const registerCall = `${token()}@${self.host}`
  const tag = token()
  let cseq = 0
  let sn = 0
  const next = (): number => {
    sn += 1
    return sn
  }
  const message = (body: Uint8Array): SipRequest => {
    const headers: readonly HeaderLine[] = [['Content-Type', MANSCDP_TYPE]]
    const call = { callId: `${token()}@${self.host}`, cseq: 20, fromTag: token(), branch: token() }
    return requestOf({ method: 'MESSAGE', local: self, to: platformId, route, ...call, headers, body })
  }
  return {
    register: (expires, unauthorized) => {
      cseq += 1
      const uri = `sip:${platformId}@${self.domain}`
      const challenge: Challenge | null =
        unauthorized === undefined ? null : parseChallenge(headerOf(unauthorized, 'WWW-Authenticate'))
      const proof: readonly HeaderLine[] =
        challenge === null
          ? []
          : [
              [
                'Authorization',
                credentialsText(
                  challenge,
                  { username: self.id, password },
                  { method: 'REGISTER', uri, cnonce: token() },
                ),
              ],
            ]
      return requestOf({
        method: 'REGISTER',
        local: self,
        to: self.id,
        route,
        target: uri,
        callId: registerCall,
        cseq,
        fromTag: tag,
        branch: token(),
        headers: [['Contact', `<${sipAddress(self)}>`], ['Expires', String(expires)], ...proof],
      })
    },
    keepalive: () => message(keepaliveBody(next(), self.id)),
    catalog: (query, items, perMessage = 2) =>
      Array.from({ length: Math.max(1, Math.ceil(items.length / perMessage)) }, (_, page) =>
        message(catalogBody(query, self.id, items.length, items.slice(page * perMessage, (page + 1) * perMessage))),
      ),
    alarm: (alarm) => message(alarmBody({ ...alarm, sn: next() })),
    agree: (request, sdp) =>
      replyTo(request, 200, {
        toTag: token(),
        headers: [
          ['Contact', `<${sipAddress(self)}>`],
          ['Content-Type', 'Application/SDP'],
        ],
        body: new TextEncoder().encode(sdp),
      }),
    reply: (request, status) => replyTo(request, status, { toTag: token() }),
  }
}
