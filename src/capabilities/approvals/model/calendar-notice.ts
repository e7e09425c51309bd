/**
 * A yearly notice on its way into force: checked before anybody sees it, compared day by day with what it replaces. Pure.
 */
import { addDays, type LocalDate, weekdayOf } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'
import { type Calendar, type DayKind, makeCalendar } from '../../../kernel/working-days.ts'
import { type CalendarFile, supersedes, yearOfFile } from './calendar-data.ts'

export interface NoticeFault {
  /** Dotted path in the file ('holidays.2'); '' for the whole. */
  readonly path: string
  readonly message: string
}
export interface DayChange {
  readonly day: LocalDate
  /** Null: the day was outside the calendar. */
  readonly before: DayKind | null
  readonly after: DayKind
}
const eachDay = (year: number, visit: (day: LocalDate) => void): void => {
  const last = `${year}-12-31`
  for (let day = `${year}-01-01` as LocalDate; day <= last; day = addDays(day, 1)) visit(day)
}
/** The days of the notice's year that change their kind. */
export const changedDays = (before: Calendar, after: Calendar, year: number): readonly DayChange[] => {
  const changes: DayChange[] = []
  eachDay(year, (day) => {
    const known = day >= before.firstDay && day <= before.lastDay
    const old = known ? before.classify(day).kind : null
    const next = after.classify(day).kind
    if (old !== next) changes.push({ day, before: old, after: next })
  })
  return changes
}
/** What differs for the law: a whole year that was outside counts once, not 365 times. */
export const telling = (changes: readonly DayChange[]): readonly DayChange[] =>
  changes.filter((change) => change.before !== null || (change.after !== 'workday' && change.after !== 'weekend'))

const festivals: readonly (readonly [RegExp, string])[] = [
  [/元旦/, '元旦'],
  [/春节/, '春节'],
  [/清明/, '清明节'],
  [/劳动/, '劳动节'],
  [/端午/, '端午节'],
  [/中秋/, '中秋节'],
  [/国庆/, '国庆节'],
]
/** Faults that refuse a notice: days that contradict each other or the week, and files that would change nothing. */
export const noticeFaults = (file: CalendarFile, inForce: readonly CalendarFile[]): readonly NoticeFault[] => {
  const faults: NoticeFault[] = []
  const free = new Map<string, number>()
  file.holidays.forEach((holiday, index) => {
    for (let day = holiday.from; day <= holiday.to; day = addDays(day, 1)) {
      if (free.has(day)) faults.push({ path: `holidays.${index}`, message: `${day}在两个假期中重复,请核对起止日期。` })
      free.set(day, index)
    }
  })
  const worked = new Set<string>()
  file.makeupWorkdays.forEach(({ day }, index) => {
    const path = `makeupWorkdays.${index}`
    if (worked.has(day)) faults.push({ path, message: `${day}重复,请删除一行。` })
    worked.add(day)
    if (weekdayOf(day) < 6) faults.push({ path, message: `${day}本来就是工作日,不能作为调休上班日。` })
    if (free.has(day)) faults.push({ path, message: `${day}同时列为放假,请核对。` })
  })
  const current = inForce.find((each) => each.year === file.year)
  if (current !== undefined && !supersedes(file, current))
    faults.push({
      path: 'publishedOn',
      message: `${file.year}年已有更新或同日发布的日历(${current.id} 第${current.version}版)。更正时请填写不早于它的发布日期。`,
    })
  const years = new Set([...inForce.map((each) => each.year), file.year])
  if (inForce.length > 0 && !years.has(file.year - 1) && !years.has(file.year + 1))
    faults.push({ path: 'year', message: `日历须逐年衔接,请先载入${file.year - 1}年。` })
  if (faults.length === 0) {
    try {
      makeCalendar('check', [yearOfFile(file)])
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      faults.push({ path: '', message: '日历内容自相矛盾,请对照通知原文逐行核对。' })
    }
  }
  return faults
}
/** What a careful reader would ask about; nothing of it refuses. */
export const noticeWarnings = (file: CalendarFile): readonly Words[] => {
  const found: Words[] = []
  const names = file.holidays.map((holiday) => holiday.name.zh).join(' ')
  const missing = festivals.filter(([pattern]) => !pattern.test(names)).map(([, name]) => name)
  if (missing.length > 0)
    found.push(words(`未见${missing.join('、')},请对照通知原文。`, `Not listed: ${missing.join(', ')}.`))
  if (!file.provisional && file.makeupWorkdays.length === 0)
    found.push(words('没有调休上班日,往年通知均有。', 'No make-up workdays; every notice so far had some.'))
  let workdays = 0
  const calendar = makeCalendar('check', [yearOfFile(file)])
  eachDay(file.year, (day) => {
    if (calendar.isWorkday(day)) workdays += 1
  })
  if (workdays < 246 || workdays > 252)
    found.push(
      words(
        `全年工作日为${workdays}天,近年为248天左右,请核对。`,
        `${workdays} working days in the year; recent years had about 248.`,
      ),
    )
  if (file.provisional)
    found.push(words('这是推定日历,跨入该年的期限仍标“暂定”。', 'Derived, not official: dates in it stay provisional.'))
  return found
}
