/**
 * The official working calendar: which days are worked, and arithmetic on them.
 *
 * A calendar is built from whole years (holidays and make-up workdays as published by the State Council). Weekends are
 * Saturday and Sunday unless a day is listed as a make-up workday (调休上班). A year that is not in the calendar is never
 * guessed: every question that touches it is refused with `calendar.year-unknown`. A provisional year (its notice is not
 * out yet) computes, and says that it is provisional.
 *
 * Arithmetic runs on day numbers (whole days since 1970-01-01) and prefix sums: every question costs O(1).
 */
import { defineRefusal } from './refusal.ts'
import { DAY_MS, type Instant, instantFromMs, type LocalDate } from './time.ts'
import type { Words } from './words.ts'

export const yearUnknown = defineRefusal('unavailable', 'calendar.year-unknown', {
  zh: '工作日历只收录{first}年至{last}年,{year}年的期限还不能计算。请换用这个范围内的日期;需要{year}年的,等国务院办公厅公布该年放假安排并由系统管理员载入后再算。',
  en: 'The working calendar covers {first} to {last}, not {year}. Use a day within it, or wait until the State Council notice for {year} is out and loaded.',
})

export type DayKind = 'workday' | 'weekend' | 'holiday' | 'makeup-workday'

export interface DayClass {
  readonly kind: DayKind
  /** The holiday, or what the make-up workday makes up for. */
  readonly name?: Words
  /** True in a year whose official notice is not out yet: the answer may change. */
  readonly provisional: boolean
}

/** One year as published: single days, already spread out of their ranges. */
export interface CalendarYear {
  readonly year: number
  readonly provisional: boolean
  readonly holidays: ReadonlyMap<LocalDate, Words>
  readonly makeupWorkdays: ReadonlyMap<LocalDate, Words>
}

/** A day as whole days since 1970-01-01. */
export type DayNumber = number

const two = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))
const digits = (text: string, at: number, count: number): number => {
  let value = 0
  for (let index = at; index < at + count; index += 1) value = value * 10 + text.charCodeAt(index) - 48
  return value
}
const fromCivil = (year: number, month: number, date: number): DayNumber => {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}
/** Gives the number of a day (or of the UTC date at the front of an instant). Expects a valid text. */
export const dayNumberOf = (day: LocalDate | Instant): DayNumber =>
  fromCivil(digits(day, 0, 4), digits(day, 5, 2), digits(day, 8, 2))
/** Gives the number of the day on which an instant falls in Asia/Shanghai, without parsing a Date. */
export const dayNumberOfInstant = (at: Instant): DayNumber => dayNumberOf(at) + (digits(at, 11, 2) >= 16 ? 1 : 0)
/** Gives the day of a day number. */
export const dayOfNumber = (number: DayNumber): LocalDate => {
  const shifted = number + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153)
  const date = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${String(year).padStart(4, '0')}-${two[month] ?? ''}-${two[date] ?? ''}` as LocalDate
}
/** Gives the last millisecond of a day in Asia/Shanghai; the same instant as `endOfDay`. */
export const endOfDayNumber = (number: DayNumber): Instant => `${dayOfNumber(number)}T15:59:59.999Z` as Instant
/** Gives the first millisecond of a day in Asia/Shanghai; the same instant as `startOfDay`. */
export const startOfDayNumber = (number: DayNumber): Instant => instantFromMs(number * DAY_MS - 8 * 3_600_000)
/** Gives the weekday of a day number, 1 = Monday … 7 = Sunday. */
export const weekdayOfNumber = (number: DayNumber): number => ((((number + 3) % 7) + 7) % 7) + 1

export interface Calendar {
  /** Names the exact set of published years this calendar was built from. */
  readonly version: string
  readonly firstDay: LocalDate
  /** Last day that can be computed at all. */
  readonly lastDay: LocalDate
  /** Last day covered by officially published years in a row; null if the first year is already provisional. */
  readonly horizon: LocalDate | null
  /** Days that compute provisionally; null if there are none. */
  readonly provisionalRange: { readonly from: LocalDate; readonly to: LocalDate } | null

  /** All of these refuse with `calendar.year-unknown` when they touch a day outside the calendar. */
  readonly classify: (day: LocalDate) => DayClass
  readonly isWorkday: (day: LocalDate) => boolean
  /** The first workday after a day. */
  readonly nextWorkday: (day: LocalDate) => LocalDate
  /** The last workday before a day. */
  readonly previousWorkday: (day: LocalDate) => LocalDate
  /**
   * The n-th workday after a day: the day after the start is day 1 (民法典 201). n = 0 gives the day itself; a negative n
   * counts workdays before the day.
   */
  readonly addWorkdays: (day: LocalDate, n: number) => LocalDate
  /** Workdays after `from` up to and including `to`; negative when `to` is earlier. */
  readonly workdaysBetween: (from: LocalDate, to: LocalDate) => number

  /** The same on day numbers, for rules that run over thousands of rows. */
  readonly covers: (number: DayNumber) => boolean
  readonly classifyAt: (number: DayNumber) => DayClass
  readonly isWorkdayAt: (number: DayNumber) => boolean
  readonly advance: (number: DayNumber, n: number) => DayNumber
  readonly countBetween: (from: DayNumber, to: DayNumber) => number
  /** Says whether any day after `from` up to and including `to` is provisional. */
  readonly provisionalBetween: (from: DayNumber, to: DayNumber) => boolean
}

/**
 * Builds a calendar from whole years without gaps, in any order. Throws a RangeError on an empty list, a repeated year,
 * a gap, a day listed outside its year, or a make-up workday that is not a weekend day or is also a holiday.
 */
export const makeCalendar = (version: string, published: readonly CalendarYear[]): Calendar => {
  const years = [...published].sort((a, b) => a.year - b.year)
  const first = years[0]
  const last = years.at(-1)
  if (first === undefined || last === undefined) throw new RangeError('a calendar needs at least one year')
  years.forEach((year, index) => {
    if (year.year !== first.year + index) throw new RangeError(`calendar years must follow each other: ${year.year}`)
    for (const day of [...year.holidays.keys(), ...year.makeupWorkdays.keys()])
      if (!day.startsWith(`${year.year}-`)) throw new RangeError(`${day} is not in ${year.year}`)
    for (const day of year.makeupWorkdays.keys())
      if (weekdayOfNumber(dayNumberOf(day)) < 6 || year.holidays.has(day))
        throw new RangeError(`${day} cannot be a make-up workday`)
  })

  const base = fromCivil(first.year, 1, 1)
  const end = fromCivil(last.year + 1, 1, 1)
  const kinds: DayClass[] = []
  /** before[i] = workdays among the first i days; the same for provisional days. */
  const before = new Int32Array(end - base + 1)
  const provisionalBefore = new Int32Array(end - base + 1)
  const workdays: DayNumber[] = []
  for (const year of years)
    for (let number = fromCivil(year.year, 1, 1); number < fromCivil(year.year + 1, 1, 1); number += 1) {
      const day = dayOfNumber(number)
      const { provisional } = year
      const holiday = year.holidays.get(day)
      const makeup = year.makeupWorkdays.get(day)
      const weekend = weekdayOfNumber(number) >= 6
      const worked = holiday === undefined && (makeup !== undefined || !weekend)
      if (holiday !== undefined) kinds.push({ kind: 'holiday', name: holiday, provisional })
      else if (makeup !== undefined) kinds.push({ kind: 'makeup-workday', name: makeup, provisional })
      else kinds.push({ kind: weekend ? 'weekend' : 'workday', provisional })
      if (worked) workdays.push(number)
      before[number - base + 1] = (before[number - base] ?? 0) + (worked ? 1 : 0)
      provisionalBefore[number - base + 1] = (provisionalBefore[number - base] ?? 0) + (provisional ? 1 : 0)
    }

  const covers = (number: DayNumber): boolean => number >= base && number < end
  const yearOfNumber = (number: DayNumber): number => Number(dayOfNumber(number).slice(0, 4))
  const unknown = (number: DayNumber) =>
    yearUnknown({ year: yearOfNumber(number), first: yearOfNumber(base), last: yearOfNumber(end - 1) })
  const classifyAt = (number: DayNumber): DayClass => {
    const found = kinds[number - base]
    if (found === undefined) throw unknown(number)
    return found
  }
  const isWorkdayAt = (number: DayNumber): boolean => {
    const { kind } = classifyAt(number)
    return kind === 'workday' || kind === 'makeup-workday'
  }
  /** Workdays up to and including a day. The day before the first day counts as known: zero. */
  const upTo = (number: DayNumber): number => {
    const sum = before[number - base + 1]
    if (sum === undefined) throw unknown(number)
    return sum
  }
  const advance = (number: DayNumber, n: number): DayNumber => {
    if (n === 0) {
      if (!covers(number)) throw unknown(number)
      return number
    }
    const index = n > 0 ? upTo(number) + n - 1 : upTo(number - 1) + n
    const found = workdays[index]
    if (found === undefined) throw unknown(n > 0 ? end : base - 1)
    return found
  }
  const countBetween = (from: DayNumber, to: DayNumber): number => upTo(to) - upTo(from)
  const provisionalBetween = (from: DayNumber, to: DayNumber): boolean => {
    const until = provisionalBefore[Math.min(Math.max(to - base + 1, 0), end - base)] ?? 0
    return until > (provisionalBefore[Math.min(Math.max(from - base + 1, 0), end - base)] ?? 0)
  }

  const firstProvisional = years.find((year) => year.provisional)
  const lastProvisional = years.findLast((year) => year.provisional)
  const horizonYear = firstProvisional === undefined ? last.year : firstProvisional.year - 1
  return {
    version,
    firstDay: dayOfNumber(base),
    lastDay: dayOfNumber(end - 1),
    horizon: horizonYear < first.year ? null : (`${horizonYear}-12-31` as LocalDate),
    provisionalRange:
      firstProvisional === undefined || lastProvisional === undefined
        ? null
        : {
            from: `${firstProvisional.year}-01-01` as LocalDate,
            to: `${lastProvisional.year}-12-31` as LocalDate,
          },
    classify: (day) => classifyAt(dayNumberOf(day)),
    isWorkday: (day) => isWorkdayAt(dayNumberOf(day)),
    nextWorkday: (day) => dayOfNumber(advance(dayNumberOf(day), 1)),
    previousWorkday: (day) => dayOfNumber(advance(dayNumberOf(day), -1)),
    addWorkdays: (day, n) => dayOfNumber(advance(dayNumberOf(day), n)),
    workdaysBetween: (from, to) => countBetween(dayNumberOf(from), dayNumberOf(to)),
    covers,
    classifyAt,
    isWorkdayAt,
    advance,
    countBetween,
    provisionalBetween,
  }
}

export interface HorizonAlarm {
  /** Calendar days left from today to the last officially published day; negative once it has passed. */
  readonly daysLeft: number
  readonly sentence: Words
}
/**
 * Says whether the official calendar is about to run out: null while more than `leadDays` calendar days are left.
 * Shown to administrators, because an enumerated calendar otherwise ends silently.
 */
export const horizonAlarm = (calendar: Calendar, today: LocalDate, leadDays: number): HorizonAlarm | null => {
  const horizon = calendar.horizon ?? dayOfNumber(dayNumberOf(calendar.firstDay) - 1)
  const daysLeft = dayNumberOf(horizon) - dayNumberOf(today)
  if (daysLeft > leadDays) return null
  const year = Number(horizon.slice(0, 4)) + 1
  return {
    daysLeft,
    sentence: {
      zh: `正式工作日历只到${horizon},还剩${daysLeft}天。请载入国务院办公厅关于${year}年部分节假日安排的通知;此前跨入${year}年的期限均为暂定。`,
      en: `The official working calendar ends on ${horizon} (${daysLeft} days left). Load the State Council notice for ${year}; until then deadlines in ${year} are provisional.`,
    },
  }
}
