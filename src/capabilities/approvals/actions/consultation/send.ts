/** Sends one request for an opinion: the task, its clock, what the department sees, and the entry. */
import type { Unit } from '../../../../platform/platform.ts'
import { opinionAsked } from '../../contract/events.ts'
import type { OpinionTaskId } from '../../contract.ts'
import { groundsFor, planClock } from '../../model/clock-plan.ts'
import { documentsOf } from '../../store/applications.ts'
import type { ClockRecord } from '../../store/clocks.ts'
import { insertFacts } from '../../store/consultation.ts'
import { type ItemRunRecord, insertOpinionTask, type OpinionTaskRecord } from '../../store/item-runs.ts'
import { holdOf, type LockedCase, personOf } from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutItem, subjectOf } from '../event-facts.ts'
import { digestsOf } from './load.ts'

/** Workdays that a clock still has; a clock in calendar days is measured by the workdays until its due day. */
export const workdaysLeft = (context: Context, unit: Unit, file: LockedCase, clock: ClockRecord): number => {
  const derived = file.book.derived(clock)
  if (clock.terms.unit === 'workday') return derived.remaining
  return derived.due === null ? 0 : Math.max(0, context.calendars().current.workdaysBetween(unit.today, derived.due))
}
/** The fewest workdays that the item and its stage still have; null where nothing runs. */
export const leastLeft = (context: Context, unit: Unit, file: LockedCase, run: ItemRunRecord): number | null => {
  const remaining = [
    ...file.book.open({ purpose: ['item', 'promise'], itemRunId: run.id }),
    ...file.book.open({ purpose: ['stage'] }),
  ].map((clock) => workdaysLeft(context, unit, file, clock))
  return remaining.length === 0 ? null : Math.min(...remaining)
}

export interface Asking {
  readonly department: string
  readonly question: string
  readonly days: number
  readonly redoOf: OpinionTaskRecord | null
}
/**
 * Asks one department. The clock of the opinion has the legal grounds of the item and stands still while the item does. The
 * caller has checked who may, and closes the book.
 */
export const sendTask = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  asking: Asking,
): Promise<OpinionTaskId> => {
  const taskId = unit.newId<'opinion-task'>()
  const { application } = file
  await insertOpinionTask(unit.db, {
    id: taskId,
    item_run_id: run.id,
    application_id: application.id,
    department: asking.department,
    question: asking.question,
    sent_at: unit.now,
    sent_by: personOf(unit.actor),
    redo_of: asking.redoOf?.id ?? null,
  })
  await insertFacts(unit.db, {
    opinion_task_id: taskId,
    application_id: application.id,
    round: application.round,
    facts: digestsOf(application.answers, await documentsOf(unit.db, application.id)),
  })
  const plan = planClock(
    'department',
    {
      days: asking.days,
      unit: 'workday',
      citation: { basis: '牵头部门征求意见时确定', certainty: 'C' },
      extension: null,
    },
    {
      grounds: groundsFor(context.law.grounds(application.catalogue_day), run.item_id),
      calendarVersion: context.calendars().current.version,
      rules: context.rules,
    },
  )
  if (plan !== null) {
    const clock = await file.book.start({
      purpose: 'opinion',
      department: asking.department,
      label: { zh: `征求意见:${run.item_name.zh}`, en: `Opinion: ${run.item_name.en}` },
      plan,
      itemRunId: run.id,
      opinionTaskId: taskId,
    })
    const hold = holdOf(run, unit.today)
    if (hold !== null && clock.terms.grounds.some((ground) => ground.code === hold.ground))
      await file.book.pause(clock, {
        ground: hold.ground,
        approvedBy: run.changed_by ?? 'system',
        noticeId: hold.noticeId,
        holder: hold.holder,
        until: hold.until,
      })
  }
  await unit.record(opinionAsked, {
    ...subjectOf(application),
    payload: {
      ...aboutItem(context, file, run),
      opinionTaskId: taskId,
      askedDepartment: asking.department,
      askedDepartmentName: file.departments.name(asking.department),
      days: asking.days,
      redoOf: asking.redoOf?.id ?? null,
    },
  })
  return taskId
}
