/** Asking again: because the content changed, or because the answer to a question came back to circulation. */
import { require } from '../../../../kernel/decision.ts'
import { localDateOf } from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import { opinionOutdated } from '../../contract/events-consultation.ts'
import type { OpinionTaskId } from '../../contract.ts'
import { readLedger } from '../../model/clock/spans.ts'
import { daysLeftOnReturn } from '../../model/consultation/days.ts'
import { openOpinionTaskStates } from '../../model/lifecycle.ts'
import * as refuse from '../../model/refusals.ts'
import { mayRedo } from '../../policy/consultation.ts'
import type { ItemRunRecord, OpinionTaskRecord } from '../../store/item-runs.ts'
import {
  factsOfTask,
  itemRunOf,
  type LockedCase,
  lockedFactsOfItemRun,
  lockOpinionTask,
  requirePerson,
  requireVersion,
} from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutItem, subjectOf } from '../event-facts.ts'
import { anchorNames } from './anchors.ts'
import { changedSince, loadConsultation, outdatedBy, supersededTasks } from './load.ts'
import { evaluateOpinions } from './ready.ts'
import { leastLeft, sendTask } from './send.ts'
import { keepRound } from './suggest.ts'

/** The lead asks a department again because what it saw has changed. */
export const redoOpinion = async (
  context: Context,
  unit: Unit,
  id: OpinionTaskId,
  input: { readonly version: number; readonly question: string; readonly days: number },
): Promise<void> => {
  requirePerson(unit.actor)
  const { file, run, task } = await lockOpinionTask(context, unit, id)
  require(
    mayRedo(unit.actor, {
      task: factsOfTask(file, task),
      superseded: supersededTasks(file.tasks).has(id),
      changed: changedSince(file.consultation, task).length > 0,
      run: lockedFactsOfItemRun(context, unit, file, run),
    }),
  )
  await requireVersion(context, unit, task, input.version)
  const least = leastLeft(context, unit, file, run)
  if (least !== null && input.days > least) throw refuse.overBudget({ days: input.days, remaining: least })
  await sendTask(context, unit, file, run, {
    department: task.department,
    question: input.question,
    days: input.days,
    redoOf: task,
  })
  await keepRound(unit, file, run, 'changed')
  await evaluateOpinions(context, unit, file, run)
}

/**
 * After content changed: departments whose given opinion rests on a fact that a rule calls material are asked again at
 * once, with the days they had, as far as the item has them left. Call it in the transaction of the change, with the file as
 * it is after the change. Gives how many were asked.
 */
export const redoAfterChange = async (context: Context, unit: Unit, file: LockedCase): Promise<number> => {
  const consultation = await loadConsultation(unit.db, file.application, true, file.tasks.length > 0)
  let asked = 0
  for (const task of file.tasks) {
    const run = itemRunOf(file, task.item_run_id)
    const rule = outdatedBy(context, { tasks: file.tasks, consultation }, run, task)
    if (rule === null || run.state !== 'handling') continue
    const open = file.tasks.some(
      (other) =>
        other.item_run_id === run.id &&
        other.department === task.department &&
        openOpinionTaskStates.includes(other.state),
    )
    if (open) continue
    const before = file.book.all().find((clock) => clock.opinion_task_id === task.id)
    const changed = changedSince(consultation, task)
    await sendTask(context, unit, file, run, {
      department: task.department,
      question: task.question,
      days: within(before?.terms.budget ?? 1, leastLeft(context, unit, file, run)),
      redoOf: task,
    })
    await keepRound(unit, file, run, 'changed')
    await unit.record(opinionOutdated, {
      ...subjectOf(file.application),
      payload: {
        ...aboutItem(context, file, run),
        opinionTaskId: task.id,
        askedDepartment: task.department,
        askedDepartmentName: file.departments.name(task.department),
        changed: [...anchorNames(context, file.application, changed)],
        reason: rule.reason.zh,
      },
    })
    await evaluateOpinions(context, unit, file, run)
    asked += 1
  }
  return asked
}
const within = (days: number, least: number | null): number =>
  Math.max(1, least === null ? days : Math.min(days, least))

/**
 * Days that a department still has when the answer to its question comes back. Waiting for the applicant is no legal ground:
 * its workdays count, except those on which the clock of the item stood still on one. Never fewer than the data allows.
 */
export const daysOnReturn = (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  task: OpinionTaskRecord,
): number => {
  const { leastDaysOnReturn: least } = context.rules.consultation.information
  const { current } = context.calendars()
  const clock = file.book.all().find((each) => each.opinion_task_id === task.id)
  const due = clock === undefined ? null : file.book.derived(clock).due
  const leading = file.book.leading(run.id)
  const days =
    due === null
      ? least
      : daysLeftOnReturn(current, {
          due,
          since: localDateOf(task.given_at ?? unit.now),
          today: unit.today,
          held: leading === null ? [] : readLedger(leading.ledger, unit.now).pauses,
          least,
        })
  return within(days, leastLeft(context, unit, file, run))
}
