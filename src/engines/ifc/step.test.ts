import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compressGuid, expandGuid, globalIdOf } from './guid.ts'
import { point, real, StepLines, text } from './step.ts'

describe('STEP values', () => {
  it('write numbers with a point, and back', () => {
    expect([real(0), real(-3), real(1.5), real(1e-9), real(1e21), real(3_277_288.201)]).toEqual([
      '0.',
      '-3.',
      '1.5',
      '1.E-9',
      '1.E21',
      '3277288.201',
    ])
    fc.assert(
      fc.property(fc.double({ min: -1e7, max: 1e7, noNaN: true }), (value) => {
        expect(real(value)).toMatch(/^-?\d+\.\d*(E-?\d+)?$/)
        expect(Number(real(value))).toBeCloseTo(value, 8)
      }),
      { seed: 1 },
    )
    expect(() => real(Number.NaN)).toThrow(RangeError)
  })
  it('write text in plain ASCII', () => {
    expect(text("it's a \\ test")).toBe("'it''s a \\\\ test'")
    expect(text('给水 DN300')).toBe("'\\X2\\7ED96C34\\X0\\ DN300'")
    expect(text('a😀b')).toBe("'a\\X4\\0001F600\\X0\\b'")
    expect(text('a\nb')).toBe("'a\\X2\\000A\\X0\\b'")
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 12 }), (codes) => {
        expect(text(String.fromCodePoint(...codes))).toMatch(/^'[ -~]*'$/)
      }),
      { seed: 2 },
    )
  })
  it('share lines of the same content', () => {
    const lines = new StepLines()
    expect(lines.share('IFCDIRECTION', point(0, 0, 1))).toBe(lines.share('IFCDIRECTION', point(0, 0, 1)))
    expect(lines.add('IFCDIRECTION', point(0, 0, 1))).toBe('#2')
  })
})

describe('GlobalIds', () => {
  it('stand for 16 bytes, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect(expandGuid(compressGuid(bytes))).toEqual(bytes)
      }),
      { seed: 3 },
    )
    expect(compressGuid(new Uint8Array(16).fill(255))).toBe('3$$$$$$$$$$$$$$$$$$$$$')
    expect(() => expandGuid('4$$$$$$$$$$$$$$$$$$$$$')).toThrow(RangeError)
    expect(() => expandGuid('abc')).toThrow(RangeError)
  })
  it('are the same for the same name and others for another', () => {
    expect(globalIdOf('a')).toBe(globalIdOf('a'))
    expect(globalIdOf('a')).not.toBe(globalIdOf('b'))
    expect(globalIdOf('管线')).toMatch(/^[0-3][0-9A-Za-z_$]{21}$/)
  })
})
