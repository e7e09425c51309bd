/** Hands reports to ingest and waits until they are durable; under back-pressure it waits, and the socket is not read on. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Entry } from '../../../../platform/gateways/group-commit.ts'
import type { Report } from '../../model/report.ts'

/** What the gateways need of ingest. */
export interface ReportSink {
  /** Resolves once the report is committed, or lies in the fsynced spool; rejects when there is no room. */
  readonly submit: (report: Report) => Promise<unknown>
  /** The same, told by a call. */
  readonly push: (entry: Entry<Report, unknown>) => void
}
/** Says whether a report of a place may be stored at all: within the fence, within working hours. */
export type AdmitPosition = (report: Extract<Report, { kind: 'position' }>) => 'store' | 'drop'

/**
 * durable: committed, or in the fsynced spool · refused: it can never be stored; sent again it would be the same · failed: not
 * stored; the device must not be told that it was.
 */
export type Delivered = 'durable' | 'refused' | 'failed'
export interface Deliver {
  /** `wanted` says whether somebody still waits for the answer. */
  readonly deliver: (report: Report, wanted: () => boolean) => Promise<Delivered>
  /** For many reports that are no positions: told by a call. What failed goes on by `again`. */
  readonly push: ReportSink['push']
  /** What becomes of a report that was pushed and not taken. */
  readonly again: (report: Report, wanted: () => boolean, error: unknown) => Promise<Delivered>
  /** Reports that were dropped on purpose: positions outside of fence or working hours. */
  readonly dropped: () => number
}
const PAUSE_MS = 250
/** How long a report waits for room before the device is left without an answer, in ms. */
const PATIENCE_MS = 60_000

/** `isFull` tells back-pressure from a fault; `isRefusal` what ingest will never take. */
export const createDeliver = ({
  sink,
  admitPosition,
  isFull,
  isRefusal,
  onFault,
}: {
  readonly sink: ReportSink
  readonly admitPosition: AdmitPosition
  readonly isFull: (error: unknown) => boolean
  readonly isRefusal: (error: unknown) => boolean
  readonly onFault: (error: unknown) => void
}): Deliver => {
  let dropped = 0
  const durable = (): Delivered => 'durable'
  /** What becomes of a report that was not taken `waited` ms after it was offered first. */
  const notTaken = async (
    report: Report,
    wanted: () => boolean,
    error: unknown,
    waited: number,
  ): Promise<Delivered> => {
    if (!isFull(error)) {
      if (isRefusal(error)) return 'refused'
      onFault(error)
      return 'failed'
    }
    if (waited >= PATIENCE_MS || !wanted()) return 'failed'
    await sleep(PAUSE_MS)
    return offer(report, wanted, waited + PAUSE_MS)
  }
  const offer = (report: Report, wanted: () => boolean, waited: number): Promise<Delivered> =>
    sink.submit(report).then(durable, (error: unknown) => notTaken(report, wanted, error, waited))
  const deliver: Deliver['deliver'] = (report, wanted) => {
    if (report.kind === 'position' && admitPosition(report) === 'drop') {
      dropped += 1
      return Promise.resolve('durable')
    }
    return offer(report, wanted, 0)
  }
  return {
    deliver,
    push: sink.push,
    again: (report, wanted, error) => notTaken(report, wanted, error, 0),
    dropped: () => dropped,
  }
}
