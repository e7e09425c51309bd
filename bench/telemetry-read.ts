/**
 * What reading measurements costs: a day of a device as it came, five minutes of all devices, a month of a device by hour,
 * the newest values of a site and of all. Milliseconds of the product's read side, and their ratio to bare SQL for the same
 * rows through the same driver in the same run (1 = costs nothing more). Runs on a fresh embedded database; the tables are
 * the real ones, filled in the order of time.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Pool } from 'pg'
import { createPartitions } from '../src/capabilities/monitoring/actions/ingest/partitions.ts'
import { createTelemetryReader } from '../src/capabilities/monitoring/actions/ingest/read.ts'
import type { TelemetryReader } from '../src/capabilities/monitoring/contract/telemetry.ts'
import type { DeviceId, SiteId } from '../src/capabilities/monitoring/model/report.ts'
import { type Retention, retentionSchema } from '../src/capabilities/monitoring/model/telemetry/retention.ts'
import { addDays, addMs, DAY_MS, type Instant, localDate, msOf, startOfDay } from '../src/kernel/time.ts'
import { simulatedClock } from '../src/platform/clock.ts'
import { createPlatformCore, type PlatformCore } from '../src/platform/core.ts'
import { newId } from '../src/platform/identity.ts'
import { median, percentile } from './approvals/measure.ts'

const DAY = localDate('2026-03-02')
const DAY_BEGIN = startOfDay(DAY)
const DAY_END = startOfDay(addDays(DAY, 1))
const MONTH_BEGIN = startOfDay(addDays(DAY, -30))
const MONTH_HOURS = 31 * 24
const MINUTE = 60_000
/** Each device reports once a minute, as HJ 212 stations do. */
const MINUTES_OF_DAY = 1440
/** The last hour of the day has the reports of all devices; before it those of the devices that are asked about. */
const FULL_MINUTES = 60
const WINDOW_MINUTES = 5
const DEVICES_PER_SITE = 100
const PROFILE = 901
const METRICS = ['pm10', 'pm25', 'tsp', 'noise', 'wind-speed', 'wind-direction', 'temperature', 'humidity', 'pressure']

interface Sizes {
  readonly devices: number
  /** Devices with whole days and a month: those that are asked about. */
  readonly asked: number
  readonly many: number
  readonly few: number
}
const quickSizes: Sizes = { devices: 2000, asked: 40, many: 100, few: 20 }
const fullSizes: Sizes = { devices: 20_000, asked: 100, many: 400, few: 40 }

interface Device {
  readonly siteId: SiteId
  readonly deviceId: DeviceId
}
/** Neighbours in the list are on different sites. */
const district = (count: number): readonly Device[] => {
  const sites = Array.from({ length: count / DEVICES_PER_SITE }, () => newId<'site'>())
  return Array.from({ length: count }, (_, index) => ({
    siteId: sites[index % sites.length] ?? newId<'site'>(),
    deviceId: newId<'device'>(),
  }))
}
/** Nine values that differ by device and minute. */
const VALUES = `array[60 + 40 * sin(m.n / 97.0 + d.place), 35, 110 + d.place % 17, 55 + m.n % 9, 2.1, m.n % 360, 12.6, 72, 98.1]::real[]`
const keys = (devices: readonly Device[]) => [devices.map((each) => each.siteId), devices.map((each) => each.deviceId)]

const report = async (pool: Pool, devices: readonly Device[], from: Instant, minutes: number): Promise<void> => {
  await pool.query(
    `insert into monitoring.telemetry
       (site_id, device_id, at, received_at, span_s, profile_id, quality, buffered, "values")
     select d.site, d.device, t.at, t.at + interval '1 second', 0, $5, 0, false, ${VALUES}
     from generate_series(0, $4::int - 1) as m(n)
     cross join unnest($1::uuid[], $2::uuid[]) with ordinality as d(site, device, place)
     cross join lateral (
       select $3::timestamptz + m.n * interval '1 minute' + (d.place % 60) * interval '1 second' as at) as t
     order by t.at`,
    [...keys(devices), from, minutes, PROFILE],
  )
}
const fill = async (core: PlatformCore, devices: readonly Device[], asked: readonly Device[]): Promise<void> => {
  const { pool } = core
  await pool.query(
    `insert into monitoring.metric_profile (id, model, version, name, kind, metrics, factors, created_at)
     values ($1, 'bench', 1, 'bench', 'dust', $2, $3, now())`,
    [PROFILE, METRICS, METRICS.map(() => 1)],
  )
  // Two days: so many reports that a month is answered by hours, as it is for a device that has been there for long.
  await report(pool, asked, addMs(DAY_BEGIN, -DAY_MS), MINUTES_OF_DAY)
  await report(pool, asked, DAY_BEGIN, MINUTES_OF_DAY - FULL_MINUTES)
  await report(pool, devices, addMs(DAY_END, -FULL_MINUTES * MINUTE), FULL_MINUTES)
  await pool.query(
    `insert into monitoring.telemetry_last
       (site_id, device_id, at, received_at, span_s, profile_id, quality, "values", node)
     select distinct on (site_id, device_id) site_id, device_id, at, received_at, span_s, profile_id, quality, "values",
       'bench'
     from monitoring.telemetry where at >= $1 order by site_id, device_id, at desc`,
    [addMs(DAY_END, -MINUTE)],
  )
  await pool.query(
    `insert into monitoring.rollup_1h (site_id, device_id, at, profile_id, n, sum, min, max, last)
     select d.site, d.device, $3::timestamptz + m.n * interval '1 hour', $5, array_fill(60, array[9]),
       array[3600, 2100, 6600, 3300, 126, 10800, 756, 4320, 5886]::float8[], v.v, v.v, v.v
     from generate_series(0, $4::int - 1) as m(n)
     cross join unnest($1::uuid[], $2::uuid[]) with ordinality as d(site, device, place)
     cross join lateral (select ${VALUES} as v) as v
     order by m.n`,
    [...keys(asked), MONTH_BEGIN, MONTH_HOURS, PROFILE],
  )
  for (const table of ['telemetry', 'telemetry_last', 'rollup_1h'])
    await pool.query(`vacuum (analyze) monitoring.${table}`)
}

/** One question, asked of the product and in bare SQL; each gives how many rows it read. */
interface Question {
  readonly key: string
  readonly times: number
  readonly ours: (n: number) => Promise<number>
  readonly bare: (n: number) => Promise<number>
}
const timed = async (work: () => Promise<number>): Promise<readonly [ms: number, rows: number]> => {
  const begin = performance.now()
  const rows = await work()
  return [performance.now() - begin, rows]
}
const measure = async ({ key, times, ours, bare }: Question): Promise<readonly string[]> => {
  const [oursMs, bareMs]: [number[], number[]] = [[], []]
  let rows = 0
  const warmUp = Math.ceil(times / 10)
  for (let n = 0; n < times + warmUp; n += 1) {
    // Whoever asks second finds the pages in memory: they take turns.
    const [first, second] = n % 2 === 0 ? [ours, bare] : [bare, ours]
    const one = await timed(() => first(n))
    const other = await timed(() => second(n))
    const [[ourMs, ourRows], [bareTime, bareRows]] = n % 2 === 0 ? [one, other] : [other, one]
    if (ourRows !== bareRows || ourRows === 0) throw new Error(`${key}: ${ourRows} rows, by bare SQL ${bareRows}`)
    rows = ourRows
    if (n < warmUp) continue
    oursMs.push(ourMs)
    bareMs.push(bareTime)
  }
  const [p50, p95, ratio] = [median(oursMs), percentile(oursMs, 0.95), median(oursMs) / median(bareMs)]
  console.log(
    `${key}: ${rows} rows, p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms; bare SQL p50 ${median(bareMs).toFixed(1)} ms`,
  )
  return [
    `${key}_rows=${rows}`,
    `${key}_p50_ms=${p50.toFixed(1)}`,
    `${key}_p95_ms=${p95.toFixed(1)}`,
    `${key}_ratio_to_bare=${ratio.toFixed(2)}`,
  ]
}

const RAW = `site_id, device_id, at, received_at, span_s, profile_id, quality, buffered, "values"`
const questionsFor = (
  { db, pool }: PlatformCore,
  reader: TelemetryReader,
  asked: readonly Device[],
  { many, few }: Sizes,
): readonly Question[] => {
  const device = (n: number): Device => {
    const found = asked[n % asked.length]
    if (found === undefined) throw new Error('no device')
    return found
  }
  const count = async (text: string, values: readonly unknown[]): Promise<number> =>
    (await pool.query(text, [...values])).rows.length
  const series = async (n: number, from: Instant, resolution: 'raw' | '1h'): Promise<number> => {
    const view = await reader.series(db, device(n), { from, to: DAY_END })
    if (view.resolution !== resolution || view.truncated)
      throw new Error(`answered by ${view.resolution}, not ${resolution}`)
    return view.at.length
  }
  /** Five minutes within the hour of all devices, another one each time. */
  const window = (n: number) => {
    const from = addMs(DAY_END, -(WINDOW_MINUTES + (n % (FULL_MINUTES - WINDOW_MINUTES))) * MINUTE)
    return { from, to: addMs(from, WINDOW_MINUTES * MINUTE) }
  }
  const last = `select site_id, device_id, at, received_at, profile_id, quality, "values" from monitoring.telemetry_last`
  return [
    {
      key: 'device_day',
      times: many,
      ours: (n) => series(n, DAY_BEGIN, 'raw'),
      bare: (n) =>
        count(
          `select ${RAW} from monitoring.telemetry
           where site_id = $1 and device_id = $2 and at >= $3 and at < $4 order by at, span_s`,
          [device(n).siteId, device(n).deviceId, DAY_BEGIN, DAY_END],
        ),
    },
    {
      key: 'device_month',
      times: many,
      ours: (n) => series(n, MONTH_BEGIN, '1h'),
      bare: (n) =>
        count(
          `select at, profile_id, n, sum, min, max, last from monitoring.rollup_1h
           where site_id = $1 and device_id = $2 and at >= $3 and at < $4 order by at, profile_id`,
          [device(n).siteId, device(n).deviceId, MONTH_BEGIN, DAY_END],
        ),
    },
    {
      key: 'all_five_minutes',
      times: few,
      ours: async (n) => (await reader.recent(db, window(n))).length,
      bare: (n) =>
        count(
          `select ${RAW} from monitoring.telemetry
           where at >= $1 and at < $2 order by at, site_id, device_id, span_s`,
          [window(n).from, window(n).to],
        ),
    },
    {
      key: 'site_latest',
      times: many,
      ours: async (n) => (await reader.latest(db, [device(n).siteId])).length,
      bare: (n) => count(`${last} where site_id = $1 order by site_id, device_id`, [device(n).siteId]),
    },
    {
      key: 'all_latest',
      times: few,
      ours: async () => (await reader.latest(db, null)).length,
      bare: () => count(`${last} order by site_id, device_id`, []),
    },
  ]
}

const retentionOf = (): Retention =>
  retentionSchema.parse(
    JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../data/monitoring/retention.json'), 'utf8')),
  )

export const run = async ({ quick }: { readonly quick: boolean }): Promise<void> => {
  const sizes = quick ? quickSizes : fullSizes
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-telemetry-read-'))
  const clock = simulatedClock({ startAt: addMs(DAY_END, DAY_MS / 2) })
  const core = await createPlatformCore({
    stateFolder: folder,
    poolSize: 4,
    origin: 'bench.test/telemetry-read',
    clock,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: console.error },
  })
  try {
    const retention = retentionOf()
    const partitions = createPartitions({ clock, transact: core.transact }, retention.daysAhead)
    await partitions.ensure('telemetry', [{ atMs: msOf(DAY_BEGIN) - DAY_MS }, { atMs: msOf(DAY_BEGIN) }])
    const devices = district(sizes.devices)
    const asked = devices.slice(0, sizes.asked)
    const begin = performance.now()
    await fill(core, devices, asked)
    const { rows } = await core.pool.query<{ n: number }>('select count(*)::int as n from monitoring.telemetry')
    const stored = rows[0]?.n ?? 0
    console.log(`${stored} reports of ${devices.length} devices stored in ${Math.round(performance.now() - begin)} ms`)
    const figures = [`devices=${devices.length}`, `reports=${stored}`]
    const reader = createTelemetryReader({ clock }, retention)
    for (const question of questionsFor(core, reader, asked, sizes)) figures.push(...(await measure(question)))
    console.log(`bench telemetry-read: ${figures.join(' ')}`)
  } finally {
    await core.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
