import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calendar, clockOf, extended, paused, resumed, started } from '../../../../../tests/support/clocks.ts'
import { addDays, addMs, endOfDay, type Instant, localDate, localDateOf, startOfDay } from '../../../../kernel/time.ts'
import { dayNumberOfInstant } from '../../../../kernel/working-days.ts'
import { type Clock, type ClockEvent, type ClockLedger, clockEventSchema, clockHolders, clockKinds } from './clock.ts'
import { deriveClock, reckon } from './derive.ts'
import { explainClock } from './explain.ts'
import { rungs } from './rungs.ts'
import { readLedger } from './spans.ts'

const FIRST = localDate('2025-01-01')
const LAST = '2027-10-31T00:00:00.000Z' as Instant
const wall = (at: Instant): string =>
  addMs(at, 8 * 3_600_000)
    .slice(0, 23)
    .replace('T', ' ')
const moment = (day: number, minute: number): Instant => addMs(startOfDay(addDays(FIRST, day)), minute * 60_000)

const minute = fc.integer({ min: 0, max: 1439 })
const anyClock = fc
  .record({
    kind: fc.constantFrom(...clockKinds),
    unit: fc.constantFrom('workday' as const, 'calendar-day' as const),
    roll: fc.constantFrom('none' as const, 'next' as const, 'previous' as const),
    budget: fc.integer({ min: 1, max: 60 }),
    warnAt: fc.integer({ min: 0, max: 8 }),
  })
  .map((over): Clock => clockOf(over))
const anyStart = fc.tuple(fc.integer({ min: 0, max: 500 }), minute).map(([day, at]) => ({ day, at: moment(day, at) }))
/** Pauses given by their offset from the start and their length in days, all with a resume. */
const anyPauses = fc.array(
  fc.record({
    offset: fc.integer({ min: 0, max: 60 }),
    length: fc.integer({ min: 0, max: 20 }),
    holder: fc.constantFrom(...clockHolders),
  }),
  { maxLength: 5 },
)
const anyCase = fc.record({
  clock: anyClock,
  start: anyStart,
  pauses: anyPauses,
  extra: fc.option(fc.integer({ min: 1, max: 20 }), { nil: null }),
  lookedAt: fc.record({ offset: fc.integer({ min: 0, max: 150 }), minute }),
  ending: fc.constantFrom('open' as const, 'stop' as const),
})
type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never

const eventsOf = ({ start, pauses, extra }: Pick<Case, 'start' | 'pauses' | 'extra'>): ClockLedger => {
  const events: ClockEvent[] = [started(wall(start.at))]
  pauses.forEach(({ offset, length, holder }, index) => {
    const from = addMs(start.at, offset * 86_400_000 + 1)
    events.push(
      paused(wall(from), `n${index}`, holder),
      resumed(wall(addMs(from, length * 86_400_000 + 1)), `n${index}`),
    )
  })
  if (extra !== null) events.push(extended(wall(addMs(start.at, 1)), extra))
  return events
}
const built = (each: Case): { readonly ledger: ClockLedger; readonly now: Instant } => {
  const events = eventsOf(each)
  const now = addMs(each.start.at, each.lookedAt.offset * 86_400_000 + each.lookedAt.minute * 60_000)
  if (each.ending === 'open') return { ledger: events, now }
  const seen = events.filter((event) => event.occurredAt <= now)
  const stop: ClockEvent = { kind: 'stop', occurredAt: now, recordedAt: now, late: false, lateReason: null }
  return { ledger: [...seen, stop], now }
}
const dueOf = (clock: Clock, ledger: ClockLedger): string => deriveClock(clock, ledger, calendar, LAST).due ?? ''

describe('clock properties', () => {
  test('used + left = budget + extensions while not overdue (less the days cut by rolling back)', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const { ledger, now } = built(each)
        const derived = deriveClock(each.clock, ledger, calendar, now)
        if (derived.overdueBy > 0) expect(derived.remaining).toBe(0)
        else expect(derived.consumed + derived.remaining).toBe(derived.allowance)
        const cut = derived.budget + derived.extensions - derived.allowance
        expect(cut === 0 || (each.clock.roll === 'previous' && each.clock.unit === 'calendar-day' && cut > 0)).toBe(
          true,
        )
      }),
    )
  })
  test('the days of authority, applicant and third party add up to gross, always', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const { ledger, now } = built(each)
        const { totals } = deriveClock(each.clock, ledger, calendar, now)
        for (const { gross, authority, applicant, thirdParty } of [totals.inUnit, totals.calendarDays]) {
          expect(authority + applicant + thirdParty).toBe(gross)
          expect(Math.min(authority, applicant, thirdParty)).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })
  test('the order in which the ledger is read, and the order of pauses, change nothing', () => {
    fc.assert(
      fc.property(anyCase, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (each, keys) => {
        const { ledger, now } = built(each)
        const shuffled = ledger
          .map((event, index) => ({ event, key: keys[index % keys.length] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event)
        const normal = (events: ClockLedger) => {
          const derived = deriveClock(each.clock, events, calendar, now)
          return { ...derived, openPauses: [...derived.openPauses].sort() }
        }
        expect(normal(shuffled)).toEqual(normal(ledger))
      }),
    )
  })
  test('a pause within another, or one cut in two at any day, moves the due day no further', () => {
    fc.assert(
      fc.property(
        anyClock,
        anyStart,
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(),
        (clock, start, offset, length, cut) => {
          const at = cut % (length + 1)
          const pause = (from: number, days: number) => ({
            offset: offset + from,
            length: days,
            holder: 'authority' as const,
          })
          const whole = eventsOf({ start, pauses: [pause(0, length)], extra: null })
          const nested = eventsOf({ start, pauses: [pause(0, length), pause(at, length - at)], extra: null })
          const split = eventsOf({ start, pauses: [pause(0, at), pause(at, length - at)], extra: null })
          expect(dueOf(clock, nested)).toBe(dueOf(clock, whole))
          // The parts meet within one day, which the pause touches anyway.
          if (localDateOf(addMs(start.at, 10)) === localDateOf(start.at))
            expect(dueOf(clock, split)).toBe(dueOf(clock, whole))
        },
      ),
    )
  })
  test('neither the day of the pause nor the day of the resume is used, whatever the hour', () => {
    fc.assert(
      fc.property(
        anyClock,
        anyStart,
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 10 }),
        minute,
        minute,
        (clock, start, offset, length, a, b) => {
          const first = start.day + offset + 1
          const from = moment(first, length === 0 ? Math.min(a, b) : a)
          const to = moment(first + length, length === 0 ? Math.max(a, b) : b)
          const hours = [started(wall(start.at)), paused(wall(from)), resumed(wall(to))]
          const noons = [
            started(wall(start.at)),
            paused(wall(moment(first, 720))),
            resumed(wall(moment(first + length, 720))),
          ]
          expect(dueOf(clock, hours)).toBe(dueOf(clock, noons))
          const used = (now: Instant) => deriveClock(clock, hours, calendar, now).consumed
          expect(used(endOfDay(addDays(FIRST, first + length)))).toBe(used(from))
          if (
            deriveClock(clock, hours, calendar, LAST).due !== deriveClock(clock, hours.slice(0, 1), calendar, LAST).due
          )
            expect(used(addMs(endOfDay(addDays(FIRST, first + length)), 1))).toBe(used(from))
        },
      ),
    )
  })
  test('a resume keeps what was left, and due = resume day advanced by what was left', () => {
    fc.assert(
      fc.property(
        anyClock,
        anyStart,
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 20 }),
        (clock, start, offset, length) => {
          const from = addMs(start.at, offset * 86_400_000 + 1)
          const to = addMs(from, length * 86_400_000 + 1)
          const ledger = [started(wall(start.at)), paused(wall(from)), resumed(wall(to))]
          const before = deriveClock({ ...clock, roll: 'none' }, ledger, calendar, from)
          fc.pre(before.overdueBy === 0)
          const after = deriveClock({ ...clock, roll: 'none' }, ledger, calendar, to)
          expect(after.remaining).toBe(before.remaining)
          const resumeDay = localDateOf(to)
          expect(after.due).toBe(
            clock.unit === 'workday'
              ? calendar.addWorkdays(resumeDay, before.remaining)
              : addDays(resumeDay, before.remaining),
          )
        },
      ),
    )
  })
  test('one more pause never makes the due day earlier, nor does one more day of extension', () => {
    fc.assert(
      fc.property(anyClock, anyStart, anyPauses, fc.integer({ min: 1, max: 20 }), (clock, start, pauses, extra) => {
        const all = dueOf(clock, eventsOf({ start, pauses, extra: null }))
        expect(all >= dueOf(clock, eventsOf({ start, pauses: pauses.slice(1), extra: null }))).toBe(true)
        expect(dueOf(clock, eventsOf({ start, pauses, extra })) >= all).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
  test('the consumed rows of the explanation add up to what is used, the due row is the due day, numbers run without gaps', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const { ledger, now } = built(each)
        const { derived, rows } = explainClock(each.clock, ledger, calendar, now)
        expect(rows.filter((row) => row.consumed).length).toBe(derived.consumed)
        expect(rows.filter((row) => row.isDue).map((row) => row.day)).toEqual([derived.due])
        const numbers = rows.filter((row) => row.counted).map((row) => row.number)
        expect(numbers).toEqual(numbers.map((_, index) => index + 1))
        const inPeriod = rows.filter((row) => row.counted && row.day <= (derived.due ?? ''))
        expect(inPeriod.length).toBe(derived.allowance)
      }),
    )
  })
  test('replaying a ledger from JSON, event by event, gives the same clock at every moment', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const { ledger, now } = built(each)
        const replayed: ClockEvent[] = []
        for (const event of ledger) replayed.push(clockEventSchema.parse(JSON.parse(JSON.stringify(event))))
        expect(deriveClock(each.clock, replayed, calendar, now)).toEqual(deriveClock(each.clock, ledger, calendar, now))
      }),
    )
  })
  test('colour, overdue days, on-time and rungs change at one and the same instant', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const ledger = eventsOf(each)
        const found = rungs(each.clock, ledger, calendar)
        const overdue = found.find((rung) => rung.rung === 'overdue')
        const at = overdue?.at ?? LAST
        const last = addMs(at, -1)
        expect(deriveClock(each.clock, ledger, calendar, last).overdueBy).toBe(0)
        expect(deriveClock(each.clock, ledger, calendar, at)).toMatchObject({ overdueBy: 1, colour: 'overdue' })
        expect(deriveClock(each.clock, ledger, calendar, last).dueInstant).toBe(last)
        const stopAt = (when: Instant): ClockEvent => ({
          kind: 'stop',
          occurredAt: when,
          recordedAt: when,
          late: false,
          lateReason: null,
        })
        expect(deriveClock(each.clock, [...ledger, stopAt(last)], calendar, LAST).onTime).toBe(true)
        expect(deriveClock(each.clock, [...ledger, stopAt(at)], calendar, LAST).onTime).toBe(false)
        const warning = found.find((rung) => rung.rung === 'warning')
        // A warning that lies before a later event was reckoned without knowing it.
        if (warning === undefined || ledger.some((event) => event.occurredAt >= warning.at)) return
        const remaining = (now: Instant) => deriveClock(each.clock, ledger, calendar, now).remaining
        expect(remaining(warning.at)).toBeLessThanOrEqual(each.clock.warnAt)
        expect(remaining(addMs(warning.at, -1))).toBeGreaterThan(each.clock.warnAt)
      }),
    )
  })
  test('the reckoning by prefix sums agrees with walking day by day', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const ledger = eventsOf(each)
        const start = dayNumberOfInstant(each.start.at)
        const reading = readLedger(ledger, LAST)
        const math = reckon(each.clock, reading, start, calendar)
        let day = start
        for (let left = each.clock.budget + reading.extensions; left > 0; ) {
          day += 1
          const worked = each.clock.unit === 'calendar-day' || calendar.isWorkdayAt(day)
          if (worked && !reading.pauses.some((pause) => pause.from <= day && day <= pause.to)) left -= 1
        }
        expect(math.nominal).toBe(day)
      }),
    )
  })
})
