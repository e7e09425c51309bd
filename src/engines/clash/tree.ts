/** Bounding-box tree in flat arrays, over triangles of a mesh or over elements of a scene. */

export interface Tree {
  /** Six numbers a node: least x y z, greatest x y z. */
  readonly bounds: Float32Array
  /** Inner node: index of the right child, the left one is the next node. Leaf: `~first item`. */
  readonly link: Int32Array
  /** Items of a leaf; 0 for an inner node. */
  readonly count: Uint8Array
  /** Items in the order of the leaves. */
  readonly items: Uint32Array
}

const LEAF = 4

/** Puts the item that belongs in the middle there, smaller ones before it (Hoare's selection). */
const select = (
  items: Uint32Array,
  middles: Float32Array,
  from: number,
  to: number,
  wanted: number,
  axis: number,
): void => {
  let low = from
  let high = to - 1
  while (low < high) {
    const pivot = middles[(items[(low + high) >> 1] as number) * 3 + axis] as number
    let left = low
    let right = high
    while (left <= right) {
      while ((middles[(items[left] as number) * 3 + axis] as number) < pivot) left += 1
      while ((middles[(items[right] as number) * 3 + axis] as number) > pivot) right -= 1
      if (left <= right) {
        const kept = items[left] as number
        items[left] = items[right] as number
        items[right] = kept
        left += 1
        right -= 1
      }
    }
    if (wanted <= right) high = right
    else if (wanted >= left) low = left
    else return
  }
}

/** Covers items with a node; gives the axis along which their middles lie furthest apart. */
const cover = (
  boxes: Float32Array,
  middles: Float32Array,
  items: Uint32Array,
  from: number,
  to: number,
  bounds: Float32Array,
  node: number,
): number => {
  let x0 = Infinity
  let y0 = Infinity
  let z0 = Infinity
  let x1 = -Infinity
  let y1 = -Infinity
  let z1 = -Infinity
  let u0 = Infinity
  let v0 = Infinity
  let w0 = Infinity
  let u1 = -Infinity
  let v1 = -Infinity
  let w1 = -Infinity
  for (let i = from; i < to; i += 1) {
    const item = items[i] as number
    const at = item * 6
    const x = boxes[at] as number
    const y = boxes[at + 1] as number
    const z = boxes[at + 2] as number
    const xx = boxes[at + 3] as number
    const yy = boxes[at + 4] as number
    const zz = boxes[at + 5] as number
    if (x < x0) x0 = x
    if (y < y0) y0 = y
    if (z < z0) z0 = z
    if (xx > x1) x1 = xx
    if (yy > y1) y1 = yy
    if (zz > z1) z1 = zz
    const u = middles[item * 3] as number
    const v = middles[item * 3 + 1] as number
    const w = middles[item * 3 + 2] as number
    if (u < u0) u0 = u
    if (u > u1) u1 = u
    if (v < v0) v0 = v
    if (v > v1) v1 = v
    if (w < w0) w0 = w
    if (w > w1) w1 = w
  }
  const n = node * 6
  bounds[n] = x0
  bounds[n + 1] = y0
  bounds[n + 2] = z0
  bounds[n + 3] = x1
  bounds[n + 4] = y1
  bounds[n + 5] = z1
  const alongY = v1 - v0 > u1 - u0
  return w1 - w0 > (alongY ? v1 - v0 : u1 - u0) ? 2 : alongY ? 1 : 0
}

/** Builds a tree over boxes (six numbers each). Splits at the median of the longest axis, so its depth is the logarithm. */
export const buildTree = (boxes: Float32Array): Tree => {
  const total = boxes.length / 6
  const items = new Uint32Array(total)
  const middles = new Float32Array(total * 3)
  for (let i = 0; i < total; i += 1) {
    items[i] = i
    middles[i * 3] = ((boxes[i * 6] as number) + (boxes[i * 6 + 3] as number)) / 2
    middles[i * 3 + 1] = ((boxes[i * 6 + 1] as number) + (boxes[i * 6 + 4] as number)) / 2
    middles[i * 3 + 2] = ((boxes[i * 6 + 2] as number) + (boxes[i * 6 + 5] as number)) / 2
  }
  const capacity = Math.max(1, 2 * Math.ceil(total / 2))
  const bounds = new Float32Array(capacity * 6)
  const link = new Int32Array(capacity)
  const count = new Uint8Array(capacity)
  let nodes = 0
  const build = (from: number, to: number): void => {
    const node = nodes
    nodes += 1
    const axis = cover(boxes, middles, items, from, to, bounds, node)
    if (to - from <= LEAF) {
      link[node] = ~from
      count[node] = to - from
      return
    }
    const middle = (from + to) >> 1
    select(items, middles, from, to, middle, axis)
    build(from, middle)
    link[node] = nodes
    build(middle, to)
  }
  if (total > 0) build(0, total)
  return {
    bounds: bounds.slice(0, nodes * 6),
    link: link.slice(0, nodes),
    count: count.slice(0, nodes),
    items,
  }
}

/** Calls `found` with every item of a leaf whose box comes within the given box. */
export const queryTree = (tree: Tree, box: ArrayLike<number>, found: (item: number) => void): void => {
  if (tree.link.length === 0) return
  const { bounds, link, count, items } = tree
  const [x0, y0, z0] = [box[0] ?? 0, box[1] ?? 0, box[2] ?? 0]
  const [x1, y1, z1] = [box[3] ?? 0, box[4] ?? 0, box[5] ?? 0]
  const stack = [0]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const at = node * 6
    if ((bounds[at] ?? 0) > x1 || (bounds[at + 3] ?? 0) < x0) continue
    if ((bounds[at + 1] ?? 0) > y1 || (bounds[at + 4] ?? 0) < y0) continue
    if ((bounds[at + 2] ?? 0) > z1 || (bounds[at + 5] ?? 0) < z0) continue
    const next = link[node] ?? 0
    if (next < 0) for (let i = 0; i < (count[node] ?? 0); i += 1) found(items[~next + i] ?? 0)
    else stack.push(next, node + 1)
  }
}
