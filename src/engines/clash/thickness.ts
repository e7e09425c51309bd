/**
 * How thick an overlap is. The *thickness* of a piece is the smallest distance of two parallel planes that hold it between
 * them; of a piece that fills less than half of its convex hull (a shell, a ring), twice its volume over its surface.
 */

export interface Piece {
  readonly thickness: number
  readonly volume: number
  /** Middle of its box. */
  readonly middle: readonly [number, number, number]
}
export interface SolidMesh {
  /** Three numbers a vertex; one vertex a place. */
  readonly positions: Float32Array | Float64Array
  readonly indices: Uint32Array
}
/** Gives the convex hull of points. */
export type Hull = (points: Float64Array) => SolidMesh & { readonly volume: number }

const MOST_EDGE_DIRECTIONS = 60

interface Measured {
  readonly width: number
  readonly convex: boolean
}

/** A direction, and the lowest place along it where a face with this normal lies. */
interface Direction {
  readonly x: number
  readonly y: number
  readonly z: number
  level: number
}

/**
 * Smallest width over the normals of faces and, where directions of edges are few, over products of edges: the exact width of
 * a convex body. Of any other body it says only that it is not convex.
 */
const widthOf = ({ positions, indices }: SolidMesh, slack: number): Measured => {
  const used = [...new Set(indices)]
  const points = new Float64Array(used.length * 3)
  for (const [k, v] of used.entries())
    for (let axis = 0; axis < 3; axis += 1) points[k * 3 + axis] = positions[v * 3 + axis] ?? 0
  const normals = new Map<number, Direction>()
  const edges = new Map<number, Direction>()
  /** How far the points reach along a direction; ends early, with less, once that is `enough` or more. */
  const extent = (x: number, y: number, z: number, enough: number): number => {
    let low = Infinity
    let high = -Infinity
    for (let k = 0; k < points.length; k += 3) {
      const along = (points[k] as number) * x + (points[k + 1] as number) * y + (points[k + 2] as number) * z
      if (along < low) low = along
      if (along > high) high = along
      if (high - low >= enough) break
    }
    return high - low
  }
  const highest = (x: number, y: number, z: number): number => {
    let high = -Infinity
    for (let k = 0; k < points.length; k += 3) {
      const along = (points[k] as number) * x + (points[k + 1] as number) * y + (points[k + 2] as number) * z
      if (along > high) high = along
    }
    return high
  }
  const step = (value: number): number => Math.round(value * 1e4) + 1e4
  /** Keeps one of the directions that are the same to a ten-thousandth; `bothWays` makes opposite ones the same. */
  const keep = (
    map: Map<number, Direction>,
    x: number,
    y: number,
    z: number,
    bothWays: boolean,
  ): Direction | undefined => {
    const length = Math.sqrt(x * x + y * y + z * z)
    if (!(length > 0)) return undefined
    const flip = bothWays && (Math.abs(x) > 1e-6 * length ? x : Math.abs(y) > 1e-6 * length ? y : z) < 0 ? -1 : 1
    const scale = flip / length
    const key = (step(x * scale) * 20_001 + step(y * scale)) * 20_001 + step(z * scale)
    let direction = map.get(key)
    if (direction === undefined) {
      direction = { x: x * scale, y: y * scale, z: z * scale, level: Infinity }
      map.set(key, direction)
    }
    return direction
  }
  for (let t = 0; t < indices.length; t += 3) {
    const a = (indices[t] as number) * 3
    const b = (indices[t + 1] as number) * 3
    const c = (indices[t + 2] as number) * 3
    const ax = positions[a] as number
    const ay = positions[a + 1] as number
    const az = positions[a + 2] as number
    const ux = (positions[b] as number) - ax
    const uy = (positions[b + 1] as number) - ay
    const uz = (positions[b + 2] as number) - az
    const vx = (positions[c] as number) - ax
    const vy = (positions[c + 1] as number) - ay
    const vz = (positions[c + 2] as number) - az
    const nx = uy * vz - uz * vy
    const ny = uz * vx - ux * vz
    const nz = ux * vy - uy * vx
    const sizes = ux * ux + uy * uy + uz * uz + vx * vx + vy * vy + vz * vz
    // Slivers have no reliable normal; their neighbours have.
    if (nx * nx + ny * ny + nz * nz > 1e-12 * sizes * sizes) {
      const normal = keep(normals, nx, ny, nz, false)
      if (normal !== undefined) normal.level = Math.min(normal.level, ax * normal.x + ay * normal.y + az * normal.z)
    }
    keep(edges, ux, uy, uz, true)
    keep(edges, vx, vy, vz, true)
    keep(edges, vx - ux, vy - uy, vz - uz, true)
  }
  let width = Infinity
  for (const { x, y, z, level } of normals.values()) {
    if (slack < Infinity && highest(x, y, z) - level > slack) return { width: Infinity, convex: false }
    width = Math.min(width, extent(x, y, z, width))
  }
  if (edges.size <= MOST_EDGE_DIRECTIONS) {
    const all = [...edges.values()]
    for (const [i, p] of all.entries())
      for (let k = i + 1; k < all.length; k += 1) {
        const q = all[k] as Direction
        const nx = p.y * q.z - p.z * q.y
        const ny = p.z * q.x - p.x * q.z
        const nz = p.x * q.y - p.y * q.x
        const length = Math.sqrt(nx * nx + ny * ny + nz * nz)
        if (length < 1e-3) continue
        width = Math.min(width, extent(nx / length, ny / length, nz / length, width))
      }
  }
  return { width, convex: true }
}

/** Volume and surface of a closed mesh. */
export const measure = ({ positions, indices }: SolidMesh): { readonly volume: number; readonly surface: number } => {
  let volume = 0
  let surface = 0
  const first = (indices[0] ?? 0) * 3
  const [ox, oy, oz] = [positions[first] ?? 0, positions[first + 1] ?? 0, positions[first + 2] ?? 0]
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [(indices[t] ?? 0) * 3, (indices[t + 1] ?? 0) * 3, (indices[t + 2] ?? 0) * 3]
    const [ax, ay, az] = [(positions[a] ?? 0) - ox, (positions[a + 1] ?? 0) - oy, (positions[a + 2] ?? 0) - oz]
    const [bx, by, bz] = [(positions[b] ?? 0) - ox, (positions[b + 1] ?? 0) - oy, (positions[b + 2] ?? 0) - oz]
    const [cx, cy, cz] = [(positions[c] ?? 0) - ox, (positions[c + 1] ?? 0) - oy, (positions[c + 2] ?? 0) - oz]
    volume += (ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)) / 6
    const [ux, uy, uz] = [bx - ax, by - ay, bz - az]
    const [vx, vy, vz] = [cx - ax, cy - ay, cz - az]
    surface += Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2
  }
  return { volume, surface }
}

/** Splits a closed mesh into the pieces that hang together by vertices; gives the triangles of each. */
const split = (indices: Uint32Array): readonly Uint32Array[] => {
  const parent = new Map<number, number>()
  const root = (of: number): number => {
    let each = of
    for (let above = parent.get(each); above !== undefined && above !== each; above = parent.get(each)) each = above
    return each
  }
  for (let t = 0; t < indices.length; t += 3) {
    const a = root(indices[t] ?? 0)
    parent.set(a, a)
    for (const k of [1, 2]) {
      const b = root(indices[t + k] ?? 0)
      parent.set(b, a)
    }
  }
  const pieces = new Map<number, number[]>()
  for (let t = 0; t < indices.length; t += 3) {
    const of = root(indices[t] ?? 0)
    const piece = pieces.get(of) ?? []
    piece.push(indices[t] ?? 0, indices[t + 1] ?? 0, indices[t + 2] ?? 0)
    pieces.set(of, piece)
  }
  return pieces.size === 1 ? [indices] : [...pieces.values()].map((piece) => Uint32Array.from(piece))
}

const pieceOf = (mesh: SolidMesh, hull: Hull): Piece | null => {
  const { volume, surface } = measure(mesh)
  if (!(volume > 0) || !(surface > 0)) return null
  const vertices = new Set(mesh.indices)
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  for (const v of vertices)
    for (let axis = 0; axis < 3; axis += 1) {
      const value = mesh.positions[v * 3 + axis] ?? 0
      low[axis] = Math.min(low[axis] ?? 0, value)
      high[axis] = Math.max(high[axis] ?? 0, value)
    }
  const extents = low.map((value, axis) => (high[axis] ?? 0) - value)
  const middle = low.map((value, axis) => (value + (high[axis] ?? 0)) / 2) as [number, number, number]
  const own = widthOf(mesh, 1e-6 + 1e-6 * Math.max(...extents))
  let thickness = own.width
  if (!own.convex) {
    const points = Float64Array.from([...vertices].flatMap((v) => [0, 1, 2].map((k) => mesh.positions[v * 3 + k] ?? 0)))
    const outer = hull(points)
    // The hull of points in one plane has no volume: the piece is as flat.
    thickness = outer.volume > 0 ? widthOf(outer, Infinity).width : 0
    if (volume < outer.volume / 2) thickness = Math.min(thickness, (2 * volume) / surface)
  }
  return { thickness: Math.min(thickness, ...extents), volume, middle }
}

/** Measures the pieces of an overlap solid, the thickest first. */
export const piecesOf = (mesh: SolidMesh, hull: Hull): readonly Piece[] =>
  split(mesh.indices)
    .flatMap((indices) => pieceOf({ positions: mesh.positions, indices }, hull) ?? [])
    .sort((a, b) => b.thickness - a.thickness)
