/** Numbers rows of numbers: rows that are equal get the same one. Open addressing over flat arrays, no text is made. */

export class Rows {
  /** Number of a row plus 1; 0: free. */
  #slots = new Int32Array(1_024)
  /** Row `k` is `#numbers[#from[k]]` to below `#numbers[#from[k + 1]]`. */
  #from = new Uint32Array(512)
  #numbers = new Float64Array(4_096)
  #size = 0

  get size(): number {
    return this.#size
  }

  #slotOf(row: Float64Array, length: number): number {
    let hash = length
    for (let k = 0; k < length; k += 1) {
      const value = row[k] as number
      hash = Math.imul(hash ^ (value | 0), 0x9e37_79b1)
      hash ^= hash >>> 15
    }
    return hash & (this.#slots.length - 1)
  }
  #isRow(id: number, row: Float64Array, length: number): boolean {
    const from = this.#from[id] as number
    if ((this.#from[id + 1] as number) - from !== length) return false
    const numbers = this.#numbers
    for (let k = 0; k < length; k += 1) if (numbers[from + k] !== row[k]) return false
    return true
  }
  #grow(length: number): void {
    const used = this.#from[this.#size] as number
    if (used + length > this.#numbers.length) {
      const numbers = new Float64Array(Math.max(used + length, this.#numbers.length * 2))
      numbers.set(this.#numbers)
      this.#numbers = numbers
    }
    if (this.#size + 2 > this.#from.length) {
      const from = new Uint32Array(this.#from.length * 2)
      from.set(this.#from)
      this.#from = from
    }
    if ((this.#size + 1) * 2 <= this.#slots.length) return
    this.#slots = new Int32Array(this.#slots.length * 2)
    const mask = this.#slots.length - 1
    for (let id = 0; id < this.#size; id += 1) {
      const from = this.#from[id] as number
      const to = this.#from[id + 1] as number
      let slot = this.#slotOf(this.#numbers.subarray(from, to), to - from)
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
      this.#slots[slot] = id + 1
    }
  }

  /** The number of the first `length` numbers of `row`; -1: not there. NaN is equal to nothing. */
  find(row: Float64Array, length: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let slot = this.#slotOf(row, length); ; slot = (slot + 1) & mask) {
      const id = (slots[slot] as number) - 1
      if (id < 0 || this.#isRow(id, row, length)) return id
    }
  }
  /** Gives a row that is not there the next number. */
  add(row: Float64Array, length: number): number {
    this.#grow(length)
    const mask = this.#slots.length - 1
    let slot = this.#slotOf(row, length)
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    const id = this.#size
    const from = this.#from[id] as number
    for (let k = 0; k < length; k += 1) this.#numbers[from + k] = row[k] as number
    this.#from[id + 1] = from + length
    this.#slots[slot] = id + 1
    this.#size += 1
    return id
  }
  clear(): void {
    this.#slots.fill(0)
    this.#size = 0
  }
}
