/** What stands and lies around the pipes of a check: read from files, checked, and found in runs; chambers and roads. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWindow, type Window } from '../../../tests/support/window.ts'
import { makeStreets } from '../../engines/pipes/sample/street.ts'
import { csvOf, tablesOf } from '../../engines/pipes/tables.ts'
import type { ProjectId } from '../../kernel/identity.ts'
import { createCheck, readPlaces, readRules } from './contract/checks.ts'
import { listConflicts } from './contract/conflicts.ts'
import { readCrossingRules } from './contract/versions.ts'
import type { CheckId, ModelId } from './contract.ts'
import { definitionSchema } from './model/definition.ts'
import { classes, openRig, type Rig, textBytes } from './rig.testing.ts'

let window: Window
let rig: Rig
let projectId: ProjectId
let modelId: ModelId
const { network } = makeStreets(classes, { seed: 5, blocks: 1, plants: [] })
beforeAll(async () => {
  window = await openWindow()
  rig = openRig(window)
  projectId = await window.project()
  modelId = await rig.model(projectId, '街道', { phase: 'existing' })
  const { points, lines } = tablesOf(network, classes)
  // Outer sizes of chambers, as a column of their own.
  const sized = points.map((row, k) => [...row, k === 0 ? '井径' : row[6] === '检查井' ? 2600 : null])
  await rig.bring(modelId, [
    ['点.csv', textBytes(csvOf(sized))],
    ['线.csv', textBytes(csvOf(lines))],
  ])
})
afterAll(() => window.close())

const read = async (...files: readonly (readonly [string, string])[]) => {
  const uploadIds = await Promise.all(files.map(([name, text]) => rig.upload(window.applicant, name, textBytes(text))))
  return window.as(window.applicant).call(readPlaces, { params: { projectId }, body: { uploadIds } })
}
const geoJson = (...features: readonly (readonly [object, object])[]): string =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: features.map(([properties, geometry]) => ({ type: 'Feature', properties, geometry })),
  })
const defined = async (name: string, more: object) =>
  window.as(window.applicant).call(createCheck, {
    params: { projectId },
    body: {
      name,
      gate: false,
      definition: definitionSchema.parse({
        kind: 'pipes',
        models: [modelId],
        existingAmongThemselves: true,
        chambers: false,
        ...more,
      }),
    },
  })
const found = async (checkId: CheckId) => {
  const run = await rig.run(checkId)
  const { rows } = await window
    .as(window.applicant)
    .call(listConflicts, { params: { checkId }, query: { limit: 200 } as never })
  return { run, rows }
}
const box = (west: number, south: number, east: number, north: number): [number, number][] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
]

describe('places in files', () => {
  it('in degrees, with a zone number or with X and Y exchanged come into the plane of the district, and say so', async () => {
    const degrees = await read([
      'a.geojson',
      geoJson([
        { 类型: '乔木', 编号: 'T1' },
        { type: 'Point', coordinates: [106.574, 29.606] },
      ]),
    ])
    expect(degrees.obstacles[0]?.path[0]?.[0]).toBeCloseTo(361_862.96, 0)
    expect(degrees.obstacles[0]?.path[0]?.[1]).toBeCloseTo(3_277_288.2, 0)
    expect(degrees.issues.map(({ severity }) => severity)).toEqual(['notice'])
    const prefixed = await read(['b.csv', '编号,类型,X,Y\nT1,乔木,3277200,36361800'])
    expect(prefixed.obstacles[0]?.path).toEqual([[361_800, 3_277_200]])
    const exchanged = await read(['c.csv', '编号,类型,X,Y\nT1,乔木,361800,3277200'])
    expect(exchanged.obstacles[0]?.path).toEqual([[361_800, 3_277_200]])
    expect(exchanged.issues[0]?.sentence).toContain('对调')
  }, 30_000)
  it('of several files and kinds are read together; numbers that repeat are told apart', async () => {
    const both = await read(
      [
        'a.geojson',
        geoJson(
          [{ 类型: '绿地' }, { type: 'Polygon', coordinates: [box(361_800, 3_277_200, 361_900, 3_277_210)] }],
          [
            { 类型: '建筑', 编号: 'B1' },
            { type: 'Polygon', coordinates: [box(361_800, 3_277_230, 361_820, 3_277_240)] },
          ],
        ),
      ],
      [
        'b.csv',
        '编号,类型,X,Y,红线宽度\nB1,建筑,3277230,361830,\nR1,道路中心线,3277190,361800,30\nR1,道路中心线,3277190,362200,',
      ],
    )
    expect(both.zones.map(({ zone }) => zone)).toEqual(['courtyard'])
    expect(both.obstacles.map(({ id }) => id)).toEqual(['B1', 'B1-2'])
    expect(both.roads).toMatchObject([{ id: 'R1', widthM: 30 }])
    expect(both.issues).toEqual([])
  }, 30_000)
  it('that are wrong give sentences with row and column, and nothing is made up', async () => {
    const wrong = await read([
      'b.csv',
      '编号,类型,X,Y\nB1,建筑,3277230,左\nP1,池塘,3277230,361800\nZ1,机动车道,3277230,361800\nR1,道路中心线,3277190,361800\nR1,道路中心线,3277190,362200',
    ])
    expect([wrong.zones, wrong.obstacles, wrong.roads]).toEqual([[], [], []])
    expect(wrong.issues.map(({ row, column }) => `${row}${column ?? ''}`)).toEqual(['2D', '3B', '4', '5'])
    for (const { sentence } of wrong.issues) expect(sentence).toMatch(/请/)
    const far = await read(['c.csv', '编号,类型,X,Y\nB1,乔木,12,34'])
    expect(far.issues[0]?.sentence).toContain('不在本区范围内')
    const none = await read(['d.geojson', '{"type":"FeatureCollection","features":[]}'])
    expect(none.issues[0]?.sentence).toContain('没有可用的内容')
    const broken = await read(['e.geojson', '{'])
    expect(broken.issues[0]?.sentence).toContain('不是有效的 GeoJSON')
  }, 30_000)
})

describe('a check', () => {
  it('refuses places that lie far from all of its pipes, naming the place and how far', async () => {
    const obstacles = [
      { id: '远处的楼', kind: 'building', shape: 'polygon', path: box(3_277_200, 361_800, 3_277_210, 361_810) },
    ]
    const refusal = await window.refusalOf(defined('坐标颠倒', { obstacles }))
    expect(refusal.code).toBe('bim.places-far')
    expect(refusal.sentence.zh).toMatch(/“远处的楼”离所选管线 \d+\.\d 公里/)
    expect(
      definitionSchema.safeParse({ kind: 'pipes', models: [modelId], obstacles: [...obstacles, ...obstacles] }).success,
    ).toBe(false)
  })
  it('holds cover to the zone above: what is enough under a footway is too little under a carriageway', async () => {
    const shallow = await rig.model(projectId, '浅埋给水管')
    await rig.bring(shallow, [
      ['点.csv', textBytes('物探点号,X,Y,地面高程,管线类别\nJS1,3277200,361800,230,JS\nJS2,3277200,361900,230,JS')],
      ['线.csv', textBytes('起点点号,终点点号,管线类别,起点埋深,终点埋深,材质,管径\nJS1,JS2,JS,0.65,0.65,钢,200')],
    ])
    const covers = async (name: string, zones: object[]) => {
      const { rows } = await found((await defined(name, { models: [shallow], zones })).checkId)
      return rows.filter(({ kind, outcome }) => kind === 'cover' && outcome === 'breach')
    }
    const footway = (from: number, to: number) => ({ zone: 'footway', rings: [box(from, 3_277_190, to, 3_277_210)] })
    // 0.70 m under a carriageway, 0.60 m under a footway.
    expect(await covers('全在车行道', [])).toMatchObject([{ requiredM: 0.7, stretch: { fromM: 0, toM: 100 } }])
    expect(await covers('全在人行道', [footway(361_790, 361_910)])).toEqual([])
    const [half] = await covers('一半在人行道', [footway(361_790, 361_850)])
    expect(half?.stretch?.fromM).toBeCloseTo(50, 1)
    expect(half?.stretch?.toM).toBeCloseTo(100, 1)
  }, 60_000)
  it('finds obstacles too near, by the clause, under the number that people gave', async () => {
    const tree = { id: '古树 7', kind: 'tree', shape: 'point', path: [[361_900, 3_277_197.9]] }
    const { rows } = await found((await defined('古树', { obstacles: [tree] })).checkId)
    const hit = rows.find(({ kind, b }) => kind === 'obstacle' && b?.id === '古树 7')
    expect(hit?.b?.title).toContain('古树 7')
    expect(hit?.sentence).toContain('乔木')
    expect(hit?.clause).not.toBe('')
  }, 60_000)
  it('looks at the order in a road only where one is given, and says so else', async () => {
    const plain = await found((await defined('无道路', {})).checkId)
    expect(plain.run.result?.remarks.join()).toContain('没有设置道路中心线')
    expect(plain.rows.filter(({ kind }) => kind === 'layout-order')).toEqual([])
    const road = { id: '滨江支路', path: [[361_790, 3_277_180], [362_210, 3_277_180]], widthM: 50 } // biome-ignore format: one line
    const { rows, run } = await found((await defined('有道路', { roads: [road] })).checkId)
    const order = rows.filter(({ kind }) => kind === 'layout-order')
    // Rain lies outside of sewage; all else is as the table wants.
    expect(order.map(({ pair }) => pair)).toEqual(['污水管 × 雨水管'])
    expect(order[0]).toMatchObject({ severity: 'notice', outcome: 'breach', verified: false })
    expect(order[0]?.sentence).toContain('滨江支路')
    expect(run.result?.remarks.join()).toContain('按配送管判断')
  }, 60_000)
  it('holds chambers of known size to their neighbours, names them, and finds them again in the next run', async () => {
    const { checkId } = await defined('检查井', { chambers: true })
    const { rows } = await found(checkId)
    const chambers = rows.filter(({ b }) => b?.title.includes('井 ') === true)
    expect(chambers.length).toBeGreaterThan(3)
    const [first] = chambers
    expect(first?.b?.title).toMatch(/^现状(雨水|污水)井 (YS|WS)\d+$/)
    expect(first?.b?.modelId).toBe(modelId)
    expect(chambers.every(({ kind, verified }) => kind === 'hard' || !verified)).toBe(true)
    const again = await found(checkId)
    expect(again.run.result?.life).toMatchObject({ new: 0, solved: 0 })
    const without = await found((await defined('不查检查井', {})).checkId)
    expect(without.rows.filter(({ b }) => b?.title.includes('井 ') === true)).toEqual([])
  }, 60_000)
})

describe('the rule table', () => {
  it('shows chambers and both orders with their clause and what is yet to be verified', async () => {
    const { rows, orders } = await window.as(window.applicant).call(readRules, {})
    expect(rows.filter(({ table }) => table === 'chamber')).toMatchObject([{ valueM: null, verified: false }])
    expect(orders.map(({ id, kinds }) => `${id} ${kinds[0]} ${kinds.length}`)).toEqual([
      'crossing 通信管线 9',
      'layout 电力管线 10',
    ])
  })
  it('answers for every crossing, also where nothing is wrong; a pipe that is not there has no answer', async () => {
    const { versionId } = await rig.bring(await rig.model(projectId, '街道二'), rig.tables(network))
    const id = (code: string): string => network.lines.find((line) => line.code === code)?.id ?? ''
    const pair = (a: string, b: string) => ({ a: { versionId, id: a }, b: { versionId, id: b } })
    const { answers } = await window.as(window.applicant).call(readCrossingRules, {
      params: { projectId },
      body: {
        pairs: [pair(id('JS'), id('WS')), pair(id('WS'), id('JS')), pair(id('RQ'), id('RL')), pair('gone', id('JS'))],
      },
    })
    expect(answers[0]).toMatchObject({ leastM: 0.4, mostM: 0.4 })
    expect(answers[0]?.clause).toContain('4.1.14')
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]?.mostM).toBe(0.15)
    expect(answers[3]).toBeNull()
  }, 30_000)
})
