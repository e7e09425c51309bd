/** What an item offers to whoever drafts its decision: sentences for conditions, and grounds of a refusal. */
import type { ReplyOf } from '../../../../kernel/endpoint.ts'
import type { Database } from '../../../../platform/platform.ts'
import type { readDecisionLibrary as endpoint } from '../../contract/after.ts'
import type { ItemRunId } from '../../contract.ts'
import * as refuse from '../../model/refusals.ts'
import { applicationOfItemRun, itemRunsOf } from '../../store/item-runs.ts'
import type { Context } from '../context.ts'

export const readDecisionLibrary = async (
  context: Context,
  db: Database,
  id: ItemRunId,
): Promise<ReplyOf<typeof endpoint>> => {
  const applicationId = await applicationOfItemRun(db, id)
  const run =
    applicationId === null ? undefined : (await itemRunsOf(db, [applicationId])).find((each) => each.id === id)
  if (run === undefined) throw refuse.itemRunMissing()
  return {
    conditions: context.after.library
      .filter((each) => each.items.includes('*') || each.items.includes(run.item_id))
      .map((each) => ({
        text: each.text.zh,
        name: each.text,
        libraryId: each.id,
        grade: each.grade,
        responsible: each.responsible,
        dueOn: null,
        dueEvent: each.dueEvent,
        blocks: [...each.blocks],
        source: each.source.basis,
        certainty: each.source.certainty,
      })),
    refusalGrounds: context.after.refusalGrounds.map((each) => ({
      id: each.id,
      name: each.name,
      basis: each.source.basis,
      certainty: each.source.certainty,
    })),
  }
}
