/** Opinions of other departments: asked at once, answered in code and words, joined without a click. */
import { require } from '../../../kernel/decision.ts'
import { wallClock } from '../../../kernel/time.ts'
import type { Unit } from '../../../platform/platform.ts'
import { opinionDeemed, opinionGiven, opinionOpened } from '../contract/events.ts'
import type { ItemRunId, OpinionCode, OpinionTaskId } from '../contract.ts'
import { partsOpen } from '../model/consultation/refusals.ts'
import { openOpinionTaskStates } from '../model/lifecycle.ts'
import * as refuse from '../model/refusals.ts'
import { opinionCodeWords } from '../model/words.ts'
import { mayAskOpinions, mayGiveOpinion } from '../policy.ts'
import { changeOpinionTask, type OpinionTaskRecord } from '../store/item-runs.ts'
import {
  factsOfTask,
  type LockedCase,
  lockedFactsOfItemRun,
  lockItemRun,
  lockOpinionTask,
  requirePerson,
  requireStill,
} from './case-file.ts'
import { proposeInformation } from './consultation/information.ts'
import { openPartNames, openPartsIn, recallOpenParts } from './consultation/parts.ts'
import { evaluateOpinions } from './consultation/ready.ts'
import { leastLeft, sendTask } from './consultation/send.ts'
import { noteRound } from './consultation/suggest.ts'
import type { Context } from './context.ts'
import { aboutItem, subjectOf } from './event-facts.ts'

/**
 * Asks departments for their opinion, all at once. The department's days may not exceed what the item and the stage still
 * have (a conflict is told now, not at the end). A department that answered before gets a new task linked to the old one.
 */
export const askOpinions = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
  input: {
    readonly departments: readonly string[]
    readonly question: string
    readonly days: number
    /** Department to reason: why it is asked beside, or not asked against, the suggestion of the rules. */
    readonly reasons?: Readonly<Record<string, string>> | undefined
  },
): Promise<void> => {
  requirePerson(unit.actor)
  const { file, run } = await lockItemRun(context, unit, id)
  require(mayAskOpinions(unit.actor, lockedFactsOfItemRun(context, unit, file, run)))
  const departments = [...new Set(input.departments)]
  const unknown = departments.filter((code) => !file.departments.known(code))
  if (unknown.length > 0) throw refuse.unknownDepartment({ departments: unknown.join('、') })
  if (departments.includes(run.department)) throw refuse.ownDepartment()
  const own = file.tasks.filter((task) => task.item_run_id === id)
  const stillOpen = own.filter(
    (task) => departments.includes(task.department) && openOpinionTaskStates.includes(task.state),
  )
  if (stillOpen.length > 0)
    throw refuse.opinionStillOpen({
      department: stillOpen.map((task) => file.departments.name(task.department)).join('、'),
    })
  const least = leastLeft(context, unit, file, run)
  if (least !== null && input.days > least) throw refuse.overBudget({ days: input.days, remaining: least })
  await noteRound(context, unit, file, run, departments, input.reasons ?? {})
  for (const department of departments) {
    const redoOf = own.filter((task) => task.department === department && task.state !== 'cancelled').at(-1) ?? null
    await sendTask(context, unit, file, run, { department, question: input.question, days: input.days, redoOf })
  }
  await evaluateOpinions(context, unit, file, run)
}

export const openOpinionTask = async (context: Context, unit: Unit, id: OpinionTaskId, seen: number): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, run, task } = await lockOpinionTask(context, unit, id)
  await requireStill(context, unit, mayGiveOpinion(unit.actor, factsOfTask(file, task)), task, seen)
  if (task.state === 'opened') return
  await changeOpinionTask(unit.db, id, person, unit.now, { state: 'opened' })
  await unit.record(opinionOpened, {
    ...subjectOf(file.application),
    payload: {
      ...aboutItem(context, file, run),
      opinionTaskId: id,
      askedDepartmentName: file.departments.name(task.department),
    },
  })
}

export interface OpinionInput {
  readonly version: number
  readonly code: OpinionCode
  readonly text: string
  readonly conditions: readonly string[]
  /** What the information that is needed concerns: 'field:<id>' or 'material:<id>'. */
  readonly anchors?: readonly string[] | undefined
}
export const checkOpinion = (input: OpinionInput): void => {
  const conditional = input.code === 'agree-with-conditions'
  if (conditional && input.conditions.length === 0)
    throw refuse.conditionsNeeded({}, [{ path: 'conditions', message: '请至少写明一项条件。' }])
  if (!conditional && input.conditions.length > 0)
    throw refuse.conditionsNotAllowed({}, [{ path: 'conditions', message: '请删除条件,或改选“有条件同意”。' }])
  if ((input.code === 'disagree' || input.code === 'need-information') && input.text === '')
    throw refuse.opinionTextNeeded({ code: opinionCodeWords[input.code].zh }, [
      { path: 'text', message: input.code === 'disagree' ? '请写明不同意的理由。' : '请写明需要补充的信息。' },
    ])
}

export const giveOpinion = async (
  context: Context,
  unit: Unit,
  id: OpinionTaskId,
  input: OpinionInput,
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, run, task } = await lockOpinionTask(context, unit, id)
  // Somebody else of the department was faster: says who, before anything else.
  if (task.state === 'given' && task.given_by !== null && task.code !== null && task.given_at !== null)
    throw refuse.opinionAlreadyGiven({
      by: (await context.people.personName(unit.db, task.given_by)) ?? '',
      at: wallClock(task.given_at),
      code: opinionCodeWords[task.code].zh,
    })
  await requireStill(context, unit, mayGiveOpinion(unit.actor, factsOfTask(file, task)), task, input.version)
  checkOpinion(input)
  const open = openPartsIn(file, id)
  if (open.length > 0) throw partsOpen({ count: open.length, who: openPartNames(file, id) })
  await changeOpinionTask(unit.db, id, person, unit.now, {
    state: 'given',
    code: input.code,
    text: input.text === '' ? null : input.text,
    conditions: input.conditions,
    given_at: unit.now,
    given_by: person,
  })
  await file.book.stop(file.book.open({ opinionTaskId: id }))
  await file.book.close()
  await unit.record(opinionGiven, {
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
  if (input.code === 'need-information')
    await proposeInformation(context, unit, file, run, task, { text: input.text, anchors: input.anchors ?? [] })
  await evaluateOpinions(context, unit, file, run)
}

/** The rule of silence of the item: a department that has not answered in time counts as having no objection. */
export const deemOpinion = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  task: OpinionTaskRecord,
  late: boolean,
): Promise<void> => {
  const run = file.itemRuns.find((each) => each.id === task.item_run_id)
  const item = run === undefined ? null : context.law.itemVersion(run.item_version_id)
  if (run === undefined || item === null || !item.deemedOnSilence || item.safety) return
  if (!openOpinionTaskStates.includes(task.state)) return
  await changeOpinionTask(unit.db, task.id, null, unit.now, { state: 'deemed', given_at: unit.now })
  await recallOpenParts(context, unit, file, task.id, '征求意见期满,视为无异议')
  await file.book.stop(file.book.open({ opinionTaskId: task.id }))
  await file.book.close()
  await unit.record(opinionDeemed, {
    ...subjectOf(file.application),
    payload: {
      ...aboutItem(context, file, run),
      opinionTaskId: task.id,
      askedDepartment: task.department,
      askedDepartmentName: file.departments.name(task.department),
      late,
    },
  })
  await evaluateOpinions(context, unit, file, run)
}
