/** Reminders and due days of orders: told once each, marked late when late, and only while still true. */
import { addDays, startOfDay } from '../../../kernel/time.ts'
import type { TimerHandler, Unit } from '../../../platform/platform.ts'
import { orderOverdue, orderReminded } from '../contract/events.ts'
import type { OrderId } from '../contract.ts'
import { changeOrder, type OrderRecord } from '../store.ts'
import { aboutOrder, type Context, entryOf, lockCase } from './context.ts'

export const ORDER_TIMER = 'supervision.due'

export const setDueTimers = async (
  unit: Unit,
  row: OrderRecord,
  remindDaysBefore: readonly number[],
): Promise<void> => {
  await unit.timers.cancelAll(ORDER_TIMER, row.id)
  const set = (rung: string, day: OrderRecord['due_on']): Promise<void> =>
    unit.timers.set({
      kind: ORDER_TIMER,
      subjectId: row.id,
      rung: `${row.round} ${row.due_on} ${rung}`,
      dueAt: startOfDay(day),
      payload: { due: row.due_on, round: row.round },
    })
  for (const days of remindDaysBefore) {
    const day = addDays(row.due_on, -days)
    if (day > unit.today) await set(`remind ${days}`, day)
  }
  await set('overdue', addDays(row.due_on, 1))
}
export const dueTimer = (context: Context): TimerHandler => ({
  kind: ORDER_TIMER,
  fire: async (unit, timer) => {
    const found = await lockCase(context, unit, timer.subjectId as OrderId, null)
    const { row } = found
    const { due, round } = timer.payload as { readonly due: string; readonly round: number }
    if (row.state !== 'issued' || row.due_on !== due || row.round !== round) return
    const payload = { ...aboutOrder(context, found), late: timer.late }
    if (timer.rung.endsWith('overdue')) {
      await changeOrder(unit.db, row.id, { overdue: true })
      await unit.record(orderOverdue, { ...entryOf(found), occurredAt: timer.dueAt, payload })
    } else
      await unit.record(orderReminded, {
        ...entryOf(found),
        occurredAt: timer.dueAt,
        payload: { ...payload, daysLeft: Number(timer.rung.split(' ').at(-1)) },
      })
  },
})
