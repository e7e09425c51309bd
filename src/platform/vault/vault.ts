/**
 * The vault of small secrets: seals personal data for the database (AES-256-GCM) and makes keyed digests by which sealed
 * values can be found again (HMAC-SHA-256). All keys are derived from master keys kept beside, never in, the database.
 *
 * The first master key seals. Older ones only open what they sealed, until everything has been sealed anew (rotation.ts).
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { chmod, link, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface Vault {
  /** Seals a text for one place: the same `context` ('people.phone:<id>') is needed to open it. */
  readonly seal: (text: string, context: string) => string
  /** Opens a sealed text. Throws if it was altered, moved to another place or sealed with another key. */
  readonly open: (sealed: string, context: string) => string
  /** Digest of a text under the key, hex: equal texts of one purpose give equal digests, and only for holders of the key. */
  readonly digest: (text: string, purpose: string) => string
  /** The digests that a stored value may have while keys are being changed: the present one first. */
  readonly digests: (text: string, purpose: string) => readonly string[]
  /** False while a sealed text is still under an older key. */
  readonly isCurrent: (sealed: string) => boolean
  /** The mark that every text sealed under the present key begins with, for queries. */
  readonly currentMark: () => string
}

const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
/** Texts of the first version name no key: the oldest key sealed them. */
const UNNAMED = 'v1'
const NAMED = 'v2'

const derive = (master: Uint8Array, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', master, new Uint8Array(0), `mingzhu ${purpose}`, KEY_BYTES))

interface Key {
  readonly name: string
  readonly sealing: Buffer
  readonly digesting: Buffer
}
const keyOf = (master: Uint8Array): Key => {
  if (master.length !== KEY_BYTES) throw new Error(`the master key must have ${KEY_BYTES} bytes, not ${master.length}`)
  const name = createHash('sha256').update(derive(master, 'name v1')).digest('hex').slice(0, 12)
  return { name, sealing: derive(master, 'seal v1'), digesting: derive(master, 'digest v1') }
}

const openWith = (key: Key, bytes: Buffer, context: string): string => {
  const decipher = createDecipheriv('aes-256-gcm', key.sealing, bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(context, 'utf8'))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
}

const vaultOver = (keys: () => readonly [Key, ...Key[]]): Vault => {
  const keyNamed = (version: string | undefined, name: string): Key => {
    const known = keys()
    const found = version === UNNAMED ? known.at(-1) : known.find((key) => key.name === name)
    if (found === undefined) throw new Error('this text was sealed with a key that is not in the key file')
    return found
  }
  const currentMark = (): string => `${NAMED}.${keys()[0].name}.`
  return {
    seal: (text, context) => {
      const [key] = keys()
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key.sealing, iv).setAAD(Buffer.from(context, 'utf8'))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `${NAMED}.${key.name}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open: (sealed, context) => {
      const parts = sealed.split('.')
      const [version] = parts
      const bytes = Buffer.from(parts.at(-1) ?? '', 'base64url')
      const isShaped = (version === UNNAMED && parts.length === 2) || (version === NAMED && parts.length === 3)
      if (!isShaped || bytes.length < IV_BYTES + TAG_BYTES) throw new Error('not a sealed text of this vault')
      return openWith(keyNamed(version, parts[1] ?? ''), bytes, context)
    },
    digest: (text, purpose) => digestWith(keys()[0], text, purpose),
    digests: (text, purpose) => keys().map((key) => digestWith(key, text, purpose)),
    isCurrent: (sealed) => sealed.startsWith(currentMark()),
    currentMark,
  }
}
const digestWith = (key: Key, text: string, purpose: string): string =>
  createHmac('sha256', key.digesting).update(`${purpose}\u0000${text}`, 'utf8').digest('hex')

/** Makes a vault of master keys of 32 bytes: the present one, then older ones that only open. */
export const vaultOf = (master: Uint8Array, ...older: readonly Uint8Array[]): Vault => {
  const keys: readonly [Key, ...Key[]] = [keyOf(master), ...older.map(keyOf)]
  return vaultOver(() => keys)
}

const isCode = (cause: unknown, code: string): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === code

const linesOf = (file: string): readonly string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
const keysIn = (file: string): readonly [Key, ...Key[]] => {
  const [first, ...older] = linesOf(file).map((line) => keyOf(Buffer.from(line, 'hex')))
  if (first === undefined) throw new Error(`the key file is empty; the master key must have ${KEY_BYTES} bytes`)
  return [first, ...older]
}

/** How long the keys are used before a process looks whether another one changed the file (milliseconds). */
export const KEYS_LOOK_MS = 1000

/**
 * Opens the vault whose master keys lie in a file (a line of 64 hex digits each, the present one first, readable by the
 * owner alone); makes the key at the first start. Several processes may start at once: the first to link its finished file
 * wins, the others read it. A changed file is noticed within a second.
 */
export const openVault = async (file: string): Promise<Vault> => {
  await makeKeyFile(file)
  let keys = keysIn(file)
  let [read, looked] = [statSync(file).mtimeMs, performance.now()]
  return vaultOver(() => {
    if (performance.now() - looked < KEYS_LOOK_MS) return keys
    looked = performance.now()
    const changed = statSync(file).mtimeMs
    if (changed !== read) {
      keys = keysIn(file)
      read = changed
    }
    return keys
  })
}

const makeKeyFile = async (file: string): Promise<void> => {
  try {
    statSync(file)
    return
  } catch (cause) {
    if (!isCode(cause, 'ENOENT')) throw cause
  }
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${randomBytes(KEY_BYTES).toString('hex')}\n`, { mode: 0o600, flush: true })
  await chmod(draft, 0o600)
  try {
    await link(draft, file)
  } catch (cause) {
    if (!isCode(cause, 'EEXIST')) throw cause
  } finally {
    await rm(draft, { force: true })
  }
}

const writeKeys = (file: string, lines: readonly string[]): void => {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(draft, `${lines.join('\n')}\n`, { mode: 0o600, flush: true })
    renameSync(draft, file)
  } finally {
    rmSync(draft, { force: true })
  }
}
/** Puts a new master key before the others. Does nothing while an older key is still in use: a rotation goes on then. */
export const addKey = (file: string): boolean => {
  const lines = linesOf(file)
  if (lines.length > 1) return false
  writeKeys(file, [randomBytes(KEY_BYTES).toString('hex'), ...lines])
  return true
}
/** Removes all keys but the present one: only when nothing is sealed under them any more. */
export const dropOldKeys = (file: string): void => writeKeys(file, linesOf(file).slice(0, 1))
