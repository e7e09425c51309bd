/** Reads a notice as people type it, one line a holiday or a make-up day, and as the file of a calendar. Pure. */
import { type LocalDate, localDateSchema } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'
import { type Notice, noticeSchema } from '../contract/clocks.ts'

const english: readonly (readonly [RegExp, string])[] = [
  [/元旦/, "New Year's Day"],
  [/春节/, 'Spring Festival'],
  [/清明/, 'Qingming Festival'],
  [/劳动/, 'Labour Day'],
  [/端午/, 'Dragon Boat Festival'],
  [/中秋/, 'Mid-Autumn Festival'],
  [/国庆/, 'National Day'],
]
/** The name in both languages; a name without a known English form stays as it is. */
export const holidayName = (zh: string): Words => {
  const found = english.filter(([pattern]) => pattern.test(zh)).map(([, name]) => name)
  const makeup = /调休|上班|补班/.test(zh)
  const name = found.length === 0 ? zh : found.join(' and ')
  return words(zh, makeup && found.length > 0 ? `make-up for ${name}` : name)
}
export interface LineFault {
  /** Counted from 1. */
  readonly line: number
  readonly text: string
}
const linesOf = (text: string): readonly { readonly line: number; readonly parts: readonly string[] }[] =>
  text.split('\n').flatMap((line, index) => {
    const parts = line.split(/[\s,,、;;至到~~]+/).filter((part) => part !== '')
    return parts.length === 0 ? [] : [{ line: index + 1, parts }]
  })
const dayOf = (text: string | undefined): LocalDate | null => {
  const parsed = localDateSchema.safeParse(text ?? '')
  return parsed.success ? parsed.data : null
}
/** '春节 2027-02-05 2027-02-12', one line a holiday; a single day may stand alone. */
export const readHolidays = (text: string): { rows: Notice['holidays']; faults: LineFault[] } => {
  const rows: Notice['holidays'] = []
  const faults: LineFault[] = []
  for (const { line, parts } of linesOf(text)) {
    const [name = '', first, last] = parts
    const from = dayOf(first)
    const to = last === undefined ? from : dayOf(last)
    if (from === null || to === null || parts.length > 3) faults.push({ line, text: '应为“名称 起始日 截止日”' })
    else rows.push({ name: holidayName(name), from, to })
  }
  return { rows, faults }
}
/** '2027-01-30 春节调休', one line a make-up workday; the name may be left out. */
export const readMakeups = (text: string): { rows: Notice['makeupWorkdays']; faults: LineFault[] } => {
  const rows: Notice['makeupWorkdays'] = []
  const faults: LineFault[] = []
  for (const { line, parts } of linesOf(text)) {
    const [first, name = '调休上班'] = parts
    const day = dayOf(first)
    if (day === null || parts.length > 2) faults.push({ line, text: '应为“日期 名称”' })
    else rows.push({ day, name: holidayName(name) })
  }
  return { rows, faults }
}
export const holidayLines = (rows: Notice['holidays']): string =>
  rows.map(({ name, from, to }) => `${name.zh} ${from} ${to}`).join('\n')
export const makeupLines = (rows: Notice['makeupWorkdays']): string =>
  rows.map(({ day, name }) => `${day} ${name.zh}`).join('\n')

/** Takes a notice out of a calendar file (the form of `data/calendar/`); null when it is not one. */
export const noticeOfFile = (content: string): Notice | null => {
  let file: unknown
  try {
    file = JSON.parse(content)
  } catch {
    return null
  }
  if (typeof file !== 'object' || file === null) return null
  const source = 'source' in file && typeof file.source === 'object' ? file.source : null
  const parsed = noticeSchema.safeParse({ ...file, ...source })
  return parsed.success ? parsed.data : null
}
