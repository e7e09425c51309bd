/**
 * Where a device stands, as text: only what cannot be had from its stored reports. A device at rest has no text at all, so
 * that the ordinary report writes nothing.
 */
import { readDayCount, writeDayCount } from '../day-count.ts'
import { type GateState, phase } from '../gate.ts'
import type { Bound, Entry } from './types.ts'

const writeGate = (state: GateState): unknown =>
  state.phase === phase.normal ? null : [state.phase, state.since, state.goneSince]
const readGate = (state: GateState, written: unknown): void => {
  const [at = phase.normal, since = 0, goneSince = 0] = Array.isArray(written) ? (written as number[]) : []
  state.phase = at
  state.since = since
  state.goneSince = goneSince
}
const write = (bound: Bound): unknown => {
  switch (bound.kind) {
    case 'threshold':
    case 'history':
    case 'neighbours':
    case 'zone':
    case 'correlation':
      return writeGate(bound.state)
    case 'daily-count':
      return bound.state.day < 0 ? null : writeDayCount(bound.state)
    case 'flatline': {
      const { raised, value, since, n } = bound.state
      return raised || n > 1 ? [raised ? 1 : 0, value, since, n] : null
    }
    case 'jump':
    case 'device-alarm':
      return bound.state.active ? [bound.state.since, bound.state.last] : null
    case 'stale': {
      const missing = [...bound.state.missing].map((at) => (Number.isNaN(at) ? null : at))
      const { raised, notBefore } = bound.state
      return raised || notBefore > 0 || missing.some((at) => at !== null) ? [raised ? 1 : 0, notBefore, missing] : null
    }
    case 'unregistered':
      return bound.state.inside.size === 0 ? null : [...bound.state.inside]
  }
}
const read = (bound: Bound, written: unknown, entry: Entry): void => {
  switch (bound.kind) {
    case 'threshold':
    case 'history':
    case 'neighbours':
    case 'zone':
    case 'correlation':
      readGate(bound.state, written)
      return
    case 'daily-count':
      readDayCount(bound.state, written)
      return
    case 'flatline': {
      const last = entry.lastValues?.[bound.place] ?? Number.NaN
      const [raised, value, since, n] = Array.isArray(written)
        ? (written as [number, number, number, number])
        : [0, last, entry.lastAt, Number.isNaN(last) ? 0 : 1]
      Object.assign(bound.state, { raised: raised === 1, value, since, n })
      return
    }
    case 'jump':
    case 'device-alarm': {
      const [since = 0, last = 0] = Array.isArray(written) ? (written as number[]) : []
      Object.assign(bound.state, { active: written !== undefined, since, last })
      return
    }
    case 'stale': {
      const [raised, notBefore, missing] = Array.isArray(written)
        ? (written as [number, number, (number | null)[]])
        : [0, 0, []]
      bound.state.raised = raised === 1
      bound.state.notBefore = notBefore
      for (let index = 0; index < bound.state.missing.length; index += 1)
        bound.state.missing[index] = missing[index] ?? Number.NaN
      return
    }
    case 'unregistered':
      bound.state.inside.clear()
      if (Array.isArray(written))
        for (const [ref, since] of written as [string, number][]) bound.state.inside.set(ref, since)
  }
}

export const writeEntry = (entry: Entry): string => {
  const states: Record<string, unknown> = {}
  let any = false
  for (const bound of entry.bounds) {
    const written = write(bound)
    if (written === null) continue
    states[bound.rule.key] = [bound.kind, written]
    any = true
  }
  return any ? JSON.stringify(states) : ''
}
/** A state of another kind of condition than the rule has now is left behind. */
export const readEntry = (entry: Entry, text: string): void => {
  const states = (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, readonly [string, unknown]>>
  for (const bound of entry.bounds) {
    const [kind, written] = states[bound.rule.key] ?? ['', undefined]
    read(bound, kind === bound.kind ? written : undefined, entry)
  }
}

/**
 * A checkpoint after somebody closed the alarm of a rule while it lasts: it is raised again when its time has passed again.
 * What is counted by day or by person stays as it is: closing changes no facts.
 */
export const withoutAlarm = (text: string, key: string, nowMs: number): string => {
  const states = (text === '' ? {} : JSON.parse(text)) as Record<string, readonly [string, unknown]>
  const [kind, written] = states[key] ?? ['', undefined]
  if (kind === '' || kind === 'daily-count' || kind === 'unregistered') return text
  if (kind === 'stale' && Array.isArray(written)) states[key] = [kind, [0, nowMs, written[2]]]
  else Reflect.deleteProperty(states, key)
  return Object.keys(states).length === 0 ? '' : JSON.stringify(states)
}
