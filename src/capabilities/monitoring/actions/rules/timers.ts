/** Timers of the rules: who fell silent, and what stations usually say. */

import { z } from 'zod'
import { addDays, addMs, DAY_MS, localDateOf, startOfDay } from '../../../../kernel/time.ts'
import type { JobKind, TimerHandler, Unit } from '../../../../platform/platform.ts'
import { computeUsual } from '../../store/rules/around.ts'
import { publishedRules } from '../../store/rules/rules.ts'
import type { Rules } from './live.ts'

export const SILENCE_TIMER = 'monitoring.silence'
export const USUAL_TIMER = 'monitoring.usual'
const ALL = 'all'
const SOON_MS = 60_000

/** Looks within a minute, whatever else is planned. */
export const armSilence = (unit: Unit): Promise<void> =>
  unit.timers.set({
    kind: SILENCE_TIMER,
    subjectId: ALL,
    // One a minute at most, and never put off by the next.
    rung: `soon ${unit.now.slice(0, 16)}`,
    dueAt: addMs(unit.now, SOON_MS),
    payload: null,
  })
/**
 * The timer removes itself and sets one after it, by turns under two names: nothing is left behind, and nobody looks while
 * nothing could be silent.
 */
export const silenceTimer = (rules: () => Rules): TimerHandler => ({
  kind: SILENCE_TIMER,
  fire: async (unit, timer) => {
    await unit.timers.cancelAll(SILENCE_TIMER, ALL)
    const next = await rules().tick(unit)
    if (next === null) return
    const rung = timer.rung === 'even' ? 'odd' : 'even'
    await unit.timers.set({ kind: SILENCE_TIMER, subjectId: ALL, rung, dueAt: next, payload: null })
  },
})

export const usualJob: JobKind<{ readonly day: string }> = {
  name: 'monitoring.usual',
  input: z.object({ day: z.string() }),
  retryLimit: 2,
}
/** Eight weeks give eight values for each hour of the week. */
const BACK_MS = 56 * DAY_MS
export const runUsual = async (unit: Unit): Promise<number> => {
  const metrics = new Set(
    (await publishedRules(unit.db)).flatMap(({ definition: { condition } }) =>
      condition.kind === 'history' ? [condition.metric] : [],
    ),
  )
  return metrics.size === 0 ? 0 : computeUsual(unit.db, [...metrics], addMs(unit.now, -BACK_MS), unit.now)
}
/** Every night at 03:40 in Shanghai. */
const NIGHT_MS = (3 * 60 + 40) * 60_000
export const planUsual = async (unit: Unit): Promise<void> => {
  const day = addDays(localDateOf(unit.now), 1)
  await unit.timers.cancelAll(USUAL_TIMER, ALL)
  await unit.timers.set({
    kind: USUAL_TIMER,
    subjectId: ALL,
    rung: day,
    dueAt: addMs(startOfDay(day), NIGHT_MS),
    payload: null,
  })
}
export const usualTimer: TimerHandler = {
  kind: USUAL_TIMER,
  fire: async (unit) => {
    await unit.enqueue(usualJob, { day: localDateOf(unit.now) })
    await planUsual(unit)
  },
}
