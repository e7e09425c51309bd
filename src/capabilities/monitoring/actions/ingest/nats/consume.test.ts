import { describe, expect, it } from 'vitest'
import { dustMonitor, every, NOON } from '../../../../../../tests/support/telemetry.ts'
import type { ShardedStream, Taken } from '../../../../../platform/gateways/nats/stream.ts'
import type { Report } from '../../../model/report.ts'
import type { Durable } from '../../../model/telemetry/durable.ts'
import { ingestFull, notStorable } from '../../../model/telemetry/refusals.ts'
import { createConsumer } from './consume.ts'
import { decodeVerdict, encodeBatch, type Verdict } from './wire.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** One shard in memory: gives a message again until it is done. */
const stage = (submit: (report: Report) => Promise<Durable>) => {
  const steps: string[] = []
  const verdicts: (Verdict | null)[] = []
  const queue: { readonly payload: Uint8Array; times: number }[] = []
  let ask: (() => void) | null = null
  let settle: (() => void) | null = null
  let mine = true
  const offer = (): void => {
    if (ask === null) return
    const give = ask
    ask = null
    give()
  }
  const stream: ShardedStream = {
    shards: 1,
    isUp: () => true,
    publish: async () => undefined,
    mostBytes: () => 1_000_000,
    take: async () => {
      if (queue.length === 0) await new Promise<void>((resolve) => (ask = resolve))
      const [message] = queue
      if (message === undefined) return null
      message.times += 1
      const end = (step: string): void => {
        steps.push(step)
        settle?.()
      }
      const taken: Taken = {
        payload: message.payload,
        redelivered: message.times > 1,
        done: () => {
          queue.shift()
          end('done')
        },
        again: () => end('again'),
        working: () => steps.push('working'),
      }
      return taken
    },
    isMine: () => mine,
    release: async () => offer(),
    putAside: async () => void steps.push('aside'),
    tell: (node, payload) => {
      steps.push(`tell ${node}`)
      verdicts.push(decodeVerdict(payload))
    },
    onTold: () => undefined,
    onLost: () => undefined,
    state: () => ({ connected: true, replicas: 1, consumers: 1, fault: null }),
    backlog: async () => queue.length,
    stop: async () => undefined,
  }
  const consumer = createConsumer({ stream, ingest: { submit }, log: silent, workingMs: 5, againMs: 1 })
  return {
    consumer,
    steps,
    verdicts,
    add: (payload: Uint8Array): void => {
      queue.push({ payload, times: 0 })
      offer()
    },
    /** Waits for the end of the next handling that satisfies. */
    until: (enough: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (enough()) resolve()
        }
        settle = look
        look()
      }),
    stop: async () => {
      mine = false
      const ended = consumer.stop()
      offer()
      await ended
    },
  }
}
const device = dustMonitor()
const batchOf = (id: string, from = 'gateway-1') =>
  encodeBatch({ id, from, reports: every(device, NOON, 1000, [[1], [2], [3]]) })

describe('a batch of a shard', () => {
  it('is told to its gateway after the commit and forgotten by the stream after that', async () => {
    let commit = (): void => undefined
    const committed = new Promise<void>((resolve) => {
      commit = resolve
    })
    const asked: Report[] = []
    const { steps, verdicts, add, until, stop, consumer } = stage(async (report) => {
      asked.push(report)
      await committed
      return asked.indexOf(report) === 1 ? 'duplicate' : 'stored'
    })
    add(batchOf('g.1'))
    await expect.poll(() => steps.includes('working')).toBe(true)
    expect(steps.filter((step) => step !== 'working')).toEqual([])
    expect(asked.map((each) => each.at)).toEqual(every(device, NOON, 1000, [[1], [2], [3]]).map((each) => each.at))
    commit()
    await until(() => steps.includes('done'))
    expect(steps.filter((step) => step !== 'working')).toEqual(['tell gateway-1', 'done'])
    expect(verdicts).toEqual([{ id: 'g.1', outcomes: ['stored', 'duplicate', 'stored'] }])
    expect(consumer.counts()).toMatchObject({ batches: 1, reports: 3, redelivered: 0 })
    await stop()
  })
  it('says of each report that can never be stored that it is refused, and keeps the others', async () => {
    let turn = 0
    const { verdicts, add, until, stop } = stage(async () => {
      turn += 1
      if (turn === 2) throw notStorable()
      return 'stored'
    })
    add(batchOf('g.2'))
    await until(() => verdicts.length === 1)
    expect(verdicts).toEqual([{ id: 'g.2', outcomes: ['stored', 'refused', 'stored'] }])
    await stop()
  })
  it('stays in the stream while the database is away; its gateway is told so, and told again when it is back', async () => {
    let tries = 0
    const { steps, verdicts, add, until, stop, consumer } = stage(async () => {
      tries += 1
      if (tries <= 3) throw ingestFull()
      return 'stored'
    })
    add(batchOf('g.3'))
    await until(() => steps.includes('done'))
    expect(steps).toEqual(['tell gateway-1', 'again', 'tell gateway-1', 'done'])
    expect(verdicts).toEqual([
      { id: 'g.3', outcomes: null },
      { id: 'g.3', outcomes: ['stored', 'stored', 'stored'] },
    ])
    expect(consumer.counts()).toMatchObject({ batches: 1, redelivered: 1 })
    await stop()
  })
  it('of whose commit nobody wants to hear is told to nobody', async () => {
    const { steps, add, until, stop } = stage(async () => 'stored')
    add(batchOf('g.4', '-'))
    await until(() => steps.includes('done'))
    expect(steps).toEqual(['done'])
    await stop()
  })
  it('that cannot be read is put aside, and the next one is taken', async () => {
    const { steps, verdicts, add, until, stop, consumer } = stage(async () => 'stored')
    add(Buffer.from('{"nobody":"wrote this"}'))
    add(batchOf('g.5'))
    await until(() => verdicts.length === 1 && steps.filter((step) => step === 'done').length === 2)
    expect(steps).toEqual(['aside', 'done', 'tell gateway-1', 'done'])
    expect(consumer.counts()).toMatchObject({ aside: 1, batches: 1 })
    await stop()
  })
})
