/** What a check finds, in figures and in words. */
import type { Source } from '../../../kernel/sourced.ts'
import type { Path } from '../../geo/plane.ts'
import type { Phase, PipeKind, Position } from '../model.ts'
import type { FactName, RuleFacts } from '../rules/lookup.ts'
import type { GroundZone, ObstacleKind, RuleSubject } from '../rules/schema.ts'
import type { YieldingSuggestion } from '../rules/yielding.ts'

/** `layout-order`: order in a road from its red line to its middle; `chamber`: a chamber too near to its neighbour. */
export const findingKinds = [
  'hard',
  'crossing',
  'horizontal',
  'cover',
  'crossing-order',
  'obstacle',
  'layout-order',
  'chamber',
] as const
export type FindingKind = (typeof findingKinds)[number]
/** `unknown`: a fact is missing, so that nobody can say it passes; `outside`: the table does not hold for these pipes. */
export const outcomes = ['breach', 'unknown', 'outside'] as const
export type Outcome = (typeof outcomes)[number]
/** From worst to least. An abandoned pipe makes a finding one step milder. */
export const severities = ['critical', 'major', 'minor', 'notice'] as const
export type Severity = (typeof severities)[number]

/** What is missing to decide: a fact of the rule, a height, a size, the ground, what a pipe is for, how deep a chamber is. */
export type Doubt = FactName | 'elevation' | 'size' | 'ground' | 'use' | 'chamber-depth'

export interface FindingSide {
  readonly id: string
  readonly subject: RuleSubject
  /** Chain of lines of one class between junctions; null for what is no pipe. */
  readonly run: string | null
  /** Along the run, m. */
  readonly stationM: number | null
  /** Heights at the place; null = unknown. */
  readonly axis: number | null
  readonly top: number | null
  readonly bottom: number | null
}

export interface Finding {
  /** Stable over runs of the check and over versions: kind and both ids, sorted. */
  readonly key: string
  /** The same for all pairs that this finding stands for (all segments of a stretch), sorted. */
  readonly members: readonly string[]
  readonly kind: FindingKind
  readonly outcome: Outcome
  readonly severity: Severity
  readonly a: FindingSide
  readonly b: FindingSide | null
  readonly at: Position
  /** Stations along the run of `a` between which it holds; null at a crossing. */
  readonly stretch: { readonly fromM: number; readonly toM: number } | null
  readonly zone: GroundZone | null
  readonly requiredM: number | null
  /** Clear distance; negative = overlap; null = unknown. */
  readonly actualM: number | null
  readonly shortfallM: number | null
  readonly ruleId: string | null
  readonly clause: string
  readonly source: Source | null
  readonly verified: boolean
  readonly doubts: readonly Doubt[]
  /** One of the pipes is abandoned: it still blocks the place. */
  readonly abandoned: boolean
  readonly yielding: YieldingSuggestion | null
  readonly sentence: string
}

/** What stands beside pipes. Heights are those of the underside (rail base); null = unknown. */
export interface Obstacle {
  readonly id: string
  readonly kind: ObstacleKind
  readonly shape:
    | { readonly type: 'point'; readonly at: Position }
    | { readonly type: 'line'; readonly path: Path }
    | { readonly type: 'polygon'; readonly rings: readonly Path[] }
  readonly baseElevation: number | null
}

/** An area with its own cover rule; where areas lie over one another the first of the list counts. */
export interface ZoneArea {
  readonly zone: GroundZone
  readonly rings: readonly Path[]
}

/** A chamber (检查井、阀门井) as a standing cylinder. */
export interface Chamber {
  /** '<network>/<point>', which is the node of the pipes that join it. */
  readonly id: string
  readonly network: string
  readonly no: string
  readonly kind: PipeKind
  readonly at: Position
  /** Outer diameter. */
  readonly sizeM: number
  /** Heights of cover and bottom; null: unknown. */
  readonly ground: number | null
  readonly bottom: number | null
  /** Bottom by the survey; false: at least as deep as the pipes that join it. */
  readonly surveyed: boolean
  /** What the tables ask about the pipes that join it. */
  readonly facts: RuleFacts
  readonly phase: Phase
}

/** A road: its middle line, and how far its red lines (道路红线) stand from it on either side. */
export interface Road {
  readonly id: string
  readonly path: Path
  readonly halfWidthM: number
}
