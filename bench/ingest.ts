/**
 * What a report of a device costs from the wire to the acknowledgement after its commit: parse, identity, rules, storage. Reports
 * a CPU-second of the server and its database together, against bare binary COPY of the same rows in the same run (client
 * counted) and against mosquitto, which is not durable. Also: what is lost when the server is killed, alarms that are raised at
 * once, and how soon a follower sees an alarm. The devices run in a process of their own that is not counted.
 */
import pg from 'pg'
import { median, percentile } from './approvals/measure.ts'
import { startPostgres } from './approvals/postgres.ts'
import { raiseAtOnce, timesToAlarm } from './ingest/alarms.ts'
import { copyRows, type Row } from './ingest/copy.ts'
import { cpuSeconds, processWith } from './ingest/cpu.ts'
import { type Device, openDistrict, type Running, startAgain } from './ingest/district.ts'
import type { LoadDone, LoadOrder } from './ingest/load.ts'
import { startMosquitto } from './ingest/mosquitto.ts'
import { prepareLoad } from './ingest/run-load.ts'

const CONNECTIONS = 50
const WINDOW = 40
/** A live report is at most five minutes from now, and HJ 212 tells time in whole seconds. */
const LIVE_MS = 270_000
const RULES_OF_DUST = 9
const WARM_STATIONS = 50
const WARM_REPORTS = 200

interface Sizes {
  readonly stations: number
  readonly publishers: number
  /** Of each device. */
  readonly hj212: number
  readonly mqtt: number
  readonly cranes: number
  readonly raises: number
}
const quickSizes: Sizes = { stations: 100, publishers: 50, hj212: 300, mqtt: 600, cranes: 20, raises: 1000 }
const fullSizes: Sizes = { stations: 400, publishers: 100, hj212: 500, mqtt: 2000, cranes: 100, raises: 4000 }

interface Measured {
  readonly perCpuSecond: number
  readonly perSecond: number
}
const measure = async (load: Awaited<ReturnType<typeof prepareLoad>>, pids: readonly number[]): Promise<Measured> => {
  const before = cpuSeconds(pids)
  const done = await load.go()
  const cpu = cpuSeconds(pids) - before
  if (done.ended) throw new Error(`a connection ended: ${done.acked} acknowledged`)
  return { perCpuSecond: done.acked / cpu, perSecond: (done.acked / done.tookMs) * 1000 }
}
const hj212Order = (port: number, devices: readonly Device[], reports: number): LoadOrder => ({
  protocol: 'hj212',
  port,
  devices,
  reports,
  firstMs: Math.floor((Date.now() - LIVE_MS) / 1000) * 1000,
  stepMs: 1000,
  connections: Math.min(CONNECTIONS, devices.length),
  window: WINDOW,
})
const mqttOrder = (port: number, devices: readonly Device[], reports: number): LoadOrder => ({
  ...hj212Order(port, devices, reports),
  protocol: 'mqtt',
  stepMs: 100,
})
const show = (what: string, { perCpuSecond, perSecond }: Measured): void =>
  console.log(`${what}: ${Math.round(perSecond)} reports/s, ${Math.round(perCpuSecond)} per CPU-second`)

/** Rows like those of the reports, for COPY. */
const rowsLike = (running: Running, devices: readonly Device[], reports: number): readonly Row[] => {
  const bytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex')
  const site = bytes(running.siteId)
  const ids = devices.map(({ deviceId }) => bytes(deviceId))
  const rows: Row[] = []
  for (let report = 0; report < reports; report += 1)
    for (const device of ids)
      rows.push({
        site,
        device,
        atMs: Date.now() - LIVE_MS + report * 1000,
        values: [60, 30, 120, 52, 2, 120, 12.6, 72, 98.1],
      })
  return rows
}
/** Counts what was acknowledged and is not stored, and what is stored twice. */
const countLost = async (url: string, devices: readonly Device[], order: LoadOrder, done: LoadDone) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  let lost = 0
  let twice = 0
  for (const [index, { deviceId }] of devices.entries()) {
    const { rows } = await client.query<{ ms: string; n: string }>(
      `select (extract(epoch from at) * 1000)::bigint as ms, count(*) as n from monitoring.telemetry where device_id = $1 group by at`,
      [deviceId],
    )
    const stored = new Set(rows.map((row) => Number(row.ms)))
    twice += rows.filter((row) => Number(row.n) > 1).length
    for (const [from, to] of done.acknowledged[index] ?? [])
      for (let report = from; report < to; report += 1)
        if (!stored.has(order.firstMs + report * order.stepMs)) lost += 1
  }
  await client.end()
  return { lost, twice }
}

const onServer = async (sizes: Sizes) => {
  const postgres = await startPostgres()
  if (postgres === null) throw new Error('PostgreSQL is not installed: apt-get install postgresql')
  const databasePid = processWith('postgres', '-p', new URL(postgres.url).port)
  const running = await openDistrict(postgres.url)
  let { server } = running
  try {
    console.log('registering devices …')
    const stations = await running.devices('hj212', 'dust', 'dust-station', sizes.stations)
    const publishers = await running.devices('mqtt', 'dust', 'dust-station', sizes.publishers)
    const cranes = await running.devices('mqtt', 'crane', 'tower-crane', sizes.cranes)
    const pids = [server.pid, databasePid]
    const ports = { hj212: await running.port('hj212'), mqtt: await running.port('mqtt') }
    const times = await timesToAlarm(running, ports.mqtt, cranes)
    console.log(
      `alarm read by a follower: p50 ${percentile(times, 0.5).toFixed(0)} ms, p99 ${percentile(times, 0.99).toFixed(0)} ms`,
    )
    const half = Math.floor(sizes.hj212 / 2)
    // Both ways are warm before either is measured.
    const others = await running.devices('hj212', 'dust', 'dust-station', WARM_STATIONS)
    show('warm-up', await measure(await prepareLoad(mqttOrder(ports.mqtt, publishers, 100)), pids))
    show('warm-up', await measure(await prepareLoad(hj212Order(ports.hj212, others, WARM_REPORTS)), pids))
    const mqtt = await measure(
      await prepareLoad({ ...mqttOrder(ports.mqtt, publishers, sizes.mqtt), firstMs: Date.now() - LIVE_MS + 20_000 }),
      pids,
    )
    show(`MQTT on a PostgreSQL server, ${RULES_OF_DUST} rules`, mqtt)
    const hj212 = await measure(await prepareLoad(hj212Order(ports.hj212, stations, half)), pids)
    show(`HJ 212 on a PostgreSQL server, ${RULES_OF_DUST} rules`, hj212)
    const copy = await copyRows(postgres.url, databasePid, rowsLike(running, stations, half))
    show('bare binary COPY', copy)
    const raised = await raiseAtOnce(
      postgres.url,
      running.siteId,
      stations.slice(0, 50).map((each) => each.deviceId),
      sizes.raises,
    )
    const duplicates = raised.rows - Math.min(50, stations.length)
    console.log(
      `${sizes.raises} raises at once: ${raised.rows} alarms of ${Math.min(50, stations.length)} devices, ${Math.round(raised.perSecond)} raises/s`,
    )
    const order = {
      ...hj212Order(ports.hj212, stations, half),
      firstMs: Math.floor((Date.now() - LIVE_MS) / 1000) * 1000 + half * 1000,
    }
    const load = await prepareLoad(order)
    const going = load.go()
    // Killed once it is under way: a part is acknowledged, the rest is not.
    const client = new pg.Client({ connectionString: postgres.url })
    await client.connect()
    for (;;) {
      const { rows } = await client.query<{ n: string }>(
        'select count(*) as n from monitoring.telemetry where device_id = $1',
        [stations[0]?.deviceId],
      )
      if (Number(rows[0]?.n) > half + half / 4) break
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await client.end()
    await server.kill()
    const done = await going
    server = await startAgain(postgres.url, server.stateFolder)
    const { lost, twice } = await countLost(postgres.url, stations, order, done)
    console.log(`killed under load: ${done.acked} acknowledged, ${lost} of them lost, ${twice} stored twice`)
    return { mqtt, hj212, copy, times, duplicates, lost, twice, acked: done.acked }
  } finally {
    await server.stop()
    await postgres.stop()
  }
}
const onEmbedded = async (sizes: Sizes) => {
  const running = await openDistrict(null)
  try {
    const stations = await running.devices('hj212', 'dust', 'dust-station', sizes.stations)
    const publishers = await running.devices('mqtt', 'dust', 'dust-station', sizes.publishers)
    const others = await running.devices('hj212', 'dust', 'dust-station', WARM_STATIONS)
    const pids = [running.server.pid]
    await measure(await prepareLoad(mqttOrder(await running.port('mqtt'), publishers, 50)), pids)
    await measure(await prepareLoad(hj212Order(await running.port('hj212'), others, WARM_REPORTS)), pids)
    const mqtt = await measure(
      await prepareLoad({
        ...mqttOrder(await running.port('mqtt'), publishers, Math.floor(sizes.mqtt / 2)),
        firstMs: Date.now() - LIVE_MS + 10_000,
      }),
      pids,
    )
    show('MQTT on the embedded database', mqtt)
    const hj212 = await measure(
      await prepareLoad(hj212Order(await running.port('hj212'), stations, Math.floor(sizes.hj212 / 2))),
      pids,
    )
    show('HJ 212 on the embedded database', hj212)
    return { mqtt, hj212 }
  } finally {
    await running.server.stop()
  }
}

export const run = async ({ quick }: { readonly quick: boolean }): Promise<void> => {
  const sizes = quick ? quickSizes : fullSizes
  const server = await onServer(sizes)
  const embedded = await onEmbedded(sizes)
  const mosquitto = await startMosquitto()
  let broker: Measured | null = null
  if (mosquitto === null) console.log('mosquitto is not installed and cannot be: that comparison is left out')
  else {
    const devices = Array.from({ length: sizes.publishers }, (_, n) => ({
      id: `m${n}`,
      secret: '',
      deviceId: '' as never,
    }))
    broker = await measure(await prepareLoad(mqttOrder(mosquitto.port, devices, sizes.mqtt)), [mosquitto.pid])
    show('mosquitto (not durable, no rules)', broker)
    await mosquitto.stop()
  }
  const figures = {
    hj212_per_cpu_s: Math.round(server.hj212.perCpuSecond),
    hj212_per_s: Math.round(server.hj212.perSecond),
    mqtt_per_cpu_s: Math.round(server.mqtt.perCpuSecond),
    mqtt_per_s: Math.round(server.mqtt.perSecond),
    copy_per_cpu_s: Math.round(server.copy.perCpuSecond),
    hj212_ratio_to_copy: (server.hj212.perCpuSecond / server.copy.perCpuSecond).toFixed(2),
    mqtt_ratio_to_copy: (server.mqtt.perCpuSecond / server.copy.perCpuSecond).toFixed(2),
    embedded_hj212_per_cpu_s: Math.round(embedded.hj212.perCpuSecond),
    embedded_mqtt_per_cpu_s: Math.round(embedded.mqtt.perCpuSecond),
    mqtt_ratio_to_mosquitto: broker === null ? 'none' : (server.mqtt.perCpuSecond / broker.perCpuSecond).toFixed(2),
    rules: RULES_OF_DUST,
    acked_before_kill: server.acked,
    lost_after_kill: server.lost,
    stored_twice: server.twice,
    duplicate_alarms: server.duplicates,
    alarm_p50_ms: median(server.times).toFixed(0),
    alarm_p99_ms: percentile(server.times, 0.99).toFixed(0),
  }
  console.log(
    `bench ingest: ${Object.entries(figures)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ')}`,
  )
}
