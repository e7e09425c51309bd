/**
 * Keeps the backup of a running product: a base every night, new stored files every minute, changed keys every second; and
 * tells operators how old it all is.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ClientConfig, Pool } from 'pg'
import { addDays, addMs, type Clock, type Instant, localDateOf, msOf, startOfDay } from '../../../kernel/time.ts'
import type { MetricFamily, ReadyCheck } from '../../metrics.ts'
import type { Log } from '../../platform.ts'
import { markFolder } from './archive.ts'
import { takeBase } from './base.ts'
import {
  contentOf,
  copyContent,
  flushFolder,
  KEY_FILES,
  keysOf,
  momentOfName,
  nameOfMoment,
  namesIn,
  newestBaseAt,
  removeCutOff,
} from './folder.ts'

export interface KeeperOptions {
  readonly folder: string
  readonly days: number
  readonly stateFolder: string
  readonly connection: ClientConfig
  readonly pool: Pool
  /** The clock of this machine. */
  readonly clock: Clock
  readonly log: Log
  /** Digests of the files stored since a moment. */
  readonly storedSince: (since: Instant) => Promise<readonly string[]>
}
export interface BackupKeeper {
  readonly metrics: readonly MetricFamily[]
  readonly ready: ReadyCheck
  /** Breaks a base off that is under way; it is never offered. */
  readonly stop: () => Promise<void>
}

const KEYS_MS = 1_000
const LOOK_MS = 60_000
const AGAIN_MS = 3_600_000
/** Rows of stored files become visible only with their transaction. */
const OVERLAP_MS = 600_000
/** Half past two at night in Asia/Shanghai. */
const NIGHT_MS = 2.5 * 3_600_000
/** A base is late when two nights have passed without one (ms). */
const LATE_MS = 50 * 3_600_000

/** Whether a base must be taken: there is none, or none since the last half past two at night. */
export const isBaseDue = (newest: Instant | null, now: Instant): boolean => {
  if (newest === null) return true
  const today = addMs(startOfDay(localDateOf(now)), NIGHT_MS)
  const night = msOf(today) <= msOf(now) ? today : addMs(startOfDay(addDays(localDateOf(now), -1)), NIGHT_MS)
  return msOf(newest) < msOf(night)
}

/** Copies the key files as a new version when they are not those of the newest version. */
export const keepKeys = async (folder: string, stateFolder: string, now: Instant): Promise<boolean> => {
  const read = async (place: string): Promise<readonly (Buffer | null)[]> =>
    Promise.all(KEY_FILES.map((name) => readFile(path.join(place, name)).catch(() => null)))
  const present = await read(stateFolder)
  const newest = (await namesIn(keysOf(folder))).findLast((name) => momentOfName(name) !== null)
  const kept = newest === undefined ? [] : await read(path.join(keysOf(folder), newest))
  if (present.every((bytes, index) => bytes?.toString('hex') === kept[index]?.toString('hex'))) return false
  const finished = path.join(keysOf(folder), nameOfMoment(now))
  const draft = `${finished}.unfinished`
  await removeCutOff(keysOf(folder))
  await mkdir(draft, { mode: 0o700 })
  for (const [index, name] of KEY_FILES.entries()) {
    const bytes = present[index] ?? null
    if (bytes !== null) await writeFile(path.join(draft, name), bytes, { mode: 0o600, flush: true })
  }
  await flushFolder(draft)
  await rename(draft, finished)
  await flushFolder(keysOf(folder))
  return true
}

interface Archiver {
  readonly archivedAt: Instant | null
  readonly failures: number
  readonly failedAt: Instant | null
  readonly failedWal: string | null
}
const archiverOf = async (pool: Pool): Promise<Archiver> => {
  const { rows } = await pool.query<Archiver>(
    `select last_archived_time as "archivedAt", failed_count::int as failures, last_failed_time as "failedAt",
       last_failed_wal as "failedWal" from pg_stat_archiver`,
  )
  return rows[0] ?? { archivedAt: null, failures: 0, failedAt: null, failedWal: null }
}
const failsNow = ({ archivedAt, failedAt }: Archiver): boolean =>
  failedAt !== null && (archivedAt === null || failedAt > archivedAt)

/** Runs work again and again, never twice at once; gives what ends it and waits for the last run. */
const repeat = (everyMs: number, work: () => Promise<unknown>, failed: (error: unknown) => void) => {
  let running: Promise<unknown> | null = null
  const run = (): void => {
    running ??= work()
      .catch(failed)
      .finally(() => {
        running = null
      })
  }
  run()
  const timer = setInterval(run, everyMs)
  timer.unref()
  return async (): Promise<void> => {
    clearInterval(timer)
    await running
  }
}

/** Starts to keep the backup. The server must have been started with `archiveSettings` of the same folder. */
export const startBackupKeeper = async (options: KeeperOptions): Promise<BackupKeeper> => {
  const { pool, clock, log, days } = options
  const folder = path.resolve(options.folder)
  const stateFolder = path.resolve(options.stateFolder)
  const { rows } = await pool.query<{ id: string }>('select system_identifier::text as id from pg_control_system()')
  markFolder(folder, rows[0]?.id ?? '')
  const ending = new AbortController()
  let failedBases = 0
  let againAt: Instant | null = null
  let toldFailures = (await archiverOf(pool)).failures
  let storedFrom: Instant | null = null

  const base = async (): Promise<void> => {
    const now = clock()
    if (againAt !== null && now < againAt) return
    if (!isBaseDue(await newestBaseAt(folder), now)) return
    try {
      const { connection } = options
      const manifest = await takeBase({ connection, folder, stateFolder, days, signal: ending.signal })
      againAt = null
      log.info(
        { folder, files: manifest.files.length, seconds: (msOf(clock()) - msOf(now)) / 1000 },
        'base backup taken',
      )
    } catch (error) {
      if (ending.signal.aborted) return
      failedBases += 1
      againAt = addMs(clock(), AGAIN_MS)
      log.error({ folder, error: String(error) }, '备份失败,一小时后重试 / the base backup failed; again in an hour')
    }
  }
  const archive = async (): Promise<void> => {
    const archiver = await archiverOf(pool)
    if (archiver.failures > toldFailures)
      log.error(
        { folder, segment: archiver.failedWal, failures: archiver.failures },
        '日志归档失败:请检查备份文件夹的空间和权限 / archiving fails: check space and rights of the backup folder',
      )
    toldFailures = archiver.failures
  }
  const stored = async (): Promise<void> => {
    const now = clock()
    // What was stored before the first look is copied with the base.
    const since = storedFrom ?? (await newestBaseAt(folder)) ?? now
    for (const sha256 of await options.storedSince(addMs(since, -OVERLAP_MS))) {
      if (ending.signal.aborted) return
      await copyContent(path.join(stateFolder, 'files', 'content'), contentOf(folder), sha256)
    }
    storedFrom = now
  }
  const failed = (what: string) => (error: unknown) => {
    log.error({ what, folder, error: String(error) }, '备份没有跟上 / the backup does not keep up')
  }
  const stops = [
    repeat(KEYS_MS, () => keepKeys(folder, stateFolder, clock()), failed('keys')),
    repeat(LOOK_MS, stored, failed('files')),
    repeat(LOOK_MS, archive, failed('archive')),
    repeat(LOOK_MS, base, failed('base')),
  ]
  const ageOf = (at: Instant | null): number => (at === null ? Number.NaN : (msOf(clock()) - msOf(at)) / 1000)
  const figure = (name: string, help: string, read: () => Promise<number>): MetricFamily => ({
    name: `mingzhu_backup_${name}`,
    help,
    labels: [],
    read: async () => [{ labels: {}, value: await read() }],
  })
  return {
    metrics: [
      figure('base_age_seconds', 'Age of the newest complete base backup', async () =>
        ageOf(await newestBaseAt(folder)),
      ),
      figure('wal_age_seconds', 'Time since a segment of the log was last archived', async () =>
        ageOf((await archiverOf(pool)).archivedAt),
      ),
      figure('archive_failures', 'Attempts to archive that failed', async () => (await archiverOf(pool)).failures),
      figure('archive_failing', '1 while the newest attempt to archive failed', async () =>
        Number(failsNow(await archiverOf(pool))),
      ),
      figure('base_failures', 'Base backups that failed since the start', async () => failedBases),
    ],
    ready: {
      name: 'backup',
      essential: false,
      check: async () => {
        if (failsNow(await archiverOf(pool))) return `archiving into ${folder} fails: check its space and rights`
        const newest = await newestBaseAt(folder)
        const isLate = newest !== null && msOf(clock()) - msOf(newest) > LATE_MS
        return isLate || (failedBases > 0 && newest === null) ? `no base backup since ${newest ?? 'the start'}` : null
      },
    },
    stop: async () => {
      ending.abort()
      await Promise.all(stops.map((stop) => stop()))
    },
  }
}
