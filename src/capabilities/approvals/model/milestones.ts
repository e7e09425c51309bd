/** Milestones of a project: moments that are no decision, but on which decisions wait. Pure; which there are is data. */
import { isUuid } from '../../../kernel/identity.ts'
import type { LocalDate } from '../../../kernel/time.ts'
import { type Words, words } from '../../../kernel/words.ts'
import type { FrontHold, OpenFrontCondition } from './front.ts'

export interface EvidenceFile {
  readonly sha256: string
  readonly fileName: string
  readonly mediaType: string
  readonly sizeBytes: number
}
export interface MilestoneStanding {
  readonly milestone: string
  readonly reachedOn: LocalDate
  /** entered by hand, by the system, or derived from what the registers and forms say anyway. */
  readonly origin: 'entered' | 'system' | 'derived'
  /** For a derived one: what says so. */
  readonly basis: Words | null
}
export interface MilestoneCondition {
  readonly milestone: string
  readonly name: Words
  readonly hold: FrontHold
  readonly because: Words
}

/** Where on the desk the milestones of a project are registered. */
export const milestonesPath = (projectId: string): string =>
  `/desk/projects/${isUuid(projectId) ? projectId : ''}/milestones`

const blockWords: Readonly<Record<FrontHold, Words>> = {
  'before-acceptance': words('受理', 'be accepted'),
  'before-decision': words('作出决定', 'be decided'),
  'before-construction': words('开工', 'lead to the start of construction'),
  'before-production': words('投入使用', 'lead to use'),
}
/** The conditions whose milestone the project has not reached, each with what to do about it. */
export const openMilestoneConditions = (
  conditions: readonly MilestoneCondition[],
  reached: ReadonlySet<string>,
): readonly OpenFrontCondition[] =>
  conditions.flatMap(({ milestone, name, hold, because }) =>
    reached.has(milestone)
      ? []
      : [
          {
            itemId: milestone,
            milestone,
            blocks: hold,
            sentence: {
              zh: `须先完成“${name.zh}”,目前尚未登记;请建设单位或窗口在“项目节点”页登记后方可${blockWords[hold].zh}。${because.zh.replace(/。?$/, '。')}`,
              en: `“${name.en}” must be reached first and is not registered yet: the owner or the window registers it under “Milestones”. Until then this may not ${blockWords[hold].en}. ${because.en}`,
            },
          },
        ],
  )

/** The moments of building in the order in which they can come. */
export const lifeOrder: readonly string[] = [
  'construction-start',
  'works-complete',
  'completion-accepted',
  'production-start',
]
/** A moment that would come before an earlier one or after a later one: gives that other one; null when the order holds. */
export const outOfOrder = (
  milestone: string,
  day: LocalDate,
  reached: ReadonlyMap<string, LocalDate>,
): { readonly other: string; readonly on: LocalDate; readonly earlier: boolean } | null => {
  const at = lifeOrder.indexOf(milestone)
  if (at === -1) return null
  for (const [index, other] of lifeOrder.entries()) {
    const on = reached.get(other)
    if (on === undefined || index === at) continue
    if (index < at && day < on) return { other, on, earlier: true }
    if (index > at && day > on) return { other, on, earlier: false }
  }
  return null
}
