/** Parts of a decision beyond its outcome: scope, conditions with their terms, ground of a refusal, last day of validity. */
import { z } from 'zod'
import { localDateSchema } from '../../../kernel/time.ts'

const text = (max: number) => z.string().trim().min(1, { error: '请填写内容' }).max(max)

/** granted 准予 · refused 不予 · open 另行决定: the item goes on for this part, and its clock runs on. */
export const partDecisions = ['granted', 'refused', 'open'] as const
/** One named part (a building, a section) of what was applied for. */
export const scopePartSchema = z.object({
  name: text(120),
  decision: z.enum(partDecisions),
  /** Needed for a refused part. */
  reason: z.string().trim().max(500),
})
export type ScopePart = z.infer<typeof scopePartSchema>

/**
 * lock 锁定: what it blocks may not happen until it is discharged · hold 暂缓: until evidence was given · required 限期履行:
 * to be discharged in time, blocks nothing · notice 提示: nothing to discharge.
 */
export const conditionGrades = ['lock', 'hold', 'required', 'notice'] as const
/** start 开工 · completion 竣工验收 · use 投入使用 */
export const conditionEvents = ['start', 'completion', 'use'] as const
export const responsibleParties = ['applicant', 'constructor', 'designer', 'department'] as const
export const conditionGradeSchema = z.enum(conditionGrades)
export const conditionEventSchema = z.enum(conditionEvents)
export type ConditionGrade = (typeof conditionGrades)[number]
export type ConditionEvent = (typeof conditionEvents)[number]
export const conditionTermSchema = z.object({
  text: text(500),
  /** The sentence of the library that it was taken from; null = written for this decision. */
  libraryId: z.string().max(60).nullable(),
  grade: conditionGradeSchema,
  responsible: z.enum(responsibleParties),
  /** Last day; null where an event is the limit or there is none. */
  dueOn: localDateSchema.nullable(),
  dueEvent: conditionEventSchema.nullable(),
  blocks: z.array(conditionEventSchema).max(conditionEvents.length),
  source: z.string().max(300),
})
export type ConditionTerm = z.infer<typeof conditionTermSchema>

export const draftExtrasSchema = z.object({
  /** Parts of a partial approval; empty otherwise. */
  scope: z.array(scopePartSchema).max(60),
  /** Terms of the conditions, in their order; a condition without terms counts as `required` without a day. */
  terms: z.array(conditionTermSchema).max(30),
  /** Ground in law and the facts found; needed for a refusal (行政许可法 38: 说明理由). */
  refusal: z.object({ ground: z.string().max(60), facts: text(4000) }).nullable(),
  /** Last day on which the permit holds; null = no end. */
  validUntil: localDateSchema.nullable(),
})
export type DraftExtras = z.infer<typeof draftExtrasSchema>
export const noExtras: DraftExtras = { scope: [], terms: [], refusal: null, validUntil: null }
