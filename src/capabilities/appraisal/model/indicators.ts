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
  'decisions-stand',
  'commitments-true',
  'late-entered',
  'signals-confirmed',
] as const
export type IndicatorCode = (typeof indicatorCodes)[number]
export const indicatorUnits = ['share', 'days', 'rounds', 'count'] as const
/** What an indicator says of a department: how fast it works, or how well. */
export const aspects = ['speed', 'quality'] as const
export type Aspect = (typeof aspects)[number]

export const indicatorSchema = z.object({
  code: z.enum(indicatorCodes),
  name: wordsSchema,
  unit: z.enum(indicatorUnits),
  /** Computed for persons too; figures of persons are never public. */
  persons: z.boolean(),
  /** Shown on the public page, by department. */
  public: z.boolean(),
  /** Absent: neither (files counted apart), and in rules from before it was kept. */
  aspect: z.enum(aspects).optional(),
  definition: wordsSchema,
})
export type Indicator = z.infer<typeof indicatorSchema>
export const indicatorRulesSchema = z
  .object({
    version: z.string().min(1).max(40),
    /** Calendar days after publication within which a department may object. */
    objectionDays: z.number().int().min(1),
    source: sourceSchema,
    /** Grounds of revocation that are the authority's own fault (ids of after-decision.json). */
    faultGrounds: z.array(z.string()).optional(),
    /** How departments are put in order; absent: they are not, as before it was kept. */
    ranking: z.object({ name: wordsSchema, definition: wordsSchema, source: sourceSchema }).optional(),
    indicators: z.array(indicatorSchema).min(1),
  })
  .refine(({ indicators }) => new Set(indicators.map((each) => each.code)).size === indicators.length, {
    error: '指标代码重复',
  })
  .refine(
    ({ indicators, ranking }) =>
      ranking === undefined ||
      aspects.every((aspect) => indicators.some((each) => each.aspect === aspect && each.unit === 'share')),
    { error: '排序必须同时有速度和质量的比率指标' },
  )
export type IndicatorRules = z.infer<typeof indicatorRulesSchema>
