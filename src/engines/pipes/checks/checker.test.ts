import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import classesData from '../../../../data/standards/pipe-classes.json' with { type: 'json' }
import rulesData from '../../../../data/standards/pipe-clearances.json' with { type: 'json' }
import columnsData from '../../../../data/standards/survey-columns.json' with { type: 'json' }
import { localDate } from '../../../kernel/time.ts'
import { pipesOf } from '../axis.ts'
import type { Pipe } from '../model.ts'
import { compileRules } from '../rules/lookup.ts'
import { makeStreets, plantKinds } from '../sample/street.ts'
import { pipeAt, roundOf, tablesFrom } from '../testing/data.ts'
import { checkPipes, PipeChecker } from './checker.ts'
import { type Finding, findingKinds, type Obstacle, type ZoneArea } from './finding.ts'

const { classes, pipeRules, rules } = tablesFrom(classesData, rulesData, columnsData)

const sewage: Partial<Pipe> = { kind: 'sewage', code: 'WS', material: 'concrete' }
const kindsOf = (found: readonly Finding[]) => found.map(({ kind, outcome }) => `${kind} ${outcome}`)
const noCover = compileRules({ ...pipeRules, cover: [] }, localDate('2026-11-29'))
const check = (pipes: readonly Pipe[], more: { obstacles?: readonly Obstacle[]; zones?: readonly ZoneArea[] } = {}) =>
  checkPipes(pipes, { rules: more.zones === undefined ? noCover : rules, ...more })

describe('streets with planted conflicts', () => {
  test.each([1, 2, 3, 4])('are found as planted, none missed and none invented (seed %i)', (seed) => {
    const plants = Array.from({ length: 30 }, (_, k) => plantKinds[(k * 7 + seed) % plantKinds.length] ?? 'hard')
    const { network, obstacles, planted } = makeStreets(classes, { seed, blocks: 3, plants })
    const found = checkPipes(pipesOf(network), { rules, obstacles })
    const nameOf = (kind: string, outcome: string, ids: readonly string[]) =>
      `${kind} ${outcome} ${[...ids].sort().join(' ')}`
    const wanted = planted.map(({ kind, outcome, lines, obstacle }) =>
      nameOf(kind, outcome, [
        ...lines.map((line) => `${network.id}/${line}`),
        ...(obstacle === null ? [] : [obstacle]),
      ]),
    )
    const got = found.map(({ kind, outcome, a, b }) => nameOf(kind, outcome, b === null ? [a.id] : [a.id, b.id]))
    expect(got.sort()).toEqual(wanted.sort())
    for (const { kind, lines, actualM } of planted) {
      if (actualM === null) continue
      const finding = found.find(
        ({ kind: own, key }) => own === kind && lines.every((line) => key.includes(`/${line}`)),
      )
      expect(finding?.actualM).toBeCloseTo(actualM, 2)
    }
    expect(planted.length).toBeGreaterThan(30)
  })
  test('are the same for the same seed and different for another', () => {
    const make = (seed: number) => JSON.stringify(makeStreets(classes, { seed, blocks: 1 }))
    expect(make(5)).toBe(make(5))
    expect(make(5)).not.toBe(make(6))
  })
  test('give the same findings in any order of the pipes and with any origin', () => {
    const { network, obstacles } = makeStreets(classes, { seed: 9, blocks: 2 })
    const pipes = pipesOf(network)
    const straight = checkPipes(pipes, { rules, obstacles })
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...pipes], { minLength: pipes.length }),
        fc.integer({ min: -500, max: 500 }),
        (turned, shift) => {
          const frame = { east: 361_800 + shift, north: 3_277_200 - shift, height: 0 }
          expect(checkPipes(turned, { rules, obstacles, frame })).toEqual(straight)
        },
      ),
      { seed: 21, numRuns: 8 },
    )
  })
})

describe('two pipes', () => {
  test('side by side are held from wall to wall, exactly the required distance passes', () => {
    const beside = (clear: number) =>
      check([
        pipeAt('w', [0, 0, 8], [30, 0, 8]),
        pipeAt('s', [0, clear + 0.222 / 2 + 0.2, 7], [30, clear + 0.222 / 2 + 0.2, 7], {
          ...sewage,
          section: roundOf(0.4),
        }),
      ])
    expect(beside(1)).toEqual([])
    const [finding] = beside(0.6)
    expect(finding).toMatchObject({
      kind: 'horizontal',
      outcome: 'breach',
      severity: 'minor',
      requiredM: 1,
      actualM: 0.6,
      shortfallM: 0.4,
      verified: true,
      ruleId: 'h-drain-water-small',
      yielding: { moves: 't/w', principle: 'pressure-to-gravity' },
    })
    expect(finding?.stretch?.fromM).toBe(0)
    expect(finding?.stretch?.toM).toBe(30)
    expect(finding?.sentence).toContain('差0.40 m')
  })
  test('that cross are held to the vertical distance only', () => {
    const across = (axis: number) =>
      check([
        pipeAt('w', [0, 0, 8], [30, 0, 8]),
        pipeAt('s', [15, -10, axis], [15, 10, axis], { ...sewage, section: roundOf(0.4) }),
      ])
    expect(across(8 - 0.111 - 0.2 - 0.4)).toEqual([])
    expect(kindsOf(across(8 - 0.111 - 0.2 - 0.3))).toEqual(['crossing breach'])
    expect(kindsOf(across(7.9))).toEqual(['hard breach'])
    // The sewer above: far enough, and still the wrong way round.
    expect(kindsOf(across(8 + 0.111 + 0.2 + 0.5))).toEqual(['crossing-order breach'])
  })
  test('a little beyond a crossing are not held to the horizontal distance', () => {
    const node = 't/bend'
    const found = check([
      pipeAt('w1', [0, 0, 8], [15.3, 0, 8], { endNode: node }),
      pipeAt('w2', [15.3, 0, 8], [30, 0, 8], { startNode: node }),
      pipeAt('s', [15, -10, 7], [15, 10, 7], { ...sewage, section: roundOf(0.4) }),
    ])
    expect(found).toEqual([])
  })
  test('that cross at a point of the line make one finding', () => {
    const node = 't/bend'
    const found = check([
      pipeAt('w1', [0, 0, 8], [15, 0, 8], { endNode: node }),
      pipeAt('w2', [15, 0, 8], [30, 0, 8], { startNode: node }),
      pipeAt('s', [15, -10, 7.5], [15, 10, 7.5], { ...sewage, section: roundOf(0.4) }),
    ])
    expect(kindsOf(found)).toEqual(['crossing breach'])
    expect(found[0]?.members).toHaveLength(2)
  })
  test('joined by a point or a port, or of one run, are not held against each other', () => {
    const a = pipeAt('a', [0, 0, 8], [10, 0, 8], { endNode: 't/n' })
    expect(check([a, pipeAt('b', [10, 0, 8], [10, 10, 8], { startNode: 't/n', ...sewage })])).toEqual([])
    const cross = pipeAt('c', [5, -5, 8], [5, 5, 8], sewage)
    expect(kindsOf(check([a, cross]))).toEqual(['hard breach'])
    expect(
      check([
        { ...a, ports: ['p'] },
        { ...cross, ports: ['p'] },
      ]),
    ).toEqual([])
    const back = [
      a,
      pipeAt('b', [10, 0, 8], [10, 0.3, 8], { startNode: 't/n', endNode: 't/m' }),
      pipeAt('c', [10, 0.3, 8], [0, 0.3, 8], { startNode: 't/m' }),
    ]
    expect(check(back)).toEqual([])
  })
  test('near each other only because a short line joins them are not held against each other', () => {
    const main = [
      pipeAt('m1', [0, 0, 8], [10, 0, 8], { endNode: 't/a' }),
      pipeAt('m2', [10, 0, 8], [10.4, 0, 8], { startNode: 't/a', endNode: 't/b' }),
      pipeAt('m3', [10.4, 0, 8], [20, 0, 8], { startNode: 't/b' }),
    ]
    const branch = (node: string) => pipeAt('x', [10.4, 0, 8], [10.4, 9, 8], { ...sewage, startNode: node })
    expect(check([...main, branch('t/b')])).toEqual([])
    expect(check([...main, branch('t/elsewhere')]).length).toBeGreaterThan(0)
  })
  test('of unknown depth or size never pass', () => {
    const crossing = check([pipeAt('w', [0, 0, 8], [30, 0, 8]), pipeAt('s', [15, -10, null], [15, 10, null], sewage)])
    expect(crossing).toMatchObject([
      { kind: 'crossing', outcome: 'unknown', actualM: null, severity: 'notice', doubts: ['elevation'] },
    ])
    const size = {
      ...sewage,
      section: { shape: 'unknown' },
      outerWidthM: null,
      outerHeightM: null,
      nominalMm: null,
    } as const
    const beside = check([pipeAt('w', [0, 0, 8], [30, 0, 8]), pipeAt('s', [0, 1.4, 8], [30, 1.4, 8], size)])
    expect(beside).toMatchObject([{ kind: 'horizontal', outcome: 'unknown', doubts: ['size'] }])
  })
  test('of unknown class never pass near another, and are no breach either', () => {
    const unnamed = { kind: 'unknown', code: 'BM' } as const
    expect(check([pipeAt('w', [0, 0, 8], [30, 0, 8]), pipeAt('u', [0, 0.8, 8], [30, 0.8, 8], unnamed)])).toMatchObject([
      { kind: 'horizontal', outcome: 'unknown', severity: 'notice' },
    ])
    expect(check([pipeAt('w', [0, 0, 8], [30, 0, 8]), pipeAt('u', [0, 9, 8], [30, 9, 8], unnamed)])).toEqual([])
  })
  test('block each other even when one is abandoned, one step milder', () => {
    const a = pipeAt('a', [0, 0, 8], [10, 0, 8], { state: 'abandoned' })
    const b = pipeAt('b', [5, -5, 8], [5, 5, 8], sewage)
    expect(check([a, b])).toMatchObject([{ kind: 'hard', severity: 'major', abandoned: true }])
  })
  test('clash exactly when dense samples of their axes come nearer than both radii', () => {
    const spot = fc.tuple(
      fc.double({ min: 0, max: 8, noNaN: true }),
      fc.double({ min: 0, max: 8, noNaN: true }),
      fc.double({ min: 5, max: 7, noNaN: true }),
    )
    fc.assert(
      fc.property(spot, spot, spot, spot, fc.double({ min: 0.1, max: 1, noNaN: true }), (a, b, c, d, outer) => {
        const section = roundOf(outer)
        const found = check([pipeAt('a', a, b, { section }), pipeAt('b', c, d, { ...sewage, section })])
        let least = Infinity
        for (let k = 0; k <= 60; k += 1)
          for (let l = 0; l <= 60; l += 1) {
            const [s, t] = [k / 60, l / 60]
            least = Math.min(
              least,
              Math.hypot(
                a[0] + s * (b[0] - a[0]) - c[0] - t * (d[0] - c[0]),
                a[1] + s * (b[1] - a[1]) - c[1] - t * (d[1] - c[1]),
                a[2] + s * (b[2] - a[2]) - c[2] - t * (d[2] - c[2]),
              ),
            )
          }
        const hard = found.some(({ kind }) => kind === 'hard')
        if (least < outer - 0.0011) expect(hard).toBe(true)
        if (least > outer + 0.3) expect(hard).toBe(false)
      }),
      { seed: 22, numRuns: 150 },
    )
  })
})

describe('the ground', () => {
  const square = (x0: number, y0: number, x1: number, y1: number) =>
    [
      [
        [x0, y0],
        [x1, y0],
        [x1, y1],
        [x0, y1],
      ],
    ] as const
  test('asks more cover under the carriageway than under the footway, by the zone over each part', () => {
    const pipe = pipeAt('g', [0, 0, 9.2], [20, 0, 9.2], {
      kind: 'gas',
      code: 'RQ',
      gasPressure: 'low',
      section: roundOf(0.2),
    })
    const zones: ZoneArea[] = [{ zone: 'footway', rings: square(-1, -5, 10, 5) }]
    const [finding, ...others] = check([pipe], { zones })
    expect(others).toEqual([])
    expect(finding).toMatchObject({ kind: 'cover', zone: 'carriageway', requiredM: 0.9, actualM: 0.7 })
    expect(finding?.stretch).toEqual({ fromM: 10, toM: 20 })
  })
  test('finds one stretch along a run, and only the part that is too shallow', () => {
    const found = check(
      [
        pipeAt('a', [0, 0, 9.8], [10, 0, 9.4], { endNode: 't/n', section: roundOf(0.2) }),
        pipeAt('b', [10, 0, 9.4], [20, 0, 9], { startNode: 't/n', section: roundOf(0.2) }),
      ],
      { zones: [] },
    )
    expect(found).toHaveLength(1)
    expect(found[0]?.actualM).toBeCloseTo(0.1, 2)
    expect(found[0]?.stretch?.toM).toBeCloseTo(15, 0)
  })
  test('says unknown where the ground or the depth is unknown', () => {
    expect(check([pipeAt('a', [0, 0, null], [10, 0, null])], { zones: [] })).toMatchObject([
      { kind: 'cover', outcome: 'unknown', doubts: ['elevation'] },
    ])
    expect(check([pipeAt('a', [0, 0, 5], [10, 0, 5], { startGround: null })], { zones: [] })).toMatchObject([
      { outcome: 'unknown', doubts: ['ground'] },
    ])
  })
  test('holds pipes to buildings, trees and rails', () => {
    const gas = pipeAt('g', [0, 0, 8], [20, 0, 8], {
      kind: 'gas',
      code: 'RQ',
      gasPressure: 'sub-high-b',
      section: roundOf(0.2),
    })
    const obstacles: Obstacle[] = [
      { id: 'house', kind: 'building', shape: { type: 'polygon', rings: square(0, 3.1, 10, 9) }, baseElevation: null },
      { id: 'tree', kind: 'tree', shape: { type: 'point', at: { east: 5, north: -0.6 } }, baseElevation: null },
      {
        id: 'rail',
        kind: 'railway',
        shape: {
          type: 'line',
          path: [
            [15, -9],
            [15, 9],
          ],
        },
        baseElevation: 9,
      },
      { id: 'far', kind: 'building', shape: { type: 'polygon', rings: square(0, 5.2, 10, 9) }, baseElevation: null },
    ]
    const found = check([gas], { obstacles })
    expect(found.map(({ b, requiredM, actualM }) => [b?.id, requiredM, actualM])).toEqual([
      ['house', 5, 3],
      ['rail', 1.2, 0.9],
      ['tree', 1.2, 0.5],
    ])
  })
})

describe('changes', () => {
  test('checked alone give what a new check of all gives', () => {
    const { network, obstacles } = makeStreets(classes, { seed: 31, blocks: 2, plants: [...plantKinds, ...plantKinds] })
    const all = pipesOf(network)
    const frame = { east: 361_800, north: 3_277_200, height: 0 }
    const options = { rules, obstacles, frame }
    const change = fc.record({
      at: fc.nat(all.length - 1),
      what: fc.constantFrom('remove', 'move', 'raise', 'join', 'abandon'),
      by: fc.double({ min: -3, max: 3, noNaN: true }),
    })
    fc.assert(
      fc.property(
        fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
        (rounds) => {
          const now = new Map(all.map((pipe) => [pipe.id, pipe]))
          const checker = new PipeChecker(all, options)
          let findings = new Map(checker.findings().map((finding) => [`${finding.key}${finding.outcome}`, finding]))
          for (const round of rounds) {
            const remove: string[] = []
            const put: Pipe[] = []
            for (const { at, what, by } of round) {
              const pipe = all[at]
              const other = all[(at * 31 + 7) % all.length]
              if (pipe === undefined || other === undefined) continue
              if (what === 'remove') {
                if (put.some(({ id }) => id === pipe.id)) continue
                remove.push(pipe.id)
                now.delete(pipe.id)
                continue
              }
              const changed: Pipe =
                what === 'move'
                  ? { ...pipe, start: { east: pipe.start.east + by, north: pipe.start.north - by } }
                  : what === 'raise'
                    ? { ...pipe, startAxis: (pipe.startAxis ?? 228) + by }
                    : what === 'join'
                      ? { ...pipe, startNode: other.endNode }
                      : { ...pipe, state: 'abandoned' }
              put.push(changed)
              now.set(pipe.id, changed)
            }
            const { gone, come } = checker.update({ remove, put })
            const full = checkPipes([...now.values()], options)
            expect(checker.findings()).toEqual(full)
            expect(checker.size).toBe(now.size)
            // What it says went and came leads from the old findings to the new.
            findings = new Map(findings)
            for (const finding of gone) findings.delete(`${finding.key}${finding.outcome}`)
            for (const finding of come) findings.set(`${finding.key}${finding.outcome}`, finding)
            expect([...findings.values()].sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual(
              [...full].sort((a, b) => (a.key < b.key ? -1 : 1)),
            )
          }
        },
      ),
      { seed: 32, numRuns: 25 },
    )
  })
  test('look only at what is near', () => {
    const { network, obstacles } = makeStreets(classes, { seed: 33, blocks: 30, plants: [] })
    const pipes = pipesOf(network)
    const checker = new PipeChecker(pipes, { rules, obstacles })
    const [pipe] = pipes
    if (pipe === undefined) throw new Error('no pipes')
    expect(checker.update({ put: [{ ...pipe, startAxis: 240 }] }).looked).toBeLessThan(200)
    expect(pipes.length).toBeGreaterThan(2_500)
  })
})

test('findings know only the kinds that are declared', () => {
  const { network, obstacles } = makeStreets(classes, { seed: 1, blocks: 1 })
  const found = checkPipes(pipesOf(network), { rules, obstacles })
  expect(found.every(({ kind }) => findingKinds.includes(kind))).toBe(true)
  expect(new Set(found.map(({ key, outcome }) => `${key}|${outcome}`)).size).toBe(found.length)
  expect(() => checkPipes([...pipesOf(network), ...pipesOf(network)], { rules })).toThrow(RangeError)
})
