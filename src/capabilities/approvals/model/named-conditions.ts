/** Which items wait for which named condition: `approvals/named-conditions.json`. */
import { z } from 'zod'
import { holdsOn, sourceSchema, validitySchema } from '../../../kernel/sourced.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import { wordsSchema } from '../../../kernel/words.ts'

export const namedConditionRuleSchema = z
  .strictObject({
    condition: z.string().regex(/^[a-z-]+\.[a-z-]+$/),
    items: z.array(z.string().min(1)).min(1),
    hold: z.enum(['before-acceptance', 'before-decision']),
    /** Types of project (审批流程类型) to which it applies; null: all. */
    projectTypes: z.array(z.string()).min(1).nullable(),
    /** `always`, or only in projects that make use of what it asks about. */
    required: z.enum(['always', 'where-used']),
    because: wordsSchema,
    source: sourceSchema,
  })
  .extend(validitySchema.shape)
export const namedConditionRulesSchema = z.array(namedConditionRuleSchema)
export type NamedConditionRule = z.infer<typeof namedConditionRuleSchema>

/** The rules that hold for an item in a project on a day. */
export const rulesFor = (
  rules: readonly NamedConditionRule[],
  itemId: string,
  projectType: string,
  day: LocalDate,
): readonly NamedConditionRule[] =>
  rules.filter(
    (rule) =>
      rule.items.includes(itemId) &&
      (rule.projectTypes === null || rule.projectTypes.includes(projectType)) &&
      holdsOn(rule, day),
  )
