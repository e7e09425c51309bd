import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOfHex } from '../merkle/bytes.ts'
import {
  authenticateBody,
  batchBody,
  framesOf,
  heartbeatBody,
  type PositionToSend,
  positionBody,
  terminalReply,
} from './build.ts'
import {
  decoded,
  now,
  POSITION,
  positionOf,
  REGISTER_2013,
  REGISTER_2019,
  rawOf,
  WRONG_VERSION_BIT,
  wrapped,
} from './fixtures.testing.ts'
import { parseHeader } from './header.ts'
import { decodeMessage } from './message.ts'
import { bcdInstant, octets } from './octets.ts'
import { ALARMS, bitsOf, liveAlarmsOf, type Position } from './position.ts'
import { createRegistry, type Dialect } from './registry.ts'

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
