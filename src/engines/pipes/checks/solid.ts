/**
 * Whether two pipes share space, exactly: round pipes are cylinders with rounded ends (a joint or cap reaches no further
 * than the radius), boxes are boxes along the axis.
 */
import { boxAlong, boxOverlap, nearestInSpace, segmentToBox, type Vector } from '../../geo/space.ts'

export interface Solid {
  readonly from: Vector
  readonly to: Vector
  readonly round: boolean
  readonly width: number
  readonly height: number
}

/** How deep the two overlap, m; 0 or less: apart. */
export const overlapDepth = (a: Solid, b: Solid): number => {
  if (a.round && b.round) return a.width / 2 + b.width / 2 - nearestInSpace(a.from, a.to, b.from, b.to).distance
  if (!a.round && !b.round)
    return boxOverlap(boxAlong(a.from, a.to, a.width, a.height), boxAlong(b.from, b.to, b.width, b.height))
  const [pipe, box] = a.round ? [a, b] : [b, a]
  const { distance } = segmentToBox(pipe.from, pipe.to, boxAlong(box.from, box.to, box.width, box.height))
  return pipe.width / 2 - distance
}
