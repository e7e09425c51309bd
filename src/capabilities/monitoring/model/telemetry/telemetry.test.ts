import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dustMonitor, NOON, position, report, retention } from '../../../../../tests/support/telemetry.ts'
import { addDays, addMs, DAY_MS, instantFromMs, localDateOf, msOf, startOfDay } from '../../../../kernel/time.ts'
import { foldReports } from './fold.ts'
import { horizonsOf, retentionSchema } from './retention.ts'
import { figuresFor, MOST_POINTS, seriesOf } from './series.ts'
import { sortBatch, sortRulesOf, spanOf } from './sort.ts'
import { bucketOf, dayOf, dayStretch, levelOf, monthStretch } from './time.ts'

const horizons = horizonsOf(retention, localDateOf(NOON))
const rules = sortRulesOf(horizons, retention.futureSeconds.seconds)

/** An array of floats as the database sends it. */
const sent = (values: readonly number[]): Buffer => {
  const out = Buffer.alloc(values.length === 0 ? 12 : 20 + values.length * 8)
  out.writeInt32BE(values.length === 0 ? 0 : 1, 0)
  out.writeInt32BE(700, 8)
  if (values.length === 0) return out
  out.writeInt32BE(values.length, 12)
  out.writeInt32BE(1, 16)
  values.forEach((value, index) => {
    out.writeInt32BE(4, 20 + index * 8)
    out.writeFloatBE(value, 24 + index * 8)
  })
  return out
}

describe('folding reports', () => {
  it('counts, adds, and finds smallest, largest and last of each metric; NaN counts nowhere', () => {
    const value = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: -1000, max: 1000 }))
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 6 }), { maxLength: 30 }), (reports) => {
        const folded = foldReports(Buffer.concat(reports.map(sent)))
        const width = Math.max(0, ...reports.map((each) => each.length))
        expect(folded.n.length).toBe(width)
        for (let metric = 0; metric < width; metric += 1) {
          const values = reports.flatMap((each) => each[metric] ?? []).filter((each) => !Number.isNaN(each))
          expect(folded.n[metric]).toBe(values.length)
          expect(folded.sum[metric]).toBe(values.reduce((sum, each) => sum + each, 0))
          expect(folded.min[metric]).toBe(values.length === 0 ? Number.NaN : Math.min(...values))
          expect(folded.max[metric]).toBe(values.length === 0 ? Number.NaN : Math.max(...values))
          expect(folded.last[metric]).toBe(values.at(-1) ?? Number.NaN)
        }
      }),
      { seed: 3 },
    )
  })
})

describe('sorting a batch', () => {
  it('loses no report: each has one place or is named a repeat, and rows come in order of device, moment and span', () => {
    const devices = [dustMonitor(), dustMonitor(), dustMonitor()]
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            device: fc.constantFrom(...devices),
            ms: fc.integer({ min: -4, max: 4 }),
            days: fc.constantFrom(0, 0, 0, -89, -90, -729, -730, 1),
            span: fc.constantFrom(0, 60, 3600),
            isPosition: fc.boolean(),
          }),
          { maxLength: 60 },
        ),
        (made) => {
          const reports = made.map(({ device, ms, days, span, isPosition }) => {
            const at = addMs(NOON, ms + days * DAY_MS)
            return isPosition
              ? { ...position(device, at, 1, 1), receivedAt: NOON }
              : report(device, at, [1], { spanSeconds: span, receivedAt: NOON })
          })
          const batch = sortBatch(reports, rules)
          const places = [
            ...[...batch.telemetry, ...batch.late, ...batch.positions, ...batch.quarantined].map((each) => each.index),
            ...batch.repeated,
          ]
          expect(places.sort((a, b) => a - b)).toEqual(reports.map((_each, index) => index))
          for (const rows of [batch.telemetry, batch.late]) {
            const keys = rows.map(({ report: each, atMs }) => {
              const { siteId, deviceId } = each.device
              return `${siteId} ${deviceId} ${String(atMs).padStart(15, '0')} ${String(spanOf(each)).padStart(6, '0')}`
            })
            expect(keys).toEqual([...new Set(keys)].sort())
          }
          for (const { atMs } of batch.telemetry) expect(atMs).toBeGreaterThanOrEqual(msOf(startOfDay(horizons.raw)))
          for (const { atMs } of batch.late) expect(atMs).toBeLessThan(msOf(startOfDay(horizons.raw)))
        },
      ),
      { seed: 5 },
    )
  })
  it('believes no place off the earth and no moment that is none', () => {
    const device = dustMonitor()
    const batch = sortBatch(
      [
        position(device, NOON, Number.NaN, 29),
        position(device, NOON, 181, 29),
        report(device, 'yesterday' as never, [1]),
        report(device, NOON, [1], { spanSeconds: -1 }),
      ],
      rules,
    )
    expect(batch.quarantined.map((each) => each.reason)).toEqual(Array(4).fill('implausible'))
  })
})

describe('buckets of time', () => {
  it('of a day are those of the calendar in Shanghai', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.parse('2100-01-01T00:00:00Z') }), (ms) => {
        const at = instantFromMs(ms)
        expect(instantFromMs(dayOf(ms))).toBe(startOfDay(localDateOf(at)))
        const { from, to } = dayStretch(localDateOf(at))
        expect(from <= at && at < to).toBe(true)
        const month = monthStretch(localDateOf(at))
        expect(month.from <= at && at < month.to).toBe(true)
        expect(localDateOf(month.from).slice(8)).toBe('01')
        expect(localDateOf(month.to)).toBe(localDateOf(addMs(month.to, 1)))
      }),
      { seed: 11 },
    )
  })
  it('in which an aggregate counts are no shorter than what it covers', () => {
    expect([0, 1, 60, 61, 300, 3600, 3601, 86_400].map(levelOf)).toEqual([
      'minute',
      'minute',
      'minute',
      'hour',
      'hour',
      'hour',
      'day',
      'day',
    ])
    expect(bucketOf('hour', msOf(NOON) + 3_599_999)).toBe(msOf(NOON))
  })
})

describe('how long data are kept', () => {
  it('is data with a source; minutes may not end before raw data', () => {
    expect(horizonsOf(retention, localDateOf(NOON)).raw).toBe(addDays(localDateOf(NOON), 1 - retention.raw.days))
    expect(retentionSchema.safeParse({ ...retention, minutes: { ...retention.minutes, days: 1 } }).success).toBe(false)
    expect(retention.raw.source.basis.length).toBeGreaterThan(0)
  })
})

describe('a series', () => {
  it('never has more points than its bound, at whatever length of the period', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 * 24 * 60 }), (minutes) => {
        const period = { from: NOON, to: addMs(NOON, minutes * 60_000) }
        const width = { '1m': 1, '1h': 60, '1d': 1440 }[figuresFor(period, horizons)]
        expect(minutes / width).toBeLessThanOrEqual(MOST_POINTS)
      }),
      { seed: 13 },
    )
  })
  it('shows nothing rather than a number where nothing was reported', () => {
    const row = { at: NOON, metrics: ['a'], n: [0], sum: [0], min: [Number.NaN], max: [Number.NaN], last: [Number.NaN] }
    expect(seriesOf([row], undefined).metrics).toEqual([
      { metric: 'a', mean: [null], min: [null], max: [null], last: [null], n: [0] },
    ])
  })
})
