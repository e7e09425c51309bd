/** Makes the response to a request: Via, From, To, Call-ID and CSeq go back as they came. */
import {
  type HeaderLine,
  headerOf,
  headersOf,
  type Route,
  reasonOf,
  type SipRequest,
  type SipResponse,
} from './message.ts'

export interface ReplyOptions {
  /** Tag of the side that answers; put into To when it has none yet. */
  readonly toTag?: string
  readonly headers?: readonly HeaderLine[]
  readonly body?: Uint8Array
  /** Where the request came from; written into the Via (`received`, `rport`, RFC 3581). */
  readonly from?: Route
}

export const replyTo = (request: SipRequest, status: number, options: ReplyOptions = {}): SipResponse => {
  const { toTag, headers = [], body = new Uint8Array(0), from } = options
  const [via = '', ...vias] = headersOf(request, 'Via')
  const to = headerOf(request, 'To') ?? ''
  const tagged = toTag !== undefined && status > 100 && !/;\s*tag=/i.test(to) ? `${to};tag=${toTag}` : to
  return {
    kind: 'response',
    status,
    reason: reasonOf(status),
    headers: [
      ['Via', from === undefined ? via : seenVia(via, from)],
      ...vias.map((each): HeaderLine => ['Via', each]),
      ['From', headerOf(request, 'From') ?? ''],
      ['To', tagged],
      ['Call-ID', headerOf(request, 'Call-ID') ?? ''],
      ['CSeq', headerOf(request, 'CSeq') ?? ''],
      ...headers,
    ],
    body,
  }
}

const seenVia = (via: string, { host, port }: Route): string => {
  if (!/;\s*rport\b/i.test(via)) return via
  return `${via.replace(/;\s*rport(=\d*)?/i, `;rport=${port}`).replace(/;\s*received=[^;]*/i, '')};received=${host}`
}
