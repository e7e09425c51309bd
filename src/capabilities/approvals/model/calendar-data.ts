/**
 * The files of `data/calendar/`: one year each, as published by the State Council, or a provisional year derived from the
 * holiday regulation. A published file is never edited, only followed by a newer one (a new id or version): then every
 * calendar that ever ruled can be built again, and a decided file keeps the calendar it was decided under.
 */
import { z } from 'zod'
import { sourceSchema, validitySchema } from '../../../kernel/sourced.ts'
import { addDays, type LocalDate, localDateSchema } from '../../../kernel/time.ts'
import { type Words, wordsSchema } from '../../../kernel/words.ts'
import { type Calendar, type CalendarYear, makeCalendar } from '../../../kernel/working-days.ts'

export const calendarFileSchema = z
  .object({
    id: z.string().regex(/^[a-z0-9-]+$/),
    version: z.string().min(1),
    year: z.number().int().min(1992).max(2200),
    /** True: the official notice is not out; holidays are derived and there are no make-up workdays. */
    provisional: z.boolean(),
    /** Day on which the notice was published (for a provisional year: from which the file is used). */
    publishedOn: localDateSchema,
    source: sourceSchema,
    validity: validitySchema,
    holidays: z.array(z.object({ name: wordsSchema, from: localDateSchema, to: localDateSchema })),
    makeupWorkdays: z.array(z.object({ day: localDateSchema, name: wordsSchema })),
  })
  .superRefine((file, context) => {
    const inYear = (day: LocalDate): boolean => day.startsWith(`${file.year}-`)
    file.holidays.forEach((holiday, index) => {
      if (holiday.to < holiday.from || !inYear(holiday.from) || !inYear(holiday.to))
        context.addIssue({ code: 'custom', path: ['holidays', index], message: '放假起止日期须在本年内且先后有序' })
    })
    if (file.provisional && file.makeupWorkdays.length > 0)
      context.addIssue({ code: 'custom', path: ['makeupWorkdays'], message: '暂定年份不得填写调休上班日' })
    const expected = { from: `${file.year}-01-01`, to: `${file.year}-12-31` }
    if (file.validity.validFrom !== expected.from || file.validity.validTo !== expected.to)
      context.addIssue({ code: 'custom', path: ['validity'], message: '有效期须为整年' })
  })
export type CalendarFile = z.infer<typeof calendarFileSchema>

/** Spreads the ranges of a file into days. Throws a RangeError when two holidays overlap. */
export const yearOfFile = (file: CalendarFile): CalendarYear => {
  const holidays = new Map<LocalDate, Words>()
  for (const { name, from, to } of file.holidays)
    for (let day = from; day <= to; day = addDays(day, 1)) {
      if (holidays.has(day)) throw new RangeError(`${file.id}: ${day} is listed in two holidays`)
      holidays.set(day, name)
    }
  return {
    year: file.year,
    provisional: file.provisional,
    holidays,
    makeupWorkdays: new Map(file.makeupWorkdays.map(({ day, name }) => [day, name])),
  }
}
/** Says whether `next` rules over `current` for the same year: official over provisional, then newer over older. */
export const supersedes = (next: CalendarFile, current: CalendarFile): boolean => {
  if (next.provisional !== current.provisional) return current.provisional
  if (next.publishedOn !== current.publishedOn) return next.publishedOn > current.publishedOn
  const [newer, older] = [Number(next.version), Number(current.version)]
  return Number.isNaN(newer) || Number.isNaN(older) ? next.version > current.version : newer > older
}
/** The file that rules in each year, in the order of the years. */
export const chosen = (files: readonly CalendarFile[]): readonly CalendarFile[] => {
  const byYear = new Map<number, CalendarFile>()
  for (const file of files) {
    const current = byYear.get(file.year)
    if (current === undefined || supersedes(file, current)) byYear.set(file.year, file)
  }
  return [...byYear.values()].sort((a, b) => a.year - b.year)
}
/** Builds the calendar of files that were chosen, one for each year. Throws a RangeError on contradicting ones. */
export const build = (files: readonly CalendarFile[]): Calendar =>
  makeCalendar(files.map((file) => `${file.id}.${file.version}`).join('+'), files.map(yearOfFile))

/**
 * Builds the calendar in force from the parsed contents of all files. Its version names the files used, so the same files
 * always give the same version. Throws a ZodError on a malformed file and a RangeError on contradicting ones.
 */
export const buildCalendar = (files: readonly unknown[]): Calendar =>
  build(chosen(files.map((file) => calendarFileSchema.parse(file))))

/** Every calendar that was ever in force, by version. */
export interface CalendarShelf {
  readonly current: Calendar
  /** The calendar of a version; null if its files are gone. */
  readonly byVersion: (version: string) => Calendar | null
  /** Everything it was built from, in no order. */
  readonly files: readonly CalendarFile[]
}
/** Builds the calendar in force and those before it, one for each day on which a file was published. */
export const buildShelf = (files: readonly unknown[]): CalendarShelf => {
  const parsed = files.map((file) => calendarFileSchema.parse(file))
  const current = build(chosen(parsed))
  const shelf = new Map<string, Calendar>([[current.version, current]])
  for (const day of new Set(parsed.map((file) => file.publishedOn))) {
    const known = chosen(parsed.filter((file) => file.publishedOn <= day))
    if (known.some((file, index) => file.year !== (known[0]?.year ?? 0) + index)) continue
    const calendar = build(known)
    if (!shelf.has(calendar.version)) shelf.set(calendar.version, calendar)
  }
  return { current, byVersion: (version) => shelf.get(version) ?? null, files: parsed }
}
/**
 * Puts files that were loaded later, and snapshots of what was in force before, onto a shelf: the newest files rule, and
 * every version that ever ruled stays.
 */
export const extendShelf = (
  base: CalendarShelf,
  loaded: readonly CalendarFile[],
  snapshots: readonly { readonly version: string; readonly files: readonly CalendarFile[] }[],
): CalendarShelf => {
  if (loaded.length === 0 && snapshots.length === 0) return base
  const files = [...base.files, ...loaded]
  const current = build(chosen(files))
  const built = new Map<string, Calendar>([[current.version, current]])
  return {
    current,
    files,
    byVersion: (version) => {
      const known = built.get(version) ?? base.byVersion(version)
      if (known !== null) return known
      const snapshot = snapshots.find((each) => each.version === version)
      if (snapshot === undefined) return null
      const calendar = build(chosen(snapshot.files))
      built.set(version, calendar)
      return calendar
    },
  }
}
