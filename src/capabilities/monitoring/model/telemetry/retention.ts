/** How long measured data are kept, and how far a device's clock is believed: data with a source. */
import { z } from 'zod'
import { sourceSchema } from '../../../../kernel/sourced.ts'
import { addDays, type LocalDate } from '../../../../kernel/time.ts'

const period = z.object({ days: z.number().int().min(1).max(36_500), source: sourceSchema })
export const retentionSchema = z
  .object({
    /** Reports as they came. */
    raw: period,
    /** Where people and vehicles were. */
    positions: period,
    /** Figures by minute; those by hour and day are kept for ever. */
    minutes: period,
    /** What was received and not believed. */
    quarantined: period,
    /** Days whose partitions are made ahead. */
    daysAhead: z.number().int().min(1).max(30),
    /** A report dated later than its arrival by more than this is not believed. */
    futureSeconds: z.object({ seconds: z.number().int().min(1).max(86_400), source: sourceSchema }),
  })
  .refine((value) => value.minutes.days >= value.raw.days, { error: 'minutes are kept at least as long as raw data' })
export type Retention = z.infer<typeof retentionSchema>

/** The first day of which something is kept. */
export interface Horizons {
  readonly raw: LocalDate
  readonly positions: LocalDate
  readonly minutes: LocalDate
}
export const horizonsOf = (retention: Retention, today: LocalDate): Horizons => ({
  raw: addDays(today, 1 - retention.raw.days),
  positions: addDays(today, 1 - retention.positions.days),
  minutes: addDays(today, 1 - retention.minutes.days),
})
