import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { permissionMatrix, type TestServer, testPerson, testServer } from '../../../tests/support/server.ts'
import { anonymous, roles } from '../../kernel/actor.ts'
import { endpoint } from '../../kernel/endpoint.ts'
import { defineEvent } from '../../kernel/event.ts'
import { idSchema } from '../../kernel/identity.ts'
import { defineRefusal } from '../../kernel/refusal.ts'
import { addMs } from '../../kernel/time.ts'
import { systemClock } from '../clock.ts'
import { type Platform, route } from '../platform.ts'
import { alreadyDone, createIdempotency, withIdempotency } from './idempotency.ts'
import type { Problem } from './refusal-reply.ts'

const itemShape = z.object({
  name: z.string().min(1).max(20),
  area: z.number().positive().optional(),
  tags: z.array(z.string()).max(3).default([]),
})
const addItem = endpoint({
  id: 'items.add',
  method: 'POST',
  path: '/api/items',
  summary: 'add',
  access: { roles: ['clerk'] },
  body: itemShape,
  reply: z.object({ count: z.number(), name: z.string() }),
  idempotent: true,
})
const findItems = endpoint({
  id: 'items.find',
  method: 'GET',
  path: '/api/items/:itemId',
  summary: 'find',
  access: 'public',
  params: z.object({ itemId: idSchema<'item'>() }),
  query: z.object({ stage: z.array(z.string()).optional(), limit: z.coerce.number().int().max(10).default(5) }),
  reply: z.object({ stage: z.array(z.string()), limit: z.number() }),
})
const leak = endpoint({
  id: 'items.leak',
  method: 'GET',
  path: '/api/leak',
  summary: 'leak',
  access: 'public',
  query: z.object({ broken: z.string().optional() }),
  reply: z.object({ name: z.string() }),
})
const refuse = endpoint({
  id: 'items.refuse',
  method: 'POST',
  path: '/api/refuse',
  summary: 'refuse',
  access: 'signed-in',
  body: z.object({ how: z.enum(['refusal', 'error', 'file']) }),
  reply: z.undefined(),
})
const paper = endpoint({
  id: 'items.paper',
  method: 'GET',
  path: '/api/paper',
  summary: 'paper',
  access: 'signed-in',
  reply: z.custom<undefined>(),
  produces: 'application/pdf',
})
const limited = endpoint({
  id: 'items.limited',
  method: 'GET',
  path: '/api/limited',
  summary: 'limited',
  access: 'public',
  reply: z.object({ ok: z.boolean() }),
  perMinute: 2,
})
const closed = defineRefusal('conflict', 'items.closed', {
  zh: '已于{when}关闭,请另行申请。',
  en: 'Closed {when}: apply anew.',
})
const added = defineEvent({
  kind: 'items.added',
  version: 1,
  visibility: 'internal',
  payload: z.object({ name: z.string() }),
  sentence: '添加{name}',
})

let test: TestPlatform
let platform: Platform
let server: TestServer
let effects = 0
/** Runs inside the handler of items.add, after its transaction. */
let afterCommit: () => Promise<void> = async () => undefined

const clerk = testPerson('窗口张三', 'clerk')
const citizen = testPerson('居民李四', 'citizen')

const routes = () => [
  route(addItem, async (call, { body }) => {
    await platform.transact(call.actor, async (unit) => {
      await unit.record(added, { subject: { kind: 'item', id: unit.newId() }, payload: { name: body.name } })
    })
    effects += 1
    await afterCommit()
    return { count: effects, name: body.name }
  }),
  route(findItems, async (_call, { query }) => ({ stage: query.stage ?? [], limit: query.limit })),
  route(leak, async (_call, { query }) =>
    query.broken === undefined
      ? ({ name: 'n', idNumber: '500105199001011234' } as { name: string })
      : ({} as { name: string }),
  ),
  route(refuse, async (_call, { body }) => {
    if (body.how === 'refusal') throw closed({ when: '三月一日' }, [{ path: 'how', message: '请改选' }])
    throw new Error('disk on fire: secret detail')
  }),
  route(paper, async () => ({ fileName: '施工许可证.pdf', content: new Uint8Array([1, 2, 3]) })),
  route(limited, async () => ({ ok: true })),
]

beforeAll(async () => {
  test = await testPlatform()
  platform = withIdempotency(test.platform)
  server = await testServer({ capabilities: [{ name: 'items', routes: routes() }], platform })
})
afterAll(async () => {
  await server.close()
  await test.close()
})
const problemOf = (reply: { json: () => unknown }): Problem => reply.json() as Problem

describe('an endpoint', () => {
  it('answers who is not signed in with 401, who lacks the role with 403 naming the role, before it reads the body', async () => {
    const nobody = await server.anonymous.inject('POST', '/api/items', { body: { name: '' } })
    expect([nobody.statusCode, problemOf(nobody).code]).toEqual([401, 'http.sign-in-required'])
    const wrong = await server.as(citizen).inject('POST', '/api/items', { body: { name: '' } })
    expect([wrong.statusCode, problemOf(wrong).code]).toEqual([403, 'http.role-required'])
    expect(problemOf(wrong).detail).toContain('窗口人员')
  })
  it('lets in exactly the actors that its contract names, for every endpoint and role', async () => {
    const actors = Object.fromEntries(roles.map((role) => [role, testPerson(role, role)]))
    const rows = await permissionMatrix(server, server.endpoints, { ...actors, nobody: anonymous })
    expect(rows.filter((row) => row.fault !== null)).toEqual([])
    expect(rows.filter((row) => !row.mayCall).length).toBeGreaterThan(15)
    expect(rows.some((row) => row.mayCall)).toBe(true)
  })
  it('lists every fault of the input with its dotted path and a Chinese sentence', async () => {
    const reply = await server.as(clerk).inject('POST', '/api/items', {
      body: { name: '', area: 'wide', tags: ['a', 2] },
      headers: { 'idempotency-key': 'faults-0123456789' },
    })
    expect(reply.statusCode).toBe(400)
    expect(reply.headers['content-type']).toContain('application/problem+json')
    expect(problemOf(reply)).toMatchObject({
      code: 'http.invalid-input',
      title: '填写有误',
      errors: [
        { path: 'name', message: '请填写此项。' },
        { path: 'area', message: '格式不对,应填写数字。' },
        { path: 'tags.1', message: '格式不对,应填写文字。' },
      ],
    })
  })
  it('answers in English when the reader prefers it, in Chinese otherwise', async () => {
    const send = (headers: Record<string, string>) =>
      server.as(clerk).inject('POST', '/api/refuse', { body: { how: 'refusal' }, headers })
    expect(problemOf(await send({ 'accept-language': 'en-GB,en;q=0.9,zh;q=0.5' })).detail).toBe(
      'Closed 三月一日: apply anew.',
    )
    expect(problemOf(await send({ 'accept-language': 'fr, zh-CN;q=0.8, en;q=0.3' })).detail).toContain('请另行申请')
    expect(problemOf(await send({})).detail).toContain('请另行申请')
  })
  it('takes one value where a list may stand in the query, and applies defaults', async () => {
    const id = test.platform.newId()
    const reply = await server.anonymous.inject('GET', `/api/items/${id}?stage=design`)
    expect(reply.json()).toEqual({ stage: ['design'], limit: 5 })
  })
  it('turns a refusal into problem+json with its code, facts and fields', async () => {
    const reply = await server.as(clerk).inject('POST', '/api/refuse', { body: { how: 'refusal' } })
    expect(reply.statusCode).toBe(409)
    expect(problemOf(reply)).toMatchObject({
      type: 'urn:mingzhu:problem:items.closed',
      status: 409,
      code: 'items.closed',
      facts: { when: '三月一日' },
      errors: [{ path: 'how', message: '请改选' }],
      traceId: reply.headers['trace-id'],
    })
  })
  it('says nothing of the inside when something unexpected fails, but gives the trace id', async () => {
    const reply = await server.as(clerk).inject('POST', '/api/refuse', { body: { how: 'error' } })
    expect(reply.statusCode).toBe(500)
    expect(reply.body).not.toContain('disk on fire')
    expect(problemOf(reply).detail).toContain(String(reply.headers['trace-id']))
  })
  it('lets nothing out that its contract does not name', async () => {
    expect((await server.anonymous.inject('GET', '/api/leak')).json()).toEqual({ name: 'n' })
  })
  it('answers 500, not garbage, when its own reply does not fit its contract', async () => {
    expect((await server.anonymous.inject('GET', '/api/leak?broken=1')).statusCode).toBe(500)
  })
  it('gives documents with their type and their Chinese name', async () => {
    const reply = await server.as(clerk).inject('GET', '/api/paper')
    expect(reply.headers['content-type']).toBe('application/pdf')
    expect(reply.headers['content-disposition']).toContain(encodeURIComponent('施工许可证.pdf'))
    expect([...reply.rawPayload]).toEqual([1, 2, 3])
  })
  it('refuses one caller after its number of calls in a minute and says when to come back', async () => {
    const own = await testServer({
      capabilities: [{ name: 'items', routes: routes() }],
      platform,
      requestsPerMinute: 1000,
    })
    const codes = []
    for (let call = 0; call < 3; call += 1) codes.push(await own.anonymous.inject('GET', '/api/limited'))
    expect(codes.map((reply) => reply.statusCode)).toEqual([200, 200, 429])
    expect(Number(codes[2]?.headers['retry-after'])).toBeGreaterThan(0)
    expect((await own.as(clerk).inject('GET', '/api/limited')).statusCode).toBe(200)
    await own.close()
  })
})

describe('transport faults are problem+json with a sentence too', () => {
  const post = (payload: string, type: string, token?: string) =>
    server.app.inject({
      method: 'POST',
      url: '/api/session',
      payload,
      headers: { 'content-type': type, ...(token === undefined ? {} : { authorization: token }) },
    })
  it('malformed JSON: 400', async () => {
    const reply = await post('{"login":', 'application/json')
    expect([reply.statusCode, problemOf(reply).code]).toEqual([400, 'http.malformed-json'])
  })
  it('a body beyond the limit: 413', async () => {
    const reply = await post(JSON.stringify({ login: 'x'.repeat(3_000_000) }), 'application/json')
    expect([reply.statusCode, problemOf(reply).code]).toEqual([413, 'http.body-too-large'])
  })
  it('another content type: 415, also plain text and forms, which other sites can send', async () => {
    expect((await post('login=a', 'application/x-www-form-urlencoded')).statusCode).toBe(415)
    expect((await post('{"login":"a","password":"b"}', 'text/plain')).statusCode).toBe(415)
  })
  it('an unknown address: 404', async () => {
    const reply = await server.anonymous.inject('GET', '/api/nothing-here?x=1')
    expect([reply.statusCode, problemOf(reply).code]).toEqual([404, 'http.not-found'])
    expect(problemOf(reply).detail).toContain('/api/nothing-here')
  })
  it('a bearer token that is not valid: 401', async () => {
    const reply = await post('{}', 'application/json', `Bearer ${'x'.repeat(40)}`)
    expect(reply.statusCode).toBe(401)
    expect(reply.headers['www-authenticate']).toContain('Bearer')
  })
})

describe('every answer', () => {
  it('carries the trace id of the caller, or a new one', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c'
    const traced = await server.app.inject({
      url: '/api/leak',
      headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` },
    })
    expect(traced.headers['trace-id']).toBe(trace)
    const forged = await server.app.inject({ url: '/api/leak', headers: { traceparent: '00-<script>-1-01' } })
    expect(forged.headers['trace-id']).toMatch(/^[0-9a-f]{32}$/)
  })
  it('leaves its trace id in the journal, also where the handler does not pass it on', async () => {
    const reply = await server.as(clerk).inject('POST', '/api/items', {
      body: { name: '己' },
      headers: { 'idempotency-key': test.platform.newId() },
    })
    const { rows } = await sql<{ trace_id: string }>`
      select trace_id from journal.entry where payload ->> 'name' = '己'`.execute(platform.db)
    expect(rows).toEqual([{ trace_id: reply.headers['trace-id'] }])
  })
  it('forbids foreign scripts, frames and inline scripts; inline styles only in the desk', async () => {
    const policy = String((await server.app.inject('/api/leak')).headers['content-security-policy'])
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe-inline')
    const desk = String((await server.app.inject('/desk/inbox')).headers['content-security-policy'])
    expect(desk).toContain("style-src 'self' 'unsafe-inline'")
    expect(desk).toContain("script-src 'self';")
    expect(String((await server.app.inject('/desktop')).headers['content-security-policy'])).not.toContain('unsafe')
  })
})

describe('a request from another site', () => {
  const send = async (headers: Record<string, string>, method: 'POST' | 'GET' = 'POST') => {
    const session = await server.signIn.openSession(clerk.personId, { userAgent: '', ipAddress: '' })
    server.as(clerk)
    const { statusCode } = await server.app.inject({
      method,
      url: method === 'GET' ? '/api/paper' : '/api/refuse',
      headers: { host: 'mingzhu.test', cookie: `mz_session=${session.token}`, ...headers },
      ...(method === 'GET' ? {} : { payload: { how: 'refusal' } }),
    })
    return statusCode
  }
  it('is refused by Sec-Fetch-Site and by Origin, and when a cookie comes without either', async () => {
    expect(await send({ 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await send({ 'sec-fetch-site': 'same-site' })).toBe(403)
    expect(await send({ origin: 'https://evil.example' })).toBe(403)
    expect(await send({ origin: 'null' })).toBe(403)
    expect(await send({})).toBe(403)
  })
  it('is let in when it says that it comes from here', async () => {
    expect(await send({ 'sec-fetch-site': 'same-origin' })).toBe(409)
    expect(await send({ origin: 'http://mingzhu.test' })).toBe(409)
    expect(await send({}, 'GET')).toBe(200)
  })
  it('cannot sign a person in under another name', async () => {
    const reply = await server.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { 'sec-fetch-site': 'cross-site' },
      payload: { login: 'a', password: 'b' },
    })
    expect(reply.statusCode).toBe(403)
  })
  it('may come with a bearer token, which no browser adds by itself', async () => {
    const session = await server.signIn.openSession(clerk.personId, { userAgent: '', ipAddress: '' })
    const reply = await server.app.inject({
      method: 'POST',
      url: '/api/refuse',
      headers: { authorization: `Bearer ${session.token}`, origin: 'https://program.example' },
      payload: { how: 'refusal' },
    })
    expect(reply.statusCode).toBe(409)
  })
})

describe('an idempotency key', () => {
  const key = () => test.platform.newId()
  const add = (idempotencyKey: string, name: string, who = clerk) =>
    server.as(who).inject('POST', '/api/items', { body: { name }, headers: { 'idempotency-key': idempotencyKey } })

  it('is obligatory where the contract says so', async () => {
    const reply = await server.as(clerk).inject('POST', '/api/items', { body: { name: 'a' } })
    expect(problemOf(reply).code).toBe('http.idempotency-key-missing')
  })
  it('makes a repeated submission give the first reply and do nothing', async () => {
    const once = key()
    const before = effects
    const first = await add(once, '甲')
    const second = await add(once, '甲')
    expect(second.json()).toEqual(first.json())
    expect([first.headers['idempotent-replay'], second.headers['idempotent-replay']]).toEqual([undefined, 'true'])
    expect(effects).toBe(before + 1)
  })
  it('makes ten submissions at once happen once and all get the same reply', async () => {
    const once = key()
    const before = effects
    const replies = await Promise.all(Array.from({ length: 10 }, () => add(once, '乙')))
    expect(new Set(replies.map((reply) => `${reply.statusCode} ${reply.body}`)).size).toBe(1)
    expect(effects).toBe(before + 1)
  })
  it('refuses another content under the same key', async () => {
    const once = key()
    await add(once, '甲')
    expect(problemOf(await add(once, '丙'))).toMatchObject({ status: 409, code: 'http.idempotency-key-reused' })
  })
  it('belongs to one person: the same key of another person is another submission', async () => {
    const once = key()
    const other = testPerson('窗口王五', 'clerk')
    const before = effects
    await add(once, '甲')
    expect((await add(once, '甲', other)).statusCode).toBe(200)
    expect(effects).toBe(before + 2)
  })
  it('is free again after a refusal or an error that changed nothing', async () => {
    const once = key()
    expect((await add(once, '')).statusCode).toBe(400)
    expect((await add(once, '丁')).statusCode).toBe(200)
  })
  it('whose holder died before committing anything is taken over, and the dead one can commit no more', async () => {
    const once = key()
    const before = effects
    let resume: () => void = () => undefined
    const hangs = new Promise<void>((resolve) => {
      resume = resolve
    })
    let entered: () => void = () => undefined
    const inside = new Promise<void>((resolve) => {
      entered = resolve
    })
    const { db, newId } = test.platform
    const submission = { owner: 'person:x', key: once, endpoint: 'items.add', hash: 'h' }
    const work = (wait: Promise<void> | null) => async () => {
      entered()
      await wait
      await platform.transact(clerk, async (unit) => {
        await unit.record(added, { subject: { kind: 'item', id: unit.newId() }, payload: { name: '庚' } })
      })
      effects += 1
      return 'reply'
    }
    const start = test.clock()
    const dying = createIdempotency(db, () => start, newId).once(submission, work(hangs))
    await inside
    const soon = createIdempotency(db, () => addMs(start, 60_000), newId).once(submission, work(null))
    await expect(soon).rejects.toMatchObject({ refusal: { code: 'http.still-running' } })
    const later = createIdempotency(db, () => addMs(start, 121_000), newId)
    expect(await later.once(submission, work(null))).toEqual({ reply: 'reply', replayed: false })
    resume()
    await expect(dying).rejects.toMatchObject({ refusal: { code: 'http.still-running' } })
    expect(effects).toBe(before + 1)
    expect(await later.once(submission, work(null))).toEqual({ reply: 'reply', replayed: true })
  })
  it('is forgotten after two days', async () => {
    const late = createIdempotency(test.platform.db, () => addMs(systemClock(), 49 * 3_600_000), test.platform.newId)
    expect(await late.forgetOld()).toBeGreaterThan(0)
    expect(await late.forgetOld()).toBe(0)
  })
  it('never repeats work that was committed, even when the answer was lost', async () => {
    const once = key()
    const before = effects
    afterCommit = async () => {
      throw new Error('the process died here')
    }
    expect((await add(once, '戊')).statusCode).toBe(500)
    afterCommit = async () => undefined
    expect(problemOf(await add(once, '戊')).code).toBe(alreadyDone().refusal.code)
    expect(effects).toBe(before + 1)
  })
})
