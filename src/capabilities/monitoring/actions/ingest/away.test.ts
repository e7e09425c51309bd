import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts'
import { dustMonitor, NOON, passage, position, report, retention } from '../../../../../tests/support/telemetry.ts'
import { addMs } from '../../../../kernel/time.ts'
import type { Platform } from '../../../../platform/platform.ts'
import type { Report } from '../../model/report.ts'
import { decodeReports, encodeReports } from '../../model/telemetry/codec.ts'
import { createIngest } from './ingest.ts'

let test: TestPlatform
let folder: string
beforeAll(async () => {
  test = await testPlatform({ startAt: NOON })
  folder = mkdtempSync(path.join(tmpdir(), 'ingest-away-'))
})
afterAll(async () => {
  await test.close()
  rmSync(folder, { recursive: true, force: true })
})
/** A platform whose database can be taken away. */
interface Breakable {
  readonly platform: Platform
  away: boolean
}
const breakable = (): Breakable => {
  const state: Breakable = {
    away: false,
    platform: {
      ...test.platform,
      transact: ((...given: Parameters<Platform['transact']>) =>
        state.away
          ? Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
          : test.platform.transact(...given)) as Platform['transact'],
    },
  }
  return state
}

it('while the database is away reports are acknowledged from the spool, and the rules see them later in the order in which they came', async () => {
  const broken = breakable()
  const asked: Report[] = []
  const ingest = await createIngest({
    platform: broken.platform,
    retention,
    node: 'test',
    spoolFolder: path.join(folder, 'one'),
    afterMs: 2,
    retryMs: 5,
    evaluate: async (_unit, fresh) => void asked.push(...fresh),
  })
  const device = dustMonitor()
  const sent = Array.from({ length: 30 }, (_, n) => report(device, addMs(NOON, n * 1000), [n, Number.NaN]))
  const results: string[] = []
  for (const [n, each] of sent.entries()) {
    broken.away = n >= 10 && n < 20
    results.push(await ingest.submit(each))
  }
  expect(results.slice(0, 10)).toEqual(Array(10).fill('stored'))
  expect(results.slice(10, 20)).toEqual(Array(10).fill('spooled'))
  await ingest.settled()
  expect(ingest.state()).toMatchObject({ spooledBytes: 0, databaseAway: false, committed: 30 })
  expect(asked.map((each) => each.at)).toEqual(sent.map((each) => each.at))
  expect(asked[15]).toEqual(sent[15])
  const { rows } = await test.pool.query(
    'select "values" as v from monitoring.telemetry where device_id = $1 order by at',
    [device.deviceId],
  )
  expect(rows.map((row) => row.v)).toEqual(sent.map((_each, n) => [n, Number.NaN]))
  await ingest.stop()
})
it('when the spool is full too nothing more is acknowledged; what was is stored afterwards', async () => {
  const broken = breakable()
  const ingest = await createIngest({
    platform: broken.platform,
    retention,
    node: 'test',
    spoolFolder: path.join(folder, 'two'),
    spoolBytes: 2000,
    afterMs: 2,
    retryMs: 5,
  })
  broken.away = true
  const device = dustMonitor()
  const acked: string[] = []
  const refused: unknown[] = []
  for (let n = 0; n < 20; n += 1) {
    const each = report(device, addMs(NOON, n * 1000), [n])
    await ingest.submit(each).then(
      () => acked.push(each.at),
      (error: unknown) => refused.push(error),
    )
  }
  expect(acked.length).toBeGreaterThan(0)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused[0]).toMatchObject({ refusal: { code: 'monitoring.ingest-full' } })
  broken.away = false
  await ingest.settled()
  const { rows } = await test.pool.query('select at from monitoring.telemetry where device_id = $1 order by at', [
    device.deviceId,
  ])
  expect(rows.map((row) => row.at)).toEqual(acked)
  await ingest.stop()
})
it('a folder of a spool belongs to one process at a time', async () => {
  const options = { platform: test.platform, retention, node: 'test', spoolFolder: path.join(folder, 'three') }
  const ingest = await createIngest(options)
  await expect(createIngest(options)).rejects.toMatchObject({ name: 'FolderInUse' })
  await ingest.stop()
  const again = await createIngest(options)
  await again.stop()
})
it('reports of every kind come back from the spool as they were', () => {
  const device = dustMonitor()
  const other = dustMonitor()
  const reports: readonly Report[] = [
    report(device, NOON, [1.5, Number.NaN, 3.25], { spanSeconds: 60, quality: 9 }),
    report(other, NOON, []),
    position(device, NOON, 106.5, 29.5),
    passage(other, NOON, '事件'),
    { kind: 'heartbeat', device, at: NOON, receivedAt: NOON, buffered: true },
    {
      kind: 'device-alarm',
      device,
      at: NOON,
      receivedAt: NOON,
      buffered: false,
      code: 'x',
      severity: 4,
      text: '告警',
      active: true,
      eventId: 'e',
      evidence: { a: 1, b: 'c', d: null, e: false },
    },
  ]
  expect(decodeReports(encodeReports(reports))).toEqual(reports)
  expect(() => decodeReports(Buffer.from('{}'))).toThrow()
})
