/** Hashes of passwords: Argon2id with the parameters that OWASP names first (19 MiB, 2 passes, 1 lane). */
import { createHash } from 'node:crypto'
import { hash, parseOptions, verify } from '@node-rs/argon2'

/** OWASP Password Storage Cheat Sheet; memory in KiB. The library's default algorithm is Argon2id. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** People type the same letters in different Unicode forms on different keyboards. */
const prepared = (password: string): string => password.normalize('NFKC')

export const hashPassword = (password: string): Promise<string> => hash(prepared(password), parameters)

let decoy: Promise<string> | null = null
/** Compares; for an unknown login (null) it spends the same time and says no. */
export const passwordFits = async (passwordHash: string | null, password: string): Promise<boolean> => {
  decoy ??= hashPassword('a decoy that nobody can sign in with')
  const against = passwordHash ?? (await decoy)
  const fits = await verify(against, prepared(password))
  return fits && passwordHash !== null
}
/** Says whether a hash was made with older parameters and should be made anew when the password is known. */
export const isOutdated = (passwordHash: string): boolean => {
  const used = parseOptions(passwordHash)
  return used.memoryCost < parameters.memoryCost || used.timeCost < parameters.timeCost
}

/** Tokens and logins are stored as digests. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
