/** One transaction that makes a batch of reports durable and lets the rules look at those that are new. */
import { system } from '../../../../kernel/actor.ts'
import { localDateOf } from '../../../../kernel/time.ts'
import type { Platform, Unit } from '../../../../platform/platform.ts'
import type { KnownDevice, PositionReport, Report } from '../../model/report.ts'
import type { Durable, Evaluate } from '../../model/telemetry/durable.ts'
import { horizonsOf, type Retention } from '../../model/telemetry/retention.ts'
import { type Placed, type SortedBatch, sortBatch, sortRulesOf } from '../../model/telemetry/sort.ts'
import * as store from '../../store/telemetry/write.ts'
import type { Partitions } from './partitions.ts'

export interface BatchContext {
  readonly platform: Platform
  readonly retention: Retention
  readonly partitions: Partitions
  readonly evaluate: Evaluate
  /** False: the rules see the position, and it is kept nowhere. Absent: all are kept. */
  readonly keepPosition?: ((report: PositionReport) => boolean) | undefined
  /** Name of this process in `telemetry_last`. */
  readonly node: string
}
export interface BatchOptions {
  /** False: the rules are not asked. */
  readonly evaluate: boolean
}
export interface BatchStore {
  /** Commits the batch; one result for each report, in order. Throws what the rules throw: see `cameFromRules`. */
  readonly store: (reports: readonly Report[], options: BatchOptions) => Promise<readonly Durable[]>
  readonly cameFromRules: (error: unknown) => boolean
  /** Keeps a report for operators that cannot be stored. */
  readonly quarantine: (report: Report, error: unknown) => Promise<void>
}

const ACTOR = system('monitoring-ingest')
const MOST_ATTEMPTS = 5
/** Batches that look before they insert, after one that met a report which was there already. */
const CAREFUL_BATCHES = 50
/** Devices whose row in `telemetry_last` is known; then the list begins anew. */
const MOST_KNOWN = 100_000

const facts = (error: unknown): { readonly code: unknown; readonly table: string; readonly message: string } => {
  const { code, table } = error as { readonly code?: unknown; readonly table?: unknown }
  return {
    code,
    table: typeof table === 'string' ? table : '',
    message: error instanceof Error ? error.message : String(error),
  }
}
const isRepeat = (error: unknown): boolean => {
  const { code, table } = facts(error)
  return code === '23505' && /^(telemetry|position)_/.test(table)
}
const isNew = (result: Durable | undefined): boolean => result === 'stored' || result === 'late' || result === 'unkept'
const lacksPartition = (error: unknown): boolean => {
  const { code, message } = facts(error)
  return code === '23514' && message.startsWith('no partition of relation')
}

export const createBatchStore = (context: BatchContext): BatchStore => {
  const { platform, retention, partitions, node } = context
  const fromRules = new WeakSet<object>()
  const withRow = new Set<string>()
  let careful = 0

  /** Inserts the rows that are not there; gives them. Looks first when it must. */
  const insertNew = async <R extends Report>(
    rows: readonly Placed<R>[],
    look: boolean,
    stored: (rows: readonly Placed<R>[]) => Promise<ReadonlySet<number>>,
    insert: (rows: readonly Placed<R>[]) => Promise<void>,
  ): Promise<readonly Placed<R>[]> => {
    if (rows.length === 0) return rows
    const there = look ? await stored(rows) : null
    const fresh = there === null || there.size === 0 ? rows : rows.filter((_row, place) => !there.has(place))
    if (fresh.length > 0) await insert(fresh)
    return fresh
  }

  const write = async (
    unit: Unit,
    reports: readonly Report[],
    batch: SortedBatch,
    options: BatchOptions & { readonly look: boolean },
  ): Promise<{ readonly results: Durable[]; readonly devices: readonly KnownDevice[] }> => {
    const { db } = unit
    const results = Array.from<Durable>({ length: reports.length }).fill('duplicate')
    const note = (rows: readonly Placed<Report>[], result: Durable): void => {
      for (const { index } of rows) results[index] = result
    }
    const telemetry = await insertNew(
      batch.telemetry,
      options.look,
      (rows) => store.storedTelemetry(db, 'telemetry', rows),
      (rows) => store.insertTelemetry(db, rows, node, unit.now, (device) => withRow.has(device.deviceId)),
    )
    const late = await insertNew(
      batch.late,
      true,
      (rows) => store.storedTelemetry(db, 'telemetry_late', rows),
      (rows) => store.insertLate(db, rows, unit.now),
    )
    const kept = batch.positions.filter(({ report }) => context.keepPosition?.(report) ?? true)
    if (kept.length < batch.positions.length) note(batch.positions, 'unkept')
    note(kept, 'duplicate')
    const positions = await insertNew(
      kept,
      options.look,
      (rows) => store.storedPositions(db, rows),
      (rows) => store.insertPositions(db, rows),
    )
    note(telemetry, 'stored')
    note(late, 'late')
    note(positions, 'stored')
    if (positions.length > 0) await store.renewPositions(db, positions)
    if (batch.attendance.length > 0)
      for (const index of await store.insertAttendance(db, batch.attendance)) results[index] = 'stored'
    if (batch.events.length > 0)
      for (const index of await store.insertEvents(db, batch.events)) results[index] = 'stored'
    for (const index of batch.heartbeats) results[index] = 'stored'
    if (batch.quarantined.length > 0) {
      await store.insertQuarantined(db, batch.quarantined, unit.now)
      for (const { index } of batch.quarantined) results[index] = 'quarantined'
    }
    if (options.evaluate) {
      const fresh = reports.filter((_report, index) => isNew(results[index]))
      if (fresh.length > 0)
        try {
          await context.evaluate(unit, fresh)
        } catch (error) {
          if (typeof error === 'object' && error !== null) fromRules.add(error)
          throw error
        }
    }
    const devices: KnownDevice[] = []
    // Rows stand in order of their devices.
    for (const { report } of telemetry) if (report.device !== devices.at(-1)) devices.push(report.device)
    return { results, devices }
  }

  const storeReports: BatchStore['store'] = async (reports, options) => {
    for (let attempt = 1; ; attempt += 1) {
      const today = localDateOf(platform.clock())
      const batch = sortBatch(reports, sortRulesOf(horizonsOf(retention, today), retention.futureSeconds.seconds))
      await partitions.ensure('telemetry', batch.telemetry)
      await partitions.ensure('rollup_1m', batch.late)
      await partitions.ensure('position', batch.positions)
      const look = careful > 0
      try {
        const { results, devices } = await platform.transact(ACTOR, (unit) =>
          write(unit, reports, batch, { ...options, look }),
        )
        // Only after the commit: what was rolled back is not there.
        if (withRow.size > MOST_KNOWN) withRow.clear()
        for (const device of devices) withRow.add(device.deviceId)
        if (careful > 0) careful -= 1
        return results
      } catch (error) {
        if (attempt >= MOST_ATTEMPTS) throw error
        if (isRepeat(error)) careful = CAREFUL_BATCHES
        else if (lacksPartition(error)) partitions.forget()
        else throw error
      }
    }
  }

  return {
    store: storeReports,
    cameFromRules: (error) => typeof error === 'object' && error !== null && fromRules.has(error),
    quarantine: (report, error) =>
      platform.transact(ACTOR, (unit) =>
        store.insertQuarantined(
          unit.db,
          [{ report, reason: 'unstorable', note: facts(error).message.slice(0, 500) }],
          unit.now,
        ),
      ),
  }
}
