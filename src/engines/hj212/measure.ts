/** Turns the readings of a message into measurements of the platform: canonical metric and unit, quality, plausibility. */
import type { Instant } from '../../kernel/time.ts'
import { type CommandClass, carriesReadings, QUALITY_FLAGS, type Quality } from './commands.ts'
import { type Factor, factorOf, type Unit, unitFactor } from './factors.ts'
import type { Reading } from './items.ts'
import type { Message } from './message.ts'

/** How a model of device departs from the table of factors. */
export interface DeviceUnits {
  /** The unit in which the model sends a factor, by the code that it sends. */
  readonly units?: Readonly<Record<string, Unit>>
  /** The model's own codes: what they mean in the table of factors. */
  readonly codes?: Readonly<Record<string, string>>
}

/** Why a measurement must not raise an alarm or enter a mean; null = it may. */
export type Doubt = 'quality' | 'range' | 'order' | null

export interface Measurement {
  readonly metric: string
  readonly code: string
  readonly unit: Unit
  /** The value that counts: the real-time one, or the mean of the span. */
  readonly value: number
  readonly min: number | null
  readonly max: number | null
  /** What the device says of its value; `unknown` = it used a letter that is not in the table. */
  readonly quality: Quality | 'unsaid' | 'unknown'
  readonly doubt: Doubt
}

export interface Measured {
  readonly span: CommandClass
  /** The device's own time; null when it sent none that can be read: use the time of reception. */
  readonly at: Instant | null
  readonly measurements: readonly Measurement[]
  /** Codes that mean nothing here: show them so that somebody extends the model. */
  readonly unknownCodes: readonly string[]
}

const qualityOf = (flag: string | null): Measurement['quality'] =>
  flag === null ? 'unsaid' : (QUALITY_FLAGS[flag]?.quality ?? 'unknown')

/** Multiplying by a decimal fraction leaves dust in the last bits; 12 significant digits are more than any sensor has. */
const scaled = (value: number, factor: number): number =>
  factor === 1 ? value : Number((value * factor).toPrecision(12))

const doubtOf = (
  factor: Factor,
  quality: Measurement['quality'],
  figures: readonly (number | null)[],
  ordered: boolean,
): Doubt => {
  if (quality !== 'normal' && quality !== 'unsaid' && quality !== 'manual' && quality !== 'over') return 'quality'
  const [low, high] = factor.range
  if (figures.some((figure) => figure !== null && (figure < low || figure > high))) return 'range'
  return ordered ? null : 'order'
}

const measurementOf = (reading: Reading, factor: Factor, by: number): Measurement | null => {
  const raw = reading.rtd ?? reading.avg
  if (raw === null) return null
  const value = scaled(raw, by)
  const min = reading.min === null ? null : scaled(reading.min, by)
  const max = reading.max === null ? null : scaled(reading.max, by)
  const quality = qualityOf(reading.flag)
  // The mean direction of the wind need not lie between the smallest and the largest angle.
  const circular = factor.unit === 'deg'
  const ordered = circular || ((min === null || min <= value) && (max === null || value <= max))
  const doubt = doubtOf(factor, quality, [value, min, max], ordered)
  return { metric: factor.metric, code: reading.code, unit: factor.unit, value, min, max, quality, doubt }
}

/** Gives the measurements of a message; none for messages that carry no readings. Throws on units that do not fit. */
export const measure = (message: Message, device: DeviceUnits = {}): Measured => {
  const measurements: Measurement[] = []
  const unknownCodes: string[] = []
  if (carriesReadings(message.class))
    for (const reading of message.readings.values()) {
      const factor = factorOf(device.codes?.[reading.code] ?? reading.code)
      if (factor === undefined) {
        unknownCodes.push(reading.code)
        continue
      }
      const by = unitFactor(device.units?.[reading.code] ?? factor.unit, factor.unit)
      const found = measurementOf(reading, factor, by)
      if (found !== null) measurements.push(found)
    }
  return { span: message.class, at: message.dataTime, measurements, unknownCodes }
}
