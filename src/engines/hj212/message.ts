/**
 * Reads the data segment of a frame, whatever the edition of the standard (HJ/T 212-2005, HJ 212-2017 or a later one)
 * and whatever the device got wrong that can be read without guessing: each deviation becomes a note.
 */
import { type Instant, msOf } from '../../kernel/time.ts'
import { type CommandClass, classOf } from './commands.ts'
import { type Reading, readItems } from './items.ts'
import { type Note, noteOnce } from './notes.ts'
import { instantOfWall, wallMsOf } from './wall-time.ts'

export interface MessageFlag {
  /** The number as sent; null when it is missing. */
  readonly raw: number | null
  /** The edition that the version bits name. Devices are wrong about it: use it to answer in kind, not to parse. */
  readonly version: '2005' | '2017' | 'later'
  /** PNUM and PNO belong to the message. */
  readonly split: boolean
  /** The device waits for an answer. */
  readonly answer: boolean
}

export interface Message {
  /** Request number as sent. An answer repeats it. */
  readonly qn: string | null
  readonly st: string | null
  readonly cn: string
  readonly class: CommandClass
  readonly pw: string | null
  readonly mn: string
  readonly flag: MessageFlag
  /** How many parts the whole has, and which of them this is (from 1); null unless both are there and sensible. */
  readonly pnum: number | null
  readonly pno: number | null
  readonly dataTime: Instant | null
  readonly readings: ReadonlyMap<string, Reading>
  /** The items of CP that are no readings ('RtdInterval', 'QnRtn', 'RestartTime'). */
  readonly params: ReadonlyMap<string, string>
  readonly notes: readonly Note[]
}

/**
 * Why a segment cannot be read: `no-data` = no `CP=&&`; `no-end` = it does not end with `&&`; `no-mn`, `no-cn` = nobody
 * can say whose or what it is.
 */
export type SegmentFault = 'no-data' | 'no-end' | 'no-mn' | 'no-cn'

export type Parsed =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'fault'; readonly reason: SegmentFault }

/** Between which times a message's own times are believed, in milliseconds since 1970 UTC. */
export interface TimeWindow {
  readonly earliest: number
  readonly latest: number
}
const AHEAD_MS = 10 * 60_000
const BEHIND_MS = 30 * 86_400_000
/**
 * Gives the window of messages that come at `now`: how far a device's clock may be ahead, and how old a reading may be
 * (devices re-send after an outage).
 */
export const windowAt = (
  now: Instant,
  { aheadMs = AHEAD_MS, behindMs = BEHIND_MS }: { readonly aheadMs?: number; readonly behindMs?: number } = {},
): TimeWindow => ({ earliest: msOf(now) - behindMs, latest: msOf(now) + aheadMs })

const FLAGLESS: MessageFlag = { raw: null, version: '2005', split: false, answer: false }
const flags: readonly MessageFlag[] = Array.from({ length: 256 }, (_, raw) => ({
  raw,
  version: raw >> 2 === 0 ? '2005' : raw >> 2 === 1 ? '2017' : 'later',
  split: (raw & 2) !== 0,
  answer: (raw & 1) !== 0,
}))
/** Gives what the number of a Flag field says: upper six bits version, then split, then answer. */
export const flagOf = (raw: number): MessageFlag => flags[raw] ?? FLAGLESS

/** Longer than any edition has; without the characters that separate fields. */
const MN_TEXT = /^[\x21\x22\x24\x25\x27-\x2b\x2d-\x3a\x3c\x3e-\x7e]{1,64}$/

/** The fields before CP, as sent. */
interface Header {
  qn: string | null
  st: string | null
  cn: string | null
  pw: string | null
  mn: string | null
  flag: string | null
  pnum: string | null
  pno: string | null
}
const FIELDS: ReadonlyMap<string, keyof Header> = new Map([
  ['QN', 'qn'],
  ['ST', 'st'],
  ['CN', 'cn'],
  ['PW', 'pw'],
  ['MN', 'mn'],
  ['FLAG', 'flag'],
  ['PNUM', 'pnum'],
  ['PNO', 'pno'],
])

const readHeader = (segment: string, end: number, notes: Note[]): Header => {
  const header: Header = { qn: null, st: null, cn: null, pw: null, mn: null, flag: null, pnum: null, pno: null }
  for (let at = 0; at < end; ) {
    const semicolon = segment.indexOf(';', at)
    const until = semicolon < 0 || semicolon > end ? end : semicolon
    const equals = segment.indexOf('=', at)
    if (equals > at && equals < until) {
      const name = segment.slice(at, equals)
      const field = FIELDS.get(name) ?? FIELDS.get(name.trim().toUpperCase())
      if (field === undefined) noteOnce(notes, 'unknown-field')
      else if (header[field] === null) header[field] = segment.slice(equals + 1, until)
      else noteOnce(notes, 'repeated-field')
    } else if (until > at) noteOnce(notes, 'item-malformed')
    at = until + 1
  }
  return header
}

const flagFrom = (text: string | null, notes: Note[]): MessageFlag => {
  if (text === null) {
    noteOnce(notes, 'no-flag')
    return FLAGLESS
  }
  const flag = /^\d{1,3}$/.test(text) ? flags[Number(text)] : undefined
  if (flag === undefined) noteOnce(notes, 'flag-malformed')
  else if (flag.version === 'later') noteOnce(notes, 'later-version')
  return flag ?? FLAGLESS
}

/** Parses the data segment of a frame whose CRC fits; `frameNotes` is what the splitter noted about the frame. */
export const parseSegment = (
  segment: string,
  { earliest, latest }: TimeWindow,
  frameNotes: readonly Note[] = [],
): Parsed => {
  const cpAt = segment.indexOf('CP=&&')
  if (cpAt < 0) return { kind: 'fault', reason: 'no-data' }
  const start = cpAt + 5
  const end = segment.length - 2
  if (end < start || !segment.endsWith('&&')) return { kind: 'fault', reason: 'no-end' }
  const notes: Note[] = [...frameNotes]
  const header = readHeader(segment, cpAt, notes)
  const { qn, st, cn, pw, mn } = header
  if (mn === null || !MN_TEXT.test(mn)) return { kind: 'fault', reason: 'no-mn' }
  if (cn === null || !/^[0-9]{4}$/.test(cn)) return { kind: 'fault', reason: 'no-cn' }
  if (mn.length !== 24 && mn.length !== 14) noteOnce(notes, 'mn-length')
  if (st === null || st === '') noteOnce(notes, 'no-st')
  if (pw === null) noteOnce(notes, 'no-pw')

  const kind = classOf(cn)
  const { readings, params, headerFlag } = readItems(segment, start, end, kind, notes)
  const flag = flagFrom(header.flag ?? headerFlag, notes)

  const pnum = partOf(header.pnum)
  const pno = partOf(header.pno)
  const numbered = pnum !== null && pno !== null && pno <= pnum
  if (flag.split && !numbered) noteOnce(notes, 'split-without-numbers')
  if (!flag.split && numbered && pnum > 1) noteOnce(notes, 'numbers-without-split')

  if (qn === null || qn === '') noteOnce(notes, 'no-qn')
  else {
    const qnAt = wallMsOf(qn)
    if (Number.isNaN(qnAt)) noteOnce(notes, 'qn-malformed')
    else if (qnAt < earliest || qnAt > latest) noteOnce(notes, 'qn-implausible')
  }
  const timeText = params.get('DataTime')
  let dataTime: Instant | null = null
  if (timeText !== undefined) {
    params.delete('DataTime')
    const ms = wallMsOf(timeText)
    if (Number.isNaN(ms)) noteOnce(notes, 'data-time-malformed')
    else {
      dataTime = instantOfWall(timeText, ms)
      if (ms > latest) noteOnce(notes, 'data-time-ahead')
      else if (ms < earliest) noteOnce(notes, 'data-time-old')
    }
  } else if (readings.size > 0) noteOnce(notes, 'no-data-time')

  return {
    kind: 'message',
    message: {
      qn: qn === '' ? null : qn,
      st: st === '' ? null : st,
      cn,
      class: kind,
      pw,
      mn,
      flag,
      pnum: numbered ? pnum : null,
      pno: numbered ? pno : null,
      dataTime,
      readings,
      params,
      notes,
    },
  }
}

/** A part number: 1 to 9999, or null. */
const partOf = (text: string | null): number | null =>
  text !== null && /^\d{1,4}$/.test(text) && Number(text) > 0 ? Number(text) : null

/** Gives what a reply says: QnRtn of a 9011, ExeRtn of a 9012; null when it says nothing readable. */
export const replyCodeOf = (message: Message): number | null => {
  const text = message.params.get('QnRtn') ?? message.params.get('ExeRtn')
  return text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : null
}
