/**
 * The order of pipes in a road from its red line to its middle (平面排列次序). Pipes that run along the middle line, on one
 * side of it and beside each other, are held to the places of the table; what crosses the road has no place.
 */
import RBush from 'rbush'
import type { Path } from '../../geo/plane.ts'
import type { CompiledRules, RoadPlace } from '../rules/lookup.ts'
import type { Finding, Road } from './finding.ts'
import type { Grid } from './grid.ts'
import type { PipeTable } from './table.ts'

/** Cosine of the greatest angle to the middle line under which a pipe runs along it: 20 degrees. */
const ALONG = 0.94
/** Pipes are beside each other when they are so over this length, m. */
const LEAST_M = 2
/** Stretches of a road closer than this are one, m. */
const JOIN_M = 5
/** Nearer in the plan than this they lie above each other, m. */
const APART_M = 0.05

/** `i` lies nearer to the red line than `j`, where the table wants it the other way round. */
export interface LayoutHit {
  readonly outcome: 'breach' | 'unknown'
  readonly i: number
  readonly j: number
  readonly s: number
  readonly t: number
  /** Distances from the middle line, m. */
  readonly outerM: number
  readonly innerM: number
  /** The road, and the stations on its middle line between which they lie so. */
  readonly road: string
  readonly fromM: number
  readonly toM: number
}
interface Laid {
  readonly slot: number
  readonly from: number
  readonly to: number
  /** From the middle line, positive to its left. */
  readonly offset: number
  readonly place: RoadPlace
  /** Parameter on the pipe at a station of the road. */
  readonly at: (station: number) => number
}
interface Boxed {
  readonly minX: number
  readonly minY: number
  readonly maxX: number
  readonly maxY: number
  readonly road: Road
  readonly path: Path
}

export class LayoutCheck {
  readonly #table: PipeTable
  readonly #rules: CompiledRules
  readonly #grid: Grid
  readonly #make: (hit: LayoutHit, all: readonly LayoutHit[]) => Finding
  readonly #tree = new RBush<Boxed>()
  readonly #found = new Map<Boxed, readonly Finding[]>()
  readonly #dirty = new Set<Boxed>()

  /** `make` puts what is found into words; its second argument holds every pair of lines of the two runs. */
  constructor(
    table: PipeTable,
    rules: CompiledRules,
    grid: Grid,
    roads: readonly Road[],
    make: (hit: LayoutHit, all: readonly LayoutHit[]) => Finding,
  ) {
    this.#table = table
    this.#rules = rules
    this.#grid = grid
    this.#make = make
    const { east, north } = table.frame
    for (const road of roads) {
      const path = road.path.map(([x, y]) => [x - east, y - north] as const)
      const far = road.halfWidthM
      const xs = path.map(([x]) => x)
      const ys = path.map(([, y]) => y)
      const box: Boxed = {
        minX: Math.min(...xs) - far,
        minY: Math.min(...ys) - far,
        maxX: Math.max(...xs) + far,
        maxY: Math.max(...ys) + far,
        road,
        path,
      }
      this.#tree.insert(box)
      this.#dirty.add(box)
    }
  }

  /** A pipe comes, goes or belongs to another run. */
  touch(slot: number): void {
    const { ax, ay, bx, by } = this.#table
    const [x, y, u, v] = [ax[slot] ?? 0, ay[slot] ?? 0, bx[slot] ?? 0, by[slot] ?? 0]
    const box = { minX: Math.min(x, u), minY: Math.min(y, v), maxX: Math.max(x, u), maxY: Math.max(y, v) }
    for (const road of this.#tree.search(box)) this.#dirty.add(road)
  }
  /** As `ChamberCheck.settle`. */
  settle(before: (finding: Finding) => void): readonly Finding[] {
    const made: Finding[] = []
    for (const box of this.#dirty) {
      for (const finding of this.#found.get(box) ?? []) before(finding)
      const found = this.#look(box)
      this.#found.set(box, found)
      made.push(...found)
    }
    this.#dirty.clear()
    return made
  }
  findings(): readonly Finding[] {
    return [...this.#found.values()].flat()
  }

  #laid({ road, path }: Boxed): readonly Laid[] {
    const table = this.#table
    const laid: Laid[] = []
    let base = 0
    for (const [k, q] of path.entries()) {
      const p = path[k - 1]
      if (p === undefined) continue
      const length = Math.hypot(q[0] - p[0], q[1] - p[1])
      if (length < 1e-6) continue
      const [ux, uy] = [(q[0] - p[0]) / length, (q[1] - p[1]) / length]
      const far = road.halfWidthM
      const begin = base
      this.#grid.query(
        Math.min(p[0], q[0]) - far,
        Math.min(p[1], q[1]) - far,
        Math.max(p[0], q[0]) + far,
        Math.max(p[1], q[1]) + far,
        (slot) => {
          if (table.overhead[slot] === 1) return
          const place = this.#rules.placeInRoad(table.facts(slot))
          const plan = table.planLength(slot)
          if (place === null || plan < 1e-6) return
          const [ax, ay] = [(table.ax[slot] ?? 0) - p[0], (table.ay[slot] ?? 0) - p[1]]
          const [bx, by] = [(table.bx[slot] ?? 0) - p[0], (table.by[slot] ?? 0) - p[1]]
          if (Math.abs((bx - ax) * ux + (by - ay) * uy) < ALONG * plan) return
          const [sa, sb] = [ax * ux + ay * uy, bx * ux + by * uy]
          const from = Math.max(0, Math.min(sa, sb))
          const to = Math.min(length, Math.max(sa, sb))
          if (to - from < 1e-3) return
          const at = (station: number): number => (station - sa) / (sb - sa)
          const middle = at((from + to) / 2)
          const offset = ux * (ay + middle * (by - ay)) - uy * (ax + middle * (bx - ax))
          if (Math.abs(offset) > far) return
          laid.push({
            slot,
            from: begin + from,
            to: begin + to,
            offset,
            place,
            at: (station) => at(station - begin),
          })
        },
      )
      base += length
    }
    return laid
  }

  #look(box: Boxed): readonly Finding[] {
    const table = this.#table
    const laid = [...this.#laid(box)].sort(
      (a, b) => a.from - b.from || (table.pipe(a.slot).id < table.pipe(b.slot).id ? -1 : 1),
    )
    const groups = new Map<string, LayoutHit[]>()
    let open: Laid[] = []
    for (const one of laid) {
      open = open.filter(({ to }) => to > one.from)
      for (const other of open) {
        const hit = this.#hit(box.road.id, one, other)
        if (hit === null) continue
        const [a, b] = [table.pipe(hit.i), table.pipe(hit.j)]
        const key = `${one.offset > 0}|${a.network}|${a.code}|${a.phase}|${b.network}|${b.code}|${b.phase}|${hit.outcome}`
        const group = groups.get(key)
        if (group === undefined) groups.set(key, [hit])
        else group.push(hit)
      }
      open.push(one)
    }
    return [...groups.values()].flatMap((hits) => this.#stretches(hits))
  }
  /** One finding for each stretch of the road over which pipes of two classes lie the wrong way round. */
  #stretches(hits: readonly LayoutHit[]): readonly Finding[] {
    const name = ({ i, j }: LayoutHit): string => `${this.#table.pipe(i).id}|${this.#table.pipe(j).id}`
    const sorted = [...hits].sort((a, b) => a.fromM - b.fromM || (name(a) < name(b) ? -1 : 1))
    const found: Finding[] = []
    let members: LayoutHit[] = []
    let end = 0
    const close = (): void => {
      const [worst] = [...members].sort(
        (a, b) => Math.round((b.toM - b.fromM - a.toM + a.fromM) * 1e3) || (name(a) < name(b) ? -1 : 1),
      )
      if (worst !== undefined) found.push(this.#make(worst, members))
    }
    for (const hit of sorted) {
      if (members.length > 0 && hit.fromM > end + JOIN_M) {
        close()
        members = []
      }
      end = members.length === 0 ? hit.toM : Math.max(end, hit.toM)
      members.push(hit)
    }
    close()
    return found
  }
  #hit(road: string, one: Laid, other: Laid): LayoutHit | null {
    const from = Math.max(one.from, other.from)
    const to = Math.min(one.to, other.to)
    if (to - from < LEAST_M || one.offset > 0 !== other.offset > 0) return null
    const table = this.#table
    const kinds = [table.facts(one.slot).subject, table.facts(other.slot).subject]
    const [a, b] = [Math.abs(one.offset), Math.abs(other.offset)]
    if (kinds[0] === kinds[1] || Math.abs(a - b) < APART_M) return null
    const [outer, inner] = a > b ? [one, other] : [other, one]
    if (outer.place.usual <= inner.place.usual) return null
    const outcome = outer.place.first > inner.place.last ? 'breach' : 'unknown'
    const station = (from + to) / 2
    return {
      outcome,
      i: outer.slot,
      j: inner.slot,
      s: outer.at(station),
      t: inner.at(station),
      outerM: Math.max(a, b),
      innerM: Math.min(a, b),
      road,
      fromM: from,
      toM: to,
    }
  }
}
