/**
 * Restarts at any point: conditions that look at more than the measurements of their own device. (Those that do not are in
 * `engine.test.ts`.) After a restart there is the checkpoint as it was written when it changed, the last report of each
 * device, and the newest values of the site: as in the database.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Instant, instantFromMs, msOf } from '../../../../kernel/time.ts'
import type { DeviceId, DeviceKind, KnownDevice, Report, SiteId } from '../report.ts'
import { type CompiledRule, compileRule } from './compile.ts'
import { type DefinitionInput, definitionSchema } from './definition.ts'
import { createEngine, type Engine } from './engine/engine.ts'
import type { Finding, Surroundings, Zone } from './engine/types.ts'
import { hourOfWeek } from './moment.ts'

const T0 = msOf('2026-06-01T02:00:00.000Z' as Instant)
const SECOND = 1_000
const source = { basis: '测试', certainty: 'A' as const }
const words = { zh: '测试', en: 'Test' }
const reference = {
  limits: { note: '', night: { from: '22:00', to: '06:00', source }, limits: [] },
  codes: { note: '', sets: [{ id: 'helmet', name: words, source, codes: [{ vendor: 'x', code: 'helmet*' }] }] },
}
const ruleOf = (key: string, deviceKind: DeviceKind, condition: DefinitionInput['condition']): CompiledRule =>
  compileRule(
    {
      key,
      version: 1,
      definition: definitionSchema.parse({
        name: words,
        advice: words,
        condition,
        appliesTo: { deviceKinds: [deviceKind] },
        severity: 2,
        source,
      }),
    },
    reference,
  )
const metrics = ['pm10', 'wind-speed', 'slew']
const SITE = 'site-1' as SiteId
const kinds = ['dust', 'weather', 'crane', 'tracker', 'gate', 'camera'] as const
const deviceOf = (kind: DeviceKind): KnownDevice => ({
  siteId: SITE,
  deviceId: `device-${kind}` as DeviceId,
  kind,
  profileId: 1,
  metrics,
})
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
const surroundings: Surroundings = {
  zones: () => [square('fence', 0, 10), square('danger', 4, 6)],
  registered: (_site, ref) => ref === 'known',
  usual: (_device, _metric, hour) => (hour === hourOfWeek(T0) ? { median: 50, deviation: 5, hours: 20 } : null),
  around: () => [48, 50, 52, 55],
}
const rules: readonly CompiledRule[] = [
  ruleOf('history', 'dust', {
    kind: 'history',
    metric: 'pm10',
    score: 4,
    minDeviation: 2,
    forSeconds: 120,
    clearSeconds: 60,
  }),
  ruleOf('neighbours', 'dust', {
    kind: 'neighbours',
    metric: 'pm10',
    score: 4,
    minDeviation: 2,
    withinM: 5_000,
    forSeconds: 60,
  }),
  ruleOf('correlation', 'crane', {
    kind: 'correlation',
    metric: 'wind-speed',
    limit: { value: 10 },
    moving: [{ metric: 'slew', perSecond: 0.1 }],
    forSeconds: 20,
    clearSeconds: 10,
  }),
  ruleOf('enter', 'tracker', { kind: 'zone', event: 'enter', zoneKinds: ['danger'] }),
  ruleOf('stay', 'tracker', { kind: 'zone', event: 'stay', zoneKinds: ['danger'], forSeconds: 120, clearSeconds: 30 }),
  ruleOf('leave', 'tracker', { kind: 'zone', event: 'leave', zoneKinds: ['fence'], forSeconds: 30 }),
  ruleOf('unregistered', 'gate', { kind: 'unregistered', forgetSeconds: 600 }),
  ruleOf('said', 'camera', { kind: 'device-alarm', codeSet: 'helmet', forgetSeconds: 120 }),
]

const step = fc.record({
  kind: fc.constantFrom(...kinds),
  seconds: fc.constantFrom(0, 5, 5, 30, 30, 60, 120, 1_000),
  late: fc.constantFrom(0, 0, 0, 0, 20, 900),
  buffered: fc.constantFrom(false, false, false, false, true),
  pm10: fc.constantFrom(50, 58, 90, 120),
  wind: fc.constantFrom(5, 12, 15, 15),
  slew: fc.constantFrom(0, 60, 120, 180, 240),
  place: fc.constantFrom(1, 5, 5, 20, 20),
  accuracyM: fc.constantFrom(5, 5, 5, 200),
  who: fc.constantFrom('known', 'x', 'y'),
  inward: fc.boolean(),
  code: fc.constantFrom('helmetMissing', 'helmetMissing', 'motion'),
})
type AnyStep = typeof step extends fc.Arbitrary<infer T> ? T : never
type Step = Omit<AnyStep, 'kind' | 'late'> & { readonly kind: (typeof kinds)[number]; readonly late: number }
const reportsOf = (steps: readonly Step[]): readonly Report[] => {
  let now = T0
  return steps.map((each, index): Report => {
    now += each.seconds * SECOND + 1
    const said = {
      device: deviceOf(each.kind),
      at: instantFromMs(now - each.late * SECOND),
      receivedAt: instantFromMs(now),
      buffered: each.buffered,
    }
    switch (each.kind) {
      case 'tracker':
        return {
          kind: 'position',
          ...said,
          lon: each.place,
          lat: each.place,
          floor: null,
          speedMps: null,
          accuracyM: each.accuracyM,
        }
      case 'gate':
        return {
          kind: 'attendance',
          ...said,
          workerRef: each.who,
          direction: each.inward ? 'in' : 'out',
          method: 'face',
          photoRef: null,
          eventId: `${index}`,
        }
      case 'camera':
        return {
          kind: 'device-alarm',
          ...said,
          code: each.code,
          severity: 3,
          text: '',
          active: each.inward,
          eventId: `${index}`,
          evidence: {},
        }
      default:
        return {
          kind: 'telemetry',
          ...said,
          quality: 0,
          values: Float32Array.from([
            each.kind === 'dust' ? each.pm10 : Number.NaN,
            each.kind === 'weather' ? each.wind : Number.NaN,
            each.kind === 'crane' ? each.slew : Number.NaN,
          ]),
        }
    }
  })
}
const plain = ({ device, rule, what, atMs, occurredMs, value, limit, more }: Finding): string =>
  JSON.stringify([device.deviceId, rule.key, what, atMs - T0, occurredMs - T0, value, limit, more])

/** The rules as they run: what is written when it changes, and what the database knows besides. */
const running = () => {
  const written = new Map<DeviceId, string>()
  const found: string[] = []
  const winds: { atMs: number; value: number }[] = []
  let engine: Engine = createEngine({ rules, surroundings })
  return {
    found,
    take: (report: Report): void => {
      engine.evaluate([report], (finding) => found.push(plain(finding)))
      const text = engine.changed(report.device.deviceId)
      if (text !== null) written.set(report.device.deviceId, text)
      if (report.kind === 'telemetry' && report.device.kind === 'weather' && !report.buffered)
        winds.push({ atMs: msOf(report.at), value: report.values[1] ?? Number.NaN })
    },
    restart: (): void => {
      const next = createEngine({ rules, surroundings })
      for (const kind of kinds) {
        const device = deviceOf(kind)
        if (engine.has(device.deviceId))
          next.load(device, written.get(device.deviceId) ?? '', engine.lastHeard(device.deviceId))
      }
      const newest = winds.toSorted((a, b) => a.atMs - b.atMs).at(-1)
      if (newest !== undefined) next.post(SITE, 'wind-speed', newest.atMs, newest.value)
      engine = next
    },
  }
}

describe('a restart at any point', () => {
  it('finds the same of history, neighbours, zones, people and what devices say', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 120, size: 'max' }),
        fc.array(fc.nat(120), { maxLength: 6, size: 'max' }),
        (steps, cuts) => {
          const reports = reportsOf(steps)
          const whole = running()
          const cut = running()
          reports.forEach((report, index) => {
            if (cuts.includes(index)) cut.restart()
            whole.take(report)
            cut.take(report)
          })
          const without = (list: readonly string[]) => list.filter((each) => !each.includes('"correlation"'))
          for (const each of without(whole.found)) seen.add(JSON.parse(each)[1] as string)
          expect(without(cut.found)).toEqual(without(whole.found))
        },
      ),
      { seed: 20261129, numRuns: 150 },
    )
    // Every rule had something to say, or nothing was shown.
    expect([...seen].toSorted()).toEqual(
      rules
        .map((rule) => rule.key)
        .filter((key) => key !== 'correlation')
        .toSorted(),
    )
  })
  it('finds the same of a crane in high wind, where the wind is measured in time', () => {
    let raised = 0
    const orderly = step.map((each) => ({ ...each, late: 0, buffered: false }))
    const windAndCrane = orderly.map((each) => ({
      ...each,
      kind: each.inward ? ('weather' as const) : ('crane' as const),
    }))
    fc.assert(
      fc.property(
        fc.array(windAndCrane, { maxLength: 120, size: 'max' }),
        fc.array(fc.nat(120), { maxLength: 6, size: 'max' }),
        (steps, cuts) => {
          const reports = reportsOf(steps)
          const whole = running()
          const cut = running()
          reports.forEach((report, index) => {
            if (cuts.includes(index)) cut.restart()
            whole.take(report)
            cut.take(report)
          })
          raised += whole.found.length
          expect(cut.found).toEqual(whole.found)
        },
      ),
      { seed: 20261130, numRuns: 150 },
    )
    expect(raised).toBeGreaterThan(100)
  })
})
