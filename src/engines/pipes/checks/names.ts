/**
 * Numbers of names. A Map of a hundred thousand texts took a third of a whole check, in time and in memory to sweep; here
 * only numbers are kept, in open addressing. A name that finds no place near its own goes to a Map, so that names made to
 * collide cost no more than that.
 */

/** Places tried. */
const FAR = 16
const GONE = -1

const hashOf = (name: string): number => {
  const { length } = name
  let hash = length
  let k = 0
  for (; k + 1 < length; k += 2)
    hash = Math.imul(hash ^ (name.charCodeAt(k) | (name.charCodeAt(k + 1) << 16)), 0x9e37_79b1)
  if (k < length) hash = Math.imul(hash ^ name.charCodeAt(k), 0x9e37_79b1)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  return hash ^ (hash >>> 13)
}

export class Names {
  /** Number and 1 more; 0: free, `GONE`: there was one. */
  #places: Int32Array
  #hashes: Int32Array
  /** Places that are not free. */
  #used = 0
  #size = 0
  /** By number. */
  readonly #names: (string | undefined)[] = []
  readonly #others = new Map<string, number>()

  constructor(capacity: number) {
    let length = 16
    while (length < capacity * 2) length *= 2
    this.#places = new Int32Array(length)
    this.#hashes = new Int32Array(length)
  }

  get size(): number {
    return this.#size
  }

  /** Place of a name; -1: in none. */
  #placeOf(name: string, hash: number): number {
    const places = this.#places
    const mask = places.length - 1
    let at = hash & mask
    for (let k = 0; k < FAR; k += 1) {
      const held = places[at] as number
      if (held === 0) return -1
      if (held !== GONE && this.#hashes[at] === hash && this.#names[held - 1] === name) return at
      at = (at + 1) & mask
    }
    return -1
  }
  #put(name: string, hash: number, number: number): void {
    const places = this.#places
    const mask = places.length - 1
    let at = hash & mask
    for (let k = 0; k < FAR; k += 1) {
      const held = places[at] as number
      if (held <= 0) {
        if (held === 0) this.#used += 1
        places[at] = number + 1
        this.#hashes[at] = hash
        return
      }
      at = (at + 1) & mask
    }
    this.#others.set(name, number)
  }
  #grow(): void {
    const { length } = this.#places
    // Many that have gone need no more room.
    const next = this.#size * 4 > length ? length * 2 : length
    this.#places = new Int32Array(next)
    this.#hashes = new Int32Array(next)
    this.#used = 0
    this.#others.clear()
    for (const [number, name] of this.#names.entries()) if (name !== undefined) this.#put(name, hashOf(name), number)
  }

  find(name: string): number | undefined {
    const at = this.#placeOf(name, hashOf(name))
    if (at >= 0) return (this.#places[at] as number) - 1
    return this.#others.size === 0 ? undefined : this.#others.get(name)
  }
  /** Gives the number of a name; one that is not there gets `number`, which no other may have. */
  numberOf(name: string, number: number): number {
    const hash = hashOf(name)
    const at = this.#placeOf(name, hash)
    if (at >= 0) return (this.#places[at] as number) - 1
    const other = this.#others.size === 0 ? undefined : this.#others.get(name)
    if (other !== undefined) return other
    if (this.#used * 2 >= this.#places.length) this.#grow()
    this.#names[number] = name
    this.#size += 1
    this.#put(name, hash, number)
    return number
  }
  remove(name: string): void {
    const at = this.#placeOf(name, hashOf(name))
    const number = at >= 0 ? (this.#places[at] as number) - 1 : this.#others.get(name)
    if (number === undefined) return
    if (at >= 0) this.#places[at] = GONE
    else this.#others.delete(name)
    this.#names[number] = undefined
    this.#size -= 1
  }
}
