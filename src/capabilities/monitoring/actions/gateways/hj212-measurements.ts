/** What measurements of the engine are called here, and which of them stands for a metric of a profile. */
import type { Measurement } from '../../../../engines/hj212/measure.ts'
import type { Said } from '../../model/devices/values.ts'

/** The engine's names of metrics and ours, where they differ. */
const names: Readonly<Record<string, string>> = { pm2_5: 'pm25' }
export const metricNameOf = (metric: string): string => names[metric] ?? metric

/** Which measurement stands for a metric of ours. */
export const measurementOf = (measurements: readonly Measurement[]): ((metric: string) => Measurement | undefined) => {
  const found = new Map<string, Measurement>()
  for (const each of measurements) found.set(metricNameOf(each.metric), each)
  // An equivalent level stands where the momentary one is not sent.
  const level = found.get('leq')
  if (level !== undefined && !found.has('noise')) found.set('noise', level)
  return (metric) => found.get(metric)
}
/** The device itself says that the value does not count. */
export const isFlagged = ({ doubt }: Measurement): boolean => doubt === 'quality'
export const saidOf = (measurements: readonly Measurement[]): ((metric: string) => Said | undefined) => {
  const of = measurementOf(measurements)
  return (metric) => {
    const found = of(metric)
    return found === undefined ? undefined : { value: found.value, flagged: isFlagged(found) }
  }
}
