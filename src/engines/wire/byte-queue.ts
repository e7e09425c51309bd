/** Bytes that arrived and are not yet understood: appended at the end, taken from the front, never copied twice on average. */
export interface ByteQueue {
  readonly length: () => number
  /** The waiting bytes, valid until the next call of `append`; copy what is kept. */
  readonly view: () => Uint8Array
  readonly append: (bytes: Uint8Array) => void
  /** Drops bytes from the front. */
  readonly consume: (count: number) => void
}

const SMALLEST = 1024

export const byteQueue = (): ByteQueue => {
  let store = new Uint8Array(0)
  let from = 0
  let to = 0
  return {
    length: () => to - from,
    view: () => store.subarray(from, to),
    append: (bytes) => {
      const waiting = to - from
      if (to + bytes.length > store.length) {
        const fits = waiting + bytes.length <= store.length && from >= store.length / 2
        const room = fits ? store : new Uint8Array(Math.max(SMALLEST, 2 * (waiting + bytes.length)))
        room.set(store.subarray(from, to))
        store = room
        from = 0
        to = waiting
      }
      store.set(bytes, to)
      to += bytes.length
    },
    consume: (count) => {
      from = Math.min(to, from + count)
      if (from === to) {
        from = 0
        to = 0
        if (store.length > 64 * SMALLEST) store = new Uint8Array(0)
      }
    },
  }
}

/** Gives the place of a run of bytes at or after `from`, or -1. */
export const indexOfBytes = (bytes: Uint8Array, wanted: Uint8Array, from = 0): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(wanted, from)
