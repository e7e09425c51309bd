/**
 * Streets with all kinds of pipes, drawn by rule, and conflicts planted in them on purpose: the truth is known, so tests,
 * tours and measurements can say what was found, missed or invented. The same seed gives the same streets.
 *
 * A block is a street from west to east with eight pipes side by side, two pipes that cross it, and house drains joined to
 * the sewer; all of it keeps every rule. Conflicts are planted north of the street, each far from all else.
 */

import { statedHeight } from '../axis.ts'
import type { FindingKind, Obstacle, Outcome } from '../checks/finding.ts'
import type { PipeClasses } from '../classes.ts'
import { classOfCode, roundSection } from '../classes.ts'
import type { Burial, GasPressure, Network, PipeLine, PipePoint, PipeState, Section } from '../model.ts'
import { lineId } from '../naming.ts'

export const plantKinds = [
  'horizontal',
  'crossing',
  'hard',
  'hard-box',
  'hard-abandoned',
  'cover',
  'order',
  'unknown-depth',
  'outside',
  'building',
  'tree',
  'stretch',
] as const
export type PlantKind = (typeof plantKinds)[number]

export interface StreetOptions {
  readonly seed: number
  readonly blocks: number
  /** Points along a street, 40 m apart; default 11. */
  readonly pointsPerStreet?: number
  /** One of each kind in turn; default one of each kind in all. */
  readonly plants?: readonly PlantKind[]
  /** Where the first block begins; default: a place in Jiangbei, EPSG 4545. */
  readonly origin?: { readonly east: number; readonly north: number }
  readonly network?: string
}
/** What a check must find. Ids are those of lines (and obstacles), sorted. */
export interface PlantedConflict {
  readonly plant: PlantKind
  readonly kind: FindingKind
  readonly outcome: Outcome
  readonly lines: readonly string[]
  readonly obstacle: string | null
  readonly actualM: number | null
}
export interface SampleStreet {
  readonly network: Network
  readonly obstacles: readonly Obstacle[]
  readonly planted: readonly PlantedConflict[]
}

/** Mulberry32: numbers from 0 to below 1, the same for the same seed. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Make {
  readonly code: string
  readonly material: string
  readonly burial: Burial
  readonly section: Section
  readonly pressure?: GasPressure
  readonly kv?: number
  readonly state?: PipeState
  readonly role?: 'main' | 'branch'
}
const ducts = (widthM: number, heightM: number): Section => ({
  shape: 'ducts',
  widthM,
  heightM,
  wallM: 0,
  wall: 'given',
})

/** Millimetres are all that a survey writes. */
const mm = (value: number): number => Math.round(value * 1_000) / 1_000

export const makeStreets = (classes: PipeClasses, options: StreetOptions): SampleStreet => {
  const random = seeded(options.seed)
  const origin = options.origin ?? { east: 361_800, north: 3_277_200 }
  const perStreet = options.pointsPerStreet ?? 11
  const points: PipePoint[] = []
  const lines: PipeLine[] = []
  const obstacles: Obstacle[] = []
  const planted: PlantedConflict[] = []
  const counts = new Map<string, number>()

  const groundAt = (x: number, y: number): number => mm(230 + 0.005 * x - 0.004 * y)
  const round = (code: string, nominal: number, material: string): Make => ({
    code,
    material,
    burial: 'direct',
    section: roundSection(classes, nominal, material),
  })
  const water = round('JS', 300, 'ductile-iron')
  const makes = {
    power: { code: 'DL', material: 'copper', burial: 'conduit', section: ducts(0.3, 0.3), kv: 10 },
    telecom: { code: 'TX', material: 'fibre', burial: 'conduit', section: ducts(0.3, 0.3) },
    water,
    smallWater: round('JS', 200, 'ductile-iron'),
    gas: { ...round('RQ', 200, 'PE'), pressure: 'medium-b' },
    highGas: { ...round('RQ', 400, 'steel'), pressure: 'high' },
    heat: round('RL', 200, 'steel'),
    reclaimed: round('ZS', 200, 'ductile-iron'),
    rain: round('YS', 600, 'concrete'),
    sewage: round('WS', 400, 'concrete'),
    houseDrain: { ...round('WS', 300, 'concrete'), role: 'branch' },
    culvert: {
      ...round('YS', 2000, 'concrete'),
      section: { shape: 'box', widthM: 2, heightM: 1.5, wallM: 0.2, wall: 'given' },
    },
  } as const satisfies Record<string, Make>

  const addPoint = (code: string, x: number, y: number, what: Partial<PipePoint> = {}): PipePoint => {
    const count = (counts.get(code) ?? 0) + 1
    counts.set(code, count)
    const point: PipePoint = {
      no: `${code}${count}`,
      code,
      kind: classOfCode(classes, code)?.kind ?? 'unknown',
      east: mm(origin.east + x),
      north: mm(origin.north + y),
      ground: groundAt(x, y),
      feature: '直线点',
      appendage: null,
      wellDepthM: null,
      wellSizeM: null,
      note: null,
      place: null,
      ...what,
    }
    points.push(point)
    return point
  }
  /** `topM`: depth of the outer top below ground at both ends; null: unknown. */
  const addLine = (make: Make, from: PipePoint, to: PipePoint, topM: number | null, lower = 0): PipeLine => {
    const { meaning = 'top', kind = 'unknown' } = classOfCode(classes, make.code) ?? {}
    const height =
      make.section.shape === 'circle'
        ? make.section.outerM
        : make.section.shape === 'unknown'
          ? 0
          : make.section.heightM + 2 * make.section.wallM
    const stated = (ground: number | null, down: number): number | null => {
      if (topM === null || ground === null) return null
      const at = statedHeight(ground - topM - down - height / 2, meaning, make.section)
      return at === null ? null : mm(at)
    }
    const startElevation = stated(from.ground, 0)
    const endElevation = stated(to.ground, lower)
    const depth = (ground: number | null, at: number | null): number | null =>
      ground === null || at === null ? null : mm(ground - at)
    const line: PipeLine = {
      id: lineId(make.code, from.no, to.no),
      start: from.no,
      end: to.no,
      code: make.code,
      kind,
      startDepthM: depth(from.ground, startElevation),
      endDepthM: depth(to.ground, endElevation),
      startElevation,
      endElevation,
      meaning,
      section: make.section,
      material: make.material,
      burial: make.burial,
      pressureMpa: null,
      gasPressure: make.pressure ?? null,
      voltageKv: make.kv ?? null,
      holes: make.section.shape === 'ducts' ? 9 : null,
      usedHoles: make.section.shape === 'ducts' ? 4 : null,
      cables: make.section.shape === 'ducts' ? 4 : null,
      flow: meaning === 'invert' ? 'along' : null,
      state: make.state ?? 'in-use',
      phase: 'existing',
      temporary: false,
      role: make.role ?? null,
      owner: '示例权属单位',
      builtOn: '2015-06-01',
      surveyedBy: '示例测绘单位',
      surveyedOn: '2026-03-01',
      ports: [],
      place: null,
    }
    lines.push(line)
    return line
  }
  const straight = (make: Make, ax: number, ay: number, bx: number, by: number, topM: number | null): PipeLine =>
    addLine(make, addPoint(make.code, ax, ay), addPoint(make.code, bx, by), topM)

  const street = (x0: number, y0: number): void => {
    // Side by side from north to south, with depths of the top that let water and sewer cross in between.
    const side = [
      [makes.power, 0, 0.9],
      [makes.telecom, 1.2, 0.95],
      [makes.water, 2.8, 1.05],
      [makes.gas, 4.3, 0.95],
      [makes.heat, 5.9, 1.05],
      [makes.reclaimed, 7.4, 2.4],
      [makes.rain, 9, 2.3],
      [makes.sewage, 11, 2.55],
    ] as const
    for (const [make, offset, top] of side) {
      const gravity = make.code === 'YS' || make.code === 'WS'
      let before: PipePoint | undefined
      // Drains are written from the upper end in the east.
      for (let k = perStreet - 1; k >= 0; k -= 1) {
        const x = x0 + k * 40 + (gravity ? 2 : 0)
        const point = addPoint(
          make.code,
          x,
          y0 - offset,
          gravity ? { feature: null, appendage: '检查井', wellDepthM: 4 } : {},
        )
        if (before !== undefined) addLine({ ...make, role: 'main' }, before, point, top)
        before = point
        if (make === makes.sewage && k % 3 === 1) {
          const house = addPoint('WS', x, y0 - offset - 12, { feature: null, appendage: '检查井', wellDepthM: 3.5 })
          addLine(makes.houseDrain, house, point, top + 0.06)
        }
      }
    }
    for (let k = 1; k + 1 < perStreet; k += 4) {
      straight(makes.water, x0 + k * 40 + 20, y0 - 32, x0 + k * 40 + 20, y0 + 14, 1.55)
      straight(makes.sewage, x0 + k * 40 + 24, y0 - 32, x0 + k * 40 + 24, y0 + 14, 3.2)
    }
  }

  const plant = (what: PlantKind, x: number, y: number): void => {
    const vary = (from: number, to: number): number => mm(from + random() * (to - from))
    const tell = (
      kind: FindingKind,
      outcome: Outcome,
      involved: readonly PipeLine[],
      actualM: number | null,
      obstacle: string | null = null,
    ): void => {
      planted.push({ plant: what, kind, outcome, lines: involved.map(({ id }) => id).sort(), obstacle, actualM })
    }
    const outer = ({ section }: Make): number => (section.shape === 'circle' ? section.outerM : 0)
    switch (what) {
      case 'horizontal': {
        const clear = vary(0.3, 0.9)
        const a = straight(makes.smallWater, x, y, x + 30, y, 1.2)
        const apart = clear + (outer(makes.smallWater) + outer(makes.sewage)) / 2
        const b = straight(makes.sewage, x + 30, y - apart, x, y - apart, 2)
        tell('horizontal', 'breach', [a, b], clear)
        return
      }
      case 'stretch': {
        // One run of four lines beside another: one finding, not four.
        const gap = 0.7 + (outer(makes.smallWater) + outer(makes.sewage)) / 2
        const run = [0, 1, 2, 3].map((k) => addPoint('JS', x + k * 10, y))
        const parts = run.slice(1).map((to, k) => addLine(makes.smallWater, run[k] ?? to, to, 1.2))
        const b = straight(makes.sewage, x + 30, y - gap, x, y - gap, 2)
        const [first] = [...parts].sort((p, q) => (p.id < q.id ? -1 : 1))
        if (first !== undefined) tell('horizontal', 'breach', [first, b], 0.7)
        return
      }
      case 'crossing': {
        const gap = vary(0.1, 0.3)
        const a = straight(makes.water, x, y, x + 30, y, 1.2)
        const b = straight(makes.sewage, x + 15, y + 15, x + 15, y - 15, 1.2 + outer(makes.water) + gap)
        tell('crossing', 'breach', [a, b], gap)
        return
      }
      case 'hard':
      case 'hard-abandoned': {
        const a = straight(what === 'hard' ? makes.gas : { ...makes.gas, state: 'abandoned' }, x, y, x + 30, y, 1.3)
        const b = straight(makes.water, x + 15, y + 15, x + 15, y - 15, 1.25)
        tell('hard', 'breach', [a, b], null)
        return
      }
      case 'hard-box': {
        const a = straight(makes.culvert, x + 30, y, x, y, 1.2)
        const b = straight(makes.power, x + 15, y + 15, x + 15, y - 15, 1.1)
        tell('hard', 'breach', [a, b], null)
        return
      }
      case 'cover': {
        const top = vary(0.3, 0.6)
        const a = straight(makes.telecom, x, y, x + 30, y, top)
        tell('cover', 'breach', [a], top)
        return
      }
      case 'order': {
        const a = straight(makes.sewage, x + 30, y, x, y, 1.2)
        const b = straight(makes.water, x + 15, y + 15, x + 15, y - 15, 1.2 + outer(makes.sewage) + 0.9)
        tell('crossing-order', 'breach', [a, b], 0.9)
        return
      }
      case 'unknown-depth': {
        const a = straight(makes.power, x, y, x + 30, y, null)
        const b = straight(makes.water, x + 15, y + 15, x + 15, y - 15, 1.6)
        tell('crossing', 'unknown', [a, b], null)
        tell('cover', 'unknown', [a], null)
        return
      }
      case 'outside': {
        const a = straight(makes.highGas, x, y, x + 30, y, 1.2)
        const apart = 3 + (outer(makes.highGas) + outer(makes.water)) / 2
        const b = straight(makes.water, x, y - apart, x + 30, y - apart, 1.2)
        tell('horizontal', 'outside', [a, b], 3)
        return
      }
      case 'building': {
        const clear = vary(0.2, 0.8)
        const a = straight(makes.gas, x, y, x + 30, y, 1.2)
        const wall = origin.north + y + outer(makes.gas) / 2 + clear
        const id = `building-${obstacles.length + 1}`
        obstacles.push({
          id,
          kind: 'building',
          shape: {
            type: 'polygon',
            rings: [
              [
                [origin.east + x + 5, wall],
                [origin.east + x + 25, wall],
                [origin.east + x + 25, wall + 10],
                [origin.east + x + 5, wall + 10],
              ],
            ],
          },
          baseElevation: null,
        })
        tell('obstacle', 'breach', [a], clear, id)
        return
      }
      case 'tree': {
        const clear = vary(0.3, 1.2)
        const a = straight(makes.water, x, y, x + 30, y, 1.2)
        const id = `tree-${obstacles.length + 1}`
        obstacles.push({
          id,
          kind: 'tree',
          shape: {
            type: 'point',
            at: { east: origin.east + x + 15, north: origin.north + y + outer(makes.water) / 2 + clear },
          },
          baseElevation: null,
        })
        tell('obstacle', 'breach', [a], clear, id)
        return
      }
    }
  }

  const length = (perStreet - 1) * 40
  const columns = Math.max(1, Math.ceil(Math.sqrt(options.blocks)))
  const plants = options.plants ?? plantKinds
  const slots = Math.max(1, Math.floor(length / 50))
  let next = 0
  for (let block = 0; block < options.blocks; block += 1) {
    const x0 = (block % columns) * (length + 80)
    const y0 = -Math.floor(block / columns) * 160
    street(x0, y0)
    const share = Math.ceil(plants.length / options.blocks)
    for (let k = 0; k < share && next < plants.length; k += 1, next += 1) {
      const what = plants[next]
      if (what !== undefined) plant(what, x0 + (k % slots) * 50 + 5, y0 + 40 + Math.floor(k / slots) * 40)
    }
  }
  return { network: { id: options.network ?? 'sample', epsg: 4545, points, lines }, obstacles, planted }
}
