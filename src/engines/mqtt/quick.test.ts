import fc from 'fast-check'
import { generate, type IPublishPacket, parser } from 'mqtt-packet'
import { expect, it } from 'vitest'
import { encodeMqtt, mqttDecoder } from './codec.ts'
import { mqttLimits } from './limits.ts'
import { learnTelemetry, quickValues, readTelemetry } from './payload.ts'

const RECEIVED = Date.parse('2026-11-29T04:00:00Z')
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const figure = fc.oneof(
  { arbitrary: fc.integer({ min: -99_999, max: 99_999 }).map((value) => String(value / 100)), weight: 20 },
  fc.constantFrom(
    '0',
    '-0',
    '1e3',
    '01',
    '.5',
    '5.',
    '+1',
    '123456789012345',
    '1234567890123456',
    '9.0',
    'null',
    '"1"',
  ),
)
const count = fc.oneof(
  { arbitrary: fc.nat().map(String), weight: 8 },
  fc.constantFrom('-1', '1.5', '0', '1796000000000', '8640000000000001', '1e9'),
)
const payload = (
  names: readonly string[],
  order: boolean,
  ts: string,
  seq: string,
  values: readonly string[],
): string => {
  const said = names.map((name, place) => `"${name}":${values[place] ?? '0'}`).join(',')
  return order ? `{"ts":${ts},"seq":${seq},"values":{${said}}}` : `{"seq":${seq},"ts":${ts},"values":{${said}}}`
}

it('what is read by a layout is what the schema reads, for any two reports of one shape', () => {
  let quick = 0
  const values = fc.array(figure, { minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('pm10', 'noise', 'wind-speed', 'pm25', 'ts', '1st'), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.tuple(count, count, values),
      fc.tuple(count, count, values),
      (names, order, first, second) => {
        const example = bytesOf(payload(names, order, ...first))
        const layout = readTelemetry(example, RECEIVED) === null ? null : learnTelemetry(example)
        const next = bytesOf(payload(names, order, ...second))
        if (layout === null || !layout.read(next)) return
        const ms = layout.tsMs()
        const read = readTelemetry(next, RECEIVED)
        if (Number.isNaN(ms)) return
        quick += 1
        expect(read).toHaveLength(1)
        expect(read?.[0]?.skewMs).toBe(ms - RECEIVED)
        const said = read?.[0]?.values ?? {}
        for (const name of Object.keys(said)) expect(quickValues[layout.slotOf(name) ?? -1]).toBe(said[name])
        for (const name of ['pm10', 'noise', 'wind-speed', 'tsp'])
          expect(layout.slotOf(name) === undefined).toBe(said[name] === undefined)
      },
    ),
    { numRuns: 4000, seed: 5 },
  )
  // Or the property would have proved nothing.
  expect(quick).toBeGreaterThan(200)
})

it('a publication is read as the library reads it, whatever stands in it', () => {
  const connect = generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: 'd' })
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          qos: fc.constantFrom(0, 1, 2, 3),
          dup: fc.boolean(),
          retain: fc.boolean(),
          topic: fc.constantFrom('v1/d/telemetry', 'v1/d/event', 'v1/d/温度', ''),
          id: fc.nat(65_535),
          payload: fc.uint8Array({ maxLength: 200 }),
          cut: fc.integer({ min: 0, max: 3 }),
        }),
        { maxLength: 5 },
      ),
      (said) => {
        const frames = said.map(({ qos, dup, retain, topic, id, payload: body, cut }) => {
          const name = bytesOf(topic)
          const rest = Buffer.concat([
            Buffer.from([0, name.length]),
            name,
            ...(qos > 0 ? [Buffer.from([id >> 8, id & 255])] : []),
            body,
          ]).subarray(0, cut === 0 ? undefined : cut)
          const length = rest.length < 128 ? [rest.length] : [(rest.length & 127) | 128, rest.length >> 7]
          const first = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0)
          return Buffer.concat([Buffer.from([first, ...length]), rest])
        })
        const expected: unknown[] = []
        const library = parser({ protocolVersion: 4 })
        let failed = false
        const shown = (packet: IPublishPacket) => {
          const { cmd, qos, dup, retain, topic, messageId, payload: body } = packet
          return { cmd, qos, dup, retain, topic, messageId, payload: Buffer.from(body).toString('hex') }
        }
        library.on('packet', (packet) => {
          if (packet.cmd === 'publish') expected.push(shown(packet))
        })
        library.on('error', () => {
          failed = true
        })
        for (const frame of frames) if (!failed) library.parse(frame)
        const decoder = mqttDecoder(mqttLimits)
        decoder.push(Buffer.concat([connect, ...frames]))
        const found: unknown[] = []
        for (let packet = decoder.next(); packet !== null; packet = decoder.next())
          if (packet.cmd === 'publish') found.push(shown(packet))
        expect(found).toEqual(expected)
        expect(decoder.broken()).toBe(failed ? 'malformed' : null)
      },
    ),
    { numRuns: 500, seed: 3 },
  )
})

it('an acknowledgement is written as the library writes it', () => {
  for (const version of [3, 4, 5] as const)
    for (const messageId of [1, 255, 256, 65_535])
      expect(Buffer.from(encodeMqtt({ cmd: 'puback', messageId }, version))).toEqual(
        generate({ cmd: 'puback', messageId }, { protocolVersion: version }),
      )
})
