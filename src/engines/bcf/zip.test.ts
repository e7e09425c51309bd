import fc from 'fast-check'
import { type Zippable, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { isRefused } from '../../kernel/refusal.ts'
import { defaultLimits, pack, unpack } from './zip.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const refusalOf = (run: () => unknown): { code: string; zh: string } => {
  try {
    run()
  } catch (error) {
    if (isRefused(error)) return { code: error.refusal.code, zh: error.refusal.sentence.zh }
    throw error
  }
  throw new Error('nothing was refused')
}
const codeOf = (archive: Uint8Array, limits = {}): string =>
  refusalOf(() => unpack(archive, { ...defaultLimits, ...limits })).code
/** Writes a number into the first record that begins with a signature. */
const patched = (archive: Uint8Array, signature: number, offset: number, value: number, width: 2 | 4): Uint8Array => {
  const copy = archive.slice()
  const view = new DataView(copy.buffer)
  let at = 0
  while (view.getUint32(at, true) !== signature) at += 1
  if (width === 2) view.setUint16(at + offset, value, true)
  else view.setUint32(at + offset, value, true)
  return copy
}
const CENTRAL = 0x02014b50

describe('the archive', () => {
  test('gives back what was packed, in its order, whatever the bytes', () => {
    const name = fc
      .string({ unit: fc.constantFrom(...'abc管线 .-_'), minLength: 1, maxLength: 8 })
      .map((text) => `f${text}f`)
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
    fc.assert(
      fc.property(fc.dictionary(path, fc.uint8Array({ maxLength: 400 }), { maxKeys: 8 }), (files) => {
        const map = new Map(Object.entries(files))
        expect([...unpack(pack(map))]).toEqual([...map])
      }),
      { seed: 11 },
    )
  })
  test('unpacks deflated files larger than a step', () => {
    const large = Uint8Array.from({ length: 300_000 }, (_, at) => (at * at) % 251)
    expect(unpack(pack(new Map([['a/b.bin', large]]))).get('a/b.bin')).toEqual(large)
  })
  test('has an entry for every folder, and reads backslashes as its separators', () => {
    const names = (archive: Uint8Array) => new TextDecoder('latin1').decode(archive)
    expect(names(pack(new Map([['g/h/markup.bcf', bytes('x')]])))).toMatch(/g\/h\/PK|g\/h\/(?!markup)/)
    expect([...unpack(zipSync({ 'g\\markup.bcf': bytes('x') })).keys()]).toEqual(['g/markup.bcf'])
  })

  test.each(['../a', 'a/../b', '/etc/passwd', 'C:\\a', 'a\\..\\..\\b', 'a/./b', 'a//b', 'a\u0000b', '__proto__'])(
    'is refused when a path is %j',
    (path) => {
      const files = Object.create(null) as Zippable
      // The library would take '__proto__' for something else: a name of the same length is written and then replaced.
      const stand = path.replace('__proto__', '__prote__')
      files[stand] = bytes('x')
      const archive = zipSync(files)
      const at =
        stand === path ? [] : [...archive.keys()].filter((from) => archive[from] === 0x5f && archive[from + 6] === 0x65)
      for (const from of at) archive[from + 6] = 0x6f
      expect(codeOf(archive)).toBe('bcf.unsafe-path')
    },
  )
  test('is refused when two files have one name', () => {
    const archive = zipSync({ aa: bytes('1'), ab: bytes('2') }, { level: 0 })
    const copy = archive.map((byte, at) => (byte === 0x62 && archive[at - 1] === 0x61 ? 0x61 : byte))
    expect(codeOf(copy)).toBe('bcf.duplicate-path')
  })
  test('is refused over each limit, before memory is taken for it', () => {
    const archive = pack(
      new Map([
        ['a', new Uint8Array(5_000)],
        ['b', new Uint8Array(5_000)],
      ]),
    )
    expect(codeOf(archive, { archiveBytes: 50 })).toBe('bcf.too-big')
    expect(codeOf(archive, { entries: 1 })).toBe('bcf.too-big')
    expect(codeOf(archive, { fileBytes: 4_999 })).toBe('bcf.too-big')
    expect(codeOf(archive, { totalBytes: 9_999 })).toBe('bcf.too-big')
    expect(unpack(archive, { ...defaultLimits, entries: 2, fileBytes: 5_000, totalBytes: 10_000 }).size).toBe(2)
  })
  test('is refused as a bomb: 40 MB of zeros that claim to be small, or small bytes that claim to be much', () => {
    const bomb = zipSync({ a: new Uint8Array(40_000_000) }, { level: 9 })
    expect(bomb.length).toBeLessThan(60_000)
    expect(codeOf(bomb, { fileBytes: 1_000_000 })).toBe('bcf.too-big')
    expect(codeOf(patched(bomb, CENTRAL, 24, 1_000, 4))).toBe('bcf.not-zip')
    expect(codeOf(patched(zipSync({ a: bytes('x') }), CENTRAL, 24, 100_000_000, 4))).toBe('bcf.not-zip')
  })
  test('is refused when damaged, encrypted, or packed in a way of its own', () => {
    const archive = zipSync({ a: bytes('hello hello hello hello') })
    expect(codeOf(patched(archive, CENTRAL, 16, 1, 4))).toBe('bcf.not-zip')
    expect(codeOf(patched(archive, CENTRAL, 8, 1, 2))).toBe('bcf.not-zip')
    expect(codeOf(patched(archive, CENTRAL, 10, 12, 2))).toBe('bcf.not-zip')
    expect(codeOf(patched(archive, CENTRAL, 42, 9_999, 4))).toBe('bcf.not-zip')
    for (let length = 0; length < archive.length; length += 1)
      expect(codeOf(archive.subarray(0, length))).toBe('bcf.not-zip')
  })
  test('from random bytes is refused with a sentence that says what to do', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const { zh } = refusalOf(() => unpack(noise))
        expect(zh).toMatch(/请/)
        expect(zh).not.toMatch(/[{}]/)
      }),
      { seed: 5, numRuns: 300 },
    )
  })
  test('is never made with an unsafe path', () => {
    expect(() => pack(new Map([['../a', bytes('x')]]))).toThrow()
    expect(() => pack(new Map([['a\\b', bytes('x')]]))).toThrow(RangeError)
    expect(() => pack(new Map([['a/', bytes('x')]]))).toThrow(RangeError)
  })
})
