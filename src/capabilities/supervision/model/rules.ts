/** Limits and categories of rectification orders as data: `data/supervision/rules.json`. */
import { z } from 'zod'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { wordsSchema } from '../../../kernel/words.ts'

const days = z.number().int().min(1).max(365)
export const supervisionRulesSchema = z
  .object({
    note: z.string(),
    source: sourceSchema,
    /** By severity of the alarm. */
    defaultDays: z.object({ 1: days, 2: days, 3: days, 4: days }).strict(),
    longestDays: days,
    remindDaysBefore: z.array(days),
    /** `rules`: beginnings of the keys of alarm rules that belong here; the longest fitting one counts. */
    categories: z.array(z.object({ code: z.string(), name: wordsSchema, rules: z.array(z.string()) }).strict()).min(1),
  })
  .strict()
  .refine(({ categories }) => categories.some((each) => each.code === 'other'), { error: '须有类别 other' })
export type SupervisionRules = z.infer<typeof supervisionRulesSchema>

export const categoryOfRule = ({ categories }: SupervisionRules, ruleKey: string): string => {
  let best = { code: 'other', length: 0 }
  for (const { code, rules } of categories)
    for (const front of rules)
      if (ruleKey.startsWith(front) && front.length > best.length) best = { code, length: front.length }
  return best.code
}
