/** Words of the catalogue pages. */
import type { Certainty } from '../../../kernel/sourced.ts'
import { type Language, say, type Words, words } from '../../../kernel/words.ts'
import type { DayUnit, HoldKind, ItemKind, Limit, Material } from '../contract.ts'

export const kindWords: Readonly<Record<ItemKind, Words>> = {
  permit: words('审批(许可)', 'Permit'),
  filing: words('备案、登记', 'Filing'),
  'technical-review': words('技术审查', 'Technical review'),
  opinion: words('征求意见、确认', 'Opinion or confirmation'),
  self: words('自主办理', 'Done by the developer'),
  service: words('公用服务', 'Utility service'),
}
export const unitWords: Readonly<Record<DayUnit, Words>> = {
  workday: words('个工作日', 'working days'),
  'calendar-day': words('日(自然日)', 'calendar days'),
  immediate: words('即时办结', 'at once'),
}
export const dutyUnitWords = {
  workday: words('个工作日', 'working days'),
  'calendar-day': words('日', 'days'),
  hour: words('小时', 'hours'),
  month: words('个月', 'months'),
  year: words('年', 'years'),
} as const
export const holdWords: Readonly<Record<HoldKind, Words>> = {
  'before-acceptance': words('受理前', 'before acceptance'),
  'before-decision': words('作出决定前', 'before the decision'),
  'before-construction': words('开工前', 'before construction starts'),
  'before-production': words('投产使用前', 'before use'),
}
export const formWords: Readonly<Record<Material['form'], Words>> = {
  electronic: words('电子件', 'Electronic'),
  'exempt-system-fetched': words('免提交,系统调取', 'Not needed: fetched by the system'),
  commitment: words('承诺书', 'Commitment'),
  form: words('在线填表', 'Online form'),
  original: words('原件', 'Original'),
}
export const deferrableWords: Readonly<Record<Material['deferrable'], Words>> = {
  N: words('不可容缺', 'Must be there'),
  Y: words('可容缺后补', 'May follow'),
  C: words('有条件后补', 'May follow under a condition'),
}
export const certaintyWords: Readonly<Record<Certainty, Words>> = {
  A: words('已核对原文', 'Checked against the original'),
  B: words('见于二手转述', 'From a second-hand text'),
  C: words('自行计算', 'Computed'),
  D: words('尚未与原文核对', 'Not yet checked'),
  E: words('把握不大', 'Unsure'),
  X: words('没有查到', 'Not found'),
}

/** '20 个工作日', '即时办结', '没有规定天数'. */
export const limitText = (days: number | null, unit: DayUnit, language: Language): string => {
  if (unit === 'immediate') return say(unitWords.immediate, language)
  return days === null
    ? say(words('没有规定天数', 'No number of days'), language)
    : `${days} ${say(unitWords[unit], language)}`
}
export const extensionText = (limit: Limit, language: Language): string | null => {
  if (limit.extension === null) return null
  const { days, times, approver } = limit.extension
  const by =
    approver === 'department-head'
      ? words('本部门负责人批准', 'by the head of the department')
      : words('本级政府负责人批准', 'by the head of the government')
  return language === 'zh'
    ? `经${by.zh}可延长 ${days} 个工作日,最多 ${times} 次,并告知延长理由`
    : `May be extended by ${days} working days, ${times} time(s), ${by.en}`
}
