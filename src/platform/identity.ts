/** Randomness of the product: identities and tokens. */
import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import type { Id } from '../kernel/identity.ts'

/** Makes a UUIDv7: later ones of one process sort after earlier ones. */
export const newId = <K extends string>(): Id<K> => v7() as Id<K>

/** Makes URL-safe random text of a number of random bytes (16 bytes give 22 letters). */
export const randomToken = (bytes: number): string => randomBytes(bytes).toString('base64url')
