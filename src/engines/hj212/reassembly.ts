/**
 * Puts messages together that a device sent in parts (Flag bit 1, PNUM parts, PNO from 1). Each part is a complete
 * frame with readings of its own, so the whole is their union.
 */
import { type Instant, msOf } from '../../kernel/time.ts'
import type { Reading } from './items.ts'
import type { Message } from './message.ts'
import type { Note } from './notes.ts'

export type Assembled =
  /** `message` is whole: it was never split, or the last part is here. */
  | { readonly kind: 'whole'; readonly message: Message }
  | { readonly kind: 'waiting' }
  /** The same part came again: answer it, count it once. */
  | { readonly kind: 'repeated' }

/** A message of which parts never came. `parts` are those that did, in the order of PNO: their readings are good. */
export interface Incomplete {
  readonly mn: string
  readonly pnum: number
  readonly parts: readonly Message[]
}

export interface Reassembly {
  readonly add: (message: Message, now: Instant) => Assembled
  /** Gives up what has waited too long, and what had to make room; call it now and then. */
  readonly expire: (now: Instant) => readonly Incomplete[]
}

interface Open {
  readonly mn: string
  readonly pnum: number
  readonly since: number
  readonly parts: Map<number, Message>
}

interface ReassemblyOptions {
  readonly waitMs?: number
  /** How many messages may be open at a time; the oldest makes room. */
  readonly maxOpen?: number
  /** Messages of more parts are not put together: their parts are taken as they come. */
  readonly maxParts?: number
}

const merge = (parts: readonly Message[]): Message => {
  const [first] = parts
  if (first === undefined) throw new RangeError('nothing to put together')
  const readings = new Map<string, Reading>()
  const params = new Map<string, string>()
  const notes: Note[] = []
  for (const part of parts) {
    for (const [code, reading] of part.readings) {
      const there = readings.get(code)
      readings.set(code, there === undefined ? reading : joined(there, reading))
    }
    for (const [name, value] of part.params) if (!params.has(name)) params.set(name, value)
    for (const note of part.notes) if (!notes.includes(note)) notes.push(note)
    if (part.st !== first.st && !notes.includes('st-changed')) notes.push('st-changed')
  }
  const dataTime = parts.find((part) => part.dataTime !== null)?.dataTime ?? null
  return { ...first, dataTime, readings, params, notes, pnum: null, pno: null }
}

/** A factor may be cut between parts: what the earlier part leaves open, the later one fills. */
const joined = (a: Reading, b: Reading): Reading => ({
  code: a.code,
  rtd: a.rtd ?? b.rtd,
  min: a.min ?? b.min,
  avg: a.avg ?? b.avg,
  max: a.max ?? b.max,
  cou: a.cou ?? b.cou,
  flag: a.flag ?? b.flag,
  extra: a.extra === null ? b.extra : b.extra === null ? a.extra : new Map([...b.extra, ...a.extra]),
})

export const createReassembly = ({
  waitMs = 120_000,
  maxOpen = 256,
  maxParts = 64,
}: ReassemblyOptions = {}): Reassembly => {
  const open = new Map<string, Open>()
  const pushedOut: Incomplete[] = []
  const givenUp = (entry: Open): Incomplete => ({
    mn: entry.mn,
    pnum: entry.pnum,
    parts: [...entry.parts].sort(([a], [b]) => a - b).map(([, part]) => part),
  })

  const add = (message: Message, now: Instant): Assembled => {
    const { pnum, pno } = message
    if (!message.flag.split || pnum === null || pno === null || pnum === 1 || pnum > maxParts)
      return { kind: 'whole', message }
    // QN may differ from part to part in devices that count it on; the time of the data does not.
    const key = JSON.stringify([message.mn, message.cn, pnum, message.dataTime ?? message.qn])
    let entry = open.get(key)
    if (entry === undefined) {
      if (open.size >= maxOpen) {
        const [oldest] = open
        if (oldest !== undefined) {
          open.delete(oldest[0])
          pushedOut.push(givenUp(oldest[1]))
          if (pushedOut.length > maxOpen) pushedOut.shift()
        }
      }
      entry = { mn: message.mn, pnum, since: msOf(now), parts: new Map() }
      open.set(key, entry)
    }
    if (entry.parts.has(pno)) return { kind: 'repeated' }
    entry.parts.set(pno, message)
    if (entry.parts.size < pnum) return { kind: 'waiting' }
    open.delete(key)
    return { kind: 'whole', message: merge(givenUp(entry).parts) }
  }

  const expire = (now: Instant): readonly Incomplete[] => {
    const gone = pushedOut.splice(0)
    for (const [key, entry] of open)
      if (entry.since + waitMs <= msOf(now)) {
        open.delete(key)
        gone.push(givenUp(entry))
      }
    return gone
  }

  return { add, expire }
}
