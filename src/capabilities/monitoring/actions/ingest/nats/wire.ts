/** What processes say to each other: batches of reports, and what became of each report of a batch. */
import { z } from 'zod'
import type { Report } from '../../../model/report.ts'
import { decodeReports, encodeReports } from '../../../model/telemetry/codec.ts'
import type { Durable } from '../../../model/telemetry/durable.ts'

/** What became of a report: where it is, or that it can never be kept. */
export type Outcome = Durable | 'refused'
const letters: Readonly<Record<Outcome, string>> = {
  stored: 's',
  duplicate: 'd',
  late: 'l',
  quarantined: 'q',
  spooled: 'p',
  unkept: 'u',
  refused: 'x',
}
const outcomes = new Map(Object.entries(letters).map(([outcome, letter]) => [letter, outcome as Outcome]))

export interface Batch {
  /** Unique for ever: by process and number. */
  readonly id: string
  /** The process that holds the connections of its devices. */
  readonly from: string
  readonly reports: readonly Report[]
}
/** `outcomes` one a report, in order; null: the database is away, and the batch waits in the stream. */
export interface Verdict {
  readonly id: string
  readonly outcomes: readonly Outcome[] | null
}

const HEAD = /^([\x21-\x7e]{1,200}) ([\x21-\x7e]{1,200})\n/
export const encodeBatch = ({ id, from, reports }: Batch): Uint8Array =>
  Buffer.concat([Buffer.from(`${id} ${from}\n`), encodeReports(reports)])
/** Throws on bytes that `encodeBatch` did not make. */
export const decodeBatch = (payload: Uint8Array): Batch => {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  const [head, id, from] = HEAD.exec(bytes.subarray(0, 410).toString('latin1')) ?? []
  if (head === undefined || id === undefined || from === undefined) throw new RangeError('a batch without a head')
  return { id, from, reports: decodeReports(bytes.subarray(head.length)) }
}

const verdictSchema = z.object({ id: z.string(), outcomes: z.string().nullable() })
export const encodeVerdict = ({ id, outcomes: list }: Verdict): Uint8Array =>
  Buffer.from(JSON.stringify({ id, outcomes: list?.map((each) => letters[each]).join('') ?? null }))
/** Null on bytes that `encodeVerdict` did not make. */
export const decodeVerdict = (payload: Uint8Array): Verdict | null => {
  try {
    const said = verdictSchema.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
    if (said.outcomes === null) return { id: said.id, outcomes: null }
    const list = [...said.outcomes].map((letter) => outcomes.get(letter))
    return list.includes(undefined) ? null : { id: said.id, outcomes: list as Outcome[] }
  } catch {
    return null
  }
}
