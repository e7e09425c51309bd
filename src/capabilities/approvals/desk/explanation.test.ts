import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { weekdayOf } from '../../../kernel/time.ts'
import { weeksOf } from './explanation.tsx'

const month = fc
  .tuple(fc.integer({ min: 1990, max: 2090 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, number]) => `${year}-${String(number).padStart(2, '0')}`)

describe('the month of the day-by-day explanation', () => {
  it('holds every day of the month once, in order, under its own weekday', () => {
    fc.assert(
      fc.property(month, (text) => {
        const weeks = weeksOf(text)
        const days = weeks.flat().filter((day) => day !== null)
        expect(days[0]).toBe(`${text}-01`)
        expect(days).toEqual([...new Set(days)].sort())
        expect(days.length).toBe(new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5)), 0)).getUTCDate())
        for (const week of weeks) {
          expect(week).toHaveLength(7)
          week.forEach((day, index) => {
            if (day !== null) expect(weekdayOf(day)).toBe(index + 1)
          })
        }
      }),
    )
  })
})
