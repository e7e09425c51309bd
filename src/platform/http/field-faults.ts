/** Turns what a schema finds wrong into sentences for people: where it is and what to do, in Chinese or English. */
import type { z } from 'zod'
import type { FieldFault } from '../../kernel/refusal.ts'
import { type Language, say, type Words, words } from '../../kernel/words.ts'

type Issue = z.core.$ZodRawIssue

const typeWords: Readonly<Record<string, Words>> = {
  string: words('文字', 'text'),
  number: words('数字', 'a number'),
  int: words('整数', 'a whole number'),
  bigint: words('整数', 'a whole number'),
  boolean: words('是或否(true / false)', 'true or false'),
  array: words('列表', 'a list'),
  object: words('一组字段', 'a group of fields'),
  record: words('一组字段', 'a group of fields'),
  date: words('日期', 'a date'),
  null: words('空值', 'null'),
}
const formatWords: Readonly<Record<string, Words>> = {
  email: words('请填写有效的电子邮箱,例如 name@example.cn。', 'Enter a valid e-mail address, such as name@example.cn.'),
  url: words('请填写完整网址,例如 https://example.cn。', 'Enter a full web address, such as https://example.cn.'),
  uuid: words('编号格式不正确,请从列表中重新选择。', 'Not a valid identity; choose again from the list.'),
  datetime: words(
    '请填写带时区的时刻,例如 2026-03-02T09:00:00+08:00。',
    'Enter a moment with a zone, such as 2026-03-02T09:00:00+08:00.',
  ),
  date: words('请填写真实日期,格式为 YYYY-MM-DD。', 'Enter a real date as YYYY-MM-DD.'),
  time: words('请填写时间,格式为 HH:mm。', 'Enter a time as HH:mm.'),
}
const isCount = (origin: unknown): boolean => origin === 'array' || origin === 'set' || origin === 'map'

const tooSmall = (issue: Issue): Words => {
  const { minimum, inclusive = true, origin } = issue as { minimum: number; inclusive?: boolean; origin: string }
  if (origin === 'string')
    return Number(minimum) <= 1
      ? words('请填写此项。', 'Fill this in.')
      : words(`至少填写 ${minimum} 个字。`, `Enter at least ${minimum} characters.`)
  if (isCount(origin))
    return Number(minimum) <= 1
      ? words('请至少选择或填写一项。', 'Give at least one.')
      : words(`至少需要 ${minimum} 项。`, `Give at least ${minimum}.`)
  return inclusive
    ? words(`不能小于 ${minimum}。`, `Must be ${minimum} or more.`)
    : words(`必须大于 ${minimum}。`, `Must be more than ${minimum}.`)
}
const tooBig = (issue: Issue): Words => {
  const { maximum, inclusive = true, origin } = issue as { maximum: number; inclusive?: boolean; origin: string }
  if (origin === 'string') return words(`最多 ${maximum} 个字,请精简。`, `At most ${maximum} characters; shorten it.`)
  if (isCount(origin)) return words(`最多 ${maximum} 项,请删减。`, `At most ${maximum}; remove some.`)
  return inclusive
    ? words(`不能大于 ${maximum}。`, `Must be ${maximum} or less.`)
    : words(`必须小于 ${maximum}。`, `Must be less than ${maximum}.`)
}
const wrongType = (issue: Issue): Words => {
  if (issue.input === undefined || issue.input === null || issue.input === '')
    return words('请填写此项。', 'Fill this in.')
  const expected = String((issue as { expected?: unknown }).expected)
  const type = typeWords[expected] ?? words('正确的格式', 'the right format')
  return words(`格式不对,应填写${type.zh}。`, `Wrong format: give ${type.en}.`)
}
const wrongChoice = (issue: Issue): Words => {
  if (issue.input === undefined) return words('请选择此项。', 'Choose one.')
  const values = ((issue as { values?: readonly unknown[] }).values ?? []).map(String)
  if (values.length === 1) return words(`只能是 ${values[0]}。`, `Must be ${values[0]}.`)
  const shown = values.slice(0, 12).join('、')
  const more = values.length > 12 ? '…' : ''
  return words(`请从以下选项中选择:${shown}${more}。`, `Choose one of: ${values.slice(0, 12).join(', ')}${more}.`)
}
const sentenceOf = (issue: Issue): Words => {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue)
    case 'invalid_value':
      return wrongChoice(issue)
    case 'too_small':
      return tooSmall(issue)
    case 'too_big':
      return tooBig(issue)
    case 'invalid_format':
      return (
        formatWords[String((issue as { format?: unknown }).format)] ??
        words('格式不正确,请检查后重填。', 'Wrong format; check and enter it again.')
      )
    case 'not_multiple_of': {
      const divisor = String((issue as { divisor?: unknown }).divisor)
      return divisor === '1'
        ? words('请填写整数。', 'Enter a whole number.')
        : words(`必须是 ${divisor} 的倍数。`, `Must be a multiple of ${divisor}.`)
    }
    case 'unrecognized_keys': {
      const keys = ((issue as { keys?: readonly string[] }).keys ?? []).join(', ')
      return words(`没有这些字段,请删除:${keys}。`, `Unknown fields, remove them: ${keys}.`)
    }
    default:
      return words('填写的内容不符合要求,请检查后重填。', 'Not acceptable; check and enter it again.')
  }
}

/** The error map to give to a parse: sentences written in a schema itself win over it. */
export const errorMap =
  (language: Language): z.core.$ZodErrorMap =>
  (issue) =>
    say(sentenceOf(issue), language)

const dotted = (path: readonly PropertyKey[]): string => path.map(String).join('.')

/** Of a union that fits no branch, only the branch that came nearest is worth a person's time. */
const flatten = (issue: z.core.$ZodIssue, before: readonly PropertyKey[]): FieldFault[] => {
  const path = [...before, ...issue.path]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0)
    return [{ path: dotted(path), message: issue.message }]
  const depth = (branch: readonly z.core.$ZodIssue[]) => Math.max(0, ...branch.map((inner) => inner.path.length))
  const [nearest] = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)
  return (nearest ?? []).flatMap((inner) => flatten(inner, path))
}

/** Gives the faults of a failed parse, `prefix` before every path ('' for the body). */
export const fieldFaults = (error: z.ZodError, prefix = ''): readonly FieldFault[] =>
  error.issues.flatMap((issue) => flatten(issue as z.core.$ZodIssue, prefix === '' ? [] : [prefix])).slice(0, 200)
