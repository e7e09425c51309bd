import { describe, expect, it } from 'vitest'
import type { LocalDate } from '../../../../kernel/time.ts'
import { daysOf, falseShare, minutesText } from './statistics.ts'

describe('statistics of alarms', () => {
  it('take false alarms as a share of those that were closed, and say nothing where none was', () => {
    expect(falseShare({ falseAlarms: 1, closed: 3 })).toBe(33)
    expect(falseShare({ falseAlarms: 0, closed: 0 })).toBeNull()
  })
  it('gather the severities of a day, newest day first', () => {
    const [first, second] = ['2026-03-01', '2026-03-02'] as LocalDate[]
    if (first === undefined || second === undefined) throw new Error('no days')
    expect(
      daysOf([
        { day: first, severity: 2, alarms: 3 },
        { day: second, severity: 4, alarms: 1 },
        { day: first, severity: 1, alarms: 1 },
      ]),
    ).toEqual([
      { day: second, bySeverity: [0, 0, 0, 1], total: 1 },
      { day: first, bySeverity: [1, 3, 0, 0], total: 4 },
    ])
  })
  it('say how long something took in words', () => {
    expect([null, 0.4, 25, 180].map((each) => minutesText(each).zh)).toEqual(['—', '不到 1 分钟', '25 分钟', '3 小时'])
  })
})
