/** A short version tag of data: FNV-1a, 64 bits, over canonical JSON. Not for security; it says whether data changed. */

/** JSON with the keys of objects in order, so that equal data gives equal text. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`)
      .join(',')}}`
  return JSON.stringify(value) ?? 'null'
}

const PRIME = 0x100000001b3n
const OFFSET = 0xcbf29ce484222325n
/** FNV-1a, 64 bits, over the UTF-8 bytes of a text, as 16 hex digits. */
export const fnv1a64 = (text: string): string => {
  let hash = OFFSET
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME)
  return hash.toString(16).padStart(16, '0')
}
export const versionTag = (value: unknown): string => fnv1a64(canonicalJson(value))
