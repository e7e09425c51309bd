import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { system } from '../../kernel/actor.ts'
import { addMs, DAY_MS, type Instant } from '../../kernel/time.ts'
import type { TimerHandler } from '../platform.ts'
import { nextTimerAt, retryPause, runDueTimers } from './timers.ts'

const actor = system('test')
const MINUTE = 60_000

let it: TestPlatform
let fired: { readonly name: string; readonly late: boolean; readonly at: Instant; readonly payload: unknown }[]
beforeEach(async () => {
  it = await testPlatform()
  fired = []
})
afterEach(() => it.close())

const collect: TimerHandler = {
  kind: 'due',
  fire: async (unit, timer) => {
    fired.push({ name: `${timer.subjectId}/${timer.rung}`, late: timer.late, at: unit.now, payload: timer.payload })
  },
}
const set = (subjectId: string, rung: string, inMs: number, kind = 'due') =>
  it.platform.transact(actor, (unit) =>
    unit.timers.set({ kind, subjectId, rung, dueAt: addMs(unit.now, inMs), payload: { rung } }),
  )
const names = () => fired.map((one) => one.name)

test('a timer fires once, not before its time, with what it was set with', async () => {
  await set('a', 'r1', MINUTE)
  expect(await nextTimerAt(it.platform)).toBe(addMs(it.clock(), MINUTE))
  it.clock.advance(MINUTE - 1)
  expect(await it.fireTimers([{ timers: [collect] }])).toBe(0)
  it.clock.advance(1)
  expect(await it.fireTimers([{ timers: [collect] }])).toBe(1)
  expect(await it.fireTimers([{ timers: [collect] }])).toBe(0)
  expect(fired).toEqual([{ name: 'a/r1', late: false, at: it.clock(), payload: { rung: 'r1' } }])
})

test('a fired timer stays fired; an open one moves when it is set again', async () => {
  await set('a', 'r1', MINUTE)
  await set('a', 'r1', 2 * MINUTE)
  it.clock.advance(MINUTE)
  await it.fireTimers([{ timers: [collect] }])
  expect(names()).toEqual([])
  it.clock.advance(MINUTE)
  await it.fireTimers([{ timers: [collect] }])
  await set('a', 'r1', 0)
  await it.fireTimers([{ timers: [collect] }])
  expect(names()).toEqual(['a/r1'])
})

test('what replaces the timers of a subject leaves exactly itself: open ones move or go, fired ones stay, others are spared', async () => {
  await set('a', 'fired', 0)
  await it.fireTimers([{ timers: [collect] }])
  await set('a', 'gone', 0)
  await set('a', 'moved', 0)
  await set('b', 'emptied', 0)
  await set('c', 'spared', 0)
  await set('a', 'of another kind', 0, 'other')
  await it.platform.transact(actor, (unit) =>
    unit.timers.replace([
      {
        kind: 'due',
        subjectId: 'a',
        timers: [
          { rung: 'fired', dueAt: unit.now, payload: null },
          { rung: 'moved', dueAt: addMs(unit.now, 9 * MINUTE), payload: 'first' },
          { rung: 'moved', dueAt: addMs(unit.now, MINUTE), payload: 'last' },
          { rung: 'new', dueAt: unit.now, payload: null },
        ],
      },
      { kind: 'due', subjectId: 'b', timers: [] },
    ]),
  )
  await it.fireTimers([{ timers: [collect] }])
  expect(names()).toEqual(['a/fired', 'a/new', 'c/spared'])
  it.clock.advance(MINUTE)
  await it.fireTimers([{ timers: [collect] }, { timers: [{ ...collect, kind: 'other' }] }])
  expect(names()).toEqual(['a/fired', 'a/new', 'c/spared', 'a/of another kind', 'a/moved'])
  expect(fired.slice(1).map((one) => one.payload)).toEqual([
    null,
    { rung: 'spared' },
    { rung: 'of another kind' },
    'last',
  ])
})

test('replacing the timers of nobody is nothing', async () => {
  await set('a', 'r1', 0)
  await it.platform.transact(actor, (unit) => unit.timers.replace([]))
  await it.fireTimers([{ timers: [collect] }])
  expect(names()).toEqual(['a/r1'])
})

test('a cancelled timer does not fire; cancelling all spares other subjects and kinds', async () => {
  await set('a', 'r1', 0)
  await set('a', 'r2', 0)
  await set('b', 'r1', 0)
  await set('c', 'r1', 0)
  await set('a', 'r1', 0, 'other')
  await it.platform.transact(actor, async (unit) => {
    await unit.timers.cancelAll('due', 'a')
    await unit.timers.cancel({ kind: 'due', subjectId: 'c', rung: 'r1' })
  })
  await it.fireTimers([{ timers: [collect] }])
  expect(names()).toEqual(['b/r1'])
  expect(await nextTimerAt(it.platform)).toBe(it.clock())
})

test('after downtime everything that came due fires in order of time, and is marked late', async () => {
  await set('a', 'r3', 3 * DAY_MS)
  await set('b', 'r1', DAY_MS)
  await set('a', 'r2', 2 * DAY_MS)
  await set('c', 'r4', 4 * DAY_MS - MINUTE)
  it.clock.advance(4 * DAY_MS)
  await it.fireTimers([{ timers: [collect] }])
  expect(fired.map((one) => [one.name, one.late])).toEqual([
    ['b/r1', true],
    ['a/r2', true],
    ['a/r3', true],
    ['c/r4', false],
  ])
  expect((await it.pool.query('select count(*) as n from journal.timer where late')).rows).toEqual([{ n: 3 }])
})

test('several processes fire each timer once, and those of one subject in order', async () => {
  for (let n = 0; n < 40; n += 1) await set(`s${n % 4}`, `r${String(n).padStart(2, '0')}`, n)
  it.clock.advance(1_000)
  await Promise.all([1, 2, 3, 4].map(() => runDueTimers(it.platform, [collect])))
  expect(new Set(names()).size).toBe(40)
  expect(names()).toHaveLength(40)
  for (const subject of ['s0', 's1', 's2', 's3']) {
    const own = names().filter((name) => name.startsWith(subject))
    expect(own).toEqual([...own].sort())
  }
})

test('a timer that fails has no effect, is tried again, and holds back only its own subject', async () => {
  let broken = true
  const handler: TimerHandler = {
    kind: 'due',
    fire: async (unit, timer) => {
      await unit.timers.set({
        kind: 'echo',
        subjectId: timer.subjectId,
        rung: timer.rung,
        dueAt: unit.now,
        payload: null,
      })
      if (timer.subjectId === 'a' && broken) throw new Error('no')
      await collect.fire(unit, timer)
    },
  }
  await set('a', 'r1', 0)
  await set('a', 'r2', 1)
  await set('b', 'r1', 2)
  it.clock.advance(10)
  expect(await runDueTimers(it.platform, [handler])).toEqual({ fired: 1, failed: 1 })
  expect(names()).toEqual(['b/r1'])
  expect((await it.pool.query("select subject_id from journal.timer where kind = 'echo'")).rows).toEqual([
    { subject_id: 'b' },
  ])
  expect(await runDueTimers(it.platform, [handler])).toEqual({ fired: 0, failed: 0 })
  broken = false
  it.clock.advance(retryPause(1))
  expect(await runDueTimers(it.platform, [handler])).toEqual({ fired: 2, failed: 0 })
  expect(names()).toEqual(['b/r1', 'a/r1', 'a/r2'])
})

test('a handler may set the next rung and cancel others while it fires', async () => {
  const handler: TimerHandler = {
    kind: 'due',
    fire: async (unit, timer) => {
      await collect.fire(unit, timer)
      if (timer.rung === 'r1') await unit.timers.set({ ...timer, rung: 'r2', dueAt: unit.now })
      if (timer.rung === 'r2') await unit.timers.cancelAll('due', timer.subjectId)
    },
  }
  await set('a', 'r1', 0)
  await set('a', 'r9', DAY_MS)
  await it.fireTimers([{ timers: [handler] }])
  it.clock.advance(2 * DAY_MS)
  await it.fireTimers([{ timers: [handler] }])
  expect(names()).toEqual(['a/r1', 'a/r2'])
})

test('pauses between attempts never shrink and end at five minutes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), (failures) => {
      expect(retryPause(failures)).toBeLessThanOrEqual(retryPause(failures + 1))
      expect(retryPause(failures)).toBeLessThanOrEqual(300_000)
    }),
  )
  expect(retryPause(1)).toBe(1_000)
})
