/** Puts what a device said into the places of its profile: unit factors, what the metric can physically be, quality. */
import { type KnownDevice, quality } from '../report.ts'

/** What an instrument on a building site can possibly show, by metric, in the metric's unit. Judgement of this project. */
const possible: Readonly<Record<string, readonly [number, number]>> = {
  pm10: [0, 30_000],
  pm25: [0, 30_000],
  tsp: [0, 30_000],
  noise: [0, 160],
  'wind-speed': [0, 75],
  'wind-direction': [0, 360],
  temperature: [-60, 80],
  humidity: [0, 100],
  pressure: [45, 115],
  load: [0, 1_000],
  moment: [0, 1_000],
  height: [-200, 1_000],
  radius: [0, 200],
  slew: [-3_600, 3_600],
  tilt: [-90, 90],
}
export const isPossible = (metric: string, value: number): boolean => {
  const range = possible[metric]
  return Number.isFinite(value) && (range === undefined || (value >= range[0] && value <= range[1]))
}

export interface Said {
  readonly value: number
  /** The device marks the value as faulty, in calibration or maintenance. */
  readonly flagged?: boolean
}
/**
 * Values in the order of the profile. What the device did not say, or what cannot be, is NaN; null where nothing of the
 * profile was said.
 */
export const valuesOf = (
  device: Pick<KnownDevice, 'metrics'>,
  factors: readonly number[],
  said: (metric: string) => Said | undefined,
): { readonly values: Float32Array; readonly quality: number } | null => {
  const values = new Float32Array(device.metrics.length).fill(Number.NaN)
  let bits = 0
  let any = false
  const { metrics } = device
  for (let place = 0; place < metrics.length; place += 1) {
    const metric = metrics[place] as string
    const found = said(metric)
    if (found === undefined) continue
    any = true
    const value = found.value * (factors[place] ?? 1)
    // A value of which the device itself says that it does not count is not stored as one.
    if (found.flagged === true) bits |= quality.deviceFlag
    else if (isPossible(metric, value)) values[place] = value
    else bits |= quality.outOfRange
  }
  return any ? { values, quality: bits } : null
}

/** The same for messages of one layout, worked out once: which of their figures goes to which place of the profile. */
export interface ValuePlan {
  readonly size: number
  /** Of each place: the figure, -1 = none; what it is multiplied by; between what it must lie. */
  readonly slots: Int32Array
  readonly factors: Float64Array
  readonly lows: Float64Array
  readonly highs: Float64Array
  /** Quality of every message: what its flags say, which belong to the layout. */
  readonly quality: number
}
/** Null where nothing of the profile is said. `said` gives the figure of a metric. */
export const planValues = (
  device: Pick<KnownDevice, 'metrics'>,
  factors: readonly number[],
  said: (metric: string) => { readonly slot: number; readonly flagged?: boolean } | undefined,
): ValuePlan | null => {
  const { metrics } = device
  const size = metrics.length
  const slots = new Int32Array(size).fill(-1)
  let bits = 0
  let any = false
  metrics.forEach((metric, place) => {
    const found = said(metric)
    if (found === undefined) return
    any = true
    if (found.flagged === true) bits |= quality.deviceFlag
    else slots[place] = found.slot
  })
  if (!any) return null
  const range = (metric: string): readonly [number, number] => possible[metric] ?? [-Number.MAX_VALUE, Number.MAX_VALUE]
  return {
    size,
    slots,
    factors: Float64Array.from(metrics, (_metric, place) => factors[place] ?? 1),
    lows: Float64Array.from(metrics, (metric) => range(metric)[0]),
    highs: Float64Array.from(metrics, (metric) => range(metric)[1]),
    quality: bits,
  }
}
/** Puts figures into the places of the profile; gives the quality of the report. */
export const fillValues = (plan: ValuePlan, figures: Float64Array, values: Float32Array): number => {
  const { size, slots, factors, lows, highs } = plan
  let bits = plan.quality
  for (let place = 0; place < size; place += 1) {
    const slot = slots[place] as number
    if (slot < 0) {
      values[place] = Number.NaN
      continue
    }
    const value = (figures[slot] as number) * (factors[place] as number)
    if (value >= (lows[place] as number) && value <= (highs[place] as number)) values[place] = value
    else {
      values[place] = Number.NaN
      bits |= quality.outOfRange
    }
  }
  return bits
}
