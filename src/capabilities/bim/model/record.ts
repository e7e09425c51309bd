/** A conflict as a run states it: facts alone, nothing that people decide. */
import type { Source } from '../../../kernel/sourced.ts'
import type { ConflictKind, ConflictOutcome, ConflictSeverity } from './words.ts'

export interface Side {
  /** Id in its model: of the line, the element, the obstacle. */
  readonly id: string
  readonly modelId: string | null
  readonly title: string
  readonly subject: string
  readonly axisM: number | null
  readonly topM: number | null
  readonly bottomM: number | null
  readonly runId: string | null
  readonly stationM: number | null
  /** What the drawings need: ends of the axis, outer size; null where unknown. */
  readonly shape: {
    readonly from: readonly [number, number, number | null]
    readonly to: readonly [number, number, number | null]
    readonly widthM: number | null
    readonly heightM: number | null
    readonly round: boolean
  } | null
  /** For BCF; null for what is in no IFC file. */
  readonly ifcGuid: string | null
}
export interface ConflictRecord {
  /** Kind and ids of the objects: stable over runs and versions. */
  readonly key: string
  /** The same for every pair that it stands for, sorted. */
  readonly members: readonly string[]
  readonly kind: ConflictKind
  readonly outcome: ConflictOutcome
  readonly severity: ConflictSeverity
  readonly title: string
  readonly sentence: string
  readonly pair: string
  readonly a: Side
  readonly b: Side | null
  readonly at: { readonly east: number; readonly north: number; readonly height: number | null }
  readonly run: string | null
  readonly stationM: number | null
  readonly stretch: { readonly fromM: number; readonly toM: number } | null
  readonly requiredM: number | null
  readonly actualM: number | null
  readonly shortfallM: number | null
  readonly ruleId: string | null
  readonly clause: string
  readonly source: Source | null
  readonly verified: boolean
  readonly formula: string
  /** In words. */
  readonly doubts: readonly string[]
  readonly abandoned: boolean
  readonly yielding: {
    readonly moves: 'a' | 'b'
    readonly title: string
    readonly reason: string
    readonly clause: string
    readonly verified: boolean
  } | null
}

/** Order of lists: breaches first, then by severity, then by key. */
export const bySeverity: Readonly<Record<ConflictSeverity, number>> = { critical: 0, major: 1, minor: 2, notice: 3 }
