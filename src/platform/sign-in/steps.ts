/** Which step of signing in comes next. Pure. */
import type { Role } from '../../kernel/actor.ts'
import type { OwedStep } from '../../kernel/endpoint.ts'

export interface StepFacts {
  readonly hasFactor: boolean
  readonly factorProven: boolean
  readonly mustChange: boolean
  readonly mustHaveFactor: boolean
}
/** The second factor comes first: nobody changes a password, or sets up another factor, by the password alone. */
export const nextOwed = (facts: StepFacts): OwedStep | null => {
  if (facts.hasFactor && !facts.factorProven) return 'second-factor'
  if (facts.mustChange) return 'new-password'
  return facts.mustHaveFactor && !facts.hasFactor ? 'enrolment' : null
}

/** Who must have a second factor, and for how many minutes a proof of identity serves sensitive acts. */
export interface FactorPolicy {
  readonly requiredFor: readonly Role[]
  readonly freshMinutes: number
}
export const lenientPolicy: FactorPolicy = { requiredFor: [], freshMinutes: 15 }

/** Letters of recovery codes: none that look alike (Crockford's base 32). */
export const recoveryLetters = '0123456789abcdefghjkmnpqrstvwxyz'
/** 'k3x9-…' in four groups of four: 80 bits. */
export const recoveryCodeOf = (bytes: Uint8Array): string => {
  const letters = Array.from(bytes.subarray(0, 16), (byte) => recoveryLetters.charAt(byte % 32)).join('')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}
/** The form in which a recovery code is compared: typed with or without hyphens, in any case, with the usual slips. */
export const recoveryKey = (typed: string): string =>
  typed.normalize('NFKC').toLowerCase().replace(/[\s-]/g, '').replace(/[il]/g, '1').replace(/o/g, '0')
export const isTotpCode = (typed: string): boolean => /^\d{6}$/.test(typed.normalize('NFKC').replace(/\s/g, ''))
