/** The verdict on one pair of bodies: what kind of clash it is, and how deep. Everything is in the coordinates of the first part of `a`. */
import { apply, inverseRigid, type Matrix, multiply } from './matrix.ts'
import type { ClashKind } from './model.ts'
import type { Solid, Solids } from './solid.ts'
import { type Body, type Part, relativeOf } from './stage.ts'
import { piecesOf } from './thickness.ts'
import { boxDistance, isInside, type Nearest, surfaceDistance, surfacesCross, surfacesMeet } from './walk.ts'

export interface Verdict {
  readonly kind: ClashKind
  readonly point: readonly [number, number, number]
  readonly depth: number | null
  readonly volume: number | null
  readonly distance: number
  /** Vertices of the overlap solid; null where there is none. */
  readonly outline: Float32Array | Float64Array | null
}

export interface Question {
  readonly tolerance: number
  /** How far surfaces may be apart to be of interest: the clearance, or the tolerance where touches are asked for; else null. */
  readonly reach: number | null
}

/** Thinner overlaps are rounding of Float32 coordinates: no tolerance is smaller. */
export const LEAST_TOLERANCE_M = 1e-5
/** Surfaces nearer than this are taken to meet, so that rounding loses no overlap; the solids then decide. */
const MEETING_M = 1e-5
/**
 * Shifts, in tolerances, in two directions without a pattern. A real crossing of open surfaces outlives a shift either way; a
 * touch comes apart in one of them.
 */
const SHIFTS = [
  [1.069, 2.138, 3.207],
  [3.207, -1.069, 2.138],
] as const

interface PartPair {
  readonly p: Part
  readonly q: Part
  /** `q` seen from `p`. */
  readonly relative: Matrix
}

const sameBox = (a: Body, b: Body, tolerance: number): boolean =>
  a.box.every((value, k) => Math.abs(value - (b.box[k] ?? 0)) <= tolerance)

/** The least extent of what two boxes share; negative where they are apart. */
const shared = (a: Float64Array, b: Float64Array): number => {
  let least = Infinity
  for (let axis = 0; axis < 3; axis += 1)
    least = Math.min(least, Math.min(a[axis + 3] ?? 0, b[axis + 3] ?? 0) - Math.max(a[axis] ?? 0, b[axis] ?? 0))
  return least
}

const anyPieceInside = (of: Part, inside: Part, intoInside: Matrix): boolean => {
  for (const vertex of of.shape.pieces) {
    const { positions } = of.shape
    const [x, y, z] = apply(
      intoInside,
      positions[vertex * 3] ?? 0,
      positions[vertex * 3 + 1] ?? 0,
      positions[vertex * 3 + 2] ?? 0,
    )
    if (isInside(inside.shape, x, y, z)) return true
  }
  return false
}

/** Whether two closed parts may have anything in common. Never false when they do: either surfaces meet, or one holds a piece of the other. */
const mayOverlap = ({ p, q, relative }: PartPair): boolean =>
  surfacesMeet(p.shape, q.shape, relative, MEETING_M) ||
  anyPieceInside(q, p, relative) ||
  anyPieceInside(p, q, inverseRigid(relative))

/** Whether a part that is not closed truly crosses the other, or lies inside it. */
const crosses = ({ p, q, relative }: PartPair, pClosed: boolean, qClosed: boolean, tolerance: number): boolean => {
  if (surfacesCross(p.shape, q.shape, relative, tolerance)) return true
  if (surfacesMeet(p.shape, q.shape, relative, MEETING_M)) {
    // Through an edge between two triangles each of them reaches to one side only: look again a little beside it.
    return SHIFTS.some((shift) =>
      [1, -1].every((sign) => {
        const beside = relative.slice()
        for (const axis of [0, 1, 2] as const)
          beside[12 + axis] = (beside[12 + axis] ?? 0) + sign * shift[axis] * tolerance
        return surfacesCross(p.shape, q.shape, beside, tolerance)
      }),
    )
  }
  return (pClosed && anyPieceInside(q, p, relative)) || (qClosed && anyPieceInside(p, q, inverseRigid(relative)))
}

/** Whether every vertex of one body lies on a vertex of the other, both ways. For bodies that are not closed. */
const sameVertices = (a: Body, b: Body, tolerance: number): boolean => {
  const cells = (body: Body): Map<string, [number, number, number][]> => {
    const map = new Map<string, [number, number, number][]>()
    for (const { shape, matrix } of body.parts)
      for (const vertex of shape.indices) {
        const { positions } = shape
        const point = apply(
          matrix,
          positions[vertex * 3] ?? 0,
          positions[vertex * 3 + 1] ?? 0,
          positions[vertex * 3 + 2] ?? 0,
        )
        const key = point.map((value) => Math.floor(value / tolerance)).join()
        const cell = map.get(key)
        if (cell === undefined) map.set(key, [point])
        else if (!cell.some((other) => other.every((value, axis) => value === point[axis]))) cell.push(point)
      }
    return map
  }
  const around = [-1, 0, 1]
  const covered = (points: Map<string, [number, number, number][]>, by: typeof points): boolean => {
    for (const cell of points.values())
      for (const [x, y, z] of cell) {
        const [i, k, m] = [x, y, z].map((value) => Math.floor(value / tolerance)) as [number, number, number]
        const found = around.some((di) =>
          around.some((dk) =>
            around.some((dm) =>
              by
                .get(`${i + di},${k + dk},${m + dm}`)
                ?.some(([u, v, w]) => Math.hypot(x - u, y - v, z - w) <= tolerance),
            ),
          ),
        )
        if (!found) return false
      }
    return true
  }
  const [of, by] = [cells(a), cells(b)]
  return covered(of, by) && covered(by, of)
}

const isIdentity = (m: Matrix, tolerance: number): boolean =>
  [0, 5, 10].every((k) => Math.abs((m[k] ?? 0) - 1) < 1e-7) &&
  Math.hypot(m[12] ?? 0, m[13] ?? 0, m[14] ?? 0) <= tolerance

const isDuplicate = (
  a: Body,
  b: Body,
  tolerance: number,
  overlap: { volume: number; allClosed: boolean } | null,
  solids: Solids,
): boolean => {
  const [first, second] = [a.parts[0], b.parts[0]]
  if (first === undefined || second === undefined) return false
  if (a.form === b.form && isIdentity(relativeOf(first.matrix, second.matrix), tolerance)) return true
  if (!sameBox(a, b, tolerance)) return false
  if (overlap?.allClosed !== true) return sameVertices(a, b, tolerance)
  const total = (body: Body, of: 'volume' | 'surface'): number =>
    body.parts.reduce((sum, { shape }) => sum + (solids.of(shape)?.[of] ?? 0), 0)
  const slack = tolerance * Math.max(total(a, 'surface'), total(b, 'surface'))
  // A shell of the tolerance around a thin body can be as large as the body itself: at least most of it must agree.
  const volume = Math.max(total(a, 'volume'), total(b, 'volume'))
  return volume - overlap.volume <= Math.min(slack, volume / 20)
}

const crossingPoint = ({ p, q, relative }: PartPair): Nearest | null =>
  surfaceDistance(p.shape, q.shape, relative, Number.MAX_VALUE ** 0.25)

export const judge = (a: Body, b: Body, { tolerance, reach }: Question, solids: Solids): Verdict | null => {
  const home = a.parts[0]?.matrix
  if (home === undefined) return null
  const toHome = inverseRigid(home)
  const slack = Math.max(reach ?? 0, MEETING_M)
  const near: PartPair[] = []
  for (const p of a.parts)
    for (const q of b.parts) {
      if (shared(p.box, q.box) < -slack) continue
      const relative = relativeOf(p.matrix, q.matrix)
      if (boxDistance(p.shape, q.shape, relative) <= slack) near.push({ p, q, relative })
    }
  if (near.length === 0) return null

  const overlapping: [PartPair, Solid, Solid][] = []
  let crossing: PartPair | null = null
  let allClosed = true
  for (const pair of near) {
    const share = shared(pair.p.box, pair.q.box)
    if (share < 0) continue
    const { shape: p } = pair.p
    const { shape: q } = pair.q
    const closed = solids.isClosed(p) && solids.isClosed(q)
    // An overlap is no thicker than what the boxes share. Solids are made of the few that may overlap.
    if (closed && (share <= tolerance || !mayOverlap(pair))) continue
    const [solidP, solidQ] = closed ? [solids.of(p), solids.of(q)] : [null, null]
    if (solidP !== null && solidQ !== null) overlapping.push([pair, solidP, solidQ])
    else {
      allClosed = false
      if (crossing === null && crosses(pair, solids.isClosed(p), solids.isClosed(q), tolerance)) crossing = pair
    }
  }
  const inHome = (m: Matrix): Matrix => multiply(toHome, m)
  const overlap =
    overlapping.length === 0
      ? null
      : solids.overlap(
          overlapping.map(([{ p, q }, solidP, solidQ]) => [
            { solid: solidP, matrix: inHome(p.matrix) },
            { solid: solidQ, matrix: inHome(q.matrix) },
          ]),
        )
  if (overlap !== null) {
    const pieces = piecesOf(overlap, solids.hull)
    const [thickest] = pieces
    if (thickest !== undefined && thickest.thickness > tolerance)
      return {
        kind: isDuplicate(a, b, tolerance, { volume: overlap.volume, allClosed }, solids) ? 'duplicate' : 'hard',
        point: thickest.middle,
        depth: thickest.thickness,
        volume: overlap.volume,
        distance: 0,
        outline: overlap.positions,
      }
  }
  const midway = (pair: PartPair, { on }: Nearest): [number, number, number] =>
    apply(inHome(pair.p.matrix), (on[0] + on[3]) / 2, (on[1] + on[4]) / 2, (on[2] + on[5]) / 2)
  const duplicateOpen = !allClosed && isDuplicate(a, b, tolerance, null, solids)
  if (crossing !== null || duplicateOpen) {
    const pair = crossing ?? near[0]
    const found = pair === undefined ? null : crossingPoint(pair)
    if (pair !== undefined && found !== null)
      return {
        kind: duplicateOpen ? 'duplicate' : 'crossing',
        point: midway(pair, found),
        depth: null,
        volume: null,
        distance: 0,
        outline: null,
      }
  }
  if (reach === null) return null
  let best: { readonly pair: PartPair; readonly nearest: Nearest } | null = null
  for (const pair of near) {
    const found = surfaceDistance(pair.p.shape, pair.q.shape, pair.relative, best?.nearest.distance ?? reach)
    if (found === null || (best !== null && found.distance >= best.nearest.distance)) continue
    best = { pair, nearest: found }
    if (found.distance === 0) break
  }
  if (best === null) return null
  const { distance } = best.nearest
  const met = overlap !== null || distance <= tolerance
  return {
    kind: met ? 'touch' : 'clearance',
    point: midway(best.pair, best.nearest),
    depth: null,
    volume: null,
    distance: overlap !== null ? 0 : distance,
    outline: null,
  }
}
