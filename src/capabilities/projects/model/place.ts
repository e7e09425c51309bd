/** The site of a project: is the boundary sound, is the point on it, does the area fit. Degrees, CGCS2000. Pure. */
import type { Boundary, LonLat } from '../contract.ts'

/** Metres of one degree of latitude (GRS 80, mean); good to a few per mille, enough for a comparison of areas. */
const METRES_PER_DEGREE = 111_195
type Ring = readonly LonLat[]

const ringOf = (boundary: Boundary): Ring => boundary.coordinates[0]

export const isClosed = (ring: Ring): boolean => {
  const [first, last] = [ring[0], ring.at(-1)]
  return first !== undefined && last !== undefined && first[0] === last[0] && first[1] === last[1]
}

/** Twice the signed area of a triangle: positive when c lies left of the line from a to b. */
const turn = (a: LonLat, b: LonLat, c: LonLat): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
const between = (a: LonLat, b: LonLat, c: LonLat): boolean =>
  Math.min(a[0], b[0]) <= c[0] &&
  c[0] <= Math.max(a[0], b[0]) &&
  Math.min(a[1], b[1]) <= c[1] &&
  c[1] <= Math.max(a[1], b[1])

const segmentsMeet = (a: LonLat, b: LonLat, c: LonLat, d: LonLat): boolean => {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)]
  if (abc * abd < 0 && cda * cdb < 0) return true
  return (
    (abc === 0 && between(a, b, c)) ||
    (abd === 0 && between(a, b, d)) ||
    (cda === 0 && between(c, d, a)) ||
    (cdb === 0 && between(c, d, b))
  )
}
/** Does the ring cross or touch itself anywhere but where neighbours join? */
export const crossesItself = (ring: Ring): boolean => {
  const sides = ring.length - 1
  for (let i = 0; i < sides; i += 1)
    for (let j = i + 2; j < sides; j += 1) {
      if (i === 0 && j === sides - 1) continue
      const [a, b, c, d] = [ring[i], ring[i + 1], ring[j], ring[j + 1]]
      if (a && b && c && d && segmentsMeet(a, b, c, d)) return true
    }
  return false
}

/** Area inside a boundary, m². */
export const areaM2 = (boundary: Boundary): number => {
  const ring = ringOf(boundary)
  const first = ring[0]
  if (first === undefined) return 0
  const narrowing = Math.cos((first[1] * Math.PI) / 180)
  let doubled = 0
  for (const [index, point] of ring.slice(0, -1).entries()) {
    const next = ring[index + 1] ?? first
    // Measured from the first corner, so that large coordinates do not eat the small differences.
    doubled += (point[0] - first[0]) * (next[1] - first[1]) - (next[0] - first[0]) * (point[1] - first[1])
  }
  return (Math.abs(doubled) / 2) * METRES_PER_DEGREE ** 2 * narrowing
}

/** Is a point inside a boundary, or on its edge? */
export const contains = (boundary: Boundary, point: LonLat): boolean => {
  const ring = ringOf(boundary)
  let inside = false
  for (let i = 0; i < ring.length - 1; i += 1) {
    const [a, b] = [ring[i], ring[i + 1]]
    if (a === undefined || b === undefined) continue
    if (turn(a, b, point) === 0 && between(a, b, point)) return true
    if (a[1] > point[1] !== b[1] > point[1] && point[0] < ((b[0] - a[0]) * (point[1] - a[1])) / (b[1] - a[1]) + a[0])
      inside = !inside
  }
  return inside
}

/** What is wrong with a boundary, in Chinese; null when it is sound. */
export const boundaryFault = (boundary: Boundary): string | null => {
  const ring = ringOf(boundary)
  if (!isClosed(ring)) return '用地边界没有闭合,请让最后一点与第一点相同。'
  if (crossesItself(ring)) return '用地边界自相交,请重新绘制,不要交叉。'
  return areaM2(boundary) < 1 ? '用地边界没有面积,请重新绘制。' : null
}

/** Share of the stated site area by which the drawn one may differ before somebody is asked to look. */
const AREA_TOLERANCE = 0.2

/** Sentences in Chinese for what does not fit together. */
export const placeWarnings = (place: {
  readonly point: LonLat | null
  readonly boundary: Boundary | null
  readonly siteAreaM2: number | null
}): readonly string[] => {
  const { point, boundary, siteAreaM2 } = place
  if (boundary === null) return []
  const drawn = areaM2(boundary)
  const warnings: string[] = []
  if (point !== null && !contains(boundary, point)) warnings.push('项目位置点不在用地边界内,请核对位置。')
  if (siteAreaM2 !== null && siteAreaM2 > 0 && Math.abs(drawn - siteAreaM2) > siteAreaM2 * AREA_TOLERANCE)
    warnings.push(`用地边界面积约${Math.round(drawn)}平方米,与填报的用地面积${siteAreaM2}平方米相差较大,请核对。`)
  return warnings
}
