import { describe, expect, it } from 'vitest'
import { instant, localDate } from '../../../../kernel/time.ts'
import { periodOf } from './period.ts'

const now = instant('2026-11-29T10:00:00+08:00')
describe('the period of a chart', () => {
  it('ends now for the last hours and days', () => {
    expect(periodOf('24h', undefined, undefined, now)).toEqual({ from: instant('2026-11-28T10:00:00+08:00'), to: now })
  })
  it('takes chosen days whole, in the time of the district, both included', () => {
    expect(periodOf('days', localDate('2026-11-01'), localDate('2026-11-02'), now)).toEqual({
      from: instant('2026-11-01T00:00:00+08:00'),
      to: instant('2026-11-03T00:00:00+08:00'),
    })
  })
  it('is none when the last day is before the first', () => {
    expect(periodOf('days', localDate('2026-11-03'), localDate('2026-11-02'), now)).toBeNull()
  })
  it('takes the last seven days where no day is chosen', () => {
    expect(periodOf('days', undefined, undefined, now)).toEqual({
      from: instant('2026-11-23T00:00:00+08:00'),
      to: instant('2026-11-30T00:00:00+08:00'),
    })
  })
})
