/** A department changes the opinion that it gave, until its period ends; what it said before stays on file. */
import { require } from '../../../../kernel/decision.ts'
import type { LocalDate } from '../../../../kernel/time.ts'
import type { Unit } from '../../../../platform/platform.ts'
import { opinionChanged } from '../../contract/events-consultation.ts'
import type { OpinionTaskId } from '../../contract.ts'
import { derive } from '../../model/clock-view.ts'
import { opinionCodeWords } from '../../model/words.ts'
import { mayChangeOpinion } from '../../policy/consultation.ts'
import type { ClockRecord } from '../../store/clocks.ts'
import { reviseOpinion } from '../../store/consultation.ts'
import {
  factsOfTask,
  lockedFactsOfItemRun,
  lockOpinionTask,
  orNull,
  requirePerson,
  requireVersion,
} from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutItem, subjectOf } from '../event-facts.ts'
import { checkOpinion, type OpinionInput } from '../opinions.ts'
import { proposeInformation } from './information.ts'
import { supersededTasks } from './load.ts'
import { evaluateOpinions } from './ready.ts'

/** The last day of the period of an opinion, also after it was given. */
export const periodEnd = (
  context: Context,
  clocks: readonly ClockRecord[],
  id: OpinionTaskId,
  now: Unit['now'],
): LocalDate | null => {
  const clock = clocks.find((each) => each.opinion_task_id === id)
  return clock === undefined ? null : (orNull(() => derive(clock, context.calendars(), now))?.due ?? null)
}

export const changeOpinion = async (
  context: Context,
  unit: Unit,
  id: OpinionTaskId,
  input: OpinionInput,
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, run, task } = await lockOpinionTask(context, unit, id)
  require(
    mayChangeOpinion(unit.actor, {
      task: factsOfTask(file, task),
      superseded: supersededTasks(file.tasks).has(id),
      changeableUntil: periodEnd(context, file.book.all(), id, unit.now),
      today: unit.today,
      run: lockedFactsOfItemRun(context, unit, file, run),
    }),
  )
  await requireVersion(context, unit, task, input.version)
  checkOpinion(input)
  if (task.code === null || task.given_at === null) return
  await reviseOpinion(
    unit.db,
    {
      id: unit.newId<'opinion-revision'>(),
      opinion_task_id: id,
      application_id: file.application.id,
      code: task.code,
      text: task.text,
      conditions: task.conditions,
      given_at: task.given_at,
      given_by: task.given_by,
      replaced_at: unit.now,
    },
    {
      code: input.code,
      text: input.text === '' ? null : input.text,
      conditions: input.conditions,
      by: person,
      at: unit.now,
    },
  )
  await unit.record(opinionChanged, {
    ...subjectOf(file.application),
    payload: {
      ...aboutItem(context, file, run),
      opinionTaskId: id,
      askedDepartment: task.department,
      askedDepartmentName: file.departments.name(task.department),
      code: input.code,
      codeName: opinionCodeWords[input.code].zh,
    },
  })
  const asksAgain = file.consultation.information.some((each) => each.opinion_task_id === id)
  if (input.code === 'need-information' && !asksAgain)
    await proposeInformation(context, unit, file, run, task, { text: input.text, anchors: input.anchors ?? [] })
  await evaluateOpinions(context, unit, file, run)
}
