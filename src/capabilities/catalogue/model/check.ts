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
    for (const id of ids) if (!sources.has(String(id))) report(where, `来源 ${String(id)} 不在来源表中`)
    if ((value.certainty === 'A' || value.certainty === 'B') && ids.length === 0)
      report(where, `确定性 ${value.certainty} 须写明来源`)
    if (!certainties.some((known) => known === value.certainty))
      report(where, `没有确定性等级 ${String(value.certainty)}`)
    if (value.certainty === 'E') report(where, '确定性 E 不能作为默认值')
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
  for (const ref of refsOf(condition)) if (!known.named.has(ref)) report(where, `没有名为 ${ref} 的情形`)
  for (const id of questionsOf(condition, known.named)) if (!known.questions.has(id)) report(where, `没有问题 ${id}`)
  for (const { question, values } of leafValues(condition)) {
    const asked = known.questions.get(question)
    for (const value of values) {
      const fits =
        asked?.type === 'boolean'
          ? typeof value === 'boolean'
          : asked?.type === 'number'
            ? typeof value === 'number'
            : asked?.choices.some((choice) => choice.value === value)
      if (asked !== undefined && fits !== true) report(where, `问题 ${question} 没有 ${String(value)} 这个答案`)
    }
  }
}

const checkLimit = (limit: Limit, where: string, known: Known, report: Report): void => {
  if (limit.citation.certainty === 'X' && limit.days !== null) report(where, '确定性 X 的数字须留空')
  if (limit.days === null && !needsVerification(limit.citation.certainty) && limit.citation.note === undefined)
    report(where, '没有天数,也没有说明原因')
  if ((limit.unit === 'immediate') !== (limit.days === 0)) report(where, '即时办结应为 0 天,0 天应为即时办结')
  for (const excluded of limit.excludedDays)
    if (!known.grounds.has(excluded.ground)) report(where, `没有法定事由 ${excluded.ground}`)
}

const checkItem = (item: ItemVersion, known: Known, report: Report): void => {
  const where = item.versionId
  if (item.versionId !== `${item.itemId}@${item.validFrom ?? ''}`) report(where, '版本编号应为“事项编号@施行日”')
  for (const code of [item.department, ...item.alsoDepartments])
    if (!known.departments.has(code)) report(where, `没有职能部门 ${code}`)
  checkLimit(item.limit, `${where}.limit`, known, report)
  const { promise, limit } = item
  if (promise.days !== null && promise.citation.certainty === 'X') report(where, '确定性 X 的承诺时限须留空')
  if (promise.days !== null && limit.days !== null && promise.unit === limit.unit && promise.days > limit.days)
    report(where, `承诺时限 ${promise.days} 天长于法定时限 ${limit.days} 天`)
  if (promise.days !== null && promise.unit !== limit.unit) report(where, '承诺时限与法定时限的单位不同')
  const { warnDays } = item
  if (warnDays !== undefined && limit.days !== null && warnDays > limit.days)
    report(where, `到期前 ${warnDays} 日预警早于开始:时限只有 ${limit.days} 天,请改小`)
  for (const { on, onKind } of item.prerequisites) {
    if (!(onKind === 'item' ? known.items : known.milestones).has(on)) report(where, `前置 ${on} 不存在`)
    if (on === item.itemId) report(where, '事项不能以自己为前置')
  }
  if (item.safety && item.deemedOnSilence) report(where, '涉及安全的事项,逾期不能视为同意')
  for (const rule of item.applies) checkCondition(rule.when, `${where}.applies`, known, report)
  for (const id of duplicates(item.materials.map((material) => material.id))) report(where, `材料 ${id} 重复`)
  for (const material of item.materials) {
    const here = material.id
    if (!material.id.startsWith(`${item.itemId}-M`)) report(here, '材料编号属于别的事项')
    if (material.isPrimary && material.deferrable !== 'N') report(here, '主审要件不可容缺')
    if (material.deferrable !== 'N' && material.deferrableNote === null) report(here, '可容缺的材料须写明补交期限')
    if ((material.required === 'conditional') !== (material.when !== null))
      report(here, '视情形提交的须写明情形,必须提交的不写')
    if (material.condition !== null) checkCondition(material.condition, here, known, report)
    if (material.fetchedFrom !== null && !known.items.has(material.fetchedFrom))
      report(here, `调取来源 ${material.fetchedFrom} 不是清单中的事项`)
  }
}

const checkVersions = (items: readonly ItemVersion[], report: Report): void => {
  for (const id of duplicates(items.map((item) => item.versionId))) report(id, '版本重复')
  for (const [index, a] of items.entries())
    for (const b of items.slice(index + 1)) {
      if (a.itemId !== b.itemId || a.versionId === b.versionId) continue
      const apart =
        (a.validTo !== null && b.validFrom !== null && a.validTo < b.validFrom) ||
        (b.validTo !== null && a.validFrom !== null && b.validTo < a.validFrom)
      if (!apart) report(a.versionId, `与 ${b.versionId} 的有效期重叠`)
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
      report(`${day} 有效的事项`, error instanceof Error ? error.message : String(error))
    }
  }
}

const checkQuestions = (data: CatalogueData, known: Known, report: Report): void => {
  const { questions, conditions, groups } = data.questions
  for (const id of duplicates(questions.map((question) => question.id))) report(id, '问题重复')
  for (const [index, question] of questions.entries()) {
    checkCondition(question.visibleWhen, question.id, known, report)
    const earlier = new Set(questions.slice(0, index).map((other) => other.id))
    for (const id of questionsOf(question.visibleWhen, known.named))
      if (!earlier.has(id)) report(question.id, `由 ${id} 引出,但该问题不在它之前`)
    if (!groups.some((group) => group.id === question.group)) report(question.id, `没有分组 ${question.group}`)
    if ((question.type === 'choice') !== question.choices.length > 0)
      report(question.id, '只有选择题才有选项,选择题必须有选项')
  }
  const seen = new Set<string>()
  for (const entry of conditions) {
    checkCondition(entry.condition, entry.id, known, report)
    for (const ref of refsOf(entry.condition)) if (!seen.has(ref)) report(entry.id, `引用了 ${ref},但它不在前面`)
    seen.add(entry.id)
  }
}

const checkForm = (data: CatalogueData, known: Known, report: Report): void => {
  const { sections, fields } = data.form
  for (const id of duplicates(fields.map((field) => field.id))) report(id, '字段重复')
  for (const field of fields) {
    if (!sections.some((section) => section.id === field.section)) report(field.id, `没有章节 ${field.section}`)
    for (const id of field.usedBy) if (!known.items.has(id)) report(field.id, `所列事项 ${id} 不在清单中`)
    for (const id of duplicates(field.usedBy)) report(field.id, `重复列出 ${id}`)
    if ((field.type === 'choice') !== field.choices.length > 0) report(field.id, '只有选择题才有选项,选择题必须有选项')
    if (field.type === 'person-contact' && !field.personal) report(field.id, '联系人属于个人信息,须标明')
    const earlier = field.notBefore === null ? undefined : fields.find((other) => other.id === field.notBefore)
    if (field.notBefore !== null && (earlier?.type !== 'date' || field.type !== 'date'))
      report(field.id, 'notBefore 须比较两个日期字段')
  }
}

const checkStagesAndThemes = (data: CatalogueData, known: Known, report: Report): void => {
  for (const stage of data.stages) {
    for (const lead of stage.lead) {
      checkCondition(lead.when, stage.id, known, report)
      if (!known.departments.has(lead.department)) report(stage.id, `没有职能部门 ${lead.department}`)
    }
    if (stage.clock !== null) checkLimit(stage.clock, `${stage.id}.clock`, known, report)
    for (const milestone of stage.milestones)
      for (const need of milestone.requires)
        if (!known.items.has(need.item)) report(milestone.id, `所需事项 ${need.item} 不在清单中`)
  }
  const themed = new Set<string>()
  for (const theme of data.themes) {
    checkCondition(theme.when, theme.id, known, report)
    if (!data.projectTypes.some((type) => type.code === theme.projectType))
      report(theme.id, `没有项目类型 ${theme.projectType}`)
    for (const { stage, items } of theme.stages)
      for (const id of items) {
        themed.add(id)
        if (!data.items.some((item) => item.itemId === id && item.stage === stage))
          report(theme.id, `${id} 不是 ${stage} 阶段的事项`)
      }
  }
  for (const id of known.items) if (!themed.has(id)) report(id, '未列入任何主题')
  for (const penalty of data.penalties)
    for (const id of penalty.items) if (!known.items.has(id)) report(penalty.id, `所列事项 ${id} 不在清单中`)
  for (const ground of data.legalGrounds)
    for (const id of ground.onlyFor) if (!known.items.has(id)) report(ground.id, `所列事项 ${id} 不在清单中`)
}

const checkJurisdictions = (data: CatalogueData, known: Known, report: Report): void => {
  const codes = data.jurisdictions.map((entry) => entry.code)
  for (const code of duplicates(codes)) report(code, '辖区重复')
  for (const entry of data.jurisdictions) {
    if (entry.succeededBy !== null && !codes.includes(entry.succeededBy))
      report(entry.code, `没有继任辖区 ${entry.succeededBy}`)
    for (const department of entry.departments)
      if (!known.departments.has(department.code)) report(entry.code, `没有职能部门 ${department.code}`)
    const day = entry.validFrom ?? entry.validTo ?? ('2025-01-01' as LocalDate)
    for (const code of known.departments)
      if (
        !entry.departments.some(
          (each) => each.code === code && (each.validFrom ?? day) <= day && day <= (each.validTo ?? day),
        )
      )
        report(entry.code, `职能 ${code} 没有承担机构`)
  }
}

/** Gives every fault of the data; an empty list means that it may be loaded. */
export const checkCatalogue = (data: CatalogueData): readonly CatalogueFault[] => {
  const faults: CatalogueFault[] = []
  const report: Report = (where, what) => faults.push({ where, what })
  const known = knownOf(data)
  for (const id of duplicates(data.sources.map((source) => source.id))) report(id, '来源重复')
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
