/**
 * Why is this the due day? Every day from the start to the end of the period, with the reason it counts or does not, and
 * one summary sentence. Printed for applicants and officers; it reads the same reckoning as `deriveClock`.
 */
import type { Instant } from '../../../../kernel/time.ts'
import { type Words, words } from '../../../../kernel/words.ts'
import {
  type Calendar,
  type DayClass,
  type DayNumber,
  dayNumberOf,
  dayNumberOfInstant,
  dayOfNumber,
  weekdayOfNumber,
} from '../../../../kernel/working-days.ts'
import { type Clock, type ClockHolder, type ClockLedger, runningHolder } from './clock.ts'
import { type DerivedClock, deriveClock, type Reckoning, reckon } from './derive.ts'
import { type ClockRow, countingRules } from './row.ts'
import { type PauseSpan, readLedger } from './spans.ts'
import { summaryOf } from './summary.ts'

export interface ClockExplanation {
  readonly derived: DerivedClock
  readonly rows: readonly ClockRow[]
  readonly summary: Words
}

const weekdayNames: readonly Words[] = [
  words('星期一', 'Monday'),
  words('星期二', 'Tuesday'),
  words('星期三', 'Wednesday'),
  words('星期四', 'Thursday'),
  words('星期五', 'Friday'),
  words('星期六', 'Saturday'),
  words('星期日', 'Sunday'),
]
const unitWords = { workday: words('工作日', 'working day'), 'calendar-day': words('日', 'day') }
const holderOrder: readonly ClockHolder[] = ['authority', 'third-party', 'applicant']

interface Frame {
  readonly clock: Clock
  readonly calendar: Calendar
  readonly math: Reckoning
  readonly pauses: readonly PauseSpan[]
  readonly total: number
}
interface Verdict {
  readonly counted: boolean
  readonly cause: ClockRow['cause']
  readonly reason: Words
  readonly holder: ClockHolder
}

const classOf = ({ clock, calendar }: Frame, day: DayNumber): DayClass | null =>
  calendar.covers(day) || clock.unit === 'workday' || clock.roll !== 'none' ? calendar.classifyAt(day) : null

const pauseVerdict = ({ clock, pauses }: Frame, day: DayNumber): Verdict | null => {
  const standing = pauses.filter((pause) => pause.from <= day && day <= pause.to)
  if (standing.length === 0) return null
  const names = (language: keyof Words): string =>
    [
      ...new Set(
        standing.map(({ event }) => {
          const name = clock.grounds.find((ground) => ground.code === event.ground)?.name[language] ?? event.ground
          return language === 'zh' ? `${name}(${event.basis})` : `${name} (${event.basis})`
        }),
      ),
    ].join(language === 'zh' ? '、' : ', ')
  const resumed = standing.every((pause) => pause.to === day && !pause.open)
  return {
    counted: false,
    cause: 'pause',
    holder: holderOrder.find((holder) => standing.some((pause) => pause.holder === holder)) ?? 'authority',
    reason: words(
      `暂停计时:${names('zh')}${resumed ? ';当日结束暂停,次日续计' : ''}`,
      `paused because of ${names('en')}${resumed ? '; the pause ends today, counting goes on tomorrow' : ''}`,
    ),
  }
}

const verdictOf = (frame: Frame, day: DayNumber, kind: DayClass | null, number: number): Verdict => {
  const { clock, math, total } = frame
  const holder = runningHolder(clock.kind)
  const workdays = clock.unit === 'workday'
  const unit = unitWords[clock.unit]
  if (day === math.start)
    return {
      counted: false,
      cause: 'start',
      holder,
      reason: words(
        `起算当日不计入(${countingRules.firstDay.basis})`,
        `the day of the start is not counted (${countingRules.firstDay.basis})`,
      ),
    }
  const paused = pauseVerdict(frame, day)
  if (paused !== null) return paused
  const off = kind?.kind === 'holiday' || kind?.kind === 'weekend'
  const offName =
    kind?.kind === 'holiday' ? (kind.name ?? words('法定节假日', 'public holiday')) : words('双休日', 'weekend')
  const offCause = kind?.kind === 'holiday' ? 'holiday' : 'weekend'
  const offReason =
    kind?.kind === 'holiday' ? words(`法定节假日:${offName.zh}`, `public holiday: ${offName.en}`) : offName
  if (workdays && off) return { counted: false, cause: offCause, holder, reason: offReason }
  if (!workdays && day > math.nominal && day <= math.due)
    return {
      counted: false,
      cause: 'roll',
      holder,
      reason:
        day === math.due
          ? words(
              `期间末日遇法定休假日,顺延至本日(${countingRules.lastDay.basis})`,
              `the last day was not a working day; the period ends today (${countingRules.lastDay.basis})`,
            )
          : words(
              `${off ? offReason.zh : '末日顺延'},末日顺延(${countingRules.lastDay.basis})`,
              `${off ? offReason.en : 'rolled over'}; the end is moved on (${countingRules.lastDay.basis})`,
            ),
    }
  if (day > math.due) {
    const late = math.units(math.due, day)
    return {
      counted: true,
      cause: 'overdue',
      holder,
      reason: words(workdays ? `超期第${late}个工作日` : `超期第${late}日`, `${unit.en} ${late} overdue`),
    }
  }
  const shownTotal = math.due < math.nominal ? math.allowance : total
  const base = workdays
    ? words(`第${number}个工作日,共${shownTotal}个`, `working day ${number} of ${shownTotal}`)
    : words(`第${number}日,共${shownTotal}日`, `day ${number} of ${shownTotal}`)
  const makeup =
    kind?.kind === 'makeup-workday'
      ? words(
          `调休上班${kind.name === undefined ? '' : `(${kind.name.zh})`},`,
          `${kind.name?.en ?? 'make-up workday'}, `,
        )
      : words('', '')
  const moved =
    day === math.nominal && math.due > day
      ? words(`;本日为${offName.zh},末日顺延(${countingRules.lastDay.basis})`, `; ${offName.en}, so the end moves on`)
      : day === math.due && math.due < math.nominal
        ? words(
            `;原末日${dayOfNumber(math.nominal)}遇休假日,提前至本日`,
            `; the last day ${dayOfNumber(math.nominal)} is not worked, so the period ends today`,
          )
        : words('', '')
  return {
    counted: true,
    cause: 'counted',
    holder,
    reason: words(`${makeup.zh}${base.zh}${moved.zh}`, `${makeup.en}${base.en}${moved.en}`),
  }
}

/**
 * Explains a clock as it stood at `now`, from the start to the due day, to today if it is overdue, or to the day it ended.
 * Before the start there are no rows. Errors and refusals as `deriveClock`.
 */
export const explainClock = (clock: Clock, ledger: ClockLedger, calendar: Calendar, now: Instant): ClockExplanation => {
  const derived = deriveClock(clock, ledger, calendar, now)
  const reading = readLedger(ledger, now)
  if (reading.start === null || derived.due === null)
    return {
      derived,
      rows: [],
      summary: words('该期限尚未起算。', 'This clock has not started.'),
    }
  const start = dayNumberOfInstant(reading.start.occurredAt)
  const math = reckon(clock, reading, start, calendar)
  const frame: Frame = { clock, calendar, math, pauses: reading.pauses, total: clock.budget + reading.extensions }
  const ended = derived.endedOn === null ? null : dayNumberOf(derived.endedOn)
  const today = ended ?? dayNumberOfInstant(now)
  const over = ended ?? today - 1
  const rows: ClockRow[] = []
  let number = 0
  for (let day = start; day <= Math.max(math.due, today); day += 1) {
    const kind = classOf(frame, day)
    const verdict = verdictOf(frame, day, kind, number + 1)
    if (verdict.counted) number += 1
    const weekday = weekdayOfNumber(day)
    rows.push({
      day: dayOfNumber(day),
      weekday,
      weekdayName: weekdayNames[weekday - 1] ?? words('', ''),
      kind: kind?.kind ?? 'unknown',
      holiday: kind?.name ?? null,
      provisional: kind?.provisional ?? false,
      ...verdict,
      consumed: verdict.counted && day <= over,
      number: verdict.counted ? number : null,
      isDue: day === math.due,
    })
  }
  return { derived, rows, summary: summaryOf(clock, derived, rows) }
}
