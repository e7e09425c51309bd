/** Makes requests of one side of a SIP conversation. */
import type { HeaderLine, Route, SipRequest } from './message.ts'

/** Who speaks: its id, its domain and the address where answers reach it. */
export interface Party {
  readonly id: string
  readonly domain: string
  readonly host: string
  readonly port: number
}

export interface RequestParts {
  readonly method: string
  readonly local: Party
  /** The id that is spoken to: a device or one of its channels. */
  readonly to: string
  readonly route: Route
  /** Where the request is addressed when the other side named it (Contact); else built from `to` and `route`. */
  readonly target?: string | null
  readonly callId: string
  readonly cseq: number
  readonly fromTag: string
  readonly toTag?: string | null
  /** Unique for the transaction; the magic cookie of RFC 3261 is put before it. */
  readonly branch: string
  readonly headers?: readonly HeaderLine[]
  readonly body?: Uint8Array
}

const hostText = (host: string): string => (host.includes(':') ? `[${host}]` : host)
export const sipAddress = (party: Party): string => `sip:${party.id}@${hostText(party.host)}:${party.port}`

export const requestOf = (parts: RequestParts): SipRequest => {
  const { method, local, to, route, callId, cseq, fromTag, branch } = parts
  const transport = route.transport.toUpperCase()
  return {
    kind: 'request',
    method,
    uri: parts.target ?? `sip:${to}@${hostText(route.host)}:${route.port}`,
    headers: [
      ['Via', `SIP/2.0/${transport} ${hostText(local.host)}:${local.port};rport;branch=z9hG4bK${branch}`],
      ['From', `<sip:${local.id}@${local.domain}>;tag=${fromTag}`],
      [
        'To',
        `<sip:${to}@${local.domain}>${parts.toTag === null || parts.toTag === undefined ? '' : `;tag=${parts.toTag}`}`,
      ],
      ['Call-ID', callId],
      ['CSeq', `${cseq} ${method}`],
      ['Max-Forwards', '70'],
      ...(parts.headers ?? []),
    ],
    body: parts.body ?? new Uint8Array(0),
  }
}
