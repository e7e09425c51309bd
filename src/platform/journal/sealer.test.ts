import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { system } from '../../kernel/actor.ts'
import { defineEvent } from '../../kernel/event.ts'
import { addMs } from '../../kernel/time.ts'
import { createTransact } from '../database/transact.ts'
import type { Platform } from '../platform.ts'
import { openLogKey } from './log-key.ts'
import { startReactions, startTimers } from './runners.ts'
import { SEALED_CHANNEL } from './seal.ts'
import { RECORDED_CHANNEL, type Sealer, startSealer } from './sealer.ts'
import { openSignals, type Signals } from './signals.ts'

const noted = defineEvent({
  kind: 'test.noted',
  version: 1,
  visibility: 'public',
  payload: z.object({ n: z.number() }),
  sentence: '{n}',
})
const actor = system('test')

/** What one server process has of the journal. */
interface Process {
  readonly signals: Signals
  readonly sealer: Sealer
  readonly platform: Platform
  readonly sealed: number[]
  readonly stop: () => Promise<void>
}

let it: TestPlatform
let keys: string
let running: Process[]
beforeEach(async () => {
  it = await testPlatform()
  keys = mkdtempSync(path.join(tmpdir(), 'sealer-'))
  running = []
})
afterEach(async () => {
  await Promise.all(running.map((process) => process.stop()))
  rmSync(keys, { recursive: true })
  await it.close()
})

const start = async (): Promise<Process> => {
  const { platform, connection } = it
  const signals = await openSignals(connection, [RECORDED_CHANNEL, SEALED_CHANNEL], platform.log)
  const logKey = openLogKey(keys, 'mingzhu.test/journal')
  const sealer = startSealer({ connection, clock: it.clock, log: platform.log, signals, logKey })
  const sealed: number[] = []
  signals.on(SEALED_CHANNEL, (text) => sealed.push(Number(text)))
  const transact = createTransact({ db: platform.db, clock: it.clock, log: platform.log, onRecorded: sealer.wake })
  let stopped = false
  const one: Process = {
    signals,
    sealer,
    sealed,
    platform: { ...platform, transact },
    stop: async () => {
      if (stopped) return
      stopped = true
      await sealer.stop()
      await signals.close()
    },
  }
  running.push(one)
  return one
}
const record = (process: Process, n: number) =>
  process.platform.transact(actor, (unit) =>
    unit.record(noted, { subject: { kind: 'n', id: String(n) }, payload: { n } }),
  )
const seals = async (): Promise<number[]> =>
  (await it.pool.query<{ seq: number }>('select seq from journal.seal order by seq')).rows.map((row) => row.seq)
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)
const leaders = () => running.filter((process) => process.sealer.isLeader())

test('of several processes exactly one seals, and all hear of it', async () => {
  const processes = await Promise.all([start(), start(), start()])
  await expect.poll(() => leaders().length).toBe(1)
  await Promise.all(upTo(90).map((n) => record(processes[n % 3] as Process, n)))
  await expect.poll(seals).toEqual(upTo(90))
  for (const process of processes) await expect.poll(() => process.sealed.at(-1)).toBe(90)
  expect(leaders()).toHaveLength(1)
})

test('when the sealing process stops or loses its connection, another goes on without a hole', async () => {
  const [first, second] = await Promise.all([start(), start()])
  await expect.poll(() => leaders().length).toBe(1)
  const [leader] = leaders()
  const other = leader === first ? second : first
  await Promise.all(upTo(10).map((n) => record(other, n)))
  await leader?.stop()
  await Promise.all(upTo(10).map((n) => record(other, n)))
  await expect.poll(seals, { timeout: 5_000 }).toEqual(upTo(20))
  expect(other.sealer.isLeader()).toBe(true)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'mingzhu-s%' and datname = current_database()`.execute(
    it.platform.db,
  )
  await record(other, 21)
  await expect.poll(seals, { timeout: 5_000 }).toEqual(upTo(21))
})

test('entries whose wake got lost are sealed all the same', async () => {
  await start()
  await expect.poll(() => leaders().length).toBe(1)
  await it.platform.transact(actor, (unit) =>
    unit.record(noted, { subject: { kind: 'n', id: '1' }, payload: { n: 1 } }),
  )
  await expect.poll(seals).toEqual([1])
})

test('what is committed when the process ends is sealed and signed by it', async () => {
  const process = await start()
  await expect.poll(() => leaders().length).toBe(1)
  await Promise.all(upTo(5).map((n) => record(process, n)))
  await process.stop()
  expect(await seals()).toEqual(upTo(5))
  const { rows } = await it.pool.query('select max(size) as size from journal.checkpoint')
  expect(rows).toEqual([{ size: 5 }])
})

test('a process with another key keeps the order but signs nothing', async () => {
  const first = await start()
  await expect.poll(() => leaders().length).toBe(1)
  await record(first, 1)
  await first.stop()
  const { rows: before } = await it.pool.query('select size from journal.checkpoint order by size')
  rmSync(path.join(keys, 'journal-signing-key.pem'))
  const second = await start()
  await record(second, 2)
  await expect.poll(seals, { timeout: 5_000 }).toEqual([1, 2])
  await second.stop()
  expect((await it.pool.query('select size from journal.checkpoint order by size')).rows).toEqual(before)
  expect(it.logged.filter((line) => line.level === 'error').map((line) => line.message)).toContain(
    'this process seals the journal but may not sign it',
  )
})

test('reactions and timers run by themselves, in one process or several', async () => {
  const [first, second] = await Promise.all([start(), start()])
  const heard: number[] = []
  const fired: string[] = []
  const reaction = {
    listener: 'test.hear',
    kinds: ['test.noted'],
    react: async (_unit: unknown, entry: { readonly seq: number }) => {
      heard.push(entry.seq)
    },
  }
  const handler = { kind: 'due', fire: async (_unit: unknown, timer: { rung: string }) => void fired.push(timer.rung) }
  const runners = [first, second].flatMap((process) => [
    startReactions(process.platform, [reaction], (listener) =>
      process.signals.on(SEALED_CHANNEL, (text) => listener(Number(text))),
    ),
    startTimers(process.platform, [handler]),
  ])
  await Promise.all(upTo(20).map((n) => record(n % 2 === 0 ? first : second, n)))
  await first.platform.transact(actor, (unit) =>
    unit.timers.set({ kind: 'due', subjectId: 's', rung: 'r1', dueAt: addMs(unit.now, 1_000), payload: null }),
  )
  it.clock.advance(1_000)
  await expect.poll(() => fired, { timeout: 5_000 }).toEqual(['r1'])
  await expect.poll(() => heard.length, { timeout: 5_000 }).toBe(20)
  expect(heard).toEqual(upTo(20))
  await Promise.all(runners.map((runner) => runner.stop()))
  expect(() => startReactions(first.platform, [reaction, reaction], () => () => {})).toThrow('same listener name')
})
