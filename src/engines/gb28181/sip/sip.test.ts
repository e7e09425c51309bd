import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  parseCSeq,
  parseList,
  parseNameAddress,
  parseSipUri,
  parseVia,
  speakerOf,
  transactionKeyOf,
} from './headers.ts'
import { encodeSip, headerOf, headersOf, type SipMessage } from './message.ts'
import { parseSipDatagram, sipStream } from './parse.ts'
import { replyTo } from './reply.ts'
import { transactions } from './transactions.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const keepalive = [
  'MESSAGE sip:34020000002000000001@3402000000 SIP/2.0',
  'v: SIP/2.0/UDP 192.168.1.64:5060;rport;branch=z9hG4bK1371463273',
  'f: <sip:34020000001320000001@3402000000>;tag=2043466181',
  't: <sip:34020000002000000001@3402000000>',
  'i: 1011047669',
  'CSeq: 20 MESSAGE',
  'c: Application/MANSCDP+xml',
  'Max-Forwards: 70',
  'User-Agent: IP',
  '  Camera',
  'l: 4',
  '',
  'body',
].join('\r\n')

describe('a datagram', () => {
  test('has compact names spelled out and folded lines joined', () => {
    const message = parseSipDatagram(bytes(keepalive)) as SipMessage
    expect(message.kind === 'request' && message.method).toBe('MESSAGE')
    expect(headerOf(message, 'call-id')).toBe('1011047669')
    expect(headerOf(message, 'User-Agent')).toBe('IP Camera')
    expect(speakerOf(message)).toBe('34020000001320000001')
    expect(transactionKeyOf(message)).toBe('z9hG4bK1371463273|192.168.1.64|5060|1011047669|20|MESSAGE')
    expect(new TextDecoder().decode(message.body)).toBe('body')
  })
  test('ends where its length says, and is refused when it is shorter', () => {
    expect(parseSipDatagram(bytes(`${keepalive}trailing`))?.body.length).toBe(4)
    expect(parseSipDatagram(bytes(keepalive.slice(0, -1)))).toBeNull()
    expect(parseSipDatagram(bytes(keepalive.replace('l: 4', 'l: -4')))).toBeNull()
    expect(parseSipDatagram(bytes(keepalive.replace('l: 4', 'l: 4\r\nContent-Length: 3')))).toBeNull()
  })
  test('without a length goes to its end', () => {
    expect(parseSipDatagram(bytes(keepalive.replace('l: 4\r\n', '')))?.body.length).toBe(4)
  })
  test('with bare line feeds is understood', () => {
    expect(parseSipDatagram(bytes(keepalive.replaceAll('\r\n', '\n')))?.body.length).toBe(4)
  })
  test('that is too large or has too many headers is refused', () => {
    expect(parseSipDatagram(bytes(keepalive.replace('IP', 'x'.repeat(20_000))))).toBeNull()
    expect(parseSipDatagram(bytes(keepalive.replace('l: 4', `${'a: b\r\n'.repeat(200)}l: 4`)))).toBeNull()
  })
  test('may be a response', () => {
    expect(parseSipDatagram(bytes('SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n\r\n'))).toMatchObject({
      status: 200,
      reason: 'OK',
    })
  })
  test('of any bytes is never an exception', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (random) => void parseSipDatagram(random)))
    fc.assert(
      fc.property(fc.nat({ max: keepalive.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
        const changed = bytes(keepalive)
        changed[at] = value
        parseSipDatagram(changed)
      }),
    )
  })
})

const token = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/)
const message: fc.Arbitrary<SipMessage> = fc
  .record({
    method: fc.constantFrom('MESSAGE', 'REGISTER', 'INVITE'),
    headers: fc.array(
      fc.tuple(
        token.map((name) => `X-${name}`),
        token,
      ),
      { maxLength: 6 },
    ),
    body: fc.uint8Array({ maxLength: 200 }),
  })
  .map(({ method, headers, body }) => ({ kind: 'request', method, uri: 'sip:1@2', headers, body }))

describe('a stream', () => {
  test('gives the same messages wherever it is cut, also with keep-alives between', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 4 }),
        fc.array(fc.nat({ max: 60 }), { minLength: 1 }),
        (sent, sizes) => {
          const whole = sent.flatMap((each) => [13, 10, 13, 10, ...encodeSip(each)])
          const stream = sipStream()
          const got: SipMessage[] = []
          for (let at = 0, step = 0; at < whole.length; step += 1) {
            const size = (sizes[step % sizes.length] ?? 0) + 1
            got.push(...stream.push(Uint8Array.from(whole.slice(at, at + size))))
            at += size
          }
          expect(stream.broken()).toBe(false)
          expect(got.map((each) => [headersOf(each, 'X-a'), [...each.body]])).toEqual(
            sent.map((each) => [headersOf(each, 'X-a'), [...each.body]]),
          )
          expect(got.map((each) => each.headers.slice(0, -1))).toEqual(sent.map((each) => each.headers))
        },
      ),
    )
  })
  test('that promises or sends too much is broken', () => {
    const huge = sipStream()
    huge.push(bytes('MESSAGE sip:1@2 SIP/2.0\r\nContent-Length: 99999999\r\n\r\n'))
    expect(huge.broken()).toBe(true)
    const endless = sipStream()
    for (let i = 0; i < 20; i += 1) endless.push(bytes('x'.repeat(1000)))
    expect(endless.broken()).toBe(true)
    expect(endless.push(bytes(keepalive))).toEqual([])
  })
  test('of any bytes is never an exception', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 8 }), (chunks) => {
        const stream = sipStream()
        for (const chunk of chunks) stream.push(chunk)
      }),
    )
  })
})

describe('headers', () => {
  test('are read as RFC 3261 writes them', () => {
    expect(parseSipUri('sip:34020000001320000001@192.168.1.64:5060;transport=tcp')).toEqual({
      user: '34020000001320000001',
      host: '192.168.1.64',
      port: 5060,
    })
    expect(parseSipUri('sip:a@b:99999')).toBeNull()
    expect(parseSipUri('http://x')).toBeNull()
    expect(parseNameAddress('"A <b>" <sip:1@2;x=y>;tag=7')).toMatchObject({ params: { tag: '7' } })
    expect(parseNameAddress('sip:1@2;tag=9')).toMatchObject({ uri: 'sip:1@2', params: { tag: '9' } })
    expect(parseVia('SIP/2.0/TCP 10.0.0.1:5061;branch=z9;rport')).toMatchObject({ transport: 'tcp', port: 5061 })
    expect(parseCSeq('12 INVITE')).toEqual({ number: 12, method: 'INVITE' })
    expect(parseCSeq('twelve INVITE')).toBeNull()
    expect({ ...parseList('a="x,\\"y", b=2,c=') }).toEqual({ a: 'x,"y', b: '2', c: '' })
  })
  test('of a reply tell the device which address was seen', () => {
    const request = parseSipDatagram(bytes(keepalive))
    if (request?.kind !== 'request') throw new Error('no request')
    const reply = replyTo(request, 200, { toTag: 't1', from: { transport: 'udp', host: '9.9.9.9', port: 4321 } })
    expect(headerOf(reply, 'Via')).toBe(
      'SIP/2.0/UDP 192.168.1.64:5060;rport=4321;branch=z9hG4bK1371463273;received=9.9.9.9',
    )
    expect(headerOf(reply, 'To')).toBe('<sip:34020000002000000001@3402000000>;tag=t1')
  })
  test('cannot be split by a value with a line end', () => {
    const text = new TextDecoder().decode(
      encodeSip({
        kind: 'request',
        method: 'MESSAGE',
        uri: 'sip:1@2',
        headers: [['X', 'a\r\nEvil: 1']],
        body: bytes(''),
      }),
    )
    expect(text).toContain('X: a Evil: 1\r\n')
  })
})

describe('requests that wait', () => {
  const request = parseSipDatagram(bytes(keepalive))
  if (request?.kind !== 'request') throw new Error('no request')
  const sentAt = (transport: 'udp' | 'tcp') => {
    const waiting = transactions()
    waiting.sent(request, { transport, host: '1.1.1.1', port: 5060 }, 0)
    const times: number[] = []
    let givenUp = 0
    for (let now = 0; now <= 40_000; now += 100) {
      const { again, givenUp: lost } = waiting.tick(now)
      if (again.length > 0) times.push(now)
      givenUp += lost.filter(({ status }) => status === 408).length
    }
    return { times, givenUp, left: waiting.waiting() }
  }
  test('are sent again over UDP at growing distance, and given up after 32 s', () => {
    const { times, givenUp, left } = sentAt('udp')
    expect(times.slice(0, 5)).toEqual([500, 1500, 3500, 7500, 11_500])
    expect([givenUp, left]).toEqual([1, 0])
  })
  test('are not sent again over TCP', () => {
    expect(sentAt('tcp')).toEqual({ times: [], givenUp: 1, left: 0 })
  })
  test('end with a final answer', () => {
    const waiting = transactions()
    waiting.sent(request, { transport: 'udp', host: '1.1.1.1', port: 5060 }, 0)
    expect(waiting.answered(replyTo(request, 200))).toBe(true)
    expect(waiting.answered(replyTo(request, 200))).toBe(false)
    expect(waiting.tick(99_999)).toEqual({ again: [], givenUp: [] })
  })
})
