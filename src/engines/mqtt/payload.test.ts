import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readTelemetry, telemetryBatchSchema } from './payload.ts'

const RECEIVED = Date.parse('2026-11-29T04:00:00Z')
const name = fc.oneof(
  fc.constantFrom('pm10', 'noise', 'wind-speed', 'a34004-Rtd', '__proto__', 'constructor', '1st', '', 'x'.repeat(65)),
  fc.string({ maxLength: 5 }),
)
const figure = fc.oneof(fc.double(), fc.integer(), fc.constantFrom<unknown>('12', null, true, [1]))
const seq = fc.oneof(fc.nat(), fc.constantFrom<unknown>(-1, 1.5, '3', null, Number.MAX_SAFE_INTEGER, 2 ** 60))
const ts = fc.oneof(
  fc.integer({ min: RECEIVED - 1e9, max: RECEIVED + 1e6 }),
  fc.constantFrom<unknown>(0, -1, 0.5, 1e17, null, 'now', '2026-11-29T12:00:00+08:00'),
)
const values = fc.oneof(
  { arbitrary: fc.dictionary(name, figure, { maxKeys: 4 }), weight: 6 },
  { arbitrary: fc.constantFrom<unknown>(null, [], 'x', 3), weight: 1 },
)
const payload = fc.record({ ts, seq, values, more: fc.constant(1) }, { requiredKeys: [] })

it('a report that is read the short way is read as the schema reads it, and what the schema refuses is refused', () => {
  fc.assert(
    fc.property(fc.oneof(payload, fc.array(payload, { maxLength: 3 }), fc.jsonValue()), (said) => {
      const text = JSON.stringify(said)
      const read = readTelemetry(new TextEncoder().encode(text), RECEIVED)
      const parsed = telemetryBatchSchema.safeParse(JSON.parse(text))
      expect(read?.map((each) => ({ seq: each.seq, values: { ...each.values } })) ?? null).toEqual(
        parsed.success ? parsed.data.map((each) => ({ seq: each.seq, values: { ...each.values } })) : null,
      )
      if (parsed.success)
        expect(read?.map((each) => each.skewMs)).toEqual(
          parsed.data.map((each) => (each.ts === undefined ? null : each.ts - RECEIVED)),
        )
    }),
    { numRuns: 1500 },
  )
})
