/** The period of a chart, as it stands in the URL. Pure. */
import { z } from 'zod'
import {
  addDays,
  addMs,
  DAY_MS,
  type Instant,
  type LocalDate,
  localDateOf,
  localDateSchema,
  startOfDay,
} from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'

export const spans = ['6h', '24h', '7d', '30d', 'days'] as const
export type ChartSpan = (typeof spans)[number]
export const spanWords: Readonly<Record<ChartSpan, Words>> = {
  '6h': words('最近 6 小时', 'Last 6 hours'),
  '24h': words('最近 24 小时', 'Last 24 hours'),
  '7d': words('最近 7 天', 'Last 7 days'),
  '30d': words('最近 30 天', 'Last 30 days'),
  days: words('指定日期', 'Chosen days'),
}
const lengths: Readonly<Record<Exclude<ChartSpan, 'days'>, number>> = {
  '6h': DAY_MS / 4,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
}
export const chartSearch = z.object({
  device: z.uuid().optional().catch(undefined),
  metric: z.string().max(40).optional().catch(undefined),
  span: z.enum(spans).optional().catch(undefined),
  from: localDateSchema.optional().catch(undefined),
  to: localDateSchema.optional().catch(undefined),
})
/** The period of a choice; chosen days are whole, both included. Null when the last is before the first. */
export const periodOf = (
  span: ChartSpan,
  first: LocalDate | undefined,
  last: LocalDate | undefined,
  now: Instant,
): { readonly from: Instant; readonly to: Instant } | null => {
  if (span !== 'days') return { from: addMs(now, -lengths[span]), to: now }
  const to = last ?? localDateOf(now)
  const from = first ?? addDays(to, -6)
  return from > to ? null : { from: startOfDay(from), to: startOfDay(addDays(to, 1)) }
}
