/** mosquitto of Debian's packages without persistence, for comparison: it acknowledges what it holds in memory. */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

export interface Mosquitto {
  readonly port: number
  readonly pid: number
  readonly stop: () => Promise<void>
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
const reachable = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
  })
/** Starts it; null where it is not installed and cannot be. */
export const startMosquitto = async (): Promise<Mosquitto | null> => {
  const helper: string = path.resolve('tools/lib/debian.mjs')
  const { mosquitto } = (await import(helper)) as { readonly mosquitto: () => string | undefined }
  const program = mosquitto()
  if (program === undefined) return null
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mosquitto-'))
  const port = await freePort()
  const file = path.join(folder, 'mosquitto.conf')
  fs.writeFileSync(
    file,
    `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type error\nmax_inflight_messages 0\n`,
  )
  fs.chmodSync(folder, 0o755)
  const child = spawn(program, ['-c', file], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  for (let tries = 0; !(await reachable(port)); tries += 1) {
    if (tries > 100 || child.exitCode !== null) throw new Error('mosquitto did not start')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    port,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill()
      await ended
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}
