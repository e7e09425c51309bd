/** Evaluated on every event that can complete the opinions of an item, in its transaction: nothing waits for a click. */
import type { Unit } from '../../../../platform/platform.ts'
import { readyToDraft } from '../../contract/events.ts'
import { type ItemRunRecord, opinionTasksOf } from '../../store/item-runs.ts'
import type { LockedCase } from '../case-file.ts'
import type { Context } from '../context.ts'
import { aboutItem, subjectOf } from '../event-facts.ts'
import { syncConflicts } from './conflict-sync.ts'
import { joinOf, loadConsultation } from './load.ts'

export const evaluateOpinions = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
): Promise<void> => {
  if (run.state === 'handling') {
    await syncConflicts(context, unit, file, run)
    const tasks = await opinionTasksOf(unit.db, [file.application.id])
    const consultation = await loadConsultation(unit.db, file.application, true, tasks.length > 0)
    if (joinOf(context, { ...file, tasks, consultation }, run).complete)
      await unit.record(readyToDraft, {
        ...subjectOf(file.application),
        payload: aboutItem(context, file, run),
      })
  }
  await file.book.close()
}
