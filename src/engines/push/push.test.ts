import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeGb18030 } from '../wire/text.ts'
import { attendanceKey, directionOf, methodOf, readAttendance } from './attendance.ts'
import { dahuaCodes, readDahua } from './dahua.ts'
import { folding, SILENCE_MS } from './folding.ts'
import { type HikvisionMessage, readHikvision, readHikvisionJson, readHikvisionXml } from './hikvision.ts'
import { boundaryOf, multipartReader, type Part } from './multipart.ts'
import { PICTURE_MS, pairing } from './pairing.ts'
import { readWebhook, signWebhook, verifyWebhook, WEBHOOK_WINDOW_MS } from './webhook.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const cat = (...parts: readonly (Uint8Array | string)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...(typeof part === 'string' ? utf8(part) : part)]))
const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 13, 10, 45, 45, 13, 10, 0, 0xff, 0xd9)
const all = (
  contentType: string | null,
  body: Uint8Array,
  limits?: Parameters<typeof multipartReader>[1],
): readonly Part[] => {
  const reader = multipartReader(contentType, limits)
  return [...reader.push(body), ...reader.end()]
}

const alert = (more = '', state = 'active', type = 'fielddetection', count = 1): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\r\n<EventNotificationAlert version="2.0"><ipAddress>192.168.1.64</ipAddress><channelID>2</channelID><dateTime>2026-03-01T08:00:00+08:00</dateTime><activePostCount>${count}</activePostCount><eventType>${type}</eventType><eventState>${state}</eventState>${more}</EventNotificationAlert>`

describe('multipart', () => {
  const two =
    '--MIME_boundary\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{"a":1}\r\n--MIME_boundary\r\nContent-Type: image/jpeg\r\nContent-Length: 2\r\n\r\n'
  test('ends its parts at the boundary, whatever the declared lengths', () => {
    const parts = all('multipart/form-data; boundary=MIME_boundary', cat(two, jpeg, '\r\n--MIME_boundary--\r\n'))
    expect(parts.map(({ body }) => [...body])).toEqual([[...utf8('{"a":1}')], [...jpeg]])
    expect(parts[0]?.headers['content-type']).toBe('application/json')
  })
  test.each([
    ['declared wrongly', 'multipart/mixed; boundary=other'],
    ['declared with its dashes', 'multipart/mixed; boundary="--MIME_boundary"'],
    ['not declared', null],
  ])('with a boundary %s is read by the one it has', (_title, contentType) => {
    expect(all(contentType, cat(two, jpeg, '\r\n--MIME_boundary--'))).toHaveLength(2)
  })
  test('with bare line feeds, a byte order mark and no end is read', () => {
    const parts = all(null, cat('\uFEFF--b\nContent-Type: text/plain\n\none\n--b\n\ntwo'))
    expect(parts.map(({ body }) => textOf(body))).toEqual(['one', 'two'])
  })
  test('keeps text that only looks like its boundary', () => {
    expect(
      all('multipart/mixed; boundary=b', cat('--b\r\n\r\n x--b\r\n--bee\r\n--b--')).map(({ body }) => textOf(body)),
    ).toEqual([' x--b\r\n--bee'])
  })
  test('means the same wherever it is cut, also when parts are given early', () => {
    const wholes = [
      cat(two, jpeg, '\r\n--MIME_boundary--\r\n'),
      cat(
        '--b\r\nContent-Length: 3\r\n\r\none\r\n--b\r\nContent-Length: 5\r\n\r\none\r\n--b\r\nContent-Length: 2\r\n\r\ntwone\r\n\r\n--b\r\n\r\n--b--',
      ),
      cat('--b\r\nContent-Length: 8\r\n\r\none\r\n--b\r\n\r\nx\r\n--b'),
      cat('--b\r\n\r\n', 'y'.repeat(600), '\r\n--b\r\n\r\nok\r\n--b--'),
    ]
    const run = (bytes: Uint8Array, cuts: readonly number[]): readonly unknown[] => {
      const reader = multipartReader('x; boundary=b', { maxHeadBytes: 200, maxPartBytes: 300 }, (body) =>
        textOf(body).trimEnd().endsWith('one'),
      )
      const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length]
      const parts = edges.slice(1).flatMap((edge, at) => reader.push(bytes.subarray(edges[at], edge)))
      return [...parts, ...reader.end()].map(({ body, headers, tooLarge }) => [[...body], headers, tooLarge])
    }
    for (const whole of wholes) {
      const expected = run(whole, [])
      expect(expected.length).toBeGreaterThan(0)
      expect(run(whole, Array.from(whole.keys()))).toEqual(expected)
      fc.assert(
        fc.property(fc.array(fc.nat({ max: whole.length }), { maxLength: 10 }), (cuts) => {
          expect(run(whole, cuts)).toEqual(expected)
        }),
        { numRuns: 60 },
      )
    }
  })
  test('gives a whole part of text before the next boundary comes', () => {
    const reader = multipartReader('x; boundary=b', undefined, (body) => textOf(body).trimEnd().endsWith('}'))
    const parts = reader.push(utf8('--b\r\nContent-Length: 7\r\n\r\n{"a":1}'))
    expect(parts.map(({ body }) => textOf(body))).toEqual(['{"a":1}'])
    expect(reader.push(utf8('\r\n--b\r\nContent-Length: 7\r\n\r\n{"a":2}')).map(({ body }) => textOf(body))).toEqual([
      '{"a":2}',
    ])
    expect(reader.end()).toEqual([])
  })
  test('drops a part that is too large and goes on', () => {
    const parts = all('x; boundary=b', cat('--b\r\n\r\n', 'x'.repeat(5000), '\r\n--b\r\n\r\nok\r\n--b--'), {
      maxHeadBytes: 100,
      maxPartBytes: 1000,
    })
    expect(parts.map(({ body, tooLarge }) => [textOf(body), tooLarge])).toEqual([
      ['', true],
      ['ok', false],
    ])
  })
  test('holds a bounded number of bytes and never throws, whatever comes', () => {
    const limits = { maxHeadBytes: 300, maxPartBytes: 500 }
    const piece = fc.oneof(
      fc.constantFrom('--b', '--', '\r\n', '\n', 'Content-Length: 5\r\n', '\r\n\r\n', 'x'.repeat(400)).map(utf8),
      fc.uint8Array({ maxLength: 60 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const reader = multipartReader('x; boundary=b', limits)
        for (const each of pieces) {
          reader.push(each)
          expect(reader.waitingBytes()).toBeLessThanOrEqual(1200)
        }
        reader.end()
      }),
      { numRuns: 300 },
    )
  })
  test('names its boundary in three ways', () => {
    expect(boundaryOf('multipart/mixed; boundary="a b"')).toBe('a b')
    expect(boundaryOf('multipart/mixed;Boundary=--x;charset=utf-8')).toBe('--x')
    expect(boundaryOf('text/plain')).toBeNull()
  })
})

describe('Hikvision', () => {
  test('tells an alert in XML', () => {
    expect(
      readHikvision(
        utf8(
          alert(
            '<eventDescription>区域入侵</eventDescription><DetectionRegionList><DetectionRegionEntry><detectionTarget>human</detectionTarget><TargetRect><X>0.1</X><Y>0.2</Y><width>0.3</width><height>0.4</height></TargetRect></DetectionRegionEntry></DetectionRegionList>',
          ),
        ),
      ),
    ).toEqual({
      kind: 'alert',
      ipAddress: '192.168.1.64',
      deviceId: null,
      channelId: 2,
      channelName: null,
      eventType: 'fielddetection',
      active: true,
      postCount: 1,
      at: '2026-03-01T00:00:00.000Z',
      description: '区域入侵',
      targets: [{ type: 'human', box: { x: 0.1, y: 0.2, width: 0.3, height: 0.4 } }],
    })
  })
  test('tells a heartbeat, which looks like video loss that is inactive', () => {
    for (const body of [
      alert('', 'inactive', 'videoloss'),
      alert('', 'inactive', 'heartBeat'),
      alert('', 'active', 'heartbeat'),
    ])
      expect(readHikvision(utf8(body))?.kind).toBe('heartbeat')
    expect(readHikvision(utf8(alert('', 'active', 'videoloss')))?.kind).toBe('alert')
  })
  test('may write GB 2312 and a byte order mark', () => {
    const body = alert('<channelName>塔吊东侧</channelName>').replace('UTF-8', 'GB2312')
    for (const bytes of [encodeGb18030(body), utf8(`\uFEFF${body}`)])
      expect(readHikvision(bytes)).toMatchObject({ channelName: '塔吊东侧' })
  })
  const helmet = {
    ipAddress: '192.168.1.64',
    channelID: 1,
    dateTime: '2026-03-01T08:00:00+08:00',
    activePostCount: 1,
    eventType: 'safetyHelmetDetection',
    eventState: 'active',
    eventDescription: 'no helmet',
    Target: [
      {
        recognitionType: 'safetyHelmet',
        TargetInfo: { recognition: 'safetyHelmet', Rect: { X: 250, Y: 300, width: 50, height: 100 } },
      },
    ],
  }
  test('tells a missing helmet in JSON, with the box in thousandths as fractions', () => {
    expect(readHikvision(utf8(JSON.stringify(helmet)))).toMatchObject({
      eventType: 'safetyHelmetDetection',
      targets: [{ type: 'safetyHelmet', box: { x: 0.25, y: 0.3, width: 0.05, height: 0.1 } }],
    })
  })
  test('sends picture and alert in either order, and they are paired', () => {
    const json = `--M\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(helmet)}\r\n`
    const picture = cat('--M\r\nContent-Type: image/jpeg\r\n\r\n', jpeg, '\r\n')
    for (const body of [cat(json, picture, '--M--'), cat(picture, json, '--M--')]) {
      const pairs = pairing<HikvisionMessage>(readHikvision, ({ kind }) => kind === 'alert')
      const out = [
        ...all('multipart/form-data; boundary=M', body).flatMap((part) => pairs.take(part, 0)),
        ...pairs.end(),
      ]
      expect(out).toHaveLength(1)
      expect(out[0]?.message).toMatchObject({ eventType: 'safetyHelmetDetection' })
      expect(out[0]?.pictures.map((bytes) => [...bytes])).toEqual([[...jpeg]])
    }
  })
  test('leaves an alert without its picture waiting no longer than two seconds, heartbeats not at all', () => {
    const pairs = pairing<HikvisionMessage>(readHikvision, ({ kind }) => kind === 'alert')
    const part = (body: string): Part => ({ headers: {}, body: utf8(body), tooLarge: false })
    expect(pairs.take(part(alert()), 0)).toEqual([])
    expect(pairs.take(part(alert('', 'inactive', 'videoloss')), 1)).toMatchObject([{ message: { kind: 'heartbeat' } }])
    expect(pairs.tick(PICTURE_MS - 1)).toEqual([])
    expect(pairs.tick(PICTURE_MS)).toMatchObject([{ message: { kind: 'alert' }, pictures: [] }])
  })
  test('of any bytes is never an exception', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readHikvision(bytes)))
    fc.assert(fc.property(fc.json(), (json) => void readHikvisionJson(utf8(json))))
    expect(readHikvisionXml(utf8('<a><eventType>x</eventType></a>'))).toBeNull()
  })
})

describe('folding', () => {
  const post = (postCount: number, active = true) => ({ key: 'c1', active, postCount })
  test('makes one alarm of its repeated posts', () => {
    const fold = folding()
    expect([1, 2, 3].map((count) => fold.take(post(count), count * 1000))).toEqual([
      'started',
      'continued',
      'continued',
    ])
    expect(fold.take(post(4, false), 4000)).toBe('ended')
    expect(fold.take(post(4, false), 4100)).toBeNull()
  })
  test('begins a new one when the count begins again', () => {
    const fold = folding()
    fold.take(post(1), 0)
    fold.take(post(2), 1000)
    expect(fold.take(post(1), 2000)).toBe('started')
  })
  test('ends one that is not posted any more', () => {
    const fold = folding()
    fold.take(post(1), 0)
    fold.take({ ...post(1), key: 'c2' }, 500)
    expect(fold.tick(SILENCE_MS)).toEqual(['c1'])
    expect(fold.tick(SILENCE_MS + 500)).toEqual(['c2'])
    expect(fold.open()).toBe(0)
  })
})

describe('Dahua', () => {
  test('tells events and heartbeats', () => {
    expect(readDahua(utf8('Heartbeat\r\n'))).toEqual([{ kind: 'heartbeat' }])
    expect(
      readDahua(
        utf8(
          'Code=CrossLineDetection;action=Start;index=0;data={\n "Object" : { "ObjectType" : "Human" }\n}\n\nCode=VideoMotion;action=Stop;index=3',
        ),
      ),
    ).toEqual([
      {
        kind: 'event',
        code: 'CrossLineDetection',
        action: 'start',
        index: 0,
        data: { Object: { ObjectType: 'Human' } },
      },
      { kind: 'event', code: 'VideoMotion', action: 'stop', index: 3, data: null },
    ])
    expect(dahuaCodes['CrossLineDetection']?.zh).toBe('绊线入侵')
  })
  test('with broken data still tells the event', () => {
    expect(readDahua(utf8('Code=VideoLoss;action=Pulse;index=1;data={oops'))).toMatchObject([
      { code: 'VideoLoss', action: 'pulse', data: null },
    ])
    expect(readDahua(utf8('Code=X;action=Dance;index=1'))).toEqual([])
  })
  test('is read out of its stream', () => {
    const reader = multipartReader('multipart/x-mixed-replace; boundary=myboundary')
    const parts = reader.push(
      utf8(
        '--myboundary\r\nContent-Type: text/plain\r\nContent-Length:36\r\n\r\nCode=VideoMotion;action=Start;index=0\r\n\r\n--myboundary\r\nContent-Type: text/plain\r\nContent-Length:9\r\n\r\nHeartbeat\r\n\r\n--myboundary\r\n',
      ),
    )
    expect(parts.flatMap(({ body }) => readDahua(body)).map(({ kind }) => kind)).toEqual(['event', 'heartbeat'])
  })
  test('of any text is never an exception', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 100 }),
        (text) => void readDahua(utf8(`Code=A;action=Start;index=0;data=${text}`)),
      ),
    )
  })
})

describe('our webhook', () => {
  const secret = utf8('a secret of the box')
  const now = 1_772_323_200_000
  const body = utf8(
    '{"deviceId":"box1","type":"no-helmet","ts":1772323200000,"score":0.93,"box":{"x":0.1,"y":0.1,"width":0.2,"height":0.3},"imageRef":"i/1"}',
  )
  const signed = { timestamp: String(now), nonce: '0123456789abcdef', body }
  const signature = signWebhook(secret, signed)
  test('has a signature that anyone can compute', () => {
    // printf '%s\n%s\n%s' 1772323200000 0123456789abcdef hello | openssl dgst -sha256 -hmac key
    expect(signWebhook(utf8('key'), { ...signed, body: utf8('hello') })).toBe(
      'e56663eb22c6a3974800306e8cacff1ffb227f269d44d26e654bda5cecf53beb',
    )
  })
  test('holds for five minutes either way, and tells the nonce to remember', () => {
    expect(verifyWebhook(secret, { ...signed, signature }, now)).toEqual({
      ok: true,
      nonce: signed.nonce,
      nonceUntilMs: now + WEBHOOK_WINDOW_MS,
    })
    expect(verifyWebhook(secret, { ...signed, signature: signature.toUpperCase() }, now + WEBHOOK_WINDOW_MS).ok).toBe(
      true,
    )
    for (const off of [-1, 1])
      expect(verifyWebhook(secret, { ...signed, signature }, now + off * (WEBHOOK_WINDOW_MS + 1))).toEqual({
        ok: false,
        because: 'stale',
      })
  })
  test('is refused when any part of it was changed', () => {
    const changed = [
      { ...signed, timestamp: String(now + 1) },
      { ...signed, nonce: '0123456789abcdeg' },
      { ...signed, body: utf8(`${textOf(body)} `) },
    ]
    for (const each of changed)
      expect(verifyWebhook(secret, { ...each, signature }, now)).toEqual({ ok: false, because: 'bad-signature' })
    expect(verifyWebhook(utf8('another'), { ...signed, signature }, now)).toEqual({
      ok: false,
      because: 'bad-signature',
    })
  })
  test('is refused when it is malformed', () => {
    for (const bad of [{ timestamp: '1' }, { nonce: 'short' }, { nonce: 'with\nline feed 1234' }, { signature: 'zz' }])
      expect(verifyWebhook(secret, { ...signed, signature, ...bad }, now)).toEqual({ ok: false, because: 'malformed' })
  })
  test('carries an event', () => {
    expect(readWebhook(body, signed.nonce)).toEqual({
      deviceId: 'box1',
      type: 'no-helmet',
      at: '2026-03-01T00:00:00.000Z',
      eventId: '0123456789abcdef',
      score: 0.93,
      box: { x: 0.1, y: 0.1, width: 0.2, height: 0.3 },
      imageRef: 'i/1',
    })
    for (const bad of ['', '{}', '{"deviceId":"a","type":"b","ts":1,"score":2}'])
      expect(readWebhook(utf8(bad), 'n')).toBeNull()
  })
})

describe('attendance', () => {
  const raw = {
    projectCode: 'P1',
    workerRef: 'w7',
    direction: 'E',
    ts: '2026-03-01 08:00:00',
    deviceSn: 'G1',
    method: '人脸识别',
  }
  test('has one form, whatever the gate writes', () => {
    expect(readAttendance(raw)).toEqual({
      projectCode: 'P1',
      workerRef: 'w7',
      teamId: null,
      direction: 'in',
      at: '2026-03-01T00:00:00.000Z',
      deviceSn: 'G1',
      method: 'face',
      photoRef: null,
      temp: null,
    })
    expect(['IN', '进', 1, 'L', 'out', '0', 'x'].map(directionOf)).toEqual([
      'in',
      'in',
      'in',
      'out',
      'out',
      'out',
      null,
    ])
    expect(['CARD', '刷卡', 'FACE', 'pin'].map(methodOf)).toEqual(['card', 'card', 'face', 'manual'])
  })
  test('never holds an ID number in clear', () => {
    expect(readAttendance({ ...raw, workerRef: '11010519491231002X' })).toBeNull()
  })
  test('is one pass however often it is sent', () => {
    const [once, twice] = [readAttendance(raw), readAttendance({ ...raw, ts: 1_772_323_200_000 })]
    if (once === null || twice === null) throw new Error('not read')
    expect(attendanceKey(once)).toBe(attendanceKey(twice))
  })
  test('that is implausible is null', () => {
    for (const bad of [{ direction: 'up' }, { ts: 'yesterday' }, { temp: 99 }, { workerRef: '' }])
      expect(readAttendance({ ...raw, ...bad })).toBeNull()
    fc.assert(fc.property(fc.jsonValue(), (json) => void readAttendance(json)))
  })
})
