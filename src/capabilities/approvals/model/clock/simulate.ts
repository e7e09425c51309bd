/**
 * The clock simulator: enter a start and what happens on the way, see every consequence. It plays the days through the
 * real commands, so that it refuses exactly what the real clock refuses.
 */
import { z } from 'zod'
import { defineRefusal, type FieldFault, isRefused } from '../../../../kernel/refusal.ts'
import { endOfDay, type Instant, type LocalDate, localDateSchema, startOfDay } from '../../../../kernel/time.ts'
import { words } from '../../../../kernel/words.ts'
import type { Calendar } from '../../../../kernel/working-days.ts'
import { type Clock, type ClockEvent, type ClockLedger, clockHolders, clockRolls, clockUnits } from './clock.ts'
import { extendClock, pauseClock, resumeClock, startClock, stopClock } from './commands.ts'
import { type ClockExplanation, explainClock } from './explain.ts'

const simulationInvalid = defineRefusal('invalid', 'approvals.simulation-invalid', {
  zh: '期限推演的输入有误,请按各项提示改正后重试。',
  en: 'The simulation cannot be run. Correct the marked fields.',
})

const days = (what: string, least: number) =>
  z
    .number({ error: `请填写${what}` })
    .int({ error: `${what}须为整数` })
    .min(least, { error: `${what}不得少于${least}` })
    .max(3660, { error: `${what}不得超过3660` })

export const simulationSchema = z
  .object({
    /** Day of acceptance; the period begins on the next. */
    start: localDateSchema,
    budget: days('期限天数', 0),
    unit: z.enum(clockUnits, { error: '请选择计算单位:工作日或自然日' }),
    roll: z.enum(clockRolls, { error: '请选择末日遇休假日的处理方式' }).default('next'),
    pauses: z
      .array(
        z.object({
          from: localDateSchema,
          /** Day of the resume; null = still standing. */
          to: localDateSchema.nullable(),
          holder: z.enum(clockHolders, { error: '请选择暂停期间由谁负责' }).default('third-party'),
          reason: z
            .string()
            .trim()
            .min(1, { error: '请填写暂停事由' })
            .max(100, { error: '暂停事由不得超过100字' })
            .default('法定不计入期限情形'),
        }),
      )
      .max(50, { error: '暂停不得超过50次' })
      .default([]),
    extensions: z
      .array(z.object({ on: localDateSchema, days: days('延长天数', 1) }))
      .max(20, { error: '延长不得超过20次' })
      .default([]),
    stop: localDateSchema.nullable().default(null),
    /** The day on which the clock is looked at; the last day entered where absent. */
    asOf: localDateSchema.nullable().default(null),
  })
  .superRefine((input, context) => {
    const fault = (path: (string | number)[], message: string): void => {
      context.addIssue({ code: 'custom', path, message })
    }
    input.pauses.forEach((pause, index) => {
      if (pause.from < input.start) fault(['pauses', index, 'from'], '暂停日期不得早于起算日')
      if (pause.to !== null && pause.to < pause.from) fault(['pauses', index, 'to'], '恢复日期不得早于暂停日期')
      if (input.stop !== null && (pause.to ?? pause.from) > input.stop)
        fault(['pauses', index, pause.to === null ? 'from' : 'to'], '暂停与恢复日期不得晚于办结日期')
    })
    input.extensions.forEach((extension, index) => {
      if (extension.on < input.start) fault(['extensions', index, 'on'], '延长日期不得早于起算日')
      if (input.stop !== null && extension.on > input.stop)
        fault(['extensions', index, 'on'], '延长日期不得晚于办结日期')
    })
    if (input.stop !== null && input.stop < input.start) fault(['stop'], '办结日期不得早于起算日')
    if (input.asOf !== null && input.asOf < input.start) fault(['asOf'], '查看日期不得早于起算日')
  })
export type SimulationInput = z.input<typeof simulationSchema>

export interface Simulation extends ClockExplanation {
  /** The clock and ledger that were played, to be looked at again at another moment. */
  readonly clock: Clock
  readonly ledger: ClockLedger
  readonly now: Instant
}

interface Step {
  readonly at: Instant
  readonly path: string
  readonly play: (ledger: ClockLedger) => ClockEvent
}

const noon = (day: LocalDate): Instant => `${day}T04:00:00.000Z` as Instant

/**
 * Plays a simulation. Refuses `approvals.simulation-invalid` with the faulty fields (those of the schema, and those of the
 * real commands: a pause after the due day, …), and `calendar.year-unknown`.
 */
export const simulate = (raw: SimulationInput, calendar: Calendar): Simulation => {
  const parsed = simulationSchema.safeParse(raw)
  if (!parsed.success)
    throw simulationInvalid(
      {},
      parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
    )
  const input = parsed.data
  const clock: Clock = {
    kind: 'statutory',
    unit: input.unit,
    budget: input.budget,
    roll: input.roll,
    calendarVersion: calendar.version,
    warnAt: 0,
    grounds: input.pauses.map((pause, index) => ({
      code: `pause-${index}`,
      name: words(pause.reason, pause.reason),
      basis: '推演输入',
      untilRequired: false,
    })),
    extension:
      input.extensions.length === 0
        ? null
        : {
            maxCount: input.extensions.length,
            maxDaysEach: Math.max(...input.extensions.map((extension) => extension.days)),
            approverLevel: 'officer',
            basis: '推演输入',
          },
    recording: { lateAfterMinutes: 0, backdateDays: 0 },
  }
  const steps = stepsOf(input, clock, calendar)
  const started = startOfDay(input.start)
  let ledger: ClockLedger = [startClock(clock, [], calendar, started, { occurredAt: started })]
  for (const step of steps)
    try {
      ledger = [...ledger, step.play(ledger)]
    } catch (error) {
      if (!isRefused(error) || error.refusal.code === 'calendar.year-unknown') throw error
      const fault: FieldFault = { path: step.path, message: error.refusal.sentence.zh }
      throw simulationInvalid({}, [fault])
    }
  const lastEntered = [input.start, ...steps.map((step) => step.at.slice(0, 10) as LocalDate)].reduce((a, b) =>
    a > b ? a : b,
  )
  const now = endOfDay(input.asOf ?? lastEntered)
  return { ...explainClock(clock, ledger, calendar, now), clock, ledger, now }
}

const stepsOf = (input: z.output<typeof simulationSchema>, clock: Clock, calendar: Calendar): readonly Step[] => {
  const steps: Step[] = []
  input.pauses.forEach(({ from, to, holder }, index) => {
    const noticeId = String(index + 1)
    const pause = { ground: `pause-${index}`, approvedBy: '推演', noticeId, holder, until: null }
    steps.push({
      at: noon(from),
      path: `pauses.${index}.from`,
      play: (ledger) => pauseClock(clock, ledger, calendar, noon(from), { ...pause, occurredAt: noon(from) }),
    })
    if (to !== null)
      steps.push({
        at: noon(to),
        path: `pauses.${index}.to`,
        play: (ledger) => resumeClock(clock, ledger, calendar, noon(to), { noticeId, occurredAt: noon(to) }),
      })
  })
  input.extensions.forEach(({ on, days: extra }, index) => {
    const extension = { days: extra, approvedBy: '推演', level: 'officer', reason: '推演' } as const
    steps.push({
      at: noon(on),
      path: `extensions.${index}.on`,
      play: (ledger) => extendClock(clock, ledger, calendar, noon(on), { ...extension, occurredAt: noon(on) }),
    })
  })
  const { stop } = input
  if (stop !== null)
    steps.push({
      at: endOfDay(stop),
      path: 'stop',
      play: (ledger) => stopClock(clock, ledger, calendar, endOfDay(stop), { occurredAt: endOfDay(stop) }),
    })
  return steps.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}
