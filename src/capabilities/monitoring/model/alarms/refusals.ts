/** What alarms and rules refuse. */
import { defineRefusal } from '../../../../kernel/refusal.ts'

export const alarmMissing = defineRefusal('missing', 'monitoring.alarm-missing', {
  zh: '没有找到这条报警,或您无权查看;请刷新列表。',
  en: 'No such alarm, or not for you to see.',
})
export const alarmStale = defineRefusal('conflict', 'monitoring.alarm-changed', {
  zh: '这条报警刚被他人办理,请刷新后再操作。',
  en: 'Somebody has just changed this alarm: reload.',
})
export const alarmClosedAlready = defineRefusal('conflict', 'monitoring.alarm-closed', {
  zh: '这条报警已经关闭,不能再办理。',
  en: 'This alarm is closed.',
})
export const alarmEndedAlready = defineRefusal('conflict', 'monitoring.alarm-over', {
  zh: '这条报警已自行结束,不再提醒,无需暂缓。',
  en: 'This alarm is over: nothing to snooze.',
})
export const alarmTaken = defineRefusal('conflict', 'monitoring.alarm-taken', {
  zh: '这条报警已由他人确认或处置。',
  en: 'Somebody has taken this alarm already.',
})
export const notForAlarm = defineRefusal('forbidden', 'monitoring.not-for-alarm', {
  zh: '由项目现场负责人、参建单位人员或监督检查人员办理。',
  en: 'People of the site or inspectors do this.',
})
export const severeByInspector = defineRefusal('forbidden', 'monitoring.severe-by-inspector', {
  zh: '{severity}报警由监督检查人员核实后关闭;现场请先处置并写明情况。',
  en: 'An inspector closes alarms of this severity.',
})
export const snoozeTooLong = defineRefusal('invalid', 'monitoring.snooze-too-long', {
  zh: '最多可暂缓 {minutes} 分钟,请缩短。',
  en: 'At most {minutes} minutes.',
})
export const snoozeNotForSevere = defineRefusal('forbidden', 'monitoring.snooze-not-for-severe', {
  zh: '{severity}报警现场不能暂缓,请立即处置。',
  en: 'The site cannot snooze alarms of this severity.',
})
export const periodWrong = defineRefusal('invalid', 'monitoring.period-wrong', {
  zh: '结束不能早于开始,且最多 {days} 天;请调整时段。',
  en: 'The end is after the beginning, and at most {days} days later.',
})

export const ruleMissing = defineRefusal('missing', 'monitoring.rule-missing', {
  zh: '没有找到这条规则,请刷新列表。',
  en: 'No such rule.',
})
export const ruleExists = defineRefusal('conflict', 'monitoring.rule-exists', {
  zh: '已有代码为“{key}”的规则,请换一个代码,或修改该规则。',
  en: 'There is a rule “{key}” already.',
})
export const draftMissing = defineRefusal('conflict', 'monitoring.no-draft', {
  zh: '这条规则没有草稿,请先修改并保存草稿。',
  en: 'This rule has no draft.',
})
export const draftChanged = defineRefusal('conflict', 'monitoring.draft-changed', {
  zh: '草稿刚被他人修改,请刷新后再保存。',
  en: 'Somebody has just changed the draft: reload.',
})
export const notPublished = defineRefusal('conflict', 'monitoring.not-published', {
  zh: '这条规则没有正在执行的版本。',
  en: 'No version of this rule is in force.',
})
export const referenceUnknown = defineRefusal('invalid', 'monitoring.reference-unknown', {
  zh: '没有这个限值或代码组“{id}”,请从列表选择。',
  en: 'No such limit or set of codes: {id}.',
})
export const guessNotPublished = defineRefusal('conflict', 'monitoring.guess-not-published', {
  zh: '限值“{limit}”没有可用的依据(确定性 {certainty}),不能发布;请改用有依据的限值,或写明本区确定的数值和文号。',
  en: 'The limit “{limit}” rests on nothing usable ({certainty}): use another or the figure of the district.',
})
export const notEditor = defineRefusal('forbidden', 'monitoring.not-rule-editor', {
  zh: '规则草稿由监督检查人员、牵头部门经办、审批决定人或系统管理员编写。',
  en: 'Inspectors, leads, approvers and administrators write rules.',
})
export const notPublisher = defineRefusal('forbidden', 'monitoring.not-rule-publisher', {
  zh: '规则由牵头部门经办、审批决定人或系统管理员发布和停用。',
  en: 'Leads, approvers and administrators put rules into force.',
})
export const backtestMissing = defineRefusal('missing', 'monitoring.backtest-missing', {
  zh: '没有找到这次试算。',
  en: 'No such backtest.',
})
