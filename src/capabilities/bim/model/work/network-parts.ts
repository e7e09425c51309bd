/** What is made of a network: its figures, what selectors can name, and what the viewer draws. */
import { frameFor } from '../../../../engines/geo/frame.ts'
import { subjectNames } from '../../../../engines/pipes/checks/describe.ts'
import type { Network, Pipe, PipeLine, Section } from '../../../../engines/pipes/model.ts'
import type { Statistics } from '../../contract.ts'
import type { NetworkGeometry } from '../geometry.ts'

export interface Selectable {
  readonly classes: readonly string[]
  readonly systems: readonly string[]
  readonly storeys: readonly string[]
}
const planLength = ({ start, end }: Pipe): number => Math.hypot(start.east - end.east, start.north - end.north)
const centimetres = (value: number): number => Math.round(value * 100) / 100

export const statisticsOf = (network: Network, pipes: readonly Pipe[]): Statistics => {
  const kinds = new Map<string, { lines: number; lengthM: number }>()
  let lengthM = 0
  let withoutHeight = 0
  let withoutSize = 0
  for (const pipe of pipes) {
    const length = planLength(pipe)
    const kind = kinds.get(pipe.kind) ?? { lines: 0, lengthM: 0 }
    kinds.set(pipe.kind, { lines: kind.lines + 1, lengthM: kind.lengthM + length })
    lengthM += length
    if (pipe.startAxis === null || pipe.endAxis === null) withoutHeight += 1
    if (pipe.outerWidthM === null) withoutSize += 1
  }
  let box: [number, number, number, number] | null = null
  for (const { east, north } of network.points) {
    if (!Number.isFinite(east + north)) continue
    box =
      box === null
        ? [east, north, east, north]
        : [Math.min(box[0], east), Math.min(box[1], north), Math.max(box[2], east), Math.max(box[3], north)]
  }
  return {
    ifc: null,
    network: {
      points: network.points.length,
      lines: network.lines.length,
      lengthM: centimetres(lengthM),
      byKind: [...kinds]
        .sort(([, a], [, b]) => b.lengthM - a.lengthM)
        .map(([kind, { lines, lengthM: length }]) => ({
          kind,
          name: subjectNames[kind as Pipe['kind']],
          lines,
          lengthM: centimetres(length),
        })),
      withoutHeight,
      withoutSize,
      epsg: network.epsg,
      box,
    },
  }
}
export const selectableOf = (network: Network): Selectable => ({
  classes: ['IfcPipeSegment'],
  systems: [...new Set(network.lines.map(({ code }) => code))].sort(),
  storeys: [],
})

const flagsOf = (line: PipeLine | undefined, pipe: Pipe): number =>
  (pipe.phase === 'design' ? 1 : 0) |
  (pipe.state === 'abandoned' ? 2 : 0) |
  (pipe.temporary ? 4 : 0) |
  (pipe.role === 'branch' ? 8 : 0) |
  (line !== undefined && line.section.shape !== 'unknown' && line.section.wall === 'assumed' ? 16 : 0)
const shapes = { unknown: 0, circle: 1, box: 2, ducts: 3 } as const
const innerHeight = (section: Section): number =>
  section.shape === 'circle' ? section.innerM : section.shape === 'box' ? section.heightM : Number.NaN
const orNaN = (value: number | null): number => value ?? Number.NaN

export const geometryOf = (network: Network, pipes: readonly Pipe[]): NetworkGeometry => {
  const lines = new Map(network.lines.map((line) => [line.id, line]))
  const frame = frameFor(network.points)
  // Heights of districts are hundreds of metres: taken off too.
  const heights = pipes.flatMap(({ startAxis }) => startAxis ?? []).sort((a, b) => a - b)
  const height = Math.round((heights[heights.length >> 1] ?? 0) / 10) * 10
  const classes: string[] = []
  const classIndex = new Map<string, number>()
  const nodeIndex = new Map(network.points.map((point, index) => [point.no, index]))
  const count = pipes.length
  const classOf = new Uint16Array(count)
  const axis = new Float32Array(count * 6)
  const size = new Float32Array(count * 2)
  const inner = new Float32Array(count)
  const shape = new Uint8Array(count)
  const flags = new Uint8Array(count)
  const ground = new Float32Array(count * 2)
  const ends = new Uint32Array(count * 2)
  for (const [k, pipe] of pipes.entries()) {
    const line = lines.get(pipe.line)
    let index = classIndex.get(pipe.code)
    if (index === undefined) {
      index = classes.push(pipe.code) - 1
      classIndex.set(pipe.code, index)
    }
    classOf[k] = index
    axis[k * 6] = pipe.start.east - frame.east
    axis[k * 6 + 1] = pipe.start.north - frame.north
    axis[k * 6 + 2] = orNaN(pipe.startAxis) - height
    axis[k * 6 + 3] = pipe.end.east - frame.east
    axis[k * 6 + 4] = pipe.end.north - frame.north
    axis[k * 6 + 5] = orNaN(pipe.endAxis) - height
    size[k * 2] = orNaN(pipe.outerWidthM)
    size[k * 2 + 1] = orNaN(pipe.outerHeightM)
    inner[k] = innerHeight(pipe.section)
    shape[k] = shapes[pipe.section.shape]
    flags[k] = flagsOf(line, pipe)
    ground[k * 2] = orNaN(pipe.startGround) - height
    ground[k * 2 + 1] = orNaN(pipe.endGround) - height
    ends[k * 2] = nodeIndex.get(line?.start ?? '') ?? 0
    ends[k * 2 + 1] = nodeIndex.get(line?.end ?? '') ?? 0
  }
  const at = new Float32Array(network.points.length * 3)
  const well = new Float32Array(network.points.length * 2)
  for (const [k, point] of network.points.entries()) {
    at[k * 3] = point.east - frame.east
    at[k * 3 + 1] = point.north - frame.north
    at[k * 3 + 2] = orNaN(point.ground) - height
    well[k * 2] = orNaN(point.wellDepthM)
    well[k * 2 + 1] = orNaN(point.wellSizeM)
  }
  return {
    kind: 'network',
    origin: [frame.east, frame.north, height],
    epsg: network.epsg,
    classes,
    pipes: { ids: pipes.map(({ line }) => line), classOf, axis, size, inner, shape, flags, ground, ends },
    nodes: {
      ids: network.points.map(({ no }) => no),
      at,
      labels: network.points.map(({ appendage, feature }) => appendage ?? feature ?? ''),
      well,
    },
  }
}
