/** Times of devices: Chinese devices write local time without a zone. */
import { type Instant, instantFromMs } from '../../kernel/time.ts'

const LOCAL = /^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,6}))?\s*(Z|[+-]\d{2}:?\d{2})?$/
const EIGHT_HOURS_MS = 8 * 3_600_000

/** Reads '2026-03-01T08:00:00[.123][zone]'; without a zone it is Asia/Shanghai. Null for anything else, also for 31 February. */
export const deviceInstant = (text: string | null): Instant | null => {
  const match = LOCAL.exec(text?.trim() ?? '')
  if (match === null) return null
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', zone] = match
  const parts = [year, month, day, hour, minute, second].map(Number)
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts
  const ms = Date.UTC(y, mo - 1, d, h, mi, s, Number(fraction.slice(0, 3).padEnd(3, '0') || '0'))
  const back = new Date(ms)
  if (y < 1970 || back.getUTCMonth() !== mo - 1 || back.getUTCDate() !== d || h > 23 || mi > 59 || s > 59) return null
  if (zone === undefined) return instantFromMs(ms - EIGHT_HOURS_MS)
  if (zone === 'Z') return instantFromMs(ms)
  const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return instantFromMs(ms - (zone.startsWith('-') ? -1 : 1) * offset * 60_000)
}

/** Writes a moment as local time in Asia/Shanghai, '2026-03-01T08:00:00.000', as GB/T 28181 wants it. */
export const deviceLocalTime = (ms: number): string => new Date(ms + EIGHT_HOURS_MS).toISOString().slice(0, 23)
