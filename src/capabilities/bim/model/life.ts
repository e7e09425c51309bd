/**
 * The life of conflicts over runs. A run says what there is now; what was known before is found again by the objects it is
 * about, so that what people decided stays with it. The result does not depend on the order of either list.
 */
import type { ConflictLife, ConflictOutcome } from './words.ts'

/** What of a known conflict decides. */
export interface Known {
  readonly id: string
  readonly key: string
  readonly members: readonly string[]
  readonly outcome: ConflictOutcome
  readonly life: ConflictLife
}
export interface Found {
  readonly key: string
  readonly members: readonly string[]
  readonly outcome: ConflictOutcome
}
export interface Merge<F extends Found> {
  /** Not known before; `splitFrom`: shares objects with a known one that went on as another finding. */
  readonly added: readonly { readonly finding: F; readonly splitFrom: string | null }[]
  /** Known and found again. */
  readonly kept: readonly { readonly id: string; readonly finding: F; readonly life: ConflictLife }[]
  /** Known and gone; `mergedInto`: what it was about is now part of another known one. */
  readonly solved: readonly { readonly id: string; readonly mergedInto: string | null }[]
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
/** Life of what was found again. */
export const lifeAfter = (before: ConflictLife): ConflictLife => (before === 'solved' ? 'reopened' : 'persisting')

/** Names in keys by which objects are called now; a survey that numbers its points anew renames its lines. */
export type Renames = ReadonlyMap<string, string>
/** A key with its objects called by their present names; the parts of a pair are sorted. */
export const renamed = (key: string, renames: Renames): string => {
  if (renames.size === 0) return key
  const [kind = '', ...names] = key.split('|')
  const now = names.map((name) => renames.get(name) ?? name)
  if (now.every((name, index) => name === names[index])) return key
  // Only the two objects of a pair are sorted; a third part names a zone.
  const [one, other, ...rest] = now
  const pair = names.length === 2 && one !== undefined && other !== undefined && other.includes('/')
  return [kind, ...(pair ? [one, other].sort(compare) : now.slice(0, 2)), ...rest].join('|')
}

interface Link {
  readonly known: number
  readonly found: number
  readonly same: boolean
  readonly shared: number
}

/** Merges what a run found into what was known. Ids and the pairs of key and outcome are unique. */
export const mergeFindings = <F extends Found>(
  known: readonly Known[],
  found: readonly F[],
  renames: Renames = new Map(),
): Merge<F> => {
  const memory = [...known].sort((a, b) => compare(a.id, b.id))
  const news = [...found].sort((a, b) => compare(a.key, b.key) || compare(a.outcome, b.outcome))
  const at = new Map<string, number[]>()
  for (const [index, { key, members }] of news.entries())
    for (const member of new Set([key, ...members])) {
      const there = at.get(member)
      if (there === undefined) at.set(member, [index])
      else there.push(index)
    }
  const links: Link[] = []
  for (const [index, one] of memory.entries()) {
    const shared = new Map<number, number>()
    const key = renamed(one.key, renames)
    for (const member of new Set([key, ...one.members.map((each) => renamed(each, renames))]))
      for (const other of at.get(member) ?? []) shared.set(other, (shared.get(other) ?? 0) + (member === key ? 1.5 : 1))
    for (const [other, count] of shared)
      links.push({ known: index, found: other, same: news[other]?.outcome === one.outcome, shared: count })
  }
  // The same verdict before another one; then what shares most; what stands before what was solved; then by name.
  const standing = (link: Link): number => (memory[link.known]?.life === 'solved' ? 1 : 0)
  links.sort(
    (a, b) =>
      Number(b.same) - Number(a.same) ||
      standing(a) - standing(b) ||
      b.shared - a.shared ||
      a.known - b.known ||
      a.found - b.found,
  )
  const ofKnown = new Map<number, number>()
  const ofFound = new Map<number, number>()
  for (const link of links)
    if (!ofKnown.has(link.known) && !ofFound.has(link.found)) {
      ofKnown.set(link.known, link.found)
      ofFound.set(link.found, link.known)
    }
  const idOf = (index: number | undefined): string | null => (index === undefined ? null : (memory[index]?.id ?? null))
  // Links are sorted: the first of each is the best.
  const splitFrom = new Map<number, number>()
  const heirs = new Map<number, number>()
  for (const link of links) {
    // Only from what stood: a trace of something solved long ago explains nothing.
    if (!ofFound.has(link.found) && ofKnown.has(link.known) && memory[link.known]?.life !== 'solved')
      if (!splitFrom.has(link.found)) splitFrom.set(link.found, link.known)
    const heir = ofFound.get(link.found)
    if (!ofKnown.has(link.known) && heir !== undefined && !heirs.has(link.known)) heirs.set(link.known, heir)
  }
  return {
    added: news.flatMap((finding, index) =>
      ofFound.has(index) ? [] : [{ finding, splitFrom: idOf(splitFrom.get(index)) }],
    ),
    kept: news.flatMap((finding, index) => {
      const one = memory[ofFound.get(index) ?? -1]
      return one === undefined ? [] : [{ id: one.id, finding, life: lifeAfter(one.life) }]
    }),
    solved: memory.flatMap((one, index) => {
      if (ofKnown.has(index) || one.life === 'solved') return []
      return [{ id: one.id, mergedInto: idOf(heirs.get(index)) }]
    }),
  }
}

/** Metres by which a value may be worse before an exception no longer covers it: less than any survey can tell. */
const HAIR_M = 0.0005
/** What was approved covers a conflict that is a breach still, and no worse. */
export const covers = (
  approved: { readonly actualM: number | null; readonly outcome: ConflictOutcome },
  now: { readonly actualM: number | null; readonly outcome: ConflictOutcome },
): boolean => {
  if (now.outcome !== 'breach' || approved.outcome !== 'breach') return now.outcome === approved.outcome
  if (approved.actualM === null) return now.actualM === null
  return now.actualM !== null && now.actualM >= approved.actualM - HAIR_M
}
