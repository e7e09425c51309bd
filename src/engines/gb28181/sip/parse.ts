/** Reads SIP from UDP datagrams and from TCP streams, within bounds. Nothing here throws on what a device sends. */
import { byteQueue, indexOfBytes } from '../../wire/byte-queue.ts'
import { decodeText } from '../../wire/text.ts'
import type { HeaderLine, SipMessage } from './message.ts'

export interface SipLimits {
  readonly maxHeadBytes: number
  readonly maxBodyBytes: number
  readonly maxHeaders: number
}
/** A catalogue of devices is the largest body seen; the largest datagram is 64 kB anyway. */
export const sipLimits: SipLimits = { maxHeadBytes: 16 * 1024, maxBodyBytes: 256 * 1024, maxHeaders: 100 }

/** Compact names of headers (RFC 3261 section 7.3.3 and RFC 6665). */
const COMPACT: Readonly<Record<string, string>> = {
  c: 'Content-Type',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  o: 'Event',
  s: 'Subject',
  t: 'To',
  v: 'Via',
}

const CRLF2 = Uint8Array.of(13, 10, 13, 10)
const LF2 = Uint8Array.of(10, 10)

/** Where the head ends and the body begins; bare line feeds are tolerated. Null while the empty line is not there. */
const headEnd = (bytes: Uint8Array): { readonly head: number; readonly body: number } | null => {
  const strict = indexOfBytes(bytes, CRLF2)
  const bare = indexOfBytes(bytes, LF2)
  if (strict >= 0 && (bare < 0 || strict < bare)) return { head: strict, body: strict + 4 }
  return bare >= 0 ? { head: bare, body: bare + 2 } : null
}

type Head = { readonly start: string; readonly headers: readonly HeaderLine[] }
const readHead = (bytes: Uint8Array, limits: SipLimits): Head | null => {
  const lines = decodeText(bytes).split(/\r?\n/)
  const [start = '', ...rest] = lines
  const headers: [string, string][] = []
  for (const line of rest) {
    const last = headers.at(-1)
    if (/^[ \t]/.test(line)) {
      if (last === undefined) return null
      last[1] = `${last[1]} ${line.trim()}`.trim()
      continue
    }
    const match = /^([\w!%*+.`'~-]+)[ \t]*:(.*)$/s.exec(line)
    if (match === null || headers.length >= limits.maxHeaders) return null
    const name = match[1] ?? ''
    headers.push([COMPACT[name.toLowerCase()] ?? name, (match[2] ?? '').trim()])
  }
  return { start, headers }
}

const messageOf = ({ start, headers }: Head, body: Uint8Array): SipMessage | null => {
  const response = /^SIP\/2\.0 +([1-6]\d\d)(?: +(.*))?$/i.exec(start)
  if (response !== null)
    return { kind: 'response', status: Number(response[1]), reason: response[2]?.trim() ?? '', headers, body }
  const request = /^([A-Z]{1,32}) +(\S{1,512}) +SIP\/2\.0$/.exec(start.trimEnd())
  return request === null ? null : { kind: 'request', method: request[1] ?? '', uri: request[2] ?? '', headers, body }
}

/** The declared length of the body: null when absent, NaN when it is no length or said twice differently. */
const lengthOf = (headers: readonly HeaderLine[]): number | null => {
  const values = headers.filter(([name]) => name.toLowerCase() === 'content-length').map(([, value]) => value)
  const [first] = values
  if (first === undefined) return null
  return /^\d{1,9}$/.test(first) && values.every((value) => value === first) ? Number(first) : Number.NaN
}

/** Reads one datagram; null when it is not one whole message. A body longer than declared is cut, a shorter one refused. */
export const parseSipDatagram = (datagram: Uint8Array, limits: SipLimits = sipLimits): SipMessage | null => {
  const end = headEnd(datagram)
  const bodyless = end === null ? { head: datagram.length, body: datagram.length } : end
  if (bodyless.head > limits.maxHeadBytes || datagram.length - bodyless.body > limits.maxBodyBytes) return null
  const trimmed = end === null ? datagram.subarray(0, trimEnd(datagram)) : datagram.subarray(0, bodyless.head)
  const head = readHead(trimmed, limits)
  if (head === null) return null
  const length = lengthOf(head.headers) ?? datagram.length - bodyless.body
  if (Number.isNaN(length) || length > datagram.length - bodyless.body) return null
  return messageOf(head, datagram.slice(bodyless.body, bodyless.body + length))
}
const trimEnd = (bytes: Uint8Array): number => {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 10 || bytes[end - 1] === 13)) end -= 1
  return end
}

export interface SipStream {
  /** Gives the messages that became whole; after `broken` there are no more. */
  readonly push: (bytes: Uint8Array) => readonly SipMessage[]
  /** True once the stream can no longer be split into messages: close the connection. */
  readonly broken: () => boolean
}

/** Splits a TCP stream by Content-Length, which RFC 3261 demands there; empty lines between messages are keep-alives. */
export const sipStream = (limits: SipLimits = sipLimits): SipStream => {
  const queue = byteQueue()
  let broken = false
  /** A head that was read while its body is still on the way. */
  let waiting: { readonly head: Head; readonly bodyAt: number; readonly length: number } | null = null
  const readWaiting = (): typeof waiting => {
    const blank = leadingBlank(queue.view())
    if (blank > 0) queue.consume(blank)
    const bytes = queue.view()
    const end = headEnd(bytes.subarray(0, limits.maxHeadBytes + 4))
    if (end === null) {
      if (bytes.length > limits.maxHeadBytes) broken = true
      return null
    }
    const head = readHead(bytes.subarray(0, end.head), limits)
    const length = head === null ? Number.NaN : (lengthOf(head.headers) ?? 0)
    if (head !== null && length <= limits.maxBodyBytes) return { head, bodyAt: end.body, length }
    broken = true
    return null
  }
  const next = (): SipMessage | null => {
    waiting ??= readWaiting()
    if (waiting === null || queue.length() < waiting.bodyAt + waiting.length) return null
    const { head, bodyAt, length } = waiting
    const message = messageOf(head, queue.view().slice(bodyAt, bodyAt + length))
    queue.consume(bodyAt + length)
    waiting = null
    if (message === null) broken = true
    return message
  }
  return {
    push: (bytes) => {
      const messages: SipMessage[] = []
      if (broken) return messages
      queue.append(bytes)
      for (let message = next(); message !== null; message = next()) messages.push(message)
      if (broken) queue.consume(queue.length())
      return messages
    },
    broken: () => broken,
  }
}
const leadingBlank = (bytes: Uint8Array): number => {
  let at = 0
  while (bytes[at] === 13 || bytes[at] === 10) at += 1
  return at
}
