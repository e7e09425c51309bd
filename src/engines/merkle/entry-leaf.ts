/**
 * The bytes of a journal entry that the Merkle tree commits to, the same on the server and in the browser:
 * the canonical JSON (RFC 8785) of the members below, in UTF-8. The tree hashes them as a leaf (RFC 6962: 0x00 before).
 *
 * Personal data is not in it, only its salted digest: SHA-256 of the 16 bytes of salt, then the canonical JSON of the data.
 * When the data and its salt are erased, the digest says nothing about them any more and the tree stays whole.
 */
import { bytesOfHex, concat, hexOf, utf8 } from './bytes.ts'
import { canonicalJson } from './canonical.ts'
import { sha256 as ownSha256, type Sha256, type Sha256Sync } from './sha256.ts'
import { leafHash } from './tree.ts'

/** What the leaf of an entry holds. `format` changes when the members do. */
export interface LeafEntry {
  readonly format: 1
  readonly id: string
  readonly kind: string
  readonly version: number
  readonly subject: { readonly kind: string; readonly id: string }
  readonly projectId: string | null
  /** 'system:<name>', 'anonymous', or 'person:<digest>': SHA-256 of 16 bytes of salt and the person, hexadecimal. */
  readonly actor: string
  readonly onBehalfOf: string | null
  readonly occurredAt: string
  readonly recordedAt: string
  readonly visibility: string
  readonly payload: unknown
  /** Hexadecimal; null when the entry has no personal data. */
  readonly personalDigest: string | null
}

/** Gives the leaf data of an entry. Members that are not part of a leaf are ignored. */
export const leafOf = (entry: LeafEntry): Uint8Array =>
  utf8(
    canonicalJson({
      format: entry.format,
      id: entry.id,
      kind: entry.kind,
      version: entry.version,
      subject: { kind: entry.subject.kind, id: entry.subject.id },
      projectId: entry.projectId,
      actor: entry.actor,
      onBehalfOf: entry.onBehalfOf,
      occurredAt: entry.occurredAt,
      recordedAt: entry.recordedAt,
      visibility: entry.visibility,
      payload: entry.payload,
      personalDigest: entry.personalDigest,
    }),
  )

/** Gives the hash of an entry as it stands in the tree. */
export const leafHashOf = (entry: LeafEntry, sha256: Sha256Sync = ownSha256): Uint8Array =>
  leafHash(leafOf(entry), sha256)

/** Gives the digest of personal data that an entry keeps, hexadecimal. `saltHex` is 16 random bytes. */
export const personalDigestOf = async (
  saltHex: string,
  personal: unknown,
  sha256: Sha256 = ownSha256,
): Promise<string> => hexOf(await sha256(concat(bytesOfHex(saltHex), utf8(canonicalJson(personal)))))
