import { describe, expect, test } from 'vitest'
import {
  at,
  calendar,
  clockOf,
  codeOf,
  extended,
  ledgerOf,
  paused,
  resumed,
  started,
  stopped,
} from '../../../../../tests/support/clocks.ts'
import { localDate } from '../../../../kernel/time.ts'
import { explainClock } from './explain.ts'
import { simulate } from './simulate.ts'

const day = localDate
const rowOf = (rows: ReturnType<typeof explainClock>['rows'], on: string) => rows.find((row) => row.day === on)

describe('why is this the due day', () => {
  const seven = clockOf({ budget: 7 })
  const { rows, summary, derived } = explainClock(
    seven,
    ledgerOf(started('2026-02-12 09:00')),
    calendar,
    at('2026-02-12 10:00'),
  )
  test('every day from the start to the due day has one row and one reason', () => {
    expect(rows.map((row) => row.day)).toEqual(Array.from({ length: 17 }, (_, index) => `2026-02-${12 + index}`))
    expect(rowOf(rows, '2026-02-12')?.reason.zh).toBe('起算当日不计入(民法典第二百零一条)')
    expect(rowOf(rows, '2026-02-14')?.reason.zh).toBe('调休上班(春节调休),第2个工作日,共7个')
    expect(rowOf(rows, '2026-02-17')?.reason.zh).toBe('法定节假日:春节')
    expect(rowOf(rows, '2026-02-28')).toMatchObject({ number: 7, isDue: true, kind: 'makeup-workday', weekday: 6 })
    expect(rows.filter((row) => row.isDue).map((row) => row.day)).toEqual([derived.due])
  })
  test('the summary says start, budget, what was left out, what was added and the due day', () => {
    expect(summary.zh).toBe(
      '自2026-02-12起算(当日不计入),期限7个工作日;不计入法定节假日9天(春节 9天),调休上班2天计入;截止日为2026-02-28(当日24时止)。现剩余7个工作日(含当日)。'.replace(
        '28 24',
        '2824',
      ),
    )
    expect(summary.en).toContain(
      'left out: 9 holidays (Spring Festival 9); 2 make-up workdays counted. Due on 2026-02-28.',
    )
  })
  test('paused days name their ground and law, and who held the file', () => {
    const ledger = ledgerOf(
      started('2026-03-02 09:00'),
      paused('2026-03-05 09:00', 'n1', 'applicant'),
      resumed('2026-03-09 09:00'),
    )
    const explained = explainClock(seven, ledger, calendar, at('2026-03-10 09:00'))
    expect(rowOf(explained.rows, '2026-03-07')).toMatchObject({ cause: 'pause', holder: 'applicant', counted: false })
    expect(rowOf(explained.rows, '2026-03-07')?.reason.zh).toBe('暂停计时:专家评审(行政许可法第四十五条)')
    expect(rowOf(explained.rows, '2026-03-09')?.reason.zh).toContain('当日结束暂停,次日续计')
    expect(rowOf(explained.rows, '2026-03-10')).toMatchObject({ number: 3, consumed: false })
    expect(explained.summary.zh).toContain('依法暂停5天')
  })
  test('a rolled due day names the rule that moved it (民法典 203)', () => {
    const clock = clockOf({ unit: 'calendar-day', budget: 7, roll: 'next' })
    const explained = explainClock(clock, [started('2026-09-25 09:00')], calendar, at('2026-09-26 09:00'))
    expect(rowOf(explained.rows, '2026-10-02')).toMatchObject({ number: 7, counted: true })
    expect(rowOf(explained.rows, '2026-10-02')?.reason.zh).toContain('本日为国庆节,末日顺延(民法典第二百零三条)')
    expect(rowOf(explained.rows, '2026-10-05')).toMatchObject({ counted: false, cause: 'roll' })
    expect(rowOf(explained.rows, '2026-10-08')?.reason.zh).toBe('期间末日遇法定休假日,顺延至本日(民法典第二百零三条)')
    expect(explained.summary.zh).toContain('期间末日2026-10-02为法定休假日,依民法典第二百零三条顺延')
  })
  test('a period moved to the workday before says so', () => {
    const clock = clockOf({ unit: 'calendar-day', budget: 7, roll: 'previous' })
    const explained = explainClock(clock, [started('2026-09-25 09:00')], calendar, at('2026-09-26 09:00'))
    expect(rowOf(explained.rows, '2026-09-30')?.reason.zh).toBe('第5日,共5日;原末日2026-10-02遇休假日,提前至本日')
  })
  test('overdue days are shown up to today, and up to the stop once it is done', () => {
    const ledger = ledgerOf(started('2026-03-02 09:00'))
    const open = explainClock(seven, ledger, calendar, at('2026-03-13 09:00'))
    expect(open.rows.at(-1)).toMatchObject({ day: '2026-03-13', cause: 'overdue', consumed: false })
    expect(open.summary.zh).toContain('现已超期2个工作日')
    const done = explainClock(seven, [...ledger, stopped('2026-03-13 09:00')], calendar, at('2026-05-01 09:00'))
    expect(done.rows.at(-1)).toMatchObject({ day: '2026-03-13', reason: { zh: '超期第2个工作日' }, consumed: true })
    expect(done.summary.zh).toContain('已于2026-03-13办结,超期2个工作日')
  })
  test('extensions, standing pauses and provisional years are said in the summary', () => {
    const ledger = ledgerOf(started('2026-12-21 09:00'), extended('2026-12-22 09:00', 3), paused('2026-12-23 09:00'))
    const { zh } = explainClock(seven, ledger, calendar, at('2026-12-28 09:00')).summary
    for (const part of ['经批准延长3个工作日', '如当日恢复计时,截止日为', '现暂停计时,剩余9个工作日', '截止日为暂定'])
      expect(zh).toContain(part)
  })
  test('a clock that has not started has nothing to explain', () => {
    expect(explainClock(seven, [], calendar, at('2026-03-02 09:00'))).toMatchObject({
      rows: [],
      summary: { zh: '该期限尚未起算。' },
    })
  })
})

describe('the simulator', () => {
  const faultsOf = (input: Parameters<typeof simulate>[0]): readonly string[] => {
    try {
      simulate(input, calendar)
    } catch (error) {
      const { refusal } = error as { refusal: { fields: readonly { path: string; message: string }[] } }
      return refusal.fields.map(({ path, message }) => `${path}: ${message}`)
    }
    return []
  }
  const base = { start: '2026-03-02', budget: 7, unit: 'workday' } as const
  test('start, pauses, extensions and a stop give the same answer as the real clock', () => {
    const played = simulate(
      {
        ...base,
        pauses: [{ from: '2026-03-05', to: '2026-03-09', holder: 'applicant', reason: '专家评审' }],
        extensions: [{ on: '2026-03-06', days: 10 }],
        stop: '2026-03-30',
      },
      calendar,
    )
    expect(played.derived).toMatchObject({ due: '2026-03-30', state: 'stopped', onTime: true, consumed: 17 })
    expect(played.summary.zh).toContain('已于2026-03-30按期办结,用时17个工作日')
  })
  test('a standing pause is looked at on any day asked for', () => {
    const input = { ...base, pauses: [{ from: '2026-03-05', to: null }] }
    expect(simulate(input, calendar).derived.due).toBe('2026-03-12')
    expect(simulate({ ...input, asOf: '2026-03-20' }, calendar).derived.due).toBe('2026-03-27')
  })
  test('faults are told by field, in Chinese', () => {
    expect(faultsOf({ ...base, start: '2026-02-30', budget: 1.5 })).toEqual([
      'start: 请填写真实日期,格式为 YYYY-MM-DD',
      'budget: 期限天数须为整数',
    ])
    expect(faultsOf({ ...base, pauses: [{ from: '2026-03-01', to: '2026-02-28' }] })).toEqual([
      'pauses.0.from: 暂停日期不得早于起算日',
      'pauses.0.to: 恢复日期不得早于暂停日期',
    ])
    expect(faultsOf({ ...base, stop: '2026-03-01' })).toEqual(['stop: 办结日期不得早于起算日'])
    expect(faultsOf({ ...base, pauses: [{ from: '2026-03-16', to: null }] })[0]).toMatch(
      /^pauses\.0\.from: 该期限已于2026-03-11届满/,
    )
  })
  test('a year outside the calendar is refused as such', () => {
    expect(codeOf(() => simulate({ ...base, start: '2027-12-30' }, calendar))).toBe('calendar.year-unknown')
    expect(codeOf(() => simulate({ ...base, start: day('2024-01-02') }, calendar))).toBe('calendar.year-unknown')
  })
})
