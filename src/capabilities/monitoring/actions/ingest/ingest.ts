/**
 * Takes the reports of all gateways: groups them, commits them, asks the rules, and says when each is durable. While the
 * database is away they go to a spool on the disk of this process and are committed in order once it is back.
 */
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { isRefused } from '../../../../kernel/refusal.ts'
import { isConnectionLost } from '../../../../platform/database/connect.ts'
import { takeOwnership } from '../../../../platform/database/owner.ts'
import { createGroupCommit, Full, Stopped } from '../../../../platform/gateways/group-commit.ts'
import { openSpool, type Spool, type SpoolFiles } from '../../../../platform/gateways/spool.ts'
import type { Platform } from '../../../../platform/platform.ts'
import type { PositionReport, Report } from '../../model/report.ts'
import { decodeReports, encodeReports } from '../../model/telemetry/codec.ts'
import type { Durable, Evaluate } from '../../model/telemetry/durable.ts'
import { ingestFull, ingestStopped, notStorable } from '../../model/telemetry/refusals.ts'
import type { Retention } from '../../model/telemetry/retention.ts'
import { createPartitions } from './partitions.ts'
import { createBatchStore } from './store-batch.ts'
import type { Ingest } from './types.ts'

export interface IngestOptions {
  readonly platform: Platform
  readonly retention: Retention
  /** Asked in each transaction; absent: there are no rules. */
  readonly evaluate?: Evaluate
  /** False: the rules see the position, and it is kept nowhere. Absent: all are kept. */
  readonly keepPosition?: (report: PositionReport) => boolean
  /** Name of this process among those that share the database. */
  readonly node: string
  /** Folder of the spool, for this process alone; null = nothing is taken while the database is away. */
  readonly spoolFolder: string | null
  readonly spoolBytes?: number
  readonly spoolFiles?: SpoolFiles
  /** Reports of one transaction at most, and how long the first waits for others. Default 1000 and 20 ms. */
  readonly most?: number
  readonly afterMs?: number
  /** Reports that may wait for their commit. Default 20 000. */
  readonly bound?: number
  readonly retryMs?: number
}

/** The database cannot work now, whatever it is asked: away, out of disk or memory, read-only after a switch-over, locked. */
const AWAY = /^(53...|57P..|58...|25006|55P03|40...)$/
const isAway = (error: unknown): boolean => {
  const { code } = error as { readonly code?: unknown }
  return isConnectionLost(error) || (typeof code === 'string' && AWAY.test(code))
}
/** Halvings of a batch in which the rules fail; then what is left is stored without them. */
const MOST_HALVINGS = 16

export const createIngest = async (options: IngestOptions): Promise<Ingest> => {
  const { platform, retention, spoolFolder } = options
  const { log } = platform
  const evaluate: Evaluate = options.evaluate ?? (async () => undefined)
  const partitions = createPartitions(platform, retention.daysAhead)
  const batches = createBatchStore({
    platform,
    retention,
    partitions,
    evaluate,
    keepPosition: options.keepPosition,
    node: options.node,
  })
  const count = { committed: 0, duplicates: 0, quarantined: 0, refused: 0 }

  let release = (): void => undefined
  let spool: Spool | null = null
  if (spoolFolder !== null) {
    // Opening cuts off what is torn: nobody else may be writing.
    await mkdir(spoolFolder, { recursive: true, mode: 0o700 })
    release = takeOwnership(path.join(spoolFolder, 'owner.json'), spoolFolder)
    try {
      spool = await openSpool({
        folder: spoolFolder,
        log,
        ...(options.spoolBytes === undefined ? {} : { mostBytes: options.spoolBytes }),
        ...(options.spoolFiles === undefined ? {} : { files: options.spoolFiles }),
      })
    } catch (error) {
      release()
      throw error
    }
  }

  /** Stores reports; where the rules fail, halves them until those that make them fail are stored without the rules. */
  const flush = async (
    reports: readonly Report[],
    budget = { halvings: MOST_HALVINGS },
  ): Promise<readonly Durable[]> => {
    try {
      return await batches.store(reports, { evaluate: true })
    } catch (error) {
      if (!batches.cameFromRules(error) || isAway(error)) throw error
      if (reports.length === 1 || budget.halvings <= 0) {
        log.error(
          { error: String(error), reports: reports.length },
          'the rules failed: reports are stored without them',
        )
        return batches.store(reports, { evaluate: false })
      }
      budget.halvings -= 1
      const middle = Math.ceil(reports.length / 2)
      const first = await flush(reports.slice(0, middle), budget)
      return [...first, ...(await flush(reports.slice(middle), budget))]
    }
  }
  const counted = async (reports: readonly Report[]): Promise<readonly Durable[]> => {
    const results = await flush(reports)
    for (const result of results) {
      if (result === 'duplicate') count.duplicates += 1
      else if (result === 'quarantined') count.quarantined += 1
      else count.committed += 1
    }
    return results
  }
  const commits = createGroupCommit<Report, Durable>({
    flush: counted,
    isAway,
    log,
    refusal: (error) => {
      count.refused += 1
      if (error instanceof Full) return ingestFull()
      if (error instanceof Stopped) return ingestStopped()
      return isRefused(error) ? error : notStorable()
    },
    onPoison: async (report, error) => {
      log.error(
        { deviceId: report.device.deviceId, kind: report.kind, error: String(error) },
        'a report cannot be stored',
      )
      try {
        await batches.quarantine(report, error)
      } catch (failure) {
        if (isAway(failure)) throw failure
        throw notStorable()
      }
      count.quarantined += 1
      return 'quarantined'
    },
    ...(spool === null
      ? {}
      : { spooling: { spool, encode: encodeReports, decode: decodeReports, result: 'spooled' as const } }),
    ...(options.most === undefined ? {} : { most: options.most }),
    ...(options.afterMs === undefined ? {} : { afterMs: options.afterMs }),
    ...(options.bound === undefined ? {} : { bound: options.bound }),
    ...(options.retryMs === undefined ? {} : { retryMs: options.retryMs }),
  })

  return {
    submit: commits.submit,
    push: commits.push,
    isFull: commits.isFull,
    state: () => ({
      ...count,
      waiting: commits.waiting(),
      spooledBytes: spool?.bytes() ?? 0,
      databaseAway: commits.isAway(),
    }),
    settled: commits.settled,
    stop: async () => {
      await commits.stop()
      release()
    },
  }
}
