/** Facts are asked once: what is known already is put into a new draft, and says where it came from. */
import type { z } from 'zod'
import type { Instant } from '../../../kernel/time.ts'
import type { Answers, originSchema } from '../contract.ts'
import { canonicalJson } from './canonical.ts'

export type Origin = z.infer<typeof originSchema>
type Answer = Answers[string]

/** One place from which facts may be taken, best first. */
export interface FactSource {
  readonly kind: Exclude<Origin['kind'], 'entered'>
  readonly label: string
  readonly at: Instant | null
  readonly facts: Answers
}
export interface Prefilled {
  readonly answers: Answers
  readonly origins: Readonly<Record<string, Origin>>
}

const known = (value: Answer | undefined): value is Answer => value !== undefined && value !== null && value !== ''

/** Fills fields from the sources in their order. A field that no source knows is left out. */
export const prefill = (
  fields: readonly { readonly id: string; readonly from: readonly FactSource['kind'][] }[],
  sources: readonly FactSource[],
): Prefilled => {
  const answers: Record<string, Answer> = {}
  const origins: Record<string, Origin> = {}
  for (const field of fields)
    for (const source of sources) {
      if (!field.from.includes(source.kind)) continue
      const value = source.facts[field.id]
      if (!known(value)) continue
      answers[field.id] = value
      origins[field.id] = { kind: source.kind, label: source.label, at: source.at }
      break
    }
  return { answers, origins }
}

// Canonical, because the database gives the members of an object back in another order.
const same = (a: Answer | undefined, b: Answer | undefined): boolean =>
  canonicalJson(a ?? null) === canonicalJson(b ?? null)

/** The fields whose values differ between two sets of answers, sorted. */
export const changedFields = (before: Answers, after: Answers): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((id) => !same(before[id], after[id])).sort()

/** Moves the origins on: a value that was changed by hand counts as entered; an emptied field has no origin. */
export const originsAfter = (
  origins: Readonly<Record<string, Origin>>,
  before: Answers,
  after: Answers,
  at: Instant,
): Readonly<Record<string, Origin>> => {
  const next: Record<string, Origin> = { ...origins }
  for (const id of changedFields(before, after)) {
    if (known(after[id])) next[id] = { kind: 'entered', label: '申请人填写', at }
    else delete next[id]
  }
  return next
}
