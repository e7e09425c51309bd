/** The number and text forms of JT/T 808: big-endian integers, BCD, GBK. */
import iconv from 'iconv-lite'
import { type Instant, instantFromMs } from '../../kernel/time.ts'
import { wallMsOf, wallTextOf } from '../hj212/wall-time.ts'

export const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
export const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) * 0x10000 + u16(bytes, at + 2)

/** Gives the digits of packed BCD; nibbles above 9 come out as letters a to f. */
export const bcdText = (bytes: Uint8Array, from: number, to: number): string => {
  let text = ''
  for (let at = from; at < to; at += 1) text += (bytes[at] ?? 0).toString(16).padStart(2, '0')
  return text
}

/** Gives GBK text up to the first NUL behind its beginning, without padding on either side. */
export const gbkText = (bytes: Uint8Array, from: number, to: number): string => {
  let start = from
  while (start < to && (bytes[start] === 0 || bytes[start] === 0x20)) start += 1
  const nul = bytes.subarray(start, to).indexOf(0)
  return iconv.decode(Buffer.from(bytes.subarray(start, nul < 0 ? to : start + nul)), 'gbk').trimEnd()
}

/** Gives the instant of 'yyMMddHHmmss' in BCD, GMT+8 (years 2000 to 2099), or null when there is no such moment. */
export const bcdInstant = (bytes: Uint8Array, at: number): Instant | null => {
  const ms = wallMsOf(`20${bcdText(bytes, at, at + 6)}`)
  return Number.isNaN(ms) ? null : instantFromMs(ms)
}

/** Collects the octets of a message. Every number is checked to fit its field: a RangeError says which does not. */
export interface OctetWriter {
  readonly u8: (value: number) => OctetWriter
  readonly u16: (value: number) => OctetWriter
  readonly u32: (value: number) => OctetWriter
  readonly raw: (bytes: Uint8Array) => OctetWriter
  /** Digits as packed BCD of `length` octets, zeros before. */
  readonly bcd: (digits: string, length: number) => OctetWriter
  /** GBK text; with `length` padded by NUL behind. */
  readonly gbk: (text: string, length?: number) => OctetWriter
  /** 'yyMMddHHmmss' in BCD, GMT+8. */
  readonly time: (at: Instant) => OctetWriter
  readonly done: () => Uint8Array
}

export const octets = (): OctetWriter => {
  const out: number[] = []
  const unsigned = (value: number, width: number): void => {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * width))
      throw new RangeError(`${value} does not fit ${width} octets`)
    for (let shift = width - 1; shift >= 0; shift -= 1) out.push(Math.floor(value / 2 ** (8 * shift)) & 0xff)
  }
  const writer: OctetWriter = {
    u8: (value) => {
      unsigned(value, 1)
      return writer
    },
    u16: (value) => {
      unsigned(value, 2)
      return writer
    },
    u32: (value) => {
      unsigned(value, 4)
      return writer
    },
    raw: (bytes) => {
      for (const byte of bytes) out.push(byte)
      return writer
    },
    bcd: (digits, length) => {
      if (!/^\d*$/.test(digits) || digits.length > length * 2)
        throw new RangeError(`${digits} does not fit ${length} BCD`)
      const padded = digits.padStart(length * 2, '0')
      for (let at = 0; at < padded.length; at += 2) out.push(Number.parseInt(padded.slice(at, at + 2), 16))
      return writer
    },
    gbk: (text, length) => {
      const bytes = iconv.encode(text, 'gbk')
      if (length !== undefined && bytes.length > length) throw new RangeError(`${text} does not fit ${length} octets`)
      for (const byte of bytes) out.push(byte)
      for (let at = bytes.length; at < (length ?? 0); at += 1) out.push(0)
      return writer
    },
    time: (at) => writer.bcd(wallTextOf(at).slice(2), 6),
    done: () => Uint8Array.from(out),
  }
  return writer
}
