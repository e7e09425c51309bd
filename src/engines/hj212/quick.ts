/**
 * The quick way through real-time messages: a station sends the same codes in the same order every time, so its next message is
 * read by the layout of the one before. What the layout does not fit is read by `parseSegment`, which alone knows the standard.
 */
import { isDecimal, type Layout, layoutOf, type Slot } from '../wire/layout.ts'
import { crcOf } from './crc.ts'
import type { Message } from './message.ts'
import { wallMsOf } from './wall-time.ts'

export interface QuickLayout {
  /** Whether the bytes from `from` to `to` are a message of this layout; its figures then stand in `quickFigures`. */
  readonly read: (bytes: Uint8Array, from: number, to: number) => boolean
  /** Where the figure that counts for a code stands in `quickFigures`; undefined: the message has none. */
  readonly slotOf: (code: string) => number | undefined
}

/** Request number and DataTime as figures, in the places in which every quick message has them. */
const QN_DAY = 0
const QN_CLOCK = 1
const DATA_DAY = 2
const DATA_CLOCK = 3
const MOST_SLOTS = 128
/** The figures of the message that was read last. */
export const quickFigures = new Float64Array(MOST_SLOTS)

let knownDay = -1
let knownMs = Number.NaN
/** Milliseconds since 1970 UTC of a day (yyyyMMdd) and a clock (HHmmss) of Asia/Shanghai; NaN: no such moment. */
const msOfWall = (day: number, clock: number, ms: number): number => {
  if (day !== knownDay) {
    knownDay = day
    knownMs = wallMsOf(String(day))
  }
  const hour = Math.floor(clock / 10_000)
  const minute = Math.floor(clock / 100) - hour * 100
  const second = clock - hour * 10_000 - minute * 100
  return hour > 23 || minute > 59 || second > 59
    ? Number.NaN
    : knownMs + ((hour * 60 + minute) * 60 + second) * 1000 + ms
}
/** The moment of the request number of the message that was read last, ms; NaN: none. */
export const quickQnMs = (): number => {
  const clock = Math.floor((quickFigures[QN_CLOCK] as number) / 1000)
  return msOfWall(quickFigures[QN_DAY] as number, clock, (quickFigures[QN_CLOCK] as number) - clock * 1000)
}
/** The moment of DataTime of the message that was read last, ms; NaN: none. */
export const quickDataMs = (): number =>
  msOfWall(quickFigures[DATA_DAY] as number, quickFigures[DATA_CLOCK] as number, 0)

const QN = /^QN=(\d{17});/
const TIME = /^DataTime=(\d{14})$/
const FIGURE = /^([A-Za-z0-9]+)-(Rtd|Avg|Min|Max|Cou)=(.*)$/
const LETTER = /^[A-Za-z0-9]+-Flag=[A-Z]$/
const digits = (from: number, ...lengths: readonly number[]): readonly Slot[] => {
  let at = from
  return lengths.map((length) => {
    at += length
    return { from: at - length, to: at, kind: 'digits' }
  })
}

/** Learns the layout of a message from its segment; null where it is anything but ordinary. */
export const learnQuick = (segment: string, message: Message): QuickLayout | null => {
  const qn = QN.exec(segment)?.[1]
  if (message.class !== 'real-time' || message.flag.split || message.dataTime === null) return null
  if (qn === undefined || qn !== message.qn) return null
  const slots: Slot[] = [...digits(3, 8, 9)]
  const places = new Map<string, number>()
  const end = segment.length - 2
  let from = segment.indexOf('CP=&&') + 5
  let timed = false
  for (const item of segment.slice(from, end).split(/[;,]/)) {
    const figure = FIGURE.exec(item)
    if (TIME.test(item)) {
      // Whatever stands before it would have another place among the figures.
      if (timed || slots.length !== DATA_DAY) return null
      timed = true
      slots.push(...digits(from + 9, 8, 6))
    } else if (figure !== null) {
      const [, code = '', suffix = '', text = ''] = figure
      const key = `${code} ${suffix}`
      if (places.has(key) || !isDecimal(text)) return null
      places.set(key, slots.length)
      slots.push({ from: from + item.length - text.length, to: from + item.length, kind: 'decimal' })
    } else if (!LETTER.test(item)) return null
    from += item.length + 1
  }
  if (!timed || slots.length > MOST_SLOTS || from !== end + 1) return null
  const example = Buffer.from(segment, 'latin1')
  const layout: Layout = layoutOf(example, slots)
  const slotOf = (code: string): number | undefined => places.get(`${code} Rtd`) ?? places.get(`${code} Avg`)
  const read: QuickLayout['read'] = (bytes, start, until) => layout.read(bytes, start, until, quickFigures)
  // What is read quickly must be what was read slowly.
  if (!read(example, 0, example.length)) return null
  for (const [code, { rtd, avg }] of message.readings) {
    const slot = slotOf(code)
    if ((slot === undefined ? null : quickFigures[slot]) !== (rtd ?? avg)) return null
  }
  return { read, slotOf }
}

// ------------------------------------------------------------------------------------------ answers

/** The answers to messages of one layout: they differ in the request number only. */
export interface QuickAnswer {
  readonly length: number
  /** Writes the answer to the request number (yyyyMMdd and HHmmssSSS) into `out` from `at` on. */
  readonly write: (out: Uint8Array, at: number, day: number, clock: number) => void
}
/** Where the digits of the request number stand in a frame: behind `##`, the length and `QN=`. */
const QN_AT = 9
const HEX = Uint8Array.from('0123456789ABCDEF', (letter) => letter.charCodeAt(0))
const writeDigits = (out: Uint8Array, from: number, length: number, value: number): void => {
  let rest = value
  for (let at = from + length - 1; at >= from; at -= 1) {
    const next = (rest / 10) | 0
    out[at] = 0x30 + rest - next * 10
    rest = next
  }
}
/** Makes the answers like one whole frame, whose request number is `qn`; null where it stands elsewhere. */
export const quickAnswer = (frame: Uint8Array, qn: string): QuickAnswer | null => {
  const { length } = frame
  if (Buffer.from(frame).toString('latin1', QN_AT - 3, QN_AT + 18) !== `QN=${qn};` || qn.length !== 17) return null
  return {
    length,
    write: (out, at, day, clock) => {
      out.set(frame, at)
      writeDigits(out, at + QN_AT, 8, day)
      writeDigits(out, at + QN_AT + 8, 9, clock)
      const end = at + length - 6
      const crc = crcOf(out, at + 6, end)
      out[end] = HEX[crc >> 12] as number
      out[end + 1] = HEX[(crc >> 8) & 15] as number
      out[end + 2] = HEX[(crc >> 4) & 15] as number
      out[end + 3] = HEX[crc & 15] as number
    },
  }
}
/** Of the message that was read last: its request number as `QuickAnswer.write` takes it. */
export const quickQnDay = (): number => quickFigures[QN_DAY] as number
export const quickQnClock = (): number => quickFigures[QN_CLOCK] as number
