/**
 * The national project code (投资项目统一代码): form and check digit. The platform never makes one: the investment platform
 * gives it before the first procedure (政府投资条例 10; 企业投资项目核准和备案管理条例 4).
 *
 * New form (GB/T 40058-2021): YYMM-division6-department2-type2-random5+check1, check digit by ISO 7064 MOD 11,10 over the
 * 19 digits before it (found from published samples, certainty C). Old form, until 2020: YYYY-6-2-2-6 without check digit.
 */

import type { Words } from '../../../kernel/words.ts'

/** What a wrong check digit does: only a warning, or an invalid code. */
export const codeCheckModes = ['warn', 'enforce'] as const
export type CodeCheckMode = (typeof codeCheckModes)[number]

export interface ProjectCodeCheck {
  readonly form: 'new' | 'legacy' | 'unknown'
  /** May the code be kept? */
  readonly valid: boolean
  /** The written form with hyphens; null where the form is unknown. */
  readonly normalised: string | null
  readonly warnings: readonly string[]
}

const NEW_FORM = /^\d{2}(0[1-9]|1[0-2])-\d{6}-\d{2}-\d{2}-\d{6}$/
/** Years 2013–2020: none of them can be read as YYMM. */
const LEGACY_FORM = /^20(1[3-9]|20)-\d{6}-\d{2}-\d{2}-\d{6}$/

/** An example with a right check digit. */
const SHAPE = '2603-500157-89-05-123453'

const writtenForm = (text: string): string => {
  const clean = text
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s/g, '')
  const digits = clean.replace(/-/g, '')
  if (!/^\d{20}$/.test(digits) || (clean !== digits && clean.split('-').length !== 5)) return clean
  return clean === digits
    ? [digits.slice(0, 4), digits.slice(4, 10), digits.slice(10, 12), digits.slice(12, 14), digits.slice(14)].join('-')
    : clean
}

/** Gives the check digit of 19 digits by ISO 7064 MOD 11,10. */
export const mod1110CheckDigit = (digits: string): number => {
  let product = 10
  for (const digit of digits) {
    const sum = (product + Number(digit)) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return (11 - product) % 10
}

export const checkProjectCode = (text: string, mode: CodeCheckMode): ProjectCodeCheck => {
  const code = writtenForm(text)
  if (LEGACY_FORM.test(code))
    return {
      form: 'legacy',
      valid: true,
      normalised: code,
      warnings: ['这是2020年以前的旧代码,没有校验位;如已换发新代码,请改填新代码。'],
    }
  if (!NEW_FORM.test(code))
    return {
      form: 'unknown',
      valid: false,
      normalised: null,
      warnings: [
        `格式不正确:前4位是赋码年月(如 2603),后面依次为 6、2、2、6 位数字,例如 ${SHAPE},请对照投资项目在线审批监管平台的赋码填写。`,
      ],
    }
  const digits = code.replace(/-/g, '')
  const right = mod1110CheckDigit(digits.slice(0, 19)) === Number(digits.charAt(19))
  return {
    form: 'new',
    valid: right || mode === 'warn',
    normalised: code,
    warnings: right ? [] : ['最后一位校验码不符,可能有一位写错,请与赋码通知核对。'],
  }
}

const DIGITS = 20
/** What is still wrong with a code while it is typed; null when it is empty or has the length of a code. */
export const projectCodeHint = (text: string): Words | null => {
  const code = writtenForm(text)
  if (code === '') return null
  const foreign = /[^\d-]/.exec(code)?.[0]
  if (foreign !== undefined)
    return {
      zh: `投资项目代码只有数字和连字符“-”,请去掉“${foreign}”。例如 ${SHAPE}。`,
      en: `A project code has digits and hyphens only: remove “${foreign}”. For example ${SHAPE}.`,
    }
  const digits = code.replace(/-/g, '').length
  if (digits < DIGITS)
    return {
      zh: `已填 ${digits} 位数字,还差 ${DIGITS - digits} 位;应为 20 位数字,例如 ${SHAPE}。`,
      en: `${digits} digits so far, ${DIGITS - digits} more: 20 in all, for example ${SHAPE}.`,
    }
  if (digits > DIGITS)
    return {
      zh: `多了 ${digits - DIGITS} 位:应为 20 位数字,例如 ${SHAPE}。`,
      en: `${digits - DIGITS} digits too many: 20 in all, for example ${SHAPE}.`,
    }
  return null
}
