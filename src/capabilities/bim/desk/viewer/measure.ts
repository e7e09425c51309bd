/** What a measure between two places says. */
import { lengthOf, minus, type Vec } from './vector.ts'

/** Length and its parts between two places, metres. */
export const measured = (from: Vec, to: Vec) => {
  const way = minus(to, from)
  return { slopeM: lengthOf(way), planM: Math.hypot(way[0], way[1]), riseM: way[2] }
}
