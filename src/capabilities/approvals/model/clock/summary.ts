/** The one sentence under an explanation: start, budget, what was left out and why, due day and the rule that moved it. */
import { type Words, words } from '../../../../kernel/words.ts'
import type { Clock } from './clock.ts'
import type { DerivedClock } from './derive.ts'
import { type ClockRow, countingRules } from './row.ts'

const listed = (counts: ReadonlyMap<string, number>, unit: string, separator: string): string =>
  [...counts].map(([name, days]) => `${name} ${days}${unit}`).join(separator)

const tally = (rows: readonly ClockRow[], name: (row: ClockRow) => string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(name(row), (counts.get(name(row)) ?? 0) + 1)
  return counts
}

/** Says what was left out between the start and the due day. */
const excluded = (rows: readonly ClockRow[], due: string): Words => {
  const inside = rows.filter((row) => row.day <= due)
  const weekends = inside.filter((row) => row.cause === 'weekend').length
  const holidays = inside.filter((row) => row.cause === 'holiday')
  const pauses = inside.filter((row) => row.cause === 'pause').length
  const makeups = inside.filter((row) => row.kind === 'makeup-workday' && row.cause === 'counted').length
  const zh: string[] = []
  const en: string[] = []
  if (weekends > 0) {
    zh.push(`双休日${weekends}天`)
    en.push(`${weekends} weekend days`)
  }
  if (holidays.length > 0) {
    zh.push(
      `法定节假日${holidays.length}天(${listed(
        tally(holidays, (row) => row.holiday?.zh ?? '节假日'),
        '天',
        '、',
      )})`,
    )
    en.push(
      `${holidays.length} holidays (${listed(
        tally(holidays, (row) => row.holiday?.en ?? 'holiday'),
        '',
        ', ',
      )})`,
    )
  }
  if (pauses > 0) {
    zh.push(`依法暂停${pauses}天`)
    en.push(`${pauses} days of lawful pause`)
  }
  const left =
    zh.length === 0
      ? words('期间无不计入的日期', 'no day left out')
      : words(`不计入${zh.join('、')}`, `left out: ${en.join(', ')}`)
  return makeups === 0
    ? left
    : words(`${left.zh},调休上班${makeups}天计入`, `${left.en}; ${makeups} make-up workdays counted`)
}

const moved = (clock: Clock, derived: DerivedClock): Words => {
  if (derived.nominalDue === derived.due) return words('', '')
  return clock.roll === 'next'
    ? words(
        `(期间末日${derived.nominalDue}为法定休假日,依${countingRules.lastDay.basis}顺延)`,
        ` (the last day ${derived.nominalDue} is not worked; moved on under ${countingRules.lastDay.basis})`,
      )
    : words(
        `(期间末日${derived.nominalDue}为法定休假日,按本期限规则提前至前一工作日)`,
        ` (the last day ${derived.nominalDue} is not worked; moved to the working day before)`,
      )
}
const standing = (unit: Words, derived: DerivedClock): Words => {
  if (derived.state === 'stopped')
    return derived.onTime === true
      ? words(
          `已于${derived.endedOn}按期办结,用时${derived.consumed}${unit.zh}。`,
          ` Done on time on ${derived.endedOn}, in ${derived.consumed} ${unit.en}.`,
        )
      : words(
          `已于${derived.endedOn}办结,超期${derived.overdueBy}${unit.zh}。`,
          ` Done on ${derived.endedOn}, ${derived.overdueBy} ${unit.en} late.`,
        )
  if (derived.state === 'cancelled')
    return words(`已于${derived.endedOn}撤销计时。`, ` Cancelled on ${derived.endedOn}.`)
  if (derived.overdueBy > 0)
    return words(`现已超期${derived.overdueBy}${unit.zh}。`, ` Overdue by ${derived.overdueBy} ${unit.en}.`)
  if (derived.state === 'paused')
    return words(
      `现暂停计时,剩余${derived.remaining}${unit.zh}。`,
      ` Paused with ${derived.remaining} ${unit.en} left.`,
    )
  return words(
    `现剩余${derived.remaining}${unit.zh}(含当日)。`,
    ` ${derived.remaining} ${unit.en} left, today included.`,
  )
}

/** `standing: false` leaves out how it stands now: for a computation that no file is behind. */
export const summaryOf = (
  clock: Clock,
  derived: DerivedClock,
  rows: readonly ClockRow[],
  options: { readonly standing: boolean } = { standing: true },
): Words => {
  const unit = clock.unit === 'workday' ? words('个工作日', 'working days') : words('日', 'calendar days')
  const extended =
    derived.extensions === 0
      ? words('', '')
      : words(`,经批准延长${derived.extensions}${unit.zh}`, `, extended by ${derived.extensions}`)
  const out = excluded(rows, derived.due ?? '')
  const rule = moved(clock, derived)
  const dueIs =
    derived.dueIs === 'if-resumed-today'
      ? words('如当日恢复计时,截止日为', 'If it were resumed today, it would be due on ')
      : words('截止日为', 'Due on ')
  const provisional = derived.provisional
    ? words(
        '截止日为暂定:所跨年度的放假安排尚未公布,公布后将重新计算。',
        ' Provisional: the holidays of a year it touches are not published yet.',
      )
    : words('', '')
  const now = options.standing ? standing(unit, derived) : words('', '')
  return words(
    `自${derived.startedOn}起算(当日不计入),期限${derived.budget}${unit.zh}${extended.zh};${out.zh};${dueIs.zh}${derived.due}(当日24时止)${rule.zh}。${now.zh}${provisional.zh}`,
    `Started on ${derived.startedOn} (not counted), ${derived.budget} ${unit.en}${extended.en}; ${out.en}. ${dueIs.en}${derived.due}${rule.en}.${now.en}${provisional.en}`,
  )
}
