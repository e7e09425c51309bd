/**
 * Drawings of a conflict as vectors: the plan (north up) and the section across the first object. Metres in, shapes in a box of
 * the given size out; y grows downwards, as on paper. What is unknown is not drawn.
 */
import type { ConflictRecord, Side } from './record.ts'

export type Shape =
  | {
      readonly type: 'line'
      readonly points: readonly (readonly [number, number])[]
      readonly colour: string
      readonly width: number
      readonly dash?: boolean
    }
  | {
      readonly type: 'polygon'
      readonly points: readonly (readonly [number, number])[]
      readonly fill: string
      readonly stroke: string
    }
  | {
      readonly type: 'ellipse'
      readonly x: number
      readonly y: number
      readonly rx: number
      readonly ry: number
      readonly fill: string
      readonly stroke: string
    }
  | {
      readonly type: 'text'
      readonly x: number
      readonly y: number
      readonly text: string
      readonly size: number
      readonly align: 'left' | 'center' | 'right'
    }
export interface Drawing {
  readonly width: number
  readonly height: number
  readonly shapes: readonly Shape[]
}

const colours: Readonly<Record<string, string>> = {
  water: '#0097a7',
  reclaimed: '#00796b',
  sewage: '#4c3926',
  rain: '#5d6d7e',
  combined: '#4c3926',
  gas: '#c2185b',
  heat: '#e67e22',
  power: '#d32f2f',
  telecom: '#2e7d32',
}
const colourOf = (side: Side): string => colours[side.subject] ?? '#455a64'
type Placed = Pick<ConflictRecord, 'a' | 'b' | 'at' | 'actualM'>
const sidesOf = ({ a, b }: Placed): readonly Side[] => (b === null ? [a] : [a, b])
/** Metres to either side of the place that the drawing shows. */
const REACH_M = 6

/** Looks down on the place: outlines in plan, the place as a ring. */
export const planOf = (conflict: Placed, width: number, height: number): Drawing => {
  const scale = Math.min(width, height) / (2 * REACH_M)
  const to = (east: number, north: number): readonly [number, number] => [
    width / 2 + (east - conflict.at.east) * scale,
    height / 2 - (north - conflict.at.north) * scale,
  ]
  const shapes: Shape[] = []
  for (const side of sidesOf(conflict)) {
    const { shape } = side
    if (shape === null) continue
    const [ax, ay] = shape.from
    const [bx, by] = shape.to
    const length = Math.hypot(bx - ax, by - ay)
    if (length < 1e-9) continue
    const [ux, uy] = [(bx - ax) / length, (by - ay) / length]
    // Cut to what the drawing shows, so that long pipes stay inside.
    const middle = (conflict.at.east - ax) * ux + (conflict.at.north - ay) * uy
    const from = Math.max(0, Math.min(length, middle - REACH_M * 1.6))
    const end = Math.max(0, Math.min(length, middle + REACH_M * 1.6))
    const half = (shape.widthM ?? 0.1) / 2
    const corner = (along: number, across: number): readonly [number, number] =>
      to(ax + ux * along - uy * across, ay + uy * along + ux * across)
    shapes.push({
      type: 'polygon',
      points: [corner(from, half), corner(end, half), corner(end, -half), corner(from, -half)],
      fill: `${colourOf(side)}`,
      stroke: '#222222',
    })
    shapes.push({ type: 'line', points: [corner(from, 0), corner(end, 0)], colour: '#ffffff', width: 0.5, dash: true })
  }
  shapes.push(
    { type: 'ellipse', x: width / 2, y: height / 2, rx: 9, ry: 9, fill: 'none', stroke: '#c8102e' },
    {
      type: 'line',
      points: [
        [14, 30],
        [14, 10],
        [10, 16],
      ],
      colour: '#222222',
      width: 0.8,
    },
    { type: 'text', x: 14, y: 42, text: '北', size: 8, align: 'center' },
    {
      type: 'line',
      points: [
        [8, height - 10],
        [8 + scale, height - 10],
      ],
      colour: '#222222',
      width: 1,
    },
    { type: 'text', x: 12 + scale, y: height - 7, text: '1 m', size: 7, align: 'left' },
  )
  return { width, height, shapes }
}

interface Cut {
  readonly side: Side
  readonly across: number
  readonly z: number
  readonly rx: number
  readonly rz: number
  readonly round: boolean
}
/** Where the vertical plane across `a` through the place cuts an object; null: not there, or heights or sizes unknown. */
const cutOf = (side: Side, conflict: Placed, along: readonly [number, number]): Cut | null => {
  const { shape } = side
  if (shape === null || shape.widthM === null || shape.heightM === null) return null
  const [ax, ay, az] = shape.from
  const [bx, by, bz] = shape.to
  if (az === null || bz === null) return null
  const [ux, uy] = along
  const rate = (bx - ax) * ux + (by - ay) * uy
  const wanted = (conflict.at.east - ax) * ux + (conflict.at.north - ay) * uy
  const length = Math.hypot(bx - ax, by - ay)
  // Nearly parallel to the plane: drawn as seen from the side, at the height of the place.
  const share =
    Math.abs(rate) < 0.2 * length
      ? ((conflict.at.east - ax) * (bx - ax) + (conflict.at.north - ay) * (by - ay)) / (length * length || 1)
      : wanted / rate
  const t = Math.max(0, Math.min(1, share))
  const [x, y] = [ax + t * (bx - ax), ay + t * (by - ay)]
  const across = -(x - conflict.at.east) * uy + (y - conflict.at.north) * ux
  const skew = Math.abs(rate) / (length || 1)
  return {
    side,
    across,
    z: az + t * (bz - az),
    rx: Math.min(REACH_M, shape.widthM / 2 / Math.max(skew, 0.05)),
    rz: shape.heightM / 2,
    round: shape.round && skew >= 0.2,
  }
}
/** The vertical section across the first object; null when nothing of it is known. */
export const sectionOf = (conflict: Placed, width: number, height: number): Drawing | null => {
  const { shape } = conflict.a
  if (shape === null) return null
  const [dx, dy] = [shape.to[0] - shape.from[0], shape.to[1] - shape.from[1]]
  const length = Math.hypot(dx, dy)
  if (length < 1e-9) return null
  const cuts = sidesOf(conflict).flatMap((side) => cutOf(side, conflict, [dx / length, dy / length]) ?? [])
  if (cuts.length === 0) return null
  const low = Math.min(...cuts.map((cut) => cut.z - cut.rz))
  const high = Math.max(...cuts.map((cut) => cut.z + cut.rz))
  const left = Math.min(...cuts.map((cut) => cut.across - cut.rx))
  const right = Math.max(...cuts.map((cut) => cut.across + cut.rx))
  const scale = Math.min((width - 60) / Math.max(right - left, 0.5), (height - 40) / Math.max(high - low, 0.5))
  const x = (across: number): number => width / 2 + (across - (left + right) / 2) * scale
  const y = (z: number): number => height / 2 - (z - (low + high) / 2) * scale
  const shapes: Shape[] = []
  for (const cut of cuts) {
    const look = { fill: colourOf(cut.side), stroke: '#222222' }
    shapes.push(
      cut.round
        ? { type: 'ellipse', x: x(cut.across), y: y(cut.z), rx: cut.rx * scale, ry: cut.rz * scale, ...look }
        : {
            type: 'polygon',
            points: [
              [x(cut.across - cut.rx), y(cut.z - cut.rz)],
              [x(cut.across + cut.rx), y(cut.z - cut.rz)],
              [x(cut.across + cut.rx), y(cut.z + cut.rz)],
              [x(cut.across - cut.rx), y(cut.z + cut.rz)],
            ],
            ...look,
          },
      { type: 'text', x: width - 4, y: y(cut.z) + 2.5, text: `▽${cut.z.toFixed(3)}`, size: 7, align: 'right' },
    )
  }
  if (conflict.actualM !== null)
    shapes.push({ type: 'text', x: 4, y: 10, text: `净距 ${conflict.actualM.toFixed(3)} m`, size: 7.5, align: 'left' })
  return { width, height, shapes }
}
