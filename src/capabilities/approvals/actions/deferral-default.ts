/** A promised document did not come: what was agreed for this case happens, once, and nothing is published by it. */
import type { LocalDate } from '../../../kernel/time.ts'
import { addMonths } from '../../../kernel/time.ts'
import type { Unit } from '../../../platform/platform.ts'
import { deferralDefaulted, itemEnded, revocationProposed } from '../contract/events-undertakings.ts'
import { actionWords, barredUntil } from '../model/deferral.ts'
import { openItemRunStates, openOpinionTaskStates } from '../model/lifecycle.ts'
import { changeDeferral } from '../store/deferrals.ts'
import { changeItemRun, changeOpinionTask, type ItemRunRecord, itemRunsOf } from '../store/item-runs.ts'
import type { DeferralRecord } from '../store/undertaking-tables.ts'
import { type LockedCase, personOf } from './case-file.ts'
import type { Context } from './context.ts'
import { proposeCredit } from './credit.ts'
import { evaluateStage } from './decisions.ts'
import { aboutDeferral } from './deferral-facts.ts'
import { aboutApplication, subjectOf } from './event-facts.ts'
import { PAUSE_END_TIMER } from './pauses.ts'

/** The caller puts the clocks away afterwards. */
export const defaultDeferral = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  deferral: DeferralRecord,
  how: { readonly late: boolean; readonly due: LocalDate | null },
): Promise<void> => {
  const { application, book } = file
  const { actions, source } = deferral.rule.consequences
  const clock = deferral.clock_id === null ? null : book.get(deferral.clock_id)
  if (clock !== null && book.derived(clock).state === 'running') await book.stop([clock])
  await changeDeferral(unit.db, deferral.id, personOf(unit.actor), unit.now, {
    state: 'defaulted',
    defaulted_at: unit.now,
    barred_until: barredUntil(deferral.rule, unit.today),
    holds_output: actions.includes('hold-output'),
  })
  await unit.record(deferralDefaulted, {
    ...subjectOf(application),
    payload: {
      ...aboutApplication(context, application),
      ...aboutDeferral(deferral),
      due: how.due,
      late: how.late,
      actions: [...actions],
      actionNames: actions.map((action) => actionWords[action].zh).join('、'),
    },
  })
  const reason = `容缺材料“${deferral.material_name.zh}”逾期未补`
  if (actions.includes('end')) await endItems(context, unit, file, deferral, reason)
  if (actions.includes('credit-mark'))
    await proposeCredit(context, unit, file, {
      kind: 'deferral-default',
      source: 'deferral',
      sourceId: deferral.id,
      basis: `${application.case_number}${reason}(${source.basis})`,
      from: unit.today,
      to: addMonths(unit.today, deferral.rule.consequences.barMonths),
    })
}

/** Ends what is still open; a decision that was made is proposed for revocation. */
const endItems = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  deferral: DeferralRecord,
  reason: string,
): Promise<void> => {
  const runs = (await itemRunsOf(unit.db, [file.application.id])).filter((run) =>
    deferral.item_ids.includes(run.item_id),
  )
  let ended = false
  for (const run of runs) {
    if (openItemRunStates.includes(run.state)) {
      await endRun(context, unit, file, run, reason)
      ended = true
    } else if (run.state === 'decided' && run.outcome !== 'refused' && run.document_number !== null)
      await unit.record(revocationProposed, {
        ...subjectOf(file.application),
        payload: {
          ...aboutApplication(context, file.application),
          itemRunId: run.id,
          itemName: run.item_name.zh,
          documentNumber: run.document_number,
          reason,
          basis: deferral.rule.consequences.source.basis,
        },
      })
  }
  if (ended) await evaluateStage(context, unit, file)
}
const endRun = async (
  context: Context,
  unit: Unit,
  file: LockedCase,
  run: ItemRunRecord,
  reason: string,
): Promise<void> => {
  const { book } = file
  await book.cancel(book.open({ itemRunId: run.id }), reason)
  for (const task of file.tasks)
    if (task.item_run_id === run.id && openOpinionTaskStates.includes(task.state))
      await changeOpinionTask(unit.db, task.id, null, unit.now, { state: 'cancelled' })
  await book.syncStage(null)
  await unit.timers.cancelAll(PAUSE_END_TIMER, run.id)
  await changeItemRun(unit.db, run.id, personOf(unit.actor), unit.now, {
    state: 'cancelled',
    hold: null,
    proposal: null,
  })
  await unit.record(itemEnded, {
    ...subjectOf(file.application),
    payload: {
      ...aboutApplication(context, file.application),
      itemRunId: run.id,
      itemId: run.item_id,
      itemName: run.item_name.zh,
      reason,
    },
  })
}
