/** Checks of the national identifiers of organisations and persons. Pure; each says its standard. */

export interface CodeCheck {
  /** The code in its one written form: no blanks, upper case. */
  readonly normalised: string
  readonly valid: boolean
  /** Sentences in Chinese for what is unusual though not forbidden. */
  readonly warnings: readonly string[]
}

const USCC_SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const ORGANISATION_SIGNS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]

const weighted = (text: string, signs: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + signs.indexOf(text.charAt(index)) * weight, 0)

/** Removes blanks and hyphens, makes full-width letters and digits half-width, and writes upper case. */
export const normaliseCode = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\s\u2010-\u2015-]/g, '')
    .toUpperCase()

/** Gives the check sign of the first 17 signs of a unified social credit code (GB 32100-2015). */
export const usccCheckSign = (first17: string): string =>
  USCC_SIGNS.charAt((31 - (weighted(first17, USCC_SIGNS, USCC_WEIGHTS) % 31)) % 31)

/** Gives the check sign of the eight signs of an organisation code (GB 11714-1997). */
export const organisationCodeCheckSign = (first8: string): string => {
  const rest = 11 - (weighted(first8, ORGANISATION_SIGNS, ORGANISATION_WEIGHTS) % 11)
  return rest === 10 ? 'X' : rest === 11 ? '0' : String(rest)
}

/**
 * Checks a unified social credit code (GB 32100-2015). The organisation code inside (signs 9–17, GB 11714) only warns:
 * codes in force are known that break it.
 */
export const checkUscc = (text: string): CodeCheck => {
  const normalised = normaliseCode(text)
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(normalised))
    return { normalised, valid: false, warnings: [] }
  const valid = usccCheckSign(normalised.slice(0, 17)) === normalised.charAt(17)
  const inner = organisationCodeCheckSign(normalised.slice(8, 16)) === normalised.charAt(16)
  return {
    normalised,
    valid,
    warnings: valid && !inner ? ['第9至17位的主体标识码校验位不符(存量代码有例外),请与登记证书核对。'] : [],
  }
}

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const ID_SIGNS = '10X98765432'

/** Gives the check sign of the first 17 digits of a citizen's identity number (GB 11643-1999). */
export const idCheckSign = (first17: string): string =>
  ID_SIGNS.charAt(weighted(first17, '0123456789', ID_WEIGHTS) % 11)

const daysOf = (year: number, month: number): number => {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
const isBirthday = (text: string): boolean => {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6, 8))]
  return year >= 1850 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month)
}

/**
 * Checks a citizen's identity number (GB 11643-1999): form, birthday and check sign. The place in it is not compared
 * with today's divisions: numbers given by a dissolved district (500105) stay valid. Residence permits of Hong Kong,
 * Macao and Taiwan residents (81, 82, 83) and the new permanent residence card (9) have the same form.
 */
export const checkIdNumber = (text: string): CodeCheck => {
  const normalised = normaliseCode(text)
  const formed = /^\d{17}[\dX]$/.test(normalised) && isBirthday(normalised.slice(6, 14))
  return { normalised, valid: formed && idCheckSign(normalised.slice(0, 17)) === normalised.charAt(17), warnings: [] }
}

/** Checks a mobile number of mainland China: 11 digits from 13 to 19; a prefix +86 is taken away. */
export const checkPhone = (text: string): CodeCheck => {
  const normalised = normaliseCode(text).replace(/^(\+|00)?86(?=1\d{10}$)/, '')
  return { normalised, valid: /^1[3-9]\d{9}$/.test(normalised), warnings: [] }
}

/** '13800001234' gives '138****1234'. */
export const maskPhone = (phone: string): string =>
  phone.length < 8 ? '*'.repeat(phone.length) : `${phone.slice(0, 3)}****${phone.slice(-4)}`
/** Keeps the first three and the last two signs of an identity number. */
export const maskIdNumber = (idNumber: string): string =>
  idNumber.length < 8
    ? '*'.repeat(idNumber.length)
    : `${idNumber.slice(0, 3)}${'*'.repeat(idNumber.length - 5)}${idNumber.slice(-2)}`
