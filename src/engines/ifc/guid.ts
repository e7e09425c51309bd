/** GlobalIds: 128 bits in 22 characters of an alphabet of IFC's own; here derived from a name, so that the same thing keeps its id. */
import { utf8 } from '../merkle/bytes.ts'
import { sha256 } from '../merkle/sha256.ts'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$'

/** The first character stands for two bits, every other for six. */
export const compressGuid = (bytes: Uint8Array): string => {
  if (bytes.length !== 16) throw new RangeError('a GlobalId has 16 bytes')
  let rest = 0n
  for (const byte of bytes) rest = (rest << 8n) | BigInt(byte)
  let text = ''
  for (let k = 0; k < 22; k += 1) {
    text = ALPHABET.charAt(Number(rest & 63n)) + text
    rest >>= 6n
  }
  return text
}

/** Throws a RangeError on anything but what `compressGuid` gives. */
export const expandGuid = (text: string): Uint8Array => {
  if (!/^[0-3][0-9A-Za-z_$]{21}$/.test(text)) throw new RangeError('not a GlobalId')
  let rest = 0n
  for (const letter of text) rest = (rest << 6n) | BigInt(ALPHABET.indexOf(letter))
  const bytes = new Uint8Array(16)
  for (let k = 15; k >= 0; k -= 1) {
    bytes[k] = Number(rest & 255n)
    rest >>= 8n
  }
  return bytes
}

/** A custom UUID (version 8) of the first bits of the SHA-256 of the name. */
export const globalIdOf = (name: string): string => {
  const bytes = sha256(utf8(name)).slice(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return compressGuid(bytes)
}
