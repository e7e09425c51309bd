/** States, reasons and ladders of alarms. */
import { lifecycle } from '../../../../kernel/lifecycle.ts'
import type { Words } from '../../../../kernel/words.ts'
import type { Severity } from '../rules/definition.ts'

export const alarmStates = ['open', 'acknowledged', 'disposing', 'closed'] as const
export type AlarmState = (typeof alarmStates)[number]
export const alarmLifecycle = lifecycle<AlarmState>('open', {
  open: ['acknowledged', 'disposing', 'closed'],
  acknowledged: ['disposing', 'closed'],
  disposing: ['closed'],
  closed: [],
})
export const alarmStateWords: Readonly<Record<AlarmState, Words>> = {
  open: { zh: '待确认', en: 'Open' },
  acknowledged: { zh: '已确认', en: 'Acknowledged' },
  disposing: { zh: '处置中', en: 'In hand' },
  closed: { zh: '已关闭', en: 'Closed' },
}
export const severityWords: Readonly<Record<Severity, Words>> = {
  1: { zh: '一级(特别严重)', en: 'Severity 1' },
  2: { zh: '二级(严重)', en: 'Severity 2' },
  3: { zh: '三级(较重)', en: 'Severity 3' },
  4: { zh: '四级(一般)', en: 'Severity 4' },
}
/** Why an alarm is closed. `false-alarm` counts against its rule. */
export const closeReasons = ['handled', 'rectified', 'planned', 'device-fault', 'false-alarm', 'other'] as const
export type CloseReason = (typeof closeReasons)[number]
export const closeReasonWords: Readonly<Record<CloseReason, Words>> = {
  handled: { zh: '已处置', en: 'Handled' },
  rectified: { zh: '整改完成', en: 'Rectified' },
  planned: { zh: '计划内作业', en: 'Planned work' },
  'device-fault': { zh: '设备故障', en: 'Fault of the device' },
  'false-alarm': { zh: '误报', en: 'False alarm' },
  other: { zh: '其他', en: 'Other' },
}
/** Who is told, rung after rung, while nobody acknowledges and disposes. */
export const rungs = ['site', 'contractor', 'supervision', 'district'] as const
export type Rung = (typeof rungs)[number]
export const rungWords: Readonly<Record<Rung, Words>> = {
  site: { zh: '项目现场', en: 'Site' },
  contractor: { zh: '施工单位', en: 'Contractor' },
  supervision: { zh: '监理单位', en: 'Supervision unit' },
  district: { zh: '区级监管部门', en: 'District department' },
}
