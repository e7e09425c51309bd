import { describe, expect, it } from 'vitest'
import { instant, msOf } from '../../../../kernel/time.ts'
import type { SeriesView } from '../../contract/telemetry.ts'
import { gapAfter, limitSteps, nightsIn, pointsOf, silences, thinned, withGaps } from './points.ts'

const at = (text: string) => msOf(instant(`${text}+08:00`))
const series = (
  times: readonly string[],
  values: readonly (number | null)[],
  resolution: '1m' | 'raw',
): SeriesView => ({
  siteId: 'site' as never,
  deviceId: 'device' as never,
  from: instant('2026-11-29T08:00:00+08:00'),
  to: instant('2026-11-29T09:00:00+08:00'),
  resolution,
  at: times.map((time) => instant(`2026-11-29T${time}:00+08:00`)),
  metrics: [
    {
      metric: 'pm10',
      mean: [...values],
      min: [...values],
      max: [...values],
      last: [...values],
      n: values.map(() => 1),
    },
  ],
  truncated: false,
})
const night = { from: '22:00', to: '06:00' }

describe('what a chart shows of a series', () => {
  it('breaks the line where nothing was reported, and nowhere else', () => {
    const view = series(['08:00', '08:01', '08:02', '08:10', '08:11'], [1, 2, 3, 4, 5], '1m')
    const [metric] = view.metrics
    const points = pointsOf(view, metric as never, 'mean')
    expect(points.filter((point) => point[1] === null)).toHaveLength(1)
    expect(points.map((point) => point[1])).toEqual([1, 2, 3, null, 4, 5])
  })
  it('keeps a value that was not reported as a break', () => {
    const view = series(['08:00', '08:01'], [1, null], '1m')
    expect(pointsOf(view, view.metrics[0] as never, 'mean').map((point) => point[1])).toEqual([1, null])
  })
  it('takes the usual step of raw reports as its measure, so that a slow device is not all gaps', () => {
    const view = series(['08:00', '08:10', '08:20', '08:30'], [1, 2, 3, 4], 'raw')
    expect(gapAfter(view.at, 'raw')).toBe(30 * 60_000)
    expect(
      withGaps(
        view.at.map((each) => [msOf(each), 1] as const),
        gapAfter(view.at, 'raw'),
      ),
    ).toHaveLength(4)
  })
  it('names silences, those at both ends included', () => {
    const view = series(['08:20', '08:21', '08:40'], [1, 2, 3], '1m')
    expect(silences(view, at('2026-11-29T10:00:00')).map(({ from, to }) => Math.round((to - from) / 60_000))).toEqual([
      20, 19, 20,
    ])
  })
})
it('does not call silence what has not passed yet', () => {
  const view = series(['08:20', '08:21'], [1, 2], '1m')
  expect(silences(view, at('2026-11-29T08:31:00')).map(({ from, to }) => Math.round((to - from) / 60_000))).toEqual([
    20, 10,
  ])
  expect(silences(view, at('2026-11-29T08:21:30'))).toHaveLength(1)
})
describe('nights and limits', () => {
  it('shows the night that began the evening before, cut at the beginning of the period', () => {
    const span = { from: at('2026-11-29T03:00:00'), to: at('2026-11-29T23:00:00') }
    expect(nightsIn(span, night)).toEqual([
      { from: at('2026-11-29T03:00:00'), to: at('2026-11-29T06:00:00') },
      { from: at('2026-11-29T22:00:00'), to: at('2026-11-29T23:00:00') },
    ])
  })
  it('steps between the limits of day and night at the hours of the law', () => {
    const rows = [
      { value: 70, window: 'day', validFrom: null, validTo: null },
      { value: 55, window: 'night', validFrom: null, validTo: null },
    ] as const
    const span = { from: at('2026-11-29T00:00:00'), to: at('2026-11-30T00:00:00') }
    expect(limitSteps(rows, span, night)).toEqual([
      [at('2026-11-29T00:00:00'), 55],
      [at('2026-11-29T06:00:00'), 70],
      [at('2026-11-29T22:00:00'), 55],
      [at('2026-11-30T00:00:00'), 55],
    ])
  })
  it('changes a limit on the day on which another edition of the standard comes into force', () => {
    const rows = [
      { value: 80, window: 'all', validFrom: null, validTo: '2026-11-29' },
      { value: 60, window: 'all', validFrom: '2026-11-30', validTo: null },
    ] as never
    const span = { from: at('2026-11-29T12:00:00'), to: at('2026-11-30T12:00:00') }
    expect(limitSteps(rows, span, night).map((point) => point[1])).toEqual([80, 60, 60])
    expect(limitSteps(rows, span, night)[1]?.[0]).toBe(at('2026-11-30T00:00:00'))
  })
  it('has no line where no limit holds', () => {
    expect(limitSteps([], { from: 0, to: 3_600_000 }, night).every((point) => point[1] === null)).toBe(true)
  })
})
it('thins a long table evenly and keeps the newest row', () => {
  const rows = Array.from({ length: 1001 }, (_none, index) => index)
  const few = thinned(rows, 100)
  expect(few.length).toBeLessThanOrEqual(100)
  expect(few.at(-1)).toBe(1000)
})
