/** Two people edited the same draft: what each changed is kept; only what both changed differently is asked. */
import { sameAnswer } from '../../../../desk/ui/field-types.ts'
import type { Answers } from '../../contract.ts'

export interface Conflict {
  readonly fieldId: string
  readonly mine: Answers[string] | undefined
  readonly theirs: Answers[string] | undefined
}
export interface Merged {
  /** Everything together; where both changed a field, mine stands until the person has chosen. */
  readonly answers: Answers
  readonly conflicts: readonly Conflict[]
}

/** Merges my answers with the server's, both made from the same base. No value is lost: see `conflicts`. */
export const mergeAnswers = (base: Answers, mine: Answers, theirs: Answers): Merged => {
  const answers: Answers = {}
  const conflicts: Conflict[] = []
  for (const fieldId of new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)])) {
    const mineChanged = !sameAnswer(base[fieldId], mine[fieldId])
    const theirsChanged = !sameAnswer(base[fieldId], theirs[fieldId])
    const chosen = mineChanged ? mine[fieldId] : theirs[fieldId]
    if (chosen !== undefined) answers[fieldId] = chosen
    if (mineChanged && theirsChanged && !sameAnswer(mine[fieldId], theirs[fieldId]))
      conflicts.push({ fieldId, mine: mine[fieldId], theirs: theirs[fieldId] })
  }
  return { answers, conflicts }
}

/** Says whether two sets of answers say the same. */
export const sameAnswers = (a: Answers, b: Answers): boolean =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((fieldId) => sameAnswer(a[fieldId], b[fieldId]))
