/**
 * The database's side of the stream: takes the batches of the shards of this process, commits them, tells the gateway that
 * holds the devices' connections, and only then lets the stream forget them. A batch that was committed and comes again is
 * found to be there; while the database is away it stays in the stream, and its gateway is told so at once.
 */
import { isRefused } from '../../../../../kernel/refusal.ts'
import type { ShardedStream, Taken } from '../../../../../platform/gateways/nats/stream.ts'
import type { Log } from '../../../../../platform/platform.ts'
import { ingestFull, ingestStopped } from '../../../model/telemetry/refusals.ts'
import type { Ingest } from '../types.ts'
import { type Batch, decodeBatch, encodeVerdict, type Outcome } from './wire.ts'

export interface ConsumerOptions {
  readonly stream: ShardedStream
  /** Without a spool: while the database is away, batches stay in the stream, and so does their order. */
  readonly ingest: Pick<Ingest, 'submit'>
  readonly log: Log
  /** How often the stream is asked for more time with a batch; shorter than it waits. Default 1500 ms. */
  readonly workingMs?: number
  /** When a batch comes again that found no database, ms. Default 500. */
  readonly againMs?: number
}
export interface Consumer {
  readonly counts: () => ConsumerCounts
  /** Resolves when what is in hand is done. */
  readonly stop: () => Promise<void>
}
export interface ConsumerCounts {
  readonly batches: number
  readonly reports: number
  /** Batches that had come before. */
  readonly redelivered: number
  /** Batches that cannot be read and were put aside. */
  readonly aside: number
  /** Shards that are taken now. */
  readonly shards: number
}

const IDLE_MS = 500
const FULL = ingestFull().refusal.code
const STOPPED = ingestStopped().refusal.code

export const createConsumer = ({
  stream,
  ingest,
  log,
  workingMs = 1_500,
  againMs = 500,
}: ConsumerOptions): Consumer => {
  let stopping = false
  const pauses = new Set<() => void>()
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      if (stopping) return resolve()
      const end = (): void => {
        clearTimeout(timer)
        pauses.delete(end)
        resolve()
      }
      const timer = setTimeout(end, IDLE_MS)
      pauses.add(end)
    })
  const count = { batches: 0, reports: 0, redelivered: 0, aside: 0, shards: 0 }

  const readBatch = async (taken: Taken, shard: number): Promise<Batch | null> => {
    try {
      return decodeBatch(taken.payload)
    } catch (error) {
      // Somebody may have been told that it is safe: it is kept where a person finds it.
      log.error({ shard, bytes: taken.payload.length, error: String(error) }, 'a batch cannot be read: it is put aside')
      await stream.putAside(`aside.${shard}.${hashOfBytes(taken.payload)}`, taken.payload)
      count.aside += 1
      return null
    }
  }
  /** What became of each report; null: the database is away. */
  const commit = async (batch: Batch): Promise<readonly Outcome[] | null> => {
    const results = await Promise.allSettled(batch.reports.map((report) => ingest.submit(report)))
    const outcomes: Outcome[] = []
    for (const result of results) {
      if (result.status === 'fulfilled') outcomes.push(result.value)
      else if (!isRefused(result.reason)) throw result.reason
      else if (result.reason.refusal.code === FULL || result.reason.refusal.code === STOPPED) return null
      else outcomes.push('refused')
    }
    return outcomes
  }
  const handle = async (taken: Taken, shard: number): Promise<void> => {
    if (taken.redelivered) count.redelivered += 1
    const timer = setInterval(taken.working, workingMs)
    try {
      const batch = await readBatch(taken, shard)
      if (batch === null) return taken.done()
      const outcomes = await commit(batch)
      if (batch.from !== '-') stream.tell(batch.from, encodeVerdict({ id: batch.id, outcomes }))
      if (outcomes === null) return taken.again(againMs)
      taken.done()
      count.batches += 1
      count.reports += batch.reports.length
    } catch (error) {
      log.error({ shard, error: String(error) }, 'a batch was not taken: it comes again')
      taken.again(againMs)
    } finally {
      clearInterval(timer)
    }
  }
  const follow = async (shard: number): Promise<void> => {
    while (!stopping) {
      if (!stream.isMine(shard) || !stream.isUp()) {
        await pause()
        continue
      }
      count.shards += 1
      try {
        const taken = await stream.take(shard)
        if (taken !== null) await handle(taken, shard)
      } catch (error) {
        log.debug({ shard, error: String(error) }, 'nothing can be taken from a shard')
        await pause()
      } finally {
        count.shards -= 1
      }
    }
  }
  const following = Array.from({ length: stream.shards }, (_, shard) => follow(shard))
  return {
    counts: () => ({ ...count }),
    stop: async () => {
      stopping = true
      for (const end of pauses) end()
      await stream.release()
      await Promise.all(following)
    },
  }
}

/** Tells batches apart that cannot be read; FNV-1a. */
const hashOfBytes = (bytes: Uint8Array): string => {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return `${(hash >>> 0).toString(16)}.${bytes.length}`
}
