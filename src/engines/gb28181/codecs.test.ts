import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeGb18030 } from '../wire/text.ts'
import {
  challengeOf,
  credentialsText,
  digestResponse,
  ha1Of,
  parseChallenge,
  parseCredentials,
  verifyDigest,
} from './digest.ts'
import { gbTypes, isCameraId, parseGbId } from './ids.ts'
import { meaningOfAlarm } from './manscdp/alarm-codes.ts'
import { beginCatalog, CATALOG_TIMEOUT_MS, collectCatalog, expireCatalog } from './manscdp/catalog.ts'
import type { CatalogItem, CatalogResponse } from './manscdp/message.ts'
import { readManscdp } from './manscdp/read.ts'
import { alarmBody, catalogBody, keepaliveBody, ptzBody, queryBody } from './manscdp/write.ts'
import { ptzMove, ptzPreset, ptzStop } from './ptz.ts'
import { type Offer, offerText, parseSdp } from './sdp.ts'
import { ssrcOf, ssrcPool } from './ssrc.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const DEVICE = '34020000001320000001'

describe('the digest', () => {
  const ha1 = ha1Of(DEVICE, '3402000000', '12345678')
  const uri = 'sip:34020000002000000001@3402000000'
  const nonce = '6fe9ba44a76be22a'
  test('has the published values without and with qop', () => {
    expect(digestResponse(ha1, 'REGISTER', uri, nonce)).toBe('6a2143ae65b119e276a75f0a4a8992b7')
    expect(digestResponse(ha1, 'REGISTER', uri, nonce, { qop: 'auth', nc: '00000001', cnonce: '0a4f113b' })).toBe(
      'fb6d2f768312116118c121c2608cf961',
    )
  })
  test('is checked with the uri exactly as the header says it', () => {
    const header = (said: string): string =>
      `Digest username="${DEVICE}", realm="3402000000", nonce="${nonce}", uri="${said}", response="6a2143ae65b119e276a75f0a4a8992b7", algorithm=MD5`
    const good = parseCredentials(header(uri))
    const bad = parseCredentials(header(`${uri}:5060`))
    expect(good !== null && verifyDigest(good, ha1, 'REGISTER')).toBe(true)
    expect(good !== null && verifyDigest(good, ha1, 'MESSAGE')).toBe(false)
    expect(bad !== null && verifyDigest(bad, ha1, 'REGISTER')).toBe(false)
    expect(good !== null && verifyDigest({ ...good, algorithm: 'SHA-256' }, ha1, 'REGISTER')).toBe(false)
  })
  test('of a device satisfies the platform, and of another password does not', () => {
    for (const qop of [true, false]) {
      const challenge = parseChallenge(challengeOf('3402000000', nonce, { qop }))
      if (challenge === null) throw new Error('no challenge')
      const said = (password: string): boolean => {
        const text = credentialsText(
          challenge,
          { username: DEVICE, password },
          { method: 'REGISTER', uri, cnonce: 'c' },
        )
        const credentials = parseCredentials(text)
        return credentials !== null && verifyDigest(credentials, ha1, 'REGISTER')
      }
      expect([said('12345678'), said('12345679')]).toEqual([true, false])
    }
  })
  test('of any text is read without an exception', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => void parseCredentials(`Digest ${text}`)))
    expect(parseCredentials('Basic abc')).toBeNull()
  })
})

describe('identities', () => {
  test('have parts', () => {
    expect(parseGbId(DEVICE)).toMatchObject({
      area: '340200',
      industry: '00',
      type: '132',
      network: '0',
      serial: '000001',
    })
    expect(gbTypes['132']?.zh).toBe('网络摄像机')
    const id = parseGbId(DEVICE)
    expect(id !== null && isCameraId(id)).toBe(true)
    expect(parseGbId('3402000000132000000')).toBeNull()
  })
})

describe('pan, tilt, zoom and presets', () => {
  test('have the published bytes', () => {
    expect(ptzStop()).toBe('A50F0100000000B5')
    expect(ptzMove({ pan: 128 })).toBe('A50F010180000036')
    expect(ptzMove({ pan: -128 })).toBe('A50F010280000037')
    expect(ptzMove({ tilt: 128 })).toBe('A50F01080080003D')
    expect(ptzMove({ tilt: -128 })).toBe('A50F010400800039')
    expect(ptzPreset('call', 3)).toBe('A50F01820003003A')
  })
  test('always carry their checksum', () => {
    const speed = fc.integer({ min: -300, max: 300 })
    fc.assert(
      fc.property(speed, speed, speed, (pan, tilt, zoom) => {
        const bytes = Buffer.from(ptzMove({ pan, tilt, zoom }), 'hex')
        expect(bytes.length).toBe(8)
        expect(bytes.subarray(0, 7).reduce((sum, byte) => sum + byte, 0) % 256).toBe(bytes[7])
      }),
    )
  })
  test('refuse preset 0 and 256', () => {
    expect(() => ptzPreset('call', 0)).toThrow(RangeError)
    expect(() => ptzPreset('set', 256)).toThrow(RangeError)
  })
})

describe('stream numbers', () => {
  test('are 0 or 1, five digits of the domain, four of a counter', () => {
    expect(ssrcOf('live', '3402000000', 1)).toBe('0200000001')
    expect(ssrcOf('playback', '5001570000', 42)).toBe('1157000042')
  })
  test('never repeat while in use, and end at 10,000', () => {
    const pool = ssrcPool('3402000000')
    const taken = Array.from({ length: 10_000 }, () => pool.take('live'))
    expect(new Set(taken).size).toBe(10_000)
    expect(pool.take('live')).toBeNull()
    pool.release(taken[77] as string)
    expect(pool.take('playback')).toBe(`1${(taken[77] as string).slice(1)}`)
  })
})

const offer: Offer = {
  platformId: '34020000002000000001',
  channelId: '34020000001310000001',
  host: '10.1.2.3',
  port: 30_000,
  ssrc: '0200000001',
  transport: 'tcp-passive',
  range: null,
}
describe('session descriptions', () => {
  test('offer TCP passive with y last', () => {
    const lines = offerText(offer).trimEnd().split('\r\n')
    expect(lines.at(-1)).toBe('y=0200000001')
    expect(lines).toEqual(
      expect.arrayContaining([
        's=Play',
        't=0 0',
        'm=video 30000 TCP/RTP/AVP 96 97 98 99',
        'a=setup:passive',
        'a=connection:new',
        'a=recvonly',
      ]),
    )
  })
  test('ask for recorded time by u and t', () => {
    const text = offerText({ ...offer, transport: 'udp', range: { from: 1_772_323_200, to: 1_772_326_800 } })
    expect(text).toContain('s=Playback\r\nu=34020000001310000001:0\r\n')
    expect(text).toContain('t=1772323200 1772326800\r\nm=video 30000 RTP/AVP 96')
    expect(text).not.toContain('setup')
  })
  test('are read back as written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('tcp-passive', 'tcp-active', 'udp'),
        fc.integer({ min: 1, max: 65_535 }),
        (transport, port) => {
          expect(parseSdp(offerText({ ...offer, transport, port }))).toMatchObject({
            host: '10.1.2.3',
            mediaPort: port,
            tcp: transport !== 'udp',
            setup: transport === 'udp' ? null : transport.slice(4),
            codec: 'PS',
            ssrc: '0200000001',
          })
        },
      ),
    )
  })
  test('without video are refused', () => {
    expect(parseSdp('v=0\r\nm=audio 1 RTP/AVP 8')).toBeNull()
    expect(parseSdp('m=video 99999 RTP/AVP 96')).toBeNull()
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => void parseSdp(text)))
  })
})

describe('MANSCDP', () => {
  test('is read in GB18030 and in UTF-8, with and without declaration', () => {
    const xml = `<Notify><CmdType>Alarm</CmdType><SN>9</SN><DeviceID>${DEVICE}</DeviceID><AlarmPriority>1</AlarmPriority><AlarmMethod>5</AlarmMethod><AlarmTime>2026-03-01T08:00:00</AlarmTime><AlarmDescription>未戴安全帽</AlarmDescription><Longitude>106.55</Longitude><Latitude>29.57</Latitude><info><AlarmType>6</AlarmType></info></Notify>`
    const declared = `<?xml version="1.0" encoding="GB2312"?>\r\n${xml}`
    const expected = {
      kind: 'alarm',
      sn: 9,
      deviceId: DEVICE,
      priority: 1,
      method: 5,
      type: 6,
      at: '2026-03-01T00:00:00.000Z',
      description: '未戴安全帽',
      longitude: 106.55,
      latitude: 29.57,
    }
    for (const body of [utf8(xml), utf8(declared), encodeGb18030(xml), encodeGb18030(declared)])
      expect(readManscdp(body)).toEqual(expected)
    expect(readManscdp(utf8(xml.replaceAll('info>', 'Info>')))).toEqual(expected)
  })
  test('of a heartbeat, a query and a control reads back', () => {
    expect(readManscdp(keepaliveBody(3, DEVICE))).toEqual({
      kind: 'keepalive',
      sn: 3,
      deviceId: DEVICE,
      ok: true,
      faulty: [],
    })
    expect(readManscdp(keepaliveBody(3, DEVICE, false))).toMatchObject({ ok: false })
    expect(readManscdp(queryBody('Catalog', 7, DEVICE))).toMatchObject({
      kind: 'other',
      root: 'Query',
      command: 'Catalog',
      sn: 7,
    })
    expect(readManscdp(ptzBody(8, DEVICE, ptzStop()))).toMatchObject({
      command: 'DeviceControl',
      ptz: 'A50F0100000000B5',
    })
  })
  test('of an alarm reads back whatever its text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('塔机<1>&"超载"', 'x', '人员未系安全带'),
        fc.constantFrom(1, 2, 3, 4),
        (description, priority) => {
          const alarm = {
            sn: 1,
            deviceId: DEVICE,
            priority: priority as 1,
            method: 2,
            type: 5,
            description,
            longitude: null,
            latitude: null,
          }
          expect(readManscdp(alarmBody({ ...alarm, localTime: '2026-03-01T08:00:00' }))).toEqual({
            ...alarm,
            kind: 'alarm',
            at: '2026-03-01T00:00:00.000Z',
          })
        },
      ),
    )
  })
  test('of status, information and position is typed, implausible coordinates are not', () => {
    const body = (inside: string, root = 'Response'): Uint8Array =>
      utf8(`<${root}><SN>1</SN><DeviceID>${DEVICE}</DeviceID>${inside}</${root}>`)
    expect(
      readManscdp(
        body('<CmdType>DeviceInfo</CmdType><Result>OK</Result><Manufacturer>Hik</Manufacturer><Channel>4</Channel>'),
      ),
    ).toMatchObject({ kind: 'device-info', ok: true, manufacturer: 'Hik', channels: 4 })
    expect(
      readManscdp(
        body('<CmdType>DeviceStatus</CmdType><Online>ONLINE</Online><Status>OK</Status><Record>OFF</Record>'),
      ),
    ).toMatchObject({ kind: 'device-status', online: true, working: true, recording: false })
    const position =
      '<CmdType>MobilePosition</CmdType><Time>2026-03-01T08:00:00</Time><Longitude>106.5</Longitude><Latitude>29.5</Latitude><Speed>12.5</Speed>'
    expect(readManscdp(body(position, 'Notify'))).toMatchObject({
      kind: 'mobile-position',
      longitude: 106.5,
      speedKmh: 12.5,
    })
    expect(readManscdp(body(position.replace('29.5', '129.5'), 'Notify'))?.kind).toBe('other')
    expect(readManscdp(body('<CmdType>MediaStatus</CmdType><NotifyType>121</NotifyType>', 'Notify'))).toMatchObject({
      finished: true,
    })
    expect(readManscdp(utf8('<Notify/>'))).toBeNull()
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void readManscdp(bytes)))
  })
  test('names what an alarm means, the vendor first', () => {
    const alarm = { method: 5, type: 6, description: '' }
    expect(meaningOfAlarm(alarm).words.zh).toBe('入侵检测')
    expect(meaningOfAlarm({ method: 6, type: 2, description: '' })).toMatchObject({
      code: '6.2',
      words: { zh: '存储设备风扇故障' },
    })
    expect(meaningOfAlarm({ method: 2, type: null, description: '' }).words.zh).toBe('设备报警')
    const vendor = [{ method: 5, match: '安全帽', code: 'no-helmet', words: { zh: '未戴安全帽', en: 'No helmet' } }]
    expect(meaningOfAlarm({ ...alarm, description: '未戴安全帽' }, vendor).code).toBe('no-helmet')
    expect(meaningOfAlarm(alarm, vendor).code).toBe('5.6')
  })
})

const item = (index: number): CatalogItem => ({
  deviceId: `3402000000131000${String(index).padStart(4, '0')}`,
  name: `${index}号塔吊`,
  manufacturer: 'Hik',
  model: null,
  owner: null,
  civilCode: '500105',
  address: '江北区<1>',
  parental: false,
  parentId: DEVICE,
  status: 'on',
  longitude: 106.5,
  latitude: 29.5,
})
describe('a catalogue', () => {
  const items = Array.from({ length: 5 }, (_, index) => item(index))
  const read = (total: number, part: readonly CatalogItem[]): CatalogResponse =>
    readManscdp(catalogBody(7, DEVICE, total, part)) as CatalogResponse
  test('reads back as written', () => {
    expect(read(5, items)).toEqual({ kind: 'catalog', sn: 7, deviceId: DEVICE, total: 5, items })
  })
  test('is complete when the announced number is there, in any order and with repeats', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 0, 1], { minLength: 7 }), (order) => {
        let catalog = beginCatalog(7, DEVICE, 0)
        for (const index of order) catalog = collectCatalog(catalog, read(5, [item(index)]), 0)
        expect(catalog.done).toBe('complete')
        expect([...catalog.items.keys()].sort()).toEqual(items.map(({ deviceId }) => deviceId))
      }),
      { numRuns: 20 },
    )
  })
  test('whose number is never reached is partial after the time', () => {
    const some = collectCatalog(beginCatalog(7, DEVICE, 0), read(9, items), 1000)
    expect(some.done).toBeNull()
    expect(expireCatalog(some, 1000 + CATALOG_TIMEOUT_MS - 1).done).toBeNull()
    expect(expireCatalog(some, 1000 + CATALOG_TIMEOUT_MS)).toMatchObject({ done: 'partial', total: 9 })
  })
  test('takes nothing of another query', () => {
    const begun = beginCatalog(8, DEVICE, 0)
    expect(collectCatalog(begun, read(5, items), 0)).toBe(begun)
  })
})
