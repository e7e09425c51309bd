import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/support/database.ts'
import { instantFromMs } from '../../kernel/time.ts'
import * as arrays from './arrays.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase({ empty: true, poolSize: 1 })
})
afterAll(() => database.close())

const ask = async (value: Buffer, type: string): Promise<unknown> =>
  (await sql<{ v: unknown }>`select ${value}::${sql.raw(type)}[] as v`.execute(database.db)).rows[0]?.v

describe('an array in binary arrives as it was', () => {
  const check = <V>(
    one: fc.Arbitrary<V>,
    type: string,
    encode: (values: V[]) => Buffer,
    shown = (value: V): unknown => value,
  ) =>
    fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 40 }), async (values) => {
        expect(await ask(encode(values), type)).toEqual(values.map(shown))
      }),
      { seed: 7, numRuns: 40 },
    )
  it('uuid', () => check(fc.uuid(), 'uuid', (values) => arrays.uuidArray(values.map(arrays.uuidBytes))))
  it('timestamptz, to the millisecond, before and after 2000 and 1970', () =>
    check(
      fc.integer({ min: Date.parse('0001-01-02T00:00:00Z'), max: Date.parse('9998-01-01T00:00:00Z') }),
      'timestamptz',
      arrays.momentArray,
      instantFromMs,
    ))
  it('real, with NaN and infinities', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.float(), { maxLength: 40 }), async (values) => {
        const found = (await ask(arrays.floatArray(values), 'real')) as number[]
        // The database writes the shortest decimal that is this float and no other; of zero it shows the sign.
        expect(found.map(Math.fround)).toEqual(values)
      }),
      { seed: 7, numRuns: 40 },
    ))
  it('double precision', () => check(fc.double(), 'float8', arrays.doubleArray))
  it('integer', () => check(fc.integer(), 'int', arrays.intArray))
  it('smallint', () => check(fc.integer({ min: -32_768, max: 32_767 }), 'smallint', arrays.smallArray))
  it('boolean', () => check(fc.boolean(), 'bool', arrays.boolArray))
})
it('what does not fit the type is an error here, not another value there', () => {
  expect(() => arrays.uuidBytes('no id')).toThrow(RangeError)
  expect(() => arrays.momentArray([Number.NaN])).toThrow(RangeError)
  expect(() => arrays.smallArray([40_000])).toThrow(RangeError)
  expect(() => arrays.intArray([2 ** 31])).toThrow(RangeError)
})
