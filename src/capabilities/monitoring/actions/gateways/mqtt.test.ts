import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { garbage, openWire } from '../../../../../tests/support/devices.ts'
import { type GatewayWindow, openGatewayWindow } from '../../../../../tests/support/gateway-window.ts'
import { encodeMqtt } from '../../../../engines/mqtt/codec.ts'
import type { Person } from '../../../../kernel/actor.ts'
import { addMs, type Instant } from '../../../../kernel/time.ts'
import { newId } from '../../../../platform/identity.ts'
import { listCommands, sendCommand, setLinks } from '../../contract/commands.ts'
import { listDevices, rotateDeviceSecret } from '../../contract/devices.ts'
import { type DeviceId, quality } from '../../model/report.ts'

let district: GatewayWindow
const open: MqttClient[] = []
beforeAll(async () => {
  district = await openGatewayWindow()
})
afterEach(async () => {
  for (const client of open.splice(0)) await client.endAsync(true)
})
afterAll(() => district.close())

const now = (): Instant => district.platform.clock()
const connect = async (
  id: string,
  password: string,
  more: IClientOptions & { url?: string } = {},
): Promise<MqttClient> => {
  const { url = `mqtt://127.0.0.1:${district.port('mqtt')}`, ...options } = more
  const client = await mqtt.connectAsync(
    url,
    { clientId: id, username: id, password, reconnectPeriod: 0, ...options },
    false,
  )
  open.push(client)
  return client
}
const crane = (externalId: string, more: object = {}) =>
  district.register('mqtt', externalId, { kind: 'crane', profileId: district.profile('tower-crane'), ...more })
const report = (values: object, seq = 1, at: Instant | null = now()) =>
  JSON.stringify({ seq, values, ...(at === null ? {} : { ts: Date.parse(at) }) })

describe.each(['3.1.1', '5'])('a device that speaks MQTT %s', (version) => {
  const protocolVersion = version === '5' ? 5 : 4
  it('gets PUBACK when its report is stored; the same report again is stored once', async () => {
    const id = `crane-a-${protocolVersion}`
    const { deviceId, secret } = await crane(id)
    const client = await connect(id, secret, { protocolVersion })
    const body = report({ load: 3.25, moment: 72, 'wind-speed': 6.5 })
    await client.publishAsync(`v1/${id}/telemetry`, body, { qos: 1 })
    await client.publishAsync(`v1/${id}/telemetry`, body, { qos: 1 })
    const [row, ...more] = await district.telemetry(deviceId)
    expect(more).toEqual([])
    expect(row).toMatchObject({ at: now(), quality: 0, buffered: false })
    expect(row?.values).toEqual([3.25, 72, Number.NaN, Number.NaN, Number.NaN, 6.5, Number.NaN])
    expect((await district.device(deviceId)).health).toMatchObject({ connection: 'online', address: '127.0.0.1' })
  })
  it('with a wrong password is refused, counted and shown; an unknown one waits to be claimed', async () => {
    const id = `crane-b-${protocolVersion}`
    const { deviceId } = await crane(id)
    await expect(connect(id, 'guess', { protocolVersion })).rejects.toThrow(/[Nn]ot authorized/)
    expect((await district.device(deviceId)).health.refusals).toMatchObject([{ kind: 'wrong-secret', count: 1 }])
    const stranger = `stranger-${protocolVersion}`
    await expect(connect(stranger, 'guess', { protocolVersion })).rejects.toThrow(/[Nn]ot authorized/)
    const [waiting] = await district.waiting(stranger)
    expect(waiting).toMatchObject({ externalId: stranger, sample: `CONNECT ${stranger}` })
    if (waiting === undefined) throw new Error('nothing waits')
    const { secret } = await district.claim(waiting.quarantineId, {
      kind: 'crane',
      profileId: district.profile('tower-crane'),
    })
    await connect(stranger, secret ?? '', { protocolVersion })
  })
})

describe('a device that speaks MQTT', () => {
  it('without a clock is stored at the time of arrival, and marked so; many reports of one message keep their order', async () => {
    const { deviceId, secret } = await crane('crane-c')
    const client = await connect('crane-c', secret)
    const batch = JSON.stringify([1, 2, 3].map((seq) => ({ seq, values: { load: seq } })))
    await client.publishAsync('v1/crane-c/telemetry', batch, { qos: 1 })
    expect((await district.telemetry(deviceId)).map((row) => [row.at, row.values[0], row.quality])).toEqual([
      [now(), 1, quality.clockReplaced],
      [addMs(now(), 1), 2, quality.clockReplaced],
      [addMs(now(), 2), 3, quality.clockReplaced],
    ])
  })
  it('whose clock is hours behind is stored where it says, and its clock is shown as wrong after some reports', async () => {
    const { deviceId, secret } = await crane('crane-behind')
    const client = await connect('crane-behind', secret)
    const behind = -6 * 3_600_000
    const shown: unknown[] = []
    for (let seq = 0; seq < 4; seq += 1) {
      const ts = Date.parse(now()) + behind + seq * 500
      await client.publishAsync('v1/crane-behind/telemetry', JSON.stringify({ seq, ts, values: { load: seq } }), {
        qos: 1,
      })
      shown.push((await district.device(deviceId)).health.clockSkewMs)
      district.window.test.clock.advance(30_000)
    }
    expect(shown).toEqual([null, null, behind, behind])
    expect((await district.device(deviceId)).health.clockWrong).toBe(true)
    expect((await district.telemetry(deviceId)).map((row) => row.buffered)).toEqual([true, true, true, true])
  })
  it('whose clock is an hour ahead is stored when it came, and its clock is shown as wrong at once', async () => {
    const { deviceId, secret } = await crane('crane-ahead')
    const client = await connect('crane-ahead', secret)
    const ts = Date.parse(now()) + 3_600_000
    await client.publishAsync('v1/crane-ahead/telemetry', JSON.stringify({ seq: 1, ts, values: { load: 1 } }), {
      qos: 1,
    })
    expect((await district.device(deviceId)).health).toMatchObject({ clockSkewMs: 3_600_000, clockWrong: true })
    expect((await district.telemetry(deviceId)).map((row) => [row.at, row.quality])).toEqual([
      [now(), quality.clockReplaced],
    ])
    const { rows } = await district.as.call(listDevices, { query: { clock: 'wrong', limit: 50 } })
    expect(rows.map((row) => row.externalId)).toContain('crane-ahead')
  })
  it('raises events, passes and faults of its own; an event sent again is one event', async () => {
    const { deviceId, secret } = await crane('crane-d')
    const client = await connect('crane-d', secret)
    const event = JSON.stringify({ eventId: 'e-1', ts: Date.parse(now()), type: 'overload', severity: 2, text: '超载' })
    await client.publishAsync('v1/crane-d/event', event, { qos: 1 })
    await client.publishAsync('v1/crane-d/event', event, { qos: 1 })
    const pass = JSON.stringify({
      eventId: 'p-1',
      type: 'attendance',
      data: { workerRef: 'W-77', direction: 'in', method: 'card' },
    })
    await client.publishAsync('v1/crane-d/event', pass, { qos: 1 })
    await client.publishAsync('v1/crane-d/attrs', JSON.stringify({ 'fault.anemometer': '风速仪断线' }), { qos: 1 })
    expect(
      await district.rows('select code, text, severity from monitoring.device_event where device_id = $1', [deviceId]),
    ).toEqual([{ code: 'overload', text: '超载', severity: 2 }])
    expect(
      await district.rows('select worker_ref, direction, method from monitoring.attendance where device_id = $1', [
        deviceId,
      ]),
    ).toEqual([{ worker_ref: 'W-77', direction: 'in', method: 'card' }])
    const faults = async () => (await district.device(deviceId)).health.faults.map((each) => [each.code, each.text])
    expect(await faults()).toEqual([['anemometer', '风速仪断线']])
    await client.publishAsync('v1/crane-d/attrs', JSON.stringify({ 'fault.anemometer': false }), { qos: 1 })
    expect(await faults()).toEqual([])
  })
  it('may publish below its own id alone', async () => {
    const { secret } = await crane('crane-e')
    const { deviceId } = await crane('crane-f')
    const client = await connect('crane-e', secret)
    const closed = new Promise((resolve) => client.once('close', () => resolve(undefined)))
    client.publish('v1/crane-f/telemetry', report({ load: 1 }), { qos: 1 })
    await closed
    expect(await district.telemetry(deviceId)).toEqual([])
  })
  it('is acknowledged and counted when its payload is not what the topic wants, so that it does not send it for ever', async () => {
    const { deviceId, secret } = await crane('crane-g')
    const client = await connect('crane-g', secret)
    await client.publishAsync('v1/crane-g/telemetry', '{"values":"none"}', { qos: 1 })
    await client.publishAsync('v1/crane-g/event', 'not json', { qos: 1 })
    expect(await district.telemetry(deviceId)).toEqual([])
    expect((await district.device(deviceId)).health.malformed).toBe(2)
  })
  it('shows as a fault why a payload was not stored, and since when, until the next one is read', async () => {
    const { deviceId, secret } = await crane('crane-m')
    const client = await connect('crane-m', secret)
    const send = (said: object) => client.publishAsync('v1/crane-m/telemetry', JSON.stringify(said), { qos: 1 })
    const health = async () => {
      const { malformed, faults } = (await district.device(deviceId)).health
      return { malformed, faults: faults.map((each) => [each.text, each.since]) }
    }
    const since = now()
    await send({ ts: Date.parse(since), values: { load: 1 } })
    expect(await health()).toEqual({ malformed: 1, faults: [['报文未入库:缺少 seq(报文序号)', since]] })
    // JSON as it should be, with nothing that the profile names.
    await send({ seq: 1, values: { unheard: 1 } })
    expect(await health()).toEqual({ malformed: 2, faults: [['报文未入库:上报的指标都不在本设备的档案中', since]] })
    await client.publishAsync('v1/crane-m/event', '{"type":"overload"}', { qos: 1 })
    expect((await health()).faults).toContainEqual(['报文未入库:缺少 eventId(事件编号)', since])
    expect(await district.telemetry(deviceId)).toEqual([])
    await send({ seq: 2, values: { load: 2 } })
    expect(await health()).toEqual({ malformed: 3, faults: [['报文未入库:缺少 eventId(事件编号)', since]] })
  })
  it('whose clock is forty days behind is stored when it came, and its clock is shown as wrong', async () => {
    const { deviceId, secret } = await crane('crane-old')
    const client = await connect('crane-old', secret)
    const skew = -40 * 86_400_000
    await client.publishAsync('v1/crane-old/telemetry', report({ load: 1 }, 1, addMs(now(), skew)), { qos: 1 })
    expect((await district.telemetry(deviceId)).map((row) => [row.at, row.values[0], row.quality])).toEqual([
      [now(), 1, quality.clockReplaced],
    ])
    expect((await district.device(deviceId)).health).toMatchObject({ clockSkewMs: skew, clockWrong: true, faults: [] })
  })
  it('is served over WebSocket as over TCP', async () => {
    const { deviceId, secret } = await crane('crane-h')
    const client = await connect('crane-h', secret, {
      url: `ws://127.0.0.1:${district.port('mqtt', 'websocket')}/mqtt`,
    })
    await client.publishAsync('v1/crane-h/telemetry', report({ load: 4 }), { qos: 1 })
    expect((await district.telemetry(deviceId)).map((row) => row.values[0])).toEqual([4])
  })
  it('is not acknowledged before the commit', async () => {
    const { deviceId, secret } = await crane('crane-i')
    const client = await connect('crane-i', secret)
    const blocker = await district.window.test.pool.connect()
    let acknowledged = false
    let published: Promise<unknown>
    try {
      await blocker.query('begin')
      await blocker.query('lock table monitoring.telemetry_last in access exclusive mode')
      published = client.publishAsync('v1/crane-i/telemetry', report({ load: 5 }), { qos: 1 }).then(() => {
        acknowledged = true
      })
      await expect
        .poll(
          async () =>
            (
              await district.rows<{ n: number }>(
                `select count(*)::int as n from pg_locks where not granted and relation = 'monitoring.telemetry_last'::regclass`,
              )
            )[0]?.n,
        )
        .toBeGreaterThan(0)
      expect(acknowledged).toBe(false)
      await blocker.query('commit')
    } finally {
      blocker.release()
    }
    await published
    expect(await district.telemetry(deviceId)).toHaveLength(1)
  })
  it('is told to come again when its secret is changed; the old one opens nothing', async () => {
    const { deviceId, secret } = await crane('crane-j')
    const client = await connect('crane-j', secret)
    const closed = new Promise((resolve) => client.once('close', () => resolve(undefined)))
    const rotated = await district.as.call(rotateDeviceSecret, {
      params: { deviceId },
      body: { version: 1, reason: '密钥外泄' },
    })
    await closed
    await expect(connect('crane-j', secret)).rejects.toThrow(/[Nn]ot authorized/)
    await connect('crane-j', rotated.secret ?? '')
  })
  it('from another address while it is connected is refused; from the same one it takes over', async () => {
    const { deviceId, secret } = await crane('crane-k')
    const first = await connect('crane-k', secret)
    const closed = new Promise((resolve) => first.once('close', () => resolve(undefined)))
    const thief = await openWire(district.port('mqtt'), '127.0.0.9')
    thief.send(
      encodeMqtt(
        {
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clean: true,
          clientId: 'crane-k',
          keepalive: 60,
          username: 'crane-k',
          password: Buffer.from(secret),
        },
        4,
      ),
    )
    await thief.closed
    // CONNACK, not authorised (MQTT 3.1.1 section 3.2.2.3).
    expect([...thief.received()]).toEqual([0x20, 2, 0, 5])
    expect(first.connected).toBe(true)
    await connect('crane-k', secret)
    await closed
    expect((await district.device(deviceId)).health.refusals).toMatchObject([
      { kind: 'second-connection', address: '127.0.0.9' },
    ])
  })
  it('whose port gets garbage is not disturbed', async () => {
    const { secret } = await crane('crane-l')
    for (const seed of [11, 12, 13]) {
      const wire = await openWire(district.port('mqtt'))
      wire.send(garbage(30_000, seed))
      await wire.closed
    }
    await connect('crane-l', secret)
  })
})

describe('an order to a device', () => {
  const settings = { kind: 'other' as const, profileId: 0 }
  const spray = async (id: string) => {
    const made = await district.register('mqtt', id, { ...settings, profileId: district.profile('none') })
    return { ...made, params: { deviceId: made.deviceId } }
  }
  const read = (deviceId: DeviceId) => district.as.call(listCommands, { params: { deviceId } })
  const order = (deviceId: DeviceId, more: object = {}) =>
    district.as.call(sendCommand, {
      params: { deviceId },
      body: { kind: 'spray-on' as const, amount: 10, reason: '扬尘升高', ...more },
      idempotencyKey: newId(),
    })
  /** Takes orders as a device does: the first one. */
  const listening = async (id: string, secret: string) => {
    const client = await connect(id, secret)
    const first = new Promise<{ topic: string; body: { kind: string; amount: number | null } }>((resolve) => {
      client.once('message', (topic, payload) => resolve({ topic, body: JSON.parse(payload.toString()) }))
    })
    await client.subscribeAsync(`v1/${id}/cmd/+`, { qos: 1 })
    return { client, first }
  }
  it('reaches a device that is connected, and its answer is shown', async () => {
    const { deviceId, secret } = await spray('spray-a')
    const { client, first } = await listening('spray-a', secret)
    const { commandId } = await order(deviceId)
    const { topic, body } = await first
    expect([topic, body.kind, body.amount]).toEqual([`v1/spray-a/cmd/${commandId}`, 'spray-on', 10])
    await client.publishAsync(`${topic}/ack`, JSON.stringify({ ok: true, text: '泵已启动' }), { qos: 1 })
    expect((await read(deviceId)).rows).toMatchObject([{ state: 'done', answer: '泵已启动', askedBy: '监督员' }])
    const entries = await district.platform.journal.entriesOf(district.platform.db, {
      subject: { kind: 'device', id: deviceId },
    })
    expect(entries.map((each) => each.kind).slice(-2)).toEqual([
      'monitoring.device-commanded',
      'monitoring.command-answered',
    ])
  })
  it('waits for a device that is away, and ends when that takes too long', async () => {
    const { deviceId, secret } = await spray('spray-b')
    const { commandId } = await order(deviceId, { kind: 'set-interval', amount: 30 })
    expect((await read(deviceId)).rows).toMatchObject([{ state: 'waiting' }])
    const { first } = await listening('spray-b', secret)
    expect((await first).topic).toContain(commandId)
    const late = await spray('spray-c')
    await order(late.deviceId)
    district.window.test.clock.advance(601_000)
    await district.monitoring.gateways.commanded()
    expect((await read(late.deviceId)).rows).toMatchObject([{ state: 'expired' }])
  })
  it('is never that of another device: who answers for it is not believed', async () => {
    const { deviceId, secret } = await spray('spray-d')
    const other = await spray('spray-e')
    const { first } = await listening('spray-d', secret)
    const { commandId } = await order(deviceId)
    await first
    const thief = await connect('spray-e', other.secret)
    await thief.publishAsync(`v1/spray-e/cmd/${commandId}/ack`, JSON.stringify({ ok: true }), { qos: 1 })
    expect((await read(deviceId)).rows[0]?.state).not.toBe('done')
  })
  it('is given by operators and managers of the site, to devices that can take it', async () => {
    const { deviceId } = await spray('spray-f')
    const { window } = district
    const manager = await window.person('现场甲', { role: 'site-manager', organisationId: window.owner })
    const stranger = await window.person('现场乙', { role: 'site-manager', organisationId: window.otherOwner })
    const body = { kind: 'spray-on' as const, amount: 5, reason: '降尘' }
    const by = (person: Person, id = deviceId, more: object = {}) =>
      window
        .as(person)
        .call(sendCommand, { params: { deviceId: id }, body: { ...body, ...more }, idempotencyKey: newId() })
    expect(await by(manager)).toMatchObject({ state: 'waiting', askedBy: '现场甲' })
    const code = async (work: Promise<unknown>) => (await window.refusalOf(work)).code
    expect(await code(by(stranger))).toBe('monitoring.device-missing')
    expect(await code(by(window.supervisor))).toBe('monitoring.not-a-commander')
    expect(await code(by(district.inspector, deviceId, { amount: 500 }))).toBe('monitoring.amount-wrong')
    const station = await district.register('hj212', '500157NOCOMMAND000000001')
    expect(await code(by(district.inspector, station.deviceId))).toBe('monitoring.command-not-possible')
    const links = { links: [{ ruleKey: 'dust.pm10-hour-alarm', minutes: 15 }] }
    expect(await code(window.as(manager).call(setLinks, { params: { deviceId }, body: links }))).toBe(
      'monitoring.not-an-operator',
    )
    await district.as.call(setLinks, { params: { deviceId }, body: links })
    expect((await read(deviceId)).links).toEqual(links.links)
  })
})
