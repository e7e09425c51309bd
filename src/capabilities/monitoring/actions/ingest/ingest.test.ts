import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts'
import {
  dustMonitor,
  every,
  NOON,
  passage,
  position,
  report,
  retention,
} from '../../../../../tests/support/telemetry.ts'
import { addDays, addMs, localDateOf, startOfDay } from '../../../../kernel/time.ts'
import type { Report } from '../../model/report.ts'
import type { Evaluate } from '../../model/telemetry/durable.ts'
import { createIngest, type IngestOptions } from './ingest.ts'
import type { Ingest } from './types.ts'

let test: TestPlatform
let folder: string
const open: Ingest[] = []
beforeAll(async () => {
  test = await testPlatform({ startAt: NOON })
  folder = mkdtempSync(path.join(tmpdir(), 'ingest-'))
})
afterEach(async () => {
  for (const ingest of open.splice(0)) await ingest.stop()
})
afterAll(async () => {
  await test.close()
  rmSync(folder, { recursive: true, force: true })
})
const start = async (options: Partial<IngestOptions> = {}): Promise<Ingest> => {
  const ingest = await createIngest({
    platform: test.platform,
    retention,
    node: 'test',
    spoolFolder: null,
    afterMs: 5,
    ...options,
  })
  open.push(ingest)
  return ingest
}
const all = (ingest: Ingest, reports: readonly Report[]) => Promise.all(reports.map((each) => ingest.submit(each)))
const stored = async (deviceId: string): Promise<readonly { at: string; values: number[] }[]> =>
  (
    await test.pool.query<{ at: string; values: number[] }>(
      'select at, "values" from monitoring.telemetry where device_id = $1 order by at',
      [deviceId],
    )
  ).rows
/** Rules that note what they are asked. */
const noting = (): { readonly evaluate: Evaluate; readonly asked: Report[][] } => {
  const asked: Report[][] = []
  return { asked, evaluate: async (_unit, fresh) => void asked.push([...fresh]) }
}

describe('a report that is submitted', () => {
  it('is stored with both its times, its quality and its values when the promise resolves', async () => {
    const ingest = await start()
    const device = dustMonitor()
    const sent = report(device, NOON, [120.5, 63.25, Number.NaN], {
      receivedAt: addMs(NOON, 1500),
      quality: 2,
      buffered: true,
    })
    expect(await ingest.submit(sent)).toBe('stored')
    const { rows } = await test.pool.query('select * from monitoring.telemetry where device_id = $1', [device.deviceId])
    expect(rows).toEqual([
      {
        site_id: device.siteId,
        device_id: device.deviceId,
        at: NOON,
        received_at: addMs(NOON, 1500),
        span_s: 0,
        profile_id: 901,
        quality: 2,
        buffered: true,
        values: [120.5, 63.25, Number.NaN],
      },
    ])
  })
  it('counts once, however often and in whatever batch it comes; the rules see it once', async () => {
    const { evaluate, asked } = noting()
    const ingest = await start({ evaluate })
    const device = dustMonitor()
    const sent = every(device, NOON, 1000, [[1], [2], [3]])
    expect(await all(ingest, [...sent, ...sent.slice(0, 2)])).toEqual([
      'stored',
      'stored',
      'stored',
      'duplicate',
      'duplicate',
    ])
    const more = report(device, addMs(NOON, 3000), [4])
    expect(await all(ingest, [...sent, more])).toEqual(['duplicate', 'duplicate', 'duplicate', 'stored'])
    expect((await stored(device.deviceId)).map((row) => row.values)).toEqual([[1], [2], [3], [4]])
    expect(asked.flat()).toEqual([...sent, more])
  })
  it('is given to the rules in the order in which it came, whatever its own time says', async () => {
    const { evaluate, asked } = noting()
    const ingest = await start({ evaluate })
    const [a, b] = [dustMonitor(), dustMonitor()]
    const sent = [
      report(b, addMs(NOON, 2000), [1]),
      report(a, addMs(NOON, 1000), [2]),
      report(b, NOON, [3]),
      { kind: 'heartbeat', device: a, at: NOON, receivedAt: NOON, buffered: false } as const,
      passage(a, NOON, 'e1'),
    ]
    await all(ingest, sent)
    expect(asked.flat()).toEqual(sent)
  })
  it('leaves the newest values of its device, also when older ones come later', async () => {
    const ingest = await start()
    const device = dustMonitor()
    await ingest.submit(report(device, addMs(NOON, 5000), [5]))
    await ingest.submit(report(device, addMs(NOON, 1000), [1], { buffered: true }))
    const last = () =>
      test.pool.query('select at, "values" as v, node from monitoring.telemetry_last where device_id = $1', [
        device.deviceId,
      ])
    expect((await last()).rows).toEqual([{ at: addMs(NOON, 5000), v: [5], node: 'test' }])
    await ingest.submit(report(device, addMs(NOON, 9000), [9]))
    expect((await last()).rows).toEqual([{ at: addMs(NOON, 9000), v: [9], node: 'test' }])
  })
  it('dated later than its arrival by more than the bound is quarantined and no telemetry; within the bound it counts', async () => {
    const { evaluate, asked } = noting()
    const ingest = await start({ evaluate })
    const device = dustMonitor()
    const bound = retention.futureSeconds.seconds * 1000
    const within = report(device, addMs(NOON, bound), [1], { receivedAt: NOON })
    const beyond = report(device, addMs(NOON, bound + 1), [2], { receivedAt: NOON })
    expect(await all(ingest, [within, beyond])).toEqual(['stored', 'quarantined'])
    expect((await stored(device.deviceId)).map((row) => row.values)).toEqual([[1]])
    expect(asked.flat()).toEqual([within])
    const { rows } = await test.pool.query(
      'select reason, at, report from monitoring.telemetry_quarantine where device_id = $1',
      [device.deviceId],
    )
    expect(rows).toMatchObject([{ reason: 'future', at: beyond.at, report: { values: [2] } }])
  })
  it('of a device whose clock begins in 1970 is quarantined as too old', async () => {
    const ingest = await start()
    const device = dustMonitor()
    const sent = report(device, '1970-01-01T00:00:07.000Z' as never, [1], { receivedAt: NOON })
    expect(await ingest.submit(sent)).toBe('quarantined')
    expect(await ingest.submit(sent)).toBe('quarantined')
    expect(await stored(device.deviceId)).toEqual([])
  })
  it('of another kind is stored in its own place: positions, passages of a gate, alarms of a device', async () => {
    const ingest = await start()
    const device = dustMonitor()
    const event = {
      kind: 'device-alarm',
      device,
      at: NOON,
      receivedAt: NOON,
      buffered: false,
      code: 'no-helmet',
      severity: 2,
      text: '未戴安全帽',
      active: true,
      eventId: 'x1',
      evidence: { score: 0.93 },
    } as const
    const sent = [
      position(device, NOON, 106.53, 29.58),
      passage(device, NOON, 'g1'),
      event,
      { ...event, at: addMs(NOON, 60_000), active: false },
    ]
    expect(await all(ingest, [...sent, ...sent])).toEqual([...sent.map(() => 'stored'), ...sent.map(() => 'duplicate')])
    expect(await all(ingest, sent)).toEqual(sent.map(() => 'duplicate'))
    const count = async (table: string) =>
      (
        await test.pool.query(`select count(*)::int as n from monitoring.${table} where device_id = $1`, [
          device.deviceId,
        ])
      ).rows[0]?.n
    expect(await count('position')).toBe(1)
    expect(await count('position_last')).toBe(1)
    expect(await count('attendance')).toBe(1)
    expect(await count('device_event')).toBe(2)
  })
  it('with an aggregate of the device at the same moment as a momentary value keeps both', async () => {
    const ingest = await start()
    const device = dustMonitor()
    const mean = report(device, NOON, [90], { spanSeconds: 60, quality: 8 })
    expect(await all(ingest, [report(device, NOON, [100]), mean])).toEqual(['stored', 'stored'])
    expect((await stored(device.deviceId)).length).toBe(2)
  })
})

describe('days of Asia/Shanghai', () => {
  it('have a partition each, made when the first report of the day comes: the last millisecond of a day and the first of the next lie apart', async () => {
    const ingest = await start()
    const device = dustMonitor()
    const midnight = startOfDay(addDays(localDateOf(NOON), -40))
    const sent = [report(device, addMs(midnight, -1), [1]), report(device, midnight, [2])]
    expect(await all(ingest, sent)).toEqual(['stored', 'stored'])
    const { rows } = await test.pool.query(
      `select tableoid::regclass::text as part, "values" as v from monitoring.telemetry where device_id = $1 order by at`,
      [device.deviceId],
    )
    const name = (days: number) => `monitoring.telemetry_${addDays(localDateOf(NOON), days).replaceAll('-', '')}`
    expect(rows).toEqual([
      { part: name(-41), v: [1] },
      { part: name(-40), v: [2] },
    ])
  })
  it('are made once by two processes that need them at the same time', async () => {
    const [one, two] = await Promise.all([start({ node: 'one' }), start({ node: 'two' })])
    const device = dustMonitor()
    const day = startOfDay(addDays(localDateOf(NOON), -50))
    const sent = Array.from({ length: 5 }, (_, index) => report(device, addMs(day, index * 86_400_000), [index]))
    const results = await Promise.all([all(one, sent), all(two, sent)])
    for (const [index] of sent.entries())
      expect(new Set([results[0][index], results[1][index]])).toEqual(new Set(['duplicate', 'stored']))
    expect((await stored(device.deviceId)).length).toBe(5)
  })
})

describe('two processes', () => {
  it('that get the same reports store each once, and the rules see each once', async () => {
    const rules = noting()
    const [one, two] = await Promise.all([
      start({ node: 'one', evaluate: rules.evaluate, most: 50 }),
      start({ node: 'two', evaluate: rules.evaluate, most: 50 }),
    ])
    const devices = [dustMonitor(), dustMonitor(), dustMonitor()]
    const sent = devices.flatMap((device) =>
      every(
        device,
        NOON,
        1000,
        Array.from({ length: 100 }, (_, n) => [n]),
      ),
    )
    const results = await Promise.all([all(one, sent), all(two, [...sent].reverse())])
    const counts = results.flat().reduce<Record<string, number>>((sum, each) => {
      sum[each] = (sum[each] ?? 0) + 1
      return sum
    }, {})
    expect(counts).toEqual({ stored: 300, duplicate: 300 })
    const seen = rules.asked.flat().map((each) => `${each.device.deviceId} ${each.at}`)
    // A transaction that was run again asked again; what it had written was rolled back with it.
    expect(new Set(seen).size).toBe(300)
    for (const device of devices) expect((await stored(device.deviceId)).length).toBe(100)
  })
})

describe('a report that cannot be stored', () => {
  it('is taken out of its batch, the others get through, and it is kept for operators', async () => {
    const ingest = await start({ most: 64 })
    const device = dustMonitor()
    const good = every(
      device,
      NOON,
      1000,
      Array.from({ length: 40 }, (_, n) => [n]),
    )
    const bad = passage(device, NOON, 'nul\0nul')
    const results = await all(ingest, [...good.slice(0, 17), bad, ...good.slice(17)])
    expect(results.filter((each) => each === 'stored').length).toBe(40)
    expect(results[17]).toBe('quarantined')
    expect((await stored(device.deviceId)).length).toBe(40)
    const { rows } = await test.pool.query(
      'select reason, report from monitoring.telemetry_quarantine where device_id = $1',
      [device.deviceId],
    )
    expect(rows).toMatchObject([{ reason: 'unstorable', report: { eventId: 'nulnul' } }])
    expect(test.logged.some((line) => line.message === 'a report cannot be stored')).toBe(true)
  })
  it('because the rules fail at it is stored without them; the rules still see all the others', async () => {
    const asked: Report[] = []
    const device = dustMonitor()
    const sent = every(
      device,
      NOON,
      1000,
      Array.from({ length: 32 }, (_, n) => [n]),
    )
    const ingest = await start({
      evaluate: async (_unit, fresh) => {
        if (fresh.some((each) => each === sent[11])) throw new Error('a rule fails')
        asked.push(...fresh)
      },
    })
    expect(new Set(await all(ingest, sent))).toEqual(new Set(['stored']))
    expect((await stored(device.deviceId)).length).toBe(32)
    expect(asked.map((each) => each.at)).toEqual(sent.filter((each) => each !== sent[11]).map((each) => each.at))
  })
})

describe('back-pressure', () => {
  it('turns away what has no room and stores nothing of it', async () => {
    const ingest = await start({ bound: 10, afterMs: 200 })
    const device = dustMonitor()
    const sent = every(
      device,
      NOON,
      1000,
      Array.from({ length: 12 }, (_, n) => [n]),
    )
    const results = await Promise.allSettled(sent.map((each) => ingest.submit(each)))
    expect(results.map((each) => each.status)).toEqual([
      ...Array.from({ length: 10 }, () => 'fulfilled'),
      'rejected',
      'rejected',
    ])
    expect(results[11]).toMatchObject({ reason: { refusal: { code: 'monitoring.ingest-full', kind: 'unavailable' } } })
    expect((await stored(device.deviceId)).length).toBe(10)
  })
  it('after stop nothing is taken, and all that was taken is stored', async () => {
    const ingest = await start({ afterMs: 10_000 })
    const device = dustMonitor()
    const first = ingest.submit(report(device, NOON, [1]))
    await ingest.stop()
    expect(await first).toBe('stored')
    await expect(ingest.submit(report(device, addMs(NOON, 1), [2]))).rejects.toMatchObject({
      refusal: { code: 'monitoring.ingest-stopped' },
    })
  })
})
