/** The header of a JT/T 808 message in its two layouts, and the putting together of messages in parts. */
import { type Instant, msOf } from '../../kernel/time.ts'
import { bcdText, octets, u16 } from './octets.ts'

/** 2013 (and 2011): phone of 6 octets. 2019: a version octet, then a phone of 10. */
export type Layout = '2013' | '2019'

export type HeaderNote =
  | 'version-bit-wrong' // bit 14 says another layout than the length
  | 'split-bit-wrong' // bit 13 is set, the part numbers are not there
  | 'phone-not-bcd'
  | 'encrypted'

export interface RawMessage {
  readonly id: number
  readonly layout: Layout
  /** The version octet of the 2019 layout, 0 in the older one. */
  readonly version: number
  /** Bits 10 to 12 of the attribute: 0 = clear, 1 = RSA. An encrypted body is not decoded. */
  readonly encryption: number
  /** All digits of the phone, as an answer repeats them. */
  readonly phone: string
  /** The phone without leading zeros: the same in either layout, so the identity of the terminal. */
  readonly terminal: string
  readonly serial: number
  readonly part: { readonly total: number; readonly index: number } | null
  readonly body: Uint8Array
  readonly notes: readonly HeaderNote[]
}

const SPLIT_BIT = 0x2000
const VERSION_BIT = 0x4000
const LENGTH_BITS = 0x03ff
const HEADER_LENGTH: Readonly<Record<Layout, number>> = { '2013': 12, '2019': 17 }

/**
 * Reads the header. Terminals set the version bit wrongly, so the layout is the one with which header and declared body
 * fill the frame; they differ by five octets, so never both do. Null when neither does.
 */
export const parseHeader = (frame: Uint8Array): RawMessage | null => {
  const attribute = u16(frame, 2)
  const declared = attribute & LENGTH_BITS
  const split = (attribute & SPLIT_BIT) !== 0
  const said: Layout = (attribute & VERSION_BIT) !== 0 ? '2019' : '2013'
  const numbers = split ? [4, 0] : [0]
  for (const partLength of numbers)
    for (const layout of ['2013', '2019'] as const) {
      const start = HEADER_LENGTH[layout] + partLength
      if (start + declared !== frame.length) continue
      const phoneAt = layout === '2013' ? 4 : 5
      const phoneEnd = HEADER_LENGTH[layout] - 2
      const phone = bcdText(frame, phoneAt, phoneEnd)
      const encryption = (attribute >> 10) & 7
      const notes: HeaderNote[] = []
      if (layout !== said) notes.push('version-bit-wrong')
      if (split && partLength === 0) notes.push('split-bit-wrong')
      if (!/^\d+$/.test(phone)) notes.push('phone-not-bcd')
      if (encryption !== 0) notes.push('encrypted')
      return {
        id: u16(frame, 0),
        layout,
        version: layout === '2019' ? (frame[4] as number) : 0,
        encryption,
        phone,
        terminal: phone.replace(/^0+(?=.)/, ''),
        serial: u16(frame, phoneEnd),
        part: partLength === 0 ? null : { total: u16(frame, phoneEnd + 2), index: u16(frame, phoneEnd + 4) },
        body: frame.subarray(start),
        notes,
      }
    }
  return null
}

export interface HeaderToSend {
  readonly id: number
  readonly layout: Layout
  readonly version?: number
  /** Digits; zeros are put before. */
  readonly phone: string
  readonly serial: number
}
/** Longest body of one frame. */
export const MAX_BODY = LENGTH_BITS

/** Gives header and body, ready for `frameOf`; several, with serials counting on, when the body needs parts. */
export const packMessage = (header: HeaderToSend, body: Uint8Array): readonly Uint8Array[] => {
  const total = Math.max(1, Math.ceil(body.length / MAX_BODY))
  return Array.from({ length: total }, (_, index) => {
    const piece = body.subarray(index * MAX_BODY, (index + 1) * MAX_BODY)
    const is2019 = header.layout === '2019'
    const writer = octets()
      .u16(header.id)
      .u16(piece.length | (total > 1 ? SPLIT_BIT : 0) | (is2019 ? VERSION_BIT : 0))
    if (is2019) writer.u8(header.version ?? 1)
    writer.bcd(header.phone.replace(/^0+/, ''), is2019 ? 10 : 6).u16((header.serial + index) % 0x10000)
    if (total > 1) writer.u16(total).u16(index + 1)
    return writer.raw(piece).done()
  })
}

export type Assembled =
  | { readonly kind: 'whole'; readonly message: RawMessage }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'repeated' }
  /** The part numbers make no sense, or the whole would be too large. */
  | { readonly kind: 'refused' }

export interface Reassembly {
  readonly add: (message: RawMessage, now: Instant) => Assembled
  /** Gives up what has waited too long; gives how many messages that were. */
  readonly expire: (now: Instant) => number
}
interface Open {
  readonly since: number
  readonly parts: Map<number, RawMessage>
}

/** Puts messages in parts together; at most `maxOpen` at a time, the oldest makes room. */
export const createReassembly = ({
  waitMs = 120_000,
  maxOpen = 16,
  maxParts = 1024,
}: {
  readonly waitMs?: number
  readonly maxOpen?: number
  readonly maxParts?: number
} = {}): Reassembly => {
  const open = new Map<string, Open>()
  const add = (message: RawMessage, now: Instant): Assembled => {
    if (message.part === null) return { kind: 'whole', message }
    const { total, index } = message.part
    if (index < 1 || index > total || total > maxParts) return { kind: 'refused' }
    // The serials of the parts count on from the first one's, which tells two transfers of a terminal apart.
    const first = (message.serial - index + 1 + 0x10000) % 0x10000
    const key = `${message.terminal}/${message.id}/${total}/${first}`
    let entry = open.get(key)
    if (entry === undefined) {
      const [oldest] = open.keys()
      if (open.size >= maxOpen && oldest !== undefined) open.delete(oldest)
      entry = { since: msOf(now), parts: new Map() }
      open.set(key, entry)
    }
    if (entry.parts.has(index)) return { kind: 'repeated' }
    entry.parts.set(index, message)
    if (entry.parts.size < total) return { kind: 'waiting' }
    open.delete(key)
    const writer = octets()
    for (let at = 1; at <= total; at += 1) writer.raw(entry.parts.get(at)?.body ?? new Uint8Array())
    return { kind: 'whole', message: { ...message, part: null, body: writer.done() } }
  }
  const expire = (now: Instant): number => {
    let gone = 0
    for (const [key, entry] of open)
      if (entry.since + waitMs <= msOf(now)) {
        open.delete(key)
        gone += 1
      }
    return gone
  }
  return { add, expire }
}
