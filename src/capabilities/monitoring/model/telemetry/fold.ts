/** Figures of a bucket from its reports. Pure. */

export interface Folded {
  /** Place i of each is metric i of the profile. What was never reported: n 0, sum 0, the others NaN. */
  readonly n: readonly number[]
  readonly sum: readonly number[]
  readonly min: readonly number[]
  readonly max: readonly number[]
  readonly last: readonly number[]
}

const ONE_DIMENSION_HEADER = 20
const EMPTY_HEADER = 12

/**
 * Folds reports in order of their moments. `bytes` are arrays of floats one after another, as the database sends them:
 * dimensions, flags, type, length, lower bound, then length and value of each element.
 */
export const foldReports = (bytes: Uint8Array): Folded => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const n: number[] = []
  const sum: number[] = []
  const min: number[] = []
  const max: number[] = []
  const last: number[] = []
  for (let offset = 0; offset < view.byteLength; ) {
    if (view.getInt32(offset) === 0) {
      offset += EMPTY_HEADER
      continue
    }
    const length = view.getInt32(offset + 12)
    offset += ONE_DIMENSION_HEADER
    while (n.length < length) {
      n.push(0)
      sum.push(0)
      min.push(Number.NaN)
      max.push(Number.NaN)
      last.push(Number.NaN)
    }
    for (let metric = 0; metric < length; metric += 1) {
      const size = view.getInt32(offset)
      offset += 4
      if (size === -1) continue
      const value = view.getFloat32(offset)
      offset += size
      if (Number.isNaN(value)) continue
      const count = n[metric] ?? 0
      n[metric] = count + 1
      sum[metric] = (sum[metric] ?? 0) + value
      last[metric] = value
      if (count === 0 || value < (min[metric] ?? value)) min[metric] = value
      if (count === 0 || value > (max[metric] ?? value)) max[metric] = value
    }
  }
  return { n, sum, min, max, last }
}
