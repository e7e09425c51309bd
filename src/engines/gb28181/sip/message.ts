/** A SIP message (RFC 3261) as GB/T 28181 uses it: start line, header lines in order, body as bytes. */

/** Names as written; compare them without case. Compact names are spelled out by the parser. */
export type HeaderLine = readonly [name: string, value: string]

export interface SipRequest {
  readonly kind: 'request'
  readonly method: string
  readonly uri: string
  readonly headers: readonly HeaderLine[]
  readonly body: Uint8Array
}
export interface SipResponse {
  readonly kind: 'response'
  readonly status: number
  readonly reason: string
  readonly headers: readonly HeaderLine[]
  readonly body: Uint8Array
}
export type SipMessage = SipRequest | SipResponse

export type Transport = 'udp' | 'tcp'
/** Where messages of a device come from and go to: behind a NAT the address seen, not the address claimed. */
export interface Route {
  readonly transport: Transport
  readonly host: string
  readonly port: number
}
export const sameRoute = (a: Route, b: Route): boolean =>
  a.transport === b.transport && a.host === b.host && a.port === b.port
export const routeText = ({ transport, host, port }: Route): string => `${transport}:${host}:${port}`

/** Gives the value of the first header of a name; null when absent. */
export const headerOf = (message: SipMessage, name: string): string | null => {
  const wanted = name.toLowerCase()
  return message.headers.find(([each]) => each.toLowerCase() === wanted)?.[1] ?? null
}
export const headersOf = (message: SipMessage, name: string): readonly string[] => {
  const wanted = name.toLowerCase()
  return message.headers.filter(([each]) => each.toLowerCase() === wanted).map(([, value]) => value)
}

/** Phrases of the status codes that are used here (RFC 3261 section 21). */
const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  415: 'Unsupported Media Type',
  481: 'Call/Transaction Does Not Exist',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  500: 'Server Internal Error',
  503: 'Service Unavailable',
}
export const reasonOf = (status: number): string => REASONS[status] ?? 'Unknown'

const encoder = new TextEncoder()
/** Header values never carry line ends of their own: what is between them is one space. */
const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ')

/** Writes a message; Content-Length is always computed, never taken from the headers. */
export const encodeSip = (message: SipMessage): Uint8Array => {
  const start =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`
  const lines = message.headers
    .filter(([name]) => name.toLowerCase() !== 'content-length')
    .map(([name, value]) => `${name}: ${oneLine(value)}`)
  const head = encoder.encode([oneLine(start), ...lines, `Content-Length: ${message.body.length}`, '', ''].join('\r\n'))
  const whole = new Uint8Array(head.length + message.body.length)
  whole.set(head)
  whole.set(message.body, head.length)
  return whole
}
