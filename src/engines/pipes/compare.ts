/**
 * What changed between two versions of a network. Lines are matched by class and point numbers; where a survey numbered its
 * points anew, by place: both ends within a tolerance, same class.
 */
import type { Network, PipeLine, PipePoint } from './model.ts'

export interface LineChange {
  readonly before: PipeLine
  readonly after: PipeLine
  /** Names of the members that differ; 'place' when an end moved. */
  readonly fields: readonly string[]
  /** How the two were found to be one. */
  readonly by: 'number' | 'place'
}
export interface NetworkChanges {
  readonly added: readonly PipeLine[]
  readonly removed: readonly PipeLine[]
  readonly changed: readonly LineChange[]
  /** Points of the same number that moved or have another ground, or came or went. */
  readonly points: {
    readonly added: readonly PipePoint[]
    readonly removed: readonly PipePoint[]
    readonly moved: readonly { readonly before: PipePoint; readonly after: PipePoint; readonly byM: number }[]
  }
  readonly unchanged: number
  /** Lines found again by place under another id, changed or not. */
  readonly renamed: readonly { readonly before: string; readonly after: string }[]
}

/** Where a thing was read, and how its ends are numbered, is no change of the pipe. */
const ignored = new Set<string>(['place', 'id', 'start', 'end', 'flow'])
const swapped: Readonly<Record<string, keyof PipeLine>> = {
  startDepthM: 'endDepthM',
  endDepthM: 'startDepthM',
  startElevation: 'endElevation',
  endElevation: 'startElevation',
}
const same = (a: unknown, b: unknown): boolean =>
  typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) < 5e-4 : JSON.stringify(a) === JSON.stringify(b)

const fieldsThatDiffer = (before: PipeLine, after: PipeLine, turned: boolean): readonly string[] => {
  const fields = (Object.keys(before) as (keyof PipeLine)[]).filter(
    (field) => !ignored.has(field) && !same(before[field], after[turned ? (swapped[field] ?? field) : field]),
  )
  const flow = turned && after.flow !== null ? (after.flow === 'along' ? 'against' : 'along') : after.flow
  return before.flow === flow ? fields : [...fields, 'flow']
}

/** `toleranceM`: how far an end may have moved and still be the same pipe, when numbers do not match. */
export const compareNetworks = (before: Network, after: Network, toleranceM = 0.2): NetworkChanges => {
  const oldPoints = new Map(before.points.map((point) => [point.no, point]))
  const newPoints = new Map(after.points.map((point) => [point.no, point]))
  const apart = (one: PipePoint | undefined, other: PipePoint | undefined): number =>
    one === undefined || other === undefined ? Infinity : Math.hypot(one.east - other.east, one.north - other.north)
  const changed: LineChange[] = []
  const renamed: { readonly before: string; readonly after: string }[] = []
  let unchanged = 0
  const settle = (one: PipeLine, other: PipeLine, turned: boolean, by: LineChange['by']): void => {
    if (one.id !== other.id) renamed.push({ before: one.id, after: other.id })
    const [start, end] = turned ? [other.end, other.start] : [other.start, other.end]
    const moved =
      apart(oldPoints.get(one.start), newPoints.get(start)) > 5e-4 ||
      apart(oldPoints.get(one.end), newPoints.get(end)) > 5e-4
    const bothMissing =
      oldPoints.get(one.start) === undefined ||
      newPoints.get(start) === undefined ||
      oldPoints.get(one.end) === undefined ||
      newPoints.get(end) === undefined
    const fields = [...fieldsThatDiffer(one, other, turned), ...(moved && !bothMissing ? ['place'] : [])]
    if (fields.length === 0) unchanged += 1
    else changed.push({ before: one, after: other, fields, by })
  }
  const byId = new Map(after.lines.map((line) => [line.id, line]))
  const taken = new Set<PipeLine>()
  const left: PipeLine[] = []
  for (const line of before.lines) {
    const twin = byId.get(line.id)
    if (twin === undefined || taken.has(twin)) {
      left.push(line)
      continue
    }
    taken.add(twin)
    settle(line, twin, twin.start !== line.start, 'number')
  }
  // The rest by place: cells of the tolerance around the middle of the line.
  const cell = Math.max(toleranceM, 0.01) * 2
  const middleOf = (line: PipeLine, points: ReadonlyMap<string, PipePoint>): readonly [number, number] | null => {
    const a = points.get(line.start)
    const b = points.get(line.end)
    return a === undefined || b === undefined ? null : [(a.east + b.east) / 2, (a.north + b.north) / 2]
  }
  const fresh = new Map<string, PipeLine[]>()
  for (const line of after.lines) {
    if (taken.has(line)) continue
    const middle = middleOf(line, newPoints)
    if (middle === null) continue
    const key = `${Math.floor(middle[0] / cell)}|${Math.floor(middle[1] / cell)}`
    const there = fresh.get(key)
    if (there === undefined) fresh.set(key, [line])
    else there.push(line)
  }
  const removed: PipeLine[] = []
  for (const line of left) {
    const middle = middleOf(line, oldPoints)
    let best: { readonly line: PipeLine; readonly turned: boolean; readonly off: number } | null = null
    if (middle !== null)
      for (const dx of [-1, 0, 1])
        for (const dy of [-1, 0, 1])
          for (const other of fresh.get(`${Math.floor(middle[0] / cell) + dx}|${Math.floor(middle[1] / cell) + dy}`) ??
            []) {
            if (taken.has(other) || other.code !== line.code) continue
            for (const turned of [false, true]) {
              const [start, end] = turned ? [other.end, other.start] : [other.start, other.end]
              const off = Math.max(
                apart(oldPoints.get(line.start), newPoints.get(start)),
                apart(oldPoints.get(line.end), newPoints.get(end)),
              )
              if (off <= toleranceM && off < (best?.off ?? Infinity)) best = { line: other, turned, off }
            }
          }
    if (best === null) removed.push(line)
    else {
      taken.add(best.line)
      settle(line, best.line, best.turned, 'place')
    }
  }
  return {
    added: after.lines.filter((line) => !taken.has(line)),
    removed,
    changed,
    points: {
      added: after.points.filter(({ no }) => !oldPoints.has(no)),
      removed: before.points.filter(({ no }) => !newPoints.has(no)),
      moved: before.points.flatMap((point) => {
        const now = newPoints.get(point.no)
        if (now === undefined) return []
        const byM = apart(point, now)
        return byM > 5e-4 || !same(point.ground, now.ground) ? [{ before: point, after: now, byM }] : []
      }),
    },
    unchanged,
    renamed,
  }
}
