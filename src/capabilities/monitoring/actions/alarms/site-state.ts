/** What becomes of alarms when their site is paused, ends, or goes on. */
import type { Unit } from '../../../../platform/platform.ts'
import type { SiteId } from '../../model/report.ts'
import { activeOfSite, lockAlarmsOfSite, siteFacts } from '../../store/alarms/alarms.ts'
import { armSilence } from '../rules/timers.ts'
import type { AlarmsContext } from './context.ts'
import { lookAfresh } from './handle.ts'
import { endOf } from './raise.ts'

/**
 * A site that has ended is watched no more: whatever is active there ends by itself. On one that is paused the power is off:
 * silence is no alarm; dust, noise and people in danger are. One that goes on is looked at again.
 */
export const followSiteState = async (context: AlarmsContext, unit: Unit, siteId: SiteId): Promise<void> => {
  const site = (await siteFacts(unit.db, [siteId])).get(siteId)
  if (site === undefined) return
  if (site.state === 'active') return armSilence(unit)
  await lockAlarmsOfSite(unit.db, siteId)
  const active = await activeOfSite(unit.db, siteId)
  const over = site.state === 'ended' ? active : active.filter((alarm) => alarm.evidence.kind === 'stale')
  // An incident before those that it holds: none of them stands for itself afterwards.
  for (const alarm of over.toSorted((a, b) => Number(a.device_id !== null) - Number(b.device_id !== null))) {
    await lookAfresh(unit, alarm)
    await endOf(context, unit, site, alarm)
  }
}
