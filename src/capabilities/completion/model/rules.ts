/** Kinds of inspection, matters of the joint acceptance and limits as data: `data/completion/rules.json`. */
import { z } from 'zod'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { wordsSchema } from '../../../kernel/words.ts'

const limitShape = {
  days: z.number().int().min(1).max(365),
  unit: z.enum(['workday', 'calendar-day']),
  source: sourceSchema,
}
export const inspectionKindSchema = z.object({
  code: z.string(),
  name: wordsSchema,
  /** One for each building, or one for the whole project. */
  scope: z.enum(['building', 'project']),
  required: z.boolean(),
  /** Only where the project needs one of these items; absent: always. */
  whenItems: z.array(z.string()).optional(),
  department: z.string(),
  source: sourceSchema,
})
export type InspectionKind = z.infer<typeof inspectionKindSchema>
export const jointMatterSchema = z.object({
  code: z.string(),
  name: wordsSchema,
  whenItems: z.array(z.string()).optional(),
  department: z.string(),
  source: sourceSchema,
})
export type JointMatter = z.infer<typeof jointMatterSchema>
export const completionRulesSchema = z
  .object({
    version: z.string().min(1),
    inspectionKinds: z.array(inspectionKindSchema).min(1),
    /** Role code of the department that leads the joint acceptance and keeps the filing. */
    jointLead: z.string(),
    jointMatters: z.array(jointMatterSchema).min(1),
    joint: z.object(limitShape),
    recheck: z.object(limitShape),
    filing: z.object({
      ...limitShape,
      remindDaysBefore: z.array(z.number().int().min(1)),
      /** The item of the catalogue by which it may also be filed. */
      item: z.string(),
    }),
  })
  .refine(({ inspectionKinds }) => new Set(inspectionKinds.map((each) => each.code)).size === inspectionKinds.length, {
    error: '检查种类代码重复',
  })
export type CompletionRules = z.infer<typeof completionRulesSchema>

/** Whether a rule concerns a project; a project whose needs are unknown is concerned by all. */
export const concerns = (
  rule: { readonly whenItems?: readonly string[] | undefined },
  neededItems: ReadonlySet<string>,
): boolean =>
  rule.whenItems === undefined || neededItems.size === 0 || rule.whenItems.some((item) => neededItems.has(item))
