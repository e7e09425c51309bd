/** Filters live in the URL: read through a schema, changed by navigation. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { z } from 'zod'

/** Reads a search through a schema; whatever does not fit is as if it were absent. */
export const readSearch = <T>(schema: z.ZodType<T>, search: unknown): T => {
  const whole = schema.safeParse(search)
  return whole.success ? whole.data : schema.parse({})
}

/** Gives the filters of this page and a setter that changes some of them (and leaves later pages). */
export const useFilters = <T extends object>(schema: z.ZodType<T>): [T, (change: Partial<T>) => void] => {
  const search = readSearch(schema, useSearch({ strict: false }))
  const navigate = useNavigate()
  const change = useCallback(
    (part: Partial<T>) =>
      void navigate({
        to: '.',
        search: (before: object) => ({ ...before, after: undefined, ...part }),
        replace: true,
        resetScroll: false,
      } as never),
    [navigate],
  )
  return [search, change]
}
