import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cutUp, garbage, openWire, type Wire } from '../../../../../tests/support/devices.ts'
import { type GatewayWindow, openGatewayWindow } from '../../../../../tests/support/gateway-window.ts'
import {
  authenticateBody,
  type Body,
  batchBody,
  framesOf,
  heartbeatBody,
  positionBody,
  registerBody,
} from '../../../../engines/jt808/build.ts'
import { createSplitter } from '../../../../engines/jt808/frames.ts'
import { type Layout, parseHeader } from '../../../../engines/jt808/header.ts'
import { addMs, type Instant } from '../../../../kernel/time.ts'
import { listDevicePictures, readDevicePicture } from '../../contract/devices.ts'

let district: GatewayWindow
let port: number
beforeAll(async () => {
  district = await openGatewayWindow()
  port = district.port('jt808')
})
afterAll(() => district.close())

const now = (): Instant => district.platform.clock()
let count = 0
const phone = (): string => {
  count += 1
  return `1390000${String(count).padStart(4, '0')}`
}
const terminal = (wire: Wire, number: string, layout: Layout = '2013') => {
  let serial = 0
  const send = (body: Body): number => {
    const own = serial
    const frames = framesOf({ layout, phone: number, serial }, body)
    serial += frames.length
    wire.send(...frames)
    return own
  }
  /** Waits for the platform's answer to a message: id, result, and what follows it. */
  const answer = (to: number) =>
    wire.until((received) => {
      for (const event of createSplitter().feed(received)) {
        const message = event.kind === 'frame' ? parseHeader(event.octets) : null
        if (message === null) continue
        const { body, id } = message
        if (((body[0] ?? 0) << 8) + (body[1] ?? 0) !== to) continue
        return { id, result: body[id === 0x8100 ? 2 : 4], code: Buffer.from(body.subarray(3)).toString('latin1') }
      }
      return null
    })
  return { send, answer, ask: (body: Body) => answer(send(body)) }
}
const registration = (layout: Layout, terminalId = 'T000001') =>
  registerBody(layout, {
    province: 50,
    city: 157,
    maker: 'MAKER',
    model: 'HELMET-4',
    terminalId,
    plateColour: 0,
    plate: '1号塔司',
  })
const position = (more: object = {}) =>
  positionBody({ latitude: 29.58, longitude: 106.57, at: now(), speed: 36, ...more })
const positions = (deviceId: string) =>
  district.rows<{ lon: number; lat: number; buffered: boolean; speed: number }>(
    'select lon, lat, buffered, speed_mps as speed from monitoring.position where device_id = $1 order by at',
    [deviceId],
  )
const tracker = (number: string) =>
  district.register('jt808', number, { kind: 'tracker', profileId: district.profile('none') })

describe.each(['2013', '2019'] as const)('a terminal of JT/T 808-%s', (layout) => {
  it('waits to be claimed, gets its code when it registers again, proves itself and is answered after the commit', async () => {
    const number = phone()
    const wire = await openWire(port)
    const speaker = terminal(wire, number, layout)
    expect(await speaker.ask(registration(layout))).toMatchObject({ id: 0x8100, result: 4 })
    expect(await speaker.ask(position())).toMatchObject({ id: 0x8001, result: 1 })
    const [waiting] = await district.waiting(number)
    expect(waiting).toMatchObject({ modelHint: 'HELMET-4', nameHint: '1号塔司', kindHint: 'tracker', attempts: 2 })
    if (waiting === undefined) throw new Error('nothing waits')
    const { deviceId } = await district.claim(waiting.quarantineId, {
      kind: 'tracker',
      profileId: district.profile('none'),
    })
    const { result, code } = await speaker.ask(registration(layout))
    expect(result).toBe(0)
    expect(await speaker.ask(position())).toMatchObject({ result: 1 })
    expect(await speaker.ask(authenticateBody(layout, code))).toMatchObject({ result: 0 })
    expect(await speaker.ask(heartbeatBody)).toMatchObject({ result: 0 })
    expect(await speaker.ask(position())).toMatchObject({ result: 0 })
    const [row, ...more] = await positions(deviceId)
    expect(more).toEqual([])
    expect(row?.lon).toBeCloseTo(106.57, 6)
    expect(row?.lat).toBeCloseTo(29.58, 6)
    expect(row).toMatchObject({ buffered: false, speed: 10 })
    expect((await district.device(deviceId)).health).toMatchObject({ connection: 'online', reports: 1 })
    wire.close()
  })
})

describe('a terminal of JT/T 808', () => {
  const opened = async (number: string, code: string, from?: string) => {
    const wire = await openWire(port, from)
    const speaker = terminal(wire, number)
    const { result } = await speaker.ask(authenticateBody('2013', code))
    return { wire, speaker, result }
  }
  it('sends what it had buffered: stored, and marked so', async () => {
    const number = phone()
    const { deviceId, secret } = await tracker(number)
    const { wire, speaker } = await opened(number, secret)
    const old = [60, 120, 180].map((seconds) => ({
      latitude: 29.58,
      longitude: 106.57,
      at: addMs(now(), -seconds * 1000),
    }))
    expect(await speaker.ask(batchBody(old))).toMatchObject({ result: 0 })
    expect(await speaker.ask(batchBody(old))).toMatchObject({ result: 0 })
    expect((await positions(deviceId)).map((row) => row.buffered)).toEqual([true, true, true])
    wire.close()
  })
  it('without a fix is heard of and leaves no position', async () => {
    const number = phone()
    const { deviceId, secret } = await tracker(number)
    const { wire, speaker } = await opened(number, secret)
    expect(await speaker.ask(position({ fixed: false }))).toMatchObject({ result: 0 })
    expect(await positions(deviceId)).toEqual([])
    expect((await district.device(deviceId)).connection).toBe('online')
    wire.close()
  })
  it('raises an alarm when a bit comes and ends it when it goes; what is broken in itself shows as a fault', async () => {
    const number = phone()
    const { deviceId, secret } = await tracker(number)
    const { wire, speaker } = await opened(number, secret)
    const [emergency, antenna] = [1, 2 ** 5]
    for (const [seconds, alarmBits] of [emergency + antenna, emergency, 0].entries())
      await speaker.ask(position({ alarmBits, at: addMs(now(), seconds * 1000 - 10_000) }))
    const events = await district.rows<{ code: string; active: boolean; severity: number; event_id: string }>(
      'select code, active, severity, event_id from monitoring.device_event where device_id = $1 order by active desc',
      [deviceId],
    )
    expect(events).toMatchObject([
      { code: '808.0', active: true, severity: 1 },
      { code: '808.0', active: false, severity: 1 },
    ])
    expect(events[0]?.event_id).toBe(events[1]?.event_id)
    expect((await district.device(deviceId)).health.faults).toEqual([])
    await speaker.ask(position({ alarmBits: antenna }))
    expect((await district.device(deviceId)).health.faults.map((each) => each.text)).toEqual(['GNSS 天线未接或被剪断'])
    wire.close()
  })
  it('sends a picture, which is answered when it is stored, shown to those who may see the device, and kept once', async () => {
    const number = phone()
    const { deviceId, secret } = await tracker(number)
    const { wire, speaker } = await opened(number, secret)
    const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2600, 7)])
    const media = (id: number, content: Uint8Array): Body => {
      const head = Buffer.alloc(8)
      head.writeUInt32BE(id)
      head[6] = 1
      head[7] = 3
      return { id: 0x0801, body: Buffer.concat([head, Buffer.from(position().body.subarray(0, 28)), content]) }
    }
    const stored = async (id: number): Promise<void> => {
      speaker.send(media(id, jpeg))
      await wire.until((received) => {
        for (const event of createSplitter().feed(received)) {
          const message = event.kind === 'frame' ? parseHeader(event.octets) : null
          if (message?.id === 0x8800 && Buffer.from(message.body).readUInt32BE(0) === id) return true
        }
        return null
      })
    }
    await stored(7)
    await stored(8)
    const { rows } = await district.as.call(listDevicePictures, { params: { deviceId } })
    expect(rows.map((row) => [row.text, row.at])).toEqual([['定时拍摄', now()]])
    const sha256 = rows[0]?.sha256 ?? ''
    const file = await district.as.download(readDevicePicture, { params: { deviceId, sha256 } })
    const chunks: Buffer[] = []
    for await (const chunk of file.content as AsyncIterable<Uint8Array>) chunks.push(Buffer.from(chunk))
    expect(Buffer.concat(chunks).equals(jpeg)).toBe(true)
    // Where it was taken is kept nowhere.
    expect(await positions(deviceId)).toEqual([])
    const stranger = await district.window.person('无关', {
      role: 'site-manager',
      organisationId: district.window.otherOwner,
    })
    const refused = district.window.as(stranger).call(listDevicePictures, { params: { deviceId } })
    expect((await district.window.refusalOf(refused)).code).toBe('monitoring.device-missing')
    expect(await speaker.ask(media(9, Buffer.from('no picture')))).toMatchObject({ result: 2 })
    wire.close()
  })
  it('with a wrong code is refused and cut off', async () => {
    const number = phone()
    const { deviceId } = await tracker(number)
    const { wire, result } = await opened(number, 'wrong')
    expect(result).toBe(1)
    await wire.closed
    expect((await district.device(deviceId)).health.refusals).toMatchObject([{ kind: 'wrong-secret', count: 1 }])
  })
  it('that is another one than the first that registered gets no code', async () => {
    const number = phone()
    const { deviceId, secret } = await tracker(number)
    const own = await openWire(port)
    expect(await terminal(own, number).ask(registration('2013', 'T0000A'))).toMatchObject({ result: 0, code: secret })
    const other = await openWire(port)
    expect(await terminal(other, number).ask(registration('2013', 'T0000B'))).toMatchObject({ result: 3, code: '' })
    await other.closed
    expect((await district.device(deviceId)).health.refusals).toMatchObject([{ kind: 'other-terminal', count: 1 }])
    own.close()
  })
  it('from another address while it is connected is refused', async () => {
    const number = phone()
    const { deviceId, secret } = await tracker(number)
    const { wire } = await opened(number, secret)
    const thief = await opened(number, secret, '127.0.0.7')
    expect(thief.result).toBe(1)
    await thief.wire.closed
    expect(wire.isClosed()).toBe(false)
    expect((await district.device(deviceId)).health.refusals).toMatchObject([
      { kind: 'second-connection', address: '127.0.0.7' },
    ])
    wire.close()
  })
  it('is understood however the network cuts its frames; garbage ends a connection and disturbs nobody', async () => {
    const number = phone()
    const { deviceId, secret } = await tracker(number)
    const { wire } = await opened(number, secret)
    for (const seed of [21, 22, 23]) {
      const noise = await openWire(port)
      noise.send(garbage(40_000, seed))
      await noise.closed
    }
    const stream = Buffer.concat(
      Array.from({ length: 30 }, (_, index) =>
        framesOf({ layout: '2013', phone: number, serial: 100 + index }, position({ at: addMs(now(), -index * 1000) })),
      ).flat(),
    )
    wire.send(...cutUp(stream, 5))
    const { answer } = terminal(wire, number)
    for (let index = 0; index < 30; index += 1) expect(await answer(100 + index)).toMatchObject({ result: 0 })
    expect(await positions(deviceId)).toHaveLength(30)
    wire.close()
  })
})
