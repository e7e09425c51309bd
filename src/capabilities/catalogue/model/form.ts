/**
 * The one form (一表): every fact that the chosen items need, asked once, with the items that use it.
 *
 * Values by field type: text, long-text, choice, uscc, project-code, date: a string; number, money (万元), area (m²): a
 * number; boolean: true or false; point: `{ lon, lat }` in degrees (CGCS2000); person-contact: `[name, phone]`.
 */
import type { z } from 'zod'
import type { FieldFault } from '../../../kernel/refusal.ts'
import { localDateSchema } from '../../../kernel/time.ts'
import type { Words } from '../../../kernel/words.ts'
import { isProjectCodeShape, isUscc } from './codes.ts'
import { versionTag } from './digest.ts'
import type { FormBlock, FormField, formFileSchema } from './schema.ts'

export type FormFile = z.infer<typeof formFileSchema>
export interface FormSection {
  readonly id: string
  readonly name: Words
  readonly block?: FormBlock | undefined
  /** `usedBy` holds only the chosen items. */
  readonly fields: readonly FormField[]
}
export interface Form {
  /** Changes whenever any field, choice or bound of this form changes. */
  readonly version: string
  readonly itemIds: readonly string[]
  readonly sections: readonly FormSection[]
}

/** Makes the form for items: each fact once, in the order of the sections. */
export const formFor = (file: FormFile, itemIds: readonly string[]): Form => {
  const chosen = [...new Set(itemIds)].sort()
  const used = file.fields
    .map((field) => ({ ...field, usedBy: field.usedBy.filter((id) => chosen.includes(id)) }))
    .filter((field) => field.usedBy.length > 0)
  const sections = file.sections
    .map((section) => ({ ...section, fields: used.filter((field) => field.section === section.id) }))
    .filter((section) => section.fields.length > 0)
  return { version: versionTag(sections), itemIds: chosen, sections }
}

/** Gives the block of every field: its own, else that of its section, else the applicant's. */
export const blocksOf = (form: Form): ReadonlyMap<string, FormBlock> =>
  new Map(
    form.sections.flatMap((section) =>
      section.fields.map((field): [string, FormBlock] => [field.id, field.block ?? section.block ?? 'owner']),
    ),
  )

/** Gives every field of a form in order. */
export const fieldsOf = (form: Form): readonly FormField[] => form.sections.flatMap((section) => section.fields)

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && value.trim() === '') ||
  (Array.isArray(value) && value.every(isEmpty))

type Check = (field: FormField, value: unknown) => string | null

const checkText: Check = ({ label, maxLength }, value) => {
  if (typeof value !== 'string') return `“${label.zh}”请填写文字`
  return maxLength !== null && value.length > maxLength ? `“${label.zh}”最多 ${maxLength} 个字,请精简` : null
}
const checkNumber: Check = ({ label, min, max, whole, unit }, value) => {
  const inUnit = unit === null || unit.zh === '' ? '' : ` ${unit.zh}`
  if (typeof value !== 'number' || !Number.isFinite(value)) return `“${label.zh}”请填写数字`
  if (whole && !Number.isInteger(value)) return `“${label.zh}”请填写整数`
  if (min !== null && value < min) return `“${label.zh}”不能小于 ${min}${inUnit},请重新填写`
  if (max !== null && value > max) return `“${label.zh}”不能大于 ${max}${inUnit},请检查单位是否填错`
  return null
}
const checkDate: Check = ({ label }, value) =>
  localDateSchema.safeParse(value).success ? null : `“${label.zh}”请填写真实日期,格式为 年-月-日,例如 2026-03-02`
const checkChoice: Check = ({ label, choices }, value) =>
  choices.some((choice) => choice.value === value) ? null : `“${label.zh}”请在所列选项中选择一项`
const checkBoolean: Check = ({ label }, value) =>
  typeof value === 'boolean' ? null : `“${label.zh}”请选择“是”或者“否”`
const checkUsccField: Check = ({ label }, value) =>
  typeof value === 'string' && isUscc(value) ? null : `“${label.zh}”应为 18 位并通过校验,请对照营业执照重新填写`
const checkProjectCode: Check = ({ label }, value) =>
  typeof value === 'string' && isProjectCodeShape(value)
    ? null
    : `“${label.zh}”格式不对,应为 24 个字符,例如 2509-320193-89-01-544060,请从投资项目在线审批监管平台复制`

const degrees = (value: unknown, key: 'lon' | 'lat'): number | null => {
  if (typeof value !== 'object' || value === null || !(key in value)) return null
  const part: unknown = Reflect.get(value, key)
  return typeof part === 'number' && Number.isFinite(part) ? part : null
}
/** Bounds of the country: a point outside has its numbers swapped or mistyped. */
const checkPoint: Check = ({ label }, value) => {
  const [lon, lat] = [degrees(value, 'lon'), degrees(value, 'lat')]
  if (lon === null || lat === null) return `“${label.zh}”请在地图上点选位置,或者填写经度和纬度`
  if (lon < 73 || lon > 136 || lat < 3 || lat > 54) return `“${label.zh}”不在国内,请检查经度和纬度是否填反`
  return null
}
const checkContact: Check = ({ label }, value) => {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'string' || typeof value[1] !== 'string')
    return `“${label.zh}”请填写姓名和联系电话`
  const [name, phone] = [value[0].trim(), value[1].trim()]
  if (name === '' || name.length > 60) return `“${label.zh}”请填写姓名`
  if (!/^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$/.test(phone))
    return `“${label.zh}”的联系电话不对,请填写 11 位手机号,或者带区号的座机,例如 023-67890000`
  return null
}

const checks: Readonly<Record<FormField['type'], Check>> = {
  text: checkText,
  'long-text': checkText,
  number: checkNumber,
  money: checkNumber,
  area: checkNumber,
  date: checkDate,
  choice: checkChoice,
  boolean: checkBoolean,
  uscc: checkUsccField,
  'project-code': checkProjectCode,
  point: checkPoint,
  'person-contact': checkContact,
}

const orderFault = (
  field: FormField,
  fields: readonly FormField[],
  answers: Readonly<Record<string, unknown>>,
): string | null => {
  const earlier = fields.find((other) => other.id === field.notBefore)
  const [first, second] = [earlier === undefined ? undefined : answers[earlier.id], answers[field.id]]
  if (earlier === undefined || typeof first !== 'string' || typeof second !== 'string') return null
  return second < first ? `“${field.label.zh}”不能早于“${earlier.label.zh}”,请检查两个日期` : null
}

/**
 * Checks answers against a form; each fault says what to do. `path` is 'answers.<field id>'. With `draft`, what is still
 * empty is no fault, only what is wrong. Answers that the form does not ask for are ignored.
 */
export const checkAnswers = (
  form: Form,
  answers: Readonly<Record<string, unknown>>,
  options: { readonly draft?: boolean } = {},
): readonly FieldFault[] => {
  const fields = fieldsOf(form)
  return fields.flatMap((field) => {
    const value = Object.hasOwn(answers, field.id) ? answers[field.id] : undefined
    const missing = isEmpty(value)
    const message = missing
      ? field.required && options.draft !== true
        ? `请填写“${field.label.zh}”`
        : null
      : (checks[field.type](field, value) ?? orderFault(field, fields, answers))
    return message === null ? [] : [{ path: `answers.${field.id}`, message }]
  })
}
