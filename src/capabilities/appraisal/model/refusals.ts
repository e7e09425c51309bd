/** What the assessment refuses. */
import { defineRefusal } from '../../../kernel/refusal.ts'

export const notSupervisor = defineRefusal('forbidden', 'appraisal.not-supervisor', {
  zh: '只有效能监督人员可以计算、发布考核数据和答复异议。',
  en: 'Only a supervisor may compute, publish and answer.',
})
export const notAPeriod = defineRefusal('invalid', 'appraisal.not-a-period', {
  zh: '没有这个考核期,请选择1至12月或第一至第四季度。',
  en: 'No such period: choose a month from 1 to 12 or a quarter from 1 to 4.',
})
export const periodMissing = defineRefusal('missing', 'appraisal.period-missing', {
  zh: '没有这个考核期,请返回列表。',
  en: 'No such period.',
})
export const periodFrozen = defineRefusal('conflict', 'appraisal.period-frozen', {
  zh: '{name}已发布,数字不再变动。异议成立后可以出更正版。',
  en: '{name} is published and frozen. A corrected edition follows an upheld objection.',
})
export const periodNotBegun = defineRefusal('conflict', 'appraisal.period-not-begun', {
  zh: '{name}还没有开始,请选择已经开始的考核期。',
  en: '{name} has not begun: choose a period that has.',
})
export const periodNotOver = defineRefusal('conflict', 'appraisal.period-not-over', {
  zh: '{name}到{to}结束,结束后重新计算才能发布。',
  en: '{name} ends on {to}. Compute it again afterwards, then publish.',
})
export const digestMoved = defineRefusal('conflict', 'appraisal.digest-moved', {
  zh: '数据已重新计算,请刷新后核对再发布。',
  en: 'It was computed again. Reload and check before publishing.',
})
export const figureMissing = defineRefusal('missing', 'appraisal.figure-missing', {
  zh: '没有这个数字,请刷新页面。',
  en: 'No such figure. Reload.',
})
export const figureNotYours = defineRefusal('forbidden', 'appraisal.figure-not-yours', {
  zh: '人员指标只有本人、本部门负责人和效能监督人员可以查看。',
  en: 'A person’s figures are for that person, the head of the department and the supervisors.',
})
export const objectionNotYours = defineRefusal('forbidden', 'appraisal.objection-not-yours', {
  zh: '只有该部门的经办牵头人或负责人可以提出异议。',
  en: 'Only the lead or head of that department may object.',
})
export const objectionTooLate = defineRefusal('conflict', 'appraisal.objection-too-late', {
  zh: '异议须在{until}前提出。',
  en: 'Objections had to be raised by {until}.',
})
export const objectionTooEarly = defineRefusal('conflict', 'appraisal.objection-too-early', {
  zh: '发布后才能提出异议;草稿有误请直接告知效能监督部门。',
  en: 'Objections follow publication. Tell the supervisors about a wrong draft.',
})
export const objectionOpen = defineRefusal('conflict', 'appraisal.objection-open', {
  zh: '对这个数字已有异议待答复。',
  en: 'An objection to this figure waits for an answer.',
})
export const objectionMissing = defineRefusal('missing', 'appraisal.objection-missing', {
  zh: '没有这项异议,请刷新页面。',
  en: 'No such objection. Reload.',
})
export const objectionAnsweredAlready = defineRefusal('conflict', 'appraisal.objection-answered', {
  zh: '这项异议已经答复。',
  en: 'This objection is answered.',
})
export const excludeNeeded = defineRefusal('invalid', 'appraisal.exclude-needed', {
  zh: '异议成立的,请选择不再计入的办件;不成立的,不能选择办件。',
  en: 'Choose the files to leave out when it is upheld, and none when it is rejected.',
})
export const excludeUnknown = defineRefusal('invalid', 'appraisal.exclude-unknown', {
  zh: '所选办件不在这个数字里,请从列表中选择。',
  en: 'A chosen file is not behind this figure.',
})
