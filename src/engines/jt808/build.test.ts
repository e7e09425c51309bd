import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Instant, instant } from '../../kernel/time.ts'
import { hexOf } from '../merkle/bytes.ts'
import {
  batchBody,
  framesOf,
  heartbeatBody,
  platformReply,
  positionBody,
  registerBody,
  registerReply,
  sendText,
  setCircles,
  setParameters,
  setPolygon,
  setRectangles,
  takePhotos,
} from './build.ts'
import {
  CIRCLES,
  now,
  PLATFORM_REPLY,
  POLYGON,
  positionOf,
  REGISTER_2013,
  REGISTER_2019,
  REGISTER_REPLY,
  rawOf,
  sent,
} from './fixtures.testing.ts'
import { createReassembly, type Layout } from './header.ts'
import { decodeMessage } from './message.ts'

describe('what is built', () => {
  const from = instant('2024-10-26T18:39:56+08:00')
  const to = instant('2024-10-26T20:39:56+08:00')
  const rules = { speed: { top: 111, seconds: 10 }, hours: { from, to }, silentInside: true }
  const centre = { latitude: 31.000562, longitude: 121.451372 }

  test('has the octets of the vectors', () => {
    expect(sent(registerReply(100, 0, '123456'))).toBe(REGISTER_REPLY)
    expect(sent(platformReply(100, 0x0200, 0))).toBe(PLATFORM_REPLY)
    const registration = {
      province: 40,
      city: 50,
      maker: '1234',
      model: 'smallchi123',
      terminalId: 'CHI123',
      plateColour: 1,
      plate: '粤A12345',
    }
    expect(sent(registerBody('2013', registration), '2013', '123456789')).toBe(REGISTER_2013)
    const padded = {
      ...registration,
      maker: '00000001234',
      model: 'smallchi123'.padStart(30, '0'),
      terminalId: 'CHI123'.padStart(30, '0'),
    }
    expect(sent(registerBody('2019', padded), '2019', '123456789')).toBe(REGISTER_2019)
    const circles = setCircles('2013', 'add', [
      { id: 111, centre, radius: 666, ...rules },
      { id: 222, centre, radius: 666, speed: rules.speed },
    ])
    expect(sent(circles, '2013', '13912344323', 0)).toBe(CIRCLES)
    const points = [0, 1, 2].map((step) => ({ latitude: 31.000562 + step * 1e-6, longitude: 121.451372 + step * 1e-6 }))
    expect(sent(setPolygon('2013', { id: 111, points, ...rules }), '2013', '13912344323', 0)).toBe(POLYGON)
  })

  test('writes parameters, texts, rectangles, names and photographs', () => {
    const parameters = setParameters([
      { id: 0x0001, width: 4, value: 60 },
      { id: 0x0083, text: '渝A1' },
    ])
    expect(hexOf(parameters.body)).toBe('0200000001040000003c0000008304d3e54131')
    expect(hexOf(sendText('2013', '减速', { speak: true }).body)).toBe('0cbcf5cbd9')
    expect(hexOf(sendText('2019', '减速', { urgent: true, display: false, kind: 2 }).body)).toBe('0102bcf5cbd9')
    const rectangle = setRectangles('2019', 'replace', [
      {
        id: 1,
        northWest: { latitude: 2, longitude: 1 },
        southEast: { latitude: 1, longitude: 2 },
        speed: { top: 40, seconds: 5, nightTop: 30 },
        alarms: { enterToDriver: true, enterToPlatform: true, leaveToDriver: true, leaveToPlatform: true },
        name: '场',
      },
    ])
    expect(hexOf(rectangle.body)).toBe('000100000001003e001e8480000f4240000f4240001e8480002805001e0002b3a1')
    expect(hexOf(takePhotos({ channel: 1, count: 2, interval: 5 }).body)).toBe('01000200050002057f40407f')
  })

  test('refuses what does not fit its field', () => {
    expect(() => setPolygon('2013', { id: 1, points: [centre, centre] })).toThrow(RangeError)
    expect(() => setCircles('2013', 'add', [{ id: 1, centre: { latitude: 91, longitude: 0 }, radius: 1 }])).toThrow(
      RangeError,
    )
    expect(() => setParameters([{ id: 1, width: 1, value: 256 }])).toThrow(RangeError)
    expect(() => sent(heartbeatBody, '2013', '1234567890123')).toThrow(RangeError)
    expect(() => sent(heartbeatBody, '2013', '12a')).toThrow(RangeError)
  })

  const position = fc.record({
    latitude: fc.integer({ min: -90_000_000, max: 90_000_000 }).map((micro) => micro / 1e6),
    longitude: fc.integer({ min: 1, max: 180_000_000 }).map((micro) => micro / 1e6),
    at: fc
      .integer({ min: Date.UTC(2001, 0, 1) / 1000, max: Date.UTC(2098, 0, 1) / 1000 })
      .map((second) => new Date(second * 1000).toISOString() as Instant),
    altitude: fc.nat(9000),
    speed: fc.nat(2000).map((tenths) => tenths / 10),
    direction: fc.nat(359),
    acc: fc.boolean(),
    alarmBits: fc.nat(0xffff_ffff),
    mileage: fc.nat(0xffff_ffff).map((tenths) => tenths / 10),
    signal: fc.nat(31),
    satellites: fc.nat(40),
  })

  test('reads as what was sent, in either layout', () => {
    fc.assert(
      fc.property(position, fc.constantFrom<Layout>('2013', '2019'), fc.nat(0xffff), (given, layout, serial) => {
        const [frame] = framesOf({ layout, phone: '13800138000', serial }, positionBody(given))
        const raw = rawOf(frame as Uint8Array)
        expect(raw).toMatchObject({ layout, serial, terminal: '13800138000', notes: [] })
        expect(positionOf(frame as Uint8Array)).toMatchObject({ ...given, notes: [] })
      }),
    )
  })

  test('reads as what was sent in parts, in whatever order they come', () => {
    fc.assert(
      fc.property(
        fc.array(position, { minLength: 20, maxLength: 60 }),
        fc.constantFrom<Layout>('2013', '2019'),
        fc.nat(0xffff),
        fc.boolean(),
        (given, layout, serial, backwards) => {
          const frames = [...framesOf({ layout, phone: '13800138000', serial }, batchBody(given))]
          expect(frames.length).toBeGreaterThan(0)
          const reassembly = createReassembly()
          const states = (backwards ? frames.reverse() : frames).map((frame) => reassembly.add(rawOf(frame), now))
          const last = states.at(-1)
          if (last?.kind !== 'whole') throw new Error('not whole')
          const message = decodeMessage(last.message)
          if (message.kind !== 'batch') throw new Error(message.kind)
          expect(message.positions).toMatchObject(given)
          expect(message.cut).toBe(false)
        },
      ),
      { numRuns: 30 },
    )
  })
})
