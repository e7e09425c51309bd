/** GET /api/live: server-sent events of what the caller may see, resumed by Last-Event-ID. */
import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../../kernel/actor.ts'
import { defineRefusal } from '../../kernel/refusal.ts'
import type { ServerTools } from '../http/build-server.ts'
import type { Caller } from '../http/caller.ts'
import type { Log } from '../platform.ts'
import { createLiveHub, type LiveEvent, type LiveSource, type MaySee } from './live-hub.ts'

export const livePath = '/api/live'

const tooManyConnections = defineRefusal('too-many', 'live.too-many-connections', {
  zh: '打开的页面过多,实时更新已停用。请关闭一些页面后刷新。',
  en: 'Too many open pages for live updates: close some and reload.',
})
const shuttingDown = defineRefusal('unavailable', 'live.shutting-down', {
  zh: '系统正在重启,请在 {seconds} 秒后重试。',
  en: 'The server is restarting: try again in {seconds} seconds.',
})

export interface LiveOptions {
  readonly source: LiveSource
  readonly maySee: MaySee
  readonly log: Log
  readonly heartbeatMs?: number
  /** Connections of one session, and of one address without a session. */
  readonly mostPerSession?: number
  readonly mostPerAddress?: number
}
export interface Live {
  /** To be given to the server as a plugin. */
  readonly plugin: (app: FastifyInstance, tools: ServerTools) => void
  readonly connections: () => number
  /** Ends every connection; new ones are refused. */
  readonly close: () => void
}

const lastEventId = (request: FastifyRequest): number | null => {
  const asked = request.headers['last-event-id'] ?? (request.query as Record<string, unknown>)['after']
  return typeof asked === 'string' && /^\d{1,15}$/.test(asked) ? Number(asked) : null
}
const frame = (event: LiveEvent): string => `id: ${event.seq}\nevent: entry\ndata: ${JSON.stringify(event)}\n\n`

export const createLive = (options: LiveOptions): Live => {
  const { source, maySee, log, heartbeatMs = 25_000, mostPerSession = 8, mostPerAddress = 30 } = options
  const hub = createLiveHub(source, maySee, log)
  const open = new Map<ServerResponse, () => void>()
  const counts = new Map<string, number>()
  let closed = false

  const take = (key: string, most: number): void => {
    const used = counts.get(key) ?? 0
    if (used >= most) throw tooManyConnections()
    counts.set(key, used + 1)
  }
  const giveBack = (key: string): void => {
    const used = (counts.get(key) ?? 1) - 1
    if (used === 0) counts.delete(key)
    else counts.set(key, used)
  }
  const write = (raw: ServerResponse, text: string): void => {
    // A browser that does not read is cut off rather than kept in memory.
    if (raw.writableLength > 1_000_000) raw.destroy()
    else if (!raw.writableEnded) raw.write(text)
  }

  const start = async (
    request: FastifyRequest,
    raw: ServerResponse,
    first: Caller,
    again: () => Promise<Caller>,
    key: string,
  ): Promise<void> => {
    let actor: Actor = first.actor
    let stop: (() => void) | null = null
    const end = (): void => {
      if (!open.delete(raw)) return
      clearInterval(heart)
      stop?.()
      giveBack(key)
      raw.end()
    }
    /** Roles change and sessions end while a page stays open: look again with every heartbeat. */
    const beat = async (): Promise<void> => {
      try {
        const caller = await again()
        if (first.session !== null && caller.session === null) return end()
        actor = caller.actor
        write(raw, ': still here\n\n')
      } catch {
        end()
      }
    }
    const heart = setInterval(() => void beat(), heartbeatMs)
    heart.unref()
    open.set(raw, end)
    raw.on('close', end)
    write(raw, 'retry: 3000\n\n')
    const after = lastEventId(request)
    const from = after ?? (await source.head())
    write(raw, `id: ${from}\nevent: hello\ndata: {"seq":${from}}\n\n`)
    stop = await hub.follow(
      {
        actor: () => actor,
        send: (event) => write(raw, frame(event)),
        reset: (seq) => write(raw, `id: ${seq}\nevent: reset\ndata: {"seq":${seq}}\n\n`),
      },
      from,
    )
    if (!open.has(raw)) stop()
  }

  const close = (): void => {
    if (closed) return
    closed = true
    hub.close()
    for (const end of open.values()) end()
  }
  return {
    plugin: (app, { callers }) => {
      app.addHook('preClose', async () => close())
      app.get(livePath, { exposeHeadRoute: false }, async (request, reply) => {
        if (closed) throw shuttingDown({ seconds: 5 })
        const caller = await callers.of(request)
        const key = caller.session === null ? `ip:${request.ip}` : `session:${caller.session.sessionId}`
        take(key, caller.session === null ? mostPerAddress : mostPerSession)
        for (const [name, value] of Object.entries(reply.getHeaders()))
          if (value !== undefined) reply.raw.setHeader(name, value)
        reply.hijack()
        reply.raw.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store, no-transform',
          'x-accel-buffering': 'no',
        })
        start(request, reply.raw, caller, () => callers.again(request), key).catch((error: unknown) => {
          log.error({ err: error, traceId: request.id }, 'a live connection failed')
          reply.raw.destroy()
        })
      })
    },
    connections: () => open.size,
    close,
  }
}
