/**
 * Reads the items between `CP=&&` and `&&`: readings of factors and parameters. The gateways spend most of their time
 * here, so it is one pass over the characters, and suffixes are compared as numbers.
 */
import { type CommandClass, carriesReadings } from './commands.ts'
import { isFactorCode } from './factors.ts'
import { MAX_SEGMENT } from './frames.ts'
import { type Note, noteOnce } from './notes.ts'

/** What a message says about one factor, in the device's own unit; null = not said. */
export interface Reading {
  readonly code: string
  readonly rtd: number | null
  readonly min: number | null
  readonly avg: number | null
  readonly max: number | null
  /** Total over the span (-Cou). */
  readonly cou: number | null
  /** The letter of -Flag, upper case. */
  readonly flag: string | null
  /** What else it says, by suffix ('ZsRtd', 'SampleTime', 'RS'). */
  readonly extra: ReadonlyMap<string, string> | null
}

export interface Items {
  readonly readings: Map<string, Reading>
  /** The items that are no readings. */
  readonly params: Map<string, string>
  /** A number in a `Flag` among the items: the header's Flag at the wrong place. */
  readonly headerFlag: string | null
}

type Figure = 'rtd' | 'min' | 'avg' | 'max' | 'cou'
type Mutable<T> = { -readonly [K in keyof T]: T[K] }
interface MutableReading extends Mutable<Omit<Reading, 'extra'>> {
  extra: Map<string, string> | null
}
interface State {
  readonly segment: string
  /** The characters of the segment, which are read faster than the text. */
  readonly bytes: Uint8Array
  readonly notes: Note[]
  readonly readings: Map<string, MutableReading>
  readonly params: Map<string, string>
  /** Which figure a value without a suffix is. */
  readonly bare: Figure
  last: MutableReading | null
  headerFlag: string | null
  defaultFlag: string | null
}

const COMMA = 0x2c
const DASH = 0x2d
const PLUS = 0x2b
const POINT = 0x2e
const SEMICOLON = 0x3b
const EQUALS = 0x3d

const POWERS = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)
/** No instrument reads more; beyond it a decimal number would be written with an exponent. */
const LARGEST = 1e15

/**
 * Gives the decimal number that the text writes from `from` to `to`, or null. No exponent, no blank, no 'NaN'.
 * Up to 15 digits it is one division of two exact numbers, so the nearest to what was written.
 */
const numberIn = ({ bytes, segment }: State, from: number, to: number): number | null => {
  const first = bytes[from] as number
  let value = 0
  let count = 0
  let point = -1
  for (let at = first === DASH || first === PLUS ? from + 1 : from; at < to; at += 1) {
    const code = bytes[at] as number
    if (code >= 48 && code <= 57) {
      value = value * 10 + code - 48
      count += 1
    } else if (code === POINT && point < 0) point = count
    else return null
  }
  if (count === 0) return null
  if (count > 15) value = Math.abs(Number(segment.slice(from, to)))
  else if (point >= 0) value /= POWERS[count - point] as number
  if (value >= LARGEST) return null
  return first === DASH ? -value : value
}

const packed = (name: string): number => [...name].reduce((sum, letter) => sum * 128 + letter.charCodeAt(0), 0)
const RTD = packed('Rtd')
const AVG = packed('Avg')
const MIN = packed('Min')
const MAX = packed('Max')
const COU = packed('Cou')
const FLAG = packed('Flag')

const KNOWN_EXTRA: ReadonlySet<string> = new Set([
  'ZsRtd',
  'ZsMin',
  'ZsAvg',
  'ZsMax',
  'SampleTime',
  'EFlag',
  'RS',
  'RT',
  'Info',
  'Data',
  'DayData',
  'NightData',
])
const LOOSE_SUFFIXES: ReadonlyMap<string, Figure | 'flag'> = new Map([
  ['rtd', 'rtd'],
  ['td', 'rtd'],
  ['min', 'min'],
  ['avg', 'avg'],
  ['max', 'max'],
  ['cou', 'cou'],
  ['flag', 'flag'],
])

/** Says whether `code` stands in the text at `from`; codes of one message differ at their ends. */
const standsAt = (bytes: Uint8Array, code: string, from: number): boolean => {
  for (let at = code.length - 1; at >= 0; at -= 1) if (bytes[from + at] !== code.charCodeAt(at)) return false
  return true
}

const readingAt = (state: State, from: number, to: number): MutableReading => {
  const { last, segment } = state
  if (last !== null && last.code.length === to - from && standsAt(state.bytes, last.code, from)) return last
  const code = segment.slice(from, to)
  let reading = state.readings.get(code)
  if (reading === undefined) {
    reading = { code, rtd: null, min: null, avg: null, max: null, cou: null, flag: null, extra: null }
    state.readings.set(code, reading)
  }
  state.last = reading
  return reading
}

const setFigure = (state: State, reading: MutableReading, figure: Figure, from: number, to: number): void => {
  const value = numberIn(state, from, to)
  if (value === null) noteOnce(state.notes, 'not-a-number')
  else if (reading[figure] === null) reading[figure] = value
  else noteOnce(state.notes, 'repeated-value')
}

const setFlag = (state: State, reading: MutableReading, from: number, to: number): void => {
  if (reading.flag !== null) noteOnce(state.notes, 'repeated-value')
  else if (to - from === 1 && (state.bytes[from] as number) < 0x61) reading.flag = state.segment.charAt(from)
  else reading.flag = state.segment.slice(from, to).toUpperCase()
}

const setOther = (state: State, reading: MutableReading, suffix: string, from: number, to: number): void => {
  const meant = LOOSE_SUFFIXES.get(suffix.toLowerCase())
  if (meant !== undefined) {
    noteOnce(state.notes, 'suffix-misspelt')
    if (meant === 'flag') setFlag(state, reading, from, to)
    else setFigure(state, reading, meant, from, to)
    return
  }
  if (!KNOWN_EXTRA.has(suffix)) noteOnce(state.notes, 'suffix-unknown')
  reading.extra ??= new Map()
  if (reading.extra.has(suffix)) noteOnce(state.notes, 'repeated-value')
  else reading.extra.set(suffix, state.segment.slice(from, to))
}

/** Takes an item with a suffix: `a34001-Rtd=217`. */
const takeSuffixed = (state: State, from: number, dash: number, equals: number, to: number): void => {
  const reading = readingAt(state, from, dash)
  const length = equals - dash - 1
  let suffix = 0
  if (length === 3 || length === 4)
    for (let at = dash + 1; at < equals; at += 1) suffix = suffix * 128 + (state.bytes[at] as number)
  if (suffix === RTD) setFigure(state, reading, 'rtd', equals + 1, to)
  else if (suffix === FLAG) setFlag(state, reading, equals + 1, to)
  else if (suffix === AVG) setFigure(state, reading, 'avg', equals + 1, to)
  else if (suffix === MIN) setFigure(state, reading, 'min', equals + 1, to)
  else if (suffix === MAX) setFigure(state, reading, 'max', equals + 1, to)
  else if (suffix === COU) setFigure(state, reading, 'cou', equals + 1, to)
  else setOther(state, reading, state.segment.slice(dash + 1, equals), equals + 1, to)
}

/** Takes an item without a suffix: a parameter, or a factor whose suffix was left out. */
const takePlain = (state: State, from: number, equals: number, to: number, inGroup: boolean): void => {
  const { last, notes, segment } = state
  const name = segment.slice(from, equals)
  const value = segment.slice(equals + 1, to)
  if (inGroup && last !== null && (name === 'Flag' || (name === last.code && /^[A-Za-z]$/.test(value)))) {
    noteOnce(notes, 'flag-without-suffix')
    last.flag ??= value.toUpperCase()
  } else if (name === 'Flag') {
    noteOnce(notes, 'flag-in-cp')
    if (/^\d{1,3}$/.test(value)) state.headerFlag ??= value
    else state.defaultFlag ??= value.toUpperCase()
  } else if (isFactorCode(name) && numberIn(state, equals + 1, to) !== null) {
    noteOnce(notes, 'suffix-missing')
    setFigure(state, readingAt(state, from, equals), state.bare, equals + 1, to)
  } else if (state.params.has(name)) noteOnce(notes, 'repeated-field')
  else state.params.set(name, value)
}

/** Where the characters of a segment lie while it is read; nothing of it is kept. */
const scratch = Buffer.alloc(MAX_SEGMENT)
const bytesOf = (segment: string): Uint8Array => {
  if (segment.length > MAX_SEGMENT) return Buffer.from(segment, 'latin1')
  scratch.write(segment, 'latin1')
  return scratch
}

/** Reads the items of a segment from `start` to `end`. */
export const readItems = (segment: string, start: number, end: number, kind: CommandClass, notes: Note[]): Items => {
  const bytes = bytesOf(segment)
  const state: State = {
    segment,
    bytes,
    notes,
    readings: new Map(),
    params: new Map(),
    bare: kind === 'real-time' ? 'rtd' : 'avg',
    last: null,
    headerFlag: null,
    defaultFlag: null,
  }
  let from = start
  let equals = -1
  let dash = -1
  let inGroup = false
  for (let at = start; at <= end; at += 1) {
    const code = at === end ? SEMICOLON : (bytes[at] as number)
    if (code > EQUALS) {
      if (code > 0x7e) noteOnce(notes, 'not-ascii')
    } else if (code === EQUALS) {
      if (equals < 0) equals = at
    } else if (code === DASH) {
      if (dash < 0 && equals < 0) dash = at
    } else if (code === SEMICOLON || code === COMMA) {
      if (equals > from && dash > from) takeSuffixed(state, from, dash, equals, at)
      else if (equals > from) takePlain(state, from, equals, at, inGroup)
      else if (at > from) noteOnce(notes, 'item-malformed')
      else if (at === end && at > start) noteOnce(notes, 'cp-separator-at-end')
      from = at + 1
      equals = -1
      dash = -1
      inGroup = code === COMMA
    } else if (code < 0x20) noteOnce(notes, 'not-ascii')
  }
  for (const reading of state.readings.values())
    if (reading.flag === null) {
      reading.flag = state.defaultFlag
      if (state.defaultFlag === null && carriesReadings(kind)) noteOnce(notes, 'item-flag-missing')
    }
  return { readings: state.readings, params: state.params, headerFlag: state.headerFlag }
}
