/** What goes wrong with devices, at the built product: garbage on every port, wrong clocks, TLS, a dead database, a full disk. */
import { spawnSync } from 'node:child_process'
import dgram from 'node:dgram'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listAlarms } from '../../src/capabilities/monitoring/contract/alarms.ts'
import { readDevice } from '../../src/capabilities/monitoring/contract/devices.ts'
import { readSeries } from '../../src/capabilities/monitoring/contract/telemetry.ts'
import { uploadFrames } from '../../src/engines/hj212/build.ts'
import { qnOf } from '../../src/engines/hj212/wall-time.ts'
import { addMs, type Instant, instantFromMs } from '../../src/kernel/time.ts'
import { temporaryPostgres } from '../../tools/lib/debian.mjs'
import { selfSigned } from '../support/certificate.ts'
import { garbage, messagesIn, openWire, type Wire } from '../support/devices.ts'
import { type RunningServer, startServer } from '../support/running-server.ts'
import {
  ADMIN,
  type Claimed,
  openDatabase,
  openYard,
  portOf,
  type Sender,
  startSender,
  storedReports,
  type Yard,
} from './support/fleet.ts'
import { openStage, type Stage, until } from './support/stage.ts'

const now = (): Instant => instantFromMs(Date.now())
const HOUR_MS = 3_600_000
const folders: string[] = []
const folder = (): string => {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'mingzhu-faults-'))
  folders.push(made)
  return made
}
afterAll(() => {
  for (const made of folders) fs.rmSync(made, { recursive: true, force: true })
})
const metric = async (server: RunningServer, name: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}
/** Waits until each was answered so many more times. */
const answered = (senders: readonly Sender[], more: number): Promise<unknown> => {
  const before = senders.map((sender) => sender.acked.size)
  return until(
    async () => senders.every((sender, index) => sender.acked.size >= (before[index] ?? 0) + more),
    `${more} more answers for each device`,
    60_000,
  )
}

describe('a product with its own database', () => {
  const certificate = selfSigned('mingzhu.example')
  let server: RunningServer
  let stage: Stage
  let yard: Yard
  beforeAll(async () => {
    const files = folder()
    fs.writeFileSync(path.join(files, 'cert.pem'), certificate.cert)
    fs.writeFileSync(path.join(files, 'key.pem'), certificate.key)
    server = await startServer({
      env: {
        MINGZHU_DEMO: 'cast',
        MINGZHU_MQTT_TLS_PORT: '0',
        MINGZHU_MQTT_TLS_CERT: path.join(files, 'cert.pem'),
        MINGZHU_MQTT_TLS_KEY: path.join(files, 'key.pem'),
      },
    })
    stage = await openStage(server.url)
    yard = await openYard(stage)
  })
  afterAll(() => server?.stop())

  const valuesOf = async (device: Claimed, name: string, from: Instant, to: Instant): Promise<readonly number[]> => {
    const series = await stage.driver.call(ADMIN, readSeries, {
      params: { siteId: yard.siteId, deviceId: device.deviceId },
      query: { from, to, resolution: 'raw', metrics: [name] },
    })
    return (series.metrics[0]?.last ?? []).map(Number)
  }

  test('garbage on every port: the process lives, other devices are answered meanwhile, its memory is bounded', async () => {
    const ports = {
      hj212: await portOf(stage, 'hj212'),
      jt808: await portOf(stage, 'jt808'),
      mqtt: await portOf(stage, 'mqtt'),
      tls: await portOf(stage, 'mqtt', 'tls'),
      sip: await portOf(stage, 'gb28181'),
      http: Number(new URL(server.url).port),
    }
    const senders = [
      startSender(await yard.device('hj212'), ports.hj212),
      startSender(await yard.device('mqtt'), ports.mqtt),
    ]
    await answered(senders, 20)
    const before = await metric(server, 'process_resident_memory_bytes')

    // Each kind comes from an address of its own: whoever sends much of it finds the door closed.
    let last = 20
    const address = (): string => `127.0.0.${(last = last === 250 ? 20 : last + 1)}`
    const megabytes = garbage(64 * 1024, 1)
    const hello = Buffer.from('16030100a5010000a10303', 'hex')
    const upgrade = `GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n`
    const text = (value: string): Buffer => Buffer.from(value, 'latin1')
    const half = {
      hj212: text('##0120QN=20260101000000000;ST=39;CN=2011;PW=12'),
      jt808: Buffer.from('7e0200402601', 'hex'),
      mqtt: Buffer.from('10ffffff7f00044d515454', 'hex'),
      sip: text('REGISTER sip:x SIP/2.0\r\nVia: SIP/2.0/TCP x\r\nContent-Length: 999999999\r\n\r\n'),
      http: text('POST /v1/telemetry HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{"half":'),
    }
    const overlong = {
      hj212: text('##9999'),
      jt808: Buffer.from('7e', 'hex'),
      mqtt: Buffer.from('30ffffff7f', 'hex'),
      sip: text('MESSAGE sip:x SIP/2.0\r\nX: '),
      http: text('POST /v1/push/hikvision/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n'),
    }
    const wires: Wire[] = []
    const pour = async (port: number, begin: Uint8Array, megabyteTimes: number): Promise<void> => {
      const wire = await openWire(port, address()).catch(() => null)
      if (wire === null) return
      wires.push(wire)
      wire.send(begin)
      // 3 MB on one connection; one that was closed takes no more.
      for (let index = 0; index < megabyteTimes && !wire.isClosed(); index += 1) wire.send(megabytes)
    }
    const rounds = Array.from({ length: 2 }, (_, index) => index)
    for (const round of rounds) {
      const random = garbage(4_096, 100 + round)
      await Promise.all(
        [ports.hj212, ports.jt808, ports.mqtt, ports.sip, ports.tls, ports.http].map((port) => pour(port, random, 0)),
      )
      await Promise.all(
        [ports.hj212, ports.jt808, ports.mqtt, ports.sip, ports.http].map((port) => pour(port, hello, 1)),
      )
      await pour(ports.tls, text('GET / HTTP/1.1\r\n\r\n'), 1)
      for (const name of ['hj212', 'jt808', 'mqtt', 'sip', 'http'] as const) {
        await pour(ports[name], half[name], 0)
        await pour(ports[name], overlong[name], 48)
      }
      await pour(ports.http, Buffer.concat([text(upgrade), garbage(2_000, 200 + round)]), 0)
      await pour(ports.http, Buffer.concat([text(upgrade), Buffer.from('82ff7fffffffffffffff', 'hex')]), 16)
      await fetch(`${server.url}/v1/telemetry`, { method: 'POST', body: Buffer.from(random) }).then((reply) =>
        expect(reply.status).toBeGreaterThanOrEqual(400),
      )
    }
    const udp = dgram.createSocket('udp4')
    await new Promise<void>((resolve) => udp.bind(0, '127.0.0.9', resolve))
    for (let index = 0; index < 300; index += 1)
      await new Promise((resolve) =>
        udp.send(
          index % 3 === 0 ? garbage(1 + (index % 1_400), index) : index % 3 === 1 ? half.sip : garbage(60_000, index),
          ports.sip,
          '127.0.0.1',
          resolve,
        ),
      )
    udp.close()

    for (const sender of senders) sender.lap()
    await answered(senders, 30)
    for (const sender of senders) expect(sender.longestGapMs()).toBeLessThan(3_000)
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
    const grown = (await metric(server, 'process_resident_memory_bytes')) - before
    expect(grown).toBeLessThan(200 * 1024 * 1024)
    for (const wire of wires) wire.close()
    await Promise.all(senders.map((sender) => sender.finish()))
    for (const sender of senders) {
      expect(sender.acked.size).toBe(sender.sent())
      sender.stop()
    }
    expect(await metric(server, 'mingzhu_gateway_malformed_total\\{protocol="hj212"\\}')).toBeGreaterThan(0)
    expect(await metric(server, 'mingzhu_gateway_malformed_total\\{protocol="mqtt"\\}')).toBeGreaterThan(0)
  })

  test('a device whose clock is hours off or was never set: shown as such; what it dates back raises no live alarm', async () => {
    const key = await yard.watch()
    const port = await portOf(stage, 'hj212')
    /** Tells one value far above the limit, by a clock that is off by so much; null: one that stands at 1970. */
    const tell = async (offMs: number | null): Promise<Claimed> => {
      const device = await yard.device('hj212')
      const told = offMs === null ? instantFromMs(86_400_000) : addMs(now(), offMs)
      const wire = await openWire(port)
      for (const frame of uploadFrames({
        mn: device.number,
        pw: device.secret,
        st: '39',
        cn: '2011',
        qn: qnOf(told),
        dataTime: told,
        readings: [{ code: 'a34002', rtd: 500, flag: 'N' }],
        answer: true,
      }))
        wire.send(frame)
      await wire.until((received) => messagesIn(received, now()).some((each) => each.cn === '9014'))
      wire.close()
      return device
    }
    const from = now()
    const [right, ahead, behind, never] = [
      await tell(0),
      await tell(5 * HOUR_MS),
      await tell(-6 * HOUR_MS),
      await tell(null),
    ]
    const seen = async (device: Claimed) => {
      const read = () => stage.driver.call(ADMIN, readDevice, { params: { deviceId: device.deviceId } })
      const { health } = await until(async () => {
        const found = await read()
        return found.health.reports === 1 && found
      }, 'what is known of the device is written')
      const alarms = await stage.driver.call(ADMIN, listAlarms, {
        query: { deviceId: device.deviceId, ruleKey: key, limit: 10 },
      })
      return {
        wrong: health.clockWrong,
        hours: health.clockSkewMs === null ? null : Math.round(health.clockSkewMs / HOUR_MS) + 0,
        // Within the time of this test: stored by the time of its arrival.
        now: await valuesOf(device, 'pm10', addMs(from, -60_000), addMs(now(), 60_000)),
        alarms: alarms.rows.length,
      }
    }
    expect(await seen(right)).toEqual({ wrong: false, hours: 0, now: [500], alarms: 1 })
    // What is dated ahead, or in 1970, was measured now: it counts at the time of its arrival.
    expect(await seen(ahead)).toEqual({ wrong: true, hours: 5, now: [500], alarms: 1 })
    expect(await seen(never)).toMatchObject({ wrong: true, now: [500], alarms: 1 })
    // What is dated back may be what the device had kept: it is stored where it says, and is no news.
    expect(await seen(behind)).toEqual({ wrong: true, hours: -6, now: [], alarms: 0 })
    expect(await valuesOf(behind, 'pm10', addMs(now(), -7 * HOUR_MS), addMs(now(), -5 * HOUR_MS))).toEqual([500])
  })

  test('MQTT over TLS with a certificate of its own: answered after the commit; without trust or without TLS nothing is said', async () => {
    const device = await yard.device('mqtt')
    const port = await portOf(stage, 'mqtt', 'tls')
    const options = {
      host: '127.0.0.1',
      port,
      servername: 'mingzhu.example',
      protocol: 'mqtts' as const,
      protocolVersion: 4 as const,
      clientId: device.number,
      username: device.number,
      password: device.secret,
      reconnectPeriod: 0,
      connectTimeout: 5_000,
    }
    const client = await mqtt.connectAsync({ ...options, ca: certificate.cert })
    const at = now()
    await client.publishAsync(
      `v1/${device.number}/telemetry`,
      JSON.stringify({ ts: Date.parse(at), seq: 1, values: { pm10: 42 } }),
      { qos: 1 },
    )
    expect(await valuesOf(device, 'pm10', addMs(at, -1000), addMs(at, 1000))).toEqual([42])
    await client.endAsync()
    await expect(mqtt.connectAsync({ ...options, ca: selfSigned('mingzhu.example').cert })).rejects.toThrow()
    const plain = await openWire(port)
    plain.send(Buffer.from('101000044d5154540402003c000474657374', 'hex'))
    await plain.closed
    // Whatever TLS says to that, no CONNACK is among it.
    expect(
      plain
        .received()
        .subarray(0, 1)
        .equals(Buffer.from([0x20])),
    ).toBe(false)
  })

  /** Kills the database server with all its processes. */
  const killDatabase = (): number => {
    const data = fs.readdirSync(server.stateFolder).find((name) => /^pg\d+$/.test(name)) ?? ''
    const postmaster = Number(
      fs.readFileSync(path.join(server.stateFolder, data, 'postmaster.pid'), 'utf8').split('\n')[0],
    )
    const children = fs.readdirSync('/proc').filter((name) => {
      if (!/^\d+$/.test(name)) return false
      try {
        const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8')
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === postmaster
      } catch {
        return false
      }
    })
    for (const pid of [postmaster, ...children.map(Number)]) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself a moment ago.
      }
    }
    return children.length
  }
  test('kill -9 of all processes of the database under load: it comes back by itself, what was answered is stored, once', async () => {
    const from = now()
    const senders: Sender[] = []
    for (const protocol of ['hj212', 'mqtt', 'mqtt', 'hj212'] as const)
      senders.push(startSender(await yard.device(protocol), await portOf(stage, protocol)))
    await answered(senders, 20)
    for (let times = 0; times < 2; times += 1) {
      expect(killDatabase()).toBeGreaterThan(2)
      await answered(senders, 30)
      await until(async () => (await fetch(`${server.url}/readyz`)).status === 200, 'the product is ready again')
    }
    await Promise.all(senders.map((sender) => sender.finish()))
    await until(async () => (await metric(server, 'mingzhu_ingest_spooled_bytes')) === 0, 'the spool is empty')
    for (const { device, acked, sent, stop } of senders) {
      stop()
      expect(acked.size).toBe(sent())
      const stored = await valuesOf(device, 'tsp', addMs(from, -4 * HOUR_MS), addMs(now(), 1000))
      expect([...stored].toSorted((a, b) => a - b)).toEqual(Array.from({ length: sent() }, (_, index) => index))
    }
  })
})

/** A way to the database that can be cut. */
const openProxy = async (to: URL) => {
  const open = new Set<net.Socket>()
  let cut = false
  const proxy = net.createServer((inside) => {
    if (cut) return inside.destroy()
    const outside = net.connect(Number(to.port), to.hostname)
    for (const [one, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      open.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
    return undefined
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const url = new URL(to)
  url.port = String((proxy.address() as net.AddressInfo).port)
  return {
    url: url.href,
    cut: (): void => {
      cut = true
      for (const each of open) each.destroy()
    },
    mend: (): void => {
      cut = false
    },
    close: () => new Promise((resolve) => proxy.close(resolve)),
  }
}
const isMounted = (at: string): boolean => fs.readFileSync('/proc/mounts', 'utf8').includes(` ${at} `)

describe('a product whose spool lies on a disk of 256 kB', () => {
  let database: { readonly url: string; readonly stop: () => Promise<void> }
  let proxy: Awaited<ReturnType<typeof openProxy>>
  let server: RunningServer
  let stage: Stage
  let inside: Awaited<ReturnType<typeof openDatabase>> | undefined
  let disk: string
  const state = folder()
  beforeAll(async () => {
    database = await temporaryPostgres()
    proxy = await openProxy(new URL(database.url))
    inside = await openDatabase(database.url)
    disk = path.join(state, 'spool')
    fs.mkdirSync(disk)
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { encoding: 'utf8' })
    // Where no disk may be mounted the bound of the spool stands for its end: the same must be true.
    const megabytes = mounted.status === 0 ? '64' : '1'
    server = await startServer({
      stateFolder: state,
      env: {
        DATABASE_URL: proxy.url,
        MINGZHU_DEMO: 'cast',
        MINGZHU_SPOOL_MB: megabytes,
        MINGZHU_JT808_PORT: 'off',
        MINGZHU_SIP_PORT: 'off',
      },
    })
    stage = await openStage(server.url)
  })
  afterAll(async () => {
    await server?.stop({ keep: true })
    if (isMounted(disk)) spawnSync('umount', ['-l', disk])
    await inside?.end()
    await proxy?.close()
    await database?.stop()
  })

  test('answers from the spool while the database is away, not any more when the disk is full, and stores all of it afterwards', async () => {
    const sql = inside?.sql
    if (sql === undefined) throw new Error('no database')
    const yard = await openYard(stage)
    const senders: Sender[] = []
    for (let index = 0; index < 8; index += 1)
      senders.push(startSender(await yard.device('mqtt'), await portOf(stage, 'mqtt')))
    await answered(senders, 10)
    proxy.cut()
    await answered(senders, 30)
    const spooled = await until(async () => {
      const bytes = await metric(server, 'mingzhu_ingest_spooled_bytes')
      return bytes > 0 && bytes
    }, 'reports lie on the disk')
    expect(spooled).toBeGreaterThan(0)
    // Full: whoever sends is not answered. Reports wait, and are refused; nothing is said that is not so.
    await until(async () => (await metric(server, 'mingzhu_ingest_refused_total')) > 0, 'the disk is full', 60_000)
    const count = (): number => senders.reduce((all, sender) => all + sender.acked.size, 0)
    const full = count()
    await until(async () => (await metric(server, 'mingzhu_ingest_refused_total')) > 50, 'more is refused', 60_000)
    expect(count() - full).toBeLessThan(1_000)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    proxy.mend()
    await answered(senders, 20)
    await Promise.all(senders.map((sender) => sender.finish()))
    await until(async () => (await metric(server, 'mingzhu_ingest_spooled_bytes')) === 0, 'the spool is empty', 60_000)
    for (const { device, acked, sent, stop } of senders) {
      stop()
      expect(acked.size).toBe(sent())
      expect((await storedReports(sql, device)).map((each) => each.index)).toEqual(
        Array.from({ length: sent() }, (_, index) => index),
      )
    }
  })
})
