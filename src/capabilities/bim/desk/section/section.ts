/**
 * Long section along a run of pipes: stations in metres along the run, heights in metres. Top and bottom are those of the
 * outer wall. Unknown stays null: it is drawn as unknown, never guessed. Pure.
 */
import type { NetworkGeometry } from '../../model/geometry.ts'

export interface SectionNode {
  readonly stationM: number
  readonly groundM: number | null
  readonly label: string
}
export interface SectionSpan {
  readonly id: string
  readonly fromM: number
  readonly toM: number
  readonly topM: readonly [number | null, number | null]
  readonly bottomM: readonly [number | null, number | null]
  /** 管内底 at both ends, null where height or inner size is unknown; a bank of ducts has none at all. */
  readonly invertM: readonly [number | null, number | null] | null
}
export interface Crossing {
  readonly id: string
  readonly model: string
  readonly versionId: string
  readonly code: string
  /** The pipe of the run that it crosses. */
  readonly of: string
  readonly stationM: number
  readonly topM: number | null
  readonly bottomM: number | null
  /** Half of its width along the run. */
  readonly halfM: number
  /** Vertical clear distance to the run; negative: they overlap; null: unknown. */
  readonly clearM: number | null
  readonly above: boolean | null
  /** Inner bottom of what crosses. */
  readonly invertM: number | null
}
export interface LongSection {
  readonly lengthM: number
  readonly nodes: readonly SectionNode[]
  readonly spans: readonly SectionSpan[]
  readonly crossings: readonly Crossing[]
}
export interface SectionModel {
  readonly name: string
  readonly versionId: string
  readonly geometry: NetworkGeometry
}

/** Of `NetworkGeometry.pipes.shape`. */
const DUCTS = 3
interface Plan {
  readonly east: number
  readonly north: number
}
const orNull = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value)
const add = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b)

/** One pipe in map coordinates (double precision). */
const pipeAt = (geometry: NetworkGeometry, index: number) => {
  const { axis, size, ground } = geometry.pipes
  const [east, north, height] = geometry.origin
  const end = (offset: 0 | 1) => ({
    east: (axis[index * 6 + offset * 3] ?? 0) + east,
    north: (axis[index * 6 + offset * 3 + 1] ?? 0) + north,
    axisM: add(orNull(axis[index * 6 + offset * 3 + 2]), height),
    groundM: add(orNull(ground[index * 2 + offset]), height),
    node: geometry.pipes.ends[index * 2 + offset] ?? 0,
  })
  return {
    ends: [end(0), end(1)] as const,
    width: orNull(size[index * 2]),
    height: orNull(size[index * 2 + 1]),
    inner: orNull(geometry.pipes.inner[index]),
    ducts: geometry.pipes.shape[index] === DUCTS,
  }
}
/** The pipes of a run in order, each turned so that it begins where the one before ended. */
export const orderedRun = (
  geometry: NetworkGeometry,
  ids: readonly string[],
): readonly { readonly index: number; readonly reversed: boolean }[] => {
  const numbers = new Map(geometry.pipes.ids.map((id, index) => [id, index]))
  const run = ids.flatMap((id) => numbers.get(id) ?? [])
  const nodesOf = (index: number): readonly [number, number] => [
    geometry.pipes.ends[index * 2] ?? 0,
    geometry.pipes.ends[index * 2 + 1] ?? 0,
  ]
  let at: number | null = null
  return run.map((index, place) => {
    const [start, end] = nodesOf(index)
    const next = run[place + 1]
    // The first one ends where the second begins or ends.
    const first = next !== undefined && nodesOf(next).includes(start) && !nodesOf(next).includes(end)
    const reversed: boolean = at === null ? first : at === end && at !== start
    at = reversed ? start : end
    return { index, reversed }
  })
}

/** Where two stretches cross in plan: shares along each; null where they do not, or lie nearly parallel. */
export const crossingOf = (
  a: readonly [Plan, Plan],
  b: readonly [Plan, Plan],
): { readonly onA: number; readonly onB: number; readonly sine: number } | null => {
  const [ax, ay] = [a[1].east - a[0].east, a[1].north - a[0].north]
  const [bx, by] = [b[1].east - b[0].east, b[1].north - b[0].north]
  const determinant = ax * by - ay * bx
  const lengths = Math.hypot(ax, ay) * Math.hypot(bx, by)
  if (lengths === 0 || Math.abs(determinant) < lengths * 0.05) return null
  const [dx, dy] = [b[0].east - a[0].east, b[0].north - a[0].north]
  const onA = (dx * by - dy * bx) / determinant
  const onB = (dx * ay - dy * ax) / determinant
  return onA < 0 || onA > 1 || onB < 0 || onB > 1 ? null : { onA, onB, sine: Math.abs(determinant) / lengths }
}
const mix = (a: number | null, b: number | null, share: number): number | null =>
  a === null || b === null ? null : a + (b - a) * share

/** What a rule asks for at a crossing, beside what is there. */
export interface Requirement {
  /** The least that certainly holds, and the most that may; the same when nothing is in doubt; null: no row for this pair. */
  readonly leastM: number | null
  readonly mostM: number | null
  readonly clause: string
  readonly verified: boolean
  readonly doubts: readonly string[]
  /** Number of the conflict that a run made of it; null: none. */
  readonly number: string | null
  readonly verdict: 'kept' | 'breached' | 'unknown'
}
export const requirementKey = (crossing: Pick<Crossing, 'versionId' | 'id' | 'of'>): string =>
  `${crossing.versionId} ${crossing.id} ${crossing.of}`
/** Unknown is never kept. */
export const verdictOf = (
  clearM: number | null,
  { leastM, mostM }: Pick<Requirement, 'leastM' | 'mostM'>,
): Requirement['verdict'] => {
  if (clearM === null) return 'unknown'
  if (clearM < 0 || (leastM !== null && clearM < leastM - 1e-6)) return 'breached'
  return mostM !== null && clearM < mostM - 1e-6 ? 'unknown' : 'kept'
}

/** The section of a run in `main` with everything of `all` that crosses it. */
export const longSection = (main: SectionModel, ids: readonly string[], all: readonly SectionModel[]): LongSection => {
  const { geometry } = main
  const run = orderedRun(geometry, ids)
  const members = new Set(run.map(({ index }) => index))
  const touching = new Set(run.flatMap(({ index }) => [...geometry.pipes.ends.subarray(index * 2, index * 2 + 2)]))
  const nodes: SectionNode[] = []
  const spans: SectionSpan[] = []
  const crossings: Crossing[] = []
  let station = 0
  for (const { index, reversed } of run) {
    const pipe = pipeAt(geometry, index)
    const [from, to] = reversed ? [pipe.ends[1], pipe.ends[0]] : pipe.ends
    const length = Math.hypot(to.east - from.east, to.north - from.north)
    const half = pipe.height === null ? null : pipe.height / 2
    const id = geometry.pipes.ids[index] ?? ''
    if (nodes.length === 0)
      nodes.push({ stationM: 0, groundM: from.groundM, label: geometry.nodes.ids[from.node] ?? '' })
    nodes.push({ stationM: station + length, groundM: to.groundM, label: geometry.nodes.ids[to.node] ?? '' })
    const minusHalf = half === null ? null : -half
    const minusInner = pipe.inner === null ? null : -pipe.inner / 2
    spans.push({
      id,
      fromM: station,
      toM: station + length,
      topM: [add(from.axisM, half), add(to.axisM, half)],
      bottomM: [add(from.axisM, minusHalf), add(to.axisM, minusHalf)],
      invertM: pipe.ducts ? null : [add(from.axisM, minusInner), add(to.axisM, minusInner)],
    })
    const [west, east] = [Math.min(from.east, to.east), Math.max(from.east, to.east)]
    const [south, north] = [Math.min(from.north, to.north), Math.max(from.north, to.north)]
    for (const other of all)
      for (let k = 0; k < other.geometry.pipes.ids.length; k += 1) {
        const same = other.geometry === geometry
        if (same && members.has(k)) continue
        const { axis } = other.geometry.pipes
        const [oe, on] = other.geometry.origin
        const [e0, n0] = [(axis[k * 6] ?? 0) + oe, (axis[k * 6 + 1] ?? 0) + on]
        const [e1, n1] = [(axis[k * 6 + 3] ?? 0) + oe, (axis[k * 6 + 4] ?? 0) + on]
        if (Math.max(e0, e1) < west || Math.min(e0, e1) > east) continue
        if (Math.max(n0, n1) < south || Math.min(n0, n1) > north) continue
        const across = pipeAt(other.geometry, k)
        // What joins the run at a point is no crossing.
        if (same && across.ends.some((end) => touching.has(end.node))) continue
        const met = crossingOf([from, to], across.ends)
        if (met === null) continue
        const axisM = mix(across.ends[0].axisM, across.ends[1].axisM, met.onB)
        const ownAxis = mix(from.axisM, to.axisM, met.onA)
        const otherHalf = across.height === null ? null : across.height / 2
        const apart = axisM === null || ownAxis === null ? null : Math.abs(axisM - ownAxis)
        crossings.push({
          id: other.geometry.pipes.ids[k] ?? '',
          model: other.name,
          versionId: other.versionId,
          code: other.geometry.classes[other.geometry.pipes.classOf[k] ?? 0] ?? '',
          of: id,
          stationM: station + length * met.onA,
          topM: add(axisM, otherHalf),
          bottomM: add(axisM, otherHalf === null ? null : -otherHalf),
          halfM: (across.width ?? 0.2) / 2 / met.sine,
          clearM: apart === null || half === null || otherHalf === null ? null : apart - half - otherHalf,
          above: axisM === null || ownAxis === null ? null : axisM > ownAxis,
          invertM: add(axisM, across.inner === null ? null : -across.inner / 2),
        })
      }
    station += length
  }
  crossings.sort((a, b) => a.stationM - b.stationM)
  return { lengthM: station, nodes, spans, crossings }
}

/** A round step (1, 2 or 5 times a power of ten) that gives about `wanted` parts of a range. */
export const niceStep = (range: number, wanted: number): number => {
  if (!(range > 0)) return 1
  const rough = range / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const share = rough / power
  return (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10) * power
}
export const ticksOf = (from: number, to: number, wanted: number): readonly number[] => {
  const step = niceStep(to - from, wanted)
  const first = Math.ceil(from / step - 1e-9)
  const count = Math.floor(to / step + 1e-9) - first + 1
  return Array.from({ length: Math.max(0, Math.min(count, 200)) }, (_none, k) => (first + k) * step)
}
/** Lowest and highest height of a section with half a metre of air; a metre about zero where nothing is known. */
export const heightsOf = (section: LongSection): readonly [number, number] => {
  const known = [
    ...section.nodes.map((node) => node.groundM),
    ...section.spans.flatMap((span) => [...span.topM, ...span.bottomM]),
    ...section.crossings.flatMap((each) => [each.topM, each.bottomM]),
  ].filter((value): value is number => value !== null)
  if (known.length === 0) return [-1, 1]
  return [Math.min(...known) - 0.5, Math.max(...known) + 0.5]
}
/** Stretches over which a polyline of possibly unknown heights is known. */
export const knownParts = <T extends { readonly stationM: number; readonly heightM: number | null }>(
  points: readonly T[],
): readonly (readonly { readonly stationM: number; readonly heightM: number }[])[] => {
  const parts: { stationM: number; heightM: number }[][] = []
  let open: { stationM: number; heightM: number }[] | null = null
  for (const { stationM, heightM } of points) {
    if (heightM === null) {
      open = null
      continue
    }
    if (open === null) {
      open = []
      parts.push(open)
    }
    open.push({ stationM, heightM })
  }
  return parts.filter((part) => part.length > 1)
}
/** 'K0+123.40' as roads write stations. */
export const stationText = (stationM: number): string => {
  const tenths = Math.round(stationM * 100) / 100
  const kilometres = Math.floor(tenths / 1000)
  return `K${kilometres}+${(tenths - kilometres * 1000).toFixed(2).padStart(6, '0')}`
}
/** Those of a row that stand at least `gap` after the one before them that is kept. */
export const spaced = <T>(row: readonly T[], placeOf: (one: T) => number, gap: number): readonly T[] => {
  const kept: T[] = []
  for (const one of row) {
    const last = kept.at(-1)
    if (last === undefined || placeOf(one) - placeOf(last) >= gap) kept.push(one)
  }
  return kept
}
/** In which line of text each name of a row stands, so that neighbours nearer than `gap` do not write over each other. */
export const linesOf = (places: readonly number[], gap: number, lines: number): readonly number[] => {
  const last = Array.from({ length: lines }, () => Number.NEGATIVE_INFINITY)
  return places.map((place) => {
    const free = last.findIndex((before) => place - before >= gap)
    const line = free === -1 ? last.indexOf(Math.min(...last)) : free
    last[line] = place
    return line
  })
}
