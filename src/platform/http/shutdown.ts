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
}

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
  /** Runs every step once and exits: 0 when all went well, 1 otherwise. A second call exits with 130 at once. */
  readonly begin: (reason: string) => Promise<void>
}
export const createShutdown = (options: ShutdownOptions): Shutdown => {
  const { log, steps, stepTimeoutMs = 15_000, exit = (code) => process.exit(code) } = options
  let begun = false
  return {
    begin: async (reason) => {
      if (begun) {
        log.warn({ reason }, 'second signal: ending at once')
        exit(130)
        return
      }
      begun = true
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
