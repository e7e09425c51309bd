/** Rules of sign-in: what a password must be, when failures lock a login. Pure. */
import { addMs, type Instant } from '../../kernel/time.ts'
import { type Words, words } from '../../kernel/words.ts'

/** Length counts characters, not bytes; long phrases are welcome up to a bound that keeps hashing cheap. */
export const MIN_PASSWORD_LETTERS = 10
export const MAX_PASSWORD_LETTERS = 128
/** Failures in a row that lock a login, for how long at first, and at most (each further failure doubles it). */
export const FAILURES_UNTIL_LOCK = 5
const FIRST_LOCK_MS = 5 * 60_000
const LONGEST_LOCK_MS = 60 * 60_000
/** Failures older than this are forgotten. */
export const FAILURE_MEMORY_MS = 24 * 3_600_000

/** Logins are compared without regard to case, width and compatibility forms (full-width letters of Chinese input). */
export const loginKey = (login: string): string => login.trim().normalize('NFKC').toLowerCase()

/** Stems of the passwords that are tried first everywhere; digits and signs added to them do not help. */
const commonStems: readonly string[] = [
  'password',
  'passw0rd',
  'p@ssw0rd',
  'p@ssword',
  'qwertyuiop',
  'qwerty',
  'qazwsx',
  'qazwsxedc',
  '1qaz2wsx',
  '1qaz2wsx3edc',
  'asdfghjkl',
  'zxcvbnm',
  'admin',
  'administrator',
  'iloveyou',
  'woaini',
  'welcome',
  'letmein',
  'changeme',
  'abcdef',
  'abcdefgh',
  'abc',
  'test',
  'guest',
  'mingzhu',
  'beijing',
  'chongqing',
  'zhongguo',
  'china',
  'huawei',
  'root',
  'default',
  'monkey',
  'dragon',
  'sunshine',
  'princess',
  'football',
  'superman',
]
const isRun = (text: string): boolean => {
  const codes = Array.from(text, (letter) => letter.codePointAt(0) ?? 0)
  const steps = new Set(codes.slice(1).map((code, index) => code - (codes[index] ?? 0)))
  return steps.size === 1 && [-1, 0, 1].includes([...steps][0] ?? 9)
}
const isRepetition = (text: string): boolean => /^(.{1,4})\1+$/u.test(text)
/** Says whether a password is among those guessed first: a common word with digits, a run, a repetition. */
export const isCommonPassword = (password: string): boolean => {
  const plain = password.normalize('NFKC').toLowerCase()
  if (isRun(plain) || isRepetition(plain) || /^\d+$/.test(plain)) return true
  if (new Set(plain).size < 5) return true
  const stem = plain.replace(/^\P{L}+|\P{L}+$/gu, '')
  return commonStems.includes(stem) || commonStems.includes(plain) || stem === ''
}

/** Gives why a password is not acceptable, or null. */
export const passwordFault = (password: string, login: string): Words | null => {
  const letters = Array.from(password).length
  if (letters < MIN_PASSWORD_LETTERS)
    return words(
      `至少 ${MIN_PASSWORD_LETTERS} 个字符,建议用几个词组成短句。`,
      `use at least ${MIN_PASSWORD_LETTERS} characters.`,
    )
  if (letters > MAX_PASSWORD_LETTERS)
    return words(`最多 ${MAX_PASSWORD_LETTERS} 个字符。`, `use at most ${MAX_PASSWORD_LETTERS} characters.`)
  if (isCommonPassword(password))
    return words(
      '过于常见或过于简单,请换一个不易猜到的密码。',
      'it is too common or too simple; choose one that is hard to guess.',
    )
  const key = loginKey(login)
  if (key.length >= 4 && password.normalize('NFKC').toLowerCase().includes(key))
    return words('不能包含用户名,请换一个密码。', 'it must not contain the login; choose another.')
  return null
}

export interface Failures {
  readonly failedCount: number
  readonly lastFailed: Instant
  readonly lockedUntil: Instant | null
}
/** The count after one more failure at `now`, and until when the login is locked by it. */
export const afterFailure = (before: Failures | null, now: Instant): Failures => {
  const isFresh = before !== null && addMs(before.lastFailed, FAILURE_MEMORY_MS) > now
  const failedCount = (isFresh ? before.failedCount : 0) + 1
  const beyond = failedCount - FAILURES_UNTIL_LOCK
  const lockMs = Math.min(FIRST_LOCK_MS * 2 ** Math.max(0, beyond), LONGEST_LOCK_MS)
  return { failedCount, lastFailed: now, lockedUntil: beyond >= 0 ? addMs(now, lockMs) : null }
}
/** Gives until when a login is locked, or null when it is not. */
export const lockedUntil = (failures: Failures | null, now: Instant): Instant | null =>
  failures?.lockedUntil !== null && failures?.lockedUntil !== undefined && failures.lockedUntil > now
    ? failures.lockedUntil
    : null
