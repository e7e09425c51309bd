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

/** Builds a tree over boxes (six numbers each). Splits at the median of the longest axis, so its depth is the logarithm. */
export const buildTree = (boxes: Float32Array): Tree => {
  const total = boxes.length / 6
  const items = new Uint32Array(total)
  for (let i = 0; i < total; i += 1) items[i] = i
  const middles = new Float32Array(total * 3)
  for (let i = 0; i < total; i += 1)
    for (let axis = 0; axis < 3; axis += 1)
      middles[i * 3 + axis] = ((boxes[i * 6 + axis] ?? 0) + (boxes[i * 6 + 3 + axis] ?? 0)) / 2
  const capacity = Math.max(1, 2 * Math.ceil(total / 2))
  const bounds = new Float32Array(capacity * 6)
  const link = new Int32Array(capacity)
  const count = new Uint8Array(capacity)
  let nodes = 0

  const cover = (node: number, from: number, to: number): void => {
    const low = [Infinity, Infinity, Infinity]
    const high = [-Infinity, -Infinity, -Infinity]
    for (let i = from; i < to; i += 1) {
      const at = (items[i] ?? 0) * 6
      for (let axis = 0; axis < 3; axis += 1) {
        const least = boxes[at + axis] ?? 0
        const greatest = boxes[at + 3 + axis] ?? 0
        if (least < (low[axis] ?? 0)) low[axis] = least
        if (greatest > (high[axis] ?? 0)) high[axis] = greatest
      }
    }
    bounds.set(low, node * 6)
    bounds.set(high, node * 6 + 3)
  }
  /** Puts the item that belongs in the middle there, smaller ones before it (Hoare's selection). */
  const select = (from: number, to: number, wanted: number, axis: number): void => {
    let low = from
    let high = to - 1
    while (low < high) {
      const pivot = middles[(items[(low + high) >> 1] ?? 0) * 3 + axis] ?? 0
      let left = low
      let right = high
      while (left <= right) {
        while ((middles[(items[left] ?? 0) * 3 + axis] ?? 0) < pivot) left += 1
        while ((middles[(items[right] ?? 0) * 3 + axis] ?? 0) > pivot) right -= 1
        if (left <= right) {
          const kept = items[left] ?? 0
          items[left] = items[right] ?? 0
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
  const longestAxis = (from: number, to: number): number => {
    let axis = 0
    let longest = -1
    for (let each = 0; each < 3; each += 1) {
      let least = Infinity
      let greatest = -Infinity
      for (let i = from; i < to; i += 1) {
        const middle = middles[(items[i] ?? 0) * 3 + each] ?? 0
        if (middle < least) least = middle
        if (middle > greatest) greatest = middle
      }
      if (greatest - least > longest) {
        longest = greatest - least
        axis = each
      }
    }
    return axis
  }
  const build = (from: number, to: number): void => {
    const node = nodes
    nodes += 1
    cover(node, from, to)
    if (to - from <= LEAF) {
      link[node] = ~from
      count[node] = to - from
      return
    }
    const middle = (from + to) >> 1
    select(from, to, middle, longestAxis(from, to))
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
