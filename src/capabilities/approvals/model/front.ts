/** Front conditions: a decision that must be there before an item may be accepted or decided. Pure; the conditions are data. */
import type { Words } from '../../../kernel/words.ts'
import type { ItemRunState, Outcome } from '../contract.ts'

/** By which moment the other item must be decided; the values of the catalogue. */
export type FrontHold = 'before-acceptance' | 'before-decision' | 'before-construction' | 'before-production'

export interface FrontCondition {
  /** The item whose decision is needed. */
  readonly itemId: string
  readonly itemName: Words
  readonly departmentName: string
  readonly hold: FrontHold
  readonly because: Words
}
/** What the project has of an item: the newest run of it in any application. */
export interface ItemStanding {
  readonly itemId: string
  readonly state: ItemRunState
  readonly outcome: Outcome | null
}
export interface OpenFrontCondition {
  /** The item that is missing, or the id of the milestone. */
  readonly itemId: string
  /** Set where a milestone of the project is missing: it is registered on the page of milestones. */
  readonly milestone?: string
  /** Set where another part of the desk is the place to act. */
  readonly path?: string
  readonly blocks: FrontHold
  readonly sentence: Words
}

const standingWords = (standing: ItemStanding | undefined): Words => {
  if (standing === undefined) return { zh: '尚未申请', en: 'not applied for yet' }
  if (standing.state === 'decided' && standing.outcome === null)
    return { zh: '决定已撤销或者失效', en: 'was revoked or has lapsed' }
  if (standing.state === 'decided') return { zh: '决定为不予批准', en: 'was refused' }
  if (standing.state === 'cancelled') return { zh: '已终止办理', en: 'was cancelled' }
  return { zh: '正在办理,尚未作出决定', en: 'is being handled, not decided yet' }
}
const blockWords: Readonly<Record<FrontHold, Words>> = {
  'before-acceptance': { zh: '受理', en: 'be accepted' },
  'before-decision': { zh: '作出决定', en: 'be decided' },
  'before-construction': { zh: '开工', en: 'lead to the start of construction' },
  'before-production': { zh: '投入使用', en: 'lead to use' },
}

/** The item was decided in favour; a part that was granted counts while the rest is still open. */
export const fulfilled = (standing: ItemStanding | undefined): boolean =>
  (standing?.state === 'decided' || standing?.outcome === 'partially-approved') &&
  standing.outcome !== null &&
  standing.outcome !== 'refused'

/**
 * Gives the front conditions that are not met, each with a sentence that names the item, its department and where it
 * stands. `standings` holds at most one entry an item: a favourable decision if there is one, else the newest run.
 */
export const openFrontConditions = (
  conditions: readonly FrontCondition[],
  standings: ReadonlyMap<string, ItemStanding>,
): readonly OpenFrontCondition[] =>
  conditions.flatMap((condition) => {
    const standing = standings.get(condition.itemId)
    if (fulfilled(standing)) return []
    const where = standingWords(standing)
    const block = blockWords[condition.hold]
    return [
      {
        itemId: condition.itemId,
        blocks: condition.hold,
        sentence: {
          zh: `须先取得“${condition.itemName.zh}”(${condition.departmentName}),目前${where.zh};取得后方可${block.zh}。${condition.because.zh.replace(/。?$/, '。')}`,
          en: `“${condition.itemName.en}” (${condition.departmentName}) is needed first; it ${where.en}. Until then this may not ${block.en}. ${condition.because.en}`,
        },
      },
    ]
  })

/** Of several runs of one item in a project, keeps the one that counts. Runs come oldest first. */
export const standingsOf = (runs: readonly ItemStanding[]): ReadonlyMap<string, ItemStanding> => {
  const standings = new Map<string, ItemStanding>()
  for (const run of runs) if (!fulfilled(standings.get(run.itemId))) standings.set(run.itemId, run)
  return standings
}
