import { describe, expect, test } from 'vitest'
import { files } from '../../../../tests/support/clocks.ts'
import { localDate } from '../../../kernel/time.ts'
import { buildCalendar, buildShelf, calendarFileSchema } from './calendar-data.ts'

const [y2025, y2026, y2027] = files
const official2027 = {
  ...y2027,
  id: 'cn-2027',
  provisional: false,
  publishedOn: '2026-12-01',
  makeupWorkdays: [{ day: '2027-02-14', name: { zh: '春节调休', en: 'make-up' } }],
}
const faults = (file: unknown): readonly string[] =>
  calendarFileSchema.safeParse(file).error?.issues.map((issue) => issue.path.join('.')) ?? []

describe('calendar files', () => {
  test('the files in data/calendar build one calendar whose version names them', () => {
    const calendar = buildCalendar(files)
    expect(calendar.version).toBe('cn-2025.1+cn-2026.1+cn-2027-provisional.1')
    expect(calendar.firstDay).toBe('2025-01-01')
    expect(calendar.horizon).toBe('2026-12-31')
    expect(buildCalendar([...files].reverse()).version).toBe(calendar.version)
  })
  test('every file states source, certainty and validity; a provisional year is not certain', () => {
    for (const file of files.map((each) => calendarFileSchema.parse(each))) {
      expect(file.source.basis).not.toBe('')
      expect(file.provisional ? ['C', 'X'] : ['A']).toContain(file.source.certainty)
      expect(file.validity.validFrom).toBe(`${file.year}-01-01`)
    }
  })
  test('an official year replaces the provisional one, and the calendar before it can still be built', () => {
    const shelf = buildShelf([...files, official2027])
    expect(shelf.current.version).toBe('cn-2025.1+cn-2026.1+cn-2027.1')
    expect(shelf.current.horizon).toBe('2027-12-31')
    expect(shelf.current.isWorkday(localDate('2027-02-14'))).toBe(true)
    expect(shelf.byVersion(buildCalendar(files).version)?.isWorkday(localDate('2027-02-14'))).toBe(false)
    expect(shelf.byVersion('cn-1999.1')).toBeNull()
  })
  test('a newer file of the same year replaces the older one', () => {
    const newer = { ...y2026, id: 'cn-2026-change', publishedOn: '2026-06-01' }
    expect(buildCalendar([newer, y2025, y2026]).version).toBe('cn-2025.1+cn-2026-change.1')
  })
  test('a provisional year has no make-up days, and holidays lie within the year in order', () => {
    expect(faults({ ...y2027, makeupWorkdays: official2027.makeupWorkdays })).toEqual(['makeupWorkdays'])
    const name = { zh: '元旦', en: 'New Year' }
    expect(faults({ ...y2026, holidays: [{ name, from: '2026-01-03', to: '2026-01-01' }] })).toEqual(['holidays.0'])
    expect(faults({ ...y2026, holidays: [{ name, from: '2025-12-31', to: '2026-01-01' }] })).toEqual(['holidays.0'])
    expect(faults({ ...y2026, publishedOn: '2025-02-30' })).toEqual(['publishedOn'])
  })
})
