/** Keyset pages: a cursor names the last row seen, so that rows added meanwhile neither repeat nor hide others. */
import { z } from 'zod'

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
