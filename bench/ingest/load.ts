/**
 * The devices of the benchmark, in a process of their own so that their CPU is not counted. Everything is written before the
 * clock starts; connections keep so many reports unanswered at once. Reads an order as one line, says 'ready', waits for a line,
 * and answers with one line when all is acknowledged or the connections ended.
 */
import net from 'node:net'
import readline from 'node:readline'
import { generate } from 'mqtt-packet'
import { uploadFrames } from '../../src/engines/hj212/build.ts'
import { qnOf } from '../../src/engines/hj212/wall-time.ts'
import { instantFromMs } from '../../src/kernel/time.ts'

export interface LoadOrder {
  readonly protocol: 'hj212' | 'mqtt'
  readonly port: number
  readonly devices: readonly { readonly id: string; readonly secret: string }[]
  /** Of each device. */
  readonly reports: number
  /** Time of the first report, and how far apart those of a device are, in ms. */
  readonly firstMs: number
  readonly stepMs: number
  readonly connections: number
  /** Unanswered reports of a connection at most. */
  readonly window: number
}
export interface LoadDone {
  readonly acked: number
  readonly tookMs: number
  /** Of each device, the numbers of its reports that were acknowledged, as ranges [from, to). */
  readonly acknowledged: readonly (readonly (readonly [number, number])[])[]
  readonly ended: boolean
}

interface Lane {
  /** Reports in the order in which they go out. */
  readonly packets: readonly Uint8Array[]
  readonly owner: readonly (readonly [device: number, report: number])[]
  readonly hello: Uint8Array | null
}
const valuesOf = (device: number, report: number) => ({
  pm10: 40 + ((device * 7 + report * 3) % 60),
  noise: 50 + ((device + report) % 15),
  wind: 1 + ((device + report) % 5),
})
const hj212Lane = (order: LoadOrder, devices: readonly number[]): Lane => {
  const packets: Uint8Array[] = []
  const owner: (readonly [number, number])[] = []
  for (let report = 0; report < order.reports; report += 1)
    for (const device of devices) {
      const { id: mn = '', secret: pw = '' } = order.devices[device] ?? {}
      const { pm10, noise, wind } = valuesOf(device, report)
      const readings = {
        a34001: pm10 * 2,
        a34002: pm10,
        a34004: pm10 / 2,
        LA: noise,
        a01001: 12.6,
        a01002: 72,
        a01006: 98.1,
        a01007: wind,
        a01008: 120,
      }
      packets.push(
        ...uploadFrames({
          mn,
          pw,
          st: '39',
          cn: '2011',
          // The number of a report is read back from its answer.
          qn: qnOf(instantFromMs(order.firstMs + report)),
          dataTime: instantFromMs(order.firstMs + report * order.stepMs),
          readings: Object.entries(readings).map(([code, rtd]) => ({ code, rtd, flag: 'N' })),
          answer: true,
        }),
      )
      owner.push([device, report])
    }
  return { packets, owner, hello: null }
}
const mqttLane = (order: LoadOrder, device: number): Lane => {
  const { id = '', secret = '' } = order.devices[device] ?? {}
  const packets: Uint8Array[] = []
  const owner: (readonly [number, number])[] = []
  for (let report = 0; report < order.reports; report += 1) {
    const { pm10, noise, wind } = valuesOf(device, report)
    const values = {
      pm10,
      pm25: pm10 / 2,
      tsp: pm10 * 2,
      noise,
      'wind-speed': wind,
      'wind-direction': 120,
      temperature: 12.6,
      humidity: 72,
      pressure: 98.1,
    }
    packets.push(
      generate({
        cmd: 'publish',
        qos: 1,
        dup: false,
        retain: false,
        messageId: (report % 65_000) + 1,
        topic: `v1/${id}/telemetry`,
        payload: JSON.stringify({ ts: order.firstMs + report * order.stepMs, seq: report, values }),
      }),
    )
    owner.push([device, report])
  }
  const hello = generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: id,
    keepalive: 600,
    username: id,
    password: Buffer.from(secret),
  })
  return { packets, owner, hello }
}

interface Running {
  readonly begin: () => void
  readonly done: Promise<boolean>
  readonly acked: () => readonly number[]
}
const PUBACK_BYTES = 4
const CONNACK_BYTES = 4

const open = async (order: LoadOrder, lane: Lane): Promise<Running> => {
  const socket = net.connect({ port: order.port, host: '127.0.0.1' })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.setNoDelay(true)
  const places = new Map(
    lane.owner.map(([device, report], place) => [`${order.devices[device]?.id ?? ''} ${report}`, place]),
  )
  const acked: number[] = []
  let sent = 0
  let rest = Buffer.alloc(0)
  let finish: (whole: boolean) => void = () => undefined
  const done = new Promise<boolean>((resolve) => {
    finish = resolve
  })
  const fill = (): void => {
    const until = Math.min(lane.packets.length, acked.length + order.window)
    if (sent >= until) return
    socket.write(Buffer.concat(lane.packets.slice(sent, until)))
    sent = until
  }
  const firstQn = order.firstMs
  const hear = (bytes: Buffer): void => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    if (order.protocol === 'mqtt') {
      const whole = all.length - (all.length % PUBACK_BYTES)
      for (let at = 0; at < whole; at += PUBACK_BYTES) if (all[at] === 0x40) acked.push(all.readUInt16BE(at + 2) - 1)
      rest = Buffer.from(all.subarray(whole))
    } else {
      const end = all.lastIndexOf('\r\n')
      const text = all.subarray(0, Math.max(end, 0)).toString('latin1')
      rest = Buffer.from(all.subarray(end < 0 ? 0 : end + 2))
      for (const line of text === '' ? [] : text.split('\r\n')) {
        const found = /QN=(\d{17});ST=91;CN=9014;.*MN=([^;]+);/.exec(line)
        if (found === null) continue
        const [, qn = '', mn = ''] = found
        const ms = Date.parse(
          qn.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/, '$1-$2-$3T$4:$5:$6.$7+08:00'),
        )
        const place = places.get(`${mn} ${ms - firstQn}`)
        if (place !== undefined) acked.push(place)
      }
    }
    if (acked.length >= lane.packets.length) finish(true)
    else fill()
  }
  socket.on('error', () => undefined)
  socket.once('close', () => finish(false))
  if (lane.hello !== null) {
    socket.write(lane.hello)
    const answer = await new Promise<Buffer>((resolve, reject) => {
      socket.once('data', resolve)
      socket.once('close', () => reject(new Error('the connection ended before its answer')))
    })
    if (answer.length < CONNACK_BYTES || answer[3] !== 0) throw new Error(`CONNECT was refused with ${answer[3]}`)
  }
  socket.on('data', hear)
  return { begin: fill, done, acked: () => acked }
}
const rangesOf = (numbers: readonly number[]): readonly (readonly [number, number])[] => {
  const ranges: [number, number][] = []
  for (const n of numbers.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === n) last[1] = n + 1
    else ranges.push([n, n + 1])
  }
  return ranges
}

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const order = JSON.parse(String((await lines.next()).value)) as LoadOrder
const lanes =
  order.protocol === 'mqtt'
    ? order.devices.map((_device, device) => mqttLane(order, device))
    : Array.from({ length: order.connections }, (_, lane) =>
        hj212Lane(
          order,
          order.devices.flatMap((_device, device) => (device % order.connections === lane ? [device] : [])),
        ),
      )
const running = await Promise.all(lanes.map((lane) => open(order, lane)))
process.stdout.write('ready\n')
await lines.next()
const begun = performance.now()
for (const each of running) each.begin()
const whole = await Promise.all(running.map((each) => each.done))
const tookMs = performance.now() - begun
const acknowledged = order.devices.map((): number[] => [])
running.forEach((each, lane) => {
  for (const place of each.acked()) {
    const [device = 0, report = 0] = lanes[lane]?.owner[place] ?? []
    acknowledged[device]?.push(report)
  }
})
const done: LoadDone = {
  acked: running.reduce((sum, each) => sum + each.acked().length, 0),
  tookMs,
  acknowledged: acknowledged.map(rangesOf),
  ended: whole.includes(false),
}
process.stdout.write(`${JSON.stringify(done)}\n`, () => process.exit(0))
