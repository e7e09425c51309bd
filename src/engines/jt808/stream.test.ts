import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instant } from '../../kernel/time.ts'
import { bytesOfHex } from '../merkle/bytes.ts'
import { positionBody } from './build.ts'
import {
  eventsOf,
  now,
  PLATFORM_REPLY,
  POSITION,
  REGISTER_2013,
  REGISTER_2019,
  rawOf,
  WRONG_VERSION_BIT,
} from './fixtures.testing.ts'
import { createSplitter, escape, frameOf, MAX_FRAME, type StreamEvent, unescape } from './frames.ts'
import { createReassembly, packMessage, parseHeader, type RawMessage } from './header.ts'
import { decodeMessage } from './message.ts'

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
