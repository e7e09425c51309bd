/** What a version holds, as stored: a network as compressed JSON, an IFC model as packed arrays. */
import { gunzipSync, gzipSync, strFromU8, strToU8 } from 'fflate'
import type { IfcModel } from '../../../../engines/ifc/model.ts'
import type { Network } from '../../../../engines/pipes/model.ts'
import { pack, unpack } from '../packed.ts'

export const packNetwork = (network: Network): Uint8Array =>
  gzipSync(strToU8(JSON.stringify(network)), { level: 1, mtime: 0 })
export const unpackNetwork = (bytes: Uint8Array): Network => JSON.parse(strFromU8(gunzipSync(bytes))) as Network
export const packIfc = (model: IfcModel): Uint8Array => pack(model)
export const unpackIfc = (bytes: Uint8Array): IfcModel => unpack(bytes) as IfcModel
/** Any plain data as compressed JSON: reports, results. */
export const packJson = (value: unknown): Uint8Array => gzipSync(strToU8(JSON.stringify(value)), { level: 6, mtime: 0 })
export const unpackJson = (bytes: Uint8Array): unknown => JSON.parse(strFromU8(gunzipSync(bytes)))
