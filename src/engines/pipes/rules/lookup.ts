/**
 * Looks rows up for a pair of pipes. The row with the most conditions decides; among equals the greater value, then the id,
 * so the answer does not depend on the order of the rows or of the pair. A fact that is not known (the pressure of a gas
 * pipe) leaves several rows possible: then the answer holds the mildest and the strictest of them.
 */
import { holdsOn } from '../../../kernel/sourced.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Burial, GasPressure, Pipe } from '../model.ts'
import type { ChamberRow, ClearanceRow, CoverRow, GroundZone, PipeRules, RuleSubject, Selector } from './schema.ts'

/** What the tables ask about one side. */
export interface RuleFacts {
  readonly subject: RuleSubject
  readonly nominalMm: number | null
  readonly gasPressure: GasPressure | null
  readonly voltageKv: number | null
  readonly burial: Burial | null
  readonly material: string | null
}
export const factsOf = (pipe: Pipe): RuleFacts => ({
  subject: pipe.kind,
  nominalMm: pipe.nominalMm,
  gasPressure: pipe.gasPressure,
  voltageKv: pipe.voltageKv,
  burial: pipe.burial,
  material: pipe.material,
})
export const factsOfObstacle = (subject: RuleSubject): RuleFacts => ({
  subject,
  nominalMm: null,
  gasPressure: null,
  voltageKv: null,
  burial: null,
  material: null,
})

export type FactName = 'kind' | 'nominalMm' | 'gasPressure' | 'voltageKv' | 'burial' | 'material'
export const factNames: Readonly<Record<FactName, string>> = {
  kind: '管线类别',
  nominalMm: '管径',
  gasPressure: '压力',
  voltageKv: '电压',
  burial: '埋设方式',
  material: '材质',
}
/** Facts that a condition asks for and that are unknown; null: the selector does not hold. */
type Match = readonly FactName[] | null

const obstacleSubjects: ReadonlySet<RuleSubject> = new Set(['building', 'tree', 'kerb', 'railway', 'tramway'])
const SURE: readonly FactName[] = []
const match = (selector: Selector, facts: RuleFacts): Match => {
  // What nobody knows (不明管线) may be any pipe.
  const unnamed = facts.subject === 'unknown' && selector.kinds.some((kind) => !obstacleSubjects.has(kind))
  if (!unnamed && !selector.kinds.includes(facts.subject)) return null
  let doubts: readonly FactName[] = unnamed ? ['kind'] : SURE
  const ask = <T>(name: FactName, value: T | null, holds: ((value: T) => boolean) | null): boolean => {
    if (holds === null) return true
    if (value !== null) return holds(value)
    doubts = [...doubts, name]
    return true
  }
  const { overMm, upToMm, pressures, belowKv, fromKv, burials, materials } = selector
  const fine =
    ask(
      'nominalMm',
      facts.nominalMm,
      overMm === undefined && upToMm === undefined
        ? null
        : (mm) => (overMm === undefined || mm > overMm) && (upToMm === undefined || mm <= upToMm),
    ) &&
    ask('gasPressure', facts.gasPressure, pressures === undefined ? null : (value) => pressures.includes(value)) &&
    ask(
      'voltageKv',
      facts.voltageKv,
      belowKv === undefined && fromKv === undefined
        ? null
        : (kv) => (belowKv === undefined || kv < belowKv) && (fromKv === undefined || kv >= fromKv),
    ) &&
    ask('burial', facts.burial, burials === undefined ? null : (value) => burials.includes(value)) &&
    ask('material', facts.material, materials === undefined ? null : (value) => materials.includes(value))
  return fine ? doubts : null
}
const conditions = (selector: Selector): number => Object.keys(selector).length - 1
/** Conditions first, then the shorter list of kinds. */
const weightOf = (...selectors: readonly Selector[]): number =>
  selectors.reduce((sum, selector) => sum + 1_000 * conditions(selector) - selector.kinds.length, 0)

export interface Answer<Row> {
  /** The row that certainly holds, or the mildest that may; null: none does. */
  readonly least: Row | null
  /** The strictest that may hold; the same as `least` when nothing is in doubt. */
  readonly most: Row | null
  readonly outside: 'no' | 'maybe' | 'yes'
  readonly outsideRow: Row | null
  /** Facts to find out; empty when nothing is in doubt. */
  readonly doubts: readonly FactName[]
}
interface Candidate<Row> {
  readonly row: Row
  readonly weight: number
  readonly doubts: readonly FactName[]
}
const byRank = <Row extends { readonly id: string; readonly valueM: number | null }>(
  one: Candidate<Row>,
  other: Candidate<Row>,
): number =>
  other.weight - one.weight ||
  (other.row.valueM ?? 0) - (one.row.valueM ?? 0) ||
  (one.row.id < other.row.id ? -1 : one.row.id > other.row.id ? 1 : 0)

const decide = <
  Row extends { readonly id: string; readonly valueM: number | null; readonly outside?: true | undefined },
>(
  candidates: readonly Candidate<Row>[],
): Answer<Row> => {
  const sorted = [...candidates].sort(byRank)
  const outsides = sorted.filter(({ row }) => row.outside === true)
  const outsideSure = outsides.find(({ doubts }) => doubts.length === 0)
  const valued = sorted.filter(({ row }) => row.outside !== true)
  const sure = valued.find(({ doubts }) => doubts.length === 0)
  // A doubtful row matters only where it would win, were it to hold.
  const maybe = valued.filter((each) => each.doubts.length > 0 && (sure === undefined || each.weight > sure.weight))
  const possible = (sure === undefined ? maybe : [sure, ...maybe])
    .map(({ row }) => row)
    .sort((a, b) => (a.valueM ?? 0) - (b.valueM ?? 0) || (a.id < b.id ? -1 : 1))
  const doubtful = [...maybe, ...outsides.filter(({ doubts }) => doubts.length > 0)]
  return {
    // A pipe of no known class may be one that no row names: nothing is certain then.
    least: maybe.some((each) => each.doubts.includes('kind')) ? null : (possible[0] ?? null),
    most: possible.at(-1) ?? null,
    outside: outsideSure !== undefined ? 'yes' : outsides.length > 0 ? 'maybe' : 'no',
    outsideRow: outsides[0]?.row ?? null,
    doubts: [...new Set(doubtful.flatMap(({ doubts }) => doubts))].sort(),
  }
}

export interface CompiledRules {
  readonly rules: PipeRules
  readonly horizontal: (a: RuleFacts, b: RuleFacts) => Answer<ClearanceRow>
  readonly crossing: (a: RuleFacts, b: RuleFacts) => Answer<ClearanceRow>
  readonly cover: (facts: RuleFacts, zone: GroundZone) => Answer<CoverRow>
  /** The greatest horizontal distance that any pair with this subject may need, m. */
  readonly horizontalReach: (subject: RuleSubject, against: 'pipes' | 'obstacles') => number
  /** Place from top to bottom at a crossing; -1: not in the order. */
  readonly rankAtCrossing: (facts: RuleFacts) => number
  /** Places that a pipe may have from the red line to the middle of the road; null: not in the order. */
  readonly placeInRoad: (facts: RuleFacts) => RoadPlace | null
  /** Clear distance between a chamber and a pipe, or another chamber, beside it (`horizontal`) or above it. */
  readonly chamber: (chamber: RuleFacts, other: RuleFacts, table: 'horizontal' | 'crossing') => ChamberAnswer
}
/** Several where nobody knows what a pipe of its kind is for; `usual` is that of a distributing pipe. */
export interface RoadPlace {
  readonly first: number
  readonly usual: number
  readonly last: number
}
/** As `Answer`, in figures: a chamber's row may stand for those of the tables of pipes. */
export interface ChamberAnswer {
  readonly row: ChamberRow | null
  readonly leastM: number | null
  readonly mostM: number | null
  /** The figure, too, was compared with the original text. */
  readonly verified: boolean
  readonly doubts: readonly FactName[]
}

const pairAnswer = (rows: readonly ClearanceRow[], a: RuleFacts, b: RuleFacts): Answer<ClearanceRow> => {
  const candidates: Candidate<ClearanceRow>[] = []
  for (const row of rows) {
    const weight = weightOf(row.a, row.b)
    const ways = [
      [match(row.a, a), match(row.b, b)],
      [match(row.a, b), match(row.b, a)],
    ] as const
    const found = ways
      .flatMap(([one, other]) => (one === null || other === null ? [] : [[...one, ...other]]))
      .sort((one, other) => one.length - other.length)[0]
    if (found !== undefined) candidates.push({ row, weight, doubts: found })
  }
  return decide(candidates)
}

const transmitting: ReadonlySet<GasPressure> = new Set(['sub-high-b', 'sub-high-a', 'high'])
/** Whether a pipe may be for this: gas is told apart by its pressure, water by nothing that surveys hold. */
const mayServe = (
  use: 'distribution' | 'transmission',
  subject: RuleSubject,
  gasPressure: GasPressure | null,
): boolean => subject !== 'gas' || gasPressure === null || transmitting.has(gasPressure) === (use === 'transmission')

/** Makes the tables of one day ready for look-up; pairs are answered once and remembered by the caller. */
export const compileRules = (rules: PipeRules, day: LocalDate): CompiledRules => {
  const horizontal = rules.horizontal.filter((row) => holdsOn(row, day))
  const crossing = rules.crossing.filter((row) => holdsOn(row, day))
  const cover = rules.cover.filter((row) => holdsOn(row, day))
  const chambers = rules.chambers.filter((row) => holdsOn(row, day))
  const layout = holdsOn(rules.layoutOrder, day) ? rules.layoutOrder.places : []
  const reachOf = (subject: RuleSubject, against: 'pipes' | 'obstacles'): number => {
    const wanted = (kind: RuleSubject): boolean => obstacleSubjects.has(kind) === (against === 'obstacles')
    const concerns = ({ kinds }: Selector): boolean =>
      kinds.includes(subject) || (subject === 'unknown' && kinds.some((kind) => !obstacleSubjects.has(kind)))
    let reach = 0
    for (const { a, b, valueM } of horizontal)
      if ((concerns(a) && b.kinds.some(wanted)) || (concerns(b) && a.kinds.some(wanted)))
        reach = Math.max(reach, valueM ?? 0)
    return reach
  }
  return {
    rules,
    horizontal: (a, b) => pairAnswer(horizontal, a, b),
    crossing: (a, b) => pairAnswer(crossing, a, b),
    cover: (facts, zone) =>
      decide(
        cover.flatMap((row) => {
          const doubts = row.zone === zone ? match(row.a, facts) : null
          return doubts === null ? [] : [{ row, weight: weightOf(row.a), doubts }]
        }),
      ),
    horizontalReach: reachOf,
    placeInRoad: ({ subject, gasPressure }) => {
      const places = layout.flatMap(({ kind, use }, place) =>
        kind === subject && (use === undefined || mayServe(use, subject, gasPressure)) ? [place] : [],
      )
      const [first] = places
      const last = places.at(-1)
      const usual = places.find((place) => layout[place]?.use !== 'transmission') ?? first
      return first === undefined || last === undefined || usual === undefined ? null : { first, usual, last }
    },
    chamber: (chamber, other, table) => {
      const row = chambers.find((each) => match(each.a, chamber) !== null && match(each.b, other) !== null)
      if (row === undefined) return { row: null, leastM: null, mostM: null, verified: true, doubts: SURE }
      if (row.valueM !== null)
        return { row, leastM: row.valueM, mostM: row.valueM, verified: row.verified, doubts: SURE }
      const { least, most, doubts } = pairAnswer(table === 'horizontal' ? horizontal : crossing, chamber, other)
      return {
        row,
        leastM: least?.valueM ?? null,
        mostM: most?.valueM ?? null,
        verified: row.verified && (least?.verified ?? true) && (most?.verified ?? true),
        doubts,
      }
    },
    rankAtCrossing: ({ subject }) => (rules.crossingOrder.kinds as readonly string[]).indexOf(subject),
  }
}
