import cookie from '@fastify/cookie'
import { type FastifyInstance, fastify } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { testPlatform } from '../../../tests/support/platform.ts'
import { testPerson, testServer } from '../../../tests/support/server.ts'
import { type Actor, anonymous } from '../../kernel/actor.ts'
import { instant } from '../../kernel/time.ts'
import type { ServerTools } from '../http/build-server.ts'
import { type Caller, createCallers } from '../http/caller.ts'
import { answerError } from '../http/refusal-reply.ts'
import type { JournalEntry, Log } from '../platform.ts'
import { createLiveHub, type LiveEvent, type LiveSource, type MaySee } from './live-hub.ts'
import { createLive, type LiveOptions } from './sse.ts'

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const at = instant('2026-03-02T01:00:00Z')
const entry = (seq: number, visibility: JournalEntry['visibility'] = 'public'): JournalEntry => ({
  seq,
  id: `entry-${seq}`,
  kind: 'notices.published',
  version: 1,
  subject: { kind: 'notice', id: `n${seq}` },
  projectId: null,
  actor: 'system:test',
  onBehalfOf: null,
  occurredAt: at,
  recordedAt: at,
  visibility,
  payload: { secret: 'not for the wire' },
})

/** A journal in memory that can be sealed further. */
const memorySource = () => {
  const entries: JournalEntry[] = []
  const listeners = new Set<() => void>()
  const source: LiveSource = {
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    entriesAfter: async (seq, limit) => entries.filter((one) => one.seq > seq).slice(0, limit),
    head: async () => entries.at(-1)?.seq ?? 0,
  }
  return {
    source,
    listeners,
    seal: (...visibilities: JournalEntry['visibility'][]) => {
      for (const visibility of visibilities) entries.push(entry(entries.length + 1, visibility))
      for (const listener of listeners) listener()
    },
  }
}
const maySee: MaySee = (actor, one) => one.visibility === 'public' || actor.kind === 'person'

/** Follows and lets a test wait for a number of events. */
const following = async (hub: ReturnType<typeof createLiveHub>, actor: Actor, after: number | null) => {
  const events: LiveEvent[] = []
  const resets: number[] = []
  let wake: () => void = () => undefined
  const stop = await hub.follow(
    {
      actor: () => actor,
      send: (event) => {
        events.push(event)
        wake()
      },
      reset: (seq) => resets.push(seq),
    },
    after,
  )
  const until = async (count: number): Promise<readonly number[]> => {
    while (events.length < count)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    return events.map((event) => event.seq)
  }
  return { events, resets, stop, until }
}

describe('the live hub', () => {
  it('hands each new entry once and in order to everyone who may see it', async () => {
    const journal = memorySource()
    const hub = createLiveHub(journal.source, maySee, silent)
    const [clerk, citizen] = [
      await following(hub, testPerson('办事员', 'clerk'), null),
      await following(hub, anonymous, null),
    ]
    journal.seal('public', 'internal')
    journal.seal('parties', 'public')
    expect(await clerk.until(4)).toEqual([1, 2, 3, 4])
    expect(await citizen.until(2)).toEqual([1, 4])
    hub.close()
  })
  it('lets a connection resume where it was, also when entries are sealed while it catches up', async () => {
    const journal = memorySource()
    journal.seal(...Array.from({ length: 1200 }, () => 'public' as const))
    const hub = createLiveHub(
      {
        ...journal.source,
        entriesAfter: async (seq, limit) => {
          if (seq === 503) journal.seal('public', 'public')
          return journal.source.entriesAfter(seq, limit)
        },
      },
      maySee,
      silent,
    )
    const back = await following(hub, anonymous, 3)
    const seqs = await back.until(1199)
    expect(seqs).toEqual(Array.from({ length: 1199 }, (_, index) => index + 4))
    hub.close()
  })
  it('tells a connection that is too far behind, or ahead of the journal, to reload', async () => {
    const journal = memorySource()
    journal.seal(...Array.from({ length: 5002 }, () => 'public' as const))
    const hub = createLiveHub(journal.source, maySee, silent)
    const [ahead, behind] = [await following(hub, anonymous, 9999), await following(hub, anonymous, 0)]
    expect([behind.resets, ahead.resets, behind.events.length]).toEqual([[5002], [5002], 0])
    journal.seal('public')
    expect(await behind.until(1)).toEqual([5003])
    expect(await ahead.until(1)).toEqual([5003])
    hub.close()
  })
  it('sends no payload and stops when it is told to', async () => {
    const journal = memorySource()
    const hub = createLiveHub(journal.source, maySee, silent)
    const one = await following(hub, anonymous, null)
    journal.seal('public')
    await one.until(1)
    expect(one.events).toEqual([
      { seq: 1, kind: 'notices.published', subject: { kind: 'notice', id: 'n1' }, projectId: null },
    ])
    one.stop()
    expect(hub.followers()).toBe(0)
    hub.close()
    expect(journal.listeners.size).toBe(0)
  })
})

describe('GET /api/live', () => {
  const opened: { app: FastifyInstance; close: () => void }[] = []
  afterEach(async () => {
    for (const { app, close } of opened.splice(0)) {
      close()
      await app.close()
    }
  })
  const sessions = new Map<string, Caller>()
  const serve = async (options: Partial<LiveOptions> = {}) => {
    const journal = memorySource()
    const live = createLive({ source: journal.source, maySee, log: silent, ...options })
    const app = fastify()
    await app.register(cookie)
    app.setErrorHandler((error, request, reply) => answerError(error, request, reply))
    const callers = createCallers(async (token) => sessions.get(token) ?? null)
    live.plugin(app, { callers } as ServerTools)
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    opened.push({ app, close: live.close })
    const connect = async (headers: Record<string, string> = {}) => {
      const reply = await fetch(`${address}/api/live`, { headers })
      const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      const until = async (part: string): Promise<string> => {
        while (!text.includes(part)) {
          const next = await reader?.read()
          if (next === undefined || next.done) return `${text}[ended]`
          text += next.value
        }
        return text
      }
      return { reply, until }
    }
    return { journal, live, connect }
  }
  const signedIn = (token: string): Record<string, string> => {
    const actor = testPerson('办事员', 'clerk')
    sessions.set(token, {
      actor,
      session: { sessionId: token, personId: actor.personId, expiresAt: at },
      via: 'cookie',
    })
    return { cookie: `mz_session=${token}` }
  }

  it('greets with the place in the order and then streams what is sealed, without payload', async () => {
    const { journal, connect } = await serve()
    const page = await connect()
    expect(page.reply.headers.get('content-type')).toContain('text/event-stream')
    await page.until('event: hello')
    journal.seal('internal', 'public')
    const text = await page.until('"seq":2')
    expect(text).toContain('id: 2\nevent: entry\ndata: {"seq":2,"kind":"notices.published"')
    expect(text).not.toContain('not for the wire')
    expect(text).not.toContain('"seq":1')
  })
  it('resumes after Last-Event-ID', async () => {
    const { journal, connect } = await serve()
    journal.seal('public', 'public', 'public')
    const page = await connect({ 'last-event-id': '1' })
    const text = await page.until('"id":"n3"')
    expect(text).toContain('"id":"n2"')
    expect(text).not.toContain('"id":"n1"')
  })
  it('works behind the whole server: with its safety headers, uncompressed, and it does not hold up closing', async () => {
    const test = await testPlatform()
    const journal = memorySource()
    const live = createLive({ source: journal.source, maySee, log: silent })
    const server = await testServer({ capabilities: [], platform: test.platform, plugins: [live.plugin] })
    const address = await server.app.listen({ port: 0, host: '127.0.0.1' })
    const reply = await fetch(`${address}/api/live`, { headers: { 'accept-encoding': 'gzip' } })
    expect(reply.headers.get('content-encoding')).toBeNull()
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(reply.headers.get('trace-id')).toMatch(/^[0-9a-f]{32}$/)
    await server.close()
    expect(await reply.text()).toContain('event: hello')
    await test.close()
  })
  it('refuses more connections of one session than allowed', async () => {
    const { connect } = await serve({ mostPerSession: 2 })
    const headers = signedIn('session-a-0123456789')
    const replies = [await connect(headers), await connect(headers), await connect(headers)].map(
      (page) => page.reply.status,
    )
    expect(replies).toEqual([200, 200, 429])
  })
  it('ends with the session: the next heartbeat notices', async () => {
    const { connect, live } = await serve({ heartbeatMs: 10 })
    const page = await connect(signedIn('session-b-0123456789'))
    await page.until('still here')
    sessions.delete('session-b-0123456789')
    expect(await page.until('never sent')).toContain('[ended]')
    expect(live.connections()).toBe(0)
  })
  it('ends every connection when the server shuts down, and takes no new ones', async () => {
    const { connect, live } = await serve()
    const page = await connect()
    await page.until('event: hello')
    live.close()
    expect(await page.until('never sent')).toContain('[ended]')
    expect((await connect()).reply.status).toBe(503)
  })
})
