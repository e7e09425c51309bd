/**
 * The machine's check before submission: rules as data over the answers, the registers, the guide and the files. A rule
 * speaks only when everything that it reads is there; what is missing is the form's own matter. Pure.
 */
import { z } from 'zod'
import type { FieldFault } from '../../../kernel/refusal.ts'
import { needsVerification, sourceSchema } from '../../../kernel/sourced.ts'
import { fill, type Words, wordsSchema } from '../../../kernel/words.ts'
import type { Answers } from '../contract.ts'

const field = z.string().min(1)
const fieldTestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('linear'),
    left: z.array(field).min(1),
    op: z.enum(['eq', 'lte', 'gte']),
    right: z.array(field).min(1),
    /** In the unit of the fields. */
    tolerance: z.number().min(0).default(0),
    /** Share of the right side. */
    toleranceShare: z.number().min(0).max(1).default(0),
  }),
  z.strictObject({ kind: z.literal('ratio'), value: field, of: field, over: field, tolerance: z.number().min(0) }),
  z.strictObject({ kind: z.literal('with'), field, needs: field }),
  z.strictObject({ kind: z.literal('order'), earlier: field, later: field }),
  z.strictObject({ kind: z.literal('differ'), fields: z.tuple([field, field]) }),
  z.strictObject({
    kind: z.literal('same-code-same-name'),
    pairs: z.array(z.object({ code: field, name: field })).min(2),
  }),
  z.strictObject({ kind: z.literal('register'), field, of: z.enum(['applicant-uscc', 'project-code']) }),
  z.strictObject({ kind: z.literal('project-code-digit'), field }),
  z.strictObject({ kind: z.literal('guide'), field, question: z.string(), toleranceShare: z.number().min(0).max(1) }),
])
const fileTestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('duplicate') }),
  z.strictObject({ kind: z.literal('empty') }),
  z.strictObject({ kind: z.literal('pdf-encrypted') }),
  z.strictObject({ kind: z.literal('pdf-empty') }),
  z.strictObject({ kind: z.literal('pdf-unreadable') }),
  z.strictObject({ kind: z.literal('extension'), types: z.record(z.string(), z.array(z.string())) }),
  z.strictObject({
    kind: z.literal('accepts'),
    materials: z.array(z.string()).min(1),
    types: z.array(z.string()).min(1),
  }),
])
const ruleShape = {
  id: z.string().regex(/^[PF]-\d{2,3}$/),
  /** fault 须更正后才能提交 · warning 提示,不影响提交 */
  severity: z.enum(['fault', 'warning']),
  message: wordsSchema,
  source: sourceSchema,
}
const sound = (rule: { readonly severity: string; readonly source: z.infer<typeof sourceSchema> }): boolean =>
  rule.severity === 'warning' || !needsVerification(rule.source.certainty)
const unsound = { error: 'a rule whose source was not verified may warn, but not stop anybody' }
export const precheckRulesSchema = z.object({
  rules: z.array(z.object({ ...ruleShape, test: fieldTestSchema }).refine(sound, unsound)),
  files: z.array(z.object({ ...ruleShape, test: fileTestSchema }).refine(sound, unsound)),
})
export type PrecheckRules = z.infer<typeof precheckRulesSchema>
type FieldRule = PrecheckRules['rules'][number]
type FileRule = PrecheckRules['files'][number]

export interface PdfFacts {
  readonly readable: boolean
  readonly encrypted: boolean
  /** Null: could not be counted. */
  readonly pages: number | null
}
export interface CheckedFile {
  readonly materialId: string
  readonly materialName: Words
  readonly fileName: string
  readonly sizeBytes: number
  readonly mediaType: string
  readonly sha256: string
  /** Null: not looked into. */
  readonly pdf: PdfFacts | null
}
export interface Checked {
  readonly answers: Answers
  /** Fields of the form: a rule about others is silent. */
  readonly fields: ReadonlySet<string>
  readonly guideAnswers: Answers
  readonly registers: { readonly 'applicant-uscc': string | null; readonly 'project-code': string | null }
  readonly files: readonly CheckedFile[]
}
export interface Finding {
  readonly ruleId: string
  readonly severity: 'fault' | 'warning'
  readonly message: Words
  /** 'field:<id>' or 'material:<id>': where to go. */
  readonly anchors: readonly string[]
  readonly basis: string
  readonly certainty: FieldRule['source']['certainty']
}

interface Broken {
  readonly fields: readonly string[]
  readonly facts: Readonly<Record<string, string | number>>
}
const numberOf = (checked: Checked, id: string): number | null => {
  const value = checked.fields.has(id) ? checked.answers[id] : undefined
  return typeof value === 'number' ? value : null
}
const textOf = (checked: Checked, id: string): string | null => {
  const value = checked.fields.has(id) ? checked.answers[id] : undefined
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}
const sum = (checked: Checked, ids: readonly string[]): number | null =>
  ids.reduce<number | null>((total, id) => {
    const value = numberOf(checked, id)
    return total === null || value === null ? null : total + value
  }, 0)
const round = (value: number): number => Math.round(value * 100) / 100

/** Check digit over the first 19 digits by ISO 7064 MOD 11,10. */
const digitOf = (digits: string): number => {
  let product = 10
  for (const digit of digits) {
    const step = (product + Number(digit)) % 10
    product = ((step === 0 ? 10 : step) * 2) % 11
  }
  return (11 - product) % 10
}

const linear = (test: Extract<FieldRule['test'], { kind: 'linear' }>, checked: Checked): Broken | null => {
  const [left, right] = [sum(checked, test.left), sum(checked, test.right)]
  if (left === null || right === null) return null
  const slack = test.tolerance + Math.abs(right) * test.toleranceShare
  const holds =
    test.op === 'eq'
      ? Math.abs(left - right) <= slack
      : test.op === 'lte'
        ? left <= right + slack
        : left >= right - slack
  return holds ? null : { fields: [...test.left, ...test.right], facts: { left: round(left), right: round(right) } }
}
const sameCode = (
  test: Extract<FieldRule['test'], { kind: 'same-code-same-name' }>,
  checked: Checked,
): Broken | null => {
  for (const [index, pair] of test.pairs.entries()) {
    const [code, name] = [textOf(checked, pair.code), textOf(checked, pair.name)]
    if (code === null || name === null) continue
    for (const other of test.pairs.slice(index + 1)) {
      const otherName = textOf(checked, other.name)
      if (textOf(checked, other.code)?.toUpperCase() === code.toUpperCase() && otherName !== null && otherName !== name)
        return {
          fields: [pair.code, pair.name, other.code, other.name],
          facts: { left: code, right: `${name}、${otherName}` },
        }
    }
  }
  return null
}
const broken = (test: FieldRule['test'], checked: Checked): Broken | null => {
  switch (test.kind) {
    case 'linear':
      return linear(test, checked)
    case 'ratio': {
      const [value, of, over] = [test.value, test.of, test.over].map((id) => numberOf(checked, id))
      if (typeof value !== 'number' || typeof of !== 'number' || typeof over !== 'number' || over <= 0) return null
      return Math.abs(value - of / over) <= test.tolerance
        ? null
        : { fields: [test.value, test.of, test.over], facts: { left: value, right: round(of / over) } }
    }
    case 'with': {
      const [value, needed] = [numberOf(checked, test.field), numberOf(checked, test.needs)]
      if (value === null || needed === null || value <= 0 || needed > 0) return null
      return { fields: [test.field, test.needs], facts: { left: value, right: needed } }
    }
    case 'order': {
      const [first, second] = [textOf(checked, test.earlier), textOf(checked, test.later)]
      if (first === null || second === null || first <= second) return null
      return { fields: [test.later, test.earlier], facts: { left: first, right: second } }
    }
    case 'differ': {
      const [a, b] = test.fields.map((id) => textOf(checked, id))
      if (typeof a !== 'string' || typeof b !== 'string' || a.toUpperCase() !== b.toUpperCase()) return null
      return { fields: test.fields, facts: { left: a, right: b } }
    }
    case 'same-code-same-name':
      return sameCode(test, checked)
    case 'register': {
      const [typed, known] = [textOf(checked, test.field), checked.registers[test.of]]
      if (typed === null || known === null || known === '' || typed.toUpperCase() === known.toUpperCase()) return null
      return { fields: [test.field], facts: { left: typed, right: known } }
    }
    case 'project-code-digit': {
      const code = textOf(checked, test.field)
      const digits = code?.replaceAll('-', '') ?? ''
      if (code === null || !/^\d{20}$/.test(digits) || digitOf(digits.slice(0, 19)) === Number(digits[19])) return null
      return { fields: [test.field], facts: { left: code } }
    }
    case 'guide': {
      const [typed, told] = [numberOf(checked, test.field), checked.guideAnswers[test.question]]
      if (typed === null || typeof told !== 'number') return null
      if (Math.abs(typed - told) <= Math.abs(told) * test.toleranceShare) return null
      return { fields: [test.field], facts: { left: typed, right: told } }
    }
  }
}

const extensionOf = (name: string): string => /\.([^.\s]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
/** The files that break a rule, one group for each finding. */
const brokenFiles = (test: FileRule['test'], files: readonly CheckedFile[]): readonly (readonly CheckedFile[])[] => {
  const each = (breaks: (file: CheckedFile) => boolean) => files.filter(breaks).map((file) => [file])
  switch (test.kind) {
    case 'duplicate': {
      const groups = new Map<string, CheckedFile[]>()
      for (const file of files) groups.set(file.sha256, [...(groups.get(file.sha256) ?? []), file])
      return [...groups.values()].filter((group) => new Set(group.map((file) => file.materialId)).size > 1)
    }
    case 'empty':
      return each((file) => file.sizeBytes === 0)
    case 'pdf-encrypted':
      return each((file) => file.pdf?.encrypted === true)
    case 'pdf-empty':
      return each((file) => file.pdf !== null && file.pdf.readable && !file.pdf.encrypted && file.pdf.pages === 0)
    case 'pdf-unreadable':
      return each((file) => file.pdf !== null && !file.pdf.readable)
    case 'extension':
      return each((file) => {
        const fitting = test.types[extensionOf(file.fileName)]
        return fitting !== undefined && !fitting.includes(file.mediaType)
      })
    case 'accepts':
      return each((file) => test.materials.includes(file.materialId) && !test.types.includes(file.mediaType))
  }
}

const worded = (message: Words, facts: Readonly<Record<string, unknown>>): Words => ({
  zh: fill(message.zh, facts),
  en: fill(message.en, facts),
})
/** Applies the rules; faults come before warnings, each kind in the order of the data. */
export const precheck = (rules: PrecheckRules, checked: Checked): readonly Finding[] => {
  const findings: Finding[] = []
  for (const rule of rules.rules) {
    const found = broken(rule.test, checked)
    if (found !== null)
      findings.push({
        ruleId: rule.id,
        severity: rule.severity,
        message: worded(rule.message, found.facts),
        anchors: found.fields.map((id) => `field:${id}`),
        basis: rule.source.basis,
        certainty: rule.source.certainty,
      })
  }
  for (const rule of rules.files)
    for (const group of brokenFiles(rule.test, checked.files)) {
      const [first] = group
      if (first === undefined) continue
      findings.push({
        ruleId: rule.id,
        severity: rule.severity,
        message: worded(rule.message, {
          file: first.fileName,
          type: first.mediaType,
          material: first.materialName.zh,
          materials: [...new Set(group.map((file) => file.materialName.zh))].join('、'),
        }),
        anchors: [...new Set(group.map((file) => `material:${file.materialId}`))],
        basis: rule.source.basis,
        certainty: rule.source.certainty,
      })
    }
  return findings.sort((a, b) => (a.severity === b.severity ? 0 : a.severity === 'fault' ? -1 : 1))
}

/** The anchors of a rule about the order of two dates, as one word. */
export const orderKey = (earlier: string, later: string): string => `field:${later} field:${earlier}`
export const keyOfFinding = (finding: Finding): string => finding.anchors.join(' ')
/**
 * The findings that stop a submission, each at the first place that it names. What the form itself says of two dates
 * (`saidByForm`, by `orderKey`) is not said twice.
 */
export const findingFaults = (
  findings: readonly Finding[],
  saidByForm: ReadonlySet<string> = new Set(),
): readonly FieldFault[] =>
  findings
    .filter((finding) => finding.severity === 'fault' && !saidByForm.has(keyOfFinding(finding)))
    .map((finding) => {
      const [kind, id = ''] = (finding.anchors[0] ?? '').split(':')
      return { path: `${kind === 'material' ? 'materials' : 'answers'}.${id}`, message: finding.message.zh }
    })
