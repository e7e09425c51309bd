/** Codecs of lifting machines: each turns what one wire format says into the canonical model; a registry finds them by name. */
import type { Instant } from '../../kernel/time.ts'
import type { LiftingReport } from './model.ts'

export interface Decoded {
  readonly reports: readonly LiftingReport[]
  /** Frames or entries that were not understood; the host counts them. */
  readonly faults: number
}
/** Decodes what arrives over one connection; a codec for whole messages keeps nothing between calls. */
export interface LiftingStream {
  readonly push: (bytes: Uint8Array, receivedAt: Instant) => Decoded
  readonly waitingBytes: () => number
}
export interface LiftingCodec {
  /** 'json', 'mz-frame-1', or the name of a vendor's format with its version. */
  readonly name: string
  readonly open: () => LiftingStream
}

export interface LiftingCodecs {
  readonly find: (name: string) => LiftingCodec | null
  readonly names: readonly string[]
}
/** Throws when two codecs have one name. */
export const liftingCodecs = (codecs: readonly LiftingCodec[]): LiftingCodecs => {
  const byName = new Map(codecs.map((codec) => [codec.name, codec]))
  if (byName.size < codecs.length) throw new Error('two codecs of lifting machines have one name')
  return { find: (name) => byName.get(name) ?? null, names: [...byName.keys()] }
}
