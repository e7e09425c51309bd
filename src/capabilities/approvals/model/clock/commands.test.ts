import { describe, expect, test } from 'vitest'
import {
  at,
  calendar,
  clockOf,
  codeOf,
  extended,
  files,
  ledgerOf,
  paused,
  resumed,
  started,
  stopped,
} from '../../../../../tests/support/clocks.ts'
import { isRefused } from '../../../../kernel/refusal.ts'
import { localDate } from '../../../../kernel/time.ts'
import { buildCalendar } from '../calendar-data.ts'
import { checkDepartmentBudget, checkPromise, daysOfMonths, parentPaused } from './checks.ts'
import { type ClockLedger, calendarVersionOf, clockEventSchema, clockSchema } from './clock.ts'
import {
  cancelClock,
  type ExtendInput,
  extendClock,
  type PauseInput,
  pauseClock,
  recomputeClock,
  resumeClock,
  startClock,
  stopClock,
} from './commands.ts'
import { deriveClock } from './derive.ts'

const clock = clockOf({ budget: 7 })
const ledger = ledgerOf(started('2026-03-02 09:00'))
const now = at('2026-03-05 10:00')
const pauseAt = (events: ClockLedger, wall: string, over: Partial<PauseInput> = {}, when = at(wall)) =>
  pauseClock(clock, events, calendar, when, {
    occurredAt: at(wall),
    ground: 'expert-review',
    approvedBy: '张某',
    noticeId: 'n1',
    holder: 'third-party',
    until: null,
    ...over,
  })
const extendAt = (events: ClockLedger, wall: string, over: Partial<ExtendInput> = {}) =>
  extendClock(clock, events, calendar, at(wall), {
    occurredAt: at(wall),
    days: 10,
    approvedBy: '李某',
    level: 'agency-head',
    reason: '案情复杂',
    ...over,
  })

describe('starting', () => {
  test('a clock starts once', () => {
    expect(startClock(clock, [], calendar, now, { occurredAt: now })).toMatchObject({ kind: 'start', late: false })
    expect(codeOf(() => startClock(clock, ledger, calendar, now, { occurredAt: now }))).toBe('approvals.clock-started')
  })
  test('a start in the future is refused', () => {
    expect(codeOf(() => startClock(clock, [], calendar, now, { occurredAt: at('2026-03-05 10:01') }))).toBe(
      'approvals.clock-future',
    )
  })
  test('paper handed in earlier counts from its day: entered late it is marked, with a reason, and not beyond the window', () => {
    const late = (wall: string, lateReason: string | null = '窗口停电,纸质登记') =>
      startClock(clock, [], calendar, now, { occurredAt: at(wall), lateReason })
    expect(late('2026-03-05 09:30').late).toBe(false)
    expect(late('2026-03-03 09:30')).toMatchObject({ late: true, lateReason: '窗口停电,纸质登记' })
    expect(codeOf(() => late('2026-03-03 09:30', ' '))).toBe('approvals.clock-late-reason')
    expect(codeOf(() => late('2026-02-10 09:30'))).toBe('approvals.clock-backdated')
    expect(deriveClock(clock, [late('2026-03-03 09:30')], calendar, now).lateEvents).toBe(1)
  })
  test('silence makes an acceptance that works back to the receipt, on a named law, and is no late entry (test 14)', () => {
    const event = startClock(clock, [], calendar, at('2026-03-09 00:00'), {
      occurredAt: at('2026-02-13 10:00'),
      retroactiveBasis: '行政许可法第三十二条',
    })
    expect(event).toMatchObject({ late: false, retroactiveBasis: '行政许可法第三十二条' })
    expect(deriveClock(clock, [event], calendar, now).due).toBe('2026-03-02')
  })
  test('a period that leaves the calendar is refused at the start, not discovered later', () => {
    const open = () => startClock(clock, [], calendar, at('2027-12-30 10:00'), { occurredAt: at('2027-12-30 10:00') })
    expect(codeOf(open)).toBe('calendar.year-unknown')
  })
})

describe('pausing and resuming', () => {
  test('a pause takes the legal basis from the list of the item (P15)', () => {
    expect(pauseAt(ledger, '2026-03-05 10:00')).toMatchObject({
      basis: '行政许可法第四十五条',
      ground: 'expert-review',
    })
  })
  test('a ground that is not in the list is refused: a site visit does not stop the clock', () => {
    expect(codeOf(() => pauseAt(ledger, '2026-03-05 10:00', { ground: 'site-visit' }))).toBe(
      'approvals.clock-no-ground',
    )
    expect(codeOf(() => pauseAt(ledger, '2026-03-05 10:00', { ground: '' }))).toBe('approvals.clock-no-ground')
  })
  test.each([
    [
      'before the start',
      () => pauseAt(ledger, '2026-03-02 08:59', {}, at('2026-03-02 09:10')),
      'approvals.clock-out-of-order',
    ],
    ['before any start', () => pauseAt([], '2026-03-05 10:00'), 'approvals.clock-not-started'],
    ['in the future', () => pauseAt(ledger, '2026-03-05 10:01', {}, now), 'approvals.clock-future'],
    ['after the due day', () => pauseAt(ledger, '2026-03-12 00:00'), 'approvals.clock-overdue'],
    ['without notice', () => pauseAt(ledger, '2026-03-05 10:00', { noticeId: ' ' }), 'approvals.clock-notice'],
    ['without approver', () => pauseAt(ledger, '2026-03-05 10:00', { approvedBy: '' }), 'approvals.clock-approver'],
    [
      'for a hearing without last day',
      () => pauseAt(ledger, '2026-03-05 10:00', { ground: 'hearing' }),
      'approvals.clock-until-missing',
    ],
    [
      'until a day gone by',
      () => pauseAt(ledger, '2026-03-05 10:00', { until: localDate('2026-03-04') }),
      'approvals.clock-until-early',
    ],
  ])('a pause %s is refused', (_what, run, code) => {
    expect(codeOf(run)).toBe(code)
  })
  test('a pause before the last resume is refused; one notice serves one pause', () => {
    const twice = ledgerOf(...ledger, paused('2026-03-03 09:00'), resumed('2026-03-05 09:30'))
    expect(codeOf(() => pauseAt(twice, '2026-03-05 09:20', { noticeId: 'n2' }, now))).toBe(
      'approvals.clock-out-of-order',
    )
    expect(codeOf(() => pauseAt(twice, '2026-03-05 10:00'))).toBe('approvals.clock-notice-used')
    expect(pauseAt(twice, '2026-03-05 10:00', { noticeId: 'n2' }).noticeId).toBe('n2')
  })
  test('a pause that began in time may be entered after the due day: it is marked late and the due day is derived again', () => {
    const event = pauseAt(ledger, '2026-03-10 10:00', { lateReason: '评审通知补录' }, at('2026-03-13 10:00'))
    expect(event).toMatchObject({ late: true, lateReason: '评审通知补录' })
    expect(deriveClock(clock, [...ledger, event], calendar, at('2026-03-13 10:00'))).toMatchObject({
      state: 'paused',
      overdueBy: 0,
      lateEvents: 1,
    })
  })
  test('a second pause on another notice may overlap the first', () => {
    const open = ledgerOf(...ledger, paused('2026-03-03 09:00'))
    expect(pauseAt(open, '2026-03-05 10:00', { noticeId: 'n2' }).kind).toBe('pause')
  })
  test('only a standing pause can be resumed, and not before it began', () => {
    const open = ledgerOf(...ledger, paused('2026-03-05 09:30'))
    const resume = (events: ClockLedger, wall: string, noticeId = 'n1', when = now) =>
      resumeClock(clock, events, calendar, when, { noticeId, occurredAt: at(wall) })
    expect(resume(open, '2026-03-05 10:00')).toMatchObject({ kind: 'resume', noticeId: 'n1' })
    expect(codeOf(() => resume(open, '2026-03-05 09:20'))).toBe('approvals.clock-out-of-order')
    expect(codeOf(() => resume(open, '2026-03-05 10:00', 'other'))).toBe('approvals.clock-not-paused')
    expect(codeOf(() => resume(ledger, '2026-03-05 10:00'))).toBe('approvals.clock-not-paused')
    expect(codeOf(() => resume([...open, resumed('2026-03-05 09:40')], '2026-03-05 10:00'))).toBe(
      'approvals.clock-not-paused',
    )
    const ended = ledgerOf(...ledger, paused('2026-03-03 09:00', 'n1', 'authority', localDate('2026-03-04')))
    expect(codeOf(() => resume(ended, '2026-03-05 10:00'))).toBe('approvals.clock-not-paused')
  })
})

describe('extending', () => {
  test('one extension of at most ten days, by the head of the agency or above, with a reason (行政许可法 42)', () => {
    expect(extendAt(ledger, '2026-03-05 10:00')).toMatchObject({ days: 10, level: 'agency-head' })
    expect(extendAt(ledger, '2026-03-05 10:00', { level: 'government-head' }).kind).toBe('extend')
  })
  test.each<[string, Partial<ExtendInput>, string]>([
    ['eleven days', { days: 11 }, 'approvals.clock-extension-days'],
    ['no days', { days: 0 }, 'approvals.clock-extension-days'],
    ['half days', { days: 1.5 }, 'approvals.clock-extension-days'],
    ['the head of a department', { level: 'department-head' }, 'approvals.clock-extension-approver'],
    ['no reason', { reason: '  ' }, 'approvals.clock-reason'],
    ['no approver', { approvedBy: '' }, 'approvals.clock-approver'],
  ])('an extension by %s is refused', (_what, over, code) => {
    expect(codeOf(() => extendAt(ledger, '2026-03-05 10:00', over))).toBe(code)
  })
  test('a second extension, one after the due day, and one the item does not know are refused', () => {
    expect(codeOf(() => extendAt([...ledger, extended('2026-03-04 09:00', 5)], '2026-03-05 10:00'))).toBe(
      'approvals.clock-extension-count',
    )
    expect(codeOf(() => extendAt(ledger, '2026-03-12 00:00'))).toBe('approvals.clock-overdue')
    const fixed = { ...clock, extension: null }
    const input = { occurredAt: now, days: 1, approvedBy: '李某', level: 'agency-head', reason: '复杂' } as const
    expect(codeOf(() => extendClock(fixed, ledger, calendar, now, input))).toBe('approvals.clock-no-extension')
  })
  test('work must start within three months, with two extensions of three months; the third is refused (test 19)', () => {
    const start = localDate('2026-01-30')
    const post = clockOf({
      kind: 'post-decision',
      unit: 'calendar-day',
      budget: daysOfMonths(start, 3),
      extension: { maxCount: 2, maxDaysEach: 92, approverLevel: 'agency-head', basis: '建筑法第九条' },
    })
    let events: ClockLedger = [started('2026-01-30 09:00')]
    const dueAt = (wall: string) => deriveClock(post, events, calendar, at(wall)).due ?? start
    expect(dueAt('2026-02-01 09:00')).toBe('2026-04-30')
    for (const [wall, due] of [
      ['2026-04-20 09:00', '2026-07-30'],
      ['2026-07-20 09:00', '2026-10-30'],
    ] as const) {
      const input = {
        occurredAt: at(wall),
        days: daysOfMonths(dueAt(wall), 3),
        approvedBy: '李某',
        level: 'agency-head',
        reason: '征拆',
      } as const
      events = [...events, extendClock(post, events, calendar, at(wall), input)]
      expect(dueAt(wall)).toBe(due)
    }
    const third = {
      occurredAt: at('2026-10-01 09:00'),
      days: 30,
      approvedBy: '李某',
      level: 'agency-head',
      reason: '征拆',
    } as const
    expect(codeOf(() => extendClock(post, events, calendar, at('2026-10-01 09:00'), third))).toBe(
      'approvals.clock-extension-count',
    )
  })
})

describe('ending', () => {
  test('nothing may happen to a clock that has ended', () => {
    const done = ledgerOf(...ledger, stopped('2026-03-04 09:00'))
    const when = { occurredAt: now }
    for (const run of [
      () => startClock(clock, done, calendar, now, when),
      () => pauseAt(done, '2026-03-05 10:00'),
      () => resumeClock(clock, done, calendar, now, { ...when, noticeId: 'n1' }),
      () => extendAt(done, '2026-03-05 10:00'),
      () => stopClock(clock, done, calendar, now, when),
      () => cancelClock(clock, done, calendar, now, { ...when, reason: '撤回' }),
      () => recomputeClock(clock, done, { from: calendar, to: calendar }, now, '通知'),
    ])
      expect(codeOf(run)).toBe('approvals.clock-closed')
  })
  test('a stop may not precede what has happened; it ends a standing pause, also after the due day', () => {
    const open = ledgerOf(...ledger, paused('2026-03-05 09:30'))
    expect(codeOf(() => stopClock(clock, open, calendar, now, { occurredAt: at('2026-03-05 09:20') }))).toBe(
      'approvals.clock-out-of-order',
    )
    const stop = stopClock(clock, open, calendar, now, { occurredAt: now })
    expect(deriveClock(clock, [...open, stop], calendar, now)).toMatchObject({
      state: 'stopped',
      onTime: true,
      consumed: 2,
    })
    const overdue = stopClock(clock, ledger, calendar, at('2026-04-01 09:00'), { occurredAt: at('2026-04-01 09:00') })
    expect(deriveClock(clock, [...ledger, overdue], calendar, at('2026-04-01 09:00')).onTime).toBe(false)
  })
  test('a cancelled clock is done without being on time or late; a clock that never started can be cancelled', () => {
    const cancel = cancelClock(clock, [], calendar, now, { occurredAt: now, reason: '申请人撤回' })
    expect(deriveClock(clock, [cancel], calendar, now)).toMatchObject({
      state: 'cancelled',
      onTime: null,
      colour: 'done',
    })
    expect(codeOf(() => cancelClock(clock, ledger, calendar, now, { occurredAt: now, reason: '' }))).toBe(
      'approvals.clock-reason',
    )
  })
})

describe('a new calendar (test 7, P4)', () => {
  const [, , y2027] = files
  const to = buildCalendar([
    ...files,
    {
      ...y2027,
      id: 'cn-2027',
      provisional: false,
      publishedOn: '2026-12-01',
      makeupWorkdays: [{ day: '2027-01-09', name: { zh: '元旦调休', en: 'make-up' } }],
    },
  ])
  const open = ledgerOf(started('2026-12-31 09:00'))
  const when = at('2027-01-04 09:00')
  test('an open clock is recomputed with the old and the new due day and the cause, and is then derived under the new calendar', () => {
    expect(deriveClock(clock, open, calendar, when)).toMatchObject({ due: '2027-01-12', provisional: true })
    const event = recomputeClock(
      clock,
      open,
      { from: calendar, to },
      when,
      '国务院办公厅关于2027年部分节假日安排的通知',
    )
    expect(event).toMatchObject({ oldDue: '2027-01-12', newDue: '2027-01-11', calendarVersion: to.version })
    const after = [...open, event]
    expect(calendarVersionOf(clock, after)).toBe(to.version)
    expect(deriveClock(clock, after, to, when)).toMatchObject({ due: '2027-01-11', provisional: false })
  })
  test('a recompute under the same calendar is refused', () => {
    expect(codeOf(() => recomputeClock(clock, open, { from: calendar, to: calendar }, when, '通知'))).toBe(
      'approvals.clock-calendar-same',
    )
  })
})

describe('between clocks', () => {
  const child = (state: 'running' | 'paused' | 'stopped' | 'cancelled' | 'not-started') => ({ state })
  test('a parent pauses only when every open child is paused (P27)', () => {
    expect(parentPaused([child('paused'), child('paused'), child('stopped')])).toBe(true)
    expect(parentPaused([child('paused'), child('running')])).toBe(false)
    expect(parentPaused([child('paused'), child('not-started')])).toBe(false)
    expect(parentPaused([child('stopped'), child('cancelled')])).toBe(false)
    expect(parentPaused([])).toBe(false)
  })
  test('a department never gets more days than the stage has left, said at fan-out', () => {
    expect(checkDepartmentBudget(10, 10).allowed).toBe(true)
    expect(checkDepartmentBudget(10, 11)).toMatchObject({
      allowed: false,
      because: { refusal: { code: 'approvals.department-budget' } },
    })
  })
  test('a promise is not longer than the law and in the same unit', () => {
    const law = { budget: 20, unit: 'workday' } as const
    expect(checkPromise({ budget: 20, unit: 'workday' }, law).allowed).toBe(true)
    expect(checkPromise({ budget: 21, unit: 'workday' }, law).allowed).toBe(false)
    expect(checkPromise({ budget: 5, unit: 'calendar-day' }, law)).toMatchObject({
      because: { refusal: { code: 'approvals.promise-unit' } },
    })
  })
})

test('every refusal sentence has all its facts filled in', () => {
  const late = at('2026-04-20 10:00')
  const fails = [
    () => pauseAt(ledger, '2026-03-05 10:00', { ground: 'x' }),
    () => pauseAt(ledger, '2026-03-12 00:00'),
    () => extendAt(ledger, '2026-03-05 10:00', { days: 11 }),
    () => extendAt(ledger, '2026-03-05 10:00', { level: 'officer' }),
    () => extendAt([...ledger, extended('2026-03-04 09:00', 5)], '2026-03-05 10:00'),
    () => startClock(clock, ledger, calendar, now, { occurredAt: now }),
    () => startClock(clock, [], calendar, late, { occurredAt: now }),
    () => pauseAt([...ledger, resumed('2026-03-06 10:00')], '2026-03-05 10:00', {}, late),
    () => pauseAt(ledger, '2026-03-05 10:00', { ground: 'hearing' }),
  ]
  for (const run of fails) {
    try {
      run()
      expect.unreachable()
    } catch (error) {
      if (!isRefused(error)) throw error
      expect(error.refusal.sentence.zh).not.toMatch(/[{}]|undefined|null/)
      expect(error.refusal.sentence.en).not.toMatch(/[{}]|undefined|null/)
    }
  }
})

test('a clock and its ledger survive JSON unchanged', () => {
  const events = ledgerOf(
    ...ledger,
    paused('2026-03-04 09:00'),
    resumed('2026-03-05 09:00'),
    extended('2026-03-05 09:30', 3),
  )
  expect(clockSchema.parse(JSON.parse(JSON.stringify(clock)))).toEqual(clock)
  expect(events.map((event) => clockEventSchema.parse(JSON.parse(JSON.stringify(event))))).toEqual(events)
})
