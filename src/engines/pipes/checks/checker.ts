/**
 * Checks pipes against each other, the ground and what stands beside them. Built once, it can be told of changes and
 * then looks again only at what they touch; the answer is the same as that of a new check of everything.
 */
import { type Frame, frameFor } from '../../geo/frame.ts'
import type { Pipe } from '../model.ts'
import type { CompiledRules } from '../rules/lookup.ts'
import type { GroundZone } from '../rules/schema.ts'
import { ChamberCheck } from './chambers.ts'
import { chamberFinding, coverFinding, layoutFinding, obstacleFinding, pairFinding } from './describe.ts'
import type { Chamber, Finding, Obstacle, Road, ZoneArea } from './finding.ts'
import { gatherCover, gatherObstacles, gatherPair } from './gather.ts'
import { Grid } from './grid.ts'
import { type CoverHit, GroundCheck, type ObstacleHit } from './ground.ts'
import { LayoutCheck } from './layout.ts'
import { type Hit, PairCheck, WALK } from './pairs.ts'
import { layRuns } from './runs.ts'
import { PipeTable, type Run } from './table.ts'

export interface CheckOptions {
  readonly rules: CompiledRules
  readonly obstacles?: readonly Obstacle[]
  readonly zones?: readonly ZoneArea[]
  readonly chambers?: readonly Chamber[]
  readonly roads?: readonly Road[]
  /** What lies above pipes outside all zones; default: carriageway, the stricter. */
  readonly defaultZone?: GroundZone
  /** Default: near the middle of the pipes. */
  readonly frame?: Frame
}

export interface Change {
  /** Ids of pipes that go. */
  readonly remove?: readonly string[]
  /** Pipes that come, or take the place of those with the same id. */
  readonly put?: readonly Pipe[]
  /** All chambers as they stand after the change; absent: as before. */
  readonly chambers?: readonly Chamber[]
}
export interface ChangeResult {
  readonly gone: readonly Finding[]
  /** New findings, and changed ones with the same key. */
  readonly come: readonly Finding[]
  /** How many pipes were looked at again. */
  readonly looked: number
}

/** Hits of a pair of runs, or of one run with the ground, and the findings that they make. */
interface Bundle {
  readonly key: number
  readonly pairs: Set<Hit>
  readonly cover: CoverHit[]
  readonly obstacles: ObstacleHit[]
  findings: readonly Finding[]
}

const byKey = (a: Finding, b: Finding): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : order(a, b))
const order = (a: Finding, b: Finding): number => (a.outcome < b.outcome ? -1 : a.outcome > b.outcome ? 1 : 0)
const nameOf = (finding: Finding): string => `${finding.key}|${finding.outcome}`
const ordered = (a: number, b: number): readonly [number, number] => (a < b ? [a, b] : [b, a])

/** About twice the usual length of a line, so that most lie in few cells. */
const cellSize = (pipes: readonly Pipe[]): number => {
  const step = Math.max(1, Math.floor(pipes.length / 1_000))
  const sizes = pipes
    .filter((_, index) => index % step === 0)
    .map(({ start, end }) => Math.max(Math.abs(start.east - end.east), Math.abs(start.north - end.north)))
    .sort((a, b) => a - b)
  return Math.min(200, Math.max(4, sizes[Math.floor(sizes.length / 2)] ?? 20))
}

export class PipeChecker {
  readonly #rules: CompiledRules
  readonly #table: PipeTable
  readonly #grid: Grid
  readonly #pairs: PairCheck
  readonly #ground: GroundCheck
  readonly #chambers: ChamberCheck
  readonly #layout: LayoutCheck
  readonly #hitsOf: (Set<Hit> | undefined)[] = []
  readonly #bundles = new Map<number, Bundle>()
  readonly #home = new Map<Hit, Bundle>()
  #dirty = new Set<Bundle>()
  readonly #coverHits: CoverHit[] = []
  readonly #obstacleHits: ObstacleHit[] = []

  /** Throws a RangeError when two pipes have the same id. */
  constructor(pipes: readonly Pipe[], options: CheckOptions) {
    this.#rules = options.rules
    this.#table = new PipeTable(options.frame ?? frameFor(pipes.map(({ start }) => start)), pipes.length)
    this.#grid = new Grid(cellSize(pipes), pipes.length)
    this.#pairs = new PairCheck(this.#table, options.rules)
    this.#ground = new GroundCheck(
      this.#table,
      options.rules,
      options.zones ?? [],
      options.defaultZone ?? 'carriageway',
      options.obstacles ?? [],
    )
    const slots = pipes.map((pipe) => this.#insert(pipe))
    layRuns(this.#table, slots)
    const hits: Hit[] = []
    this.#grid.pairs((a, b) => this.#pairs.check(a, b, hits))
    for (const hit of hits) this.#keep(hit)
    const beside = this.#ground.slotsBeside(this.#grid)
    for (const slot of slots) this.#lookAtGround(slot, beside[slot] === 1)
    this.#settle()
    const { rules } = options.rules
    this.#chambers = new ChamberCheck(this.#table, options.rules, this.#grid, options.chambers ?? [], (hit, beside) =>
      chamberFinding(this.#table, rules, hit, beside),
    )
    this.#layout = new LayoutCheck(this.#table, options.rules, this.#grid, options.roads ?? [], (hit, all) =>
      layoutFinding(this.#table, rules, hit, all),
    )
    this.#chambers.settle(() => {})
    this.#layout.settle(() => {})
  }

  get size(): number {
    return this.#table.size
  }
  get frame(): Frame {
    return this.#table.frame
  }

  /** All findings in the order of their keys. */
  findings(): readonly Finding[] {
    return [
      ...[...this.#bundles.values()].flatMap(({ findings }) => findings),
      ...this.#chambers.findings(),
      ...this.#layout.findings(),
    ].sort(byKey)
  }

  /** The run of a pipe in order, for long sections. */
  runOf(id: string): { readonly id: string; readonly pipes: readonly string[] } | null {
    const slot = this.#table.slotOf(id)
    if (slot === undefined) return null
    const run = this.#table.run(slot)
    return { id: run.id, pipes: run.slots.map((each) => this.#table.pipe(each).id) }
  }

  update({ remove = [], put = [], chambers }: Change): ChangeResult {
    const table = this.#table
    // A pipe named twice counts as its last word says.
    const coming = new Map(put.map((pipe) => [pipe.id, pipe]))
    const going = [...new Set([...remove, ...coming.keys()])].flatMap((id) => table.slotOf(id) ?? [])

    // All that a change can touch: what is near or joined, and the whole runs of that.
    const touched = new Set<number>()
    for (const pipe of [...going.map((slot) => table.pipe(slot)), ...coming.values()]) this.#around(pipe, touched)
    const runs = new Set<Run>()
    for (const slot of touched) runs.add(table.run(slot))
    for (const run of runs) for (const slot of run.slots) touched.add(slot)

    const before = new Map<string, Finding>()
    for (const slot of touched) {
      this.#forget(slot, before)
      this.#chambers.touch(slot)
      this.#layout.touch(slot)
    }
    for (const run of runs) this.#dropGround(run, before)
    for (const slot of going) {
      this.#grid.remove(slot)
      table.remove(slot)
      touched.delete(slot)
    }
    for (const pipe of coming.values()) {
      const slot = this.#insert(pipe)
      touched.add(slot)
      this.#chambers.touch(slot)
      this.#layout.touch(slot)
    }
    layRuns(table, touched)
    if (chambers !== undefined) this.#chambers.set(chambers)

    const hits: Hit[] = []
    for (const slot of touched)
      this.#grid.beside(slot, (other) => {
        if (other > slot || (other < slot && !touched.has(other))) this.#pairs.check(slot, other, hits)
      })
    for (const hit of hits) this.#keep(hit)
    for (const slot of touched) this.#lookAtGround(slot)
    const keep = (finding: Finding): void => void before.set(nameOf(finding), finding)
    const after = [...this.#settle(), ...this.#chambers.settle(keep), ...this.#layout.settle(keep)]
    const names = new Set(after.map(nameOf))
    return {
      gone: [...before.values()].filter((finding) => !names.has(nameOf(finding))).sort(byKey),
      come: after
        .filter((finding) => JSON.stringify(before.get(nameOf(finding))) !== JSON.stringify(finding))
        .sort(byKey),
      looked: touched.size,
    }
  }

  #around(pipe: Pipe, into: Set<number>): void {
    const { east, north } = this.#table.frame
    const [west, eastmost] = ordered(pipe.start.east - east, pipe.end.east - east)
    const [south, northmost] = ordered(pipe.start.north - north, pipe.end.north - north)
    const far = WALK + 1
    this.#grid.query(west - far, south - far, eastmost + far, northmost + far, (slot) => into.add(slot))
    for (const name of [pipe.startNode, pipe.endNode]) {
      const node = this.#table.nodeOf(name)
      if (node !== undefined) for (const slot of this.#table.atNode(node)) into.add(slot)
    }
    const own = this.#table.slotOf(pipe.id)
    if (own !== undefined) into.add(own)
  }
  /** Two pipes matter to each other where their boxes, widened by half the reach of each, overlap. */
  #insert(pipe: Pipe): number {
    const slot = this.#table.add(pipe)
    const { ax, ay, bx, by, halfWidthMost } = this.#table
    const pad = (halfWidthMost[slot] as number) + this.#pairs.reach(slot) / 2 + 0.01
    const x = ax[slot] as number
    const y = ay[slot] as number
    const u = bx[slot] as number
    const v = by[slot] as number
    this.#grid.add(slot, Math.min(x, u) - pad, Math.min(y, v) - pad, Math.max(x, u) + pad, Math.max(y, v) + pad)
    return slot
  }

  #bundle(key: number): Bundle {
    let bundle = this.#bundles.get(key)
    if (bundle === undefined) {
      bundle = { key, pairs: new Set(), cover: [], obstacles: [], findings: [] }
      this.#bundles.set(key, bundle)
    }
    this.#dirty.add(bundle)
    return bundle
  }
  #keep(hit: Hit): void {
    const bundle = this.#bundle(this.#table.run(hit.i).uid * 0x400_0000 + this.#table.run(hit.j).uid)
    bundle.pairs.add(hit)
    this.#home.set(hit, bundle)
    for (const slot of [hit.i, hit.j]) {
      const hits = this.#hitsOf[slot]
      if (hits === undefined) this.#hitsOf[slot] = new Set([hit])
      else hits.add(hit)
    }
  }
  #remember(bundle: Bundle, before: Map<string, Finding>): void {
    if (this.#dirty.has(bundle)) return
    for (const finding of bundle.findings) before.set(nameOf(finding), finding)
    this.#dirty.add(bundle)
  }
  /** Takes away all that was found between a pipe and others. */
  #forget(slot: number, before: Map<string, Finding>): void {
    for (const hit of this.#hitsOf[slot] ?? []) {
      const bundle = this.#home.get(hit)
      if (bundle === undefined) continue
      this.#remember(bundle, before)
      bundle.pairs.delete(hit)
      this.#home.delete(hit)
      this.#hitsOf[hit.i === slot ? hit.j : hit.i]?.delete(hit)
    }
    this.#hitsOf[slot] = undefined
  }
  #dropGround(run: Run, before: Map<string, Finding>): void {
    const bundle = this.#bundles.get(run.uid)
    if (bundle === undefined) return
    this.#remember(bundle, before)
    bundle.cover.length = 0
    bundle.obstacles.length = 0
  }
  /** `beside`: false when nothing stands near enough to matter. */
  #lookAtGround(slot: number, beside = true): void {
    const cover = this.#coverHits
    const obstacles = this.#obstacleHits
    if (cover.length > 0) cover.length = 0
    if (obstacles.length > 0) obstacles.length = 0
    this.#ground.checkCover(slot, cover)
    if (beside) this.#ground.checkObstacles(slot, obstacles)
    if (cover.length === 0 && obstacles.length === 0) return
    const bundle = this.#bundle(this.#table.run(slot).uid)
    bundle.cover.push(...cover)
    bundle.obstacles.push(...obstacles)
  }

  /** Makes the findings of all bundles that changed, and gives them. */
  #settle(): Finding[] {
    const { rules } = this.#rules
    const table = this.#table
    const made: Finding[] = []
    for (const bundle of this.#dirty) {
      if (bundle.pairs.size + bundle.cover.length + bundle.obstacles.length === 0) {
        this.#bundles.delete(bundle.key)
        continue
      }
      bundle.findings = [
        ...gatherPair(table, [...bundle.pairs]).map((each) => pairFinding(table, rules, each)),
        ...gatherCover(table, bundle.cover).map((each) => coverFinding(table, rules, each)),
        ...gatherObstacles(table, bundle.obstacles).map((each) => obstacleFinding(table, rules, each)),
      ]
      made.push(...bundle.findings)
    }
    this.#dirty = new Set()
    return made
  }
}

/** All findings of these pipes in one go. */
export const checkPipes = (pipes: readonly Pipe[], options: CheckOptions): readonly Finding[] =>
  new PipeChecker(pipes, options).findings()
