/** Limits and rule templates as data: `data/monitoring/limits.json` and `rules.json`. */
import { z } from 'zod'
import { holdsOn, needsVerification, sourceSchema, validitySchema } from '../../../../kernel/sourced.ts'
import type { LocalDate } from '../../../../kernel/time.ts'
import { wordsSchema } from '../../../../kernel/words.ts'
import { definitionSchema, ruleKeySchema } from './definition.ts'

export const windows = ['all', 'day', 'night'] as const
export type Window = (typeof windows)[number]

/** One figure of a limit: for a part of the day, a region and a time. */
export const limitRowSchema = z
  .object({
    value: z.number(),
    window: z.enum(windows).default('all'),
    /** Exceedances a day that are still in order; null: the standard names none. */
    allowedPerDay: z.number().int().min(0).nullable().default(null),
    source: sourceSchema,
  })
  .extend(validitySchema.shape)
  .strict()
export type LimitRow = z.infer<typeof limitRowSchema>
export const limitSchema = z
  .object({
    id: z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/),
    name: wordsSchema,
    metric: z.string(),
    unit: z.string(),
    /** Front part of an area code of GB/T 2260; null: the whole country. */
    region: z
      .string()
      .regex(/^\d{2,6}$/)
      .nullable(),
    /** What is compared: the momentary value, an equivalent level, a maximum or a mean over minutes. */
    statistic: z
      .object({
        kind: z.enum(['momentary', 'leq', 'max', 'mean']),
        minutes: z.number().int().min(1).nullable().default(null),
      })
      .strict(),
    note: z.string().default(''),
    rows: z.array(limitRowSchema).min(1),
  })
  .strict()
export type Limit = z.infer<typeof limitSchema>
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
export const limitFileSchema = z
  .object({
    note: z.string(),
    /** Night of the noise law; authorities of a city may set another. */
    night: z.object({ from: clock, to: clock, source: sourceSchema }).strict(),
    limits: z.array(limitSchema).min(1),
  })
  .strict()
  .refine(({ limits }) => new Set(limits.map((each) => each.id)).size === limits.length, { error: '限值编号重复' })
export type LimitFile = z.infer<typeof limitFileSchema>

export const templateSchema = z
  .object({
    key: ruleKeySchema,
    /** Put into force at a first start; never where a figure is a mere guess. */
    active: z.boolean(),
    definition: definitionSchema,
  })
  .strict()
export type Template = z.infer<typeof templateSchema>
export const templateFileSchema = z.object({ note: z.string(), rules: z.array(templateSchema) }).strict()

export const vendorCodesSchema = z
  .object({
    note: z.string(),
    sets: z.array(
      z
        .object({
          id: z.string(),
          name: wordsSchema,
          codes: z.array(z.object({ vendor: z.string(), code: z.string() }).strict()).min(1),
          source: sourceSchema,
        })
        .strict(),
    ),
  })
  .strict()
export type VendorCodes = z.infer<typeof vendorCodesSchema>

/** The rows of a limit that hold on a day. */
export const rowsOn = (limit: Limit, day: LocalDate): readonly LimitRow[] =>
  limit.rows.filter((row) => holdsOn(row, day))
export const unverified = (limit: Limit): boolean => limit.rows.some((row) => needsVerification(row.source.certainty))
