/** Reading answers of the guide: which questions are put, and the typed values of what people entered. */
import type { z } from 'zod'
import type { FieldFault } from '../../../kernel/refusal.ts'
import { type Answers, type AnswerValue, type Condition, type Situation, visibility } from './conditions.ts'
import type { Question, questionsFileSchema } from './schema.ts'

export type QuestionsFile = z.infer<typeof questionsFileSchema>

/** Puts answers together with the named conditions and the visibility of the questions. */
export const situationOf = (questions: QuestionsFile, answers: Answers): Situation => ({
  answers,
  named: new Map(questions.conditions.map((entry): [string, Condition] => [entry.id, entry.condition])),
  visibleWhen: new Map(questions.questions.map((question): [string, Condition] => [question.id, question.visibleWhen])),
})

/** Gives the questions that are put to somebody with these answers, in their order. */
export const askedQuestions = (questions: QuestionsFile, answers: Answers): readonly Question[] => {
  const situation = situationOf(questions, answers)
  return questions.questions.filter((question) => visibility(question.id, situation) === 'yes')
}

const numberOf = (raw: AnswerValue): number | undefined => {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : undefined
  if (typeof raw !== 'string' || !/^\d{1,12}(\.\d{1,6})?$/.test(raw.trim())) return undefined
  return Number(raw.trim())
}
const booleanOf = (raw: AnswerValue): boolean | undefined =>
  raw === true || raw === 'true' || raw === 'yes'
    ? true
    : raw === false || raw === 'false' || raw === 'no'
      ? false
      : undefined

const numberFault = (question: Question, value: number | undefined): string | null => {
  if (value === undefined) return `“${question.text.zh}”请填写数字,例如 1200 或 0.8`
  if (question.min !== null && value < question.min) return `“${question.text.zh}”不能小于 ${question.min},请重新填写`
  if (question.max !== null && value > question.max)
    return `“${question.text.zh}”不能大于 ${question.max},请检查单位是否填错`
  return null
}

const read = (question: Question, raw: AnswerValue): { value?: AnswerValue; fault?: string } => {
  if (question.type === 'number') {
    const value = numberOf(raw)
    const fault = numberFault(question, value)
    return fault === null && value !== undefined ? { value } : { fault: fault ?? '' }
  }
  if (question.type === 'boolean') {
    const value = booleanOf(raw)
    return value === undefined ? { fault: `“${question.text.zh}”请选择“是”或者“否”` } : { value }
  }
  return question.choices.some((choice) => choice.value === raw)
    ? { value: raw }
    : { fault: `“${question.text.zh}”请在所列选项中选择一项` }
}

/**
 * Reads entered answers (text from a form, or typed values) against the questions. Unknown names are ignored, an empty
 * text counts as not answered. Gives the typed answers and a fault for each value that is not usable.
 */
export const readAnswers = (
  questions: QuestionsFile,
  raw: Readonly<Record<string, AnswerValue | undefined>>,
): { answers: Answers; faults: readonly FieldFault[] } => {
  const answers: Record<string, AnswerValue> = {}
  const faults: FieldFault[] = []
  for (const question of questions.questions) {
    const entered = Object.hasOwn(raw, question.id) ? raw[question.id] : undefined
    if (entered === undefined || entered === '') continue
    const { value, fault } = read(question, entered)
    if (value !== undefined) answers[question.id] = value
    else faults.push({ path: `answers.${question.id}`, message: fault ?? '' })
  }
  return { answers, faults }
}
