import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { system } from '../../kernel/actor.ts'
import { defineEvent } from '../../kernel/event.ts'
import { DAY_MS } from '../../kernel/time.ts'
import type { JournalEntry, Reaction, Unit } from '../platform.ts'
import { followOnce, listenerStates, skipFailedEntry } from './follow.ts'

const event = (kind: string) =>
  defineEvent({ kind, version: 1, visibility: 'internal', payload: z.object({ n: z.number() }), sentence: '' })
const made = event('test.made')
const other = event('test.other')
const answered = event('test.answered')
const actor = system('test')

let it: TestPlatform
beforeAll(async () => {
  it = await testPlatform()
  await sql`create table public.effect (listener text, seq int, n int)`.execute(it.platform.db)
})
afterAll(() => it.close())

const record = (...numbers: number[]) =>
  it.platform.transact(actor, async (unit) => {
    for (const n of numbers) {
      await unit.record(made, { subject: { kind: 's', id: '1' }, payload: { n } })
      await unit.record(other, { subject: { kind: 's', id: '1' }, payload: { n: -n } })
    }
  })
const numberOf = (entry: JournalEntry): number => (entry.payload as { n: number }).n
const listen = (
  listener: string,
  kinds: readonly string[],
  more?: (unit: Unit, n: number) => Promise<void>,
): Reaction => ({
  listener,
  kinds,
  react: async (unit, entry) => {
    await sql`insert into public.effect values (${listener}, ${entry.seq}, ${numberOf(entry)})`.execute(unit.db)
    await more?.(unit, numberOf(entry))
  },
})
const effects = async (listener: string): Promise<number[]> =>
  (
    await sql<{ n: number }>`select n from public.effect where listener = ${listener} order by ctid`.execute(
      it.platform.db,
    )
  ).rows.map((row) => row.n)
const stateOf = async (listener: string) =>
  (await listenerStates(it.platform.db)).find((state) => state.listener === listener)

test('a listener sees the entries of its kinds, in order, each once', async () => {
  const reaction = listen('t.once', ['test.made'])
  await record(1, 2)
  await it.react([{ reactions: [reaction] }])
  await record(3)
  await it.react([{ reactions: [reaction] }])
  await it.react([{ reactions: [reaction] }])
  expect(await effects('t.once')).toEqual([1, 2, 3])
})

test('a new listener begins at the first entry', async () => {
  const reaction = listen('t.replay', ['test.made', 'test.other'])
  await it.react([{ reactions: [reaction] }])
  expect(await effects('t.replay')).toEqual([1, -1, 2, -2, 3, -3])
})

test('reactions on the entries of reactions run until nothing is left to do', async () => {
  const answer = listen('t.answer', ['test.other'], async (unit, n) => {
    await unit.record(answered, { subject: { kind: 's', id: '1' }, payload: { n } })
  })
  const hear = listen('t.hear', ['test.answered'])
  await it.react([{ reactions: [hear, answer] }])
  expect(await effects('t.hear')).toEqual([-1, -2, -3])
})

test('two processes that run one listener at once have each effect once', async () => {
  const reaction = listen('t.parallel', ['test.made'])
  await record(...Array.from({ length: 30 }, (_, n) => n + 10))
  await it.seal()
  await Promise.all([1, 2, 3, 4].map(() => followOnce(it.platform, reaction)))
  await followOnce(it.platform, reaction)
  const seen = await effects('t.parallel')
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  expect(seen).toHaveLength(33)
})

test('a failing listener waits at its entry, leaves no effect, tries again ever later, and goes on when it succeeds', async () => {
  let broken = true
  const reaction = listen('t.fail', ['test.made'], async (_unit, n) => {
    if (n === 2 && broken) throw new Error('the printer is on fire')
  })
  const failed = await followOnce(it.platform, reaction)
  expect(failed).toMatchObject({ done: 1, busy: false })
  expect(await effects('t.fail')).toEqual([1])
  expect(await stateOf('t.fail')).toMatchObject({ seq: 1, failures: 1, lastError: 'Error: the printer is on fire' })
  expect(await followOnce(it.platform, reaction)).toMatchObject({ done: 0, retryAt: failed.retryAt })
  const pauses: number[] = []
  for (let failures = 1; failures <= 12; failures += 1) {
    const state = await stateOf('t.fail')
    expect(state?.failures).toBe(failures)
    pauses.push(Date.parse(state?.retryAt ?? '') - Date.parse(it.clock()))
    it.clock.advance(pauses.at(-1) ?? 0)
    await followOnce(it.platform, reaction)
  }
  expect(pauses.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000])
  expect(pauses.at(-1)).toBe(300_000)
  broken = false
  it.clock.advance(DAY_MS)
  await followOnce(it.platform, reaction)
  expect((await effects('t.fail')).slice(0, 3)).toEqual([1, 2, 3])
  expect(await stateOf('t.fail')).toMatchObject({ failures: 0, lastError: null, retryAt: null })
})

test('an operator may skip the entry at which a listener fails; who, why and what is kept', async () => {
  const reaction = listen('t.skip', ['test.made'], async (_unit, n) => {
    if (n === 1) throw new Error('never')
  })
  expect(await skipFailedEntry(it.platform, actor, reaction, 'nothing failed')).toBeNull()
  await followOnce(it.platform, reaction)
  expect(await skipFailedEntry(it.platform, actor, reaction, '重复数据')).toBe(1)
  await followOnce(it.platform, reaction)
  expect((await effects('t.skip')).slice(0, 2)).toEqual([2, 3])
  expect((await it.pool.query('select * from journal.skipped')).rows).toEqual([
    {
      listener: 't.skip',
      seq: 1,
      reason: '重复数据',
      error: 'Error: never',
      skipped_by: 'system:test',
      skipped_at: it.clock(),
    },
  ])
})
