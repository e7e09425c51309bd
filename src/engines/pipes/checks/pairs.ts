/**
 * The rules between two pipes. Pairs that cross in the plan are held to the vertical distance, others to the horizontal
 * one; solids that overlap are hard clashes instead. Pipes that are joined, or of one run, are not held against each other,
 * nor is a pipe held to the horizontal distance where it, or what it continues, crosses the other a little further on.
 */
import { crossingOf, nearestOfSegments, partWithin } from '../../geo/plane.ts'
import type { Answer, CompiledRules } from '../rules/lookup.ts'
import type { ClearanceRow } from '../rules/schema.ts'
import type { Doubt, FindingKind, Outcome } from './finding.ts'
import { overlapDepth } from './solid.ts'
import type { PipeTable } from './table.ts'

/** A breach, or a doubt, of one pair of lines at one place. `i` belongs to the run whose id sorts first. */
export interface Hit {
  readonly kind: FindingKind
  readonly outcome: Outcome
  readonly i: number
  readonly j: number
  readonly s: number
  readonly t: number
  /** On `i`, where it holds; null at a crossing. */
  readonly part: readonly [number, number] | null
  readonly required: number | null
  readonly actual: number | null
  readonly row: ClearanceRow | null
  readonly doubts: readonly Doubt[]
}

/** Differences below this are noise of computing, not of building: 1 micrometre. */
const NOISE = 1e-6
/** Overlaps up to this are touching, not clashing, m. */
export const TOUCH = 0.001
/** Lines shorter than the root of this in the plan have no direction, m2. */
const SHORT = 1e-12
/** Crossings flatter than this (sine of 15 degrees) are also parallel stretches. */
const FLAT = 0.26
/** Half height over the cosine of the slope, in half heights, from which on a pipe counts as steep (3 in 100). */
const STEEP = 1.000_45
/** How far a joint may be for pipes to be near each other because of it, at most, m. */
export const WALK = 12
/** Within so far a pipe to which the tables do not apply is pointed out, m. */
const OUTSIDE_REACH = 4

interface PairRules {
  readonly horizontal: Answer<ClearanceRow>
  readonly crossing: Answer<ClearanceRow>
  /** Outer walls that are further apart in the plan than this are of no concern, m. */
  readonly strictest: number
}

export class PairCheck {
  readonly #table: PipeTable
  readonly #rules: CompiledRules
  /** By the profiles of both sides, the smaller first. */
  readonly #answers: (PairRules | undefined)[][] = []
  /** `strictest` of the answers, a row of `#width` a profile; NaN: not asked yet. */
  #strictest = new Float64Array(0)
  #width = 0
  readonly #reaches: (number | undefined)[] = []
  readonly #ranks: (number | undefined)[] = []

  constructor(table: PipeTable, rules: CompiledRules) {
    this.#table = table
    this.#rules = rules
  }

  /** The greatest distance between outer walls at which this pipe may be held against another, m. */
  reach(slot: number): number {
    const profile = this.#table.profile[slot] ?? 0
    const known = this.#reaches[profile]
    if (known !== undefined) return known
    const facts = this.#table.facts(slot)
    const reach = Math.max(
      this.#rules.horizontalReach(facts.subject, 'pipes'),
      // The other side's reach may be nothing.
      facts.gasPressure === 'high' ? 2 * OUTSIDE_REACH : 0,
    )
    this.#reaches[profile] = reach
    return reach
  }

  #answer(i: number, j: number): PairRules {
    const p = this.#table.profile[i] ?? 0
    const q = this.#table.profile[j] ?? 0
    const least = p < q ? p : q
    const most = p < q ? q : p
    let row = this.#answers[least]
    if (row === undefined) {
      row = []
      this.#answers[least] = row
    }
    const known = row[most]
    if (known !== undefined) return known
    const a = this.#table.facts(i)
    const b = this.#table.facts(j)
    const horizontal = this.#rules.horizontal(a, b)
    const answer = {
      horizontal,
      crossing: this.#rules.crossing(a, b),
      strictest: horizontal.outside === 'yes' ? OUTSIDE_REACH : (horizontal.most?.valueM ?? 0),
    }
    row[most] = answer
    return answer
  }

  #strictestOf(i: number, j: number): number {
    const table = this.#table
    if (this.#width < table.profiles.length) {
      this.#width = Math.max(16, table.profiles.length * 2)
      this.#strictest = new Float64Array(this.#width ** 2).fill(Number.NaN)
    }
    const at = (table.profile[i] as number) * this.#width + (table.profile[j] as number)
    let strictest = this.#strictest[at] as number
    if (Number.isNaN(strictest)) {
      strictest = this.#answer(i, j).strictest
      this.#strictest[at] = strictest
    }
    return strictest
  }

  /** Whether line `j` lies on one side of line `i`, nowhere nearer to it than `far`: one look instead of four distances. */
  #aside(i: number, j: number, far: number): boolean {
    const { ax, ay, bx, by } = this.#table
    const x = ax[i] as number
    const y = ay[i] as number
    const ux = (bx[i] as number) - x
    const uy = (by[i] as number) - y
    // Twice the areas of two triangles: distances from the line, times its length.
    const one = ux * ((ay[j] as number) - y) - uy * ((ax[j] as number) - x)
    const other = ux * ((by[j] as number) - y) - uy * ((bx[j] as number) - x)
    const least = one > 0 === other > 0 ? Math.min(Math.abs(one), Math.abs(other)) : 0
    const square = ux * ux + uy * uy
    return least > 0 && square > SHORT && least * least >= far * far * square
  }

  /** Puts what is wrong between two lines into `hits`. */
  check(one: number, other: number, hits: Hit[]): void {
    const table = this.#table
    const { runUid, halfWidthMost } = table
    // Most pairs are of one run, or further apart than any rule asks.
    if (runUid[one] === runUid[other]) return
    const far = (halfWidthMost[one] as number) + (halfWidthMost[other] as number) + this.#strictestOf(one, other)
    if (this.#aside(one, other, far) || this.#aside(other, one, far) || table.joined(one, other)) return
    const inOrder = table.run(one).id < table.run(other).id
    const i = inOrder ? one : other
    const j = inOrder ? other : one
    const crossing = this.#crossing(i, j)
    if (crossing === null) {
      this.#checkBeside(i, j, null, hits)
      return
    }
    const before = hits.length
    this.#checkCrossing(i, j, crossing, hits)
    if (crossing.sine <= FLAT && hits[before]?.kind !== 'hard') this.#checkBeside(i, j, crossing, hits)
  }

  #crossing(i: number, j: number): ReturnType<typeof crossingOf> {
    const { ax, ay, bx, by } = this.#table
    return crossingOf(ax[i] ?? 0, ay[i] ?? 0, bx[i] ?? 0, by[i] ?? 0, ax[j] ?? 0, ay[j] ?? 0, bx[j] ?? 0, by[j] ?? 0)
  }

  #isSteep(slot: number): boolean {
    return (
      (this.#table.extent[slot] ?? 0) > STEEP * (this.#table.halfHeight[slot] ?? 0) ||
      this.#table.planLength(slot) < 1e-6
    )
  }
  #depth(i: number, j: number): number {
    const a = this.#table.solid(i)
    const b = this.#table.solid(j)
    return a === null || b === null ? Number.NEGATIVE_INFINITY : overlapDepth(a, b)
  }

  #rankOf(slot: number): number {
    const profile = this.#table.profile[slot] ?? 0
    let rank = this.#ranks[profile]
    if (rank === undefined) {
      rank = this.#rules.rankAtCrossing(this.#table.facts(slot))
      this.#ranks[profile] = rank
    }
    return rank
  }
  #checkCrossing(i: number, j: number, { s, t }: { readonly s: number; readonly t: number }, hits: Hit[]): void {
    const table = this.#table
    const zi = table.axisAt(i, s)
    const zj = table.axisAt(j, t)
    const gap = Math.abs(zi - zj) - (table.extent[i] ?? 0) - (table.extent[j] ?? 0)
    // Steep pipes come nearest elsewhere than straight above each other: for them the solids decide.
    if (gap < -TOUCH || this.#isSteep(i) || this.#isSteep(j)) {
      const depth = this.#depth(i, j)
      if (depth > TOUCH) {
        hits.push({
          i,
          j,
          s,
          t,
          part: null,
          kind: 'hard',
          outcome: 'breach',
          required: 0,
          actual: -depth,
          row: null,
          doubts: [],
        })
        return
      }
    }
    if (table.overhead[i] === 1 || table.overhead[j] === 1) return
    const { least, most, doubts } = this.#answer(i, j).crossing
    if (Number.isNaN(gap)) {
      if (most === null) return
      const missing: Doubt[] = [Number.isNaN(zi - zj) ? 'elevation' : 'size']
      // Even without any size the axes may be too near.
      const apart = Math.abs(zi - zj)
      const sure = least !== null && apart < (least.valueM ?? 0) - NOISE
      hits.push({
        i,
        j,
        s,
        t,
        part: null,
        kind: 'crossing',
        outcome: sure ? 'breach' : 'unknown',
        required: (sure ? least : most).valueM,
        actual: sure ? apart : null,
        row: sure ? least : most,
        doubts: missing,
      })
      return
    }
    if (least?.valueM !== null && least !== null && gap < least.valueM - NOISE)
      hits.push({
        i,
        j,
        s,
        t,
        part: null,
        kind: 'crossing',
        outcome: 'breach',
        required: least.valueM,
        actual: gap,
        row: least,
        doubts: [],
      })
    else if (most?.valueM !== null && most !== null && gap < most.valueM - NOISE)
      hits.push({
        i,
        j,
        s,
        t,
        part: null,
        kind: 'crossing',
        outcome: 'unknown',
        required: most.valueM,
        actual: gap,
        row: most,
        doubts,
      })
    const upper = this.#rankOf(zi > zj ? i : j)
    const lower = this.#rankOf(zi > zj ? j : i)
    if (upper >= 0 && lower >= 0 && upper > lower)
      hits.push({
        i,
        j,
        s,
        t,
        part: null,
        kind: 'crossing-order',
        outcome: 'breach',
        required: null,
        actual: gap,
        row: null,
        doubts: [],
      })
  }

  #checkBeside(i: number, j: number, crossing: { readonly s: number; readonly t: number } | null, hits: Hit[]): void {
    const table = this.#table
    const { ax, ay, bx, by } = table
    const xi = ax[i] ?? 0
    const yi = ay[i] ?? 0
    const ui = bx[i] ?? 0
    const vi = by[i] ?? 0
    const xj = ax[j] ?? 0
    const yj = ay[j] ?? 0
    const uj = bx[j] ?? 0
    const vj = by[j] ?? 0
    const { s, t, distance } =
      crossing === null ? nearestOfSegments(xi, yi, ui, vi, xj, yj, uj, vj) : { ...crossing, distance: 0 }
    const walls = (table.halfWidth[i] ?? 0) + (table.halfWidth[j] ?? 0)
    const wallsMost = (table.halfWidthMost[i] ?? 0) + (table.halfWidthMost[j] ?? 0)
    const {
      horizontal: { least, most, outside, outsideRow, doubts },
      strictest,
    } = this.#answer(i, j)
    const outsideHere = outside === 'yes'
    if (distance >= wallsMost + strictest - NOISE) return
    const clear = distance - walls
    const base = { i, j, s, t }
    const partTo = (width: number): readonly [number, number] =>
      partWithin(xi, yi, ui, vi, xj, yj, uj, vj, width) ?? [s, s]
    if (clear < -TOUCH) {
      const depth = this.#depth(i, j)
      if (depth > TOUCH) {
        if (!this.#explained(i, j, s, t, walls, true))
          hits.push({
            ...base,
            kind: 'hard',
            outcome: 'breach',
            part: partTo(walls),
            required: 0,
            actual: -depth,
            row: null,
            doubts: [],
          })
        return
      }
    }
    if (table.overhead[i] === 1 || table.overhead[j] === 1) return
    const verdict = ((): Pick<Hit, 'outcome' | 'required' | 'row' | 'doubts'> | null => {
      if (outsideHere) return { outcome: 'outside', required: null, row: outsideRow, doubts: [] }
      if (least?.valueM !== null && least !== null && clear < least.valueM - NOISE)
        return { outcome: 'breach', required: least.valueM, row: least, doubts: [] }
      if (most?.valueM === null || most === null || distance - wallsMost >= most.valueM - NOISE) return null
      return {
        outcome: 'unknown',
        required: most.valueM,
        row: most,
        doubts: wallsMost > walls ? [...doubts, 'size'] : doubts,
      }
    })()
    if (verdict === null) return
    const width = (verdict.outcome === 'breach' ? walls : wallsMost) + (verdict.required ?? OUTSIDE_REACH)
    if (this.#explained(i, j, s, t, width, false)) return
    hits.push({ ...base, ...verdict, kind: 'horizontal', part: partTo(width), actual: clear })
  }

  /**
   * Lines that continue a line from the place at parameter `s`, over joints no further than `far` along; the line itself
   * first.
   */
  #continued(slot: number, s: number, far: number): ReadonlySet<number> {
    const table = this.#table
    const found = new Set([slot])
    const length = table.planLength(slot)
    const queue: { node: number; gone: number }[] = [
      { node: table.startNode[slot] ?? 0, gone: s * length },
      { node: table.endNode[slot] ?? 0, gone: (1 - s) * length },
    ]
    for (let at = 0; at < queue.length && at < 64; at += 1) {
      const here = queue[at]
      if (here === undefined || here.gone > far) continue
      for (const next of table.atNode(here.node)) {
        if (found.has(next)) continue
        found.add(next)
        const node = (table.startNode[next] === here.node ? table.endNode[next] : table.startNode[next]) ?? 0
        queue.push({ node, gone: here.gone + table.planLength(next) })
      }
    }
    return found
  }

  /**
   * Whether two lines are near each other only because they, or what continues them, cross or join close by. A distance of
   * `width` at a crossing of angle a lasts width / sin a along the lines. With `onlyHard` only a hard crossing explains.
   */
  #explained(i: number, j: number, s: number, t: number, width: number, onlyHard: boolean): boolean {
    const table = this.#table
    const far = Math.min(WALK, width / FLAT)
    const beyondI = this.#continued(i, s, far)
    const joint = Math.min(WALK, 2 * width)
    if (this.#continued(i, s, joint).has(j)) return true
    const beyondJ = this.#continued(j, t, far)
    if (beyondI.size === 1 && beyondJ.size === 1) return false
    const px = table.eastAt(i, s)
    const py = table.northAt(i, s)
    for (const a of beyondI)
      for (const b of beyondJ) {
        if (a === b || (a === i && b === j) || table.joined(a, b)) continue
        const crossing = this.#crossing(a, b)
        if (crossing === null || crossing.sine <= FLAT) continue
        const away = Math.hypot(table.eastAt(a, crossing.s) - px, table.northAt(a, crossing.s) - py)
        if (away > (width / crossing.sine) * 1.05 + 0.05) continue
        if (!onlyHard || this.#depth(a, b) > TOUCH) return true
      }
    return false
  }
}
