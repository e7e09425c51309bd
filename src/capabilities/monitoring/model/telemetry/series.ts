/** Puts rows of figures together to a series. Pure. */
import { DAY_MS, type Instant, msOf, startOfDay } from '../../../../kernel/time.ts'
import type { Period, SeriesMetric } from '../../contract/telemetry.ts'
import type { Horizons } from './retention.ts'
import { HOUR_MS, MINUTE_MS } from './time.ts'

/** Points of an answer at most; a chart shows no more. */
export const MOST_POINTS = 2000
/** Reports are counted to see whether they are few enough only in periods that are not longer. */
const RAW_DAYS = 31

/** The finest figures of which a period has at most `MOST_POINTS` and which are still kept. */
export const figuresFor = ({ from, to }: Period, horizons: Horizons): '1m' | '1h' | '1d' => {
  const length = msOf(to) - msOf(from)
  if (length <= MOST_POINTS * MINUTE_MS && from >= startOfDay(horizons.minutes)) return '1m'
  return length <= MOST_POINTS * HOUR_MS ? '1h' : '1d'
}
/** Whether reports as they came may be shown: they are kept, and the period is short enough to count them. */
export const mayBeRaw = ({ from, to }: Period, horizons: Horizons): boolean =>
  from >= startOfDay(horizons.raw) && msOf(to) - msOf(from) <= RAW_DAYS * DAY_MS

export interface Figures {
  readonly at: Instant
  readonly metrics: readonly string[]
  readonly n: ArrayLike<number>
  readonly sum: ArrayLike<number>
  readonly min: ArrayLike<number>
  readonly max: ArrayLike<number>
  readonly last: ArrayLike<number>
}
interface Cell {
  n: number
  sum: number
  min: number
  max: number
  last: number
}
const orNull = (value: number | undefined, cell: Cell | undefined): number | null =>
  cell === undefined || cell.n === 0 || value === undefined || !Number.isFinite(value) ? null : value

/** Rows in order of `at`; those of one moment (a device whose profile changed) become one place. */
export const seriesOf = (
  rows: readonly Figures[],
  wanted: readonly string[] | undefined,
): { readonly at: readonly Instant[]; readonly metrics: readonly SeriesMetric[] } => {
  const at: Instant[] = []
  const columns = new Map<string, Map<number, Cell>>()
  for (const row of rows) {
    if (at.at(-1) !== row.at) at.push(row.at)
    const place = at.length - 1
    row.metrics.forEach((metric, index) => {
      if (wanted !== undefined && !wanted.includes(metric)) return
      const column = columns.get(metric) ?? new Map<number, Cell>()
      columns.set(metric, column)
      const n = row.n[index] ?? 0
      if (n === 0) return
      const cell: Cell = {
        n,
        sum: row.sum[index] ?? 0,
        min: row.min[index] ?? Number.NaN,
        max: row.max[index] ?? Number.NaN,
        last: row.last[index] ?? Number.NaN,
      }
      const before = column.get(place)
      column.set(
        place,
        before === undefined
          ? cell
          : {
              n: before.n + cell.n,
              sum: before.sum + cell.sum,
              min: Math.min(before.min, cell.min),
              max: Math.max(before.max, cell.max),
              last: cell.last,
            },
      )
    })
  }
  const metrics = [...columns].map(([metric, column]): SeriesMetric => {
    const cells = at.map((_, place) => column.get(place))
    return {
      metric,
      mean: cells.map((cell) => orNull(cell === undefined ? undefined : cell.sum / cell.n, cell)),
      min: cells.map((cell) => orNull(cell?.min, cell)),
      max: cells.map((cell) => orNull(cell?.max, cell)),
      last: cells.map((cell) => orNull(cell?.last, cell)),
      n: cells.map((cell) => cell?.n ?? 0),
    }
  })
  return { at, metrics }
}
