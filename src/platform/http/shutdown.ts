/** Ends the process cleanly: steps in order, each with a time limit; a second signal ends it at once. */
import type { Log } from '../platform.ts'

export interface ShutdownStep {
  readonly name: string
  readonly run: () => Promise<unknown> | void
}
export interface ShutdownOptions {
  readonly log: Log
  /** In order: stop accepting and finish requests, close live connections, stop workers, close the database. */
  readonly steps: readonly ShutdownStep[]
  /** For one step; after it the next one begins. */
  readonly stepTimeoutMs?: number
  readonly exit?: (code: number) => void
  /** Milliseconds of a clock that never runs backwards. */
  readonly now?: () => number
}

/** A terminal and a launcher both pass one Ctrl-C on: what comes within this time of the first is its echo (ms). */
const ECHO_MS = 1_000

const withinTime = async (step: ShutdownStep, timeoutMs: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    await Promise.race([Promise.resolve(step.run()), late])
  } finally {
    clearTimeout(timer)
  }
}

export interface Shutdown {
  /** Runs every step once and exits: 0 when all went well, 1 otherwise. A call a second later or more exits with 130. */
  readonly begin: (reason: string) => Promise<void>
}
export const createShutdown = (options: ShutdownOptions): Shutdown => {
  const { log, steps, stepTimeoutMs = 15_000, exit = (code) => process.exit(code) } = options
  const now = options.now ?? (() => performance.now())
  let begun: number | null = null
  return {
    begin: async (reason) => {
      if (begun !== null) {
        if (now() - begun < ECHO_MS) return
        log.warn({ reason }, 'second signal: ending at once')
        exit(130)
        return
      }
      begun = now()
      log.info({ reason }, 'shutting down')
      let code = 0
      for (const step of steps) {
        try {
          await withinTime(step, stepTimeoutMs)
        } catch (error) {
          code = 1
          log.error({ err: error, step: step.name }, 'a step of the shutdown failed')
        }
      }
      log.info({ code }, 'shut down')
      exit(code)
    },
  }
}

/** Lets SIGINT and SIGTERM begin the shutdown. Gives a function that removes the listeners. */
export const shutDownOnSignals = (shutdown: Shutdown, source: NodeJS.EventEmitter = process): (() => void) => {
  const onSignal = (signal: string): void => void shutdown.begin(signal)
  source.on('SIGINT', onSignal)
  source.on('SIGTERM', onSignal)
  return () => {
    source.off('SIGINT', onSignal)
    source.off('SIGTERM', onSignal)
  }
}
