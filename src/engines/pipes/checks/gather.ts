/** Puts the hits of two runs, or of one run and the ground, together: one finding for each crossing and each stretch. */
import type { CoverHit, ObstacleHit } from './ground.ts'
import type { Hit } from './pairs.ts'
import type { PipeTable } from './table.ts'

/** Stretches closer than this are one, m. */
const JOIN = 1
/** Crossings closer than this are one (a crossing at a point belongs to both lines), m. */
const SAME_PLACE = 0.05

export interface Gathered<Kind> {
  readonly worst: Kind
  readonly all: readonly Kind[]
  /** Along the run of `i`; null at a place. */
  readonly stretch: readonly [number, number] | null
}

const outcomeRank = { breach: 0, outside: 1, unknown: 2 } as const
interface Judged {
  readonly kind: string
  readonly outcome: 'breach' | 'unknown' | 'outside'
  readonly i: number
  readonly j?: number
  readonly required: number | null
  readonly actual: number | null
}
/** Hard before others, breach before doubt, the greatest shortfall first; then ids, so that the order of input is nothing. */
const worseFirst =
  (table: PipeTable) =>
  (a: Judged, b: Judged): number =>
    Number(b.kind === 'hard') - Number(a.kind === 'hard') ||
    outcomeRank[a.outcome] - outcomeRank[b.outcome] ||
    round(shortfall(b) - shortfall(a)) ||
    order(table.pipe(a.i).id, table.pipe(b.i).id) ||
    order(a.j === undefined ? '' : table.pipe(a.j).id, b.j === undefined ? '' : table.pipe(b.j).id)
const shortfall = ({ required, actual }: Judged): number => (required ?? 0) - (actual ?? 0)
const round = (value: number): number => Math.round(value * 1e6)
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const stationsOf = (table: PipeTable, i: number, part: readonly [number, number]): readonly [number, number] => {
  const a = table.stationAt(i, part[0])
  const b = table.stationAt(i, part[1])
  return a < b ? [a, b] : [b, a]
}

const stretches = <Kind extends Judged & { readonly part: readonly [number, number] }>(
  table: PipeTable,
  hits: readonly Kind[],
): readonly Gathered<Kind>[] => {
  const placed = hits
    .map((hit) => ({ hit, stations: stationsOf(table, hit.i, hit.part) }))
    .sort((a, b) => a.stations[0] - b.stations[0])
  const found: Gathered<Kind>[] = []
  let members: Kind[] = []
  let from = 0
  let to = 0
  const close = (): void => {
    const [worst] = [...members].sort(worseFirst(table))
    if (worst !== undefined) found.push({ worst, all: members, stretch: [from, to] })
  }
  for (const { hit, stations } of placed) {
    if (members.length > 0 && stations[0] <= to + JOIN) {
      members.push(hit)
      to = Math.max(to, stations[1])
      continue
    }
    close()
    members = [hit]
    ;[from, to] = stations
  }
  close()
  return found
}
const grouped = <Kind>(hits: readonly Kind[], key: (hit: Kind) => string): readonly (readonly Kind[])[] => {
  const groups = new Map<string, Kind[]>()
  for (const hit of hits) {
    const name = key(hit)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [hit])
    else group.push(hit)
  }
  return [...groups.values()]
}

/** Hits of one pair of runs. */
export const gatherPair = (table: PipeTable, hits: readonly Hit[]): readonly Gathered<Hit>[] => {
  const found: Gathered<Hit>[] = []
  const places = hits.filter((hit) => hit.part === null).sort(worseFirst(table))
  const clusters: { east: number; north: number; order: boolean; all: Hit[] }[] = []
  for (const hit of places) {
    const east = table.eastAt(hit.i, hit.s)
    const north = table.northAt(hit.i, hit.s)
    const isOrder = hit.kind === 'crossing-order'
    const same = clusters.filter((each) => Math.hypot(each.east - east, each.north - north) <= SAME_PLACE)
    // A clash in the same place says all; an upset order is a finding of its own beside a clearance.
    const into = same.find((each) => each.order === isOrder || each.all[0]?.kind === 'hard')
    if (into === undefined) clusters.push({ east, north, order: isOrder, all: [hit] })
    else into.all.push(hit)
  }
  for (const { all } of clusters) if (all[0] !== undefined) found.push({ worst: all[0], all, stretch: null })
  const beside = hits.flatMap((hit) => (hit.part === null ? [] : [{ ...hit, part: hit.part }]))
  for (const group of grouped(beside, (hit) => `${hit.kind}|${hit.outcome}|${hit.row?.id ?? ''}`))
    found.push(...stretches(table, group))
  return found
}

/** Cover hits of one run. */
export const gatherCover = (table: PipeTable, hits: readonly CoverHit[]): readonly Gathered<CoverHit>[] =>
  grouped(hits, (hit) => `${hit.outcome}|${hit.row.id}`).flatMap((group) => stretches(table, group))

/** Obstacle hits of one run: the worst for each obstacle. */
export const gatherObstacles = (table: PipeTable, hits: readonly ObstacleHit[]): readonly Gathered<ObstacleHit>[] =>
  grouped(hits, (hit) => `${hit.obstacle.id}|${hit.vertical}`).flatMap((all) => {
    const [worst] = [...all].sort(worseFirst(table))
    return worst === undefined ? [] : [{ worst, all, stretch: null }]
  })
