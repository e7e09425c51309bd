import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkIdNumber,
  checkPhone,
  checkUscc,
  idCheckSign,
  maskIdNumber,
  maskPhone,
  organisationCodeCheckSign,
  usccCheckSign,
} from './codes.ts'

const SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`))
const signs = (length: number) =>
  fc.array(fc.constantFrom(...SIGNS), { minLength: length, maxLength: length }).map((each) => each.join(''))
const uscc = fc
  .tuple(signs(2), digits(6), signs(8))
  .map(([head, place, body]) => `${head}${place}${body}${organisationCodeCheckSign(body)}`)
  .map((first17) => first17 + usccCheckSign(first17))
const idNumber = fc
  .tuple(
    digits(6),
    fc.integer({ min: 1900, max: 2026 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
    digits(3),
  )
  .map(
    ([place, year, month, day, serial]) =>
      `${place}${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}${serial}`,
  )
  .map((first17) => first17 + idCheckSign(first17))
const replaceAt = (text: string, index: number, sign: string): string =>
  text.slice(0, index) + sign + text.slice(index + 1)

describe('unified social credit codes (GB 32100)', () => {
  it.each(['91330100799655058B', '9144030071526726XG', '914403001922038216'])('accepts the code %s in use', (code) => {
    expect(checkUscc(code)).toEqual({ normalised: code, valid: true, warnings: [] })
  })
  it('accepts lower case, blanks and full-width signs and gives the normal form', () => {
    expect(checkUscc(' 9133 0100-799655058b ')).toMatchObject({ normalised: '91330100799655058B', valid: true })
    expect(checkUscc('91330100799655058B')).toMatchObject({ normalised: '91330100799655058B', valid: true })
  })
  it('finds any one wrong sign', () =>
    fc.assert(
      fc.property(uscc, fc.integer({ min: 0, max: 17 }), fc.constantFrom(...SIGNS), (code, index, sign) => {
        fc.pre(code[index] !== sign)
        expect(checkUscc(replaceAt(code, index, sign)).valid).toBe(false)
      }),
    ))
  it('accepts every code that was made by the rule', () =>
    fc.assert(
      fc.property(uscc, (code) => {
        expect(checkUscc(code)).toMatchObject({ valid: true, warnings: [] })
      }),
    ))
  it('only warns when the organisation code inside has a wrong check sign', () => {
    const first17 = '91330100799655050'
    expect(organisationCodeCheckSign('79965505')).not.toBe('0')
    const check = checkUscc(first17 + usccCheckSign(first17))
    expect(check.valid).toBe(true)
    expect(check.warnings).toHaveLength(1)
  })
  it.each(['', '9133010079965505', '91330100799655058I', 'I1330100799655058B', '9133O100799655058B'])(
    'refuses %j, which is no such code',
    (code) => expect(checkUscc(code).valid).toBe(false),
  )
})

describe('identity numbers (GB 11643)', () => {
  it.each(['11010519491231002X', '440524188001010014'])('accepts the example %s of the standard', (number) => {
    expect(checkIdNumber(number).valid).toBe(true)
  })
  it('accepts a small x and stores a large one', () => {
    expect(checkIdNumber('11010519491231002x')).toMatchObject({ valid: true, normalised: '11010519491231002X' })
  })
  it('finds any one wrong digit', () =>
    fc.assert(
      fc.property(idNumber, fc.integer({ min: 0, max: 16 }), fc.integer({ min: 0, max: 9 }), (number, index, digit) => {
        fc.pre(number[index] !== String(digit))
        expect(checkIdNumber(replaceAt(number, index, String(digit))).valid).toBe(false)
      }),
    ))
  it('refuses a birthday that never was', () => {
    const first17 = '50010519900230001'
    expect(checkIdNumber(first17 + idCheckSign(first17)).valid).toBe(false)
  })
  it('accepts places that exist no longer: a number given by Jiangbei stays valid', () => {
    const first17 = '50010519900228001'
    expect(checkIdNumber(first17 + idCheckSign(first17)).valid).toBe(true)
  })
})

describe('phone numbers and masks', () => {
  it('takes +86 away and refuses what is no mobile number', () => {
    expect(checkPhone('+86 138-0000-1234')).toMatchObject({ normalised: '13800001234', valid: true })
    expect(checkPhone('023-67890000').valid).toBe(false)
    expect(checkPhone('12800001234').valid).toBe(false)
  })
  it('shows three and four digits of a phone number', () => {
    expect(maskPhone('13800001234')).toBe('138****1234')
  })
  it('never shows birthday or serial of an identity number', () => {
    expect(maskIdNumber('11010519491231002X')).toBe('110*************2X')
  })
})
