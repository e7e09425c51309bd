/**
 * SHA-256 (FIPS 180-4) in plain TypeScript, so that proofs are checked anywhere: a page served without TLS has no
 * `crypto.subtle`. Where a faster one exists, hand it to the functions that take a `Sha256`.
 */

/** Gives the 32 bytes of the digest; may be asynchronous (Web Crypto). */
export type Sha256 = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>
/** A digest that is there at once. */
export type Sha256Sync = (bytes: Uint8Array) => Uint8Array

const firstPrimes = (count: number): readonly number[] => {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes
}
/** The first 32 bits of the fraction of a root of a prime. */
const fraction = (value: number): number => Math.floor((value - Math.floor(value)) * 2 ** 32)
const roundConstants = Int32Array.from(firstPrimes(64), (prime) => fraction(Math.cbrt(prime)))
const initialState = Int32Array.from(firstPrimes(8), (prime) => fraction(Math.sqrt(prime)))

const turn = (value: number, bits: number): number => (value >>> bits) | (value << (32 - bits))

const compress = (state: Int32Array, block: DataView, offset: number, w: Int32Array): void => {
  const at = (index: number): number => w[index] as number
  for (let i = 0; i < 16; i += 1) w[i] = block.getInt32(offset + i * 4)
  for (let i = 16; i < 64; i += 1) {
    const x = at(i - 15)
    const y = at(i - 2)
    w[i] = at(i - 16) + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + at(i - 7) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i += 1) {
    const one =
      (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + (roundConstants[i] as number) + at(i)) | 0
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] as number) + value
}

export const sha256: Sha256Sync = (bytes) => {
  const padded = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29))
  view.setUint32(padded.length - 4, (bytes.length * 8) >>> 0)
  const state = Int32Array.from(initialState)
  const w = new Int32Array(64)
  for (let offset = 0; offset < padded.length; offset += 64) compress(state, view, offset, w)
  const digest = new Uint8Array(32)
  const out = new DataView(digest.buffer)
  for (let i = 0; i < 8; i += 1) out.setInt32(i * 4, state[i] as number)
  return digest
}
