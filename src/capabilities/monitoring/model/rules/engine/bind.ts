/** Rules on a device: which apply, where their metrics stand among its values, and their states before the first report. */
import type { KnownDevice } from '../../report.ts'
import type { CompiledRule } from '../compile.ts'
import { newDayCount } from '../day-count.ts'
import { newGate } from '../gate.ts'
import type { Bound } from './types.ts'

const bind = (rule: CompiledRule, device: KnownDevice): Bound | null => {
  const { condition } = rule
  const place = 'metric' in condition ? device.metrics.indexOf(condition.metric) : -1
  switch (condition.kind) {
    case 'threshold':
      return place < 0 ? null : { kind: 'threshold', rule, condition, place, state: newGate() }
    case 'daily-count':
      return place < 0 ? null : { kind: 'daily-count', rule, condition, place, state: newDayCount(condition.minutes) }
    case 'stale': {
      const places = condition.metrics.map((metric) => device.metrics.indexOf(metric)).filter((at) => at >= 0)
      if (condition.metrics.length > 0 && places.length === 0) return null
      const missing = new Float64Array(places.length).fill(Number.NaN)
      return { kind: 'stale', rule, condition, places, state: { raised: false, notBefore: 0, missing } }
    }
    case 'flatline':
      return place < 0
        ? null
        : { kind: 'flatline', rule, condition, place, state: { value: Number.NaN, since: 0, n: 0, raised: false } }
    case 'jump':
      return place < 0 ? null : { kind: 'jump', rule, condition, place, state: { active: false, since: 0, last: 0 } }
    case 'history':
      return place < 0 ? null : { kind: 'history', rule, condition, place, state: newGate() }
    case 'neighbours':
      return place < 0 ? null : { kind: 'neighbours', rule, condition, place, state: newGate() }
    case 'zone':
      return { kind: 'zone', rule, condition, state: newGate() }
    case 'correlation': {
      const places = condition.moving.map((each) => device.metrics.indexOf(each.metric))
      return places.every((at) => at < 0) ? null : { kind: 'correlation', rule, condition, places, state: newGate() }
    }
    case 'unregistered':
      return { kind: 'unregistered', rule, condition, state: { inside: new Map() } }
    case 'device-alarm':
      return { kind: 'device-alarm', rule, condition, state: { active: false, since: 0, last: 0 } }
  }
}
export const bindAll = (rules: readonly CompiledRule[], device: KnownDevice): readonly Bound[] =>
  rules.flatMap((rule) => {
    if (!rule.deviceKinds.has(device.kind) || rule.siteIds?.has(device.siteId) === false) return []
    const bound = bind(rule, device)
    return bound === null ? [] : [bound]
  })
