/**
 * Rules of consultation as data (`data/approvals/rules.json`, key `consultation`): which departments to ask and why, which
 * facts are material, and the days of what happens beside an opinion. Every figure carries its source.
 */
import { z } from 'zod'
import { holdsOn, sourceSchema, validitySchema } from '../../../../kernel/sourced.ts'
import type { LocalDate } from '../../../../kernel/time.ts'
import { type Words, wordsSchema } from '../../../../kernel/words.ts'
import { type Condition, conditionSchema } from '../../../catalogue/contract.ts'
import { procedureKindSchema } from '../../contract/consultation.ts'

const days = z.number().int().min(1)
const sourcedDays = z.object({ days, source: sourceSchema })

export const suggestionRuleSchema = z
  .object({
    id: z.string(),
    /** Items for which the department is suggested. */
    items: z.array(z.string()).min(1),
    /** Over the answers of the guide ('eia'), of the form ('form.buildingHeight') and the register ('project.projectType'). */
    when: conditionSchema,
    department: z.string(),
    reason: wordsSchema,
    source: sourceSchema,
  })
  .extend(validitySchema.shape)
export type SuggestionRule = z.infer<typeof suggestionRuleSchema>

export const materialRuleSchema = z.object({
  id: z.string(),
  /** Items whose opinions it concerns; empty = all. */
  items: z.array(z.string()),
  fields: z.array(z.string()),
  /** Materials by id, or '*' for every one. */
  materials: z.union([z.literal('*'), z.array(z.string())]),
  /** 'must': the opinion is asked again before a draft; 'may': the lead decides. */
  effect: z.enum(['must', 'may']),
  reason: wordsSchema,
  source: sourceSchema,
})
export type MaterialRule = z.infer<typeof materialRuleSchema>

export const procedureRuleSchema = z.object({
  kind: procedureKindSchema,
  name: wordsSchema,
  /** Legal ground of the catalogue; the catalogue says whether the clock stands still on it. */
  ground: z.string(),
  /** Most workdays that may be announced; an item's own figure goes before. */
  maxDays: days,
  source: sourceSchema,
})
export type SpecialProcedureRule = z.infer<typeof procedureRuleSchema>

export const consultationRulesSchema = z.object({
  suggestions: z.array(suggestionRuleSchema),
  alsoDepartments: z.object({ reason: wordsSchema, source: sourceSchema }),
  materialFacts: z.array(materialRuleSchema),
  /** Workdays for the applicant to answer, and the least that a department has when the answer comes back. */
  information: z.object({ days, leastDaysOnReturn: days, source: sourceSchema }),
  /** Workdays in which a conflict of opinions is mediated. */
  conflict: sourcedDays,
  /** 行政许可法 47, 48: request within, hold within, notice before; all in workdays (82). */
  hearing: z.object({ request: sourcedDays, hold: sourcedDays, notice: sourcedDays }),
  procedures: z.array(procedureRuleSchema),
  /** Workdays after the announced end until the supervisor is told that no end was recorded. */
  endMissing: z.object({ graceDays: days, source: sourceSchema }),
})
export type ConsultationRules = z.infer<typeof consultationRulesSchema>

/** A department that the rules name for an item, and why. */
export interface Suggestion {
  readonly department: string
  /** 'unknown': facts are missing; the lead judges. */
  readonly certain: 'yes' | 'unknown'
  readonly ruleId: string
  readonly reason: Words
  readonly basis: string
  readonly certainty: string
}
export interface SuggestInput {
  readonly itemId: string
  readonly department: string
  /** Assisting departments of the catalogue. */
  readonly also: readonly string[]
  readonly day: LocalDate
  readonly truth: (condition: Condition) => 'yes' | 'no' | 'unknown'
}

/**
 * Gives the departments to ask about an item, each once, with the first reason that holds; certain ones before those that
 * depend on facts not given. The item's own department is never among them.
 */
export const suggestDepartments = (rules: ConsultationRules, input: SuggestInput): readonly Suggestion[] => {
  const found: Suggestion[] = input.also.map((department) => ({
    department,
    certain: 'yes',
    ruleId: 'catalogue',
    reason: rules.alsoDepartments.reason,
    basis: rules.alsoDepartments.source.basis,
    certainty: rules.alsoDepartments.source.certainty,
  }))
  for (const rule of rules.suggestions) {
    if (!rule.items.includes(input.itemId) || !holdsOn(rule, input.day)) continue
    const truth = input.truth(rule.when)
    if (truth === 'no') continue
    found.push({
      department: rule.department,
      certain: truth,
      ruleId: rule.id,
      reason: rule.reason,
      basis: rule.source.basis,
      certainty: rule.source.certainty,
    })
  }
  const sorted = [
    ...found.filter((each) => each.certain === 'yes'),
    ...found.filter((each) => each.certain === 'unknown'),
  ]
  const seen = new Set<string>([input.department])
  return sorted.filter((each) => !seen.has(each.department) && seen.add(each.department) !== undefined)
}

export interface Departure {
  readonly department: string
  readonly reason: string
}
export interface Departures {
  readonly added: readonly Departure[]
  readonly dropped: readonly Departure[]
  /** Departments for which a reason is still owed. */
  readonly owed: readonly string[]
}
/**
 * Compares what the lead asks with what the rules suggest. Dropping a certain suggestion needs a reason; adding a department
 * needs one where the rules suggest others. `asked`: departments that were asked before: they are neither.
 */
export const departuresFrom = (
  suggested: readonly Suggestion[],
  chosen: readonly string[],
  asked: ReadonlySet<string>,
  reasons: Readonly<Record<string, string>>,
): Departures => {
  const certain = suggested.filter((each) => each.certain === 'yes')
  const named = new Set(suggested.map((each) => each.department))
  const reasonOf = (department: string): string => (reasons[department] ?? '').trim()
  const withReason = (departments: readonly string[]): Departure[] =>
    departments.map((department) => ({ department, reason: reasonOf(department) }))
  const dropped = withReason(
    certain.map((each) => each.department).filter((code) => !chosen.includes(code) && !asked.has(code)),
  )
  const added = withReason(chosen.filter((code) => !named.has(code) && !asked.has(code)))
  const owed = [...dropped, ...(certain.length > 0 ? added : [])].flatMap((each) =>
    each.reason === '' ? [each.department] : [],
  )
  return { added, dropped, owed }
}

/** What a department saw: anchor ('field:x', 'material:y') to digest. */
export type FactDigests = Readonly<Record<string, string>>
/** Anchors that differ between two moments, sorted. */
export const changedAnchors = (before: FactDigests, after: FactDigests): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((anchor) => before[anchor] !== after[anchor])
    .sort()

/** Says whether changed anchors oblige the lead to ask again about an item, and on which rule. */
export const mustAskAgain = (
  rules: ConsultationRules,
  itemId: string,
  changed: readonly string[],
): MaterialRule | null =>
  rules.materialFacts.find(
    (rule) =>
      rule.effect === 'must' &&
      (rule.items.length === 0 || rule.items.includes(itemId)) &&
      changed.some((anchor) => {
        const [kind, id] = [anchor.slice(0, anchor.indexOf(':')), anchor.slice(anchor.indexOf(':') + 1)]
        if (kind === 'material') return rule.materials === '*' || rule.materials.includes(id)
        return rule.fields.includes(id)
      }),
  ) ?? null
