import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Instant, instantFromMs, msOf } from '../../../../kernel/time.ts'
import type { DeviceId, DeviceKind, KnownDevice, Report, SiteId, TelemetryReport } from '../report.ts'
import { type CompiledRule, compileRule } from './compile.ts'
import { type DefinitionInput, definitionSchema } from './definition.ts'
import { createEngine, type Engine } from './engine/engine.ts'
import { type Finding, heardNothing, nothingAround, type Surroundings, type Zone } from './engine/types.ts'
import type { Limit } from './limits.ts'
import { hourOfWeek, msOfInstant } from './moment.ts'

const T0 = msOf('2026-06-01T02:00:00.000Z' as Instant)
const MINUTE = 60_000
const source = { basis: '测试', certainty: 'A' as const }
const night: Limit = {
  id: 'test.noise',
  name: { zh: '噪声', en: 'Noise' },
  metric: 'noise',
  unit: 'dB(A)',
  region: null,
  statistic: { kind: 'momentary', minutes: null },
  note: '',
  rows: [
    { value: 70, window: 'day', allowedPerDay: 1, source, validFrom: null, validTo: null },
    { value: 55, window: 'night', allowedPerDay: 0, source, validFrom: null, validTo: null },
  ],
}
const dated: Limit = {
  ...night,
  id: 'test.dated',
  rows: [
    { ...source0(100), validFrom: null, validTo: '2026-05-31' },
    { ...source0(200), validFrom: '2026-06-01', validTo: null },
  ] as Limit['rows'],
}
function source0(value: number) {
  return { value, window: 'all' as const, allowedPerDay: null, source }
}
const reference = {
  limits: { note: '', night: { from: '22:00', to: '06:00', source }, limits: [night, dated] },
  codes: {
    note: '',
    sets: [
      {
        id: 'helmet',
        name: night.name,
        source,
        codes: [
          { vendor: 'x', code: 'safetyHelmet*' },
          { vendor: 'y', code: '5/6' },
        ],
      },
    ],
  },
}
const ruleOf = (
  condition: DefinitionInput['condition'],
  more: { readonly key?: string; readonly deviceKinds?: readonly DeviceKind[] } = {},
): CompiledRule =>
  compileRule(
    {
      key: more.key ?? condition.kind,
      version: 1,
      definition: definitionSchema.parse({
        name: night.name,
        advice: night.name,
        condition,
        appliesTo: { deviceKinds: more.deviceKinds ?? ['dust'] },
        severity: 2,
        source,
      }),
    },
    reference,
  )
const metrics = ['pm10', 'noise', 'wind-speed', 'slew', 'radius']
const device = (n = 1, kind: DeviceKind = 'dust', site = 1): KnownDevice => ({
  siteId: `site-${site}` as SiteId,
  deviceId: `device-${n}` as DeviceId,
  kind,
  profileId: 1,
  metrics,
})
const said = (
  atMs: number,
  values: Readonly<Record<string, number>>,
  more: Partial<TelemetryReport> = {},
): TelemetryReport => ({
  kind: 'telemetry',
  device: more.device ?? device(),
  at: instantFromMs(atMs),
  receivedAt: more.receivedAt ?? instantFromMs(atMs + 500),
  buffered: more.buffered ?? false,
  quality: more.quality ?? 0,
  ...(more.spanSeconds === undefined ? {} : { spanSeconds: more.spanSeconds }),
  values: Float32Array.from(metrics.map((metric) => values[metric] ?? Number.NaN)),
})
const engineOf = (rules: readonly CompiledRule[], surroundings: Surroundings = nothingAround) =>
  createEngine({ rules, surroundings })
const run = (engine: Engine, reports: readonly Report[]): readonly Finding[] => {
  const found: Finding[] = []
  engine.evaluate(reports, (finding) => found.push(finding))
  return found
}
const shape = (finding: Finding) =>
  [
    finding.device.deviceId,
    finding.rule.key,
    finding.what,
    (finding.atMs - T0) / MINUTE,
    (finding.occurredMs - T0) / MINUTE,
  ] as const
/** One report a minute. */
const minutes = (metric: string, values: readonly number[], from = T0) =>
  values.map((value, index) => said(from + index * MINUTE, { [metric]: value }))

describe('moments', () => {
  it('are the same as those of the calendar', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (ms) => {
        expect(msOfInstant(instantFromMs(ms))).toBe(ms)
      }),
    )
    expect(hourOfWeek(msOf('2026-06-01T00:00:00.000Z' as Instant))).toBe(8)
    expect(hourOfWeek(msOf('2026-06-07T15:59:59.999Z' as Instant))).toBe(167)
  })
})

describe('a threshold', () => {
  const rule = ruleOf({
    kind: 'threshold',
    metric: 'pm10',
    limit: { value: 150 },
    band: 20,
    forSeconds: 120,
    clearSeconds: 60,
  })
  it('is raised only after its duration, from the moment it began', () => {
    const found = run(engineOf([rule]), minutes('pm10', [100, 151, 160, 170, 170]))
    expect(found.map(shape)).toEqual([['device-1', 'threshold', 'raise', 3, 1]])
    expect(found[0]).toMatchObject({ metric: 'pm10', value: 170, limit: 150 })
  })
  it('that is interrupted begins anew', () => {
    expect(run(engineOf([rule]), minutes('pm10', [160, 160, 140, 160, 160, 140]))).toEqual([])
  })
  it('does not take a silence for proof', () => {
    const reports = [said(T0, { pm10: 160 }), said(T0 + 60 * MINUTE, { pm10: 160 })]
    expect(run(engineOf([rule]), reports)).toEqual([])
  })
  it('ends below the band, after its own duration', () => {
    const found = run(engineOf([rule]), minutes('pm10', [160, 160, 160, 140, 129, 129, 129]))
    expect(found.map(shape)).toEqual([
      ['device-1', 'threshold', 'raise', 2, 0],
      ['device-1', 'threshold', 'end', 5, 0],
    ])
  })
  it('never flaps inside the band', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 131, max: 200, noNaN: true }), { maxLength: 60 }), (values) => {
        const engine = engineOf([rule])
        const before = run(engine, minutes('pm10', [160, 160, 160]))
        const after = run(engine, minutes('pm10', values, T0 + 3 * MINUTE))
        expect([before.length, after.length]).toEqual([1, 0])
      }),
    )
  })
  it('uses the limit of the day and of the night, and the one in force', () => {
    const noise = ruleOf({ kind: 'threshold', metric: 'noise', limit: { limitId: 'test.noise' } })
    const at = (text: string) => msOf(text as Instant)
    const day = [said(at('2026-06-01T13:59:59.000Z'), { noise: 60 })]
    const dark = [said(at('2026-06-01T14:00:00.000Z'), { noise: 60 })]
    const dawn = [said(at('2026-06-01T22:00:00.000Z'), { noise: 60 })]
    const engine = engineOf([noise])
    expect(run(engine, day)).toEqual([])
    expect(run(engine, dark)).toMatchObject([{ what: 'raise', limit: 55, window: 'night' }])
    expect(run(engine, dawn)).toMatchObject([{ what: 'end' }])
    const byDate = ruleOf({ kind: 'threshold', metric: 'pm10', limit: { limitId: 'test.dated' } })
    expect(run(engineOf([byDate]), [said(at('2026-05-31T15:59:00.000Z'), { pm10: 150 })])).toMatchObject([
      { limit: 100 },
    ])
    expect(run(engineOf([byDate]), [said(at('2026-05-31T16:00:00.000Z'), { pm10: 150 })])).toEqual([])
  })
  it('ignores buffered, old, out of order, faulty and aggregated values', () => {
    const plain = ruleOf({ kind: 'threshold', metric: 'pm10', limit: { value: 150 } })
    const bad = { pm10: 500 }
    const engine = engineOf([plain])
    expect(run(engine, [said(T0, bad, { buffered: true })])).toEqual([])
    expect(run(engine, [said(T0, bad, { receivedAt: instantFromMs(T0 + 11 * MINUTE) })])).toEqual([])
    expect(run(engine, [said(T0, bad, { quality: 2 })])).toEqual([])
    expect(run(engine, [said(T0, bad, { spanSeconds: 3600 })])).toEqual([])
    expect(run(engine, [said(T0 + MINUTE, { pm10: 1 }), said(T0, bad)])).toEqual([])
    expect(run(engine, [said(T0 + 2 * MINUTE, bad)])).toHaveLength(1)
  })
})

describe('the count of a day', () => {
  const rule = ruleOf({ kind: 'daily-count', metric: 'noise', minutes: 15, limit: { limitId: 'test.noise' } })
  const quarter = (n: number, value: number, more: Partial<TelemetryReport> = {}) =>
    [0, 5, 10].map((minute) => said(T0 + (n * 15 + minute) * MINUTE, { noise: value }, more))
  it('is raised by the first mean beyond what is allowed, once a day', () => {
    const reports = [0, 1, 2, 3, 4].flatMap((n) => quarter(n, n === 1 ? 60 : 80))
    const found = run(engineOf([rule]), reports)
    expect(found.map(shape)).toEqual([['device-1', 'daily-count', 'raise', 45, 30]])
    expect(found[0]).toMatchObject({ more: { count: 2, allowed: 1 } })
  })
  it('counts buffered data, and tells of it with the next live report', () => {
    const late = { buffered: true, receivedAt: instantFromMs(T0 + 120 * MINUTE) }
    const engine = engineOf([rule])
    expect(run(engine, [said(T0 + 90 * MINUTE, { noise: 50 })])).toEqual([])
    expect(run(engine, [...quarter(0, 80, late), ...quarter(2, 80, late)])).toEqual([])
    expect(run(engine, [said(T0 + 91 * MINUTE, { noise: 50 })])).toMatchObject([{ what: 'raise', more: { count: 2 } }])
  })
  it('begins anew at midnight in Shanghai and ends the alarm of the day', () => {
    const reports = [...quarter(0, 80), ...quarter(1, 80), ...quarter(2, 80)]
    const next = said(msOf('2026-06-01T16:00:00.000Z' as Instant), { noise: 50 })
    expect(run(engineOf([rule]), [...reports, next]).map((each) => each.what)).toEqual(['raise', 'end'])
  })
  it('takes the energetic mean of levels where the standard does', () => {
    const leq = ruleOf({ kind: 'daily-count', metric: 'noise', minutes: 15, statistic: 'leq', limit: { value: 70 } })
    const mixed = [said(T0, { noise: 40 }), said(T0 + MINUTE, { noise: 75 }), said(T0 + 15 * MINUTE, { noise: 40 })]
    expect(run(engineOf([leq]), mixed)).toMatchObject([{ what: 'raise', value: expect.closeTo(71.99, 1) }])
  })
})

describe('other conditions', () => {
  it('tell of silence of a device and of a metric, and of its end', () => {
    const whole = ruleOf({ kind: 'stale', afterSeconds: 600 }, { key: 'whole' })
    const one = ruleOf({ kind: 'stale', metrics: ['noise'], afterSeconds: 120 }, { key: 'one' })
    const engine = engineOf([whole, one])
    expect(run(engine, [said(T0, { pm10: 1, noise: 1 })])).toEqual([])
    const partly = run(
      engine,
      [1, 2, 3].map((n) => said(T0 + n * MINUTE, { pm10: 1 })),
    )
    expect(partly.map(shape)).toEqual([['device-1', 'one', 'raise', 2, 2]])
    const found: Finding[] = []
    const next = engine.silent('device-1' as DeviceId, null, T0 + 12 * MINUTE, (each) => found.push(each))
    expect([next, found]).toEqual([T0 + 13 * MINUTE, []])
    engine.silent('device-1' as DeviceId, null, T0 + 14 * MINUTE, (each) => found.push(each))
    expect(found.map(shape)).toEqual([['device-1', 'whole', 'raise', 14, 13]])
    const back = run(engine, [said(T0 + 20 * MINUTE, { pm10: 1, noise: 2 })])
    expect(back.map((each) => [each.rule.key, each.what])).toEqual([
      ['whole', 'end'],
      ['one', 'end'],
    ])
  })
  it('tell of a value that stands still, but not at values where it may', () => {
    const rule = ruleOf({ kind: 'flatline', metric: 'wind-speed', samples: 4, except: [0] })
    expect(run(engineOf([rule]), minutes('wind-speed', [0, 0, 0, 0, 0, 0]))).toEqual([])
    const found = run(engineOf([rule]), minutes('wind-speed', [1, 2, 2, 2, 2, 2, 3]))
    expect(found.map(shape)).toEqual([
      ['device-1', 'flatline', 'raise', 4, 1],
      ['device-1', 'flatline', 'end', 6, 1],
    ])
  })
  it('tell of a jump once while it goes on', () => {
    const rule = ruleOf({ kind: 'jump', metric: 'pm10', delta: 300, withinSeconds: 90, clearSeconds: 120 })
    const found = run(engineOf([rule]), minutes('pm10', [50, 400, 50, 60, 60, 60]))
    expect(found.map(shape)).toEqual([
      ['device-1', 'jump', 'raise', 1, 1],
      ['device-1', 'jump', 'end', 4, 1],
    ])
  })
  it('compare with the own hour of the week and with neighbours', () => {
    const history = ruleOf({ kind: 'history', metric: 'pm10', score: 5, minDeviation: 5 })
    const neighbours = ruleOf({ kind: 'neighbours', metric: 'pm10', score: 5, minDeviation: 5, withinM: 5000 })
    const surroundings: Surroundings = {
      ...nothingAround,
      usual: (_id, _metric, hour) => (hour === 10 ? { median: 60, deviation: 10, hours: 8 } : null),
      around: () => [55, 60, 65, 70],
    }
    const found = run(engineOf([history, neighbours], surroundings), minutes('pm10', [60, 120, 160]))
    expect(found.map((each) => [each.rule.key, each.what, (each.atMs - T0) / MINUTE])).toEqual([
      ['neighbours', 'raise', 1],
      ['history', 'raise', 2],
    ])
    const alone = { ...surroundings, around: () => [60, 65] }
    expect(run(engineOf([neighbours], alone), minutes('pm10', [600]))).toEqual([])
  })
  it('know zones to enter, to leave and to stay in', () => {
    const square = (kind: string, a: number, b: number): Zone => ({
      zoneId: kind,
      kind,
      name: kind,
      floor: null,
      polygon: [
        [
          [a, a],
          [b, a],
          [b, b],
          [a, b],
          [a, a],
        ],
      ],
    })
    const surroundings = { ...nothingAround, zones: () => [square('fence', 0, 10), square('danger', 4, 5)] }
    const rules = [
      ruleOf({ kind: 'zone', event: 'enter', zoneKinds: ['danger'] }, { key: 'enter', deviceKinds: ['tracker'] }),
      ruleOf(
        { kind: 'zone', event: 'leave', zoneKinds: ['fence'], forSeconds: 60 },
        { key: 'leave', deviceKinds: ['tracker'] },
      ),
      ruleOf(
        { kind: 'zone', event: 'stay', zoneKinds: ['danger'], forSeconds: 120 },
        { key: 'stay', deviceKinds: ['tracker'] },
      ),
    ]
    const at = (minute: number, place: number, accuracyM: number | null = 5): Report => ({
      kind: 'position',
      device: { ...device(9, 'tracker'), metrics: [] },
      at: instantFromMs(T0 + minute * MINUTE),
      receivedAt: instantFromMs(T0 + minute * MINUTE),
      buffered: false,
      lon: place,
      lat: place,
      floor: null,
      speedMps: null,
      accuracyM,
    })
    const path = [at(0, 1), at(1, 4.5, 200), at(2, 4.5), at(3, 4.5), at(4, 4.5), at(5, 20), at(6, 20), at(7, 1)]
    expect(
      run(engineOf(rules, surroundings), path).map((each) => [each.rule.key, each.what, (each.atMs - T0) / MINUTE]),
    ).toEqual([
      ['enter', 'raise', 2],
      ['stay', 'raise', 4],
      ['enter', 'end', 5],
      ['stay', 'end', 5],
      ['leave', 'raise', 6],
      ['leave', 'end', 7],
    ])
  })
  it('tell of a crane that moves in high wind, whichever device measures it and whoever comes first', () => {
    const rule = ruleOf(
      {
        kind: 'correlation',
        metric: 'wind-speed',
        limit: { value: 13.8 },
        moving: [{ metric: 'slew', perSecond: 0.2 }],
      },
      { deviceKinds: ['crane'] },
    )
    const crane = device(2, 'crane')
    const wind = said(T0 + 4000, { 'wind-speed': 15 }, { device: device(1, 'weather') })
    const slew = (ms: number, value: number) => said(T0 + ms, { slew: value }, { device: crane })
    const reports = [slew(0, 358), slew(5000, 2), wind]
    expect(run(engineOf([rule]), reports)).toMatchObject([{ what: 'raise', value: 15, more: { moving: 'slew' } }])
    expect(run(engineOf([rule]), [wind, ...reports.slice(0, 2)])).toHaveLength(1)
    expect(run(engineOf([rule]), [wind, slew(0, 2), slew(5000, 2)])).toEqual([])
    const elsewhere = said(T0 + 4000, { 'wind-speed': 15 }, { device: device(1, 'weather', 2) })
    expect(run(engineOf([rule]), [elsewhere, ...reports.slice(0, 2)])).toEqual([])
  })
  it('tell of people without registration until the last has left', () => {
    const rule = ruleOf({ kind: 'unregistered' }, { deviceKinds: ['gate'] })
    const surroundings = { ...nothingAround, registered: (_site: SiteId, ref: string) => ref !== 'x' && ref !== 'y' }
    const pass = (minute: number, workerRef: string, direction: 'in' | 'out'): Report => ({
      kind: 'attendance',
      device: device(5, 'gate'),
      at: instantFromMs(T0 + minute * MINUTE),
      receivedAt: instantFromMs(T0 + minute * MINUTE),
      buffered: false,
      workerRef,
      direction,
      method: 'face',
      photoRef: null,
      eventId: `${minute}`,
    })
    const all = [pass(0, 'a', 'in'), pass(1, 'x', 'in'), pass(2, 'y', 'in'), pass(3, 'x', 'out'), pass(4, 'y', 'out')]
    expect(run(engineOf([rule], surroundings), all).map((each) => each.what)).toEqual(['raise', 'again', 'end'])
    expect(run(engineOf([rule]), all)).toEqual([])
  })
  it('take what devices say of themselves by the codes of their makers', () => {
    const rule = ruleOf({ kind: 'device-alarm', codeSet: 'helmet', forgetSeconds: 300 }, { deviceKinds: ['camera'] })
    const event = (seconds: number, code: string, active: boolean): Report => ({
      kind: 'device-alarm',
      device: device(6, 'camera'),
      at: instantFromMs(T0 + seconds * 1000),
      receivedAt: instantFromMs(T0 + seconds * 1000),
      buffered: false,
      code,
      severity: 3,
      text: '未戴安全帽',
      active,
      eventId: `${seconds}`,
      evidence: {},
    })
    const engine = engineOf([rule])
    const said = [
      event(0, 'videoloss', true),
      event(1, 'safetyHelmetDetection', true),
      event(2, 'safetyHelmetDetection', true),
      event(70, '5/6', true),
      event(80, '5/6', false),
    ]
    expect(run(engine, said).map((each) => each.what)).toEqual(['raise', 'again', 'end'])
    run(engine, [event(100, '5/6', true)])
    const found: Finding[] = []
    engine.saidLongAgo('device-6' as DeviceId, T0 + 500_000, (each) => found.push(each))
    expect(found.map((each) => each.what)).toEqual(['end'])
  })
})

// ------------------------------------------------------------------------------------------ properties

const everyRule = [
  ruleOf({ kind: 'threshold', metric: 'pm10', limit: { value: 150 }, band: 20, forSeconds: 120, clearSeconds: 60 }),
  ruleOf({ kind: 'daily-count', metric: 'noise', minutes: 15, limit: { limitId: 'test.noise' } }),
  ruleOf({ kind: 'stale', metrics: ['noise'], afterSeconds: 180 }),
  ruleOf({ kind: 'flatline', metric: 'wind-speed', samples: 3 }),
  ruleOf({ kind: 'jump', metric: 'pm10', delta: 60, withinSeconds: 300, clearSeconds: 120 }),
  ruleOf({
    kind: 'correlation',
    metric: 'wind-speed',
    limit: { value: 3 },
    moving: [{ metric: 'slew', perSecond: 0.2 }],
  }),
]
const reading = fc.record({
  device: fc.integer({ min: 1, max: 3 }),
  minutes: fc.constantFrom(0, 1, 1, 1, 5, 20),
  back: fc.constantFrom(0, 0, 0, 0, 3, 30),
  buffered: fc.constantFrom(false, false, false, true),
  pm10: fc.constantFrom(100, 135, 149, 155, 160, 230, Number.NaN),
  noise: fc.constantFrom(50, 69, 75, 80, Number.NaN),
  wind: fc.constantFrom(1, 2, 2, 5, Number.NaN),
  slew: fc.constantFrom(0, 10, 40, Number.NaN),
})
const historyOf = (steps: readonly (typeof reading extends fc.Arbitrary<infer T> ? T : never)[], sites: boolean) => {
  let now = T0
  return steps.map((each): TelemetryReport => {
    now += each.minutes * MINUTE + 1
    return said(
      now - each.back * MINUTE,
      { pm10: each.pm10, noise: each.noise, 'wind-speed': each.wind, slew: each.slew },
      {
        device: device(each.device, 'dust', sites ? each.device : 1),
        receivedAt: instantFromMs(now),
        buffered: each.buffered,
      },
    )
  })
}
const ids = [1, 2, 3].map((n) => `device-${n}` as DeviceId)
const plain = (found: readonly Finding[]) =>
  found.map((each) => JSON.stringify([shape(each), each.value, each.limit, each.more]))

describe('whatever comes', () => {
  it('a restart at any point finds the same', () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 80 }), fc.array(fc.nat(80), { maxLength: 4 }), (steps, cuts) => {
        const reports = historyOf(steps, true)
        const whole = run(engineOf(everyRule), reports)
        let engine = engineOf(everyRule)
        const found: Finding[] = []
        const written = new Map<DeviceId, string>()
        reports.forEach((report, index) => {
          if (cuts.includes(index)) {
            const next = engineOf(everyRule)
            for (const id of ids)
              if (engine.has(id)) {
                // Only what was written when it changed is there after a restart.
                next.load(
                  device(Number(id.slice(-1)), 'dust', Number(id.slice(-1))),
                  written.get(id) ?? '',
                  engine.lastHeard(id),
                )
                const last = engine.lastHeard(id)
                const wind = last.lastValues?.[2] ?? Number.NaN
                if (!Number.isNaN(wind)) next.post(`site-${id.slice(-1)}` as SiteId, 'wind-speed', last.lastAt, wind)
              }
            engine = next
          }
          found.push(...run(engine, [report]))
          const text = engine.changed(report.device.deviceId)
          if (text !== null) written.set(report.device.deviceId, text)
        })
        // The wind of a site is asked of the newest reports alone after a restart.
        const without = (list: readonly Finding[]) => plain(list.filter((each) => each.rule.key !== 'correlation'))
        expect(without(found)).toEqual(without(whole))
      }),
      { numRuns: 300, seed: 20261129 },
    )
  })
  it('a device is never raised twice by a rule without an end between', () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 120 }), (steps) => {
        const active = new Set<string>()
        for (const each of run(engineOf(everyRule), historyOf(steps, false))) {
          const key = `${each.device.deviceId} ${each.rule.key}`
          if (each.what === 'raise') expect(active.has(key)).toBe(false)
          if (each.what === 'end') expect(active.has(key)).toBe(true)
          if (each.what === 'raise') active.add(key)
          if (each.what === 'end') active.delete(key)
        }
      }),
      { numRuns: 300, seed: 20261129 },
    )
  })
  it('the order of devices does not matter', () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 30 }), fc.boolean(), (steps, sameSite) => {
        const reports = historyOf(steps, !sameSite)
        const sorted = [...reports].sort((a, b) =>
          a.device.deviceId < b.device.deviceId ? 1 : a.device.deviceId > b.device.deviceId ? -1 : 0,
        )
        expect(plain(run(engineOf(everyRule), sorted)).sort()).toEqual(plain(run(engineOf(everyRule), reports)).sort())
      }),
      { numRuns: 300, seed: 20261129 },
    )
  })
  it('a state of another kind of condition is left behind', () => {
    const engine = engineOf([ruleOf({ kind: 'threshold', metric: 'pm10', limit: { value: 150 } }, { key: 'one' })])
    run(engine, [said(T0, { pm10: 200 })])
    const other = engineOf([ruleOf({ kind: 'jump', metric: 'pm10', delta: 10, withinSeconds: 100 }, { key: 'one' })])
    other.load(device(), engine.checkpoint('device-1' as DeviceId), heardNothing)
    expect(other.checkpoint('device-1' as DeviceId)).toBe('')
  })
})
