/**
 * A grid over the plan that holds boxes by number and can change: pairs of boxes that overlap are found once each, in the
 * cell where both begin. Cell numbers wrap around, so a stray coordinate costs nothing; a box over very many cells is kept
 * in a list of its own. Cells are chains in arrays of numbers, found by hashing: nothing is allocated for a box.
 */

const WRAP = 0x7fff
const MOST_CELLS = 2_048
const NONE = -1

const wider = (old: Int32Array, length: number): Int32Array => {
  const next = new Int32Array(length)
  next.set(old)
  return next
}

export class Grid {
  readonly #size: number
  readonly #large = new Set<number>()
  /** West, south, east, north of each box, and the cell in which it begins. */
  #boxes: Float64Array
  #begins: Int32Array
  /** Open addressing: key of a cell plus 1 (0: free), and the first entry of its chain. Keys stay when a cell empties. */
  #keys: Int32Array
  #heads: Int32Array
  #cells = 0
  /** Keys in the order in which cells were first used: neighbours in tables are neighbours on the ground. */
  #order: Int32Array
  /** Entries: whose box, and the next entry of the cell; freed ones are chained from `#free`. */
  #ids: Int32Array
  #nexts: Int32Array
  #entries = 0
  #free = NONE

  constructor(cellSize: number, capacity = 1_024) {
    this.#size = cellSize
    this.#boxes = new Float64Array(capacity * 4)
    this.#begins = new Int32Array(capacity * 2)
    let slots = 1_024
    while (slots < capacity * 2) slots *= 2
    this.#keys = new Int32Array(slots)
    this.#heads = new Int32Array(slots)
    this.#order = new Int32Array(slots / 2 + 1)
    this.#ids = new Int32Array(capacity * 3)
    this.#nexts = new Int32Array(capacity * 3)
  }

  #cell(value: number): number {
    return Math.floor(value / this.#size)
  }
  #isLarge(x0: number, y0: number, x1: number, y1: number): boolean {
    return !((x1 - x0 + 1) * (y1 - y0 + 1) <= MOST_CELLS)
  }
  /** Where a cell is kept, or would be. */
  #slot(x: number, y: number): number {
    return this.#find((x & WRAP) * (WRAP + 1) + (y & WRAP) + 1)
  }
  #find(key: number): number {
    const keys = this.#keys
    const mask = keys.length - 1
    let at = Math.imul(key, 0x9e37_79b1) >>> 8
    for (at &= mask; keys[at] !== 0 && keys[at] !== key; ) at = (at + 1) & mask
    return at
  }
  #head(x: number, y: number): number {
    const at = this.#slot(x, y)
    return this.#keys[at] === 0 ? NONE : (this.#heads[at] ?? NONE)
  }
  #rehash(): void {
    const keys = this.#keys
    const heads = this.#heads
    this.#keys = new Int32Array(keys.length * 2)
    this.#heads = new Int32Array(keys.length * 2)
    this.#order = wider(this.#order, keys.length + 1)
    for (let k = 0; k < keys.length; k += 1) {
      const key = keys[k] ?? 0
      if (key === 0) continue
      const at = this.#find(key)
      this.#keys[at] = key
      this.#heads[at] = heads[k] ?? NONE
    }
  }
  #put(x: number, y: number, id: number): void {
    if (this.#cells * 2 > this.#keys.length) this.#rehash()
    const at = this.#slot(x, y)
    if (this.#keys[at] === 0) {
      const key = (x & WRAP) * (WRAP + 1) + (y & WRAP) + 1
      this.#keys[at] = key
      this.#heads[at] = NONE
      this.#order[this.#cells] = key
      this.#cells += 1
    }
    let entry = this.#free
    if (entry === NONE) {
      entry = this.#entries
      this.#entries += 1
      if (entry >= this.#ids.length) {
        this.#ids = wider(this.#ids, Math.max(64, entry * 2))
        this.#nexts = wider(this.#nexts, this.#ids.length)
      }
    } else this.#free = this.#nexts[entry] ?? NONE
    this.#ids[entry] = id
    this.#nexts[entry] = this.#heads[at] ?? NONE
    this.#heads[at] = entry
  }
  #take(x: number, y: number, id: number): void {
    const at = this.#slot(x, y)
    if (this.#keys[at] === 0) return
    let before = NONE
    for (let entry = this.#heads[at] ?? NONE; entry >= 0; entry = this.#nexts[entry] ?? NONE) {
      if (this.#ids[entry] === id) {
        const after = this.#nexts[entry] ?? NONE
        if (before === NONE) this.#heads[at] = after
        else this.#nexts[before] = after
        this.#nexts[entry] = this.#free
        this.#ids[entry] = NONE
        this.#free = entry
        return
      }
      before = entry
    }
  }

  add(id: number, west: number, south: number, east: number, north: number): void {
    if ((id + 1) * 4 > this.#boxes.length) {
      const more = Math.max(id + 1, this.#boxes.length / 2)
      const boxes = new Float64Array(more * 4)
      boxes.set(this.#boxes)
      this.#boxes = boxes
      this.#begins = wider(this.#begins, more * 2)
    }
    this.#boxes[id * 4] = west
    this.#boxes[id * 4 + 1] = south
    this.#boxes[id * 4 + 2] = east
    this.#boxes[id * 4 + 3] = north
    const x0 = this.#cell(west)
    const y0 = this.#cell(south)
    const x1 = this.#cell(east)
    const y1 = this.#cell(north)
    if (this.#isLarge(x0, y0, x1, y1)) {
      this.#large.add(id)
      return
    }
    this.#begins[id * 2] = x0
    this.#begins[id * 2 + 1] = y0
    for (let x = x0; x <= x1; x += 1) for (let y = y0; y <= y1; y += 1) this.#put(x, y, id)
  }

  remove(id: number): void {
    if (this.#large.delete(id)) return
    const boxes = this.#boxes
    const x1 = this.#cell(boxes[id * 4 + 2] ?? 0)
    const y1 = this.#cell(boxes[id * 4 + 3] ?? 0)
    for (let x = this.#begins[id * 2] ?? 0; x <= x1; x += 1)
      for (let y = this.#begins[id * 2 + 1] ?? 0; y <= y1; y += 1) this.#take(x, y, id)
  }

  /** Calls with every number whose box overlaps the given one, once each. */
  query(west: number, south: number, east: number, north: number, visit: (id: number) => void): void {
    const boxes = this.#boxes
    const begins = this.#begins
    const overlaps = (id: number): boolean =>
      (boxes[id * 4] ?? 0) <= east &&
      (boxes[id * 4 + 2] ?? 0) >= west &&
      (boxes[id * 4 + 1] ?? 0) <= north &&
      (boxes[id * 4 + 3] ?? 0) >= south
    for (const id of this.#large) if (overlaps(id)) visit(id)
    const x0 = this.#cell(west)
    const y0 = this.#cell(south)
    const x1 = this.#cell(east)
    const y1 = this.#cell(north)
    if (this.#isLarge(x0, y0, x1, y1)) {
      const seen = new Set<number>()
      for (let entry = 0; entry < this.#entries; entry += 1) {
        const id = this.#ids[entry] ?? NONE
        if (id === NONE || seen.has(id) || !overlaps(id)) continue
        seen.add(id)
        visit(id)
      }
      return
    }
    for (let x = x0; x <= x1; x += 1)
      for (let y = y0; y <= y1; y += 1)
        for (let entry = this.#head(x, y); entry >= 0; entry = this.#nexts[entry] ?? NONE) {
          const id = this.#ids[entry] ?? 0
          if (!overlaps(id)) continue
          const beginX = begins[id * 2] ?? 0
          const beginY = begins[id * 2 + 1] ?? 0
          if (x === (beginX > x0 ? beginX : x0) && y === (beginY > y0 ? beginY : y0)) visit(id)
        }
  }

  /** Calls with every number whose box overlaps that of a number of the grid, itself among them. */
  beside(id: number, visit: (id: number) => void): void {
    const [west = 0, south = 0, east = 0, north = 0] = this.#boxes.subarray(id * 4, id * 4 + 4)
    this.query(west, south, east, north, visit)
  }

  /** Calls with every pair of overlapping boxes of the grid, once each, the smaller number first. */
  pairs(visit: (a: number, b: number) => void): void {
    const boxes = this.#boxes
    const begins = this.#begins
    const ids = this.#ids
    const nexts = this.#nexts
    for (let k = 0; k < this.#cells; k += 1) {
      const key = this.#order[k] ?? 0
      const x = Math.floor((key - 1) / (WRAP + 1))
      const y = (key - 1) & WRAP
      for (let one = this.#heads[this.#find(key)] ?? NONE; one >= 0; one = nexts[one] ?? NONE) {
        const a = ids[one] ?? 0
        const west = boxes[a * 4] ?? 0
        const south = boxes[a * 4 + 1] ?? 0
        const east = boxes[a * 4 + 2] ?? 0
        const north = boxes[a * 4 + 3] ?? 0
        const x0 = begins[a * 2] ?? 0
        const y0 = begins[a * 2 + 1] ?? 0
        for (let other = nexts[one] ?? NONE; other >= 0; other = nexts[other] ?? NONE) {
          const b = ids[other] ?? 0
          if (
            !((boxes[b * 4] ?? 0) <= east) ||
            !((boxes[b * 4 + 2] ?? 0) >= west) ||
            !((boxes[b * 4 + 1] ?? 0) <= north) ||
            !((boxes[b * 4 + 3] ?? 0) >= south)
          )
            continue
          const beginX = begins[b * 2] ?? 0
          const beginY = begins[b * 2 + 1] ?? 0
          if (((beginX > x0 ? beginX : x0) & WRAP) === x && ((beginY > y0 ? beginY : y0) & WRAP) === y)
            visit(a < b ? a : b, a < b ? b : a)
        }
      }
    }
    for (const a of this.#large)
      this.beside(a, (b) => {
        if (this.#large.has(b) ? b > a : b !== a) visit(a < b ? a : b, a < b ? b : a)
      })
  }
}
