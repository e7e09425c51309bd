/** Keyset pages: a cursor names the last row seen, so that rows added meanwhile neither repeat nor hide others. */
import { z } from 'zod'
import { isUuid } from './identity.ts'
import { defineRefusal } from './refusal.ts'
import { type Instant, instantSchema, type LocalDate, localDateSchema } from './time.ts'

export const pageQuery = {
  after: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
}
export interface Page<T> {
  readonly rows: readonly T[]
  /** Cursor for the next page; null on the last page. */
  readonly next: string | null
}
export const pageSchema = <T>(row: z.ZodType<T>) => z.object({ rows: z.array(row), next: z.string().nullable() })
/** Packs the sort keys of a row into a cursor. */
export const cursorOf = (...keys: readonly (string | number | null)[]): string =>
  encodeURIComponent(JSON.stringify(keys))
/** Unpacks a cursor; null if it is not one of ours. */
export const keysOf = (cursor: string): readonly (string | number | null)[] | null => {
  try {
    const keys: unknown = JSON.parse(decodeURIComponent(cursor))
    return Array.isArray(keys) ? (keys as (string | number | null)[]) : null
  } catch {
    return null
  }
}

export const cursorInvalid = defineRefusal('invalid', 'page.cursor-invalid', {
  zh: '翻页参数不正确,请从第一页重新开始。',
  en: 'The page cursor is wrong; start from the first page.',
})
interface KeyTypes {
  readonly instant: Instant
  readonly day: LocalDate
  readonly id: string
  readonly number: number
  readonly text: string
}
const isKey: Readonly<Record<keyof KeyTypes, (value: unknown) => boolean>> = {
  instant: (value) => instantSchema.safeParse(value).success,
  day: (value) => localDateSchema.safeParse(value).success,
  id: (value) => typeof value === 'string' && isUuid(value),
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  text: (value) => typeof value === 'string' && !value.includes('\0'),
}
/** Unpacks a cursor into keys of the kinds named; null without a cursor. Refuses one that is not ours or of another list. */
export const keysAs = <const K extends readonly (keyof KeyTypes)[]>(
  cursor: string | undefined,
  ...kinds: K
): { readonly [I in keyof K]: KeyTypes[K[I]] } | null => {
  if (cursor === undefined) return null
  const keys = keysOf(cursor)
  if (keys === null || keys.length !== kinds.length || !kinds.every((kind, index) => isKey[kind](keys[index])))
    throw cursorInvalid()
  return keys as unknown as { readonly [I in keyof K]: KeyTypes[K[I]] }
}
