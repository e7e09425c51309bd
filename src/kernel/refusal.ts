/**
 * A refusal is an expected "no": the product works and says what to do instead. Anything else that goes wrong is an error.
 * Refusals are declared as values beside the rule that refuses; a command throws one, which rolls its transaction back.
 */
import { fill, type Words } from './words.ts'

export type RefusalKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'missing'
  | 'conflict'
  | 'too-many'
  | 'unavailable'

/** A fault of one field of the input: where it is and what to do. `path` is dotted ('answers.floorArea'). */
export interface FieldFault {
  readonly path: string
  readonly message: string
}

export interface Refusal {
  readonly kind: RefusalKind
  /** Stable code, '<capability>.<what>', for programs. */
  readonly code: string
  /** The sentence for people, facts filled in; it says what to do. */
  readonly sentence: Words
  readonly facts: Readonly<Record<string, unknown>>
  readonly fields: readonly FieldFault[]
}

/** Carries a refusal up through the transaction to the edge. */
export class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(`${refusal.code}: ${refusal.sentence.zh}`)
    this.name = 'Refused'
    this.refusal = refusal
  }
}

export type RefusalMaker = (facts?: Readonly<Record<string, unknown>>, fields?: readonly FieldFault[]) => Refused

/**
 * Declares a refusal: `const alreadyDecided = defineRefusal('conflict', 'approvals.already-decided', { zh: '…{by}…', en: '…' })`,
 * thrown as `throw alreadyDecided({ by: name })`.
 */
export const defineRefusal =
  (kind: RefusalKind, code: string, sentence: Words): RefusalMaker =>
  (facts = {}, fields = []) =>
    new Refused({
      kind,
      code,
      sentence: { zh: fill(sentence.zh, facts), en: fill(sentence.en, facts) },
      facts,
      fields,
    })

export const isRefused = (value: unknown): value is Refused => value instanceof Refused
