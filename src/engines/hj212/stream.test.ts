import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crcOf, crcText } from './crc.ts'
import {
  ascii,
  DATA_REPLY,
  EMPTY_MN,
  eventsOf,
  INTERVAL,
  LA_TD,
  MINUTE,
  messageOf,
  REAL_TIME,
  REQUEST_REPLY,
  SHORT_LENGTH,
  SHORT_MN,
  window,
} from './fixtures.testing.ts'
import { createSplitter, type StreamEvent } from './frames.ts'
import { parseSegment } from './message.ts'

describe('the check value', () => {
  /** The definition bit by bit, to compare the table with. */
  const slow = (bytes: Uint8Array): number => {
    let register = 0xffff
    for (const byte of bytes) {
      register = (register >> 8) ^ byte
      for (let bit = 0; bit < 8; bit += 1) register = register & 1 ? (register >> 1) ^ 0xa001 : register >> 1
    }
    return register
  }
  const modbus = (bytes: Uint8Array): number => {
    let register = 0xffff
    for (const byte of bytes) {
      register ^= byte
      for (let bit = 0; bit < 8; bit += 1) register = register & 1 ? (register >> 1) ^ 0xa001 : register >> 1
    }
    return register
  }

  test('fits the frames of independent sources, and is not the Modbus CRC', () => {
    for (const frame of [REAL_TIME, DATA_REPLY, MINUTE, REQUEST_REPLY, LA_TD, INTERVAL, SHORT_MN, EMPTY_MN]) {
      const segment = ascii(frame.slice(6, -6))
      expect(segment.length).toBe(Number(frame.slice(2, 6)))
      expect(crcText(crcOf(segment))).toBe(frame.slice(-6, -2))
      expect(crcText(modbus(segment))).not.toBe(frame.slice(-6, -2))
    }
  })

  test('is what the definition bit by bit gives, for any bytes and any part of them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(50), (bytes, from) => {
        expect(crcOf(bytes)).toBe(slow(bytes))
        expect(crcOf(bytes, from, Math.max(from, bytes.length))).toBe(slow(bytes.subarray(from)))
      }),
    )
  })

  test('has only 256 values, which is why frames are checked again behind it', () => {
    const seen = new Set<number>()
    for (let a = 0; a < 256; a += 1) for (let b = 0; b < 256; b += 1) seen.add(crcOf(Uint8Array.of(a, b)))
    expect(seen.size).toBe(256)
  })
})

describe('the stream', () => {
  const kinds = (events: readonly StreamEvent[]): string[] =>
    events.map((event) => (event.kind === 'fault' ? event.reason : event.kind))

  test('gives the same events wherever the network cuts it', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        REAL_TIME,
        DATA_REPLY,
        MINUTE,
        LA_TD,
        SHORT_LENGTH,
        REAL_TIME.slice(0, -2),
        REAL_TIME.slice(0, 99),
      ),
      fc.constantFrom('#', '##', '###', '\r', '\n', '\r\n', '##0', '##01#', '##12Q', '##9999QN=', '##0020', 'noise'),
      fc.string({ maxLength: 12 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 20 }), (pieces, cuts) => {
        const bytes = ascii(pieces.join(''))
        const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
        const chunks = [...places, bytes.length].map((end, index) => bytes.slice(places[index - 1] ?? 0, end))
        expect(eventsOf(...chunks)).toEqual(eventsOf(bytes))
        expect(eventsOf(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(eventsOf(bytes))
      }),
      { numRuns: 300 },
    )
  })

  test('gives several frames of one segment, and a frame at once when its CRC is there', () => {
    expect(kinds(eventsOf(ascii(REAL_TIME + MINUTE + DATA_REPLY)))).toEqual(['frame', 'frame', 'frame'])
    expect(kinds(eventsOf(ascii(REAL_TIME.slice(0, -2))))).toEqual(['frame'])
    expect(kinds(eventsOf(ascii(REAL_TIME.slice(0, -3))))).toEqual([])
  })

  test('notes frames without a line end, and accepts a lone LF', () => {
    expect(kinds(eventsOf(ascii(REAL_TIME.slice(0, -2) + MINUTE)))).toEqual(['frame', 'no-line-end', 'frame'])
    expect(kinds(eventsOf(ascii(`${REAL_TIME.slice(0, -2)}\n${MINUTE}`)))).toEqual(['frame', 'frame'])
  })

  test('counts garbage, shows its beginning, and goes on behind it', () => {
    const noise = 'x'.repeat(5000)
    expect(eventsOf(ascii(noise + DATA_REPLY))).toEqual([
      { kind: 'garbage', count: 5000, sample: 'x'.repeat(64) },
      { kind: 'frame', segment: DATA_REPLY.slice(6, -6), notes: [] },
    ])
    expect(kinds(eventsOf(ascii(`#${DATA_REPLY}`)))).toEqual(['garbage', 'frame'])
    const splitter = createSplitter()
    splitter.feed(ascii(`${noise}#`))
    expect([splitter.garbage(), splitter.waiting()]).toEqual([5000, 1])
  })

  test('goes on at the next beginning after a frame that was cut off, too long, or has no length', () => {
    expect(kinds(eventsOf(ascii(REAL_TIME.slice(0, 200) + MINUTE)))).toEqual(['cut', 'frame'])
    expect(kinds(eventsOf(ascii(REAL_TIME.replace('##0366', '##9366') + MINUTE)))).toEqual(['cut', 'frame'])
    expect(kinds(eventsOf(ascii(REAL_TIME.replace('##0366', '##0266') + MINUTE)))).toEqual(['crc', 'garbage', 'frame'])
    expect(kinds(eventsOf(ascii(REAL_TIME.replace('##0366', '##O366') + MINUTE)))).toEqual([
      'length',
      'garbage',
      'frame',
    ])
    expect(kinds(eventsOf(ascii(REAL_TIME.replace('##0366', '##0003') + MINUTE)))).toEqual([
      'length',
      'garbage',
      'frame',
    ])
    expect(kinds(eventsOf(ascii(REAL_TIME.replace('63.2', '63.3') + MINUTE)))).toEqual(['crc', 'frame'])
  })

  test('never keeps more than one frame, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 3000 }), fc.constant(ascii(`##9999${'Q'.repeat(2000)}`))), {
          maxLength: 12,
        }),
        fc.integer({ min: 100, max: 2000 }),
        (chunks, maxSegment) => {
          const splitter = createSplitter({ maxSegment })
          for (const chunk of chunks) {
            splitter.feed(chunk)
            expect(splitter.waiting()).toBeLessThanOrEqual(maxSegment + 10)
          }
        },
      ),
    )
  })

  test('does not keep the bytes that it was given', () => {
    const splitter = createSplitter()
    const chunk = Uint8Array.from(ascii(REAL_TIME.slice(0, 100)))
    splitter.feed(chunk)
    chunk.fill(0x23)
    expect(kinds(splitter.feed(ascii(REAL_TIME.slice(100))))).toEqual(['frame'])
  })

  test('reads a length without leading zeros or with spaces, and a lower-case CRC, and says so', () => {
    expect(messageOf(SHORT_LENGTH).notes).toEqual(expect.arrayContaining(['length-short', 'crc-lower-case']))
    expect(messageOf(DATA_REPLY.replace('##0087', '##  87')).notes).toContain('length-padded')
    expect(messageOf(DATA_REPLY.replace('##0087', '##87')).notes).toContain('length-short')
  })

  test('rejects every error of one byte, or it changes nothing that was said', () => {
    const frame = ascii(MINUTE)
    const { notes: _, ...right } = messageOf(MINUTE)
    for (let at = 0; at < frame.length; at += 1)
      for (let byte = 0; byte < 256; byte += 1) {
        if (byte === frame[at]) continue
        const wrong = Uint8Array.from(frame)
        wrong[at] = byte
        for (const event of eventsOf(wrong, ascii(DATA_REPLY))) {
          if (event.kind !== 'frame' || event.segment === DATA_REPLY.slice(6, -6)) continue
          const parsed = parseSegment(event.segment, window, event.notes)
          if (parsed.kind === 'message') expect(parsed.message).toMatchObject(right)
        }
      }
  })

  test('reads the frame after any damage that left its own bytes alone', () => {
    fc.assert(
      fc.property(fc.nat(MINUTE.length - 1), fc.nat(40), fc.uint8Array({ maxLength: 30 }), (at, gone, put) => {
        const damaged = Buffer.concat([ascii(MINUTE.slice(0, at)), put, ascii(MINUTE.slice(at + gone)), ascii('\r\n')])
        const last = eventsOf(damaged, ascii(REAL_TIME)).at(-1)
        expect(last).toMatchObject({ kind: 'frame', segment: REAL_TIME.slice(6, -6) })
      }),
    )
  })
})
