/** When an alarm must be disposed of, who is told when, and when they are left in peace: `data/monitoring/escalation.json`. */
import { z } from 'zod'
import { sourceSchema } from '../../../../kernel/sourced.ts'
import { addDays, addMs, type Instant, laterOf, localDateOf, startOfDay, wallClock } from '../../../../kernel/time.ts'
import { wordsSchema } from '../../../../kernel/words.ts'
import { type Severity, severitySchema } from '../rules/definition.ts'
import { type Rung, rungs } from './states.ts'

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const minutes = z.number().int().min(0).max(100_000)
const stepSchema = z
  .object({
    severity: severitySchema,
    deadlineMinutes: minutes.min(1),
    /** After so many minutes each rung is told: site, contractor, supervision unit, district. */
    rungMinutes: z.tuple([minutes, minutes, minutes, minutes]),
    repeatMinutes: minutes.min(1),
    mostRepeats: z.number().int().min(0).max(100),
    quiet: z.object({ from: clock, to: clock }).strict().nullable(),
  })
  .strict()
  .refine(({ rungMinutes }) => rungMinutes.every((each, at) => at === 0 || each >= (rungMinutes[at - 1] ?? 0)), {
    error: '逐级上报的时间必须递增',
  })
export type LadderStep = z.infer<typeof stepSchema>
export const ladderSchema = z
  .object({
    note: z.string(),
    source: sourceSchema,
    ladder: z.array(stepSchema).length(4),
    snooze: z.object({ siteMinutes: minutes, authorityMinutes: minutes, siteFromSeverity: severitySchema }).strict(),
    /** The own side closes alarms of this severity or a lesser one. */
    close: z.object({ siteFromSeverity: severitySchema }).strict(),
    /** More than `devices` of a site silent within `windowMinutes`: one incident. */
    storm: z
      .object({
        devices: z.number().int().min(1),
        windowMinutes: minutes.min(1),
        severity: severitySchema,
        name: wordsSchema,
        advice: wordsSchema,
      })
      .strict(),
    /** Role code of the department of sites that name none. */
    department: z.string(),
  })
  .strict()
  .refine(({ ladder }) => new Set(ladder.map((each) => each.severity)).size === 4, { error: '每个级别须各有一条' })
export type Ladder = z.infer<typeof ladderSchema>

export const stepOf = (ladder: Ladder, severity: Severity): LadderStep => {
  const step = ladder.ladder.find((each) => each.severity === severity)
  if (step === undefined) throw new Error(`no ladder for severity ${severity}`)
  return step
}
const MINUTE_MS = 60_000
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
/** The moment itself, or the end of the quiet hours in which it lies. */
export const afterQuiet = (at: Instant, quiet: LadderStep['quiet']): Instant => {
  if (quiet === null || quiet.from === quiet.to) return at
  const time = wallClock(at).slice(11)
  const overnight = quiet.to < quiet.from
  const isQuiet = overnight ? time >= quiet.from || time < quiet.to : time >= quiet.from && time < quiet.to
  if (!isQuiet) return at
  const day = overnight && time >= quiet.from ? addDays(localDateOf(at), 1) : localDateOf(at)
  return addMs(startOfDay(day), minutesOf(quiet.to) * MINUTE_MS)
}
export interface Call {
  readonly rung: Rung
  readonly at: Instant
}
/** When each rung is told of an alarm; nobody before the quiet hours are over. */
export const callsOf = (step: LadderStep, openedAt: Instant): readonly Call[] =>
  rungs.map((rung, index) => ({
    rung,
    at: afterQuiet(addMs(openedAt, (step.rungMinutes[index] ?? 0) * MINUTE_MS), step.quiet),
  }))
export const deadlineOf = (step: LadderStep, openedAt: Instant): Instant =>
  addMs(openedAt, step.deadlineMinutes * MINUTE_MS)
/** When the site is told again after it was told `times` times already; null: never again. */
export const repeatAt = (step: LadderStep, toldAt: Instant, times: number): Instant | null =>
  times > step.mostRepeats
    ? null
    : laterOf(toldAt, afterQuiet(addMs(toldAt, step.repeatMinutes * MINUTE_MS), step.quiet))
