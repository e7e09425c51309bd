/**
 * Named conditions: what a later capability knows about a project and an item may wait for. The approvals know only the name;
 * which items wait for it is data (`data/approvals/named-conditions.json`), the capability that knows registers the answer.
 */
import type { ProjectId } from '../../../kernel/identity.ts'
import type { Words } from '../../../kernel/words.ts'
import type { Database } from '../../../platform/platform.ts'

export interface ConditionAnswer {
  /** The project makes use of what the condition asks about. */
  readonly used: boolean
  readonly met: boolean
  /** What to do, while it is not met. */
  readonly sentence: Words
  /** Where on the desk that is done: '/desk/…'. */
  readonly path: string
}
export interface NamedCondition {
  /** '<capability>.<what>'. */
  readonly name: string
  readonly ask: (db: Database, projectId: ProjectId) => Promise<ConditionAnswer>
}
export interface NamedConditions {
  /** Called once for each name, before the first request. Throws an Error when the name is taken. */
  readonly register: (condition: NamedCondition) => void
  /** Items that wait for a condition in a project, with the names of the items; those of open applications. */
  readonly itemsAsking: (db: Database, projectId: ProjectId, name: string) => Promise<readonly Words[]>
}
