import fc from 'fast-check'
import { generate, type Packet } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { encodeMqtt } from './codec.ts'
import { type MqttConnection, mqttConnection } from './connection.ts'
import { directory } from './directory.ts'
import { mqttLimits } from './limits.ts'
import { readAttrs, readCommandAck, readEvent, readTelemetry } from './payload.ts'
import type { MqttEffect } from './session.ts'
import { judgeFilter, publicationOf } from './topics.ts'

type Version = 4 | 5
const text = (value: string): Buffer => Buffer.from(value)
const connect = (version: Version, more: object = {}): Packet => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: version,
  clean: true,
  clientId: 'dev1',
  keepalive: 60,
  username: 'dev1',
  password: text('secret'),
  ...more,
})
const publish = (messageId: number, more: object = {}): Packet => ({
  cmd: 'publish',
  qos: 1,
  dup: false,
  retain: false,
  topic: 'v1/dev1/telemetry',
  payload: text('{}'),
  messageId,
  ...more,
})
const subscribe = (topics: readonly string[], qos: 0 | 1 | 2 = 1): Packet => ({
  cmd: 'subscribe',
  messageId: 1,
  subscriptions: topics.map((topic) => ({ topic, qos, nl: false, rap: false, rh: 0 })),
})

const clientOf = (version: Version = 4, limits = mqttLimits) => {
  const connection = mqttConnection(limits, 0)
  const say = (packet: Packet, now = 0): readonly MqttEffect[] =>
    connection.bytes(generate(packet, { protocolVersion: version }), now)
  return { connection, say }
}
const open = (version: Version = 4, more: object = {}, limits = mqttLimits) => {
  const client = clientOf(version, limits)
  client.say(connect(version, more))
  const accepted = client.connection.step({ kind: 'authenticated', verdict: 'yes' }, 0)
  return { ...client, accepted }
}
const packets = (effects: readonly MqttEffect[]): readonly Packet[] =>
  effects.filter((effect) => effect.kind === 'send').map(({ packet }) => packet)
const closing = (effects: readonly MqttEffect[]) => effects.find((effect) => effect.kind === 'close')
const publications = (effects: readonly MqttEffect[]) => effects.filter((effect) => effect.kind === 'publication')

describe('topics', () => {
  test('let a device publish only below its own id', () => {
    expect(publicationOf('dev1', 'v1/dev1/telemetry')).toEqual({ kind: 'telemetry' })
    expect(publicationOf('dev1', 'v1/dev1/cmd/c7/ack')).toEqual({ kind: 'command-ack', commandId: 'c7' })
    for (const topic of [
      'v1/dev2/telemetry',
      'v1/dev1/telemetry/x',
      'v1/dev1/cmd/c7',
      'v1/dev1',
      'v2/dev1/event',
      '',
      'v1/dev1/cmd/+/ack',
      '/v1/dev1/event',
      'v1/dev1/cmd/c/ack/a/b/c/d',
    ])
      expect(publicationOf('dev1', topic)).toBeNull()
  })
  test('let a device subscribe only to its own commands', () => {
    for (const filter of ['v1/dev1/cmd/+', 'v1/dev1/cmd/#', 'v1/dev1/cmd/c7'])
      expect(judgeFilter('dev1', filter)).toBe('own-commands')
    for (const filter of [
      '#',
      '+/+/cmd/+',
      'v1/+/cmd/+',
      'v1/dev2/cmd/+',
      'v1/dev1/#',
      'v1/dev1/telemetry',
      'v1/dev1/cmd/c7/ack',
    ])
      expect(judgeFilter('dev1', filter)).toBe('forbidden')
    expect(judgeFilter('dev1', '$share/g/v1/dev1/cmd/+')).toBe('shared')
    for (const filter of ['', 'v1/dev1/cmd/a+', '#/a', 'a\u0000']) expect(judgeFilter('dev1', filter)).toBe('malformed')
  })
})

describe('connecting', () => {
  test('asks the host about the device and its secret', () => {
    const { say, connection } = clientOf()
    expect(say(connect(4))).toEqual([
      { kind: 'authenticate', deviceId: 'dev1', username: 'dev1', password: text('secret') },
    ])
    const effects = connection.step({ kind: 'authenticated', verdict: 'yes' }, 0)
    expect(packets(effects)).toEqual([{ cmd: 'connack', sessionPresent: false, returnCode: 0 }])
    expect(effects).toContainEqual({ kind: 'connected', deviceId: 'dev1' })
  })
  test('tells MQTT 5 what we do not do', () => {
    expect(packets(open(5).accepted)[0]).toMatchObject({
      reasonCode: 0,
      properties: { maximumQoS: 1, retainAvailable: false, sessionExpiryInterval: 0, receiveMaximum: 50 },
    })
  })
  test.each([
    [4, 'no', { returnCode: 5 }],
    [5, 'no', { reasonCode: 0x87 }],
    [4, 'unavailable', { returnCode: 3 }],
    [5, 'unavailable', { reasonCode: 0x88 }],
  ] as const)('in version %s is refused when the host says %s', (version, verdict, code) => {
    const { say, connection } = clientOf(version)
    say(connect(version))
    const effects = connection.step({ kind: 'authenticated', verdict }, 0)
    expect(packets(effects)[0]).toMatchObject({ cmd: 'connack', sessionPresent: false, ...code })
    expect(closing(effects)).toMatchObject({ gone: null })
    expect(connection.step({ kind: 'authenticated', verdict: 'yes' }, 0)).toEqual([])
  })
  test('is refused for an id that could reach beyond its topics', () => {
    for (const clientId of ['a/b', '+', '#', '', 'x'.repeat(65)]) {
      const effects = clientOf().say(connect(4, { clientId }))
      expect(packets(effects)[0]).toMatchObject({ returnCode: 2 })
      expect(closing(effects)?.because).toBe('bad-client-id')
    }
  })
  test('must come first, once, and within its time', () => {
    expect(closing(clientOf().say({ cmd: 'pingreq' }))?.because).toBe('protocol')
    const { say } = open()
    expect(closing(say(connect(4)))?.because).toBe('protocol')
    const silent = clientOf().connection
    expect(silent.step({ kind: 'tick' }, 9999)).toEqual([])
    expect(closing(silent.step({ kind: 'tick' }, 10_000))?.because).toBe('no-connect')
  })
  test('may be followed at once by publications, which wait for the decision', () => {
    const { say, connection } = clientOf()
    say(connect(4))
    expect(say(publish(1))).toEqual([])
    const effects = connection.step({ kind: 'authenticated', verdict: 'yes' }, 0)
    expect(effects.map(({ kind }) => kind)).toEqual(['send', 'connected', 'publication'])
  })
  test('a second time takes the first session over', () => {
    const devices = directory<MqttConnection>()
    const [first, second] = [open(5), open(5)]
    expect(devices.connected('dev1', first.connection)).toBeNull()
    expect(devices.connected('dev1', second.connection)).toBe(first.connection)
    const effects = first.connection.step({ kind: 'taken-over' }, 0)
    expect(packets(effects)).toEqual([{ cmd: 'disconnect', reasonCode: 0x8e }])
    expect(devices.gone('dev1', first.connection)).toBe(false)
    expect(devices.find('dev1')).toBe(second.connection)
    expect(devices.gone('dev1', second.connection)).toBe(true)
  })
})

describe('a publication', () => {
  test('of QoS 1 is acknowledged only after the commit, once, in any order', () => {
    const { say, connection } = open()
    const effects = [...say(publish(7)), ...say(publish(8))]
    expect(packets(effects)).toEqual([])
    expect(publications(effects).map(({ packetId }) => packetId)).toEqual([7, 8])
    expect(packets(connection.step({ kind: 'committed', packetId: 8 }, 1))).toEqual([{ cmd: 'puback', messageId: 8 }])
    expect(packets(connection.step({ kind: 'committed', packetId: 8 }, 1))).toEqual([])
    expect(packets(connection.step({ kind: 'committed', packetId: 7 }, 1))).toEqual([{ cmd: 'puback', messageId: 7 }])
  })
  test('sent again while it is being committed is told once and acknowledged once', () => {
    const { say, connection } = open()
    expect(publications([...say(publish(7)), ...say(publish(7, { dup: true }))])).toHaveLength(1)
    expect(packets(connection.step({ kind: 'committed', packetId: 7 }, 1))).toHaveLength(1)
    expect(publications(say(publish(7, { dup: true })))).toMatchObject([{ dup: true }])
  })
  test('that could not be stored closes the connection without PUBACK', () => {
    const { say, connection } = open()
    say(publish(7))
    const effects = connection.step({ kind: 'failed', packetId: 7 }, 1)
    expect(packets(effects)).toEqual([])
    expect(closing(effects)).toMatchObject({ because: 'unavailable', gone: 'dev1' })
  })
  test('of QoS 0 is told and needs no commit', () => {
    expect(publications(open().say(publish(0, { qos: 0 })))).toMatchObject([
      { packetId: null, publication: { kind: 'telemetry' } },
    ])
  })
  test.each([
    ['of QoS 2', { qos: 2 }, 'qos2', 0x9b],
    ['to another device', { topic: 'v1/dev2/telemetry' }, 'forbidden-topic', 0x87],
    ['of more than 64 kB', { payload: Buffer.alloc(64 * 1024 + 1) }, 'too-large', 0x95],
  ] as const)('%s ends the connection', (_title, more, because, code) => {
    expect(closing(open(4).say(publish(1, more)))?.because).toBe(because)
    const effects = open(5).say(publish(1, more))
    expect(closing(effects)?.because).toBe(because)
    expect(packets(effects)).toEqual([{ cmd: 'disconnect', reasonCode: code }])
  })
  test('that wants to be retained is a plain one in 3.1.1 and refused in 5', () => {
    expect(publications(open(4).say(publish(1, { retain: true })))).toHaveLength(1)
    expect(packets(open(5).say(publish(1, { retain: true })))).toEqual([{ cmd: 'disconnect', reasonCode: 0x9a }])
  })
  test('with a topic alias, which we never offered, ends the connection', () => {
    expect(closing(open(5).say(publish(1, { properties: { topicAlias: 3 } })))?.because).toBe('protocol')
  })
  test('beyond 50 in flight waits undecoded until half of them are committed', () => {
    const { connection } = open()
    const burst = Buffer.concat(Array.from({ length: 120 }, (_, at) => generate(publish(at + 1))))
    const effects = connection.bytes(burst, 0)
    expect(publications(effects)).toHaveLength(50)
    expect(effects.at(-1)).toEqual({ kind: 'pause' })
    const later: MqttEffect[] = []
    for (let id = 1; id <= 120; id += 1) later.push(...connection.step({ kind: 'committed', packetId: id }, 1))
    expect(packets(later).map((packet) => packet.messageId)).toEqual(Array.from({ length: 120 }, (_, at) => at + 1))
    expect(publications(later).map(({ packetId }) => packetId)).toEqual(Array.from({ length: 70 }, (_, at) => at + 51))
    const turns = later.filter(({ kind }) => kind === 'pause' || kind === 'resume').map(({ kind }) => kind)
    expect(turns.at(0)).toBe('resume')
    expect(turns.at(-1)).toBe('resume')
    expect(connection.waitingBytes()).toBe(0)
  })
  test('of a device that does not stop when it is not read ends the connection', () => {
    const { connection } = open()
    const burst = Buffer.concat(Array.from({ length: 60 }, (_, at) => generate(publish(at + 1))))
    connection.bytes(burst, 0)
    let closed: ReturnType<typeof closing>
    for (let count = 0; count < 200 && closed === undefined; count += 1)
      closed = closing(connection.bytes(Buffer.alloc(1024), 0))
    expect(closed?.because).toBe('too-large')
    expect(connection.waitingBytes()).toBeLessThan(70 * 1024)
  })
})

describe('a subscription', () => {
  test('is granted for own commands at QoS 1 at most, refused otherwise', () => {
    const effects = open(4).say(subscribe(['v1/dev1/cmd/+', '#'], 2))
    expect(packets(effects)).toEqual([{ cmd: 'suback', messageId: 1, granted: [1, 0x80] }])
    expect(effects).toContainEqual({ kind: 'ready-for-commands', deviceId: 'dev1' })
    expect(packets(open(5).say(subscribe(['$share/g/x', 'v1/dev2/cmd/+', 'a#'])))[0]).toMatchObject({
      granted: [0x9e, 0x87, 0x8f],
    })
  })
  test('brings a command, which is received when the device says so', () => {
    const { say, connection } = open()
    const command = { kind: 'command', commandId: 'c1', payload: text('on') } as const
    expect(connection.step(command, 0)).toEqual([{ kind: 'command-kept', commandId: 'c1', because: 'not-subscribed' }])
    say(subscribe(['v1/dev1/cmd/+']))
    const [packet] = packets(connection.step(command, 0))
    expect(packet).toMatchObject({ cmd: 'publish', topic: 'v1/dev1/cmd/c1', qos: 1, messageId: 1 })
    expect(connection.step(command, 0)).toEqual([])
    expect(say({ cmd: 'puback', messageId: 1 })).toEqual([
      { kind: 'command-received', deviceId: 'dev1', commandId: 'c1' },
    ])
    expect(publications(say(publish(3, { topic: 'v1/dev1/cmd/c1/ack' })))[0]?.publication).toEqual({
      kind: 'command-ack',
      commandId: 'c1',
    })
  })
  test('ends by UNSUBSCRIBE', () => {
    const { say, connection } = open(5)
    say(subscribe(['v1/dev1/cmd/+']))
    expect(
      packets(say({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['v1/dev1/cmd/+', 'x'] }))[0],
    ).toMatchObject({ granted: [0, 0x11] })
    expect(connection.step({ kind: 'command', commandId: 'c', payload: text('') }, 0)).toMatchObject([
      { because: 'not-subscribed' },
    ])
  })
  test('keeps commands that a device cannot take', () => {
    const { say, connection } = open(5, { properties: { receiveMaximum: 1, maximumPacketSize: 100 } })
    say(subscribe(['v1/dev1/cmd/+']))
    const give = (commandId: string, size: number) =>
      connection.step({ kind: 'command', commandId, payload: Buffer.alloc(size) }, 0)
    expect(give('big', 200)).toMatchObject([{ because: 'too-large' }])
    expect(packets(give('a', 1))).toHaveLength(1)
    expect(give('b', 1)).toMatchObject([{ because: 'too-many' }])
    const lost = closing(connection.step({ kind: 'lost' }, 1))
    expect(lost?.unacknowledged).toEqual(['a'])
  })
})

describe('the end', () => {
  test('comes after one and a half keep-alives of silence, and not before', () => {
    const { say, connection } = open()
    expect(connection.session.deadlineMs()).toBe(90_000)
    expect(packets(say({ cmd: 'pingreq' }, 50_000))).toEqual([{ cmd: 'pingresp' }])
    expect(connection.step({ kind: 'tick' }, 139_999)).toEqual([])
    expect(closing(connection.step({ kind: 'tick' }, 140_000))).toMatchObject({ because: 'keepalive', gone: 'dev1' })
  })
  test('comes for a device without keep-alive too, which MQTT 5 is told', () => {
    const { connection, accepted } = open(5, { keepalive: 0 })
    expect(packets(accepted)[0]).toMatchObject({ properties: { serverKeepAlive: 1200 } })
    expect(connection.session.deadlineMs()).toBe(1_800_000)
  })
  test('by DISCONNECT has no will; without a word the will is a hint', () => {
    const will = { will: { topic: 'v1/dev1/event', payload: text('gone'), qos: 0, retain: false } }
    expect(closing(open(4, will).say({ cmd: 'disconnect' }))).toMatchObject({
      because: 'disconnected',
      gone: 'dev1',
      will: null,
    })
    expect(closing(open(4, will).connection.step({ kind: 'lost' }, 1))).toMatchObject({
      gone: 'dev1',
      will: text('gone'),
    })
    expect(closing(open(5, will).say({ cmd: 'disconnect', reasonCode: 4 }))?.will).toEqual(text('gone'))
  })
  test('leaves a machine that does nothing more', () => {
    const { say, connection } = open()
    connection.step({ kind: 'lost' }, 1)
    expect(say(publish(1))).toEqual([])
    expect(connection.step({ kind: 'committed', packetId: 1 }, 2)).toEqual([])
    expect(connection.step({ kind: 'lost' }, 2)).toEqual([])
    expect(connection.step({ kind: 'tick' }, 99_999_999)).toEqual([])
  })
})

describe('a stream of bytes', () => {
  test('means the same wherever it is cut', () => {
    const whole = Buffer.concat([
      generate(connect(5), { protocolVersion: 5 }),
      ...[
        publish(1, { payload: Buffer.alloc(300, 65) }),
        subscribe(['v1/dev1/cmd/+']),
        publish(2),
        { cmd: 'pingreq' } as Packet,
      ].map((packet) => generate(packet, { protocolVersion: 5 })),
    ])
    const run = (cuts: readonly number[]): readonly MqttEffect[] => {
      const connection = mqttConnection(mqttLimits, 0)
      const effects: MqttEffect[] = []
      const edges = [0, ...[...cuts].sort((a, b) => a - b), whole.length]
      for (let at = 1; at < edges.length; at += 1) {
        const got = connection.bytes(whole.subarray(edges[at - 1], edges[at]), 0)
        effects.push(...got)
        if (got.some(({ kind }) => kind === 'authenticate'))
          effects.push(...connection.step({ kind: 'authenticated', verdict: 'yes' }, 0))
      }
      return effects
    }
    const expected = run([])
    expect(expected.map(({ kind }) => kind)).toEqual([
      'authenticate',
      'send',
      'connected',
      'publication',
      'send',
      'ready-for-commands',
      'publication',
      'send',
    ])
    fc.assert(
      fc.property(fc.array(fc.nat({ max: whole.length }), { maxLength: 12 }), (cuts) => {
        expect(run(cuts)).toEqual(expected)
      }),
    )
  })
  test('of anything is never an exception, and ends the connection when it is not MQTT', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), (chunks) => {
        const { connection } = open()
        for (const chunk of chunks) connection.bytes(chunk, 0)
        expect(connection.waitingBytes()).toBeLessThan(2000)
      }),
      { numRuns: 300 },
    )
    fc.assert(
      fc.property(fc.nat({ max: 200 }), fc.nat({ max: 255 }), fc.constantFrom(4, 5), (at, value, version) => {
        const bytes = generate(
          connect(version as Version, { will: { topic: 'a', payload: text('b'), qos: 1, retain: false } }),
          { protocolVersion: version },
        )
        bytes[at % bytes.length] = value
        mqttConnection(mqttLimits, 0).bytes(bytes, 0)
      }),
      { numRuns: 500 },
    )
  })
  test('that promises too much is ended before it is kept', () => {
    expect(closing(clientOf().connection.bytes(Uint8Array.of(0x10, 0xff, 0xff, 0x7f), 0))?.because).toBe('too-large')
    expect(closing(open().connection.bytes(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f), 0))?.because).toBe('too-large')
    expect(closing(open().connection.bytes(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff), 0))?.because).toBe('protocol')
  })
  test('out of the machine can be written for both versions', () => {
    for (const version of [4, 5] as const)
      for (const packet of packets(open(version).accepted)) expect(encodeMqtt(packet, version)[0]).toBe(0x20)
    expect(encodeMqtt({ cmd: 'disconnect', reasonCode: 0x8e }, 5)[0]).toBe(0xe0)
    expect([...encodeMqtt({ cmd: 'puback', messageId: 5 }, 4)]).toEqual([0x40, 2, 0, 5])
  })
})

describe('payloads', () => {
  const now = Date.parse('2026-03-01T00:00:00.000Z')
  test('of telemetry are one report or many, with time of the device where it is plausible', () => {
    expect(readTelemetry(text('{"ts":1772323200000,"seq":1,"values":{"pm10":88.5}}'), now)).toEqual([
      {
        at: '2026-03-01T00:00:00.000Z',
        clockReplaced: false,
        skewMs: 1_772_323_200_000 - now,
        seq: 1,
        values: { pm10: 88.5 },
      },
    ])
    const many = readTelemetry(
      text(
        '[{"ts":0,"seq":1,"values":{"a":1}},{"ts":"2026-03-01T07:59:00+08:00","seq":2,"values":{"a":2}},{"seq":3,"values":{"a":3}}]',
      ),
      now,
    )
    expect(many?.map(({ at, clockReplaced }) => [at, clockReplaced])).toEqual([
      ['2026-03-01T00:00:00.000Z', true],
      ['2026-02-28T23:59:00.000Z', false],
      ['2026-03-01T00:00:00.000Z', true],
    ])
  })
  test('that are not what the topic wants are null', () => {
    for (const bad of [
      '',
      '[]',
      '{"seq":1,"values":{}}',
      '{"seq":-1,"values":{"a":1}}',
      '{"seq":1,"values":{"a":"1"}}',
      '{"seq":1,"values":{"a":1e999}}',
      '{"seq":1,"values":{"__proto__":1}}',
      '\xff',
    ])
      expect(readTelemetry(Buffer.from(bad, 'latin1'), now)).toBeNull()
    expect(readEvent(text('{"eventId":"","type":"overload"}'), now)).toBeNull()
    fc.assert(
      fc.property(fc.json(), (json) => {
        const bytes = text(json)
        readTelemetry(bytes, now)
        readEvent(bytes, now)
        readAttrs(bytes)
        readCommandAck(bytes)
      }),
    )
  })
  test('of events, attributes and acknowledgements have their defaults', () => {
    expect(readEvent(text('{"eventId":"e1","type":"overload","severity":1,"data":{"load":5.2}}'), now)).toEqual({
      at: '2026-03-01T00:00:00.000Z',
      clockReplaced: true,
      eventId: 'e1',
      type: 'overload',
      severity: 1,
      active: true,
      text: '',
      data: { load: 5.2 },
    })
    expect(readAttrs(text('{"firmware":"1.2","height":40}'))).toEqual({ firmware: '1.2', height: 40 })
    expect(readCommandAck(text('{"ok":true}'))).toEqual({ ok: true, text: '', data: {} })
  })
})
