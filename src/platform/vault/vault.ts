/**
 * The vault of small secrets: seals personal data for the database (AES-256-GCM) and makes keyed digests by which sealed
 * values can be found again (HMAC-SHA-256). Both keys are derived from one master key kept beside, never in, the database.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface Vault {
  /** Seals a text for one place: the same `context` ('people.phone:<id>') is needed to open it. */
  readonly seal: (text: string, context: string) => string
  /** Opens a sealed text. Throws if it was altered, moved to another place or sealed with another key. */
  readonly open: (sealed: string, context: string) => string
  /** Digest of a text under the key, hex: equal texts of one purpose give equal digests, and only for holders of the key. */
  readonly digest: (text: string, purpose: string) => string
}

const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const VERSION = 'v1'

const derive = (master: Uint8Array, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', master, new Uint8Array(0), `mingzhu ${purpose}`, KEY_BYTES))

/** Makes a vault of a master key of 32 bytes. */
export const vaultOf = (master: Uint8Array): Vault => {
  if (master.length !== KEY_BYTES) throw new Error(`the master key must have ${KEY_BYTES} bytes, not ${master.length}`)
  const sealing = derive(master, 'seal v1')
  const digesting = derive(master, 'digest v1')
  return {
    seal: (text, context) => {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealing, iv).setAAD(Buffer.from(context, 'utf8'))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open: (sealed, context) => {
      const [version, payload = ''] = sealed.split('.')
      const bytes = Buffer.from(payload, 'base64url')
      if (version !== VERSION || bytes.length < IV_BYTES + TAG_BYTES) throw new Error('not a sealed text of this vault')
      const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(context, 'utf8'))
        .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
    },
    digest: (text, purpose) => createHmac('sha256', digesting).update(`${purpose}\u0000${text}`, 'utf8').digest('hex'),
  }
}

const isCode = (cause: unknown, code: string): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === code

const readKey = async (file: string): Promise<Buffer> => Buffer.from((await readFile(file, 'utf8')).trim(), 'hex')

/**
 * Opens the vault whose master key lies in a file (64 hex digits, readable by the owner alone); makes the key at the
 * first start. Several processes may start at once: the first to link its finished file wins, the others read it.
 */
export const openVault = async (file: string): Promise<Vault> => {
  try {
    return vaultOf(await readKey(file))
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
  return vaultOf(await readKey(file))
}
