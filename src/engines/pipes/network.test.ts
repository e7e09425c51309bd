import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import classesData from '../../../data/standards/pipe-classes.json' with { type: 'json' }
import rulesData from '../../../data/standards/pipe-clearances.json' with { type: 'json' }
import columnsData from '../../../data/standards/survey-columns.json' with { type: 'json' }
import { axisHeight, outerSize, pipesOf, statedHeight } from './axis.ts'
import { burialOf, classOf, gasPressureOf, materialOf, roundSection, stateOf } from './classes.ts'
import { compareNetworks } from './compare.ts'
import { geoJsonOf } from './geojson.ts'
import { elevationMeanings, type Network, type PipeLine, type PipePoint, type Section } from './model.ts'
import { checkQuality } from './quality.ts'
import { makeStreets } from './sample/street.ts'
import { tablesFrom } from './testing/data.ts'

const { classes, columns, pipeRules } = tablesFrom(classesData, rulesData, columnsData)

const options = { limits: columns.limits, drainage: pipeRules.drainage }
const { network: street } = makeStreets(classes, { seed: 5, blocks: 1, plants: [] })
const rulesOf = (network: Network, more: Partial<Parameters<typeof checkQuality>[1]> = {}) => [
  ...new Set(checkQuality(network, { ...options, ...more }).map(({ rule }) => rule)),
]
const withLine = (change: (line: PipeLine) => PipeLine, at = 0): Network => ({
  ...street,
  lines: street.lines.map((line, index) => (index === at ? change(line) : line)),
})
const withPoint = (change: (point: PipePoint) => PipePoint, at = 0): Network => ({
  ...street,
  points: street.points.map((point, index) => (index === at ? change(point) : point)),
})
const drainAt = street.lines.findIndex(({ kind }) => kind === 'rain')

describe('the axis', () => {
  const section = fc.oneof(
    fc
      .tuple(
        fc.integer({ min: 50, max: 2000 }),
        fc.constantFrom('steel', 'concrete', 'PE', 'ductile-iron', 'PVC', null),
      )
      .map(([size, material]): Section => roundSection(classes, size, material)),
    fc
      .record({
        widthM: fc.double({ min: 0.1, max: 5, noNaN: true }),
        heightM: fc.double({ min: 0.1, max: 5, noNaN: true }),
        wallM: fc.double({ min: 0, max: 0.5, noNaN: true }),
      })
      .map((box): Section => ({ ...box, shape: 'box', wall: 'given' })),
  )
  test('goes from any stated height and back, and lies inside the section', () => {
    fc.assert(
      fc.property(
        section,
        fc.constantFrom(...elevationMeanings),
        fc.double({ min: -20, max: 300, noNaN: true }),
        (own, meaning, stated) => {
          const axis = axisHeight(stated, meaning, own)
          expect(statedHeight(axis, meaning, own)).toBeCloseTo(stated, 9)
          expect(Math.abs((axis ?? Infinity) - stated)).toBeLessThanOrEqual((outerSize(own)?.height ?? 0) / 2 + 1e-9)
        },
      ),
      { seed: 51 },
    )
  })
  test('is unknown where height or size is', () => {
    expect(axisHeight(null, 'top', { shape: 'unknown' })).toBeNull()
    expect(axisHeight(5, 'top', { shape: 'unknown' })).toBeNull()
    expect(axisHeight(5, 'centre', { shape: 'unknown' })).toBe(5)
  })
  test('outer walls are no thinner than the inner size, and nominal is not outer', () => {
    expect(roundSection(classes, 300, 'ductile-iron')).toMatchObject({ outerM: 0.326, wall: 'table' })
    expect(roundSection(classes, 400, 'concrete')).toMatchObject({ innerM: 0.4, outerM: 0.48 })
    expect(roundSection(classes, 200, 'PE')).toMatchObject({ outerM: 0.2 })
    expect(roundSection(classes, 200, null)).toMatchObject({ outerM: 0.24, wall: 'assumed' })
    expect(roundSection(classes, 200, null, 219)).toMatchObject({ outerM: 0.219, wall: 'given' })
  })
})

describe('codes', () => {
  test('are known by code, name and alias', () => {
    expect(classOf(classes, 'ws')?.kind).toBe('sewage')
    expect(classOf(classes, '雨污合流管')?.kind).toBe('combined')
    expect(classOf(classes, '中国电信')?.kind).toBe('telecom')
    expect(classOf(classes, '')).toBeUndefined()
    expect(burialOf(classes, '直埋')).toBe('direct')
    expect(stateOf(classes, '1')).toBe('abandoned')
    expect(materialOf(classes, '钢筋混凝土管')).toBe('concrete')
    expect(materialOf(classes, 'PE')).toBe('PE')
    expect(gasPressureOf(classes, '中压A')?.pressure).toBe('medium-a')
    expect(gasPressureOf(classes, '0.4')).toEqual({ pressure: 'medium-a', mpa: 0.4 })
    expect(gasPressureOf(classes, '2.5MPa')?.pressure).toBe('high')
    expect(gasPressureOf(classes, '不详')).toBeUndefined()
  })
})

describe('quality', () => {
  test('finds nothing wrong with a good street', () => {
    expect(checkQuality(street, { ...options, district: [106.4, 29.5, 106.9, 29.8] })).toEqual([])
  })
  test.each<[string, Network]>([
    ['point-missing', withLine((line) => ({ ...line, end: 'nowhere' }))],
    ['start-is-end', withLine((line) => ({ ...line, end: line.start }))],
    ['heights-differ', withLine((line) => ({ ...line, startElevation: (line.startElevation ?? 0) + 0.5 }))],
    ['depth-unknown', withLine((line) => ({ ...line, startElevation: null, startDepthM: null }))],
    ['depth-negative', withLine((line) => ({ ...line, startDepthM: -1, startElevation: null }))],
    ['depth-great', withLine((line) => ({ ...line, startDepthM: 120, startElevation: null }))],
    ['point-inconsistent', withLine((line) => ({ ...line, startElevation: (line.startElevation ?? 0) + 0.5 }), 1)],
    ['slope-steep', withLine((line) => ({ ...line, startElevation: 180, startDepthM: null }))],
    ['slope-adverse', withLine((line) => ({ ...line, flow: 'against' }), drainAt)],
    ['holes', withLine((line) => ({ ...line, holes: 2, usedHoles: 4 }))],
    ['line-double', { ...street, lines: [...street.lines, ...street.lines.slice(0, 1)] }],
    [
      'line-reversed',
      {
        ...street,
        lines: [
          ...street.lines,
          ...street.lines.slice(0, 1).map((line) => ({ ...line, start: line.end, end: line.start })),
        ],
      },
    ],
    ['point-orphan', { ...street, lines: street.lines.slice(1) }],
    ['ground-unknown', withPoint((point) => ({ ...point, ground: null }))],
    [
      'same-place',
      {
        ...street,
        points: [...street.points, ...street.points.slice(0, 1).map((point) => ({ ...point, no: 'twin' }))],
      },
    ],
    ['length-long', withPoint((point) => ({ ...point, east: point.east + 100 }))],
    ['place-invalid', withPoint((point) => ({ ...point, east: Number.NaN }))],
    ['size-jumps', withLine((line) => ({ ...line, section: roundSection(classes, 600, 'steel') }), 1)],
    ['class-differs', withPoint((point) => ({ ...point, code: 'RQ' }))],
    ['well-depth', withPoint((point) => ({ ...point, wellDepthM: 400 }))],
    ['drain-small', withLine((line) => ({ ...line, section: roundSection(classes, 150, 'concrete') }), drainAt)],
    [
      'drain-loop',
      {
        ...street,
        lines: street.lines.flatMap((line, index) =>
          index === drainAt ? [line, { ...line, id: 'x', start: line.end, end: line.start, code: 'HS' }] : [line],
        ),
      },
    ],
  ])('says %s', (rule, network) => {
    const found = checkQuality(network, options).filter((issue) => issue.rule === rule)
    expect(found.length).toBeGreaterThan(0)
    expect(found.every(({ sentence }) => sentence.includes('请'))).toBe(true)
  })
  test('recognises swapped columns and a zone prefix too many before it blames single points', () => {
    const district = [106.4, 29.5, 106.9, 29.8] as const
    const swapped = {
      ...street,
      points: street.points.map((point) => ({ ...point, east: point.north, north: point.east })),
    }
    expect(rulesOf(swapped, { district })).toContain('coordinates-reading')
    const prefixed = { ...street, points: street.points.map((point) => ({ ...point, east: point.east + 36e6 })) }
    expect(rulesOf(prefixed, { district })).toEqual(['coordinates-reading'])
    expect(
      rulesOf(
        withPoint((point) => ({ ...point, east: point.east + 90_000 })),
        { district },
      ),
    ).toContain('point-outside')
  })
  test('names the wrong coordinate of a point outside, the number too many before it, and the lines that stay out', () => {
    const district = [106.4, 29.5, 106.9, 29.8] as const
    const said = (change: (point: PipePoint) => PipePoint): readonly string[] =>
      checkQuality(withPoint(change), { ...options, district })
        .filter(({ rule }) => rule === 'point-outside' || rule === 'line-outside')
        .map(({ sentence }) => sentence)
    expect(said((point) => ({ ...point, north: point.north + 90_000 }))[0]).toContain('的纵坐标(X)')
    expect(said((point) => ({ ...point, east: point.east + 90_000 }))[0]).toContain('的横坐标(Y)')
    const [first, ...rest] = said((point) => ({ ...point, east: point.east + 36e6 }))
    expect(first).toContain('多了“36”(带号);请去掉')
    expect(rest.length).toBeGreaterThan(0)
    expect(rest.every((sentence) => sentence.includes('未读入'))).toBe(true)
    expect(said((point) => point)).toEqual([])
  })
  test('never throws on networks full of holes', () => {
    const number = fc.option(fc.oneof(fc.double(), fc.integer({ min: -5, max: 5 })))
    const no = fc.constantFrom('a', 'b', 'c', 'd')
    const [aLine] = street.lines
    const [aPoint] = street.points
    if (aLine === undefined || aPoint === undefined) throw new Error('no street')
    fc.assert(
      fc.property(
        fc.array(fc.record({ no, east: fc.double(), north: fc.double(), ground: number, wellDepthM: number }), {
          maxLength: 5,
        }),
        fc.array(
          fc.record({
            start: no,
            end: no,
            startDepthM: number,
            endElevation: number,
            flow: fc.constantFrom('along', 'against', null),
            kind: fc.constantFrom('rain', 'gas'),
          }),
          { maxLength: 8 },
        ),
        (points, lines) => {
          const network: Network = {
            ...street,
            points: points.map((point) => ({ ...aPoint, ...point })),
            lines: lines.map((line, index) => ({ ...aLine, ...line, id: String(index) }) as PipeLine),
          }
          checkQuality(network, { ...options, district: [106.4, 29.5, 106.9, 29.8] })
          pipesOf(network)
          compareNetworks(street, network)
          geoJsonOf(network)
        },
      ),
      { seed: 52 },
    )
  })
})

describe('two versions', () => {
  const [first, second, third] = street.lines
  if (first === undefined || second === undefined || third === undefined) throw new Error('no street')
  test('that are the same differ in nothing, also when a line is written from its other end', () => {
    const turned = withLine((line) => ({
      ...line,
      start: line.end,
      end: line.start,
      startDepthM: line.endDepthM,
      endDepthM: line.startDepthM,
      startElevation: line.endElevation,
      endElevation: line.startElevation,
    }))
    for (const other of [street, turned])
      expect(compareNetworks(street, other)).toMatchObject({
        added: [],
        removed: [],
        changed: [],
        unchanged: street.lines.length,
      })
  })
  test('show what came, went and changed, and which members', () => {
    const after: Network = {
      ...street,
      points: street.points.map((point) => (point.no === second.end ? { ...point, north: point.north + 1 } : point)),
      lines: [
        ...street.lines
          .filter(({ id }) => id !== first.id)
          .map((line) => (line.id === third.id ? { ...line, material: 'steel' } : line)),
        { ...first, id: 'DL:new', start: 'DL1', end: 'WS1' },
      ],
    }
    const changes = compareNetworks(street, after)
    expect(changes.added.map(({ id }) => id)).toEqual(['DL:new'])
    expect(changes.removed.map(({ id }) => id)).toEqual([first.id])
    expect(changes.changed.find(({ before }) => before.id === second.id)?.fields).toEqual(['place'])
    expect(changes.changed.find(({ before }) => before.id === third.id)?.fields).toContain('material')
    expect(changes.points.moved.map(({ before, byM }) => [before.no, byM])).toEqual([[second.end, 1]])
  })
  test('match by place when a survey numbered its points anew', () => {
    const named = (no: string) => `new-${no}`
    const after: Network = {
      ...street,
      points: street.points.map((point) => ({ ...point, no: named(point.no), east: point.east + 0.05 })),
      lines: street.lines.map((line) => ({
        ...line,
        id: `new-${line.id}`,
        start: named(line.start),
        end: named(line.end),
      })),
    }
    const { added, removed, changed, unchanged } = compareNetworks(street, after)
    expect([added.length, removed.length, unchanged]).toEqual([0, 0, 0])
    expect(changed.every(({ by, fields }) => by === 'place' && fields.join() === 'place')).toBe(true)
    expect(changed).toHaveLength(street.lines.length)
  })
})

test('a network on the map lies where it is, and a local grid lies nowhere', () => {
  const map = geoJsonOf(street)
  expect(map?.features.filter(({ geometry }) => geometry.type === 'LineString')).toHaveLength(street.lines.length)
  const [longitude, latitude] = map?.features[0]?.geometry.coordinates ?? []
  expect(longitude).toBeCloseTo(106.573, 2)
  expect(latitude).toBeCloseTo(29.605, 2)
  expect(geoJsonOf({ ...street, epsg: null })).toBeNull()
  expect(
    geoJsonOf({ ...street, epsg: null }, { dEast: 0, dNorth: 0, rotation: 0, scale: 1 }, 4545)?.features,
  ).toHaveLength(map?.features.length ?? 0)
})
