import { mkdtemp, readFile, rm } from 'node:fs/promises'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { system } from '../../kernel/actor.ts'
import { addMs, DAY_MS } from '../../kernel/time.ts'
import type { Unit } from '../platform.ts'
import { vaultOf } from '../vault/vault.ts'
import { gatewayAdapter, localAdapter, smtpAdapter, webhookAdapter } from './adapters.ts'
import { addressGuard } from './addresses.ts'
import type { ChannelAdapter, ChannelName, SendResult } from './channel.ts'
import { createOutbox, LEASE_MS, MOST_TRIES, type NewDelivery, type Outbox, retryPausesMs } from './outbox.ts'
import { isSigned, newSecret, signatureOf } from './signature.ts'

let test: TestPlatform
const closers: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  test = await testPlatform()
})
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  await test.close()
})

const vault = vaultOf(new Uint8Array(32).fill(3))
const makeOutbox = (adapters: Partial<Record<ChannelName, ChannelAdapter>>): Outbox => createOutbox({ vault, adapters })
const content = { title: '标题', text: '正文', html: '<p>正文</p>', data: null }
const wish = (more: Partial<NewDelivery> = {}): NewDelivery => ({
  channel: 'email',
  address: 'li@example.cn',
  addressMasked: 'l***@example.cn',
  content,
  owner: 'test',
  reference: 'r1',
  topic: 'test.happened',
  ...more,
})
const unitOf = <T>(work: (unit: Unit) => Promise<T>): Promise<T> => test.platform.transact(system('test'), work)
const post = (outbox: Outbox, more: Partial<NewDelivery> = {}): Promise<string> =>
  unitOf((unit) => outbox.post(unit, wish(more)))
const rowOf = async (outbox: Outbox, id: string) => {
  const row = await outbox.byId(test.platform.db, id)
  if (row === null) throw new Error('no such delivery')
  return row
}
let ran = 0
beforeEach(() => {
  ran = 0
})
/** Runs the jobs that were enqueued since, as the queue would. */
const runJobs = async (outbox: Outbox): Promise<number> => {
  let count = 0
  for (; ran < test.jobs.length; ran += 1) {
    const job = test.jobs[ran]
    const handler = outbox.jobs.find((each) => each.job.name === job?.name)
    await handler?.handle(test.platform, job?.input, { report: async () => {}, signal: new AbortController().signal })
    count += 1
  }
  return count
}
const fire = async (outbox: Outbox): Promise<number> => {
  await test.fireTimers([{ timers: outbox.timers }])
  return runJobs(outbox)
}
/** An adapter that answers as it is told and remembers what it was given. */
const scripted = (...answers: (SendResult | Error)[]) => {
  const sent: string[] = []
  const adapter: ChannelAdapter = {
    name: 'scripted',
    send: async (message) => {
      sent.push(message.id)
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer')
      return answer
    },
  }
  return { adapter, sent }
}
const ok: SendResult = { kind: 'sent', providerId: 'p1', detail: '250 ok' }
const passing: SendResult = { kind: 'failed', reason: 'busy', permanent: false }

describe('the outbox', () => {
  it('holds a message only if the transaction that causes it commits', async () => {
    const outbox = makeOutbox({ email: scripted(ok).adapter })
    await expect(
      unitOf(async (unit) => {
        await outbox.post(unit, wish())
        throw new Error('rolled back')
      }),
    ).rejects.toThrow('rolled back')
    expect((await outbox.page(test.platform.db, { limit: 10 })).rows).toEqual([])
    const id = await post(outbox)
    expect((await rowOf(outbox, id)).state).toBe('queued')
  })
  it('keeps addresses sealed and shows operators the mask', async () => {
    const outbox = makeOutbox({ email: scripted(ok).adapter })
    const row = await rowOf(outbox, await post(outbox))
    expect(JSON.stringify(row)).not.toContain('li@example.cn')
    expect(row.address_masked).toBe('l***@example.cn')
  })
  it('says that a message was sent, with the number of the next in line', async () => {
    const outbox = makeOutbox({ email: scripted(ok).adapter })
    const id = await post(outbox)
    await runJobs(outbox)
    expect(await rowOf(outbox, id)).toMatchObject({
      state: 'sent',
      provider_id: 'p1',
      attempts: 1,
      adapter: 'scripted',
    })
    expect(await outbox.attemptsOf(test.platform.db, id)).toMatchObject([
      { number: 1, outcome: 'sent', detail: '250 ok' },
    ])
  })
  it('tries again with growing pauses, and gives up in the end with the reason', async () => {
    const { adapter, sent } = scripted(new Error('no route'))
    const outbox = makeOutbox({ email: adapter })
    const id = await post(outbox)
    await runJobs(outbox)
    for (const pause of retryPausesMs) {
      expect(await rowOf(outbox, id)).toMatchObject({ state: 'failed', reason: 'no route' })
      test.clock.advance(pause - 1)
      expect(await fire(outbox)).toBe(0)
      test.clock.advance(1)
      expect(await fire(outbox)).toBe(1)
    }
    expect(await rowOf(outbox, id)).toMatchObject({ state: 'given-up', reason: 'no route', next_try_at: null })
    expect(sent).toEqual(Array.from({ length: MOST_TRIES }, () => id))
  })
  it('does not try again what would be refused again', async () => {
    const { adapter, sent } = scripted({ kind: 'failed', reason: 'no such user', permanent: true })
    const outbox = makeOutbox({ email: adapter })
    const id = await post(outbox)
    await runJobs(outbox)
    test.clock.advance(3 * DAY_MS)
    await fire(outbox)
    expect(await rowOf(outbox, id)).toMatchObject({ state: 'given-up', reason: 'no such user' })
    expect(sent).toHaveLength(1)
  })
  it('sends again, with the same id, what a process took and never reported on: at least once, never lost', async () => {
    const seen: string[] = []
    let dies = true
    const outbox = makeOutbox({
      email: {
        name: 'dying',
        send: async (message) => {
          seen.push(message.id)
          return ok
        },
      },
    })
    const id = await post(outbox)
    const { transact } = test.platform
    let calls = 0
    // The process is killed between the sending and the mark: the second transaction of the try never runs.
    const dying = {
      ...test.platform,
      transact: ((actor, work, options) => {
        calls += 1
        if (dies && calls === 2) return Promise.reject(new Error('killed'))
        return transact(actor, work, options)
      }) as typeof transact,
    }
    await expect(outbox.attempt(dying, id, new AbortController().signal)).rejects.toThrow('killed')
    dies = false
    expect((await rowOf(outbox, id)).state).toBe('sending')
    ran = test.jobs.length
    // The queue gives the job of a lost worker to another one, which finds it claimed and looks again later.
    await outbox.attempt(test.platform, id, new AbortController().signal)
    expect(seen).toEqual([id])
    test.clock.advance(LEASE_MS)
    expect(await fire(outbox)).toBe(1)
    expect(seen).toEqual([id, id])
    expect((await rowOf(outbox, id)).state).toBe('sent')
  })
  it('sends once when two jobs run for one message', async () => {
    const { adapter, sent } = scripted(ok)
    const outbox = makeOutbox({ email: adapter })
    const id = await post(outbox)
    const { signal } = new AbortController()
    await Promise.all([outbox.attempt(test.platform, id, signal), outbox.attempt(test.platform, id, signal)])
    expect(sent).toEqual([id])
  })
  it('puts stranded messages back to work at the start of a server', async () => {
    const outbox = makeOutbox({ email: scripted(ok).adapter })
    const id = await post(outbox)
    ran = test.jobs.length
    expect(await outbox.recover(test.platform)).toBe(0)
    test.clock.advance(11 * 60_000)
    expect(await outbox.recover(test.platform)).toBe(1)
    await runJobs(outbox)
    expect((await rowOf(outbox, id)).state).toBe('sent')
  })
  it('waits until the moment that was asked for', async () => {
    const { adapter, sent } = scripted(ok)
    const outbox = makeOutbox({ email: adapter })
    await post(outbox, { notBefore: addMs(test.clock(), 3_600_000) })
    expect(await fire(outbox)).toBe(0)
    test.clock.advance(3_600_000)
    await fire(outbox)
    expect(sent).toHaveLength(1)
  })
  it('asks its owner before every try, and stops with the reason', async () => {
    const { adapter, sent } = scripted(ok)
    const outbox = makeOutbox({ email: adapter })
    const states: string[] = []
    outbox.register('test', {
      mayStillSend: async () => '角色已撤销',
      changed: async (_unit, row) => void states.push(row.state),
    })
    const id = await post(outbox)
    await runJobs(outbox)
    expect(await rowOf(outbox, id)).toMatchObject({ state: 'cancelled', reason: '角色已撤销' })
    expect([sent, states]).toEqual([[], ['cancelled']])
  })
  it('lets an operator retry, cancel and change the channel, and refuses each where it is too late', async () => {
    const { adapter } = scripted({ kind: 'failed', reason: 'bad', permanent: true })
    const sms = scripted(ok)
    const outbox = makeOutbox({ email: adapter, sms: sms.adapter })
    const id = await post(outbox)
    const act = <T>(work: (unit: Unit, row: Awaited<ReturnType<typeof rowOf>>) => Promise<T>): Promise<T> =>
      unitOf(async (unit) => work(unit, await rowOf(outbox, id)))
    expect(await act((unit, row) => outbox.retry(unit, row))).toBe(false)
    expect(await act((unit, row) => outbox.cancel(unit, row, '不再需要'))).toBe(true)
    await runJobs(outbox)
    expect(await rowOf(outbox, id)).toMatchObject({ state: 'cancelled', attempts: 0 })
    expect(await act((unit, row) => outbox.retry(unit, row))).toBe(true)
    await runJobs(outbox)
    expect((await rowOf(outbox, id)).state).toBe('given-up')
    const to = { channel: 'sms' as const, address: '13800000001', addressMasked: '138****0001' }
    expect(await act((unit, row) => outbox.move(unit, row, to))).toBe(true)
    await runJobs(outbox)
    expect(await rowOf(outbox, id)).toMatchObject({ state: 'sent', channel: 'sms', address_masked: '138****0001' })
    expect(sms.sent).toEqual([id])
    expect(await act((unit, row) => outbox.cancel(unit, row, ''))).toBe(false)
    expect(await act((unit, row) => outbox.retry(unit, row))).toBe(false)
    expect(await act((unit, row) => outbox.move(unit, row, to))).toBe(false)
  })
  it('takes the report of a channel once, and only from that channel', async () => {
    const outbox = makeOutbox({ sms: scripted(ok).adapter })
    const id = await post(outbox, { channel: 'sms' })
    await runJobs(outbox)
    const report = (channel: ChannelName) =>
      unitOf((unit) => outbox.report(unit, id, { channel, delivered: true, reason: '' }))
    expect(await report('wechat')).toBe(false)
    expect(await report('sms')).toBe(true)
    expect(await report('sms')).toBe(false)
    expect((await rowOf(outbox, id)).state).toBe('delivered')
  })
  it('wipes a code as soon as it is out, and old contents after their time', async () => {
    const outbox = makeOutbox({ email: scripted(ok).adapter })
    const code = await post(outbox, { secret: true })
    const plain = await post(outbox)
    await runJobs(outbox)
    expect((await rowOf(outbox, code)).content).toBeNull()
    expect((await rowOf(outbox, plain)).content).toEqual(content)
    test.clock.advance(10 * DAY_MS)
    expect(await unitOf((unit) => outbox.wipeBefore(unit.db, unit.now))).toBe(1)
    expect((await rowOf(outbox, plain)).content).toBeNull()
  })
  it('goes on with the rest of its tries after passing failures', async () => {
    const { adapter, sent } = scripted(passing, passing, ok)
    const outbox = makeOutbox({ email: adapter })
    const id = await post(outbox)
    await runJobs(outbox)
    test.clock.advance(DAY_MS)
    await fire(outbox)
    test.clock.advance(DAY_MS)
    await fire(outbox)
    expect(await rowOf(outbox, id)).toMatchObject({ state: 'sent', attempts: 3, reason: null })
    expect(sent).toHaveLength(3)
  })
})

const listening = async (server: http.Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(resolve)
      }),
  )
  return (server.address() as AddressInfo).port
}
const receiver = async (answer: (request: IncomingMessage, body: string, reply: ServerResponse) => void) =>
  `http://127.0.0.1:${await listening(
    http.createServer((request, reply) => {
      let body = ''
      request.on('data', (part: Buffer) => {
        body += part.toString('utf8')
      })
      request.on('end', () => answer(request, body, reply))
    }),
  )}/hook`
const smtp = async (more: SMTPServerOptions = {}) => {
  const mails: { to: string[]; raw: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      let raw = ''
      stream.on('data', (part: Buffer) => {
        raw += part.toString('utf8')
      })
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map((each) => each.address), raw })
        done()
      })
    },
    ...more,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => new Promise((resolve) => server.close(() => resolve(undefined))))
  const { port } = server.server.address() as AddressInfo
  return { mails, url: `smtp://127.0.0.1:${port}` }
}
const outgoing = { ...content, id: 'm-1', address: 'li@example.cn', reference: 'w1' }
const { signal } = new AbortController()

describe('e-mail', () => {
  it('goes out as text and HTML, with a message id made of our own', async () => {
    const { mails, url } = await smtp()
    const adapter = smtpAdapter({ url, from: '明筑 <notice@example.gov.cn>' })
    expect(await adapter.send(outgoing, signal)).toMatchObject({ kind: 'sent' })
    expect(mails[0]?.to).toEqual(['li@example.cn'])
    expect(mails[0]?.raw).toContain('Message-ID: <m-1@example.gov.cn>')
    expect(mails[0]?.raw).toContain('multipart/alternative')
  })
  it('cannot be given further headers or receivers by what people wrote', async () => {
    const { mails, url } = await smtp()
    const adapter = smtpAdapter({ url, from: 'notice@example.gov.cn' })
    await adapter.send({ ...outgoing, title: 'x\r\nBcc: all@example.cn\r\n\r\nbody' }, signal)
    await adapter.send({ ...outgoing, address: 'li@example.cn, all@example.cn' }, signal).catch(() => undefined)
    for (const { raw, to } of mails) {
      expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^bcc:/im)
      expect(to).not.toContain('all@example.cn')
    }
    expect(mails.length).toBeGreaterThan(0)
  })
  it('is given up when the receiver does not exist, and tried again when the server is busy', async () => {
    const fails = (code: number) =>
      smtp({ onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no'), { responseCode: code })) })
    const results: SendResult[] = []
    for (const code of [550, 451]) {
      const adapter = smtpAdapter({ url: (await fails(code)).url, from: 'notice@example.gov.cn' })
      results.push(await adapter.send(outgoing, signal))
    }
    expect(results).toMatchObject([
      { kind: 'failed', permanent: true },
      { kind: 'failed', permanent: false },
    ])
  })
  it('is tried again when nobody listens', async () => {
    const adapter = smtpAdapter({ url: 'smtp://127.0.0.1:1', from: 'notice@example.gov.cn', timeoutMs: 500 })
    expect(await adapter.send(outgoing, signal)).toMatchObject({ kind: 'failed', permanent: false })
  })
})

describe('a gateway', () => {
  const secret = 'a-secret-of-the-gateway'
  it('gets signed JSON and an idempotency key; its answer says how it fared', async () => {
    let checked = false
    const url = await receiver((request, body, reply) => {
      const message = {
        id: String(request.headers['webhook-id']),
        timestamp: String(request.headers['webhook-timestamp']),
        body,
        signature: String(request.headers['webhook-signature']),
      }
      checked = isSigned(secret, message, test.clock()) && request.headers['idempotency-key'] === 'm-1'
      expect(JSON.parse(body)).toEqual({ channel: 'sms', id: 'm-1', to: 'li@example.cn', title: '标题', text: '正文' })
      reply.end(JSON.stringify({ providerId: 'gw-7', status: 'delivered' }))
    })
    const adapter = gatewayAdapter('sms', { url, secret, clock: test.clock })
    expect(await adapter.send(outgoing, signal)).toMatchObject({ kind: 'delivered', providerId: 'gw-7' })
    expect(checked).toBe(true)
  })
  it('may reject for good, be busy, or answer nonsense', async () => {
    const answers = [
      [200, JSON.stringify({ status: 'rejected', reason: '号码停机' })],
      [503, 'busy'],
      [400, 'bad number'],
      [429, ''],
      [200, 'not json'],
    ] as const
    const results: SendResult[] = []
    for (const [status, text] of answers) {
      const url = await receiver((_request, _body, reply) => {
        reply.statusCode = status
        reply.end(text)
      })
      results.push(await gatewayAdapter('sms', { url, secret, clock: test.clock }).send(outgoing, signal))
    }
    expect(results).toMatchObject([
      { kind: 'failed', permanent: true, reason: '号码停机' },
      { kind: 'failed', permanent: false },
      { kind: 'failed', permanent: true, reason: 'HTTP 400: bad number' },
      { kind: 'failed', permanent: false },
      { kind: 'sent' },
    ])
  })
})

describe('a webhook', () => {
  const secret = newSecret()
  const make = (networks: readonly string[] = ['127.0.0.1'], known: string | null = secret) =>
    webhookAdapter({ guard: addressGuard(networks), clock: test.clock, secretOf: async () => known, timeoutMs: 300 })
  const to = (address: string) => ({ ...outgoing, address, data: { kind: 'approvals.decided' } })

  it('arrives signed, with its id and the time', async () => {
    let valid = false
    const url = await receiver((request, body, reply) => {
      const header = (name: string) => String(request.headers[name])
      const message = { id: header('webhook-id'), timestamp: header('webhook-timestamp'), body }
      valid = isSigned(secret, { ...message, signature: header('webhook-signature') }, test.clock())
      expect(isSigned(newSecret(), { ...message, signature: header('webhook-signature') }, test.clock())).toBe(false)
      reply.end()
    })
    expect(await make().send(to(url), signal)).toMatchObject({ kind: 'delivered' })
    expect(valid).toBe(true)
  })
  it('goes to no address of our own networks unless it is allowed', async () => {
    let calls = 0
    const url = await receiver((_request, _body, reply) => {
      calls += 1
      reply.end()
    })
    expect(await make([]).send(to(url), signal)).toMatchObject({ kind: 'failed', permanent: true })
    expect(await make([]).send(to(url.replace('127.0.0.1', 'localhost')), signal)).toMatchObject({ permanent: true })
    expect(calls).toBe(0)
  })
  it('follows no redirect, waits no longer than its time, and takes no endless answer', async () => {
    const redirect = await receiver((_request, _body, reply) => {
      reply.writeHead(302, { location: 'http://127.0.0.1:1/' })
      reply.end()
    })
    const silent = await receiver(() => {})
    const endless = await receiver((_request, _body, reply) => {
      reply.end('x'.repeat(200_000))
    })
    expect(await make().send(to(redirect), signal)).toMatchObject({ kind: 'failed', reason: 'HTTP 302' })
    expect(await make().send(to(silent), signal)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('没有答复'),
    })
    expect(await make().send(to(endless), signal)).toMatchObject({ kind: 'failed', permanent: false })
  })
  it('is tried again after a 500, and given up only when the receiver says that it is gone', async () => {
    const results: SendResult[] = []
    for (const status of [500, 404, 410])
      results.push(
        await make().send(
          to(
            await receiver((_request, _body, reply) => {
              reply.statusCode = status
              reply.end()
            }),
          ),
          signal,
        ),
      )
    expect(results.map((each) => each.kind === 'failed' && each.permanent)).toEqual([false, false, true])
    expect(await make(['127.0.0.1'], null).send(to('http://127.0.0.1:1/'), signal)).toMatchObject({ permanent: true })
  })
  it('trusts no certificate that nobody vouches for', async () => {
    // A mail server that speaks TLS at once with a certificate of its own making: the call ends before HTTP begins.
    const { url } = await smtp({ secure: true })
    expect(await make().send(to(url.replace('smtp:', 'https:')), signal)).toMatchObject({
      kind: 'failed',
      permanent: false,
      reason: expect.stringContaining('证书'),
    })
  })
  it('has a signature that an older or altered message does not bear', () => {
    const now = test.clock()
    const stamp = String(Math.floor(Date.parse(now) / 1000))
    const message = { id: 'a', timestamp: stamp, body: '{}', signature: signatureOf(secret, 'a', stamp, '{}') }
    expect(isSigned(secret, message, now)).toBe(true)
    expect(isSigned(secret, message, addMs(now, 301_000))).toBe(false)
    for (const part of ['id', 'body', 'timestamp', 'signature'] as const)
      expect(isSigned(secret, { ...message, [part]: `${message[part]}1` }, now)).toBe(false)
  })
})

describe('the stand-in of a channel that is not connected', () => {
  it('keeps what would have been sent, and does not claim that anybody got it', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'mingzhu-outgoing-'))
    closers.push(() => rm(folder, { recursive: true }))
    const outbox = makeOutbox({ email: localAdapter(folder, 'email') })
    const id = await post(outbox, { secret: true })
    await runJobs(outbox)
    expect(await rowOf(outbox, id)).toMatchObject({ state: 'stored', adapter: 'local', sent_at: null, content })
    expect(JSON.parse(await readFile(path.join(folder, 'email', `${id}.json`), 'utf8'))).toMatchObject({ text: '正文' })
  })
})
