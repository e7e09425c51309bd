/** Conflicts in the hands of people: flagged by the lead, mediated, closed by a minute. */
import { require } from '../../../../kernel/decision.ts'
import type { Unit } from '../../../../platform/platform.ts'
import type { ConflictId } from '../../contract/consultation.ts'
import { conflictResolved } from '../../contract/events-consultation.ts'
import type { ItemRunId, OpinionTaskId } from '../../contract.ts'
import { conflictMissing, conflictNeedsTwo } from '../../model/consultation/refusals.ts'
import { type ConflictFacts, mayFlagConflict, mayResolveConflict } from '../../policy/consultation.ts'
import { applicationOfConflict, type ConflictRecord, changeConflict } from '../../store/consultation.ts'
import type { Minute } from '../../store/consultation-tables.ts'
import {
  type CaseFile,
  itemRunOf,
  lockCase,
  lockedFactsOfItemRun,
  lockItemRun,
  requirePerson,
  requireVersion,
} from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutItem, subjectOf } from '../event-facts.ts'
import { departmentsIn, raiseConflict, stopClockOf } from './conflict-sync.ts'
import { supersededTasks } from './load.ts'
import { evaluateOpinions } from './ready.ts'

/** The lead says that the conditions of two opinions cannot both be kept. */
export const flagConflict = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
  input: { readonly opinionTaskIds: readonly OpinionTaskId[]; readonly remark: string },
): Promise<void> => {
  requirePerson(unit.actor)
  const { file, run } = await lockItemRun(context, unit, id)
  require(mayFlagConflict(unit.actor, lockedFactsOfItemRun(context, unit, file, run)))
  const replaced = supersededTasks(file.tasks)
  const taskIds = [...new Set(input.opinionTaskIds)].sort()
  const standing = taskIds.filter((taskId) =>
    file.tasks.some(
      (task) => task.id === taskId && task.item_run_id === id && task.state === 'given' && !replaced.has(task.id),
    ),
  )
  if (standing.length < 2 || standing.length !== taskIds.length)
    throw conflictNeedsTwo({}, [{ path: 'opinionTaskIds', message: '请选择同一事项中现行有效的意见。' }])
  await raiseConflict(context, unit, file, run, {
    kind: 'conditions',
    taskIds,
    remark: input.remark,
    tasks: file.tasks,
  })
  await evaluateOpinions(context, unit, file, run)
}

export const factsOfConflict = (file: CaseFile, conflict: ConflictRecord): ConflictFacts => ({
  applicantId: file.application.applicant_id,
  applicantName: file.application.applicant_name,
  state: conflict.state,
  mediator: conflict.mediator_department,
  mediatorName: file.departments.name(conflict.mediator_department),
  givers: file.tasks.flatMap((task) =>
    conflict.task_ids.includes(task.id) && task.given_by !== null ? [task.given_by] : [],
  ),
})

/** Closes a conflict by its minute (纪要): who was there, what was said, what was agreed. */
export const resolveConflict = async (
  context: Context,
  unit: Unit,
  id: ConflictId,
  input: Minute & { readonly version: number },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const applicationId = await applicationOfConflict(unit.db, id)
  if (applicationId === null) throw conflictMissing()
  const file = await lockCase(context, unit, applicationId)
  const conflict = file.consultation.conflicts.find((each) => each.id === id)
  if (conflict === undefined) throw conflictMissing()
  const run = itemRunOf(file, conflict.item_run_id)
  require(mayResolveConflict(unit.actor, factsOfConflict(file, conflict)))
  await requireVersion(context, unit, conflict, input.version)
  await stopClockOf(file, conflict)
  const { heldOn, place, participants, discussion, resolution } = input
  await changeConflict(unit.db, id, person, unit.now, {
    state: 'resolved',
    closed_at: unit.now,
    closed_by: person,
    minute: { heldOn, place, participants, discussion, resolution },
  })
  await unit.record(conflictResolved, {
    ...subjectOf(file.application),
    payload: { ...aboutItem(context, file, run), conflictId: id, departments: departmentsIn(file, conflict.task_ids) },
    personal: { participants: participants.map((each) => `${each.organisation}:${each.names}`).join(';') },
  })
  await evaluateOpinions(context, unit, file, run)
}
