/**
 * What stands still too long: a pause, or corrections that do not come. Reminded at the rungs of the rule, ended by it, and
 * always told to the parties. Armed from the journal, so that no other action has to think of it.
 */
import { addDays, type Instant, localDateOf, startOfDay } from '../../../kernel/time.ts'
import type { JournalEntry, JsonValue, Reaction, TimerHandler, Unit } from '../../../platform/platform.ts'
import { correctionsRequested, paused } from '../contract/events.ts'
import { returnedForSilence, staleEnded, staleWarned } from '../contract/events-clocks.ts'
import type { ApplicationId, ItemRunId } from '../contract.ts'
import { type StaleRule, staleRule } from '../model/clock-rules.ts'
import { changeApplication } from '../store/applications.ts'
import { type LockedCase, lockCase } from './case-file.ts'
import type { Context } from './context.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import { endPause } from './pauses.ts'

export const STALE_TIMER = 'approvals.stale'

type Facts = Readonly<Record<string, JsonValue>>
export const factsOf = (payload: JsonValue): Facts =>
  typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? (payload as Facts) : {}
export const textIn = (payload: JsonValue, name: string): string | null => {
  const value = factsOf(payload)[name]
  return typeof value === 'string' ? value : null
}
const numberIn = (payload: JsonValue, name: string): number => {
  const value = factsOf(payload)[name]
  return typeof value === 'number' ? value : 0
}

const arm = async (
  unit: Unit,
  rule: StaleRule,
  subjectId: string,
  since: Instant,
  payload: { readonly applicationId: string; readonly itemRunId: string | null; readonly key: string },
): Promise<void> => {
  const ends = rule.endAfterDays
  for (const days of [...rule.warnAfterDays, ...(ends === null ? [] : [ends])])
    await unit.timers.set({
      kind: STALE_TIMER,
      subjectId,
      rung: `${payload.key}:${String(days).padStart(4, '0')}`,
      dueAt: startOfDay(addDays(localDateOf(since), days)),
      payload: { ...payload, code: rule.code, days },
    })
}
/** Sets the reminders of a pause or of a list of corrections when it begins. */
export const staleReaction = (context: Context): Reaction => ({
  listener: 'approvals.stale',
  kinds: [paused.kind, correctionsRequested.kind],
  react: async (unit, entry: JournalEntry) => {
    const applicationId = textIn(entry.payload, 'applicationId')
    const itemRunId = textIn(entry.payload, 'itemRunId')
    if (applicationId === null) return
    const isPause = entry.kind === paused.kind
    const rule = staleRule(context.clockRules, isPause ? 'pause' : 'correction')
    if (rule === null) return
    if (!isPause) {
      const key = String(numberIn(entry.payload, 'round'))
      await arm(unit, rule, applicationId, entry.occurredAt, { applicationId, itemRunId: null, key })
    } else if (itemRunId !== null)
      await arm(unit, rule, itemRunId, entry.occurredAt, {
        applicationId,
        itemRunId,
        key: textIn(entry.payload, 'noticeId') ?? '',
      })
  },
})

export const staleTimer = (context: Context): TimerHandler => ({
  kind: STALE_TIMER,
  fire: async (unit, timer) => {
    const applicationId = textIn(timer.payload, 'applicationId')
    const code = textIn(timer.payload, 'code')
    if (applicationId === null || (code !== 'pause' && code !== 'correction')) return
    const rule = staleRule(context.clockRules, code)
    const days = numberIn(timer.payload, 'days')
    const ends = rule?.endAfterDays === days
    // The rule has changed since: only what it says now is done.
    if (rule === null || !(ends || rule.warnAfterDays.includes(days))) return
    const file = await lockCase(context, unit, applicationId as ApplicationId)
    const key = textIn(timer.payload, 'key') ?? ''
    const itemRunId = textIn(timer.payload, 'itemRunId') as ItemRunId | null
    const run = file.itemRuns.find((each) => each.id === itemRunId)
    const stands =
      code === 'pause'
        ? run?.hold?.noticeId === key && (run.hold.until === null || run.hold.until >= unit.today)
        : file.application.state === 'correcting' && String(file.application.round) === key
    if (!stands) return
    const facts = {
      ...aboutApplication(context, file.application),
      itemRunId,
      about: run === undefined ? '告知补正' : `“${run.item_name.zh}”停止计时(${run.hold?.label.zh ?? ''})`,
      days,
      endAfterDays: rule.endAfterDays,
      basis: rule.source.basis,
      late: timer.late,
      rulesVersion: context.clockRules.version,
    }
    await unit.record(ends ? staleEnded : staleWarned, {
      ...subjectOf(file.application),
      occurredAt: timer.dueAt,
      payload: facts,
    })
    if (!ends) return
    if (run !== undefined) await endPause(context, unit, file, run, null)
    else await returnApplication(context, unit, file, days)
  },
})

/** Nothing came: the application goes back, its clocks end; the applicant may file again at any time. */
const returnApplication = async (context: Context, unit: Unit, file: LockedCase, days: number): Promise<void> => {
  await file.book.cancel(file.book.open(), '逾期未补正,退回申请')
  await file.book.close()
  const changed = await changeApplication(unit.db, file.application.id, null, unit.now, {
    state: 'withdrawn',
    closed_at: unit.now,
  })
  await unit.record(returnedForSilence, {
    ...subjectOf(changed),
    payload: { ...aboutApplication(context, changed), days },
  })
}
