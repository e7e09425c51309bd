/** Restores a backup into a new state folder, to a moment or to the end of the archive. */
import fs from 'node:fs'
import { chmod, chown, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { defineRefusal } from '../../../kernel/refusal.ts'
import { addMs, type Instant, instantFromMs, msOf } from '../../../kernel/time.ts'
import { checkJournal, type JournalState } from '../../journal/check.ts'
import { openLogKey } from '../../journal/log-key.ts'
import { openPool } from '../connect.ts'
import { embeddedMajor, embeddedRoot, startEmbedded } from '../embedded.ts'
import { type UnprivilegedUser, userForServer } from '../unprivileged.ts'
import { shellWord } from './archive.ts'
import {
  type Base,
  contentOf,
  copyContent,
  copyFile,
  digestsOf,
  keysOf,
  listBases,
  type Manifest,
  momentOfName,
  namesIn,
  walOf,
} from './folder.ts'

export const noBackup = defineRefusal('missing', 'backup.none', {
  zh: '{folder} 里没有完整的备份。请核对 --from 指向的备份文件夹。',
  en: 'There is no complete backup in {folder}: check --from.',
})
export const tooEarly = defineRefusal('invalid', 'backup.too-early', {
  zh: '{at} 早于最早的备份,无法恢复。可选的时刻:{first} 至 {last}。请修改 --at。',
  en: '{at} is before the first backup. Possible moments: {first} to {last}.',
})
export const tooLate = defineRefusal('invalid', 'backup.too-late', {
  zh: '{at} 之后没有已归档的写入,无法恢复到该时刻。可选的时刻:{first} 至 {last};要恢复到归档的最后一次写入,请去掉 --at。',
  en: 'Nothing is archived after {at}. Possible moments: {first} to {last}; leave --at out to restore everything.',
})
export const notEmpty = defineRefusal('conflict', 'backup.target-not-empty', {
  zh: '{folder} 已有内容,不会被覆盖。请用 --to-folder 指定一个新的空文件夹。',
  en: '{folder} is not empty and will not be overwritten: give a new folder with --to-folder.',
})
export const damaged = defineRefusal('conflict', 'backup.damaged', {
  zh: '备份 {folder} 中的 {file} 缺失或已损坏,没有恢复。请从另一份拷贝恢复,或用 --at 选择其他备份覆盖的时刻。',
  en: '{file} of the backup {folder} is missing or damaged: use another copy, or another moment.',
})
export const gapInArchive = defineRefusal('conflict', 'backup.gap', {
  zh: '归档缺少日志段 {missing},其后的写入无法恢复。请找回该文件,或用 --at 指定缺失之前的时刻(不早于 {first})。',
  en: 'The archive lacks the segment {missing}: find it, or give a moment before it with --at (not before {first}).',
})
export const otherVersion = defineRefusal('conflict', 'backup.other-version', {
  zh: '备份由 PostgreSQL {backed} 写成,本机的内置数据库是 {here}。请用写成备份的平台版本恢复。',
  en: 'The backup was written by PostgreSQL {backed}, this product runs {here}: restore with the version that wrote it.',
})

export interface RestoreOptions {
  readonly from: string
  readonly to: string
  /** null = everything that is archived. */
  readonly at: Instant | null
  readonly settings?: Readonly<Record<string, string>>
}
export interface Restored {
  /** When the base began from which was restored. */
  readonly baseAt: Instant
  /** The last transaction that is in it; null when nothing was written after the base. */
  readonly lastWriteAt: Instant | null
  /** null when the database has no journal. */
  readonly journal: JournalState | null
}

/** A moment as it can be given to --at: whole seconds in Beijing time. */
export const momentText = (at: Instant): string => addMs(at, 8 * 3_600_000).replace(/\.\d{3}Z$/, '+08:00')
const nextSecond = (at: Instant): Instant => instantFromMs(Math.ceil(msOf(at) / 1000) * 1000)

const SEGMENT = /^([0-9A-F]{24})\.gz$/
const HISTORY = /^([0-9A-F]{8}\.history)\.gz$/
const SEGMENTS_A_LOG = 0x100
/** Number of a segment of 16 MiB in the log, whatever its timeline. */
const numberOf = (name: string): number =>
  Number.parseInt(name.slice(8, 16), 16) * SEGMENTS_A_LOG + Number.parseInt(name.slice(16, 24), 16)
const nameOfNumber = (timeline: string, number: number): string =>
  [timeline, Math.floor(number / SEGMENTS_A_LOG), number % SEGMENTS_A_LOG]
    .map((part) => (typeof part === 'string' ? part : part.toString(16).toUpperCase().padStart(8, '0')))
    .join('')

const placeOfLsn = (lsn: string): bigint => {
  const [high = '0', low = '0'] = lsn.split('/')
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}
const ownTimeline = (base: Pick<Manifest, 'firstWal'>): number => Number.parseInt(base.firstWal.slice(0, 8), 16)
/**
 * The newest timeline that goes on from a base. Each restored database that archived began one; the text of its history
 * names its ancestors and where each was left. What branched off before the base was complete does not lead on from it.
 */
export const timelineFrom = (
  base: Pick<Manifest, 'firstWal' | 'endLsn'>,
  histories: ReadonlyMap<number, string>,
): number => {
  const own = ownTimeline(base)
  const goesOn = (history: string): boolean =>
    history.split('\n').some((line) => {
      const [, timeline, lsn] = /^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)/.exec(line) ?? []
      return Number(timeline) === own && lsn !== undefined && placeOfLsn(lsn) >= placeOfLsn(base.endLsn)
    })
  return Math.max(own, ...[...histories].filter(([, history]) => goesOn(history)).map(([timeline]) => timeline))
}
const historiesIn = (wal: string): ReadonlyMap<number, string> =>
  new Map(
    fs
      .readdirSync(wal)
      .filter((name) => name.endsWith('.history'))
      .map((name) => [Number.parseInt(name.slice(0, 8), 16), fs.readFileSync(path.join(wal, name), 'utf8')]),
  )

/** Until when the archive reaches at most. */
const archivedUntil = async (folder: string): Promise<Instant | null> => {
  let newest: number | null = null
  for (const name of await namesIn(walOf(folder)))
    if (SEGMENT.test(name)) newest = Math.max(newest ?? 0, (await stat(path.join(walOf(folder), name))).mtimeMs)
  return newest === null ? null : instantFromMs(Math.floor(newest))
}

interface Choice {
  readonly base: Base
  /** Moments that a person may choose, for sentences. */
  readonly possible: { readonly first: string; readonly last: string }
}
const choose = async (folder: string, at: Instant | null): Promise<Choice> => {
  const bases = await listBases(folder)
  const [oldest] = bases
  const newest = bases.at(-1)
  if (oldest === undefined || newest === undefined) throw noBackup({ folder })
  const until = (await archivedUntil(folder)) ?? newest.endedAt
  const possible = { first: momentText(nextSecond(oldest.endedAt)), last: momentText(until) }
  if (at === null) return { base: newest, possible }
  const base = bases.findLast((each) => msOf(each.endedAt) <= msOf(at))
  if (base === undefined) throw tooEarly({ at: momentText(at), ...possible })
  if (msOf(at) > msOf(until)) throw tooLate({ at: momentText(at), ...possible })
  return { base, possible }
}

const mustBeEmpty = async (folder: string): Promise<void> => {
  if ((await namesIn(folder)).length > 0) throw notEmpty({ folder })
}

/** The order in which an interrupted restoration can never be taken for a database: the server refuses to start on it. */
const writeDatabase = async (base: Base, data: string, user: UnprivilegedUser | null): Promise<void> => {
  const own = async (place: string): Promise<void> => {
    if (user !== null) await chown(place, user.uid, user.gid)
  }
  await mkdir(data, { mode: 0o700 })
  await own(data)
  await writeFile(path.join(data, 'recovery.signal'), '', { mode: 0o600 })
  await own(path.join(data, 'recovery.signal'))
  const root = path.join(base.folder, 'database')
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const folder = path.join(data, path.relative(root, path.join(entry.parentPath, entry.name)))
    await mkdir(folder, { recursive: true, mode: 0o700 })
  }
  for (const entry of await readdir(data, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory()) await own(path.join(entry.parentPath, entry.name))
  const files = base.files.filter((file) => file.path.startsWith('database/'))
  const isVersion = (file: { readonly path: string }): boolean => file.path === 'database/PG_VERSION'
  for (const file of [...files.filter(isVersion), ...files.filter((each) => !isVersion(each))])
    await writeFileOf(base, file, path.join(data, file.path.slice('database/'.length)), user)
}
const writeFileOf = async (
  base: Base,
  file: Base['files'][number],
  target: string,
  owner: UnprivilegedUser | null,
): Promise<void> => {
  const source = path.join(base.folder, file.path)
  const copied = fs.existsSync(source) ? await copyFile(source, target, { mode: file.mode, owner }) : null
  if (copied?.sha256 !== file.sha256) throw damaged({ folder: base.folder, file: file.path })
}

const writeState = async (folder: string, base: Base, to: string, at: Instant | null): Promise<void> => {
  for (const file of base.files.filter((each) => each.path.startsWith('state/'))) {
    const target = path.join(to, file.path.slice('state/'.length))
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
    await writeFileOf(base, file, target, null)
  }
  // Keys are looked at every second: a key counts only seconds after it was written, when its version is here.
  const inForce = at === null ? null : addMs(at, 2_000)
  const versions = (await namesIn(keysOf(folder))).filter((name) => momentOfName(name) !== null)
  const version = versions.findLast((name) => inForce === null || (momentOfName(name) ?? inForce) <= inForce)
  for (const name of version === undefined ? [] : await namesIn(path.join(keysOf(folder), version))) {
    const target = path.join(to, name)
    await rm(target, { force: true })
    await copyFile(path.join(keysOf(folder), version ?? '', name), target, { mode: 0o600 })
  }
  const content = path.join(to, 'files', 'content')
  for await (const sha256 of digestsOf(contentOf(folder)))
    if (!(await copyContent(contentOf(folder), content, sha256))) throw damaged({ folder, file: `content/${sha256}` })
}

/** Unpacks what a recovery from this base needs; the server may not be able to read the backup itself. */
const unpackArchive = async (
  folder: string,
  base: Base,
  to: string,
  user: UnprivilegedUser | null,
): Promise<string | null> => {
  await mkdir(to, { mode: 0o700 })
  if (user !== null) await chown(to, user.uid, user.gid)
  const first = numberOf(base.firstWal)
  const numbers = new Set<number>()
  for (const packed of await namesIn(walOf(folder))) {
    const segment = SEGMENT.exec(packed)?.[1]
    const name = segment ?? HISTORY.exec(packed)?.[1]
    if (name === undefined || (segment !== undefined && numberOf(segment) < first)) continue
    if (segment !== undefined) numbers.add(numberOf(segment))
    const target = path.join(to, name)
    try {
      await pipeline(
        fs.createReadStream(path.join(walOf(folder), packed)),
        createGunzip(),
        fs.createWriteStream(target),
      )
    } catch (error) {
      if (String((error as NodeJS.ErrnoException).code).startsWith('Z_'))
        throw damaged({ folder, file: `wal/${packed}` })
      throw error
    }
    await chmod(target, 0o600)
    if (user !== null) await chown(target, user.uid, user.gid)
  }
  const last = Math.max(...numbers, first - 1)
  for (let number = first; number <= last; number += 1)
    if (!numbers.has(number)) return nameOfNumber(base.firstWal.slice(0, 8), number)
  return numbers.size === 0 ? base.firstWal : null
}

const LAST_WRITE = /last completed transaction was at log time (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*\+00/
const BEFORE_TARGET = /recovery ended before configured recovery target was reached/

/** The server reads its settings before it knows the names of zones: an offset, not 'Z'. */
const serverMoment = (at: Instant): string => at.replace('T', ' ').replace('Z', '+00')

/** Recovers, checks the journal and the key that signs it, and stops the server again. */
const recover = async (options: RestoreOptions, wal: string, { base, possible }: Choice) => {
  const { at } = options
  const timeline = timelineFrom(base, historiesIn(wal))
  const command = `f=${shellWord(wal)}/%f; test -f "$f" && cp "$f" "%p"`
  const cluster = await startEmbedded(options.to, {
    settings: {
      ...options.settings,
      restore_command: `unset LD_LIBRARY_PATH DYLD_LIBRARY_PATH; ${command}`,
      // The timeline of the base may have no history here: a folder begun after an earlier restoration.
      recovery_target_timeline: timeline === ownTimeline(base) ? 'current' : String(timeline),
      ...(at === null ? {} : { recovery_target_time: serverMoment(at), recovery_target_action: 'promote' }),
      // What this server finishes waits in its folder for the archive of the product.
      archive_mode: 'on',
      hot_standby: 'off',
    },
  }).catch((error: unknown) => {
    const text = error instanceof Error ? error.message : ''
    if (at === null || !BEFORE_TARGET.test(text)) throw error
    const [, day, time] = LAST_WRITE.exec(text) ?? []
    const last = day === undefined ? possible.last : momentText(instantFromMs(Date.parse(`${day}T${time}Z`) - 1))
    throw tooLate({ at: momentText(at), ...possible, last })
  })
  const { pool, close } = openPool(cluster.connection, 1)
  try {
    const { rows } = await pool.query<{ last: Instant | null; journal: boolean }>(
      `select pg_last_xact_replay_timestamp() as last, to_regclass('journal.tree') is not null as journal`,
    )
    const journal = rows[0]?.journal === true ? await checkJournal(pool) : null
    return { lastWriteAt: rows[0]?.last ?? null, journal }
  } finally {
    await close()
    await cluster.stop()
  }
}

const checkKey = (folder: string, verifierKey: string | null): void => {
  if (verifierKey === null) return
  if (!fs.existsSync(path.join(folder, 'journal-signing-key.pem')))
    throw damaged({ folder, file: 'journal-signing-key.pem' })
  if (openLogKey(folder, verifierKey.split('+')[0] ?? '').verifierKey !== verifierKey)
    throw damaged({ folder, file: 'journal-signing-key.pem' })
}

/**
 * Restores into a new or empty folder, in which the product can then be started. Throws a refusal that says what to do; the
 * folder is left as empty as it was then.
 */
export const restoreBackup = async (options: RestoreOptions): Promise<Restored> => {
  const from = path.resolve(options.from)
  const to = path.resolve(options.to)
  const root = embeddedRoot(to)
  await mustBeEmpty(to)
  await mustBeEmpty(root)
  const { base, possible } = await choose(from, options.at)
  const user = userForServer()
  const wal = path.join(root, 'recovery-wal')
  const clear = async (): Promise<void> => {
    for (const place of new Set([to, root]))
      for (const name of await namesIn(place)) await rm(path.join(place, name), { recursive: true, force: true })
  }
  try {
    const here = embeddedMajor(to)
    if (base.major !== here) throw otherVersion({ backed: base.major, here })
    for (const place of new Set([to, root])) {
      await mkdir(place, { recursive: true, mode: 0o711 })
      if (user !== null) await chmod(place, (await stat(place)).mode | 0o011)
    }
    await writeDatabase(base, path.join(root, `pg${base.major}`), user)
    await writeState(from, base, to, options.at)
    const missing = await unpackArchive(from, base, wal, user)
    if (missing !== null && options.at === null) throw gapInArchive({ missing, first: possible.first })
    const recovered = await recover({ ...options, to }, wal, { base, possible })
    checkKey(to, recovered.journal?.verifierKey ?? null)
    await rm(wal, { recursive: true })
    return { baseAt: base.startedAt, ...recovered }
  } catch (error) {
    await clear()
    throw error
  }
}
