/** Reminders of due days: some days before, and the day after. */
import { addDays, addMs, type LocalDate, startOfDay } from '../../../kernel/time.ts'
import type { TimerHandler, Unit } from '../../../platform/platform.ts'
import { conflictDue } from '../contract/events.ts'
import type { ConflictId } from '../contract.ts'
import { checkById } from '../store/checks.ts'
import { conflictById } from '../store/conflicts.ts'
import type { ConflictRow } from '../store/tables.ts'
import { numberText } from './conflict-views.ts'
import { type Context, readSite } from './context.ts'

export const DUE_TIMER = 'bim.due'
const HOUR_MS = 3_600_000

export const cancelReminders = (unit: Unit, id: ConflictId): Promise<void> => unit.timers.cancelAll(DUE_TIMER, id)
export const setReminders = async (
  { settings }: Context,
  unit: Unit,
  { id, due_on: due }: Pick<ConflictRow, 'id' | 'due_on'>,
): Promise<void> => {
  if (due === null) return
  const at = (day: LocalDate) => addMs(startOfDay(day), settings.reminders.hour * HOUR_MS)
  const before = addDays(due, -settings.reminders.daysBefore)
  const rungs = [
    ['before', before],
    ['over', addDays(due, 1)],
  ] as const
  for (const [rung, day] of rungs)
    if (at(day) > unit.now)
      await unit.timers.set({
        kind: DUE_TIMER,
        subjectId: id,
        // Another day is another reminder: one that has fired stays fired.
        rung: `${rung} ${due}`,
        dueAt: at(day),
        payload: { due },
      })
}
export const dueTimer = (context: Context): TimerHandler => ({
  kind: DUE_TIMER,
  fire: async (unit, timer) => {
    const row = await conflictById(unit.db, timer.subjectId as ConflictId)
    const check = row === null ? null : await checkById(unit.db, row.check_id)
    if (row === null || check === null || row.assignee_id === null || row.due_on === null) return
    if (row.life === 'solved' || row.status === 'closed' || !timer.rung.endsWith(row.due_on)) return
    const { project } = await readSite(context, unit.db, unit.actor, row.project_id, unit.today)
    await unit.record(conflictDue, {
      subject: { kind: 'bim-conflict', id: row.id },
      projectId: row.project_id,
      payload: {
        projectId: project.id,
        projectName: project.name,
        checkId: check.id,
        checkName: check.name,
        conflictId: row.id,
        number: numberText(row.number),
        title: row.title,
        personId: row.assignee_id,
        due: row.due_on,
        when: timer.rung.startsWith('over') ? '已过，尚未处理完毕' : '将到',
      },
    })
  },
})
