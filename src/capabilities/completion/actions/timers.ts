/** Reminders and due days: told once each, marked late when late, and only while still true. */

import type { ProjectId } from '../../../kernel/identity.ts'
import { addDays, addMs, type LocalDate, localDateOf, startOfDay } from '../../../kernel/time.ts'
import type { TimerHandler, Unit } from '../../../platform/platform.ts'
import { overdue, reminded } from '../contract/events.ts'
import { projectOf } from '../store.ts'
import { aboutDepartment, aboutProject, type Context, lockSite, placeOf, type Site } from './context.ts'

export const DUE_TIMER = 'completion.due'
type Subject = 'remark' | 'acceptance_part' | 'filing'

/** Sets the timer that tells of a day gone by, and reminders before it. */
export const setDueTimers = async (
  unit: Unit,
  subject: Subject,
  id: string,
  projectId: ProjectId,
  due: LocalDate,
  remindDaysBefore: readonly number[] = [],
): Promise<void> => {
  const payload = { subject, projectId, due }
  for (const days of remindDaysBefore) {
    const day = addDays(due, -days)
    if (day > localDateOf(unit.now))
      await unit.timers.set({
        kind: DUE_TIMER,
        subjectId: id,
        rung: `${due} remind ${days}`,
        dueAt: startOfDay(day),
        payload,
      })
  }
  await unit.timers.set({
    kind: DUE_TIMER,
    subjectId: id,
    rung: `${due} overdue`,
    dueAt: addMs(startOfDay(addDays(due, 1)), 0),
    payload,
  })
}
/** What is still due under an id, with its name; null when it is done or has another day. */
const stillDue = (
  site: Site,
  subject: Subject,
  id: string,
): { readonly due: LocalDate; readonly what: string; readonly department: string } | null => {
  const { book } = site
  if (subject === 'filing') {
    const { filing } = book
    return filing === null || filing.state !== 'open'
      ? null
      : { due: filing.due_on, what: '竣工验收备案', department: site.lead.code }
  }
  if (subject === 'remark') {
    const remark = book.remarks.find((each) => each.id === id)
    return remark === undefined || remark.state === 'closed'
      ? null
      : { due: remark.due_on, what: '问题整改', department: remark.department }
  }
  const part = book.parts.find((each) => each.id === id)
  return part === undefined || part.state !== 'open'
    ? null
    : { due: part.due_on, what: `联合验收:${part.name.zh}`, department: part.department }
}
const textIn = (payload: unknown, name: string): string => {
  const value = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>)[name] : null
  return typeof value === 'string' ? value : ''
}
export const dueTimer = (context: Context): TimerHandler => ({
  kind: DUE_TIMER,
  fire: async (unit, timer) => {
    const projectId = textIn(timer.payload, 'projectId') as ProjectId
    const subject = textIn(timer.payload, 'subject') as Subject
    if (subject !== 'filing' && (await projectOf(unit.db, subject, timer.subjectId)) === null) return
    const site = await lockSite(context, unit, projectId)
    const open = stillDue(site, subject, timer.subjectId)
    if (open === null || open.due !== textIn(timer.payload, 'due')) return
    const facts = { ...aboutProject(site), what: open.what, dueOn: open.due, late: timer.late }
    if (timer.rung.endsWith('overdue'))
      await unit.record(overdue, {
        ...placeOf(site),
        occurredAt: timer.dueAt,
        payload: { ...facts, ...aboutDepartment(site, open.department) },
      })
    else
      await unit.record(reminded, {
        ...placeOf(site),
        occurredAt: timer.dueAt,
        payload: { ...facts, daysLeft: Number(timer.rung.split(' ').at(-1)) },
      })
  },
})
