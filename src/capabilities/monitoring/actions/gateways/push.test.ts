import { type FastifyInstance, fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { garbage } from '../../../../../tests/support/devices.ts'
import { type GatewayWindow, openGatewayWindow } from '../../../../../tests/support/gateway-window.ts'
import { signWebhook } from '../../../../engines/push/webhook.ts'
import { addMs, type Instant } from '../../../../kernel/time.ts'
import { pushPlugin } from '../../../../platform/gateways/http-push.ts'
import { answerError } from '../../../../platform/http/refusal-reply.ts'
import { setDeviceState } from '../../contract/devices.ts'

let district: GatewayWindow
let app: FastifyInstance
beforeAll(async () => {
  district = await openGatewayWindow()
  app = fastify()
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply))
  await app.register(async (scope) => pushPlugin(district.monitoring.pushRoutes)(scope))
})
afterAll(async () => {
  await app.close()
  await district.close()
})

const now = (): Instant => district.platform.clock()
let count = 0
const number = (what: string): string => {
  count += 1
  return `${what}-${count}`
}
interface Signing {
  readonly device?: string
  readonly secret: string
  readonly nonce?: string
  readonly at?: Instant
  /** Sent instead of what was signed. */
  readonly sent?: string
}
const nextNonce = (): string => {
  count += 1
  return `nonce-${String(count).padStart(16, '0')}`
}
const push = async (
  path: string,
  content: unknown,
  { device, secret, nonce = nextNonce(), at = now(), sent }: Signing,
) => {
  const body = JSON.stringify(content)
  const timestamp = String(Date.parse(at))
  const signature = signWebhook(Buffer.from(secret), { timestamp, nonce, body: Buffer.from(body) })
  const reply = await app.inject({
    method: 'POST',
    url: path,
    headers: {
      'content-type': 'application/json',
      'x-mingzhu-timestamp': timestamp,
      'x-mingzhu-nonce': nonce,
      'x-mingzhu-signature': signature,
      ...(device === undefined ? {} : { 'x-mingzhu-device': device }),
    },
    payload: sent ?? body,
  })
  return { status: reply.statusCode, body: reply.json<{ code?: string; accepted?: number; detail?: string }>() }
}
const box = (externalId: string, more: object = {}) =>
  district.register('http', externalId, { kind: 'other', profileId: district.profile('none'), ...more })
const events = (deviceId: string) =>
  district.rows<{ code: string; active: boolean; event_id: string; evidence: Record<string, unknown> }>(
    'select code, active, event_id, evidence from monitoring.device_event where device_id = $1 order by at, active desc',
    [deviceId],
  )

describe('a sender that signs', () => {
  it('is answered when its event is stored; the same event again is one event', async () => {
    const id = number('box')
    const { deviceId, secret } = await box(id)
    const event = {
      deviceId: id,
      type: 'no-helmet',
      ts: Date.parse(now()),
      eventId: 'e-1',
      box: { x: 0.1, y: 0.2, width: 0.3, height: 0.4 },
      score: 0.91,
    }
    expect(await push('/v1/events', event, { secret })).toEqual({ status: 200, body: { accepted: 1 } })
    expect((await push('/v1/events', event, { secret })).status).toBe(200)
    expect(await events(deviceId)).toMatchObject([
      { code: 'no-helmet', event_id: 'e-1', evidence: { score: 0.91, x: 0.1 } },
    ])
    expect((await district.device(deviceId)).connection).toBe('online')
  })
  it('sends measurements and passes; a pass that is sent again is one pass', async () => {
    const id = number('gate')
    const { deviceId, secret } = await box(id, { kind: 'dust', profileId: district.profile('dust-station') })
    const report = { ts: Date.parse(now()), seq: 1, values: { pm10: 64, noise: 58 } }
    expect((await push('/v1/telemetry', [report], { secret, device: id })).body).toEqual({ accepted: 1 })
    expect((await district.telemetry(deviceId)).map((row) => [row.values[0], row.values[3]])).toEqual([[64, 58]])
    const pass = {
      projectCode: 'P-1',
      workerRef: 'W-1',
      direction: 'IN',
      ts: Date.parse(now()),
      deviceSn: id,
      method: 'face',
    }
    const passes = [pass, { ...pass, direction: 'OUT', ts: Date.parse(now()) + 1000 }]
    expect((await push('/v1/attendance', passes, { secret, device: id })).body).toEqual({ accepted: 2 })
    expect((await push('/v1/attendance', passes, { secret, device: id })).status).toBe(200)
    expect(
      await district.rows('select direction from monitoring.attendance where device_id = $1 order by at', [deviceId]),
    ).toEqual([{ direction: 'in' }, { direction: 'out' }])
  })
  it('may not send an ID number', async () => {
    const id = number('gate')
    const { deviceId, secret } = await box(id)
    const pass = {
      projectCode: 'P-1',
      workerRef: '500105199001011234',
      direction: 'in',
      ts: Date.parse(now()),
      deviceSn: id,
    }
    expect(await push('/v1/attendance', pass, { secret, device: id })).toMatchObject({
      status: 400,
      body: { code: 'monitoring.push-malformed' },
    })
    expect(await district.rows('select 1 from monitoring.attendance where device_id = $1', [deviceId])).toEqual([])
  })
  it('cannot be repeated by somebody who overheard it, altered, or signed with another secret', async () => {
    const id = number('box')
    const { deviceId, secret } = await box(id)
    const event = { deviceId: id, type: 'fire', ts: Date.parse(now()), eventId: 'f-1' }
    const nonce = nextNonce()
    expect((await push('/v1/events', event, { secret, nonce })).status).toBe(200)
    expect(await push('/v1/events', event, { secret, nonce })).toMatchObject({
      status: 409,
      body: { code: 'monitoring.pushed-before' },
    })
    expect(
      (await push('/v1/events', event, { secret, sent: JSON.stringify({ ...event, eventId: 'f-2' }) })).status,
    ).toBe(401)
    expect((await push('/v1/events', event, { secret: 'another' })).status).toBe(401)
    expect(await events(deviceId)).toHaveLength(1)
    expect((await district.device(deviceId)).health.refusals).toMatchObject([{ kind: 'wrong-secret', count: 2 }])
  })
  it('whose clock is off is told so, with its deviation shown, and is not taken for a thief', async () => {
    const id = number('box')
    const { deviceId, secret } = await box(id)
    const event = { deviceId: id, type: 'fire', ts: Date.parse(now()), eventId: 'g-1' }
    const late = await push('/v1/events', event, { secret, at: addMs(now(), -600_000) })
    expect(late.status).toBe(401)
    expect(late.body.detail).toContain('误差不超过5分钟')
    expect((await district.device(deviceId)).health).toMatchObject({
      clockSkewMs: -600_000,
      clockWrong: true,
      refusals: [],
    })
  })
  it('that nobody knows waits to be claimed, as does a device that a known one names', async () => {
    const id = number('stranger')
    expect((await push('/v1/events', { deviceId: id, type: 'fire', ts: 1 }, { secret: 'x' })).status).toBe(401)
    expect(await district.waiting(id)).toMatchObject([{ externalId: id, protocol: 'http' }])
    const known = number('box')
    const { deviceId, secret } = await box(known)
    const inner = number('inner')
    const event = { deviceId: inner, type: 'fire', ts: Date.parse(now()), eventId: 'h-1' }
    expect(await push('/v1/events', event, { secret, device: known })).toMatchObject({
      status: 404,
      body: { code: 'monitoring.pushed-for-stranger' },
    })
    const [waiting] = await district.waiting(inner)
    expect(waiting).toMatchObject({ parentId: deviceId })
    if (waiting === undefined) throw new Error('nothing waits')
    const claimed = await district.claim(waiting.quarantineId, { kind: 'camera', profileId: district.profile('none') })
    expect((await push('/v1/events', event, { secret, device: known })).status).toBe(200)
    expect(await events(claimed.deviceId)).toHaveLength(1)
  })
  it('that is disabled, or comes from outside of its networks, is refused', async () => {
    const id = number('box')
    const { deviceId, secret } = await box(id)
    await district.as.call(setDeviceState, {
      params: { deviceId },
      body: { version: 1, state: 'disabled', reason: '停用设备' },
    })
    const event = { deviceId: id, type: 'fire', ts: Date.parse(now()), eventId: 'i-1' }
    expect((await push('/v1/events', event, { secret })).body.code).toBe('monitoring.pusher-disabled')
    const far = number('box')
    const other = await box(far, { networks: ['10.0.0.0/8'] })
    expect((await push('/v1/events', { ...event, deviceId: far }, { secret: other.secret })).body.code).toBe(
      'monitoring.pusher-elsewhere',
    )
  })
})

const picture = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4, 0xff, 0xd9])
const hikvisionXml = (state: string, posts: number, type = 'linedetection') =>
  `<?xml version="1.0"?><EventNotificationAlert><ipAddress>192.168.1.64</ipAddress><channelID>2</channelID>` +
  `<dateTime>2026-03-02T09:30:00+08:00</dateTime><activePostCount>${posts}</activePostCount>` +
  `<eventType>${type}</eventType><eventState>${state}</eventState><eventDescription>绊线</eventDescription></EventNotificationAlert>`
const multipart = (xml: string): { readonly type: string; readonly body: Buffer } => ({
  type: 'multipart/form-data; boundary=b0',
  body: Buffer.concat([
    Buffer.from(`--b0\r\nContent-Type: application/xml\r\n\r\n${xml}\r\n--b0\r\nContent-Type: image/jpeg\r\n\r\n`),
    picture,
    Buffer.from('\r\n--b0--\r\n'),
  ]),
})
const post = async (url: string, type: string, payload: Buffer | string) => {
  const reply = await app.inject({ method: 'POST', url, headers: { 'content-type': type }, payload })
  return { status: reply.statusCode, body: reply.json<{ code?: string }>() }
}
const addressOf = (settings: readonly { readonly name: string; readonly value: string }[], maker: string): string =>
  new URL(settings.find((each) => each.value.includes(`/push/${maker}/`))?.value ?? '').pathname

describe('a camera that pushes to its own address', () => {
  it('raises one alarm however often it posts it, with its picture, and ends it', async () => {
    const { deviceId, settings } = await box(number('camera'), { kind: 'camera' })
    const url = addressOf(settings, 'hikvision')
    const first = multipart(hikvisionXml('active', 1))
    expect((await post(url, first.type, first.body)).status).toBe(200)
    for (const posts of [2, 3])
      expect((await post(url, 'application/xml', hikvisionXml('active', posts))).status).toBe(200)
    expect((await post(url, 'application/xml', hikvisionXml('inactive', 1))).status).toBe(200)
    const [begin, end, ...more] = await events(deviceId)
    expect(more).toEqual([])
    expect(begin).toMatchObject({ code: 'linedetection', active: true, evidence: { channel: 2 } })
    expect(end).toMatchObject({ active: false, event_id: begin?.event_id })
    const stored = await district.platform.files.read(String(begin?.evidence['picture']))
    expect(Buffer.from(stored)).toEqual(picture)
  })
  it('beats without raising anything', async () => {
    const { deviceId, settings } = await box(number('camera'), { kind: 'camera' })
    expect(
      (await post(addressOf(settings, 'hikvision'), 'application/xml', hikvisionXml('inactive', 0, 'videoloss')))
        .status,
    ).toBe(200)
    expect((await post(addressOf(settings, 'dahua'), 'text/plain', 'Heartbeat')).status).toBe(200)
    expect(await events(deviceId)).toEqual([])
    expect((await district.device(deviceId)).connection).toBe('online')
  })
  it('of Dahua says where something begins and ends', async () => {
    const { deviceId, settings } = await box(number('camera'), { kind: 'camera' })
    const url = addressOf(settings, 'dahua')
    for (const action of ['Start', 'Stop'])
      expect((await post(url, 'text/plain', `Code=CrossRegionDetection;action=${action};index=0`)).status).toBe(200)
    expect((await events(deviceId)).map((each) => [each.code, each.active])).toEqual([
      ['CrossRegionDetection', true],
      ['CrossRegionDetection', false],
    ])
  })
  it('with another token than its own is refused and counted; garbage at the right address is counted too', async () => {
    const { deviceId, settings } = await box(number('camera'), { kind: 'camera' })
    const url = addressOf(settings, 'hikvision')
    expect((await post(`${url.slice(0, -4)}AAAA`, 'application/xml', hikvisionXml('active', 1))).status).toBe(401)
    expect((await post(url, 'application/octet-stream', Buffer.from(garbage(2000, 41)))).body.code).toBe(
      'monitoring.push-malformed',
    )
    const { health } = await district.device(deviceId)
    expect(health.refusals).toMatchObject([{ kind: 'wrong-secret', count: 1 }])
    expect(health.malformed).toBe(1)
    expect(await events(deviceId)).toEqual([])
  })
})
