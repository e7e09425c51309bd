/**
 * The gateways' side of the stream: reports are gathered by shard of their device and published together. Of each shard one
 * batch is on its way and the next gathers meanwhile, so that a device's reports keep their order and batches grow with the
 * load. A report resolves when the database has it (`commit`) or when a majority of NATS servers has it (`stream`).
 *
 * What the stream does not take, or whose commit is not told in time, goes the direct way: to the database, or to the spool
 * on this disk while that is away too. A report that went both ways is stored once. As long as something is on the direct
 * way, whatever comes goes behind it.
 */

import { shardOf } from '../../../../../platform/gateways/nats/members.ts'
import { type ShardedStream, StreamAway } from '../../../../../platform/gateways/nats/stream.ts'
import type { Log } from '../../../../../platform/platform.ts'
import type { Report } from '../../../model/report.ts'
import { ingestFull, ingestStopped, notStorable } from '../../../model/telemetry/refusals.ts'
import type { Ingest } from '../types.ts'
import { decodeVerdict, encodeBatch, type Outcome } from './wire.ts'

export interface PublisherOptions {
  readonly stream: ShardedStream
  /** The way past the stream. */
  readonly direct: Pick<Ingest, 'submit' | 'state'>
  /** Of this process. */
  readonly node: string
  readonly ack: 'commit' | 'stream'
  readonly log: Log
  /** Reports of one batch at most, and how long the first waits for others. Default 200 and 20 ms. */
  readonly most?: number
  readonly gatherMs?: number
  /** Reports that may wait, those on their way included. Default 20 000. */
  readonly bound?: number
  /** How long the commit of a batch may take, ms. Default 10 s: longer than a process that died is missed. */
  readonly commitMs?: number
}
export interface Publisher {
  /** As `Ingest.submit`. */
  readonly submit: (report: Report) => Promise<Outcome>
  readonly waiting: () => number
  readonly counts: () => PublisherCounts
  /** Takes nothing more; resolves when all that was taken is durable or refused. */
  readonly stop: () => Promise<void>
}
export interface PublisherCounts {
  readonly batches: number
  readonly reports: number
  /** Reports that went past the stream, and batches whose commit was not told in time. */
  readonly direct: number
  readonly untold: number
}

interface Waiting {
  readonly report: Report
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: unknown) => void
}
interface Lane {
  readonly shard: number
  queue: Waiting[]
  running: boolean
  timer: NodeJS.Timeout | null
  /** Reports on the direct way. */
  direct: number
  /** Until then nobody waits for this shard again; ms. */
  stalledUntil: number
}
interface Awaited {
  readonly tell: (outcomes: readonly Outcome[] | null) => void
  readonly lose: () => void
}
/** A shard of which a commit was not told is tried again after this, ms. */
const STALL_MS = 10_000

class Untold extends Error {
  override readonly name = 'Untold'
}

export const createPublisher = (options: PublisherOptions): Publisher => {
  const { stream, direct, node, ack, log, most = 200, gatherMs = 20, bound = 20_000, commitMs = 10_000 } = options
  const lanes = Array.from(
    { length: stream.shards },
    (_, shard): Lane => ({ shard, queue: [], running: false, timer: null, direct: 0, stalledUntil: 0 }),
  )
  const awaited = new Map<string, Awaited>()
  const count = { batches: 0, reports: 0, direct: 0, untold: 0 }
  let number = 0
  let pending = 0
  let stopping = false
  let idle: (() => void)[] = []

  const settled = (): void => {
    pending -= 1
    if (pending > 0) return
    const told = idle
    idle = []
    for (const tell of told) tell()
  }
  const resolve = (each: Waiting, outcome: Outcome): void => {
    if (outcome === 'refused') each.reject(notStorable())
    else each.resolve(outcome)
    settled()
  }
  stream.onTold((payload) => {
    const verdict = decodeVerdict(payload)
    const waited = verdict === null ? undefined : awaited.get(verdict.id)
    if (verdict !== null) waited?.tell(verdict.outcomes)
  })

  stream.onLost(() => {
    for (const each of awaited.values()) each.lose()
  })

  const goesDirect = (lane: Lane): boolean => {
    const { databaseAway, spooledBytes } = direct.state()
    return (
      lane.direct > 0 || databaseAway || spooledBytes > 0 || lane.stalledUntil > performance.now() || !stream.isUp()
    )
  }
  const sendDirect = (lane: Lane, batch: readonly Waiting[]): void => {
    count.direct += batch.length
    lane.direct += batch.length
    for (const each of batch)
      direct
        .submit(each.report)
        .then(each.resolve, each.reject)
        .finally(() => {
          lane.direct -= 1
          settled()
        })
  }
  /** Waits until a consumer tells what became of the batch. */
  const toldOf = (id: string): { readonly told: Promise<readonly Outcome[]>; readonly forget: () => void } => {
    let limit: NodeJS.Timeout | undefined
    const told = new Promise<readonly Outcome[]>((tell, fail) => {
      limit = setTimeout(() => fail(new Untold('no commit was told')), commitMs)
      awaited.set(id, {
        tell: (outcomes) => (outcomes === null ? fail(new StreamAway('the database is away')) : tell(outcomes)),
        lose: () => fail(new StreamAway('the connection was lost')),
      })
    })
    // Whoever publishes may fail first and never look at this one.
    told.catch(() => undefined)
    return {
      told,
      forget: () => {
        clearTimeout(limit)
        awaited.delete(id)
      },
    }
  }
  const sendThrough = async (lane: Lane, batch: readonly Waiting[]): Promise<void> => {
    number += 1
    const id = `${node}.${number}`
    const payload = encodeBatch({ id, from: ack === 'commit' ? node : '-', reports: batch.map(({ report }) => report) })
    if (payload.length > stream.mostBytes()) {
      if (batch.length === 1) return sendDirect(lane, batch)
      const middle = Math.ceil(batch.length / 2)
      await send(lane, batch.slice(0, middle))
      return send(lane, batch.slice(middle))
    }
    const { told, forget } = toldOf(id)
    try {
      await stream.publish(lane.shard, id, payload)
      const outcomes = ack === 'commit' ? await told : batch.map(() => 'spooled' as const)
      if (outcomes.length !== batch.length)
        throw new StreamAway(`${outcomes.length} outcomes of ${batch.length} reports`)
      count.batches += 1
      count.reports += batch.length
      batch.forEach((each, index) => resolve(each, outcomes[index] ?? 'refused'))
    } finally {
      forget()
    }
  }
  const send = async (lane: Lane, batch: readonly Waiting[]): Promise<void> => {
    if (goesDirect(lane)) return sendDirect(lane, batch)
    try {
      await sendThrough(lane, batch)
    } catch (error) {
      if (error instanceof Untold) {
        count.untold += 1
        lane.stalledUntil = performance.now() + STALL_MS
      }
      log.warn({ shard: lane.shard, reports: batch.length, error: String(error) }, 'a batch goes past the stream')
      sendDirect(lane, batch)
    }
  }
  const run = async (lane: Lane): Promise<void> => {
    lane.running = true
    while (lane.queue.length > 0) {
      const batch = lane.queue.slice(0, most)
      lane.queue = lane.queue.slice(most)
      await send(lane, batch)
    }
    lane.running = false
  }
  const begin = (lane: Lane): void => {
    if (lane.timer !== null) clearTimeout(lane.timer)
    lane.timer = null
    if (!lane.running)
      run(lane).catch((error: unknown) => log.error({ shard: lane.shard, error: String(error) }, 'a lane failed'))
  }
  const schedule = (lane: Lane): void => {
    if (lane.running) return
    if (lane.queue.length >= most || stopping) begin(lane)
    else lane.timer ??= setTimeout(() => begin(lane), gatherMs)
  }
  return {
    submit: (report) =>
      new Promise<Outcome>((accept, reject) => {
        if (stopping) return reject(ingestStopped())
        if (pending >= bound) return reject(ingestFull())
        const lane = lanes[shardOf(report.device.deviceId, stream.shards)]
        if (lane === undefined) throw new RangeError('no lane')
        pending += 1
        lane.queue.push({ report, resolve: accept, reject })
        schedule(lane)
      }),
    waiting: () => pending,
    counts: () => ({ ...count }),
    stop: async () => {
      stopping = true
      for (const lane of lanes) begin(lane)
      if (pending > 0) await new Promise<void>((done) => idle.push(done))
    },
  }
}
