/** Numbers that people read: case, receipt and document numbers, and verification codes. */
import type { Outcome } from '../contract.ts'

/** No 0, 1, I, L, O: nothing that is misread on paper. 31 characters; 31 is prime, which the check character needs. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
const RANDOM_CHARACTERS = 11
const CODE = /^[2-9A-HJKMNP-Z]+$/

const checkOf = (characters: string): string => {
  let sum = 0
  for (let index = 0; index < characters.length; index += 1)
    sum += (index + 1) * ALPHABET.indexOf(characters.charAt(index))
  return ALPHABET.charAt(sum % ALPHABET.length)
}
const grouped = (characters: string): string => characters.replace(/(.{4})(?=.)/g, '$1-')

/** Gives characters of the alphabet, each equally likely. Throws a RangeError when the bytes do not suffice. */
const charactersFrom = (bytes: Uint8Array, count: number): string => {
  let characters = ''
  const limit = ALPHABET.length * Math.floor(256 / ALPHABET.length)
  for (const byte of bytes)
    if (byte < limit && characters.length < count) characters += ALPHABET.charAt(byte % ALPHABET.length)
  if (characters.length < count) throw new RangeError('too few random bytes for a code')
  return characters
}

/**
 * Makes a verification code 'XXXX-XXXX-XXXX' from random bytes: eleven random characters (about 54 bits) and a check
 * character that finds every single wrong character and every swap of two neighbours. Throws a RangeError when the
 * bytes do not suffice; 32 do but for one time in 10^13.
 */
export const verificationCodeFrom = (bytes: Uint8Array): string => {
  const characters = charactersFrom(bytes, RANDOM_CHARACTERS)
  return grouped(characters + checkOf(characters))
}

/** Gives the code as it is stored, from what somebody typed; null when it cannot be one (a character misread). */
export const normaliseVerificationCode = (typed: string): string | null => {
  const characters = typed.toUpperCase().replace(/[\s-]/g, '')
  if (characters.length !== RANDOM_CHARACTERS + 1) return null
  if (!CODE.test(characters)) return null
  const body = characters.slice(0, RANDOM_CHARACTERS)
  return checkOf(body) === characters.slice(RANDOM_CHARACTERS) ? grouped(characters) : null
}

const padded = (number: number, width: number): string => String(number).padStart(width, '0')

/** '申2026-000123': the number of an application. */
export const caseNumberOf = (year: number, sequence: number): string => `申${year}-${padded(sequence, 6)}`
/**
 * 'SJ20260302-000123-K7QF2M': the number on the receipt of a submission; ASCII, because it stands in an address. The random
 * end keeps people from reading others' receipts by counting.
 */
export const receiptNumberOf = (day: string, sequence: number, bytes: Uint8Array, prefix = 'SJ'): string =>
  `${prefix}${day.replaceAll('-', '')}-${padded(sequence, 6)}-${charactersFrom(bytes, 6)}`

/** The word in a document number for what kind of document it is. */
const documentWords: Readonly<Record<string, string>> = {
  permit: '许',
  filing: '备',
  'technical-review': '审',
  opinion: '意',
  self: '备',
  service: '服',
}
/**
 * The prefix of a document number and the name of its series: '两江住建许', for a refusal '两江住建不许'. The department's
 * short name stands in front, so each department counts for itself.
 */
export const documentPrefix = (departmentShortName: string, itemKind: string, outcome: Outcome): string =>
  `${departmentShortName}${outcome === 'refused' ? '不' : ''}${documentWords[itemKind] ?? '许'}`
/** '两江住建许〔2026〕0001'. */
export const documentNumberOf = (prefix: string, year: number, sequence: number): string =>
  `${prefix}〔${year}〕${padded(sequence, 4)}`
