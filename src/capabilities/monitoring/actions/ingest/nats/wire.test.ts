import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dustMonitor, every, NOON, passage, position } from '../../../../../../tests/support/telemetry.ts'
import { decodeBatch, decodeVerdict, encodeBatch, encodeVerdict, type Outcome } from './wire.ts'

const device = dustMonitor()
const reports = [
  ...every(device, NOON, 1000, [[1.5], [Number.NaN]]),
  position(dustMonitor(), NOON, 106.5, 29.5),
  passage(device, NOON, 'e1'),
]

describe('a batch on its way', () => {
  it('is the same on the other side', () => {
    const batch = { id: 'host-1.7', from: 'host-1', reports }
    expect(decodeBatch(encodeBatch(batch))).toEqual(batch)
  })
  it('that is cut or changed anywhere in its head, or is anything else, is not read', () => {
    const bytes = encodeBatch({ id: 'host-1.7', from: 'host-1', reports })
    for (const length of [0, 1, 9, 16, 40, bytes.length - 1])
      expect(() => decodeBatch(bytes.subarray(0, length))).toThrow()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
        expect(() => decodeBatch(garbage)).toThrow()
      }),
      { seed: 3, numRuns: 200 },
    )
  })
})

describe('a verdict', () => {
  const outcome = fc.constantFrom<Outcome[]>(
    'stored',
    'duplicate',
    'late',
    'quarantined',
    'spooled',
    'unkept',
    'refused',
  )
  it('is the same on the other side', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.array(outcome)), (id, outcomes) => {
        expect(decodeVerdict(encodeVerdict({ id, outcomes }))).toEqual({ id, outcomes })
      }),
      { seed: 4 },
    )
  })
  it('that somebody else made is none', () => {
    for (const text of ['', '{}', '{"id":1,"outcomes":""}', '{"id":"a","outcomes":"sz"}', 'ssss'])
      expect(decodeVerdict(Buffer.from(text))).toBeNull()
  })
})
