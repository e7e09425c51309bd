/**
 * Distances in the plan, in double precision, on bare numbers (x east, y north): the inner loops of the checks allocate
 * nothing but the answer.
 */

/** Parameter 0..1 of the point of segment a-b that is nearest to p; 0 for a segment of no length. */
export const nearestParameter = (px: number, py: number, ax: number, ay: number, bx: number, by: number): number => {
  const dx = bx - ax
  const dy = by - ay
  const square = dx * dx + dy * dy
  if (square === 0) return 0
  const t = ((px - ax) * dx + (py - ay) * dy) / square
  return t < 0 ? 0 : t > 1 ? 1 : t
}

export const pointToSegment = (px: number, py: number, ax: number, ay: number, bx: number, by: number): number => {
  const t = nearestParameter(px, py, ax, ay, bx, by)
  return Math.hypot(px - (ax + t * (bx - ax)), py - (ay + t * (by - ay)))
}

export interface PlanCrossing {
  /** Parameters 0..1 on both segments. */
  readonly s: number
  readonly t: number
  /** Sine of the angle between the segments, 0..1. */
  readonly sine: number
}

/** Where segments a-b and c-d cross or touch in the plan; null if they do not, or are parallel. */
export const crossingOf = (
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): PlanCrossing | null => {
  const ux = bx - ax
  const uy = by - ay
  const vx = dx - cx
  const vy = dy - cy
  const cross = ux * vy - uy * vx
  const size = Math.sqrt((ux * ux + uy * uy) * (vx * vx + vy * vy))
  if (size < 1e-12 || Math.abs(cross) < 1e-9 * size) return null
  const s = ((cx - ax) * vy - (cy - ay) * vx) / cross
  if (s < 0 || s > 1) return null
  const t = ((cx - ax) * uy - (cy - ay) * ux) / cross
  if (t < 0 || t > 1) return null
  return { s, t, sine: Math.abs(cross) / size }
}

export interface PlanNearest {
  readonly s: number
  readonly t: number
  readonly distance: number
}

/** The nearest points of two segments that do not cross (for crossing ones the distance of the nearest end). */
export const nearestOfSegments = (
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): PlanNearest => {
  let s = 0
  let t = nearestParameter(ax, ay, cx, cy, dx, dy)
  let distance = Math.hypot(ax - cx - t * (dx - cx), ay - cy - t * (dy - cy))
  const t1 = nearestParameter(bx, by, cx, cy, dx, dy)
  const d1 = Math.hypot(bx - cx - t1 * (dx - cx), by - cy - t1 * (dy - cy))
  if (d1 < distance) {
    s = 1
    t = t1
    distance = d1
  }
  const s2 = nearestParameter(cx, cy, ax, ay, bx, by)
  const d2 = Math.hypot(cx - ax - s2 * (bx - ax), cy - ay - s2 * (by - ay))
  if (d2 < distance) {
    s = s2
    t = 0
    distance = d2
  }
  const s3 = nearestParameter(dx, dy, ax, ay, bx, by)
  const d3 = Math.hypot(dx - ax - s3 * (bx - ax), dy - ay - s3 * (by - ay))
  if (d3 < distance) {
    s = s3
    t = 1
    distance = d3
  }
  return { s, t, distance }
}

export const segmentDistance = (
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): number =>
  crossingOf(ax, ay, bx, by, cx, cy, dx, dy) === null ? nearestOfSegments(ax, ay, bx, by, cx, cy, dx, dy).distance : 0

/**
 * The part of segment a-b that lies within `reach` of segment c-d, as parameters; null if none does. The distance to a
 * segment is convex along a line, so the part is one interval whose ends bisection finds.
 */
export const partWithin = (
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
  reach: number,
): readonly [number, number] | null => {
  const at = (s: number): number => pointToSegment(ax + s * (bx - ax), ay + s * (by - ay), cx, cy, dx, dy)
  const crossing = crossingOf(ax, ay, bx, by, cx, cy, dx, dy)
  const middle = crossing === null ? nearestOfSegments(ax, ay, bx, by, cx, cy, dx, dy).s : crossing.s
  if (at(middle) > reach) return null
  const edge = (outside: number): number => {
    if (at(outside) <= reach) return outside
    let far = outside
    let near = middle
    for (let turn = 0; turn < 40; turn += 1) {
      const half = (far + near) / 2
      if (at(half) <= reach) near = half
      else far = half
    }
    return near
  }
  return [edge(0), edge(1)]
}

/** Overlap of two nearly parallel segments, seen along the first: its parameters, and the least and greatest distance. */
export const parallelOverlap = (
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): { readonly from: number; readonly to: number; readonly least: number; readonly greatest: number } | null => {
  const ux = bx - ax
  const uy = by - ay
  const square = ux * ux + uy * uy
  if (square === 0) return null
  const along = (px: number, py: number): number => ((px - ax) * ux + (py - ay) * uy) / square
  const c = along(cx, cy)
  const d = along(dx, dy)
  const from = Math.max(0, Math.min(c, d))
  const to = Math.min(1, Math.max(c, d))
  if (from >= to) return null
  const length = Math.sqrt(square)
  const offset = (s: number): number => {
    const k = c === d ? 0 : (s - c) / (d - c)
    const px = cx + k * (dx - cx) - ax
    const py = cy + k * (dy - cy) - ay
    return (ux * py - uy * px) / length
  }
  const first = offset(from)
  const last = offset(to)
  const least = Math.sign(first) * Math.sign(last) < 0 ? 0 : Math.min(Math.abs(first), Math.abs(last))
  return { from, to, least, greatest: Math.max(Math.abs(first), Math.abs(last)) }
}

/** A ring or polyline as positions; a ring may repeat its first point at the end or not. */
export type Path = readonly (readonly [number, number])[]

export const pointToPath = (px: number, py: number, path: Path, closed = false): number => {
  let least = Infinity
  const last = closed ? path.length : path.length - 1
  for (let k = 0; k < last; k += 1) {
    const a = path[k]
    const b = path[(k + 1) % path.length]
    if (a !== undefined && b !== undefined) least = Math.min(least, pointToSegment(px, py, a[0], a[1], b[0], b[1]))
  }
  const only = path[0]
  return path.length === 1 && only !== undefined ? Math.hypot(px - only[0], py - only[1]) : least
}

/** Whether a point lies in a polygon of rings (even-odd: inner rings are holes). */
export const insidePolygon = (px: number, py: number, rings: readonly Path[]): boolean => {
  let inside = false
  for (const ring of rings)
    for (let k = 0, j = ring.length - 1; k < ring.length; j = k, k += 1) {
      const a = ring[k]
      const b = ring[j]
      if (a === undefined || b === undefined) continue
      if (a[1] > py !== b[1] > py && px < ((b[0] - a[0]) * (py - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside
    }
  return inside
}

/** The nearest place of segment a-b to a path: distance and parameter on the segment. */
export const segmentToPath = (
  ax: number,
  ay: number,
  bx: number,
  by: number,
  path: Path,
  closed = false,
): { readonly distance: number; readonly s: number } => {
  let best = { distance: Infinity, s: 0 }
  const only = path[0]
  if (path.length === 1 && only !== undefined) {
    const s = nearestParameter(only[0], only[1], ax, ay, bx, by)
    return { distance: pointToSegment(only[0], only[1], ax, ay, bx, by), s }
  }
  const last = closed ? path.length : path.length - 1
  for (let k = 0; k < last; k += 1) {
    const c = path[k]
    const d = path[(k + 1) % path.length]
    if (c === undefined || d === undefined) continue
    const crossing = crossingOf(ax, ay, bx, by, c[0], c[1], d[0], d[1])
    if (crossing !== null) return { distance: 0, s: crossing.s }
    const near = nearestOfSegments(ax, ay, bx, by, c[0], c[1], d[0], d[1])
    if (near.distance < best.distance) best = { distance: near.distance, s: near.s }
  }
  return best
}

/** The nearest place of segment a-b to a polygon: 0 inside. */
export const segmentToPolygon = (
  ax: number,
  ay: number,
  bx: number,
  by: number,
  rings: readonly Path[],
): { readonly distance: number; readonly s: number } => {
  if (insidePolygon(ax, ay, rings)) return { distance: 0, s: 0 }
  let best = { distance: Infinity, s: 0 }
  for (const ring of rings) {
    const near = segmentToPath(ax, ay, bx, by, ring, true)
    if (near.distance < best.distance) best = near
  }
  return best
}

/** Distance of two polygons: 0 when they touch, cross or contain one another. */
export const polygonDistance = (one: readonly Path[], other: readonly Path[]): number => {
  const first = one[0]?.[0]
  const second = other[0]?.[0]
  if (first === undefined || second === undefined) return Infinity
  if (insidePolygon(first[0], first[1], other) || insidePolygon(second[0], second[1], one)) return 0
  let least = Infinity
  for (const ring of one)
    for (let k = 0; k < ring.length; k += 1) {
      const a = ring[k]
      const b = ring[(k + 1) % ring.length]
      if (a === undefined || b === undefined) continue
      for (const path of other) least = Math.min(least, segmentToPath(a[0], a[1], b[0], b[1], path, true).distance)
    }
  return least
}

/** Parameters where segment a-b meets the edges of a polygon, sorted, with 0 and 1: the parts between lie in or out whole. */
export const cutsByPolygon = (
  ax: number,
  ay: number,
  bx: number,
  by: number,
  rings: readonly Path[],
): readonly number[] => {
  const cuts = [0, 1]
  for (const ring of rings)
    for (let k = 0; k < ring.length; k += 1) {
      const c = ring[k]
      const d = ring[(k + 1) % ring.length]
      if (c === undefined || d === undefined) continue
      const crossing = crossingOf(ax, ay, bx, by, c[0], c[1], d[0], d[1])
      if (crossing !== null) cuts.push(crossing.s)
    }
  return [...new Set(cuts)].sort((a, b) => a - b)
}
