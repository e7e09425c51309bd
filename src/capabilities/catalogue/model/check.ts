/** Checks the catalogue data as a whole: what no schema of a single record can see. Used when loading and by the tests. */
import { certainties, needsVerification } from '../../../kernel/sourced.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import { type Condition, questionsOf, refsOf } from './conditions.ts'
import { milestonesOf, planOrder } from './order.ts'
import type { CatalogueData, ItemVersion, Limit } from './schema.ts'

/** A fault of the data: where it is and what is wrong. */
export interface CatalogueFault {
  readonly where: string
  readonly what: string
}
type Report = (where: string, what: string) => void
interface Known {
  readonly items: ReadonlySet<string>
  readonly departments: ReadonlySet<string>
  readonly grounds: ReadonlySet<string>
  readonly milestones: ReadonlySet<string>
  readonly named: ReadonlyMap<string, Condition>
  readonly questions: ReadonlyMap<string, CatalogueData['questions']['questions'][number]>
}

const knownOf = (data: CatalogueData): Known => ({
  items: new Set(data.items.map((item) => item.itemId)),
  departments: new Set(data.departmentRoles.map((role) => role.code)),
  grounds: new Set(data.legalGrounds.map((ground) => ground.id)),
  milestones: new Set(milestonesOf(data.stages).keys()),
  named: new Map(data.questions.conditions.map((entry) => [entry.id, entry.condition])),
  questions: new Map(data.questions.questions.map((question) => [question.id, question])),
})

const duplicates = (ids: readonly string[]): readonly string[] => ids.filter((id, index) => ids.indexOf(id) !== index)

/** Walks to every citation: an object with `basis` and `certainty`. */
const checkCitations = (value: unknown, where: string, sources: ReadonlySet<string>, report: Report): void => {
  if (typeof value !== 'object' || value === null) return
  if ('basis' in value && 'certainty' in value) {
    const ids = 'sourceIds' in value && Array.isArray(value.sourceIds) ? value.sourceIds : []
    for (const id of ids) if (!sources.has(String(id))) report(where, `unknown source ${String(id)}`)
    if ((value.certainty === 'A' || value.certainty === 'B') && ids.length === 0)
      report(where, `certainty ${value.certainty} without a source`)
    if (!certainties.some((known) => known === value.certainty))
      report(where, `unknown certainty ${String(value.certainty)}`)
    if (value.certainty === 'E') report(where, 'certainty E may not be used as a default')
    return
  }
  for (const [key, part] of Object.entries(value)) checkCitations(part, `${where}.${key}`, sources, report)
}

const leafValues = (condition: Condition): readonly { question: string; values: readonly unknown[] }[] => {
  if ('all' in condition) return condition.all.flatMap(leafValues)
  if ('any' in condition) return condition.any.flatMap(leafValues)
  if ('not' in condition) return leafValues(condition.not)
  if ('eq' in condition) return [{ question: condition.question, values: [condition.eq] }]
  if ('in' in condition) return [{ question: condition.question, values: condition.in }]
  return []
}
const checkCondition = (condition: Condition, where: string, known: Known, report: Report): void => {
  for (const ref of refsOf(condition)) if (!known.named.has(ref)) report(where, `unknown condition ${ref}`)
  for (const id of questionsOf(condition, known.named))
    if (!known.questions.has(id)) report(where, `unknown question ${id}`)
  for (const { question, values } of leafValues(condition)) {
    const asked = known.questions.get(question)
    for (const value of values) {
      const fits =
        asked?.type === 'boolean'
          ? typeof value === 'boolean'
          : asked?.type === 'number'
            ? typeof value === 'number'
            : asked?.choices.some((choice) => choice.value === value)
      if (asked !== undefined && fits !== true)
        report(where, `question ${question} can never be answered ${String(value)}`)
    }
  }
}

const checkLimit = (limit: Limit, where: string, known: Known, report: Report): void => {
  if (limit.citation.certainty === 'X' && limit.days !== null) report(where, 'a figure of certainty X must stay empty')
  if (limit.days === null && !needsVerification(limit.citation.certainty) && limit.citation.note === undefined)
    report(where, 'no figure, and nothing says why')
  if ((limit.unit === 'immediate') !== (limit.days === 0)) report(where, 'immediate means 0 days, and 0 days immediate')
  for (const excluded of limit.excludedDays)
    if (!known.grounds.has(excluded.ground)) report(where, `unknown legal ground ${excluded.ground}`)
}

const checkItem = (item: ItemVersion, known: Known, report: Report): void => {
  const where = item.versionId
  if (item.versionId !== `${item.itemId}@${item.validFrom ?? ''}`) report(where, 'the version id is not item@validFrom')
  for (const code of [item.department, ...item.alsoDepartments])
    if (!known.departments.has(code)) report(where, `unknown department ${code}`)
  checkLimit(item.limit, `${where}.limit`, known, report)
  const { promise, limit } = item
  if (promise.days !== null && promise.citation.certainty === 'X')
    report(where, 'a promise of certainty X must stay empty')
  if (promise.days !== null && limit.days !== null && promise.unit === limit.unit && promise.days > limit.days)
    report(where, `the promise of ${promise.days} days is longer than the law's ${limit.days}`)
  if (promise.days !== null && promise.unit !== limit.unit) report(where, 'promise and law count in different units')
  const { warnDays } = item
  if (warnDays !== undefined && limit.days !== null && warnDays > limit.days)
    report(where, `a warning ${warnDays} days before the end is earlier than the beginning (limit ${limit.days})`)
  for (const { on, onKind } of item.prerequisites) {
    if (!(onKind === 'item' ? known.items : known.milestones).has(on))
      report(where, `prerequisite ${on} does not exist`)
    if (on === item.itemId) report(where, 'an item cannot wait for itself')
  }
  if (item.safety && item.deemedOnSilence) report(where, 'silence never counts as consent where safety is touched')
  for (const rule of item.applies) checkCondition(rule.when, `${where}.applies`, known, report)
  for (const id of duplicates(item.materials.map((material) => material.id)))
    report(where, `material ${id} occurs twice`)
  for (const material of item.materials) {
    const here = material.id
    if (!material.id.startsWith(`${item.itemId}-M`)) report(here, 'the material belongs to another item')
    if (material.isPrimary && material.deferrable !== 'N') report(here, 'a primary document is never deferrable')
    if (material.deferrable !== 'N' && material.deferrableNote === null)
      report(here, 'says not until when it may follow')
    if ((material.required === 'conditional') !== (material.when !== null))
      report(here, 'conditional needs its words, always has none')
    if (material.condition !== null) checkCondition(material.condition, here, known, report)
    if (material.fetchedFrom !== null && !known.items.has(material.fetchedFrom))
      report(here, `fetched from unknown item ${material.fetchedFrom}`)
  }
}

const checkVersions = (items: readonly ItemVersion[], report: Report): void => {
  for (const id of duplicates(items.map((item) => item.versionId))) report(id, 'the version occurs twice')
  for (const [index, a] of items.entries())
    for (const b of items.slice(index + 1)) {
      if (a.itemId !== b.itemId || a.versionId === b.versionId) continue
      const apart =
        (a.validTo !== null && b.validFrom !== null && a.validTo < b.validFrom) ||
        (b.validTo !== null && a.validFrom !== null && b.validTo < a.validFrom)
      if (!apart) report(a.versionId, `holds on the same days as ${b.versionId}`)
    }
}

/** On every day on which something changes, the items in force must not wait for each other in a circle. */
const checkCircles = (data: CatalogueData, report: Report): void => {
  const days = [...new Set(data.items.flatMap((item) => (item.validFrom === null ? [] : [item.validFrom])))]
  for (const day of days) {
    const items = data.items.filter((item) => (item.validFrom ?? day) <= day && day <= (item.validTo ?? day))
    try {
      planOrder(items, data.stages)
    } catch (error) {
      report(`items in force on ${day}`, error instanceof Error ? error.message : String(error))
    }
  }
}

const checkQuestions = (data: CatalogueData, known: Known, report: Report): void => {
  const { questions, conditions, groups } = data.questions
  for (const id of duplicates(questions.map((question) => question.id))) report(id, 'the question occurs twice')
  for (const [index, question] of questions.entries()) {
    checkCondition(question.visibleWhen, question.id, known, report)
    const earlier = new Set(questions.slice(0, index).map((other) => other.id))
    for (const id of questionsOf(question.visibleWhen, known.named))
      if (!earlier.has(id)) report(question.id, `is shown by ${id}, which is not asked before it`)
    if (!groups.some((group) => group.id === question.group)) report(question.id, `unknown group ${question.group}`)
    if ((question.type === 'choice') !== question.choices.length > 0) report(question.id, 'only a choice has choices')
  }
  const seen = new Set<string>()
  for (const entry of conditions) {
    checkCondition(entry.condition, entry.id, known, report)
    for (const ref of refsOf(entry.condition))
      if (!seen.has(ref)) report(entry.id, `refers to ${ref}, which does not stand before it`)
    seen.add(entry.id)
  }
}

const checkForm = (data: CatalogueData, known: Known, report: Report): void => {
  const { sections, fields } = data.form
  for (const id of duplicates(fields.map((field) => field.id))) report(id, 'the field occurs twice')
  for (const field of fields) {
    if (!sections.some((section) => section.id === field.section)) report(field.id, `unknown section ${field.section}`)
    for (const id of field.usedBy) if (!known.items.has(id)) report(field.id, `used by unknown item ${id}`)
    for (const id of duplicates(field.usedBy)) report(field.id, `names ${id} twice`)
    if ((field.type === 'choice') !== field.choices.length > 0) report(field.id, 'only a choice has choices')
    if (field.type === 'person-contact' && !field.personal) report(field.id, 'a contact is personal data')
    const earlier = field.notBefore === null ? undefined : fields.find((other) => other.id === field.notBefore)
    if (field.notBefore !== null && (earlier?.type !== 'date' || field.type !== 'date'))
      report(field.id, 'notBefore needs two dates')
  }
}

const checkStagesAndThemes = (data: CatalogueData, known: Known, report: Report): void => {
  for (const stage of data.stages) {
    for (const lead of stage.lead) {
      checkCondition(lead.when, stage.id, known, report)
      if (!known.departments.has(lead.department)) report(stage.id, `unknown department ${lead.department}`)
    }
    if (stage.clock !== null) checkLimit(stage.clock, `${stage.id}.clock`, known, report)
    for (const milestone of stage.milestones)
      for (const need of milestone.requires)
        if (!known.items.has(need.item)) report(milestone.id, `requires unknown item ${need.item}`)
  }
  const themed = new Set<string>()
  for (const theme of data.themes) {
    checkCondition(theme.when, theme.id, known, report)
    if (!data.projectTypes.some((type) => type.code === theme.projectType))
      report(theme.id, `unknown project type ${theme.projectType}`)
    for (const { stage, items } of theme.stages)
      for (const id of items) {
        themed.add(id)
        if (!data.items.some((item) => item.itemId === id && item.stage === stage))
          report(theme.id, `${id} is not an item of ${stage}`)
      }
  }
  for (const id of known.items) if (!themed.has(id)) report(id, 'is in no theme')
  for (const penalty of data.penalties)
    for (const id of penalty.items) if (!known.items.has(id)) report(penalty.id, `names unknown item ${id}`)
  for (const ground of data.legalGrounds)
    for (const id of ground.onlyFor) if (!known.items.has(id)) report(ground.id, `names unknown item ${id}`)
}

const checkJurisdictions = (data: CatalogueData, known: Known, report: Report): void => {
  const codes = data.jurisdictions.map((entry) => entry.code)
  for (const code of duplicates(codes)) report(code, 'the jurisdiction occurs twice')
  for (const entry of data.jurisdictions) {
    if (entry.succeededBy !== null && !codes.includes(entry.succeededBy))
      report(entry.code, `successor ${entry.succeededBy} is unknown`)
    for (const department of entry.departments)
      if (!known.departments.has(department.code)) report(entry.code, `unknown department ${department.code}`)
    const day = entry.validFrom ?? entry.validTo ?? ('2025-01-01' as LocalDate)
    for (const code of known.departments)
      if (
        !entry.departments.some(
          (each) => each.code === code && (each.validFrom ?? day) <= day && day <= (each.validTo ?? day),
        )
      )
        report(entry.code, `nobody fills the role ${code}`)
  }
}

/** Gives every fault of the data; an empty list means that it may be loaded. */
export const checkCatalogue = (data: CatalogueData): readonly CatalogueFault[] => {
  const faults: CatalogueFault[] = []
  const report: Report = (where, what) => faults.push({ where, what })
  const known = knownOf(data)
  for (const id of duplicates(data.sources.map((source) => source.id))) report(id, 'the source occurs twice')
  checkCitations(data, 'data', new Set(data.sources.map((source) => source.id)), report)
  for (const item of data.items) checkItem(item, known, report)
  checkVersions(data.items, report)
  checkCircles(data, report)
  checkQuestions(data, known, report)
  checkForm(data, known, report)
  checkStagesAndThemes(data, known, report)
  checkJurisdictions(data, known, report)
  return faults
}
