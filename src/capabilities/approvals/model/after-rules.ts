/** What the law and the window say about the time after a decision: `data/approvals/after-decision.json` and `conditions.json`. */
import { z } from 'zod'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { wordsSchema } from '../../../kernel/words.ts'
import { conditionEventSchema, conditionGradeSchema, responsibleParties } from '../contract/decision-parts.ts'

/** How long before a due day somebody is reminded. */
export const offsetSchema = z.union([
  z.object({ months: z.number().int().min(1) }),
  z.object({ days: z.number().int().min(0) }),
])
export type Offset = z.infer<typeof offsetSchema>
const workLimit = { days: z.number().int().min(0), unit: z.enum(['workday', 'calendar-day']) }

export const siteRuleSchema = z.object({
  itemId: z.string(),
  /** Months in which work must start, counted from the receipt of the permit. */
  start: z.object({
    months: z.number().int().min(1),
    source: sourceSchema,
    extension: z.object({
      times: z.number().int().min(1),
      monthsEach: z.number().int().min(1),
      source: sourceSchema,
    }),
    reminders: z.array(offsetSchema),
  }),
  stop: z.object({
    reportMonths: z.number().int().min(1),
    verifyAfterMonths: z.number().int().min(1),
    source: sourceSchema,
    reminders: z.array(offsetSchema),
  }),
})
export type SiteRule = z.infer<typeof siteRuleSchema>
const groundSchema = z.object({ id: z.string(), name: wordsSchema, source: sourceSchema })
export const revocationGroundSchema = groundSchema.extend({
  /** The state that the document takes. */
  kind: z.enum(['revoked', 'lapsed']),
  /** The holder is told first and may answer. */
  hearing: z.boolean(),
})
export type RevocationGround = z.infer<typeof revocationGroundSchema>

export const afterRulesSchema = z.object({
  delivery: z.object({
    ...workLimit,
    source: sourceSchema,
    /** Days left, in the unit of the limit, at which its clock turns to warning. */
    warnAt: z.number().int().min(0),
    /** How long before its last day the holder and those who deliver are reminded. */
    reminders: z.array(offsetSchema),
    reminderSource: sourceSchema,
  }),
  remedyReading: z.object({ source: sourceSchema }),
  withdrawal: z.object({
    /** Whether clocks stand still while a withdrawal waits for its confirmation. */
    pausesClocks: z.boolean(),
    label: wordsSchema,
    confirm: z.object(workLimit),
    source: sourceSchema,
  }),
  hearing: z.object({ answerDays: z.number().int().min(0), unit: workLimit.unit, source: sourceSchema }),
  expiry: z.object({
    reminders: z.array(offsetSchema),
    renewBeforeDays: z.number().int().min(0),
    source: sourceSchema,
  }),
  conditions: z.object({ reminders: z.array(offsetSchema), source: sourceSchema }),
  site: z.array(siteRuleSchema),
  revocationGrounds: z.array(revocationGroundSchema).min(1),
  refusalGrounds: z.array(groundSchema).min(1),
})

export const libraryConditionSchema = z.object({
  id: z.string(),
  /** Items for which it is offered; '*' = every item. */
  items: z.array(z.string()).min(1),
  grade: conditionGradeSchema,
  text: wordsSchema,
  responsible: z.enum(responsibleParties),
  dueEvent: conditionEventSchema.nullable(),
  blocks: z.array(conditionEventSchema),
  source: sourceSchema,
})
export type LibraryCondition = z.infer<typeof libraryConditionSchema>

/** Reads both files as parsed JSON. Throws a ZodError that names the place. */
export const afterRulesOf = (rules: unknown, library: unknown) => ({
  ...afterRulesSchema.parse(rules),
  library: z.array(libraryConditionSchema).parse(library),
})
export type AfterRules = ReturnType<typeof afterRulesOf>

export const siteRuleOf = (rules: Pick<AfterRules, 'site'>, itemId: string): SiteRule | null =>
  rules.site.find((rule) => rule.itemId === itemId) ?? null
