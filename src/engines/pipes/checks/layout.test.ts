import { describe, expect, test } from 'vitest'
import classesData from '../../../../data/standards/pipe-classes.json' with { type: 'json' }
import rulesData from '../../../../data/standards/pipe-clearances.json' with { type: 'json' }
import columnsData from '../../../../data/standards/survey-columns.json' with { type: 'json' }
import { localDate } from '../../../kernel/time.ts'
import { pipesOf } from '../axis.ts'
import type { Pipe, PipeKind } from '../model.ts'
import { compileRules } from '../rules/lookup.ts'
import { makeStreets } from '../sample/street.ts'
import { pipeAt, tablesFrom } from '../testing/data.ts'
import { checkPipes, PipeChecker } from './checker.ts'
import type { Finding, Road } from './finding.ts'

const { classes, pipeRules } = tablesFrom(classesData, rulesData, columnsData)
const rules = compileRules({ ...pipeRules, cover: [] }, localDate('2026-11-29'))
/** From west to east, red lines 15 m to either side. */
const road: Road = { id: 'R1', path: [[0, 0], [60, 0], [120, 0]], halfWidthM: 15 } // biome-ignore format: one line
const laid = (kind: PipeKind, north: number, what: Partial<Pipe> = {}): Pipe =>
  pipeAt(`${kind}${north}`, [5, north, 8], [55, north, 8], { kind, code: kind, ...what })
const look = (pipes: readonly Pipe[], roads: readonly Road[] = [road]): readonly Finding[] =>
  checkPipes(pipes, { rules, roads }).filter(({ kind }) => kind === 'layout-order')
const said = (found: readonly Finding[]) => found.map(({ a, b, outcome }) => `${a.id} ${b?.id} ${outcome}`)

describe('order in a road', () => {
  test('of the table is kept on both sides; the wrong way round is pointed out with the clause, to be verified', () => {
    const right = [laid('power', 13), laid('telecom', 11), laid('sewage', 5), laid('rain', 3), laid('power', -12)]
    expect(look(right)).toEqual([])
    const [finding] = look([laid('rain', 8), laid('power', 4)])
    expect(finding).toMatchObject({
      kind: 'layout-order',
      outcome: 'breach',
      severity: 'notice',
      a: { id: 't/rain8' },
      b: { id: 't/power4' },
      clause: pipeRules.layoutOrder.clause,
      verified: pipeRules.layoutOrder.verified,
    })
    expect(finding?.sentence).toContain('雨水管(距道路中心线 8.00 m)与电力管线(4.00 m)')
    expect(finding?.sentence).toContain('待核对原文')
  })
  test('is no matter of other sides, of crossing pipes, of what lies outside the red lines or above the ground', () => {
    expect(look([laid('rain', 8), laid('power', -4)])).toEqual([])
    expect(look([pipeAt('x', [30, -10, 6], [30, 14, 6], { kind: 'rain' }), laid('power', 4)])).toEqual([])
    expect(look([laid('rain', 18), laid('power', 4)])).toEqual([])
    expect(look([laid('rain', 8, { burial: 'overhead' }), laid('power', 4)])).toEqual([])
    expect(look([laid('combined', 8), laid('power', 4)])).toEqual([])
    expect(look([laid('rain', 8), laid('power', 4)], [])).toEqual([])
  })
  test('where it hangs on what a pipe is for is unknown, where it is right for the usual use it is kept, and known from the pressure of gas', () => {
    expect(said(look([laid('heat', 9), laid('water', 6)]))).toEqual(['t/heat9 t/water6 unknown'])
    expect(look([laid('heat', 9), laid('water', 6)])[0]?.doubts).toEqual(['use'])
    expect(said(look([laid('heat', 9), laid('gas', 6)]))).toEqual(['t/heat9 t/gas6 unknown'])
    expect(said(look([laid('heat', 9), laid('gas', 6, { gasPressure: 'low' })]))).toEqual(['t/heat9 t/gas6 breach'])
    expect(look([laid('heat', 9), laid('gas', 6, { gasPressure: 'sub-high-a' })])).toEqual([])
    expect(look([laid('water', 9), laid('gas', 7), laid('heat', 5)])).toEqual([])
  })
  test('is one finding for two runs, however they and the middle line are cut, and bends with the road', () => {
    const node = (k: number) => ({ startNode: `t/n${k}`, endNode: `t/n${k + 1}` })
    const run = [0, 1, 2].map((k) =>
      pipeAt(`r${k}`, [k * 40, 8, 8], [k * 40 + 40, 8, 8], { kind: 'rain', code: 'YS', ...node(k) }),
    )
    const other = pipeAt('p', [2, 4, 8], [118, 4, 8], { kind: 'power', code: 'DL' })
    const found = look([...run, other])
    expect(found).toHaveLength(1)
    expect(found[0]?.members).toHaveLength(3)
    const bent: Road = { ...road, path: [[0, 0], [60, 0], [60, 60]] } // biome-ignore format: one line
    const around = [
      pipeAt('a', [60 - 8, 12, 8], [60 - 8, 58, 8], { kind: 'rain', code: 'YS' }),
      pipeAt('b', [60 - 4, 12, 8], [60 - 4, 58, 8], { kind: 'power', code: 'DL' }),
    ]
    expect(said(look(around, [bent]))).toEqual(['t/a t/b breach'])
  })
  test('is the same after changes as when everything is looked at anew', () => {
    const { network } = makeStreets(classes, { seed: 3, blocks: 1, plants: [] })
    const pipes = pipesOf(network)
    const [west, east] = [361_800, 362_200]
    // North of the middle line the street lies as the table wants, but for rain and sewage.
    const middle: Road = { id: 'M', path: [[west, 3_277_180], [east, 3_277_180]], halfWidthM: 25 } // biome-ignore format: one line
    const checker = new PipeChecker(pipes, { rules, roads: [middle] })
    const orders = (each: PipeChecker) => each.findings().filter(({ kind }) => kind === 'layout-order')
    expect(orders(checker).map(({ a, b }) => `${a.subject} ${b?.subject}`)).toEqual(['rain sewage'])
    expect(orders(checker)[0]?.sentence).toContain('里程 2—400 m')
    const moved = pipes
      .filter(({ kind }) => kind === 'power')
      .map((pipe) => ({
        ...pipe,
        start: { ...pipe.start, north: pipe.start.north - 16 },
        end: { ...pipe.end, north: pipe.end.north - 16 },
      }))
    const { come } = checker.update({ put: moved })
    expect(come.filter(({ kind }) => kind === 'layout-order').length).toBeGreaterThan(3)
    const now = new Map([...pipes, ...moved].map((pipe) => [pipe.id, pipe]))
    expect(checker.findings()).toEqual(
      new PipeChecker([...now.values()], { rules, roads: [middle], frame: checker.frame }).findings(),
    )
    const back = checker.update({ put: pipes.filter(({ kind }) => kind === 'power') })
    expect(back.gone.some(({ kind }) => kind === 'layout-order')).toBe(true)
    expect(orders(checker)).toHaveLength(1)
  })
})
