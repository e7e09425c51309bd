/** What every simulated device can do, whichever protocol it speaks. */
import type { Instant } from '../../../src/kernel/time.ts'

/**
 * stored: the platform acknowledged · unknown: nobody claimed it yet · refused: the platform does not want it · lost: no
 * connection, or no answer in time.
 */
export type Outcome = 'stored' | 'unknown' | 'refused' | 'lost'

/** Where a gateway listens, and the time that the device's clock shows. */
export interface Gateway {
  readonly host: string
  readonly port: number
  readonly clock: () => Instant
  /** How long a device waits for an answer, in ms. */
  readonly patienceMs?: number
}
export const PATIENCE_MS = 15_000

/** Answers that are waited for, by what names them. */
export interface Waiting<T> {
  readonly wait: (key: string) => Promise<T | null>
  readonly settle: (key: string, answer: T) => void
  /** Nobody answers any more. */
  readonly giveUp: () => void
}
export const waiting = <T>(patienceMs: number): Waiting<T> => {
  const open = new Map<string, (answer: T | null) => void>()
  return {
    wait: (key) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => done(null), patienceMs)
        const done = (answer: T | null): void => {
          clearTimeout(timer)
          if (open.get(key) === done) open.delete(key)
          resolve(answer)
        }
        open.get(key)?.(null)
        open.set(key, done)
      }),
    settle: (key, answer) => open.get(key)?.(answer),
    giveUp: () => {
      for (const done of open.values()) done(null)
    },
  }
}
