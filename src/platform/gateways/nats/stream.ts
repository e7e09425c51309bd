/**
 * A replicated queue of batches over NATS JetStream, cut into shards. The stream and a durable pull consumer of each shard are
 * made here. A shard gives its next message only when the one before was done (`max_ack_pending` 1): its order holds whoever
 * asks, and what a process that died had in hand comes again. It knows no word of the product.
 *
 * The stream holds what waits and nothing else (work queue); full, it refuses. NATS answers a publication once a majority
 * of its servers has it in memory, before it is on their disks: only what is done is durable for certain.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  AckPolicy,
  DiscardPolicy,
  JetStreamApiError,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
} from '@nats-io/jetstream'
import { connect, createInbox, type Msg, type NatsConnection, nanos, type Subscription } from '@nats-io/transport-node'
import type { Log } from '../../platform.ts'
import type { NatsConfig } from './config.ts'
import { createMembers } from './members.ts'

/** The stream did not take a batch: NATS is away, without a leader, or full. It may be there all the same. */
export class StreamAway extends Error {
  override readonly name = 'StreamAway'
}

/** A message in the hand of this process. It comes again, here or elsewhere, when none of the three is called in time. */
export interface Taken {
  readonly payload: Uint8Array
  readonly redelivered: boolean
  readonly done: () => void
  readonly again: (afterMs: number) => void
  /** Asks for more time. */
  readonly working: () => void
}
export interface ShardedStream {
  readonly shards: number
  /** False: publishing fails for the time being. */
  readonly isUp: () => boolean
  /** Resolves when the stream has the batch; the same id again within two minutes is one batch. Rejects with `StreamAway`. */
  readonly publish: (shard: number, id: string, payload: Uint8Array) => Promise<void>
  /** Bytes of one batch at most. */
  readonly mostBytes: () => number
  /** The next message of a shard; null: none came for a while. Rejects while NATS is away. */
  readonly take: (shard: number) => Promise<Taken | null>
  /** Takes nothing more: whoever waits for a message gets null, and what comes all the same is given to others. */
  readonly release: () => Promise<void>
  /** Whether this process should take from the shard. */
  readonly isMine: (shard: number) => boolean
  /** Puts aside what cannot be read. Rejects with `StreamAway`. */
  readonly putAside: (id: string, payload: Uint8Array) => Promise<void>
  /** Says something to one process; lost when it is not there. */
  readonly tell: (node: string, payload: Uint8Array) => void
  readonly onTold: (listener: (payload: Uint8Array) => void) => void
  /** The connection was lost: what is told meanwhile is never heard. */
  readonly onLost: (listener: () => void) => void
  readonly state: () => StreamState
  /** Messages that wait in the stream, all shards together; null: not known. */
  readonly backlog: () => Promise<number | null>
  readonly stop: () => Promise<void>
}
export interface StreamState {
  readonly connected: boolean
  /** Copies of each message that the stream keeps; 0 = not known yet. */
  readonly replicas: number
  /** Processes that take from the stream now, as far as this one knows. */
  readonly consumers: number
  /** What went wrong last; null while all is well. */
  readonly fault: string | null
}
export interface StreamOptions {
  readonly config: NatsConfig
  /** Of this process: unique, no spaces. */
  readonly node: string
  /** What flows: part of the name of the stream and its subjects. */
  readonly name: string
  readonly log: Log
  /** How long NATS waits for a message to be done, ms. Default 5000. */
  readonly ackWaitMs?: number
}

/** Where messages of a shard arrive. */
interface Inbox {
  readonly subject: string
  readonly subscription: Subscription
  waiter: ((message: Msg | null) => void) | null
}

const SHARDS = 16
const COPIES = 3
const API_MS = 2_000
/** Two tries of a publication, of this long each: the second finds the first by its id. */
const PUBLISH_MS = 1_500
const PUBLISH_TRIES = 2
/** How long a request for a message stays with the server, ms. */
const TAKE_MS = 2_000
const RETRY_MS = 500
const PRESENCE_MS = 1_000
const SILENT_MS = 3_500
const DUPLICATES_MS = 120_000
/** Looks at a cluster that has fewer than three servers before the stream is made on one. */
const PATIENT_LOOKS = 20
const MEGABYTE = 1024 * 1024
/** Of a message besides its payload: subject and headers. */
const OVERHEAD = 4_096

/** Codes of the API. */
const NOT_FOUND = 10_059
const NAME_TAKEN = 10_058
const codeOf = (error: unknown): number => (error instanceof JetStreamApiError ? error.code : 0)
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const text = new TextEncoder()
const ACK = text.encode('+ACK')
const WORKING = text.encode('+WPI')
const again = (afterMs: number): Uint8Array => text.encode(`-NAK ${JSON.stringify({ delay: nanos(afterMs) })}`)
/** Deliveries of a message, from the subject at which it is acknowledged: `$JS.ACK[.domain.account].stream.consumer.n…`. */
const deliveriesOf = (reply: string): number => {
  const parts = reply.split('.')
  return Number(parts[parts.length >= 11 ? 6 : 4] ?? 1)
}

export const openStream = ({ config, node, name, log, ackWaitMs = 5_000 }: StreamOptions): ShardedStream => {
  const stream = `MINGZHU_${name.toUpperCase()}`
  const subject = (...parts: readonly (string | number)[]): string => ['mingzhu', name, ...parts].join('.')
  const durable = (shard: number): string => `shard-${shard}`
  const members = createMembers(SHARDS, SILENT_MS)
  const nowMs = (): number => performance.now()
  const listeners = new Set<(payload: Uint8Array) => void>()
  const losers = new Set<() => void>()
  const stopping = new AbortController()
  let connection: NatsConnection | null = null
  let ready = false
  let replicas = 0
  let looks = 0
  let fault: string | null = 'NATS 尚未连接 not connected yet'
  let looking: Promise<void> | null = null
  /** Where messages of each shard arrive: they carry the subject under which they were published, not that of the request. */
  let inboxes: readonly Inbox[] = []
  let released = false
  let sized = false
  let backlogSeen: { readonly at: number; readonly value: Promise<number | null> } | null = null

  const note = (next: string | null): void => {
    if (next !== null && next !== fault) log.warn({ fault: next }, 'NATS is away: reports go to the database directly')
    if (next === null && fault !== null) log.info({ replicas }, 'NATS is there')
    fault = next
  }
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined)

  /** Three copies in a cluster. One that is still coming up is waited for; one of two servers gets a stream on one. */
  const wantedCopies = (nc: NatsConnection): number => (nc.info?.cluster === undefined ? 1 : COPIES)
  const settings = (copies: number) => ({
    name: stream,
    subjects: [subject('shard', '*'), subject('aside')],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_bytes: config.megabytes * MEGABYTE,
    duplicate_window: nanos(DUPLICATES_MS),
    num_replicas: copies,
  })
  type Manager = Awaited<ReturnType<typeof jetstreamManager>>
  const makeStream = async (manager: Manager, copies: number): Promise<StreamInfo> => {
    try {
      return await manager.streams.add(settings(copies))
    } catch (error) {
      // Another process made it a moment ago, with as many copies as it saw servers.
      if (codeOf(error) === NAME_TAKEN) return manager.streams.info(stream)
      looks += 1
      if (copies === 1 || looks < PATIENT_LOOKS || !(error instanceof JetStreamApiError)) throw error
      log.warn({ error: textOf(error) }, 'the cluster takes no three copies: the stream is made on one server')
      return manager.streams.add(settings(1))
    }
  }
  const prepare = async (nc: NatsConnection): Promise<void> => {
    const manager = await jetstreamManager(nc, { timeout: API_MS, checkAPI: false })
    const wanted = wantedCopies(nc)
    let info = await manager.streams.info(stream).catch((error: unknown) => {
      if (codeOf(error) === NOT_FOUND) return makeStream(manager, wanted)
      throw error
    })
    if (info.config.num_replicas < wanted)
      info = await manager.streams.update(stream, { num_replicas: wanted }).catch(() => info)
    // Its size is what was configured last, by whichever process started last.
    if (!sized && info.config.max_bytes !== settings(wanted).max_bytes)
      info = await manager.streams.update(stream, { max_bytes: settings(wanted).max_bytes })
    sized = true
    if (info.state.consumer_count < SHARDS)
      for (let shard = 0; shard < SHARDS; shard += 1)
        await manager.consumers.add(stream, {
          durable_name: durable(shard),
          filter_subject: subject('shard', shard),
          ack_policy: AckPolicy.Explicit,
          ack_wait: nanos(ackWaitMs),
          max_ack_pending: 1,
          max_deliver: -1,
        })
    replicas = info.config.num_replicas
  }
  /** Looks until the stream is there and has a leader. One look at a time. */
  const look = (): Promise<void> => {
    ready = false
    looking ??= (async () => {
      while (!stopping.signal.aborted && connection !== null && !connection.isClosed()) {
        try {
          await prepare(connection)
          ready = true
          note(null)
          return
        } catch (error) {
          note(textOf(error))
          await pause(RETRY_MS)
        }
      }
    })().finally(() => {
      looking = null
    })
    return looking
  }
  const sayPresence = (leaving = released): void => {
    if (!config.consumes) return
    members.heard(node, leaving, nowMs())
    if (connection === null || connection.isClosed()) return
    connection.publish(subject('members'), JSON.stringify({ node, leaving }))
  }
  const takenOf = (nc: NatsConnection, message: Msg): Taken => {
    const reply = message.reply ?? ''
    const answer = (payload: Uint8Array): void => {
      if (!nc.isClosed()) nc.publish(reply, payload)
    }
    return {
      payload: message.data,
      redelivered: deliveriesOf(reply) > 1,
      done: () => answer(ACK),
      again: (afterMs) => answer(again(afterMs)),
      working: () => answer(WORKING),
    }
  }
  const openInbox = (nc: NatsConnection): Inbox => {
    const name = createInbox()
    const inbox: Inbox = {
      subject: name,
      waiter: null,
      subscription: nc.subscribe(name, {
        callback: (error, message) => {
          if (error !== null) return
          const { waiter } = inbox
          inbox.waiter = null
          // One that nobody waits for any more is given to whoever asks next.
          if (waiter !== null) waiter(message)
          else if ((message.headers?.code ?? 0) === 0) takenOf(nc, message).again(0)
        },
      }),
    }
    return inbox
  }
  const listen = (nc: NatsConnection): void => {
    inboxes = Array.from({ length: SHARDS }, () => openInbox(nc))
    nc.subscribe(subject('members'), {
      callback: (error, message) => {
        if (error !== null) return
        const said = readPresence(message)
        if (said !== null) members.heard(said.node, said.leaving, nowMs())
      },
    })
    nc.subscribe(subject('told', node), {
      callback: (error, message) => {
        if (error === null) for (const listener of listeners) listener(message.data)
      },
    })
  }
  const follow = async (nc: NatsConnection): Promise<void> => {
    for await (const status of nc.status()) {
      if (status.type === 'disconnect') {
        ready = false
        note('NATS 连接已断开 disconnected')
        for (const tell of losers) tell()
      } else if (status.type === 'reconnect') void look()
    }
  }
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const nc = await connect({
          servers: [...config.servers],
          name: `mingzhu ${node}`,
          maxReconnectAttempts: -1,
          reconnectTimeWait: 250,
          reconnectJitter: 250,
          timeout: API_MS,
          pingInterval: 5_000,
          maxPingOut: 2,
          ...(config.tls ? { tls: {} } : {}),
          ...(config.token === null ? {} : { token: config.token }),
          ...(config.user === null ? {} : { user: config.user, pass: config.password ?? '' }),
        })
        if (stopping.signal.aborted) return await nc.close()
        connection = nc
        listen(nc)
        sayPresence()
        void follow(nc).catch(() => undefined)
        await look()
        const ended = await nc.closed()
        note(ended === undefined ? 'NATS 连接已关闭 closed' : textOf(ended))
      } catch (error) {
        note(textOf(error))
      }
      ready = false
      connection = null
      await pause(RETRY_MS)
    }
  }
  const running = run()
  const presence = setInterval(() => sayPresence(), PRESENCE_MS)
  presence.unref()

  const connected = (): NatsConnection => {
    if (connection === null || connection.isClosed()) throw new StreamAway('not connected')
    return connection
  }
  const publishTo = async (to: string, id: string, payload: Uint8Array): Promise<void> => {
    if (!ready) throw new StreamAway(fault ?? 'not ready')
    let failure: unknown
    for (let attempt = 0; attempt < PUBLISH_TRIES && ready; attempt += 1)
      try {
        await jetstream(connected(), { timeout: PUBLISH_MS }).publish(to, payload, { msgID: id, timeout: PUBLISH_MS })
        return
      } catch (error) {
        failure = error
        // What the server refuses in words (full, too large) it would refuse again.
        if (error instanceof JetStreamApiError) break
      }
    void look()
    throw new StreamAway(textOf(failure), { cause: failure })
  }
  return {
    shards: SHARDS,
    isUp: () => ready,
    publish: (shard, id, payload) => publishTo(subject('shard', shard), id, payload),
    mostBytes: () => (connection?.info?.max_payload ?? MEGABYTE) - OVERHEAD,
    take: (shard) => {
      const nc = connection
      const inbox = inboxes[shard]
      if (released) return Promise.resolve(null)
      if (!ready || nc === null || inbox === undefined) return Promise.reject(new StreamAway(fault ?? 'not ready'))
      return new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
          inbox.waiter = null
          reject(new StreamAway('no answer'))
        }, TAKE_MS + API_MS)
        inbox.waiter = (message) => {
          clearTimeout(limit)
          if (message === null) return resolve(null)
          // 404 and 408: nothing came. All else says that the consumer is not there now.
          const status = message.headers?.code ?? 0
          if (status === 0) resolve(takenOf(nc, message))
          else if (status === 404 || status === 408) resolve(null)
          else reject(new StreamAway(message.headers?.description ?? String(status)))
          return undefined
        }
        nc.publish(
          `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable(shard)}`,
          JSON.stringify({ batch: 1, expires: nanos(TAKE_MS) }),
          { reply: inbox.subject },
        )
      })
    },
    release: async () => {
      released = true
      sayPresence(true)
      for (const inbox of inboxes) {
        inbox.waiter?.(null)
        inbox.waiter = null
      }
      await Promise.allSettled(inboxes.map((inbox) => inbox.subscription.drain()))
    },
    isMine: (shard) => members.owns(node, shard, nowMs()),
    putAside: (id, payload) => publishTo(subject('aside'), id, payload),
    tell: (other, payload) => {
      if (connection !== null && !connection.isClosed()) connection.publish(subject('told', other), payload)
    },
    onTold: (listener) => {
      listeners.add(listener)
    },
    onLost: (listener) => {
      losers.add(listener)
    },
    state: () => ({
      connected: ready,
      replicas,
      consumers: members.present(nowMs()).length,
      fault,
    }),
    backlog: () => {
      if (backlogSeen === null || nowMs() - backlogSeen.at > 1_000)
        backlogSeen = {
          at: nowMs(),
          value: (async () => {
            if (!ready) return null
            const manager = await jetstreamManager(connected(), { timeout: API_MS, checkAPI: false })
            return (await manager.streams.info(stream)).state.messages
          })().catch(() => null),
        }
      return backlogSeen.value
    },
    stop: async () => {
      clearInterval(presence)
      sayPresence(true)
      stopping.abort()
      await connection?.flush().catch(() => undefined)
      await connection?.close().catch(() => undefined)
      await running
    },
  }
}

const readPresence = (message: Msg): { readonly node: string; readonly leaving: boolean } | null => {
  try {
    const { node, leaving } = message.json<{ readonly node?: unknown; readonly leaving?: unknown }>()
    return typeof node === 'string' ? { node, leaving: leaving === true } : null
  } catch {
    return null
  }
}
