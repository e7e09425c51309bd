/** Who should move: the principles of yielding (避让) asked in the order of the data, the first that tells the pipes apart decides. */
import type { Pipe } from '../model.ts'
import type { YieldingId, YieldingRule } from './schema.ts'

export interface YieldingSuggestion {
  /** Ids of pipes. */
  readonly moves: string
  readonly keeps: string
  readonly principle: YieldingId
  readonly reason: string
  readonly clause: string
  readonly verified: boolean
}

const gravity = new Set(['sewage', 'rain', 'combined'])
/** Laid cables bend most, then cables in ducts, then pipes under pressure; gravity pipes and trenches not at all. */
const flexibility = (pipe: Pipe): number => {
  if (pipe.kind === 'trench' || gravity.has(pipe.kind) || pipe.burial === 'trench') return 0
  if (pipe.kind === 'telecom' || pipe.kind === 'power') return pipe.burial === 'direct' ? 3 : 2
  return pipe.kind === 'unknown' ? 0 : 1
}

/** Above zero: the first yields; below: the second; 0: the principle does not tell them apart. */
const weigh: Readonly<Record<YieldingId, (a: Pipe, b: Pipe) => number>> = {
  'pressure-to-gravity': (a, b) => Number(gravity.has(b.kind)) - Number(gravity.has(a.kind)),
  'flexible-to-rigid': (a, b) => flexibility(a) - flexibility(b),
  'branch-to-main': (a, b) =>
    a.role === null || b.role === null ? 0 : Number(a.role === 'branch') - Number(b.role === 'branch'),
  'small-to-large': (a, b) => (a.nominalMm === null || b.nominalMm === null ? 0 : b.nominalMm - a.nominalMm),
  'temporary-to-permanent': (a, b) => Number(a.temporary) - Number(b.temporary),
}

/** Gives who should move and why; null when no principle tells the pipes apart. */
export const suggestYielding = (rules: readonly YieldingRule[], a: Pipe, b: Pipe): YieldingSuggestion | null => {
  for (const rule of rules) {
    const verdict = weigh[rule.id](a, b)
    if (verdict === 0) continue
    const [moves, keeps] = verdict > 0 ? [a, b] : [b, a]
    return {
      moves: moves.id,
      keeps: keeps.id,
      principle: rule.id,
      reason: rule.name,
      clause: rule.clause,
      verified: rule.verified,
    }
  }
  return null
}
