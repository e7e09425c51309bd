/** An authenticator in software: makes passkeys and answers challenges as a browser and its device would. */
import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

type Cbor = number | string | Uint8Array | ReadonlyMap<number | string, Cbor>

const head = (major: number, value: number): Buffer => {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255])
}
/** As much of CBOR (RFC 8949) as passkeys need: integers, texts, bytes, maps. */
const cbor = (value: Cbor): Buffer => {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, part]) => [cbor(key), cbor(part)])])
}
const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

const PRESENT = 0x01
const VERIFIED = 0x04
const ATTESTED = 0x40

export interface SoftAuthenticator {
  readonly register: (options: Record<string, unknown>, how?: Answering) => Record<string, unknown>
  readonly answer: (options: Record<string, unknown>, how?: Answering) => Record<string, unknown>
}
export interface Answering {
  /** Where the page lies that asks; a phishing page lies elsewhere. */
  readonly origin?: string
  /** False: the person was there but did not unlock the device. */
  readonly verified?: boolean
  /** The counter that the device claims. */
  readonly counter?: number
}

export const softAuthenticator = (origin = 'http://mingzhu.test'): SoftAuthenticator => {
  const credentialId = randomBytes(32)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let count = 0
  let userHandle = ''
  const authData = (rpId: string, flags: number, counter: number, more = Buffer.alloc(0)): Buffer => {
    const number = Buffer.alloc(4)
    number.writeUInt32BE(counter)
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), number, more])
  }
  const clientData = (type: string, challenge: unknown, how: Answering): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin: how.origin ?? origin, crossOrigin: false }))
  const flagsOf = (how: Answering): number => PRESENT | (how.verified === false ? 0 : VERIFIED)
  const id = base64url(credentialId)
  return {
    register: (options, how = {}) => {
      userHandle = (options['user'] as { id: string }).id
      const client = clientData('webauthn.create', options['challenge'], how)
      const attested = Buffer.concat([
        Buffer.alloc(16),
        Buffer.from([0, credentialId.length]),
        credentialId,
        coseKey(publicKey),
      ])
      const { id: rpId } = options['rp'] as { id: string }
      const attestation = cbor(
        new Map<string, Cbor>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', authData(rpId, flagsOf(how) | ATTESTED, 0, attested)],
        ]),
      )
      return {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(client),
          attestationObject: base64url(attestation),
          transports: ['internal'],
        },
      }
    },
    answer: (options, how = {}) => {
      count += 1
      const client = clientData('webauthn.get', options['challenge'], how)
      const data = authData(String(options['rpId']), flagsOf(how), how.counter ?? count)
      const signature = createSign('sha256')
        .update(Buffer.concat([data, sha256(client)]))
        .sign(privateKey)
      return {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(signature),
          userHandle,
        },
      }
    },
  }
}

/** The public key as COSE writes it: EC2, ES256, P-256. */
const coseKey = (key: KeyObject): Buffer => {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return cbor(
    new Map<number, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]),
  )
}
