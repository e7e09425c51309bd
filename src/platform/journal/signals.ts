/**
 * Wakes between processes: one connection of its own that listens on channels of the database, and comes back when it
 * breaks. A wake may get lost while it is away, so everything that waits for one also looks by itself now and then.
 */
import { Client, type ClientConfig } from 'pg'
import { clientConfig } from '../database/connect.ts'
import type { Log } from '../platform.ts'

export interface Signals {
  /** Calls a listener on each notice of a channel, with its text; gives the function that ends it. */
  readonly on: (channel: string, listener: (text: string) => void) => () => void
  /** Sends a notice to all processes. Notices that are asked for while one is under way become one. */
  readonly send: (channel: string) => void
  readonly close: () => Promise<void>
}

const RECONNECT_MS = 500

/** Opens the listening connection. `channels` are listened to from the start. */
export const openSignals = async (
  connection: ClientConfig,
  channels: readonly string[],
  log: Log,
): Promise<Signals> => {
  const listeners = new Map<string, Set<(text: string) => void>>(channels.map((channel) => [channel, new Set()]))
  const wanted = new Set<string>()
  let client: Client | null = null
  let closed = false
  let sending = false
  let timer: NodeJS.Timeout | undefined

  const connect = async (): Promise<void> => {
    const fresh = new Client({ ...clientConfig(connection), application_name: 'mingzhu-signals' })
    fresh.on('error', () => lost(fresh))
    fresh.on('end', () => lost(fresh))
    fresh.on('notification', ({ channel, payload = '' }) => {
      for (const listener of listeners.get(channel) ?? []) listener(payload)
    })
    await fresh.connect()
    for (const channel of channels) await fresh.query(`listen ${channel}`)
    if (closed) return fresh.end()
    client = fresh
    // What was missed while away is not known: everybody looks once.
    for (const set of listeners.values()) for (const listener of set) listener('')
  }
  const lost = (which: Client): void => {
    if (client === which) client = null
    which.removeAllListeners('end')
    if (closed || timer !== undefined || client !== null) return
    timer = setTimeout(() => {
      timer = undefined
      connect().catch((error: unknown) => {
        log.warn({ error: String(error) }, 'the listening connection does not come back; trying again')
        lost(which)
      })
    }, RECONNECT_MS)
  }
  const flush = async (): Promise<void> => {
    sending = true
    try {
      while (wanted.size > 0 && client !== null) {
        const batch = [...wanted]
        wanted.clear()
        for (const channel of batch) await client.query('select pg_notify($1, $2)', [channel, ''])
      }
    } catch (error) {
      log.debug({ error: String(error) }, 'a wake was not sent; the others look by themselves')
    } finally {
      sending = false
    }
  }
  try {
    await connect()
  } catch (error) {
    closed = true
    clearTimeout(timer)
    throw error
  }
  return {
    on: (channel, listener) => {
      const set = listeners.get(channel)
      if (set === undefined) throw new Error(`channel ${channel} is not listened to`)
      set.add(listener)
      return () => {
        set.delete(listener)
      }
    },
    send: (channel) => {
      wanted.add(channel)
      if (!sending) void flush()
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      const last = client
      client = null
      await last?.end()
    },
  }
}
