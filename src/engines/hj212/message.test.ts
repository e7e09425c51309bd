import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Instant, instant } from '../../kernel/time.ts'
import { dataReplyFrame } from './build.ts'
import { COMMANDS, classOf, EXECUTION_RESULTS, QUALITY_FLAGS, REQUEST_RESULTS } from './commands.ts'
import {
  ascii,
  cpMessage,
  DATA_REPLY,
  EMPTY_MN,
  eventsOf,
  head,
  INTERVAL,
  LA_TD,
  MINUTE,
  messageOf,
  now,
  OLD_NOISE,
  OLD_WITHOUT_FLAGS,
  parsedOf,
  REAL_TIME,
  REQUEST_REPLY,
  readingsOf,
  SHORT_MN,
  segmentMessage,
  textOf,
  window,
} from './fixtures.testing.ts'
import { measure } from './measure.ts'
import { flagOf, type Message, parseSegment, replyCodeOf, windowAt } from './message.ts'
import { isDoubtful } from './notes.ts'
import { instantOfWall, qnOf, wallMsOf, wallTextOf } from './wall-time.ts'

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
