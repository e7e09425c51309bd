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

/**
 * Smallest width over the normals of faces and, where directions of edges are few, over products of edges: the exact width of
 * a convex body. Of any other body it says only that it is not convex.
 */
const widthOf = ({ positions, indices }: SolidMesh, slack: number): Measured => {
  const corner = (index: number, axis: number): number => positions[(indices[index] ?? 0) * 3 + axis] ?? 0
  const vertices = new Uint32Array(new Set(indices))
  const normals = new Map<number, readonly [number, number, number]>()
  const edges = new Map<number, readonly [number, number, number]>()
  let convex = true
  let width = Infinity
  const range = (x: number, y: number, z: number): readonly [number, number] => {
    let low = Infinity
    let high = -Infinity
    for (const v of vertices) {
      const along = (positions[v * 3] ?? 0) * x + (positions[v * 3 + 1] ?? 0) * y + (positions[v * 3 + 2] ?? 0) * z
      if (along < low) low = along
      if (along > high) high = along
    }
    return [low, high]
  }
  /** A key that is the same for a direction and its opposite. */
  const keyed = (
    map: Map<number, readonly [number, number, number]>,
    x: number,
    y: number,
    z: number,
    bothWays: boolean,
  ): void => {
    const length = Math.sqrt(x * x + y * y + z * z)
    if (!(length > 0)) return
    const flip = bothWays && (Math.abs(x) > 1e-6 * length ? x : Math.abs(y) > 1e-6 * length ? y : z) < 0 ? -1 : 1
    const unit = [(flip * x) / length, (flip * y) / length, (flip * z) / length] as const
    const step = (value: number): number => Math.round(value * 1e4) + 1e4
    map.set((step(unit[0]) * 20_001 + step(unit[1])) * 20_001 + step(unit[2]), unit)
  }
  for (let t = 0; t < indices.length; t += 3) {
    const [ax, ay, az] = [corner(t, 0), corner(t, 1), corner(t, 2)]
    const [ux, uy, uz] = [corner(t + 1, 0) - ax, corner(t + 1, 1) - ay, corner(t + 1, 2) - az]
    const [vx, vy, vz] = [corner(t + 2, 0) - ax, corner(t + 2, 1) - ay, corner(t + 2, 2) - az]
    const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx]
    // Slivers have no reliable normal; their neighbours have.
    if (Math.hypot(nx, ny, nz) > 1e-6 * (ux * ux + uy * uy + uz * uz + vx * vx + vy * vy + vz * vz)) {
      keyed(normals, nx, ny, nz, false)
      if (convex) {
        const length = Math.hypot(nx, ny, nz)
        const level = (ax * nx + ay * ny + az * nz) / length
        convex = range(nx / length, ny / length, nz / length)[1] - level <= slack
      }
    }
    keyed(edges, ux, uy, uz, true)
    keyed(edges, vx, vy, vz, true)
    keyed(edges, vx - ux, vy - uy, vz - uz, true)
  }
  if (!convex) return { width, convex }
  const consider = (x: number, y: number, z: number): void => {
    const [low, high] = range(x, y, z)
    if (high - low < width) width = high - low
  }
  for (const [x, y, z] of normals.values()) consider(x, y, z)
  if (edges.size <= MOST_EDGE_DIRECTIONS) {
    const all = [...edges.values()]
    for (const [i, [x, y, z]] of all.entries())
      for (const [u, v, w] of all.slice(i + 1)) {
        const [nx, ny, nz] = [y * w - z * v, z * u - x * w, x * v - y * u]
        const length = Math.hypot(nx, ny, nz)
        if (length > 1e-3) consider(nx / length, ny / length, nz / length)
      }
  }
  return { width, convex }
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
