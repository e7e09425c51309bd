/** Endpoint to action for milestones. */
import type { ProjectId } from '../../../kernel/identity.ts'
import { type Call, type Route, route, type Unit } from '../../../platform/platform.ts'
import type { Context } from '../actions/context.ts'
import { correctMilestone, readMilestoneFile, readMilestones, registerMilestone } from '../actions/milestones.ts'
import * as contract from '../contract/milestones.ts'

export const milestoneRoutes = (context: Context): readonly Route[] => {
  const { platform } = context
  const onProject = (call: Call, id: ProjectId, work: (unit: Unit) => Promise<void>) =>
    platform.transact(
      call.actor,
      async (unit) => {
        await work(unit)
        return readMilestones(context, unit.db, call.actor, id, unit.now)
      },
      { traceId: call.traceId },
    )
  return [
    route(contract.listMilestones, (call, { params }) =>
      readMilestones(context, platform.db, call.actor, params.projectId, platform.clock()),
    ),
    route(contract.registerMilestone, (call, { params, body }) =>
      onProject(call, params.projectId, (unit) =>
        registerMilestone(context, unit, params.projectId, params.milestone, body),
      ),
    ),
    route(contract.correctMilestone, (call, { params, body }) =>
      onProject(call, params.projectId, (unit) =>
        correctMilestone(context, unit, params.projectId, params.milestone, body),
      ),
    ),
    route(contract.readMilestoneFile, (call, { params }) =>
      readMilestoneFile(context, platform.db, call.actor, params, platform.clock()),
    ),
  ]
}
