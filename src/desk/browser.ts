/** The desk's touch of the browser's own clock, randomness and storage: nowhere else in the desk. */
import { z } from 'zod'
import { type Instant, instantFromMs, type LocalDate, localDateOf } from '../kernel/time.ts'

export const now = (): Instant => instantFromMs(Date.now())
/** Today in Asia/Shanghai by the browser's clock: only for defaults in forms; the server decides by its own. */
export const today = (): LocalDate => localDateOf(now())
/** A fresh idempotency key. `randomUUID` exists in secure contexts only, so it is built from random bytes. */
export const newKey = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

interface Keeper {
  readonly read: (key: string) => string | null
  readonly write: (key: string, value: string) => void
  readonly remove: (key: string) => void
  readonly clear: () => void
}
/** Storage may be forbidden by the browser; then nothing is kept and nothing breaks. */
const keeper = (storage: () => Storage): Keeper => {
  const attempt = <T>(work: () => T, otherwise: T): T => {
    try {
      return work()
    } catch {
      return otherwise
    }
  }
  return {
    read: (key) => attempt(() => storage().getItem(key), null),
    write: (key, value) => attempt(() => storage().setItem(key, value), undefined),
    remove: (key) => attempt(() => storage().removeItem(key), undefined),
    clear: () => attempt(() => storage().clear(), undefined),
  }
}
/** Kept across visits: preferences only, never personal data. */
export const preferences = keeper(() => window.localStorage)
/** Kept until the tab closes: unsaved work. */
export const tabStore = keeper(() => window.sessionStorage)

/** Reads a kept value through a schema; null when absent or no longer of that shape. */
export const readKept = <T>(store: Keeper, key: string, schema: z.ZodType<T>): T | null => {
  const text = store.read(key)
  if (text === null) return null
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
