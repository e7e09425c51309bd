/**
 * The answer of a policy: allowed, or refused with the reason. The desk shows the same reason on a disabled button
 * that the server gives when the call is made anyway.
 */
import type { Refused } from './refusal.ts'

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly because: Refused }

export const allowed: Decision = { allowed: true }
export const refusedBecause = (because: Refused): Decision => ({ allowed: false, because })
/** Throws the reason if the decision is a refusal. */
export const require = (decision: Decision): void => {
  if (!decision.allowed) throw decision.because
}
/** Gives the first refusal among decisions, or `allowed`. */
export const all = (...decisions: readonly Decision[]): Decision =>
  decisions.find((decision) => !decision.allowed) ?? allowed
