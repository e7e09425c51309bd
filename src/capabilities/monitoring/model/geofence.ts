/**
 * Places on a site: polygons in WGS 84 degrees. A site is small, so within it degrees are a plane whose east is shortened by
 * the cosine of the latitude. Pure.
 */
export type LonLat = readonly [number, number]
/** Closed (first = last); the first ring is the outer one, others are holes. */
export type Rings = readonly (readonly LonLat[])[]

/** Metres of a degree of latitude (mean earth radius 6 371 008.8 m). */
const DEGREE_M = 111_195.08
const cosOf = (lat: number): number => Math.cos((lat * Math.PI) / 180)

export interface Box {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}
export const boxOf = (rings: Rings): Box => {
  let [west, south, east, north] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]
  for (const [lon, lat] of rings[0] ?? []) {
    if (lon < west) west = lon
    if (lon > east) east = lon
    if (lat < south) south = lat
    if (lat > north) north = lat
  }
  return { west, south, east, north }
}

/** Whether a place lies inside: an odd number of edges to its east. Holes are outside. */
export const isWithin = (rings: Rings, lon: number, lat: number): boolean => {
  let odd = false
  for (const ring of rings)
    for (let index = 1; index < ring.length; index += 1) {
      const a = ring[index - 1]
      const b = ring[index]
      if (a === undefined || b === undefined || a[1] > lat === b[1] > lat) continue
      if (lon < ((b[0] - a[0]) * (lat - a[1])) / (b[1] - a[1]) + a[0]) odd = !odd
    }
  return odd
}

/** Metres from a place to the nearest edge. */
export const metresToEdge = (rings: Rings, lon: number, lat: number): number => {
  const east = DEGREE_M * cosOf(lat)
  let nearest = Number.POSITIVE_INFINITY
  for (const ring of rings)
    for (let index = 1; index < ring.length; index += 1) {
      const a = ring[index - 1]
      const b = ring[index]
      if (a === undefined || b === undefined) continue
      const [ax, ay] = [(a[0] - lon) * east, (a[1] - lat) * DEGREE_M]
      const [bx, by] = [(b[0] - lon) * east, (b[1] - lat) * DEGREE_M]
      const [dx, dy] = [bx - ax, by - ay]
      const length = dx * dx + dy * dy
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length))
      nearest = Math.min(nearest, Math.hypot(ax + along * dx, ay + along * dy))
    }
  return nearest
}
/** Whether a place lies inside, or outside by no more than some metres. */
export const isWithinOrNear = (rings: Rings, lon: number, lat: number, marginM: number): boolean =>
  isWithin(rings, lon, lat) || metresToEdge(rings, lon, lat) <= marginM

/** Square metres inside, holes taken off. */
export const areaM2 = (rings: Rings): number => {
  if ((rings[0]?.length ?? 0) === 0) return 0
  const box = boxOf(rings)
  const middle = [(box.west + box.east) / 2, (box.south + box.north) / 2] as const
  const east = DEGREE_M * cosOf(middle[1])
  const ringArea = (ring: readonly LonLat[]): number => {
    let twice = 0
    for (let index = 1; index < ring.length; index += 1) {
      const a = ring[index - 1]
      const b = ring[index]
      if (a !== undefined && b !== undefined)
        twice += (a[0] - middle[0]) * (b[1] - middle[1]) - (b[0] - middle[0]) * (a[1] - middle[1])
    }
    return (Math.abs(twice) / 2) * east * DEGREE_M
  }
  return rings.reduce((sum, ring, index) => sum + (index === 0 ? ringArea(ring) : -ringArea(ring)), 0)
}
/** The middle of the outer ring by area; of a ring without area, of its corners. */
export const middleOf = (rings: Rings): LonLat | null => {
  const ring = rings[0]
  const first = ring?.[0]
  if (ring === undefined || first === undefined) return null
  let [twice, x, y] = [0, 0, 0]
  for (let index = 1; index < ring.length; index += 1) {
    const a = ring[index - 1]
    const b = ring[index]
    if (a === undefined || b === undefined) continue
    const [ax, ay, bx, by] = [a[0] - first[0], a[1] - first[1], b[0] - first[0], b[1] - first[1]]
    const cross = ax * by - bx * ay
    twice += cross
    x += (ax + bx) * cross
    y += (ay + by) * cross
  }
  if (Math.abs(twice) < 1e-18) {
    const corners = ring.slice(0, -1)
    const sum = corners.reduce<[number, number]>((total, [lon, lat]) => [total[0] + lon, total[1] + lat], [0, 0])
    return [sum[0] / corners.length, sum[1] / corners.length]
  }
  return [first[0] + x / (3 * twice), first[1] + y / (3 * twice)]
}

const side = (a: LonLat, b: LonLat, c: LonLat): number =>
  Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
const between = (a: LonLat, b: LonLat, c: LonLat): boolean =>
  Math.min(a[0], b[0]) <= c[0] &&
  c[0] <= Math.max(a[0], b[0]) &&
  Math.min(a[1], b[1]) <= c[1] &&
  c[1] <= Math.max(a[1], b[1])
/** Whether two edges have a point in common. */
const meet = (a: LonLat, b: LonLat, c: LonLat, d: LonLat): boolean => {
  const [abc, abd, cda, cdb] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)]
  if (abc !== abd && cda !== cdb) return true
  return (
    (abc === 0 && between(a, b, c)) ||
    (abd === 0 && between(a, b, d)) ||
    (cda === 0 && between(c, d, a)) ||
    (cdb === 0 && between(c, d, b))
  )
}
const isSame = (a: LonLat | undefined, b: LonLat | undefined): boolean =>
  a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1]

/** Why a ring is no fence: not closed, too few corners, repeated corners, or edges that cross; null: it is one. */
export const ringFault = (ring: readonly LonLat[]): 'open' | 'few' | 'repeated' | 'crossing' | null => {
  if (!isSame(ring[0], ring.at(-1))) return 'open'
  const corners = ring.slice(0, -1)
  if (corners.length < 3) return 'few'
  const n = corners.length
  const corner = (index: number): LonLat => corners[index % n] ?? [0, 0]
  for (let index = 0; index < n; index += 1) if (isSame(corner(index), corner(index + 1))) return 'repeated'
  for (let i = 0; i < n; i += 1)
    for (let j = i + 1; j < n; j += 1) {
      const [a, b, c, d] = [corner(i), corner(i + 1), corner(j), corner(j + 1)]
      if (j === i + 1) {
        // Neighbours share a corner: they must not fold back onto each other.
        if (side(a, b, d) === 0 && between(a, b, d)) return 'crossing'
      } else if (i === 0 && j === n - 1) {
        if (side(c, d, b) === 0 && between(c, d, b)) return 'crossing'
      } else if (meet(a, b, c, d)) return 'crossing'
    }
  return null
}
