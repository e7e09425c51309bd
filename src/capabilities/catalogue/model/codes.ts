/** Shapes of the codes that the form asks for. */

const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

/** Says whether a text is a unified social credit code with a right check sign (GB 32100-2015). */
export const isUscc = (text: string): boolean => {
  const code = text.trim().toUpperCase()
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code)) return false
  const sum = USCC_WEIGHTS.reduce(
    (total, weight, index) => total + weight * USCC_ALPHABET.indexOf(code.charAt(index)),
    0,
  )
  return USCC_ALPHABET.charAt((31 - (sum % 31)) % 31) === code.charAt(17)
}

const NEW_CODE = /^\d{2}(0[1-9]|1[0-2])-\d{6}-\d{2}-\d{2}-\d{6}$/
const OLD_CODE = /^20(1[4-9]|20)-\d{6}-\d{2}-\d{2}-\d{6}$/
/**
 * Says whether a text has the shape of a national project code: YYMM-… since late 2020, YYYY-… before (GB/T 40058-2021).
 * The check digit is not enforced: the clause of the standard has not been read.
 */
export const isProjectCodeShape = (text: string): boolean => NEW_CODE.test(text.trim()) || OLD_CODE.test(text.trim())
