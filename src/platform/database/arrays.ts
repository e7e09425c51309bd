/**
 * Arrays in PostgreSQL's binary format, to be given as parameters of a statement (`${uuidArray(…)}::uuid[]`). A thousand
 * rows then cost the server no parsing of text: see docs/decisions/0008.
 */
import { Buffer } from 'node:buffer'
import type { Instant } from '../../kernel/time.ts'
import { msOf } from '../../kernel/time.ts'

/** Milliseconds from 1970 to 2000, the epoch of PostgreSQL. */
const EPOCH_MS = 946_684_800_000
const HEADER_BYTES = 20
const OID = { bool: 16, int2: 21, int4: 23, float4: 700, float8: 701, timestamptz: 1184, uuid: 2950 } as const

/** An array of one dimension without nulls whose elements take `width` bytes each. */
const array = (oid: number, width: number, count: number): Buffer => {
  const out = Buffer.allocUnsafe(HEADER_BYTES + count * (4 + width))
  out.writeInt32BE(count === 0 ? 0 : 1, 0)
  out.writeInt32BE(0, 4)
  out.writeInt32BE(oid, 8)
  out.writeInt32BE(count, 12)
  out.writeInt32BE(1, 16)
  return count === 0 ? out.subarray(0, 12) : out
}
const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The sixteen bytes of a UUID. Throws a RangeError on anything else. */
export const uuidBytes = (text: string): Uint8Array => {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  if (bytes.length !== 16 || text.length !== 36) throw new RangeError(`not a UUID: ${text}`)
  return bytes
}
/** `uuid[]` of ids already turned into bytes. */
export const uuidArray = (ids: readonly Uint8Array[]): Buffer => {
  const out = array(OID.uuid, 16, ids.length)
  let at = HEADER_BYTES
  for (const id of ids) {
    if (id.length !== 16) throw new RangeError('a UUID has sixteen bytes')
    out[at] = 0
    out[at + 1] = 0
    out[at + 2] = 0
    out[at + 3] = 16
    at += 4
    for (let place = 0; place < 16; place += 1) out[at + place] = id[place] as number
    at += 16
  }
  return out
}
/** `timestamptz[]` of milliseconds since 1970. */
export const momentArray = (ms: ArrayLike<number>): Buffer => {
  const out = array(OID.timestamptz, 8, ms.length)
  const view = viewOf(out)
  for (let index = 0, at = HEADER_BYTES; index < ms.length; index += 1, at += 12) {
    const moment = ms[index] as number
    if (!Number.isSafeInteger(moment)) throw new RangeError(`not a moment: ${moment}`)
    view.setInt32(at, 8)
    const micros = (moment - EPOCH_MS) * 1000
    if (Number.isSafeInteger(micros)) {
      // High and low word apart, without a BigInt for each row.
      const high = Math.floor(micros / 4_294_967_296)
      view.setInt32(at + 4, high)
      view.setUint32(at + 8, micros - high * 4_294_967_296)
    } else view.setBigInt64(at + 4, BigInt(moment - EPOCH_MS) * 1000n)
  }
  return out
}
export const instantArray = (instants: readonly Instant[]): Buffer => momentArray(instants.map(msOf))
/** `real[]`; NaN and infinities are kept. */
export const floatArray = (values: ArrayLike<number>): Buffer => {
  const out = array(OID.float4, 4, values.length)
  const view = viewOf(out)
  for (let index = 0, at = HEADER_BYTES; index < values.length; index += 1, at += 8) {
    view.setInt32(at, 4)
    view.setFloat32(at + 4, values[index] as number)
  }
  return out
}
/** `double precision[]`. */
export const doubleArray = (values: ArrayLike<number>): Buffer => {
  const out = array(OID.float8, 8, values.length)
  const view = viewOf(out)
  for (let index = 0, at = HEADER_BYTES; index < values.length; index += 1, at += 12) {
    view.setInt32(at, 8)
    view.setFloat64(at + 4, values[index] as number)
  }
  return out
}
const whole = (value: number | undefined, least: number, greatest: number): number => {
  if (value === undefined || !Number.isInteger(value) || value < least || value > greatest)
    throw new RangeError(`not a whole number from ${least} to ${greatest}: ${value}`)
  return value
}
/** `integer[]`. Throws a RangeError beyond 32 bits. */
export const intArray = (values: ArrayLike<number>): Buffer => {
  const out = array(OID.int4, 4, values.length)
  const view = viewOf(out)
  for (let index = 0, at = HEADER_BYTES; index < values.length; index += 1, at += 8) {
    view.setInt32(at, 4)
    view.setInt32(at + 4, whole(values[index], -2_147_483_648, 2_147_483_647))
  }
  return out
}
/** `smallint[]`. Throws a RangeError beyond 16 bits. */
export const smallArray = (values: ArrayLike<number>): Buffer => {
  const out = array(OID.int2, 2, values.length)
  const view = viewOf(out)
  for (let index = 0, at = HEADER_BYTES; index < values.length; index += 1, at += 6) {
    view.setInt32(at, 2)
    view.setInt16(at + 4, whole(values[index], -32_768, 32_767))
  }
  return out
}
/** `boolean[]`. */
export const boolArray = (values: readonly boolean[]): Buffer => {
  const out = array(OID.bool, 1, values.length)
  const view = viewOf(out)
  for (let index = 0, at = HEADER_BYTES; index < values.length; index += 1, at += 5) {
    view.setInt32(at, 1)
    view.setUint8(at + 4, values[index] === true ? 1 : 0)
  }
  return out
}
