import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { networkOf } from '../testing.ts'
import {
  crossingOf,
  heightsOf,
  knownParts,
  linesOf,
  longSection,
  niceStep,
  orderedRun,
  spaced,
  stationText,
  ticksOf,
  verdictOf,
} from './section.ts'

const network = networkOf(
  [
    { id: 'w1', from: [0, 0, -2], to: [30, 0, -2.3], ends: ['A', 'B'], ground: [0, 0.1], code: 'WS', inner: 0.3 },
    // Drawn against the run.
    { id: 'w2', from: [70, 0, -2.7], to: [30, 0, -2.3], ends: ['C', 'B'], ground: [0.3, 0.1], code: 'WS' },
    { id: 'branch', from: [30, 0, -2.3], to: [30, 9, -1], ends: ['B', 'D'], code: 'WS' },
    { id: 'gas', from: [50, -5, -1], to: [50, 5, -1], ends: ['E', 'F'], code: 'RQ', size: [0.2, 0.2], inner: 0.16 },
    { id: 'unknown', from: [60, -5, null], to: [60, 5, null], ends: ['G', 'H'], code: 'DL' },
    { id: 'aside', from: [10, 3, -1], to: [20, 4, -1], ends: ['I', 'J'], code: 'JS' },
  ],
  [364_500, 3_271_000, 230],
)
const model = { name: '现状', versionId: 'v1', geometry: network }

describe('a long section', () => {
  const section = longSection(model, ['w1', 'w2'], [model])
  it('follows the run from its first point to its last, whichever way its pipes were drawn', () => {
    expect(orderedRun(network, ['w1', 'w2']).map((each) => each.reversed)).toEqual([false, true])
    expect(section.lengthM).toBeCloseTo(70, 4)
    expect(section.nodes.map((node) => node.label)).toEqual(['A', 'B', 'C'])
    expect(section.nodes[2]?.groundM).toBeCloseTo(230.3, 4)
    expect(section.spans[1]?.topM[0]).toBeCloseTo(230 - 2.3 + 0.2, 4)
    expect(section.spans[1]?.bottomM[1]).toBeCloseTo(230 - 2.7 - 0.2, 4)
  })
  it('shows what crosses, at its station, with the clear distance; joined pipes and neighbours do not cross', () => {
    expect(section.crossings.map((each) => each.id)).toEqual(['gas', 'unknown'])
    const gas = section.crossings[0]
    expect(gas?.stationM).toBeCloseTo(50, 4)
    expect(gas?.of).toBe('w2')
    expect(gas?.above).toBe(true)
    // Axis of the sewer at 50: -2.5; apart 1.5; less 0.2 and 0.1.
    expect(gas?.clearM).toBeCloseTo(1.2, 4)
  })
  it('gives the invert of the run and of what crosses, where the inner size is known', () => {
    expect(section.spans[0]?.invertM?.[0]).toBeCloseTo(230 - 2 - 0.15, 4)
    expect(section.spans[1]?.invertM).toEqual([null, null])
    expect(section.crossings[0]?.invertM).toBeCloseTo(230 - 1 - 0.08, 4)
  })
  it('holds what is there against what is asked, and unknown is never kept', () => {
    const asked = { leastM: 0.15, mostM: 0.5 }
    expect(verdictOf(1.2, asked)).toBe('kept')
    expect(verdictOf(0.5, asked)).toBe('kept')
    expect(verdictOf(0.3, asked)).toBe('unknown')
    expect(verdictOf(0.1, asked)).toBe('breached')
    expect(verdictOf(-0.1, { leastM: null, mostM: null })).toBe('breached')
    expect(verdictOf(null, asked)).toBe('unknown')
  })
  it('says unknown of what has no height', () => {
    expect(section.crossings[1]).toMatchObject({ id: 'unknown', clearM: null, above: null, topM: null })
  })
  it('is read from either end alike', () => {
    const back = longSection(model, ['w2', 'w1'], [model])
    expect(back.nodes.map((node) => node.label)).toEqual(['C', 'B', 'A'])
    expect(back.crossings.map((each) => each.stationM.toFixed(3))).toEqual(['10.000', '20.000'])
  })
  it('finds crossings of other models with other origins', () => {
    const design = networkOf([{ id: 'new', from: [0, 10, 29], to: [0, -10, 29] }], [364_515, 3_271_000, 200])
    const both = longSection(model, ['w1', 'w2'], [model, { name: '设计', versionId: 'v2', geometry: design }])
    expect(both.crossings.map((each) => `${each.model} ${each.id}`)).toContain('设计 new')
    expect(both.crossings.find((each) => each.id === 'new')?.stationM).toBeCloseTo(15, 3)
  })
  it('holds every known height inside its range', () => {
    const [low, high] = heightsOf(section)
    expect(low).toBeCloseTo(230 - 2.9 - 0.5, 3)
    expect(high).toBeCloseTo(230.8, 3)
    expect(heightsOf({ lengthM: 0, nodes: [], spans: [], crossings: [] })).toEqual([-1, 1])
  })
})

describe('crossings in plan', () => {
  it('lie on both stretches', () => {
    const coordinate = fc.double({ min: -100, max: 100, noNaN: true })
    const place = fc.record({ east: coordinate, north: coordinate })
    fc.assert(
      fc.property(place, place, place, place, (a, b, c, d) => {
        const met = crossingOf([a, b], [c, d])
        if (met === null) return
        expect(a.east + (b.east - a.east) * met.onA).toBeCloseTo(c.east + (d.east - c.east) * met.onB, 4)
        expect(a.north + (b.north - a.north) * met.onA).toBeCloseTo(c.north + (d.north - c.north) * met.onB, 4)
      }),
      { seed: 17, numRuns: 300 },
    )
  })
})

describe('scales', () => {
  it('have round steps and ticks inside the range', () => {
    expect([niceStep(70, 7), niceStep(3.3, 6), niceStep(0, 5)]).toEqual([10, 1, 1])
    expect(ticksOf(0, 70, 7)).toEqual([0, 10, 20, 30, 40, 50, 60, 70])
    fc.assert(
      fc.property(
        fc.double({ min: -1e4, max: 1e4, noNaN: true }),
        fc.double({ min: 0.01, max: 1e4 }),
        (from, range) => {
          const ticks = ticksOf(from, from + range, 8)
          expect(ticks.length).toBeLessThanOrEqual(18)
          for (const tick of ticks) {
            expect(tick).toBeGreaterThanOrEqual(from - range * 1e-6 - 1e-6)
            expect(tick).toBeLessThanOrEqual(from + range * (1 + 1e-6) + 1e-6)
          }
        },
      ),
      { seed: 19 },
    )
  })
  it('write stations as roads do', () => {
    expect([0, 123.4, 1999.999, 2050.25].map(stationText)).toEqual(['K0+000.00', 'K0+123.40', 'K2+000.00', 'K2+050.25'])
  })
  it('keep names apart', () => {
    expect(spaced([0, 10, 40, 50, 95], (place) => place, 46)).toEqual([0, 50])
    expect(linesOf([0, 10, 20, 60, 61], 40, 3)).toEqual([0, 1, 2, 0, 1])
    expect(linesOf([0, 1, 2], 40, 2)).toEqual([0, 1, 0])
    expect(spaced([0, 10, 46, 92], (place) => place, 46)).toEqual([0, 46, 92])
  })
  it('break a line where its height is unknown', () => {
    const points = [1, 2, null, 4, null, 6, 7].map((heightM, stationM) => ({ stationM, heightM }))
    expect(knownParts(points).map((part) => part.map((each) => each.heightM))).toEqual([
      [1, 2],
      [6, 7],
    ])
  })
})
