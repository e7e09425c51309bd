/** An event that ends promises came about outside of an application: those that still run are due by their timers. */
import type { ProjectId } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import type { Unit } from '../../../platform/platform.ts'
import { deferralsOfProject } from '../store/deferrals.ts'
import { DEFERRAL_TIMER } from './deferrals.ts'

export const reportEvent = async (
  unit: Unit,
  projectId: ProjectId,
  eventItem: string,
  event: { readonly occurredOn: LocalDate; readonly basis: string },
): Promise<number> => {
  const ended = (await deferralsOfProject(unit.db, projectId)).filter(
    ({ state, rule }) => state === 'running' && rule.limit.kind === 'event' && rule.limit.eventItem === eventItem,
  )
  for (const deferral of ended)
    await unit.timers.set({
      kind: DEFERRAL_TIMER,
      subjectId: deferral.id,
      rung: 'event',
      dueAt: unit.now,
      payload: { applicationId: deferral.application_id, step: 'event', ...event },
    })
  return ended.length
}
