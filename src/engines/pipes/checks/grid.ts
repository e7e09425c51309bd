/**
 * A grid over the plan that holds boxes by number and can change: pairs of boxes that overlap are found once each, in the
 * cell where both begin. Cell numbers wrap around, so a stray coordinate costs nothing; a box over very many cells is kept
 * in a list of its own.
 */

const WRAP = 0x7fff
const MOST_CELLS = 2_048

export class Grid {
  readonly #size: number
  readonly #cells = new Map<number, number[]>()
  readonly #large = new Set<number>()
  #boxes: Float64Array

  constructor(cellSize: number, capacity = 1_024) {
    this.#size = cellSize
    this.#boxes = new Float64Array(capacity * 4)
  }

  #cell(value: number): number {
    return Math.floor(value / this.#size)
  }
  #key(x: number, y: number): number {
    return (x & WRAP) * (WRAP + 1) + (y & WRAP)
  }
  #isLarge(x0: number, y0: number, x1: number, y1: number): boolean {
    return !((x1 - x0 + 1) * (y1 - y0 + 1) <= MOST_CELLS)
  }

  add(id: number, west: number, south: number, east: number, north: number): void {
    if ((id + 1) * 4 > this.#boxes.length) {
      const wider = new Float64Array(Math.max((id + 1) * 4, this.#boxes.length * 2))
      wider.set(this.#boxes)
      this.#boxes = wider
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
    for (let x = x0; x <= x1; x += 1)
      for (let y = y0; y <= y1; y += 1) {
        const key = this.#key(x, y)
        const cell = this.#cells.get(key)
        if (cell === undefined) this.#cells.set(key, [id])
        else cell.push(id)
      }
  }

  remove(id: number): void {
    if (this.#large.delete(id)) return
    const [west = 0, south = 0, east = 0, north = 0] = this.#boxes.subarray(id * 4, id * 4 + 4)
    for (let x = this.#cell(west); x <= this.#cell(east); x += 1)
      for (let y = this.#cell(south); y <= this.#cell(north); y += 1) {
        const key = this.#key(x, y)
        const cell = this.#cells.get(key)
        const at = cell?.indexOf(id) ?? -1
        if (cell === undefined || at < 0) continue
        if (cell.length === 1) this.#cells.delete(key)
        else {
          cell[at] = cell.at(-1) ?? id
          cell.pop()
        }
      }
  }

  /** Calls with every number whose box overlaps the given one, once each. */
  query(west: number, south: number, east: number, north: number, visit: (id: number) => void): void {
    const boxes = this.#boxes
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
      for (const cell of this.#cells.values())
        for (const id of cell)
          if (!seen.has(id) && overlaps(id)) {
            seen.add(id)
            visit(id)
          }
      return
    }
    for (let x = x0; x <= x1; x += 1)
      for (let y = y0; y <= y1; y += 1) {
        const cell = this.#cells.get(this.#key(x, y))
        if (cell === undefined) continue
        for (const id of cell) {
          if (!overlaps(id)) continue
          const beginX = this.#cell(boxes[id * 4] ?? 0)
          const beginY = this.#cell(boxes[id * 4 + 1] ?? 0)
          if (x === (beginX > x0 ? beginX : x0) && y === (beginY > y0 ? beginY : y0)) visit(id)
        }
      }
  }

  /** Calls with every pair of overlapping boxes of the grid, once each. */
  pairs(ids: readonly number[], visit: (a: number, b: number) => void): void {
    for (const a of ids) {
      const k = a * 4
      const boxes = this.#boxes
      this.query(boxes[k] ?? 0, boxes[k + 1] ?? 0, boxes[k + 2] ?? 0, boxes[k + 3] ?? 0, (b) => {
        if (b > a) visit(a, b)
      })
    }
  }
}
