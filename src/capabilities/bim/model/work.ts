/** What work in a worker thread may say while it computes. */
export interface WorkerContext {
  readonly report: (done: number, total: number) => void
}
