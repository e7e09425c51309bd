/** The scope of a partial approval. Pure. */
import type { FieldFault } from '../../../kernel/refusal.ts'
import type { ScopePart } from '../contract/decision-parts.ts'

/**
 * Gives what is wrong with the parts of a partial approval: at least one part is granted and at least one is not, names
 * are different, and every refused part has its reason. A part that stays open only makes sense beside a granted one.
 */
export const scopeFaults = (scope: readonly ScopePart[]): readonly FieldFault[] => {
  const faults: FieldFault[] = []
  const granted = scope.filter((part) => part.decision === 'granted').length
  if (granted === 0) faults.push({ path: 'extras.scope', message: '部分准予至少要有一个准予的部分。' })
  if (granted === scope.length && granted > 0)
    faults.push({ path: 'extras.scope', message: '全部部分都准予时,请改选“准予许可”。' })
  scope.forEach((part, index) => {
    if (scope.findIndex((other) => other.name === part.name) !== index)
      faults.push({ path: `extras.scope.${index}.name`, message: `“${part.name}”重复,请合并。` })
    if (part.decision === 'refused' && part.reason === '')
      faults.push({ path: `extras.scope.${index}.reason`, message: `请写明不予许可“${part.name}”的理由。` })
  })
  return faults
}
export const leavesOpen = (scope: readonly ScopePart[]): boolean => scope.some((part) => part.decision === 'open')
export const namesOf = (scope: readonly ScopePart[], decision: ScopePart['decision']): string =>
  scope
    .filter((part) => part.decision === decision)
    .map((part) => part.name)
    .join('、')
