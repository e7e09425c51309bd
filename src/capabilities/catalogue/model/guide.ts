/**
 * The guide (情形引导): from answers to the items that a project needs, each with its reason; the items it does not need,
 * each with its reason; and the items that still wait for an answer.
 */
import type { Words } from '../../../kernel/words.ts'
import { type Answers, type Condition, evaluate, type Situation, type Truth, visibility } from './conditions.ts'
import type { Citation, ItemVersion, Material, Question, StageId, Theme } from './schema.ts'
import { askedQuestions, type QuestionsFile, situationOf } from './situation.ts'

export interface IncludedItem {
  readonly item: ItemVersion
  readonly included: true
  readonly because: Words
  readonly citation: Citation
}
export interface ExcludedItem {
  readonly item: ItemVersion
  readonly included: false
  readonly because: Words
}
export interface UndecidedItem {
  readonly item: ItemVersion
  /** Ids of the questions whose answers decide, in the order of asking. */
  readonly waitingFor: readonly string[]
}
export interface NextQuestion {
  readonly question: Question
  /** Ids of the items that this answer helps to decide; empty when it only refines materials or the theme. */
  readonly decides: readonly string[]
}
export interface Guidance {
  readonly next: readonly NextQuestion[]
  readonly items: readonly IncludedItem[]
  readonly notNeeded: readonly ExcludedItem[]
  readonly undecided: readonly UndecidedItem[]
}

const partsOf = (condition: Condition): readonly Condition[] => {
  if ('all' in condition) return condition.all
  if ('any' in condition) return condition.any
  if ('not' in condition) return [condition.not]
  return []
}

/** Gives the questions that can be answered now and on which an unknown condition depends. */
export const openQuestions = (condition: Condition, situation: Situation): readonly string[] => {
  if (evaluate(condition, situation) !== 'unknown') return []
  if ('ref' in condition) {
    const target = situation.named.get(condition.ref)
    return target === undefined ? [] : openQuestions(target, situation)
  }
  if ('question' in condition) {
    const when = situation.visibleWhen.get(condition.question)
    if (when === undefined) return []
    return visibility(condition.question, situation) === 'unknown'
      ? openQuestions(when, situation)
      : [condition.question]
  }
  return partsOf(condition).flatMap((part) => openQuestions(part, situation))
}

type Judged = IncludedItem | ExcludedItem | UndecidedItem
const judge = (item: ItemVersion, situation: Situation, order: ReadonlyMap<string, number>): Judged => {
  const rules = item.applies.map((rule) => ({ rule, truth: evaluate(rule.when, situation) }))
  const holding = rules.find(({ truth }) => truth === 'yes')
  if (holding !== undefined)
    return { item, included: true, because: holding.rule.because, citation: holding.rule.citation }
  if (rules.every(({ truth }) => truth === 'no')) return { item, included: false, because: item.notNeeded }
  const waiting = new Set(rules.flatMap(({ rule }) => openQuestions(rule.when, situation)))
  return { item, waitingFor: [...waiting].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)) }
}

/**
 * Judges every item against the answers. With `stage`, only items of that stage (and of those alongside) are judged.
 * `next` holds the questions that are put and not yet answered, in their order.
 */
export const guide = (
  questions: QuestionsFile,
  items: readonly ItemVersion[],
  answers: Answers,
  stage?: StageId,
): Guidance => {
  const situation = situationOf(questions, answers)
  const order = new Map(questions.questions.map((question, index): [string, number] => [question.id, index]))
  const judged = items
    .filter((item) => stage === undefined || item.stage === stage || item.stage === 'ST-P')
    .map((item) => judge(item, situation, order))
  const undecided = judged.filter((entry) => 'waitingFor' in entry)
  return {
    next: askedQuestions(questions, answers)
      .filter((question) => answers[question.id] === undefined)
      .map((question) => ({
        question,
        decides: undecided.filter((entry) => entry.waitingFor.includes(question.id)).map((entry) => entry.item.itemId),
      })),
    items: judged.filter((entry) => 'included' in entry && entry.included),
    notNeeded: judged.filter((entry) => 'included' in entry && !entry.included),
    undecided,
  }
}

export interface NeededMaterial {
  readonly material: Material
  /** 'unknown': the condition is not among the questions, or its question is open; the applicant is asked. */
  readonly needed: Truth
}
/** Says for each material of an item whether a project with these answers must hand it in. */
export const materialsFor = (
  item: ItemVersion,
  questions: QuestionsFile,
  answers: Answers,
): readonly NeededMaterial[] => {
  const situation = situationOf(questions, answers)
  return item.materials.map((material) => ({
    material,
    needed:
      material.required === 'always'
        ? 'yes'
        : material.condition === null
          ? 'unknown'
          : evaluate(material.condition, situation),
  }))
}

/** Gives the theme that fits the answers, or null while none is certain. */
export const themeFor = (themes: readonly Theme[], questions: QuestionsFile, answers: Answers): Theme | null => {
  const situation = situationOf(questions, answers)
  return themes.find((theme) => evaluate(theme.when, situation) === 'yes') ?? null
}

/** Gives the department that leads a stage for a project with these answers; null where none leads or it is not certain. */
export const leadOf = (
  stage: { readonly lead: readonly { readonly when: Condition; readonly department: string }[] },
  questions: QuestionsFile,
  answers: Answers,
): string | null => {
  const situation = situationOf(questions, answers)
  for (const entry of stage.lead) {
    const truth = evaluate(entry.when, situation)
    if (truth === 'yes') return entry.department
    if (truth === 'unknown') return null
  }
  return null
}
