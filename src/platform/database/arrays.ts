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
const fill = (
  oid: number,
  width: number,
  count: number,
  write: (out: Buffer, offset: number, index: number) => void,
): Buffer => {
  const out = array(oid, width, count)
  for (let index = 0, offset = HEADER_BYTES; index < count; index += 1, offset += 4 + width) {
    out.writeInt32BE(width, offset)
    write(out, offset + 4, index)
  }
  return out
}

/** The sixteen bytes of a UUID. Throws a RangeError on anything else. */
export const uuidBytes = (text: string): Uint8Array => {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  if (bytes.length !== 16 || text.length !== 36) throw new RangeError(`not a UUID: ${text}`)
  return bytes
}
/** `uuid[]` of ids already turned into bytes. */
export const uuidArray = (ids: readonly Uint8Array[]): Buffer =>
  fill(OID.uuid, 16, ids.length, (out, offset, index) => {
    const id = ids[index]
    if (id?.length !== 16) throw new RangeError('a UUID has sixteen bytes')
    out.set(id, offset)
  })
const writeMoment = (out: Buffer, offset: number, ms: number): void => {
  if (!Number.isSafeInteger(ms)) throw new RangeError(`not a moment: ${ms}`)
  const micros = (ms - EPOCH_MS) * 1000
  if (!Number.isSafeInteger(micros)) {
    out.writeBigInt64BE(BigInt(ms - EPOCH_MS) * 1000n, offset)
    return
  }
  // High and low word apart, without a BigInt for each row.
  const high = Math.floor(micros / 4_294_967_296)
  out.writeInt32BE(high, offset)
  out.writeUInt32BE(micros - high * 4_294_967_296, offset + 4)
}
/** `timestamptz[]` of milliseconds since 1970. */
export const momentArray = (ms: ArrayLike<number>): Buffer =>
  fill(OID.timestamptz, 8, ms.length, (out, offset, index) => writeMoment(out, offset, ms[index] ?? Number.NaN))
export const instantArray = (instants: readonly Instant[]): Buffer => momentArray(instants.map(msOf))
/** `real[]`; NaN and infinities are kept. */
export const floatArray = (values: ArrayLike<number>): Buffer =>
  fill(OID.float4, 4, values.length, (out, offset, index) => out.writeFloatBE(values[index] ?? Number.NaN, offset))
/** `double precision[]`. */
export const doubleArray = (values: ArrayLike<number>): Buffer =>
  fill(OID.float8, 8, values.length, (out, offset, index) => out.writeDoubleBE(values[index] ?? Number.NaN, offset))
/** `integer[]`. Throws a RangeError beyond 32 bits. */
export const intArray = (values: ArrayLike<number>): Buffer =>
  fill(OID.int4, 4, values.length, (out, offset, index) => out.writeInt32BE(values[index] ?? Number.NaN, offset))
/** `smallint[]`. Throws a RangeError beyond 16 bits. */
export const smallArray = (values: ArrayLike<number>): Buffer =>
  fill(OID.int2, 2, values.length, (out, offset, index) => out.writeInt16BE(values[index] ?? Number.NaN, offset))
/** `boolean[]`. */
export const boolArray = (values: readonly boolean[]): Buffer =>
  fill(OID.bool, 1, values.length, (out, offset, index) => out.writeUInt8(values[index] === true ? 1 : 0, offset))
