/** Contradicting opinions as the system follows them: raised, kept, settled, escalated; without a click. */
import type { Unit } from '../../../../platform/platform.ts'
import { conflictEscalated, conflictRaised, conflictSettled } from '../../contract/events-consultation.ts'
import type { OpinionTaskId } from '../../contract.ts'
import { planClock } from '../../model/clock-plan.ts'
import { conflictStep, contradiction } from '../../model/consultation/conflicts.ts'
import type { ClockRecord } from '../../store/clocks.ts'
import {
  type ConflictRecord,
  changeConflict,
  conflictOfClock,
  conflictsOf,
  insertConflict,
} from '../../store/consultation.ts'
import { type ItemRunRecord, type OpinionTaskRecord, opinionTasksOf } from '../../store/item-runs.ts'
import { type CaseFile, itemRunOf, type LockedCase, personOf } from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutItem, subjectOf } from '../event-facts.ts'
import { supersededTasks } from './load.ts'

export const departmentsIn = (file: CaseFile, ids: readonly string[], tasks = file.tasks): string =>
  [
    ...new Set(
      ids.flatMap((id) => {
        const task = tasks.find((each) => each.id === id)
        return task === undefined ? [] : [file.departments.name(task.department)]
      }),
    ),
  ].join('、')

export const raiseConflict = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  input: {
    readonly kind: ConflictRecord['kind']
    readonly taskIds: readonly OpinionTaskId[]
    readonly remark: string
    readonly tasks: readonly OpinionTaskRecord[]
  },
): Promise<void> => {
  const { application } = file
  const limit = context.rules.consultation.conflict
  const plan = planClock(
    'department',
    { days: limit.days, unit: 'workday', citation: limit.source, extension: null },
    { grounds: [], calendarVersion: context.calendars().current.version, rules: context.rules },
  )
  const clock =
    plan === null
      ? null
      : await file.book.start({
          purpose: 'conflict',
          department: application.lead_department,
          label: { zh: `协调意见分歧:${run.item_name.zh}`, en: `Mediation: ${run.item_name.en}` },
          plan,
        })
  const id = unit.newId<'conflict'>()
  await insertConflict(unit.db, {
    id,
    application_id: application.id,
    item_run_id: run.id,
    kind: input.kind,
    task_ids: input.taskIds,
    remark: input.remark,
    mediator_department: application.lead_department,
    clock_id: clock?.id ?? null,
    raised_at: unit.now,
    raised_by: input.kind === 'conditions' ? personOf(unit.actor) : null,
  })
  await unit.record(conflictRaised, {
    ...subjectOf(application),
    payload: {
      ...aboutItem(context, file, run),
      conflictId: id,
      departments: departmentsIn(file, input.taskIds, input.tasks),
      mediator: application.lead_department,
      mediatorName: file.departments.name(application.lead_department),
      due: clock === null ? null : file.book.derived(clock).due,
    },
  })
}
export const stopClockOf = async (file: LockedCase, conflict: ConflictRecord): Promise<void> => {
  await file.book.stop(file.book.open({ purpose: ['conflict'] }).filter((clock) => clock.id === conflict.clock_id))
}

/** Raises, keeps or settles the conflict of an item after its opinions changed; in the same transaction, without a click. */
export const syncConflicts = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
): Promise<void> => {
  const tasks = (await opinionTasksOf(unit.db, [file.application.id])).filter((task) => task.item_run_id === run.id)
  const replaced = supersededTasks(tasks)
  const own = (await conflictsOf(unit.db, file.application.id)).filter((each) => each.item_run_id === run.id)
  const standing = new Set(tasks.filter((task) => task.state === 'given' && !replaced.has(task.id)).map(({ id }) => id))
  // Flagged conditions are gone when one of the two opinions was replaced.
  for (const flagged of own.filter((each) => each.kind === 'conditions' && each.state === 'open'))
    if (flagged.task_ids.filter((id) => standing.has(id)).length < 2) await settle(context, unit, file, run, flagged)
  const contradicting = contradiction(
    tasks.map((task) => ({ taskId: task.id, state: task.state, code: task.code, superseded: replaced.has(task.id) })),
  ) as readonly OpinionTaskId[]
  const open = own.find((each) => each.kind === 'agree-disagree' && each.state === 'open') ?? null
  const mediated = own
    .filter((each) => each.kind === 'agree-disagree' && each.state === 'resolved')
    .map((each) => each.task_ids)
  const step = conflictStep(contradicting, open?.task_ids ?? null, mediated)
  if (step === 'raise')
    await raiseConflict(context, unit, file, run, { kind: 'agree-disagree', taskIds: contradicting, remark: '', tasks })
  if (step === 'keep' && open !== null && contradicting.join() !== [...open.task_ids].sort().join())
    await changeConflict(unit.db, open.id, personOf(unit.actor), unit.now, { task_ids: contradicting })
  if (step === 'settle' && open !== null) await settle(context, unit, file, run, open)
}
const settle = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  open: ConflictRecord,
): Promise<void> => {
  await stopClockOf(file, open)
  await changeConflict(unit.db, open.id, personOf(unit.actor), unit.now, { state: 'settled', closed_at: unit.now })
  await unit.record(conflictSettled, {
    ...subjectOf(file.application),
    payload: { ...aboutItem(context, file, run), conflictId: open.id, departments: departmentsIn(file, open.task_ids) },
  })
}

/** The mediation ran out of time: the supervisor is asked to mediate. Does nothing for other clocks, and once only. */
export const escalateConflict = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  clock: ClockRecord,
  late: boolean,
): Promise<void> => {
  if (clock.purpose !== 'conflict') return
  const conflict = await conflictOfClock(unit.db, clock.id)
  if (conflict === null || conflict.state !== 'open' || conflict.escalated_at !== null) return
  await changeConflict(unit.db, conflict.id, null, unit.now, { escalated_at: unit.now })
  await unit.record(conflictEscalated, {
    ...subjectOf(file.application),
    payload: {
      ...aboutItem(context, file, itemRunOf(file, conflict.item_run_id)),
      conflictId: conflict.id,
      departments: departmentsIn(file, conflict.task_ids),
      late,
    },
  })
}
