/**
 * Runs heavy pure computation in worker threads. The module is named by URL, so that the same call works from the TypeScript
 * source (tests) and from the built JavaScript.
 *
 *   runInWorker<typeof solve>(new URL('../../engines/siting/solve.ts', import.meta.url), 'solve', input, { signal })
 */
import { availableParallelism } from 'node:os'
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { type Refusal, Refused } from '../../kernel/refusal.ts'
import type { WorkerReport, WorkerTask } from './worker-entry.ts'

/** What a function in a worker may say while it computes. */
export interface WorkerContext {
  readonly report: (done: number, total: number) => void
}
export type WorkerFunction = (input: never, context: WorkerContext) => unknown

export interface RunOptions {
  /** Aborting ends the thread at once, in the middle of whatever it computes. */
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

const isSource = import.meta.url.endsWith('.ts')
/** From the source, a loader that understands TypeScript stands before the entry; it never reaches the build. */
const entry = new URL(isSource ? './source-worker.mjs' : './worker-entry.js', import.meta.url)
const builtUrl = (module: URL): string => (isSource ? module.href : module.href.replace(/\.ts$/, '.js'))

let pool: Piscina | undefined
const threads = (): Piscina => {
  pool ??= new Piscina({
    filename: entry.href,
    minThreads: 0,
    maxThreads: Math.max(1, availableParallelism() - 1),
    idleTimeout: 30_000,
    // The flags of a test runner or debugger are not for the threads.
    execArgv: [],
  })
  return pool
}

/**
 * Calls an exported function of a module in a worker thread. Input and result are copied (structured clone). A refusal
 * thrown there arrives as a refusal here; an abort rejects with the reason of the signal.
 */
export const runInWorker = async <F extends WorkerFunction>(
  module: URL,
  exportName: string,
  input: Parameters<F>[0],
  { signal, onProgress }: RunOptions = {},
): Promise<Awaited<ReturnType<F>>> => {
  signal?.throwIfAborted()
  const { port1, port2 } = new MessageChannel()
  const allReported = new Promise<void>((resolve) => {
    port1.on('message', (message: WorkerReport) => {
      if (message === 'end') resolve()
      else onProgress?.(message.done, message.total)
    })
  })
  const task: WorkerTask = { moduleUrl: builtUrl(module), exportName, input, port: port2 }
  try {
    const answer: { refusal: Refusal } | { result: unknown } = await threads().run(task, {
      transferList: [port2],
      ...(signal === undefined ? {} : { signal }),
    })
    // The result may overtake the last reports, which come by another way.
    await allReported
    if ('refusal' in answer) throw new Refused(answer.refusal)
    return answer.result as Awaited<ReturnType<F>>
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason
    throw error
  } finally {
    port1.close()
  }
}

/** Ends the threads of this process; the next run starts new ones. */
export const closeWorkers = async (): Promise<void> => {
  const closing = pool
  pool = undefined
  await closing?.destroy()
}
