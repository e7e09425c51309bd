/** How many reports the rules take in a second of CPU: 5 rules on each, 300 dust monitors, one report a minute. */

import type { DeviceId, KnownDevice, SiteId, TelemetryReport } from '../src/capabilities/monitoring/model/report.ts'
import { compileRule } from '../src/capabilities/monitoring/model/rules/compile.ts'
import { type DefinitionInput, definitionSchema } from '../src/capabilities/monitoring/model/rules/definition.ts'
import { createEngine } from '../src/capabilities/monitoring/model/rules/engine/engine.ts'
import { nothingAround } from '../src/capabilities/monitoring/model/rules/engine/types.ts'
import { instantFromMs } from '../src/kernel/time.ts'

const source = { basis: 'bench', certainty: 'C' as const }
const name = { zh: '测', en: 'bench' }
const conditions: readonly DefinitionInput['condition'][] = [
  { kind: 'threshold', metric: 'pm10', limit: { value: 150 }, band: 20, forSeconds: 300, clearSeconds: 60 },
  { kind: 'threshold', metric: 'noise', limit: { value: 70, window: 'day' }, band: 3, forSeconds: 300 },
  { kind: 'daily-count', metric: 'pm10', minutes: 15, limit: { value: 150 }, allowed: 1 },
  { kind: 'stale', metrics: ['pm10', 'noise'], afterSeconds: 900 },
  { kind: 'jump', metric: 'pm25', delta: 300, withinSeconds: 120 },
]
const rules = conditions.map((condition, index) =>
  compileRule(
    {
      key: `rule-${index}`,
      version: 1,
      definition: definitionSchema.parse({
        name,
        advice: name,
        condition,
        appliesTo: { deviceKinds: ['dust'] },
        severity: 3,
        source,
      }),
    },
    { limits: { note: '', night: { from: '22:00', to: '06:00', source }, limits: [] }, codes: { note: '', sets: [] } },
  ),
)
const metrics = ['pm10', 'pm25', 'tsp', 'noise', 'wind-speed', 'wind-direction', 'temperature', 'humidity']
const devices: readonly KnownDevice[] = Array.from({ length: 300 }, (_, index) => ({
  siteId: `site-${index}` as SiteId,
  deviceId: `device-${index}` as DeviceId,
  kind: 'dust',
  profileId: 1,
  metrics,
}))
const MINUTES = 480
const start = Date.parse('2026-06-01T00:00:00Z')
let seed = 1
const random = (): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed / 2_147_483_648
}
const batches: TelemetryReport[][] = []
for (let minute = 0; minute < MINUTES; minute += 1)
  batches.push(
    devices.map((device, index) => {
      const at = instantFromMs(start + minute * 60_000 + index)
      // One minute in fifty is beyond the limits.
      const high = random() < 0.02 ? 90 : 0
      const values = new Float32Array(metrics.length)
      for (let place = 0; place < values.length; place += 1) values[place] = 30 + random() * 35 + high
      return { kind: 'telemetry', device, at, receivedAt: at, buffered: false, quality: 0, values }
    }),
  )
const round = (): { readonly perSecond: number; readonly found: number } => {
  const engine = createEngine({ rules, surroundings: nothingAround })
  let found = 0
  const before = process.cpuUsage()
  for (const batch of batches)
    engine.evaluate(batch, () => {
      found += 1
    })
  const { user, system } = process.cpuUsage(before)
  return { perSecond: (MINUTES * devices.length * 1e6) / (user + system), found }
}
/** Called by `npm run bench -- rules`. */
export const run = async (): Promise<void> => {
  round()
  const rounds = [round(), round(), round()].sort((a, b) => a.perSecond - b.perSecond)
  const middle = rounds[1]
  process.stdout.write(
    `bench rules: reportsPerCpuSecond=${Math.round(middle?.perSecond ?? 0)} rules=${rules.length} findings=${middle?.found ?? 0}\n`,
  )
}
