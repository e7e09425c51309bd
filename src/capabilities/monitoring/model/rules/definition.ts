/** What a rule says, as data: its condition, whom it applies to, and what an alarm of it is like. */
import { z } from 'zod'
import { sourceSchema } from '../../../../kernel/sourced.ts'
import { wordsSchema } from '../../../../kernel/words.ts'
import { deviceKinds } from '../report.ts'

const metric = z.string().regex(/^[a-z0-9-]{1,40}$/, { error: '指标名只能含小写字母、数字和连字符' })
const seconds = (max: number) => z.number().int().min(0).max(max)
const DAY_S = 86_400

/** A limit of `data/monitoring/limits.json` by its id, or a figure of one's own for the whole day, day or night. */
export const limitRefSchema = z.union([
  z.object({ limitId: z.string().min(1).max(80) }).strict(),
  z.object({ value: z.number(), window: z.enum(['all', 'day', 'night']).default('all') }).strict(),
])
export type LimitRef = z.infer<typeof limitRefSchema>

/**
 * What a gate does with the signal of a condition: it is raised when the signal holds for `forSeconds` without a gap in the
 * reports longer than `maxGapSeconds`, and ends when it has not held for `clearSeconds`.
 */
const gate = {
  /** Aggregates of the device over more than this are left out; 0: momentary values alone. */
  maxSpanSeconds: seconds(DAY_S).default(60),
  forSeconds: seconds(DAY_S).default(0),
  clearSeconds: seconds(DAY_S).default(0),
  maxGapSeconds: seconds(DAY_S).min(1).default(900),
}
export const thresholdSchema = z.object({
  kind: z.literal('threshold'),
  metric,
  compare: z.enum(['above', 'below']).default('above'),
  limit: limitRefSchema,
  /** Hysteresis, in the unit of the metric: it ends only this far on the good side of the limit. */
  band: z.number().min(0).default(0),
  ...gate,
})
/** Means over whole windows of a day in Asia/Shanghai; raised when more than `allowed` of them exceed the limit. */
export const dailyCountSchema = z.object({
  kind: z.literal('daily-count'),
  metric,
  minutes: z.union([z.literal(5), z.literal(10), z.literal(15), z.literal(20), z.literal(30), z.literal(60)]),
  /** 'leq': the energetic mean of levels in dB. */
  statistic: z.enum(['mean', 'leq']).default('mean'),
  limit: limitRefSchema,
  /** Absent: what the limit allows. */
  allowed: z.number().int().min(0).max(288).optional(),
  /** A window with fewer reports says nothing. */
  minSamples: z.number().int().min(1).max(3600).default(1),
})
/** No report, or none of one of these metrics, for so long. */
export const staleSchema = z.object({
  kind: z.literal('stale'),
  /** Empty: the device as a whole. */
  metrics: z.array(metric).max(16).default([]),
  afterSeconds: seconds(30 * DAY_S).min(30),
})
export const flatlineSchema = z.object({
  kind: z.literal('flatline'),
  metric,
  /** The same value so many times and for so long. */
  samples: z.number().int().min(3).max(10_000),
  forSeconds: seconds(7 * DAY_S).default(0),
  tolerance: z.number().min(0).default(0),
  /** A value at which the metric may well stand still: 0 m/s of wind. */
  except: z.array(z.number()).max(8).default([]),
})
/** From one report to the next by at least this much; ends after `clearSeconds` without another. */
export const jumpSchema = z.object({
  kind: z.literal('jump'),
  metric,
  delta: z.number().positive(),
  direction: z.enum(['up', 'down', 'both']).default('both'),
  withinSeconds: seconds(DAY_S).min(1),
  clearSeconds: seconds(DAY_S).default(600),
})
const robust = {
  metric,
  /** Robust z-score: 0.6745 (value − median) / MAD. */
  score: z.number().min(1).max(100),
  direction: z.enum(['up', 'down', 'both']).default('up'),
  /** Smallest deviation that is taken for MAD: a quiet station must not cry at every breath. */
  minDeviation: z.number().positive(),
  /** Hysteresis, in scores. */
  band: z.number().min(0).default(1),
  ...gate,
}
/** Against the device's own values at the same hour of the week. */
export const historySchema = z.object({
  kind: z.literal('history'),
  ...robust,
  minHours: z.number().int().min(3).max(520).default(6),
})
/** Against what other stations within `withinM` say now. */
export const neighboursSchema = z.object({
  kind: z.literal('neighbours'),
  ...robust,
  withinM: z.number().min(50).max(50_000),
  minStations: z.number().int().min(2).max(50).default(3),
  freshSeconds: seconds(DAY_S).min(60).default(900),
})
/** 'enter' and 'stay' hold inside one of the zones, 'leave' outside of all. */
export const zoneSchema = z.object({
  kind: z.literal('zone'),
  event: z.enum(['enter', 'leave', 'stay']),
  /** Kinds of zones ('danger', 'fence', …) as the site has drawn them. */
  zoneKinds: z.array(z.string().min(1).max(40)).min(1).max(16),
  /** Positions less sure than this say nothing. */
  maxAccuracyM: z.number().min(1).max(1000).default(50),
  ...gate,
})
/** A metric of the site beyond its limit while this device moves. */
export const correlationSchema = z.object({
  kind: z.literal('correlation'),
  metric,
  compare: z.enum(['above', 'below']).default('above'),
  limit: limitRefSchema,
  /** How old the other metric may be. */
  withinSeconds: seconds(DAY_S).min(1).default(120),
  /** Moves when one of these changes faster than so much a second; 'slew' is an angle in degrees. */
  moving: z
    .array(z.object({ metric, perSecond: z.number().positive() }))
    .min(1)
    .max(8),
  ...gate,
})
/** Somebody enters who has no valid registration on this site; ends when they leave. */
export const unregisteredSchema = z.object({
  kind: z.literal('unregistered'),
  /** Taken to have left after this, where nobody saw them go. */
  forgetSeconds: seconds(7 * DAY_S)
    .min(60)
    .default(16 * 3600),
})
/** The device says so itself; `codeSet` is a set of `data/monitoring/vendor-codes.json`. */
export const deviceAlarmSchema = z.object({
  kind: z.literal('device-alarm'),
  codeSet: z.string().min(1).max(60),
  /** An alarm of which the device tells no end ends after this. */
  forgetSeconds: seconds(7 * DAY_S)
    .min(10)
    .default(600),
})
export const conditionSchema = z.discriminatedUnion('kind', [
  thresholdSchema,
  dailyCountSchema,
  staleSchema,
  flatlineSchema,
  jumpSchema,
  historySchema,
  neighboursSchema,
  zoneSchema,
  correlationSchema,
  unregisteredSchema,
  deviceAlarmSchema,
])
export type Condition = z.infer<typeof conditionSchema>
export const ruleKinds = conditionSchema.options.map((each) => each.shape.kind.value)
export type RuleKind = Condition['kind']

export const ruleKeySchema = z
  .string()
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, { error: '规则代码只能含小写字母、数字、点和连字符' })
  .max(60)
export const severitySchema = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
export type Severity = z.infer<typeof severitySchema>

export const definitionSchema = z
  .object({
    name: wordsSchema,
    /** What to do about an alarm of it, for whoever gets it. */
    advice: wordsSchema,
    condition: conditionSchema,
    appliesTo: z
      .object({
        deviceKinds: z.array(z.enum(deviceKinds)).min(1),
        /** Empty: all sites. */
        siteIds: z.array(z.uuid()).max(500).default([]),
      })
      .strict(),
    /** 1 the most severe … 4, as in GB/T 28181. */
    severity: severitySchema,
    /** Raised again within so many minutes of its end, it is the same alarm. */
    reopenMinutes: z.number().int().min(0).max(1440).default(10),
    source: sourceSchema,
  })
  .strict()
export type Definition = z.infer<typeof definitionSchema>
export type DefinitionInput = z.input<typeof definitionSchema>
