/** The filters of the alarm desk, as they stand in the URL. */
import { z } from 'zod'
import type { AlarmState } from '../../model/alarms/states.ts'

const id = z.uuid().optional().catch(undefined)
export const shows = ['active', 'open', 'overdue', 'all'] as const
export type Show = (typeof shows)[number]
export const alarmSearch = z.object({
  show: z.enum(shows).optional().catch(undefined),
  severity: z.enum(['1', '2', '3', '4']).optional().catch(undefined),
  siteId: id,
  deviceId: id,
  ruleKey: z.string().max(60).optional().catch(undefined),
  /** The alarm whose drawer is open. */
  alarm: id,
  after: z.string().max(400).optional().catch(undefined),
})
export type AlarmSearch = z.infer<typeof alarmSearch>

/** What the chosen part of the queue asks of the server. */
export const askedOf = (show: Show | undefined): { active?: boolean; overdue?: boolean; state?: AlarmState[] } => {
  switch (show ?? 'active') {
    case 'open':
      return { active: true, state: ['open'] }
    case 'overdue':
      return { active: true, overdue: true }
    case 'all':
      return {}
    default:
      return { active: true }
  }
}
/** The neighbour of an alarm in the list; the first where none is chosen. */
export const stepFrom = (ids: readonly string[], chosen: string | undefined, step: 1 | -1): string | undefined => {
  const at = chosen === undefined ? -1 : ids.indexOf(chosen)
  return at === -1 ? ids[0] : ids[Math.min(Math.max(at + step, 0), ids.length - 1)]
}
