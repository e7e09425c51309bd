/**
 * Rules of deferrable materials, commitments and paper intake as data: `data/approvals/deferral.json`, `commitments.json`,
 * `paper.json`, `exchange-status.json`. Every figure names its source and how certain it is.
 */
import { z } from 'zod'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { wordsSchema } from '../../../kernel/words.ts'

const textSchema = z.object({
  /** Stands in every signed copy; a changed text gets a new version. */
  version: z.string().min(1),
  paragraphs: z.array(z.string().min(1)).min(1),
  source: sourceSchema,
})

/** What may follow when a promised document does not come. */
export const deferralActions = ['remind', 'hold-output', 'end', 'credit-mark', 'block-deferral'] as const
export const deferralActionSchema = z.enum(deferralActions)
export type DeferralAction = z.infer<typeof deferralActionSchema>

/** By when a document must follow: in days from the acceptance, or before something happens. */
export const deferralLimitSchema = z
  .object({
    kind: z.enum(['days', 'event']),
    event: wordsSchema.nullable(),
    /** Item whose application brings the event about. */
    eventItem: z.string().nullable(),
    days: z.number().int().min(1).max(365).nullable(),
    unit: z.enum(['workday', 'calendar-day']),
    source: sourceSchema,
  })
  .refine((limit) => (limit.kind === 'days' ? limit.days !== null : limit.event !== null), {
    error: 'a limit in days needs days, one by an event the event',
  })
const extensionSchema = z.object({ days: z.number().int().min(1).max(60), source: sourceSchema })
const consequencesSchema = z.object({
  actions: z.array(deferralActionSchema).min(1),
  /** Months without another deferral, where 'block-deferral' is among the actions. */
  barMonths: z.number().int().min(1).max(60),
  source: sourceSchema,
})
export const deferralRuleSchema = z.object({
  limit: deferralLimitSchema,
  extension: extensionSchema.nullable(),
  consequences: consequencesSchema,
})
export type DeferralRule = z.infer<typeof deferralRuleSchema>

export const deferralRulesSchema = z.object({
  text: textSchema,
  exclusions: z.object({ safety: z.boolean(), onTheSpot: z.boolean(), source: sourceSchema }),
  default: deferralRuleSchema,
  items: z.array(
    z.object({
      itemId: z.string(),
      limit: deferralLimitSchema.optional(),
      extension: extensionSchema.nullable().optional(),
      consequences: consequencesSchema.optional(),
    }),
  ),
})
export type DeferralRules = z.infer<typeof deferralRulesSchema>

export const afterCheckRuleSchema = z.object({
  days: z.number().int().min(1).max(365),
  unit: z.enum(['workday', 'calendar-day']),
  source: sourceSchema,
})
export type AfterCheckRule = z.infer<typeof afterCheckRuleSchema>
const commitmentVariantSchema = z.object({
  itemId: z.string(),
  /** Materials for which the commitment stands in. */
  replaces: z.array(z.string()).min(1),
  /** The decision may be made at once, without draft and review. */
  immediate: z.boolean(),
  /** What the authority tells, and the applicant promises to meet. */
  conditions: z.array(z.string()).min(1),
  source: sourceSchema,
  afterCheck: afterCheckRuleSchema,
})
export type CommitmentVariant = z.infer<typeof commitmentVariantSchema>
export const commitmentRulesSchema = z.object({
  text: textSchema,
  /** Working days in which the applicant may answer a finding. */
  answerDays: z.number().int().min(1).max(60),
  answerSource: sourceSchema,
  /** Months for which a proposed mark would hold. */
  creditMonths: z.number().int().min(1).max(60),
  items: z.array(commitmentVariantSchema),
})
export type CommitmentRules = z.infer<typeof commitmentRulesSchema>

export const paperRulesSchema = z.object({
  /** Calendar days that the receipt on paper may lie back. */
  windowDays: z.number().int().min(1).max(60),
  reasons: z.array(z.object({ code: z.string(), name: wordsSchema })).min(1),
  source: sourceSchema,
})
export type PaperRules = z.infer<typeof paperRulesSchema>

export const exchangeStatuses = [
  'received',
  'withdrawn',
  'accepted',
  'not-accepted',
  'refused-at-intake',
  'correcting',
  'corrected',
  'handling',
  'special-procedure',
  'special-procedure-ended',
  'approved',
  'approved-with-deferral',
  'refused',
  'recalled',
  'revoked',
] as const
export type ExchangeStatus = (typeof exchangeStatuses)[number]
export const exchangeRulesSchema = z.object({
  source: sourceSchema,
  codes: z.array(z.object({ status: z.enum(exchangeStatuses), code: z.number().int(), name: z.string() })),
})
export type ExchangeRules = z.infer<typeof exchangeRulesSchema>

export interface UndertakingRules {
  readonly deferral: DeferralRules
  readonly commitments: CommitmentRules
  readonly paper: PaperRules
  readonly exchange: ExchangeRules
}
/** Reads the four files; `read` gives the text of a file in `data/approvals`. Throws when one is missing or wrong. */
export const readUndertakingRules = (read: (file: string) => string): UndertakingRules => ({
  deferral: deferralRulesSchema.parse(JSON.parse(read('deferral.json'))),
  commitments: commitmentRulesSchema.parse(JSON.parse(read('commitments.json'))),
  paper: paperRulesSchema.parse(JSON.parse(read('paper.json'))),
  exchange: exchangeRulesSchema.parse(JSON.parse(read('exchange-status.json'))),
})
