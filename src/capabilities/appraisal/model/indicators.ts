/** The indicators as data: `data/appraisal/indicators.json`. A period keeps the whole of it, so that it computes the same later. */
import { z } from 'zod'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { wordsSchema } from '../../../kernel/words.ts'

export const indicatorCodes = [
  'on-time',
  'promise-kept',
  'time-held',
  'first-response',
  'correction-rounds',
  'opinions-on-time',
  'opinions-deemed',
  'late-entered',
  'signals-confirmed',
] as const
export type IndicatorCode = (typeof indicatorCodes)[number]
export const indicatorUnits = ['share', 'days', 'rounds', 'count'] as const

export const indicatorSchema = z.object({
  code: z.enum(indicatorCodes),
  name: wordsSchema,
  unit: z.enum(indicatorUnits),
  /** Computed for persons too; figures of persons are never public. */
  persons: z.boolean(),
  /** Shown on the public page, by department. */
  public: z.boolean(),
  definition: wordsSchema,
})
export type Indicator = z.infer<typeof indicatorSchema>
export const indicatorRulesSchema = z
  .object({
    version: z.string().min(1).max(40),
    /** Calendar days after publication within which a department may object. */
    objectionDays: z.number().int().min(1),
    source: sourceSchema,
    indicators: z.array(indicatorSchema).min(1),
  })
  .refine(({ indicators }) => new Set(indicators.map((each) => each.code)).size === indicators.length, {
    error: '指标代码重复',
  })
export type IndicatorRules = z.infer<typeof indicatorRulesSchema>
