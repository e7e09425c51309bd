/** What models of terminals do beyond the standard, or otherwise: their decoders, looked up by the model. */

/** How the additional items of a position are framed; the standard uses one octet for each. */
export interface ItemFormat {
  readonly idOctets: 1 | 2
  readonly lengthOctets: 1 | 2 | 4
}

/** Reads the content of an item or a message; null when it cannot. It must not throw on any octets. */
export type VendorDecoder = (octets: Uint8Array) => Readonly<Record<string, unknown>> | null

export interface Dialect {
  readonly itemFormat?: ItemFormat
  /** By the id of the additional item; they come before the standard ones. */
  readonly items?: ReadonlyMap<number, VendorDecoder>
  /** By message id; they come before the standard ones, for vendors give standard ids other meanings. */
  readonly messages?: ReadonlyMap<number, VendorDecoder>
}

export interface DialectRegistry {
  /** Gives the dialect of a model; the standard for models that have none. */
  readonly of: (model: string | null) => Dialect
}

/** Makes a registry. Throws a RangeError when a model is there twice. */
export const createRegistry = (dialects: readonly (readonly [model: string, dialect: Dialect])[]): DialectRegistry => {
  const known = new Map(dialects)
  if (known.size !== dialects.length) throw new RangeError('a model has two dialects')
  const standard: Dialect = {}
  return { of: (model) => (model === null ? standard : (known.get(model) ?? standard)) }
}
