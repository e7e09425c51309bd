/** Settings of the window that the catalogue does not hold: `data/approvals/rules.json`, each with its source. */
import { z } from 'zod'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { consultationRulesSchema } from './consultation/rules.ts'

export const rulesSchema = z.object({
  /** A clock turns to warning when this share of its budget is left, within bounds in days of its unit. */
  warning: z.object({
    share: z.number().min(0).max(1),
    least: z.number().int().min(0),
    most: z.number().int().min(0),
    source: sourceSchema,
  }),
  /** How late an event may be entered. */
  recording: z.object({
    lateAfterMinutes: z.number().int().min(0),
    backdateDays: z.number().int().min(0),
    source: sourceSchema,
  }),
  /** Days in which the window accepts, refuses or tells everything that is missing; `procedureRule` of the catalogue goes before. */
  intake: z.object({
    days: z.number().int().min(0),
    unit: z.enum(['workday', 'calendar-day']),
    source: sourceSchema,
    procedureRule: z.string(),
  }),
  /** Days promised for an answer to a request for advice before submission. */
  advice: z.object({
    days: z.number().int().min(1),
    unit: z.enum(['workday', 'calendar-day']),
    source: sourceSchema,
  }),
  /** Who holds the file while a clock is paused on a ground; 'default' for all others. */
  pauseHolders: z
    .object({ default: z.enum(['authority', 'applicant', 'third-party']), source: sourceSchema })
    .catchall(z.unknown()),
  /** Whom to ask, material facts, and the days of conflicts, questions, hearings and special procedures. */
  consultation: consultationRulesSchema,
})
export type Rules = z.infer<typeof rulesSchema>

const holderSchema = z.enum(['authority', 'applicant', 'third-party'])
/** Who holds the file while a clock is paused on a ground. */
export const holderOfGround = (rules: Rules, ground: string): z.infer<typeof holderSchema> => {
  const named = holderSchema.safeParse(rules.pauseHolders[ground])
  return named.success ? named.data : rules.pauseHolders.default
}

/** Days left at which a clock of a budget turns to warning. */
export const warnAt = (rules: Rules, budget: number): number =>
  Math.min(budget, rules.warning.most, Math.max(rules.warning.least, Math.ceil(budget * rules.warning.share)))
