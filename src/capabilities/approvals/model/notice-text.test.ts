import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import cn2026 from '../../../../data/calendar/cn-2026.json' with { type: 'json' }
import { addDays, localDate } from '../../../kernel/time.ts'
import { holidayLines, makeupLines, noticeOfFile, readHolidays, readMakeups } from './notice-text.ts'

describe('a notice as people type it', () => {
  it('is one line a holiday, with both days or one, however they are separated', () => {
    const { rows, faults } = readHolidays(
      '元旦 2027-01-01 2027-01-03\n\n春节,2027-02-05至2027-02-12\n端午节 2027-06-09',
    )
    expect(faults).toEqual([])
    expect(rows.map((row) => [row.name.zh, row.from, row.to])).toEqual([
      ['元旦', '2027-01-01', '2027-01-03'],
      ['春节', '2027-02-05', '2027-02-12'],
      ['端午节', '2027-06-09', '2027-06-09'],
    ])
    expect(rows[1]?.name.en).toBe('Spring Festival')
  })
  it('names the line that it cannot read', () => {
    expect(readHolidays('元旦 2027-01-01\n春节 二月五日').faults.map((fault) => fault.line)).toEqual([2])
    expect(readHolidays('元旦 2027-02-30').faults.map((fault) => fault.line)).toEqual([1])
    expect(readMakeups('2027-01-30\n春节 2027-02-20').faults.map((fault) => fault.line)).toEqual([2])
  })
  it('comes back as it was written', () => {
    const day = fc.integer({ min: 0, max: 364 }).map((offset) => addDays(localDate('2027-01-01'), offset))
    const name = fc.constantFrom('元旦', '春节', '国庆节、中秋节'.replace('、', ''), '临时放假')
    fc.assert(
      fc.property(fc.array(fc.record({ name, from: day, to: day }), { maxLength: 9 }), (holidays) => {
        const read = readHolidays(holidayLines(holidays.map((each) => ({ ...each, name: { zh: each.name, en: '' } }))))
        expect(read.rows.map((row) => ({ name: row.name.zh, from: row.from, to: row.to }))).toEqual(holidays)
      }),
    )
  })
  it('is read from the file of a calendar, and from nothing else', () => {
    const notice = noticeOfFile(JSON.stringify(cn2026))
    expect(notice).toMatchObject({ year: 2026, certainty: 'A', provisional: false })
    expect(makeupLines(notice?.makeupWorkdays ?? []).split('\n')).toHaveLength(cn2026.makeupWorkdays.length)
    for (const content of ['', '[]', '{"year":2026}', 'null']) expect(noticeOfFile(content)).toBeNull()
  })
})
