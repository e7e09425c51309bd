import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isBehind, type Lag, nextLag } from './clock.ts'

const HOUR = 3_600_000
/** Lags of reports that come one after another: [when it came, how far behind], ms. */
const follow = (reports: readonly (readonly [number, number])[]): boolean => {
  let lag: Lag | undefined
  let at = 0
  for (const [receivedMs, lagMs] of reports) {
    lag = nextLag(lag, lagMs, receivedMs)
    at = receivedMs
  }
  return lag !== undefined && isBehind(lag, at)
}

describe('reports that come behind', () => {
  it('by the same time for more than a minute are those of a clock that is behind', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 72 }),
        fc.array(fc.integer({ min: -2_000, max: 2_000 }), { minLength: 4, maxLength: 30 }),
        (hours, jitters) => {
          const reports = jitters.map((jitter, index) => [index * 30_000, hours * HOUR + jitter] as const)
          expect(follow(reports)).toBe(true)
        },
      ),
      { seed: 5 },
    )
  })
  it('from a buffer that is being emptied say nothing of the clock', () => {
    // An hour of reports of every ten seconds, one sent each second.
    const emptied = Array.from({ length: 360 }, (_, index) => [index * 1_000, HOUR - index * 9_000] as const)
    for (let count = 1; count <= emptied.length; count += 1) expect(follow(emptied.slice(0, count))).toBe(false)
  })
  it('a few of them, or within a minute, say nothing yet', () => {
    expect(follow([[0, HOUR]])).toBe(false)
    expect(
      follow([
        [0, HOUR],
        [90_000, HOUR],
      ]),
    ).toBe(false)
    expect(follow(Array.from({ length: 20 }, (_, index) => [index * 2_000, HOUR] as const))).toBe(false)
  })
})
