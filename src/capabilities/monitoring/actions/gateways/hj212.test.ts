import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cutUp, garbage, messagesIn, openWire, type Wire } from '../../../../../tests/support/devices.ts'
import { type GatewayWindow, openGatewayWindow } from '../../../../../tests/support/gateway-window.ts'
import { type ReadingToSend, timeRequestFrame, uploadFrames } from '../../../../engines/hj212/build.ts'
import { qnOf, wallTextOf } from '../../../../engines/hj212/wall-time.ts'
import { addMs, type Instant } from '../../../../kernel/time.ts'
import { setDeviceState, updateDevice } from '../../contract/devices.ts'
import { quality } from '../../model/report.ts'

let district: GatewayWindow
let port: number
beforeAll(async () => {
  district = await openGatewayWindow()
  port = district.port('hj212')
})
afterAll(() => district.close())

let count = 0
const newNumber = (): string => {
  count += 1
  return `500157JB${String(count).padStart(16, '0')}`
}
const now = (): Instant => district.platform.clock()
const readings = (pm10: number): readonly ReadingToSend[] => [
  { code: 'a34002', rtd: pm10, flag: 'N' },
  { code: 'a34004', rtd: 35, flag: 'N' },
  { code: 'LA', rtd: 61.5, flag: 'N' },
]
const upload = (
  mn: string,
  pw: string,
  more: { pm10?: number; at?: Instant; qn?: Instant; readings?: readonly ReadingToSend[]; cn?: '2011' | '2051' } = {},
) =>
  Buffer.concat(
    uploadFrames({
      mn,
      pw,
      st: '39',
      cn: more.cn ?? '2011',
      qn: qnOf(more.qn ?? now()),
      dataTime: more.at ?? now(),
      readings: more.readings ?? readings(more.pm10 ?? 80),
      answer: true,
    }),
  )
const answers = (wire: Wire, howMany: number, cn = '9014') =>
  wire.until((received) => {
    const found = messagesIn(received, now()).filter((each) => each.cn === cn)
    return found.length >= howMany ? found : null
  })
const entries = (deviceId: string) =>
  district.platform.journal.entriesOf(district.platform.db, { subject: { kind: 'device', id: deviceId } })

describe('a device that speaks HJ 212', () => {
  it('is told that nobody knows it, leaves no data, and speaks on the same connection once it was claimed', async () => {
    const mn = newNumber()
    const wire = await openWire(port)
    wire.send(upload(mn, 'pw-998', { pm10: 123 }))
    const [refused] = await answers(wire, 1, '9011')
    expect(refused?.params.get('QnRtn')).toBe('4')
    const [waiting] = await district.waiting(mn)
    expect(waiting).toMatchObject({ externalId: mn, address: '127.0.0.1', kindHint: 'dust' })
    expect(waiting?.sample).toContain('a34002')
    expect(waiting?.sample).not.toContain('pw-998')
    expect(waiting?.sample).not.toContain('123')
    if (waiting === undefined) throw new Error('nothing waits')
    const { deviceId, secret } = await district.claim(waiting.quarantineId, { secret: 'pw-998' })
    expect(secret).toBe('pw-998')
    const at = now()
    wire.send(upload(mn, 'pw-998', { at }))
    await answers(wire, 1)
    const [row, ...more] = await district.telemetry(deviceId)
    expect(more).toEqual([])
    expect(row).toMatchObject({ at: `${at.slice(0, 19)}.000Z`, quality: 0, buffered: false })
    expect(row?.values.slice(0, 4)).toEqual([80, 35, Number.NaN, 61.5])
    expect((await district.device(deviceId)).health).toMatchObject({ connection: 'online', reports: 1, clockSkewMs: 0 })
    wire.close()
  })

  it('is answered once for each frame, however the network cuts and joins them; a repetition is stored once', async () => {
    const mn = newNumber()
    const { deviceId, secret } = await district.register('hj212', mn)
    const wire = await openWire(port)
    const frames = Array.from({ length: 40 }, (_, index) =>
      upload(mn, secret, { pm10: index, at: addMs(now(), -index * 1000) }),
    )
    const stream = Buffer.concat(frames)
    wire.send(...cutUp(stream, 7))
    await answers(wire, 40)
    wire.send(stream)
    const all = await answers(wire, 80)
    expect(all).toHaveLength(80)
    const stored = await district.telemetry(deviceId)
    expect(stored.map((row) => row.values[0]).toSorted((a = 0, b = 0) => a - b)).toEqual(
      frames.map((_, index) => index),
    )
    wire.close()
  })

  it('multiplies by the factors of its profile, and leaves out what cannot be and what it marks itself', async () => {
    const mn = newNumber()
    const { deviceId, secret } = await district.register('hj212', mn, {
      profileId: district.profile('dust-station-mg'),
    })
    const wire = await openWire(port)
    const sent: readonly ReadingToSend[] = [
      { code: 'a34002', rtd: 0.081, flag: 'N' },
      { code: 'a34004', rtd: 0.04, flag: 'D' },
      { code: 'a01002', rtd: 250, flag: 'N' },
    ]
    wire.send(upload(mn, secret, { readings: sent }))
    await answers(wire, 1)
    const [row] = await district.telemetry(deviceId)
    expect(row?.values[0]).toBeCloseTo(81, 4)
    expect(row?.values[1]).toBeNaN()
    expect(row?.values[7]).toBeNaN()
    expect(row?.quality).toBe(quality.deviceFlag | quality.outOfRange)
    const { health } = await district.device(deviceId)
    expect(health.faults.map((each) => each.code)).toEqual(['pm25'])
    wire.send(upload(mn, secret, { at: addMs(now(), -1000) }))
    await answers(wire, 2)
    expect((await district.device(deviceId)).health.faults).toEqual([])
    wire.close()
  })

  it('keeps a mean of a minute beside the momentary value of the same second', async () => {
    const mn = newNumber()
    const { deviceId, secret } = await district.register('hj212', mn)
    const wire = await openWire(port)
    const at = addMs(now(), -60_000)
    wire.send(upload(mn, secret, { at, pm10: 70 }))
    wire.send(
      upload(mn, secret, { at, cn: '2051', readings: [{ code: 'a34002', min: 60, avg: 72, max: 90, flag: 'N' }] }),
    )
    await answers(wire, 2)
    expect((await district.telemetry(deviceId)).map((row) => [row.values[0], row.span_s, row.quality])).toEqual([
      [70, 0, 0],
      [72, 60, quality.aggregate],
    ])
    wire.close()
  })

  it('that sends a message in parts is answered for every part when the whole is stored', async () => {
    const mn = newNumber()
    const { deviceId, secret } = await district.register('hj212', mn)
    const wire = await openWire(port)
    const many = [
      'a34001',
      'a34002',
      'a34004',
      'a34005',
      'a01001',
      'a01002',
      'a01006',
      'a01007',
      'a01008',
      'LA',
      'Leq',
      'L5',
      'L10',
      'L50',
      'L90',
      'L95',
      'Ld',
      'Ln',
    ]
    const frames = uploadFrames({
      mn,
      pw: secret,
      st: '39',
      cn: '2011',
      qn: qnOf(now()),
      dataTime: now(),
      readings: many.map((code) => ({ code, rtd: 50, min: 50, avg: 50, max: 50, flag: 'N' })),
      answer: true,
    })
    expect(frames.length).toBeGreaterThan(1)
    wire.send(...frames)
    await answers(wire, frames.length)
    const [row, ...more] = await district.telemetry(deviceId)
    expect(more).toEqual([])
    expect(row?.values.every((value) => value === 50)).toBe(true)
    wire.close()
  })

  it('gets the time when it asks for it, and the deviation of its clock is shown', async () => {
    const mn = newNumber()
    const { deviceId, secret } = await district.register('hj212', mn)
    const wire = await openWire(port)
    wire.send(timeRequestFrame({ mn, pw: secret, st: '39', qn: qnOf(addMs(now(), -95_000)) }))
    const [notice] = await answers(wire, 1, '9013')
    expect(notice?.mn).toBe(mn)
    const [set] = await answers(wire, 1, '1012')
    expect(set?.params.get('SystemTime')).toBe(wallTextOf(now()))
    expect(set?.pw).toBe(secret)
    expect((await district.device(deviceId)).health).toMatchObject({ clockSkewMs: -95_000, clockWrong: false })
    const ahead = addMs(now(), 3_600_000)
    wire.send(upload(mn, secret, { at: ahead, qn: ahead }))
    await answers(wire, 1)
    const [row] = await district.telemetry(deviceId)
    expect(row).toMatchObject({ at: now(), quality: quality.clockReplaced })
    expect((await district.device(deviceId)).health).toMatchObject({ clockSkewMs: 3_600_000, clockWrong: true })
    wire.close()
  })

  it('marks what it had buffered, so that it raises no live alarm', async () => {
    const mn = newNumber()
    const { deviceId, secret } = await district.register('hj212', mn)
    const wire = await openWire(port)
    wire.send(upload(mn, secret, { at: addMs(now(), -2 * 3_600_000) }))
    await answers(wire, 1)
    expect((await district.telemetry(deviceId)).map((row) => row.buffered)).toEqual([true])
    wire.close()
  })

  it('that sends the same layout again and again is believed as little as the first time', async () => {
    const mn = newNumber()
    const { deviceId, secret } = await district.register('hj212', mn)
    const wire = await openWire(port)
    const said = (second: number, more: Parameters<typeof upload>[2] = {}) => {
      wire.send(upload(mn, secret, { at: addMs(now(), -second * 1000), qn: addMs(now(), second), ...more }))
    }
    for (let second = 60; second > 56; second -= 1) said(second, { pm10: second })
    await answers(wire, 4)
    // What cannot be is left out; what the device marks itself is shown as a fault, and over once it says so.
    said(50, { pm10: 99_999 })
    said(49, { readings: [{ code: 'a34002', rtd: 49, flag: 'D' }, ...readings(0).slice(1)] })
    await answers(wire, 6)
    expect((await district.device(deviceId)).health.faults.map((each) => each.code)).toEqual(['pm10'])
    said(48, { pm10: 48 })
    said(47, { pm10: 47 })
    await answers(wire, 8)
    expect((await district.device(deviceId)).health).toMatchObject({ faults: [], reports: 8, clockSkewMs: 47 })
    // A time that cannot stand is replaced, and one from a buffer is marked.
    said(0, { at: addMs(now(), 3_600_000), pm10: 1 })
    said(7200, { qn: addMs(now(), 1), pm10: 7 })
    await answers(wire, 10)
    const rows = await district.telemetry(deviceId)
    expect(rows.map((row) => [row.values[0], row.quality, row.buffered])).toEqual([
      [7, 0, true],
      [60, 0, false],
      [59, 0, false],
      [58, 0, false],
      [57, 0, false],
      [Number.NaN, quality.outOfRange, false],
      [Number.NaN, quality.deviceFlag, false],
      [48, 0, false],
      [47, 0, false],
      [1, quality.clockReplaced, false],
    ])
    const all = messagesIn(wire.received(), now())
    expect(new Set(all.map((each) => each.qn)).size).toBe(10)
    // Another profile counts from the next message on; another password ends the connection.
    const { version } = await district.device(deviceId)
    await district.as.call(updateDevice, {
      params: { deviceId },
      body: {
        version,
        kind: 'dust',
        name: '扬尘',
        model: '',
        profileId: district.profile('dust-station-mg'),
        networks: [],
      },
    })
    said(46, { pm10: 0.5 })
    await answers(wire, 11)
    expect((await district.telemetry(deviceId)).at(-2)?.values[0]).toBe(500)
    wire.send(upload(mn, 'guessed', { at: addMs(now(), -45_000) }))
    const [refused] = await answers(wire, 1, '9011')
    expect(refused?.params.get('QnRtn')).toBe('3')
    await wire.closed
    expect(await district.telemetry(deviceId)).toHaveLength(11)
  })

  it('is answered only after the commit', async () => {
    const mn = newNumber()
    const { deviceId, secret } = await district.register('hj212', mn)
    const wire = await openWire(port)
    wire.send(upload(mn, secret, { at: addMs(now(), -5000) }))
    await answers(wire, 1)
    const blocker = await district.window.test.pool.connect()
    try {
      await blocker.query('begin')
      await blocker.query('lock table monitoring.telemetry_last in access exclusive mode')
      wire.send(upload(mn, secret))
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
      expect(messagesIn(wire.received(), now())).toHaveLength(1)
      await blocker.query('commit')
    } finally {
      blocker.release()
    }
    await answers(wire, 2)
    expect(await district.telemetry(deviceId)).toHaveLength(2)
    wire.close()
  })
})

describe('somebody who uses the name of a device', () => {
  it('with a wrong password is refused, cut off, counted, and journalled once', async () => {
    const mn = newNumber()
    const { deviceId } = await district.register('hj212', mn)
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const wire = await openWire(port)
      wire.send(upload(mn, `wrong${attempt}`))
      const [refused] = await answers(wire, 1, '9011')
      expect(refused?.params.get('QnRtn')).toBe('3')
      await wire.closed
    }
    expect(await district.telemetry(deviceId)).toEqual([])
    const { health, refusedLately } = await district.device(deviceId)
    expect(health.refusals).toMatchObject([{ kind: 'wrong-secret', address: '127.0.0.1', count: 3 }])
    expect([health.refused, refusedLately]).toEqual([3, 3])
    expect((await entries(deviceId)).map((each) => each.kind)).toEqual([
      'monitoring.device-registered',
      'monitoring.device-impersonated',
    ])
  })
  it('from another address while the device is connected is refused; the device goes on', async () => {
    const mn = newNumber()
    const { deviceId, secret } = await district.register('hj212', mn)
    const own = await openWire(port)
    own.send(upload(mn, secret, { at: addMs(now(), -3000) }))
    await answers(own, 1)
    const thief = await openWire(port, '127.0.0.2')
    thief.send(upload(mn, secret, { at: addMs(now(), -2000), pm10: 1 }))
    await thief.closed
    expect(messagesIn(thief.received(), now())).toEqual([])
    own.send(upload(mn, secret, { at: addMs(now(), -1000) }))
    await answers(own, 2)
    expect((await district.telemetry(deviceId)).map((row) => row.values[0])).toEqual([80, 80])
    expect((await district.device(deviceId)).health.refusals).toMatchObject([
      { kind: 'second-connection', address: '127.0.0.2', count: 1 },
    ])
    own.close()
  })
  it('takes over from the same address, and from another once the device has long been silent', async () => {
    const mn = newNumber()
    const { deviceId, secret } = await district.register('hj212', mn)
    const first = await openWire(port)
    first.send(upload(mn, secret, { at: addMs(now(), -3000) }))
    await answers(first, 1)
    district.window.test.clock.advance(5_000)
    const again = await openWire(port)
    again.send(upload(mn, secret, { at: addMs(now(), -2000) }))
    await answers(again, 1)
    await first.closed
    district.window.test.clock.advance(180_000)
    const moved = await openWire(port, '127.0.0.3')
    moved.send(upload(mn, secret))
    await answers(moved, 1)
    await again.closed
    const { health } = await district.device(deviceId)
    expect(health).toMatchObject({ address: '127.0.0.3', refusals: [] })
    expect(health.connections.map((each) => each.reason)).toEqual(['taken over', 'taken over'])
    moved.close()
  })
  it('from outside of its networks is refused', async () => {
    const mn = newNumber()
    const { deviceId, secret } = await district.register('hj212', mn, { networks: ['10.20.0.0/16', '127.0.0.4/32'] })
    const wire = await openWire(port)
    wire.send(upload(mn, secret))
    await wire.closed
    const right = await openWire(port, '127.0.0.4')
    right.send(upload(mn, secret))
    await answers(right, 1)
    expect((await district.device(deviceId)).health.refusals).toMatchObject([
      { kind: 'wrong-address', address: '127.0.0.1', count: 1 },
    ])
    const device = await district.device(deviceId)
    await district.as.call(updateDevice, {
      params: { deviceId },
      body: {
        version: device.version,
        kind: 'dust',
        name: '扬尘',
        model: '',
        profileId: device.profileId,
        networks: [],
      },
    })
    const anywhere = await openWire(port, '127.0.0.4')
    anywhere.send(upload(mn, secret, { at: addMs(now(), -1000) }))
    await answers(anywhere, 1)
    for (const each of [right, anywhere]) each.close()
  })
})

describe('the port of HJ 212', () => {
  it('ends the connection of a device that is disabled, and takes nothing more of it', async () => {
    const mn = newNumber()
    const { deviceId, secret } = await district.register('hj212', mn)
    const wire = await openWire(port)
    wire.send(upload(mn, secret, { at: addMs(now(), -1000) }))
    await answers(wire, 1)
    await district.as.call(setDeviceState, {
      params: { deviceId },
      body: { version: 1, state: 'disabled', reason: '停工检修' },
    })
    await wire.closed
    const again = await openWire(port)
    again.send(upload(mn, secret))
    const [refused] = await answers(again, 1, '9011')
    expect(refused?.params.get('QnRtn')).toBe('2')
    expect(await district.telemetry(deviceId)).toHaveLength(1)
    again.close()
  })
  it('ends connections that send garbage, counts them, and serves the next device', async () => {
    const before = district.monitoring.gateways.counters.hj212.malformed
    for (const seed of [1, 2, 3]) {
      const wire = await openWire(port)
      wire.send(garbage(70_000, seed))
      await wire.closed
    }
    const broken = await openWire(port)
    for (let index = 0; index < 8; index += 1) broken.send(Buffer.from('##0030ST=39;CN=2011;CP=&&broken&&0000\r\n'))
    await broken.closed
    expect(district.monitoring.gateways.counters.hj212.malformed).toBeGreaterThan(before + 3)
    const mn = newNumber()
    const { secret } = await district.register('hj212', mn)
    const wire = await openWire(port)
    wire.send(upload(mn, secret))
    await answers(wire, 1)
    wire.close()
  })
})
