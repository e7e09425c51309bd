/** CPU seconds of processes with their children, from /proc (Linux). */
import fs from 'node:fs'

/** Ticks a second in /proc; the same on every Linux that is in use. */
const HERTZ = 100
interface Stat {
  readonly parent: number
  readonly seconds: number
}
const statOf = (pid: string): Stat | null => {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    // With those of children that ended and were waited for: backends of a database come and go.
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0)
    return { parent: Number(fields[1]), seconds: ticks / HERTZ }
  } catch {
    return null
  }
}
/** Sum over the processes and all that descend from them. */
export const cpuSeconds = (roots: readonly number[]): number => {
  const all = new Map<number, Stat>()
  for (const name of fs.readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(name) : null
    if (stat !== null) all.set(Number(name), stat)
  }
  const belongs = (pid: number): boolean => {
    for (let at = pid, steps = 0; at > 1 && steps < 50; at = all.get(at)?.parent ?? 0, steps += 1)
      if (roots.includes(at)) return true
    return false
  }
  let seconds = 0
  for (const [pid, stat] of all) if (belongs(pid)) seconds += stat.seconds
  return seconds
}
/** The process whose command line holds all of these texts. Throws an Error when there is none. */
export const processWith = (...texts: readonly string[]): number => {
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const line = fs.readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      if (texts.every((text) => line.includes(text))) return Number(name)
    } catch {
      // It ended while we looked.
    }
  }
  throw new Error(`no process with ${texts.join(' ')}`)
}
