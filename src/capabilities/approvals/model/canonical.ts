/**
 * Canonical JSON: the same content always gives the same text, so that its SHA-256 proves it. Keys are sorted by code
 * point, no blanks, `undefined` members left out (RFC 8785 for the values that occur here).
 */
import type { JsonValue } from '../../../platform/platform.ts'

type Canonical = JsonValue | undefined | { readonly [key: string]: Canonical } | readonly Canonical[]

const isList = (value: Canonical): value is readonly Canonical[] => Array.isArray(value)

/** Gives the canonical text of a value. Throws a RangeError on a number that JSON cannot carry. */
export const canonicalJson = (value: Canonical): string => {
  if (value === undefined || value === null) return 'null'
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`not a JSON number: ${value}`)
  if (typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}
