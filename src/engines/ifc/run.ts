/** What a worker thread calls: plain data in and out. */
import type { IfcModel } from './model.ts'
import { type ReadOptions, readIfc } from './read.ts'

export interface ReadInput extends Omit<ReadOptions, 'onProgress'> {
  readonly bytes: Uint8Array
}

export const readModel = (
  { bytes, ...options }: ReadInput,
  { report }: { readonly report: (done: number, total: number) => void },
): Promise<IfcModel> => readIfc(bytes, { ...options, onProgress: report })
