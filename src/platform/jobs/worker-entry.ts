/** What runs in a worker thread: imports the wanted module and calls its function. */
import type { MessagePort } from 'node:worker_threads'
import { isRefused } from '../../kernel/refusal.ts'

export interface WorkerTask {
  readonly moduleUrl: string
  readonly exportName: string
  readonly input: unknown
  /** Takes reports of progress to the thread that waits. */
  readonly port: MessagePort
}

export type WorkerReport = { readonly done: number; readonly total: number } | 'end'

const runTask = async ({ moduleUrl, exportName, input, port }: WorkerTask): Promise<unknown> => {
  try {
    const module = (await import(moduleUrl)) as Record<string, unknown>
    const work = module[exportName]
    if (typeof work !== 'function') throw new TypeError(`${moduleUrl} exports no function ${exportName}`)
    const send = (report: WorkerReport): void => port.postMessage(report)
    const report = (done: number, total: number): void => send({ done, total })
    return { result: (await work(input, { report })) as unknown }
  } catch (error) {
    // A class does not survive the way between threads; the refusal itself does.
    if (isRefused(error)) return { refusal: error.refusal }
    throw error
  } finally {
    port.postMessage('end' satisfies WorkerReport)
    port.close()
  }
}
export default runTask
