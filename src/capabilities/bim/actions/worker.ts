/** Runs work of `model/work` in a thread, watched: how far it is goes into a row, and a cancelled row ends the thread. */

import { runInWorker, type WorkerFunction } from '../../../platform/jobs/workers.ts'
import type { JobProgress } from '../../../platform/platform.ts'

const at = (name: string): URL => new URL(`../model/work/${name}.ts`, import.meta.url)
export const modules = {
  inspect: at('inspect-tables'),
  network: at('import-network'),
  ifc: at('import-ifc'),
  pipes: at('run-pipes'),
  clash: at('run-clash'),
  versions: at('read-version'),
} as const

/** Somebody cancelled it: nothing is left to do. */
export class Given extends Error {
  override readonly name = 'Given'
}
/** How often a row is asked whether it was cancelled, in ms. */
const WATCH_MS = 400

/**
 * `keep` writes how far it is and says whether the work is still wanted. Throws `Given` when it is not, and the reason of the
 * job's signal when that is aborted.
 */
export const watched = async <T>(
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

/** Runs a function of a module in a worker thread. */
export const inThread = <F extends WorkerFunction>(
  module: URL,
  name: string,
  input: Parameters<F>[0],
  options: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void } = {},
) => runInWorker<F>(module, name, input, options)
