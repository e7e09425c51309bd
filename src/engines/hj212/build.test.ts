import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instant } from '../../kernel/time.ts'
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
import { ALIASES, FACTORS, factorOf, likelyUnit, unitFactor } from './factors.ts'
import {
  cpMessage,
  DATA_REPLY,
  INTERVAL,
  LA_TD,
  MINUTE,
  messageOf,
  now,
  OLD_NOISE,
  REAL_TIME,
  REQUEST_REPLY,
  segmentMessage,
  textOf,
} from './fixtures.testing.ts'
import { measure } from './measure.ts'
import { type Message, replyCodeOf } from './message.ts'
import { createReassembly } from './reassembly.ts'

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
