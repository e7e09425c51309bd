import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkProjectCode, mod1110CheckDigit, projectCodeHint } from './code.ts'

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`))
const withHyphens = (all: string): string =>
  [all.slice(0, 4), all.slice(4, 10), all.slice(10, 12), all.slice(12, 14), all.slice(14)].join('-')
const newCode = fc
  .tuple(fc.integer({ min: 21, max: 40 }), fc.integer({ min: 1, max: 12 }), digits(15))
  .map(([year, month, rest]) => `${year}${String(month).padStart(2, '0')}${rest}`)
  .map((first19) => withHyphens(`${first19}${mod1110CheckDigit(first19)}`))

describe('national project codes', () => {
  it.each([
    '2603-141124-89-05-346948',
    '2411-130202-89-01-637015',
    '2509-320193-89-01-544060',
    '2509-140602-89-05-864976',
  ])('accept the published new code %s without a warning', (code) => {
    expect(checkProjectCode(code, 'enforce')).toEqual({ form: 'new', valid: true, normalised: code, warnings: [] })
  })
  it.each(['2020-330327-48-01-167360', '2020-451421-88-03-016343', '2016-500105-47-03-001234'])(
    'accept the old code %s, which has no check digit, with a warning',
    (code) => {
      const check = checkProjectCode(code, 'enforce')
      expect(check).toMatchObject({ form: 'legacy', valid: true, normalised: code })
      expect(check.warnings).toHaveLength(1)
    },
  )
  it('find any one wrong digit of the last 16', () =>
    fc.assert(
      fc.property(newCode, fc.integer({ min: 5, max: 23 }), fc.integer({ min: 0, max: 9 }), (code, index, digit) => {
        fc.pre(code[index] !== '-' && code[index] !== String(digit))
        const wrong = code.slice(0, index) + String(digit) + code.slice(index + 1)
        expect(checkProjectCode(wrong, 'enforce').valid).toBe(false)
      }),
    ))
  it('only warn of a wrong check digit until the text of the standard has been read', () => {
    const wrong = '2603-141124-89-05-346949'
    expect(checkProjectCode(wrong, 'warn')).toMatchObject({ form: 'new', valid: true, normalised: wrong })
    expect(checkProjectCode(wrong, 'warn').warnings).toHaveLength(1)
    expect(checkProjectCode(wrong, 'enforce').valid).toBe(false)
  })
  it('are read with blanks, long dashes, full-width digits or no hyphens at all', () =>
    fc.assert(
      fc.property(newCode, (code) => {
        for (const written of [code.replaceAll('-', ''), ` ${code.replaceAll('-', ' – ')} `, code.replaceAll('-', '—')])
          expect(checkProjectCode(written, 'enforce')).toMatchObject({ valid: true, normalised: code })
      }),
    ))
  it.each([
    '',
    '2613-141124-89-05-346948',
    '2603-141124-89-05-34694',
    'A603-141124-89-05-346948',
    '26031-41124-89-05-346948',
  ])('refuse %j, which has neither form', (code) =>
    expect(checkProjectCode(code, 'warn')).toMatchObject({ form: 'unknown', valid: false, normalised: null }),
  )
  it('of one kind are never taken for the other', () =>
    fc.assert(
      fc.property(newCode, (code) => {
        expect(checkProjectCode(code, 'enforce').form).toBe('new')
      }),
    ))
})

describe('a code while it is typed', () => {
  it('is told how many digits it lacks, has too many, and what does not belong; and nothing once it is whole', () => {
    const hint = (text: string) => projectCodeHint(text)?.zh
    expect(hint('')).toBeUndefined()
    expect(hint('   ')).toBeUndefined()
    expect(hint('2603-5001')).toContain('已填 8 位数字,还差 12 位')
    expect(hint('2603-500157-89-05-12345')).toContain('还差 1 位')
    expect(hint('2603-500157-89-05-1234567')).toContain('多了 1 位')
    expect(hint('2603-5001A7')).toContain('请去掉“A”')
    expect(hint('２６０３')).toContain('已填 4 位数字')
    expect(hint('2603-500157-89-05-123456')).toBeUndefined()
    expect(hint('26035001578905123456')).toBeUndefined()
  })
  it('is shown an example that is itself right', () => {
    const [example = ''] = /\d{4}-\d{6}-\d{2}-\d{2}-\d{6}/.exec(projectCodeHint('2603')?.zh ?? '') ?? []
    expect(checkProjectCode(example, 'enforce')).toMatchObject({ valid: true, warnings: [] })
  })
  it('says how it is made where the length is right and the month is not', () => {
    expect(checkProjectCode('2613-500157-89-05-123456', 'warn').warnings[0]).toContain('前4位是赋码年月')
  })
})
