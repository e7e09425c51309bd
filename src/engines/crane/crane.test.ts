import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instant, instantFromMs } from '../../kernel/time.ts'
import { type LiftingCodec, liftingCodecs } from './codec.ts'
import { crc16, encodeFrame, frameCodec } from './frame.ts'
import { jsonCodec } from './json.ts'
import { alarmsOf, type CraneReport, craneAlarms, craneAlarmWords, hoistAlarms } from './model.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const receivedAt = instant('2026-03-01T00:00:01.000Z')
const report: CraneReport = {
  kind: 'crane',
  craneId: 'TC-01',
  at: instant('2026-03-01T00:00:00.000Z'),
  seq: 7,
  heightM: 42.5,
  radiusM: 31.2,
  slewDeg: 270.5,
  loadT: 3.25,
  momentPercent: 88.1,
  windMps: 7.9,
  tiltDeg: -0.35,
  driverId: 'D9',
  alarms: craneAlarms.moment | craneAlarms.wind,
}
const decode = (codec: LiftingCodec, bytes: Uint8Array) => codec.open().push(bytes, receivedAt)

const quantity = (min: number, max: number, unit: number): fc.Arbitrary<number | null> =>
  fc.option(fc.integer({ min: min * unit, max: max * unit }).map((value) => value / unit))
const anyReport: fc.Arbitrary<CraneReport> = fc.record({
  kind: fc.constant('crane' as const),
  craneId: fc.stringMatching(/^[!-~]{1,64}$/),
  at: fc
    .integer({ min: -600_000, max: 200_000 })
    .map((ms) =>
      instantFromMs(
        Date.parse(receivedAt) + ms * 1000 < Date.parse(receivedAt) + 300_000
          ? Date.parse(receivedAt) + ms * 1000
          : Date.parse(receivedAt),
      ),
    ),
  seq: fc.nat({ max: 0xffffffff }),
  heightM: quantity(-50, 1000, 10),
  radiusM: quantity(0, 120, 10),
  slewDeg: quantity(0, 360, 10),
  loadT: quantity(-1, 300, 100),
  momentPercent: quantity(0, 300, 10),
  windMps: quantity(0, 80, 10),
  tiltDeg: quantity(-45, 45, 100),
  driverId: fc.option(fc.stringMatching(/^[!-~]{1,64}$/)),
  alarms: fc.nat({ max: 0xffff }),
})

describe('the model', () => {
  test('names the bits that are set', () => {
    expect(alarmsOf(report.alarms, craneAlarms)).toEqual(['moment', 'wind'])
    expect(alarmsOf(hoistAlarms.people, hoistAlarms)).toEqual(['people'])
    expect(craneAlarmWords.moment.zh).toBe('力矩超限')
  })
  test('has one bit for each alarm', () => {
    for (const table of [craneAlarms, hoistAlarms]) {
      const bits = Object.values(table)
      expect(new Set(bits).size).toBe(bits.length)
      for (const bit of bits) expect(Math.log2(bit) % 1).toBe(0)
    }
  })
})

describe('codecs', () => {
  test('are found by name, and no two have one name', () => {
    const codecs = liftingCodecs([jsonCodec, frameCodec])
    expect(codecs.names).toEqual(['json', 'mz-frame-1'])
    expect(codecs.find('mz-frame-1')).toBe(frameCodec)
    expect(codecs.find('vendor')).toBeNull()
    expect(() => liftingCodecs([jsonCodec, jsonCodec])).toThrow()
  })
})

describe('JSON', () => {
  test('is one report or many, of cranes and hoists', () => {
    const crane =
      '{"craneId":"TC-01","ts":1772323200000,"seq":7,"height":42.5,"radius":31.2,"slew":270.5,"load":3.25,"momentPercent":88.1,"wind":7.9,"tilt":-0.35,"driverId":"D9","alarms":6}'
    expect(decode(jsonCodec, utf8(crane))).toEqual({ reports: [report], faults: 0 })
    const both = decode(jsonCodec, utf8(`[${crane},{"hoistId":"H1","people":5,"speed":0.6},{"x":1}]`))
    expect(both.faults).toBe(1)
    expect(both.reports[1]).toEqual({
      kind: 'hoist',
      hoistId: 'H1',
      at: receivedAt,
      seq: 0,
      heightM: null,
      speedMps: 0.6,
      loadT: null,
      people: 5,
      windMps: null,
      tiltDeg: null,
      driverId: null,
      alarms: 0,
    })
  })
  test('leaves out what cannot be, and keeps the rest', () => {
    expect(decode(jsonCodec, utf8('{"craneId":"a","wind":900,"load":2,"ts":0}')).reports).toMatchObject([
      { windMps: null, loadT: 2, at: receivedAt },
    ])
  })
  test('of anything is never an exception', () => {
    fc.assert(fc.property(fc.json(), (json) => void decode(jsonCodec, utf8(json))))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => void decode(jsonCodec, bytes)))
    expect(decode(jsonCodec, utf8(`[${'1,'.repeat(600)}1]`))).toEqual({ reports: [], faults: 1 })
  })
})

describe('our frame', () => {
  test('has CRC-16/CCITT-FALSE', () => {
    expect(crc16(utf8('123456789'))).toBe(0x29b1)
  })
  test('has these bytes', () => {
    expect(Buffer.from(encodeFrame(report)).toString('hex').toUpperCase()).toBe(
      '4D5A01010023019CA6B1DC000000000701A901380A9101450371004FFFDD00060554432D30310244397473',
    )
    expect(decode(frameCodec, encodeFrame(report))).toEqual({ reports: [report], faults: 0 })
  })
  test('reads back whatever is reported, wherever it is cut, and between noise', () => {
    fc.assert(
      fc.property(
        fc.array(anyReport, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat({ max: 300 }), { maxLength: 8 }),
        fc.boolean(),
        (reports, cuts, noisy) => {
          const noise = noisy ? [0x00, 0x4d, 0x4d, 0x5a, 0xff] : []
          const whole = Uint8Array.from(reports.flatMap((each) => [...noise, ...encodeFrame(each)]))
          const stream = frameCodec.open()
          const edges = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length]
          const got = edges.slice(1).map((edge, at) => stream.push(whole.subarray(edges[at], edge), receivedAt))
          expect(got.flatMap((each) => each.reports)).toEqual(reports)
          expect(got.reduce((sum, each) => sum + each.faults, 0)).toBe(noisy ? reports.length : 0)
          expect(stream.waitingBytes()).toBe(0)
        },
      ),
    )
  })
  test('with a changed byte is never taken for a report', () => {
    const frame = encodeFrame(report)
    for (let at = 0; at < frame.length; at += 1)
      for (const flip of [1, 0x80, 0xff]) {
        const changed = frame.map((byte, index) => (index === at ? byte ^ flip : byte))
        expect(decode(frameCodec, changed).reports).toEqual([])
      }
  })
  test('of any bytes is never an exception, and little is kept', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.constant(Uint8Array.of(0x4d, 0x5a, 1, 1, 0, 90))), {
          maxLength: 20,
        }),
        (chunks) => {
          const stream = frameCodec.open()
          for (const chunk of chunks) stream.push(chunk, receivedAt)
          expect(stream.waitingBytes()).toBeLessThan(170)
        },
      ),
    )
  })
  test('refuses an id that does not fit', () => {
    expect(() => encodeFrame({ ...report, craneId: '塔机' })).toThrow(RangeError)
  })
})
