import { describe, expect, it } from 'vitest'
import { dustMonitor, every, NOON, report } from '../../../../../../tests/support/telemetry.ts'
import { addMs, msOf } from '../../../../../kernel/time.ts'
import { shardOf } from '../../../../../platform/gateways/nats/members.ts'
import { type ShardedStream, StreamAway } from '../../../../../platform/gateways/nats/stream.ts'
import type { Report } from '../../../model/report.ts'
import type { Durable } from '../../../model/telemetry/durable.ts'
import { ingestFull } from '../../../model/telemetry/refusals.ts'
import type { IngestState } from '../types.ts'
import { createPublisher, type PublisherOptions } from './publish.ts'
import { type Batch, decodeBatch, encodeVerdict, type Outcome } from './wire.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
/** A stream in memory: batches lie in `published` until the test says what becomes of them. */
const stage = (options: Partial<PublisherOptions> = {}) => {
  const published: (Batch & { readonly shard: number })[] = []
  const told: ((payload: Uint8Array) => void)[] = []
  const lost: (() => void)[] = []
  const state = { up: true, refuses: false, mostBytes: 1_000_000 }
  const waiters = new Set<() => void>()
  const wake = (): void => {
    for (const look of waiters) look()
  }
  const stream: ShardedStream = {
    shards: 4,
    isUp: () => state.up,
    publish: async (shard, id, payload) => {
      if (state.refuses) throw new StreamAway('full')
      const batch = decodeBatch(payload)
      expect(batch.id).toBe(id)
      published.push({ ...batch, shard })
      wake()
    },
    mostBytes: () => state.mostBytes,
    take: async () => null,
    isMine: () => true,
    release: async () => undefined,
    putAside: async () => undefined,
    tell: () => undefined,
    onTold: (listener) => told.push(listener),
    onLost: (listener) => lost.push(listener),
    state: () => ({ connected: state.up, replicas: 1, consumers: 1, fault: null }),
    backlog: async () => published.length,
    stop: async () => undefined,
  }
  const direct: Report[] = []
  const database: { state: Pick<IngestState, 'databaseAway' | 'spooledBytes'>; gate: Promise<void>; full: boolean } = {
    state: { databaseAway: false, spooledBytes: 0 },
    gate: Promise.resolve(),
    full: false,
  }
  const publisher = createPublisher({
    stream,
    direct: {
      submit: async (each): Promise<Durable> => {
        direct.push(each)
        wake()
        await database.gate
        if (database.full) throw ingestFull()
        return 'stored'
      },
      state: () => ({
        waiting: 0,
        committed: 0,
        duplicates: 0,
        quarantined: 0,
        refused: 0,
        ...database.state,
      }),
    },
    node: 'gateway-1',
    ack: 'commit',
    log: silent,
    gatherMs: 1,
    ...options,
  })
  return {
    publisher,
    published,
    direct,
    state,
    database,
    wake,
    lose: () => {
      for (const listener of lost) listener()
    },
    tell: (id: string, outcomes: readonly Outcome[] | null) => {
      for (const listener of told) listener(encodeVerdict({ id, outcomes }))
    },
    until: (enough: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (!enough()) return
          waiters.delete(look)
          resolve()
        }
        waiters.add(look)
        look()
      }),
  }
}

const deviceOfAnother = (shard: number) => {
  for (;;) {
    const device = dustMonitor()
    if (shardOf(device.deviceId, 4) !== shard) return device
  }
}

describe('reports through the stream', () => {
  it('resolve only when the database is said to have them, each with what became of it', async () => {
    const { publisher, published, tell, until } = stage()
    const device = dustMonitor()
    const resolved: string[] = []
    const sent = every(device, NOON, 1000, [[1], [2], [3]]).map((each) =>
      publisher.submit(each).then(
        (outcome) => resolved.push(outcome),
        (error: { refusal: { code: string } }) => resolved.push(error.refusal.code),
      ),
    )
    await until(() => published.length === 1)
    expect(published[0]).toMatchObject({ from: 'gateway-1', reports: [{ at: NOON }, {}, {}] })
    expect([resolved, publisher.waiting()]).toEqual([[], 3])
    // Words about other batches change nothing.
    tell('gateway-1.999', ['stored'])
    tell(published[0]?.id ?? '', ['stored', 'duplicate', 'refused'])
    await Promise.all(sent)
    expect(resolved).toEqual(['stored', 'duplicate', 'monitoring.not-storable'])
    expect(publisher.waiting()).toBe(0)
  })
  it('of one device are never in two batches at once; those of others go on', async () => {
    const { publisher, published, tell, until } = stage({ most: 2 })
    const device = dustMonitor()
    const all = every(device, NOON, 1000, [[1], [2], [3], [4], [5]]).map((each) => publisher.submit(each))
    await until(() => published.length === 1)
    const shard = published[0]?.shard ?? -1
    const seldom = deviceOfAnother(shard)
    const elsewhere = publisher.submit(report(seldom, NOON, [9]))
    await until(() => published.length === 2)
    // The other shard was not held up, and of this one still only the first batch is on its way.
    expect(published.map((batch) => batch.shard === shard)).toEqual([true, false])
    const seen: number[] = []
    for (let done = 0; done < 4; done += 1) {
      await until(() => published.length > done)
      const batch = published[done]
      if (batch?.shard === shard) seen.push(...batch.reports.map((each) => msOf(each.at) - msOf(NOON)))
      tell(
        batch?.id ?? '',
        (batch?.reports ?? []).map(() => 'stored'),
      )
    }
    expect(await Promise.all([...all, elsewhere])).toEqual(Array.from({ length: 6 }, () => 'stored'))
    expect(seen).toEqual([0, 1000, 2000, 3000, 4000])
    await publisher.stop()
  })
  it('are answered by the stream alone where that is wanted', async () => {
    const { publisher, published } = stage({ ack: 'stream' })
    expect(await publisher.submit(report(dustMonitor(), NOON, [1]))).toBe('spooled')
    expect(published[0]?.from).toBe('-')
  })
  it('that are too large together travel apart, and one that is too large alone goes directly', async () => {
    const { publisher, published, direct, state, tell, until, wake } = stage()
    state.mostBytes = 700
    const device = dustMonitor()
    const work = every(device, NOON, 1000, [[1], [2], [3], [4]]).map((each) => publisher.submit(each))
    let done = false
    const all = Promise.all(work).then(() => {
      done = true
      wake()
    })
    for (let next = 0; !done; next += 1) {
      await until(() => published.length > next || done)
      const batch = published[next]
      if (batch !== undefined)
        tell(
          batch.id,
          batch.reports.map(() => 'stored'),
        )
    }
    await all
    expect(published.length).toBeGreaterThan(1)
    expect(published.flatMap((batch) => batch.reports).map((each) => each.at)).toEqual(
      [0, 1000, 2000, 3000].map((ms) => addMs(NOON, ms)),
    )
    state.mostBytes = 10
    expect(await publisher.submit(report(device, addMs(NOON, 9000), [9]))).toBe('stored')
    expect(direct.map((each) => each.at)).toEqual([addMs(NOON, 9000)])
  })
})

describe('reports past the stream', () => {
  it('go directly while NATS is away, when it refuses, and when the database is said to be away', async () => {
    const { publisher, published, direct, state, tell, until } = stage()
    const device = dustMonitor()
    state.up = false
    expect(await publisher.submit(report(device, NOON, [1]))).toBe('stored')
    state.up = true
    state.refuses = true
    expect(await publisher.submit(report(device, addMs(NOON, 1), [2]))).toBe('stored')
    state.refuses = false
    const third = publisher.submit(report(device, addMs(NOON, 2), [3]))
    await until(() => published.length === 1)
    tell(published[0]?.id ?? '', null)
    expect(await third).toBe('stored')
    expect(direct.map((each) => each.at)).toEqual([NOON, addMs(NOON, 1), addMs(NOON, 2)])
    expect(publisher.counts()).toEqual({ batches: 0, reports: 0, direct: 3, untold: 0 })
  })
  it('go directly when no commit is told in time; the shard is left alone for a while, others are not', async () => {
    const { publisher, published, direct } = stage({ commitMs: 20 })
    const device = dustMonitor()
    expect(await publisher.submit(report(device, NOON, [1]))).toBe('stored')
    expect(published).toHaveLength(1)
    expect(await publisher.submit(report(device, addMs(NOON, 1), [2]))).toBe('stored')
    expect(published).toHaveLength(1)
    expect(direct).toHaveLength(2)
    expect(publisher.counts()).toMatchObject({ untold: 1, direct: 2 })
  })
  it('go directly at once when the connection over which their commit would be told is lost', async () => {
    const { publisher, published, direct, lose, until } = stage()
    const work = publisher.submit(report(dustMonitor(), NOON, [1]))
    await until(() => published.length === 1)
    lose()
    expect(await work).toBe('stored')
    expect([direct.length, publisher.counts().untold]).toEqual([1, 0])
  })
  it('are followed by whatever comes behind them, until they are through: the order holds', async () => {
    const { publisher, published, direct, state, database, tell, until } = stage()
    const device = dustMonitor()
    let open = (): void => undefined
    database.gate = new Promise((resolve) => {
      open = resolve
    })
    state.up = false
    const first = publisher.submit(report(device, NOON, [1]))
    await until(() => direct.length === 1)
    state.up = true
    const second = publisher.submit(report(device, addMs(NOON, 1), [2]))
    await until(() => direct.length === 2)
    expect(published).toHaveLength(0)
    open()
    expect(await Promise.all([first, second])).toEqual(['stored', 'stored'])
    // A spool that is not empty holds reports that came before.
    database.state = { databaseAway: false, spooledBytes: 100 }
    expect(await publisher.submit(report(device, addMs(NOON, 2), [3]))).toBe('stored')
    database.state = { databaseAway: false, spooledBytes: 0 }
    const fourth = publisher.submit(report(device, addMs(NOON, 3), [4]))
    await until(() => published.length === 1)
    tell(published[0]?.id ?? '', ['stored'])
    expect(await fourth).toBe('stored')
    expect(direct).toHaveLength(3)
  })
  it('are refused when neither takes them, so that their device sends again', async () => {
    const { publisher, state, database } = stage()
    state.up = false
    database.full = true
    await expect(publisher.submit(report(dustMonitor(), NOON, [1]))).rejects.toMatchObject({
      refusal: { code: 'monitoring.ingest-full' },
    })
    expect(publisher.waiting()).toBe(0)
  })
})

describe('too many reports', () => {
  it('are refused, and nothing of them is kept; after the end none is taken', async () => {
    const { publisher, published, tell, until } = stage({ bound: 2 })
    const device = dustMonitor()
    const [first, second] = every(device, NOON, 1000, [[1], [2]]).map((each) => publisher.submit(each))
    await expect(publisher.submit(report(device, addMs(NOON, 5000), [3]))).rejects.toMatchObject({
      refusal: { code: 'monitoring.ingest-full' },
    })
    const stopped = publisher.stop()
    await expect(publisher.submit(report(device, addMs(NOON, 6000), [4]))).rejects.toMatchObject({
      refusal: { code: 'monitoring.ingest-stopped' },
    })
    await until(() => published.length === 1)
    tell(published[0]?.id ?? '', ['stored', 'stored'])
    expect(await Promise.all([first, second])).toEqual(['stored', 'stored'])
    await stopped
  })
})
