/** Starts the built product as its users do, in a folder and on a port of its own, and stops it again. */
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface RunningServer {
  readonly url: string
  readonly stateFolder: string
  readonly pid: number
  /** What it has written lately to its output. */
  readonly output: () => string
  /** Its exit code once it has ended; null when a signal ended it. */
  readonly exited: Promise<number | null>
  /** Sends a signal and returns at once. */
  readonly signal: (signal: NodeJS.Signals) => void
  /** Ends it cleanly and removes its folder unless it is to be kept. */
  readonly stop: (options?: { readonly keep?: boolean }) => Promise<void>
  /** Ends the process at once, as a crash would (kill -9). */
  readonly kill: () => Promise<void>
}
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** A folder of an earlier run to go on with. */
  readonly stateFolder?: string
  /** Under which name it is reached: passkeys belong to a name, not to a number. Default: 127.0.0.1. */
  readonly host?: string
  /** Shows the server's output. */
  readonly verbose?: boolean
}

const root = (): string => {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'package-lock.json'))) return folder
    if (folder === path.dirname(folder)) throw new Error('the root of the project was not found')
  }
}
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()))

const waitUntilReady = async (url: string, child: ChildProcess, output: () => string): Promise<void> => {
  for (let tries = 0; tries < 1200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${output()}`)
    const ready = await fetch(`${url}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    )
    if (ready) return
    await sleep(100)
  }
  throw new Error(`the server did not become ready:\n${output()}`)
}

export const startServer = async ({
  env = {},
  stateFolder,
  host = '127.0.0.1',
  verbose = false,
}: RunOptions = {}): Promise<RunningServer> => {
  const folder = stateFolder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'mingzhu-'))
  fs.chmodSync(folder, 0o755)
  const port = await freePort()
  const url = `http://${host}:${port}`
  const child = spawn(process.execPath, ['--enable-source-maps', path.join(root(), 'dist/server/src/server/main.js')], {
    cwd: root(),
    env: {
      ...process.env,
      MINGZHU_STATE_FOLDER: folder,
      MINGZHU_PORT: String(port),
      MINGZHU_PUBLIC_URL: url,
      MINGZHU_LOG_LEVEL: verbose ? 'info' : 'warn',
      // Several servers run side by side: each has ports of its own for devices too.
      MINGZHU_HJ212_PORT: '0',
      MINGZHU_JT808_PORT: '0',
      MINGZHU_MQTT_PORT: '0',
      MINGZHU_SIP_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  let tail = ''
  const keep = (bytes: Buffer): void => {
    tail = (tail + bytes.toString()).slice(-40_000)
    if (verbose) process.stderr.write(bytes)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  await waitUntilReady(url, child, () => tail)
  return {
    url,
    stateFolder: folder,
    pid: child.pid ?? 0,
    output: () => tail,
    exited,
    signal: (signal) => void child.kill(signal),
    stop: async ({ keep: keepFolder = false } = {}) => {
      child.kill('SIGTERM')
      await ended(child)
      if (!keepFolder) fs.rmSync(folder, { recursive: true, force: true })
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended(child)
    },
  }
}
