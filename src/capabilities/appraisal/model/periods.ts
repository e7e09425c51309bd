/** Periods of assessment: a month or a quarter of the calendar. */
import { addDays, addMonths, type LocalDate, localDate } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'

export interface Period {
  readonly kind: 'month' | 'quarter'
  readonly year: number
  /** 1 to 12, or 1 to 4. */
  readonly number: number
}
export const spanOf = ({ kind, year, number }: Period): { readonly from: LocalDate; readonly to: LocalDate } => {
  const months = kind === 'month' ? 1 : 3
  const first = localDate(`${year}-${String((number - 1) * months + 1).padStart(2, '0')}-01`)
  return { from: first, to: addDays(addMonths(first, months), -1) }
}
export const periodName = ({ kind, year, number }: Period): Words =>
  kind === 'month'
    ? words(`${year}年${number}月`, `${year}-${String(number).padStart(2, '0')}`)
    : words(`${year}年第${'一二三四'[number - 1] ?? ''}季度`, `Q${number} ${year}`)
export const isPeriod = ({ kind, number }: Period): boolean => number >= 1 && number <= (kind === 'month' ? 12 : 4)
