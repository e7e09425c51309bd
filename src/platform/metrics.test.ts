import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../tests/support/platform.ts'
import { type TestServer, testServer } from '../../tests/support/server.ts'
import { addMs } from '../kernel/time.ts'
import { systemClock } from './clock.ts'
import { clockCheck, createMetrics, databaseCheck, sealerCheck } from './metrics.ts'

let test: TestPlatform
let server: TestServer
let oldestMs = 0
const token = 'a-token-for-the-scraper'

beforeAll(async () => {
  test = await testPlatform()
  const journal = async () => ({ unsealed: 3, oldestMs })
  const metrics = createMetrics({
    token,
    process: false,
    probes: {
      journal,
      pool: () => ({ total: 8, idle: 5, waiting: 1 }),
      jobs: async () => ({ created: 2, failed: 1 }),
      listenersBlocked: async () => 4,
    },
    ready: [databaseCheck(test.platform.db), sealerCheck(journal), clockCheck(test.platform.db, systemClock)],
  })
  server = await testServer({
    capabilities: [],
    platform: test.platform,
    observe: metrics.observe,
    plugins: [metrics.plugin],
  })
})
afterAll(async () => {
  await server.close()
  await test.close()
})
const get = (url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
  server.app.inject({ url, headers, remoteAddress })

describe('metrics', () => {
  it('tell what the probes tell, and how long requests took by route', async () => {
    await get('/api/session')
    const { body } = await get('/metrics')
    expect(body).toContain('mingzhu_journal_unsealed 3')
    expect(body).toContain('mingzhu_database_waiting 1')
    expect(body).toContain('mingzhu_jobs{state="failed"} 1')
    expect(body).toContain('mingzhu_listeners_blocked 4')
    expect(body).toContain('mingzhu_http_request_seconds_count{method="GET",route="/api/session",status="2xx"} 1')
  })
  it('are for this machine, or for whoever has the token', async () => {
    expect((await get('/metrics', {}, '203.0.113.7')).statusCode).toBe(403)
    expect((await get('/metrics', { authorization: `Bearer ${token}` }, '203.0.113.7')).statusCode).toBe(200)
    expect((await get('/metrics', { authorization: 'Bearer another-token-of-length' }, '203.0.113.7')).statusCode).toBe(
      403,
    )
  })
  it('are not for everybody behind a proxy on this machine', async () => {
    expect((await get('/metrics', { 'x-forwarded-for': '203.0.113.7' })).statusCode).toBe(403)
  })
})

describe('health', () => {
  it('is alive whatever else, and ready when every check passes', async () => {
    expect((await get('/healthz')).statusCode).toBe(200)
    const ready = await get('/readyz')
    expect([ready.statusCode, ready.json()]).toEqual([
      200,
      { status: 'ready', checks: { database: 'ok', sealer: 'ok', clock: 'ok' } },
    ])
  })
  it('is not ready when the sealer lags, and tells the reason on this machine only', async () => {
    oldestMs = 60_000
    const [here, elsewhere] = [await get('/readyz'), await get('/readyz', {}, '203.0.113.7')]
    oldestMs = 0
    expect(here.statusCode).toBe(503)
    expect(here.json()).toMatchObject({ checks: { sealer: expect.stringContaining('60 s old') } })
    expect(elsewhere.json()).toMatchObject({ checks: { sealer: 'failed', database: 'ok' } })
  })
  it('shows what is wrong and not essential, and is ready all the same', async () => {
    const app = Fastify()
    createMetrics({
      ready: [
        { name: 'nats', essential: false, check: async () => 'disconnected' },
        { name: 'database', check: async () => null },
      ],
      token: null,
      process: false,
    }).plugin(app)
    const ready = await app.inject('/readyz')
    expect([ready.statusCode, ready.json()]).toEqual([
      200,
      { status: 'ready', checks: { nats: 'disconnected', database: 'ok' } },
    ])
    await app.close()
  })
  it('tells the figures that it has while others cannot be asked', async () => {
    const app = Fastify()
    createMetrics({
      ready: [],
      token: null,
      process: false,
      probes: {
        liveConnections: () => 7,
        listenersBlocked: () => Promise.reject(new Error('the database is away')),
        families: [
          { name: 'mingzhu_one', help: 'One', labels: [], read: () => Promise.reject(new Error('away')) },
          { name: 'mingzhu_each', help: 'Each', labels: ['of'], read: async () => Promise.reject(new Error('away')) },
          { name: 'mingzhu_two', help: 'Two', labels: [], read: () => [{ labels: {}, value: 2 }] },
        ],
      },
    }).plugin(app)
    const { statusCode, body } = await app.inject('/metrics')
    expect(statusCode).toBe(200)
    expect(body).toContain('mingzhu_live_connections 7')
    expect(body).toMatch(/mingzhu_listeners_blocked nan/i)
    expect(body).toMatch(/mingzhu_one nan/i)
    expect(body).toContain('mingzhu_two 2')
    expect(body).not.toContain('mingzhu_each{')
    await app.close()
  })
  it('is not ready when the clocks of server and database differ', async () => {
    const wrong = await clockCheck(test.platform.db, () => addMs(systemClock(), 120_000)).check()
    expect(wrong).toMatch(/1(19|20) s apart/)
  })
})
