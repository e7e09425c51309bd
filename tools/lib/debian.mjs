// What the tests need from the machine beyond Node: a browser, a Chinese font and a PostgreSQL server.
// Missing ones are installed from Debian's packages where that is possible; otherwise the message says what to install.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => fs.existsSync(file))

const install = (packages) => {
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined) return false
  const options = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  process.stdout.write(`正在安装系统软件包 installing ${packages.join(' ')} …\n`)
  spawnSync('apt-get', ['update', '-q'], options)
  return spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], options).status === 0
}

const needed = (what, packages, find) => {
  const found = find()
  if (found !== undefined) return found
  install(packages)
  const now = find()
  if (now !== undefined) return now
  process.stderr.write(
    `缺少 ${what}:请安装软件包 ${packages.join(' ')} 后重试。Missing ${what}: install ${packages.join(' ')}.\n`,
  )
  process.exit(1)
}

/** Gives the path of Chromium. */
export const chromium = () =>
  needed(
    'Chromium',
    ['chromium'],
    () => process.env.CHROMIUM ?? onPath('chromium') ?? onPath('chromium-browser') ?? onPath('google-chrome'),
  )

/** Makes sure that a Chinese font is there, so that screenshots show text. */
export const chineseFont = () =>
  needed('中文字体 Chinese font', ['fonts-noto-cjk'], () => {
    const listed = spawnSync('fc-list', [':lang=zh', 'family'], { encoding: 'utf8' })
    return listed.status === 0 && listed.stdout.trim() !== '' ? 'installed' : undefined
  })

/** Gives the path of a program that is only compared with or needed for one test; undefined where it cannot be had. */
const optional = (program, packages) => {
  const find = () => onPath(program) ?? (fs.existsSync(`/usr/sbin/${program}`) ? `/usr/sbin/${program}` : undefined)
  const found = find()
  if (found !== undefined) return found
  install(packages)
  return find()
}
export const mosquitto = () => optional('mosquitto', ['mosquitto'])
export const natsServer = () => optional('nats-server', ['nats-server'])

/** Gives the folder with initdb and postgres of a PostgreSQL server 15 or newer. */
export const postgresBin = () =>
  needed('PostgreSQL', ['postgresql'], () => {
    if (process.env.POSTGRES_BIN !== undefined) return process.env.POSTGRES_BIN
    const base = '/usr/lib/postgresql'
    if (!fs.existsSync(base)) return undefined
    return fs
      .readdirSync(base)
      .filter((version) => Number(version) >= 15)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => path.join(base, version, 'bin'))
      .find((folder) => fs.existsSync(path.join(folder, 'initdb')))
  })

/**
 * Runs a PostgreSQL server of its own in a temporary folder, only for this run: gives its address and a way to stop it.
 * As root it runs as the user `nobody`, since PostgreSQL refuses root.
 */
export const temporaryPostgres = async () => {
  const { mkdtempSync, chownSync, rmSync, openSync } = fs
  const binFolder = postgresBin()
  const folder = mkdtempSync(path.join('/tmp', 'mingzhu-pg-'))
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid)
  const data = path.join(folder, 'data')
  const made = spawnSync(
    path.join(binFolder, 'initdb'),
    ['-D', data, '-U', 'app', '-A', 'trust', '-E', 'UTF8', '--locale=C'],
    { ...nobody, encoding: 'utf8', cwd: folder },
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
  const { spawn } = await import('node:child_process')
  const net = await import('node:net')
  const port = await new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address()
      probe.close(() => resolve(free))
    })
  })
  const log = openSync(path.join(folder, 'log'), 'w')
  const server = spawn(
    path.join(binFolder, 'postgres'),
    [
      '-D',
      data,
      '-k',
      folder,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'max_connections=120',
      '-c',
      'shared_buffers=256MB',
    ],
    { ...nobody, stdio: ['ignore', log, log], cwd: folder },
  )
  const reachable = () =>
    new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(socket.destroy() !== undefined))
      socket.once('error', () => resolve(false))
    })
  for (let tries = 0; !(await reachable()); tries += 1) {
    if (tries > 300 || server.exitCode !== null)
      throw new Error(`PostgreSQL did not start: ${fs.readFileSync(path.join(folder, 'log'), 'utf8')}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    url: `postgres://app@127.0.0.1:${port}/postgres`,
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
