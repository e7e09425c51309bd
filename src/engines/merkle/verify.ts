/** Checks proofs (RFC 9162 sections 2.1.3.2 and 2.1.4.2). Runs anywhere: the digest function comes in as an argument. */
import { concat, equalBytes } from './bytes.ts'
import { sha256 as ownSha256, type Sha256 } from './sha256.ts'

const nodeOf = (left: Uint8Array, right: Uint8Array, sha256: Sha256) => sha256(concat(Uint8Array.of(1), left, right))

const halve = (value: number): number => Math.floor(value / 2)

export interface InclusionClaim {
  /** Place of the leaf, counted from 0 (`seq` - 1). */
  readonly index: number
  readonly size: number
  readonly leafHash: Uint8Array
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}

/** Says whether the proof shows that the leaf stands at its place in the tree with that root. */
export const verifyInclusion = async (claim: InclusionClaim, sha256: Sha256 = ownSha256): Promise<boolean> => {
  const { index, size, leafHash, proof, root } = claim
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  let node = index
  let last = size - 1
  let hash = leafHash
  for (const step of proof) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      hash = await nodeOf(step, hash, sha256)
      while (node % 2 === 0 && node !== 0) {
        node = halve(node)
        last = halve(last)
      }
    } else hash = await nodeOf(hash, step, sha256)
    node = halve(node)
    last = halve(last)
  }
  return last === 0 && equalBytes(hash, root)
}

export interface ConsistencyClaim {
  readonly earlierSize: number
  readonly earlierRoot: Uint8Array
  readonly size: number
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** Says whether the proof shows that the later tree begins with all leaves of the earlier one, unchanged. */
export const verifyConsistency = async (claim: ConsistencyClaim, sha256: Sha256 = ownSha256): Promise<boolean> => {
  const { earlierSize, earlierRoot, size, root } = claim
  if (!Number.isSafeInteger(earlierSize) || !Number.isSafeInteger(size) || earlierSize < 0 || earlierSize > size)
    return false
  if (earlierSize === size) return claim.proof.length === 0 && equalBytes(earlierRoot, root)
  if (earlierSize === 0) return claim.proof.length === 0 && equalBytes(earlierRoot, await sha256(new Uint8Array(0)))
  const isPower = Number.isInteger(Math.log2(earlierSize)) && 2 ** Math.log2(earlierSize) === earlierSize
  const [first, ...rest] = isPower ? [earlierRoot, ...claim.proof] : claim.proof
  if (first === undefined) return false
  let node = earlierSize - 1
  let last = size - 1
  while (node % 2 === 1) {
    node = halve(node)
    last = halve(last)
  }
  let earlierHash = first
  let hash = first
  for (const step of rest) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      earlierHash = await nodeOf(step, earlierHash, sha256)
      hash = await nodeOf(step, hash, sha256)
      while (node % 2 === 0 && node !== 0) {
        node = halve(node)
        last = halve(last)
      }
    } else hash = await nodeOf(hash, step, sha256)
    node = halve(node)
    last = halve(last)
  }
  return last === 0 && equalBytes(earlierHash, earlierRoot) && equalBytes(hash, root)
}
