/**
 * Signed notes (C2SP signed-note) and checkpoints (C2SP tlog-checkpoint) with Ed25519 keys. Signing and checking of bytes
 * come in as functions: Node and Web Crypto both have them.
 */
import { base64Of, bytesOfBase64, concat, equalBytes, utf8 } from './bytes.ts'
import { sha256 as ownSha256, type Sha256Sync } from './sha256.ts'
import { HASH_BYTES } from './tree.ts'

const ED25519 = 0x01
const KEY_BYTES = 32
const SIGNATURE_BYTES = 64
const KEY_ID_BYTES = 4

/** A name of a key: not empty, without spaces and plus signs. */
const isKeyName = (name: string): boolean => /^[^\s+]+$/u.test(name)

/** Gives the four bytes that name a key: SHA-256 of name, line feed, algorithm byte, public key. */
export const keyIdOf = (name: string, publicKey: Uint8Array, sha256: Sha256Sync = ownSha256): Uint8Array =>
  sha256(concat(utf8(`${name}\n`), Uint8Array.of(ED25519), publicKey)).slice(0, KEY_ID_BYTES)

export interface VerifierKey {
  readonly name: string
  readonly keyId: Uint8Array
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array
}

/** Writes a verifier key: '<name>+<key id, 8 hex digits>+<base64 of 0x01 and the public key>'. */
export const verifierKeyText = (name: string, publicKey: Uint8Array): string => {
  if (!isKeyName(name)) throw new RangeError(`not a name of a key: ${name}`)
  if (publicKey.length !== KEY_BYTES) throw new RangeError('an Ed25519 public key has 32 bytes')
  const id = Array.from(keyIdOf(name, publicKey), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${name}+${id}+${base64Of(concat(Uint8Array.of(ED25519), publicKey))}`
}

/** Reads a verifier key; null when it is malformed or its id does not fit its key. */
export const parseVerifierKey = (text: string): VerifierKey | null => {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(text)
  if (match === null) return null
  const [, name = '', id = '', encoded = ''] = match
  try {
    const bytes = bytesOfBase64(encoded)
    if (bytes.length !== KEY_BYTES + 1 || bytes[0] !== ED25519) return null
    const publicKey = bytes.slice(1)
    const keyId = keyIdOf(name, publicKey)
    const hex = Array.from(keyId, (byte) => byte.toString(16).padStart(2, '0')).join('')
    return hex === id ? { name, keyId, publicKey } : null
  } catch {
    return null
  }
}

/** Signs the UTF-8 bytes of a note's text. */
export type Sign = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>
export type VerifySignature = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>

/** Gives the signed note of a text, which must end in a line feed. */
export const signNote = async (text: string, key: VerifierKey, sign: Sign): Promise<string> => {
  if (!text.endsWith('\n')) throw new RangeError('the text of a note ends in a line feed')
  const signature = await sign(utf8(text))
  return `${text}\n— ${key.name} ${base64Of(concat(key.keyId, signature))}\n`
}

/**
 * Gives the text of a note that carries a valid signature of a key, else null. Signatures of other keys are passed over, as
 * the format demands.
 */
export const openNote = async (note: string, key: VerifierKey, verify: VerifySignature): Promise<string | null> => {
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) return null
  const text = note.slice(0, split + 1)
  const lines = note.slice(split + 2, -1).split('\n')
  let found = false
  for (const line of lines) {
    const match = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line)
    if (match === null) return null
    const [, name = '', encoded = ''] = match
    let bytes: Uint8Array
    try {
      bytes = bytesOfBase64(encoded)
    } catch {
      return null
    }
    if (name !== key.name || !equalBytes(bytes.slice(0, KEY_ID_BYTES), key.keyId)) continue
    const signature = bytes.slice(KEY_ID_BYTES)
    if (signature.length !== SIGNATURE_BYTES || !(await verify(key.publicKey, utf8(text), signature))) return null
    found = true
  }
  return found ? text : null
}

/** What a log says of itself at a moment. */
export interface Checkpoint {
  /** Name of the log, the first line. */
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

/** Writes the text that is signed: origin, size, base64 of the root, each on its line. */
export const checkpointText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${base64Of(root)}\n`

/** Reads the text of a checkpoint (lines after the third are extensions); null when it is malformed. */
export const parseCheckpoint = (text: string): Checkpoint | null => {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n')
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || rest.at(-1) !== '' || rest.slice(0, -1).includes(''))
    return null
  try {
    const hash = bytesOfBase64(root)
    return hash.length === HASH_BYTES ? { origin, size: Number(size), root: hash } : null
  } catch {
    return null
  }
}
