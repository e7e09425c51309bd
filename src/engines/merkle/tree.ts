/**
 * The Merkle tree of RFC 6962 section 2.1, appended to without keeping the leaves.
 *
 * A `Frontier` is what one must keep to append: the roots of the complete subtrees that make up the tree, the largest
 * first, one for each bit set in the size.
 */
import { concat } from './bytes.ts'
import { sha256 as ownSha256, type Sha256Sync } from './sha256.ts'

const LEAF_PREFIX = Uint8Array.of(0)
const NODE_PREFIX = Uint8Array.of(1)
export const HASH_BYTES = 32

export const leafHash = (data: Uint8Array, sha256: Sha256Sync = ownSha256): Uint8Array =>
  sha256(concat(LEAF_PREFIX, data))
export const nodeHash = (left: Uint8Array, right: Uint8Array, sha256: Sha256Sync = ownSha256): Uint8Array =>
  sha256(concat(NODE_PREFIX, left, right))
/** The root of a tree without leaves: SHA-256 of nothing. */
export const emptyRoot = (sha256: Sha256Sync = ownSha256): Uint8Array => sha256(new Uint8Array(0))

export interface Frontier {
  readonly size: number
  readonly hashes: readonly Uint8Array[]
}
export const emptyFrontier: Frontier = { size: 0, hashes: [] }

/** Called for every subtree that an append completes: 2^level leaves, `index` counted in subtrees of that level. */
export type OnComplete = (level: number, index: number, hash: Uint8Array) => void

/** Gives the frontier after more leaves (given as leaf hashes). */
export const append = (
  frontier: Frontier,
  leaves: readonly Uint8Array[],
  { sha256 = ownSha256, onComplete }: { readonly sha256?: Sha256Sync; readonly onComplete?: OnComplete } = {},
): Frontier => {
  const hashes = [...frontier.hashes]
  let { size } = frontier
  for (const leaf of leaves) {
    let hash = leaf
    let index = size
    onComplete?.(0, index, hash)
    for (let level = 1; index % 2 === 1; level += 1) {
      const left = hashes.pop()
      if (left === undefined) throw new RangeError('the frontier has fewer hashes than its size says')
      hash = nodeHash(left, hash, sha256)
      index = (index - 1) / 2
      onComplete?.(level, index, hash)
    }
    hashes.push(hash)
    size += 1
  }
  return { size, hashes }
}

/** Gives the root of the tree that a frontier stands for. */
export const frontierRoot = ({ hashes }: Frontier, sha256: Sha256Sync = ownSha256): Uint8Array => {
  const rest = [...hashes]
  let root = rest.pop()
  if (root === undefined) return emptyRoot(sha256)
  for (let left = rest.pop(); left !== undefined; left = rest.pop()) root = nodeHash(left, root, sha256)
  return root
}

/** Gives the root of a list of leaf hashes. */
export const rootOf = (leaves: readonly Uint8Array[], sha256: Sha256Sync = ownSha256): Uint8Array =>
  frontierRoot(append(emptyFrontier, leaves, { sha256 }), sha256)

/** Packs the hashes of a frontier one after another. */
export const packFrontier = (frontier: Frontier): Uint8Array => concat(...frontier.hashes)
/** Unpacks a frontier. Throws a RangeError when there is not one hash for each bit set in the size. */
export const unpackFrontier = (size: number, bytes: Uint8Array): Frontier => {
  const wanted = [...size.toString(2)].filter((bit) => bit === '1').length
  if (bytes.length !== wanted * HASH_BYTES) throw new RangeError(`a frontier of size ${size} has ${wanted} hashes`)
  return {
    size,
    hashes: Array.from({ length: wanted }, (_, index) => bytes.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES)),
  }
}
