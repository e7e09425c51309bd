/** Runs work of `model/work` in a thread, watched: how far it is goes into a row, and a cancelled row ends the thread. */
import { isRefused } from '../../../kernel/refusal.ts'
import { runInWorker, type WorkerFunction } from '../../../platform/jobs/workers.ts'
import type { JobProgress, Platform } from '../../../platform/platform.ts'
import * as refuse from '../model/refusals.ts'

const at = (name: string): URL => new URL(`../model/work/${name}.ts`, import.meta.url)
export const modules = {
  inspect: at('inspect-tables'),
  network: at('import-network'),
  ifc: at('import-ifc'),
  pipes: at('run-pipes'),
  clash: at('run-clash'),
  versions: at('read-version'),
  places: at('read-places'),
} as const

/** Somebody cancelled it: nothing is left to do. */
class Given extends Error {
  override readonly name = 'Given'
}
/** How often a row is asked whether it was cancelled, in ms. */
const WATCH_MS = 400

/**
 * `keep` writes how far it is and says whether the work is still wanted. Throws `Given` when it is not, and the reason of the
 * job's signal when that is aborted.
 */
const watched = async <T>(
  progress: JobProgress,
  keep: (done: number, total: number) => Promise<boolean>,
  work: (signal: AbortSignal, onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> => {
  const abort = new AbortController()
  const signal = AbortSignal.any([progress.signal, abort.signal])
  let last: readonly [number, number] = [0, 0]
  let asking = false
  const ask = (): void => {
    if (asking) return
    asking = true
    keep(...last)
      .then((wanted) => {
        if (!wanted) abort.abort(new Given('cancelled'))
      })
      .catch(() => {
        // The database cannot be asked just now; the next turn asks again.
      })
      .finally(() => {
        asking = false
      })
  }
  const timer = setInterval(ask, WATCH_MS)
  try {
    return await work(signal, (done, total) => {
      last = [done, total]
    })
  } finally {
    clearInterval(timer)
  }
}

/** More beginnings than this: the files end the process. */
const MOST_ATTEMPTS = 3

/**
 * Runs the work of a row to its end: `begin` counts the beginnings (null: it is over), `fail` says why it did not succeed. What
 * is refused is said at once; an accident is tried again, and then said with the number to tell an administrator.
 */
export const toItsEnd = async (
  platform: Platform,
  progress: JobProgress,
  job: {
    readonly id: string
    readonly begin: () => Promise<number | null>
    readonly keep: (done: number, total: number) => Promise<boolean>
    readonly work: (signal: AbortSignal, onProgress: (done: number, total: number) => void) => Promise<void>
    readonly fail: (reason: string) => Promise<void>
  },
): Promise<void> => {
  const attempts = await job.begin()
  if (attempts === null) return
  if (attempts > MOST_ATTEMPTS) return job.fail(refuse.crashes().refusal.sentence.zh)
  try {
    await watched(progress, job.keep, job.work)
  } catch (error) {
    if (error instanceof Given) return
    // The server stops, or another worker has the job: it is tried again.
    if (progress.signal.aborted) throw error
    if (isRefused(error)) return job.fail(error.refusal.sentence.zh)
    if (attempts < MOST_ATTEMPTS) throw error
    platform.log.error({ id: job.id, error: String(error) }, 'work of bim failed for the last time')
    await job.fail(refuse.unexpected({ trace: job.id }).refusal.sentence.zh)
  }
}

/** Runs a function of a module in a worker thread. */
export const inThread = <F extends WorkerFunction>(
  module: URL,
  name: string,
  input: Parameters<F>[0],
  options: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void } = {},
) => runInWorker<F>(module, name, input, options)
