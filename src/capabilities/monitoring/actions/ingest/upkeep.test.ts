import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts'
import { dustMonitor, every, NOON, position, report, retention } from '../../../../../tests/support/telemetry.ts'
import { addDays, addMs, DAY_MS, type Instant, localDateOf, startOfDay } from '../../../../kernel/time.ts'
import type { KnownDevice, Report } from '../../model/report.ts'
import { createIngest } from './ingest.ts'
import type { Ingest } from './types.ts'
import { createUpkeep, type Upkeep } from './upkeep.ts'

let test: TestPlatform
let ingest: Ingest
let upkeep: Upkeep
beforeAll(async () => {
  test = await testPlatform({ startAt: NOON })
  upkeep = createUpkeep(test.platform, retention)
  ingest = await createIngest({ platform: test.platform, retention, node: 'test', spoolFolder: null, afterMs: 2 })
})
afterAll(async () => {
  await ingest.stop()
  await test.close()
})
let device: KnownDevice
beforeEach(() => {
  device = dustMonitor()
})

interface Figure {
  readonly at: Instant
  readonly n: readonly number[]
  readonly sum: readonly number[]
  readonly min: readonly number[]
  readonly max: readonly number[]
  readonly last: readonly number[]
}
const send = (reports: readonly Report[]) => Promise.all(reports.map((each) => ingest.submit(each)))
const figures = async (table: '1m' | '1h' | '1d'): Promise<readonly Figure[]> =>
  (
    await test.pool.query<Figure>(
      `select at, n, sum, min, max, last from monitoring.rollup_${table} where device_id = $1 order by at`,
      [device.deviceId],
    )
  ).rows
/** Moves the clock on until every level is due and makes all figures. */
const settle = async (): Promise<void> => {
  for (let level = 0; level < 3; level += 1) {
    test.clock.advance(31 * 60_000)
    await upkeep.rollUp()
  }
}

describe('figures of a minute, an hour and a day', () => {
  it('hold count, sum, smallest, largest and last value of each metric; what was not reported does not count', async () => {
    await send([
      report(device, NOON, [10, 60, Number.NaN]),
      report(device, addMs(NOON, 20_000), [30, Number.NaN, Number.NaN]),
      report(device, addMs(NOON, 59_999), [20, 50, Number.NaN]),
      report(device, addMs(NOON, 60_000), [100, 70, 2]),
      report(device, addMs(NOON, 3_600_000), [7, 40, 1]),
    ])
    await settle()
    const nan = Number.NaN
    expect(await figures('1m')).toEqual([
      { at: NOON, n: [3, 2, 0], sum: [60, 110, 0], min: [10, 50, nan], max: [30, 60, nan], last: [20, 50, nan] },
      {
        at: addMs(NOON, 60_000),
        n: [1, 1, 1],
        sum: [100, 70, 2],
        min: [100, 70, 2],
        max: [100, 70, 2],
        last: [100, 70, 2],
      },
      { at: addMs(NOON, 3_600_000), n: [1, 1, 1], sum: [7, 40, 1], min: [7, 40, 1], max: [7, 40, 1], last: [7, 40, 1] },
    ])
    expect(await figures('1h')).toEqual([
      { at: NOON, n: [4, 3, 1], sum: [160, 180, 2], min: [10, 50, 2], max: [100, 70, 2], last: [100, 70, 2] },
      { at: addMs(NOON, 3_600_000), n: [1, 1, 1], sum: [7, 40, 1], min: [7, 40, 1], max: [7, 40, 1], last: [7, 40, 1] },
    ])
    expect(await figures('1d')).toEqual([
      {
        at: startOfDay(localDateOf(NOON)),
        n: [5, 4, 2],
        sum: [167, 220, 3],
        min: [7, 40, 1],
        max: [100, 70, 2],
        last: [7, 40, 1],
      },
    ])
  })
  it('are corrected by data that come late, up to the day', async () => {
    await send(every(device, NOON, 10_000, [[10], [20]]))
    await settle()
    expect(await figures('1d')).toMatchObject([{ n: [2], sum: [30], max: [20] }])
    await send([report(device, addMs(NOON, 5000), [99], { buffered: true })])
    await settle()
    expect(await figures('1m')).toMatchObject([{ n: [3], sum: [129], max: [99], last: [20] }])
    expect(await figures('1h')).toMatchObject([{ n: [3], sum: [129], max: [99], last: [20] }])
    expect(await figures('1d')).toMatchObject([{ n: [3], sum: [129], max: [99], last: [20] }])
  })
  it('of a day begin at midnight in Shanghai', async () => {
    const midnight = startOfDay(localDateOf(NOON))
    await send([report(device, addMs(midnight, -1), [1]), report(device, midnight, [2])])
    await settle()
    expect(await figures('1d')).toMatchObject([
      { at: addMs(midnight, -DAY_MS), sum: [1] },
      { at: midnight, sum: [2] },
    ])
  })
  it('are made from momentary values where there are any, else from the device’s own means', async () => {
    const later = addMs(NOON, 60_000)
    await send([
      report(device, NOON, [100]),
      report(device, NOON, [50], { spanSeconds: 60 }),
      report(device, later, [70], { spanSeconds: 60 }),
      report(device, addMs(NOON, 7_200_000), [30], { spanSeconds: 3600 }),
    ])
    await settle()
    expect(await figures('1m')).toMatchObject([{ sum: [100] }, { at: later, sum: [70] }])
    expect(await figures('1h')).toMatchObject([
      { n: [2], sum: [170] },
      { at: addMs(NOON, 7_200_000), sum: [30] },
    ])
  })
  it('are not made before they are due, and nothing is made twice without a reason', async () => {
    await send(
      every(device, addMs(NOON, 86_400_000), 1000, [[1], [2]]).map((each) => ({ ...each, receivedAt: each.at })),
    )
    await upkeep.rollUp()
    expect(await figures('1m')).toEqual([])
    await settle()
    expect((await figures('1m')).length).toBe(1)
    expect(await upkeep.rollUp()).toBe(0)
  })
  it('are whole when two processes make them while reports come', async () => {
    const other = createUpkeep(test.platform, retention)
    const start = addMs(NOON, 3 * 3_600_000)
    const sent = every(
      device,
      start,
      500,
      Array.from({ length: 600 }, (_, n) => [n]),
    )
    for (let from = 0; from < sent.length; from += 60) {
      test.clock.advance(31 * 60_000)
      await Promise.all([send(sent.slice(from, from + 60)), upkeep.rollUp(), other.rollUp()])
    }
    await settle()
    const minutes = await figures('1m')
    expect(minutes.map((row) => row.n[0])).toEqual([120, 120, 120, 120, 120])
    expect(minutes.reduce((sum, row) => sum + (row.sum[0] ?? 0), 0)).toBe((599 * 600) / 2)
    expect(await figures('1h')).toMatchObject([{ n: [600], min: [0], max: [599], last: [599] }])
  })
})

describe('the end of a period', () => {
  it('drops raw data and positions by the day; figures stay; late rows of a dropped day fill only minutes that have none', async () => {
    const start = test.clock()
    const at = addMs(startOfDay(localDateOf(start)), 10 * 3_600_000)
    const moved: Report[] = [report(device, at, [10]), position(device, at, 106.5, 29.5)]
    await send(moved)
    await settle()
    const before = await figures('1m')
    expect(before).toMatchObject([{ at, sum: [10] }])

    test.clock.set(addMs(startOfDay(addDays(localDateOf(at), retention.raw.days - 1)), 1000))
    const name = localDateOf(at).replaceAll('-', '')
    expect(await upkeep.dropOld()).not.toContain(`telemetry_${name}`)
    test.clock.advance(DAY_MS)
    const dropped = await upkeep.dropOld()
    expect(dropped).toContain(`telemetry_${name}`)
    expect(
      (await test.pool.query('select 1 from monitoring.position where device_id = $1', [device.deviceId])).rows,
    ).toEqual([])
    expect(await figures('1m')).toEqual(before)

    const now = test.clock()
    const again = report(device, addMs(at, 1000), [500], { receivedAt: now, buffered: true })
    const gap = addMs(at, 300_000)
    const fill = [
      report(device, gap, [20], { receivedAt: now, buffered: true }),
      report(device, addMs(gap, 1000), [40], { receivedAt: now, buffered: true }),
    ]
    const hours = [at, addMs(at, 7_200_000)].map((each) =>
      report(device, each, [900], { receivedAt: now, buffered: true, spanSeconds: 3600 }),
    )
    expect(await send([again, ...fill, ...hours])).toEqual(Array(5).fill('late'))
    expect(await send(fill)).toEqual(['duplicate', 'duplicate'])
    await settle()
    expect(await figures('1m')).toMatchObject([
      { at, n: [1], sum: [10] },
      { at: gap, n: [2], sum: [60] },
    ])
    // The device's own mean of an hour counts only where there is nothing finer.
    expect(await figures('1h')).toMatchObject([
      { n: [3], sum: [70] },
      { at: addMs(at, 7_200_000), n: [1], sum: [900] },
    ])
  })
  it('does not drop a day whose minutes are not made yet', async () => {
    const at = test.clock()
    await send([report(device, at, [1])])
    const name = `telemetry_${localDateOf(at).replaceAll('-', '')}`
    test.clock.advance((retention.raw.days + 1) * DAY_MS)
    expect(await upkeep.dropOld()).not.toContain(name)
    await settle()
    expect(await upkeep.dropOld()).toContain(name)
    expect(await figures('1m')).toMatchObject([{ sum: [1] }])
  })
  it('makes the partitions of today and the days ahead before they are needed', async () => {
    await upkeep.prepare()
    const { rows } = await test.pool.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'monitoring.telemetry'::regclass`,
    )
    const names = rows.map((row) => row.name)
    for (let days = 0; days <= retention.daysAhead; days += 1)
      expect(names).toContain(`monitoring.telemetry_${addDays(localDateOf(test.clock()), days).replaceAll('-', '')}`)
  })
})
