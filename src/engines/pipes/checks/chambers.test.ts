import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import classesData from '../../../../data/standards/pipe-classes.json' with { type: 'json' }
import rulesData from '../../../../data/standards/pipe-clearances.json' with { type: 'json' }
import columnsData from '../../../../data/standards/survey-columns.json' with { type: 'json' }
import { localDate } from '../../../kernel/time.ts'
import { pipesOf } from '../axis.ts'
import { chambersOf } from '../chambers.ts'
import type { Network, Pipe } from '../model.ts'
import { compileRules, factsOf } from '../rules/lookup.ts'
import { makeStreets } from '../sample/street.ts'
import { pipeAt, tablesFrom } from '../testing/data.ts'
import { checkPipes, PipeChecker } from './checker.ts'
import type { Chamber } from './finding.ts'

const { classes, pipeRules } = tablesFrom(classesData, rulesData, columnsData)
const rules = compileRules({ ...pipeRules, cover: [] }, localDate('2026-11-29'))

const sewer = pipeAt('s', [0, 0, 7], [40, 0, 7], { kind: 'sewage', code: 'WS', nominalMm: 400, endNode: 't/W1' })
const well = (what: Partial<Chamber> = {}): Chamber => ({
  id: 't/W1',
  network: 't',
  no: 'W1',
  kind: 'sewage',
  at: { east: 40, north: 0 },
  sizeM: 1.4,
  ground: 10,
  bottom: 6.8,
  surveyed: true,
  facts: factsOf(sewer),
  phase: 'existing',
  ...what,
})
/** A water pipe of DN 200, outer 0.222 m, that runs past the chamber with this distance between axis and centre. */
const water = (apart: number, axis: number | null = 8): Pipe =>
  pipeAt('w', [20, apart, axis], [60, apart, axis], { nominalMm: 200 })
const look = (pipes: readonly Pipe[], chambers: readonly Chamber[]) =>
  checkPipes([sewer, ...pipes], { rules, chambers }).filter(({ b }) => b?.id.startsWith('t/W') === true)

describe('a chamber', () => {
  test('is held to the distance of its class from its outer wall, with a mark that the clause is to be verified', () => {
    // Sewage to water up to DN 200: 1.0 m. Clear: 1.7 - 0.7 - 0.111.
    const [finding] = look([water(1.7)], [well()])
    expect(finding).toMatchObject({ kind: 'chamber', outcome: 'breach', requiredM: 1, verified: false })
    expect(finding?.actualM).toBeCloseTo(0.889, 4)
    expect(finding?.sentence).toContain('污水井 W1外缘与给水管的净距0.89 m')
    expect(finding?.sentence).toContain('待核对原文')
    expect(look([water(1.82)], [well()])).toEqual([])
  })
  test('is a hard clash for a pipe that runs through it without joining it, as deep as they overlap', () => {
    const [finding] = look([water(0.5)], [well()])
    expect(finding).toMatchObject({ kind: 'hard', outcome: 'breach', severity: 'critical', key: 'hard|t/W1|t/w' })
    // Across: 0.7 + 0.111 - 0.5; the pipe is 0.222 high.
    expect(finding?.actualM).toBeCloseTo(-0.222, 4)
  })
  test('says nothing of pipes that join it, of their runs, of what lies deeper beside it or above the ground', () => {
    const on = pipeAt('on', [40, 0, 7], [41, 0.5, 7], {
      kind: 'sewage',
      code: 'WS',
      startNode: 't/W1',
      endNode: 't/W9',
    })
    const further = pipeAt('f', [41, 0.5, 7], [40, 1, 7], { kind: 'sewage', code: 'WS', startNode: 't/W9' })
    expect(look([on, further], [well()])).toEqual([])
    expect(look([water(1, 4)], [well()])).toEqual([])
    expect(look([water(0, 12)], [well()])).toEqual([])
    expect(look([{ ...water(0.5), burial: 'overhead' }], [well()])).toEqual([])
  })
  test('keeps the distance of a crossing from what runs under its bottom', () => {
    // Bottom 6.8, top of the pipe 6.611: 0.189 m of 0.4 m.
    const [finding] = look([water(0, 6.5)], [well()])
    expect(finding).toMatchObject({ kind: 'chamber', outcome: 'breach', requiredM: 0.4 })
    expect(finding?.actualM).toBeCloseTo(0.189, 4)
    expect(look([water(0, 6.2)], [well()])).toEqual([])
  })
  test('of unknown depth, or beside a pipe of unknown height, is unknown and never a pass', () => {
    const [deep] = look([water(0, 6.2)], [well({ surveyed: false, bottom: 6.8 })])
    expect(deep).toMatchObject({ outcome: 'unknown', doubts: ['chamber-depth'] })
    const [high] = look([water(1.2, null)], [well()])
    expect(high).toMatchObject({ outcome: 'unknown', doubts: ['elevation'], actualM: null })
    expect(look([water(3, null)], [well()])).toEqual([])
  })
  test('and another chamber keep their distance, once for the pair', () => {
    const other = well({
      id: 't/W2',
      no: 'W2',
      kind: 'water',
      at: { east: 40, north: 1.9 },
      sizeM: 1,
      facts: factsOf(water(0)),
    })
    const found = look([], [well(), other])
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ kind: 'chamber', outcome: 'breach', requiredM: 1 })
    expect(found[0]?.actualM).toBeCloseTo(0.7, 4)
  })
})

describe('chambers of a network', () => {
  const { network } = makeStreets(classes, { seed: 4, blocks: 1, plants: [] })
  const sized = (share: number): Network => ({
    ...network,
    points: network.points.map((point, k) =>
      point.appendage !== null && k % share === 0 ? { ...point, wellSizeM: 1.2 } : point,
    ),
  })
  test('are the points with an outer size; those without are counted, not guessed', () => {
    const { chambers, unsized } = chambersOf(sized(2), pipesOf(network))
    const all = network.points.filter(({ appendage }) => appendage !== null).length
    expect(chambers.length + unsized).toBe(all)
    expect(chambers.length).toBeGreaterThan(3)
    const depths = new Map(network.points.map(({ no, wellDepthM }) => [no, wellDepthM]))
    for (const { no, ground, bottom } of chambers)
      expect((ground ?? 0) - (bottom ?? 0)).toBeCloseTo(depths.get(no) ?? 0)
  })
  test('are found the same when they come and go one after the other as when all are looked at anew', () => {
    const pipes = pipesOf(network)
    const chambers = chambersOf(sized(1), pipes).chambers
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(pipes.length - 1), fc.nat(chambers.length), fc.integer({ min: -9, max: 9 })), {
          minLength: 1,
          maxLength: 6,
        }),
        (steps) => {
          const checker = new PipeChecker(pipes, { rules, chambers })
          const now = new Map(pipes.map((pipe) => [pipe.id, pipe]))
          let standing = chambers
          for (const [at, count, by] of steps) {
            const pipe = pipes[at]
            if (pipe === undefined) continue
            const moved = { ...pipe, start: { ...pipe.start, north: pipe.start.north + by / 4 } }
            standing = chambers.filter((_, k) => k !== count)
            now.set(pipe.id, moved)
            checker.update({ put: [moved], chambers: standing })
          }
          const anew = new PipeChecker([...now.values()], { rules, chambers: standing, frame: checker.frame })
          expect(checker.findings()).toEqual(anew.findings())
        },
      ),
      { seed: 17, numRuns: 15 },
    )
  })
})
