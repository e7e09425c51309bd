/** When opinions contradict each other. Pure; evaluated after every opinion. */
import type { OpinionCode, OpinionTaskState } from '../../contract.ts'

export interface StandingOpinion {
  readonly taskId: string
  readonly state: OpinionTaskState
  readonly code: OpinionCode | null
  /** A later task replaced it. */
  readonly superseded: boolean
}
const favourable: readonly OpinionCode[] = ['agree', 'agree-with-conditions']

/**
 * Gives the opinions that contradict: every agreement and every disagreement that stands, or nothing when only one side was
 * spoken for. A deemed opinion is silence: it contradicts nobody. Need-information and not-involved take no side.
 */
export const contradiction = (opinions: readonly StandingOpinion[]): readonly string[] => {
  const standing = opinions.filter((each) => each.state === 'given' && !each.superseded && each.code !== null)
  const agree = standing.filter((each) => each.code !== null && favourable.includes(each.code))
  const disagree = standing.filter((each) => each.code === 'disagree')
  return agree.length === 0 || disagree.length === 0 ? [] : [...agree, ...disagree].map((each) => each.taskId).sort()
}

export type ConflictStep = 'raise' | 'keep' | 'settle' | 'nothing'
/**
 * What becomes of the open conflict of an item after opinions changed: a new contradiction raises one, a changed side keeps
 * it open, and one that is gone settles it. A contradiction that was mediated before is not raised again.
 */
export const conflictStep = (
  contradicting: readonly string[],
  open: readonly string[] | null,
  mediated: readonly (readonly string[])[],
): ConflictStep => {
  if (open !== null) return contradicting.length === 0 ? 'settle' : 'keep'
  if (contradicting.length === 0) return 'nothing'
  // Mediated: every opinion that contradicts now was on the table then.
  return mediated.some((ids) => contradicting.every((id) => ids.includes(id))) ? 'nothing' : 'raise'
}
