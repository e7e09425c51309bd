/** Opinions of other departments: asked at once, answered in code and words, joined without a click. */
import { require } from '../../../kernel/decision.ts'
import { wallClock } from '../../../kernel/time.ts'
import type { Unit } from '../../../platform/platform.ts'
import { opinionAsked, opinionDeemed, opinionGiven, opinionOpened, readyToDraft } from '../contract/events.ts'
import type { ItemRunId, OpinionCode, OpinionTaskId } from '../contract.ts'
import { planClock } from '../model/clock-plan.ts'
import { joinOpinions } from '../model/join.ts'
import { openOpinionTaskStates } from '../model/lifecycle.ts'
import * as refuse from '../model/refusals.ts'
import { opinionCodeWords } from '../model/words.ts'
import { mayAskOpinions, mayGiveOpinion } from '../policy.ts'
import type { ClockRecord } from '../store/clocks.ts'
import {
  changeOpinionTask,
  type ItemRunRecord,
  insertOpinionTask,
  type OpinionTaskRecord,
  opinionTasksOf,
} from '../store/item-runs.ts'
import {
  factsOfTask,
  type LockedCase,
  lockedFactsOfItemRun,
  lockItemRun,
  lockOpinionTask,
  opinionFacts,
  requirePerson,
  requireVersion,
} from './case-file.ts'
import type { Context } from './context.ts'
import { aboutItem, subjectOf } from './event-facts.ts'

/** Workdays that a clock still has; a clock in calendar days is measured by the workdays until its due day. */
const workdaysLeft = (context: Context, unit: Unit, file: LockedCase, clock: ClockRecord): number => {
  const derived = file.book.derived(clock)
  if (clock.terms.unit === 'workday') return derived.remaining
  return derived.due === null ? 0 : Math.max(0, context.calendars().current.workdaysBetween(unit.today, derived.due))
}

/**
 * Asks departments for their opinion, all at once. The department's days may not exceed what the item and the stage still
 * have (a conflict is told now, not at the end). A department that answered before gets a new task linked to the old one.
 */
export const askOpinions = async (
  context: Context,
  unit: Unit,
  id: ItemRunId,
  input: { readonly departments: readonly string[]; readonly question: string; readonly days: number },
): Promise<void> => {
  const person = requirePerson(unit.actor)
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
  const limits = [
    ...file.book.open({ purpose: ['item', 'promise'], itemRunId: id }),
    ...file.book.open({ purpose: ['stage'] }),
  ]
  const remaining = limits.map((clock) => workdaysLeft(context, unit, file, clock))
  const least = remaining.length === 0 ? null : Math.min(...remaining)
  if (least !== null && input.days > least) throw refuse.overBudget({ days: input.days, remaining: least })
  const plan = planClock(
    'department',
    {
      days: input.days,
      unit: 'workday',
      citation: { basis: '牵头部门征求意见时确定', certainty: 'C' },
      extension: null,
    },
    { grounds: [], calendarVersion: context.calendars().current.version, rules: context.rules },
  )
  for (const department of departments) {
    const taskId = unit.newId<'opinion-task'>()
    const old = own.filter((task) => task.department === department && task.state !== 'cancelled').at(-1)
    await insertOpinionTask(unit.db, {
      id: taskId,
      item_run_id: id,
      application_id: file.application.id,
      department,
      question: input.question,
      sent_at: unit.now,
      sent_by: person,
      redo_of: old?.id ?? null,
    })
    if (plan !== null)
      await file.book.start({
        purpose: 'opinion',
        department,
        label: { zh: `征求意见:${run.item_name.zh}`, en: `Opinion: ${run.item_name.en}` },
        plan,
        itemRunId: id,
        opinionTaskId: taskId,
      })
    await unit.record(opinionAsked, {
      ...subjectOf(file.application),
      payload: {
        ...aboutItem(context, file, run),
        opinionTaskId: taskId,
        askedDepartment: department,
        askedDepartmentName: file.departments.name(department),
        days: input.days,
        redoOf: old?.id ?? null,
      },
    })
  }
  await file.book.close()
}

export const openOpinionTask = async (context: Context, unit: Unit, id: OpinionTaskId, seen: number): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, run, task } = await lockOpinionTask(context, unit, id)
  require(mayGiveOpinion(unit.actor, factsOfTask(file, task)))
  await requireVersion(context, unit, task, seen)
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
}
const checkOpinion = (input: OpinionInput): void => {
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
  require(mayGiveOpinion(unit.actor, factsOfTask(file, task)))
  await requireVersion(context, unit, task, input.version)
  checkOpinion(input)
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

/** Evaluated on every event that can complete the opinions, in its transaction: nothing waits for a click. */
const evaluateOpinions = async (context: Context, unit: Unit, file: LockedCase, run: ItemRunRecord): Promise<void> => {
  if (run.state !== 'handling') return
  const tasks = await opinionTasksOf(unit.db, [file.application.id])
  if (!joinOpinions(opinionFacts({ ...file, tasks }, run.id)).complete) return
  await unit.record(readyToDraft, {
    ...subjectOf(file.application),
    payload: aboutItem(context, file, run),
  })
}
