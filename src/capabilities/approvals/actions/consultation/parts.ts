/** 交办: an opinion divided among sections, persons and other offices. The clock of the whole opinion governs. */
import { require } from '../../../../kernel/decision.ts'
import type { PersonId } from '../../../../kernel/identity.ts'
import type { LocalDate } from '../../../../kernel/time.ts'
import { localDateOf } from '../../../../kernel/time.ts'
import type { Database, TimerHandler, Unit } from '../../../../platform/platform.ts'
import type { PartId } from '../../contract/consultation.ts'
import { partAnswered, partOverdue, partRecalled, partsDelegated } from '../../contract/events-consultation.ts'
import type { OpinionTaskId } from '../../contract.ts'
import { derive } from '../../model/clock-view.ts'
import { partMissing, partTooLong, unknownColleague } from '../../model/consultation/refusals.ts'
import * as refuse from '../../model/refusals.ts'
import { mayAnswerPart, mayDelegate, mayRecallPart, type PartFacts } from '../../policy/consultation.ts'
import { answeringRoles } from '../../policy.ts'
import type { ClockRecord } from '../../store/clocks.ts'
import { applicationOfPart, changePart, insertPart, type PartRecord, partsOf } from '../../store/consultation.ts'
import type { OpinionTaskRecord } from '../../store/item-runs.ts'
import {
  type CaseFile,
  factsOfTask,
  itemRunOf,
  type LockedCase,
  lockCase,
  lockOpinionTask,
  orNull,
  requirePerson,
  requireVersion,
} from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutItem, subjectOf } from '../event-facts.ts'
import { endOf } from '../pauses.ts'
import { workdaysLeft } from './send.ts'

/** Wakes when a part is due; the subject is the part. */
export const PART_TIMER = 'approvals.opinion-part'

/** The due day of a part: its own days, and never later than the whole opinion. */
export const dueOfPart = (
  context: Context,
  part: Pick<PartRecord, 'created_at' | 'days'>,
  clock: Pick<ClockRecord, 'terms' | 'ledger'> | undefined,
  now: Unit['now'],
): LocalDate => {
  const calendars = context.calendars()
  const own = calendars.current.addWorkdays(localDateOf(part.created_at), part.days)
  const whole = clock === undefined ? null : (orNull(() => derive(clock, calendars, now))?.due ?? null)
  return whole !== null && whole < own ? whole : own
}

export const factsOfPart = (
  file: CaseFile,
  part: PartRecord,
  task: OpinionTaskRecord,
  assigneeName: string,
): PartFacts => ({
  applicantId: file.application.applicant_id,
  applicantName: file.application.applicant_name,
  state: part.state,
  department: part.department,
  departmentName: file.departments.name(part.department),
  assigneeId: part.assignee_id,
  assigneeName,
  task: factsOfTask(file, task),
})
const whoOf = (file: CaseFile, part: Pick<PartRecord, 'department' | 'section'>): string =>
  part.section === null
    ? file.departments.name(part.department)
    : `${file.departments.name(part.department)}${part.section}`

/** Active persons of a department who work on opinions. */
export const colleaguesOf = async (
  context: Context,
  db: Database,
  department: string,
  now: Unit['now'],
): Promise<ReadonlyMap<PersonId, string>> => {
  const found = new Map<PersonId, string>()
  for (const role of answeringRoles)
    for (const member of await context.people.membersOf(db, department, role, now))
      found.set(member.personId, member.name)
  return found
}
const askedOf = (file: CaseFile, task: OpinionTaskRecord) => ({
  opinionTaskId: task.id,
  askedDepartment: task.department,
  askedDepartmentName: file.departments.name(task.department),
})

export interface NewPart {
  readonly department?: string | undefined
  readonly section?: string | undefined
  readonly assigneeId?: PersonId | undefined
  readonly question: string
  readonly days: number
}
/** Divides an opinion. Refuses a part that would end after the whole. */
export const delegateParts = async (
  context: Context,
  unit: Unit,
  id: OpinionTaskId,
  input: { readonly version: number; readonly parts: readonly NewPart[] },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, run, task } = await lockOpinionTask(context, unit, id)
  require(mayDelegate(unit.actor, factsOfTask(file, task)))
  await requireVersion(context, unit, task, input.version)
  const [clock] = file.book.open({ opinionTaskId: id })
  const remaining = clock === undefined ? null : workdaysLeft(context, unit, file, clock)
  const departments: string[] = []
  for (const [index, part] of input.parts.entries()) {
    const department = part.department ?? task.department
    if (!file.departments.known(department)) throw refuse.unknownDepartment({ departments: department })
    if (remaining !== null && part.days > remaining)
      throw partTooLong({ days: part.days, remaining }, [
        { path: `parts.${index}.days`, message: `最多${remaining}个工作日。` },
      ])
    if (part.assigneeId !== undefined) {
      const colleagues = await colleaguesOf(context, unit.db, department, unit.now)
      if (!colleagues.has(part.assigneeId))
        throw unknownColleague({ department: file.departments.name(department) }, [
          { path: `parts.${index}.assigneeId`, message: '请选择该部门的办理人员。' },
        ])
    }
    departments.push(department)
    const row = {
      id: unit.newId<'opinion-part'>(),
      opinion_task_id: id,
      application_id: file.application.id,
      department,
      section: part.section === undefined || part.section === '' ? null : part.section,
      assignee_id: part.assigneeId ?? null,
      question: part.question,
      days: part.days,
      state: 'open' as const,
      answer: null,
      created_at: unit.now,
      created_by: person,
      changed_at: unit.now,
      changed_by: person,
      closed_at: null,
      recall_reason: null,
    }
    await insertPart(unit.db, row)
    await setTimer(unit, row, dueOfPart(context, row, clock, unit.now))
  }
  await unit.record(partsDelegated, {
    ...subjectOf(file.application),
    payload: { ...aboutItem(context, file, run), ...askedOf(file, task), count: input.parts.length, departments },
  })
}

const setTimer = (unit: Unit, part: Pick<PartRecord, 'id' | 'application_id'>, due: LocalDate): Promise<void> =>
  unit.timers.set({
    kind: PART_TIMER,
    subjectId: part.id,
    rung: `overdue:${due}`,
    dueAt: endOf(due),
    payload: { applicationId: part.application_id },
  })

const lockPart = async (context: Context, unit: Unit, id: PartId) => {
  const applicationId = await applicationOfPart(unit.db, id)
  if (applicationId === null) throw partMissing()
  const file = await lockCase(context, unit, applicationId)
  const part = file.consultation.parts.find((each) => each.id === id)
  const task = file.tasks.find((each) => each.id === part?.opinion_task_id)
  if (part === undefined || task === undefined) throw partMissing()
  const assignee = part.assignee_id === null ? '' : ((await context.people.personName(unit.db, part.assignee_id)) ?? '')
  return { file, part, task, run: itemRunOf(file, task.item_run_id), facts: factsOfPart(file, part, task, assignee) }
}
export const answerPart = async (
  context: Context,
  unit: Unit,
  id: PartId,
  input: { readonly version: number; readonly answer: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, part, task, run, facts } = await lockPart(context, unit, id)
  require(mayAnswerPart(unit.actor, facts))
  await requireVersion(context, unit, part, input.version)
  await changePart(unit.db, id, person, unit.now, { state: 'answered', answer: input.answer, closed_at: unit.now })
  await unit.timers.cancelAll(PART_TIMER, id)
  await unit.record(partAnswered, {
    ...subjectOf(file.application),
    payload: {
      ...aboutItem(context, file, run),
      ...askedOf(file, task),
      partId: id,
      who: whoOf(file, part),
      open: openPartsIn(file, task.id).length - 1,
    },
  })
}
export const recallPart = async (
  context: Context,
  unit: Unit,
  id: PartId,
  input: { readonly version: number; readonly reason: string },
): Promise<void> => {
  const person = requirePerson(unit.actor)
  const { file, part, task, run, facts } = await lockPart(context, unit, id)
  require(mayRecallPart(unit.actor, facts))
  await requireVersion(context, unit, part, input.version)
  await closePart(context, unit, file, part, person, input.reason)
  await unit.record(partRecalled, {
    ...subjectOf(file.application),
    payload: { ...aboutItem(context, file, run), ...askedOf(file, task), partId: id, who: whoOf(file, part) },
  })
}
const closePart = async (
  _context: Context,
  unit: Unit,
  _file: CaseFile,
  part: PartRecord,
  by: PersonId | null,
  reason: string,
): Promise<void> => {
  await changePart(unit.db, part.id, by, unit.now, { state: 'recalled', closed_at: unit.now, recall_reason: reason })
  await unit.timers.cancelAll(PART_TIMER, part.id)
}
export const openPartsIn = (file: CaseFile, id: OpinionTaskId): readonly PartRecord[] =>
  file.consultation.parts.filter((part) => part.opinion_task_id === id && part.state === 'open')
/** Names who still has to answer, for the refusal. */
export const openPartNames = (file: CaseFile, id: OpinionTaskId): string =>
  openPartsIn(file, id)
    .map((part) => whoOf(file, part))
    .join('、')
/** Takes back what is still open when the whole opinion has ended otherwise (silence). */
export const recallOpenParts = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  id: OpinionTaskId,
  reason: string,
): Promise<void> => {
  for (const part of openPartsIn(file, id)) await closePart(context, unit, file, part, null, reason)
}

/** A part was not answered in time: told once. */
export const partTimer = (context: Context): TimerHandler => ({
  kind: PART_TIMER,
  fire: async (unit, timer) => {
    const id = timer.subjectId as PartId
    const applicationId = await applicationOfPart(unit.db, id)
    if (applicationId === null) return
    const file = await lockCase(context, unit, applicationId)
    const part = (await partsOf(unit.db, applicationId)).find((each) => each.id === id)
    const task = file.tasks.find((each) => each.id === part?.opinion_task_id)
    if (part === undefined || task === undefined || part.state !== 'open') return
    const clock = file.book.all().find((each) => each.opinion_task_id === task.id)
    const due = dueOfPart(context, part, clock, unit.now)
    // The clock of the whole opinion stood still meanwhile: the part waits with it.
    if (due >= unit.today) return setTimer(unit, part, due)
    await unit.record(partOverdue, {
      ...subjectOf(file.application),
      payload: {
        ...aboutItem(context, file, itemRunOf(file, task.item_run_id)),
        ...askedOf(file, task),
        partId: id,
        who: whoOf(file, part),
        due,
        late: timer.late,
      },
    })
  },
})
