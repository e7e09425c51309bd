import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/support/database.ts'

let it: TestDatabase
beforeAll(async () => {
  it = await testDatabase({ empty: true })
})
afterAll(() => it.close())

const value = async (expression: string): Promise<unknown> =>
  (await sql.raw<{ v: unknown }>(`select ${expression} as v`).execute(it.db)).rows[0]?.v

test.each([
  ['9007199254740991::int8', 9007199254740991],
  ['(select count(*) from pg_class where false)', 0],
  ['array[1,null,-2]::int8[]', [1, null, -2]],
  ['0.10::numeric', '0.10'],
  ['12345678901234567890.123456789::numeric', '12345678901234567890.123456789'],
  ['array[1.50,2]::numeric[]', ['1.50', '2']],
  ["date '2024-02-29'", '2024-02-29'],
  ["array[date '2024-02-29', null]", ['2024-02-29', null]],
  ["timestamptz '2026-03-02 09:30:00+08'", '2026-03-02T01:30:00.000Z'],
  ["timestamptz '2026-03-02 09:30:00.129999+08'", '2026-03-02T01:30:00.129Z'],
  ["timestamptz '1970-01-01 00:00:00.05+00'", '1970-01-01T00:00:00.050Z'],
  ["array[timestamptz '2026-03-02 09:30:00+08']", ['2026-03-02T01:30:00.000Z']],
  ['\'{"a": [1, 2.5, null]}\'::jsonb', { a: [1, 2.5, null] }],
  ['null::timestamptz', null],
])('%s arrives as %j', async (expression, expected) => {
  expect(await value(expression)).toEqual(expected)
})

test('an instant arrives the same whatever the time zone of the session', async () => {
  const read = await it.db.connection().execute(async (db) => {
    await sql`set timezone = 'Asia/Kolkata'`.execute(db)
    const { rows } = await sql<{ v: string }>`select timestamptz '2026-03-02 09:30:00.5+08' as v`.execute(db)
    await sql`reset timezone`.execute(db)
    return rows[0]?.v
  })
  expect(read).toBe('2026-03-02T01:30:00.500Z')
})

test.each([
  ['9007199254740992::int8', /not a safe integer/],
  ["interval '1 day'", /interval is not used/],
  ["timestamp '2026-03-02 09:30:00'", /timestamp without time zone is not used/],
  ["array[interval '1 day']", /interval is not used/],
  ["timestamptz 'infinity'", /out of range/],
  ["date 'infinity'", /out of range/],
])('%s is refused', async (expression, message) => {
  await expect(value(expression)).rejects.toThrow(message)
})
