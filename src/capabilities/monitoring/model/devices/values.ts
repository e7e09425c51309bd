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
