/** States of a version of a rule. */
import { lifecycle } from '../../../../kernel/lifecycle.ts'
import type { Words } from '../../../../kernel/words.ts'
import type { RuleKind } from './definition.ts'

export const ruleStates = ['draft', 'published', 'retired'] as const
export type RuleState = (typeof ruleStates)[number]
export const ruleLifecycle = lifecycle<RuleState>('draft', {
  draft: ['published'],
  published: ['retired'],
  retired: [],
})
export const ruleStateWords: Readonly<Record<RuleState, Words>> = {
  draft: { zh: '草稿', en: 'Draft' },
  published: { zh: '已发布', en: 'Published' },
  retired: { zh: '已停用', en: 'Retired' },
}
export const ruleKindWords: Readonly<Record<RuleKind, Words>> = {
  threshold: { zh: '超过限值', en: 'Beyond a limit' },
  'daily-count': { zh: '每日超标次数', en: 'Exceedances a day' },
  stale: { zh: '数据中断', en: 'No data' },
  flatline: { zh: '数值不变', en: 'Value stands still' },
  jump: { zh: '数值突变', en: 'Value jumps' },
  history: { zh: '偏离本站同时段', en: 'Unlike its own history' },
  neighbours: { zh: '偏离周边站点', en: 'Unlike its neighbours' },
  zone: { zh: '进出区域', en: 'Zones' },
  correlation: { zh: '组合条件', en: 'Combined condition' },
  unregistered: { zh: '未实名登记进场', en: 'Unregistered person' },
  'device-alarm': { zh: '设备自报', en: 'Said by the device' },
}
