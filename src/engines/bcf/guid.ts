/** Identifiers of BCF: UUIDs in small letters, as the schema of 3.0 demands. */
import { createHash } from 'node:crypto'

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const IFC_GUID = /^[0-9A-Za-z_$]{22}$/

export const isGuid = (text: string): boolean => GUID.test(text)
/** An IfcGuid is a UUID in 22 characters of a base-64 alphabet of its own. */
export const isIfcGuid = (text: string): boolean => IFC_GUID.test(text)

/** The name space of identifiers that Mingzhu derives from its own stable ids. */
const OURS = 'b3a1f2a4-6c0e-5d2b-9a57-2f4f8e0c7d11'

/** Gives the UUID that a name always has in a name space (RFC 9562 section 5.5, version 5: SHA-1). */
export const guidInSpace = (space: string, name: string): string => {
  const hash = createHash('sha1')
    .update(Buffer.from(space.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/**
 * Gives the guid of the topic of a thing with a stable id (a conflict): the same in every export, so that other software
 * updates its topic instead of adding one. Parts of the topic take `part` ('viewpoint', 'comment:3').
 */
export const guidFrom = (stableId: string, part = 'topic'): string =>
  guidInSpace(OURS, `${part.length}:${part}:${stableId}`)
