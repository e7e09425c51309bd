import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Cell, Sheet } from '../import/sheet.ts'
import { placeKindOf } from './kinds.ts'
import { placesOfFeatures, placesOfSheet } from './read.ts'
import { faultOfShape, parsePath, pathText, tidyPath } from './shape.ts'

const sheetOf = (rows: readonly (readonly Cell[])[], sheet: string | null = null): Sheet => ({
  file: 'a.csv',
  sheet,
  rows,
})
const square = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
] as const

describe('typed coordinates', () => {
  test('are north and east in a line each, and come back as they were', () => {
    expect(parsePath('3277200.5 361800\n3277210, 361820\n\n').path).toEqual([
      [361_800, 3_277_200.5],
      [361_820, 3_277_210],
    ])
    const at = fc.tuple(
      fc.integer({ min: 300_000_000, max: 400_000_000 }),
      fc.integer({ min: 3_200_000_000, max: 3_400_000_000 }),
    )
    fc.assert(
      fc.property(fc.array(at, { minLength: 1, maxLength: 20 }), (given) => {
        const path = given.map(([east, north]) => [east / 1_000, north / 1_000] as const)
        expect(parsePath(pathText(path))).toEqual({ path, fault: null })
      }),
      { seed: 5 },
    )
  })
  test('that are wrong are said with the line and what to do', () => {
    expect(parsePath('').fault).toContain('没有坐标')
    expect(parsePath('3277200 361800\n约3277210').fault).toMatch(/第2行“约3277210”不是两个数字/)
    expect(parsePath('361800 3277200').fault).toContain('写反了')
    expect(parsePath('3277200 36361800').fault).toContain('带号 36')
    expect(parsePath('29.6 106.5').fault).toContain('经纬度')
    expect(parsePath('1 2 3 4').fault).toContain('每行只写一个点')
  })
})

describe('shapes', () => {
  test('without points, of too few points, crossing themselves or of no area are refused in a sentence', () => {
    expect(faultOfShape(square, 'polygon')).toBeNull()
    expect(faultOfShape([], 'point')).toContain('没有坐标')
    expect(faultOfShape(square, 'point')).toContain('现在有4个')
    expect(faultOfShape([[0, 0]], 'line')).toContain('至少要有2个')
    expect(faultOfShape([[0, 0], [1, 1]], 'polygon')).toContain('至少要有3个') // biome-ignore format: one line
    expect(faultOfShape([[0, 0], [10, 10], [10, 0], [0, 10]], 'polygon')).toMatch(/第1条边与第3条边相交/) // biome-ignore format: one line
    expect(faultOfShape([[0, 0], [1, 1], [2, 2]], 'polygon')).toContain('面积几乎为零') // biome-ignore format: one line
    expect(faultOfShape([[Number.NaN, 0]], 'point')).toContain('不是数字')
  })
  test('lose points that stand twice and the first one at the end', () => {
    expect(tidyPath([...square, [0, 0]], 'polygon')).toEqual(square)
    expect(tidyPath([[0, 0], [0, 0], [1, 0]], 'line')).toEqual([[0, 0], [1, 0]]) // biome-ignore format: one line
  })
})

describe('kinds', () => {
  test('are known by the words of tables, the longer word before the one it contains', () => {
    expect(placeKindOf('非机动车道')).toEqual({ what: 'zone', zone: 'footway' })
    expect(placeKindOf('机动车道')).toEqual({ what: 'zone', zone: 'carriageway' })
    expect(placeKindOf('绿化带')).toEqual({ what: 'zone', zone: 'courtyard' })
    expect(placeKindOf('有轨电车轨道')).toEqual({ what: 'obstacle', kind: 'tramway' })
    expect(placeKindOf('3号住宅楼')).toEqual({ what: 'obstacle', kind: 'building' })
    expect(placeKindOf('道路中心线')).toEqual({ what: 'road' })
    expect(placeKindOf('水塘')).toBeUndefined()
  })
})

describe('features', () => {
  const read = (geometry: unknown, properties: Record<string, unknown>, layer: string | null = null) =>
    placesOfFeatures('a.geojson', layer, [{ geometry: geometry as never, properties }])
  test('give zones with holes, obstacles of several parts, roads with their width', () => {
    const hole = [[2, 2], [4, 2], [4, 4], [2, 4]] // biome-ignore format: one line
    expect(read({ type: 'Polygon', coordinates: [square, hole] }, { 类型: '人行道' }).places[0]).toMatchObject({
      kind: { what: 'zone', zone: 'footway' },
      rings: [square, hole],
    })
    const parts = read({ type: 'MultiPolygon', coordinates: [[square], [square]] }, { name: '1号楼', kind: 'building' })
    expect(parts.places.map(({ no, shape }) => `${no} ${shape}`)).toEqual(['1号楼 polygon', '1号楼 polygon'])
    const road = read({ type: 'LineString', coordinates: [[0, 0], [9, 0]] }, { 类型: '道路中心线', 红线宽度: 24 }) // biome-ignore format: one line
    expect(road.places[0]).toMatchObject({ kind: { what: 'road' }, widthM: 24 })
    expect(read({ type: 'Point', coordinates: [1, 2] }, {}, '行道树').places[0]?.kind).toEqual({
      what: 'obstacle',
      kind: 'tree',
    })
  })
  test('that fit nothing are told with their number, and nothing is guessed', () => {
    const told = (geometry: unknown, properties: Record<string, unknown>) => {
      const { places, issues } = read(geometry, properties)
      expect(places).toEqual([])
      expect(issues[0]?.place.row).toBe(1)
      return issues[0]?.sentence ?? ''
    }
    expect(told({ type: 'Polygon', coordinates: [square] }, {})).toContain('没有写明类型')
    expect(told({ type: 'Polygon', coordinates: [square] }, { 类型: '水塘' })).toContain('类型“水塘”无法识别')
    expect(told({ type: 'LineString', coordinates: [[0, 0], [9, 0]] }, { 类型: '机动车道' })).toContain('必须是面') // biome-ignore format: one line
    expect(told({ type: 'LineString', coordinates: [[0, 0], [9, 0]] }, { 类型: '道路中心线' })).toContain('红线宽度') // biome-ignore format: one line
    expect(told(null, { 类型: '建筑' })).toContain('没有可用的图形')
    expect(told({ type: 'Polygon', coordinates: 'x' }, { 类型: '建筑', 编号: 'B1' })).not.toBe('')
  })
})

describe('tables', () => {
  test('have a row for each point; rows of one number are one shape', () => {
    const { places, issues } = placesOfSheet(
      sheetOf([
        ['周边环境调查表'],
        ['编号', '类型', 'X', 'Y', '红线宽度'],
        ['B1', '建筑', 0, 0, null],
        ['B1', '建筑', 0, 10, null],
        ['B1', '建筑', 8, 10, null],
        ['T1', '乔木', 5, 5, null],
        ['R1', '道路中心线', 0, 0, 20],
        ['R1', '道路中心线', 0, 50, null],
        ['K1', '侧石', 0, 0, null],
        ['K1', '侧石', 1, 10, null],
        ['K1', '侧石', 2, 20, null],
      ]),
    )
    expect(issues).toEqual([])
    expect(places.map(({ no, shape }) => `${no} ${shape}`)).toEqual(['B1 polygon', 'T1 point', 'R1 line', 'K1 line'])
    // X is north.
    expect(places[0]?.rings[0]?.[2]).toEqual([10, 8])
    expect(places[2]?.widthM).toBe(20)
  })
  test('that cannot be read say row and column', () => {
    expect(placesOfSheet(sheetOf([['甲', '乙']])).issues[0]?.sentence).toContain('没有找到坐标列')
    const { places, issues } = placesOfSheet(
      sheetOf([
        ['编号', '类型', 'X', 'Y'],
        ['B1', '建筑', 0, '左'],
        ['B2', '池', 0, 1],
      ]),
    )
    expect(places).toEqual([])
    expect(issues.map(({ place }) => `${place.row}${place.column}`)).toEqual(['2D', '3B'])
  })
  test('never throw, whatever stands in them', () => {
    const cell = fc.oneof(fc.string(), fc.double(), fc.constant(null), fc.boolean())
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 6 }), { maxLength: 8 }), (rows) => {
        placesOfSheet(sheetOf([['编号', '类型', 'X', 'Y', '红线宽度'], ...rows]))
      }),
      { seed: 8 },
    )
  })
})
