/** What changed between two texts of the data, value by value; entries of lists are matched by their id. */
import { canonicalJson } from './digest.ts'

export interface Change {
  /** Dotted, entries of lists by id: 'materials.I-305-M04.required'. */
  readonly path: string
  readonly what: 'added' | 'removed' | 'changed'
  /** Short text of the value; null where there is none. */
  readonly before: string | null
  readonly after: string | null
}

const MOST_SIGNS = 300
const wordsOf = (value: unknown): string | null =>
  typeof value === 'object' && value !== null && 'zh' in value && typeof value.zh === 'string' ? value.zh : null
/** A text in two languages, or what a field, a material or a question is called, says more than its data. */
const textOf = (value: unknown): string => {
  const words = wordsOf(value) ?? (isRecord(value) ? (wordsOf(value['label']) ?? wordsOf(value['name'])) : null)
  const text = words ?? (typeof value === 'string' ? value : canonicalJson(value))
  return text.length > MOST_SIGNS ? `${text.slice(0, MOST_SIGNS)}…` : text
}
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** Names that tell the entries of a list apart, best first. */
const names = ['id', 'value', 'on', 'ground'] as const
const byName = (list: readonly unknown[]): Readonly<Record<string, unknown>> | null => {
  for (const name of names) {
    const found = list.map((entry) => (isRecord(entry) ? entry[name] : undefined))
    if (found.every((key): key is string => typeof key === 'string') && new Set(found).size === list.length)
      return Object.fromEntries(found.map((key, index) => [key, list[index]]))
  }
  return null
}
const partsOf = (value: unknown): Readonly<Record<string, unknown>> | null => {
  if (Array.isArray(value)) return byName(value) ?? Object.fromEntries(value.map((entry, index) => [index + 1, entry]))
  // A text in two languages is one value.
  return isRecord(value) && !('zh' in value && 'en' in value) ? value : null
}

/** Gives every difference, in the order of the paths. Values that were moved within a list by id do not differ. */
export const differences = (before: unknown, after: unknown, path = ''): readonly Change[] => {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return []
  const [left, right] = [partsOf(before), partsOf(after)]
  if (left !== null && right !== null)
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
      differences(left[key], right[key], path === '' ? key : `${path}.${key}`),
    )
  const was = before === undefined || before === null ? null : textOf(before)
  const is = after === undefined || after === null ? null : textOf(after)
  return [{ path, what: was === null ? 'added' : is === null ? 'removed' : 'changed', before: was, after: is }]
}
