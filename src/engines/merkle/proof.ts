/**
 * Proofs of RFC 6962 section 2.1.1 and 2.1.2, made from complete subtrees that are read where they are kept.
 * A range [from, to) of leaves is a subtree of the tree of some size as the RFC splits it.
 */
import { sha256 as ownSha256, type Sha256Sync } from './sha256.ts'
import { nodeHash } from './tree.ts'

export interface LeafRange {
  readonly from: number
  readonly to: number
}

/** Gives the root of the complete subtree of 2^level leaves that is the `index`-th of its level. */
export type NodeAt = (level: number, index: number) => Promise<Uint8Array> | Uint8Array

/** Gives the largest power of two that is smaller than a size (2 or more). */
const splitOf = (size: number): number => {
  let k = 1
  while (k * 2 < size) k *= 2
  return k
}

/** Gives the subtrees whose roots prove that a leaf is in the tree of a size, from the leaf upwards. */
export const inclusionRanges = (index: number, size: number): readonly LeafRange[] => {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size))
    throw new RangeError(`leaf ${index} is not in a tree of size ${size}`)
  const ranges: LeafRange[] = []
  let from = 0
  let to = size
  while (to - from > 1) {
    const middle = from + splitOf(to - from)
    if (index < middle) {
      ranges.unshift({ from: middle, to })
      to = middle
    } else {
      ranges.unshift({ from, to: middle })
      from = middle
    }
  }
  return ranges
}

/** Gives the subtrees whose roots prove that the tree of a size begins with the tree of an earlier size. */
export const consistencyRanges = (earlier: number, size: number): readonly LeafRange[] => {
  if (!(Number.isSafeInteger(earlier) && earlier >= 0 && earlier <= size))
    throw new RangeError(`size ${earlier} is not before size ${size}`)
  if (earlier === 0 || earlier === size) return []
  const ranges: LeafRange[] = []
  let from = 0
  let to = size
  while (to !== earlier) {
    const middle = from + splitOf(to - from)
    if (earlier <= middle) {
      ranges.unshift({ from: middle, to })
      to = middle
    } else {
      ranges.unshift({ from, to: middle })
      from = middle
    }
  }
  if (from > 0) ranges.unshift({ from, to })
  return ranges
}

/** Gives the root of a range, put together from complete subtrees. */
export const rangeRoot = async (
  { from, to }: LeafRange,
  nodeAt: NodeAt,
  sha256: Sha256Sync = ownSha256,
): Promise<Uint8Array> => {
  const size = to - from
  const level = Math.round(Math.log2(size))
  if (2 ** level === size) return nodeAt(level, from / size)
  const middle = from + splitOf(size)
  const left = await rangeRoot({ from, to: middle }, nodeAt, sha256)
  return nodeHash(left, await rangeRoot({ from: middle, to }, nodeAt, sha256), sha256)
}

const rootsOf = async (ranges: readonly LeafRange[], nodeAt: NodeAt, sha256?: Sha256Sync): Promise<Uint8Array[]> => {
  const hashes: Uint8Array[] = []
  for (const range of ranges) hashes.push(await rangeRoot(range, nodeAt, sha256))
  return hashes
}

/** Gives the audit path of a leaf (counted from 0) in the tree of a size. Throws a RangeError outside of the tree. */
export const inclusionProof = (index: number, size: number, nodeAt: NodeAt, sha256?: Sha256Sync) =>
  rootsOf(inclusionRanges(index, size), nodeAt, sha256)

/** Gives the consistency proof between two sizes; empty when they are equal or the earlier is 0. */
export const consistencyProof = (earlier: number, size: number, nodeAt: NodeAt, sha256?: Sha256Sync) =>
  rootsOf(consistencyRanges(earlier, size), nodeAt, sha256)
