/** What happens around the clocks on time and at the start: calendars kept, recomputed, watched. */
import { system } from '../../../kernel/actor.ts'
import { type JobHandler, jobHandler, type Reaction, type TimerHandler } from '../../../platform/platform.ts'
import { armHorizon, horizonTimer, keepCalendar, noteRecomputed, recomputeJob } from '../actions/calendars.ts'
import type { Context } from '../actions/context.ts'
import { armOpenClocks, escalationTimer } from '../actions/escalations.ts'
import { signalReaction } from '../actions/signals.ts'
import { staleReaction, staleTimer } from '../actions/stale.ts'
import { recomputeOpenClocks } from '../reactions.ts'

export const clockTimers = (context: Context): readonly TimerHandler[] => [
  horizonTimer(context),
  escalationTimer(context),
  staleTimer(context),
]

export const clockReactions = (context: Context): readonly Reaction[] => [
  staleReaction(context),
  signalReaction(context),
]

export const clockJobs = (context: Context): readonly JobHandler[] => [
  jobHandler(recomputeJob, async (_platform, { proposalId, cause }) => {
    await context.shelf.refresh(context.platform.db)
    await noteRecomputed(context, proposalId, cause, await recomputeOpenClocks(context, cause))
    return undefined
  }),
]

/** Safe to repeat: what a start must find in order before the first request. */
export const prepareClocks = async (context: Context): Promise<void> => {
  await keepCalendar(context)
  await context.platform.transact(system('approvals.calendar'), (unit) =>
    armHorizon(context, unit, context.calendars().current),
  )
  await recomputeOpenClocks(context, '工作日历更新')
  await armOpenClocks(context)
}
