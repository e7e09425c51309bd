/**
 * Two processes of the product behind a cluster of three NATS servers: devices under load at both while the leader of the
 * stream is killed, then one of the processes, then all of NATS. And a device whose name is used at both processes at once.
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listAlarms } from '../../src/capabilities/monitoring/contract/alarms.ts'
import { readDevice } from '../../src/capabilities/monitoring/contract/devices.ts'
import { temporaryPostgres } from '../../tools/lib/debian.mjs'
import { type Nats, startNats } from '../support/nats.ts'
import { type RunningServer, startServer } from '../support/running-server.ts'
import {
  ADMIN,
  alarmsOf,
  openDatabase,
  openYard,
  portOf,
  type Sender,
  type Sql,
  startSender,
  storedReports,
  type Yard,
} from './support/fleet.ts'
import { openStage, type Stage, until } from './support/stage.ts'

let database: { readonly url: string; readonly stop: () => Promise<void> }
let nats: Nats
let a: RunningServer
let b: RunningServer
let atA: Stage
let atB: Stage
let yard: Yard
let inside: Awaited<ReturnType<typeof openDatabase>>
let sql: Sql
const folders: string[] = []
const senders: Sender[] = []

beforeAll(async () => {
  ;[database, nats] = await Promise.all([temporaryPostgres(), startNats(3)])
  inside = await openDatabase(database.url)
  sql = inside.sql
  const folder = (): string => {
    const made = fs.mkdtempSync(path.join(os.tmpdir(), 'mingzhu-scale-'))
    folders.push(made)
    return made
  }
  const env = {
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    MINGZHU_DEMO: 'cast',
    MINGZHU_JT808_PORT: 'off',
    MINGZHU_SIP_PORT: 'off',
  }
  const first = folder()
  a = await startServer({ stateFolder: first, env })
  const second = folder()
  // Both open the same sealed secrets; each has files and a spool of its own.
  for (const file of fs.readdirSync(first))
    if (fs.statSync(path.join(first, file)).isFile()) fs.copyFileSync(path.join(first, file), path.join(second, file))
  b = await startServer({ stateFolder: second, env })
  atA = await openStage(a.url)
  atB = await openStage(b.url)
  yard = await openYard(atA)
})
afterAll(async () => {
  for (const sender of senders) sender.stop()
  await inside?.end()
  await Promise.all([a?.stop(), b?.stop()])
  await Promise.all([database?.stop(), nats?.stop()])
  for (const made of folders) fs.rmSync(made, { recursive: true, force: true })
})

const metric = async (server: RunningServer, name: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}
const natsCheck = async (server: RunningServer): Promise<{ readonly status: number; readonly nats: string }> => {
  const reply = await fetch(`${server.url}/readyz`)
  const { checks } = (await reply.json()) as { checks: Record<string, string> }
  return { status: reply.status, nats: checks['nats'] ?? '' }
}
/** Waits until each device was answered so many more times. */
const answered = (more: number): Promise<unknown> => {
  const before = senders.map((sender) => sender.acked.size)
  return until(
    async () => senders.every((sender, index) => sender.acked.size >= (before[index] ?? 0) + more),
    `${more} more answers for each device`,
    60_000,
  )
}
const lap = (): void => {
  for (const sender of senders) sender.lap()
}
const longestGapMs = (): number => Math.round(Math.max(...senders.map((sender) => sender.longestGapMs())))

test('a stolen number that is used at the other process is refused there, counted and told of; the true device goes on', async () => {
  const device = await yard.device('hj212')
  const honest = startSender(device, await portOf(atA, 'hj212'))
  const health = async (stage: Stage) =>
    (await stage.driver.call(ADMIN, readDevice, { params: { deviceId: device.deviceId } })).health
  await until(async () => (await health(atB)).address === '127.0.0.1', 'the true device is seen from the other process')
  // It knows the secret, and speaks as the device does: only that there are two of them tells.
  const thief = startSender(device, await portOf(atB, 'hj212'), '127.0.0.7')
  const refusal = await until(
    async () => (await health(atA)).refusals.find((row) => row.kind === 'second-connection'),
    'the attempt is on the device',
  )
  expect(refusal.address).toBe('127.0.0.7')
  // It comes again, and is not let in.
  await until(
    async () =>
      ((await health(atA)).refusals.find((row) => row.kind === 'second-connection')?.count ?? 0) > refusal.count,
    'the next attempt is counted too',
  )
  const before = honest.acked.size
  await until(async () => honest.acked.size > before + 20, 'the true device is answered')
  expect((await health(atA)).address).toBe('127.0.0.1')
  thief.stop()
  await honest.finish()
  honest.stop()
  const told = await sql<{ address: string }>(
    `select payload->>'address' as address from journal.entry
     where kind = 'monitoring.device-impersonated' and subject_id = $1`,
    [device.deviceId],
  )
  expect(told.map((row) => row.address)).toEqual(['127.0.0.7'])
})

test('under load, with the leader of the stream killed, then a process, then all of NATS: what was answered is stored, once, in order', async () => {
  const key = await yard.watch()
  await until(async () => (await natsCheck(a)).nats === 'ok' && (await natsCheck(b)).nats === 'ok', 'both use NATS')
  const portsA = { hj212: await portOf(atA, 'hj212'), mqtt: await portOf(atA, 'mqtt') }
  const portsB = { hj212: await portOf(atB, 'hj212'), mqtt: await portOf(atB, 'mqtt') }
  const atFirst: Sender[] = []
  for (let index = 0; index < 6; index += 1) {
    const protocol = index % 3 === 0 ? 'hj212' : 'mqtt'
    const device = await yard.device(protocol)
    const here = index % 2 === 0
    const sender = startSender(device, (here ? portsA : portsB)[protocol])
    senders.push(sender)
    if (here) atFirst.push(sender)
  }
  await answered(40)
  expect(await metric(a, 'mingzhu_nats_replicas')).toBe(3)
  expect(await metric(a, 'mingzhu_nats_consumers')).toBe(2)
  for (const server of [a, b]) {
    expect(await metric(server, 'mingzhu_nats_taken_total')).toBeGreaterThan(20)
    expect(await metric(server, 'mingzhu_nats_published_total')).toBeGreaterThan(20)
  }

  const connection = await connect({ servers: nats.nodes.map((node) => node.url.replace('nats://', '')) })
  const { cluster } = await (await jetstreamManager(connection)).streams.info('MINGZHU_TELEMETRY')
  await connection.close()
  const leader = nats.nodes.find((node) => node.name === cluster?.leader)
  if (leader === undefined) throw new Error(`no leader: ${JSON.stringify(cluster)}`)
  lap()
  await leader.kill()
  await answered(60)
  const gaps = { leader: longestGapMs(), process: 0, all: 0 }
  await leader.start()
  await until(
    async () => (await natsCheck(a)).nats === 'ok' && (await natsCheck(b)).nats === 'ok',
    'NATS again',
    40_000,
  )

  lap()
  await a.kill()
  for (const sender of atFirst) sender.moveTo(portsB[sender.device.protocol === 'hj212' ? 'hj212' : 'mqtt'])
  await answered(60)
  gaps.process = longestGapMs()
  await until(async () => (await metric(b, 'mingzhu_nats_shards')) === 16, 'the other process takes all shards', 20_000)
  const through = await metric(b, 'mingzhu_nats_published_total')
  await answered(20)
  expect(await metric(b, 'mingzhu_nats_published_total')).toBeGreaterThan(through)

  lap()
  await Promise.all(nats.nodes.map((node) => node.kill()))
  await answered(40)
  gaps.all = longestGapMs()
  const away = await natsCheck(b)
  expect(away.status).toBe(200)
  expect(away.nats).not.toBe('ok')
  expect(await metric(b, 'mingzhu_nats_direct_total')).toBeGreaterThan(40)
  await Promise.all(nats.nodes.map((node) => node.start()))
  await until(async () => (await natsCheck(b)).nats === 'ok', 'NATS is used again', 40_000)
  await answered(20)

  await Promise.all(senders.map((sender) => sender.finish()))
  await until(async () => (await metric(b, 'mingzhu_nats_backlog')) === 0, 'the stream is empty', 60_000).catch(
    async (error: unknown) => {
      // A shard without a leader, or batches that nobody takes: what the stream says of them tells which.
      const nc = await connect({ servers: nats.nodes.map((node) => node.url.replace('nats://', '')) })
      const shards = []
      for await (const { name, num_pending, num_ack_pending, num_waiting, cluster: own } of (
        await jetstreamManager(nc)
      ).consumers.list('MINGZHU_TELEMETRY'))
        if (num_pending + num_ack_pending > 0 || own?.leader === undefined)
          shards.push({ name, num_pending, num_ack_pending, num_waiting, leader: own?.leader })
      await nc.close()
      throw new Error(`${String(error)}: ${JSON.stringify(shards)}`, { cause: error })
    },
  )
  for (const { device, acked, sent } of senders) {
    const stored = await storedReports(sql, device)
    // Everything that was answered is there; nothing is there twice; every report was answered in the end.
    expect(acked.size).toBe(sent())
    expect(stored.map((each) => each.index).toSorted((x, y) => x - y)).toEqual(
      Array.from({ length: sent() }, (_, index) => index),
    )
    if (device.protocol !== 'mqtt') continue
    // The rules saw each device's reports in their order, each once: their alarms are those of the whole series.
    const { rows } = await atB.driver.call(ADMIN, listAlarms, {
      query: { deviceId: device.deviceId, ruleKey: key, limit: 200 },
    })
    const wanted = alarmsOf(stored)
    expect(wanted.length).toBeGreaterThan(4)
    expect(
      rows
        .map((row) => ({ raisedMs: Date.parse(row.occurredAt), over: row.endedAt !== null }))
        .toSorted((x, y) => x.raisedMs - y.raisedMs),
    ).toEqual(wanted)
  }
  process.stdout.write(
    `  ${senders.reduce((all, each) => all + each.acked.size, 0)} reports answered; longest wait of a device, ms: ${JSON.stringify(gaps)}\n`,
  )
})
