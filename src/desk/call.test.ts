import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { addressOf, call, onSignedOut } from './call.ts'
import { CallFailed, type Problem } from './problem.ts'

const readThing = endpoint({
  id: 'things.read',
  method: 'GET',
  path: '/api/things/:thingId',
  summary: 'a thing',
  access: 'signed-in',
  params: z.object({ thingId: z.string() }),
  query: z.object({ text: z.string().optional(), limit: z.coerce.number().default(50) }),
  reply: z.object({ name: z.string(), count: z.number().default(0) }),
})
const makeThing = endpoint({
  id: 'things.make',
  method: 'POST',
  path: '/api/things',
  summary: 'make a thing',
  access: 'signed-in',
  idempotent: true,
  body: z.object({ name: z.string() }),
  reply: z.object({ done: z.literal(true) }),
})

const fetched = vi.fn<(address: string, init: RequestInit) => Promise<Response>>()
const answers = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  fetched.mockResolvedValueOnce(new Response(JSON.stringify(body), { status, headers }))
const lastInit = (): RequestInit => fetched.mock.lastCall?.[1] ?? {}
const lastHeaders = (): Headers => new Headers(lastInit().headers)
const problemOfCall = async (work: Promise<unknown>): Promise<Problem> => {
  const failure: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(failure instanceof CallFailed)) throw new Error('the call did not fail as expected')
  return failure.problem
}

describe('calling an endpoint', () => {
  beforeEach(() => {
    fetched.mockReset()
    vi.stubGlobal('fetch', fetched)
  })
  afterEach(() => {
    onSignedOut(() => {})
    vi.unstubAllGlobals()
  })

  it('fills the path, leaves out what is absent in the query, and passes the reply through its schema', async () => {
    answers(200, { name: '甲' })
    const reply = await call(readThing, { params: { thingId: 'a/b' }, query: { text: '井 1' } })
    expect(reply).toEqual({ name: '甲', count: 0 })
    expect(fetched.mock.lastCall?.[0]).toBe('/api/things/a%2Fb?text=%E4%BA%95+1')
    expect(lastInit().method).toBe('GET')
  })
  it('writes a list with commas between, as the contracts read it', () => {
    const listed = z.string().transform((text) => text.split(','))
    const address = addressOf({ path: '/api/things' }, {}, { metrics: ['pm10', 'noise'], none: [], state: ['open'] })
    expect(address).toBe('/api/things?metrics=pm10%2Cnoise&state=open')
    expect(listed.parse(new URLSearchParams(address.split('?')[1]).get('metrics'))).toEqual(['pm10', 'noise'])
  })
  it('refuses to build an address with a missing parameter', () => {
    expect(() => addressOf(readThing, {})).toThrow('thingId')
  })
  it('sends the body as JSON with the given idempotency key', async () => {
    answers(200, { done: true })
    await call(makeThing, { body: { name: '甲' }, idempotencyKey: 'k'.repeat(20) })
    expect(lastInit().body).toBe('{"name":"甲"}')
    expect(lastHeaders().get('content-type')).toBe('application/json')
    expect(lastHeaders().get('idempotency-key')).toBe('k'.repeat(20))
  })
  it('makes a key of the accepted shape, a new one for every call, where none is given', async () => {
    answers(200, { done: true })
    await call(makeThing, { body: { name: '甲' } })
    const first = lastHeaders().get('idempotency-key')
    answers(200, { done: true })
    await call(makeThing, { body: { name: '甲' } })
    expect(first).toMatch(/^[\w-]{16,100}$/)
    expect(lastHeaders().get('idempotency-key')).not.toBe(first)
  })
  it('sends no idempotency key where the endpoint takes none', async () => {
    answers(200, { name: '甲' })
    await call(readThing, { params: { thingId: 'a' } })
    expect(lastHeaders().has('idempotency-key')).toBe(false)
  })
  it('gives the sentence, the code, the faults of fields and the trace id of a refusal', async () => {
    answers(409, {
      detail: '内容已由他人修改,请核对后重新保存。',
      code: 'things.stale',
      traceId: 'abc',
      errors: [{ path: 'name', message: '请填写名称' }],
    })
    expect(await problemOfCall(call(makeThing, { body: { name: '' } }))).toEqual({
      status: 409,
      code: 'things.stale',
      sentence: '内容已由他人修改,请核对后重新保存。',
      fields: [{ path: 'name', message: '请填写名称' }],
      traceId: 'abc',
    })
  })
  it('says what to do when the answer is no problem document', async () => {
    fetched.mockResolvedValueOnce(new Response('<html>bad gateway</html>', { status: 502 }))
    const problem = await problemOfCall(call(readThing, { params: { thingId: 'a' } }))
    expect(problem.code).toBe('http.502')
    expect(problem.sentence).toContain('稍后重试')
  })
  it('tells a broken line from a refusal', async () => {
    fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'))
    const problem = await problemOfCall(call(readThing, { params: { thingId: 'a' } }))
    expect(problem).toMatchObject({ status: 0, code: 'desk.offline' })
  })
  it('passes an aborted call on as aborted, not as a broken line', async () => {
    const control = new AbortController()
    control.abort()
    const aborted = new DOMException('aborted', 'AbortError')
    fetched.mockRejectedValueOnce(aborted)
    await expect(call(readThing, { params: { thingId: 'a' }, signal: control.signal })).rejects.toBe(aborted)
  })
  it('does not trust a reply of another shape', async () => {
    answers(200, { title: '甲' })
    const problem = await problemOfCall(call(readThing, { params: { thingId: 'a' } }))
    expect(problem.code).toBe('desk.unreadable')
  })
  it('asks for a new sign-in when the session has ended, but not when the password is wrong', async () => {
    const ended = vi.fn()
    onSignedOut(ended)
    answers(401, { detail: '请先登录再办理。', code: 'http.sign-in-required' })
    await problemOfCall(call(readThing, { params: { thingId: 'a' } }))
    expect(ended).toHaveBeenCalledTimes(1)
    answers(401, { detail: '用户名或密码不正确', code: 'sign-in.wrong-login' })
    await problemOfCall(call({ ...makeThing, path: '/api/session' }, { body: { name: 'a' } }))
    expect(ended).toHaveBeenCalledTimes(1)
  })
})
