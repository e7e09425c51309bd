/** The structured headers of SIP that GB/T 28181 needs: addresses, Via, CSeq, and lists of `name=value`. */
import { headerOf, type SipMessage } from './message.ts'

export interface SipUri {
  readonly user: string
  readonly host: string
  readonly port: number | null
}
/** Reads 'sip:user@host:port;params'; null for anything else. */
export const parseSipUri = (text: string): SipUri | null => {
  const match =
    /^sips?:(?:([^@\s;:<>]{1,64})(?::[^@\s]*)?@)?(\[[0-9a-f:.]+\]|[^\s:;?<>]{1,255})(?::(\d{1,5}))?(?:[;?].*)?$/i.exec(
      text.trim(),
    )
  if (match === null) return null
  const port = match[3] === undefined ? null : Number(match[3])
  return port !== null && port > 65_535 ? null : { user: match[1] ?? '', host: match[2] ?? '', port }
}

/** `;name=value` after an address or a Via; names in lower case, flags have the value ''. */
export type SipParams = Readonly<Record<string, string>>
const paramsOf = (text: string): SipParams => {
  const params: Record<string, string> = Object.create(null)
  for (const part of text.split(';')) {
    const [name = '', ...value] = part.split('=')
    if (name.trim() !== '')
      params[name.trim().toLowerCase()] = value
        .join('=')
        .trim()
        .replace(/^"(.*)"$/, '$1')
  }
  return params
}

export interface NameAddress {
  readonly uri: string
  readonly params: SipParams
}
/** Reads From, To or Contact: '"name" <uri>;params' or 'uri;params'. */
export const parseNameAddress = (text: string | null): NameAddress | null => {
  if (text === null) return null
  const bracketed = /<([^<>]*)>(.*)$/s.exec(text)
  if (bracketed !== null) return { uri: (bracketed[1] ?? '').trim(), params: paramsOf(bracketed[2] ?? '') }
  const [uri = '', ...params] = text.split(';')
  return uri.trim() === '' ? null : { uri: uri.trim(), params: paramsOf(params.join(';')) }
}

export interface Via {
  readonly transport: string
  readonly host: string
  readonly port: number | null
  readonly params: SipParams
}
/** Reads the first Via: it names the transaction. */
export const parseVia = (text: string | null): Via | null => {
  const match = /^SIP\s*\/\s*2\.0\s*\/\s*(\w+)\s+(\[[0-9a-f:.]+\]|[^\s:;,]+)(?::(\d{1,5}))?([^,]*)/i.exec(text ?? '')
  if (match === null) return null
  return {
    transport: (match[1] ?? '').toLowerCase(),
    host: match[2] ?? '',
    port: match[3] === undefined ? null : Number(match[3]),
    params: paramsOf(match[4] ?? ''),
  }
}

export interface CSeq {
  readonly number: number
  readonly method: string
}
export const parseCSeq = (text: string | null): CSeq | null => {
  const match = /^(\d{1,10})\s+([A-Z]+)$/.exec(text?.trim() ?? '')
  return match === null ? null : { number: Number(match[1]), method: match[2] ?? '' }
}

/** Reads `name=value, name="value"` lists, as digest headers have them; names in lower case. */
export const parseList = (text: string): SipParams => {
  const list: Record<string, string> = Object.create(null)
  for (const match of text.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/g))
    list[(match[1] ?? '').toLowerCase()] = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? ''
  return list
}

/** The user part of From: the id of the device that speaks. */
export const speakerOf = (message: SipMessage): string | null => {
  const from = parseNameAddress(headerOf(message, 'From'))
  return from === null ? null : (parseSipUri(from.uri)?.user ?? null)
}

/** What makes a request one transaction: a repeated datagram has the same key. */
export const transactionKeyOf = (message: SipMessage): string | null => {
  const via = parseVia(headerOf(message, 'Via'))
  const cseq = parseCSeq(headerOf(message, 'CSeq'))
  const callId = headerOf(message, 'Call-ID')
  if (via === null || cseq === null || callId === null) return null
  return [via.params['branch'] ?? '', via.host, via.port ?? 5060, callId, cseq.number, cseq.method].join('|')
}
