/** Cover over a pipe, and its distance from what stands beside it. */
import RBush from 'rbush'
import type { Path } from '../../geo/plane.ts'
import { cutsByPolygon, insidePolygon, segmentToPath, segmentToPolygon } from '../../geo/plane.ts'
import { type Answer, type CompiledRules, factsOfObstacle, type RuleFacts } from '../rules/lookup.ts'
import type { ClearanceRow, CoverRow, GroundZone } from '../rules/schema.ts'
import type { Doubt, Obstacle, Outcome, ZoneArea } from './finding.ts'
import type { Grid } from './grid.ts'
import { type PipeTable, UNKNOWN_HALF_SIZE } from './table.ts'

const NOISE = 1e-6

export interface CoverHit {
  readonly kind: 'cover'
  readonly outcome: Outcome
  readonly i: number
  readonly s: number
  readonly part: readonly [number, number]
  readonly zone: GroundZone
  readonly required: number
  readonly actual: number | null
  readonly row: CoverRow
  readonly doubts: readonly Doubt[]
}
export interface ObstacleHit {
  readonly kind: 'obstacle'
  readonly outcome: Outcome
  readonly i: number
  readonly s: number
  readonly obstacle: Obstacle
  /** Distance in the plan, or height under a rail base. */
  readonly vertical: boolean
  readonly required: number | null
  readonly actual: number | null
  readonly row: ClearanceRow
  readonly doubts: readonly Doubt[]
}

interface Boxed<Thing> {
  readonly minX: number
  readonly minY: number
  readonly maxX: number
  readonly maxY: number
  readonly thing: Thing
  readonly order: number
}
const boxOf = (paths: readonly Path[]): Omit<Boxed<never>, 'thing' | 'order'> => {
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity }
  for (const path of paths)
    for (const [x, y] of path) {
      box.minX = Math.min(box.minX, x)
      box.minY = Math.min(box.minY, y)
      box.maxX = Math.max(box.maxX, x)
      box.maxY = Math.max(box.maxY, y)
    }
  return box
}
const treeOf = <Thing>(
  things: readonly { readonly thing: Thing; readonly paths: readonly Path[] }[],
): RBush<Boxed<Thing>> =>
  new RBush<Boxed<Thing>>().load(
    things
      .map(({ thing, paths }, order) => ({ ...boxOf(paths), thing, order }))
      .filter(({ minX }) => Number.isFinite(minX)),
  )

export class GroundCheck {
  readonly #table: PipeTable
  readonly #rules: CompiledRules
  readonly #zones: RBush<Boxed<{ readonly zone: GroundZone; readonly rings: readonly Path[] }>>
  readonly #obstacles: RBush<Boxed<{ readonly obstacle: Obstacle; readonly paths: readonly Path[] }>>
  readonly #defaultZone: GroundZone
  readonly #coverAnswers = new Map<GroundZone, (Answer<CoverRow> | undefined)[]>()
  readonly #reaches: (number | undefined)[] = []
  readonly #hasObstacles: boolean
  readonly #hasZones: boolean
  readonly #obstacleAnswers = new Map<string, Answer<ClearanceRow>>()

  constructor(
    table: PipeTable,
    rules: CompiledRules,
    zones: readonly ZoneArea[],
    defaultZone: GroundZone,
    obstacles: readonly Obstacle[],
  ) {
    this.#table = table
    this.#rules = rules
    this.#defaultZone = defaultZone
    this.#hasZones = zones.length > 0
    this.#hasObstacles = obstacles.length > 0
    const { east, north } = table.frame
    const local = (path: Path): Path => path.map(([x, y]) => [x - east, y - north] as const)
    this.#zones = treeOf(
      zones.map(({ zone, rings }) => {
        const paths = rings.map(local)
        return { thing: { zone, rings: paths }, paths }
      }),
    )
    this.#obstacles = treeOf(
      obstacles.map((obstacle) => {
        const { shape } = obstacle
        const paths =
          shape.type === 'point'
            ? [local([[shape.at.east, shape.at.north]])]
            : shape.type === 'line'
              ? [local(shape.path)]
              : shape.rings.map(local)
        return { thing: { obstacle, paths }, paths }
      }),
    )
  }

  get #everywhere(): readonly (readonly [from: number, to: number, zone: GroundZone])[] {
    return [[0, 1, this.#defaultZone]]
  }
  #ends(i: number): readonly [number, number, number, number] {
    const { ax, ay, bx, by } = this.#table
    return [ax[i] ?? 0, ay[i] ?? 0, bx[i] ?? 0, by[i] ?? 0]
  }
  #cover(i: number, zone: GroundZone): Answer<CoverRow> {
    let answers = this.#coverAnswers.get(zone)
    if (answers === undefined) {
      answers = []
      this.#coverAnswers.set(zone, answers)
    }
    const profile = this.#table.profile[i] ?? 0
    const known = answers[profile]
    if (known !== undefined) return known
    const answer = this.#rules.cover(this.#table.facts(i), zone)
    answers[profile] = answer
    return answer
  }
  #reach(i: number): number {
    const profile = this.#table.profile[i] ?? 0
    const known = this.#reaches[profile]
    if (known !== undefined) return known
    const reach = this.#rules.horizontalReach(this.#table.facts(i).subject, 'obstacles')
    this.#reaches[profile] = reach
    return reach
  }
  #beside(i: number, facts: RuleFacts, vertical: boolean): Answer<ClearanceRow> {
    const key = `${this.#table.profile[i]}|${facts.subject}|${vertical}`
    const known = this.#obstacleAnswers.get(key)
    if (known !== undefined) return known
    const own = this.#table.facts(i)
    const answer = vertical ? this.#rules.crossing(own, facts) : this.#rules.horizontal(own, facts)
    this.#obstacleAnswers.set(key, answer)
    return answer
  }

  /** Parts of a line with the zone over them. */
  #parts(i: number): readonly (readonly [from: number, to: number, zone: GroundZone])[] {
    if (!this.#hasZones) return this.#everywhere
    const [ax, ay, bx, by] = this.#ends(i)
    const near = this.#zones
      .search({ minX: Math.min(ax, bx), minY: Math.min(ay, by), maxX: Math.max(ax, bx), maxY: Math.max(ay, by) })
      .sort((a, b) => a.order - b.order)
    if (near.length === 0) return [[0, 1, this.#defaultZone]]
    const cuts = [...new Set(near.flatMap(({ thing }) => cutsByPolygon(ax, ay, bx, by, thing.rings)))].sort(
      (a, b) => a - b,
    )
    return cuts.slice(1).map((to, index) => {
      const from = cuts[index] ?? 0
      const middle = (from + to) / 2
      const x = ax + middle * (bx - ax)
      const y = ay + middle * (by - ay)
      const over = near.find(({ thing }) => insidePolygon(x, y, thing.rings))
      return [from, to, over?.thing.zone ?? this.#defaultZone] as const
    })
  }

  checkCover(i: number, hits: CoverHit[]): void {
    if (this.#table.covered[i] === 1 && !this.#isDeepEnough(i)) this.#checkShallow(i, hits)
  }
  /** Most pipes lie deep enough at both ends: nothing more to ask. */
  #isDeepEnough(i: number): boolean {
    if (this.#hasZones) return false
    const { most } = this.#cover(i, this.#defaultZone)
    if (most === null) return true
    const { extent, startGround, endGround, az, bz } = this.#table
    const enough = most.valueM + (extent[i] as number)
    return (
      (startGround[i] as number) - (az[i] as number) >= enough && (endGround[i] as number) - (bz[i] as number) >= enough
    )
  }
  #checkShallow(i: number, hits: CoverHit[]): void {
    const table = this.#table
    const extent = table.extent[i] ?? Number.NaN
    const startGround = table.startGround[i] ?? Number.NaN
    const endGround = table.endGround[i] ?? Number.NaN
    const worst = new Map<string, CoverHit>()
    const put = (hit: CoverHit, margin: number): void => {
      const key = `${hit.row.id}|${hit.outcome}`
      const known = worst.get(key)
      const part: readonly [number, number] =
        known === undefined ? hit.part : [Math.min(known.part[0], hit.part[0]), Math.max(known.part[1], hit.part[1])]
      const better = known === undefined || margin < (known.actual ?? 0) - known.required
      worst.set(key, { ...(better ? hit : known), part })
    }
    for (const [from, to, zone] of this.#parts(i)) {
      const { least, most, doubts } = this.#cover(i, zone)
      if (most === null) continue
      // Ground and axis are straight between the points, so the least cover lies at an end of the part.
      const coverAt = (s: number): number => startGround + s * (endGround - startGround) - table.axisAt(i, s) - extent
      const [first, last] = [coverAt(from), coverAt(to)]
      const s = first <= last ? from : to
      const cover = Math.min(first, last)
      const base = { kind: 'cover', i, s, part: [from, to], zone } as const
      if (Number.isNaN(cover)) {
        const doubt: Doubt = Number.isNaN(startGround + endGround)
          ? 'ground'
          : Number.isNaN(table.axisAt(i, 0.5))
            ? 'elevation'
            : 'size'
        put({ ...base, outcome: 'unknown', required: most.valueM, actual: null, row: most, doubts: [doubt] }, 0)
      } else if (least !== null && cover < least.valueM - NOISE) {
        const part = ((): readonly [number, number] => {
          if (Math.max(first, last) < least.valueM) return [from, to]
          const at = from + ((least.valueM - first) / (last - first)) * (to - from)
          return first < last ? [from, at] : [at, to]
        })()
        put(
          { ...base, part, outcome: 'breach', required: least.valueM, actual: cover, row: least, doubts: [] },
          cover - least.valueM,
        )
      } else if (cover < most.valueM - NOISE)
        put(
          { ...base, outcome: 'unknown', required: most.valueM, actual: cover, row: most, doubts },
          cover - most.valueM,
        )
    }
    hits.push(...worst.values())
  }

  /** Marks with 1 the slots near which something stands: asked once for all, from the few that stand there. */
  slotsBeside(grid: Grid): Uint8Array {
    const table = this.#table
    const marks = new Uint8Array(table.capacity)
    let reach = 0
    for (const { subject } of table.profiles) reach = Math.max(reach, this.#rules.horizontalReach(subject, 'obstacles'))
    let size = UNKNOWN_HALF_SIZE
    for (const half of table.halfWidthMost) if (half > size) size = half
    const far = reach + size
    for (const { minX, minY, maxX, maxY } of this.#obstacles.all())
      grid.query(minX - far, minY - far, maxX + far, maxY + far, (slot) => {
        marks[slot] = 1
      })
    return marks
  }

  checkObstacles(i: number, hits: ObstacleHit[]): void {
    const table = this.#table
    if (!this.#hasObstacles || table.overhead[i] === 1) return
    const [ax, ay, bx, by] = this.#ends(i)
    const walls = table.halfWidth[i] ?? 0
    const wallsMost = table.halfWidthMost[i] ?? 0
    const reach = wallsMost + this.#reach(i)
    const near = this.#obstacles.search({
      minX: Math.min(ax, bx) - reach,
      minY: Math.min(ay, by) - reach,
      maxX: Math.max(ax, bx) + reach,
      maxY: Math.max(ay, by) + reach,
    })
    for (const {
      thing: { obstacle, paths },
    } of near) {
      const { kind, shape, baseElevation } = obstacle
      if (kind === 'other') continue
      const facts = factsOfObstacle(kind)
      const place =
        shape.type === 'polygon'
          ? segmentToPolygon(ax, ay, bx, by, paths)
          : segmentToPath(ax, ay, bx, by, paths[0] ?? [], false)
      const base = { kind: 'obstacle', i, s: place.s, obstacle } as const
      if ((kind === 'railway' || kind === 'tramway') && place.distance === 0) {
        const { least, most, doubts } = this.#beside(i, facts, true)
        if (most === null) continue
        const gap =
          baseElevation === null
            ? Number.NaN
            : baseElevation - table.frame.height - table.axisAt(i, place.s) - (table.extent[i] ?? Number.NaN)
        const known = !Number.isNaN(gap)
        const sure = known && least !== null && gap < (least.valueM ?? 0) - NOISE
        if (known && gap >= (most.valueM ?? 0) - NOISE) continue
        hits.push({
          ...base,
          vertical: true,
          outcome: sure ? 'breach' : 'unknown',
          required: (sure ? least : most).valueM,
          actual: known ? gap : null,
          row: sure ? least : most,
          doubts: known ? (sure ? [] : doubts) : ['elevation'],
        })
        continue
      }
      const { least, most, outside, outsideRow, doubts } = this.#beside(i, facts, false)
      const clear = place.distance - walls
      const side = { ...base, vertical: false, actual: clear }
      if (outside === 'yes' && outsideRow !== null)
        hits.push({ ...side, outcome: 'outside', required: null, row: outsideRow, doubts: [] })
      else if (least !== null && clear < (least.valueM ?? 0) - NOISE)
        hits.push({ ...side, outcome: 'breach', required: least.valueM, row: least, doubts: [] })
      else if (most !== null && place.distance - wallsMost < (most.valueM ?? 0) - NOISE)
        hits.push({
          ...side,
          outcome: 'unknown',
          required: most.valueM,
          row: most,
          doubts: wallsMost > walls ? [...doubts, 'size'] : doubts,
        })
    }
  }
}
