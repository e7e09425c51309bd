/**
 * The pipes of a check as arrays of numbers, in a local frame, with who is joined to whom. Slots are reused, so pipes can
 * come and go. NaN stands for unknown.
 */
import type { Frame } from '../../geo/frame.ts'
import type { Pipe } from '../model.ts'
import { factsOf, type RuleFacts } from '../rules/lookup.ts'
import { Names } from './names.ts'
import type { Solid } from './solid.ts'

/** A chain of lines of one class between junctions. Stations begin at the end whose point number sorts first. */
export interface Run {
  /** Distinguishes runs in one checker. */
  readonly uid: number
  /** The smallest id of its lines. */
  readonly id: string
  readonly slots: readonly number[]
}

/** Looks of pipes that are told apart without a key; a power of two. */
const RECENT = 64
/** Half of the greatest size that a pipe of unknown size is taken to have, m. */
export const UNKNOWN_HALF_SIZE = 0.5

const wider = <Kind extends Float64Array | Int32Array | Uint8Array>(old: Kind, length: number): Kind => {
  const next = new (old.constructor as new (length: number) => Kind)(length)
  next.set(old)
  return next
}

export class PipeTable {
  readonly frame: Frame
  ax = new Float64Array(0)
  ay = new Float64Array(0)
  az = new Float64Array(0)
  bx = new Float64Array(0)
  by = new Float64Array(0)
  bz = new Float64Array(0)
  /** Half width: certain, and possible. Half height: NaN unknown. */
  halfWidth = new Float64Array(0)
  halfWidthMost = new Float64Array(0)
  halfHeight = new Float64Array(0)
  /** Length in the plan. */
  plan = new Float64Array(0)
  /** Vertical half extent at an axis point: half height over the cosine of the slope. */
  extent = new Float64Array(0)
  profile = new Int32Array(0)
  startNode = new Int32Array(0)
  endNode = new Int32Array(0)
  /** Network and class, which a run shares. */
  group = new Int32Array(0)
  /** 1: in the air, no rule of the ground holds. */
  overhead = new Uint8Array(0)
  /** 1: under the ground, so that cover is asked for. */
  covered = new Uint8Array(0)
  /** Ground at both ends. */
  startGround = new Float64Array(0)
  endGround = new Float64Array(0)
  offset = new Float64Array(0)
  /** 1: the run goes from the start of the line to its end. */
  forward = new Uint8Array(0)
  readonly runs: (Run | undefined)[] = []
  runUid = new Int32Array(0)
  readonly pipes: (Pipe | undefined)[] = []
  readonly profiles: RuleFacts[] = []
  readonly #slots: Names
  readonly #free: number[] = []
  readonly #nodes: Names
  readonly nodeNames: string[] = []
  /** Ends of lines at each node as linked lists: an end is slot * 2, and 1 more for the end of the line; -1 ends a list. */
  readonly head: number[] = []
  nextEnd = new Int32Array(0)
  readonly #profileOf = new Map<string, number>()
  /** The last pipe of each look of size, kind and material, and its profile: spares the key. */
  readonly #recent: ({ readonly pipe: Pipe; readonly profile: number } | undefined)[] = []
  readonly #groups = new Map<string, Map<string, number>>()
  #groupsMade = 0
  #runsMade = 0
  #lastGrouped: Pipe | null = null
  #lastGroup = 0
  #lastNode = -1

  constructor(frame: Frame, capacity: number) {
    this.frame = frame
    this.#slots = new Names(capacity)
    this.#nodes = new Names(capacity)
    this.#grow(Math.max(16, capacity))
  }

  #grow(length: number): void {
    this.ax = wider(this.ax, length)
    this.ay = wider(this.ay, length)
    this.az = wider(this.az, length)
    this.bx = wider(this.bx, length)
    this.by = wider(this.by, length)
    this.bz = wider(this.bz, length)
    this.halfWidth = wider(this.halfWidth, length)
    this.halfWidthMost = wider(this.halfWidthMost, length)
    this.halfHeight = wider(this.halfHeight, length)
    this.plan = wider(this.plan, length)
    this.extent = wider(this.extent, length)
    this.profile = wider(this.profile, length)
    this.runUid = wider(this.runUid, length)
    this.startNode = wider(this.startNode, length)
    this.nextEnd = wider(this.nextEnd, length * 2)
    this.endNode = wider(this.endNode, length)
    this.group = wider(this.group, length)
    this.overhead = wider(this.overhead, length)
    this.covered = wider(this.covered, length)
    this.startGround = wider(this.startGround, length)
    this.endGround = wider(this.endGround, length)
    this.offset = wider(this.offset, length)
    this.forward = wider(this.forward, length)
  }

  /** Slots are smaller than this. */
  get capacity(): number {
    return this.ax.length
  }
  get size(): number {
    return this.#slots.size
  }
  slotOf(id: string): number | undefined {
    return this.#slots.find(id)
  }
  pipe(slot: number): Pipe {
    const pipe = this.pipes[slot]
    if (pipe === undefined) throw new Error(`slot ${slot} is empty`)
    return pipe
  }
  run(slot: number): Run {
    const run = this.runs[slot]
    if (run === undefined) throw new Error(`slot ${slot} has no run`)
    return run
  }
  /** A new run of these lines. */
  newRun(id: string, slots: readonly number[]): Run {
    this.#runsMade += 1
    return { uid: this.#runsMade, id, slots }
  }
  setRun(slot: number, run: Run, offset: number, forward: boolean): void {
    this.runs[slot] = run
    this.runUid[slot] = run.uid
    this.offset[slot] = offset
    this.forward[slot] = forward ? 1 : 0
  }
  facts(slot: number): RuleFacts {
    const facts = this.profiles[this.profile[slot] ?? 0]
    if (facts === undefined) throw new Error(`slot ${slot} has no profile`)
    return facts
  }
  nodeOf(name: string): number | undefined {
    return this.#nodes.find(name)
  }
  /** Lines that end at a node, of all classes. */
  atNode(node: number): readonly number[] {
    const slots: number[] = []
    for (let end = this.head[node] ?? -1; end >= 0; end = this.nextEnd[end] ?? -1) {
      const slot = end >> 1
      if (!slots.includes(slot)) slots.push(slot)
    }
    return slots
  }

  #node(name: string): number {
    // A line mostly begins or ends where the one before it did.
    for (let node = this.#lastNode; node > this.#lastNode - 2 && node >= 0; node -= 1)
      if (this.nodeNames[node] === name) return node
    const next = this.nodeNames.length
    const node = this.#nodes.numberOf(name, next)
    if (node < next) return node
    this.#lastNode = node
    this.nodeNames.push(name)
    this.head.push(-1)
    return node
  }
  #join(end: number, name: string): number {
    const node = this.#node(name)
    this.nextEnd[end] = this.head[node] ?? -1
    this.head[node] = end
    return node
  }
  #part(end: number, node: number): void {
    const after = this.nextEnd[end] ?? -1
    if (this.head[node] === end) {
      this.head[node] = after
      return
    }
    for (let at = this.head[node] ?? -1; at >= 0; at = this.nextEnd[at] ?? -1)
      if (this.nextEnd[at] === end) {
        this.nextEnd[at] = after
        return
      }
  }
  #profile(pipe: Pipe): number {
    const at = ((pipe.nominalMm ?? 0) + 7 * pipe.kind.length + 3 * (pipe.material ?? '').length) & (RECENT - 1)
    const known = this.#recent[at]
    if (known !== undefined) {
      const { pipe: other, profile } = known
      if (
        other.kind === pipe.kind &&
        other.nominalMm === pipe.nominalMm &&
        other.gasPressure === pipe.gasPressure &&
        other.voltageKv === pipe.voltageKv &&
        other.burial === pipe.burial &&
        other.material === pipe.material
      )
        return profile
    }
    const profile = this.#findProfile(pipe)
    this.#recent[at] = { pipe, profile }
    return profile
  }
  #findProfile(pipe: Pipe): number {
    const key = `${pipe.kind}|${pipe.nominalMm}|${pipe.gasPressure}|${pipe.voltageKv}|${pipe.burial}|${pipe.material}`
    const known = this.#profileOf.get(key)
    if (known !== undefined) return known
    this.profiles.push(factsOf(pipe))
    this.#profileOf.set(key, this.profiles.length - 1)
    return this.profiles.length - 1
  }
  #group(pipe: Pipe): number {
    // Neighbours in a table are mostly of one class.
    const last = this.#lastGrouped
    if (last === null || last.code !== pipe.code || last.network !== pipe.network)
      this.#lastGroup = this.#findGroup(pipe)
    this.#lastGrouped = pipe
    return this.#lastGroup
  }
  #findGroup(pipe: Pipe): number {
    let codes = this.#groups.get(pipe.network)
    if (codes === undefined) {
      codes = new Map()
      this.#groups.set(pipe.network, codes)
    }
    const known = codes.get(pipe.code)
    if (known !== undefined) return known
    this.#groupsMade += 1
    codes.set(pipe.code, this.#groupsMade)
    return this.#groupsMade
  }

  /** Throws a RangeError when there is a pipe with this id. */
  add(pipe: Pipe): number {
    const slot = this.#free.pop() ?? this.pipes.length
    const before = this.#slots.size
    this.#slots.numberOf(pipe.id, slot)
    if (this.#slots.size === before) throw new RangeError(`two pipes have the id ${pipe.id}`)
    if (slot >= this.ax.length) this.#grow(this.ax.length * 2)
    this.pipes[slot] = pipe
    this.ax[slot] = pipe.start.east - this.frame.east
    this.ay[slot] = pipe.start.north - this.frame.north
    this.bx[slot] = pipe.end.east - this.frame.east
    this.by[slot] = pipe.end.north - this.frame.north
    this.az[slot] = pipe.startAxis === null ? Number.NaN : pipe.startAxis - this.frame.height
    this.bz[slot] = pipe.endAxis === null ? Number.NaN : pipe.endAxis - this.frame.height
    this.halfWidth[slot] = pipe.outerWidthM === null ? 0 : pipe.outerWidthM / 2
    this.halfWidthMost[slot] = pipe.outerWidthM === null ? UNKNOWN_HALF_SIZE : pipe.outerWidthM / 2
    const halfHeight = pipe.outerHeightM === null ? Number.NaN : pipe.outerHeightM / 2
    this.halfHeight[slot] = halfHeight
    const plan = Math.hypot((this.bx[slot] ?? 0) - (this.ax[slot] ?? 0), (this.by[slot] ?? 0) - (this.ay[slot] ?? 0))
    this.plan[slot] = plan
    const rise = (this.bz[slot] ?? 0) - (this.az[slot] ?? 0)
    this.extent[slot] = plan < 1e-9 ? halfHeight : halfHeight * Math.sqrt(1 + (rise / plan) ** 2)
    this.profile[slot] = this.#profile(pipe)
    this.group[slot] = this.#group(pipe)
    this.overhead[slot] = pipe.burial === 'overhead' ? 1 : 0
    this.covered[slot] = pipe.burial === 'overhead' || pipe.burial === 'surface' ? 0 : 1
    this.startGround[slot] = pipe.startGround === null ? Number.NaN : pipe.startGround - this.frame.height
    this.endGround[slot] = pipe.endGround === null ? Number.NaN : pipe.endGround - this.frame.height
    this.startNode[slot] = this.#join(slot * 2, pipe.startNode)
    this.endNode[slot] = this.#join(slot * 2 + 1, pipe.endNode)
    return slot
  }

  remove(slot: number): void {
    const pipe = this.pipe(slot)
    this.#slots.remove(pipe.id)
    this.#part(slot * 2, this.startNode[slot] ?? 0)
    this.#part(slot * 2 + 1, this.endNode[slot] ?? 0)
    this.pipes[slot] = undefined
    this.runs[slot] = undefined
    this.#free.push(slot)
  }

  planLength(slot: number): number {
    return this.plan[slot] ?? 0
  }
  /** Height of the axis at a parameter; NaN unknown. */
  axisAt(slot: number, s: number): number {
    const a = this.az[slot] ?? Number.NaN
    return a + s * ((this.bz[slot] ?? Number.NaN) - a)
  }
  stationAt(slot: number, s: number): number {
    const along = this.forward[slot] === 1 ? s : 1 - s
    return (this.offset[slot] ?? 0) + along * this.planLength(slot)
  }
  eastAt(slot: number, s: number): number {
    const a = this.ax[slot] ?? 0
    return a + s * ((this.bx[slot] ?? 0) - a)
  }
  northAt(slot: number, s: number): number {
    const a = this.ay[slot] ?? 0
    return a + s * ((this.by[slot] ?? 0) - a)
  }
  /** Null while the heights or the size are unknown. */
  solid(slot: number): Solid | null {
    const az = this.az[slot] ?? Number.NaN
    const bz = this.bz[slot] ?? Number.NaN
    const halfHeight = this.halfHeight[slot] ?? Number.NaN
    if (Number.isNaN(az + bz + halfHeight)) return null
    return {
      from: [this.ax[slot] ?? 0, this.ay[slot] ?? 0, az],
      to: [this.bx[slot] ?? 0, this.by[slot] ?? 0, bz],
      round: this.pipe(slot).section.shape === 'circle',
      width: 2 * (this.halfWidth[slot] ?? 0),
      height: 2 * halfHeight,
    }
  }
  /** Whether two lines meet in a point or a port. */
  joined(a: number, b: number): boolean {
    const a0 = this.startNode[a]
    const a1 = this.endNode[a]
    const b0 = this.startNode[b]
    const b1 = this.endNode[b]
    if (a0 === b0 || a0 === b1 || a1 === b0 || a1 === b1) return true
    const ports = this.pipes[a]?.ports ?? []
    return ports.length > 0 && (this.pipes[b]?.ports ?? []).some((port) => ports.includes(port))
  }
}
