/** JSON payloads of our MQTT topics. Input is read once here; whoever gets a report may trust its shape. */
import { z } from 'zod'
import { type Instant, instantFromMs } from '../../kernel/time.ts'
import { isDecimal, layoutOf, type Slot } from '../wire/layout.ts'

/** Names of metrics and attributes: 'pm10', 'a34004-Rtd', 'crane.load'. */
const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/
const nameSchema = z.string().regex(NAME)
/** Milliseconds since 1970, or ISO 8601 with a zone. */
const timeSchema = z.union([
  z.number().int().nonnegative().max(8_640_000_000_000_000),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
])
const seqSchema = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)

const bounded = <V>(schema: z.ZodType<V>, max: number) =>
  z.record(nameSchema, schema).refine((value) => Object.keys(value).length > 0 && Object.keys(value).length <= max, {
    error: `每条上报须有 1 至 ${max} 项`,
  })

export const telemetrySchema = z.object({
  /** Absent for devices without a clock. */
  ts: timeSchema.optional(),
  /** Counts up for a device; (device, ts, seq) names a report once and for all. */
  seq: seqSchema,
  values: bounded(z.number(), 100),
})
export const telemetryBatchSchema = z.union([
  telemetrySchema.transform((report) => [report]),
  z.array(telemetrySchema).min(1).max(500),
])

export const eventSchema = z.object({
  /** Made by the device, the same when it sends again. */
  eventId: z.string().min(1).max(100),
  ts: timeSchema.optional(),
  /** 'overload', 'no-helmet', …: what the profile of the device names. */
  type: nameSchema,
  /** 1 the gravest to 4. */
  severity: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).default(3),
  /** False when it ended. */
  active: z.boolean().default(true),
  text: z.string().max(500).default(''),
  data: z.record(nameSchema, z.union([z.number(), z.string().max(500), z.boolean(), z.null()])).default({}),
})

export const attrsSchema = bounded(z.union([z.number(), z.string().max(500), z.boolean(), z.null()]), 100)

export const commandAckSchema = z.object({
  ok: z.boolean(),
  text: z.string().max(500).default(''),
  data: z.record(nameSchema, z.union([z.number(), z.string().max(500), z.boolean(), z.null()])).default({}),
})

/** How far the clock of a device may be off before the time of arrival stands instead. */
export interface ClockRule {
  readonly maxAheadMs: number
  readonly maxBehindMs: number
}
/** A device may hold back seven days while it has no network; the future is not reported. */
export const clockRule: ClockRule = { maxAheadMs: 5 * 60_000, maxBehindMs: 7 * 86_400_000 }

export interface ReadTime {
  readonly at: Instant
  /** True: the device has no clock or an implausible one, `at` is the time of arrival. */
  readonly clockReplaced: boolean
}
export const timeOf = (ts: number | undefined, receivedMs: number, rule: ClockRule = clockRule): ReadTime => {
  const plausible = ts !== undefined && ts <= receivedMs + rule.maxAheadMs && ts >= receivedMs - rule.maxBehindMs
  return { at: instantFromMs(plausible ? ts : receivedMs), clockReplaced: !plausible }
}

export interface TelemetryRead extends ReadTime {
  /** What the device called its moment minus when it came, in ms, believed or not; null: it told none. */
  readonly skewMs: number | null
  readonly seq: number
  readonly values: Readonly<Record<string, number>>
}
export interface EventRead extends ReadTime {
  readonly eventId: string
  readonly type: string
  readonly severity: 1 | 2 | 3 | 4
  readonly active: boolean
  readonly text: string
  readonly data: Readonly<Record<string, number | string | boolean | null>>
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
/** What a payload says as JSON; undefined where it is none. */
export const jsonOf = (payload: Uint8Array): unknown => {
  try {
    return JSON.parse(utf8.decode(payload))
  } catch {
    return undefined
  }
}

const readOf = (
  { ts, seq, values }: { ts?: number | undefined; seq: number; values: Readonly<Record<string, number>> },
  receivedMs: number,
): TelemetryRead => {
  const { at, clockReplaced } = timeOf(ts, receivedMs)
  return { at, clockReplaced, skewMs: ts === undefined ? null : ts - receivedMs, seq, values }
}
/** Whether a value is one report as most devices send it, told apart without the schema, which costs ten times as much. */
const isPlain = (
  value: unknown,
): value is { readonly ts?: number; readonly seq: number; readonly values: Readonly<Record<string, number>> } => {
  if (typeof value !== 'object' || value === null || !('seq' in value) || !('values' in value)) return false
  const { seq, values } = value
  const ts: unknown = 'ts' in value ? value.ts : 0
  if (!Number.isSafeInteger(seq) || (seq as number) < 0) return false
  if (!Number.isSafeInteger(ts) || (ts as number) < 0 || (ts as number) > 8_640_000_000_000_000) return false
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return false
  const entries = Object.entries(values)
  return (
    entries.length > 0 &&
    entries.length <= 100 &&
    entries.every(([name, figure]) => typeof figure === 'number' && Number.isFinite(figure) && NAME.test(name))
  )
}

/** Gives the reports of a payload; null when it is not what the topic wants. */
export const readTelemetry = (payload: Uint8Array, receivedMs: number): readonly TelemetryRead[] | null => {
  const said = jsonOf(payload)
  if (isPlain(said)) return [readOf(said, receivedMs)]
  const parsed = telemetryBatchSchema.safeParse(said)
  return parsed.success ? parsed.data.map((each) => readOf(each, receivedMs)) : null
}
export const readEvent = (payload: Uint8Array, receivedMs: number): EventRead | null => {
  const parsed = eventSchema.safeParse(jsonOf(payload))
  if (!parsed.success) return null
  const { ts, ...said } = parsed.data
  return { ...timeOf(ts, receivedMs), ...said }
}
export const readAttrs = (payload: Uint8Array): z.infer<typeof attrsSchema> | null => {
  const parsed = attrsSchema.safeParse(jsonOf(payload))
  return parsed.success ? parsed.data : null
}
export const readCommandAck = (payload: Uint8Array): z.infer<typeof commandAckSchema> | null => {
  const parsed = commandAckSchema.safeParse(jsonOf(payload))
  return parsed.success ? parsed.data : null
}

// ------------------------------------------------------------------------------------------ the quick way

/** A report as a device sends it again and again: the same names in the same order, with other figures. */
export interface QuickTelemetry {
  /** Whether the payload is such a report; its figures then stand in `quickValues`. */
  readonly read: (payload: Uint8Array) => boolean
  /** Where the figure of a name stands in `quickValues`. */
  readonly slotOf: (name: string) => number | undefined
  /** The moment that the payload read last tells, ms; NaN: none that can be. */
  readonly tsMs: () => number
}
const MOST_SLOTS = 110
/** The figures of the payload that was read last. */
export const quickValues = new Float64Array(MOST_SLOTS)
const isCount = (value: number | undefined, most: number): boolean =>
  value !== undefined && Number.isInteger(value) && value >= 0 && value <= most
const PLAIN = /^\{("(ts|seq)":[-0-9.]+,){1,2}"values":\{("[A-Za-z0-9_.-]+":[-0-9.]+,?)+\}\}$/
const FIGURE = /"([^"]*)":([-0-9.]+)/g

/** Learns from a payload that `readTelemetry` took; null where it is anything but one plain report with a moment. */
export const learnTelemetry = (payload: Uint8Array): QuickTelemetry | null => {
  const text = Buffer.from(payload).toString('latin1')
  if (!PLAIN.test(text)) return null
  const said: unknown = jsonOf(payload)
  if (!isPlain(said)) return null
  const places = new Map<string, number>()
  const slots: Slot[] = []
  for (const { 0: whole, 1: name = '', 2: figure = '', index } of text.matchAll(FIGURE)) {
    const key = slots.length < 2 && (name === 'ts' || name === 'seq') ? `.${name}` : name
    if (places.has(key) || !isDecimal(figure)) return null
    places.set(key, slots.length)
    const to = index + whole.length
    slots.push({ from: to - figure.length, to, kind: 'decimal' })
  }
  const [ts, seq] = [places.get('.ts'), places.get('.seq')]
  if (ts === undefined || seq === undefined || slots.length > MOST_SLOTS) return null
  const layout = layoutOf(payload.slice(), slots)
  const read: QuickTelemetry['read'] = (bytes) =>
    layout.read(bytes, 0, bytes.length, quickValues) && isCount(quickValues[seq], Number.MAX_SAFE_INTEGER)
  // What is read quickly must be what was read slowly.
  if (!read(payload) || quickValues[ts] !== said.ts || quickValues[seq] !== said.seq) return null
  for (const [name, value] of Object.entries(said.values)) {
    const place = places.get(name)
    if (place === undefined || !Object.is(quickValues[place], value)) return null
  }
  if (Object.keys(said.values).length !== slots.length - 2) return null
  return {
    read,
    slotOf: (name) => places.get(name),
    tsMs: () => {
      const value = quickValues[ts] as number
      return isCount(value, 8_640_000_000_000_000) ? value : Number.NaN
    },
  }
}
