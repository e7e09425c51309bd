/** The two sides of the stream put together for this process: what its gateways hand in, and what it takes to the database. */

import type { NatsConfig } from '../../../../../platform/gateways/nats/config.ts'
import { openStream, type ShardedStream } from '../../../../../platform/gateways/nats/stream.ts'
import type { MetricFamily } from '../../../../../platform/metrics.ts'
import type { Log } from '../../../../../platform/platform.ts'
import type { Report } from '../../../model/report.ts'
import type { Ingest, IngestState } from '../types.ts'
import { type Consumer, createConsumer } from './consume.ts'
import { createPublisher, type Publisher, type PublisherOptions } from './publish.ts'
import type { Outcome } from './wire.ts'

export interface ScaleOut {
  readonly submit: (report: Report) => Promise<Outcome>
  /** What of ingestion happens on the way through the stream: to be added to that of the direct way. */
  readonly state: () => Pick<IngestState, 'waiting' | 'committed' | 'duplicates' | 'quarantined' | 'refused'>
  /** What operators should know while NATS is not used; null: all is well. The product serves all the same. */
  readonly fault: () => string | null
  readonly figures: () => Promise<ScaleOutFigures>
  /** Takes nothing more; resolves when all that was taken is durable and what was in hand is done. */
  readonly stop: () => Promise<void>
}
export interface ScaleOutFigures {
  readonly connected: number
  readonly replicas: number
  readonly consumers: number
  readonly shards: number
  readonly backlog: number
  readonly published: number
  readonly direct: number
  readonly untold: number
  readonly taken: number
  readonly redelivered: number
  readonly aside: number
}
export interface ScaleOutOptions {
  readonly config: NatsConfig
  readonly node: string
  readonly log: Log
  /** The way past the stream, with its spool. */
  readonly direct: Ingest
  /** Makes an ingest without a spool, for what comes out of the stream; asked only where this process consumes. */
  readonly openIngest: () => Promise<Ingest>
  readonly publisher?: Partial<PublisherOptions>
}

/** Names of processes are parts of subjects: letters, digits, '-' and '_'. */
export const natsNodeOf = (node: string): string => node.replace(/[^A-Za-z0-9_-]/g, '-')

export const createScaleOut = async (options: ScaleOutOptions): Promise<ScaleOut> => {
  const { config, log, direct } = options
  const node = natsNodeOf(options.node)
  const stream: ShardedStream = openStream({ config, node, name: 'telemetry', log })
  const publisher: Publisher = createPublisher({
    stream,
    direct,
    node,
    ack: config.ack,
    log,
    ...options.publisher,
  })
  const ingest = config.consumes ? await options.openIngest() : null
  const consumer: Consumer | null = ingest === null ? null : createConsumer({ stream, ingest, log })
  return {
    submit: publisher.submit,
    state: () => {
      const taken = ingest?.state()
      return {
        waiting: publisher.waiting(),
        committed: taken?.committed ?? 0,
        duplicates: taken?.duplicates ?? 0,
        quarantined: taken?.quarantined ?? 0,
        refused: taken?.refused ?? 0,
      }
    },
    fault: () => stream.state().fault,
    figures: async () => {
      const { connected, replicas, consumers } = stream.state()
      const out = publisher.counts()
      const back = consumer?.counts()
      return {
        connected: connected ? 1 : 0,
        replicas,
        consumers,
        shards: back?.shards ?? 0,
        backlog: (await stream.backlog()) ?? Number.NaN,
        published: out.reports,
        direct: out.direct,
        untold: out.untold,
        taken: back?.reports ?? 0,
        redelivered: back?.redelivered ?? 0,
        aside: back?.aside ?? 0,
      }
    },
    stop: async () => {
      await publisher.stop()
      await consumer?.stop()
      await ingest?.stop()
      await stream.stop()
    },
  }
}

/** What operators watch; nothing where NATS is not used. */
export const scaleOutMetrics = (of: () => ScaleOut | null): readonly MetricFamily[] =>
  (
    [
      ['connected', 'mingzhu_nats_connected', '1 while the stream is used'],
      ['replicas', 'mingzhu_nats_replicas', 'Copies that the stream keeps of each batch'],
      ['consumers', 'mingzhu_nats_consumers', 'Processes that take from the stream'],
      ['shards', 'mingzhu_nats_shards', 'Shards that this process takes from'],
      ['backlog', 'mingzhu_nats_backlog', 'Batches that wait in the stream'],
      ['published', 'mingzhu_nats_published_total', 'Reports that went through the stream'],
      ['direct', 'mingzhu_nats_direct_total', 'Reports that went past the stream'],
      ['untold', 'mingzhu_nats_untold_total', 'Batches whose commit was not told in time'],
      ['taken', 'mingzhu_nats_taken_total', 'Reports that this process took from the stream'],
      ['redelivered', 'mingzhu_nats_redelivered_total', 'Batches that came again'],
      ['aside', 'mingzhu_nats_aside_total', 'Batches that cannot be read and were put aside'],
    ] as const satisfies readonly (readonly [keyof ScaleOutFigures, string, string])[]
  ).map(([figure, name, help]) => ({
    name,
    help,
    labels: [],
    read: async () => {
      const scaleOut = of()
      return scaleOut === null ? [] : [{ labels: {}, value: (await scaleOut.figures())[figure] }]
    },
  }))
