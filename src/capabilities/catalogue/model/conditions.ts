/**
 * Declarative conditions over the answers of the guide, evaluated in three values: a condition that still depends on an
 * unanswered question is 'unknown'. Answering more questions never turns a 'yes' into a 'no' or the other way round.
 */
import { z } from 'zod'

export type AnswerValue = string | number | boolean
export type Answers = Readonly<Record<string, AnswerValue | undefined>>
export const answersSchema = z.record(z.string().max(60), z.union([z.string().max(200), z.number(), z.boolean()]))

export type Condition =
  | { readonly always: true }
  | { readonly ref: string }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly question: string; readonly eq: AnswerValue }
  | { readonly question: string; readonly in: readonly AnswerValue[] }
  | { readonly question: string; readonly gte: number }
  | { readonly question: string; readonly gt: number }
  | { readonly question: string; readonly lte: number }
  | { readonly question: string; readonly lt: number }

const value = z.union([z.string(), z.number(), z.boolean()])
const question = z.string()
export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ always: z.literal(true) }),
    z.strictObject({ ref: z.string() }),
    z.strictObject({ all: z.array(conditionSchema).min(1) }),
    z.strictObject({ any: z.array(conditionSchema).min(1) }),
    z.strictObject({ not: conditionSchema }),
    z.strictObject({ question, eq: value }),
    z.strictObject({ question, in: z.array(value).min(1) }),
    z.strictObject({ question, gte: z.number() }),
    z.strictObject({ question, gt: z.number() }),
    z.strictObject({ question, lte: z.number() }),
    z.strictObject({ question, lt: z.number() }),
  ]),
)

export type Truth = 'yes' | 'no' | 'unknown'

/** What a condition is evaluated against: the answers, the named conditions, and when a question is put at all. */
export interface Situation {
  readonly answers: Answers
  readonly named: ReadonlyMap<string, Condition>
  /** Question id to the condition under which it is asked. A question that is not asked makes its leaves 'no'. */
  readonly visibleWhen: ReadonlyMap<string, Condition>
}

const not = (truth: Truth): Truth => (truth === 'yes' ? 'no' : truth === 'no' ? 'yes' : 'unknown')
const allOf = (truths: readonly Truth[]): Truth =>
  truths.includes('no') ? 'no' : truths.includes('unknown') ? 'unknown' : 'yes'
const anyOf = (truths: readonly Truth[]): Truth =>
  truths.includes('yes') ? 'yes' : truths.includes('unknown') ? 'unknown' : 'no'

type Leaf = Extract<Condition, { question: string }>
const leafHolds = (leaf: Leaf, answer: AnswerValue): boolean => {
  if ('eq' in leaf) return leaf.eq === answer
  if ('in' in leaf) return leaf.in.includes(answer)
  if (typeof answer !== 'number') return false
  if ('gte' in leaf) return answer >= leaf.gte
  if ('gt' in leaf) return answer > leaf.gt
  if ('lte' in leaf) return answer <= leaf.lte
  return answer < leaf.lt
}

const named = (id: string, situation: Situation): Condition => {
  const condition = situation.named.get(id)
  if (condition === undefined) throw new Error(`no condition is named ${id}`)
  return condition
}

/** Says whether a condition holds. Throws an Error if it names an unknown condition; the loading check excludes that. */
export const evaluate = (condition: Condition, situation: Situation): Truth => {
  if ('always' in condition) return 'yes'
  if ('ref' in condition) return evaluate(named(condition.ref, situation), situation)
  if ('all' in condition) return allOf(condition.all.map((part) => evaluate(part, situation)))
  if ('any' in condition) return anyOf(condition.any.map((part) => evaluate(part, situation)))
  if ('not' in condition) return not(evaluate(condition.not, situation))
  const asked = visibility(condition.question, situation)
  if (asked === 'no') return 'no'
  const answer = situation.answers[condition.question]
  if (asked === 'unknown' || answer === undefined) return 'unknown'
  return leafHolds(condition, answer) ? 'yes' : 'no'
}

/** Says whether a question is put to somebody who has given these answers. */
export const visibility = (questionId: string, situation: Situation): Truth => {
  const when = situation.visibleWhen.get(questionId)
  return when === undefined ? 'no' : evaluate(when, situation)
}

/** Gives the ids of the questions that a condition reads, through named conditions. */
export const questionsOf = (condition: Condition, conditions: ReadonlyMap<string, Condition>): readonly string[] => {
  if ('always' in condition) return []
  if ('ref' in condition) {
    const target = conditions.get(condition.ref)
    return target === undefined ? [] : questionsOf(target, conditions)
  }
  if ('all' in condition) return condition.all.flatMap((part) => questionsOf(part, conditions))
  if ('any' in condition) return condition.any.flatMap((part) => questionsOf(part, conditions))
  if ('not' in condition) return questionsOf(condition.not, conditions)
  return [condition.question]
}

/** Gives the names that a condition refers to directly. */
export const refsOf = (condition: Condition): readonly string[] => {
  if ('ref' in condition) return [condition.ref]
  if ('all' in condition) return condition.all.flatMap(refsOf)
  if ('any' in condition) return condition.any.flatMap(refsOf)
  if ('not' in condition) return refsOf(condition.not)
  return []
}
