/** Gateways and consumers of several processes over a real NATS server and a real database. */
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Nats, startNats } from '../../../../../../tests/support/nats.ts'
import { type TestPlatform, testPlatform } from '../../../../../../tests/support/platform.ts'
import { dustMonitor, every, NOON, report, retention } from '../../../../../../tests/support/telemetry.ts'
import { addMs } from '../../../../../kernel/time.ts'
import type { NatsConfig } from '../../../../../platform/gateways/nats/config.ts'
import { openStream } from '../../../../../platform/gateways/nats/stream.ts'
import type { Report } from '../../../model/report.ts'
import { createIngest, type IngestOptions } from '../ingest.ts'
import type { Ingest } from '../types.ts'
import { createScaleOut, type ScaleOut, type ScaleOutOptions } from './scale-out.ts'

let test: TestPlatform
let nats: Nats
beforeAll(async () => {
  test = await testPlatform({ startAt: NOON })
  nats = await startNats()
})
afterAll(async () => {
  await nats.stop()
  await test.close()
})

const configOf = (more: Partial<NatsConfig> = {}): NatsConfig => ({
  servers: nats.nodes.map(({ url }) => url.replace('nats://', '')),
  user: null,
  password: null,
  token: null,
  tls: false,
  ack: 'commit',
  consumes: true,
  megabytes: 64,
  ...more,
})
interface Process {
  readonly scaleOut: ScaleOut
  readonly direct: Ingest
  readonly stop: () => Promise<void>
}
const processes: Process[] = []
const start = async (
  node: string,
  config: Partial<NatsConfig> = {},
  ingest: Partial<IngestOptions> = {},
  more: Partial<ScaleOutOptions> = {},
): Promise<Process> => {
  const open = (): Promise<Ingest> =>
    createIngest({ platform: test.platform, retention, node, spoolFolder: null, afterMs: 5, ...ingest })
  const direct = await open()
  const scaleOut = await createScaleOut({
    config: configOf(config),
    node,
    log: test.platform.log,
    direct,
    openIngest: open,
    ...more,
  })
  let stopped = false
  const process: Process = {
    scaleOut,
    direct,
    stop: async () => {
      if (stopped) return
      stopped = true
      await scaleOut.stop()
      await direct.stop()
    },
  }
  processes.push(process)
  return process
}
const stopAll = async (): Promise<void> => {
  await Promise.all(processes.splice(0).map((each) => each.stop()))
}
const isConnected = async ({ scaleOut }: Process): Promise<void> => {
  await expect.poll(() => scaleOut.fault(), { timeout: 20_000 }).toBeNull()
}
const storedOf = async (deviceId: string): Promise<readonly number[]> =>
  (
    await test.pool.query<{ v: number }>(
      'select "values"[1]::float8 as v from monitoring.telemetry where device_id = $1 order by at',
      [deviceId],
    )
  ).rows.map((row) => row.v)

describe('reports of gateways without consumers', () => {
  it('are stored by another process, once, in order for the rules, and their gateways are told so', async () => {
    const seen: Report[] = []
    const evaluate: IngestOptions['evaluate'] = async (_unit, fresh) => void seen.push(...fresh)
    const gateway = await start('gateway.1', { consumes: false })
    const consumer = await start('consumer-1', {}, { evaluate })
    await Promise.all([isConnected(gateway), isConnected(consumer)])
    const devices = Array.from({ length: 40 }, () => dustMonitor())
    const reports = Array.from({ length: 25 }, (_, index) => index + 1).flatMap((value) =>
      devices.map((device) => report(device, addMs(NOON, value * 1000), [value])),
    )
    const outcomes = await Promise.all(reports.map((each) => gateway.scaleOut.submit(each)))
    expect(new Set(outcomes)).toEqual(new Set(['stored']))
    for (const { deviceId } of devices) {
      expect(await storedOf(deviceId)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1))
      expect(seen.filter((each) => each.device.deviceId === deviceId).map((each) => each.at)).toEqual(
        Array.from({ length: 25 }, (_, index) => addMs(NOON, (index + 1) * 1000)),
      )
    }
    // Sent again they are found to be there.
    const again = reports.slice(0, 80)
    expect(new Set(await Promise.all(again.map((each) => gateway.scaleOut.submit(each))))).toEqual(
      new Set(['duplicate']),
    )
    const figures = await gateway.scaleOut.figures()
    expect(figures).toMatchObject({ connected: 1, replicas: 1, published: 1_080, direct: 0, taken: 0 })
    expect(await consumer.scaleOut.figures()).toMatchObject({ taken: 1_080, consumers: 1 })
    expect(consumer.scaleOut.state()).toMatchObject({ committed: 1_000, duplicates: 80 })
    await stopAll()
  })
  it('go directly to the database while nobody consumes, without waiting for that again', async () => {
    const gateway = await start('gateway-2', { consumes: false }, {}, { publisher: { commitMs: 300 } })
    await isConnected(gateway)
    const device = dustMonitor()
    const [first, second, third] = every(device, NOON, 1000, [[1], [2], [3]])
    if (first === undefined || second === undefined || third === undefined) throw new Error('no reports')
    expect(await gateway.scaleOut.submit(first)).toBe('stored')
    expect(await gateway.scaleOut.submit(second)).toBe('stored')
    expect(await gateway.scaleOut.figures()).toMatchObject({ untold: 1, direct: 2, backlog: 1 })
    // What lies in the stream is found to be there by whoever takes it; and then the stream is used again.
    const consumer = await start('consumer-2')
    await isConnected(consumer)
    await expect.poll(async () => (await consumer.scaleOut.figures()).taken, { timeout: 15_000 }).toBe(1)
    expect(await storedOf(device.deviceId)).toEqual([1, 2])
    expect(consumer.scaleOut.state()).toMatchObject({ committed: 0, duplicates: 1 })
    await stopAll()
  })
})

describe('reports that the stream answers for', () => {
  it('are answered at once while nobody can take them to the database, and stored by whoever comes later', async () => {
    const gateway = await start('early-1', { consumes: false, ack: 'stream' })
    await isConnected(gateway)
    const device = dustMonitor()
    const sent = every(device, NOON, 1000, [[1], [2], [3]])
    expect(await Promise.all(sent.map((each) => gateway.scaleOut.submit(each)))).toEqual([
      'spooled',
      'spooled',
      'spooled',
    ])
    expect(await storedOf(device.deviceId)).toEqual([])
    // Whoever answered may be gone by then.
    await gateway.stop()
    await start('early-2', { ack: 'stream' })
    await expect.poll(() => storedOf(device.deviceId), { timeout: 20_000 }).toEqual([1, 2, 3])
    await stopAll()
  })
})

describe('the stream', () => {
  it('knows a batch that is published twice, and gives it once', async () => {
    const stream = openStream({ config: configOf(), node: 'twice', name: 'repeats', log: test.platform.log })
    await expect.poll(() => stream.isUp(), { timeout: 15_000 }).toBe(true)
    await stream.publish(3, 'same', Buffer.from('a'))
    await stream.publish(3, 'same', Buffer.from('a'))
    await stream.publish(3, 'other', Buffer.from('b'))
    expect(await stream.backlog()).toBe(2)
    const first = await stream.take(3)
    expect(Buffer.from(first?.payload ?? []).toString()).toBe('a')
    // The next one waits until this one is done, whoever asks.
    expect(await stream.take(3)).toBeNull()
    first?.done()
    const second = await stream.take(3)
    expect([Buffer.from(second?.payload ?? []).toString(), second?.redelivered]).toEqual(['b', false])
    second?.again(1)
    const again = await stream.take(3)
    expect([Buffer.from(again?.payload ?? []).toString(), again?.redelivered]).toEqual(['b', true])
    again?.done()
    await stream.stop()
  })
  it('refuses when it is full, and what comes then goes directly', async () => {
    const gateway = await start('gateway-3', { consumes: false, megabytes: 64 }, {}, { publisher: { commitMs: 300 } })
    await isConnected(gateway)
    const connection = await connect({ servers: configOf().servers as string[] })
    const manager = await jetstreamManager(connection)
    await manager.streams.update('MINGZHU_TELEMETRY', { max_bytes: 1 })
    const device = dustMonitor()
    expect(await gateway.scaleOut.submit(report(device, NOON, [1]))).toBe('stored')
    expect(await gateway.scaleOut.figures()).toMatchObject({ direct: 1, untold: 0, published: 0 })
    await stopAll()
    // A process that starts gives it the size that is configured.
    await isConnected(await start('gateway-4', { consumes: false, megabytes: 32 }))
    expect((await manager.streams.info('MINGZHU_TELEMETRY')).config.max_bytes).toBe(32 * 1024 * 1024)
    await connection.close()
    await stopAll()
  })
})

describe('two processes that consume', () => {
  it('share the shards; when one leaves the other takes all', async () => {
    const one = await start('share-1')
    const two = await start('share-2')
    await Promise.all([isConnected(one), isConnected(two)])
    const shards = async (of: Process): Promise<number> => (await of.scaleOut.figures()).shards
    await expect.poll(async () => [await shards(one), await shards(two)], { timeout: 15_000 }).toEqual([8, 8])
    const devices = Array.from({ length: 60 }, () => dustMonitor())
    const outcomes = await Promise.all(
      devices.map((device, index) => (index % 2 === 0 ? one : two).scaleOut.submit(report(device, NOON, [index]))),
    )
    expect(new Set(outcomes)).toEqual(new Set(['stored']))
    const taken = [(await one.scaleOut.figures()).taken, (await two.scaleOut.figures()).taken]
    expect(taken.every((count) => count > 0)).toBe(true)
    expect(taken.reduce((a, b) => a + b)).toBe(60)
    await one.stop()
    await expect.poll(() => shards(two), { timeout: 15_000 }).toBe(16)
    expect(await two.scaleOut.submit(report(dustMonitor(), NOON, [1]))).toBe('stored')
    await stopAll()
  })
})

describe('while NATS is away', () => {
  it('a process starts, stores its reports directly, says so, and uses the stream as soon as it is there', async () => {
    const [server] = nats.nodes
    if (server === undefined) throw new Error('no server')
    await server.kill()
    const alone = await start('alone-1')
    expect(alone.scaleOut.fault()).not.toBeNull()
    const device = dustMonitor()
    expect(await alone.scaleOut.submit(report(device, NOON, [1]))).toBe('stored')
    expect(await alone.scaleOut.figures()).toMatchObject({ connected: 0, direct: 1, published: 0 })
    await server.start()
    await isConnected(alone)
    expect(await alone.scaleOut.submit(report(device, addMs(NOON, 1000), [2]))).toBe('stored')
    expect(await alone.scaleOut.figures()).toMatchObject({ connected: 1, direct: 1, published: 1, taken: 1 })
    // And away again in the middle of its work.
    await server.kill()
    expect(await alone.scaleOut.submit(report(device, addMs(NOON, 2000), [3]))).toBe('stored')
    expect(await storedOf(device.deviceId)).toEqual([1, 2, 3])
    await server.start()
    await isConnected(alone)
    await stopAll()
  })
})
