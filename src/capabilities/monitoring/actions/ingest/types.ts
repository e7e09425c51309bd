/** What the gateways know of ingestion. */

import type { Entry } from '../../../../platform/gateways/group-commit.ts'
import type { Report } from '../../model/report.ts'
import type { Durable } from '../../model/telemetry/durable.ts'

export interface IngestState {
  /** Reports that wait for their commit. */
  readonly waiting: number
  /** Bytes on the disk of this process that the database has not taken yet; 0 = none. */
  readonly spooledBytes: number
  /** The database did not answer at the last try. */
  readonly databaseAway: boolean
  readonly committed: number
  readonly duplicates: number
  readonly quarantined: number
  readonly refused: number
}
export interface Ingest {
  /**
   * Resolves once the report is durable: then, and not before, the device is acknowledged. Rejects with the refusal
   * `ingestFull` when there is no room (do not acknowledge: the device sends again), `notStorable` when it cannot be kept.
   */
  readonly submit: (report: Report) => Promise<Durable>
  /** The same, told by a call. */
  readonly push: (entry: Entry<Report, Durable>) => void
  /** True while gateways should read no further from their sockets. */
  readonly isFull: () => boolean
  readonly state: () => IngestState
  /** Resolves when nothing waits for its commit and the spool is empty. */
  readonly settled: () => Promise<void>
  /** Takes nothing more; resolves when all that was taken is durable. */
  readonly stop: () => Promise<void>
}
