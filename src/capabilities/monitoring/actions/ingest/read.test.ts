import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts'
import { dustMonitor, every, METRICS, NOON, report, retention } from '../../../../../tests/support/telemetry.ts'
import type { Actor, Role } from '../../../../kernel/actor.ts'
import type { Id, OrganisationId } from '../../../../kernel/identity.ts'
import { isRefused } from '../../../../kernel/refusal.ts'
import { addMs, DAY_MS } from '../../../../kernel/time.ts'
import { newId } from '../../../../platform/identity.ts'
import type { Call } from '../../../../platform/platform.ts'
import { latestRowSchema, readLatest, readSeries, type SeriesView, seriesSchema } from '../../contract/telemetry.ts'
import type { Report, SiteId } from '../../model/report.ts'
import { MOST_POINTS } from '../../model/telemetry/series.ts'
import { createIngest } from './ingest.ts'
import { createTelemetryReader, telemetryRoutes } from './read.ts'
import type { Ingest } from './types.ts'
import { createUpkeep, type Upkeep } from './upkeep.ts'

let test: TestPlatform
let ingest: Ingest
let upkeep: Upkeep
beforeAll(async () => {
  test = await testPlatform({ startAt: NOON })
  await test.pool.query(
    `insert into monitoring.metric_profile (id, model, version, name, kind, metrics, factors, created_at) values
       (901, 'test', 1, 'test', 'dust', $1, '{1,1,1}', now()), (902, 'test', 2, 'test', 'dust', '{noise,tsp}', '{1,1}', now())`,
    [METRICS],
  )
  ingest = await createIngest({ platform: test.platform, retention, node: 'test', spoolFolder: null, afterMs: 2 })
  upkeep = createUpkeep(test.platform, retention)
})
afterAll(async () => {
  await ingest.stop()
  await test.close()
})
const reader = () => createTelemetryReader(test.platform, retention)
const send = (reports: readonly Report[]) => Promise.all(reports.map((each) => ingest.submit(each)))
const settle = async (): Promise<void> => {
  for (let level = 0; level < 3; level += 1) {
    test.clock.advance(31 * 60_000)
    await upkeep.rollUp()
  }
}
const metric = (view: SeriesView, name: string) => {
  const found = view.metrics.find((each) => each.metric === name)
  if (found === undefined) throw new Error(`no metric ${name}`)
  return found
}

describe('the series of a device', () => {
  it('shows reports as they came while they are few, and null where nothing was reported', async () => {
    const device = dustMonitor()
    await send([report(device, NOON, [10, Number.NaN, 1]), report(device, addMs(NOON, 1000), [20.5, 60, 2])])
    const view = await reader().series(test.platform.db, device, { from: NOON, to: addMs(NOON, 1001) })
    expect(view).toMatchObject({ resolution: 'raw', at: [NOON, addMs(NOON, 1000)], truncated: false })
    expect(metric(view, 'pm10')).toMatchObject({ mean: [10, 20.5], n: [1, 1] })
    expect(metric(view, 'noise')).toMatchObject({ mean: [null, 60], min: [null, 60], n: [0, 1] })
    expect(seriesSchema.parse({ ...view, siteId: device.siteId, deviceId: device.deviceId })).toBeDefined()
  })
  it('does not show the end of its period, so that periods can be put together', async () => {
    const device = dustMonitor()
    await send(every(device, NOON, 1000, [[1], [2], [3]]))
    const db = test.platform.db
    const first = await reader().series(db, device, { from: NOON, to: addMs(NOON, 1000) })
    const second = await reader().series(db, device, { from: addMs(NOON, 1000), to: addMs(NOON, 9000) })
    expect([...first.at, ...second.at]).toEqual([NOON, addMs(NOON, 1000), addMs(NOON, 2000)])
  })
  it('chooses minutes, hours and days so that an answer stays below its bound, with the same totals', async () => {
    const device = dustMonitor()
    const from = addMs(NOON, -DAY_MS)
    const sent = every(
      device,
      from,
      5000,
      Array.from({ length: MOST_POINTS + 400 }, (_, n) => [n]),
    )
    await send(sent.map((each) => ({ ...each, receivedAt: test.clock() })))
    await settle()
    const total = ((MOST_POINTS + 400) * (MOST_POINTS + 399)) / 2
    const sum = (view: SeriesView): number => {
      const { mean, n } = metric(view, 'pm10')
      return mean.reduce<number>((all, each, index) => all + (each ?? 0) * (n[index] ?? 0), 0)
    }
    const days = [1, 40, 400] as const
    const expected = ['1m', '1h', '1d'] as const
    for (const [index, length] of days.entries()) {
      const view = await reader().series(test.platform.db, device, { from, to: addMs(from, length * DAY_MS) })
      expect(view.resolution).toBe(expected[index])
      expect(view.at.length).toBeLessThanOrEqual(MOST_POINTS)
      expect(sum(view)).toBeCloseTo(total, 3)
    }
    const whole = await reader().series(
      test.platform.db,
      device,
      { from, to: addMs(from, DAY_MS) },
      { resolution: 'raw' },
    )
    expect(whole).toMatchObject({ truncated: true })
    expect(whole.at.length).toBe(MOST_POINTS)
  })
  it('goes on under the names of the metrics when the profile of the device changes', async () => {
    const device = dustMonitor()
    const after = { ...device, profileId: 902, metrics: ['noise', 'tsp'] }
    await send([report(device, NOON, [10, 60, 1]), report(after, addMs(NOON, 1000), [70, 300])])
    const period = { from: NOON, to: addMs(NOON, 60_000) }
    const raw = await reader().series(test.platform.db, device, period)
    expect(metric(raw, 'noise').mean).toEqual([60, 70])
    expect(metric(raw, 'tsp').mean).toEqual([null, 300])
    await settle()
    const minutes = await reader().series(test.platform.db, device, period, { resolution: '1m', metrics: ['noise'] })
    expect(minutes.at).toEqual([NOON])
    expect(minutes.metrics).toEqual([{ metric: 'noise', mean: [65], min: [60], max: [70], last: [70], n: [2] }])
  })
})

describe('the reader for rules and reports', () => {
  it('gives stored reports of a device one after another, none twice, across pieces', async () => {
    const device = dustMonitor()
    const start = addMs(NOON, -2 * DAY_MS)
    const sent = every(
      device,
      start,
      1000,
      Array.from({ length: 5003 }, (_, n) => [n]),
    )
    await send([...sent, report(device, start, [7], { spanSeconds: 60 })])
    const found: number[] = []
    let pieces = 0
    for await (const piece of reader().rawOf(test.platform.db, device, { from: start, to: addMs(start, DAY_MS) })) {
      pieces += 1
      found.push(...piece.filter((each) => each.spanSeconds === 0).map((each) => each.values[0] ?? Number.NaN))
    }
    expect(pieces).toBe(2)
    expect(found).toEqual(sent.map((_each, n) => n))
  })
  it('gives what all devices reported in some minutes', async () => {
    const at = addMs(NOON, -3 * DAY_MS)
    const devices = [dustMonitor(), dustMonitor()]
    await send(
      devices.flatMap((device) =>
        every(
          device,
          at,
          60_000,
          Array.from({ length: 10 }, (_, n) => [n]),
        ),
      ),
    )
    const found = await reader().recent(test.platform.db, { from: at, to: addMs(at, 5 * 60_000) })
    expect(found.length).toBe(10)
    expect(found.map((each) => each.at)).toEqual(
      found.map((each) => each.at).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
    )
    await expect(reader().recent(test.platform.db, { from: at, to: addMs(at, DAY_MS) })).rejects.toThrow(RangeError)
  })
})

describe('who may read', () => {
  const owner = newId<'organisation'>() as OrganisationId
  const ownSite = newId<'site'>()
  const otherSite = newId<'site'>()
  const person = (role: Role, organisationId?: OrganisationId): Actor => ({
    kind: 'person',
    personId: newId<'person'>(),
    name: '某人',
    roles: [{ role, organisationId }],
  })
  const call = (actor: Actor): Call => ({ actor, traceId: 't', language: 'zh', ipAddress: '127.0.0.1' })
  const routes = () =>
    telemetryRoutes(test.platform, reader(), {
      partiesOfSite: async (_db, siteId) => (siteId === ownSite ? [owner] : siteId === otherSite ? [] : null),
      ownSites: async (_db, actor) =>
        actor.kind === 'person' && actor.roles.some((held) => held.organisationId === owner) ? [ownSite] : [],
    })
  const ask = async (id: string, actor: Actor, input: { params?: unknown; query?: unknown }): Promise<unknown> => {
    const found = routes().find((each) => each.endpoint.id === id)
    if (found === undefined) throw new Error(`no route ${id}`)
    try {
      return await found.handle(call(actor), { params: input.params, query: input.query, body: undefined })
    } catch (error) {
      if (isRefused(error)) return error.refusal.code
      throw error
    }
  }
  const series = (actor: Actor, siteId: SiteId, deviceId: Id<'device'>) =>
    ask(readSeries.id, actor, {
      params: { siteId, deviceId },
      query: { from: NOON, to: addMs(NOON, 1000), resolution: 'auto' },
    })
  it('authorities read every site, parties of the project their own, others none', async () => {
    const [own, other] = [dustMonitor(ownSite), dustMonitor(otherSite)]
    await send([report(own, NOON, [1, 2, 3]), report(other, NOON, [4, 5, Number.NaN])])
    const manager = person('site-manager', owner)
    const stranger = person('site-manager', newId<'organisation'>() as OrganisationId)
    expect(await series(person('inspector'), otherSite, other.deviceId)).toMatchObject({ at: [NOON] })
    expect(await series(manager, ownSite, own.deviceId)).toMatchObject({ at: [NOON] })
    expect(await series(manager, otherSite, other.deviceId)).toBe('monitoring.telemetry-forbidden')
    expect(await series(stranger, ownSite, own.deviceId)).toBe('monitoring.telemetry-forbidden')
    expect(await series(manager, newId<'site'>(), own.deviceId)).toBe('monitoring.no-such-site')
    // A device is read through its own site only.
    expect(await series(manager, ownSite, other.deviceId)).toMatchObject({ at: [] })

    const latest = async (actor: Actor, siteId?: SiteId) => {
      const reply = await ask(readLatest.id, actor, { query: siteId === undefined ? {} : { siteId } })
      if (typeof reply === 'string') return reply
      return (reply as { rows: unknown[] }).rows.map((row) => latestRowSchema.parse(row).deviceId)
    }
    expect(await latest(manager)).toEqual([own.deviceId])
    expect(await latest(stranger)).toEqual([])
    expect(await latest(manager, otherSite)).toBe('monitoring.telemetry-forbidden')
    expect(await latest(person('reviewer'))).toEqual(expect.arrayContaining([own.deviceId, other.deviceId]))
    const [row] = await reader().latest(test.platform.db, [otherSite])
    expect(row?.values).toEqual({ pm10: 4, noise: 5 })
  })
  it('a period without length or of many years is refused', async () => {
    const device = dustMonitor(ownSite)
    const query = (from: string, to: string) =>
      ask(readSeries.id, person('inspector'), {
        params: { siteId: ownSite, deviceId: device.deviceId },
        query: { from, to, resolution: 'auto' },
      })
    expect(await query(NOON, NOON)).toBe('monitoring.period-empty')
    expect(await query(addMs(NOON, -4000 * DAY_MS), NOON)).toBe('monitoring.period-too-long')
  })
})
