/** The time-limit calculator: anybody may try what a limit comes to. */
import type { BodyOf, ReplyOf } from '../../../kernel/endpoint.ts'
import type { simulateClock } from '../contract.ts'
import { simulate } from '../model/clock/simulate.ts'
import { summaryOf } from '../model/clock/summary.ts'
import type { Context } from './context.ts'

/** Plays the days through the real clock. Refuses what the real clock refuses, at the field that is wrong. */
export const simulateLimit = (context: Context, input: BodyOf<typeof simulateClock>): ReplyOf<typeof simulateClock> => {
  const result = simulate(
    {
      start: input.start,
      budget: input.budget,
      unit: input.unit,
      roll: input.roll,
      pauses: input.pauses.map((pause) => ({ from: pause.from, to: pause.to })),
      extensions: input.extensionDays === 0 ? [] : [{ on: input.start, days: input.extensionDays }],
    },
    context.calendars().current,
  )
  return {
    due: result.derived.due,
    provisional: result.derived.provisional,
    summary: summaryOf(result.clock, result.derived, result.rows, { standing: false }),
    rows: result.rows.map((row) => ({
      day: row.day,
      weekday: row.weekday,
      kind: row.kind,
      counted: row.counted,
      number: row.number,
      holder: row.holder,
      reason: row.reason,
    })),
  }
}
