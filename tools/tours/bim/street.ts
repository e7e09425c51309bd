/**
 * A street whose conflicts are known: the existing pipes as surveyed, the renovation as designed, and the corrected versions
 * of the design. Of each planted pair one pipe is of the design and the other lies there already.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { zipSync } from 'fflate'
import type { Obstacle } from '../../../src/engines/pipes/checks/finding.ts'
import { type PipeClasses, pipeClassesSchema } from '../../../src/engines/pipes/classes.ts'
import type { Network, PipeLine } from '../../../src/engines/pipes/model.ts'
import { surveyFilesOf } from '../../../src/engines/pipes/sample/files.ts'
import {
  makeStreets,
  type PlantedConflict,
  type PlantKind,
  plantKinds,
} from '../../../src/engines/pipes/sample/street.ts'

/** The tour runs as `dist/server/tools/tours/bim/*.js`; the data stand at the root. */
export const standard = (name: string): unknown =>
  JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../../../data/standards', name), 'utf8'))

export interface Upload {
  readonly name: string
  readonly bytes: Uint8Array
}
export interface Street {
  readonly classes: PipeClasses
  readonly existing: Network
  readonly design: Network
  readonly obstacles: readonly Obstacle[]
  readonly planted: readonly PlantedConflict[]
}

const only = (network: Network, id: string, keeps: (line: PipeLine) => boolean): Network => {
  const lines = network.lines.filter(keeps)
  const used = new Set(lines.flatMap(({ start, end }) => [start, end]))
  return { ...network, id, lines, points: network.points.filter(({ no }) => used.has(no)) }
}
/** The run of a planted stretch: all lines that hang together with one of them. */
const runOf = (network: Network, ids: ReadonlySet<string>): ReadonlySet<string> => {
  const found = new Set(ids)
  for (let before = 0; before !== found.size; ) {
    before = found.size
    const nodes = new Set(network.lines.filter(({ id }) => found.has(id)).flatMap(({ start, end }) => [start, end]))
    for (const line of network.lines) if (nodes.has(line.start) || nodes.has(line.end)) found.add(line.id)
  }
  return found
}

export const makeStreet = (): Street => {
  const classes = pipeClassesSchema.parse(standard('pipe-classes.json'))
  const { network, obstacles, planted } = makeStreets(classes, { seed: 2026, blocks: 2 })
  const first = new Set(planted.flatMap(({ lines: [one] }) => (one === undefined ? [] : [one])))
  const designed = runOf(network, first)
  const isDesign = ({ id }: PipeLine): boolean => designed.has(id)
  const design = only(network, 'design', isDesign)
  return {
    classes,
    existing: only(network, 'existing', (line) => !isDesign(line)),
    design: { ...design, lines: design.lines.map((line) => ({ ...line, phase: 'design' })) },
    obstacles,
    planted,
  }
}

/** One table of points and one of lines for each class, as surveyors hand them in, with a byte order mark. */
export const surveyOf = (network: Network, classes: PipeClasses): readonly Upload[] =>
  surveyFilesOf(network, classes).map(({ name, text }) => ({ name, bytes: new TextEncoder().encode(`\ufeff${text}`) }))

/** The same in one archive. */
export const archiveOf = (network: Network, classes: PipeClasses): Upload => ({
  name: '设计管线成果表.zip',
  bytes: zipSync(Object.fromEntries(surveyOf(network, classes).map(({ name, bytes }) => [name, bytes]))),
})

/** What the designer does about a planted conflict. */
export interface Correction {
  readonly sentence: string
  /** Metres: to the north, downwards. */
  readonly north?: number
  readonly down?: number
}
export const corrections: Readonly<Partial<Record<PlantKind, Correction>>> = {
  horizontal: { sentence: '设计管线向北移 6 m', north: 6 },
  stretch: { sentence: '设计管线整段向北移 6 m', north: 6 },
  cover: { sentence: '设计管线降低 1 m', down: 1 },
  hard: { sentence: '设计给水管从燃气管下方穿过,降低 1.5 m', down: 1.5 },
  'hard-box': { sentence: '设计电力管沟从箱涵下方穿过,降低 2.6 m', down: 2.6 },
  'hard-abandoned': { sentence: '设计给水管从废弃管下方穿过,降低 1.5 m', down: 1.5 },
  building: { sentence: '设计管线向南移 5 m', north: -5 },
  tree: { sentence: '设计管线向南移 5 m', north: -5 },
}

/** The design after the corrections of these planted conflicts. */
export const corrected = ({ design, planted }: Street, kinds: readonly PlantKind[]): Network => {
  const shifts = new Map<string, Correction>()
  for (const kind of kinds) {
    const correction = corrections[kind]
    if (correction === undefined) continue
    const ids = new Set(planted.filter(({ plant }) => plant === kind).flatMap(({ lines }) => lines))
    const own = new Set(design.lines.filter(({ id }) => ids.has(id)).map(({ id }) => id))
    for (const id of runOf(design, own)) shifts.set(id, correction)
  }
  const moved = new Map<string, number>()
  for (const line of design.lines)
    for (const no of [line.start, line.end]) moved.set(no, shifts.get(line.id)?.north ?? moved.get(no) ?? 0)
  const mm = (value: number): number => Math.round(value * 1_000) / 1_000
  const lower = (value: number | null, by: number): number | null => (value === null ? null : mm(value - by))
  return {
    ...design,
    lines: design.lines.map((line): PipeLine => {
      const down = shifts.get(line.id)?.down ?? 0
      return {
        ...line,
        startElevation: lower(line.startElevation, down),
        endElevation: lower(line.endElevation, down),
        startDepthM: lower(line.startDepthM, -down),
        endDepthM: lower(line.endDepthM, -down),
      }
    }),
    points: design.points.map((point) => ({ ...point, north: mm(point.north + (moved.get(point.no) ?? 0)) })),
  }
}

export { type PlantedConflict, type PlantKind, plantKinds }
