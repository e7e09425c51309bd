import { describe, expect, test } from 'vitest'
import {
  at,
  calendar,
  clockOf,
  extended,
  ledgerOf,
  paused,
  resumed,
  started,
  stopped,
} from '../../../../../tests/support/clocks.ts'
import { localDate } from '../../../../kernel/time.ts'
import type { ClockKind, ClockLedger } from './clock.ts'
import { type DerivedClock, deriveClock } from './derive.ts'
import { rungs } from './rungs.ts'

const seven = clockOf({ budget: 7, warnAt: 2 })

describe('counting', () => {
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
  ])('accepted on %s with %i workdays is due on %s', (start, budget, due) => {
    const ledger = ledgerOf(started(`${start} 10:00`))
    expect(deriveClock(clockOf({ budget }), ledger, calendar, at(`${start} 11:00`)).due).toBe(due)
  })
  test('accepted on the Friday before a make-up Sunday, the Sunday is the first day (test 1, P3)', () => {
    const ledger = ledgerOf(started('2026-09-18 09:00'))
    expect(deriveClock(clockOf({ budget: 1 }), ledger, calendar, at('2026-09-18 10:00')).due).toBe('2026-09-20')
  })
  test('a period across Spring Festival leaves out nine days and counts the make-up days on both sides (test 2, P1)', () => {
    const ledger = ledgerOf(started('2026-02-12 09:00'))
    expect(deriveClock(clockOf({ budget: 7 }), ledger, calendar, at('2026-02-12 10:00')).due).toBe('2026-02-28')
  })
  test('a limit of one day is one whole day, not hours (P7)', () => {
    const ledger = ledgerOf(started('2026-03-02 17:59'))
    const derived = deriveClock(clockOf({ budget: 1 }), ledger, calendar, at('2026-03-02 18:00'))
    expect([derived.due, derived.dueInstant]).toEqual(['2026-03-03', '2026-03-03T15:59:59.999Z'])
  })
  test('the day is the day in Shanghai, also when UTC has another date (P8)', () => {
    const ledger = ledgerOf(started('2026-03-03 00:30'))
    expect(deriveClock(clockOf({ budget: 1 }), ledger, calendar, at('2026-03-03 00:31')).due).toBe('2026-03-04')
  })
  test('on the spot (0 days) is due at the end of the start day', () => {
    expect(
      deriveClock(clockOf({ budget: 0 }), [started('2026-03-03 09:00')], calendar, at('2026-03-03 10:00')).due,
    ).toBe('2026-03-03')
  })
  test('days left include today, and a day is used at its close', () => {
    const ledger = ledgerOf(started('2026-03-02 09:00'))
    const left = (wall: string) => deriveClock(seven, ledger, calendar, at(wall)).remaining
    expect([left('2026-03-02 10:00'), left('2026-03-03 23:59:59.999'), left('2026-03-04 00:00')]).toEqual([7, 7, 6])
    expect([left('2026-03-06 12:00'), left('2026-03-07 00:00'), left('2026-03-09 12:00')]).toEqual([4, 3, 3])
  })
  test('before the start nothing is due; events of the future are not seen', () => {
    const ledger = ledgerOf(started('2026-03-02 09:00'))
    const before = deriveClock(seven, ledger, calendar, at('2026-03-02 08:59'))
    expect([before.state, before.due, before.colour]).toEqual(['not-started', null, 'normal'])
  })
})

describe('the same instant everywhere (P8, P9, P10)', () => {
  const ledger = ledgerOf(started('2026-03-02 09:00'))
  const due = '2026-03-11'
  test('an answer at 23:59:59.999 on the last day is on time in screen, job and statistics alike (test 9, P8, P9)', () => {
    const done = deriveClock(seven, [...ledger, stopped(`${due} 23:59:59.999`)], calendar, at('2026-05-01 00:00'))
    expect([done.due, done.onTime, done.overdueBy, done.consumed, done.remaining]).toEqual([due, true, 0, 7, 0])
    expect(deriveClock(seven, ledger, calendar, at(`${due} 23:59:59.999`)).colour).toBe('warning')
    const overdue = rungs(seven, ledger, calendar).find((rung) => rung.rung === 'overdue')
    expect(overdue?.at).toBe(at('2026-03-12 00:00'))
  })
  test('one millisecond later it is overdue everywhere, at exactly zero remaining (P10)', () => {
    const open = deriveClock(seven, ledger, calendar, at('2026-03-12 00:00'))
    expect([open.colour, open.overdueBy, open.remaining]).toEqual(['overdue', 1, 0])
    const done = deriveClock(seven, [...ledger, stopped('2026-03-12 00:00')], calendar, at('2026-03-12 09:00'))
    expect([done.onTime, done.overdueBy, done.colour]).toEqual([false, 1, 'done'])
  })
  test('a Friday limit is overdue on Saturday, by one day until Monday is over', () => {
    const friday = clockOf({ budget: 4 })
    const by = (wall: string) => deriveClock(friday, ledger, calendar, at(wall)).overdueBy
    expect([by('2026-03-06 23:59'), by('2026-03-07 00:00'), by('2026-03-09 12:00'), by('2026-03-10 12:00')]).toEqual([
      0, 1, 1, 2,
    ])
  })
})

describe('pauses', () => {
  const start = started('2026-03-02 09:00') // Monday; seven days end on 11 March
  const due = (...events: ClockLedger) => deriveClock(seven, [start, ...events], calendar, at('2026-03-31 12:00')).due
  test('paused and resumed on one day spares exactly that day (test 3)', () => {
    expect(due(paused('2026-03-04 09:00'), resumed('2026-03-04 16:00'))).toBe('2026-03-12')
  })
  test('two overlapping pauses are counted once (test 4)', () => {
    const one = [paused('2026-03-04 09:00'), resumed('2026-03-09 09:00')]
    const inner = [paused('2026-03-05 09:00', 'n2'), resumed('2026-03-06 09:00', 'n2')]
    expect(due(...one)).toBe('2026-03-17')
    expect(due(...one, ...inner)).toBe('2026-03-17')
    expect(
      due(
        paused('2026-03-04 09:00'),
        resumed('2026-03-06 09:00'),
        paused('2026-03-06 10:00', 'n2'),
        resumed('2026-03-09 09:00', 'n2'),
      ),
    ).toBe('2026-03-17')
  })
  test('a pause on the day of the start takes nothing from the period, for that day never counts (test 5, P23)', () => {
    expect(due(paused('2026-03-02 10:00'), resumed('2026-03-02 17:00'))).toBe('2026-03-11')
    const weekend = ledgerOf(started('2026-03-06 09:00'), paused('2026-03-06 10:00'), resumed('2026-03-08 10:00'))
    expect(deriveClock(clockOf({ budget: 1 }), weekend, calendar, at('2026-03-08 12:00')).due).toBe('2026-03-09')
  })
  test('the due day is the resume day plus what was left in workdays, never the old due day plus calendar days (P16)', () => {
    // Paused Friday to Monday: four calendar days, two workdays.
    expect(due(paused('2026-03-06 09:00'), resumed('2026-03-09 09:00'))).toBe('2026-03-13')
  })
  test('while paused the due day is that of a resume today, and nothing is used (P14, P18)', () => {
    const ledger = ledgerOf(start, paused('2026-03-05 09:00'))
    const then = deriveClock(seven, ledger, calendar, at('2026-03-05 12:00'))
    const later = deriveClock(seven, ledger, calendar, at('2026-03-20 12:00'))
    expect([then.state, then.due, then.dueIs, then.remaining]).toEqual(['paused', '2026-03-12', 'if-resumed-today', 5])
    expect([later.colour, later.due, later.remaining, later.openPauses]).toEqual(['paused', '2026-03-27', 5, ['n1']])
    expect(rungs(seven, ledger, calendar)).toEqual([])
  })
  test('a pause with an announced last day ends by itself, so a forgotten resume strands nothing (P18)', () => {
    const ledger = ledgerOf(start, paused('2026-03-05 09:00', 'n1', 'third-party', localDate('2026-03-09')))
    expect(deriveClock(seven, ledger, calendar, at('2026-03-09 23:59')).state).toBe('paused')
    const after = deriveClock(seven, ledger, calendar, at('2026-03-10 00:00'))
    expect([after.state, after.due, after.dueIs]).toEqual(['running', '2026-03-16', 'fixed'])
    expect(rungs(seven, ledger, calendar).map((rung) => rung.key)).toEqual([
      'warning@2026-03-16',
      'due@2026-03-16',
      'overdue@2026-03-16',
    ])
  })
  test('an extension while paused adds to what is left (test 6)', () => {
    const ledger = ledgerOf(start, paused('2026-03-05 09:00'), extended('2026-03-06 09:00', 10))
    expect(deriveClock(seven, ledger, calendar, at('2026-03-06 12:00')).remaining).toBe(15)
    expect(due(paused('2026-03-05 09:00'), extended('2026-03-06 09:00', 10), resumed('2026-03-09 09:00'))).toBe(
      '2026-03-30',
    )
  })
  test('a pause that begins after the due day changes nothing', () => {
    const derived = deriveClock(seven, [start, paused('2026-03-13 09:00')], calendar, at('2026-03-20 12:00'))
    expect([derived.due, derived.colour]).toEqual(['2026-03-11', 'overdue'])
  })
})

describe('calendar-day clocks', () => {
  const ledger = ledgerOf(started('2026-09-25 09:00'))
  const fifteen = (roll: 'none' | 'next' | 'previous', budget = 15) =>
    deriveClock(clockOf({ unit: 'calendar-day', budget, roll }), ledger, calendar, at('2026-09-26 09:00'))
  test('the last day on a holiday moves to the first workday after it (民法典 203), or stays, or moves back, as the clock says', () => {
    expect(fifteen('none', 7).due).toBe('2026-10-02')
    expect(fifteen('next', 7).due).toBe('2026-10-08')
    expect(fifteen('previous', 7).due).toBe('2026-09-30')
    expect(fifteen('next', 7).nominalDue).toBe('2026-10-02')
  })
  test('a make-up Saturday is a workday and does not roll', () => {
    expect(fifteen('next').due).toBe('2026-10-10')
  })
  test('rolled days are not used: remaining stays zero and the clock is still on time', () => {
    const clock = clockOf({ unit: 'calendar-day', budget: 7, roll: 'next' })
    const derived = deriveClock(clock, ledger, calendar, at('2026-10-05 09:00'))
    expect([derived.consumed, derived.remaining, derived.overdueBy, derived.colour]).toEqual([7, 0, 0, 'warning'])
  })
  test('rolling back never reaches the start of the period', () => {
    const clock = clockOf({ unit: 'calendar-day', budget: 1, roll: 'previous' })
    expect(deriveClock(clock, [started('2026-03-06 09:00')], calendar, at('2026-03-06 10:00')).due).toBe('2026-03-07')
  })
  test('without rolling it needs no calendar; with rolling an unknown year is refused', () => {
    const clock = clockOf({ unit: 'calendar-day', budget: 800, roll: 'none' })
    expect(deriveClock(clock, ledger, calendar, at('2026-10-05 09:00')).due).toBe('2028-12-03')
    expect(() => deriveClock({ ...clock, roll: 'next' }, ledger, calendar, at('2026-10-05 09:00'))).toThrow(
      'calendar.year-unknown',
    )
  })
})

describe('time totals', () => {
  const sum = ({ gross, authority, applicant, thirdParty }: DerivedClock['totals']['inUnit']) => [
    gross,
    authority + applicant + thirdParty,
  ]
  const ledger = ledgerOf(
    started('2026-03-02 09:00'),
    paused('2026-03-04 09:00', 'n1', 'applicant'),
    paused('2026-03-06 09:00', 'n2', 'third-party'),
    resumed('2026-03-09 09:00', 'n1'),
    resumed('2026-03-10 09:00', 'n2'),
    stopped('2026-03-13 10:00'),
  )
  test('authority, applicant and third party add up to gross, in workdays and in calendar days (test 17)', () => {
    const { totals } = deriveClock(seven, ledger, calendar, at('2026-04-01 09:00'))
    expect(totals.inUnit).toEqual({ gross: 9, authority: 4, applicant: 2, thirdParty: 3 })
    expect(totals.calendarDays).toEqual({ gross: 11, authority: 4, applicant: 2, thirdParty: 5 })
    expect(sum(totals.calendarDays)).toEqual([11, 11])
  })
  test('after the decision nothing moves any more: used and paused days agree for ever (P17)', () => {
    const soon = deriveClock(seven, ledger, calendar, at('2026-03-13 10:00'))
    expect(deriveClock(seven, ledger, calendar, at('2026-12-31 23:59'))).toEqual(soon)
    expect(soon.consumed + soon.totals.inUnit.applicant + soon.totals.inUnit.thirdParty).toBe(soon.totals.inUnit.gross)
  })
  test.each<[ClockKind, 'authority' | 'applicant']>([
    ['statutory', 'authority'],
    ['department', 'authority'],
    ['applicant', 'applicant'],
    ['deferral', 'applicant'],
    ['post-decision', 'applicant'],
  ])('the running days of a %s clock belong to the %s', (kind, holder) => {
    const derived = deriveClock({ ...seven, kind }, [started('2026-03-02 09:00')], calendar, at('2026-03-05 09:00'))
    expect(derived.totals.inUnit).toMatchObject({ gross: 2, [holder]: 2 })
  })
})

describe('colour, provisional years and versions', () => {
  test('the warning threshold belongs to the item and turns exactly at its rung', () => {
    const ledger = ledgerOf(started('2026-03-02 09:00'))
    const [warning] = rungs(seven, ledger, calendar)
    expect(warning).toEqual({ rung: 'warning', at: at('2026-03-10 00:00'), key: 'warning@2026-03-11' })
    expect(deriveClock(seven, ledger, calendar, at('2026-03-09 23:59:59.999')).colour).toBe('normal')
    expect(deriveClock(seven, ledger, calendar, at('2026-03-10 00:00')).colour).toBe('warning')
    expect(deriveClock({ ...seven, warnAt: 0 }, ledger, calendar, at('2026-03-11 12:00')).colour).toBe('normal')
  })
  test('an extension gives the rungs new keys, so that they fire again for the new due day', () => {
    const ledger = ledgerOf(started('2026-03-02 09:00'), extended('2026-03-10 09:00', 5))
    expect(rungs(seven, ledger, calendar).map((rung) => rung.key)).toEqual([
      'warning@2026-03-18',
      'due@2026-03-18',
      'overdue@2026-03-18',
    ])
  })
  test('a job that was down asks later and finds the same rungs, each once, in order (test 8)', () => {
    const ledger = ledgerOf(started('2026-03-02 09:00'))
    const missed = rungs(seven, ledger, calendar).filter((rung) => rung.at <= at('2026-03-14 08:00'))
    expect(missed.map(({ rung, at: when }) => [rung, when])).toEqual([
      ['warning', at('2026-03-10 00:00')],
      ['due', at('2026-03-11 00:00')],
      ['overdue', at('2026-03-12 00:00')],
    ])
    expect(new Set(missed.map((rung) => rung.key)).size).toBe(3)
    expect(rungs(seven, [...ledger, stopped('2026-03-10 09:00')], calendar)).toEqual([])
  })
  test('a due day in a provisional year is marked, one before it is not', () => {
    const mark = (start: string) =>
      deriveClock(seven, [started(`${start} 09:00`)], calendar, at(`${start} 10:00`)).provisional
    expect([mark('2026-12-22'), mark('2026-12-23')]).toEqual([false, true])
  })
  test('a clock is derived only under the calendar version that rules it', () => {
    const clock = { ...seven, calendarVersion: 'another' }
    expect(() => deriveClock(clock, [started('2026-03-02 09:00')], calendar, at('2026-03-02 10:00'))).toThrow('another')
  })
})
