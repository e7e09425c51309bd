import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type TestPlatform, testPlatform } from '../../tests/support/platform.ts'
import { type TestServer, testPerson, testServer } from '../../tests/support/server.ts'
import { system } from '../kernel/actor.ts'
import { addMs, DAY_MS, type Instant } from '../kernel/time.ts'
import { nextTimerAt, timerUnderway } from './journal/timers.ts'
import type { TimerHandler } from './platform.ts'
import { simulationRoutes } from './simulation.ts'

let test: TestPlatform
let server: TestServer
const fired: { at: Instant; late: boolean }[] = []
const timers: TimerHandler[] = [
  { kind: 'reminder', fire: async (unit, timer) => void fired.push({ at: unit.now, late: timer.late }) },
]
const administrator = testPerson('管理员', 'administrator')

beforeAll(async () => {
  test = await testPlatform()
  server = await testServer({
    capabilities: [],
    platform: test.platform,
    routes: simulationRoutes({
      clock: test.clock,
      settle: async () => void (await test.fireTimers([{ timers }])),
      nextTimer: () => nextTimerAt(test.platform),
      timerUnderway: () => timerUnderway(test.platform),
    }),
  })
})
afterAll(async () => {
  await server.close()
  await test.close()
})
const move = (body: object) => server.as(administrator).inject('POST', '/api/simulation/clock', { body })

describe('the simulated clock', () => {
  it('moves on by days and fires every timer on its way at its own time, none of them late', async () => {
    const start = test.clock()
    const [first, second] = [addMs(start, DAY_MS), addMs(start, 3 * DAY_MS)]
    await test.platform.transact(system('test'), async (unit) => {
      for (const dueAt of [first, second])
        await unit.timers.set({ kind: 'reminder', subjectId: 'a', rung: dueAt, dueAt, payload: null })
    })
    const reply = await move({ advanceDays: 5 })
    expect(reply.json()).toMatchObject({ now: addMs(start, 5 * DAY_MS), today: '2026-03-07' })
    expect(fired).toEqual([
      { at: first, late: false },
      { at: second, late: false },
    ])
  })
  it('waits for a timer that another runner has in hand, and passes over none', async () => {
    const start = test.clock()
    const [first, second] = [addMs(start, DAY_MS), addMs(start, 2 * DAY_MS)]
    await test.platform.transact(system('test'), async (unit) => {
      for (const dueAt of [first, second])
        await unit.timers.set({ kind: 'reminder', subjectId: 'c', rung: dueAt, dueAt, payload: null })
    })
    fired.length = 0
    const other = await test.pool.connect()
    await other.query('begin')
    await other.query(`select 1 from journal.timer where subject_id = 'c' and rung = $1 for update`, [first])
    const moving = move({ advanceDays: 5 })
    await vi.waitFor(async () => {
      const { rows } = await test.pool.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      )
      expect(rows[0]?.n).toBeGreaterThan(0)
    })
    await other.query(`update journal.timer set fired_at = $2, late = false where subject_id = 'c' and rung = $1`, [
      first,
      first,
    ])
    await other.query('commit')
    other.release()
    expect((await moving).json()).toMatchObject({ now: addMs(start, 5 * DAY_MS) })
    expect(fired).toEqual([{ at: second, late: false }])
  })
  it('is read by anyone and never moves back', async () => {
    const now = test.clock()
    expect((await server.anonymous.inject('GET', '/api/simulation/clock')).json()).toMatchObject({ now })
    expect((await move({ now: addMs(now, -1) })).json()).toMatchObject({ code: 'simulation.backwards' })
    expect((await move({})).statusCode).toBe(400)
    expect(test.clock()).toBe(now)
  })
  it('is moved by administrators, or from the server itself', async () => {
    const from = (remoteAddress: string) =>
      server.app.inject({ method: 'POST', url: '/api/simulation/clock', payload: { advanceMinutes: 1 }, remoteAddress })
    expect((await from('203.0.113.7')).statusCode).toBe(403)
    expect((await from('127.0.0.1')).statusCode).toBe(200)
  })
})
