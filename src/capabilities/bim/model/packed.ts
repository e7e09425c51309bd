/**
 * Plain data with typed arrays as bytes: 'MZP1', the length of a JSON text (u32, little endian), the text, and the arrays,
 * each at a multiple of eight. In the text an array stands as `{"$": [type, offset, length]}`. Small and without a parser of
 * its own, so that the viewer makes no copy of what it draws.
 */
const MAGIC = 0x31_50_5a_4d // 'MZP1'
const types = {
  u8: Uint8Array,
  i32: Int32Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const
type TypeName = keyof typeof types
type AnyArray = InstanceType<(typeof types)[TypeName]>

const typeOf = (value: unknown): TypeName | undefined =>
  (Object.keys(types) as TypeName[]).find((name) => value instanceof types[name])
const aligned = (at: number): number => (at + 7) & ~7

/** Packs plain data. Numbers that JSON cannot say (NaN) may stand in typed arrays only. */
export const pack = (value: unknown): Uint8Array => {
  const arrays: { readonly bytes: Uint8Array; readonly at: number }[] = []
  let at = 0
  const text = JSON.stringify(value, (_key, each: unknown) => {
    const type = typeOf(each)
    if (type === undefined) return each
    const array = each as AnyArray
    const reference = { $: [type, at, array.length] }
    arrays.push({ bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at })
    at = aligned(at + array.byteLength)
    return reference
  })
  const head = new TextEncoder().encode(text)
  const start = aligned(8 + head.length)
  const bytes = new Uint8Array(start + at)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, head.length, true)
  bytes.set(head, 8)
  for (const array of arrays) bytes.set(array.bytes, start + array.at)
  return bytes
}

/** Reads what `pack` made; the arrays are views of the bytes. Throws a RangeError on anything else. */
export const unpack = (given: Uint8Array): unknown => {
  // Views need their alignment: bytes in the middle of another buffer are copied once.
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice()
  if (bytes.length < 8) throw new RangeError('not packed data')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(4, true)
  if (view.getUint32(0, true) !== MAGIC || 8 + length > bytes.length) throw new RangeError('not packed data')
  const start = aligned(8 + length)
  return JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)), (_key, each: unknown) => {
    if (typeof each !== 'object' || each === null || !('$' in each) || !Array.isArray(each.$)) return each
    const [type, at, count] = each.$ as [unknown, unknown, unknown]
    const make = types[type as TypeName] as (typeof types)[TypeName] | undefined
    if (make === undefined || typeof at !== 'number' || typeof count !== 'number')
      throw new RangeError('not packed data')
    if (start + at + count * make.BYTES_PER_ELEMENT > bytes.length) throw new RangeError('packed data are cut off')
    return new make(bytes.buffer as ArrayBuffer, bytes.byteOffset + start + at, count)
  })
}
