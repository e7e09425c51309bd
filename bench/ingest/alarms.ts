/** Alarms: how soon a follower of the product sees one, and whether thousands raised at once stay one for each device. */
import { Kysely, PostgresDialect } from 'kysely'
import mqtt from 'mqtt'
import pg from 'pg'
import { listAlarms } from '../../src/capabilities/monitoring/contract/alarms.ts'
import type { DeviceId, SiteId } from '../../src/capabilities/monitoring/model/report.ts'
import { raiseAlarm } from '../../src/capabilities/monitoring/store/alarms/alarms.ts'
import type { AlarmRecord } from '../../src/capabilities/monitoring/store/alarms/tables.ts'
import { addMs, instantFromMs } from '../../src/kernel/time.ts'
import { newId } from '../../src/platform/identity.ts'
import type { DatabaseTransaction } from '../../src/platform/platform.ts'
import type { Device, Running } from './district.ts'

/** The desk waits so long for further events before it reads, in ms (src/desk/live.ts). */
const GATHER_MS = 400
const FOLLOWER = 'inspector'

/** Follows /api/live as a browser does; tells of every entry. */
const follow = async (url: string, token: string, heard: (data: string) => void): Promise<() => void> => {
  const stop = new AbortController()
  const reply = await fetch(`${url}/api/live`, { headers: { authorization: `Bearer ${token}` }, signal: stop.signal })
  if (!reply.ok || reply.body === null) throw new Error(`/api/live: ${reply.status}`)
  const read = async (body: ReadableStream<Uint8Array>): Promise<void> => {
    let rest = ''
    for await (const bytes of body) {
      const parts = (rest + Buffer.from(bytes).toString('utf8')).split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) heard(part)
    }
  }
  read(reply.body).catch(() => undefined)
  return () => stop.abort()
}
const tokenOf = async (url: string, login: string): Promise<string> => {
  const accounts = (await (await fetch(`${url}/api/demo-accounts`)).json()) as readonly {
    login: string
    password: string
  }[]
  const password = accounts.find((each) => each.login === login)?.password ?? ''
  const reply = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password, token: true }),
  })
  return ((await reply.json()) as { token: string }).token
}

/** Each crane overloads once; gives the ms from sending until the follower has read the alarm. */
export const timesToAlarm = async (
  { server, driver }: Running,
  port: number,
  cranes: readonly Device[],
): Promise<readonly number[]> => {
  let wake: (() => void) | null = null
  const stop = await follow(server.url, await tokenOf(server.url, FOLLOWER), (event) => {
    if (event.includes('monitoring.alarm-raised')) wake?.()
  })
  const times: number[] = []
  try {
    for (const { id, secret, deviceId } of cranes) {
      const client = await mqtt.connectAsync({
        host: '127.0.0.1',
        port,
        protocol: 'mqtt',
        clientId: id,
        username: id,
        password: secret,
        reconnectPeriod: 0,
      })
      const raised = new Promise<void>((resolve) => {
        wake = resolve
      })
      const begun = performance.now()
      const values = { load: 4, moment: 128, height: 20, radius: 25, slew: 30, 'wind-speed': 3, tilt: 0.1 }
      await client.publishAsync(`v1/${id}/telemetry`, JSON.stringify({ ts: Date.now(), seq: 1, values }), { qos: 1 })
      await raised
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS))
      const { rows } = await driver.call(FOLLOWER, listAlarms, { query: { deviceId, limit: 10, unfolded: false } })
      times.push(performance.now() - begun)
      const overloads = rows.filter((row) => row.ruleKey === 'crane.moment-alarm')
      if (overloads.length !== 1) throw new Error(`the follower read ${overloads.length} alarms of ${id}`)
      await client.endAsync(true)
    }
  } finally {
    stop()
  }
  return times
}

const CLIENTS = 20
const RULE = 'bench.raise'
/** Raises the alarm of each device many times at once through real connections; gives raises a second and the rows left. */
export const raiseAtOnce = async (
  url: string,
  siteId: SiteId,
  deviceIds: readonly DeviceId[],
  raises: number,
): Promise<{ readonly perSecond: number; readonly rows: number }> => {
  const pool = new pg.Pool({ connectionString: url, max: CLIENTS })
  const db = new Kysely<object>({ dialect: new PostgresDialect({ pool }) })
  const now = instantFromMs(Date.now())
  const rowOf = (deviceId: DeviceId): AlarmRecord => ({
    id: newId<'alarm'>(),
    site_id: siteId,
    device_id: deviceId,
    rule_key: RULE,
    rule_version: 1,
    rule_name: { zh: '测量', en: 'bench' },
    advice: { zh: '', en: '' },
    severity: 4,
    state: 'open',
    occurred_at: now,
    opened_at: now,
    last_at: now,
    repeats: 0,
    acknowledged_at: null,
    acknowledged_by: null,
    disposing_at: null,
    disposing_by: null,
    ended_at: null,
    closed_at: null,
    closed_by: null,
    reason: null,
    reason_text: '',
    evidence: {
      kind: 'threshold',
      metric: null,
      unit: null,
      value: null,
      limit: null,
      limitId: null,
      source: null,
      window: null,
      text: '',
      samples: [],
      more: {},
    },
    unverified: false,
    reopen_minutes: 0,
    deadline_at: null,
    overdue: false,
    escalation: 0,
    snoozed_until: null,
    snooze_reason: '',
    incident_id: null,
    order_id: null,
    order_number: null,
    version: 1,
  })
  let next = 0
  const begun = performance.now()
  const client = async (): Promise<void> => {
    while (next < raises) {
      const deviceId = deviceIds[next++ % deviceIds.length]
      if (deviceId === undefined) return
      await db
        .transaction()
        .execute((trx) => raiseAlarm(trx as unknown as DatabaseTransaction, rowOf(deviceId), addMs(now, 1000)))
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  const seconds = (performance.now() - begun) / 1000
  const { rows } = await pool.query<{ n: string }>('select count(*) as n from monitoring.alarm where rule_key = $1', [
    RULE,
  ])
  await db.destroy()
  return { perSecond: raises / seconds, rows: Number(rows[0]?.n) }
}
