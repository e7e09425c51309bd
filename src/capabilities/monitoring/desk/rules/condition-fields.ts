/** What the form of a rule asks for each kind of condition. Pure: the form draws it, the server's schema judges it. */
import { type Words, words } from '../../../../kernel/words.ts'
import type { RuleKind } from '../../model/rules/definition.ts'

export type FieldType =
  | 'metric'
  | 'metrics'
  | 'number'
  | 'seconds'
  | 'choice'
  | 'limit'
  | 'numbers'
  | 'moving'
  | 'zones'
  | 'codes'
export interface ConditionField {
  readonly key: string
  readonly label: Words
  readonly type: FieldType
  readonly help?: Words
  readonly choices?: readonly { readonly value: string | number; readonly label: Words }[]
  /** May be left out. */
  readonly optional?: boolean
}
const field = (
  key: string,
  type: FieldType,
  zh: string,
  en: string,
  more: Partial<ConditionField> = {},
): ConditionField => ({
  key,
  type,
  label: words(zh, en),
  ...more,
})
const choice = (value: string | number, zh: string, en: string) => ({ value, label: words(zh, en) })

const metric = field('metric', 'metric', '指标', 'Metric')
const compare = field('compare', 'choice', '比较', 'Compare', {
  choices: [choice('above', '高于限值', 'above'), choice('below', '低于限值', 'below')],
})
const limit = field('limit', 'limit', '限值', 'Limit')
const band = field('band', 'number', '回差', 'Hysteresis', {
  help: words('回到限值以内这么多才算结束', 'It ends only this far on the good side'),
})
const gate: readonly ConditionField[] = [
  field('forSeconds', 'seconds', '持续多少秒才报警', 'Raised after (s)'),
  field('clearSeconds', 'seconds', '恢复多少秒才结束', 'Ends after (s)'),
  field('maxGapSeconds', 'seconds', '上报间隔超过多少秒重新计', 'A gap longer than (s) begins anew'),
  field('maxSpanSeconds', 'seconds', '不采用超过多少秒的均值', 'Leave out means over more than (s)'),
]
const direction = field('direction', 'choice', '方向', 'Direction', {
  choices: [choice('up', '上升', 'up'), choice('down', '下降', 'down'), choice('both', '双向', 'both')],
})
const robust: readonly ConditionField[] = [
  metric,
  field('score', 'number', '偏离分值', 'Score', {
    help: words('稳健 z 分数:0.6745 ×(数值 − 中位数)÷ 绝对中位差', 'Robust z-score'),
  }),
  direction,
  field('minDeviation', 'number', '最小偏差', 'Smallest deviation', {
    help: words('数据很平稳时也按不小于它计算', 'Taken where a station is very quiet'),
  }),
  field('band', 'number', '回差(分值)', 'Hysteresis (score)'),
]
export const conditionFields: Readonly<Record<RuleKind, readonly ConditionField[]>> = {
  threshold: [metric, compare, limit, band, ...gate],
  'daily-count': [
    metric,
    field('minutes', 'choice', '统计时段', 'Window', {
      choices: [5, 10, 15, 20, 30, 60].map((value) => choice(value, `${value} 分钟`, `${value} min`)),
    }),
    field('statistic', 'choice', '统计方法', 'Statistic', {
      choices: [choice('mean', '算术平均', 'mean'), choice('leq', '等效声级', 'energetic mean')],
    }),
    limit,
    field('allowed', 'number', '每日允许次数', 'Allowed a day', {
      optional: true,
      help: words('不填则按限值规定', 'Empty: as the limit says'),
    }),
    field('minSamples', 'number', '一个时段至少上报次数', 'Reports a window needs'),
  ],
  stale: [
    field('metrics', 'metrics', '指标', 'Metrics', {
      help: words('不选则为整台设备', 'None: the device as a whole'),
    }),
    field('afterSeconds', 'seconds', '中断多少秒报警', 'Raised after (s)'),
  ],
  flatline: [
    metric,
    field('samples', 'number', '连续相同次数', 'Times the same'),
    field('forSeconds', 'seconds', '且持续秒数', 'And for (s)'),
    field('tolerance', 'number', '允许波动', 'Tolerance'),
    field('except', 'numbers', '除外数值', 'Except', {
      help: words('可以长时间不变的数值,如风速 0;用逗号分开', 'Values that may stand still, commas between'),
    }),
  ],
  jump: [
    metric,
    field('delta', 'number', '突变幅度', 'By at least'),
    direction,
    field('withinSeconds', 'seconds', '多少秒之内', 'Within (s)'),
    field('clearSeconds', 'seconds', '恢复多少秒才结束', 'Ends after (s)'),
  ],
  history: [...robust, field('minHours', 'number', '至少有多少个同时段', 'Hours of the past it needs'), ...gate],
  neighbours: [
    ...robust,
    field('withinM', 'number', '周边范围(米)', 'Within (m)'),
    field('minStations', 'number', '至少站点数', 'Stations it needs'),
    field('freshSeconds', 'seconds', '周边数据不早于(秒)', 'Their values not older than (s)'),
    ...gate,
  ],
  zone: [
    field('event', 'choice', '事件', 'Event', {
      choices: [choice('enter', '进入', 'enters'), choice('leave', '离开', 'leaves'), choice('stay', '停留', 'stays')],
    }),
    field('zoneKinds', 'zones', '区域类型', 'Kinds of zones'),
    field('maxAccuracyM', 'number', '定位误差不超过(米)', 'Accuracy at most (m)'),
    ...gate,
  ],
  correlation: [
    metric,
    compare,
    limit,
    field('withinSeconds', 'seconds', '该指标不早于(秒)', 'Not older than (s)'),
    field('moving', 'moving', '设备动作判定', 'Moves when'),
    ...gate,
  ],
  unregistered: [field('forgetSeconds', 'seconds', '多少秒后视为已离场', 'Taken to have left after (s)')],
  'device-alarm': [
    field('codeSet', 'codes', '设备报警代码集', 'Set of codes'),
    field('forgetSeconds', 'seconds', '多少秒后视为结束', 'Ends after (s)'),
  ],
}
/** What a new condition of a kind begins with; the author fills in the rest. */
export const startOf = (kind: RuleKind): Readonly<Record<string, unknown>> => {
  const gated = { maxSpanSeconds: 60, forSeconds: 60, clearSeconds: 300, maxGapSeconds: 900 }
  const scored = { metric: 'pm10', score: 6, direction: 'up', minDeviation: 15, band: 1 }
  switch (kind) {
    case 'threshold':
      return { kind, metric: 'pm10', compare: 'above', limit: { value: 150, window: 'all' }, band: 0, ...gated }
    case 'daily-count':
      return {
        kind,
        metric: 'noise',
        minutes: 20,
        statistic: 'leq',
        limit: { value: 70, window: 'day' },
        minSamples: 5,
      }
    case 'stale':
      return { kind, metrics: [], afterSeconds: 1800 }
    case 'flatline':
      return { kind, metric: 'pm10', samples: 60, forSeconds: 3600, tolerance: 0, except: [] }
    case 'jump':
      return { kind, metric: 'pm10', delta: 500, direction: 'both', withinSeconds: 300, clearSeconds: 600 }
    case 'history':
      return { kind, ...scored, minHours: 6, ...gated }
    case 'neighbours':
      return { kind, ...scored, withinM: 5000, minStations: 3, freshSeconds: 900, ...gated }
    case 'zone':
      return { kind, event: 'enter', zoneKinds: ['danger'], maxAccuracyM: 50, ...gated }
    case 'correlation':
      return {
        kind,
        metric: 'wind-speed',
        compare: 'above',
        limit: { value: 12, window: 'all' },
        withinSeconds: 120,
        moving: [{ metric: 'slew', perSecond: 0.2 }],
        ...gated,
      }
    case 'unregistered':
      return { kind, forgetSeconds: 57_600 }
    case 'device-alarm':
      return { kind, codeSet: '', forgetSeconds: 600 }
  }
}
