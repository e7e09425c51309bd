/**
 * Cuts a byte stream of HJ 212 into frames: `##` + length (4 digits) + data segment + CRC (4 hexadecimal digits) + CR LF.
 *
 * What comes out depends on the bytes alone, never on where the network cut them. `##` cannot occur inside a frame, so
 * a second one before the declared end proves the first frame broken, and reading goes on at the second. A frame is
 * given out as soon as its CRC is there: many devices send no CR LF, and waiting for it would delay their answer for ever.
 */
import { crcOf } from './crc.ts'
import type { Note } from './notes.ts'

const HASH = 0x23
const CR = 0x0d
const LF = 0x0a
const SPACE = 0x20
const CRC_LENGTH = 4
/** The length field has four digits, so no data segment is longer. */
export const MAX_SEGMENT = 9999
/** The shortest segment that can name a command ('CN=2011;CP=&&&&' has 15 characters). */
const MIN_SEGMENT = 15
/** How many bytes of a fault or of garbage are kept to show to an operator. */
const SAMPLE_LENGTH = 64

/**
 * Why a frame was given up: `length` = the length field is no number of an acceptable size; `cut` = the next frame began
 * before the declared end; `crc` = the check value does not fit.
 */
export type FrameFault = 'length' | 'cut' | 'crc'

export type StreamEvent =
  /** `segment` is the data segment, one character a byte (ISO 8859-1). */
  | { readonly kind: 'frame'; readonly segment: string; readonly notes: readonly Note[] }
  /** `sample` begins with the `##` of the frame that was given up. */
  | { readonly kind: 'fault'; readonly reason: FrameFault; readonly sample: string }
  /** Bytes outside any frame, told when the next frame begins. `count` is how many, `sample` the first of them. */
  | { readonly kind: 'garbage'; readonly count: number; readonly sample: string }
  /** The frame before was not followed by CR LF. */
  | { readonly kind: 'no-line-end' }

/** Is told what became certain, in order, while the bytes are read. */
export interface FrameSink {
  readonly event: (event: StreamEvent) => void
  /**
   * Offered the data segment of each ordinary frame as it lies in the bytes, from `from` to `to`, its check value tested. True:
   * it was taken, and no event tells of it. The segment holds no second beginning of a frame only if its reader sees to that.
   */
  readonly quick?: (bytes: Uint8Array, from: number, to: number) => boolean
}
export interface FrameSplitter {
  /** Takes the next bytes of the connection and gives what became certain. The bytes may be reused afterwards. */
  readonly feed: (bytes: Uint8Array) => readonly StreamEvent[]
  /** The same, told one by one. */
  readonly read: (bytes: Uint8Array, sink: FrameSink) => void
  /** How many bytes wait for the rest of their frame. Never more than `maxSegment` + 10. */
  readonly waiting: () => number
  /** How many bytes of garbage came since the last frame and are not yet told. */
  readonly garbage: () => number
}

interface SplitterOptions {
  /** Longest acceptable data segment in bytes. The 2017 text allows 1024; devices exceed it. */
  readonly maxSegment?: number
}

interface Length {
  readonly length: number
  readonly digits: number
  readonly note: Note | null
}

const NOTHING = Buffer.alloc(0)
const NO_NOTES: readonly Note[] = []
const CRC_LOWER: readonly Note[] = ['crc-lower-case']
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39
const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)

/** Reads the length field at `at`; null when it is none. Devices pad with spaces or leave leading zeros out. */
const lengthAt = (bytes: Uint8Array, at: number): Length | null => {
  let length = 0
  let digits = 0
  let note: Note | null = null
  for (let index = 0; index < 4; index += 1) {
    const byte = bytes[at + index] as number
    if (isDigit(byte)) {
      length = length * 10 + byte - 0x30
      digits += 1
    } else if (byte === SPACE && digits === 0) note = 'length-padded'
    else if (digits >= 2 && isLetter(byte)) return { length, digits: index, note: 'length-short' }
    else return null
  }
  return digits >= 2 ? { length, digits: 4, note } : null
}

/** Gives the value of a hexadecimal digit, or -1. */
const nibble = (byte: number): number =>
  byte >= 0x30 && byte <= 0x39
    ? byte - 0x30
    : byte >= 0x41 && byte <= 0x46
      ? byte - 55
      : byte >= 0x61 && byte <= 0x66
        ? byte - 87
        : -1

/** Reads the CRC digits at `at`: -1 when they are none. */
const crcAt = (bytes: Uint8Array, at: number): number => {
  let value = 0
  for (let index = at; index < at + CRC_LENGTH; index += 1) {
    const digit = nibble(bytes[index] as number)
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}
const isLowerCase = (bytes: Uint8Array, at: number): boolean => {
  for (let index = at; index < at + CRC_LENGTH; index += 1) if ((bytes[index] as number) >= 0x61) return true
  return false
}

/** Finds the next `##` from `from` on, or -1. */
const beginningAt = (buffer: Buffer, from: number): number => {
  let at = buffer.indexOf(HASH, from)
  while (at >= 0 && buffer[at + 1] !== HASH) at = buffer.indexOf(HASH, at + 1)
  return at
}

/** Makes the splitter of one connection. */
export const createSplitter = ({ maxSegment = MAX_SEGMENT }: SplitterOptions = {}): FrameSplitter => {
  let kept: Buffer = NOTHING
  let garbageCount = 0
  let garbageSample = ''
  /** What of a line end is due; after a fault it may be there or not. */
  let lineEnd: 'none' | 'cr-or-lf' | 'lf' | 'after-fault' = 'none'

  const skip = (buffer: Buffer, from: number, to: number): void => {
    if (to <= from) return
    garbageCount += to - from
    if (garbageSample.length < SAMPLE_LENGTH)
      garbageSample += buffer.toString('latin1', from, Math.min(to, from + SAMPLE_LENGTH - garbageSample.length))
  }
  const tell = (sink: FrameSink, event: StreamEvent): void => {
    if (garbageCount > 0) {
      const garbage = { kind: 'garbage', count: garbageCount, sample: garbageSample } as const
      garbageCount = 0
      garbageSample = ''
      sink.event(garbage)
    }
    sink.event(event)
  }
  const sampleOf = (buffer: Buffer, from: number, to: number): string =>
    buffer.toString('latin1', from, Math.min(to, from + SAMPLE_LENGTH))

  /** Takes the line end that belongs to the frame before; gives where reading goes on. */
  const takeLineEnd = (sink: FrameSink, buffer: Buffer, from: number): number => {
    let at = from
    if ((lineEnd === 'cr-or-lf' || lineEnd === 'after-fault') && at < buffer.length) {
      if (buffer[at] === CR) {
        lineEnd = 'lf'
        at += 1
      } else if (buffer[at] !== LF) {
        if (lineEnd === 'cr-or-lf') sink.event({ kind: 'no-line-end' })
        lineEnd = 'none'
      }
    }
    if (lineEnd !== 'none' && at < buffer.length) {
      if (buffer[at] === LF) at += 1
      lineEnd = 'none'
    }
    return at
  }

  /** Reads what begins with the `##` at `start`: gives where reading goes on, or -1 when more bytes are needed. */
  const takeFrame = (sink: FrameSink, buffer: Buffer, start: number): number => {
    if (buffer.length - start < 3) return -1
    if (buffer[start + 2] === HASH) {
      skip(buffer, start, start + 1)
      return start + 1
    }
    if (buffer.length - start < 6) return -1
    const field = lengthAt(buffer, start + 2)
    if (field === null || field.length < MIN_SEGMENT || field.length > maxSegment) {
      tell(sink, { kind: 'fault', reason: 'length', sample: sampleOf(buffer, start, start + 6) })
      return start + 2
    }
    const segmentStart = start + 2 + field.digits
    const segmentEnd = segmentStart + field.length
    const end = segmentEnd + CRC_LENGTH
    const next = beginningAt(buffer, segmentStart)
    if (next >= 0 && next + 2 <= end) {
      tell(sink, { kind: 'fault', reason: 'cut', sample: sampleOf(buffer, start, next) })
      return next
    }
    if (buffer.length < end) return -1
    if (crcAt(buffer, segmentEnd) !== crcOf(buffer, segmentStart, segmentEnd)) {
      tell(sink, { kind: 'fault', reason: 'crc', sample: sampleOf(buffer, start, end) })
      lineEnd = 'after-fault'
      return buffer[end - 1] === HASH ? end - 1 : end
    }
    const lower = isLowerCase(buffer, segmentEnd)
    const notes =
      field.note === null ? (lower ? CRC_LOWER : NO_NOTES) : lower ? [field.note, ...CRC_LOWER] : [field.note]
    tell(sink, { kind: 'frame', segment: buffer.toString('latin1', segmentStart, segmentEnd), notes })
    lineEnd = 'cr-or-lf'
    return end
  }

  /** Offers the frame that begins at `start` to the quick reader: gives where reading goes on, or -1 when it is not taken. */
  const takeQuick = (buffer: Buffer, start: number, quick: NonNullable<FrameSink['quick']>): number => {
    if (garbageCount > 0 || buffer.length - start < MIN_SEGMENT + 10 || buffer[start + 1] !== HASH) return -1
    let length = 0
    for (let at = start + 2; at < start + 6; at += 1) {
      const byte = buffer[at] as number
      if (!isDigit(byte)) return -1
      length = length * 10 + byte - 0x30
    }
    const from = start + 6
    const to = from + length
    if (length < MIN_SEGMENT || length > maxSegment || buffer.length < to + CRC_LENGTH) return -1
    if (crcAt(buffer, to) !== crcOf(buffer, from, to) || !quick(buffer, from, to)) return -1
    lineEnd = 'cr-or-lf'
    return to + CRC_LENGTH
  }

  const read = (bytes: Uint8Array, sink: FrameSink): void => {
    const given = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const buffer = kept.length === 0 ? given : Buffer.concat([kept, given])
    let at = 0
    for (;;) {
      at = takeLineEnd(sink, buffer, at)
      if (sink.quick !== undefined && buffer[at] === HASH) {
        const next = takeQuick(buffer, at, sink.quick)
        if (next >= 0) {
          at = next
          continue
        }
      }
      const start = beginningAt(buffer, at)
      // A single # at the end may be the first half of a beginning.
      const until = start >= 0 ? start : buffer.length - (buffer.length > at && buffer.at(-1) === HASH ? 1 : 0)
      skip(buffer, at, until)
      at = until
      const next = start >= 0 ? takeFrame(sink, buffer, start) : -1
      if (next < 0) break
      at = next
    }
    kept = at >= buffer.length ? NOTHING : Buffer.from(buffer.subarray(at))
  }
  const feed = (bytes: Uint8Array): readonly StreamEvent[] => {
    const events: StreamEvent[] = []
    read(bytes, {
      event: (event) => {
        events.push(event)
      },
    })
    return events
  }

  return { feed, read, waiting: () => kept.length, garbage: () => garbageCount }
}
