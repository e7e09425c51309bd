/** A field of the one form as the desk needs it: the shape that the catalogue serves. */
import type { Answers } from '../../capabilities/approvals/contract.ts'
import { type Fen, yuanText } from '../../kernel/money.ts'
import type { Language, Words } from '../../kernel/words.ts'

export type Answer = Answers[string]

export interface FormFieldView {
  readonly id: string
  readonly section: string
  readonly label: Words
  readonly help: Words | null
  readonly type: string
  readonly unit: Words | null
  readonly required: boolean
  readonly min: number | null
  readonly max: number | null
  readonly whole: boolean
  readonly maxLength: number | null
  readonly choices: readonly { readonly value: string; readonly label: Words }[]
}

const isPoint = (answer: Answer): answer is { lon: number; lat: number } =>
  typeof answer === 'object' && answer !== null && !Array.isArray(answer)

/** Gives the text of an answer for people; '' when there is none. */
export const answerText = (field: FormFieldView, answer: Answer | undefined, language: Language): string => {
  if (answer === undefined || answer === null || answer === '') return ''
  const unit = field.unit === null ? '' : ` ${field.unit[language]}`
  if (typeof answer === 'boolean') return language === 'zh' ? (answer ? '是' : '否') : answer ? 'Yes' : 'No'
  if (typeof answer === 'number') return field.type === 'fen' ? yuanText(answer as Fen) : `${answer}${unit}`
  if (isPoint(answer)) return `${answer.lon.toFixed(6)}, ${answer.lat.toFixed(6)}`
  const nameOf = (value: string) => field.choices.find((choice) => choice.value === value)?.label[language] ?? value
  if (Array.isArray(answer)) return answer.map(nameOf).join('、')
  return field.choices.length > 0 ? nameOf(answer) : `${answer}${unit}`
}

/** Gives the text of an answer to a question that the form no longer asks: its choices and unit are not known. */
export const answerAsGiven = (answer: Answer | undefined, language: Language): string => {
  if (answer === undefined || answer === null) return ''
  if (typeof answer === 'boolean') return language === 'zh' ? (answer ? '是' : '否') : answer ? 'Yes' : 'No'
  if (Array.isArray(answer)) return answer.join('、')
  return isPoint(answer) ? `${answer.lon.toFixed(6)}, ${answer.lat.toFixed(6)}` : String(answer)
}

/** Says whether two answers say the same; absent, null and '' are all "no answer". */
export const sameAnswer = (a: Answer | undefined, b: Answer | undefined): boolean => {
  const clean = (value: Answer | undefined) => (value === undefined || value === '' ? null : value)
  const left = clean(a)
  const right = clean(b)
  if (left === null || right === null) return left === right
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((part, index) => part === right[index])
  if (isPoint(left) && isPoint(right)) return left.lon === right.lon && left.lat === right.lat
  return left === right
}
