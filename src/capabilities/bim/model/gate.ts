/** 碰撞检查关口: whether a project has no open serious conflict, and what to do while it has. Pure. */
import { isUuid } from '../../../kernel/identity.ts'
import { type Words, words } from '../../../kernel/words.ts'

export interface GateCheck {
  readonly name: string
  /** Open breaches of the severities that count, without an exception. */
  readonly serious: number
  readonly unknown: number
  /** It never ran to the end. */
  readonly neverRun: boolean
  /** Models or definition are newer than its last run. */
  readonly outdated: boolean
}
/** Reasons that keep the gate closed; none: it is open. Unknown ones are told, for unknown is no pass, but do not close it alone. */
export const gateReasons = (checks: readonly GateCheck[]): readonly Words[] => {
  if (checks.length === 0)
    return [
      words(
        '尚未定义纳入关口的碰撞检查,请先导入模型并建立检查。',
        'No check counts for the gate yet: import the models and define one.',
      ),
    ]
  return checks.flatMap(({ name, serious, neverRun, outdated }) => {
    if (neverRun) return [words(`检查“${name}”还没有运行过,请先运行。`, `The check "${name}" has not run yet: run it.`)]
    return [
      ...(outdated
        ? [
            words(
              `检查“${name}”的结果早于最新的模型或设置,请重新运行。`,
              `The result of "${name}" is older than the models or the check: run it again.`,
            ),
          ]
        : []),
      ...(serious > 0
        ? [
            words(
              `检查“${name}”还有 ${serious} 个未解决的严重冲突,请修改设计后重新检查,或申请例外并经批准。`,
              `"${name}" has ${serious} open serious conflicts: change the design and check again, or have exceptions approved.`,
            ),
          ]
        : []),
    ]
  })
}
/** Where on the desk the conflicts of a project are. */
export const bimPath = (projectId: string): string => `/desk/projects/${isUuid(projectId) ? projectId : ''}/bim`
