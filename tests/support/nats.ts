/** NATS servers of a test's own on loopback: one alone, or a cluster, whose members can be killed and come back. */
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { natsServer } from '../../tools/lib/debian.mjs'

export interface NatsNode {
  readonly name: string
  readonly url: string
  readonly isRunning: () => boolean
  /** Ends it at once, as a crash would (kill -9). */
  readonly kill: () => Promise<void>
  /** Starts it again on what it has on disk. */
  readonly start: () => Promise<void>
}
export interface Nats {
  readonly nodes: readonly NatsNode[]
  /** All addresses, as the product wants them. */
  readonly url: string
  readonly stop: () => Promise<void>
}

const freePorts = async (count: number): Promise<readonly number[]> => {
  const probes = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<net.Server>((resolve, reject) => {
          const probe: net.Server = net.createServer().once('error', reject)
          probe.listen(0, '127.0.0.1', () => resolve(probe))
        }),
    ),
  )
  const ports = probes.map((probe) => (probe.address() as net.AddressInfo).port)
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))))
  return ports
}
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    socket.once('data', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
  })

export const startNats = async (size = 1): Promise<Nats> => {
  const program = natsServer()
  if (program === undefined) throw new Error('nats-server is missing: install the package nats-server')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mingzhu-nats-'))
  const ports = await freePorts(size * 2)
  const routes = ports.slice(size).map((port) => `nats-route://127.0.0.1:${port}`)
  const nodes = Array.from({ length: size }, (_, index): NatsNode => {
    const name = `n${index + 1}`
    const port = ports[index] ?? 0
    const log = path.join(folder, `${name}.log`)
    const file = path.join(folder, `${name}.conf`)
    fs.writeFileSync(
      file,
      [
        `server_name: ${name}`,
        `listen: 127.0.0.1:${port}`,
        `jetstream { store_dir: "${path.join(folder, name)}", max_file: 2GB, max_mem: 64MB }`,
        ...(size === 1
          ? []
          : [`cluster { name: mingzhu, listen: 127.0.0.1:${ports[size + index]}, routes: [${routes.join(', ')}] }`]),
      ].join('\n'),
    )
    let child: ChildProcess | null = null
    const ended = async (): Promise<void> => {
      const now = child
      if (now !== null && now.exitCode === null && now.signalCode === null)
        await new Promise((resolve) => now.once('exit', resolve))
    }
    return {
      name,
      url: `nats://127.0.0.1:${port}`,
      isRunning: () => child !== null && child.exitCode === null && child.signalCode === null,
      kill: async () => {
        child?.kill('SIGKILL')
        await ended()
      },
      start: async () => {
        const out = fs.openSync(log, 'a')
        const now = spawn(program, ['-c', file], { stdio: ['ignore', out, out] })
        fs.closeSync(out)
        child = now
        for (let tries = 0; !(await answers(port)); tries += 1) {
          if (now.exitCode !== null || tries > 200)
            throw new Error(`nats-server did not start:\n${fs.readFileSync(log, 'utf8')}`)
          await sleep(50)
        }
      },
    }
  })
  await Promise.all(nodes.map((node) => node.start()))
  return {
    nodes,
    url: nodes.map((node) => node.url).join(','),
    stop: async () => {
      await Promise.all(nodes.map((node) => node.kill()))
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}
