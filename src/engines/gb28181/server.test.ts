import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { simulatedDevice } from './device.ts'
import { ha1Of } from './digest.ts'
import type { CatalogItem } from './manscdp/message.ts'
import { readManscdp } from './manscdp/read.ts'
import { ptzStop } from './ptz.ts'
import { registrarDefaults } from './registration.ts'
import type { Offer } from './sdp.ts'
import { sipServer } from './server.ts'
import type { SipEffect, SipFact, SipServer } from './server-types.ts'
import { encodeSip, headerOf, type Route, type SipMessage, type SipRequest, type SipResponse } from './sip/message.ts'
import { parseSipDatagram } from './sip/parse.ts'
import { replyTo } from './sip/reply.ts'

const PLATFORM = '34020000002000000001'
const DEVICE = '34020000001320000001'
const CHANNEL = '34020000001310000001'
const route: Route = { transport: 'udp', host: '192.168.1.64', port: 5060 }
const alarm = {
  deviceId: CHANNEL,
  priority: 1,
  method: 5,
  type: 6,
  description: '未戴安全帽',
  longitude: null,
  latitude: null,
  localTime: '2026-03-01T08:00:00',
} as const
const offer: Offer = {
  platformId: PLATFORM,
  channelId: CHANNEL,
  host: '10.0.0.1',
  port: 30_000,
  ssrc: '0200000001',
  transport: 'tcp-passive',
  range: null,
}
const answerSdp =
  'v=0\r\no=- 0 0 IN IP4 1.2.3.4\r\ns=Play\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\nm=video 9 TCP/RTP/AVP 96\r\na=setup:active\r\na=rtpmap:96 PS/90000\r\ny=0000000000\r\n'

const counter = (prefix: string): (() => string) => {
  let count = 0
  return () => {
    count += 1
    return `${prefix}${count}`
  }
}
const world = (options: { moves?: 'prove' | 'follow' } = {}) => {
  const server = sipServer({
    local: { id: PLATFORM, domain: '3402000000', host: '10.0.0.1', port: 5060 },
    registrar: { ...registrarDefaults, realm: '3402000000', moves: options.moves ?? 'prove' },
    account: (deviceId) => (deviceId === DEVICE ? { deviceId, ha1: ha1Of(DEVICE, '3402000000', '12345678') } : null),
    token: counter('p'),
  })
  const deviceOf = (id: string, password: string, token = counter('d')) =>
    simulatedDevice({
      self: { id, domain: '3402000000', host: '192.168.1.64', port: 5060 },
      password,
      platformId: PLATFORM,
      route: { transport: 'udp', host: '10.0.0.1', port: 5060 },
      token,
    })
  return { server, device: deviceOf(DEVICE, '12345678'), deviceOf }
}
/** Everything goes over the wire format, so that what is built is also what is read. */
const wire = <M extends SipMessage>(message: M): M => parseSipDatagram(encodeSip(message)) as M
const sent = (effects: readonly SipEffect[]): readonly SipMessage[] =>
  effects.filter((effect) => effect.kind === 'send').map((effect) => wire(effect.message))
const facts = (effects: readonly SipEffect[]): readonly SipFact[] =>
  effects.filter((effect) => effect.kind === 'fact').map((effect) => effect.fact)
const first = <T>(list: readonly T[]): T => {
  const [value] = list
  if (value === undefined) throw new Error('nothing came')
  return value
}
const only = (effects: readonly SipEffect[]): SipMessage => first(sent(effects))
const request = (message: SipMessage): SipRequest => {
  if (message.kind !== 'request') throw new Error('not a request')
  return message
}
const response = (message: SipMessage): SipResponse => {
  if (message.kind !== 'response') throw new Error('not a response')
  return message
}
const online = (
  server: SipServer,
  device: ReturnType<typeof simulatedDevice>,
  now = 0,
  at = route,
): readonly SipEffect[] => {
  const challenge = response(only(server.receive(wire(device.register(3600)), at, now)))
  expect(challenge.status).toBe(401)
  return server.receive(wire(device.register(3600, challenge)), at, now)
}

describe('registration', () => {
  test('is REGISTER, 401, REGISTER with digest, 200 with the local date', () => {
    const { server, device } = world()
    const now = Date.parse('2026-03-01T00:00:00.000Z')
    const effects = online(server, device, now)
    const ok = response(only(effects))
    expect(ok.status).toBe(200)
    expect(headerOf(ok, 'Date')).toBe('2026-03-01T08:00:00.000')
    expect(headerOf(ok, 'Expires')).toBe('3600')
    expect(facts(effects)).toEqual([{ kind: 'registered', deviceId: DEVICE, route, refresh: false }])
  })
  test('with a wrong password is challenged again and told', () => {
    const { server, deviceOf } = world()
    const effects = online(server, deviceOf(DEVICE, 'guess'))
    expect(response(only(effects)).status).toBe(401)
    expect(facts(effects)).toEqual([{ kind: 'bad-credentials', deviceId: DEVICE, route }])
    expect(server.registration(DEVICE)?.online).toBe(false)
  })
  test('of a stranger is refused and quarantined', () => {
    const { server, deviceOf } = world()
    const effects = server.receive(deviceOf('34020000001320009999', 'x').register(3600), route, 0)
    expect(response(only(effects)).status).toBe(403)
    expect(facts(effects)).toEqual([{ kind: 'quarantined', deviceId: '34020000001320009999', route }])
    expect(server.registration('34020000001320009999')).toBeNull()
  })
  test('is checked at every refresh, also in the same call', () => {
    const { server, device } = world()
    online(server, device)
    const bare = server.receive(wire(device.register(3600)), route, 1000)
    expect(response(only(bare)).status).toBe(401)
    const refreshed = server.receive(wire(device.register(3600, response(only(bare)))), route, 1000)
    expect(facts(refreshed)).toEqual([{ kind: 'registered', deviceId: DEVICE, route, refresh: true }])
  })
  test('is not repeated by a recorded proof', () => {
    const { server, device } = world()
    const challenge = response(only(server.receive(device.register(3600), route, 0)))
    const proof = device.register(3600, challenge)
    server.receive(proof, route, 0)
    const replayed: SipRequest = {
      ...proof,
      headers: proof.headers.map(([name, value]) =>
        name === 'Via' ? [name, value.replace('z9hG4bK', 'z9hG4bKx')] : [name, value],
      ),
    }
    const effects = server.receive(replayed, { ...route, host: '6.6.6.6' }, 10)
    const again = response(only(effects))
    expect(again.status).toBe(401)
    expect(headerOf(again, 'WWW-Authenticate')).toContain('stale=true')
    expect(server.registration(DEVICE)?.route).toEqual(route)
  })
  test('is not spoiled by a stranger who asks for a challenge meanwhile', () => {
    const { server, device, deviceOf } = world()
    const challenge = response(only(server.receive(device.register(3600), route, 0)))
    server.receive(deviceOf(DEVICE, 'x', counter('evil')).register(3600), { ...route, host: '6.6.6.6' }, 5)
    expect(response(only(server.receive(device.register(3600, challenge), route, 10))).status).toBe(200)
  })
  test('with Expires 0 is a logout', () => {
    const { server, device } = world()
    online(server, device)
    const challenge = response(only(server.receive(device.register(0), route, 5)))
    const effects = server.receive(device.register(0, challenge), route, 5)
    expect(facts(effects)).toEqual([{ kind: 'unregistered', deviceId: DEVICE }])
    expect(response(only(server.receive(device.keepalive(), route, 6))).status).toBe(403)
  })
  test('sent again as the same datagram gets the same answer and happens once', () => {
    const { server, device } = world()
    const challenge = response(only(server.receive(device.register(3600), route, 0)))
    const proof = device.register(3600, challenge)
    const [once, twice] = [server.receive(proof, route, 0), server.receive(proof, route, 100)]
    expect(sent(twice)).toEqual(sent(once))
    expect(facts(twice)).toEqual([])
  })
})

describe('a heartbeat', () => {
  test('keeps a device online; three missed set it offline once', () => {
    const { server, device } = world()
    online(server, device)
    const beat = server.receive(wire(device.keepalive()), route, 60_000)
    expect(response(only(beat)).status).toBe(200)
    expect(facts(beat)).toEqual([{ kind: 'heartbeat', deviceId: DEVICE, ok: true, faulty: [] }])
    expect(facts(server.tick(60_000 + 179_999))).toEqual([])
    expect(facts(server.tick(60_000 + 180_000))).toEqual([{ kind: 'offline', deviceId: DEVICE, because: 'silent' }])
    expect(facts(server.tick(60_000 + 180_001))).toEqual([])
  })
  test('cannot carry a device past its registration', () => {
    const { server, device } = world()
    online(server, device)
    for (let now = 60_000; now < 3_600_000; now += 60_000) server.receive(device.keepalive(), route, now)
    expect(facts(server.tick(3_600_000))).toEqual([{ kind: 'offline', deviceId: DEVICE, because: 'expired' }])
  })
  test('of a device that is not online is answered 403, so that it registers', () => {
    const { server, device } = world()
    expect(response(only(server.receive(device.keepalive(), route, 0))).status).toBe(403)
  })
  test('from another port moves the route, as a NAT does', () => {
    const { server, device } = world()
    online(server, device)
    const moved = { ...route, port: 40_001 }
    expect(facts(server.receive(device.keepalive(), moved, 10))[0]).toEqual({
      kind: 'route-changed',
      deviceId: DEVICE,
      route: moved,
    })
    expect(server.query('DeviceInfo', DEVICE, 20)).toMatchObject([{ kind: 'send', route: moved }])
  })
  test('from another host must be proven by registering, unless the host follows', () => {
    const elsewhere = { ...route, host: '6.6.6.6' }
    const strict = world()
    online(strict.server, strict.device)
    expect(response(only(strict.server.receive(strict.device.keepalive(), elsewhere, 10))).status).toBe(403)
    expect(strict.server.registration(DEVICE)?.route).toEqual(route)
    const lax = world({ moves: 'follow' })
    online(lax.server, lax.device)
    lax.server.receive(lax.device.keepalive(), elsewhere, 10)
    expect(lax.server.registration(DEVICE)?.route).toEqual(elsewhere)
  })
})

describe('an alarm', () => {
  test('is answered only when the host has committed it, also when it is sent again meanwhile', () => {
    const { server, device } = world()
    online(server, device)
    const message = wire(device.alarm(alarm))
    const effects = server.receive(message, route, 10)
    expect(sent(effects)).toEqual([])
    const told = first(facts(effects))
    if (told.kind !== 'alarm') throw new Error('no alarm')
    expect(told).toMatchObject({ from: DEVICE, alarm: { deviceId: CHANNEL, description: '未戴安全帽', priority: 1 } })
    expect(server.receive(message, route, 500)).toEqual([])
    expect(response(only(server.committed(told.ticket, 600))).status).toBe(200)
    expect(response(only(server.receive(message, route, 700))).status).toBe(200)
    expect(server.committed(told.ticket, 800)).toEqual([])
  })
  test('that could not be stored is answered 500', () => {
    const { server, device } = world()
    online(server, device)
    const told = first(facts(server.receive(device.alarm(alarm), route, 10)))
    if (told.kind !== 'alarm') throw new Error('no alarm')
    expect(response(only(server.failed(told.ticket, 20))).status).toBe(500)
  })
})

describe('a query', () => {
  const items: CatalogItem[] = Array.from({ length: 5 }, (_, index) => ({
    deviceId: `3402000000131000000${index}`,
    name: `${index}号塔吊`,
    manufacturer: null,
    model: null,
    owner: null,
    civilCode: null,
    address: null,
    parental: false,
    parentId: null,
    status: 'on',
    longitude: null,
    latitude: null,
  }))
  test('for the catalogue ends with all items', () => {
    const { server, device } = world()
    online(server, device)
    const asked = request(only(server.query('Catalog', DEVICE, 10)))
    const query = readManscdp(asked.body)
    server.receive(device.reply(asked, 200), route, 20)
    const effects = device.catalog(query?.sn ?? 0, items).flatMap((message) => server.receive(wire(message), route, 30))
    expect(sent(effects).map((message) => response(message).status)).toEqual([200, 200, 200])
    expect(facts(effects)).toEqual([{ kind: 'catalog', deviceId: DEVICE, items, complete: true, total: 5 }])
  })
  test('for the catalogue that is answered in part ends with what came', () => {
    const { server, device } = world()
    online(server, device)
    const asked = request(only(server.query('Catalog', DEVICE, 10)))
    server.receive(device.reply(asked, 200), route, 20)
    const page = first(device.catalog(readManscdp(asked.body)?.sn ?? 0, items))
    expect(facts(server.receive(page, route, 30))).toEqual([])
    const told = first(facts(server.tick(30 + 15_000)))
    expect(told).toMatchObject({ kind: 'catalog', complete: false, total: 5, items: items.slice(0, 2) })
  })
  test('that nobody answers is sent again and then failed', () => {
    const { server, device } = world()
    online(server, device)
    const asked = only(server.ptz(DEVICE, CHANNEL, ptzStop(), 0))
    expect(sent(server.tick(500))).toEqual([asked])
    expect(facts(server.tick(32_000))).toEqual([{ kind: 'command-failed', deviceId: DEVICE, status: 408 }])
  })
  test('to a device that is offline fails at once', () => {
    expect(facts(world().server.query('Catalog', DEVICE, 0))).toEqual([
      { kind: 'command-failed', deviceId: DEVICE, status: 480 },
    ])
  })
})

describe('a stream', () => {
  const calling = (more: Partial<Offer> = {}) => {
    const { server, device } = world()
    online(server, device)
    const opened = server.open(DEVICE, { ...offer, ...more }, 100)
    if (opened === null) throw new Error('not opened')
    return { server, device, callId: opened.callId, ask: request(only(opened.effects)) }
  }
  test('is INVITE, 200, ACK, and BYE at the end', () => {
    const { server, device, callId, ask } = calling()
    expect(headerOf(ask, 'Subject')).toBe(`${CHANNEL}:0200000001,${PLATFORM}:0`)
    const ok = wire(device.agree(ask, answerSdp))
    const agreed = server.receive(ok, route, 200)
    const ack = request(only(agreed))
    expect([ack.method, headerOf(ack, 'CSeq')]).toEqual(['ACK', '1 ACK'])
    expect(headerOf(ack, 'To')).toBe(headerOf(ok, 'To'))
    expect(facts(agreed)).toMatchObject([
      { kind: 'stream-agreed', callId, channelId: CHANNEL, description: { ssrc: '0000000000', setup: 'active' } },
    ])
    expect(sent(server.receive(ok, route, 300))).toEqual([ack])
    const bye = request(only(server.close(callId, 400)))
    expect([bye.method, headerOf(bye, 'CSeq')]).toEqual(['BYE', '2 BYE'])
    expect(facts(server.receive(device.reply(bye, 200), route, 500))).toEqual([
      { kind: 'stream-ended', callId, channelId: CHANNEL, because: 'hung-up', status: null },
    ])
  })
  test('refused is acknowledged in the same transaction and ended with the status', () => {
    const { server, device, ask } = calling()
    const effects = server.receive(device.reply(ask, 486), route, 200)
    const ack = request(only(effects))
    expect([ack.method, headerOf(ack, 'Via')]).toEqual(['ACK', headerOf(ask, 'Via')])
    expect(facts(effects)).toMatchObject([{ because: 'refused', status: 486 }])
  })
  test('given up before the camera said anything is ended by BYE once it accepts', () => {
    const { server, device, callId, ask } = calling()
    expect(server.close(callId, 150)).toEqual([])
    const effects = server.receive(device.agree(ask, answerSdp), route, 200)
    expect(sent(effects).map((message) => request(message).method)).toEqual(['ACK', 'BYE'])
    expect(facts(effects)).toEqual([])
  })
  test('given up while the camera tries is cancelled', () => {
    const { server, device, callId, ask } = calling()
    server.receive(device.reply(ask, 100), route, 150)
    const cancel = request(only(server.close(callId, 200)))
    expect([cancel.method, headerOf(cancel, 'Via'), headerOf(cancel, 'CSeq')]).toEqual([
      'CANCEL',
      headerOf(ask, 'Via'),
      '1 CANCEL',
    ])
    server.receive(device.reply(cancel, 200), route, 210)
    const effects = server.receive(device.reply(ask, 487), route, 220)
    expect(request(only(effects)).method).toBe('ACK')
    expect(facts(effects)).toMatchObject([{ because: 'hung-up' }])
  })
  test('that is never answered ends after 32 s, one that only rings after 30 s more', () => {
    const silent = calling()
    expect(sent(silent.server.tick(600))).toEqual([silent.ask])
    expect(facts(silent.server.tick(32_100))).toMatchObject([{ kind: 'stream-ended', because: 'no-answer' }])
    const rings = calling()
    rings.server.receive(rings.device.reply(rings.ask, 180), route, 1000)
    expect(sent(rings.server.tick(30_999))).toEqual([])
    expect(request(only(rings.server.tick(31_000))).method).toBe('CANCEL')
  })
  test('accepted after it was given up is told to stop', () => {
    const { server, device, ask } = calling()
    server.tick(32_100)
    const effects = server.receive(device.agree(ask, answerSdp), route, 33_000)
    expect(sent(effects).map((message) => request(message).method)).toEqual(['ACK', 'BYE'])
    expect(facts(effects)).toEqual([])
  })
  test('whose answer has no video is ended', () => {
    const { server, device, ask } = calling()
    const effects = server.receive(device.agree(ask, 'v=0\r\n'), route, 200)
    expect(sent(effects).map((message) => request(message).method)).toEqual(['ACK', 'BYE'])
    const bye = sent(effects)[1] as SipRequest
    expect(facts(server.receive(device.reply(bye, 481), route, 210))).toMatchObject([{ because: 'bad-answer' }])
  })
  test('ended by the camera is answered and told once', () => {
    const { server, device, callId, ask } = calling()
    server.receive(device.agree(ask, answerSdp), route, 200)
    const bye = request(only(server.close(callId, 300)))
    const swap = (name: string): string => headerOf(bye, name === 'From' ? 'To' : 'From') ?? ''
    const theirs: SipRequest = {
      ...bye,
      headers: bye.headers.map(([name, value]) =>
        name === 'From' || name === 'To' ? [name, swap(name)] : name === 'Via' ? [name, `${value}x`] : [name, value],
      ),
    }
    const effects = server.receive(theirs, route, 310)
    expect(response(only(effects)).status).toBe(200)
    expect(facts(effects)).toHaveLength(1)
    expect(facts(server.receive(device.reply(bye, 200), route, 320))).toEqual([])
  })
  test('of a recording is paused, moved and sped up by INFO; a live one is not', () => {
    const played = calling({ range: { from: 1000, to: 2000 } })
    played.server.receive(played.device.agree(played.ask, answerSdp), route, 200)
    const said = (act: Parameters<SipServer['control']>[1]): string =>
      new TextDecoder().decode(request(only(played.server.control(played.callId, act, 300))).body)
    expect(said({ act: 'pause' })).toBe('PAUSE RTSP/1.0\r\nCSeq: 2\r\nPauseTime: now\r\n\r\n')
    expect(said({ act: 'seek', seconds: 90.7 })).toContain('Range: npt=90-')
    expect(said({ act: 'scale', scale: 2 })).toContain('Scale: 2.0')
    const live = calling()
    live.server.receive(live.device.agree(live.ask, answerSdp), route, 200)
    expect(live.server.control(live.callId, { act: 'pause' }, 300)).toEqual([])
  })
  test('is not asked of a device that is offline', () => {
    expect(world().server.open(DEVICE, offer, 0)).toBeNull()
  })
})

describe('a subscription', () => {
  test('is refreshed before it expires and ended when the device ends it', () => {
    const { server, device } = world()
    online(server, device)
    const asked = request(only(server.subscribe(DEVICE, 0)))
    expect([asked.method, headerOf(asked, 'Event'), headerOf(asked, 'Expires')]).toEqual([
      'SUBSCRIBE',
      'presence',
      '3600',
    ])
    expect(readManscdp(asked.body)).toMatchObject({ command: 'Alarm', root: 'Query' })
    const ok = replyTo(asked, 200, { toTag: 'dev', headers: [['Expires', '600']] })
    server.receive(ok, route, 1000)
    expect(sent(server.tick(1000 + 479_999)).filter((message) => request(message).method === 'SUBSCRIBE')).toEqual([])
    const again = sent(server.tick(1000 + 480_000)).filter((message) => request(message).method === 'SUBSCRIBE')
    expect(headerOf(first(again), 'To')).toContain('tag=dev')
    expect(headerOf(first(again), 'CSeq')).toBe('2 SUBSCRIBE')
    const refused = server.receive(replyTo(request(first(again)), 481, { toTag: 'dev' }), route, 490_000)
    expect(facts(refused)).toEqual([{ kind: 'subscription-ended', deviceId: DEVICE }])
  })
  test('brings alarms by NOTIFY, answered after the commit', () => {
    const { server, device } = world()
    online(server, device)
    const notify: SipRequest = { ...device.alarm(alarm), method: 'NOTIFY' }
    const withMethod: SipRequest = {
      ...notify,
      headers: notify.headers.map(([name, value]) => (name === 'CSeq' ? [name, '20 NOTIFY'] : [name, value])),
    }
    const effects = server.receive(withMethod, route, 10)
    expect(sent(effects)).toEqual([])
    expect(facts(effects)).toMatchObject([{ kind: 'alarm' }])
  })
})

describe('the server', () => {
  test('survives any message from anywhere', () => {
    const { server } = world()
    const header = fc.tuple(
      fc.constantFrom('Via', 'From', 'To', 'Call-ID', 'CSeq', 'Contact', 'Authorization', 'Expires'),
      fc.constantFrom(
        '',
        'x',
        `<sip:${DEVICE}@1>;tag=1`,
        'SIP/2.0/UDP h;branch=z',
        '1 REGISTER',
        '1 MESSAGE',
        'Digest a=b',
        '-1',
      ),
    )
    const any: fc.Arbitrary<SipMessage> = fc.oneof(
      fc.record({
        kind: fc.constant('request' as const),
        method: fc.constantFrom('REGISTER', 'MESSAGE', 'NOTIFY', 'INVITE', 'BYE', 'ACK', 'CANCEL', 'FOO'),
        uri: fc.constant('sip:a@b'),
        headers: fc.array(header, { maxLength: 8 }),
        body: fc.uint8Array({ maxLength: 30 }),
      }),
      fc.record({
        kind: fc.constant('response' as const),
        status: fc.constantFrom(100, 180, 200, 401, 487, 600),
        reason: fc.constant(''),
        headers: fc.array(header, { maxLength: 8 }),
        body: fc.uint8Array({ maxLength: 30 }),
      }),
    )
    fc.assert(
      fc.property(any, fc.nat({ max: 1_000_000 }), (message, now) => {
        server.receive(message, route, now)
        server.tick(now)
      }),
      { numRuns: 500 },
    )
  })
})
