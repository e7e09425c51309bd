/** Devices at the built product: thousands of them idle, a process that is killed under load, a clean end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  listGateways,
  listMetricProfiles,
  readDevice,
  registerDevice,
} from '../../src/capabilities/monitoring/contract/devices.ts'
import { openSite } from '../../src/capabilities/monitoring/contract/sites.ts'
import { readSeries } from '../../src/capabilities/monitoring/contract/telemetry.ts'
import type { DeviceId, SiteId } from '../../src/capabilities/monitoring/model/report.ts'
import { uploadFrames } from '../../src/engines/hj212/build.ts'
import { qnOf } from '../../src/engines/hj212/wall-time.ts'
import { addMs, instant } from '../../src/kernel/time.ts'
import { messagesIn, openWire, type Wire } from '../support/devices.ts'
import { type RunningServer, startServer } from '../support/running-server.ts'
import { castOnSimulatedClock, openStage, START, type Stage } from './support/stage.ts'

const env = {
  ...castOnSimulatedClock(),
  MINGZHU_HJ212_PORT: '0',
  MINGZHU_JT808_PORT: 'off',
  MINGZHU_MQTT_PORT: 'off',
  MINGZHU_SIP_PORT: 'off',
}
const NOW = instant(START)
const ADMIN = 'admin'

let server: RunningServer
let stage: Stage
let siteId: SiteId
let profileId: number
beforeAll(async () => {
  server = await startServer({ env })
  stage = await openStage(server.url)
  const { projectId } = await stage.project()
  const site = await stage.driver.call(ADMIN, openSite, {
    body: {
      projectId,
      name: '接入测试工地',
      address: '',
      department: 'housing',
      contractorId: null,
      supervisionId: null,
      point: null,
      fence: null,
    },
  })
  siteId = site.siteId
  const { rows } = await stage.driver.call(ADMIN, listMetricProfiles, {})
  profileId = rows.find((each) => each.model === 'dust-station' && each.latest)?.profileId ?? 0
})
afterAll(() => server.stop())

const hj212Port = async (): Promise<number> => {
  const { rows } = await stage.driver.call(ADMIN, listGateways, {})
  const port = rows.find((each) => each.protocol === 'hj212')?.port
  if (port === undefined || port === null) throw new Error('HJ 212 is not open')
  return port
}
interface TestDevice {
  readonly mn: string
  readonly secret: string
  readonly deviceId: DeviceId
}
let count = 0
const device = async (): Promise<TestDevice> => {
  count += 1
  const mn = `500157RUN${String(count).padStart(15, '0')}`
  const made = await stage.driver.call(ADMIN, registerDevice, {
    body: {
      protocol: 'hj212',
      externalId: mn,
      siteId,
      kind: 'dust',
      name: `扬尘${count}`,
      model: '',
      profileId,
      networks: [],
      lon: null,
      lat: null,
      floor: null,
    },
  })
  return { mn, secret: made.secret ?? '', deviceId: made.deviceId }
}
/** The report of a number: its second before now and its value both are the number. */
const frame = ({ mn, secret }: TestDevice, index: number): Uint8Array =>
  Buffer.concat(
    uploadFrames({
      mn,
      pw: secret,
      st: '39',
      cn: '2011',
      qn: qnOf(addMs(NOW, index)),
      dataTime: addMs(NOW, -index * 1000),
      readings: [{ code: 'a34002', rtd: index, flag: 'N' }],
      answer: true,
    }),
  )
/** Numbers of the reports that were answered. */
const answered = (received: Uint8Array): readonly number[] =>
  messagesIn(received, NOW)
    .filter((each) => each.cn === '9014')
    .map((each) => Date.parse(`${isoOf(each.qn ?? '')}+08:00`) - Date.parse(NOW))
const isoOf = (qn: string): string =>
  qn.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/, '$1-$2-$3T$4:$5:$6.$7')
const stored = async (deviceId: DeviceId): Promise<readonly number[]> => {
  const series = await stage.driver.call(ADMIN, readSeries, {
    params: { siteId, deviceId },
    query: { from: addMs(NOW, -3_600_000), to: addMs(NOW, 1000), resolution: 'raw', metrics: ['pm10'] },
  })
  return (series.metrics[0]?.last ?? []).map(Number).toSorted((a, b) => a - b)
}
const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(new RegExp(`^${name}(?:\\{[^}]*protocol="hj212"[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1])
}

describe('the gateways of the running product', () => {
  test('hold 5,000 idle connections and answer the next device all the same', async () => {
    const port = await hj212Port()
    const idle: Wire[] = []
    for (let batch = 0; batch < 50; batch += 1)
      idle.push(
        ...(await Promise.all(Array.from({ length: 100 }, () => openWire(port, `127.0.1.${1 + (batch % 10)}`)))),
      )
    expect(idle).toHaveLength(5_000)
    const one = await device()
    const wire = await openWire(port)
    wire.send(frame(one, 1))
    await wire.until((received) => answered(received).length === 1)
    expect(await stored(one.deviceId)).toEqual([1])
    expect(await metric('mingzhu_gateway_connections')).toBe(5_001)
    for (const each of [...idle, wire]) each.close()
    await expect.poll(() => metric('mingzhu_gateway_connections'), { timeout: 30_000 }).toBe(0)
  })

  test('killed at once under load: every report that was answered is stored; all sent again, each is there once', async () => {
    const devices = []
    for (let index = 0; index < 20; index += 1) devices.push(await device())
    const port = await hj212Port()
    const wires = await Promise.all(devices.map(() => openWire(port)))
    const total = 400
    devices.forEach((each, index) => {
      for (let report = 1; report <= total; report += 1) wires[index]?.send(frame(each, report))
    })
    // Some have been answered, most have not.
    await Promise.any(wires.map((wire) => wire.until((received) => answered(received).length >= 50)))
    await server.kill()
    await Promise.all(wires.map((wire) => wire.closed))
    const acknowledged = wires.map((wire) => answered(wire.received()))
    expect(acknowledged.flat().length).toBeGreaterThanOrEqual(50)

    server = await startServer({ env, stateFolder: server.stateFolder })
    stage = await openStage(server.url)
    for (const [index, { deviceId }] of devices.entries())
      expect(await stored(deviceId)).toEqual(expect.arrayContaining([...(acknowledged[index] ?? [])]))

    const again = await hj212Port()
    await Promise.all(
      devices.map(async (each) => {
        const wire = await openWire(again)
        for (let report = 1; report <= total; report += 1) wire.send(frame(each, report))
        await wire.until((received) => answered(received).length === total)
        wire.close()
      }),
    )
    const wanted = Array.from({ length: total }, (_, index) => index + 1)
    for (const { deviceId } of devices) expect(await stored(deviceId)).toEqual(wanted)
  })

  test('end cleanly while devices are connected, and know afterwards what they had answered', async () => {
    const one = await device()
    const wire = await openWire(await hj212Port())
    wire.send(frame(one, 1), frame(one, 2))
    await wire.until((received) => answered(received).length === 2)
    server.signal('SIGTERM')
    expect(await server.exited).toBe(0)
    await wire.closed
    server = await startServer({ env, stateFolder: server.stateFolder })
    stage = await openStage(server.url)
    expect(await stored(one.deviceId)).toEqual([1, 2])
    const { health } = await stage.driver.call(ADMIN, readDevice, { params: { deviceId: one.deviceId } })
    expect(health).toMatchObject({ connectedAt: null, reports: 2 })
    expect(health.connections).toHaveLength(1)
  })
})
