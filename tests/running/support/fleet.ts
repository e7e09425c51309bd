/** Devices under load at a running product: they send on, send again what was not answered, and say what was. */
import net from 'node:net'
import mqttPacket from 'mqtt-packet'
import { Client } from 'pg'
import {
  listGateways,
  listMetricProfiles,
  registerDevice,
} from '../../../src/capabilities/monitoring/contract/devices.ts'
import { createRule, publishRule } from '../../../src/capabilities/monitoring/contract/rules.ts'
import { openSite } from '../../../src/capabilities/monitoring/contract/sites.ts'
import type { DeviceId, Protocol, SiteId } from '../../../src/capabilities/monitoring/model/report.ts'
import { definitionSchema } from '../../../src/capabilities/monitoring/model/rules/definition.ts'
import { uploadFrames } from '../../../src/engines/hj212/build.ts'
import { createSplitter } from '../../../src/engines/hj212/frames.ts'
import { parseSegment, windowAt } from '../../../src/engines/hj212/message.ts'
import { qnOf } from '../../../src/engines/hj212/wall-time.ts'
import { addMs, instantFromMs } from '../../../src/kernel/time.ts'
import { type Stage, until } from './stage.ts'

export const ADMIN = 'admin'

export interface Claimed {
  readonly protocol: Protocol
  readonly number: string
  readonly secret: string
  readonly deviceId: DeviceId
}
export interface Yard {
  readonly siteId: SiteId
  readonly device: (protocol: 'hj212' | 'mqtt' | 'http') => Promise<Claimed>
  /** Puts a threshold on PM10 into force at this site: above 150, over below 130, without delay. */
  readonly watch: () => Promise<string>
}
let made = 0
/** A site with devices, for the tests of one product. */
export const openYard = async (stage: Stage): Promise<Yard> => {
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
  const { rows } = await stage.driver.call(ADMIN, listMetricProfiles, {})
  const profileId = rows.find((each) => each.model === 'dust-station' && each.latest)?.profileId ?? 0
  return {
    siteId: site.siteId,
    device: async (protocol) => {
      made += 1
      const number =
        protocol === 'hj212' ? `500157LOAD${String(made).padStart(14, '0')}` : `load-${String(made).padStart(4, '0')}`
      const { secret, deviceId } = await stage.driver.call(ADMIN, registerDevice, {
        body: {
          protocol,
          externalId: number,
          siteId: site.siteId,
          kind: 'dust',
          name: `设备${made}`,
          model: '',
          profileId,
          networks: [],
          lon: null,
          lat: null,
          floor: null,
        },
      })
      return { protocol, number, secret: secret ?? '', deviceId }
    },
    watch: async () => {
      made += 1
      const key = `load.threshold-${made}`
      await stage.driver.call(ADMIN, createRule, {
        body: {
          key,
          definition: definitionSchema.parse({
            name: { zh: '负载测试', en: 'Load' },
            advice: { zh: '请处置', en: 'Act' },
            condition: { kind: 'threshold', metric: 'pm10', limit: { value: 150 }, band: 20 },
            appliesTo: { deviceKinds: ['dust'], siteIds: [site.siteId] },
            severity: 3,
            reopenMinutes: 0,
            source: { basis: '测试', certainty: 'A' },
          }),
        },
      })
      await stage.driver.call(ADMIN, publishRule, { params: { ruleKey: key }, body: { revision: 1, note: '' } })
      return key
    },
  }
}
export const portOf = async (stage: Stage, protocol: Protocol, transport = 'tcp'): Promise<number> => {
  const { rows } = await stage.driver.call(ADMIN, listGateways, {})
  const port = rows.find((each) => each.protocol === protocol && each.transport === transport)?.port
  if (port === undefined || port === null) throw new Error(`${protocol} over ${transport} is not open`)
  return port
}

// ------------------------------------------------------------------------------------------------ load

/** Fifteen reports below, fifteen above, by number. */
export const waveOf = (index: number): number => (index % 30 < 15 ? 100 : 200)

export interface Sender {
  readonly device: Claimed
  /** Numbers of reports that were answered, with the moment that each carried, ms. */
  readonly acked: ReadonlyMap<number, number>
  readonly sent: () => number
  /** Longest time between two answers so far, ms. */
  readonly longestGapMs: () => number
  /** Answers so far are counted as of now. */
  readonly lap: () => void
  /** From the next connection on it goes there. */
  readonly moveTo: (port: number) => void
  /** Sends nothing new; resolves when all that was sent is answered. */
  readonly finish: () => Promise<void>
  readonly stop: () => void
}
interface Speech {
  /** Bytes with which a connection begins; none: reports come at once. */
  readonly hello: Uint8Array | null
  readonly reportOf: (index: number, atMs: number) => Uint8Array
  /** Reads what came: whether it may begin, and numbers of reports that were answered. */
  readonly reader: () => (bytes: Uint8Array) => { readonly begin: boolean; readonly acked: readonly number[] }
}
const HOUR_MS = 3_600_000
/** Of the reports of HJ 212, which count seconds: they lie some hours back, and are old when they come. */
const speechOf = (device: Claimed): Speech => {
  if (device.protocol === 'hj212') {
    const base = instantFromMs(Math.floor(Date.now() / 1000) * 1000 - 3 * HOUR_MS)
    return {
      hello: null,
      reportOf: (index) =>
        Buffer.concat(
          uploadFrames({
            mn: device.number,
            pw: device.secret,
            st: '39',
            cn: '2011',
            qn: qnOf(addMs(base, index)),
            dataTime: addMs(base, index * 1000),
            readings: [
              { code: 'a34002', rtd: waveOf(index), flag: 'N' },
              { code: 'a34001', rtd: index, flag: 'N' },
            ],
            answer: true,
          }),
        ),
      reader: () => {
        const splitter = createSplitter()
        return (bytes) => ({
          begin: true,
          acked: splitter.feed(bytes).flatMap((event) => {
            const parsed = event.kind === 'frame' ? parseSegment(event.segment, windowAt(base)) : null
            if (parsed?.kind !== 'message' || parsed.message.cn !== '9014') return []
            const said = (parsed.message.qn ?? '').replace(
              /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/,
              '$1-$2-$3T$4:$5:$6.$7+08:00',
            )
            return [Date.parse(said) - Date.parse(base)]
          }),
        })
      },
    }
  }
  return {
    hello: mqttPacket.generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId: device.number,
      username: device.number,
      password: Buffer.from(device.secret),
      keepalive: 60,
    }),
    reportOf: (index, atMs) =>
      mqttPacket.generate({
        cmd: 'publish',
        topic: `v1/${device.number}/telemetry`,
        payload: JSON.stringify({ ts: atMs, seq: index, values: { pm10: waveOf(index), tsp: index } }),
        qos: 1,
        dup: false,
        retain: false,
        messageId: (index % 60_000) + 1,
      }),
    reader: () => {
      const parser = mqttPacket.parser({ protocolVersion: 4 })
      let begin = false
      let acked: number[] = []
      parser.on('packet', (packet) => {
        if (packet.cmd === 'connack') begin = packet.returnCode === 0
        else if (packet.cmd === 'puback') acked.push((packet.messageId ?? 0) - 1)
      })
      return (bytes) => {
        acked = []
        parser.parse(Buffer.from(bytes))
        return { begin, acked }
      }
    },
  }
}
/** Reports of a device on their way at once, and how long it waits for an answer before it begins anew, ms. */
const WINDOW = 8
const PATIENCE_MS = 8_000
const AGAIN_MS = 100
/** A device says no more than this often, ms: else two cores are busy with devices alone. */
const PACE_MS = 30

export const startSender = (device: Claimed, firstPort: number, from = '127.0.0.1'): Sender => {
  const speech = speechOf(device)
  const acked = new Map<number, number>()
  const waiting = new Map<number, { readonly atMs: number; readonly bytes: Uint8Array }>()
  let port = firstPort
  let socket: net.Socket | null = null
  let mayBegin = false
  let next = 0
  let lastAtMs = 0
  let running = true
  let stopped = false
  let heardMs = performance.now()
  let ackedMs = performance.now()
  let gapMs = 0
  let finished: (() => void) | null = null

  const say = (): void => {
    if (!running || socket === null || !mayBegin || waiting.size >= WINDOW) return
    const index = next
    next += 1
    lastAtMs = Math.max(Date.now(), lastAtMs + 1)
    const bytes = speech.reportOf(index, lastAtMs)
    waiting.set(index, { atMs: lastAtMs, bytes })
    socket.write(bytes)
  }
  const note = (index: number): void => {
    const said = waiting.get(index)
    if (said === undefined) return
    waiting.delete(index)
    acked.set(index, said.atMs)
    const now = performance.now()
    gapMs = Math.max(gapMs, now - ackedMs)
    ackedMs = now
    if (!running && waiting.size === 0) finished?.()
  }
  const connect = (): void => {
    if (stopped) return
    const opened = net.connect({ port, host: '127.0.0.1', localAddress: from })
    opened.setNoDelay(true)
    const read = speech.reader()
    const begin = (): void => {
      mayBegin = true
      // What was not answered comes first, in its order.
      for (const { bytes } of waiting.values()) opened.write(bytes)
    }
    opened.on('connect', () => {
      socket = opened
      heardMs = performance.now()
      if (speech.hello === null) begin()
      else opened.write(speech.hello)
    })
    opened.on('data', (bytes) => {
      heardMs = performance.now()
      const heard = read(bytes)
      if (heard.begin && !mayBegin) begin()
      for (const index of heard.acked) note(index)
    })
    opened.on('error', () => undefined)
    opened.on('close', () => {
      if (socket === opened) socket = null
      mayBegin = false
      setTimeout(connect, AGAIN_MS)
    })
  }
  connect()
  const timer = setInterval(() => {
    if (socket !== null && waiting.size > 0 && performance.now() - heardMs > PATIENCE_MS) socket.destroy()
    say()
  }, PACE_MS)
  return {
    device,
    acked,
    sent: () => next,
    longestGapMs: () => Math.max(gapMs, performance.now() - ackedMs),
    lap: () => {
      gapMs = 0
      ackedMs = performance.now()
    },
    moveTo: (to) => {
      port = to
    },
    finish: () => {
      running = false
      return waiting.size === 0 ? Promise.resolve() : new Promise((resolve) => (finished = resolve))
    },
    stop: () => {
      stopped = true
      clearInterval(timer)
      socket?.destroy()
    },
  }
}

// ------------------------------------------------------------------------------------------------ what must be true

export interface StoredReport {
  readonly atMs: number
  readonly index: number
  readonly pm10: number
}
export type Sql = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>
/** Looks into the database past the product; waits until the server lets somebody in. */
export const openDatabase = async (url: string): Promise<{ readonly sql: Sql; readonly end: () => Promise<void> }> => {
  const client = await until(
    async () => {
      const tried = new Client({ connectionString: url })
      return tried.connect().then(
        () => tried,
        () => false as const,
      )
    },
    'the database lets somebody in',
    60_000,
  )
  return {
    sql: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query<Row>(text, [...values])).rows,
    end: () => client.end(),
  }
}
export const storedReports = async (sql: Sql, device: Claimed): Promise<readonly StoredReport[]> =>
  (
    await sql<{ at: string; index: number; pm10: number }>(
      `select extract(epoch from t.at) * 1000 as at, t."values"[array_position(p.metrics, 'tsp')]::float8 as index,
         t."values"[array_position(p.metrics, 'pm10')]::float8 as pm10
       from monitoring.telemetry t join monitoring.metric_profile p on p.id = t.profile_id
       where t.device_id = $1 order by t.at`,
      [device.deviceId],
    )
  ).map((row) => ({ atMs: Math.round(Number(row.at)), index: row.index, pm10: row.pm10 }))

/** Moments at which a threshold that sees these reports in their order is raised and ends (pm10: above 150, below 130). */
export const alarmsOf = (
  reports: readonly StoredReport[],
): readonly { readonly raisedMs: number; readonly over: boolean }[] => {
  const found: { raisedMs: number; over: boolean }[] = []
  for (const { atMs, pm10 } of reports) {
    const last = found.at(-1)
    const active = last !== undefined && !last.over
    if (!active && pm10 > 150) found.push({ raisedMs: atMs, over: false })
    else if (active && pm10 <= 130) last.over = true
  }
  return found
}
