/**
 * How column types arrive in the program, decided once for both engines:
 * int8 -> safe integer; numeric -> text (exact); date -> 'YYYY-MM-DD'; timestamptz -> `Instant` with milliseconds.
 * `interval` and `timestamp` without zone are refused: durations are whole milliseconds or days, moments have a zone.
 */
import { types } from 'pg'
import { type Instant, instant, type LocalDate } from '../../kernel/time.ts'

type Parse = (text: string) => unknown

/** Gives a whole number. Throws a RangeError beyond 2^53-1, where a number would lose digits. */
const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 value ${text} is not a safe integer`)
  return value
}

const UTC_TEXT = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?\+00$/
const ZONED_TEXT = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?([+-]\d{2})(?::?(\d{2}))?$/

/** Gives the instant of PostgreSQL's ISO text; digits below a millisecond are cut off. */
const instantOfText = (text: string): Instant => {
  const utc = UTC_TEXT.exec(text)
  if (utc !== null) return `${utc[1]}T${utc[2]}.${(utc[3] ?? '').slice(0, 3).padEnd(3, '0')}Z` as Instant
  const zoned = ZONED_TEXT.exec(text)
  if (zoned === null) throw new RangeError(`timestamptz value out of range: ${text}`)
  const [, day, time, fraction = '', hours, minutes = '00'] = zoned
  return instant(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${hours}:${minutes}`)
}

const dateOfText = (text: string): LocalDate => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new RangeError(`date value out of range: ${text}`)
  return text as LocalDate
}

const forbidden = (type: string, instead: string) => (): never => {
  throw new TypeError(`column type ${type} is not used in this product; ${instead}`)
}

const scalars = new Map<number, Parse>([
  [20, wholeNumber],
  [1700, (text) => text],
  [1082, dateOfText],
  [1184, instantOfText],
  [1186, forbidden('interval', 'store milliseconds or days')],
  [1114, forbidden('timestamp without time zone', 'use timestamptz(3)')],
])
/** Array type -> element type. */
const arrays = new Map<number, number>([
  [1016, 20],
  [1231, 1700],
  [1182, 1082],
  [1185, 1184],
  [1187, 1186],
  [1115, 1114],
])

const parseArray = (element: Parse): Parse => {
  // The text of an array is split by pg's own parser of text[]; its elements are then ours.
  const split = types.getTypeParser(1009 as number) as (text: string) => readonly (string | null)[]
  return (text) => split(text).map((item) => (item === null ? null : element(item)))
}

/** The parsers that every connection of the product uses (`types` of a `pg` client). */
export const columnTypes = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): unknown => {
    if (format === 'binary') return types.getTypeParser(oid, 'binary')
    const scalar = scalars.get(oid)
    if (scalar !== undefined) return scalar
    const element = arrays.get(oid)
    const parse = element === undefined ? undefined : scalars.get(element)
    return parse === undefined ? types.getTypeParser(oid, 'text') : parseArray(parse)
  },
}
