/**
 * A base backup by the low-level interface: the data directory is copied while the server writes between `pg_backup_start`
 * and `pg_backup_stop`; the archive makes it consistent. It is written under another name and renamed when it is complete.
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, readlink, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Client, type ClientConfig } from 'pg'
import { defineRefusal } from '../../../kernel/refusal.ts'
import { addMs, DAY_MS, type Instant, msOf } from '../../../kernel/time.ts'
import { clientConfig } from '../connect.ts'
import { FolderInUse, takeOwnership } from '../owner.ts'
import { archiveCommand, markFolder } from './archive.ts'
import {
  type BackedFile,
  basesOf,
  contentOf,
  contentPath,
  copyContent,
  copyFile,
  digestsOf,
  dispensable,
  flushFolder,
  keysOf,
  listBases,
  type Manifest,
  momentOfName,
  nameOfMoment,
  namesIn,
  removeCutOff,
  removeFinished,
  walOf,
  writeWhole,
} from './folder.ts'

export const notArchiving = defineRefusal('conflict', 'backup.not-archiving', {
  zh: '运行中的数据库没有向 {folder} 归档。请设置 MINGZHU_BACKUP_FOLDER={folder} 后重新启动平台,再做备份。',
  en: 'The running database does not archive into {folder}: start the product with MINGZHU_BACKUP_FOLDER, then try again.',
})
export const backupUnderway = defineRefusal('conflict', 'backup.underway', {
  zh: '另一个备份正在进行,请等它完成后再试。',
  en: 'Another backup is under way: try again when it is done.',
})

export interface BaseOptions {
  /** As the superuser of the embedded cluster. */
  readonly connection: ClientConfig
  readonly folder: string
  readonly stateFolder: string
  /** For how many days every moment can be restored. */
  readonly days: number
  readonly signal?: AbortSignal
}

/** How long the server may take to archive the last segment of a base. */
const ARCHIVE_WAIT = '10min'
/** Folders of the data directory of which only the folder is kept (PostgreSQL manual, 25.3.4). */
const EMPTIED = new Set(
  'pg_wal pg_replslot pg_dynshmem pg_notify pg_serial pg_snapshots pg_stat_tmp pg_subtrans'.split(' '),
)
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|backup_label(\.old)?|tablespace_map(\.old)?|backup_manifest|recovery\.signal|standby\.signal|postgresql\.auto\.conf\.tmp|current_logfiles(\.tmp)?|pg_internal\.init.*|pgsql_tmp.*)$/
/** What of the state folder is the database's, is copied by content, or empties itself into the database. */
const NOT_STATE = /^(pg\d+|run|lib|native-\d+|owner\.json.*|initialising|demo-loading|recovery-wal|files|spool)$/

const hasGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

interface Walk {
  readonly skip: (name: string, depth: number) => boolean
  readonly empty: (name: string, depth: number) => boolean
  readonly signal: AbortSignal | undefined
}
/** Copies a tree; what vanishes meanwhile is left out. Paths in the result begin with `label`. */
const copyTree = async (from: string, to: string, label: string, walk: Walk, depth = 0): Promise<BackedFile[]> => {
  await mkdir(to, { mode: 0o700 })
  const entries = await readdir(from, { withFileTypes: true }).catch((error: unknown) => {
    if (depth > 0 && hasGone(error)) return []
    throw error
  })
  const files: BackedFile[] = []
  for (const { name, ...entry } of entries.map((each) => ({
    name: each.name,
    isFolder: each.isDirectory(),
    isLink: each.isSymbolicLink(),
    isFile: each.isFile(),
  }))) {
    if (walk.skip(name, depth)) continue
    const source = path.join(from, name)
    const target = path.join(to, name)
    const named = `${label}/${name}`
    if (entry.isLink)
      throw new Error(`${source} is a link to ${await readlink(source)}: such a folder is not backed up`)
    if (entry.isFolder && walk.empty(name, depth)) await mkdir(target, { mode: 0o700 })
    else if (entry.isFolder) files.push(...(await copyTree(source, target, named, walk, depth + 1)))
    else if (entry.isFile)
      try {
        files.push({ path: named, ...(await copyFile(source, target, { signal: walk.signal })) })
      } catch (error) {
        if (!hasGone(error)) throw error
      }
  }
  await flushFolder(to)
  return files
}

/** Reads the control file until two readings agree: the server may write it meanwhile. */
const steadyControl = async (file: string): Promise<Buffer> => {
  let last = await readFile(file)
  for (;;) {
    const next = await readFile(file)
    if (next.equals(last)) return next
    last = next
  }
}
const writeBacked = async (root: string, name: string, bytes: Uint8Array): Promise<BackedFile> => {
  await writeFile(path.join(root, name), bytes, { mode: 0o600, flush: true })
  return {
    path: name,
    sizeBytes: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    mode: 0o600,
  }
}

interface Begun {
  readonly data: string
  readonly systemIdentifier: string
  readonly version: number
  readonly command: string
  readonly mode: string
  readonly now: Instant
}
const look = async (client: Client): Promise<Begun> => {
  const { rows } = await client.query<Begun>(
    `select current_setting('data_directory') as data, system_identifier::text as "systemIdentifier",
       current_setting('server_version_num')::int as version, current_setting('archive_command') as command,
       current_setting('archive_mode') as mode, clock_timestamp() as now
     from pg_control_system()`,
  )
  const [row] = rows
  if (row === undefined) throw new Error('the server said nothing about itself')
  return row
}

/** Copies into an unfinished folder and gives what is in it. */
const copyAll = async (client: Client, draft: string, begun: Begun, options: BaseOptions): Promise<Manifest> => {
  const { signal } = options
  await client.query("select pg_backup_start('mingzhu', fast => true)")
  const database = await copyTree(begun.data, path.join(draft, 'database'), 'database', {
    skip: (name, depth) => LEFT_OUT.test(name) || (depth === 1 && name === 'pg_control'),
    empty: (name, depth) => depth === 0 && EMPTIED.has(name),
    signal,
  })
  const control = await steadyControl(path.join(begun.data, 'global', 'pg_control'))
  database.push(await writeBacked(draft, 'database/global/pg_control', control))
  const state = await copyTree(path.resolve(options.stateFolder), path.join(draft, 'state'), 'state', {
    skip: (name, depth) => depth === 0 && NOT_STATE.test(name),
    empty: () => false,
    signal,
  })
  await client.query(`set statement_timeout = '${ARCHIVE_WAIT}'`)
  const { rows } = await client.query<{ label: string; tablespaces: string; endLsn: string; endedAt: Instant }>(
    `select labelfile as label, spcmapfile as tablespaces, lsn::text as "endLsn", clock_timestamp() as "endedAt" from pg_backup_stop(true)`,
  )
  const [stopped] = rows
  const firstWal = /file ([0-9A-F]{24})\)/.exec(stopped?.label ?? '')?.[1]
  if (stopped === undefined || firstWal === undefined) throw new Error('the server gave no label of the backup')
  database.push(await writeBacked(draft, 'database/backup_label', Buffer.from(stopped.label)))
  if (stopped.tablespaces.trim() !== '')
    database.push(await writeBacked(draft, 'database/tablespace_map', Buffer.from(stopped.tablespaces)))
  await flushFolder(path.join(draft, 'database', 'global'))
  await flushFolder(path.join(draft, 'database'))
  return {
    format: 1,
    systemIdentifier: begun.systemIdentifier,
    major: Math.floor(begun.version / 10_000),
    startedAt: begun.now,
    endedAt: stopped.endedAt,
    firstWal,
    endLsn: stopped.endLsn,
    files: [...database, ...state],
  }
}

/** Copies every stored file that the backup lacks, and marks those that live as seen. */
const copyLiving = async ({ folder, stateFolder, signal }: BaseOptions, seenMs: number): Promise<void> => {
  const from = path.join(path.resolve(stateFolder), 'files', 'content')
  for await (const sha256 of digestsOf(from)) {
    signal?.throwIfAborted()
    const copied = await copyContent(from, contentOf(folder), sha256, signal)
    if (copied) await utimes(contentPath(contentOf(folder), sha256), seenMs / 1000, seenMs / 1000)
  }
}

/** Place of a segment in the log, whatever its timeline. */
const placeOf = (name: string): string | null => /^[0-9A-F]{8}([0-9A-F]{16})/.exec(name)?.[1] ?? null

/** Removes bases, segments, keys and files that no moment of the last `days` needs. Only after a newer base is complete. */
export const removeOld = async (folder: string, days: number, now: Instant): Promise<readonly string[]> => {
  const bases = await listBases(folder)
  const old = dispensable(bases, addMs(now, -days * DAY_MS))
  for (const base of old) await removeFinished(base.folder)
  const oldest = bases[old.length]
  if (oldest === undefined) return []
  const needed = placeOf(oldest.firstWal) ?? ''
  for (const name of await namesIn(walOf(folder))) {
    const place = placeOf(name)
    if (place !== null && place < needed) await rm(path.join(walOf(folder), name))
  }
  const versions = (await namesIn(keysOf(folder))).filter((name) => momentOfName(name) !== null)
  const inForce = versions.findLastIndex((name) => name <= nameOfMoment(oldest.startedAt))
  for (const name of versions.slice(0, Math.max(0, inForce))) await removeFinished(path.join(keysOf(folder), name))
  for (const name of await namesIn(contentOf(folder))) {
    const draft = path.join(contentOf(folder), name)
    if (name.endsWith('.unfinished') && (await stat(draft)).mtimeMs < msOf(now) - DAY_MS) await rm(draft)
  }
  for await (const sha256 of digestsOf(contentOf(folder))) {
    const file = contentPath(contentOf(folder), sha256)
    if ((await stat(file)).mtimeMs < msOf(oldest.startedAt)) await rm(file)
  }
  return old.map((base) => path.basename(base.folder))
}

/**
 * Takes a base backup and then removes what is older than the retention. Throws the refusals `notArchiving` and
 * `backupUnderway`; whatever is thrown, no unfinished backup is offered.
 */
export const takeBase = async (options: BaseOptions): Promise<Manifest> => {
  const folder = path.resolve(options.folder)
  const release = await (async () => {
    try {
      return takeOwnership(path.join(folder, 'owner.json'), folder)
    } catch (error) {
      throw error instanceof FolderInUse ? backupUnderway() : error
    }
  })()
  const client = new Client(clientConfig(options.connection))
  client.on('error', () => undefined)
  try {
    await client.connect()
    const begun = await look(client)
    if (begun.mode !== 'on' || begun.command !== archiveCommand(walOf(folder))) throw notArchiving({ folder })
    markFolder(folder, begun.systemIdentifier)
    await removeCutOff(basesOf(folder))
    const finished = path.join(basesOf(folder), nameOfMoment(begun.now))
    const draft = `${finished}.unfinished`
    await mkdir(draft, { mode: 0o700 })
    const manifest = await copyAll(client, draft, begun, options)
    await copyLiving({ ...options, folder }, msOf(manifest.endedAt))
    await writeWhole(path.join(draft, 'manifest.json'), `${JSON.stringify(manifest)}\n`)
    await rename(draft, finished)
    await flushFolder(basesOf(folder))
    await removeOld(folder, options.days, manifest.endedAt)
    return manifest
  } finally {
    await client.end().catch(() => undefined)
    release()
  }
}
