import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Instant, instant } from '../../kernel/time.ts'
import { bytesOfHex, hexOf } from '../merkle/bytes.ts'
import {
  authenticateBody,
  type Body,
  batchBody,
  framesOf,
  heartbeatBody,
  type PositionToSend,
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
  terminalReply,
} from './build.ts'
import { createSplitter, escape, frameOf, MAX_FRAME, type StreamEvent, unescape } from './frames.ts'
import { createReassembly, type Layout, packMessage, parseHeader, type RawMessage } from './header.ts'
import { decodeMessage, type TerminalMessage } from './message.ts'
import { bcdInstant, octets } from './octets.ts'
import { ALARMS, bitsOf, liveAlarmsOf, type Position } from './position.ts'
import { createRegistry, type Dialect } from './registry.ts'

const now = instant('2026-03-01T00:00:00Z')
const POSITION =
  '7e02000026123456789012007d02000000010000000200ba7f0e07e4f11c0028003c00001810151010100104000000640202007d01137e'
const REGISTER_2013 =
  '7e0100002d000123456789000a002800323132333400736d616c6c6368693132330000000000000000004348493132330001d4c14131323334358a7e'
const REGISTER_REPLY = '7e81000009012345678900000a006400313233343536687e'
const PLATFORM_REPLY = '7e80010005012345678900000a0064020000617e'
/** Frames in the test suites of public repositories (SmallChi/JT808; hylexus jt-framework), as found there. */
const REGISTER_2019 =
  '7e010040540100000000000123456789000a00280032303030303030303132333430303030303030303030303030303030303030736d616c6c63686931323330303030303030303030303030303030303030303030303043484931323301d4c1413132333435b27e'
const WRONG_VERSION_BIT =
  '7e0200406c010030000681090e00000000000c0003026c936f074c794c0004036300d7210625155739010400000000052801cc00210625155739054145bbc91e4145a2fa1141450000004145bbc8194145a1370a4145000000240200002a0200002b04000000003001153101125f0a89860418231870850620757e'
const CIRCLES =
  '7e86000038013912344323000001020000006f400301d907f2073d336c0000029a241026183956241026203956006f0a000000de000201d907f2073d336c0000029a006f0a0b7e'
const POLYGON =
  '7e8604002f01391234432300000000006f4003241026183956241026203956006f0a000301d907f2073d336c01d907f3073d336d01d907f4073d336eed7e'

const eventsOf = (...chunks: readonly Uint8Array[]): StreamEvent[] => {
  const splitter = createSplitter()
  return chunks.flatMap((chunk) => [...splitter.feed(chunk)])
}
const rawOf = (frame: string | Uint8Array): RawMessage => {
  const [event, ...rest] = eventsOf(typeof frame === 'string' ? bytesOfHex(frame) : frame)
  if (event?.kind !== 'frame' || rest.length > 0) throw new Error(`not one frame: ${JSON.stringify([event, ...rest])}`)
  const raw = parseHeader(event.octets)
  if (raw === null) throw new Error('no header fits')
  return raw
}
const decoded = (frame: string | Uint8Array, dialect?: Dialect): TerminalMessage => decodeMessage(rawOf(frame), dialect)
const positionOf = (frame: string | Uint8Array, dialect?: Dialect): Position => {
  const message = decoded(frame, dialect)
  if (message.kind !== 'position') throw new Error(message.kind)
  return message.position
}
const sent = (body: Body, layout: Layout = '2013', phone = '12345678900', serial = 10): string =>
  framesOf({ layout, phone, serial }, body).map(hexOf).join(' ')
/** Wraps octets in a 2013 envelope. */
const wrapped = (id: number, body: Uint8Array): Uint8Array =>
  framesOf({ layout: '2013', phone: '1', serial: 1 }, { id, body })[0] as Uint8Array

describe('the stream', () => {
  const kinds = (events: readonly StreamEvent[]): string[] =>
    events.map((event) => (event.kind === 'fault' ? event.reason : event.kind))

  test('gives the same events wherever the network cuts it', () => {
    const piece = fc.oneof(
      fc
        .constantFrom(
          POSITION,
          REGISTER_2013,
          PLATFORM_REPLY,
          POSITION.slice(2),
          POSITION.slice(0, -2),
          '7e',
          '7d',
          '7d02',
        )
        .map(bytesOfHex),
      fc.uint8Array({ maxLength: 40 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 20 }), (pieces, cuts) => {
        const bytes = Uint8Array.from(pieces.flatMap((part) => [...part]))
        const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
        const chunks = [...places, bytes.length].map((end, index) => bytes.slice(places[index - 1] ?? 0, end))
        expect(eventsOf(...chunks)).toEqual(eventsOf(bytes))
        expect(eventsOf(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(eventsOf(bytes))
      }),
      { numRuns: 300 },
    )
  })

  test('undoes its escapes for any octets', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0x7e, 0x7d, 0x01, 0x02, 0x55), { maxLength: 50 }), (list) => {
        const plain = Uint8Array.from(list)
        expect(escape(plain)).not.toContain(0x7e)
        expect(unescape(escape(plain))).toEqual(plain)
        expect(eventsOf(frameOf(Uint8Array.of(...new Uint8Array(12), ...plain)))).toMatchObject([{ kind: 'frame' }])
      }),
    )
    expect(unescape(bytesOfHex('017d'))).toBeNull()
    expect(unescape(bytesOfHex('7d03'))).toBeNull()
  })

  test('reads frames that share a mark, and goes on behind damage', () => {
    const ok = bytesOfHex(PLATFORM_REPLY)
    expect(kinds(eventsOf(bytesOfHex(PLATFORM_REPLY + PLATFORM_REPLY.slice(2))))).toEqual(['frame', 'frame'])
    expect(kinds(eventsOf(bytesOfHex(`0102${PLATFORM_REPLY}`)))).toEqual(['start', 'frame'])
    expect(kinds(eventsOf(bytesOfHex(PLATFORM_REPLY.replace('617e', '627e')), ok))).toEqual(['check', 'frame'])
    expect(kinds(eventsOf(bytesOfHex('7e01027e'), ok))).toEqual(['short', 'frame'])
    expect(kinds(eventsOf(bytesOfHex('7e017d057e'), ok))).toEqual(['escape', 'frame'])
  })

  test('keeps at most one frame', () => {
    const splitter = createSplitter()
    splitter.feed(Uint8Array.of(0x7e))
    for (let round = 0; round < 20; round += 1) splitter.feed(new Uint8Array(1000))
    expect(splitter.waiting()).toBe(MAX_FRAME)
    const events = [...splitter.feed(Uint8Array.of(0x7e)), ...splitter.feed(bytesOfHex(PLATFORM_REPLY.slice(2)))]
    expect(events).toMatchObject([{ kind: 'fault', reason: 'long', count: 20_000 }, { kind: 'frame' }])
  })

  test('never accepts an error of one octet as something else', () => {
    const frame = bytesOfHex(POSITION)
    for (let at = 0; at < frame.length; at += 1)
      for (let octet = 0; octet < 256; octet += 1) {
        if (octet === frame[at]) continue
        const wrong = Uint8Array.from(frame)
        wrong[at] = octet
        // The XOR of a piece can be 0 by chance; that its length is what its header says cannot be too.
        const found = eventsOf(wrong, frame).flatMap((event) => {
          const raw = event.kind === 'frame' ? parseHeader(event.octets) : null
          return raw === null ? [] : [raw]
        })
        expect(found).toEqual([rawOf(frame)])
      }
  })
})

describe('the header', () => {
  test('of both layouts is read, and the terminal is the same in either', () => {
    expect(rawOf(REGISTER_2013)).toMatchObject({
      id: 0x0100,
      layout: '2013',
      phone: '000123456789',
      serial: 10,
      notes: [],
    })
    expect(rawOf(REGISTER_2019)).toMatchObject({ id: 0x0100, layout: '2019', version: 1, serial: 10, notes: [] })
    expect([rawOf(REGISTER_2013).terminal, rawOf(REGISTER_2019).terminal]).toEqual(['123456789', '123456789'])
  })

  test('is chosen by the length when the version bit is wrong', () => {
    expect(rawOf(WRONG_VERSION_BIT)).toMatchObject({
      layout: '2013',
      terminal: '10030000681',
      notes: ['version-bit-wrong'],
    })
    expect(rawOf(WRONG_VERSION_BIT).body).toHaveLength(108)
    for (const layout of ['2013', '2019'] as const) {
      const [frame] = packMessage(
        { id: 0x0200, layout, phone: '13800138000', serial: 7 },
        positionBody({ latitude: 1, longitude: 2, at: now }).body,
      )
      if (frame === undefined) throw new Error('no frame')
      frame[2] = (frame[2] as number) ^ 0x40
      expect(parseHeader(frame)).toMatchObject({
        layout,
        terminal: '13800138000',
        serial: 7,
        notes: ['version-bit-wrong'],
      })
    }
  })

  test('may say parts that are not there; a body of another length than said fits nothing', () => {
    const [frame] = packMessage({ id: 2, layout: '2013', phone: '1', serial: 7 }, new Uint8Array(9))
    if (frame === undefined) throw new Error('no frame')
    expect(parseHeader(frame.subarray(0, -1))).toBeNull()
    frame[2] = 0x20
    expect(parseHeader(frame)).toMatchObject({ part: null, notes: ['split-bit-wrong'] })
  })

  test('with letters in the phone or an encrypted body says so', () => {
    const [frame] = packMessage({ id: 0x0200, layout: '2013', phone: '1', serial: 7 }, new Uint8Array(28))
    if (frame === undefined) throw new Error('no frame')
    frame[9] = 0xab
    frame[2] = 0x04
    const raw = parseHeader(frame)
    expect(raw).toMatchObject({ encryption: 1, notes: ['phone-not-bcd', 'encrypted'] })
    expect(raw === null ? null : decodeMessage(raw)).toEqual({ kind: 'encrypted', id: 0x0200 })
  })
})

describe('messages of terminals', () => {
  test('0200: a position', () => {
    expect(rawOf(POSITION)).toMatchObject({ phone: '123456789012', serial: 126 })
    expect(positionOf(POSITION)).toEqual({
      latitude: 12.222222,
      longitude: 132.444444,
      altitude: 40,
      speed: 6,
      direction: 0,
      at: '2018-10-15T02:10:10.000Z',
      acc: false,
      alarmBits: 1,
      statusBits: 2,
      mileage: 10,
      fuel: 12.5,
      signal: null,
      satellites: null,
      values: {},
      others: new Map(),
      buffered: false,
      notes: [],
    })
    expect(liveAlarmsOf(positionOf(POSITION))).toEqual([0])
    expect(bitsOf(0x8000_0001).map((bit) => ALARMS[bit])).toEqual(['紧急报警', '非法开门报警'])
  })

  test('0200: with items of a vendor', () => {
    const position = positionOf(WRONG_VERSION_BIT)
    expect(position).toMatchObject({
      latitude: 40.670063,
      longitude: 122.4523,
      at: '2021-06-25T07:57:39.000Z',
      acc: true,
      mileage: 0,
      signal: 21,
      satellites: 18,
      notes: [],
    })
  })

  test('0100: a registration of each edition', () => {
    const plate = { province: 40, city: 50, plateColour: 1, plate: '粤A12345' }
    expect(decoded(REGISTER_2013)).toEqual({
      kind: 'register',
      ...plate,
      maker: '1234',
      model: 'smallchi123',
      terminalId: 'CHI123',
      edition: '2013',
    })
    expect(decoded(REGISTER_2019)).toMatchObject({ ...plate, maker: '00000001234', edition: '2019' })
    const old = octets().u16(40).u16(50).gbk('1234', 5).gbk('small', 8).gbk('CHI123', 7).u8(1).gbk('粤A12345').done()
    expect(decoded(wrapped(0x0100, old))).toMatchObject({ ...plate, model: 'small', edition: '2011' })
  })

  test('0102, 0001, 0002, 0003, 0801, 0900', () => {
    const code = decoded(
      framesOf({ layout: '2013', phone: '1', serial: 1 }, authenticateBody('2013', 'secret'))[0] as Uint8Array,
    )
    expect(code).toEqual({ kind: 'authenticate', code: 'secret', imei: null, software: null })
    const later = authenticateBody('2019', 'secret', '860418231870850', 'V1.2')
    expect(decoded(framesOf({ layout: '2019', phone: '1', serial: 1 }, later)[0] as Uint8Array)).toEqual({
      kind: 'authenticate',
      code: 'secret',
      imei: '860418231870850',
      software: 'V1.2',
    })
    expect(decoded(wrapped(0x0001, terminalReply(7, 0x8300, 0).body))).toEqual({
      kind: 'reply',
      serial: 7,
      answered: 0x8300,
      result: 0,
    })
    expect(decoded(wrapped(0x0002, heartbeatBody.body))).toEqual({ kind: 'heartbeat' })
    expect(decoded(wrapped(0x0003, new Uint8Array()))).toEqual({ kind: 'logout' })
    expect(decoded(wrapped(0x0900, bytesOfHex('41aabb')))).toEqual({
      kind: 'passthrough',
      type: 0x41,
      data: bytesOfHex('aabb'),
    })
    const where = positionBody({ latitude: 29.5, longitude: 106.5, at: now }).body
    const picture = octets().u32(9).u8(0).u8(0).u8(1).u8(2).raw(where).raw(bytesOfHex('ffd8')).done()
    expect(decoded(wrapped(0x0801, picture))).toMatchObject({
      kind: 'media',
      id: 9,
      type: 'image',
      event: 1,
      channel: 2,
      position: { latitude: 29.5, buffered: true },
      data: bytesOfHex('ffd8'),
    })
    expect(decoded(wrapped(0x0f01, new Uint8Array()))).toEqual({ kind: 'unknown', id: 0x0f01 })
    expect(decoded(wrapped(0x0200, new Uint8Array(27)))).toEqual({ kind: 'malformed', id: 0x0200 })
  })

  test('0704: buffered positions are history and raise no live alarm', () => {
    const each = { latitude: 29.5, longitude: 106.5, at: now, alarmBits: 1 }
    const { id, body } = batchBody([each, { ...each, speed: 40 }])
    const message = decoded(wrapped(id, body))
    if (message.kind !== 'batch') throw new Error(message.kind)
    expect(message).toMatchObject({ reason: 'no-network', cut: false })
    expect(message.positions.map(({ speed, buffered }) => [speed, buffered])).toEqual([
      [0, true],
      [40, true],
    ])
    expect(message.positions.flatMap(liveAlarmsOf)).toEqual([])
    expect(decoded(wrapped(id, body.subarray(0, -1)))).toMatchObject({ cut: true, positions: [{ alarmBits: 1 }] })
  })

  test('with repeated, cut or malformed items keep what can be read', () => {
    const base = [...positionBody({ latitude: 29.5, longitude: 106.5, at: now }).body]
    const withItems = (hex: string): Position => positionOf(wrapped(0x0200, Uint8Array.of(...base, ...bytesOfHex(hex))))
    expect(withItems('300115300116')).toMatchObject({ signal: 21, notes: ['item-repeated'] })
    expect(withItems('3001153104')).toMatchObject({ signal: 21, satellites: null, notes: ['item-cut'] })
    expect(withItems('30')).toMatchObject({ notes: ['item-cut'] })
    expect(withItems('01020000')).toMatchObject({ mileage: null, notes: ['item-malformed'] })
    expect([...withItems('ee02aabb').others]).toEqual([[0xee, bytesOfHex('aabb')]])
  })

  test('without a fix or with an impossible place give no place', () => {
    const at = (change: Partial<PositionToSend>): Position =>
      positionOf(wrapped(0x0200, positionBody({ latitude: 29.5, longitude: 106.5, at: now, ...change }).body))
    expect(at({ fixed: false })).toMatchObject({ latitude: null, longitude: null, notes: ['no-fix'] })
    expect(at({ latitude: 0, longitude: 0 })).toMatchObject({ latitude: null, notes: ['position-impossible'] })
    expect(at({ latitude: -33.5, longitude: -70.25 })).toMatchObject({ latitude: -33.5, longitude: -70.25, notes: [] })
    const body = positionBody({ latitude: 29.5, longitude: 106.5, at: now }).body
    body.fill(0, 22, 28)
    expect(positionOf(wrapped(0x0200, body))).toMatchObject({ at: null, notes: ['time-malformed'] })
  })

  test('never crash the decoder', () => {
    const id = fc.constantFrom(0x0001, 0x0002, 0x0003, 0x0100, 0x0102, 0x0200, 0x0704, 0x0801, 0x0900, 0x7777)
    const dialect: Dialect = { itemFormat: { idOctets: 2, lengthOctets: 4 }, items: new Map([[0x30, () => null]]) }
    fc.assert(
      fc.property(id, fc.uint8Array({ maxLength: 200 }), fc.boolean(), (message, body, own) => {
        expect(decoded(wrapped(message, body), own ? dialect : {}).kind).toBeTypeOf('string')
      }),
      { numRuns: 1000 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (octetsGiven) => {
        const raw = parseHeader(octetsGiven)
        if (raw !== null) decodeMessage(raw)
      }),
      { numRuns: 1000 },
    )
    expect(bcdInstant(bytesOfHex('ab0101000000'), 0)).toBeNull()
  })
})

describe('dialects of models', () => {
  const tilt: Dialect = {
    items: new Map([[0x30, (item) => (item.length === 1 ? { tilt: (item[0] as number) / 10 } : null)]]),
  }
  const wide: Dialect = {
    itemFormat: { idOctets: 2, lengthOctets: 2 },
    messages: new Map([[0x0900, (body) => ({ weight: body[0] })]]),
  }
  const registry = createRegistry([
    ['TILT-1', tilt],
    ['WIDE-2', wide],
  ])
  const base = [...positionBody({ latitude: 29.5, longitude: 106.5, at: now }).body]

  test('read their own items, item formats and messages; other models stay with the standard', () => {
    const frame = wrapped(0x0200, Uint8Array.of(...base, 0x30, 1, 25))
    expect(positionOf(frame, registry.of('TILT-1'))).toMatchObject({ values: { tilt: 2.5 }, signal: null })
    expect(positionOf(frame, registry.of('OTHER'))).toMatchObject({ values: {}, signal: 25 })
    expect(positionOf(frame, registry.of(null))).toMatchObject({ signal: 25 })
    const wideItems = wrapped(0x0200, Uint8Array.of(...base, 0, 0x30, 0, 1, 25, 1, 2, 0, 1, 7))
    const position = positionOf(wideItems, registry.of('WIDE-2'))
    expect([position.signal, [...position.others.keys()], position.notes]).toEqual([25, [0x0102], []])
    expect(decoded(wrapped(0x0900, Uint8Array.of(80)), wide)).toEqual({
      kind: 'vendor',
      id: 0x0900,
      values: { weight: 80 },
    })
  })

  test('that cannot read an item leave it and say so', () => {
    const position = positionOf(wrapped(0x0200, Uint8Array.of(...base, 0x30, 2, 1, 1)), tilt)
    expect([position.notes, [...position.others.keys()]]).toEqual([['item-malformed'], [0x30]])
  })

  test('are one for each model', () => {
    expect(() =>
      createRegistry([
        ['A', {}],
        ['A', {}],
      ]),
    ).toThrow(RangeError)
  })
})

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

describe('messages in parts', () => {
  const partsOf = (serial: number): RawMessage[] =>
    packMessage({ id: 0x0801, layout: '2013', phone: '1', serial }, new Uint8Array(2500)).map((frame) => {
      const raw = parseHeader(frame)
      if (raw === null) throw new Error('no header fits')
      return raw
    })
  const at = (list: readonly RawMessage[], index: number): RawMessage => list[index] as RawMessage

  test('of two transfers stay apart, a repeated part counts once', () => {
    const [first, second] = [partsOf(65_535), partsOf(10)]
    const reassembly = createReassembly()
    const order = [at(first, 0), at(second, 0), at(first, 0), at(first, 2), at(second, 1), at(first, 1), at(second, 2)]
    expect(order.map((part) => reassembly.add(part, now).kind)).toEqual([
      'waiting',
      'waiting',
      'repeated',
      'waiting',
      'waiting',
      'whole',
      'whole',
    ])
  })

  test('make room, expire, and are refused when their numbers make no sense', () => {
    const reassembly = createReassembly({ maxOpen: 2, waitMs: 1000 })
    for (const serial of [10, 20, 30]) reassembly.add(at(partsOf(serial), 0), now)
    expect(reassembly.expire(now)).toBe(0)
    expect(reassembly.expire(instant('2026-03-01T00:00:01Z'))).toBe(2)
    expect(reassembly.add({ ...at(partsOf(1), 0), part: { total: 2, index: 3 } }, now).kind).toBe('refused')
    expect(reassembly.add({ ...at(partsOf(1), 0), part: { total: 0, index: 0 } }, now).kind).toBe('refused')
    expect(reassembly.add({ ...at(partsOf(1), 0), part: { total: 5000, index: 1 } }, now).kind).toBe('refused')
  })
})
