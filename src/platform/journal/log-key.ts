/** The key with which this journal signs its checkpoints: made on first start, kept in a file that only its owner reads. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import {
  keyIdOf,
  type Sign,
  type VerifierKey,
  type VerifySignature,
  verifierKeyText,
} from '../../engines/merkle/note.ts'

export interface LogKey {
  /** Origin of the checkpoints and name of the key: 'example.gov.cn/journal'. */
  readonly origin: string
  readonly key: VerifierKey
  /** C2SP verifier key, for everybody. */
  readonly verifierKey: string
  readonly sign: Sign
}

const FILE = 'journal-signing-key.pem'
/** DER before the 32 bytes of an Ed25519 public key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

const readOrMake = (file: string): KeyObject => {
  if (!fs.existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ed25519')
    const draft = `${file}.${process.pid}`
    const descriptor = fs.openSync(draft, 'wx', 0o600)
    fs.writeSync(descriptor, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    fs.fsyncSync(descriptor)
    fs.closeSync(descriptor)
    try {
      fs.linkSync(draft, file) // the first of several processes wins; the others read its key
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      fs.rmSync(draft)
    }
  }
  return createPrivateKey(fs.readFileSync(file, 'utf8'))
}

/**
 * Opens the signing key of a folder, or makes it. `origin` names the log and must never change. Throws when the file does
 * not hold an Ed25519 key.
 */
export const openLogKey = (folder: string, origin: string): LogKey => {
  fs.mkdirSync(folder, { recursive: true })
  const file = path.join(folder, FILE)
  const secret = readOrMake(file)
  if (secret.asymmetricKeyType !== 'ed25519')
    throw new Error(`${file} 不是 Ed25519 私钥,请从备份恢复该文件 / is not an Ed25519 key: restore it from a backup`)
  const publicKey = new Uint8Array(
    createPublicKey(secret).export({ type: 'spki', format: 'der' }).subarray(SPKI_PREFIX.length),
  )
  return {
    origin,
    key: { name: origin, keyId: keyIdOf(origin, publicKey), publicKey },
    verifierKey: verifierKeyText(origin, publicKey),
    sign: (message) => new Uint8Array(sign(null, message, secret)),
  }
}

/** Checks an Ed25519 signature; for `openNote`. */
export const verifyEd25519: VerifySignature = (publicKey, message, signature) =>
  verify(
    null,
    message,
    createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' }),
    signature,
  )
