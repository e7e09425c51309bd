import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refused } from './refusal.ts'
import {
  addDays,
  daysBetween,
  endOfDay,
  instantFromMs,
  type LocalDate,
  localDate,
  localDateOf,
  startOfDay,
  weekdayOf,
} from './time.ts'
import type { Words } from './words.ts'
import {
  type CalendarYear,
  dayNumberOf,
  dayNumberOfInstant,
  dayOfNumber,
  endOfDayNumber,
  horizonAlarm,
  makeCalendar,
  startOfDayNumber,
  weekdayOfNumber,
} from './working-days.ts'

interface File {
  readonly year: number
  readonly provisional: boolean
  readonly holidays: readonly { readonly name: Words; readonly from: LocalDate; readonly to: LocalDate }[]
  readonly makeupWorkdays: readonly { readonly name: Words; readonly day: LocalDate }[]
}
const yearOf = (name: string): CalendarYear => {
  const file = JSON.parse(readFileSync(`data/calendar/${name}.json`, 'utf8')) as File
  const holidays = new Map<LocalDate, Words>()
  for (const { name: holiday, from, to } of file.holidays)
    for (let day = from; day <= to; day = addDays(day, 1)) holidays.set(day, holiday)
  return { ...file, holidays, makeupWorkdays: new Map(file.makeupWorkdays.map((entry) => [entry.day, entry.name])) }
}
const y2025 = yearOf('cn-2025')
const y2026 = yearOf('cn-2026')
const y2027 = yearOf('cn-2027-provisional')
const calendar = makeCalendar('test', [y2026, y2025, y2027])
const day = localDate
const refusalOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof Refused)
      return `${error.refusal.kind} ${error.refusal.code} ${String(error.refusal.facts['year'])}`
    throw error
  }
  return 'not refused'
}
const anyDay = fc.integer({ min: 0, max: 1094 }).map((offset) => addDays(day('2025-01-01'), offset))

describe('the official calendar', () => {
  test.each([
    ['2026-02-13', 7, '2026-03-02'],
    ['2026-04-30', 7, '2026-05-13'],
    ['2026-09-18', 20, '2026-10-22'],
    ['2026-09-30', 5, '2026-10-13'],
    ['2026-02-14', 1, '2026-02-24'],
    ['2026-01-04', 3, '2026-01-07'],
    ['2026-11-20', 7, '2026-12-01'],
    ['2025-01-24', 5, '2025-02-07'],
    ['2025-09-30', 7, '2025-10-16'],
    ['2025-04-25', 5, '2025-05-06'],
  ])('%s plus %i workdays is %s', (from, n, to) => {
    expect(calendar.addWorkdays(day(from), n)).toBe(to)
    expect(calendar.workdaysBetween(day(from), day(to))).toBe(n)
  })

  test('2025 and 2026 have 248 workdays each', () => {
    expect(
      calendar.workdaysBetween(day('2025-01-01'), day('2025-12-31')) + Number(calendar.isWorkday(day('2025-01-01'))),
    ).toBe(248)
    expect(calendar.workdaysBetween(day('2025-12-31'), day('2026-12-31'))).toBe(248)
  })

  test('each day is a workday, a weekend, a named holiday or a named make-up workday', () => {
    expect(calendar.classify(day('2026-02-13'))).toEqual({ kind: 'workday', provisional: false })
    expect(calendar.classify(day('2026-03-07'))).toEqual({ kind: 'weekend', provisional: false })
    expect(calendar.classify(day('2026-02-15'))).toMatchObject({ kind: 'holiday', name: { zh: '春节' } })
    expect(calendar.classify(day('2026-02-14'))).toMatchObject({ kind: 'makeup-workday', name: { zh: '春节调休' } })
  })

  test('a make-up Sunday is worked: a weekend fixed as Saturday and Sunday cannot express it (P3)', () => {
    expect(weekdayOf(day('2026-09-20'))).toBe(7)
    expect(calendar.isWorkday(day('2026-09-20'))).toBe(true)
    expect(calendar.nextWorkday(day('2026-09-18'))).toBe('2026-09-20')
    expect(calendar.previousWorkday(day('2026-09-21'))).toBe('2026-09-20')
  })

  test('every holiday in the stretched tail is excluded again, not only those in the first window (P1)', () => {
    // Mid-Autumn stretches the window into National Day, which stretches it again.
    expect(calendar.addWorkdays(day('2026-09-24'), 5)).toBe('2026-10-09')
    expect(calendar.addWorkdays(day('2026-09-24'), 6)).toBe('2026-10-10')
  })

  test('one workday is one day, never 24 office hours (P7)', () => {
    expect(calendar.addWorkdays(day('2026-03-02'), 1)).toBe('2026-03-03')
  })

  test('a year outside the calendar is refused, never guessed', () => {
    const unknown = 'unavailable calendar.year-unknown'
    expect(refusalOf(() => calendar.classify(day('2028-01-03')))).toBe(`${unknown} 2028`)
    expect(refusalOf(() => calendar.isWorkday(day('2024-12-31')))).toBe(`${unknown} 2024`)
    expect(refusalOf(() => calendar.addWorkdays(day('2027-12-31'), 1))).toBe(`${unknown} 2028`)
    expect(refusalOf(() => calendar.addWorkdays(day('2025-01-01'), -1))).toBe(`${unknown} 2024`)
    expect(refusalOf(() => calendar.addWorkdays(day('2028-01-01'), 0))).toBe(`${unknown} 2028`)
    expect(refusalOf(() => calendar.workdaysBetween(day('2027-12-01'), day('2028-01-05')))).toBe(`${unknown} 2028`)
  })

  test('a provisional year computes and is marked; the horizon is the last official day', () => {
    expect(calendar.horizon).toBe('2026-12-31')
    expect(calendar.provisionalRange).toEqual({ from: '2027-01-01', to: '2027-12-31' })
    expect(calendar.classify(day('2027-02-05'))).toMatchObject({ kind: 'holiday', provisional: true })
    expect(calendar.provisionalBetween(dayNumberOf(day('2026-12-30')), dayNumberOf(day('2026-12-31')))).toBe(false)
    expect(calendar.provisionalBetween(dayNumberOf(day('2026-12-31')), dayNumberOf(day('2027-01-01')))).toBe(true)
    expect(makeCalendar('official', [y2026]).provisionalRange).toBeNull()
    expect(makeCalendar('provisional', [y2027]).horizon).toBeNull()
  })

  test('the horizon alarm sounds once the official calendar has no more than the lead time left', () => {
    expect(horizonAlarm(calendar, day('2026-10-01'), 60)).toBeNull()
    expect(horizonAlarm(calendar, day('2026-11-23'), 60)).toMatchObject({ daysLeft: 38 })
    expect(horizonAlarm(calendar, day('2027-01-02'), 60)?.daysLeft).toBe(-2)
  })

  test('years with gaps, repeats or impossible make-up days are rejected when the calendar is built', () => {
    expect(() => makeCalendar('gap', [y2025, y2027])).toThrow(RangeError)
    expect(() => makeCalendar('twice', [y2025, y2025])).toThrow(RangeError)
    expect(() => makeCalendar('none', [])).toThrow(RangeError)
    const weekday = new Map([[day('2026-03-02'), { zh: '调休', en: 'make-up' }]])
    expect(() => makeCalendar('weekday', [{ ...y2026, makeupWorkdays: weekday }])).toThrow(RangeError)
    expect(() => makeCalendar('year', [{ ...y2026, holidays: y2025.holidays }])).toThrow(RangeError)
  })
})

describe('calendar properties', () => {
  const n = fc.integer({ min: 1, max: 200 })
  const early = fc.integer({ min: 0, max: 700 }).map((offset) => addDays(day('2025-01-01'), offset))
  test('workdaysBetween inverts addWorkdays, forwards and backwards', () => {
    fc.assert(
      fc.property(early, n, (from, count) => {
        const to = calendar.addWorkdays(from, count)
        expect(calendar.isWorkday(to)).toBe(true)
        expect(calendar.workdaysBetween(from, to)).toBe(count)
        expect(calendar.workdaysBetween(to, from)).toBe(-count)
        if (calendar.isWorkday(from)) expect(calendar.addWorkdays(to, -count)).toBe(from)
      }),
    )
  })
  test('addWorkdays grows with the day and with the count', () => {
    fc.assert(
      fc.property(early, n, fc.integer({ min: 0, max: 60 }), (from, count, more) => {
        expect(calendar.addWorkdays(from, count) < calendar.addWorkdays(from, count + 1)).toBe(true)
        expect(calendar.addWorkdays(from, count) <= calendar.addWorkdays(addDays(from, more), count)).toBe(true)
      }),
    )
  })
  test('prefix sums agree with counting day by day', () => {
    fc.assert(
      fc.property(early, fc.integer({ min: 0, max: 120 }), (from, span) => {
        let counted = 0
        for (let i = 1; i <= span; i += 1) if (calendar.isWorkday(addDays(from, i))) counted += 1
        expect(calendar.workdaysBetween(from, addDays(from, span))).toBe(counted)
      }),
    )
  })
  test('day numbers and days are the same thing, and agree with the kernel of time', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -1_000_000, max: 3_000_000 }), (date, offset) => {
        const number = dayNumberOf(date)
        expect(dayOfNumber(number)).toBe(date)
        expect(dayNumberOf(addDays(date, 37)) - number).toBe(daysBetween(date, addDays(date, 37)))
        expect(weekdayOfNumber(number)).toBe(weekdayOf(date))
        expect(endOfDayNumber(number)).toBe(endOfDay(date))
        expect(startOfDayNumber(number)).toBe(startOfDay(date))
        const at = instantFromMs(1_750_000_000_000 + offset * 60_000)
        expect(dayOfNumber(dayNumberOfInstant(at))).toBe(localDateOf(at))
      }),
    )
  })
})
