import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Instant, instant } from '../../kernel/time.ts'
import {
  bootFrame,
  dataReplyFrame,
  frameOf,
  noticeReplyFrame,
  type ReadingToSend,
  requestReplyFrame,
  resultFrame,
  setIntervalFrame,
  setTimeFrame,
  timeRequestFrame,
  toSend,
  type UploadCommand,
  uploadFrames,
} from './build.ts'
import { COMMANDS, classOf, EXECUTION_RESULTS, QUALITY_FLAGS, REQUEST_RESULTS } from './commands.ts'
import { crcOf, crcText } from './crc.ts'
import { ALIASES, FACTORS, factorOf, likelyUnit, unitFactor } from './factors.ts'
import { createSplitter, type StreamEvent } from './frames.ts'
import { measure } from './measure.ts'
import { flagOf, type Message, type Parsed, parseSegment, replyCodeOf, windowAt } from './message.ts'
import { isDoubtful } from './notes.ts'
import { createReassembly } from './reassembly.ts'
import { instantOfWall, qnOf, wallMsOf, wallTextOf } from './wall-time.ts'

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const now = instant('2026-03-01T08:00:02+08:00')
const window = windowAt(now)

const REAL_TIME =
  '##0366QN=20260301080000001;ST=39;CN=2011;PW=123456;MN=500105JB0000000000000001;Flag=5;CP=&&DataTime=20260301080000;a34001-Rtd=217,a34001-Flag=N;a34002-Rtd=120,a34002-Flag=N;a34004-Rtd=66,a34004-Flag=N;LA-Rtd=63.2,LA-Flag=N;a01001-Rtd=12.6,a01001-Flag=N;a01002-Rtd=72,a01002-Flag=N;a01006-Rtd=98.120,a01006-Flag=N;a01007-Rtd=2.1,a01007-Flag=N;a01008-Rtd=120,a01008-Flag=N&&5F00\r\n'
const DATA_REPLY =
  '##0087QN=20260301080000001;ST=91;CN=9014;PW=123456;MN=500105JB0000000000000001;Flag=4;CP=&&&&E541\r\n'
const MINUTE =
  '##0168QN=20260301080000002;ST=39;CN=2051;PW=123456;MN=500105JB0000000000000001;Flag=5;CP=&&DataTime=20260301080000;a34002-Min=88,a34002-Avg=101,a34002-Max=133,a34002-Flag=N&&9FC1\r\n'
const REQUEST_REPLY =
  '##0094QN=20260301080000003;ST=91;CN=9011;PW=123456;MN=500105JB0000000000000001;Flag=4;CP=&&QnRtn=1&&4380\r\n'

/** Frames of devices and test suites in public repositories, as found there. */
const LA_TD =
  '##0367QN=20200814151600001;ST=22;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=7;CP=&&DataTime=20200814151600;LA-td=50.1,LA-Flag=N;a34004-Rtd=207,a34004-Flag=N;a34002-Rtd=295,a34002-Flag=N;a01001-Rtd=12.6,a01001-Flag=N;a01002-Rtd=32,a01002-Flag=N;a01006-Rtd=101.02,a01006-Flag=N;a01007-Rtd=2.1,a01007-Flag=N;a01008-Rtd=120,a01008-Flag=N;a34001-Rtd=217,a34001-Flag=N;&&5CC0\r\n'
const INTERVAL =
  '##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n'
const SHORT_LENGTH =
  '##453QN=20160801085000001;ST=22;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=7;CP=&&DataTime=20160801084000;a21005-Rtd=1.1,a21005-Flag=N;a21004-Rtd=112,a21004-Flag=N;a21026-Rtd=58,a21026-Flag=N;LA-td=50.1,LA-Flag=N;a34004-Rtd=207,a34004-Flag=N;a34002-Rtd=295,a34002-Flag=N;a01001-Rtd=12.6,a01001-Flag=N;a01002-Rtd=32,a01002-Flag=N;a01006-Rtd=101.02,a01006-Flag=N;a01007-Rtd=2.1,a01007-Flag=N;a01008-Rtd=120,a01008-Flag=N;a34001-Rtd=217,a34001-Flag=N;&&c0c1'
const SHORT_MN =
  '##0349QN=20211021095827821;ST=22;CN=2011;PW=123456;MN=YD4210001;Flag=4;CP=&&DataTime=20211021095827;a01001-Rtd=13.9,a01001-Flag=N;a01002-Rtd=65.8,a01002-Flag=N;a010061-Rtd=1.03,a010061-Flag=N;a01007-Rtd=0.3,a01007-Flag=N;a01008-Rtd=92.6,a01008-Flag=N;a80001-Rtd=39.36,a80001-Flag=N;a81001-Rtd=30.4614278,a81001-Flag=N;a81002-Rtd=114.392925,a81002-Flag=N&&8801\r\n'
const EMPTY_MN =
  '##0116QN=20220814021304000;ST=22;CN=2011;PW=123456;MN=;Flag=5;CP=&&DataTime=20220814021304;a50001-Rtd=0.00,a50001-Flag=B&&06C0\r\n'
/** Segments of the 2005 dialect; the frames around them were made here. */
const OLD_NOISE =
  'ST=22;CN=2011;PW=123456;MN=JH0201712SD8763;CP=&&DataTime=20180114002828;PM25-Rtd=15.4,PM25-Flag=N;PM10-Rtd=31.7,PM10-Flag=N;TSP-Rtd=75.0,TSP-Flag=N;TEM-Rtd=10,TEM-Flag=N;RH-Rtd=0,RH-Flag=N;WS-Rtd=0,WS-Flag=N;WD-Rtd=0,WD-Flag=N;NOIS-Rtd=46.3,NOIS=N&&'
const OLD_WITHOUT_FLAGS =
  'ST=22;CN=2011;PW=123456;MN=8888888826462285;CP=&&DataTime=20211006030527;TEMP-Rtd=22.0;HUMI-Rtd=43.5;PM25-Rtd=2.0;CO2-Rtd=405.0;CH2O-Rtd=0.008;VOC-Rtd=0.052;&&'

const eventsOf = (...chunks: readonly Uint8Array[]): StreamEvent[] => {
  const splitter = createSplitter()
  return chunks.flatMap((chunk) => [...splitter.feed(chunk)])
}
const parsedOf = (frame: string | Uint8Array, at = window): Parsed => {
  const [event, ...rest] = eventsOf(typeof frame === 'string' ? ascii(frame) : frame)
  if (event?.kind !== 'frame' || rest.length > 0) throw new Error(`not one frame: ${JSON.stringify([event, ...rest])}`)
  return parseSegment(event.segment, at, event.notes)
}
const messageOf = (frame: string | Uint8Array, at = window): Message => {
  const parsed = parsedOf(frame, at)
  if (parsed.kind === 'fault') throw new Error(`fault: ${parsed.reason}`)
  return parsed.message
}
const segmentMessage = (segment: string, at = window): Message => messageOf(frameOf(segment), at)
const head = 'QN=20260301080000001;ST=39;CN=2011;PW=123456;MN=500105JB0000000000000001;Flag=5;'
const cpMessage = (cp: string, header = head): Message => segmentMessage(`${header}CP=&&${cp}&&`)
const readingsOf = (message: Message): Record<string, unknown> =>
  Object.fromEntries([...message.readings].map(([code, reading]) => [code, reading]))

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

describe('a message', () => {
  test('of the 2017 edition is read whole', () => {
    const message = messageOf(REAL_TIME)
    expect(message).toMatchObject({
      qn: '20260301080000001',
      st: '39',
      cn: '2011',
      class: 'real-time',
      pw: '123456',
      mn: '500105JB0000000000000001',
      flag: { raw: 5, version: '2017', split: false, answer: true },
      pnum: null,
      pno: null,
      dataTime: '2026-03-01T00:00:00.000Z',
      notes: [],
    })
    expect(Object.keys(readingsOf(message))).toEqual([
      'a34001',
      'a34002',
      'a34004',
      'LA',
      'a01001',
      'a01002',
      'a01006',
      'a01007',
      'a01008',
    ])
    expect(message.readings.get('a01006')).toEqual({
      code: 'a01006',
      rtd: 98.12,
      min: null,
      avg: null,
      max: null,
      cou: null,
      flag: 'N',
      extra: null,
    })
    expect(messageOf(MINUTE)).toMatchObject({ class: 'minute', notes: [] })
    expect(messageOf(MINUTE).readings.get('a34002')).toMatchObject({ min: 88, avg: 101, max: 133, rtd: null })
    expect(messageOf(DATA_REPLY)).toMatchObject({ class: 'data-reply', flag: { answer: false }, notes: [] })
    expect(replyCodeOf(messageOf(REQUEST_REPLY))).toBe(1)
    expect(messageOf(INTERVAL).params).toEqual(new Map([['RtdInterval', '30']]))
  })

  test('of a device with several errors at once is read, each noted', () => {
    const message = messageOf(LA_TD, windowAt(instant('2020-08-14T15:16:05+08:00')))
    expect([...message.notes].sort()).toEqual(['cp-separator-at-end', 'split-without-numbers', 'suffix-misspelt'])
    expect(message.readings.get('LA')).toMatchObject({ rtd: 50.1, flag: 'N' })
    expect(message.readings.get('a34001')).toMatchObject({ rtd: 217 })
    expect(message.readings.size).toBe(9)
  })

  test('of the 2005 dialect is read: no QN, no Flag, own codes, flags without a suffix', () => {
    const noise = segmentMessage(OLD_NOISE)
    expect(noise).toMatchObject({ qn: null, flag: { raw: null, version: '2005', answer: false } })
    expect(noise.notes).toEqual(expect.arrayContaining(['no-qn', 'no-flag', 'flag-without-suffix', 'data-time-old']))
    expect(noise.readings.get('NOIS')).toMatchObject({ rtd: 46.3, flag: 'N' })
    const bare = segmentMessage(OLD_WITHOUT_FLAGS)
    expect(bare.notes).toEqual(expect.arrayContaining(['item-flag-missing', 'mn-length', 'cp-separator-at-end']))
    expect(bare.readings.get('PM25')).toMatchObject({ rtd: 2, flag: null })
  })

  test('is read in whatever order and case its parts come, and of an edition not yet known', () => {
    const message = segmentMessage(
      'MN=YD4210001;Flag=9;pw=123456;CN=2011;ST=22;QN=20260301080000001;New=1;CP=&&a34001-Rtd=217;DataTime=20260301080000&&',
    )
    expect(message).toMatchObject({ mn: 'YD4210001', pw: '123456', flag: { version: 'later', answer: true } })
    expect(message.dataTime).toBe('2026-03-01T00:00:00.000Z')
    expect([...message.notes].sort()).toEqual(['item-flag-missing', 'later-version', 'mn-length', 'unknown-field'])
    expect(messageOf(SHORT_MN).notes).toContain('mn-length')
  })

  test('may carry the Flag of its header among the data, or one quality for all', () => {
    const header = head.replace('Flag=5;', '')
    expect(cpMessage('Flag=5;DataTime=20260301080000;a34001-Rtd=1,a34001-Flag=N', header)).toMatchObject({
      flag: { raw: 5, answer: true },
      notes: ['flag-in-cp'],
    })
    const all = cpMessage('DataTime=20260301080000;Flag=D;a34001-Rtd=1;a34002-Rtd=2,a34002-Flag=N')
    expect([all.readings.get('a34001')?.flag, all.readings.get('a34002')?.flag]).toEqual(['D', 'N'])
    const own = cpMessage('DataTime=20260301080000;a34001-Rtd=1,Flag=d;a34002-Rtd=2,a34002-Flag=N')
    expect([own.readings.get('a34001')?.flag, own.readings.get('a34002')?.flag]).toEqual(['D', 'N'])
  })

  test('may leave out suffixes of known factors', () => {
    expect(cpMessage('DataTime=20260301080000;a34001=217').readings.get('a34001')?.rtd).toBe(217)
    const minute = cpMessage('DataTime=20260301080000;a34001=217', head.replace('2011', '2051'))
    expect(minute.readings.get('a34001')).toMatchObject({ rtd: null, avg: 217 })
    expect(minute.notes).toContain('suffix-missing')
  })

  test('with figures that are none keeps the others', () => {
    const message = cpMessage(
      'DataTime=20260301080000;a34001-Rtd=--,a34001-Flag=B;a34002-Rtd=NaN,a34002-Flag=B;a34004-Rtd=,a34004-Flag=N;LA-Rtd=63.2,LA-Flag=N,LA-Rtd=1;=3;x',
    )
    expect(message.readings.get('a34001')).toMatchObject({ rtd: null, flag: 'B' })
    expect(message.readings.get('LA')).toMatchObject({ rtd: 63.2 })
    expect([...message.notes].sort()).toEqual(['item-malformed', 'not-a-number', 'repeated-value'])
  })

  test('reads decimal figures to the nearest number, however they are written', () => {
    const figure = (text: string): number | null | undefined =>
      cpMessage(`DataTime=20260301080000;a34001-Rtd=${text},a34001-Flag=N`).readings.get('a34001')?.rtd
    fc.assert(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.nat(12), (value, places) => {
        expect(figure(value.toFixed(places))).toBe(Number(value.toFixed(places)))
      }),
    )
    expect([figure('+1.50'), figure('.5'), figure('5.'), figure('63.20000000000000284')]).toEqual([1.5, 0.5, 5, 63.2])
    for (const text of ['1e5', '0x10', ' 1', '1.2.3', '-', '.', '9'.repeat(30)]) expect(figure(text)).toBeNull()
  })

  test('without an owner, a command or data is a fault', () => {
    expect(parsedOf(EMPTY_MN)).toEqual({ kind: 'fault', reason: 'no-mn' })
    const reason = (segment: string): string => {
      const parsed = parseSegment(segment, window)
      return parsed.kind === 'fault' ? parsed.reason : 'none'
    }
    expect(reason('ST=22;MN=YD4210001;CP=&&&&')).toBe('no-cn')
    expect(reason('ST=22;CN=2011;MN=YD4210001;')).toBe('no-data')
    expect(reason('CN=2011;MN=YD4210001;CP=&&DataTime=20260301080000;')).toBe('no-end')
    expect(reason('CN=2011;MN=YD4210001;CP=&&')).toBe('no-end')
    expect(reason('CN=2011;MN=YD4210001;CP=&&&&')).toBe('none')
  })

  test('whose times are impossible, ahead or old is doubted', () => {
    const at = (time: string): Message => cpMessage(`DataTime=${time};a34001-Rtd=1,a34001-Flag=N`)
    expect([at('20260301080000'), at('20260301081000'), at('20260201090000')].map(({ notes }) => notes)).toEqual([
      [],
      [],
      [],
    ])
    expect(at('20260301081100').notes).toEqual(['data-time-ahead'])
    expect(at('20260101080000').notes).toEqual(['data-time-old'])
    expect(at('20260230080000')).toMatchObject({ dataTime: null, notes: ['data-time-malformed'] })
    expect(
      [at('20260301081100'), at('20260101080000'), at('20260230080000')].every(({ notes }) => isDoubtful(notes)),
    ).toBe(true)
    expect(isDoubtful(at('20260301080000').notes)).toBe(false)
    expect(cpMessage('a34001-Rtd=1,a34001-Flag=N').notes).toEqual(['no-data-time'])
    expect(cpMessage('', head.replace('20260301080000001', '20160801085000001')).notes).toEqual(['qn-implausible'])
    expect(cpMessage('', head.replace('20260301080000001', '12')).notes).toEqual(['qn-malformed'])
  })

  test('is never the cause of a crash', () => {
    const token = fc.constantFrom(
      'CP=&&',
      '&&',
      ';',
      ',',
      '=',
      '-',
      'MN=1',
      'CN=2011',
      'Flag',
      'Rtd',
      'a34001',
      '#',
      '5',
    )
    const soup = fc
      .array(fc.oneof(token, fc.string({ maxLength: 5 })), { maxLength: 40 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(soup, (text) => {
        const parsed = parseSegment(`CN=2011;MN=1;${text}CP=&&${text}&&`, window)
        if (parsed.kind !== 'message') return
        measure(parsed.message)
        expect(eventsOf(dataReplyFrame(parsed.message, now))[0]?.kind).toBe('frame')
      }),
      { numRuns: 1000 },
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(REAL_TIME.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const bytes = Uint8Array.from(ascii(REAL_TIME))
        for (const [at, byte] of changes) bytes[at] = byte
        // The segment goes to the parser even where the CRC would have stopped it.
        const parsed = parseSegment(textOf(bytes.subarray(6, -6)), window)
        if (parsed.kind === 'message') measure(parsed.message)
      }),
      { numRuns: 500 },
    )
  })
})

describe('flags and codes', () => {
  test('of a message: version in the upper six bits, split, answer', () => {
    expect([0, 1, 4, 5, 7, 8].map((raw) => flagOf(raw))).toEqual([
      { raw: 0, version: '2005', split: false, answer: false },
      { raw: 1, version: '2005', split: false, answer: true },
      { raw: 4, version: '2017', split: false, answer: false },
      { raw: 5, version: '2017', split: false, answer: true },
      { raw: 7, version: '2017', split: true, answer: true },
      { raw: 8, version: 'later', split: false, answer: false },
    ])
  })

  test('are unique, and what is not in the table is unknown', () => {
    expect(new Set(COMMANDS.map(({ cn }) => cn)).size).toBe(COMMANDS.length)
    expect([classOf('2061'), classOf('9014'), classOf('2081'), classOf('7777')]).toEqual([
      'hour',
      'data-reply',
      'boot',
      'unknown',
    ])
    expect(Object.keys(REQUEST_RESULTS)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '100'])
    expect(Object.keys(EXECUTION_RESULTS)).toEqual(['1', '2', '3', '4', '5', '6', '100'])
    expect(Object.keys(QUALITY_FLAGS).sort().join('')).toBe('BCDFMNST')
  })
})

describe('wall time', () => {
  test('is Asia/Shanghai, and there and back the same', () => {
    expect(new Date(wallMsOf('20260301080000001')).toISOString()).toBe('2026-03-01T00:00:00.001Z')
    expect(new Date(wallMsOf('20260301240000')).toISOString()).toBe('2026-03-01T16:00:00.000Z')
    expect(new Date(wallMsOf('202603010800')).toISOString()).toBe('2026-03-01T00:00:00.000Z')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2099, 0, 1) }), (ms) => {
        const at = new Date(ms).toISOString() as Instant
        expect(wallMsOf(qnOf(at))).toBe(ms)
        const text = wallTextOf(at)
        expect(instantOfWall(text, wallMsOf(text))).toBe(`${at.slice(0, 19)}.000Z`)
      }),
    )
    expect(instantOfWall('20260301240000', wallMsOf('20260301240000'))).toBe('2026-03-01T16:00:00.000Z')
  })

  test('that does not exist is none', () => {
    for (const text of [
      '',
      '2026',
      '20260230000000',
      '20261301000000',
      '20260301250000',
      '20260301246000',
      '2026030108000x',
    ])
      expect(wallMsOf(text)).toBeNaN()
  })
})

describe('frames that are built', () => {
  const site = { st: '39', pw: '123456', mn: '500105JB0000000000000001' }
  const dataTime = instant('2026-03-01T08:00:00+08:00')
  const flagged = (code: string, rtd: number | string): ReadingToSend => ({ code, rtd, flag: 'N' })

  test('have the bytes of the vectors', () => {
    const upload = uploadFrames({
      ...site,
      cn: '2011',
      qn: '20260301080000001',
      dataTime,
      answer: true,
      readings: [
        flagged('a34001', 217),
        flagged('a34002', 120),
        flagged('a34004', 66),
        flagged('LA', 63.2),
        flagged('a01001', 12.6),
        flagged('a01002', 72),
        flagged('a01006', '98.120'),
        flagged('a01007', 2.1),
        flagged('a01008', 120),
      ],
    })
    expect(upload.map(textOf)).toEqual([REAL_TIME])
    const minute = uploadFrames({
      ...site,
      cn: '2051',
      qn: '20260301080000002',
      dataTime,
      answer: true,
      readings: [{ code: 'a34002', min: 88, avg: 101, max: 133, flag: 'N' }],
    })
    expect(minute.map(textOf)).toEqual([MINUTE])
    expect(textOf(dataReplyFrame(messageOf(REAL_TIME), now))).toBe(DATA_REPLY)
    expect(textOf(requestReplyFrame({ ...messageOf(REAL_TIME), qn: '20260301080000003' }, 1, now))).toBe(REQUEST_REPLY)
    const interval = setIntervalFrame({
      st: '32',
      pw: '100000',
      mn: '010000A8900016F000169DC0',
      qn: '20160801085857223',
      cn: '1062',
      interval: 30,
    })
    expect(textOf(interval)).toBe(INTERVAL)
  })

  test('answer and command as the standard says', () => {
    const to = messageOf(REAL_TIME)
    expect(messageOf(noticeReplyFrame(to, now))).toMatchObject({ cn: '9013', st: '91', qn: to.qn, notes: [] })
    expect(replyCodeOf(messageOf(resultFrame(to, 100, now)))).toBe(100)
    const qn = '20260301080000009'
    expect(messageOf(timeRequestFrame({ ...site, qn, polId: 'a34001' }))).toMatchObject({
      class: 'time-request',
      flag: { answer: true },
      params: new Map([['PolId', 'a34001']]),
    })
    expect(messageOf(timeRequestFrame({ ...site, qn })).params.size).toBe(0)
    expect(messageOf(setTimeFrame({ ...site, qn, systemTime: now })).params).toEqual(
      new Map([['SystemTime', '20260301080002']]),
    )
    expect(messageOf(bootFrame({ ...site, qn, dataTime, restartTime: dataTime }))).toMatchObject({
      class: 'boot',
      dataTime,
      params: new Map([['RestartTime', '20260301080000']]),
    })
  })

  test('answer a message without a request number, and one of the 2005 edition in its own', () => {
    const answer = messageOf(dataReplyFrame(segmentMessage(OLD_NOISE), now))
    expect(answer).toMatchObject({ qn: '20260301080002000', flag: { raw: 0 } })
  })

  test('read as what was sent, in as many parts as needed, whatever was sent', () => {
    const figure = fc.option(
      fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => Number(value.toFixed(3))),
      { nil: undefined },
    )
    const codes = FACTORS.map(({ code }) => code)
    const sent = fc.uniqueArray(
      fc.record({ code: fc.constantFrom(...codes), rtd: figure, min: figure, avg: figure, max: figure, cou: figure }),
      { selector: ({ code }) => code, minLength: 1, maxLength: codes.length },
    )
    const cn = fc.constantFrom<UploadCommand>('2011', '2021', '2031', '2041', '2051', '2061')
    fc.assert(
      fc.property(sent, cn, fc.boolean(), (list, command, answer) => {
        const readings = list.map((each): ReadingToSend => {
          const { code, rtd = 1, min, avg, max, cou } = each
          return {
            code,
            rtd,
            flag: 'N',
            ...(min === undefined ? {} : { min }),
            ...(avg === undefined ? {} : { avg }),
            ...(max === undefined ? {} : { max }),
            ...(cou === undefined ? {} : { cou }),
          }
        })
        const frames = uploadFrames({ ...site, cn: command, qn: '20260301080000001', dataTime, answer, readings })
        const reassembly = createReassembly()
        const states = frames.map((frame) => reassembly.add(messageOf(frame), now))
        const last = states.at(-1)
        expect(states.slice(0, -1).every(({ kind }) => kind === 'waiting')).toBe(true)
        if (last?.kind !== 'whole') throw new Error('not whole')
        expect(last.message).toMatchObject({ cn: command, dataTime, notes: [], flag: { answer } })
        expect([...last.message.readings.values()].map(toSend)).toEqual(readings)
        for (const frame of frames) expect(frame.length).toBeLessThanOrEqual(1024 + 12)
      }),
    )
  })

  test('never carry what would break them', () => {
    const built = (change: object): unknown =>
      uploadFrames({ ...site, cn: '2011', qn: '1', dataTime, answer: true, readings: [], ...change })
    expect(() => built({ mn: 'a;b' })).toThrow(RangeError)
    expect(() => built({ pw: '##' })).toThrow(RangeError)
    expect(() => built({ readings: [flagged('a34001', Number.NaN)] })).toThrow(RangeError)
    expect(() => built({ readings: [flagged('粉尘', 1)] })).toThrow(RangeError)
    expect(() => frameOf('x'.repeat(10_000))).toThrow(RangeError)
  })
})

describe('messages in parts', () => {
  const part = (pno: number, pnum: number, cp: string, time = '20260301080000'): Message =>
    segmentMessage(
      `QN=2026030108000000${pno};ST=39;CN=2051;PW=1;MN=YD4210001;Flag=7;PNUM=${pnum};PNO=${pno};CP=&&DataTime=${time};${cp}&&`,
    )
  const one = part(1, 2, 'a34001-Avg=1,a34001-Min=0')
  const two = part(2, 2, 'a34001-Max=3,a34001-Flag=N;LA-Avg=60,LA-Flag=N')

  test('become one in whatever order they come, a repeated part counted once', () => {
    for (const order of [
      [one, two],
      [two, one],
    ]) {
      const reassembly = createReassembly()
      const states = [order[0], order[0], order[1]].map((message) => reassembly.add(message as Message, now))
      expect(states.map(({ kind }) => kind)).toEqual(['waiting', 'repeated', 'whole'])
      const last = states[2]
      if (last?.kind !== 'whole') throw new Error('not whole')
      expect(last.message.readings.get('a34001')).toMatchObject({ avg: 1, min: 0, max: 3, flag: 'N' })
      expect([...last.message.readings.keys()]).toEqual(['a34001', 'LA'])
      expect(reassembly.expire(instant('2027-01-01T00:00:00Z'))).toEqual([])
    }
  })

  test('of different times stay apart; what never came whole is given up with what is there', () => {
    const reassembly = createReassembly({ waitMs: 1000 })
    expect(reassembly.add(one, now).kind).toBe('waiting')
    expect(reassembly.add(part(2, 2, 'LA-Avg=60', '20260301080100'), now).kind).toBe('waiting')
    expect(reassembly.expire(now)).toEqual([])
    const gone = reassembly.expire(instant('2026-03-01T08:00:04+08:00'))
    expect(gone.map(({ parts }) => parts.map(({ pno }) => pno))).toEqual([[1], [2]])
  })

  test('never fill the memory', () => {
    const reassembly = createReassembly({ maxOpen: 3 })
    for (let minute = 10; minute < 30; minute += 1)
      reassembly.add(part(1, 2, 'LA-Avg=1', `2026030108${minute}00`.slice(0, 14)), now)
    expect(reassembly.expire(instant('2027-01-01T00:00:00Z')).length).toBeLessThanOrEqual(6)
  })

  test('that carry no numbers are whole', () => {
    expect(createReassembly().add(messageOf(LA_TD), now).kind).toBe('whole')
  })
})

describe('measurements', () => {
  test('have the metric and unit of the platform, whatever code and unit the device uses', () => {
    const message = cpMessage(
      'DataTime=20260301080000;a34002-Rtd=0.12,a34002-Flag=N;NOIS-Rtd=63.2,NOIS-Flag=N;X9-Rtd=7',
    )
    expect(measure(message, { units: { a34002: 'mg/m3' }, codes: { X9: 'a01006' } }).measurements).toEqual([
      {
        metric: 'pm10',
        code: 'a34002',
        unit: 'ug/m3',
        value: 120,
        min: null,
        max: null,
        quality: 'normal',
        doubt: null,
      },
      {
        metric: 'noise',
        code: 'NOIS',
        unit: 'dB(A)',
        value: 63.2,
        min: null,
        max: null,
        quality: 'normal',
        doubt: null,
      },
      {
        metric: 'pressure',
        code: 'X9',
        unit: 'kPa',
        value: 7,
        min: null,
        max: null,
        quality: 'unsaid',
        doubt: 'range',
      },
    ])
    expect(measure(message).unknownCodes).toEqual(['X9'])
    expect(measure(messageOf(MINUTE)).measurements).toMatchObject([{ value: 101, min: 88, max: 133, doubt: null }])
    expect(() => measure(message, { units: { a34002: 'kPa' } })).toThrow(RangeError)
  })

  test('that the device itself calls faulty, or that cannot be, are doubted', () => {
    const doubt = (items: string): unknown =>
      measure(cpMessage(`DataTime=20260301080000;${items}`)).measurements[0]?.doubt
    expect(doubt('a34001-Rtd=5,a34001-Flag=D')).toBe('quality')
    expect(doubt('a34001-Rtd=5,a34001-Flag=Z')).toBe('quality')
    expect(doubt('a34001-Rtd=5,a34001-Flag=T')).toBeNull()
    expect(doubt('a01002-Rtd=101,a01002-Flag=N')).toBe('range')
    expect(doubt('a34001-Rtd=-1,a34001-Flag=N')).toBe('range')
    expect(doubt('a34001-Avg=5,a34001-Min=6,a34001-Flag=N')).toBe('order')
    expect(doubt('a01008-Avg=5,a01008-Min=10,a01008-Max=350,a01008-Flag=N')).toBeNull()
  })

  test('come from uploads of values only', () => {
    expect(measure(messageOf(REAL_TIME)).measurements).toHaveLength(9)
    expect(measure(messageOf(DATA_REPLY)).measurements).toEqual([])
  })

  test('show by their median when a device sends another unit than its model', () => {
    const pm10 = factorOf('a34002')
    const pressure = factorOf('a01006')
    if (pm10 === undefined || pressure === undefined) throw new Error('missing factor')
    expect([likelyUnit(pm10, 85), likelyUnit(pm10, 0.085), likelyUnit(pm10, 85_000)]).toEqual([
      'ug/m3',
      'mg/m3',
      'ng/m3',
    ])
    expect([likelyUnit(pressure, 98), likelyUnit(pressure, 980), likelyUnit(pressure, 98_000)]).toEqual([
      'kPa',
      'hPa',
      'Pa',
    ])
    expect(likelyUnit(pressure, 5)).toBeNull()
  })

  test('use a table without double codes, each alias meaning a code of it', () => {
    expect(new Set(FACTORS.map(({ code }) => code)).size).toBe(FACTORS.length)
    expect(new Set(FACTORS.map(({ metric }) => metric)).size).toBe(FACTORS.length)
    for (const [alias, code] of Object.entries(ALIASES)) expect(factorOf(alias)?.code).toBe(code)
    for (const { range, typical } of FACTORS) {
      expect(range[0]).toBeLessThanOrEqual(typical[0])
      expect(range[1]).toBeGreaterThanOrEqual(typical[1])
    }
    expect(unitFactor('ng/m3', 'ug/m3')).toBe(0.001)
    expect(() => unitFactor('dB(A)', 'kPa')).toThrow(RangeError)
  })
})
