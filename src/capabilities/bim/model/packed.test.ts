import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pack, unpack } from './packed.ts'

describe('packed data', () => {
  it('come back as they went, typed arrays with every bit', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ maxLength: 20 }),
        fc.uint8Array({ maxLength: 20 }),
        fc.float64Array({ maxLength: 20 }),
        fc.string(),
        (f32, u8, f64, text) => {
          const value = { text, list: [{ f32 }, null, 1.5], u8, deep: { f64, u32: Uint32Array.of(1, 4_294_967_295) } }
          expect(unpack(pack(value))).toEqual(value)
        },
      ),
      { seed: 3 },
    )
  })
  it('are refused when cut off or foreign', () => {
    const bytes = pack({ list: Float64Array.of(1, 2, 3) })
    for (const length of [0, 3, 9, bytes.length - 8]) expect(() => unpack(bytes.slice(0, length))).toThrow()
    expect(() => unpack(new TextEncoder().encode('not packed at all'))).toThrow(RangeError)
  })
})
