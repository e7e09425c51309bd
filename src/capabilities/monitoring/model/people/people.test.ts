import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantFromMs, localDate, msOf, startOfDay } from '../../../../kernel/time.ts'
import { hoursText, isWorkingAt, type WorkingHours } from '../sites/hours.ts'
import { admitPosition, type Bounds, type Sighting } from './admission.ts'
import { figuresOfDay, type Passage, staysOf } from './attendance.ts'
import { registrationStateOn } from './states.ts'

const HOUR = 3_600_000
const monday = localDate('2026-03-02')
const start = msOf(startOfDay(monday))
const hours: WorkingHours = { spans: [{ days: [1, 2, 3, 4, 5, 6], from: '06:00', to: '22:00' }] }
const night: WorkingHours = { spans: [{ days: [1], from: '22:00', to: '02:00' }] }

describe('working hours', () => {
  it('begin with their first minute and end before their last', () => {
    expect(isWorkingAt(hours, start + 6 * HOUR - 1)).toBe(false)
    expect(isWorkingAt(hours, start + 6 * HOUR)).toBe(true)
    expect(isWorkingAt(hours, start + 22 * HOUR - 1)).toBe(true)
    expect(isWorkingAt(hours, start + 22 * HOUR)).toBe(false)
    expect(isWorkingAt(hours, start - 24 * HOUR + 12 * HOUR)).toBe(false)
  })
  it('that end after midnight belong to the day on which they began', () => {
    expect(isWorkingAt(night, start + 23 * HOUR)).toBe(true)
    expect(isWorkingAt(night, start + 25 * HOUR)).toBe(true)
    expect(isWorkingAt(night, start + 26 * HOUR)).toBe(false)
    expect(isWorkingAt(night, start + HOUR)).toBe(false)
  })
  it('are said in words', () => {
    expect(hoursText(hours)).toBe('周一至周六 06:00—22:00')
    expect(hoursText(night)).toBe('周一 22:00—次日02:00')
    expect(hoursText(null)).toBe('未设置')
  })
})

describe('a position of a person', () => {
  const fence = [
    [
      [106.5, 29.5],
      [106.501, 29.5],
      [106.501, 29.501],
      [106.5, 29.501],
      [106.5, 29.5],
    ],
  ] as const
  const site: Bounds = { state: 'active', fence, workingHours: hours }
  const inside: Sighting = { kind: 'tracker', lon: 106.5005, lat: 29.5005, atMs: start + 9 * HOUR }
  it('is kept inside the fence within working hours, and nowhere and never else', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 106.498, max: 106.503, noNaN: true }),
        fc.double({ min: 29.498, max: 29.503, noNaN: true }),
        fc.integer({ min: 0, max: 7 * 24 * 60 - 1 }),
        (lon, lat, minute) => {
          const atMs = start + minute * 60_000
          const within = lon > 106.5 && lon < 106.501 && lat > 29.5 && lat < 29.501
          const verdict = admitPosition(site, { kind: 'tracker', lon, lat, atMs }, 0)
          expect(verdict).toBe(!isWorkingAt(hours, atMs) ? 'drop' : within ? 'store' : 'judge')
        },
      ),
      { seed: 21 },
    )
  })
  it('is dropped where no fence or no hours are set, where the site rests or is not known', () => {
    expect(admitPosition(site, inside, 0)).toBe('store')
    expect(admitPosition({ ...site, fence: null }, inside, 0)).toBe('drop')
    expect(admitPosition({ ...site, workingHours: null }, inside, 0)).toBe('drop')
    expect(admitPosition({ ...site, state: 'paused' }, inside, 0)).toBe('drop')
    expect(admitPosition({ ...site, state: 'ended' }, inside, 0)).toBe('drop')
    expect(admitPosition(null, inside, 0)).toBe('drop')
  })
  it('beside the fence counts as inside within what trackers are wrong by; a vehicle is not a person', () => {
    const beside = { ...inside, lon: 106.50105 }
    expect(admitPosition(site, beside, 0)).toBe('judge')
    expect(admitPosition(site, beside, 10)).toBe('store')
    expect(admitPosition(null, { ...inside, kind: 'vehicle' }, 0)).toBe('store')
  })
})

describe('attendance', () => {
  const at = (hour: number, workerRef: string, direction: 'in' | 'out'): Passage => ({
    at: instantFromMs(start + hour * HOUR),
    workerRef,
    direction,
  })
  const registered = (workerRef: string, trade: string, validTo: string | null = null) => ({
    workerRef,
    team: `${trade}班`,
    trade,
    validFrom: localDate('2026-01-01'),
    validTo: validTo === null ? null : localDate(validTo),
    leftOn: null,
  })
  const day = (
    passages: readonly Passage[],
    nowHour: number,
    registrations = [registered('a', '木工'), registered('b', '钢筋工')],
  ) =>
    figuresOfDay(
      monday,
      start,
      start + nowHour * HOUR,
      staysOf(passages, start + nowHour * HOUR, 16 * HOUR),
      registrations,
    )
  it('counts people, hours and who is inside at the end of each hour', () => {
    const figures = day([at(8, 'a', 'in'), at(9, 'b', 'in'), at(12, 'a', 'out'), at(13.5, 'a', 'in')], 15)
    expect(figures).toMatchObject({ people: 2, registered: 2, unregistered: 0, hours: 4 + 1.5 + 6 })
    expect(figures.byTrade).toEqual([
      { trade: '木工', people: 1, registered: 1, hours: 5.5 },
      { trade: '钢筋工', people: 1, registered: 1, hours: 6 },
    ])
    expect(figures.insideByHour.slice(7, 16)).toEqual([0, 1, 2, 2, 2, 1, 2, 2, null])
  })
  it('shares a stay over midnight between its days', () => {
    const figures = day([at(-3, 'a', 'in'), at(2, 'a', 'out')], 12)
    expect(figures.hours).toBe(2)
    expect(figures.insideByHour[0]).toBe(1)
  })
  it('takes who never went out as gone after the longest stay', () => {
    expect(day([at(-20, 'a', 'in')], 12).people).toBe(0)
    expect(day([at(-10, 'a', 'in')], 12).hours).toBe(6)
  })
  it('names who came in without a registration that holds', () => {
    const figures = day([at(8, 'a', 'in'), at(8, 'x', 'in')], 10, [registered('a', '木工', '2026-03-01')])
    expect(figures).toMatchObject({ people: 2, registered: 0, unregistered: 2 })
    expect(figures.byTrade).toEqual([{ trade: '未登记', people: 2, registered: 0, hours: 4 }])
  })
  it('never counts more hours than people times the day, whatever gates say', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            hour: fc.double({ min: -16, max: 40, noNaN: true }),
            workerRef: fc.constantFrom('a', 'b', 'c'),
            direction: fc.constantFrom('in' as const, 'out' as const),
          }),
          { maxLength: 60 },
        ),
        (raw) => {
          const passages = [...raw]
            .sort((x, y) => x.hour - y.hour)
            .map((each) => at(each.hour, each.workerRef, each.direction))
          const figures = day(passages, 24)
          expect(figures.hours).toBeLessThanOrEqual(figures.people * 24 + 0.1)
          expect(figures.hours).toBeGreaterThanOrEqual(0)
          expect(Math.max(...figures.insideByHour.map((each) => each ?? 0))).toBeLessThanOrEqual(3)
        },
      ),
      { seed: 22 },
    )
  })
})

describe('a registration', () => {
  it('holds from its first to its last day, both included, until the worker leaves', () => {
    const period = { validFrom: localDate('2026-03-02'), validTo: localDate('2026-03-04'), leftOn: null }
    const on = (text: string, leftOn: string | null = null) =>
      registrationStateOn({ ...period, leftOn: leftOn === null ? null : localDate(leftOn) }, localDate(text))
    expect(on('2026-03-01')).toBe('planned')
    expect(on('2026-03-02')).toBe('valid')
    expect(on('2026-03-04')).toBe('valid')
    expect(on('2026-03-05')).toBe('expired')
    expect(on('2026-03-03', '2026-03-03')).toBe('valid')
    expect(on('2026-03-04', '2026-03-03')).toBe('left')
  })
})
