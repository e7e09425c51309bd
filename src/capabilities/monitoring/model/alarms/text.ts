/** Sentences and evidence of alarms out of what the engine found. */
import { instantFromMs, wallClock } from '../../../../kernel/time.ts'
import type { Evidence } from '../../contract/alarms.ts'
import type { Condition } from '../rules/definition.ts'
import type { Finding } from '../rules/engine/types.ts'

export const metricWords: Readonly<Record<string, string>> = {
  pm10: 'PM10',
  pm25: 'PM2.5',
  tsp: 'TSP',
  noise: '噪声',
  'wind-speed': '风速',
  'wind-direction': '风向',
  temperature: '气温',
  humidity: '湿度',
  pressure: '气压',
  load: '载荷',
  moment: '力矩',
  height: '高度',
  radius: '幅度',
  slew: '回转',
  tilt: '倾角',
}
const units: Readonly<Record<string, string>> = {
  pm10: 'μg/m³',
  pm25: 'μg/m³',
  tsp: 'μg/m³',
  noise: 'dB(A)',
  'wind-speed': 'm/s',
  'wind-direction': '°',
  temperature: '℃',
  humidity: '%',
  pressure: 'kPa',
  load: 't',
  moment: '%',
  height: 'm',
  radius: 'm',
  slew: '°',
  tilt: '°',
}
const round = (value: number): number => Math.round(value * 10) / 10
const finite = (value: number): number | null => (Number.isFinite(value) ? round(value) : null)
const nameOf = (metric: string | null): string => (metric === null ? '' : (metricWords[metric] ?? metric))
const spanOf = (seconds: number): string =>
  seconds >= 3600 && seconds % 3600 === 0
    ? `${seconds / 3600} 小时`
    : seconds >= 60
      ? `${Math.round(seconds / 60)} 分钟`
      : `${seconds} 秒`

const sentenceOf = (condition: Condition, finding: Finding): string => {
  const { more } = finding
  const unit = finding.metric === null ? '' : (units[finding.metric] ?? '')
  const name = nameOf(finding.metric)
  const value = `${name} ${round(finding.value)} ${unit}`
  const limit = `${round(finding.limit)} ${unit}`
  switch (condition.kind) {
    case 'threshold':
      return `${value},${condition.compare === 'above' ? '超过' : '低于'}限值 ${limit}${condition.forSeconds > 0 ? `,持续 ${spanOf(condition.forSeconds)}` : ''}`
    case 'daily-count':
      return `${name} ${condition.minutes} 分钟${condition.statistic === 'leq' ? '等效声级' : '均值'}${Number.isFinite(finding.value) ? ` ${round(finding.value)} ${unit},` : ''}当日超过 ${limit} 已 ${String(more['count'])} 次,允许 ${String(more['allowed'])} 次`
    case 'stale':
      return finding.metric === null
        ? `已 ${spanOf(condition.afterSeconds)} 没有数据`
        : `${name} 已 ${spanOf(condition.afterSeconds)} 没有数据`
    case 'flatline':
      return `${value} 连续 ${String(more['samples'])} 次不变`
    case 'jump':
      return `${name} 由 ${round(Number(more['from']))} 变为 ${round(finding.value)} ${unit}`
    case 'history':
      return `${value},明显偏离本站同时段(通常 ${limit})`
    case 'neighbours':
      return `${value},明显偏离周边 ${String(more['from'])} 个站点(${limit})`
    case 'zone':
      return condition.event === 'leave'
        ? '离开允许范围'
        : `${condition.event === 'stay' ? '停留在' : '进入'}“${String(more['zone'] ?? '')}”`
    case 'correlation':
      return `${value}(限值 ${limit})时设备仍在动作(${nameOf(typeof more['moving'] === 'string' ? more['moving'] : null)})`
    case 'unregistered':
      return `有未实名登记人员进场(${String(more['people'])} 人)`
    case 'device-alarm':
      return `设备报警:${String(more['said'] ?? '') || String(more['code'])}`
  }
}
/** Evidence as it is kept; the last values come from the telemetry. */
export const evidenceOf = (
  finding: Finding,
  samples: readonly { readonly atMs: number; readonly value: number }[],
): Evidence => {
  const { condition } = finding.rule
  const limit = finding.rule.limits?.limit ?? null
  return {
    kind: condition.kind,
    metric: finding.metric,
    unit: finding.metric === null ? null : (units[finding.metric] ?? null),
    value: finite(finding.value),
    limit: finite(finding.limit),
    limitId: limit?.id ?? null,
    source: finding.row?.source ?? (Number.isFinite(finding.limit) ? finding.rule.definition.source : null),
    window: finding.window,
    text: sentenceOf(condition, finding),
    samples: samples.map(({ atMs, value }) => ({ at: instantFromMs(atMs), value: round(value) })),
    more: Object.fromEntries(
      Object.entries(finding.more).map(([key, value]) => [
        key,
        key === 'since' && typeof value === 'number' ? wallClock(instantFromMs(value)) : value,
      ]),
    ),
  }
}
