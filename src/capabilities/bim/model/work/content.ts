/** What a version holds, as stored: packed arrays. */
import { gunzipSync, gzipSync, strFromU8, strToU8 } from 'fflate'
import type { IfcModel } from '../../../../engines/ifc/model.ts'
import type { Network } from '../../../../engines/pipes/model.ts'
import { pack, unpack } from '../packed.ts'
import { columnsOf, isColumns, networkOf } from './network-columns.ts'

export const packNetwork = (network: Network): Uint8Array => pack(columnsOf(network))
export const unpackNetwork = (bytes: Uint8Array): Network => {
  // Until the second version of the reader networks were stored as compressed JSON.
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return JSON.parse(strFromU8(gunzipSync(bytes))) as Network
  const columns = unpack(bytes)
  if (!isColumns(columns)) throw new RangeError('not a network')
  return networkOf(columns)
}
export const packIfc = (model: IfcModel): Uint8Array => pack(model)
export const unpackIfc = (bytes: Uint8Array): IfcModel => unpack(bytes) as IfcModel
/** Any plain data as compressed JSON: reports, results. */
export const packJson = (value: unknown): Uint8Array => gzipSync(strToU8(JSON.stringify(value)), { level: 6, mtime: 0 })
export const unpackJson = (bytes: Uint8Array): unknown => JSON.parse(strFromU8(gunzipSync(bytes)))
