import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts'
import { system } from '../../kernel/actor.ts'
import { defineEvent } from '../../kernel/event.ts'
import { addMs, instant, localDate } from '../../kernel/time.ts'
import { simulatedClock } from '../clock.ts'
import { newId } from '../identity.ts'
import type { Unit } from '../platform.ts'
import { createTransact } from './transact.ts'

const noted = defineEvent({
  kind: 'test.noted',
  version: 1,
  visibility: 'internal',
  payload: z.object({ text: z.string() }),
  sentence: '{text}',
})
const actor = system('test')
const note = (unit: Unit, text: string) =>
  unit.record(noted, { subject: { kind: 'note', id: 'n1' }, payload: { text } })

let it: TestPlatform
beforeAll(async () => {
  it = await testPlatform({ startAt: instant('2026-03-02T20:00:00Z') })
  await sql`create table public.sum (id int primary key, amount int not null)`.execute(it.platform.db)
  await sql`insert into public.sum values (1, 0), (2, 0)`.execute(it.platform.db)
})
afterAll(() => it.close())

const entries = () => it.platform.journal.entriesOf(it.platform.db, { subject: { kind: 'note', id: 'n1' } })

describe('a transaction', () => {
  test('reads the time once and gives the day in Shanghai', async () => {
    await it.platform.transact(actor, async (unit) => {
      it.clock.advance(5_000)
      expect(unit.now).toBe('2026-03-02T20:00:00.000Z')
      expect(unit.today).toBe(localDate('2026-03-03'))
    })
  })

  test('leaves neither state nor entry behind when the work throws', async () => {
    const before = await entries()
    const failing = it.platform.transact(actor, async (unit) => {
      await note(unit, 'never')
      await sql`update public.sum set amount = 99 where id = 1`.execute(unit.db)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await entries()).toEqual(before)
    expect((await sql`select amount from public.sum where id = 1`.execute(it.platform.db)).rows).toEqual([
      { amount: 0 },
    ])
  })

  test('refuses a payload that does not fit its kind', async () => {
    const wrong = it.platform.transact(actor, (unit) =>
      unit.record(noted, { subject: { kind: 'note', id: 'n1' }, payload: { text: 1 as unknown as string } }),
    )
    await expect(wrong).rejects.toThrow(/string/)
  })

  test('refuses an entry that occurred later than now', async () => {
    const wrong = it.platform.transact(actor, (unit) =>
      unit.record(noted, {
        subject: { kind: 'note', id: 'n1' },
        payload: { text: 'x' },
        occurredAt: addMs(unit.now, 1),
      }),
    )
    await expect(wrong).rejects.toThrow(RangeError)
  })

  test('whose unit is used after its end is refused', async () => {
    let kept: Unit | undefined
    await it.platform.transact(actor, async (unit) => {
      kept = unit
    })
    const unit = kept as Unit
    await expect(note(unit, 'late')).rejects.toThrow('has ended')
    await expect(sql`select 1`.execute(unit.db)).rejects.toThrow('has ended')
    await expect(unit.timers.cancelAll('k', 's')).rejects.toThrow('has ended')
    await expect(unit.enqueue({ name: 'j', input: z.number() }, 1)).rejects.toThrow('has ended')
  })

  test('in which a failed statement was swallowed does not pretend to have committed', async () => {
    const swallowed = it.platform.transact(actor, async (unit) => {
      await sql`select 1/0`.execute(unit.db).catch(() => undefined)
    })
    await expect(swallowed).rejects.toThrow('swallowed')
  })

  test('enqueues nothing without a queue and says so', async () => {
    const transact = createTransact({ db: it.platform.db, clock: it.clock, log: it.platform.log })
    const job = { name: 'test.job', input: z.number() }
    await expect(transact(actor, (unit) => unit.enqueue(job, 1))).rejects.toThrow('without a job queue')
  })
})

describe('time of transactions', () => {
  test('never runs backwards: a clock that was set back is held and reported', async () => {
    await it.platform.transact(actor, (unit) => note(unit, 'first'))
    const before = it.clock()
    it.clock.set(addMs(before, -60_000), { force: true })
    const now = await it.platform.transact(actor, async (unit) => unit.now)
    expect(now).toBe(before)
    expect(it.logged).toContainEqual(
      expect.objectContaining({ level: 'warn', facts: { clock: addMs(before, -60_000), held: before } }),
    )
    it.clock.set(addMs(before, 1), { force: true })
    expect(await it.platform.transact(actor, async (unit) => unit.now)).toBe(addMs(before, 1))
  })

  test('a simulated clock refuses to go back unless forced', () => {
    const clock = simulatedClock({ startAt: instant('2026-01-01T00:00:00Z') })
    expect(() => clock.set(instant('2025-12-31T00:00:00Z'))).toThrow(RangeError)
    expect(() => clock.advance(-1)).toThrow(RangeError)
    clock.advance(1_000)
    expect(clock()).toBe('2026-01-01T00:00:01.000Z')
  })
})

describe('retries', () => {
  const failWith = (code: string, times: number) => {
    let runs = 0
    return {
      runs: () => runs,
      work: async (unit: Unit): Promise<void> => {
        runs += 1
        await note(unit, `run of ${code}`)
        if (runs <= times)
          await sql.raw(`do $$ begin raise exception 'x' using errcode = '${code}'; end $$`).execute(unit.db)
      },
    }
  }

  test.each(['40001', '40P01'])('happen on %s, three times at most, and leave one entry', async (code) => {
    const before = (await entries()).length
    const passing = failWith(code, 3)
    await it.platform.transact(actor, passing.work)
    expect(passing.runs()).toBe(4)
    expect(await entries()).toHaveLength(before + 1)
    const hopeless = failWith(code, 4)
    await expect(it.platform.transact(actor, hopeless.work)).rejects.toMatchObject({ code })
    expect(hopeless.runs()).toBe(4)
  })

  test.each(['23505', '23514', 'P0001'])('do not happen on %s', async (code) => {
    const failing = failWith(code, 1)
    await expect(it.platform.transact(actor, failing.work)).rejects.toMatchObject({ code })
    expect(failing.runs()).toBe(1)
  })

  test('solve a real deadlock of two transactions', async () => {
    let waiting = 0
    let open = (): void => {}
    const bothHold = new Promise<void>((resolve) => {
      open = resolve
    })
    const add = (first: number, second: number) =>
      it.platform.transact(actor, async (unit) => {
        await sql`update public.sum set amount = amount + 1 where id = ${first}`.execute(unit.db)
        waiting += 1
        if (waiting === 2) open()
        await bothHold
        await sql`update public.sum set amount = amount + 1 where id = ${second}`.execute(unit.db)
      })
    await Promise.all([add(1, 2), add(2, 1)])
    const { rows } = await sql`select amount from public.sum order by id`.execute(it.platform.db)
    expect(rows).toEqual([{ amount: 2 }, { amount: 2 }])
  })
})

test('identities of one process sort in the order in which they were made', () => {
  const ids = Array.from({ length: 1_000 }, () => newId())
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(1_000)
})
