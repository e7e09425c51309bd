import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isRefused } from '../../kernel/refusal.ts'
import { addMs, type Instant, instant } from '../../kernel/time.ts'
import { systemClock } from '../clock.ts'
import { ConfigError, readConfig } from '../config.ts'
import { archiveCommand, archiveSettings, claimArchive, prepareArchive } from './backup/archive.ts'
import { removeOld, takeBase } from './backup/base.ts'
import { contentOf, contentPath, copyContent, dispensable, keysOf, listBases, walOf } from './backup/folder.ts'
import { isBaseDue, keepKeys, startBackupKeeper } from './backup/keeper.ts'
import { restoreBackup, timelineFrom } from './backup/restore.ts'
import { clientConfig, openDatabase, openPool } from './connect.ts'
import { type EmbeddedCluster, startEmbedded } from './embedded.ts'

const settings = { shared_buffers: '16MB', min_wal_size: '32MB' }
let place: string
let state: string
let folder: string
let cluster: EmbeddedCluster | null = null
beforeEach(() => {
  place = mkdtempSync(path.join(tmpdir(), 'backup-'))
  chmodSync(place, 0o711)
  state = path.join(place, 'state')
  folder = path.join(place, "back's up 100%")
})
afterEach(async () => {
  await cluster?.stop()
  cluster = null
  rmSync(place, { recursive: true, force: true })
})

const start = async (): Promise<EmbeddedCluster> => {
  prepareArchive(folder, state)
  cluster = await startEmbedded(state, { durable: false, settings: { ...settings, ...archiveSettings(folder) } })
  return cluster
}
const ask = async <T>(connection: object, text: string): Promise<T> => {
  const client = new Client(clientConfig(connection))
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, T>>(text)
    return Object.values(rows[0] ?? {})[0] as T
  } finally {
    await client.end()
  }
}
const base = (from: EmbeddedCluster) => takeBase({ connection: from.connection, folder, stateFolder: state, days: 14 })
const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
  } catch (error) {
    if (isRefused(error)) return `${error.refusal.code} ${error.refusal.sentence.zh}`
    throw error
  }
  throw new Error('it was not refused')
}
const archiveAll = async ({ connection }: EmbeddedCluster): Promise<void> => {
  const name = await ask<string>(connection, 'select pg_walfile_name(pg_switch_wal())')
  await expect.poll(() => existsSync(path.join(walOf(folder), `${name}.gz`)), { timeout: 20_000 }).toBe(true)
}
const rowsOf = async (stateFolder: string): Promise<readonly number[]> => {
  const open = await openDatabase({ dataFolder: stateFolder, poolSize: 1, settings })
  const { rows } = await open.pool.query<{ n: number }>('select n from kept order by n')
  await open.close()
  return rows.map((row) => row.n)
}
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')
const storeContent = (text: string): string => {
  const file = contentPath(path.join(state, 'files', 'content'), digestOf(text))
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  return digestOf(text)
}

test('a restore to a moment has exactly what was written before it, with the files and keys of the state', async () => {
  mkdirSync(state)
  writeFileSync(path.join(state, 'vault.key'), 'the key\n', { mode: 0o600 })
  const document = storeContent('a document')
  const first = await start()
  await ask(first.connection, 'create table kept as select 1 as n')
  await base(first)
  await ask(first.connection, 'insert into kept values (2)')
  await keepKeys(folder, state, systemClock())
  const moment = await ask<Instant>(first.connection, 'select clock_timestamp() from pg_sleep(0.01)')
  await ask(first.connection, 'delete from kept')
  await archiveAll(first)

  const restored = path.join(place, 'restored')
  const { lastWriteAt, journal } = await restoreBackup({ from: folder, to: restored, at: moment, settings })
  expect(journal).toBeNull()
  expect(lastWriteAt !== null && lastWriteAt <= moment).toBe(true)
  expect(await rowsOf(restored)).toEqual([1, 2])
  expect(readFileSync(path.join(restored, 'vault.key'), 'utf8')).toBe('the key\n')
  expect(statSync(path.join(restored, 'vault.key')).mode & 0o777).toBe(0o600)
  expect(readFileSync(contentPath(path.join(restored, 'files', 'content'), document), 'utf8')).toBe('a document')

  const everything = path.join(place, 'everything')
  await restoreBackup({ from: folder, to: everything, at: null, settings })
  expect(await rowsOf(everything)).toEqual([])
  expect(readdirSync(everything)).not.toContain('recovery-wal')

  const taken = await refusalOf(restoreBackup({ from: folder, to: restored, at: moment, settings }))
  expect(taken).toContain('backup.target-not-empty')

  // What was restored is backed up into a folder that does not know its history, and restored once more.
  await first.stop()
  state = restored
  folder = path.join(place, 'later backups')
  const second = await start()
  await base(second)
  await ask(second.connection, 'insert into kept values (3)')
  await archiveAll(second)
  const again = path.join(place, 'again')
  await restoreBackup({ from: folder, to: again, at: null, settings })
  expect(await rowsOf(again)).toEqual([1, 2, 3])
}, 120_000)

test('a moment that the backup does not hold is refused with those that it holds, and the folder stays empty', async () => {
  const first = await start()
  await ask(first.connection, 'create table kept as select 1 as n')
  const to = path.join(place, 'restored')
  expect(await refusalOf(restoreBackup({ from: folder, to, at: null }))).toContain('backup.none')
  const { startedAt, endedAt } = await base(first)
  const early = await refusalOf(restoreBackup({ from: folder, to, at: startedAt }))
  expect(early).toMatch(/backup\.too-early .*可选的时刻:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00 至/)
  expect(await refusalOf(restoreBackup({ from: folder, to, at: addMs(endedAt, 86_400_000) }))).toContain('too-late')
  await ask(first.connection, 'insert into kept values (2)')
  // The archive looks newer than what was written into it: the recovery itself finds out.
  await archiveAll(first)
  const later = addMs(systemClock(), 3_600_000)
  for (const name of readdirSync(walOf(folder)))
    utimesSync(path.join(walOf(folder), name), new Date(addMs(later, 1)), new Date(addMs(later, 1)))
  expect(await refusalOf(restoreBackup({ from: folder, to, at: later, settings }))).toContain('backup.too-late')
  expect(existsSync(to) ? readdirSync(to) : []).toEqual([])
}, 120_000)

test('a backup that was cut off, or is damaged, is not restored', async () => {
  const first = await start()
  await ask(first.connection, 'create table kept as select 1 as n')
  const cut = new AbortController()
  const stopped = takeBase({
    connection: first.connection,
    folder,
    stateFolder: state,
    days: 14,
    signal: cut.signal,
  })
  const bases = path.join(folder, 'bases')
  await expect.poll(() => readdirSync(bases).length, { interval: 5, timeout: 10_000 }).toBe(1)
  cut.abort()
  await expect(stopped).rejects.toThrow('aborted')
  expect(readdirSync(bases)).toEqual([expect.stringMatching(/\.unfinished$/)])
  expect(await listBases(folder)).toEqual([])
  const to = path.join(place, 'restored')
  expect(await refusalOf(restoreBackup({ from: folder, to, at: null }))).toContain('backup.none')

  await base(first)
  expect(readdirSync(bases)).toEqual([expect.stringMatching(/^\d{8}T\d{9}Z$/)])
  const [whole] = await listBases(folder)
  const largest = [...(whole?.files ?? [])].sort((a, b) => b.sizeBytes - a.sizeBytes)[0]
  truncateSync(path.join(whole?.folder ?? '', largest?.path ?? ''), 100)
  expect(await refusalOf(restoreBackup({ from: folder, to, at: null }))).toMatch(/backup\.damaged .*已损坏/)
  expect(readdirSync(to)).toEqual([])
  truncateSync(path.join(whole?.folder ?? '', 'manifest.json'), 100)
  expect(await refusalOf(restoreBackup({ from: folder, to, at: null }))).toContain('backup.none')
}, 120_000)

test('backups of another database, and a server that does not archive, are refused', async () => {
  const first = await start()
  await base(first)
  await first.stop()
  expect(() => prepareArchive(folder, path.join(place, 'other'))).toThrow('backup.foreign-folder')
  const release = claimArchive(folder)
  expect(() => claimArchive(folder)).toThrow('backup.folder-in-use')
  release()
  cluster = await startEmbedded(state, { settings })
  expect(await refusalOf(base(cluster))).toContain('backup.not-archiving')
}, 120_000)

test('the archive never overwrites a segment, and takes the same one twice', () => {
  const wal = path.join(place, "it's 100% wal")
  mkdirSync(wal)
  const segment = path.join(place, 'segment')
  const archive = (bytes: string): number | null => {
    writeFileSync(segment, bytes)
    const command = archiveCommand(wal).replaceAll(/%[pf%]/g, (mark) =>
      mark === '%p' ? 'segment' : mark === '%f' ? '000000010000000000000001' : '%',
    )
    return spawnSync('/bin/sh', ['-c', command], { cwd: place }).status
  }
  expect(archive('one')).toBe(0)
  expect(archive('one')).toBe(0)
  expect(archive('two')).not.toBe(0)
  expect(readdirSync(wal)).toEqual(['000000010000000000000001.gz'])
  const file = path.join(wal, '000000010000000000000001.gz')
  expect(spawnSync('gzip', ['-dc', file], { encoding: 'utf8' }).stdout).toBe('one')
})

test('old backups go only after a newer one, with the segments, keys and files that no moment needs any more', async () => {
  const first = await start()
  const keptFor = async (days: number, now: Instant) => removeOld(folder, days, now)
  const gone = storeContent('erased later')
  await keepKeys(folder, state, systemClock())
  const old = await base(first)
  rmSync(contentPath(path.join(state, 'files', 'content'), gone))
  writeFileSync(path.join(state, 'vault.key'), 'a new key')
  expect(await keepKeys(folder, state, systemClock())).toBe(true)
  expect(await keepKeys(folder, state, systemClock())).toBe(false)
  expect(await keptFor(1, addMs(old.endedAt, 30 * 86_400_000))).toEqual([])
  const next = await base(first)
  expect(await keptFor(1, next.endedAt)).toEqual([])
  expect(existsSync(contentPath(contentOf(folder), gone))).toBe(true)
  expect(await keptFor(1, addMs(next.endedAt, 2 * 86_400_000))).toHaveLength(1)
  expect((await listBases(folder)).map((each) => each.startedAt)).toEqual([next.startedAt])
  expect(readdirSync(walOf(folder)).filter((name) => name < next.firstWal)).toEqual([])
  expect(existsSync(contentPath(contentOf(folder), gone))).toBe(false)
  expect(readdirSync(keysOf(folder))).toHaveLength(1)
}, 120_000)

test('a running product takes its base, copies new files and changed keys, and tells operators their age', async () => {
  const first = await start()
  const { pool, close } = openPool(first.connection, 2)
  const stored = storeContent('uploaded')
  writeFileSync(path.join(state, 'vault.key'), 'a key')
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  const keeper = await startBackupKeeper({
    folder,
    days: 14,
    stateFolder: state,
    connection: first.connection,
    pool,
    clock: systemClock,
    log,
    storedSince: async () => [stored],
  })
  const value = async (name: string) =>
    (await keeper.metrics.find((each) => each.name === `mingzhu_backup_${name}`)?.read())?.[0]?.value
  await expect.poll(() => value('base_age_seconds'), { timeout: 20_000 }).toBeGreaterThanOrEqual(0)
  expect(await value('wal_age_seconds')).toBeLessThan(60)
  expect([await value('archive_failing'), await value('base_failures')]).toEqual([0, 0])
  expect(await keeper.ready.check()).toBeNull()
  expect(existsSync(contentPath(contentOf(folder), stored))).toBe(true)
  expect(readdirSync(keysOf(folder))).toHaveLength(1)

  // Nothing can be archived any more: operators see it.
  rmSync(walOf(folder), { recursive: true })
  writeFileSync(walOf(folder), '')
  await pool.query('create table more (n int)')
  await pool.query('select pg_switch_wal()')
  await expect.poll(() => value('archive_failing'), { timeout: 20_000 }).toBe(1)
  expect(await keeper.ready.check()).toContain('archiving')
  await keeper.stop()
  await close()
}, 120_000)

describe('the plan', () => {
  test('takes a base when there is none and after each half past two at night in China', () => {
    const at = (text: string): Instant => instant(`${text}+08:00`)
    expect(isBaseDue(null, at('2026-11-29T10:00:00'))).toBe(true)
    expect(isBaseDue(at('2026-11-29T02:31:00'), at('2026-11-30T02:29:00'))).toBe(false)
    expect(isBaseDue(at('2026-11-29T02:31:00'), at('2026-11-30T02:30:00'))).toBe(true)
    expect(isBaseDue(at('2026-11-30T02:30:00'), at('2026-11-30T23:59:00'))).toBe(false)
  })

  test('keeps exactly the bases that the moments of the retention need', () => {
    const started = instant('2026-01-01T00:00:00Z')
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1_000), { minLength: 1 }), fc.nat(1_000), (hours, from) => {
        const bases = hours.sort((a, b) => a - b).map((hour) => ({ endedAt: addMs(started, hour * 3_600_000) }))
        const since = addMs(started, from * 3_600_000)
        const kept = bases.slice(dispensable(bases, since).length)
        const oldest = kept[0]
        expect(oldest).toBeDefined()
        if (oldest !== bases[0]) expect(oldest !== undefined && oldest.endedAt <= since).toBe(true)
        expect(kept.slice(1).every((each) => each.endedAt > since)).toBe(true)
      }),
      { seed: 7 },
    )
  })

  test('goes on along the newest timeline that leads on from the base, not along one that left before it', () => {
    const from = (endLsn: string, ...histories: readonly [number, string][]): number =>
      timelineFrom({ firstWal: '000000010000000000000005', endLsn }, new Map(histories))
    const second: [number, string] = [2, '1\t0/6000000\tbefore 2026-11-29\n']
    const third: [number, string] = [3, '1\t0/6000000\tbefore\n\n2\t0/A000000\tbefore\n']
    expect(from('0/5000120')).toBe(1)
    expect(from('0/5000120', second, third)).toBe(3)
    expect(from('0/7000120', second, third)).toBe(1)
    expect(from('0/7000120', second, [4, '1\t1/0\tbefore'])).toBe(4)
  })

  test('copies stored content only when it is what its name says', async () => {
    const sha256 = storeContent('content')
    const from = path.join(state, 'files', 'content')
    writeFileSync(contentPath(from, sha256), 'altered')
    expect(await copyContent(from, contentOf(folder), sha256)).toBe(false)
    expect(existsSync(contentPath(contentOf(folder), sha256))).toBe(false)
  })
})

test('a backup folder that cannot be used is named with what to do', () => {
  const faultsOf = (env: Record<string, string>): string => {
    try {
      readConfig(env)
    } catch (error) {
      if (error instanceof ConfigError) return error.message
      throw error
    }
    return ''
  }
  const file = path.join(place, 'file')
  writeFileSync(file, '')
  const usable = { MINGZHU_STATE_FOLDER: state, MINGZHU_BACKUP_FOLDER: folder }
  expect(readConfig(usable).backup).toEqual({ folder, days: 14 })
  expect(faultsOf({ ...usable, MINGZHU_BACKUP_FOLDER: file })).toContain('无法写入该备份文件夹')
  expect(faultsOf({ ...usable, MINGZHU_BACKUP_FOLDER: path.join(state, 'backup') })).toContain('不能在状态文件夹之内')
  expect(faultsOf({ ...usable, DATABASE_URL: 'postgres://db/mingzhu' })).toContain('journal-signing-key.pem')
  expect(faultsOf({ MINGZHU_BACKUP_DAYS: '3' })).toContain('MINGZHU_BACKUP_FOLDER')
})
