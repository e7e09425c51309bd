/** The official calendar and a licence clock with the grounds of 行政许可法 45. */
import cn2025 from '../../data/calendar/cn-2025.json' with { type: 'json' }
import cn2026 from '../../data/calendar/cn-2026.json' with { type: 'json' }
import cn2027 from '../../data/calendar/cn-2027-provisional.json' with { type: 'json' }
import { buildCalendar } from '../../src/capabilities/approvals/model/calendar-data.ts'
import type {
  Clock,
  ClockEventOf,
  ClockHolder,
  ClockLedger,
} from '../../src/capabilities/approvals/model/clock/clock.ts'
import { isRefused } from '../../src/kernel/refusal.ts'
import { type Instant, instant } from '../../src/kernel/time.ts'

export const files = [cn2025, cn2026, cn2027]
export const calendar = buildCalendar(files)
/** The instant of a wall-clock text in Asia/Shanghai, 'YYYY-MM-DD HH:mm[:ss.sss]'. */
export const at = (wall: string): Instant => instant(`${wall.replace(' ', 'T')}+08:00`)

export const clockOf = (over: Partial<Clock> = {}): Clock => ({
  kind: 'statutory',
  unit: 'workday',
  budget: 20,
  roll: 'none',
  calendarVersion: calendar.version,
  warnAt: 5,
  grounds: [
    {
      code: 'expert-review',
      name: { zh: '专家评审', en: 'expert review' },
      basis: '行政许可法第四十五条',
      untilRequired: false,
    },
    { code: 'hearing', name: { zh: '听证', en: 'hearing' }, basis: '行政许可法第四十五条', untilRequired: true },
  ],
  extension: { maxCount: 1, maxDaysEach: 10, approverLevel: 'agency-head', basis: '行政许可法第四十二条' },
  recording: { lateAfterMinutes: 60, backdateDays: 15 },
  ...over,
})
const stamp = (wall: string) => ({ occurredAt: at(wall), recordedAt: at(wall), late: false, lateReason: null })
export const started = (wall: string): ClockEventOf<'start'> => ({
  kind: 'start',
  ...stamp(wall),
  retroactiveBasis: null,
})
export const paused = (
  wall: string,
  noticeId = 'n1',
  holder: ClockHolder = 'third-party',
  until: ClockEventOf<'pause'>['until'] = null,
): ClockEventOf<'pause'> => ({
  kind: 'pause',
  ...stamp(wall),
  ground: 'expert-review',
  basis: '行政许可法第四十五条',
  approvedBy: '张某',
  noticeId,
  holder,
  until,
})
export const resumed = (wall: string, noticeId = 'n1'): ClockEventOf<'resume'> => ({
  kind: 'resume',
  ...stamp(wall),
  noticeId,
})
export const extended = (wall: string, days: number): ClockEventOf<'extend'> => ({
  kind: 'extend',
  ...stamp(wall),
  days,
  approvedBy: '李某',
  level: 'agency-head',
  reason: '案情复杂',
})
export const stopped = (wall: string): ClockEventOf<'stop'> => ({ kind: 'stop', ...stamp(wall) })
export const ledgerOf = (...events: ClockLedger): ClockLedger => events
/** The code of the refusal that a call throws; '' if it does not refuse. */
export const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (isRefused(error)) return error.refusal.code
    throw error
  }
  return ''
}
