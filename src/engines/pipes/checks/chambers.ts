/**
 * Chambers against the pipes and chambers beside them: the outer wall is held to the distances of the tables, a pipe may not
 * run through a chamber that it does not join, and under its bottom it keeps the distance of a crossing.
 */
import RBush from 'rbush'
import { nearestParameter } from '../../geo/plane.ts'
import type { CompiledRules } from '../rules/lookup.ts'
import type { ChamberRow } from '../rules/schema.ts'
import type { Chamber, Doubt, Finding, Outcome } from './finding.ts'
import type { Grid } from './grid.ts'
import { type PipeTable, UNKNOWN_HALF_SIZE } from './table.ts'

const NOISE = 1e-6
/** Overlaps up to this are touching, not clashing, m. */
const TOUCH = 0.001

export interface ChamberHit {
  readonly kind: 'hard' | 'chamber'
  readonly outcome: Outcome
  readonly chamber: Chamber
  /** What is beside it: a pipe at a parameter, or another chamber. */
  readonly other: { readonly slot: number; readonly s: number } | Chamber
  /** Distance below the bottom, or beside the wall. */
  readonly vertical: boolean
  readonly required: number | null
  readonly actual: number | null
  readonly row: (Pick<ChamberRow, 'id' | 'clause' | 'source'> & { readonly verified: boolean }) | null
  readonly doubts: readonly Doubt[]
}
interface Boxed {
  readonly minX: number
  readonly minY: number
  readonly maxX: number
  readonly maxY: number
  readonly chamber: Chamber
}
/** Heights between which something stands, above the frame; NaN: unknown. */
interface Stands {
  readonly top: number
  readonly bottom: number
}

const outcomeRank = { breach: 0, outside: 1, unknown: 2 } as const
const worse = (a: ChamberHit, b: ChamberHit): boolean => {
  const hard = Number(a.kind === 'hard') - Number(b.kind === 'hard')
  if (hard !== 0) return hard > 0
  const rank = outcomeRank[a.outcome] - outcomeRank[b.outcome]
  if (rank !== 0) return rank < 0
  return (a.required ?? 0) - (a.actual ?? 0) > (b.required ?? 0) - (b.actual ?? 0) + NOISE
}

export class ChamberCheck {
  readonly #table: PipeTable
  readonly #rules: CompiledRules
  readonly #grid: Grid
  readonly #make: (hit: ChamberHit, slots: readonly number[]) => Finding
  readonly #tree = new RBush<Boxed>()
  readonly #boxes = new Map<string, Boxed>()
  readonly #found = new Map<string, readonly Finding[]>()
  readonly #dirty = new Set<string>()

  /** `make` puts what is found into words; its second argument holds all lines of the run that are too near. */
  constructor(
    table: PipeTable,
    rules: CompiledRules,
    grid: Grid,
    chambers: readonly Chamber[],
    make: (hit: ChamberHit, slots: readonly number[]) => Finding,
  ) {
    this.#table = table
    this.#rules = rules
    this.#grid = grid
    this.#make = make
    const boxes = chambers.map((chamber) => this.#boxOf(chamber))
    for (const box of boxes) {
      this.#boxes.set(box.chamber.id, box)
      this.#dirty.add(box.chamber.id)
    }
    this.#tree.load(boxes)
  }

  #boxOf(chamber: Chamber): Boxed {
    const { east, north } = this.#table.frame
    const far = chamber.sizeM / 2 + this.#rules.horizontalReach(chamber.kind, 'pipes')
    const [x, y] = [chamber.at.east - east, chamber.at.north - north]
    return { minX: x - far, minY: y - far, maxX: x + far, maxY: y + far, chamber }
  }
  /** These chambers stand now, instead of those before. */
  set(chambers: readonly Chamber[]): void {
    const coming = new Map(chambers.map((chamber) => [chamber.id, chamber]))
    for (const [id, box] of this.#boxes) {
      const next = coming.get(id)
      if (next !== undefined && JSON.stringify(next) === JSON.stringify(box.chamber)) {
        coming.delete(id)
        continue
      }
      this.#around(box)
      this.#tree.remove(box)
      this.#boxes.delete(id)
      this.#dirty.add(id)
    }
    for (const chamber of coming.values()) {
      const box = this.#boxOf(chamber)
      this.#boxes.set(chamber.id, box)
      this.#tree.insert(box)
      this.#dirty.add(chamber.id)
      this.#around(box)
    }
  }
  #around(box: Omit<Boxed, 'chamber'>): void {
    for (const { chamber } of this.#tree.search(box)) this.#dirty.add(chamber.id)
  }
  /** A pipe comes, goes or is joined in another way. */
  touch(slot: number): void {
    if (this.#boxes.size === 0) return
    const { ax, ay, bx, by, halfWidthMost } = this.#table
    const [x, y, u, v] = [ax[slot] ?? 0, ay[slot] ?? 0, bx[slot] ?? 0, by[slot] ?? 0]
    const pad = halfWidthMost[slot] ?? 0
    this.#around({
      minX: Math.min(x, u) - pad,
      minY: Math.min(y, v) - pad,
      maxX: Math.max(x, u) + pad,
      maxY: Math.max(y, v) + pad,
    })
  }
  /** Looks at what changed; gives what is found there now, and puts what was found before into `before`. */
  settle(before: (finding: Finding) => void): readonly Finding[] {
    const made: Finding[] = []
    for (const id of this.#dirty) {
      for (const finding of this.#found.get(id) ?? []) before(finding)
      const box = this.#boxes.get(id)
      const found = box === undefined ? [] : this.#look(box)
      if (found.length === 0) this.#found.delete(id)
      else this.#found.set(id, found)
      made.push(...found)
    }
    this.#dirty.clear()
    return made
  }
  findings(): readonly Finding[] {
    return [...this.#found.values()].flat()
  }

  #look(box: Boxed): readonly Finding[] {
    const table = this.#table
    const { chamber } = box
    const node = table.nodeOf(chamber.id)
    const own = new Set(node === undefined ? [] : table.atNode(node).map((slot) => table.run(slot).uid))
    const x = chamber.at.east - table.frame.east
    const y = chamber.at.north - table.frame.north
    // The worst for each run: one finding, however its lines are cut.
    const worst = new Map<number, { hit: ChamberHit; readonly slots: number[] }>()
    const pad = UNKNOWN_HALF_SIZE
    this.#grid.query(box.minX - pad, box.minY - pad, box.maxX + pad, box.maxY + pad, (slot) => {
      const run = table.run(slot).uid
      if (own.has(run) || table.overhead[slot] === 1) return
      const hit = this.#beside(chamber, x, y, slot)
      if (hit === null) return
      const known = worst.get(run)
      if (known === undefined) worst.set(run, { hit, slots: [slot] })
      else {
        known.slots.push(slot)
        if (worse(hit, known.hit)) known.hit = hit
      }
    })
    const findings = [...worst.values()].map(({ hit, slots }) => this.#make(hit, slots))
    for (const { chamber: other } of this.#tree.search(box)) {
      // Each pair once.
      if (other.id <= chamber.id) continue
      const there = table.nodeOf(other.id)
      if (there !== undefined && table.atNode(there).some((slot) => own.has(table.run(slot).uid))) continue
      const hit = this.#between(chamber, other)
      if (hit !== null) findings.push(this.#make(hit, []))
    }
    return findings
  }

  #stands({ ground, bottom }: Chamber): Stands {
    const { height } = this.#table.frame
    return {
      top: ground === null ? Infinity : ground - height,
      bottom: bottom === null ? Number.NaN : bottom - height,
    }
  }
  #beside(chamber: Chamber, x: number, y: number, slot: number): ChamberHit | null {
    const table = this.#table
    const [ax, ay, bx, by] = [table.ax[slot] ?? 0, table.ay[slot] ?? 0, table.bx[slot] ?? 0, table.by[slot] ?? 0]
    const s = nearestParameter(x, y, ax, ay, bx, by)
    const away = Math.hypot(table.eastAt(slot, s) - x, table.northAt(slot, s) - y) - chamber.sizeM / 2
    const axis = table.axisAt(slot, s)
    const extent = table.extent[slot] ?? Number.NaN
    return this.#judge(
      chamber,
      { slot, s },
      away - (table.halfWidth[slot] ?? 0),
      away - (table.halfWidthMost[slot] ?? 0),
      { top: axis + extent, bottom: axis - extent },
      Number.isNaN(axis) ? 'elevation' : 'size',
    )
  }
  #between(chamber: Chamber, other: Chamber): ChamberHit | null {
    const clear =
      Math.hypot(chamber.at.east - other.at.east, chamber.at.north - other.at.north) - (chamber.sizeM + other.sizeM) / 2
    // Two chambers reach up to the ground both: they are always beside each other.
    return this.#judge(chamber, other, clear, clear, { top: Infinity, bottom: Number.NEGATIVE_INFINITY }, 'elevation')
  }
  #judge(
    chamber: Chamber,
    other: ChamberHit['other'],
    clear: number,
    clearMost: number,
    { top, bottom }: Stands,
    missing: Doubt,
  ): ChamberHit | null {
    const facts = 'slot' in other ? this.#table.facts(other.slot) : other.facts
    const beside = this.#rules.chamber(chamber.facts, facts, 'horizontal')
    if (clearMost >= (beside.mostM ?? 0) - NOISE && clearMost > -TOUCH) return null
    const made = (
      what: Pick<ChamberHit, 'kind' | 'outcome' | 'required' | 'actual' | 'doubts'>,
      answer = beside,
      vertical = false,
    ): ChamberHit => ({
      ...what,
      chamber,
      other,
      vertical,
      row: answer.row === null ? null : { ...answer.row, verified: answer.verified },
    })
    const stands = this.#stands(chamber)
    if (Number.isNaN(top) || (Number.isNaN(stands.bottom) && Number.isFinite(bottom))) {
      if (beside.mostM === null && clear > -TOUCH) return null
      const doubts = [Number.isNaN(top) ? missing : 'chamber-depth'] as const
      return made({ kind: 'chamber', outcome: 'unknown', required: beside.mostM, actual: null, doubts })
    }
    if (bottom >= stands.top) return null
    if (top <= stands.bottom + NOISE) {
      // Wholly below: only what lies under the chamber matters.
      if (clearMost > -TOUCH) return null
      const under = this.#rules.chamber(chamber.facts, facts, 'crossing')
      const gap = stands.bottom - top
      if (under.mostM === null || gap >= under.mostM - NOISE) {
        if (chamber.surveyed) return null
        return made(
          { kind: 'chamber', outcome: 'unknown', required: under.mostM, actual: null, doubts: ['chamber-depth'] },
          under,
          true,
        )
      }
      const sure = under.leastM !== null && gap < under.leastM - NOISE && clear < -TOUCH
      return made(
        {
          kind: 'chamber',
          outcome: sure ? 'breach' : 'unknown',
          required: sure ? under.leastM : under.mostM,
          actual: gap,
          doubts: sure ? [] : clear < -TOUCH ? under.doubts : [...under.doubts, 'size'],
        },
        under,
        true,
      )
    }
    const depth = Math.min(-clear, Math.min(top, stands.top) - Math.max(bottom, stands.bottom))
    if (depth > TOUCH)
      return {
        ...made({ kind: 'hard', outcome: 'breach', required: 0, actual: -depth, doubts: [] }),
        row: null,
      }
    if (beside.leastM !== null && clear < beside.leastM - NOISE)
      return made({ kind: 'chamber', outcome: 'breach', required: beside.leastM, actual: clear, doubts: [] })
    if (beside.mostM === null || clearMost >= beside.mostM - NOISE) return null
    return made({
      kind: 'chamber',
      outcome: 'unknown',
      required: beside.mostM,
      actual: clear,
      doubts: clearMost < clear ? [...beside.doubts, 'size'] : beside.doubts,
    })
  }
}
