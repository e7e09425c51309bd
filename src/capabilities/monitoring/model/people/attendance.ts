/** Figures of a day from passages: who was inside when, by trade and team. Pure. */

import type { LocalDate } from '../../../../kernel/time.ts'
import { type Instant, msOf } from '../../../../kernel/time.ts'
import { registrationStateOn } from './states.ts'

const HOUR_MS = 3_600_000

export interface Passage {
  readonly at: Instant
  readonly workerRef: string
  readonly direction: 'in' | 'out'
}
export interface Stay {
  readonly workerRef: string
  readonly fromMs: number
  readonly toMs: number
}
/**
 * Stays from passages in order. Coming in twice goes on with the first; going out without having come in says nothing.
 * Who never goes out stays until `nowMs`, and `mostMs` at most.
 */
export const staysOf = (passages: readonly Passage[], nowMs: number, mostMs: number): readonly Stay[] => {
  const open = new Map<string, number>()
  const stays: Stay[] = []
  const end = (workerRef: string, fromMs: number, toMs: number): void => {
    stays.push({ workerRef, fromMs, toMs: Math.min(toMs, fromMs + mostMs) })
  }
  for (const { at, workerRef, direction } of passages) {
    const atMs = msOf(at)
    const since = open.get(workerRef)
    if (direction === 'in') {
      if (since === undefined) open.set(workerRef, atMs)
      else if (atMs - since >= mostMs) {
        end(workerRef, since, atMs)
        open.set(workerRef, atMs)
      }
    } else if (since !== undefined) {
      end(workerRef, since, atMs)
      open.delete(workerRef)
    }
  }
  for (const [workerRef, since] of open) end(workerRef, since, nowMs)
  return stays.filter((stay) => stay.toMs > stay.fromMs)
}

export interface RegisteredThen {
  readonly workerRef: string
  readonly team: string
  readonly trade: string
  readonly validFrom: LocalDate
  readonly validTo: LocalDate | null
  readonly leftOn: LocalDate | null
}
export interface Attended {
  readonly people: number
  readonly registered: number
  readonly hours: number
}
export interface DayFigures extends Attended {
  readonly unregistered: number
  readonly byTrade: readonly (Attended & { readonly trade: string })[]
  readonly byTeam: readonly (Attended & { readonly team: string })[]
  readonly insideByHour: readonly (number | null)[]
}
const rounded = (hours: number): number => Math.round(hours * 10) / 10
const UNREGISTERED = '未登记'

/** Figures of the day [startMs, startMs + 24 h) as known at `nowMs`. */
export const figuresOfDay = (
  day: LocalDate,
  startMs: number,
  nowMs: number,
  stays: readonly Stay[],
  registrations: readonly RegisteredThen[],
): DayFigures => {
  const endMs = Math.min(startMs + 24 * HOUR_MS, nowMs)
  const hours = new Map<string, number>()
  for (const stay of stays) {
    const length = Math.min(stay.toMs, endMs) - Math.max(stay.fromMs, startMs)
    if (length > 0) hours.set(stay.workerRef, (hours.get(stay.workerRef) ?? 0) + length / HOUR_MS)
  }
  const known = new Map<string, RegisteredThen>()
  const valid = registrations.filter((each) => registrationStateOn(each, day) === 'valid')
  for (const each of valid) known.set(each.workerRef, each)
  const grouped = (keyOf: (each: RegisteredThen) => string): readonly (Attended & { readonly key: string })[] => {
    const groups = new Map<string, { people: number; registered: number; hours: number }>()
    const group = (key: string) => {
      const there = groups.get(key) ?? { people: 0, registered: 0, hours: 0 }
      groups.set(key, there)
      return there
    }
    for (const each of known.values()) group(keyOf(each)).registered += 1
    for (const [workerRef, worked] of hours) {
      const registered = known.get(workerRef)
      const there = group(registered === undefined ? UNREGISTERED : keyOf(registered))
      there.people += 1
      there.hours += worked
    }
    return [...groups]
      .map(([key, value]) => ({ key, ...value, hours: rounded(value.hours) }))
      .sort((a, b) => b.people - a.people || (a.key < b.key ? -1 : 1))
  }
  return {
    people: hours.size,
    registered: known.size,
    hours: rounded([...hours.values()].reduce((sum, each) => sum + each, 0)),
    unregistered: [...hours.keys()].filter((workerRef) => !known.has(workerRef)).length,
    byTrade: grouped((each) => each.trade).map(({ key, ...rest }) => ({ trade: key, ...rest })),
    byTeam: grouped((each) => each.team).map(({ key, ...rest }) => ({ team: key, ...rest })),
    insideByHour: Array.from({ length: 24 }, (_, hour) => {
      const at = startMs + (hour + 1) * HOUR_MS
      return at > nowMs
        ? null
        : new Set(stays.filter((stay) => stay.fromMs < at && stay.toMs >= at).map((stay) => stay.workerRef)).size
    }),
  }
}
