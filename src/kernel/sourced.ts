/**
 * Facts taken from law, standards and practice: each carries its source, how certain it is, and when it holds.
 * A figure that nobody has checked against the original shows as 待核 in the interface.
 */
import { z } from 'zod'
import { type LocalDate, localDateSchema } from './time.ts'

/**
 * A read in the original text; B read in a second-hand text; C computed or measured by ourselves;
 * D from memory, fairly sure (shows 待核); E from memory, unsure (never used as a default); X not found (must be configured).
 */
export const certainties = ['A', 'B', 'C', 'D', 'E', 'X'] as const
export type Certainty = (typeof certainties)[number]
export const certaintySchema = z.enum(certainties)

export const sourceSchema = z.object({
  /** What the fact rests on, with article: '行政许可法 第四十二条'. */
  basis: z.string().min(1),
  certainty: certaintySchema,
  note: z.string().optional(),
})
export type Source = z.infer<typeof sourceSchema>

export const validitySchema = z.object({
  validFrom: localDateSchema.nullable(),
  validTo: localDateSchema.nullable(),
})
/** Days on which something holds; null = open at that side; `validTo` is the last day. */
export interface Validity {
  readonly validFrom: LocalDate | null
  readonly validTo: LocalDate | null
}
export const holdsOn = (validity: Validity, day: LocalDate): boolean =>
  (validity.validFrom === null || validity.validFrom <= day) && (validity.validTo === null || day <= validity.validTo)
/** Says whether a fact must be shown as 待核. */
export const needsVerification = (certainty: Certainty): boolean =>
  certainty === 'D' || certainty === 'E' || certainty === 'X'
