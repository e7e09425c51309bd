/** Rules around the clocks that no law fixes: `data/approvals/clock-rules.json`, with source and version. */
import { z } from 'zod'
import { sourceSchema } from '../../../kernel/sourced.ts'
import { wordsSchema } from '../../../kernel/words.ts'

/** To whom a rung of the ladder speaks: who handles it, who heads the department, who watches all. */
export const ladderLevels = ['person', 'head', 'supervisor'] as const
export type LadderLevel = (typeof ladderLevels)[number]

export const ladderRungSchema = z.object({
  code: z.string().regex(/^[a-z0-9-]+$/),
  /** Days of the clock's unit from its last day: -2 = begins two days before, 0 = the last day, 1 = the first day overdue. */
  offset: z.number().int().min(-60).max(60),
  level: z.enum(ladderLevels),
  name: wordsSchema,
})
export type LadderRung = z.infer<typeof ladderRungSchema>

export const staleRuleSchema = z
  .object({
    code: z.enum(['pause', 'correction']),
    name: wordsSchema,
    /** Calendar days after the beginning at which the parties are reminded. */
    warnAfterDays: z.array(z.number().int().min(1)),
    /** Calendar days after which it is ended by rule; null = never. */
    endAfterDays: z.number().int().min(1).nullable(),
    source: sourceSchema,
  })
  .refine((rule) => rule.endAfterDays === null || rule.warnAfterDays.every((days) => days < (rule.endAfterDays ?? 0)), {
    error: '提示须早于终止',
  })
export type StaleRule = z.infer<typeof staleRuleSchema>

const named = { name: wordsSchema }
export const signalRuleSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('pause-near-due'), ...named, atMostDaysLeft: z.number().int().min(0) }),
  z.object({ code: z.literal('correction-last-day'), ...named, atMostDaysLeft: z.number().int().min(0) }),
  z.object({ code: z.literal('refiled'), ...named, withinDays: z.number().int().min(1) }),
  z.object({ code: z.literal('backdated'), ...named, moreThanHours: z.number().int().min(1) }),
  z.object({
    code: z.literal('burst'),
    ...named,
    atLeast: z.number().int().min(2),
    withinMinutes: z.number().int().min(1),
  }),
])
export type SignalRule = z.infer<typeof signalRuleSchema>
export type SignalCode = SignalRule['code']
export type SignalRuleOf<C extends SignalCode> = Extract<SignalRule, { code: C }>

export const clockRulesSchema = z.object({
  /** Changes with every change of the file: stored with each escalation and each signal. */
  version: z.string().min(1).max(40),
  horizon: z.object({
    /** Calendar days before the last officially published day at which administrators are alarmed. */
    leadDays: z.array(z.number().int().min(0)).min(1),
    source: sourceSchema,
  }),
  stale: z.array(staleRuleSchema),
  ladder: z
    .object({ purposes: z.array(z.string()), rungs: z.array(ladderRungSchema), source: sourceSchema })
    .refine(({ rungs }) => new Set(rungs.map((rung) => rung.code)).size === rungs.length, { error: '梯级代码重复' }),
  signals: z.object({ rules: z.array(signalRuleSchema), source: sourceSchema }),
})
export type ClockRules = z.infer<typeof clockRulesSchema>

export const staleRule = (rules: ClockRules, code: StaleRule['code']): StaleRule | null =>
  rules.stale.find((rule) => rule.code === code) ?? null
export const signalRule = <C extends SignalCode>(rules: ClockRules, code: C): SignalRuleOf<C> | null =>
  (rules.signals.rules.find((rule) => rule.code === code) as SignalRuleOf<C> | undefined) ?? null
